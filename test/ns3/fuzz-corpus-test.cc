// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What the connection's fuzzer has collected, without the fuzzer. The checks themselves are
/// checked here, too: one that cannot fail would let everything pass.
#include "fuzz/connection-harness.h"
#include "fuzz/stream-model.h"
#include "support/fuzz-corpus.h"

#include <gtest/gtest.h>

namespace mptcp::fuzz
{
namespace
{

TEST(ConnectionCorpus, BreaksNoPromise)
{
    const auto files = ReadCorpus(MPTCP_FUZZ_CORPUS);
    EXPECT_GT(files.size(), 50U);
    for (const auto& file : files)
    {
        EXPECT_NO_THROW(PlayConversation({file.bytes.data(), file.bytes.size()})) << file.name;
    }
}

/// Ten bytes of payload on subflow 1, mapped to the eleventh of the stream and on.
class FuzzStreamModel : public ::testing::Test
{
  protected:
    static constexpr uint64_t INITIAL = 0xffff'fff0;

    FuzzStreamModel()
    {
        model.SetInitialDataSequence(DataSequence(INITIAL));
        model.NotePayload(1, 1, 10);
    }

    static DssMapping Mapping()
    {
        DssMapping mapping;
        mapping.dataSequence = INITIAL + 11;
        mapping.subflowOffset = 1;
        mapping.lengthBytes = 10;
        return mapping;
    }

    StreamModel model;
    const std::string payload{StreamModel::Payload(1, 1, 10)};
};

TEST_F(FuzzStreamModel, LetsThroughWhatWasMapped)
{
    model.NoteMapping(1, Mapping());
    for (std::size_t i = 0; i < payload.size(); ++i)
    {
        EXPECT_TRUE(model.MayDeliver(11 + i, payload[i], false)) << i;
    }
}

TEST_F(FuzzStreamModel, StopsWhatIsOutOfPlaceTwiceOrNeverMapped)
{
    EXPECT_FALSE(model.MayDeliver(11, payload[0], false)) << "not mapped";
    model.NoteMapping(0, Mapping());
    EXPECT_FALSE(model.MayDeliver(11, payload[0], false)) << "mapped on another subflow";
    model.NoteMapping(1, Mapping());
    EXPECT_FALSE(model.MayDeliver(12, payload[0], false)) << "twice";
    EXPECT_FALSE(model.MayDeliver(10, payload[9], false)) << "before the mapping";
    EXPECT_FALSE(model.MayDeliver(21, StreamModel::Payload(1, 11, 1)[0], false)) << "behind it";
}

TEST_F(FuzzStreamModel, ExpandsTheLowHalfOfANumber)
{
    auto mapping = Mapping();
    mapping.is64 = false;
    mapping.dataSequence &= UINT32_MAX; // beyond 2^32 in full
    model.NoteMapping(1, mapping);
    EXPECT_TRUE(model.MayDeliver(11, payload[0], false));
}

TEST_F(FuzzStreamModel, TrustsOnlyRightChecksums)
{
    model.RequireChecksums();
    model.NoteMapping(1, Mapping());
    EXPECT_FALSE(model.MayDeliver(11, payload[0], false)) << "none";
    auto mapping = Mapping();
    mapping.checksum = 0;
    model.NoteMapping(1, mapping);
    EXPECT_FALSE(model.MayDeliver(11, payload[0], false)) << "wrong";
}

TEST_F(FuzzStreamModel, TakesTheFirstSubflowForTheStreamAfterFallback)
{
    model.NotePayload(0, 1, 10);
    const char first = StreamModel::Payload(0, 1, 1)[0];
    EXPECT_FALSE(model.MayDeliver(1, first, false));
    EXPECT_TRUE(model.MayDeliver(1, first, true));
}

} // namespace
} // namespace mptcp::fuzz
