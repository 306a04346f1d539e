// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_OPENING_RULES_H
#define MPTCP_OPENING_RULES_H

#include <chrono>
#include <cstdint>
#include <optional>

namespace mptcp
{

/// When further subflows are opened (RFC 6897 4.5, RFC 6897 A.3 REQ10).
enum class OpeningPolicy : uint8_t
{
    AsSoonAsPossible,
    WhenEnoughData, //!< once the connection has carried a bunch of data
    WhenWindowFull, //!< once the subflows there are cannot take what is to be sent
};

/// What an application can say in advance (RFC 6897 A.3 REQ9); all of it may be left out.
struct CommunicationHints
{
    std::optional<uint64_t> expectedBytes{}; //!< both directions together
    std::optional<std::chrono::nanoseconds> expectedDuration{};
    std::optional<uint64_t> expectedBytesPerSecond{}; //!< at which data is provided
};

struct OpeningRules
{
    OpeningPolicy policy{OpeningPolicy::AsSoonAsPossible};
    /// A bunch of data: what slow start from ten segments has sent after three round trips, so
    /// that shorter transfers are over before a further subflow, two round trips in the making, is
    /// of much help.
    uint64_t enoughBytes{100'000};
    CommunicationHints hints{};
};

/// The connection as it is now.
struct TransferProgress
{
    uint64_t carriedBytes{0};                //!< both directions together
    bool isWindowFull{false};                //!< data waits and no congestion window has room
    std::chrono::nanoseconds smoothedRtt{0}; //!< of the first subflow; 0: not measured
    uint64_t windowBytes{0};                 //!< congestion windows of all subflows
};

/**
 * Whether a further subflow may be opened now. Hints only ever hold an opening back:
 * - not for less than `enoughBytes` in all;
 * - not for less than ten round trips: two go into the handshake, and most of the others into slow
 *   start;
 * - not while the windows there are carry the expected rate.
 */
[[nodiscard]] bool MayOpenNow(const OpeningRules& rules, const TransferProgress& progress);

} // namespace mptcp

#endif // MPTCP_OPENING_RULES_H
