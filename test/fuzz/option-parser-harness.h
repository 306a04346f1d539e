// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_OPTION_PARSER_HARNESS_H
#define MPTCP_OPTION_PARSER_HARNESS_H

#include "byte-io.h"

namespace mptcp::fuzz
{

/**
 * Reads `bytes` as one option on each kind of segment, in both versions, and checks the contract of
 * the codec: whatever Parse accepts has a size, Emit writes exactly that many bytes, and Parse of
 * those gives the same option.
 */
void CheckOptionParser(ByteView bytes);

} // namespace mptcp::fuzz

#endif // MPTCP_OPTION_PARSER_HARNESS_H
