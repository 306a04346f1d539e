// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What MPTCP promises whatever stands in the way: nothing stuck behind a NAT, nothing lost with a
/// proxy that fails (RFC 6182 5.2).
#include "core/middlebox/option-stripper.h"
#include "core/middlebox/port-translator.h"
#include "core/middlebox/split-proxy.h"
#include "core/middlebox/stateful-firewall.h"
#include "core/wire/option-codec.h"
#include "middlebox-helper.h"
#include "ns3-conversions.h"
#include "transfer-fixture.h"

#include "ns3/boolean.h"
#include "ns3/error-model.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/pointer.h"

#include <algorithm>
#include <variant>

namespace ns3
{
namespace
{

constexpr uint64_t BYTES = 400'000;

class BoxedTransfer : public TransferTest
{
  protected:
    /// The router of a multihomed topology sends what is for `address` over `path`.
    void RouteBack(const char* address, std::size_t path)
    {
        Ptr<NetDevice> device = m_topology->Link(path).Get(1);
        Ptr<Ipv4> ipv4 = device->GetNode()->GetObject<Ipv4>();
        Ipv4StaticRoutingHelper().GetStaticRouting(ipv4)->AddHostRouteTo(
            Ipv4Address(address),
            static_cast<uint32_t>(ipv4->GetInterfaceForDevice(device)));
    }

    [[nodiscard]] uint64_t AtServer(mptcp::Mib counter) const
    {
        return MptcpStack::Of(m_topology->Server())->GetMib().Get(counter);
    }

    [[nodiscard]] uint64_t AtClient(mptcp::Mib counter) const
    {
        return MptcpStack::Of(m_topology->Client())->GetMib().Get(counter);
    }
};

// ---- addresses from the inside of a NAT ----

class BehindNapt : public BoxedTransfer
{
  protected:
    /// Both paths of the client have a NAPT; it announces addresses that mean nothing outside, and
    /// the server tries to join them.
    void BuildBehindNapt()
    {
        m_mptcp.SetPathManager("ns3::MptcpFullMesh",
                               "AnnounceAsInitiator",
                               BooleanValue(true),
                               "OpenAsResponder",
                               BooleanValue(true));
        Build(Kind::Multihomed);
        for (std::size_t path = 0; path < 2; ++path)
        {
            const std::string address = "198.51.100." + std::to_string(path + 1);
            mptcp::PortTranslator::Settings settings;
            settings.publicAddress = ToCore(Ipv4Address(address.c_str()));
            m_boxes.push_back(
                MiddleboxHelper().Insert(m_topology->Link(path),
                                         std::make_unique<mptcp::PortTranslator>(settings)));
            RouteBack(address.c_str(), path);
        }
    }

