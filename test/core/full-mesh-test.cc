// SPDX-License-Identifier: GPL-2.0-only
#include "paths/full-mesh.h"

#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace mptcp
{
namespace
{

using std::chrono::seconds;

// The initiator has the IPv4 addresses L0, L1, L2 and the IPv6 address L6; the responder has R0,
// R1, R2 and R6. The digit is the address identifier. R1b is R1 with another port.
const LocalAddress L0{0, IpAddress::V4(10, 0, 0, 1), false};
const LocalAddress L1{1, IpAddress::V4(10, 0, 1, 1), false};
const LocalAddress L2{2, IpAddress::V4(10, 0, 2, 1), false};
const LocalAddress L6{6, IpAddress::V6({0x20, 1, 0xd, 0xb8, 1}), false};
const Endpoint R0{IpAddress::V4(192, 0, 2, 1), 80};
const Endpoint R1{IpAddress::V4(192, 0, 2, 2), 80};
const Endpoint R1b{IpAddress::V4(192, 0, 2, 2), 81};
const Endpoint R2{IpAddress::V4(192, 0, 2, 3), 80};
const Endpoint R6{IpAddress::V6({0x20, 1, 0xd, 0xb8, 2}), 80};

LocalAddress
AsBackup(LocalAddress address)
{
    address.backup = true;
    return address;
}

// Events. Subflow 0 is the first one.

PathEvent
Usable(std::vector<LocalAddress> addresses)
{
    return ConnectionUsable{Role::Initiator, SubflowId(0), R0, std::move(addresses), false};
}

PathEvent
UsableWithFlagC(std::vector<LocalAddress> addresses)
{
    return ConnectionUsable{Role::Initiator, SubflowId(0), R0, std::move(addresses), true};
}

PathEvent
UsableAsResponder(std::vector<LocalAddress> addresses)
{
    return ConnectionUsable{Role::Responder, SubflowId(0), R0, std::move(addresses), false};
}

PathEvent
Up(uint16_t id, const LocalAddress& local, AddressId remoteId, const Endpoint& remote)
{
    return SubflowUp{SubflowId(id), {local.id, remoteId, remote, false}};
}

PathEvent
PeerUp(uint16_t id, const LocalAddress& local, AddressId remoteId, const Endpoint& remote)
{
    return SubflowUp{SubflowId(id), {local.id, remoteId, {remote.address, 50001}, true}};
}

PathEvent
Down(uint16_t id,
     const LocalAddress& local,
     AddressId remoteId,
     const Endpoint& remote,
     DownReason reason)
{
    return SubflowDown{SubflowId(id), {local.id, remoteId, remote, false}, reason};
}

/// Closed for want of room, to be opened again.
PathEvent
KeptBack(uint16_t id, const LocalAddress& local, AddressId remoteId, const Endpoint& remote)
{
    return SubflowDown{SubflowId(id),
                       {local.id, remoteId, remote, false},
                       DownReason::Closed,
                       true};
}

PathEvent
PeerDown(uint16_t id, const LocalAddress& local, AddressId remoteId, const Endpoint& remote)
{
    return SubflowDown{SubflowId(id),
                       {local.id, remoteId, {remote.address, 50001}, true},
                       DownReason::TimedOut};
}

/// An OpenSubflow that came to nothing.
PathEvent
Failed(const LocalAddress& local, AddressId remoteId, const Endpoint& remote, DownReason reason)
{
    return SubflowDown{std::nullopt, {local.id, remoteId, remote, false}, reason};
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
LocalUp(const LocalAddress& address)
{
    return LocalAddressUp{address};
}

PathEvent
LocalDown(const LocalAddress& address)
{
    return LocalAddressDown{address.id};
}

PathEvent
Due(uint32_t retryId)
{
    return RetryDue{retryId};
}

// Actions.

PathAction
Open(const LocalAddress& local, AddressId remoteId, const Endpoint& remote)
{
    return OpenSubflow{{local.address, 0}, local.id, remote, remoteId, local.backup};
}

PathAction
Close(uint16_t id)
{
    return CloseSubflow{SubflowId(id), false};
}

PathAction
CloseIfDead(uint16_t id)
{
    return CloseSubflow{SubflowId(id), true};
}

PathAction
Announce(const LocalAddress& local)
{
    return AnnounceAddress{local.id, local.address};
}

PathAction
Withdraw(const LocalAddress& local)
{
    return WithdrawAddress{local.id};
}

PathAction
Retry(uint32_t id, seconds delay)
{
    return RetryLater{id, delay};
}

const PathActions NOTHING;

struct Step
{
    PathEvent event;
    PathActions actions;
};

struct MeshCase
{
    std::string name;
    FullMeshConfig config;
    std::vector<Step> steps;
};

class FullMeshRule : public testing::TestWithParam<MeshCase>
{
};

TEST_P(FullMeshRule, Holds)
{
    FullMesh policy(GetParam().config);
    for (std::size_t i = 0; i < GetParam().steps.size(); ++i)
    {
        const Step& step = GetParam().steps[i];
        EXPECT_EQ(policy.On(step.event), step.actions) << "step " << i;
    }
}

FullMeshConfig
MaxSubflows(uint32_t limit)
{
    FullMeshConfig config;
    config.maxSubflows = limit;
    return config;
}

FullMeshConfig
MaxAcceptedAddresses(uint32_t limit)
{
    FullMeshConfig config;
    config.maxAcceptedAddresses = limit;
    return config;
}

FullMeshConfig
MaxRetries(uint32_t limit)
{
    FullMeshConfig config;
    config.retry.maxRetries = limit;
    return config;
}

FullMeshConfig
Directions(bool announceAsInitiator, bool announceAsResponder, bool openAsResponder)
{
    FullMeshConfig config;
    config.announceAsInitiator = announceAsInitiator;
    config.announceAsResponder = announceAsResponder;
    config.openAsResponder = openAsResponder;
    return config;
}

std::string
NameOf(const testing::TestParamInfo<MeshCase>& row)
{
    return row.param.name;
}

const std::vector<MeshCase> MESH{
    {"SingleAddressesNeedNothing", {}, {{Usable({L0}), NOTHING}}},
    {"InitiatorOpensFromItsOtherAddresses",
     {},
     {{Usable({L0, L1, L2}), {Open(L1, 0, R0), Open(L2, 0, R0)}}}},
    {"AnnouncedAddressIsMeshedWithAll",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Announced(1, R1), {Open(L0, 1, R1), Open(L1, 1, R1)}},
      {Announced(2, R2), {Open(L0, 2, R2), Open(L1, 2, R2)}}}},
    {"NewLocalAddressIsMeshedWithAll",
     {},
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {LocalUp(L1), {Open(L1, 0, R0), Open(L1, 1, R1)}}}},
    {"FamiliesAreNotMixed",
     {},
     {{Usable({L0, L6}), NOTHING},
      {Announced(6, R6), {Open(L6, 6, R6)}},
      {Announced(1, R1), {Open(L0, 1, R1)}}}},
    {"BackupAddressOpensBackups", {}, {{Usable({L0, AsBackup(L1)}), {Open(AsBackup(L1), 0, R0)}}}},
    {"AnnouncementBeforeTheConnectionIsUsableIsKept",
     {},
     {{Announced(1, R1), NOTHING}, {Usable({L0}), {Open(L0, 1, R1)}}}},
    {"OtherEventsBeforeTheConnectionIsUsableDoNothing",
     {},
     {{LocalDown(L1), NOTHING},
      {Withdrawn(1), NOTHING},
      {Due(1), NOTHING},
      {Usable({L0, L1}), {Open(L1, 0, R0)}}}},
    {"SecondUsableIsIgnored",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}}, {Usable({L0, L1, L2}), NOTHING}}},
    // RFC 8684 3.1: with flag C set nothing more MUST be opened towards address and port of the
    // first subflow.
    {"FlagCForbidsTheInitialEndpoint",
     {},
     {{UsableWithFlagC({L0, L1}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1), Open(L1, 1, R1)}},
      {Announced(2, R0), NOTHING},
      {Announced(0, R0), NOTHING}}},
    {"FlagCHoldsForAnEarlierAnnouncementOfTheSameEndpoint",
     {},
     {{Announced(2, R0), NOTHING}, {UsableWithFlagC({L0, L1}), NOTHING}}},
};

