// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_INFO_H
#define MPTCP_INFO_H

#include <linux/mptcp.h>
#include <optional>
#include <sys/types.h>

namespace ns3
{

/**
 * What the kernel of this machine says about an MPTCP connection of another process, as the
 * process itself would read it: getsockopt(SOL_MPTCP, MPTCP_INFO) on a copy of its descriptor.
 *
 * \return nothing when the process has no MPTCP connection, or may not be looked into
 */
std::optional<mptcp_info> ReadMptcpInfo(pid_t process);

} // namespace ns3

#endif // MPTCP_INFO_H
