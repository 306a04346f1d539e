// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SEGMENT_BUILDERS_H
#define MPTCP_SEGMENT_BUILDERS_H

#include "core/data-sequence.h"
#include "core/wire/options.h"

#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/**
 * \file
 * Segments as the lines of a dialogue. All numbers are relative, so that a dialogue reads like the
 * RFC: subflow sequence number 0 is the SYN and 1 the first byte, data sequence number 1 is the
 * first byte of a stream, whatever the keys are.
 */
namespace ns3::script
{

/// Flags of a TCP header (RFC 9293 3.1), those a dialogue names.
enum Flag : uint8_t
{
    FIN = 0x01,
    SYN = 0x02,
    RST = 0x04,
    ACK = 0x10
};

/// Where the numbers of both streams begin. Each is the number its host's SYN stands for.
struct StreamNumbers
{
    mptcp::DataSequence peer; //!< of what the script sends
    mptcp::DataSequence host; //!< of what the script receives
};

/// A DSS option in relative numbers (RFC 8684 3.3).
struct Dss
{
    struct Mapping
    {
        uint64_t data{0};
        uint32_t subflow{0};
        uint16_t lengthBytes{0};
        bool dataFin{false};
        std::optional<uint16_t> checksum{}; //!< of a received one
    };

    Dss& DataAck(uint64_t next);
    Dss& Map(uint64_t data, uint32_t subflow, uint16_t lengthBytes);
    /// The mapping ends with the DATA_FIN; its length counts it (RFC 8684 3.3.3).
    Dss& MapWithFin(uint64_t data, uint32_t subflow, uint16_t lengthBytes);
    /// A DATA_FIN without data.
    Dss& DataFin(uint64_t data);
    /// From here on the subflow needs no mapping (RFC 8684 3.7).
    Dss& MapForEver(uint64_t data, uint32_t subflow);
    /// With the checksum the mapping has when it covers this text (RFC 8684 3.3.1).
    Dss& Over(std::string text);
    /// Sends the 32-bit forms of both numbers.
    Dss& Narrow();

    std::optional<uint64_t> dataAck;
    std::optional<Mapping> mapping;
    std::optional<std::string> covered;
    bool isNarrow{false};
};

/// Expected: an option of this form, whatever it says.
struct AnyForm
{
    std::size_t index;
};

template <typename Form>
AnyForm
Any()
{
    return AnyForm{mptcp::MptcpOption(Form{}).index()};
}

/// Bytes of one TCP option as they are, right or wrong.
struct RawOption
{
    std::vector<uint8_t> bytes;
};

using OptionTemplate = std::variant<mptcp::MptcpOption, Dss, AnyForm, RawOption>;

/**
 * A segment to send, or what a received one has to be.
 *
 * To send: what is left out is filled in with the next sequence number, an acknowledgement of all
 * that was expected so far, the usual window, and the TCP options that were negotiated.
 *
 * To expect: flags and payload must be the same; numbers, window and MPTCP options only where they
 * are given. A Dss without a mapping means that there is none.
 */
struct Segment
{
    /// Adds an MPTCP option in its wire form, absolute numbers and all.
    template <typename Form,
              typename = std::enable_if_t<std::is_constructible_v<mptcp::MptcpOption, Form>>>
    Segment& With(const Form& option)
    {
        options.emplace_back(mptcp::MptcpOption(option));
        return *this;
    }

    Segment& With(const Dss& dss);
    Segment& With(AnyForm form);
    Segment& With(RawOption option);
    /// Expected: no option of kind 30 at all.
    Segment& WithoutMptcp();
    /// Sent: no timestamp although it was negotiated.
    Segment& WithoutTimestamp();
    /// Does not move the number that the next segment begins with.
    Segment& Seq(uint32_t number);
    Segment& AckNumber(uint32_t number);
    /// In bytes; a multiple of what window scaling can tell.
    Segment& Window(uint32_t bytes);

    uint8_t flags{0};
    std::string payload;
    std::vector<OptionTemplate> options;
    bool mustHaveNoMptcp{false};
    bool mayHaveTimestamp{true};
    std::optional<uint32_t> seq;
    std::optional<uint32_t> ackNumber;
    std::optional<uint32_t> windowBytes;
};

Segment Syn();
Segment SynAck();
Segment Ack();
Segment Data(std::string payload);
Segment Fin(); //!< with ACK
Segment Rst(); //!< without ACK
Segment RstAck();

/// `count` bytes of a text whose byte at each position tells the position, from `first` (1 is the
/// first byte of a stream).
std::string Text(uint64_t first, std::size_t count);

/// A received segment, in relative subflow numbers.
struct Received
{
    Time at;
    uint8_t flags{0};
    uint32_t seq{0};
    uint32_t ackNumber{0};
    uint32_t windowBytes{0}; //!< scaled
    std::string payload;
    mptcp::OptionList mptcp;
    std::size_t mptcpOptions{0}; //!< of kind 30, legible or not
    std::size_t sackBlocks{0};
    std::optional<uint32_t> timestamp;
    std::optional<uint16_t> maximumSegmentBytes;
    std::optional<uint8_t> windowShift;

    /// The first option of this form, or null.
    template <typename Form>
    [[nodiscard]] const Form* Find() const
    {
        return mptcp::OptionView(mptcp).Find<Form>();
    }
};

/// The option to put on the wire.
mptcp::MptcpOption ToWire(const Dss& dss, const StreamNumbers& numbers);

/// Why `got` is not what `wanted` says; empty when it is.
std::string Mismatch(const Segment& wanted, const Received& got, const StreamNumbers& numbers);

/// One line for people.
std::string Describe(const Segment& segment);
std::string Describe(const Received& segment, const StreamNumbers& numbers);

} // namespace ns3::script

#endif // MPTCP_SEGMENT_BUILDERS_H