INSTANTIATE_TEST_SUITE_P(Mesh, FullMeshRule, testing::ValuesIn(MESH), NameOf);

const std::vector<MeshCase> NEVER_TWICE{
    {"NotWhileThePairIsPending",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}}, {LocalUp(L1), NOTHING}, {LocalUp(L0), NOTHING}}},
    {"NotWhileThePairIsUp",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Up(1, L1, 0, R0), NOTHING},
      {LocalUp(L1), NOTHING},
      {Announced(0, R0), NOTHING}}},
    {"RepeatedAnnouncementOfAPendingPair",
     {},
     {{Usable({L0}), NOTHING}, {Announced(1, R1), {Open(L0, 1, R1)}}, {Announced(1, R1), NOTHING}}},
    // RFC 8684 3.2: the identifier correlates MP_JOIN and ADD_ADDR of one address.
    {"NotThePairThePeerHasOpened",
     {},
     {{Usable({L0}), NOTHING}, {PeerUp(1, L0, 1, R1), NOTHING}, {Announced(1, R1), NOTHING}}},
    {"ThePairThePeerHadOpenedAfterItsEnd",
     {},
     {{Usable({L0}), NOTHING},
      {PeerUp(1, L0, 1, R1), NOTHING},
      {Announced(1, R1), NOTHING},
      {PeerDown(1, L0, 1, R1), {Open(L0, 1, R1)}}}},
    {"PeersSubflowMakesARetryNeedless",
     {},
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Failed(L0, 1, R1, DownReason::Unreachable), {Retry(1, seconds(1))}},
      {PeerUp(1, L0, 1, R1), NOTHING},
      {Due(1), NOTHING}}},
    {"OneEndpointUnderTwoIdentifiers",
     {},
     {{Usable({L0}), NOTHING}, {Announced(1, R1), {Open(L0, 1, R1)}}, {Announced(2, R1), NOTHING}}},
    {"InitialEndpointUnderAnotherIdentifier",
     {},
     {{Usable({L0}), NOTHING}, {Announced(1, R0), NOTHING}}},
    {"LocalAddressGivenTwice", {}, {{Usable({L0, L1, L1}), {Open(L1, 0, R0)}}}},
};

