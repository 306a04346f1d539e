// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_LINUX_ENDPOINTS_H
#define MPTCP_LINUX_ENDPOINTS_H

#include "path-policy.h"

#include <cstdint>
#include <vector>

namespace mptcp
{

/**
 * The in-kernel path manager of Linux: what a connection does follows from the endpoints and
 * limits of its host (ip-mptcp(8)); addresses without an endpoint are left alone.
 *
 * - A `signal` endpoint is announced. One is announced at a time; the next follows once the first
 *   is over (echoed or given up), or another subflow has come or gone.
 * - A `subflow` endpoint gets a subflow to the initial address of the peer, a `fullmesh` one also
 *   to each further address that a subflow goes to. Each endpoint is used once, until it is removed
 *   and added again: the end of its subflow, even of an attempt, is no reason to try again. But it
 *   makes room, which the next endpoint takes.
 * - The endpoint of the first subflow counts as used. With `backup`, MP_PRIO tells the peer.
 * - An announced address gets a subflow from each `fullmesh` endpoint; if there is none, from the
 *   address that routing chooses.
 * - At most `subflows` are open or being opened at a time besides the first, whoever opened them;
 *   at most `addAddrAccepted` announcements lead to subflows until REMOVE_ADDR takes one back.
 * - Where the peer refuses joins to its initial address (flag C, RFC 8684 3.1), only announced
 *   ones are used.
 * - Removing an endpoint closes its subflows. REMOVE_ADDR is sent if the address was announced or
 *   had a subflow; after a flush only if it was announced.
 * - REMOVE_ADDR of the peer closes the subflows to that address at once, without probing.
 *
 * Both ends do so, the responder too. Interfaces that go up or down change nothing; on a real host
 * somebody (NetworkManager, mptcpd) then adds or removes endpoints.
 */
class LinuxEndpoints : public PathPolicy
{
  public:
    /// \param limits hold until ConnectionUsable or LimitsChanged brings those of the host
    explicit LinuxEndpoints(const PathLimits& limits = {});

    [[nodiscard]] PathActions On(const PathEvent& event) override;
    [[nodiscard]] bool AcceptsJoins(uint32_t count) const override;

  private:
    struct Entry
    {
        ManagedEndpoint endpoint;
        bool mayAnnounce{true};
        bool mayOpen{true};
        bool isAnnounced{false};
    };

    enum class SubflowState : uint8_t
    {
        Pending,
        Cancelled, //!< to be closed if it comes up
        Up,
        Closing,
    };

    struct Subflow
    {
        SubflowPath path;
        SubflowState state{SubflowState::Pending};
        SubflowId id;            //!< when Up or Closing
        bool isFirst{false};     //!< does not count for the limit
        bool isLocalOpen{false}; //!< routing chooses the local address

        [[nodiscard]] bool IsLive() const
        {
            return state == SubflowState::Pending || state == SubflowState::Up;
        }
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
    void Handle(const EndpointAdded& event, PathActions& actions);
    void Handle(const EndpointRemoved& event, PathActions& actions);
    void Handle(const EndpointsFlushed& event, PathActions& actions);
    void Handle(const EndpointChanged& event, PathActions& actions);
    void Handle(const LimitsChanged& event, PathActions& actions);

    void Enter(const ManagedEndpoint& endpoint);
    /// One announcement, and all subflows there is room for.
    void UseNext(PathActions& actions);
    void AnnounceNext(PathActions& actions);
    void OpenFrom(Entry& entry, PathActions& actions);
    void Open(const Entry* from, AddressId remoteId, const Endpoint& remote, PathActions& actions);
    /// True if there was one.
    bool CloseFrom(AddressId localId, PathActions& actions);
    bool CloseTo(AddressId remoteId, PathActions& actions);
    template <typename Predicate>
    bool CloseIf(Predicate affected, bool isLocalGone, PathActions& actions);

    /// The identifier that the peer knows an endpoint by.
    [[nodiscard]] AddressId IdAtPeer(const ManagedEndpoint& endpoint) const;
    /// Open or being opened, besides the first.
    [[nodiscard]] uint32_t FurtherSubflows() const;
    [[nodiscard]] bool HasRoom() const;
    [[nodiscard]] bool HasSubflowTo(const Endpoint& remote) const;
    [[nodiscard]] std::vector<Entry>::iterator FindEntry(AddressId id);
    [[nodiscard]] std::vector<Subflow>::iterator FindPending(const SubflowPath& path);

    PathLimits m_limits;
    bool m_usable{false};
    IpAddress m_initialLocal;
    Endpoint m_initialRemote;
    bool m_initialRemoteRefusesJoins{false};
    uint32_t m_accepted{0}; //!< announcements
    std::vector<Entry> m_entries;
    std::vector<Subflow> m_subflows;
};

} // namespace mptcp

#endif // MPTCP_LINUX_ENDPOINTS_H
