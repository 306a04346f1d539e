// SPDX-License-Identifier: GPL-2.0-only
#include "opportunistic-retransmission.h"

#include "../scheduling/selection.h"

#include <algorithm>

namespace mptcp
{

namespace
{

const SubflowSnapshot*
Find(const ConnectionSnapshot& connection, SubflowId id)
{
    const auto found =
        std::find_if(connection.subflows.begin(),
                     connection.subflows.end(),
                     [id](const SubflowSnapshot& subflow) { return subflow.id == id; });
    return found != connection.subflows.end() ? &*found : nullptr;
}

/// The subflow that a scheduler would take for a whole segment of data inside the window.
const SubflowSnapshot*
FastestWithRoom(const ConnectionSnapshot& connection)
{
    ConnectionSnapshot question = connection;
    question.reinjection = true; // what is resent lies within the window
    question.excluded.clear();
    question.ungrantedBytes = UINT32_MAX;
    const Selection selection = SelectByRtt(question);
    return selection.available != nullptr ? Find(connection, selection.available->id) : nullptr;
}

/// Or overdue, see FindBlockage.
bool
IsSlower(const SubflowSnapshot& carrier,
         std::chrono::nanoseconds oldestAge,
         const SubflowSnapshot& idle)
{
    const auto expected = 2 * (carrier.smoothedRtt + 4 * carrier.rttVariation);
    return carrier.smoothedRtt > idle.smoothedRtt ||
           (oldestAge > expected && oldestAge > idle.smoothedRtt);
}

/// What is known of one position of the stream.
struct Spot
{
    SubflowIds carriers;
    bool isBlocked{false}; //!< there are carriers, and all of them are slower than the idle one
    DataSequence end;      //!< up to here all this holds
};

Spot
LookAt(DataSequence position,
       const SubflowSnapshot& idle,
       const ConnectionSnapshot& connection,
       const CarriedRanges& carried)
{
    Spot spot;
    bool areAllSlower = true;
    std::optional<DataSequence> end;
    for (const auto& [id, range, oldestAge] : carried)
    {
        if (range.end <= position)
        {
            continue;
        }
        const bool isHere = range.begin <= position;
        const DataSequence border = isHere ? range.end : range.begin;
        end = end ? std::min(*end, border) : border;
        if (isHere)
        {
            const SubflowSnapshot* carrier = Find(connection, id);
            areAllSlower =
                areAllSlower && carrier != nullptr && IsSlower(*carrier, oldestAge, idle);
            spot.carriers.push_back(id);
        }
    }
    spot.isBlocked = !spot.carriers.empty() && areAllSlower;
    spot.end = end.value_or(position);
    return spot;
}

} // namespace

std::optional<Blockage>
FindBlockage(const ConnectionSnapshot& connection, DataSequence from, const CarriedRanges& carried)
{
    const SubflowSnapshot* idle = FastestWithRoom(connection);
    if (idle == nullptr)
    {
        return std::nullopt;
    }
    for (Spot spot = LookAt(from, *idle, connection, carried); from < spot.end;
         spot = LookAt(from, *idle, connection, carried))
    {
        if (spot.isBlocked)
        {
            return Blockage{idle->id,
                            spot.carriers,
                            {from, std::min(spot.end, from + idle->segmentBytes)}};
        }
        from = spot.end;
    }
    return std::nullopt;
}

std::optional<Blockage>
OpportunisticRetransmission::Next(const ConnectionSnapshot& connection,
                                  DataSequence edge,
                                  const CarriedRanges& carried) const
{
    return FindBlockage(connection, m_end && edge < *m_end ? *m_end : edge, carried);
}

void
OpportunisticRetransmission::OnSent(const DataRange& range)
{
    m_end = range.end;
}

} // namespace mptcp