INSTANTIATE_TEST_SUITE_P(NeverTwice, FullMeshRule, testing::ValuesIn(NEVER_TWICE), NameOf);

const std::vector<MeshCase> LIMITS{
    {"FirstSubflowCounts", MaxSubflows(1), {{Usable({L0, L1}), NOTHING}}},
    {"PendingSubflowsCount",
     MaxSubflows(3),
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Announced(2, R2), NOTHING}}},
    {"SubflowsOfThePeerCount",
     MaxSubflows(2),
     {{Usable({L0}), NOTHING}, {PeerUp(1, L0, 1, R1), NOTHING}, {LocalUp(L1), NOTHING}}},
    {"AnEndMakesRoomForAnotherPair",
     MaxSubflows(2),
     {{Usable({L0, L1, L2}), {Open(L1, 0, R0)}},
      {Up(1, L1, 0, R0), NOTHING},
      {Down(1, L1, 0, R0, DownReason::Closed), {Open(L2, 0, R0)}}}},
    {"AFailureMakesRoomForAnotherPair",
     MaxSubflows(2),
     {{Usable({L0, L1, L2}), {Open(L1, 0, R0)}},
      {Failed(L1, 0, R0, DownReason::Refused), {Open(L2, 0, R0)}}}},
    {"RetryWaitsForRoom",
     MaxSubflows(2),
     {{Usable({L0, L1, L2}), {Open(L1, 0, R0)}},
      {Failed(L1, 0, R0, DownReason::Unreachable), {Retry(1, seconds(1)), Open(L2, 0, R0)}},
      {Due(1), NOTHING},
      {Failed(L2, 0, R0, DownReason::Refused), {Open(L1, 0, R0)}}}},
    {"AcceptedAddressesAreLimited",
     MaxAcceptedAddresses(1),
     {{Usable({L0}), NOTHING}, {Announced(1, R1), {Open(L0, 1, R1)}}, {Announced(2, R2), NOTHING}}},
    {"NoAddressAccepted",
     MaxAcceptedAddresses(0),
     {{Usable({L0, L1}), {Open(L1, 0, R0)}}, {Announced(1, R1), NOTHING}}},
    {"AnotherPortCountsAsAnotherAddress",
     MaxAcceptedAddresses(1),
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Announced(1, R1b), NOTHING}}},
    {"WithdrawalMakesRoomForAnotherAddress",
     MaxAcceptedAddresses(1),
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Withdrawn(1), NOTHING},
      {Announced(2, R2), {Open(L0, 2, R2)}}}},
};

INSTANTIATE_TEST_SUITE_P(Limits, FullMeshRule, testing::ValuesIn(LIMITS), NameOf);

