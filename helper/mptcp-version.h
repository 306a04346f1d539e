// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_VERSION_H
#define MPTCP_VERSION_H

#include <string>

namespace ns3
{

/// Version of this library, for example `0.1.0`.
std::string MptcpVersion();

/**
 * Git revision that this library was built from: twelve digits, followed by `-dirty` when tracked
 * files differed from it; `unknown` when it was not built from a git working tree.
 */
std::string MptcpGitRevision();

/// Release of ns-3 that this library was built against, for example `3.37`.
std::string Ns3Version();

} // namespace ns3

#endif // MPTCP_VERSION_H
