// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// libFuzzer target: the bytes of one MPTCP option. See docs/fuzzing.md.
#include "option-parser-harness.h"

// libFuzzer's own name.
extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    mptcp::fuzz::CheckOptionParser({data, size});
    return 0;
}
