// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_HOST_ROUTING_TABLE_H
#define MPTCP_HOST_ROUTING_TABLE_H

#include "ip-prefix.h"
#include "routing-view.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace mptcp
{

/// How a host routes what it sends itself.
enum class HostModel : uint8_t
{
    WeakHost,        //!< by destination and metric alone, whatever the source (RFC 1122 3.3.4.2)
    StrongHost,      //!< the same route, but only if the source is an address of its interface
    Idealised,       //!< the four forwarding rules of the draft, section 3
    IdealisedStrong, //!< the same with the other form of rule 3: drop
};

/// An entry of the table; default routes have a prefix of length zero. One prefix may have several
/// entries with different next hops (draft 3).
struct HostRoute
{
    IpPrefix destination;
    IpAddress nextHop; //!< unspecified: the destination itself, on this link
    uint32_t interface {
        0
    };
    uint32_t metric{0}; //!< lower is preferred

    friend bool operator==(const HostRoute& a, const HostRoute& b)
    {
        return a.destination == b.destination && a.nextHop == b.nextHop &&
               a.interface == b.interface && a.metric == b.metric;
    }
};

/// What becomes of a packet.
struct Forwarding
{
    enum class Outcome : uint8_t
    {
        Send,
        NoRoute,          //!< rule 2: drop, TCP is to know
        NoRouteForSource, //!< rule 3, other form: drop, TCP is to know
    };

    Outcome outcome{Outcome::NoRoute};
    const HostRoute* route{nullptr}; //!< when sent; valid until the table changes
};

/**
 * The routing table of a host with several addresses, after draft-handley-mptcp-routing-00.
 *
 * A decision depends on the table and on the addresses of the packet, on nothing else. So what an
 * existing subflow sends takes the same way whatever further subflows come (draft 3.1, for the sake
 * of NATs on that way): among routes that are equal in all the rules look at, the oldest wins.
 *
 * "On the same subnet" is meant as the draft has it: the next hop lies in the subnet of the local
 * address. IPv6 routers are known by link-local addresses, which say nothing about that; for these
 * there is the binding table of draft 6, from a router to the prefixes that it has advertised.
 */
class HostRoutingTable : public RoutingView
{
  public:
    explicit HostRoutingTable(HostModel model = HostModel::Idealised);

    void SetModel(HostModel model);
    [[nodiscard]] HostModel Model() const;

    /// \name What the host knows
    /// @{
    /// False, and nothing changes, if there is a route with this prefix, next hop and interface.
    bool AddRoute(const HostRoute& route);
    /// Gives the route with this prefix, next hop and interface another metric.
    void ChangeMetric(const HostRoute& route);
    /// Whatever its metric; false if there is none.
    bool RemoveRoute(const HostRoute& route);
    [[nodiscard]] const std::vector<HostRoute>& Routes() const;
    /// An address of the host. If its subnet is on the link, it brings the route to that.
    void AddAddress(uint32_t interface,
                    const IpAddress& address,
                    uint8_t prefixBits,
                    bool isOnLink = true);
    void RemoveAddress(uint32_t interface, const IpAddress& address);
    /// Interfaces are up from the start; routes of others match nothing.
    void SetInterfaceUp(uint32_t interface, bool isUp);
    /// A router advertisement named this prefix (draft 6).
    void Bind(uint32_t interface, const IpAddress& router, const IpPrefix& prefix);
    void Unbind(uint32_t interface, const IpAddress& router, const IpPrefix& prefix);
    [[nodiscard]] bool HasBinding(uint32_t interface, const IpAddress& router) const;
    /// @}

    /**
     * The forwarding rules of draft 3, or those of the other models.
     *
     * \param source unspecified: not chosen yet; then the lowest metric decides (draft 4.1)
     * \param only routes of this interface, for sockets that are bound to it
     */
    [[nodiscard]] Forwarding Forward(const IpAddress& source,
                                     const IpAddress& destination,
                                     std::optional<uint32_t> only = std::nullopt) const;

    /// The host's address on the subnet of the route's next hop (draft 4.1); if there is none, any
    /// address of its interface, which is what hosts do that are not bound to the draft.
    [[nodiscard]] std::optional<IpAddress> SourceFor(const HostRoute& route,
                                                     const IpAddress& destination) const;

    [[nodiscard]] SourceChoice ChooseSource(const IpAddress& destination,
                                            const std::vector<IpAddress>& used) const override;
    [[nodiscard]] Congruence CongruenceOf(const IpAddress& local,
                                          const IpAddress& remote) const override;

  private:
    struct LocalAddress
    {
        IpPrefix subnet; //!< with the address itself
        uint32_t interface {
            0
        };
    };

    struct Binding
    {
        uint32_t interface {
            0
        };
        IpAddress router;
        IpPrefix prefix;

        friend bool operator==(const Binding& a, const Binding& b)
        {
            return a.interface == b.interface && a.router == b.router && a.prefix == b.prefix;
        }
    };

    [[nodiscard]] bool Matches(const HostRoute& route,
                               const IpAddress& destination,
                               std::optional<uint32_t> only) const;
    /// Rule 1: how long the longest matching prefix is.
    [[nodiscard]] std::optional<uint8_t> LongestPrefix(const IpAddress& destination,
                                                       std::optional<uint32_t> only) const;
    /// Of the routes that rule 1 leaves and `isWanted(route)` accepts, the first of lowest metric.
    template <typename Predicate>
    [[nodiscard]] const HostRoute* Best(const IpAddress& destination,
                                        uint8_t prefixBits,
                                        std::optional<uint32_t> only,
                                        Predicate isWanted) const;
    [[nodiscard]] bool IsUp(uint32_t interface) const;
    /// The next hop is on the subnet that this local address belongs to.
    [[nodiscard]] bool IsOnSubnet(const HostRoute& route,
                                  const IpAddress& destination,
                                  const LocalAddress& local) const;
    /// The same of a source address, which may be one that the host does not have.
    [[nodiscard]] bool IsOnSubnetOf(const HostRoute& route,
                                    const IpAddress& destination,
                                    const IpAddress& source) const;
    /// The host's address on the subnet of the next hop, and no other.
    [[nodiscard]] std::optional<IpAddress> AddressOnSubnet(const HostRoute& route,
                                                           const IpAddress& destination) const;
    [[nodiscard]] bool HasAddress(uint32_t interface, const IpAddress& address) const;

    HostModel m_model;
    std::vector<HostRoute> m_routes;
    std::vector<LocalAddress> m_addresses;
    std::vector<Binding> m_bindings;
    std::vector<uint32_t> m_downInterfaces;
};

} // namespace mptcp

#endif // MPTCP_HOST_ROUTING_TABLE_H
