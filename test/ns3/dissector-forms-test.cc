// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Every option form we send, in both versions, read by tshark; and what follows from keys,
/// recomputed by verify_capture.py.
#include "dissector-fixture.h"
#include "mptcp-path-managers.h"

#include "ns3/config.h"
#include "ns3/object-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <variant>

namespace ns3
{
namespace
{

/// Announces all addresses but the first, with a port if it has one, and withdraws those that go.
class Announcer : public MptcpPathManager
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::test::Announcer")
                                .SetParent<MptcpPathManager>()
                                .AddConstructor<Announcer>()
                                .AddAttribute("Port",
                                              "In ADD_ADDR; 0 for none.",
                                              UintegerValue(0),
                                              MakeUintegerAccessor(&Announcer::m_port),
                                              MakeUintegerChecker<uint16_t>());
        return tid;
    }

    mptcp::PathActions On(const mptcp::PathEvent& event) override
    {
        mptcp::PathActions actions;
        if (const auto* usable = std::get_if<mptcp::ConnectionUsable>(&event))
        {
            for (const auto& local : usable->localAddresses)
            {
                if (local.id != 0)
                {
                    actions.emplace_back(Announce(local.id, local.address));
                }
            }
            // Nobody has it: the form matters, not what comes of it.
            actions.emplace_back(
                Announce(9, mptcp::IpAddress::V6({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 7})));
        }
        else if (const auto* down = std::get_if<mptcp::LocalAddressDown>(&event))
        {
            actions.emplace_back(mptcp::WithdrawAddress{down->id});
        }
        return actions;
    }

    bool AcceptsJoin() const override
    {
        return true;
    }

  private:
    [[nodiscard]] mptcp::AnnounceAddress Announce(mptcp::AddressId id,
                                                  const mptcp::IpAddress& address) const
    {
        return {id, address, m_port == 0 ? std::nullopt : std::optional(m_port)};
    }

    uint16_t m_port{0};
};

NS_OBJECT_ENSURE_REGISTERED(Announcer);

constexpr uint16_t ANNOUNCED_PORT = 7000;

struct Variant
{
    const char* name;
    uint32_t version;
    uint16_t port;
};

/// A connection that goes through everything: joins, announcements of both families, a change of
/// priority, an address that goes, and a fast close.
class Forms : public DissectorTest
{
  protected:
    void Run(const Variant& variant)
    {
        Config::SetDefault("ns3::MptcpStack::Version", UintegerValue(variant.version));
        Build(Kind::Disjoint);
        ObjectFactory announcer("ns3::test::Announcer");
        announcer.Set("Port", UintegerValue(variant.port));
        MptcpStack::Of(m_topology->Server())
            ->SetAttribute("PathManager", ObjectFactoryValue(announcer));
        StartTransfer(600'000, 200'000);
        CaptureWire(FileName(), 0);
        CaptureWire(FileName(), 1);
        Simulator::Schedule(Seconds(0.7), [this] {
            auto socket = SocketOf(m_client);
            for (const auto& subflow : socket->GetSubflows())
            {
                if (subflow->IsJoin() && subflow->IsUsable())
                {
                    socket->SetSubflowBackup(subflow->GetSubflowId().Value(), true);
                }
            }
        });
        Simulator::Schedule(Seconds(1), [this] {
            auto ipv4 = m_topology->Server()->GetObject<Ipv4>();
            ipv4->SetDown(
                static_cast<uint32_t>(ipv4->GetInterfaceForAddress(m_topology->ServerAddress(1))));
        });
        Simulator::Schedule(Seconds(1.3), [this] { SocketOf(m_client)->Abort(); });
        RunToEnd();
        EndCapture();
    }

    /// One of its own for each test, for they may run at the same time.
    static std::string FileName()
    {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        std::string name = std::string(test->test_suite_name()) + "-" + test->name();
        std::replace(name.begin(), name.end(), '/', '-');
        return name;
    }

    /// A field of a frame, and what it must say; an empty value stands for anything.
    using Wanted = std::pair<std::string, std::string>;

    /// Frames that have all of it, and an option of `subtype`.
    [[nodiscard]] std::size_t CountForms(int subtype, const std::vector<Wanted>& wanted) const
    {
        auto has = [](const auto& frame, const Wanted& want) {
            const auto& values = frame.at("tcp." + want.first);
            return want.second.empty() ? !values.empty()
                                       : std::count(values.begin(), values.end(), want.second) > 0;
        };
        return static_cast<std::size_t>(
            std::count_if(m_frames.begin(), m_frames.end(), [&](const auto& frame) {
                return has(frame, {"options.mptcp.subtype", std::to_string(subtype)}) &&
                       std::all_of(wanted.begin(), wanted.end(), [&](const auto& want) {
                           return has(frame, want);
                       });
            }));
    }

