// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Redundant with a number of copies (RFC 6897 A.3 REQ12), and with a queue for them.
#include "scheduling-fixture.h"
#include "scheduling/redundant.h"

namespace mptcp
{
namespace
{

using namespace test;

struct Row
{
    std::string name;
    uint32_t copies;
    std::vector<Path> paths;
    std::vector<uint64_t> behindBytes;
    std::vector<uint16_t> chosen; //!< empty: waits
    bool isCopy;
};

class RedundantCopies : public testing::TestWithParam<Row>
{
};

TEST_P(RedundantCopies, AreAsManyAsAskedFor)
{
    const Row& row = GetParam();
    ConnectionSnapshot connection = ConnectionOf(row.paths);
    for (std::size_t i = 0; i < row.behindBytes.size(); ++i)
    {
        connection.subflows[i].behindBytes = row.behindBytes[i];
    }
    const Decision decision = Redundant(row.copies, 0).Choose(connection);
    std::vector<uint16_t> chosen;
    if (decision.grant)
    {
        for (const SubflowId id : decision.grant->subflows)
        {
            chosen.push_back(id.Value());
        }
        EXPECT_EQ(decision.grant->isCopy, row.isCopy);
    }
    EXPECT_EQ(chosen, row.chosen);
}

const std::vector<Path> THREE{{1, 90, 9}, {2, 20, 9}, {3, 50, 9}};

INSTANTIATE_TEST_SUITE_P(
    Some,
    RedundantCopies,
    testing::Values(
        Row{"All", 0, THREE, {}, {1, 2, 3}, false},
        Row{"TheFastestTwo", 2, THREE, {}, {2, 3}, false},
        Row{"TheFastest", 1, THREE, {}, {2}, false},
        Row{"MoreThanThereAre", 9, THREE, {}, {1, 2, 3}, false},
        Row{"OfEqualsTheOlder", 1, {{1, 20, 9}, {2, 20, 9}}, {}, {1}, false},
        Row{"WhoIsBehindAndNotChosenStaysBehind", 2, THREE, {5000, 0, 0}, {2, 3}, false},
        Row{"WhoIsBehindAndChosenCatchesUp", 2, THREE, {0, 0, 5000}, {3}, true},
        Row{"FullOnesAreNotReplaced", 1, {{1, 90, 9}, {2, 20, 9, 9}}, {}, {}, false},
        Row{"BackupsDoNotCount", 1, {{1, 90, 9}, {2, 20, 9, 0, true}}, {}, {1}, false}),
    [](const auto& row) { return row.param.name; });

struct QueueRow
{
    std::string name;
    uint32_t queueBytes;
    std::vector<Path> paths;
    std::vector<uint64_t> behindBytes;
    std::vector<uint32_t> queuedBytes;
    std::vector<uint16_t> chosen; //!< empty: waits
    uint32_t copies{0};
};

class RedundantQueue : public testing::TestWithParam<QueueRow>
{
};

TEST_P(RedundantQueue, TakesWhatOthersSend)
{
    const QueueRow& row = GetParam();
    ConnectionSnapshot connection = ConnectionOf(row.paths);
    for (std::size_t i = 0; i < row.behindBytes.size(); ++i)
    {
        connection.subflows[i].behindBytes = row.behindBytes[i];
        connection.subflows[i].queuedBytes = row.queuedBytes[i];
    }
    const Decision decision = Redundant(row.copies, row.queueBytes).Choose(connection);
    std::vector<uint16_t> chosen;
    if (decision.grant)
    {
        EXPECT_EQ(decision.grant->maxBytes, 1000);
        EXPECT_FALSE(decision.grant->isCopy);
        for (const SubflowId id : decision.grant->subflows)
        {
            chosen.push_back(id.Value());
        }
    }
    else
    {
        EXPECT_EQ(decision.reason, WaitReason::CongestionWindowFull);
    }
    EXPECT_EQ(chosen, row.chosen);
}

INSTANTIATE_TEST_SUITE_P(
    Some,
    RedundantQueue,
    testing::Values(
        QueueRow{"None", 0, {{1, 20, 9}, {2, 90, 9, 9}}, {0, 0}, {0, 0}, {1}},
        QueueRow{"RoomForOne", 1000, {{1, 20, 9}, {2, 90, 9, 9}}, {0, 0}, {0, 0}, {1, 2}},
        QueueRow{"RoomForLessThanOne", 999, {{1, 20, 9}, {2, 90, 9, 9}}, {0, 0}, {0, 0}, {1}},
        QueueRow{"Full", 4000, {{1, 20, 9}, {2, 90, 9, 9}}, {0, 0}, {0, 3001}, {1}},
        QueueRow{"LastPlace", 4000, {{1, 20, 9}, {2, 90, 9, 9}}, {0, 0}, {0, 3000}, {1, 2}},
        // Nobody can send: then nothing is gained by filling queues.
        QueueRow{"AllWindowsFull", 9000, {{1, 20, 9, 9}, {2, 90, 9, 9}}, {0, 0}, {0, 0}, {}},
        QueueRow{"WhoIsBehindIsNot", 9000, {{1, 20, 9}, {2, 90, 9, 9}}, {0, 500}, {0, 0}, {1}},
        QueueRow{"NotOnABackup", 9000, {{1, 20, 9}, {2, 90, 9, 9, true}}, {0, 0}, {0, 0}, {1}},
        QueueRow{"OnlyTheChosen",
                 9000,
                 {{1, 20, 9}, {2, 50, 9, 9}, {3, 90, 9, 9}},
                 {0, 0, 0},
                 {0, 0, 0},
                 {1, 2},
                 2}),
    [](const auto& row) { return row.param.name; });

} // namespace
} // namespace mptcp
