// SPDX-License-Identifier: GPL-2.0-only
/// What the peer sends on a subflow after its FIN is numbered one higher than the FIN, and counts
/// (RFC 9293 3.10.7.4). Found against Linux.
#include "conversation-fixture.h"

namespace ns3
{

namespace
{

using namespace script;

class AfterPeerFin : public TwoLinkConversation
{
  protected:
    void Connect()
    {
        first = &AcceptConnection();
        second = &AcceptJoin(1);
    }

    [[nodiscard]] std::size_t Subflows() const
    {
        return host.GetSocket()->GetSubflows().size();
    }

    PeerSubflow* first{nullptr};
    PeerSubflow* second{nullptr};
};

/// The peer has closed the subflow and forgotten it: a RST numbered one after its FIN.
TEST_F(AfterPeerFin, ResetIsObeyed)
{
    Connect();
    second->Send(Fin());
    peer.Wait(MilliSeconds(20));
    ASSERT_EQ(Subflows(), 2U);
    second->Send(Rst());
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(Subflows(), 1U);
}

/// The peer has closed its half of the subflow and goes on receiving there.
TEST_F(AfterPeerFin, DataAckCounts)
{
    Connect();
    host.Write("hello");
    first->Expect(Data("hello"));
    first->Send(Fin().AckNumber(1).With(Dss().DataAck(1)));
    peer.Wait(MilliSeconds(20));
    ASSERT_EQ(host.UnacknowledgedBytes(), 5U);
    first->Send(Ack().AckNumber(6).With(Dss().DataAck(6)));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
}

} // namespace

} // namespace ns3
