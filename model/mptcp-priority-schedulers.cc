// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-priority-schedulers.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/string.h"

#include <charconv>
#include <vector>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpOverflow);
NS_OBJECT_ENSURE_REGISTERED(MptcpHotStandby);
NS_OBJECT_ENSURE_REGISTERED(MptcpRedundant);
NS_OBJECT_ENSURE_REGISTERED(MptcpWeighted);

namespace
{

/// `3,1,2`; empty for an empty text.
std::vector<uint32_t>
ParseWeights(const std::string& text)
{
    std::vector<uint32_t> weights;
    const char* at = text.data();
    const char* end = at + text.size();
    while (at != end)
    {
        uint32_t weight = 0;
        const auto [next, error] = std::from_chars(at, end, weight);
        NS_ABORT_MSG_IF(error != std::errc() || weight == 0 || (next != end && *next != ','),
                        "MptcpWeighted: attribute Weights is '"
                            << text << "'; it takes numbers above 0 separated by commas: 3,1");
        weights.push_back(weight);
        at = next == end ? end : next + 1;
    }
    return weights;
}

} // namespace

TypeId
MptcpOverflow::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpOverflow")
                            .SetParent<MptcpScheduler>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpOverflow>();
    return tid;
}

TypeId
MptcpHotStandby::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpHotStandby")
                            .SetParent<MptcpScheduler>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpHotStandby>();
    return tid;
}

TypeId
MptcpRedundant::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpRedundant")
            .SetParent<MptcpScheduler>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpRedundant>()
            .AddAttribute("Copies",
                          "On how many subflows each byte is sent, at most: those with the "
                          "lowest round-trip times (RFC 6897 A.3 REQ12). 0: on all.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&MptcpRedundant::m_copies),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("QueueBytes",
                          "How many bytes may wait on a subflow for room in its congestion window "
                          "while others send them. What waits is sent in any case, also when "
                          "another copy has arrived. 0: nothing waits; a subflow that is behind "
                          "leaves out what has arrived, as in Linux MPTCP v0.95.",
                          UintegerValue(mptcp::Redundant::DEFAULT_QUEUE_BYTES),
                          MakeUintegerAccessor(&MptcpRedundant::m_queueBytes),
                          MakeUintegerChecker<uint32_t>());
    return tid;
}

void
MptcpRedundant::NotifyConstructionCompleted()
{
    MptcpScheduler::NotifyConstructionCompleted();
    m_core = mptcp::Redundant(m_copies, m_queueBytes);
}

TypeId
MptcpWeighted::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpWeighted")
            .SetParent<MptcpScheduler>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpWeighted>()
            .AddAttribute("Weights",
                          "Weights of the subflows 1, 2, 3 ... in order of creation, as numbers "
                          "above 0 separated by commas: 3,1. Others have 1, so an empty text makes "
                          "all alike.",
                          StringValue(""),
                          MakeStringAccessor(&MptcpWeighted::m_weights),
                          MakeStringChecker())
            .AddAttribute("CwndLimited",
                          "True: pass over a subflow whose window is full. False: keep the "
                          "proportion strictly and wait for it. Default as for round robin.",
                          BooleanValue(mptcp::WeightedConfig().cwndLimited),
                          MakeBooleanAccessor(&MptcpWeighted::m_cwndLimited),
                          MakeBooleanChecker());
    return tid;
}

void
MptcpWeighted::NotifyConstructionCompleted()
{
    MptcpScheduler::NotifyConstructionCompleted();
    m_core = mptcp::Weighted({ParseWeights(m_weights), m_cwndLimited});
}

} // namespace ns3
