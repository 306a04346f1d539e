// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The examples of docs/own-policies.md: a scheduler and a congestion control that live outside the
/// library, here in the test program, and are chosen by name (analysis/tests/test_readme.py
/// compares the texts).
#include "transfer-fixture.h"

#include <algorithm>

// SCHEDULER
#include "ns3/mptcp-schedulers.h"
#include "ns3/uinteger.h"

/// Lowest RTT first, but a flat-rate path before a metered one once the plan is used up.
class DataPlanScheduler : public ns3::MptcpScheduler
{
  public:
    static ns3::TypeId GetTypeId()
    {
        static ns3::TypeId tid =
            ns3::TypeId("DataPlanScheduler")
                .SetParent<ns3::MptcpScheduler>()
                .AddConstructor<DataPlanScheduler>()
                .AddAttribute("PlanBytes",
                              "Bytes that subflow 2 may carry.",
                              ns3::UintegerValue(100'000),
                              ns3::MakeUintegerAccessor(&DataPlanScheduler::m_planBytes),
                              ns3::MakeUintegerChecker<uint64_t>());
        return tid;
    }

    mptcp::Decision Choose(const mptcp::ConnectionSnapshot& connection) override
    {
        const mptcp::SubflowId metered(2);
        const bool isUsedUp = m_usedBytes >= m_planBytes;
        const mptcp::Selection selection = mptcp::SelectBy(
            connection,
            [&](const mptcp::SubflowSnapshot& a, const mptcp::SubflowSnapshot& b) {
                const bool isOneMetered = (a.id == metered) != (b.id == metered);
                return isUsedUp && isOneMetered ? b.id == metered : a.smoothedRtt < b.smoothedRtt;
            });
        const auto* chosen = selection.available;
        if (isUsedUp && selection.MayWaitForPreferred() && chosen->id == metered)
        {
            return mptcp::Decision::Wait(mptcp::WaitReason::CongestionWindowFull);
        }
        m_usedBytes += chosen != nullptr && chosen->id == metered ? selection.availableBytes : 0;
        return selection.FirstAvailable();
    }

  private:
    uint64_t m_planBytes;
    uint64_t m_usedBytes{0};
};

NS_OBJECT_ENSURE_REGISTERED(DataPlanScheduler);
// SCHEDULER

// CONTROL
#include "ns3/tcp-congestion-ops.h"

/// NewReno that never has more than ten segments under way.
class TenSegments : public ns3::TcpNewReno
{
  public:
    static ns3::TypeId GetTypeId()
    {
        static ns3::TypeId tid =
            ns3::TypeId("TenSegments").SetParent<ns3::TcpNewReno>().AddConstructor<TenSegments>();
        return tid;
    }

    std::string GetName() const override
    {
        return "TenSegments";
    }

    void IncreaseWindow(ns3::Ptr<ns3::TcpSocketState> tcb, uint32_t segmentsAcked) override
    {
        TcpNewReno::IncreaseWindow(tcb, segmentsAcked);
        tcb->m_cWnd = std::min(tcb->m_cWnd.Get(), 10 * tcb->m_segmentSize);
    }

    ns3::Ptr<ns3::TcpCongestionOps> Fork() override
    {
        return ns3::CopyObject<TenSegments>(this); // one for each subflow
    }
};

NS_OBJECT_ENSURE_REGISTERED(TenSegments);

// CONTROL

namespace ns3
{
namespace
{

class OwnPolicies : public TransferTest
{
};

TEST_F(OwnPolicies, SchedulerIsChosenByNameAndHasItsAttributes)
{
    m_mptcp.SetScheduler("DataPlanScheduler", "PlanBytes", UintegerValue(200'000));
    Build(Kind::Multihomed);
    StartTransfer(2'000'000, 0);
    RunToEnd();
    ExpectOrderlyEnd();
    // Headers, acknowledgements and what the plan was left with come on top.
    EXPECT_GT(PathBytes(1), 200'000U);
    EXPECT_LT(PathBytes(1), 230'000U);
}

TEST_F(OwnPolicies, ControlIsChosenByName)
{
    m_mptcp.SetCongestionControl("TenSegments");
    auto paths = EqualPaths();
    paths[0].rate = paths[1].rate = DataRate("20Mbps");
    Build(Kind::Multihomed, paths);
    StartTransfer(3'000'000, 0);
    RunToEnd();
    ExpectOrderlyEnd();
    // Two paths with ten segments of 1420 bytes in 40 ms and the time to send one.
    EXPECT_LT(UpGoodputMbps(), 2 * 10 * 1420 * 8 / 0.040 / 1e6);
    EXPECT_GT(UpGoodputMbps(), 0.85 * 2 * 10 * 1420 * 8 / 0.040 / 1e6);
}

} // namespace
} // namespace ns3
