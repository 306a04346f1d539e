// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_OPTION_SPACE_H
#define MPTCP_OPTION_SPACE_H

#include "wire/options.h"

#include <cstddef>
#include <cstdint>

namespace mptcp
{

/**
 * Who gets room in a TCP header first. This list is the order; nothing else decides it.
 *
 * SACK blocks are TCP's and are not ours to reorder, but they may be left out: RFC 2018 leaves
 * their number to the sender, and RFC 8684 Appendix A expects a DATA_ACK to displace some.
 */
enum class OptionImportance : uint8_t
{
    Handshake, //!< MP_CAPABLE, MP_JOIN; also MP_FAIL, MP_FASTCLOSE, MP_TCPRST: no second chance
    Mapping,   //!< of the payload this very segment carries, or of a DATA_FIN
    DataAck,   //!< can ride on the next segment as well
    FirstSackBlock,   //!< the block that tells what has just arrived
    AddressSignal,    //!< ADD_ADDR, REMOVE_ADDR, MP_PRIO: wait for the next pure acknowledgement
    FurtherSackBlocks //!< repeat what earlier acknowledgements said
};

/// Where an option stands by its form.
[[nodiscard]] OptionImportance ImportanceOf(const MptcpOption& option);

/// An option somebody would like to have in the segment at hand.
struct WantedOption
{
    MptcpOption option;
    OptionImportance importance;

    /// With the importance its form has.
    template <typename Option>
    WantedOption(const Option& wanted)
        : option(wanted),
          importance(ImportanceOf(option))
    {
    }

    /// With another one: an address signal on an acknowledgement made for it alone, for instance.
    WantedOption(const MptcpOption& wanted, OptionImportance asImportantAs)
        : option(wanted),
          importance(asImportantAs)
    {
    }
};

using WantedOptions = boost::container::static_vector<WantedOption, 8>;

/// What TCP itself has put into the header.
struct TcpOptionUse
{
    std::size_t otherBytes{0}; //!< all its options but SACK, without padding
    std::size_t sackBlocks{0};
};

/// What to send now. All of it, TCP's own options included, fits into 40 bytes.
struct OptionPlan
{
    OptionList send;           //!< most important first
    std::size_t sendBytes{0};  //!< serialized size of `send`
    std::size_t sackBlocks{0}; //!< leading SACK blocks to keep
    std::size_t droppedSackBlocks{0};
    OptionList deferred; //!< address signals to ask for again, in the order they were asked for
    bool mappingLeftOut{false}; //!< payload would leave without its mapping
    bool dataAckLeftOut{false};
    bool handshakeLeftOut{false};
};

/**
 * Fits `wanted` into the room TCP has left, in order of importance and, among equals, in the order
 * given. A DSS that does not fit whole is cut down to its mapping (RFC 8684 3.3 allows either half
 * alone). Address signals never overtake each other: one that does not fit holds back those behind
 * it, because a REMOVE_ADDR and an ADD_ADDR may name the same Address ID.
 */
[[nodiscard]] OptionPlan PlanOptions(const TcpOptionUse& tcp, const WantedOptions& wanted);

} // namespace mptcp

#endif // MPTCP_OPTION_SPACE_H
