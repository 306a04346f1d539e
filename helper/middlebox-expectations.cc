// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What RFC 8684, RFC 6182 and RFC 8041 say about each box of the catalogue. Honda et al., "Is it
/// still possible to extend TCP?" (IMC 2011), measured that these boxes exist; RFC 8684 says what
/// to do about them. Where it leaves that open the source says "own rule": the cell shows that the
/// rule does what it is for, and is no evidence that RFC 8684 is followed. Those cells, and rows
/// that were corrected after a run, are listed in docs/middleboxes.md.
#include "middlebox-experiment.h"

#include <array>
#include <map>

namespace ns3
{

namespace
{

using Outcome = MiddleboxOutcome;

/// Of one box: by placement, without and with checksums.
struct Row
{
    std::array<Outcome, 3> plain;
    std::array<Outcome, 3> checksums;
    const char* source;
    std::optional<Outcome> bothUp{}; //!< where it matters who notices
};

constexpr auto BOTH = Outcome::TwoPaths;
constexpr auto ONE = Outcome::OnePath;
constexpr auto TCP = Outcome::Tcp;
constexpr auto MOVED = Outcome::Moved;
constexpr auto FAILS = Outcome::FailsAsTcp;

/// For boxes that checksums are no matter to.
Row
Always(Outcome first, Outcome second, Outcome both, const char* source)
{
    return {{first, second, both}, {first, second, both}, source};
}

/// Boxes to which MPTCP is indifferent.
Row
Harmless(const char* source)
{
    return Always(BOTH, BOTH, BOTH, source);
}

/// Boxes through which no handshake of MPTCP gets.
Row
NoHandshake(const char* source)
{
    return Always(TCP, ONE, TCP, source);
}

std::map<std::string, Row>
AddressRows()
{
    return {
        {"none", Harmless("nothing is changed")},
        {"nat", Harmless("RFC 8684 6, NATs; RFC 8041 3.1: not affected by NAT")},
        {"napt", Harmless("RFC 8684 6, NATs; RFC 8041 3.1: not affected by NAT")},
        {"isn",
         Harmless("RFC 8684 6, firewalls: relative sequence numbers; RFC 8041 3.1: not affected")}};
}

std::map<std::string, Row>
OptionRows()
{
    const char* stripped = "RFC 8684 6 and Figure 17: fall back, or no join";
    const char* afterwards = "RFC 8684 3.7: no DSS before there are further subflows: fall back; a "
                             "join whose third ACK has no MP_JOIN is not established (3.2)";
    return {
        {"strip-syn", NoHandshake(stripped)},
        {"strip-synack", NoHandshake(stripped)},
        {"strip-all", NoHandshake(stripped)},
        {"strip-data", NoHandshake(afterwards)},
        {"strip-data-out", NoHandshake(afterwards)},
        {"strip-data-in",
         Always(TCP,
                MOVED,
                TCP,
                "RFC 8684 3.7: on the first subflow fall back; a join acknowledged without DSS, or "
                "with data that has no mapping, is closed with a RST")},
        {"strip-later",
         {{MOVED, MOVED, TCP},
          {MOVED, MOVED, TCP},
          "RFC 8684 3.7: a subflow that breaks during operation is closed with a RST; after the "
          "last a new one may be opened, and is put into single-path mode at once"}},
        {"drop-unknown",
         NoHandshake("RFC 8684 6: if such a packet does not get through, MPTCP will end up falling "
                     "back; MP_JOINs that are dropped: the paths will simply not be used")},
        {"drop-unknown-data",
         NoHandshake("own rule, consistent with RFC 8684 3.1: a host that thinks the negotiation "
                     "is compromised stops using "
                     "MPTCP and sends no more options, and the other falls back for want of "
                     "MP_CAPABLE in the third packet; joins are not established (3.2)")}};
}

std::map<std::string, Row>
BorderRows()
{
    const char* unmapped =
        "RFC 8684 6: space that is left unmapped breaks the subflow, see 3.7; 3.7: "
        "before there are further subflows fall back";
    return {
        {"split-keep",
         Harmless(
             "RFC 8684 6: the mapping is independent of the packets that carry it; RFC 8041 3.1")},
        {"split-first", Harmless("RFC 8684 6: one mapping covers all pieces; RFC 8041 3.1")},
        {"split-drop", Always(TCP, MOVED, TCP, unmapped)},
        {"coalesce-keep", Harmless("RFC 8684 6: the mapping is independent of the packets")},
        {"coalesce-first",
         {{TCP, MOVED, TCP},
          {MOVED, MOVED, TCP},
          "RFC 8684 6: space that is left unmapped breaks the subflow; without checksums own rule, "
          "consistent with 3.7: the segments' shape is the lower-layer signal, and before there "
          "are "
          "further subflows it leads to falling back; with them, closed with a RST when no mapping "
          "comes, and after the last a new subflow in single-path mode"}},
        {"coalesce-drop", Always(TCP, MOVED, TCP, unmapped)}};
}

std::map<std::string, Row>
ProxyRows()
{
    return {
        {"pep",
         Always(TCP,
                MOVED,
                TCP,
                "RFC 8684 6, PEPs: fall back to single-path TCP or close the problematic subflow")},
        {"split-proxy", NoHandshake("RFC 8684 6 and Figure 17: its halves have no MPTCP options")},
        {"split-proxy-relay",
         Harmless(
             "RFC 6182 5.2: Data ACKs tell what has arrived, whoever acknowledges the subflow")},
        {"normaliser", NoHandshake("RFC 8684 6: it clears unknown options, so as if stripped")},
        {"firewall", Harmless("RFC 8684 6, firewalls: each subflow is opened from inside")},
        {"ids",
         Harmless("RFC 8684 6, normalizers: each subflow looks like standard TCP on the wire")}};
}

std::map<std::string, Row>
ContentRows()
{
    const std::array<Outcome, 3> noticed{TCP, MOVED, TCP};
    const char* detected = "with checksums RFC 8684 3.7: the first subflow alone falls back, of "
                           "several the affected one is closed; ";
    static const std::string same =
        std::string(detected) + "without, 3.7: nothing tells the host, data arrives as rewritten";
    static const std::string length =
        std::string(detected) +
        "without, own rule, consistent with 3.7: a lower-layer signal, segments that do not fit "
        "their mappings; 3.3.1 lets altered data be delivered there";
    return {
        {"rewrite-same", {{BOTH, BOTH, BOTH}, noticed, same.c_str()}},
        {"rewrite-shorter", {noticed, noticed, length.c_str()}},
        {"rewrite-longer", {noticed, noticed, length.c_str()}},
        {"rewrite-later",
         {{BOTH, BOTH, BOTH},
          {MOVED, MOVED, TCP},
          "with checksums RFC 8684 3.7: the affected subflow of several is closed; the last one "
          "too, since its data is not contiguous then, and a new one is put into single-path mode "
          "at once; without, data arrives as rewritten"}},
        {"window", Harmless("RFC 8684 6: obeys subflow-specific windows")},
        {"resend-different", Harmless("RFC 9293 3.4: a receiver has those bytes already")},
        {"blackhole",
         Always(MOVED,
                MOVED,
                FAILS,
                "RFC 8684 3.3.6: data of a subflow that times out goes by another")},
        {"blackhole-flow",
         {{MOVED, MOVED, FAILS},
          {MOVED, MOVED, FAILS},
          "RFC 8684 3.3.6: data of a subflow that times out goes by another; both, upload: own "
          "rule, a new one takes the place of one that has timed out, where who opens subflows has "
          "something to send and so notices",
          MOVED}}};
}

const std::map<std::string, Row>&
Rows()
{
    static const std::map<std::string, Row> rows = [] {
        std::map<std::string, Row> all;
        for (const auto& part :
             {AddressRows(), OptionRows(), BorderRows(), ProxyRows(), ContentRows()})
        {
            all.insert(part.begin(), part.end());
        }
        return all;
    }();
    return rows;
}

} // namespace

std::optional<MiddleboxExpectation>
ExpectedOutcome(const MiddleboxCell& cell)
{
    const auto row = cell.boxes.size() == 1 ? Rows().find(cell.boxes[0]) : Rows().end();
    if (row == Rows().end())
    {
        return std::nullopt;
    }
    if (row->second.bothUp && cell.placement == MiddleboxCell::Placement::Both &&
        cell.direction == MiddleboxCell::Direction::Up)
    {
        return MiddleboxExpectation{*row->second.bothUp, row->second.source};
    }
    const auto& outcomes = cell.checksum ? row->second.checksums : row->second.plain;
    return MiddleboxExpectation{outcomes.at(static_cast<std::size_t>(cell.placement)),
                                row->second.source};
}

} // namespace ns3
