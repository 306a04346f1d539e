// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TEST_COUNTERS_H
#define MPTCP_TEST_COUNTERS_H

#include "core/mib.h"
#include "mptcp-stack.h"

#include "ns3/node.h"

#include <cstdint>
#include <map>
#include <string>

namespace ns3
{

/// Counters by name, those that are not zero. Compared as a whole, so that a counter raised where
/// it must not be is a failure as well.
using Counters = std::map<std::string, uint64_t>;

inline Counters
CountersOf(Ptr<Node> node)
{
    Counters counters;
    const mptcp::MibCounters& mib = node->GetObject<MptcpStack>()->GetMib();
    for (std::size_t i = 0; i < static_cast<std::size_t>(mptcp::Mib::COUNT); ++i)
    {
        const auto counter = static_cast<mptcp::Mib>(i);
        if (mib.Get(counter) != 0)
        {
            counters[std::string(mptcp::NameOf(counter))] = mib.Get(counter);
        }
    }
    return counters;
}

} // namespace ns3

#endif // MPTCP_TEST_COUNTERS_H
