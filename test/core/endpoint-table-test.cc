// SPDX-License-Identifier: GPL-2.0-only
#include "paths/endpoint-table.h"

#include <gtest/gtest.h>
#include <vector>

namespace mptcp
{
namespace
{

// What `ip mptcp endpoint` accepts and how it numbers endpoints: ip-mptcp(8) and
// tools/testing/selftests/net/mptcp/pm_netlink.sh of Linux.

IpAddress
Address(uint8_t last)
{
    return IpAddress::V4(10, 0, last, 1);
}

ManagedEndpoint
Signal(uint8_t last, uint16_t port = 0)
{
    ManagedEndpoint endpoint;
    endpoint.address = Address(last);
    endpoint.port = port;
    endpoint.flags.signal = true;
    return endpoint;
}

ManagedEndpoint
Subflow(uint8_t last, AddressId id = 0)
{
    ManagedEndpoint endpoint;
    endpoint.id = id;
    endpoint.address = Address(last);
    endpoint.flags.subflow = true;
    return endpoint;
}

/// The identifier given, 0 for a refusal.
AddressId
IdIn(const EndpointTable::Outcome& outcome)
{
    const auto* endpoint = std::get_if<ManagedEndpoint>(&outcome);
    return endpoint != nullptr ? endpoint->id : AddressId{0};
}

EndpointError
ErrorIn(const EndpointTable::Outcome& outcome)
{
    return std::get<EndpointError>(outcome);
}

TEST(EndpointTable, NumbersFromOneInOrderOfAddition)
{
    EndpointTable table;
    EXPECT_EQ(IdIn(table.Add(Signal(1))), 1);
    EXPECT_EQ(IdIn(table.Add(Subflow(2))), 2);
    EXPECT_EQ(IdIn(table.Add(Subflow(3))), 3);
    ASSERT_EQ(table.Endpoints().size(), 3U);
    EXPECT_EQ(table.Endpoints()[0].address, Address(1));
    EXPECT_EQ(table.Endpoints()[2].address, Address(3));
}

TEST(EndpointTable, GivesTheIdentifierAskedForAndGoesOnFromThere)
{
    EndpointTable table;
    EXPECT_EQ(IdIn(table.Add(Subflow(1, 250))), 250);
    EXPECT_EQ(IdIn(table.Add(Subflow(2))), 251);
    EXPECT_EQ(ErrorIn(table.Add(Subflow(3, 250))), EndpointError::IdInUse);
}

/// RFC 8684 3.4.1: an identifier must not stand for two addresses of one connection.
TEST(EndpointTable, WrapsAroundWithoutTheZero)
{
    EndpointTable table;
    EXPECT_EQ(IdIn(table.Add(Subflow(1, 1))), 1);
    EXPECT_EQ(IdIn(table.Add(Subflow(2, 255))), 255);
    EXPECT_EQ(IdIn(table.Add(Subflow(3))), 2);
}

TEST(EndpointTable, HoldsEight)
{
    EndpointTable table;
    for (uint8_t i = 1; i <= 8; ++i)
    {
        EXPECT_EQ(IdIn(table.Add(Subflow(i))), i);
    }
    EXPECT_EQ(ErrorIn(table.Add(Subflow(9))), EndpointError::TableFull);
    EXPECT_FALSE(table.IdOf(Address(9)));
    EXPECT_EQ(table.IdOf(Address(8)), AddressId{8});
    table.Clear();
    EXPECT_EQ(IdIn(table.Add(Subflow(9))), 1);
}

TEST(EndpointTable, RefusesWhatLinuxRefuses)
{
    EndpointTable table;
    ASSERT_EQ(IdIn(table.Add(Signal(1))), 1);
    EXPECT_EQ(ErrorIn(table.Add(Subflow(1))), EndpointError::AddressInUse);
    EXPECT_EQ(IdIn(table.Add(Signal(1, 10100))), 2) << "a port makes another endpoint";
    ManagedEndpoint portWithoutSignal = Subflow(3);
    portWithoutSignal.port = 10100;
    EXPECT_EQ(ErrorIn(table.Add(portWithoutSignal)), EndpointError::PortWithoutSignal);
    ManagedEndpoint both = Signal(4);
    both.flags.fullmesh = true;
    EXPECT_EQ(ErrorIn(table.Add(both)), EndpointError::SignalWithFullmesh);
    EXPECT_EQ(ErrorIn(table.Change(1, false, true)), EndpointError::SignalWithFullmesh);
    EXPECT_EQ(ErrorIn(table.Change(77, true, false)), EndpointError::Unknown);
    EXPECT_EQ(table.Endpoints().size(), 2U);
}

TEST(EndpointTable, ChangesBackupAndFullmesh)
{
    EndpointTable table;
    ASSERT_EQ(IdIn(table.Add(Subflow(1))), 1);
    const auto changed = std::get<ManagedEndpoint>(table.Change(1, true, true));
    EXPECT_TRUE(changed.flags.backup && changed.flags.fullmesh && changed.flags.subflow);
    EXPECT_EQ(*table.Find(AddressId{1}), changed);
    EXPECT_FALSE(std::get<ManagedEndpoint>(table.Change(1, false, true)).flags.backup);
    EXPECT_FALSE(std::get<ManagedEndpoint>(table.Change(1, false, false)).flags.fullmesh);
}

TEST(EndpointTable, Removes)
{
    EndpointTable table;
    ASSERT_EQ(IdIn(table.Add(Subflow(1))), 1);
    ASSERT_EQ(IdIn(table.Add(Subflow(2))), 2);
    EXPECT_EQ(table.Remove(1)->address, Address(1));
    EXPECT_FALSE(table.Remove(1));
    EXPECT_EQ(table.Find(AddressId{1}), nullptr);
    EXPECT_EQ(table.Find(Address(2))->id, 2);
}

/// mptcp_join.sh "implicit EP".
TEST(EndpointTable, AnImplicitEndpointKeepsItsIdentifier)
{
    EndpointTable table;
    EXPECT_EQ(table.IdOf(Address(2)), AddressId{1});
    EXPECT_TRUE(table.Find(Address(2))->flags.implicit);
    EXPECT_EQ(ErrorIn(table.Add(Subflow(2, 33))), EndpointError::IdFixed);
    EXPECT_EQ(IdIn(table.Add(Signal(2))), 1);
    EXPECT_EQ(table.Endpoints().size(), 1U);
    EXPECT_FALSE(table.Find(Address(2))->flags.implicit);
    EXPECT_TRUE(table.Find(Address(2))->flags.signal);
}

} // namespace
} // namespace mptcp
