// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Which events a host reports, when, and with which attributes: those of Linux
/// (Documentation/netlink/specs/mptcp_pm.yaml), as `ip mptcp monitor` prints them.
#include "conversation-fixture.h"
#include "mptcp-event.h"
#include "mptcp-stack.h"

#include "ns3/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <vector>

namespace ns3::script
{

using Lines = std::vector<std::string>;

/// Collects the host's events as text. Tokens differ from test to test and are shown as TOKEN
/// after they have been compared with the host's.
template <typename Conversation>
class Monitored : public Conversation
{
  protected:
    void SetUp() override
    {
        this->hostNode->template GetObject<MptcpStack>()->TraceConnectWithoutContext(
            "Events",
            MakeCallback(&Monitored::OnEvent, this));
    }

    /// What has been reported since the last question.
    Lines Reported()
    {
        this->peer.Wait(MilliSeconds(20));
        return std::exchange(m_lines, {});
    }

  private:
    void OnEvent(const MptcpEvent& event)
    {
        MptcpEvent shown = event;
        if (event.token)
        {
            // Until the connection is over it has the token that peers join by.
            const auto socket = this->host.GetSocket();
            EXPECT_TRUE(!socket || socket->GetToken() == 0 || socket->GetToken() == *event.token);
            shown.token.reset();
        }
        std::ostringstream text;
        text << NameOf(event.type) << (event.token ? " TOKEN " : " ") << AttributesOf(shown);
        std::string line = text.str();
        line.erase(line.find_last_not_of(' ') + 1);
        m_lines.push_back(line);
    }

    Lines m_lines;
};

class EventsOfServer : public Monitored<OneLinkConversation>
{
  protected:
    void Open()
    {
        first = &OpenConnection();
        first->Send(Ack().With(Dss().DataAck(1)));
        Reported();
    }

    PeerSubflow* first{nullptr};
};

class EventsOfClient : public Monitored<TwoLinkConversation>
{
};

// ---- the connection ----

TEST_F(EventsOfServer, OpeningAndOrderlyEnd)
{
    auto& subflow = OpenConnection();
    EXPECT_EQ(Reported(),
              (Lines{"LISTENER_CREATED saddr4=0.0.0.0 sport=80",
                     "CREATED TOKEN saddr4=10.0.0.1 daddr4=10.0.0.2 sport=80 dport=40000 "
                     "server_side",
                     "ESTABLISHED TOKEN saddr4=10.0.0.1 daddr4=10.0.0.2 sport=80 dport=40000 "
                     "server_side"}));
    subflow.Send(Ack().With(Dss().DataAck(1).DataFin(1)));
    subflow.Expect(Ack().With(Dss().DataAck(2)));
    host.Close();
    subflow.ExpectLater(Ack().With(Dss().DataAck(2).DataFin(1)));
    subflow.Send(Ack().With(Dss().DataAck(2)));
    subflow.ExpectLater(Fin());
    EXPECT_EQ(Reported(), Lines{}) << "the end of a closing connection's subflows is no event";
    subflow.Send(Fin());
    EXPECT_EQ(Reported(), Lines{"CLOSED TOKEN"});
}

TEST_F(EventsOfServer, PlainTcpIsNoMptcpConnection)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn());
    subflow.Expect(SynAck().WithoutMptcp());
    subflow.Send(Ack());
    EXPECT_EQ(Reported(), Lines{"LISTENER_CREATED saddr4=0.0.0.0 sport=80"});
    subflow.Send(Rst());
    EXPECT_EQ(Reported(), Lines{});
}

TEST_F(EventsOfServer, FallbackAfterTheKeysStillEnds)
{
    auto& subflow = OpenConnection();
    Reported();
    subflow.Send(Data("plain"));
    subflow.ExpectLater(Ack().AckNumber(6).WithoutMptcp());
    subflow.Send(Rst());
    EXPECT_EQ(Reported(), (Lines{"CLOSED TOKEN"}));
}

TEST_F(EventsOfClient, PeerThatForbidsJoins)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    auto answer = OwnKey();
    answer.flags.denyJoin = true;
    subflow.Send(SynAck().With(answer));
    EXPECT_EQ(Reported(),
              (Lines{"CREATED TOKEN saddr4=10.0.0.1 daddr4=10.0.0.2 sport=49153 dport=80 "
                     "deny_join_id0"}))
        << "the peer is not known to have the keys yet";
    subflow.Send(Ack().With(Dss().DataAck(1)));
    EXPECT_EQ(Reported(),
              (Lines{"ESTABLISHED TOKEN saddr4=10.0.0.1 daddr4=10.0.0.2 sport=49153 dport=80 "
                     "deny_join_id0"}));
}

// ---- subflows ----

