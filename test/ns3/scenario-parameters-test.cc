// SPDX-License-Identifier: GPL-2.0-only
#include "scenario-parameters.h"

#include "ns3/config.h"
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

// A result must carry what was changed for it, also what ns-3 itself takes from the command line.
TEST(ScenarioParameters, AttributesGivenAsDefaultsAreAmongTheValues)
{
    ScenarioParameters parameters("program", "Is it kept?");
    std::array<char, 16> name{"program"};
    std::array<char, 48> attribute{"--ns3::MptcpRedundant::QueueBytes=5000"};
    std::array<char*, 2> arguments{name.data(), attribute.data()};
    parameters.Parse(2, arguments.data());
    const auto values = parameters.Values();
    ASSERT_FALSE(values.empty());
    EXPECT_EQ(values.back().name, "ns3::MptcpRedundant::QueueBytes");
    EXPECT_EQ(values.back().text, "5000");
    Config::Reset();
}

TEST(ScenarioParameters, AShortTimeIsReadAsItIsWritten)
{
    ScenarioParameters parameters("program", "Is it read?");
    Time time{MicroSeconds(10)}; // in seconds: 1e-05
    parameters.Add("time", "any", time);
    std::array<char, 16> name{"program"};
    std::array<char*, 1> arguments{name.data()};
    parameters.Parse(1, arguments.data());
    EXPECT_EQ(time, MicroSeconds(10));
}

// So that a default can follow from another parameter, though the default itself was given.
TEST(ScenarioParameters, WhatIsGivenIsKnown)
{
    ScenarioParameters parameters("program", "Is it given?");
    Time start{Seconds(1)};
    Time end{Seconds(3)};
    parameters.Add("start", "any", start);
    parameters.Add("end", "any", end);
    std::array<char, 16> name{"program"};
    std::array<char, 16> first{"--start=1s"};
    std::array<char*, 2> arguments{name.data(), first.data()};
    parameters.Parse(2, arguments.data());
    EXPECT_TRUE(parameters.IsGiven("start"));
    EXPECT_FALSE(parameters.IsGiven("end"));
}

} // namespace
} // namespace ns3
