// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FORWARDER_H
#define MPTCP_FORWARDER_H

#include "flow-hash.h"

#include <cstdint>
#include <optional>

namespace mptcp
{

/// Ports of a node that follow each other.
struct PortRange
{
    uint32_t first{0};
    uint32_t count{0};
};

/**
 * By which port a node passes a packet on. A pure function of the packet's flow and of where it
 * came from, so that an IP router and a switch with the same forwarder send it the same way.
 */
class Forwarder
{
  public:
    /// `arrival` of what the node itself sends.
    static constexpr uint32_t FROM_HERE = UINT32_MAX;

    virtual ~Forwarder() = default;

    /// All ports that are as good as each other; none if there is no way.
    [[nodiscard]] virtual PortRange Ways(const FlowKey& flow, uint32_t arrival) const = 0;

    /// The one of them that this flow takes, now and always.
    [[nodiscard]] std::optional<uint32_t> Port(const FlowKey& flow, uint32_t arrival) const
    {
        const PortRange ways = Ways(flow, arrival);
        if (ways.count <= 1)
        {
            return ways.count == 1 ? std::optional<uint32_t>(ways.first) : std::nullopt;
        }
        return ways.first + RegionOf(HashFlow(m_key, flow), ways.count);
    }

  protected:
    /// \param key of this node alone
    explicit Forwarder(const FlowHashKey& key)
        : m_key(key)
    {
    }

    Forwarder(const Forwarder&) = default;
    Forwarder(Forwarder&&) = default;
    Forwarder& operator=(const Forwarder&) = default;
    Forwarder& operator=(Forwarder&&) = default;

  private:
    FlowHashKey m_key;
};

} // namespace mptcp

#endif // MPTCP_FORWARDER_H
