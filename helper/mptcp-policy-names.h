// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_POLICY_NAMES_H
#define MPTCP_POLICY_NAMES_H

#include "ns3/type-id.h"

#include <optional>
#include <string>
#include <vector>

namespace ns3
{

/**
 * Finds a type by what people call it: `ns3::MptcpMinRtt`, `MptcpMinRtt`, `min-rtt`, `minrtt`.
 *
 * Case, hyphens and the prefixes `ns3::`, `Mptcp` and `Tcp` do not matter where the rest is
 * unambiguous; MPTCP's own types win over those of ns-3.
 * \param base TypeId name of the kind that is wanted, for example `ns3::MptcpScheduler`
 * \param error if nothing fits: one line that names the nearest and all possible names
 */
std::optional<TypeId> FindPolicy(const std::string& name,
                                 const std::string& base,
                                 std::string& error);

/// The name people would use on a command line: `min-rtt` for `ns3::MptcpMinRtt`.
std::string ShortPolicyName(TypeId type);

/// The candidate with the fewest edits to `name`; empty without candidates.
std::string NearestName(const std::string& name, const std::vector<std::string>& candidates);

} // namespace ns3

#endif // MPTCP_POLICY_NAMES_H
