// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TEST_SCHEDULING_FIXTURE_H
#define MPTCP_TEST_SCHEDULING_FIXTURE_H

#include "scheduling/scheduler.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace mptcp::test
{

constexpr uint32_t SEGMENT = 1000;
constexpr uint64_t MUCH = 10'000'000;

/// A subflow in whole segments and milliseconds.
struct Path
{
    uint16_t id;
    int rttMilliseconds;
    uint32_t windowSegments;
    uint32_t inFlightSegments{0};
    bool backup{false};
    uint32_t queuedSegments{0};
    int rttVariationMilliseconds{0};
    uint32_t thresholdSegments{0}; //!< of slow start; 0: no loss so far
};

inline SubflowSnapshot
SubflowOf(const Path& path)
{
    SubflowSnapshot subflow;
    subflow.id = SubflowId(path.id);
    subflow.backup = path.backup;
    subflow.smoothedRtt = std::chrono::milliseconds(path.rttMilliseconds);
    subflow.rttVariation = std::chrono::milliseconds(path.rttVariationMilliseconds);
    subflow.congestionWindowBytes = path.windowSegments * SEGMENT;
    subflow.inFlightBytes = path.inFlightSegments * SEGMENT;
    subflow.queuedBytes = path.queuedSegments * SEGMENT;
    subflow.segmentBytes = SEGMENT;
    if (path.thresholdSegments > 0)
    {
        subflow.slowStartThresholdBytes = path.thresholdSegments * SEGMENT;
    }
    return subflow;
}

inline ConnectionSnapshot
ConnectionOf(const std::vector<Path>& paths, uint64_t ungrantedBytes = MUCH)
{
    ConnectionSnapshot connection;
    for (const Path& path : paths)
    {
        connection.subflows.push_back(SubflowOf(path));
    }
    connection.ungrantedBytes = ungrantedBytes;
    connection.bufferedBytes = ungrantedBytes;
    connection.sendWindowBytes = MUCH;
    return connection;
}

/// A connection that carries out grants of new bytes, so that a row can state the order of many.
class Sender
{
  public:
    Sender(Scheduler& scheduler, ConnectionSnapshot start)
        : snapshot(std::move(start)),
          m_scheduler(scheduler)
    {
    }

    /// Who sends the next segment; 0: nobody.
    uint16_t Next()
    {
        const Decision decision = m_scheduler.Choose(snapshot);
        reason = decision.reason;
        if (!decision.grant)
        {
            return 0;
        }
        EXPECT_EQ(decision.grant->subflows.size(), 1U);
        const uint16_t chosen = decision.grant->subflows.front().Value();
        Find(chosen).queuedBytes += decision.grant->maxBytes;
        snapshot.ungrantedBytes -= decision.grant->maxBytes;
        snapshot.sendWindowBytes -= decision.grant->maxBytes;
        return chosen;
    }

    std::vector<uint16_t> Next(std::size_t count)
    {
        std::vector<uint16_t> order(count);
        std::generate(order.begin(), order.end(), [this] { return Next(); });
        return order;
    }

    SubflowSnapshot& Find(uint16_t id)
    {
        return *std::find_if(snapshot.subflows.begin(),
                             snapshot.subflows.end(),
                             [&](const SubflowSnapshot& s) { return s.id.Value() == id; });
    }

    ConnectionSnapshot snapshot;
    WaitReason reason{WaitReason::None};

  private:
    Scheduler& m_scheduler;
};

/// Who is granted the next segment; 0: nobody.
inline uint16_t
ChosenBy(Scheduler& scheduler, const ConnectionSnapshot& connection)
{
    const Decision decision = scheduler.Choose(connection);
    return decision.grant ? decision.grant->subflows.front().Value() : 0;
}

using Order = std::vector<uint16_t>;

} // namespace mptcp::test

#endif // MPTCP_TEST_SCHEDULING_FIXTURE_H
