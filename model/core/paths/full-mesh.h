// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FULL_MESH_H
#define MPTCP_FULL_MESH_H

#include "kept-subflow.h"
#include "path-policy.h"
#include "routing/routing-view.h"

#include <cstdint>
#include <vector>

namespace mptcp
{

struct FullMeshConfig
{
    /// Most subflows at a time, the first one and those asked for included. 32 is what the path
    /// mask of Linux MPTCP v0.9x holds; Linux 5.6 and later start from 2 besides the first.
    uint32_t maxSubflows{32};
    /// Most endpoints learnt from ADD_ADDR at a time, further ones are ignored. 8 is the table
    /// size of Linux MPTCP v0.9x and the highest limit of Linux 5.6 and later.
    uint32_t maxAcceptedAddresses{8};
    bool announceAsInitiator{false}; //!< its addresses become known by its MP_JOINs
    bool announceAsResponder{true};
    bool openAsResponder{false}; //!< RFC 8684 3.2 expects the initiator to open subflows
    RetryConfig retry;
    /// If given, which outlives the policy: subflows come only from addresses that the host's
    /// routing chooses, in its order (draft-handley-mptcp-routing-00 4.1), and only those are
    /// announced that it can answer from.
    const RoutingView* routing{nullptr};
};

/**
 * One subflow between each local address and each known remote endpoint of the same family.
 *
 *                   OpenSubflow          SubflowUp
 *          (none) -------------> Pending ----------> Up ---- local address down ---> Closing
 *                                  |                 |                                  |
 *                     SubflowDown  +--------+--------+  SubflowDown         SubflowDown |
 *                                           |                                           v
 *              retries left, passing reason |  otherwise                             (none)
 *                      Waiting <------------+------------> Spent
 *                         | RetryDue                         | ADD_ADDR repeated, or the
 *                         v  OpenSubflow                     v local address comes back
 *                        Due -------------> Pending        (none)
 *
 * The rules beyond the limits:
 * - A pair that has a record is never opened, except when it is Due. So no pair is opened twice,
 *   and one the peer has opened counts as open.
 * - An endpoint that no subflow ever reached is given up after the first failed handshake until
 *   ADD_ADDR is repeated (RFC 8684 3.4.1, RFC 8684 3.9.3), not only for the pair that failed. If
 *   one did reach it, its address and port are good and an unanswered handshake blames the path:
 *   the pair is retried.
 * - An address announced anew under a known identifier must be the same; another port is a
 *   further endpoint (RFC 8684 3.4.1). Others are ignored.
 * - A pair whose subflow was closed in order, refused, or reset for good (RFC 8684 3.6) is Spent.
 * - What the application opens by itself is counted and retried like the rest, and left alone where
 *   the policy would open nothing.
 * - A subflow that is kept back for want of room counts as asked for.
 * - The responder announces its addresses and opens nothing, unless configured otherwise. With
 *   `routing` it opens one if all it has are incongruent (draft-handley-mptcp-routing-00 4.2).
 */
class FullMesh : public PathPolicy
{
  public:
    explicit FullMesh(const FullMeshConfig& config = {});

    [[nodiscard]] PathActions On(const PathEvent& event) override;
    [[nodiscard]] bool AcceptsJoins(uint32_t count) const override;

  private:
    struct Local
    {
        LocalAddress address;
        bool up{true};
        bool knownToPeer{false}; //!< from the first subflow, an MP_JOIN or an ADD_ADDR
    };

    struct Remote
    {
        AddressId id{0};
        Endpoint endpoint;
        bool announced{true};
        bool mayJoin{true};
        bool reached{false}; //!< a subflow to it was established once
        bool givenUp{false};
    };

    using PairState = KeptSubflow::State;

    struct Pair : KeptSubflow
    {
        SubflowPath path;
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

    void AnnounceMissing(PathActions& actions);
    void OpenMissing(PathActions& actions);
    void Open(Local& local, const Remote& remote, PathActions& actions);
    /// There is a routing to ask, and it is in charge of this address's family.
    [[nodiscard]] bool IsRouted(const Remote& remote) const;
    /// Asks the routing, again and again, where the next subflow to `remote` may come from.
    void OpenRouted(const Remote& remote, PathActions& actions);
    [[nodiscard]] bool MayOpen();
    /// There is a subflow, and no route back by the subnet of any that there are.
    [[nodiscard]] bool IsIncongruent();
    [[nodiscard]] bool MayAnnounce(const Local& local) const;
    void Fail(Pair& pair, Remote& remote, DownReason reason, PathActions& actions);

    [[nodiscard]] Local* FindLocal(AddressId id);
    [[nodiscard]] Local* FindLocal(const IpAddress& address);
    [[nodiscard]] Remote* FindRemote(AddressId id, const Endpoint& endpoint);
    [[nodiscard]] Pair* FindPair(AddressId localId, const Remote& remote);
    [[nodiscard]] Pair* FindPending(const SubflowPath& path);
    /// Without a subflow at present; the application may open one by itself.
    [[nodiscard]] Pair* FindIdle(const SubflowPath& path);
    /// The application has opened another subflow there.
    [[nodiscard]] bool IsDoubled(const Pair& pair) const;
    [[nodiscard]] std::vector<Pair>::iterator FindEnding(const SubflowDown& event);
    [[nodiscard]] bool IsInDemand(const Pair& pair);
    /// Drops the records without a subflow for which `affected(path)` holds.
    template <typename Predicate>
    void Forget(Predicate affected);
    [[nodiscard]] uint32_t LiveSubflows() const;

    FullMeshConfig m_config;
    bool m_usable{false};
    Role m_role{Role::Initiator};
    std::vector<Local> m_locals;
    std::vector<Remote> m_remotes;
    std::vector<Pair> m_pairs;
    uint32_t m_lastRetryId{0};
};

} // namespace mptcp

#endif // MPTCP_FULL_MESH_H
