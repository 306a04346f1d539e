// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_ECMP_TABLE_H
#define MPTCP_ECMP_TABLE_H

#include "forwarder.h"

#include <cstdint>
#include <vector>

namespace mptcp
{

/// Destinations, and the ports that lead there equally well.
struct EcmpRule
{
    uint32_t network{0};
    uint32_t lengthBits{0}; //!< of the prefix; 0: everything
    PortRange ways;
    /// Holds only for what comes in by one of the upper ports.
    bool onlyFromAbove{false};
};

/**
 * The forwarding table of a switch: the first rule that holds decides, so longer prefixes are to
 * come first.
 */
class EcmpTable : public Forwarder
{
  public:
    /// \param firstUpperPort ports from here on lead up
    EcmpTable(const FlowHashKey& key, uint32_t firstUpperPort);

    void Add(const EcmpRule& rule);

    [[nodiscard]] PortRange Ways(const FlowKey& flow, uint32_t arrival) const override;

  private:
    struct Entry
    {
        uint32_t network;
        uint32_t mask;
        PortRange ways;
        bool onlyFromAbove;
    };

    uint32_t m_firstUpperPort;
    std::vector<Entry> m_entries;
};

} // namespace mptcp

#endif // MPTCP_ECMP_TABLE_H