const std::vector<MeshCase> REMOTE_ADDRESSES{
    // RFC 8684 3.4.1: a different port is a new address/port combination to try.
    {"AnotherPortIsAnotherSubflow",
     {},
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Announced(1, R1b), {Open(L0, 1, R1b)}}}},
    // RFC 8684 3.4.1: the address MUST be the one assigned to the identifier before.
    {"AnotherAddressUnderAUsedIdentifierIsIgnored",
     {},
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Announced(1, R2), NOTHING},
      {Announced(0, R2), NOTHING}}},
    // RFC 8684 3.4.1: after removal the identifier may name another address.
    {"AnotherAddressAfterRemovalIsUsed",
     {},
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Withdrawn(1), NOTHING},
      {Announced(1, R2), {Open(L0, 1, R2)}}}},
    // RFC 8684 3.4.2: check with a keepalive before closing.
    {"WithdrawalProbesTheSubflowsConcerned",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Announced(1, R1), {Open(L0, 1, R1), Open(L1, 1, R1)}},
      {Up(1, L0, 1, R1), NOTHING},
      {Up(2, L1, 1, R1), NOTHING},
      {Withdrawn(1), {CloseIfDead(1), CloseIfDead(2)}},
      {LocalUp(L2), {Open(L2, 0, R0)}}}},
    {"WithdrawalConcernsSubflowsOfThePeerToo",
     {},
     {{Usable({L0}), NOTHING}, {PeerUp(1, L0, 1, R1), NOTHING}, {Withdrawn(1), {CloseIfDead(1)}}}},
    {"WithdrawalOfTheInitialAddress",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Up(1, L1, 0, R0), NOTHING},
      {Withdrawn(0), {CloseIfDead(0), CloseIfDead(1)}},
      {LocalUp(L2), NOTHING}}},
    // RFC 8684 3.8: remove request for unknown Address ID: silently ignore.
    {"WithdrawalOfAnUnknownIdentifierIsIgnored",
     {},
     {{Usable({L0}), NOTHING}, {Withdrawn(9), NOTHING}}},
    {"SubflowToAWithdrawnAddressIsNotReplaced",
     {},
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Up(1, L0, 1, R1), NOTHING},
      {Withdrawn(1), {CloseIfDead(1)}},
      {Down(1, L0, 1, R1, DownReason::TimedOut), NOTHING}}},
    {"SubflowThatSurvivedAWithdrawalIsNotDoubled",
     {},
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Up(1, L0, 1, R1), NOTHING},
      {Withdrawn(1), {CloseIfDead(1)}},
      {Announced(1, R1), NOTHING}}},
    {"SubflowThatComesUpAfterTheWithdrawalIsClosed",
     {},
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Withdrawn(1), NOTHING},
      {Up(1, L0, 1, R1), {Close(1)}},
      {Down(1, L0, 1, R1, DownReason::Closed), NOTHING}}},
};

INSTANTIATE_TEST_SUITE_P(RemoteAddresses,
                         FullMeshRule,
                         testing::ValuesIn(REMOTE_ADDRESSES),
                         NameOf);