    std::vector<Ptr<MptcpMiddlebox>> m_boxes;
};

// RFC 8684 6, NATs, and RFC 8684 3.4.1: connection attempts to private addresses fail and harm
// nothing; the join from inside tells the public address by itself.
TEST_F(BehindNapt, AnnouncedAddressesDoNoHarmAndTheJoinFromInsideWorks)
{
    BuildBehindNapt();
    StartTransfer(BYTES, BYTES);
    RunToEnd();
    ExpectOrderlyEnd();
    EXPECT_GE(AtServer(mptcp::Mib::AddAddr), 1U);
    EXPECT_GE(AtServer(mptcp::Mib::MPJoinSynTx), 1U) << "the server tried the private address";
    EXPECT_GE(m_boxes[0]->Boxes().Counters().dropped + m_boxes[1]->Boxes().Counters().dropped, 1U);
    EXPECT_EQ(AtServer(mptcp::Mib::MPJoinAckRx), 1U) << "the join from inside";
    EXPECT_EQ(AtClient(mptcp::Mib::MPJoinSynRx), 0U) << "none from outside";
    EXPECT_GT(PathBytes(1), BYTES / 2);
}

// The private address exists outside as well: the wrong host must not become a subflow. A SYN that
// reaches it finds no such token there (RFC 8684 3.2).
TEST_F(BehindNapt, PrivateAddressThatSomebodyElseHasIsNoSubflow)
{
    BuildBehindNapt();
    // The router is in everybody's way; it takes the client's second address for its own.
    Ptr<Node> router = m_topology->Link(0).Get(1)->GetNode();
    m_mptcp.Install(router);
    Ptr<Ipv4> ipv4 = router->GetObject<Ipv4>();
    const auto wire = static_cast<uint32_t>(ipv4->GetNInterfaces() - 1);
    ipv4->AddAddress(wire, Ipv4InterfaceAddress(m_topology->ClientAddress(1), "255.255.255.255"));
    StartTransfer(BYTES, BYTES);
    RunToEnd();
    ExpectOrderlyEnd();
    EXPECT_GE(AtServer(mptcp::Mib::MPJoinSynTx), 1U);
    EXPECT_EQ(AtServer(mptcp::Mib::MPJoinSynAckRx), 0U);
    EXPECT_EQ(AtServer(mptcp::Mib::MPJoinAckRx), 1U) << "the join from inside";
}

// ---- a firewall that lets nobody in ----

TEST_F(BoxedTransfer, FirewallsLeaveTheJoinFromInside)
{
    m_mptcp.SetPathManager("ns3::MptcpFullMesh",
                           "AnnounceAsInitiator",
                           BooleanValue(true),
                           "OpenAsResponder",
                           BooleanValue(true));
    Build(Kind::Multihomed);
    for (std::size_t path = 0; path < 2; ++path)
    {
        MiddleboxHelper().Insert(m_topology->Link(path),
                                 std::make_unique<mptcp::StatefulFirewall>());
    }
    StartTransfer(BYTES, BYTES);
    RunToEnd();
    ExpectOrderlyEnd();
    EXPECT_EQ(AtClient(mptcp::Mib::MPJoinSynRx), 0U);
    EXPECT_EQ(AtServer(mptcp::Mib::MPJoinAckRx), 1U);
    EXPECT_GT(PathBytes(1), BYTES / 2);
}

// ---- options that are stripped after the handshake ----

class StrippedByABox : public BoxedTransfer, public ::testing::WithParamInterface<bool>
{
};

// RFC 8684 3.7: the transfer goes on as TCP, and no byte is lost.
TEST_P(StrippedByABox, AfterTheHandshakeTheTransferIsTcpAndWhole)
{
    Build(Kind::Multihomed);
    mptcp::OptionStripper::Settings settings;
    settings.segments = mptcp::OptionStripper::Segments::NonSyn;
    const auto box = MiddleboxHelper().Insert(m_topology->Link(0),
                                              std::make_unique<mptcp::OptionStripper>(settings));
    StartTransfer(GetParam() ? BYTES : 0, GetParam() ? 0 : BYTES);
    RunToEnd();
    ExpectOrderlyEnd();
    EXPECT_FALSE(SocketOf(m_client)->IsMultipath());
    EXPECT_FALSE(SocketOf(m_server)->IsMultipath());
    EXPECT_GE(box->Boxes().Counters().changed, 1U);
    EXPECT_EQ(AtClient(mptcp::Mib::FallbackFailed) + AtServer(mptcp::Mib::FallbackFailed), 0U);
}

INSTANTIATE_TEST_SUITE_P(Directions, StrippedByABox, ::testing::Bool(), [](const auto& row) {
    return std::string(row.param ? "Up" : "Down");
});

// ---- a proxy that fails with data in its memory ----

/**
 * Beside the proxy, on the sender's side: says in each Data ACK that all has arrived which the
 * sender has been acknowledged by TCP. It is what MPTCP would be without Data ACKs.
 */
class DataAckForger : public mptcp::Middlebox
{
  public:
    std::string_view Name() const override
    {
        return "forger";
    }

  protected:
    void On(mptcp::Way way, mptcp::TcpSegment segment, Time, mptcp::BoxOutput& out) override
    {
        mptcp::SegmentContext context;
        context.syn = segment.Has(mptcp::TcpSegment::SYN);
        context.ack = segment.Has(mptcp::TcpSegment::ACK);
        context.hasPayload = !segment.payload.empty();
        for (auto& option : segment.options)
        {
            const auto parsed = mptcp::Parse({option.data(), option.size()}, context);
            const auto* good = std::get_if<mptcp::MptcpOption>(&parsed);
            const auto* dss = good != nullptr ? std::get_if<mptcp::Dss>(good) : nullptr;
            if (dss != nullptr && way == mptcp::Way::Out && dss->mapping)
            {
                m_sentEnd = dss->mapping->dataSequence + dss->mapping->lengthBytes -
                            (dss->mapping->dataFin ? 1 : 0);
            }
            if (dss != nullptr && way == mptcp::Way::In && dss->dataAck && m_sentEnd)
            {
                mptcp::Dss forged = *dss;
                forged.dataAck->sequence =
                    *m_sentEnd & (dss->dataAck->is64 ? UINT64_MAX : UINT32_MAX);
                mptcp::ByteWriter writer(option.data(), option.size());
                mptcp::Emit(mptcp::MptcpOption(forged), writer);
                ++m_counters.changed;
            }
        }
        out.Send(way, std::move(segment));
    }

