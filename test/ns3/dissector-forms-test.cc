// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Every option form we send, in both versions, read by tshark; and what follows from keys,
/// recomputed by verify_capture.py.
#include "dissector-fixture.h"
#include "mptcp-path-managers.h"

#include "ns3/config.h"
#include "ns3/ipv6-address-helper.h"
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
                    mptcp::AnnounceAddress announcement{local.id, local.address, {}};
                    if (m_port != 0)
                    {
                        announcement.port = m_port;
                    }
                    actions.emplace_back(announcement);
                }
            }
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
        Ipv6AddressHelper("2001:db8::", Ipv6Prefix(64)).Assign(m_topology->Link(1));
        ObjectFactory announcer("ns3::test::Announcer");
        announcer.Set("Port", UintegerValue(variant.port));
        MptcpStack::Of(m_topology->Server())
            ->SetAttribute("PathManager", ObjectFactoryValue(announcer));
        StartTransfer(600'000, 200'000);
        CaptureWire(FileName(), 0);
        CaptureWire(FileName(), 1);
        Simulator::Schedule(Seconds(0.7), [this] {
            auto socket = SocketOf(m_client);
            ASSERT_GE(socket->GetSubflows().size(), 2U);
            socket->SetSubflowBackup(socket->GetSubflows().back()->GetSubflowId().Value(), true);
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

    [[nodiscard]] std::size_t CountSubtype(int subtype, const std::string& filter) const
    {
        return Count("tcp.options.mptcp.subtype == " + std::to_string(subtype) + " && " + filter);
    }
};

class DissectorForms : public Forms, public ::testing::WithParamInterface<Variant>
{
};

TEST_P(DissectorForms, AreAllRead)
{
    const bool isV0 = GetParam().version == 0;
    Run(GetParam());
    ExpectNoFault();
    EXPECT_EQ(Distinct("tcp.options.mptcp.version", "tcp.options.mptcp.version"),
              (std::set<std::string>{std::to_string(GetParam().version)}));
    // MP_CAPABLE (RFC 8684 3.1, RFC 6824 3.1).
    const std::string key = "tcp.options.mptcp.sendkey";
    const std::string syn = "tcp.flags.syn == 1 && tcp.flags.ack == 0";
    EXPECT_EQ(CountSubtype(0, syn), 1U);
    EXPECT_EQ(CountSubtype(0, syn + " && " + key), isV0 ? 1U : 0U);
    EXPECT_EQ(CountSubtype(0, "tcp.flags.syn == 1 && tcp.flags.ack == 1 && " + key), 1U);
    EXPECT_GE(CountSubtype(0, "tcp.flags.syn == 0 && tcp.options.mptcp.recvkey"), 1U);
    EXPECT_EQ(CountSubtype(0, "tcp.options.mptcp.datalvllen") > 0, !isV0);
    // MP_JOIN (RFC 8684 3.2).
    EXPECT_GE(CountSubtype(1, "tcp.options.mptcp.recvtok"), 1U);
    EXPECT_GE(CountSubtype(1, "tcp.options.mptcp.sendtrunchmac"), 1U);
    EXPECT_GE(CountSubtype(1, "tcp.options.mptcp.sendhmac"), 1U);
    // DSS (RFC 8684 3.3).
    EXPECT_GE(CountSubtype(2, "tcp.options.mptcp.rawdataack"), 100U);
    EXPECT_GE(CountSubtype(2, "tcp.options.mptcp.rawdataseqno"), 100U);
    // ADD_ADDR (RFC 8684 3.4.1, RFC 6824 3.4.1).
    EXPECT_EQ(Distinct("tcp.options.mptcp.ipv4", "tcp.options.mptcp.ipv4"),
              (std::set<std::string>{"10.1.2.2"}));
    EXPECT_EQ(Distinct("tcp.options.mptcp.ipv6", "tcp.options.mptcp.ipv6").size(), 1U);
    const auto ports = Distinct("tcp.options.mptcp.port", "tcp.options.mptcp.port");
    EXPECT_EQ(ports.count(std::to_string(ANNOUNCED_PORT)), GetParam().port == 0 ? 0U : 1U);
    EXPECT_EQ(CountSubtype(3, "tcp.options.mptcp.addaddrtrunchmac") >= 2, !isV0);
    EXPECT_EQ(CountSubtype(3, "tcp.options.mptcp.echo == 1") >= 2, !isV0);
    EXPECT_EQ(Distinct("tcp.options.mptcp.ipver", "tcp.options.mptcp.ipver"),
              isV0 ? (std::set<std::string>{"4", "6"}) : std::set<std::string>{});
    // REMOVE_ADDR, MP_PRIO (RFC 8684 3.4.2, 3.3.8).
    EXPECT_GE(CountSubtype(4, "tcp.options.mptcp.addrid"), 1U);
    EXPECT_GE(CountSubtype(5, "tcp.options.mptcp.backup.flag == 1"), 1U);
    // MP_FASTCLOSE, MP_TCPRST, which version 0 lacks (RFC 8684 3.5, 3.6).
    EXPECT_GE(CountSubtype(7, "tcp.flags.reset == 1 && tcp.options.mptcp.recvkey"), 1U);
    EXPECT_EQ(CountSubtype(8, "tcp.flags.reset == 1") >= 1, !isV0);
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
