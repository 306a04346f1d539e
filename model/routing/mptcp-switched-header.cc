// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-switched-header.h"

#include "ns3/ipv4-header.h"

#include <algorithm>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpSwitchedHeader);

TypeId
MptcpSwitchedHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpSwitchedHeader")
                            .SetParent<Header>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpSwitchedHeader>();
    return tid;
}

MptcpSwitchedHeader::MptcpSwitchedHeader()
    : m_bytes{}
{
}

// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the packet fills m_bytes
MptcpSwitchedHeader::MptcpSwitchedHeader(const Packet& packet, Form form)
    : m_form(form)
{
    m_bytes[0] = PPP_IPV4 >> 8U;
    m_bytes[1] = PPP_IPV4 & 0xffU;
    m_readBytes =
        packet.CopyData(m_bytes.data() + Begin(), static_cast<uint32_t>(m_bytes.size() - Begin()));
}

std::size_t
MptcpSwitchedHeader::Begin() const
{
    return m_form == Form::FRAME ? 0 : FRAME_BYTES;
}

TypeId
MptcpSwitchedHeader::GetInstanceTypeId() const
{
    return m_form == Form::FRAME ? GetTypeId() : Ipv4Header::GetTypeId();
}

void
MptcpSwitchedHeader::Print(std::ostream& os) const
{
    os << "ttl " << unsigned{m_bytes[TTL_AT]};
}

uint32_t
MptcpSwitchedHeader::GetSerializedSize() const
{
    return static_cast<uint32_t>(FRAME_BYTES - Begin()) + (m_bytes[FRAME_BYTES] & 0x0fU) * 4U;
}

void
MptcpSwitchedHeader::Serialize(Buffer::Iterator start) const
{
    start.Write(m_bytes.data() + Begin(), GetSerializedSize());
}

uint32_t
MptcpSwitchedHeader::Deserialize(Buffer::Iterator start)
{
    if (m_readBytes == 0) // otherwise only the number of bytes is asked for
    {
        m_readBytes =
            std::min(start.GetRemainingSize(), static_cast<uint32_t>(m_bytes.size() - Begin()));
        start.Read(m_bytes.data() + Begin(), m_readBytes);
    }
    return GetSerializedSize();
}

void
MptcpSwitchedHeader::SetForm(Form form)
{
    m_form = form;
}

mptcp::ByteView
MptcpSwitchedHeader::Ip() const
{
    return {m_bytes.data() + FRAME_BYTES,
            m_readBytes - std::min<std::size_t>(m_readBytes, FRAME_BYTES - Begin())};
}

bool
MptcpSwitchedHeader::IsLastHop() const
{
    return m_bytes[TTL_AT] <= 1;
}

void
MptcpSwitchedHeader::Age(bool hasChecksum)
{
    --m_bytes[TTL_AT];
    if (hasChecksum)
    {
        constexpr uint32_t ONE_HOP_LESS = 0xfeff; // in the upper half of a 16-bit word
        const uint32_t old = m_bytes[CHECKSUM_AT] << 8U | m_bytes[CHECKSUM_AT + 1];
        uint32_t sum = (~old & 0xffffU) + ONE_HOP_LESS;
        sum = ~((sum & 0xffffU) + (sum >> 16U));
        m_bytes[CHECKSUM_AT] = static_cast<uint8_t>(sum >> 8U);
        m_bytes[CHECKSUM_AT + 1] = static_cast<uint8_t>(sum);
    }
}

} // namespace ns3
