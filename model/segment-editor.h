// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SEGMENT_EDITOR_H
#define MPTCP_SEGMENT_EDITOR_H

#include "core/byte-io.h"

#include "ns3/address.h"
#include "ns3/header.h"
#include "ns3/packet.h"

#include <array>
#include <cstdint>
#include <optional>

namespace ns3
{

/**
 * A TCP header as its bytes: the fixed fields on demand, the options left unparsed.
 *
 * ns3::TcpHeader makes one object per option, at about 2,300 instructions each, and refuses option
 * kinds it does not know. This view costs one copy of at most 60 bytes. To packet metadata it
 * passes for a ns3::TcpHeader, so that a header written by one can be removed by the other.
 */
class MptcpRawTcpHeader : public Header
{
  public:
    /// Room for options in any TCP header (RFC 9293 3.1).
    static constexpr std::size_t MAX_OPTION_BYTES = 40;

    TypeId GetInstanceTypeId() const override;
    void Print(std::ostream& os) const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    /// Returns 0, and IsValid() is false, when the bytes cannot be a TCP header.
    uint32_t Deserialize(Buffer::Iterator start) override;

    /// Reads the header at the start of `packet`, which stays as it is; see IsValid. Much cheaper
    /// than Deserialize, which has to go through the buffer byte by byte.
    void ReadFrom(const Packet& packet);
    /// Takes the header that ReadFrom has just read off `packet`.
    void RemoveFrom(Packet& packet);

    [[nodiscard]] bool IsValid() const;
    [[nodiscard]] uint16_t SourcePort() const;
    [[nodiscard]] uint16_t DestinationPort() const;
    [[nodiscard]] uint32_t SequenceNumber() const;
    [[nodiscard]] uint32_t AckNumber() const;
    /// As in ns3::TcpHeader::Flags_t.
    [[nodiscard]] uint8_t Flags() const;
    /// As on the wire, not scaled.
    [[nodiscard]] uint16_t WindowField() const;
    /// Everything after the fixed 20 bytes, padding included.
    [[nodiscard]] mptcp::ByteView Options() const;

    void AddFlags(uint8_t flags);
    void SetSequenceNumber(uint32_t sequence);

    /**
     * Replaces all options and pads them with END to a multiple of four bytes, as ns3::TcpHeader
     * does. It makes an object of each NOP it reads, but only one of any number of ENDs.
     */
    void SetOptions(mptcp::ByteView options);

    /// Makes Serialize compute the TCP checksum; `source` and `destination` are plain IP addresses.
    void EnableChecksum(const Address& source, const Address& destination);

  private:
    static constexpr std::size_t FIXED_BYTES = 20;

    /// Takes the length from the bytes, if they are a header and there are enough of them.
    void SetLength(std::size_t availableBytes);

    std::array<uint8_t, FIXED_BYTES + MAX_OPTION_BYTES> m_bytes{};
    std::size_t m_lengthBytes{0};
    bool m_isRead{false}; //!< Deserialize would find what is here already
    std::optional<std::pair<Address, Address>> m_checksumAddresses;
};

/// Where TCP's own options lie in a header about to leave (everything but padding).
struct MptcpTcpOptions
{
    std::array<uint8_t, MptcpRawTcpHeader::MAX_OPTION_BYTES> bytes{}; //!< all but SACK and padding
    std::size_t sizeBytes{0};
    mptcp::ByteView sack;      //!< the whole SACK option, empty if there is none
    std::size_t sackBlocks{0}; //!< complete blocks in it
    bool hasMaximumSegment{false};
};

/// Sorts the options of `header` for SpliceOptions; options of kind 30 are left out.
MptcpTcpOptions SortTcpOptions(const MptcpRawTcpHeader& header);

/// Leaves all but the options of kind 30 and padding, in their order.
void RemoveMptcpOptions(MptcpRawTcpHeader& header);

/**
 * Rewrites the options of `header`: TCP's own, then an MSS option if one is asked for, then
 * `mptcpOptions`, then the first `sackBlocks` SACK blocks.
 *
 * The caller has made sure that it all fits (mptcp::OptionSpace); what does not is left out from
 * the end, never cut in the middle of an option.
 */
void SpliceOptions(MptcpRawTcpHeader& header,
                   const MptcpTcpOptions& tcp,
                   mptcp::ByteView mptcpOptions,
                   std::size_t sackBlocks,
                   std::optional<uint16_t> maximumSegmentBytes);

/// Option kinds the glue looks at (RFC 9293 3.1, RFC 7323, RFC 8684 7.1).
enum MptcpTcpOptionKind : uint8_t
{
    KIND_END = 0,
    KIND_NOP = 1,
    KIND_MSS = 2,
    KIND_SACK = 5,
    KIND_TIMESTAMP = 8,
    KIND_MPTCP = 30
};

/// Calls `visit(ByteView)` for each complete option but END and NOP; the view begins with the kind
/// and the length byte. Stops at END and at the first option that does not fit.
template <typename Visitor>
void
ForEachTcpOption(mptcp::ByteView options, Visitor visit)
{
    for (std::size_t at = 0; at < options.size && options.data[at] != KIND_END;)
    {
        if (options.data[at] == KIND_NOP)
        {
            ++at;
            continue;
        }
        const std::size_t length = at + 1 < options.size ? options.data[at + 1] : 0;
        if (length < 2 || at + length > options.size)
        {
            return;
        }
        visit(mptcp::ByteView{options.data + at, length});
        at += length;
    }
}

} // namespace ns3

#endif // MPTCP_SEGMENT_EDITOR_H