const std::vector<MeshCase> LOCAL_ADDRESSES{
    // RFC 8684 3.4.2: an address the peer knows and that becomes invalid SHOULD be removed.
    {"LossIsAnnouncedAndClosesItsSubflows",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Announced(1, R1), {Open(L0, 1, R1), Open(L1, 1, R1)}},
      {Up(1, L1, 0, R0), NOTHING},
      {Up(2, L1, 1, R1), NOTHING},
      {LocalDown(L1), {Withdraw(L1), Close(1), Close(2)}}}},
    {"LossOfTheInitialAddress",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}}, {LocalDown(L0), {Withdraw(L0), Close(0)}}}},
    {"LossOfAnAddressThePeerDoesNotKnowIsNotAnnounced",
     MaxSubflows(1),
     {{Usable({L0, L1}), NOTHING}, {LocalDown(L1), NOTHING}}},
    {"LossOfAnUnknownAddressIsIgnored", {}, {{Usable({L0}), NOTHING}, {LocalDown(L1), NOTHING}}},
    {"LossIsAnnouncedOnce",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {LocalDown(L1), {Withdraw(L1)}},
      {LocalDown(L1), NOTHING}}},
    {"AddressThatComesBackIsMeshedAgain",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Up(1, L1, 0, R0), NOTHING},
      {LocalDown(L1), {Withdraw(L1), Close(1)}},
      {Down(1, L1, 0, R0, DownReason::Closed), NOTHING},
      {LocalUp(L1), {Open(L1, 0, R0)}}}},
    {"AddressThatComesBackBeforeTheSubflowHasEnded",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Up(1, L1, 0, R0), NOTHING},
      {LocalDown(L1), {Withdraw(L1), Close(1)}},
      {LocalUp(L1), NOTHING},
      {Down(1, L1, 0, R0, DownReason::Closed), {Open(L1, 0, R0)}}}},
    {"InitialAddressThatComesBackIsMeshedAgain",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {LocalDown(L0), {Withdraw(L0), Close(0)}},
      {Down(0, L0, 0, R0, DownReason::Closed), NOTHING},
      {LocalUp(L0), {Open(L0, 0, R0)}}}},
    {"SubflowThatComesUpAfterTheLossIsClosed",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {LocalDown(L1), {Withdraw(L1)}},
      {Up(1, L1, 0, R0), {Close(1)}},
      {Down(1, L1, 0, R0, DownReason::Closed), NOTHING}}},
    {"SubflowThatCameUpAfterTheLossIsReplacedWhenTheAddressIsBack",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {LocalDown(L1), {Withdraw(L1)}},
      {Up(1, L1, 0, R0), {Close(1)}},
      {LocalUp(L1), NOTHING},
      {Down(1, L1, 0, R0, DownReason::Closed), {Open(L1, 0, R0)}}}},
    {"AttemptThatEndsAfterTheLossIsNotRetried",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {LocalDown(L1), {Withdraw(L1)}},
      {Failed(L1, 0, R0, DownReason::Unreachable), NOTHING}}},
    {"AttemptUnderWayWhenTheAddressComesBackIsKept",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {LocalDown(L1), {Withdraw(L1)}},
      {LocalUp(L1), NOTHING},
      {Up(1, L1, 0, R0), NOTHING}}},
    {"AddressThatComesBackDoesNotWaitForARetry",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Failed(L1, 0, R0, DownReason::Unreachable), {Retry(1, seconds(1))}},
      {LocalDown(L1), {Withdraw(L1)}},
      {LocalUp(L1), {Open(L1, 0, R0)}},
      {Due(1), NOTHING}}},
    {"LossEndsARetry",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Failed(L1, 0, R0, DownReason::Unreachable), {Retry(1, seconds(1))}},
      {LocalDown(L1), {Withdraw(L1)}},
      {Due(1), NOTHING},
      {LocalUp(L1), {Open(L1, 0, R0)}},
      {Due(1), NOTHING}}},
    // RFC 8684 3.3.8
    {"ChangedPriorityIsToldOnEachSubflow",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Up(1, L1, 0, R0), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1), Open(L1, 1, R1)}},
      {Up(2, L1, 1, R1), NOTHING},
      {LocalUp(AsBackup(L1)),
       {ChangePriority{SubflowId(1), true}, ChangePriority{SubflowId(2), true}}},
      {LocalUp(AsBackup(L1)), NOTHING},
      {LocalUp(L1), {ChangePriority{SubflowId(1), false}, ChangePriority{SubflowId(2), false}}}}},
};

INSTANTIATE_TEST_SUITE_P(LocalAddresses, FullMeshRule, testing::ValuesIn(LOCAL_ADDRESSES), NameOf);

