// SPDX-License-Identifier: GPL-2.0-only
#include "scenario-parameters.h"

#include "ns3/nstime.h"

#include <array>
#include <gtest/gtest.h>

namespace ns3
{
namespace
{

// ns-3 reads a text as `stream >> text`, so the rest behind a blank would be lost without a word.
TEST(ScenarioParameters, TextsKeepTheirBlanks)
{
    ScenarioParameters parameters("program", "Is it read?");
    std::string text{"as it was"};
    Time time;
    parameters.Add("text", "any", text);
    parameters.Add("time", "any", time);
    std::array<char, 16> name{"program"};
    std::array<char, 32> first{"--text={\"a\": [1, 2]} b=c"};
    std::array<char, 32> second{"--time=1.5s"};
    std::array<char*, 3> arguments{name.data(), first.data(), second.data()};
    parameters.Parse(3, arguments.data());
    EXPECT_EQ(text, "{\"a\": [1, 2]} b=c");
    EXPECT_EQ(time, MilliSeconds(1500));
}

} // namespace
} // namespace ns3
