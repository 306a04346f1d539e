// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TWO_SUBFLOW_CONVERSATION_H
#define MPTCP_TWO_SUBFLOW_CONVERSATION_H

#include "conversation-fixture.h"

#include <gtest/gtest.h>

namespace ns3::script
{

/// RFC 8684 3.6: the reason of a subflow that the path has damaged.
constexpr mptcp::Reset DAMAGED{false, mptcp::ResetReason::MiddleboxInterference};

/// A server that has got "hello" by the first of two subflows.
class TwoSubflowConversation : public TwoLinkConversation
{
  protected:
    void Open()
    {
        first = &OpenConnection();
        Dss mapping = Dss().DataAck(1).Map(1, 1, 5);
        first->Send(Data("hello").With(peerUsesChecksums ? mapping.Over("hello") : mapping));
        first->ExpectLater(Ack().AckNumber(6).With(Dss().DataAck(6)));
        second = &Join(1);
        second->Send(Ack().With(Dss().DataAck(1)));
        first->Collect(MilliSeconds(50));
        second->Collect(MilliSeconds(50));
    }

    /// MP_FAIL about what the peer sends.
    [[nodiscard]] mptcp::Fail FailAt(uint64_t number) const
    {
        return {(peer.Numbers().peer + number).Value()};
    }

    /// MP_FAIL about what the host sends.
    [[nodiscard]] mptcp::Fail HostFailAt(uint64_t number) const
    {
        return {(peer.Numbers().host + number).Value()};
    }

    void ResetBoth(const Segment& reset)
    {
        first->Send(reset);
        second->Send(reset);
        peer.Wait(MilliSeconds(100));
        EXPECT_TRUE(host.GetSocket()->GetSubflows().empty());
        EXPECT_FALSE(host.HasError());
    }

    PeerSubflow* first{nullptr};
    PeerSubflow* second{nullptr};
};

} // namespace ns3::script

#endif // MPTCP_TWO_SUBFLOW_CONVERSATION_H
