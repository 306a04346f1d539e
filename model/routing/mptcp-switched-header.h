// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SWITCHED_HEADER_H
#define MPTCP_SWITCHED_HEADER_H

#include "core/routing/flow-hash.h"

#include "ns3/header.h"
#include "ns3/packet.h"

#include <array>
#include <cstdint>

namespace ns3
{

/**
 * The beginning of an IPv4 packet as bytes, which a switch reads, ages and puts back.
 *
 * On the way from one ns3::MptcpSwitchPort to another it has the two bytes of the point-to-point
 * protocol before it, as one header with them: the packet is as long as on any other link, and each
 * switch takes off and puts on one header in place of two. Elsewhere packet metadata takes it for
 * the ns3::Ipv4Header that the host has written.
 */
class MptcpSwitchedHeader : public Header
{
  public:
    enum class Form
    {
        IP,
        FRAME, //!< with the point-to-point header
    };

    static constexpr uint16_t PPP_IPV4 = 0x0021; //!< as ns3::PointToPointNetDevice has it

    static TypeId GetTypeId();

    MptcpSwitchedHeader();

    /// Reads the beginning of a packet and leaves it there.
    MptcpSwitchedHeader(const Packet& packet, Form form);

    TypeId GetInstanceTypeId() const override;
    void Print(std::ostream& os) const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    uint32_t Deserialize(Buffer::Iterator start) override;

    /// How Serialize writes it.
    void SetForm(Form form);

    /// The IPv4 header and the first bytes after it, as far as they were read.
    [[nodiscard]] mptcp::ByteView Ip() const;

    /// Whether the time to live does not allow for one more hop.
    [[nodiscard]] bool IsLastHop() const;

    /// Takes one from the time to live. The checksum, if there is one, follows by the difference
    /// (RFC 1624 3).
    void Age(bool hasChecksum);

  private:
    static constexpr std::size_t FRAME_BYTES = 2; //!< of the point-to-point header
    static constexpr std::size_t TTL_AT = FRAME_BYTES + 8;
    static constexpr std::size_t CHECKSUM_AT = FRAME_BYTES + 10;

    /// Where what Serialize writes begins.
    [[nodiscard]] std::size_t Begin() const;

    Form m_form{Form::FRAME};
    uint32_t m_readBytes{0}; //!< from Begin() on
    // Not set to zero where a packet fills it: it is made at every hop.
    std::array<uint8_t, FRAME_BYTES + mptcp::FLOW_KEY_BYTES> m_bytes;
};

} // namespace ns3

#endif // MPTCP_SWITCHED_HEADER_H
