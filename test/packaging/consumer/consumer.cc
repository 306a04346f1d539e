// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/mptcp-version.h"

#include <iostream>

int
main()
{
    std::cout << ns3::MptcpVersion() << std::endl;
    return ns3::MptcpGitRevision().empty() || ns3::Ns3Version().empty() ? 1 : 0;
}