  private:
    std::optional<uint64_t> m_sentEnd;
};

class FailingProxy : public BoxedTransfer
{
  protected:
    static constexpr uint64_t FAILS_AFTER = 150'000;

    /// A proxy in the middle of the first path, which is the one that is used until it fails.
    void BuildWithProxy(bool isForged)
    {
        m_mptcp.SetScheduler("ns3::MptcpHotStandby");
        Build(Kind::Multihomed);
        mptcp::SplitProxy::Settings settings;
        settings.relaysUnknownOptions = true;
        settings.failsAfterBytes = FAILS_AFTER;
        auto proxy = std::make_unique<mptcp::SplitProxy>(settings);
        m_proxy = proxy.get();
        std::vector<std::unique_ptr<mptcp::Middlebox>> boxes;
        if (isForged)
        {
            boxes.push_back(std::make_unique<DataAckForger>());
        }
        boxes.push_back(std::move(proxy));
        MiddleboxHelper(0.5).Insert(m_topology->Link(0), std::move(boxes));
        // Behind the proxy the path breaks first, so that it holds what nobody has received.
        PointerValue loss;
        m_topology->Link(0).Get(1)->GetAttribute("ReceiveErrorModel", loss);
        Simulator::Schedule(Seconds(0.5),
                            &RateErrorModel::SetRate,
                            loss.Get<RateErrorModel>(),
                            1.0);
    }

    const mptcp::SplitProxy* m_proxy{nullptr};
};

// RFC 6182 5.2 and RFC 8684 3.3.2: data counts as delivered on its Data ACK, so what a proxy has
// acknowledged and lost is sent again over the other path.
TEST_F(FailingProxy, LosesNothingWhenThereIsAnotherSubflow)
{
    BuildWithProxy(false);
    StartTransfer(BYTES, 0);
    RunToEnd();
    ASSERT_TRUE(m_proxy->HasFailed());
    EXPECT_GT(m_proxy->ResponsibleBytes(), 30'000U)
        << "acknowledged to the sender by TCP, and never seen by the receiver";
    ExpectDelivered();
    EXPECT_GT(AtClient(mptcp::Mib::MPTCPRetrans), 0U);
    EXPECT_GT(PathBytes(1), BYTES - FAILS_AFTER);
}

// The same with Data ACKs that repeat what TCP's say: the data is lost for good.
TEST_F(FailingProxy, WouldLoseDataWithoutDataAcks)
{
    BuildWithProxy(true);
    StartTransfer(BYTES, 0);
    RunToEnd();
    ASSERT_TRUE(m_proxy->HasFailed());
    EXPECT_GT(m_proxy->ResponsibleBytes(), 30'000U);
    // The proxy has acknowledged as much as it fails after, at least.
    EXPECT_LT(m_server->ReceivedBytes() + 30'000, FAILS_AFTER);
    EXPECT_TRUE(m_server->IsIntact());
    EXPECT_FALSE(m_server->HasPeerClosed());
    EXPECT_GT(PathBytes(1), 50'000U) << "what comes behind the hole waits in vain";
}

// Plain TCP through it loses them as well, whatever the sender believes.
TEST_F(FailingProxy, LosesTheDataOfPlainTcp)
{
    m_clientSockets = m_serverSockets = TCP_SOCKETS;
    BuildWithProxy(false);
    StartTransfer(BYTES, 0);
    RunToEnd();
    ASSERT_TRUE(m_proxy->HasFailed());
    EXPECT_GT(m_proxy->ResponsibleBytes(), 30'000U);
    // The proxy has acknowledged as much as it fails after, at least.
    EXPECT_LT(m_server->ReceivedBytes() + 30'000, FAILS_AFTER);
    EXPECT_FALSE(m_server->HasPeerClosed());
}

} // namespace
} // namespace ns3
