// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_HOT_STANDBY_H
#define MPTCP_HOT_STANDBY_H

#include "scheduler.h"

namespace mptcp
{

/**
 * One subflow at a time: the one that was created first carries everything, the others stand by,
 * established and idle, until it times out or is gone. When it is heard from again it takes over
 * again.
 *
 * It does by itself what the backup flag asks of any scheduler (RFC 8684 3.3.8), without telling
 * the peer. Subflows flagged as backups stand behind all others. What the subflow in use has lost
 * is sent once more on the others.
 */
class HotStandby : public Scheduler
{
  public:
    [[nodiscard]] Decision Choose(const ConnectionSnapshot& connection) override;
};

} // namespace mptcp

#endif // MPTCP_HOT_STANDBY_H
