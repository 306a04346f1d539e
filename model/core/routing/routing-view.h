// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_ROUTING_VIEW_H
#define MPTCP_ROUTING_VIEW_H

#include "paths/endpoint.h"

#include <cstdint>
#include <vector>

/**
 * What MPTCP asks the routing table of its host (draft-handley-mptcp-routing-00, section 4, called
 * "the draft" in this folder).
 */
namespace mptcp
{

/// The answer to the question from where the next subflow to a destination is to come.
struct SourceChoice
{
    enum class Outcome : uint8_t
    {
        Found,
        Unreachable, //!< no route matches the destination (draft 4.1, rule 2)
        Exhausted,   //!< every matching route belongs to an address in use (draft 4.1, rule 4)
        NotKnown,    //!< this family is routed by somebody else: any address may do
    };

    Outcome outcome{Outcome::Unreachable};
    IpAddress local{}; //!< if found: the address to bind the subflow to
};

/// How a local address and the routes back to a remote one fit together (draft 4.2).
enum class Congruence : uint8_t
{
    Congruent,   //!< an active route has its next hop on the subnet of the local address
    Incongruent, //!< there are routes, all by next hops on other subnets
    NoRoute,
    NotKnown, //!< this family is routed by somebody else
};

/// Whether the routing has nothing against a subflow between the two.
[[nodiscard]] constexpr bool
MayCarrySubflow(Congruence congruence)
{
    return congruence == Congruence::Congruent || congruence == Congruence::NotKnown;
}

/// The part of a host's routing that decides about subflows.
class RoutingView
{
  public:
    virtual ~RoutingView() = default;

    /// The five rules of draft 4.1.
    /// \param used local addresses of the connection's subflows to this destination
    [[nodiscard]] virtual SourceChoice ChooseSource(const IpAddress& destination,
                                                    const std::vector<IpAddress>& used) const = 0;

    /// Whether packets from `local` to `remote` leave by a next hop on the subnet of `local`.
    [[nodiscard]] virtual Congruence CongruenceOf(const IpAddress& local,
                                                  const IpAddress& remote) const = 0;

  protected:
    RoutingView() = default;
    RoutingView(const RoutingView&) = default;
    RoutingView(RoutingView&&) = default;
    RoutingView& operator=(const RoutingView&) = default;
    RoutingView& operator=(RoutingView&&) = default;
};

} // namespace mptcp

#endif // MPTCP_ROUTING_VIEW_H
