// SPDX-License-Identifier: GPL-2.0-only
#include "option-parser-harness.h"

#include "fuzz-finding.h"
#include "wire/option-codec.h"

namespace mptcp::fuzz
{

namespace
{

void
CheckRoundTrip(const MptcpOption& option, const SegmentContext& segment)
{
    const std::size_t size = SerializedSize(option);
    Check(size >= 3 && size <= TCP_OPTION_SPACE_BYTES, "an option fits into a TCP header");
    std::array<uint8_t, TCP_OPTION_SPACE_BYTES> buffer{};
    ByteWriter exact(buffer.data(), size);
    Emit(option, exact);
    Check(exact.IsGood(), "Emit needs no more than SerializedSize");
    const ByteView written = exact.Written();
    Check(written.size == size, "Emit writes SerializedSize bytes");
    Check(written.data[0] == MPTCP_OPTION_KIND, "the first byte is the kind");
    Check(written.data[1] == size, "the second byte is the length");

    const ParseResult again = Parse(written, segment);
    const auto* same = std::get_if<MptcpOption>(&again);
    Check(same != nullptr, "what Emit writes can be read");
    Check(*same == option, "what Emit writes reads as the same option");
}

} // namespace

void
CheckOptionParser(ByteView bytes)
{
    for (unsigned bits = 0; bits < 64; ++bits)
    {
        SegmentContext segment;
        segment.syn = (bits & 1) != 0;
        segment.ack = (bits & 2) != 0;
        segment.rst = (bits & 4) != 0;
        segment.fin = (bits & 8) != 0;
        segment.hasPayload = (bits & 16) != 0;
        segment.version = (bits & 32) != 0 ? MptcpVersion::V0 : MptcpVersion::V1;
        const ParseResult result = Parse(bytes, segment);
        if (const auto* option = std::get_if<MptcpOption>(&result))
        {
            CheckRoundTrip(*option, segment);
        }
        else
        {
            Check(!ToString(std::get<ParseError>(result)).empty(), "every refusal has a reason");
        }
    }
}

} // namespace mptcp::fuzz
