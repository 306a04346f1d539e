// SPDX-License-Identifier: GPL-2.0-only
#include "ecmp-table.h"

namespace mptcp
{

EcmpTable::EcmpTable(const FlowHashKey& key, uint32_t firstUpperPort)
    : Forwarder(key),
      m_firstUpperPort(firstUpperPort)
{
}

void
EcmpTable::Add(const EcmpRule& rule)
{
    const uint32_t mask = rule.lengthBits == 0 ? 0 : UINT32_MAX << (32U - rule.lengthBits);
    m_entries.push_back({rule.network & mask, mask, rule.ways, rule.onlyFromAbove});
}

PortRange
EcmpTable::Ways(const FlowKey& flow, uint32_t arrival) const
{
    const bool isFromAbove = arrival != FROM_HERE && arrival >= m_firstUpperPort;
    for (const auto& entry : m_entries)
    {
        if ((flow.destination & entry.mask) == entry.network &&
            (isFromAbove || !entry.onlyFromAbove))
        {
            return entry.ways;
        }
    }
    return {};
}

} // namespace mptcp
