// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What the option parser's fuzzer has collected, without the fuzzer: every compiler runs it.
#include "fuzz/option-parser-harness.h"
#include "support/fuzz-corpus.h"

#include <gtest/gtest.h>

namespace mptcp::fuzz
{
namespace
{

TEST(OptionParserCorpus, KeepsTheContractOfTheCodec)
{
    const auto files = ReadCorpus(MPTCP_FUZZ_CORPUS);
    EXPECT_GT(files.size(), 30U);
    for (const auto& file : files)
    {
        EXPECT_NO_THROW(CheckOptionParser({file.bytes.data(), file.bytes.size()})) << file.name;
    }
}

} // namespace
} // namespace mptcp::fuzz
