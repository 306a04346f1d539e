// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What comes at the wrong time or to the wrong place: connections that nobody wants any more,
/// segments of the past, windows that one path opens and another does not hear of.
#include "conversation-fixture.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"

#include <gtest/gtest.h>

namespace ns3::script
{

namespace
{

constexpr uint32_t SEGMENT_BYTES = 1420; // of the fixture's links

} // namespace

// ---- listeners ----

class Listener : public OneLinkConversation
{
  protected:
    void Listen()
    {
        socket = Socket::CreateSocket(hostNode, TypeId::LookupByName("ns3::MptcpSocketFactory"));
        ASSERT_EQ(socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), HostApplication::PORT)), 0);
        ASSERT_EQ(socket->Listen(), 0);
    }

    [[nodiscard]] std::size_t Tokens() const
    {
        return hostNode->GetObject<MptcpStack>()->GetTokens();
    }

    Ptr<Socket> socket;
};

/// Whoever sends SYNs to a host that takes none must not fill its memory (RFC 7430 4.1).
TEST_F(Listener, ThatRefusesKeepsNoKey)
{
    Listen();
    socket->SetAcceptCallback([](Ptr<Socket>, const Address&) { return false; },
                              MakeNullCallback<void, Ptr<Socket>, const Address&>());
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(Offer(peer.Key())));
    subflow.ExpectSilence(Seconds(1));
    EXPECT_EQ(Tokens(), 0U);
}

TEST_F(Listener, KeepsNoKeyForASynWithFin)
{
    Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    Segment christmasTree = Syn().With(Offer(peer.Key()));
    christmasTree.flags |= FIN;
    subflow.Send(christmasTree);
    peer.Wait(Seconds(1));
    EXPECT_EQ(Tokens(), 0U);
}

/// As in Linux, where a third ACK that finds no listener gets a RST (RFC 9293 3.10.7.1).
TEST_F(Listener, ThatIsClosedTakesHalfOpenConnectionsWithIt)
{
    Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(Offer(peer.Key())));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    socket->Close();
    socket = nullptr;
    peer.Wait(Seconds(1));
    subflow.Send(Ack().With(Keys()));
    const auto answer = subflow.ExpectLater(Rst());
    EXPECT_EQ(answer.seq, 1U);
    peer.Wait(Seconds(1));
    EXPECT_EQ(Tokens(), 0U);
    EXPECT_EQ(hostNode->GetObject<MptcpStack>()->GetConnections(), 0U);
}

TEST_F(Listener, ApplicationMayAbortWhatItIsOffered)
{
    Listen();
    socket->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
        [](Ptr<Socket> offered, const Address&) { DynamicCast<MptcpSocket>(offered)->Abort(); });
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(Offer(peer.Key())));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    subflow.Send(Ack().With(Keys()));
    subflow.Expect(Rst().With(mptcp::FastClose{peer.Key()}));
    subflow.ExpectSilence(Seconds(1));
    EXPECT_EQ(Tokens(), 0U);
}

} // namespace ns3::script
