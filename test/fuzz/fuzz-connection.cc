// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// libFuzzer target: what a peer can do to a live connection. See docs/fuzzing.md.
#include "connection-harness.h"

#include <cstdlib>
#include <iostream>

// libFuzzer's own name.
extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    static const bool isLogged = std::getenv("MPTCP_FUZZ_LOG") != nullptr;
    mptcp::fuzz::PlayConversation({data, size}, isLogged ? &std::cerr : nullptr);
    return 0;
}
