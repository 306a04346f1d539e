// SPDX-License-Identifier: GPL-2.0-only
#include "paths/linux-endpoints.h"

#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace mptcp
{
namespace
{

// This host has the addresses L1 (of the first subflow), L2, L3, L4 and L6 (IPv6), the peer R1 (of
// the first subflow), R2, R3 and R6. Where an address has an endpoint, its identifier is the digit.
const IpAddress L1 = IpAddress::V4(10, 0, 1, 2);
const IpAddress L2 = IpAddress::V4(10, 0, 2, 2);
const IpAddress L3 = IpAddress::V4(10, 0, 3, 2);
const IpAddress L4 = IpAddress::V4(10, 0, 4, 2);
const IpAddress L6 = IpAddress::V6({0x20, 1, 0xd, 0xb8, 1});
const IpAddress ANY = IpAddress::V4(0, 0, 0, 0);
const IpAddress ANY6 = IpAddress::V6({});
const Endpoint R1{IpAddress::V4(10, 0, 1, 1), 80};
const Endpoint R2{IpAddress::V4(10, 0, 2, 1), 80};
const Endpoint R3{IpAddress::V4(10, 0, 3, 1), 80};
const Endpoint R6{IpAddress::V6({0x20, 1, 0xd, 0xb8, 2}), 80};

// Flags of an endpoint; combined by or.
enum Flag : unsigned
{
    SIGNAL = 1,
    SUBFLOW = 2,
    BACKUP = 4,
    FULLMESH = 8,
    IMPLICIT = 16,
};

ManagedEndpoint
At(const IpAddress& address, AddressId id, unsigned flags, uint16_t port = 0)
{
    ManagedEndpoint endpoint;
    endpoint.id = id;
    endpoint.address = address;
    endpoint.port = port;
    endpoint.flags.signal = (flags & SIGNAL) != 0;
    endpoint.flags.subflow = (flags & SUBFLOW) != 0;
    endpoint.flags.backup = (flags & BACKUP) != 0;
    endpoint.flags.fullmesh = (flags & FULLMESH) != 0;
    endpoint.flags.implicit = (flags & IMPLICIT) != 0;
    return endpoint;
}

// Events. Subflow 0 is the first one.

ConnectionUsable
UsableAs(Role role, std::vector<ManagedEndpoint> endpoints)
{
    ConnectionUsable event;
    event.role = role;
    event.initialSubflow = SubflowId(0);
    event.initialRemote = R1;
    event.localAddresses = {{0, L1, false}};
    event.endpoints = std::move(endpoints);
    return event;
}

PathEvent
Usable(std::vector<ManagedEndpoint> endpoints)
{
    return UsableAs(Role::Initiator, std::move(endpoints));
}

PathEvent
UsableWithFlagC(std::vector<ManagedEndpoint> endpoints)
{
    auto event = UsableAs(Role::Initiator, std::move(endpoints));
    event.initialRemoteRefusesJoins = true;
    return event;
}

PathEvent
UsableAsResponder(std::vector<ManagedEndpoint> endpoints)
{
    return UsableAs(Role::Responder, std::move(endpoints));
}

PathEvent
Up(uint16_t id, AddressId localId, AddressId remoteId, const Endpoint& remote)
{
    return SubflowUp{SubflowId(id), {localId, remoteId, remote, false}};
}

PathEvent
PeerUp(uint16_t id, AddressId localId, AddressId remoteId, const Endpoint& remote)
{
    return SubflowUp{SubflowId(id), {localId, remoteId, {remote.address, 50001}, true}};
}

PathEvent
Down(uint16_t id, AddressId localId, AddressId remoteId, const Endpoint& remote)
{
    return SubflowDown{SubflowId(id), {localId, remoteId, remote, false}, DownReason::ResetForGood};
}

PathEvent
PeerDown(uint16_t id, AddressId localId, AddressId remoteId, const Endpoint& remote)
{
    return SubflowDown{SubflowId(id),
                       {localId, remoteId, {remote.address, 50001}, true},
                       DownReason::Closed};
}

PathEvent
Failed(AddressId localId, AddressId remoteId, const Endpoint& remote)
{
    return SubflowDown{std::nullopt, {localId, remoteId, remote, false}, DownReason::Refused};
}

PathEvent
Announced(AddressId id, const Endpoint& endpoint)
{
    return AddressAnnounced{id, endpoint};
}

PathEvent
Withdrawn(AddressId id)
{
    return AddressWithdrawn{id};
}

PathEvent
Over(AddressId id, bool echoed = true)
{
    return AnnouncementOver{id, echoed};
}

PathEvent
Added(const ManagedEndpoint& endpoint)
{
    return EndpointAdded{endpoint};
}

PathEvent
Removed(const ManagedEndpoint& endpoint)
{
    return EndpointRemoved{endpoint};
}

PathEvent
Changed(const ManagedEndpoint& endpoint)
{
    return EndpointChanged{endpoint};
}

// Actions.

PathAction
Open(const IpAddress& local,
     AddressId localId,
     AddressId remoteId,
     const Endpoint& remote,
     bool backup = false)
{
    return OpenSubflow{{local, 0}, localId, remote, remoteId, backup};
}

PathAction
Close(uint16_t id)
{
    return CloseSubflow{SubflowId(id), false, false};
}

/// With an address this host gives up.
PathAction
Drop(uint16_t id)
{
    return CloseSubflow{SubflowId(id), false, true};
}

PathAction
Announce(const IpAddress& address, AddressId id)
{
    return AnnounceAddress{id, address, std::nullopt};
}

PathAction
Withdraw(AddressId id)
{
    return WithdrawAddress{id};
}

PathAction
Prio(uint16_t id, bool backup)
{
    return ChangePriority{SubflowId(id), backup};
}

const PathActions NOTHING;

struct Step
{
    PathEvent event;
    PathActions actions;
};

/// `source`: names of tests of tools/testing/selftests/net/mptcp/mptcp_join.sh of Linux that show
/// the rule from outside, ip-mptcp(8), or the RFC.
struct Case
{
    std::string name;
    std::string source;
    PathLimits limits;
    std::vector<Step> steps;
};

std::ostream&
operator<<(std::ostream& os, const Case& each)
{
    return os << each.source;
}

class LinuxEndpointsRule : public testing::TestWithParam<Case>
{
};

TEST_P(LinuxEndpointsRule, Holds)
{
    LinuxEndpoints policy(GetParam().limits);
    for (std::size_t i = 0; i < GetParam().steps.size(); ++i)
    {
        const Step& step = GetParam().steps[i];
        EXPECT_EQ(policy.On(step.event), step.actions) << "step " << i;
    }
}

const std::vector<Case> OPENING = {
    {"NothingWithoutEndpoints", "no JOIN", {2, 0}, {{Usable({}), NOTHING}}},
    {"SubflowEndpointToTheInitialAddress",
     "single subflow",
     {1, 0},
     {{Usable({At(L3, 3, SUBFLOW)}), {Open(L3, 3, 0, R1)}}, {Up(1, 3, 0, R1), NOTHING}}},
    {"AllSubflowEndpointsInTheirOrder",
     "multiple subflows",
     {2, 0},
     {{Usable({At(L3, 3, SUBFLOW), At(L2, 2, SUBFLOW)}),
       {Open(L3, 3, 0, R1), Open(L2, 2, 0, R1)}}}},
    {"NoneBeyondTheLimit",
     "single subflow, limited by client",
     {0, 0},
     {{Usable({At(L3, 3, SUBFLOW)}), NOTHING}}},
    {"TheLimitCountsWhatThePeerOpens",
     "ip-mptcp(8): subflows SUBFLOW_NR, the maximum number of additional subflows",
     {1, 0},
     {{UsableAsResponder({}), NOTHING},
      {PeerUp(1, 0, 5, R2), NOTHING},
      {Added(At(L3, 3, SUBFLOW)), NOTHING},
      {PeerDown(1, 0, 5, R2), {Open(L3, 3, 0, R1)}}}},
    {"TheEndpointOfTheFirstSubflowIsUsed",
     "no MPC reuse with single endpoint",
     {1, 0},
     {{Usable({At(L1, 1, SUBFLOW)}), NOTHING}}},
    {"BackupIsAskedFor",
     "single subflow, backup",
     {1, 0},
     {{Usable({At(L3, 3, SUBFLOW | BACKUP)}), {Open(L3, 3, 0, R1, true)}}}},
    {"BackupOfTheFirstSubflowIsTold",
     "mpc backup",
     {2, 0},
     {{Usable({At(L1, 1, SUBFLOW | BACKUP)}), {Prio(0, true)}}}},
    {"AFailedAttemptMakesRoomForTheNextEndpoint",
     "multi subflows, with failing subflow",
     {1, 0},
     {{Usable({At(L3, 3, SUBFLOW), At(L2, 2, SUBFLOW)}), {Open(L3, 3, 0, R1)}},
      {Failed(3, 0, R1), {Open(L2, 2, 0, R1)}},
      {Failed(2, 0, R1), NOTHING}}},
    {"AnEndpointIsUsedOnce",
     "multi subflows, fair usage on close",
     {1, 0},
     {{Usable({At(L3, 3, SUBFLOW)}), {Open(L3, 3, 0, R1)}},
      {Up(1, 3, 0, R1), NOTHING},
      {Down(1, 3, 0, R1), NOTHING},
      {Added(At(L2, 2, SUBFLOW)), {Open(L2, 2, 0, R1)}}}},
    {"OtherFamilyIsLeftAlone",
     "no JOIN with diff families v4-v6",
     {1, 0},
     {{Usable({At(L6, 6, SUBFLOW)}), NOTHING}}},
    {"FlagCForbidsTheInitialAddress",
     "single subflow allow join id0 ns2",
     {1, 1},
     {{UsableWithFlagC({At(L3, 3, SUBFLOW)}), NOTHING}}},
    {"FlagCForbidsItToFullmeshToo",
     "RFC 8684 3.1",
     {2, 1},
     {{UsableWithFlagC({At(L3, 3, SUBFLOW | FULLMESH)}), NOTHING},
      {Announced(7, R2), {Open(L3, 3, 7, R2)}}}},
    {"TheResponderOpensToo",
     "ip-mptcp(8): subflow, whatever the role",
     {1, 0},
     {{UsableAsResponder({At(L3, 3, SUBFLOW)}), {Open(L3, 3, 0, R1)}}}},
};

const std::vector<Case> SIGNALLING = {
    {"SignalEndpointIsAnnounced",
     "unused signal address",
     {2, 0},
     {{UsableAsResponder({At(L2, 2, SIGNAL)}), {Announce(L2, 2)}}, {Over(2), NOTHING}}},
    {"WithItsPort",
     "signal address with port",
     {1, 0},
     {{UsableAsResponder({At(L2, 2, SIGNAL, 10100)}), {AnnounceAddress{2, L2, uint16_t{10100}}}}}},
    {"OneAtATime",
     "signal addresses",
     {3, 3},
     {{UsableAsResponder({At(L2, 2, SIGNAL), At(L3, 3, SIGNAL), At(L4, 4, SIGNAL)}),
       {Announce(L2, 2)}},
      {Over(2), {Announce(L3, 3)}},
      {PeerUp(1, 2, 1, R2), {Announce(L4, 4)}},
      {Over(3), NOTHING}}},
    {"ThePeerThatDoesNotEchoDelaysTheNext",
     "signal addresses, ADD_ADDR timeout",
     {2, 2},
     {{UsableAsResponder({At(L2, 2, SIGNAL), At(L3, 3, SIGNAL)}), {Announce(L2, 2)}},
      {Over(2, false), {Announce(L3, 3)}}}},
    {"NotTheAddressOfTheFirstSubflow",
     "signal addresses race test",
     {4, 4},
     {{UsableAsResponder({At(L1, 1, SIGNAL), At(L2, 2, SIGNAL)}), {Announce(L2, 2)}},
      {Over(2), NOTHING}}},
    {"SignalAndSubflowTogether",
     "ip-mptcp(8): flags combine; announced first",
     {1, 0},
     {{Usable({At(L3, 3, SIGNAL | SUBFLOW)}), {Announce(L3, 3), Open(L3, 3, 0, R1)}},
      {Over(3), NOTHING}}},
    {"BothEndsMaySignal",
     "signal addresses race test",
     {4, 4},
     {{Usable({At(L2, 2, SIGNAL)}), {Announce(L2, 2)}}}},
};

const std::vector<Case> ACCEPTING = {
    {"NoneByDefault",
     "unused signal address",
     {},
     {{Usable({}), NOTHING}, {Announced(2, R2), NOTHING}}},
    {"AnAnnouncedAddressIsUsedFromWhereRoutingSays",
     "signal address",
     {1, 1},
     {{Usable({}), NOTHING},
      {Announced(2, R2), {Open(ANY, 0, 2, R2)}},
      {Up(1, 9, 2, R2), NOTHING}}},
    {"OfTheFamilyAnnounced",
     "simult IPv4 and IPv6 subflows",
     {1, 1},
     {{Usable({}), NOTHING}, {Announced(6, R6), {Open(ANY6, 0, 6, R6)}}}},
    {"SubflowEndpointsDoNotCountThere",
     "subflow and signal",
     {2, 1},
     {{Usable({At(L3, 3, SUBFLOW)}), {Open(L3, 3, 0, R1)}},
      {Announced(2, R2), {Open(ANY, 0, 2, R2)}}}},
    {"NoMoreThanTheLimitOfAddresses",
     "ip-mptcp(8): add_addr_accepted",
     {4, 1},
     {{Usable({}), NOTHING},
      {Announced(2, R2), {Open(ANY, 0, 2, R2)}},
      {Announced(3, R3), NOTHING}}},
    {"NorThanTheLimitOfSubflows",
     "ip-mptcp(8): subflows",
     {1, 4},
     {{Usable({}), NOTHING},
      {Announced(2, R2), {Open(ANY, 0, 2, R2)}},
      {Announced(3, R3), NOTHING}}},
    {"ARepeatedAnnouncementOpensNoSecondSubflow",
     "signal address, ADD_ADDR timeout",
     {2, 2},
     {{Usable({}), NOTHING},
      {Announced(2, R2), {Open(ANY, 0, 2, R2)}},
      {Announced(2, R2), NOTHING},
      {Up(1, 9, 2, R2), NOTHING},
      {Announced(2, R2), NOTHING}}},
    {"NorTheAddressOfTheFirstSubflow",
     "RFC 8684 3.4.1",
     {2, 2},
     {{Usable({}), NOTHING}, {Announced(5, R1), NOTHING}}},
    {"NorOneThePeerHasOpenedFrom",
     "RFC 8684 3.4.1",
     {2, 2},
     {{UsableAsResponder({}), NOTHING},
      {PeerUp(1, 0, 2, R2), NOTHING},
      {Announced(2, R2), NOTHING}}},
    {"ItIsTriedAgainWhenAnnouncedAgain",
     "RFC 8684 3.4.1",
     {2, 2},
     {{Usable({}), NOTHING},
      {Announced(2, R2), {Open(ANY, 0, 2, R2)}},
      {Failed(9, 2, R2), NOTHING},
      {Announced(2, R2), {Open(ANY, 0, 2, R2)}}}},
    {"FlagCDoesNotConcernIt",
     "signal address allow join id0 ns2",
     {1, 1},
     {{UsableWithFlagC({}), NOTHING}, {Announced(2, R2), {Open(ANY, 0, 2, R2)}}}},
    {"AnEarlyAnnouncementIsNotLost",
     "the connection keeps it until ConnectionUsable",
     {1, 1},
     {{Announced(2, R2), NOTHING}, {Usable({}), NOTHING}}},
};

const std::vector<Case> FULLMESH_CASES = {
    {"FromEachFullmeshEndpointToTheAnnounced",
     "fullmesh test 2x1",
     {4, 1},
     {{Usable({At(L2, 2, SUBFLOW | FULLMESH), At(L3, 3, SUBFLOW | FULLMESH)}),
       {Open(L2, 2, 0, R1), Open(L3, 3, 0, R1)}},
      {Up(1, 2, 0, R1), NOTHING},
      {Up(2, 3, 0, R1), NOTHING},
      {Announced(9, R2), {Open(L2, 2, 9, R2), Open(L3, 3, 9, R2)}}}},
    {"AnAddedOneToEachAddressInUse",
     "fullmesh test 1x1",
     {3, 1},
     {{Usable({}), NOTHING},
      {Announced(9, R2), {Open(ANY, 0, 9, R2)}},
      {Up(1, 1, 9, R2), NOTHING},
      {Added(At(L3, 3, SUBFLOW | FULLMESH)), {Open(L3, 3, 0, R1), Open(L3, 3, 9, R2)}}}},
    {"WithinTheLimit",
     "fullmesh test 1x2, limited",
     {4, 1},
     {{Usable({}), NOTHING},
      {Announced(9, R2), {Open(ANY, 0, 9, R2)}},
      {Up(1, 1, 9, R2), NOTHING},
      {Added(At(L3, 3, SUBFLOW | FULLMESH)), {Open(L3, 3, 0, R1), Open(L3, 3, 9, R2)}},
      {Added(At(L4, 4, SUBFLOW | FULLMESH)), {Open(L4, 4, 0, R1)}}}},
    {"TheFirstSubflowsAddressTakesPart",
     "fullmesh_1 with the address of the first subflow",
     {4, 1},
     {{Usable({At(L1, 1, SUBFLOW | FULLMESH)}), NOTHING},
      {Announced(9, R2), {Open(L1, 0, 9, R2)}}}},
    {"OnlyTheSameFamily",
     "simult IPv4 and IPv6 subflows, fullmesh 1x1",
     {4, 1},
     {{Usable({At(L6, 6, SUBFLOW | FULLMESH)}), NOTHING},
      {Announced(9, R2), {Open(ANY, 0, 9, R2)}}}},
    {"TurnedOnItOpensAnew",
     "set fullmesh flag test",
     {4, 4},
     {{Usable({At(L3, 3, SUBFLOW)}), {Open(L3, 3, 0, R1)}},
      {Up(1, 3, 0, R1), NOTHING},
      {Announced(9, R2), {Open(ANY, 0, 9, R2)}},
      {Up(2, 1, 9, R2), NOTHING},
      {Changed(At(L3, 3, SUBFLOW | FULLMESH)), {Drop(1), Open(L3, 3, 0, R1), Open(L3, 3, 9, R2)}},
      {Down(1, 3, 0, R1), NOTHING}}},
    {"TurnedOffItOpensAnew",
     "set nofullmesh flag test",
     {4, 4},
     {{Usable({At(L3, 3, SUBFLOW | FULLMESH)}), {Open(L3, 3, 0, R1)}},
      {Up(1, 3, 0, R1), NOTHING},
      {Changed(At(L3, 3, SUBFLOW)), {Drop(1), Open(L3, 3, 0, R1)}}}},
};

const std::vector<Case> REMOVING = {
    {"ASubflowEndpointWithItsSubflow",
     "remove single subflow",
     {1, 0},
     {{Usable({At(L3, 3, SUBFLOW)}), {Open(L3, 3, 0, R1)}},
      {Up(1, 3, 0, R1), NOTHING},
      {Removed(At(L3, 3, SUBFLOW)), {Withdraw(3), Drop(1)}},
      {Down(1, 3, 0, R1), NOTHING}}},
    {"AnUnusedOneWithoutAWord",
     "ip-mptcp(8): endpoint delete",
     {0, 0},
     {{Usable({At(L3, 3, SUBFLOW)}), NOTHING}, {Removed(At(L3, 3, SUBFLOW)), NOTHING}}},
    {"AnAnnouncedAddress",
     "remove single address",
     {1, 0},
     {{UsableAsResponder({At(L2, 2, SIGNAL)}), {Announce(L2, 2)}},
      {PeerUp(1, 2, 1, R2), NOTHING},
      {Removed(At(L2, 2, SIGNAL)), {Withdraw(2), Drop(1)}}}},
    {"AnAnnouncedAddressNobodyUses",
     "remove invalid addresses",
     {1, 0},
     {{UsableAsResponder({At(L2, 2, SIGNAL)}), {Announce(L2, 2)}},
      {Removed(At(L2, 2, SIGNAL)), {Withdraw(2)}}}},
    {"AnImplicitOneSilently",
     "implicit endpoints are not announced",
     {1, 1},
     {{Usable({}), NOTHING},
      {Announced(9, R2), {Open(ANY, 0, 9, R2)}},
      {Up(1, 1, 9, R2), NOTHING},
      {Removed(At(L2, 1, IMPLICIT)), {Drop(1)}}}},
    {"TheFirstSubflowByIdentifierZero",
     "remove id 0 subflow",
     {1, 0},
     {{Usable({At(L3, 3, SUBFLOW)}), {Open(L3, 3, 0, R1)}},
      {Up(1, 3, 0, R1), NOTHING},
      {Removed(At(L2, 0, 0)), NOTHING},
      {Removed(At(L1, 0, 0)), {Withdraw(0), Drop(0)}}}},
    {"TheEndpointOfTheFirstSubflowIsZeroForThePeer",
     "RFC 8684 3.4.2",
     {1, 0},
     {{Usable({At(L1, 7, SUBFLOW)}), NOTHING},
      {Removed(At(L1, 7, SUBFLOW)), {Withdraw(0), Drop(0)}},
      {Down(0, 0, 0, R1), NOTHING},
      {Added(At(L1, 7, SUBFLOW)), {Open(L1, 0, 0, R1)}}}},
    {"OneUnderWayIsClosedWhenItComesUp",
     "RFC 8684 3.4.2",
     {1, 0},
     {{Usable({At(L3, 3, SUBFLOW)}), {Open(L3, 3, 0, R1)}},
      {Removed(At(L3, 3, SUBFLOW)), {Withdraw(3)}},
      {Up(1, 3, 0, R1), {Close(1)}},
      {Down(1, 3, 0, R1), NOTHING}}},
    {"ItMakesRoom",
     "mptcp_join.sh: RM_ADDR and then the endpoints left",
     {1, 0},
     {{Usable({At(L3, 3, SUBFLOW), At(L4, 4, SUBFLOW)}), {Open(L3, 3, 0, R1)}},
      {Up(1, 3, 0, R1), NOTHING},
      {Removed(At(L3, 3, SUBFLOW)), {Withdraw(3), Drop(1), Open(L4, 4, 0, R1)}}}},
    {"DeletedAndAddedAgainItIsUsedAgain",
     "delete and re-add",
     {1, 1},
     {{Usable({At(L2, 2, SUBFLOW)}), {Open(L2, 2, 0, R1)}},
      {Up(1, 2, 0, R1), NOTHING},
      {Removed(At(L2, 2, SUBFLOW)), {Withdraw(2), Drop(1)}},
      {Down(1, 2, 0, R1), NOTHING},
      {Added(At(L2, 2, SUBFLOW)), {Open(L2, 2, 0, R1)}}}},
    {"FlushWithdrawsOnlyWhatWasAnnounced",
     "flush subflows",
     {3, 3},
     {{Usable({At(L2, 2, SUBFLOW), At(L3, 3, SUBFLOW)}), {Open(L2, 2, 0, R1), Open(L3, 3, 0, R1)}},
      {Up(1, 2, 0, R1), NOTHING},
      {Up(2, 3, 0, R1), NOTHING},
      {EndpointsFlushed{{At(L2, 2, SUBFLOW), At(L3, 3, SUBFLOW)}}, {Drop(1), Drop(2)}},
      {Down(1, 2, 0, R1), NOTHING}}},
    {"FlushTakesImplicitOnesToo",
     "flush subflows and signal",
     {1, 1},
     {{Usable({}), NOTHING},
      {Announced(9, R2), {Open(ANY, 0, 9, R2)}},
      {Up(1, 1, 9, R2), NOTHING},
      {EndpointsFlushed{{At(L2, 1, IMPLICIT)}}, {Drop(1)}}}},
    {"FlushOfAddresses",
     "flush addresses",
     {3, 3},
     {{UsableAsResponder({At(L2, 2, SIGNAL), At(L3, 3, SIGNAL)}), {Announce(L2, 2)}},
      {PeerUp(1, 2, 1, R2), {Announce(L3, 3)}},
      {EndpointsFlushed{{At(L2, 2, SIGNAL), At(L3, 3, SIGNAL)}},
       {Withdraw(2), Withdraw(3), Drop(1)}}}},
    {"RemoveAddrOfThePeerClosesAtOnce",
     "remove single address",
     {1, 1},
     {{Usable({}), NOTHING},
      {Announced(2, R2), {Open(ANY, 0, 2, R2)}},
      {Up(1, 1, 2, R2), NOTHING},
      {Withdrawn(2), {Close(1)}},
      {Announced(3, R3), {Open(ANY, 0, 3, R3)}}}},
    {"RemoveAddrOfAnUnknownAddress",
     "RFC 8684 3.4.2",
     {1, 1},
     {{Usable({}), NOTHING}, {Withdrawn(44), NOTHING}}},
    {"RemoveAddrOfZeroFreesNoAnnouncement",
     "remove id 0 address",
     {2, 1},
     {{Usable({}), NOTHING},
      {Announced(2, R2), {Open(ANY, 0, 2, R2)}},
      {Up(1, 1, 2, R2), NOTHING},
      {Withdrawn(0), {Close(0)}},
      {Announced(3, R3), NOTHING}}},
};

const std::vector<Case> CHANGING = {
    {"BackupIsToldOnEachSubflowOfTheEndpoint",
     "single subflow, backup",
     {2, 1},
     {{Usable({At(L3, 3, SUBFLOW | FULLMESH)}), {Open(L3, 3, 0, R1)}},
      {Up(1, 3, 0, R1), NOTHING},
      {Announced(9, R2), {Open(L3, 3, 9, R2)}},
      {Up(2, 3, 9, R2), NOTHING},
      {Changed(At(L3, 3, SUBFLOW | FULLMESH | BACKUP)), {Prio(1, true), Prio(2, true)}},
      {Changed(At(L3, 3, SUBFLOW | FULLMESH)), {Prio(1, false), Prio(2, false)}}}},
    {"OfAnAnnouncedAddressToo",
     "single address, backup",
     {1, 0},
     {{UsableAsResponder({At(L2, 2, SIGNAL)}), {Announce(L2, 2)}},
      {PeerUp(1, 2, 1, R2), NOTHING},
      {Changed(At(L2, 2, SIGNAL | BACKUP)), {Prio(1, true)}}}},
    {"OfAnImplicitOne",
     "single address, backup",
     {1, 1},
     {{Usable({}), NOTHING},
      {Announced(9, R2), {Open(ANY, 0, 9, R2)}},
      {Up(1, 1, 9, R2), NOTHING},
      {Changed(At(L2, 1, IMPLICIT | BACKUP)), {Prio(1, true)}}}},
    {"OfTheFirstSubflow",
     "mpc switch to backup",
     {2, 0},
     {{Usable({At(L1, 1, SUBFLOW)}), NOTHING},
      {Changed(At(L1, 1, SUBFLOW | BACKUP)), {Prio(0, true)}}}},
    {"WithoutChangeNothing",
     "ip-mptcp(8): endpoint change",
     {1, 0},
     {{Usable({At(L3, 3, SUBFLOW)}), {Open(L3, 3, 0, R1)}},
      {Up(1, 3, 0, R1), NOTHING},
      {Changed(At(L3, 3, SUBFLOW)), NOTHING}}},
    {"NewLimitsHoldFromTheNextEventOn",
     "ip-mptcp(8): limits set",
     {0, 0},
     {{Usable({At(L3, 3, SUBFLOW)}), NOTHING},
      {LimitsChanged{{2, 1}}, NOTHING},
      {Announced(9, R2), {Open(ANY, 0, 9, R2)}},
      {Up(1, 1, 9, R2), {Open(L3, 3, 0, R1)}}}},
};

std::string
NameOf(const testing::TestParamInfo<Case>& info)
{
    return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Opening, LinuxEndpointsRule, testing::ValuesIn(OPENING), NameOf);
INSTANTIATE_TEST_SUITE_P(Signalling, LinuxEndpointsRule, testing::ValuesIn(SIGNALLING), NameOf);
INSTANTIATE_TEST_SUITE_P(Accepting, LinuxEndpointsRule, testing::ValuesIn(ACCEPTING), NameOf);
INSTANTIATE_TEST_SUITE_P(Fullmesh, LinuxEndpointsRule, testing::ValuesIn(FULLMESH_CASES), NameOf);
INSTANTIATE_TEST_SUITE_P(Removing, LinuxEndpointsRule, testing::ValuesIn(REMOVING), NameOf);
INSTANTIATE_TEST_SUITE_P(Changing, LinuxEndpointsRule, testing::ValuesIn(CHANGING), NameOf);

/// ip-mptcp(8): limits; RFC 8684 3.2: a host may refuse joins beyond what it permits.
TEST(LinuxEndpoints, AcceptsJoinsUpToTheLimit)
{
    LinuxEndpoints policy(PathLimits{1, 0});
    EXPECT_FALSE(policy.AcceptsJoin()) << "not before the connection is usable";
    EXPECT_TRUE(policy.On(UsableAsResponder({})).empty());
    EXPECT_TRUE(policy.AcceptsJoin());
    EXPECT_TRUE(policy.On(PeerUp(1, 0, 1, R2)).empty());
    EXPECT_FALSE(policy.AcceptsJoin());
    EXPECT_TRUE(policy.On(LimitsChanged{{2, 0}}).empty());
    EXPECT_TRUE(policy.AcceptsJoin());
    EXPECT_TRUE(policy.On(LimitsChanged{{1, 0}}).empty());
    EXPECT_TRUE(policy.On(PeerDown(1, 0, 1, R2)).empty());
    EXPECT_TRUE(policy.AcceptsJoin());
}

TEST(LinuxEndpoints, LimitsOfTheHostReplaceThoseOfTheConstructor)
{
    LinuxEndpoints policy(PathLimits{0, 0});
    auto usable = UsableAs(Role::Initiator, {At(L3, 3, SUBFLOW)});
    usable.limits = PathLimits{1, 0};
    EXPECT_EQ(policy.On(usable), PathActions({Open(L3, 3, 0, R1)}));
}

/// The defaults of Linux since 5.15: two subflows besides the first, no announcement accepted.
TEST(LinuxEndpoints, DefaultLimits)
{
    LinuxEndpoints policy;
    EXPECT_EQ(policy.On(Usable({At(L2, 2, SUBFLOW), At(L3, 3, SUBFLOW), At(L4, 4, SUBFLOW)})),
              PathActions({Open(L2, 2, 0, R1), Open(L3, 3, 0, R1)}));
    EXPECT_TRUE(policy.On(Failed(2, 0, R1)) == PathActions({Open(L4, 4, 0, R1)}));
    EXPECT_TRUE(policy.On(Failed(3, 0, R1)).empty());
    EXPECT_TRUE(policy.On(Announced(2, R2)).empty());
}

} // namespace
} // namespace mptcp
