// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_CONNECTION_HARNESS_H
#define MPTCP_CONNECTION_HARNESS_H

#include "core/byte-io.h"

#include <ostream>

namespace mptcp::fuzz
{

/**
 * Plays one conversation between a real host and a peer that does what `bytes` say.
 *
 * The first byte chooses the roles and what is offered; then each step is one byte that says
 * what happens (the low five bits) and how long it takes (the others), followed by what that step
 * needs. A step left to its zeros is what a well-behaved peer would do next, so that handshakes
 * succeed and streams flow unless the input says otherwise.
 *
 * Throws a Finding when the host delivers what was not mapped, or twice, takes or sends more than
 * the windows allow, acknowledges what it has not got, or is not through when everything it sends
 * is answered with a reset.
 *
 * \param log every segment is written there, for people; null for silence
 */
void PlayConversation(ByteView bytes, std::ostream* log = nullptr);

} // namespace mptcp::fuzz

#endif // MPTCP_CONNECTION_HARNESS_H