TEST_F(EventsOfServer, SubflowOfThePeer)
{
    Open();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::JoinSyn{true, 5, HostToken(), OWN_NONCE}));
    const auto answer = subflow.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    EXPECT_EQ(Reported(), Lines{});
    subflow.Send(Ack().With(JoinCode(OWN_NONCE, answer.Find<mptcp::JoinSynAck>()->nonce)));
    const std::string ends =
        " TOKEN remid=5 locid=0 saddr4=10.0.0.1 daddr4=10.0.0.2 sport=80 dport=40001";
    EXPECT_EQ(Reported(), Lines{"SF_ESTABLISHED" + ends + " backup=1"});
    subflow.Send(Ack().With(Dss().DataAck(1)).With(mptcp::Priority{false}));
    EXPECT_EQ(Reported(), Lines{"SF_PRIO" + ends + " backup=0"});
    subflow.Send(Rst().With(mptcp::Reset{true, mptcp::ResetReason::UnacceptablePerformance}));
    EXPECT_EQ(Reported(),
              Lines{"SF_CLOSED" + ends + " backup=0 error=104 reset_reason=5 reset_flags=0x1"});
}

TEST_F(EventsOfServer, ResetByTheHostHasNoReasonOfThePeer)
{
    Open();
    auto& subflow = Join(0, 5);
    Reported();
    subflow.Send(Fin());
    subflow.ExpectLater(Fin());
    subflow.Send(Ack());
    EXPECT_EQ(Reported(),
              Lines{"SF_CLOSED TOKEN remid=5 locid=0 saddr4=10.0.0.1 daddr4=10.0.0.2 sport=80 "
                    "dport=40001 backup=0"});
}

TEST_F(EventsOfClient, SubflowOfTheHost)
{
    AcceptConnection();
    Reported();
    AcceptJoin(1);
    EXPECT_EQ(Reported(),
              Lines{"SF_ESTABLISHED TOKEN remid=0 locid=1 saddr4=10.0.1.1 daddr4=10.0.0.2 "
                    "sport=49154 dport=80 backup=0"});
}

TEST_F(EventsOfClient, SubflowThatIsRefused)
{
    AcceptConnection();
    Reported();
    auto& second = peer.AwaitSyn(1);
    second.Expect(Syn().With(Any<mptcp::JoinSyn>()));
    second.Send(RstAck());
    EXPECT_EQ(Reported(),
              Lines{"SF_CLOSED TOKEN remid=0 locid=1 saddr4=10.0.1.1 daddr4=10.0.0.2 sport=49154 "
                    "dport=80 backup=0 error=111"});
}

TEST_F(EventsOfClient, SubflowThatNobodyAnswers)
{
    AcceptConnection();
    Reported();
    peer.AwaitSyn(1);
    peer.Wait(Seconds(400)); // all SYNs
    const auto lines = Reported();
    ASSERT_FALSE(lines.empty());
    EXPECT_THAT(lines.front(), testing::StartsWith("SF_CLOSED TOKEN remid=0 locid=1 "));
    EXPECT_THAT(lines.front(), testing::EndsWith(" backup=0 error=110"));
}

// ---- addresses ----

TEST_F(EventsOfServer, AddressesOfThePeer)
{
    Open();
    mptcp::AddAddress announcement;
    announcement.id = 3;
    announcement.address = mptcp::Ipv4Bytes{10, 0, 9, 2};
    announcement.hmac = mptcp::AddAddressHmac({peer.Key(), peer.RemoteKey()}, announcement);
    first->Send(Ack().With(Dss().DataAck(1)).With(announcement));
    EXPECT_EQ(Reported(), Lines{"ANNOUNCED TOKEN remid=3 daddr4=10.0.9.2"});
    announcement.port = 8080;
    announcement.hmac = mptcp::AddAddressHmac({peer.Key(), peer.RemoteKey()}, announcement);
    first->Send(Ack().With(Dss().DataAck(1)).With(announcement));
    EXPECT_EQ(Reported(), Lines{"ANNOUNCED TOKEN remid=3 daddr4=10.0.9.2 dport=8080"});
    announcement.hmac = *announcement.hmac + 1;
    first->Send(Ack().With(Dss().DataAck(1)).With(announcement));
    EXPECT_EQ(Reported(), Lines{}) << "forged";
    announcement.hmac.reset();
    first->Send(Ack().With(Dss().DataAck(1)).With(announcement));
    EXPECT_EQ(Reported(), Lines{}) << "an echo";
    mptcp::AddressIdList ids(3);
    ids.Append(9);
    first->Send(Ack().With(Dss().DataAck(1)).With(mptcp::RemoveAddress{ids}));
    EXPECT_EQ(Reported(), (Lines{"REMOVED TOKEN remid=3", "REMOVED TOKEN remid=9"}));
}

// ---- listeners ----

TEST_F(EventsOfClient, Listeners)
{
    auto socket = DynamicCast<MptcpSocket>(
        Socket::CreateSocket(hostNode, TypeId::LookupByName("ns3::MptcpSocketFactory")));
    socket->Bind(InetSocketAddress(ScriptedPeer::HostAddress(1), 8080));
    socket->Listen();
    EXPECT_EQ(Reported(), Lines{"LISTENER_CREATED saddr4=10.0.1.1 sport=8080"});
    socket->Close();
    EXPECT_EQ(Reported(), Lines{"LISTENER_CLOSED saddr4=10.0.1.1 sport=8080"});
}

} // namespace ns3::script
