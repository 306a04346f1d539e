// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_PATHS_SINGLE_PATH_RECOVERY_H
#define MPTCP_PATHS_SINGLE_PATH_RECOVERY_H

#include "path-events.h"

#include <optional>
#include <vector>

namespace mptcp
{

/**
 * What becomes of a connection whose last subflow was given up because of a middlebox: "the sender
 * MAY attempt to create a new subflow belonging to the same connection and, if it chooses to do so,
 * SHOULD immediately place the single subflow in single-path mode" (RFC 8684 3.7).
 *
 * The host that opened a subflow opens its successor, on the same path: SYNs have got through there
 * and data has, until somebody meddled with it. Either host puts the successor into single-path
 * mode. A path is tried once, since MP_JOINs that fail are not to be repeated (RFC 8684 3.9.3) and
 * one that succeeds is the last.
 */
class SinglePathRecovery
{
  public:
    /// How an established subflow has ended.
    struct Loss
    {
        bool isDamaged{false};           //!< by a middlebox, as this host or the peer found
        bool areOthersLeft{false};       //!< other established subflows
        std::optional<OpenSubflow> path; //!< to open it again; nothing: that is the peer's business
    };

    void OnLoss(const Loss& loss);

    /// An established subflow takes the place of those that are gone.
    void OnSuccessor();

    /// There is no subflow left, the last was damaged: the next one is to be the only one.
    [[nodiscard]] bool IsDue() const
    {
        return m_isDue;
    }

    /// The peer has withdrawn an address (RFC 8684 3.4.2): no path leads there any more.
    void OnAddressWithdrawn(AddressId remote);

    /// What to open now; nothing when it is not due, or all has been tried.
    [[nodiscard]] std::optional<OpenSubflow> TakeNext();

  private:
    std::vector<OpenSubflow> m_paths; //!< of damaged subflows, the latest last
    std::vector<OpenSubflow> m_tried;
    bool m_isDue{false};
};

} // namespace mptcp

#endif // MPTCP_PATHS_SINGLE_PATH_RECOVERY_H
