// SPDX-License-Identifier: GPL-2.0-only
#ifndef MIDDLEBOX_EXPERIMENT_H
#define MIDDLEBOX_EXPERIMENT_H

#include "ns3/data-rate.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{

/// One question of the matrix: which boxes, where, which way the data goes, with checksums or not.
struct MiddleboxCell
{
    enum class Placement
    {
        First, //!< on the path on which the connection begins
        Second,
        Both
    };
    enum class Direction
    {
        Up,  //!< the client sends; it is inside of the boxes
        Down //!< the server sends
    };

    std::vector<std::string> boxes; //!< names of the catalogue, the innermost first
    Placement placement{Placement::First};
    Direction direction{Direction::Up};
    bool checksum{false};
};

/// What became of a transfer.
enum class MiddleboxOutcome
{
    TwoPaths,   //!< all arrived, by two subflows to the end
    OnePath,    //!< all arrived by MPTCP, but no second subflow was established
    Tcp,        //!< all arrived by plain TCP, after falling back
    Moved,      //!< all arrived; a subflow was given up and its data went by another
    FailsAsTcp, //!< the connection fails, and so does plain TCP
    Damaged,    //!< all there was to come came, and not as it was sent
    Fails,      //!< the connection fails where plain TCP gets through
    Hangs       //!< nothing more happens, and nobody has been told
};

[[nodiscard]] const char* NameOf(MiddleboxOutcome outcome);
[[nodiscard]] const char* NameOf(MiddleboxCell::Placement placement);
[[nodiscard]] const char* NameOf(MiddleboxCell::Direction direction);

/// The network of an experiment: a client with two paths to a server with one address, the set-up
/// of RFC 8041 3.1. Boxes stand beside the client.
struct MiddleboxSetup
{
    uint64_t bytes{500'000};
    DataRate rate{"10Mbps"};
    Time roundTrip{MilliSeconds(20)};
    uint32_t queueBytes{150'000};
    uint32_t segmentBytes{1300}; //!< leaves room for what a box adds
    Time limit{Seconds(1000)};   //!< longest simulated time
    bool isPlainTcp{false};      //!< plain TCP by the first path alone
    std::string pcapPrefix{};    //!< captures both sides of the boxes, unless empty
};

struct MiddleboxResult
{
    MiddleboxOutcome outcome{MiddleboxOutcome::Hangs};
    bool intact{false}; //!< what arrived is what was sent, or what a box wrote on purpose
    uint64_t receivedBytes{0};
    uint64_t rewrittenPlaces{0}; //!< of what arrived, patterns that a box has replaced
    double goodputMbps{0};
    Time outcomeAt;          //!< when the outcome was decided, from the start of the connection
    Time completedAt;        //!< when the last byte arrived
    uint64_t boxSegments{0}; //!< that came into boxes
    uint64_t boxChanged{0};
    uint64_t boxDropped{0};
    uint64_t boxMade{0};
};

/**
 * Runs one cell in a simulation of its own: there must be none under way, and none is left.
 *
 * FailsAsTcp and Fails are not told apart; that takes a plain TCP cell to compare with. It answers
 * Fails.
 */
[[nodiscard]] MiddleboxResult RunMiddleboxCell(const MiddleboxCell& cell,
                                               const MiddleboxSetup& setup);

/// What the literature says of a cell.
struct MiddleboxExpectation
{
    MiddleboxOutcome outcome;
    std::string source; //!< where that stands
};

/// Nothing for combinations of boxes, of which nobody says anything.
[[nodiscard]] std::optional<MiddleboxExpectation> ExpectedOutcome(const MiddleboxCell& cell);

} // namespace ns3

#endif // MIDDLEBOX_EXPERIMENT_H
