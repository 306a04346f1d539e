// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The full mesh where the host's routing chooses the addresses (draft-handley-mptcp-routing-00,
/// sections 4.1 and 4.2).
#include "paths/full-mesh.h"
#include "routing/host-routing-table.h"

#include <gtest/gtest.h>
#include <vector>

namespace mptcp
{
namespace
{

const IpAddress A1 = IpAddress::V4(10, 1, 0, 2);
const IpAddress R1 = IpAddress::V4(10, 1, 0, 1);
const IpAddress A2 = IpAddress::V4(10, 2, 0, 2);
const IpAddress R2 = IpAddress::V4(10, 2, 0, 1);
const IpAddress A3 = IpAddress::V4(10, 3, 0, 2);
const IpAddress R3 = IpAddress::V4(10, 3, 0, 1);
const Endpoint B{IpAddress::V4(192, 0, 2, 7), 80};
const Endpoint B2{IpAddress::V4(203, 0, 113, 7), 80};
const IpPrefix ANYWHERE{IpAddress::V4(0, 0, 0, 0), 0};

/// A host with three addresses; a test gives it its routes. Address IDs are 0, 2 and 3.
class RoutedMesh : public ::testing::Test
{
  protected:
    RoutedMesh()
    {
        m_table.AddAddress(1, A1, 24);
        m_table.AddAddress(2, A2, 24);
        m_table.AddAddress(3, A3, 24);
        m_config.routing = &m_table;
    }

    void Route(const IpAddress& nextHop, uint32_t interface, uint32_t metric)
    {
        m_table.AddRoute({ANYWHERE, nextHop, interface, metric});
    }

    static PathEvent Usable(Role role)
    {
        ConnectionUsable event;
        event.role = role;
        event.initialRemote = B;
        event.localAddresses = {{0, A1}, {2, A2}, {3, A3}};
        return event;
    }

    static PathAction Open(AddressId id,
                           const IpAddress& local,
                           const Endpoint& remote,
                           AddressId to)
    {
        return OpenSubflow{{local, 0}, id, remote, to, false};
    }