const std::vector<MeshCase> FAILURES{
    {"UnreachableIsRetriedOnce",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Failed(L1, 0, R0, DownReason::Unreachable), {Retry(1, seconds(1))}},
      {Due(1), {Open(L1, 0, R0)}},
      {Failed(L1, 0, R0, DownReason::Unreachable), NOTHING},
      {Due(1), NOTHING}}},
    {"RetriesWaitTwiceAsLongEachTime",
     MaxRetries(3),
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Failed(L1, 0, R0, DownReason::Unreachable), {Retry(1, seconds(1))}},
      {Due(1), {Open(L1, 0, R0)}},
      {Failed(L1, 0, R0, DownReason::Unreachable), {Retry(2, seconds(2))}},
      {Due(2), {Open(L1, 0, R0)}},
      {Failed(L1, 0, R0, DownReason::Unreachable), {Retry(3, seconds(4))}},
      {Due(3), {Open(L1, 0, R0)}},
      {Failed(L1, 0, R0, DownReason::Unreachable), NOTHING}}},
    {"NoRetriesConfigured",
     MaxRetries(0),
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Failed(L1, 0, R0, DownReason::Unreachable), NOTHING}}},
    {"WaitingPairIsNotOpenedBeforeItsTime",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Failed(L1, 0, R0, DownReason::Unreachable), {Retry(1, seconds(1))}},
      {LocalUp(L1), NOTHING},
      {Due(7), NOTHING},
      {Due(1), {Open(L1, 0, R0)}}}},
    {"EachPairHasItsOwnRetry",
     {},
     {{Usable({L0, L1, L2}), {Open(L1, 0, R0), Open(L2, 0, R0)}},
      {Failed(L1, 0, R0, DownReason::Unreachable), {Retry(1, seconds(1))}},
      {Failed(L2, 0, R0, DownReason::Unreachable), {Retry(2, seconds(1))}},
      {Due(2), {Open(L2, 0, R0)}},
      {Due(1), {Open(L1, 0, R0)}}}},
    {"SuccessStartsTheCountAnew",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Failed(L1, 0, R0, DownReason::Unreachable), {Retry(1, seconds(1))}},
      {Due(1), {Open(L1, 0, R0)}},
      {Up(1, L1, 0, R0), NOTHING},
      {Down(1, L1, 0, R0, DownReason::TimedOut), {Retry(2, seconds(1))}},
      {Due(2), {Open(L1, 0, R0)}}}},
    // RFC 8684 3.6: after a transient reset the path MAY be tried again.
    {"ResetIsRetried",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Up(1, L1, 0, R0), NOTHING},
      {Down(1, L1, 0, R0, DownReason::Reset), {Retry(1, seconds(1))}}}},
    // RFC 8684 3.6: after a permanent one it SHOULD NOT.
    {"ResetForGoodIsNotRetried",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Up(1, L1, 0, R0), NOTHING},
      {Down(1, L1, 0, R0, DownReason::ResetForGood), NOTHING},
      {LocalUp(L2), {Open(L2, 0, R0)}}}},
    {"ClosedInOrderIsNotReopened",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Up(1, L1, 0, R0), NOTHING},
      {Down(1, L1, 0, R0, DownReason::Closed), NOTHING}}},
    // The application closed it, and opened it again by itself.
    {"ReopenedSubflowIsRetried",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Up(1, L1, 0, R0), NOTHING},
      {Down(1, L1, 0, R0, DownReason::Closed), NOTHING},
      {Up(2, L1, 0, R0), NOTHING},
      {Down(2, L1, 0, R0, DownReason::TimedOut), {Retry(1, seconds(1))}},
      {Due(1), {Open(L1, 0, R0)}}}},
    {"ReopenedBeforeTheOldSubflowHasEndedItIsRetried",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Up(1, L1, 0, R0), NOTHING},
      {Up(2, L1, 0, R0), NOTHING},
      {Down(1, L1, 0, R0, DownReason::Closed), NOTHING},
      {Down(2, L1, 0, R0, DownReason::TimedOut), {Retry(1, seconds(1))}},
      {Due(1), {Open(L1, 0, R0)}}}},
    {"SubflowKeptBackIsAskedForAlready",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Up(1, L1, 0, R0), NOTHING},
      {KeptBack(1, L1, 0, R0), NOTHING},
      {LocalUp(L2), {Open(L2, 0, R0)}},
      {Up(2, L1, 0, R0), NOTHING},
      {Down(2, L1, 0, R0, DownReason::TimedOut), {Retry(1, seconds(1))}},
      {Due(1), {Open(L1, 0, R0)}}}},
    {"AttemptKeptBackIsNotRetriedBeforeItHasBeenMade",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {KeptBack(1, L1, 0, R0), NOTHING},
      {Failed(L1, 0, R0, DownReason::Unreachable), {Retry(1, seconds(1))}},
      {Due(1), {Open(L1, 0, R0)}}}},
    // RFC 6897 A.3 REQ7: somewhere that the peer has not announced.
    {"SubflowOfTheApplicationsIsLeftAlone",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Up(1, L1, 0, R0), NOTHING},
      {Up(2, L1, 0, R1), NOTHING},
      {Down(2, L1, 0, R1, DownReason::TimedOut), NOTHING}}},
    {"FirstSubflowIsRetriedToo",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Down(0, L0, 0, R0, DownReason::TimedOut), {Retry(1, seconds(1))}},
      {Due(1), {Open(L0, 0, R0)}}}},
    // RFC 8684 3.1: but not against flag C.
    {"FirstSubflowIsNotReplacedAgainstFlagC",
     {},
     {{UsableWithFlagC({L0}), NOTHING},
      {Down(0, L0, 0, R0, DownReason::TimedOut), {Retry(1, seconds(1))}},
      {Due(1), NOTHING}}},
    // RFC 8684 3.4.1, RFC 8684 3.9.3: no further attempts to this address and port.
    {"EndpointNeverReachedIsGivenUpAfterARefusal",
     {},
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Failed(L0, 1, R1, DownReason::Refused), NOTHING},
      {LocalUp(L1), {Open(L1, 0, R0)}}}},
    {"EndpointNeverReachedIsGivenUpAfterSilence",
     {},
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Failed(L0, 1, R1, DownReason::Unanswered), NOTHING},
      {LocalUp(L1), {Open(L1, 0, R0)}}}},
    {"EndpointNeverTriedIsNotGivenUp",
     {},
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Failed(L0, 1, R1, DownReason::Unreachable), {Retry(1, seconds(1))}},
      {LocalUp(L1), {Open(L1, 0, R0), Open(L1, 1, R1)}}}},
    {"EndpointReachedOnceIsRetriedAfterSilence",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Failed(L1, 0, R0, DownReason::Unanswered), {Retry(1, seconds(1))}},
      {LocalUp(L2), {Open(L2, 0, R0)}}}},
    {"AnnouncedEndpointReachedOnceIsRetriedAfterSilence",
     {},
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Up(1, L0, 1, R1), NOTHING},
      {LocalUp(L1), {Open(L1, 0, R0), Open(L1, 1, R1)}},
      {Failed(L1, 1, R1, DownReason::Unanswered), {Retry(1, seconds(1))}}}},
    {"EndpointReachedLaterIsNoLongerGivenUp",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Announced(1, R1), {Open(L0, 1, R1), Open(L1, 1, R1)}},
      {Failed(L0, 1, R1, DownReason::Unanswered), NOTHING},
      {LocalUp(L2), {Open(L2, 0, R0)}},
      {Up(1, L1, 1, R1), {Open(L2, 1, R1)}}}},
    {"RefusedPairIsNotRetriedThoughTheEndpointWasReached",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Failed(L1, 0, R0, DownReason::Refused), NOTHING},
      {LocalUp(L2), {Open(L2, 0, R0)}}}},
    // RFC 8684 3.9.3: unless ADD_ADDR refreshes the information.
    {"RepeatedAnnouncementAsksForANewAttempt",
     {},
     {{Usable({L0, L1}), {Open(L1, 0, R0)}},
      {Announced(1, R1), {Open(L0, 1, R1), Open(L1, 1, R1)}},
      {Failed(L0, 1, R1, DownReason::Refused), NOTHING},
      {Failed(L1, 1, R1, DownReason::Refused), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1), Open(L1, 1, R1)}}}},
    {"AnnouncementUnderAnotherIdentifierDoesNot",
     {},
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Failed(L0, 1, R1, DownReason::Refused), NOTHING},
      {Announced(2, R1), NOTHING},
      {LocalUp(L1), {Open(L1, 0, R0)}}}},
    {"AnnouncementAfterAWithdrawalAsksForANewAttempt",
     {},
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Failed(L0, 1, R1, DownReason::Refused), NOTHING},
      {Withdrawn(1), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}}}},
    {"RepeatedAnnouncementMakesARetryNeedless",
     {},
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Failed(L0, 1, R1, DownReason::Unreachable), {Retry(1, seconds(1))}},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {Due(1), NOTHING}}},
    {"FailedJoinOfThePeerLeavesTheOwnAttempt",
     {},
     {{Usable({L0}), NOTHING},
      {Announced(1, R1), {Open(L0, 1, R1)}},
      {SubflowDown{SubflowId(1), {0, 1, R1, true}, DownReason::Unreachable}, NOTHING},
      {Announced(1, R1), NOTHING}}},
    {"EndOfAnUnknownSubflowIsIgnored",
     {},
     {{Usable({L0}), NOTHING},
      {Down(9, L1, 0, R0, DownReason::TimedOut), NOTHING},
      {Failed(L1, 0, R0, DownReason::Unreachable), NOTHING}}},
};

