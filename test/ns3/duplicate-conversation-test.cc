// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Data that is there already and comes once more by the last subflow, when MPTCP ends: counted by
/// position it would be delivered twice (RFC 8684 3.3.1, 3.7).
#include "two-subflow-conversation.h"

#include <gtest/gtest.h>

namespace ns3::script
{

/// "world" has arrived by the second subflow, which is gone, and its DATA_ACK is lost.
class Duplicate : public TwoSubflowConversation, public ::testing::WithParamInterface<bool>
{
  protected:
    Duplicate()
    {
        peerUsesChecksums = GetParam();
    }

    /// With the checksum of what was sent, if there are any.
    [[nodiscard]] Dss Mapping(uint64_t data, uint32_t subflow, const std::string& text) const
    {
        Dss dss = Dss().DataAck(1).Map(data, subflow, static_cast<uint16_t>(text.size()));
        return peerUsesChecksums ? dss.Over(text) : dss;
    }

    void OpenAndLoseTheSecond()
    {
        Open();
        second->Send(Data("world").With(Mapping(6, 1, "world")));
        second->ExpectLater(Ack().With(Dss().DataAck(11)));
        second->Send(Rst());
        peer.Wait(MilliSeconds(20));
        ASSERT_EQ(host.Received(), "helloworld");
    }

    /// What a box makes of "world": other bytes, or, where only lengths tell, more of them.
    [[nodiscard]] std::string Altered() const
    {
        return peerUsesChecksums ? "WORLD" : "WORLDxx";
    }
};

INSTANTIATE_TEST_SUITE_P(Checksums, Duplicate, ::testing::Bool());

// RFC 8684 3.7: data retransmitted from a subflow that was uncleanly closed.
TEST_P(Duplicate, DamagedEndsTheLastSubflow)
{
    OpenAndLoseTheSecond();
    first->Send(Data(Altered()).With(Mapping(6, 6, "world")));
    first->ExpectLater(Rst().With(FailAt(6)).With(DAMAGED));
    first->Send(Ack().With(HostFailAt(1)));
    peer.Wait(MilliSeconds(100));
    EXPECT_EQ(host.Received(), "helloworld");
    EXPECT_FALSE(host.HasError());
}

// Nothing in it is new but its end.
TEST_P(Duplicate, DamagedBehindItStillLeadsToPlainTcp)
{
    OpenAndLoseTheSecond();
    first->Send(Data("world").With(Mapping(6, 6, "world")));
    first->ExpectLater(Ack().AckNumber(11).With(Dss().DataAck(11)));
    first->Send(Data(Altered()).With(Mapping(11, 11, "again")));
    first->ExpectLater(Ack().With(FailAt(11)));
    first->Send(Ack().With(HostFailAt(1)));
    first->ExpectLater(Ack().WithoutMptcp());
    EXPECT_EQ(host.Received(), "helloworld" + Altered());
}

// Until it knows that this host has fallen back the peer sends mappings, and they are true.
TEST_P(Duplicate, UnderWayAtTheFallbackIsNotDeliveredAgain)
{
    OpenAndLoseTheSecond();
    first->Send(Ack().With(HostFailAt(1)));
    first->ExpectLater(Ack().With(FailAt(11)));
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
    first->Send(Data("world").With(Mapping(6, 6, "world")));
    first->ExpectLater(Ack().AckNumber(11).WithoutMptcp());
    EXPECT_EQ(host.Received(), "helloworld");
    first->Send(Data("again").With(Dss().MapForEver(11, 11)));
    first->Send(Data(" and more"));
    first->ExpectLater(Ack().AckNumber(25).WithoutMptcp());
    EXPECT_EQ(host.Received(), "helloworldagain and more");
}

TEST_P(Duplicate, OfAnInfiniteMappingIsNotDeliveredAgain)
{
    OpenAndLoseTheSecond();
    first->Send(Data("world").With(Dss().MapForEver(6, 6)));
    first->ExpectLater(Ack().AckNumber(11).WithoutMptcp());
    first->Send(Data("again"));
    first->ExpectLater(Ack().AckNumber(16).WithoutMptcp());
    EXPECT_EQ(host.Received(), "helloworldagain");
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
}

// ---- the other way: the peer finds the damage in what it has ----

class DuplicateOfTheHost : public TwoSubflowConversation
{
  protected:
    /// The host has sent "kept" on both subflows, one of which is gone; returns the other.
    PeerSubflow& OpenAndMakeItRepeat()
    {
        Open();
        host.Write("kept");
        PeerSubflow* carrier = first;
        PeerSubflow* other = second;
        if (carrier->Collect(MilliSeconds(50)).empty())
        {
            std::swap(carrier, other);
        }
        carrier->Send(Rst());
        other->ExpectLater(Data("kept").With(Dss().Map(1, 1, 4)));
        return *other;
    }
};

// MP_FAIL stands before the DSS in the segment, but speaks of the time after it.
TEST_F(DuplicateOfTheHost, MpFailAboutWhatIsAcknowledgedEndsTheSubflow)
{
    PeerSubflow& other = OpenAndMakeItRepeat();
    other.Send(Ack().AckNumber(5).With(HostFailAt(1)).With(Dss().DataAck(5)));
    other.ExpectLater(Rst().With(FailAt(6)).With(DAMAGED));
    EXPECT_EQ(Count(mptcp::Mib::FallbackFailed), 1U);
}

TEST_F(DuplicateOfTheHost, MpFailBehindWhatWasSentEndsTheSubflow)
{
    PeerSubflow& other = OpenAndMakeItRepeat();
    other.Send(Ack().AckNumber(5).With(HostFailAt(9)).With(Dss().DataAck(1)));
    other.ExpectLater(Rst().With(FailAt(6)).With(DAMAGED));
}

TEST_F(DuplicateOfTheHost, MpFailWithTheAcknowledgementOfAllBeforeIsAgreedTo)
{
    PeerSubflow& other = OpenAndMakeItRepeat();
    host.Write("more");
    other.ExpectLater(Data("more").With(Dss().Map(5, 5, 4)));
    other.Send(Ack().AckNumber(9).With(HostFailAt(5)).With(Dss().DataAck(5)));
    other.ExpectLater(Ack().With(FailAt(6)));
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
}

// ---- a fallback that is not possible changes nothing ----

class RefusedFallback : public TwoSubflowConversation
{
};

TEST_F(RefusedFallback, KeepsWhatItHoldsOutOfOrder)
{
    Open();
    second->Send(Data("again").With(Dss().DataAck(1).Map(11, 1, 5))); // "world" is missing
    second->ExpectLater(Ack().With(Dss().DataAck(6)));
    ResetBoth(Rst());
    auto& third = Join(1);
    third.Send(Data("again").With(Dss().MapForEver(11, 1)));
    third.ExpectLater(Rst().With(mptcp::Reset{false, mptcp::ResetReason::MptcpSpecific}));
    auto& fourth = Join(1, 2);
    fourth.Send(Data("world").With(Dss().DataAck(1).Map(6, 1, 5)));
    fourth.ExpectLater(Ack().With(Dss().DataAck(16)));
    EXPECT_EQ(host.Received(), "helloworldagain");
}

} // namespace ns3::script