    HostRoutingTable m_table;
    FullMeshConfig m_config;
};

TEST_F(RoutedMesh, OpensFromEachAddressThatHasARoute)
{
    Route(R1, 1, 1);
    Route(R2, 2, 2);
    FullMesh mesh(m_config);
    EXPECT_EQ(mesh.On(Usable(Role::Initiator)), (PathActions{Open(2, A2, B, 0)}))
        << "none from A3, which has no route";
}

/// Rule 5.
TEST_F(RoutedMesh, OpensInTheOrderOfTheMetrics)
{
    Route(R1, 1, 9);
    Route(R2, 2, 5);
    Route(R3, 3, 4);
    FullMesh mesh(m_config);
    EXPECT_EQ(mesh.On(Usable(Role::Initiator)),
              (PathActions{Open(3, A3, B, 0), Open(2, A2, B, 0)}));
}

TEST_F(RoutedMesh, KeepsItsLimit)
{
    Route(R2, 2, 5);
    Route(R3, 3, 4);
    m_config.maxSubflows = 2;
    FullMesh mesh(m_config);
    EXPECT_EQ(mesh.On(Usable(Role::Initiator)), (PathActions{Open(3, A3, B, 0)}));
}

/// Rules 2 and 4: nothing more to this destination, so it is the next one's turn.
TEST_F(RoutedMesh, TriesTheOtherDestination)
{
    m_table.AddRoute({{B.address, 24}, R1, 1, 1});
    m_table.AddRoute({{B2.address, 24}, R2, 2, 1});
    FullMesh mesh(m_config);
    EXPECT_EQ(mesh.On(Usable(Role::Initiator)), PathActions{}) << "rule 4";
    EXPECT_EQ(mesh.On(AddressAnnounced{5, B2}), (PathActions{Open(2, A2, B2, 5)}));
    EXPECT_EQ(mesh.On(AddressAnnounced{6, {IpAddress::V4(198, 51, 100, 1), 80}}), PathActions{})
        << "rule 2";
}

/// The way to the first destination is gone, and the attempt fails: the second one still works.
TEST_F(RoutedMesh, FailedAttemptIsRetriedOnceItIsDue)
{
    Route(R1, 1, 1);
    Route(R2, 2, 2);
    FullMesh mesh(m_config);
    ASSERT_EQ(mesh.On(Usable(Role::Initiator)).size(), 1U);
    const SubflowPath path{2, 0, B, false};
    EXPECT_EQ(mesh.On(SubflowDown{std::nullopt, path, DownReason::Unreachable}),
              (PathActions{RetryLater{1, m_config.retry.firstDelay}}));
    EXPECT_EQ(mesh.On(RetryDue{1}), (PathActions{Open(2, A2, B, 0)}));
}

/// Draft 4.2, incongruent routing.
TEST_F(RoutedMesh, ResponderWithAnIncongruentSubflowOpensAGoodOne)
{
    m_config.announceAsResponder = false;
    Route(R2, 2, 2);
    Route(R3, 3, 3);
    FullMesh mesh(m_config);
    EXPECT_EQ(mesh.On(Usable(Role::Responder)), (PathActions{Open(2, A2, B, 0)}))
        << "one, and not another from A3";
    EXPECT_EQ(mesh.On(SubflowUp{SubflowId(1), {2, 0, B, false}}), PathActions{});
}

/// The client of RFC 8684 need not listen where it came from; it may announce a port where it does.
TEST_F(RoutedMesh, ResponderTriesTheAnnouncedPortAfterARefusal)
{
    m_config.announceAsResponder = false;
    Route(R2, 2, 2);
    FullMesh mesh(m_config);
    ASSERT_EQ(mesh.On(Usable(Role::Responder)), (PathActions{Open(2, A2, B, 0)}));
    const SubflowPath path{2, 0, B, false};
    EXPECT_EQ(mesh.On(SubflowDown{SubflowId(1), path, DownReason::Refused}), PathActions{});
    const Endpoint other{B.address, 7000};
    EXPECT_EQ(mesh.On(AddressAnnounced{4, other}), (PathActions{Open(2, A2, other, 4)}));
}

TEST_F(RoutedMesh, ResponderWithACongruentSubflowOpensNothing)
{
    m_config.announceAsResponder = false;
    Route(R1, 1, 1);
    Route(R2, 2, 2);
    FullMesh mesh(m_config);
    EXPECT_EQ(mesh.On(Usable(Role::Responder)), PathActions{});
}

/// A family that somebody else routes: nothing is known, so everything is possible.
class UnknownRouting : public RoutingView
{
  public:
    SourceChoice ChooseSource(const IpAddress& /* destination */,
                              const std::vector<IpAddress>& /* used */) const override
    {
        return {SourceChoice::Outcome::NotKnown, {}};
    }

    Congruence CongruenceOf(const IpAddress& /* local */,
                            const IpAddress& /* remote */) const override
    {
        return Congruence::NotKnown;
    }
};

TEST_F(RoutedMesh, WhatIsNotKnownIsPossible)
{
    const UnknownRouting unknown;
    m_config.routing = &unknown;
    FullMesh initiator(m_config);
    EXPECT_EQ(initiator.On(Usable(Role::Initiator)),
              (PathActions{Open(2, A2, B, 0), Open(3, A3, B, 0)}));
    FullMesh responder(m_config);
    EXPECT_EQ(responder.On(Usable(Role::Responder)),
              (PathActions{AnnounceAddress{2, A2, {}}, AnnounceAddress{3, A3, {}}}))
        << "and no subflow of its own, as it would if all were incongruent";
}

TEST_F(RoutedMesh, AnnouncesOnlyWhatJoinsCanBeAnsweredFrom)
{
    Route(R1, 1, 1);
    Route(R2, 2, 2);
    FullMesh mesh(m_config);
    EXPECT_EQ(mesh.On(Usable(Role::Responder)), (PathActions{AnnounceAddress{2, A2, {}}}));
}

} // namespace
} // namespace mptcp
