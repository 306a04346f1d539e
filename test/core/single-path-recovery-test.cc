// SPDX-License-Identifier: GPL-2.0-only
#include "paths/single-path-recovery.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace
{

using mptcp::OpenSubflow;
using mptcp::SinglePathRecovery;

OpenSubflow
Path(mptcp::AddressId local)
{
    OpenSubflow path;
    path.localId = local;
    path.remote.port = 80;
    return path;
}

struct Row
{
    const char* name;
    std::vector<SinglePathRecovery::Loss> losses;
    bool isDue;
    std::vector<mptcp::AddressId> opened; //!< by address, in turn, each after the last has failed
};

const SinglePathRecovery::Loss DAMAGED_LAST{true, false, Path(1)};
const SinglePathRecovery::Loss DAMAGED_EARLIER{true, true, Path(2)};
const SinglePathRecovery::Loss OTHERWISE_LAST{false, false, Path(3)};
const SinglePathRecovery::Loss OTHERWISE_EARLIER{false, true, Path(3)};
const SinglePathRecovery::Loss OPENED_BY_PEER{true, false, std::nullopt};

// RFC 8684 3.7: a new subflow belonging to the same connection, in single-path mode.
const std::vector<Row> ROWS{
    {"NothingLost", {}, false, {}},
    {"DamagedAndOthersLeft", {DAMAGED_EARLIER}, false, {}},
    {"TheLastDamaged", {DAMAGED_LAST}, true, {1}},
    {"TheLastLostOtherwise", {OTHERWISE_LAST}, false, {}},
    {"AllDamagedTheLatestPathFirst", {DAMAGED_EARLIER, DAMAGED_LAST}, true, {1, 2}},
    {"OnlyDamagedPathsAreTried", {OTHERWISE_EARLIER, DAMAGED_LAST}, true, {1}},
    {"DamagedBeforeButNotLast", {DAMAGED_EARLIER, OTHERWISE_LAST}, false, {}},
    {"OpenedByThePeer", {OPENED_BY_PEER}, true, {}},
    {"OnePathTwice", {{true, true, Path(1)}, DAMAGED_LAST}, true, {1}}};

class SinglePathRecoveryAfter : public testing::TestWithParam<Row>
{
};

TEST_P(SinglePathRecoveryAfter, OpensWhatItMay)
{
    SinglePathRecovery recovery;
    for (const auto& loss : GetParam().losses)
    {
        recovery.OnLoss(loss);
    }
    EXPECT_EQ(recovery.IsDue(), GetParam().isDue);
    std::vector<mptcp::AddressId> opened;
    while (const auto next = recovery.TakeNext())
    {
        EXPECT_EQ(next->remote.port, 80);
        opened.push_back(next->localId);
    }
    EXPECT_EQ(opened, GetParam().opened);
}

INSTANTIATE_TEST_SUITE_P(Rows,
                         SinglePathRecoveryAfter,
                         testing::ValuesIn(ROWS),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(SinglePathRecovery, ASuccessorEndsIt)
{
    SinglePathRecovery recovery;
    recovery.OnLoss(DAMAGED_LAST);
    recovery.OnSuccessor();
    EXPECT_FALSE(recovery.IsDue());
    EXPECT_EQ(recovery.TakeNext(), std::nullopt);
}

// RFC 8684 3.9.3: an MP_JOIN that failed is not repeated.
TEST(SinglePathRecovery, APathIsTriedOnce)
{
    SinglePathRecovery recovery;
    recovery.OnLoss(DAMAGED_LAST);
    EXPECT_NE(recovery.TakeNext(), std::nullopt);
    recovery.OnSuccessor();
    recovery.OnLoss(DAMAGED_LAST);
    EXPECT_TRUE(recovery.IsDue());
    EXPECT_EQ(recovery.TakeNext(), std::nullopt);
}

TEST(SinglePathRecovery, OpensNothingToAWithdrawnAddress)
{
    SinglePathRecovery recovery;
    OpenSubflow withdrawn = Path(1);
    withdrawn.remoteId = 5;
    recovery.OnLoss({true, true, withdrawn});
    recovery.OnLoss({true, false, Path(2)});
    recovery.OnAddressWithdrawn(5);
    const auto next = recovery.TakeNext();
    ASSERT_TRUE(next);
    EXPECT_EQ(next->localId, 2U);
    EXPECT_FALSE(recovery.TakeNext());
}

} // namespace
