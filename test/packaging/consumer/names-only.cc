// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/type-id.h"

#include <iostream>

/// A program that knows TypeId names and nothing else: linking alone must load the library.
int
main()
{
    ns3::TypeId factory;
    if (!ns3::TypeId::LookupByNameFailSafe("ns3::MptcpSocketFactory", &factory))
    {
        std::cerr << "ns3::MptcpSocketFactory is not registered" << std::endl;
        return 1;
    }
    return 0;
}