INSTANTIATE_TEST_SUITE_P(Failures, FullMeshRule, testing::ValuesIn(FAILURES), NameOf);

// RFC 8684 3.2: it is expected that the initiator opens subflows.
const std::vector<MeshCase> RESPONDER{
    {"AnnouncesItsOtherAddressesAndOpensNothing",
     {},
     {{UsableAsResponder({L0, L1, L6}), {Announce(L1), Announce(L6)}},
      {Announced(1, R1), NOTHING}}},
    {"AnnouncesAnAddressGivenTwiceOnce", {}, {{UsableAsResponder({L0, L1, L1}), {Announce(L1)}}}},
    {"AnnouncesOnce",
     {},
     {{UsableAsResponder({L0, L1}), {Announce(L1)}},
      {PeerUp(1, L1, 0, R0), NOTHING},
      {LocalUp(L1), NOTHING}}},
    {"AnnouncesANewAddress",
     {},
     {{UsableAsResponder({L0}), NOTHING}, {LocalUp(L1), {Announce(L1)}}}},
    // RFC 8684 3.4.2: announced before, so the loss is told even without a subflow.
    {"WithdrawsALostAddressAndAnnouncesItWhenItIsBack",
     {},
     {{UsableAsResponder({L0, L1}), {Announce(L1)}},
      {LocalDown(L1), {Withdraw(L1)}},
      {LocalUp(L1), {Announce(L1)}}}},
    {"WithdrawsAndAnnouncesItsInitialAddress",
     {},
     {{UsableAsResponder({L0}), NOTHING},
      {LocalDown(L0), {Withdraw(L0), Close(0)}},
      {LocalUp(L0), {Announce(L0)}}}},
    {"AnnouncesNothingWhenToldSo",
     Directions(false, false, false),
     {{UsableAsResponder({L0, L1}), NOTHING}, {LocalDown(L1), NOTHING}}},
    {"ReplacesNoSubflow",
     {},
     {{UsableAsResponder({L0}), NOTHING},
      {PeerUp(1, L0, 1, R1), NOTHING},
      {PeerDown(1, L0, 1, R1), NOTHING},
      {SubflowDown{SubflowId(0), {0, 0, R0, true}, DownReason::TimedOut}, NOTHING}}},
    {"OpensWhenToldSo",
     Directions(false, false, true),
     {{UsableAsResponder({L0, L1}), {Open(L1, 0, R0)}},
      {Announced(1, R1), {Open(L0, 1, R1), Open(L1, 1, R1)}}}},
    {"InitiatorAnnouncesWhenToldSo",
     Directions(true, false, false),
     {{Usable({L0, L1}), {Announce(L1), Open(L1, 0, R0)}}}},
};

