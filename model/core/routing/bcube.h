// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_BCUBE_H
#define MPTCP_BCUBE_H

#include "fabric.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace mptcp
{

/// One step of a path in BCube: over a switch of `level` to `host`.
struct BcubeHop
{
    uint32_t level{0};
    uint32_t host{0};

    friend bool operator==(const BcubeHop& a, const BcubeHop& b)
    {
        return a.level == b.level && a.host == b.host;
    }
};

/// Hops from one host to another; made for each packet that a node forwards, so without allocation.
class BcubePath
{
  public:
    using value_type = BcubeHop;
    using const_iterator = const BcubeHop*;
    static constexpr std::size_t MAX_HOPS = 9; //!< one for each level, and a detour

    void Add(const BcubeHop& hop)
    {
        m_hops[m_count++] = hop;
    }

    [[nodiscard]] std::size_t size() const
    {
        return m_count;
    }

    [[nodiscard]] const BcubeHop* begin() const
    {
        return m_hops.data();
    }

    [[nodiscard]] const BcubeHop* end() const
    {
        return m_hops.data() + m_count;
    }

    /// The interface of the destination that it ends at.
    [[nodiscard]] uint32_t LastLevel() const
    {
        return m_count == 0 ? 0 : m_hops[m_count - 1].level;
    }

  private:
    std::array<BcubeHop, MAX_HOPS> m_hops{};
    std::size_t m_count{0};
};

/**
 * BCube (Guo et al., SIGCOMM 2009): hosts are numbers of so many digits, with an interface per
 * digit; a switch joins the hosts that differ in one digit. Hosts relay.
 *
 * Between two hosts there is a path for each interface of the sender, and no two of them share a
 * host (theorem 2 and BuildPathSet there): the digits that differ are put right one after the
 * other, beginning with that of the interface. A path whose first digit is right already begins
 * with a wrong one and puts it right at the end.
 *
 * BCube routes by the source; here both addresses of a packet, which name interfaces, say which of
 * the paths it takes. What comes back takes the same one.
 */
class BcubeShape
{
  public:
    static constexpr uint32_t MAX_LEVELS = 8;
    using Path = BcubePath;

    /// \param ports of a switch, 3 or more
    /// \param levels interfaces of a host, 1 to MAX_LEVELS; ports^levels is at most 65535
    BcubeShape(uint32_t ports, uint32_t levels);

    [[nodiscard]] uint32_t Ports() const;
    [[nodiscard]] uint32_t Levels() const;
    [[nodiscard]] uint32_t Hosts() const;
    /// Of one level, counted from 0: a host without its digit of the level.
    [[nodiscard]] uint32_t SwitchOf(uint32_t host, uint32_t level) const;
    [[nodiscard]] uint32_t Digit(uint32_t host, uint32_t level) const;
    [[nodiscard]] uint32_t WithDigit(uint32_t host, uint32_t level, uint32_t digit) const;

    /// The path that leaves `from` by its interface of `level`; `to` is another host.
    [[nodiscard]] Path PathOf(uint32_t from, uint32_t to, uint32_t level) const;
    /// The interface of `here` on the path that ends at the interface of `peer` of `peerLevel`.
    [[nodiscard]] uint32_t LevelTowards(uint32_t here, uint32_t peer, uint32_t peerLevel) const;

    [[nodiscard]] static uint32_t Address(uint32_t host, uint32_t level);

    struct Interface
    {
        uint32_t host{0};
        uint32_t level{0};
    };

    /// Whose address it is, if it is one of this network.
    [[nodiscard]] std::optional<Interface> Find(uint32_t address) const;

    /// The path of a packet, and where it ends; as the lower host sees it, which may be the
    /// destination.
    struct Route
    {
        uint32_t lower{0};
        Path path;
        bool isUpwards{true}; //!< the packet goes along the path
    };

    [[nodiscard]] std::optional<Route> RouteOf(const FlowKey& flow) const;

  private:
    uint32_t m_ports;
    uint32_t m_levels;
    std::array<uint32_t, MAX_LEVELS + 1> m_powers{}; //!< of m_ports
};

/// BCube of `ports`^`levels` hosts; see BcubeShape. Ports of hosts are levels, those of switches
/// digits.
[[nodiscard]] Fabric MakeBcube(uint32_t ports, uint32_t levels);

} // namespace mptcp

#endif // MPTCP_BCUBE_H