    /// All different values of a field in any frame.
    [[nodiscard]] std::set<std::string> All(const std::string& field) const
    {
        std::set<std::string> values;
        for (const auto& frame : m_frames)
        {
            const auto& some = frame.at("tcp.options.mptcp." + field);
            values.insert(some.begin(), some.end());
        }
        return values;
    }

    Frames m_frames;
};

class DissectorForms : public Forms, public ::testing::WithParamInterface<Variant>
{
};

/// What the test below asks of tshark.
std::vector<std::string>
FieldsOfForms()
{
    std::vector<std::string> fields{"tcp.flags.syn", "tcp.flags.ack", "tcp.flags.reset"};
    for (const char* field : {"subtype",
                              "version",
                              "sendkey",
                              "recvkey",
                              "datalvllen",
                              "recvtok",
                              "sendtrunchmac",
                              "sendhmac",
                              "rawdataack",
                              "rawdataseqno",
                              "ipv4",
                              "ipv6",
                              "port",
                              "echo",
                              "addaddrtrunchmac",
                              "ipver",
                              "addrid",
                              "backup.flag",
                              "rst_reason"})
    {
        fields.push_back(std::string("tcp.options.mptcp.") + field);
    }
    return fields;
}

TEST_P(DissectorForms, AreAllRead)
{
    const bool isV0 = GetParam().version == 0;
    Run(GetParam());
    ExpectNoFault();
    m_frames = Read("mptcp", FieldsOfForms());
    EXPECT_EQ(All("version"), (std::set<std::string>{std::to_string(GetParam().version)}));
    const Wanted syn{"flags.syn", "1"};
    const Wanted noSyn{"flags.syn", "0"};
    const Wanted ack{"flags.ack", "1"};
    const Wanted noAck{"flags.ack", "0"};
    const Wanted rst{"flags.reset", "1"};
    // MP_CAPABLE (RFC 8684 3.1, RFC 6824 3.1).
    EXPECT_EQ(CountForms(0, {syn, noAck}), 1U);
    EXPECT_EQ(CountForms(0, {syn, noAck, {"options.mptcp.sendkey", ""}}), isV0 ? 1U : 0U);
    EXPECT_EQ(CountForms(0, {syn, ack, {"options.mptcp.sendkey", ""}}), 1U);
    EXPECT_GE(CountForms(0, {noSyn, {"options.mptcp.recvkey", ""}}), 1U);
    EXPECT_EQ(CountForms(0, {noSyn, {"options.mptcp.datalvllen", ""}}) > 0, !isV0);
    // MP_JOIN (RFC 8684 3.2).
    EXPECT_GE(CountForms(1, {syn, noAck, {"options.mptcp.recvtok", ""}}), 1U);
    EXPECT_GE(CountForms(1, {syn, ack, {"options.mptcp.sendtrunchmac", ""}}), 1U);
    EXPECT_GE(CountForms(1, {noSyn, {"options.mptcp.sendhmac", ""}}), 1U);
    // DSS (RFC 8684 3.3).
    EXPECT_GE(CountForms(2, {{"options.mptcp.rawdataack", ""}}), 100U);
    EXPECT_GE(CountForms(2, {{"options.mptcp.rawdataseqno", ""}}), 100U);
    // ADD_ADDR (RFC 8684 3.4.1, RFC 6824 3.4.1).
    EXPECT_EQ(All("ipv4"), (std::set<std::string>{"10.1.2.2"}));
    EXPECT_EQ(All("ipv6"), (std::set<std::string>{"2001:db8:0:0:7::"}));
    EXPECT_EQ(All("port"),
              GetParam().port == 0 ? std::set<std::string>{}
                                   : std::set<std::string>{std::to_string(ANNOUNCED_PORT)});
    EXPECT_EQ(CountForms(3, {{"options.mptcp.addaddrtrunchmac", ""}}) >= 2, !isV0);
    EXPECT_EQ(CountForms(3, {{"options.mptcp.echo", "1"}}) >= 2, !isV0);
    EXPECT_EQ(All("ipver"), isV0 ? (std::set<std::string>{"4", "6"}) : std::set<std::string>{});
    // REMOVE_ADDR, MP_PRIO (RFC 8684 3.4.2, 3.3.8).
    EXPECT_GE(CountForms(4, {{"options.mptcp.addrid", ""}}), 1U);
    EXPECT_GE(CountForms(5, {{"options.mptcp.backup.flag", "1"}}), 1U);
    // MP_FASTCLOSE, MP_TCPRST, which version 0 lacks (RFC 8684 3.5, 3.6).
    EXPECT_GE(CountForms(7, {rst, {"options.mptcp.recvkey", ""}}), 1U);
    EXPECT_EQ(CountForms(8, {rst, {"options.mptcp.rst_reason", ""}}) >= 1, !isV0);
}

