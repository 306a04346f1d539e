// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_NDIFFPORTS_H
#define MPTCP_NDIFFPORTS_H

#include "kept-subflow.h"
#include "path-policy.h"

#include <cstdint>
#include <vector>

namespace mptcp
{

struct NDiffPortsConfig
{
    /// Subflows to keep, the first one included. 2 is the default of Linux MPTCP v0.9x.
    uint32_t subflows{2};
    RetryConfig retry;
};

/**
 * Several subflows between the addresses of the first one, told apart by their source ports, so
 * that per-flow load balancing in the network spreads them (RFC 2992).
 *
 * The initiator opens them, each from a free port; the responder opens nothing. A subflow that
 * fails in passing is tried again after a while. An unanswered handshake counts as that, because
 * the first subflow proved address and port good. One that was closed, refused or reset for good
 * is not replaced (RFC 8684 3.6, RFC 8684 3.9.3), until the peer repeats the announcement of its
 * initial address (RFC 8684 3.4.1) or the local address comes back. Other addresses are ignored.
 */
class NDiffPorts : public PathPolicy
{
  public:
    explicit NDiffPorts(const NDiffPortsConfig& config = {});

    [[nodiscard]] PathActions On(const PathEvent& event) override;
    [[nodiscard]] bool AcceptsJoins(uint32_t count) const override;

  private:
    using SlotState = KeptSubflow::State;

    struct Slot : KeptSubflow
    {
        bool openedByPeer{false};
    };

    void Handle(const ConnectionUsable& event, PathActions& actions);
    void Handle(const SubflowUp& event, PathActions& actions);
    void Handle(const SubflowDown& event, PathActions& actions);
    void Handle(const AddressAnnounced& event, PathActions& actions);
    void Handle(const AddressWithdrawn& event, PathActions& actions);
    void Handle(const LocalAddressUp& event, PathActions& actions);
    void Handle(const LocalAddressDown& event, PathActions& actions);
    void Handle(const RetryDue& event, PathActions& actions);
    void Handle(const AnnouncementOver& event, PathActions& actions);

    template <typename Event>
    void Handle(const Event& /* event */, PathActions& /* actions */)
    {
        static_assert(IS_ENDPOINT_EVENT<Event>); // the business of LinuxEndpoints alone
    }

    void OpenMissing(PathActions& actions);
    void Open(Slot& slot, PathActions& actions) const;
    void Fail(Slot& slot, DownReason reason, PathActions& actions);
    [[nodiscard]] std::vector<Slot>::iterator FindEnding(const SubflowDown& event);
    /// Drops the slots without a subflow, so that they are filled afresh.
    void Forget();
    [[nodiscard]] bool MayOpen() const;
    [[nodiscard]] uint32_t LiveSubflows() const;

    NDiffPortsConfig m_config;
    bool m_usable{false};
    bool m_opens{false}; //!< initiator, and the peer takes joins at its initial endpoint
    LocalAddress m_local;
    bool m_localUp{false};
    Endpoint m_remote;
    bool m_remoteWithdrawn{false};
    std::vector<Slot> m_slots;
    uint32_t m_lastRetryId{0};
};

} // namespace mptcp

#endif // MPTCP_NDIFFPORTS_H
