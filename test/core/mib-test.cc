// SPDX-License-Identifier: GPL-2.0-only
#include "mib.h"

#include <gtest/gtest.h>
#include <set>

using namespace mptcp;

TEST(Mib, EveryCounterHasANameOfItsOwn)
{
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < static_cast<std::size_t>(Mib::COUNT); ++i)
    {
        names.insert(NameOf(static_cast<Mib>(i)));
    }
    EXPECT_EQ(names.size(), static_cast<std::size_t>(Mib::COUNT));
    EXPECT_EQ(NameOf(Mib::MPCapableSYNRX), "MPCapableSYNRX");
    EXPECT_EQ(NameOf(Mib::DataCsumErr), "DataCsumErr");
    EXPECT_EQ(NameOf(Mib::WinProbe), "WinProbe");
}

TEST(Mib, CountersAreIndependent)
{
    MibCounters counters;
    counters.Increment(Mib::MPJoinSynRx);
    counters.Increment(Mib::MPJoinSynRx);
    counters.Increment(Mib::MPCurrEstab);
    counters.Decrement(Mib::MPCurrEstab);
    EXPECT_EQ(counters.Get(Mib::MPJoinSynRx), 2U);
    EXPECT_EQ(counters.Get(Mib::MPJoinSynTx), 0U);
    EXPECT_EQ(counters.Get(Mib::MPCurrEstab), 0U);
}
