// SPDX-License-Identifier: GPL-2.0-only
#include "routing/policy-routes.h"

#include <gtest/gtest.h>

namespace mptcp
{
namespace
{

const IpAddress EXIT1 = IpAddress::V4(10, 11, 0, 2);
const IpAddress EXIT2 = IpAddress::V4(10, 12, 0, 2);
const IpAddress A1 = IpAddress::V4(10, 1, 0, 2);
const IpAddress A2 = IpAddress::V4(10, 2, 0, 2);
const IpAddress NEIGHBOUR = IpAddress::V4(10, 7, 0, 1);
const IpAddress B = IpAddress::V4(192, 0, 2, 7);
const IpPrefix ANYWHERE{IpAddress::V4(0, 0, 0, 0), 0};
const IpPrefix NET1{IpAddress::V4(10, 1, 0, 0), 24};
const IpPrefix NET2{IpAddress::V4(10, 2, 0, 0), 24};
const IpPrefix SITE{IpAddress::V4(10, 7, 0, 0), 24};

/// Draft 5.2.2: "Deploy source-address-based routing within the site for outgoing traffic."
TEST(PolicyRouting, GoesBySource)
{
    PolicyRoutes routes;
    routes.Add({ANYWHERE, NET1, std::nullopt, EXIT1, 1});
    routes.Add({ANYWHERE, NET2, std::nullopt, EXIT2, 2});
    EXPECT_EQ(routes.Find(A1, B, 5)->nextHop, EXIT1);
    EXPECT_EQ(routes.Find(A2, B, 5)->nextHop, EXIT2);
    EXPECT_EQ(routes.Find(B, A1, 5), nullptr) << "an unknown source";
}

/// Draft 5.2.2: "Configure more than one virtual-router instance on the physical router."
TEST(PolicyRouting, GoesByVirtualRouter)
{
    PolicyRoutes routes;
    routes.Add({ANYWHERE, ANYWHERE, 3, EXIT1, 1});
    routes.Add({ANYWHERE, ANYWHERE, 4, EXIT2, 2});
    EXPECT_EQ(routes.Find(A2, B, 3)->nextHop, EXIT1) << "whatever the source";
    EXPECT_EQ(routes.Find(A2, B, 4)->nextHop, EXIT2);
    EXPECT_EQ(routes.Find(A2, B, 1), nullptr);
}

TEST(PolicyRouting, WhatStaysInTheSiteDoes)
{
    PolicyRoutes routes;
    routes.Add({ANYWHERE, NET1, 3, EXIT1, 1});
    routes.Add({SITE, ANYWHERE, std::nullopt, IpAddress{}, 7});
    EXPECT_EQ(routes.Find(A1, NEIGHBOUR, 3)->interface, 7U);
}

TEST(PolicyRouting, LongerSourceThenInterfaceThenAge)
{
    PolicyRoutes routes;
    routes.Add({ANYWHERE, ANYWHERE, 3, EXIT1, 1});
    routes.Add({ANYWHERE, NET2, std::nullopt, EXIT2, 2});
    EXPECT_EQ(routes.Find(A2, B, 3)->interface, 2U);
    routes.Add({ANYWHERE, NET2, 3, EXIT1, 4});
    EXPECT_EQ(routes.Find(A2, B, 3)->interface, 4U);
    routes.Add({ANYWHERE, NET2, 3, EXIT1, 5});
    EXPECT_EQ(routes.Find(A2, B, 3)->interface, 4U);
}

} // namespace
} // namespace mptcp