TEST_P(DissectorForms, AreWhatTheKeysSay)
{
    const bool isV0 = GetParam().version == 0;
    Run(GetParam());
    const auto counts = Verify();
    EXPECT_EQ(counts.at("connections"), 1U);
    EXPECT_GE(counts.at("key_echoes"), 1U);
    EXPECT_GE(counts.at("tokens"), 1U);
    EXPECT_GE(counts.at("syn_ack_codes"), 1U);
    EXPECT_GE(counts.at("ack_codes"), 1U);
    EXPECT_EQ(counts.at("address_codes") >= 2, !isV0);
    EXPECT_EQ(counts.at("address_echoes") >= 2, !isV0);
    EXPECT_EQ(counts.at("initial_numbers"), 2U);
    EXPECT_GE(counts.at("fast_close_keys"), 1U);
}

INSTANTIATE_TEST_SUITE_P(BothVersions,
                         DissectorForms,
                         ::testing::Values(Variant{"Version1", 1, 0},
                                           Variant{"Version1Port", 1, ANNOUNCED_PORT},
                                           Variant{"Version0", 0, 0},
                                           Variant{"Version0Port", 0, ANNOUNCED_PORT}),
                         [](const auto& row) { return std::string(row.param.name); });

// ---- the verifier sees what is wrong ----

struct Tampering
{
    const char* name;
    std::vector<uint8_t> option; //!< how the first option to be changed begins
    std::size_t at;              //!< which of its bytes
    const char* complaint;
};

class VerifierNotices : public Forms, public ::testing::WithParamInterface<Tampering>
{
};

TEST_P(VerifierNotices, OneWrongBit)
{
    Run({GetParam().name, 1, 0});
    EXPECT_EQ(ComplaintAbout(m_capture), "");
    std::ifstream in(m_capture, std::ios::binary);
    std::vector<char> bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const auto found = std::search(bytes.begin(),
                                   bytes.end(),
                                   GetParam().option.begin(),
                                   GetParam().option.end(),
                                   [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; });
    ASSERT_NE(found, bytes.end());
    found[static_cast<std::ptrdiff_t>(GetParam().at)] ^= 1;
    const std::string file = m_capture + ".tampered";
    std::ofstream(file, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    EXPECT_NE(ComplaintAbout(file).find(GetParam().complaint), std::string::npos)
        << ComplaintAbout(file);
    std::remove(file.c_str());
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    VerifierNotices,
    ::testing::Values(
        Tampering{"KeyEcho", {0x1e, 0x14, 0x01, 0x01}, 19, "does not repeat the keys"},
        Tampering{"Token", {0x1e, 0x0c, 0x10}, 4, "belongs to no key"},
        Tampering{"SynAckCode", {0x1e, 0x10, 0x10}, 11, "wrong code in MP_JOIN of a SYN/ACK"},
        Tampering{"SynAckNonce", {0x1e, 0x10, 0x10}, 12, "wrong code in MP_JOIN of a SYN/ACK"},
        Tampering{"AckCode", {0x1e, 0x18, 0x10}, 23, "wrong code in MP_JOIN of a third ACK"},
        Tampering{"AddressCode", {0x1e, 0x10, 0x30}, 15, "wrong code in ADD_ADDR"},
        Tampering{"AnnouncedAddress", {0x1e, 0x10, 0x30}, 7, "wrong code in ADD_ADDR"},
        Tampering{"Echo", {0x1e, 0x08, 0x31}, 7, "never announced"},
        Tampering{"DataSequence", {0x1e, 0x1a, 0x20, 0x0f}, 12, "a hole or a wrong beginning"},
        Tampering{"FastCloseKey", {0x1e, 0x0c, 0x70}, 4, "MP_FASTCLOSE"}),
    [](const auto& row) { return std::string(row.param.name); });

} // namespace
} // namespace ns3
