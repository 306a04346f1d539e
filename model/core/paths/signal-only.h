// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SIGNAL_ONLY_H
#define MPTCP_SIGNAL_ONLY_H

#include "path-policy.h"

#include <cstdint>
#include <vector>

namespace mptcp
{

struct SignalOnlyConfig
{
    /// Most subflows at a time that the peer may have, the first one included; as FullMeshConfig.
    uint32_t maxSubflows{32};
};

/**
 * Announces every further local address and opens nothing: the server whose clients decide
 * (RFC 8684 3.4.1; the endpoints of ip-mptcp(8) with the flag `signal` only).
 *
 * An address that goes is withdrawn, one that comes back is announced anew. What the peer
 * announces is of no interest; a subflow to an address it withdraws is closed unless it works
 * (RFC 8684 3.4.2).
 */
class SignalOnly : public PathPolicy
{
  public:
    explicit SignalOnly(const SignalOnlyConfig& config = {});

    [[nodiscard]] PathActions On(const PathEvent& event) override;
    [[nodiscard]] bool AcceptsJoins(uint32_t count) const override;

  private:
    struct Local
    {
        LocalAddress address;
        bool isKnownToPeer{false};
    };

    struct Subflow
    {
        SubflowId id;
        SubflowPath path;
    };

    void Handle(const ConnectionUsable& event, PathActions& actions);
    void Handle(const SubflowUp& event, PathActions& actions);
    void Handle(const SubflowDown& event, PathActions& actions);
    void Handle(const AddressWithdrawn& event, PathActions& actions);
    void Handle(const LocalAddressUp& event, PathActions& actions);
    void Handle(const LocalAddressDown& event, PathActions& actions);

    template <typename Event>
    void Handle(const Event& /* event */, PathActions& /* actions */)
    {
        static_assert(IS_ENDPOINT_EVENT<Event> || std::is_same_v<Event, AddressAnnounced> ||
                      std::is_same_v<Event, AnnouncementOver> || std::is_same_v<Event, RetryDue>);
    }

    SignalOnlyConfig m_config;
    bool m_usable{false};
    std::vector<Local> m_locals;
    std::vector<Subflow> m_subflows;
};

} // namespace mptcp

#endif // MPTCP_SIGNAL_ONLY_H