INSTANTIATE_TEST_SUITE_P(Responder, FullMeshRule, testing::ValuesIn(RESPONDER), NameOf);

TEST(FullMeshJoins, AreAcceptedUpToTheLimit)
{
    FullMesh policy(MaxSubflows(3));
    EXPECT_FALSE(policy.AcceptsJoin()); // not before the connection is usable
    (void)policy.On(UsableAsResponder({L0}));
    EXPECT_TRUE(policy.AcceptsJoin());
    (void)policy.On(PeerUp(1, L0, 1, R1));
    EXPECT_TRUE(policy.AcceptsJoin());
    (void)policy.On(PeerUp(2, L0, 2, R2));
    EXPECT_FALSE(policy.AcceptsJoin());
    (void)policy.On(PeerDown(1, L0, 1, R1));
    EXPECT_TRUE(policy.AcceptsJoin());
}

TEST(FullMeshDefaults, AreThoseOfLinux)
{
    const FullMeshConfig config;
    EXPECT_EQ(config.maxSubflows, 32U);
    EXPECT_EQ(config.maxAcceptedAddresses, 8U);
    EXPECT_EQ(config.retry.maxRetries, 1U);
    EXPECT_EQ(config.retry.firstDelay, seconds(1));
}

TEST(RetryDelay, DoublesAndStopsGrowing)
{
    const RetryConfig config;
    EXPECT_EQ(config.DelayAfter(1), seconds(1));
    EXPECT_EQ(config.DelayAfter(2), seconds(2));
    EXPECT_EQ(config.DelayAfter(11), seconds(1024));
    EXPECT_EQ(config.DelayAfter(4000000000U), seconds(1024));
    EXPECT_EQ(config.DelayAfter(0), seconds(1));
}

} // namespace
} // namespace mptcp
