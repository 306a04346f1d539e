// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

/**
 * The core must not know the simulator. Where ns-3 is installed in the system's include path the
 * compiler would not object, so the files are read. MPTCP_CORE_DIR names the directory of the
 * core's sources as a string literal; the build defines it.
 */
namespace mptcp
{
namespace
{

void
SkipBlanks(std::string_view& text)
{
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

bool
SkipWord(std::string_view& text, std::string_view word)
{
    SkipBlanks(text);
    const bool found = text.substr(0, word.size()) == word;
    text.remove_prefix(found ? word.size() : 0);
    return found;
}

/// True for an include directive in any spelling whose path passes through a directory `ns3`.
bool
IncludesSimulator(std::string_view line)
{
    if (!SkipWord(line, "#") || !SkipWord(line, "include"))
    {
        return false;
    }
    SkipWord(line, "_next");
    SkipBlanks(line);
    const std::string_view path = line.substr(std::min<std::size_t>(line.size(), 1));
    return path.substr(0, 4) == "ns3/" || path.find("/ns3/") != std::string_view::npos;
}

struct LineCase
{
    std::string name;
    std::string line;
    bool caught;
};

class PurityRule : public testing::TestWithParam<LineCase>
{
};

TEST_P(PurityRule, CatchesIncludesOfTheSimulatorOnly)
{
    EXPECT_EQ(IncludesSimulator(GetParam().line), GetParam().caught);
}

INSTANTIATE_TEST_SUITE_P(
    Lines,
    PurityRule,
    testing::Values(LineCase{"Quotes", "#include \"ns3/packet.h\"", true},
                    LineCase{"AngleBrackets", "#include <ns3/packet.h>", true},
                    LineCase{"Spaces", "  #  include   <ns3/packet.h>", true},
                    LineCase{"NoSpace", "#include<ns3/packet.h>", true},
                    LineCase{"Deeper", "#include \"../../ns3/packet.h\"", true},
                    LineCase{"CarriageReturn", "#include \"ns3/packet.h\"\r", true},
                    LineCase{"CoreHeader", "#include \"data-sequence.h\"", false},
                    LineCase{"SimilarName", "#include \"ns3-conversions.h\"", false},
                    LineCase{"SimilarDirectory", "#include \"not-ns3/packet.h\"", false},
                    LineCase{"MentionInText", "// never #include \"ns3/packet.h\" here", false}),
    [](const auto& row) { return row.param.name; });

TEST(CorePurity, NoFileIncludesTheSimulator)
{
#ifdef MPTCP_CORE_DIR
    std::size_t sourceFiles = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(MPTCP_CORE_DIR))
    {
        const std::string extension = entry.path().extension().string();
        if (!entry.is_regular_file() || (extension != ".h" && extension != ".cc"))
        {
            continue;
        }
        ++sourceFiles;
        std::ifstream file(entry.path());
        ASSERT_TRUE(file.is_open()) << entry.path();
        std::string line;
        for (int number = 1; std::getline(file, line); ++number)
        {
            EXPECT_FALSE(IncludesSimulator(line))
                << entry.path().string() << ":" << number << ": " << line;
        }
    }
    EXPECT_GT(sourceFiles, 0U) << "no sources in " << MPTCP_CORE_DIR;
#else
    GTEST_SKIP() << "MPTCP_CORE_DIR is not defined: the core's sources cannot be found";
#endif
}

} // namespace
} // namespace mptcp
