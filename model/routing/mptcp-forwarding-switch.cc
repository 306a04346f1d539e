// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-forwarding-switch.h"

#include "ns3/header.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-l3-protocol.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpForwardingSwitch);

namespace
{

/// The beginning of an IPv4 packet as bytes. Packet metadata takes it for the ns3::Ipv4Header that
/// the host has written.
class RawIpv4Header : public Header
{
  public:
    explicit RawIpv4Header(const Packet& packet)
        : m_readBytes(packet.CopyData(m_bytes.data(), mptcp::FLOW_KEY_BYTES))
    {
    }

    TypeId GetInstanceTypeId() const override
    {
        return Ipv4Header::GetTypeId();
    }

    void Print(std::ostream& os) const override
    {
        os << "ttl " << unsigned{m_bytes[TTL_AT]};
    }

    uint32_t GetSerializedSize() const override
    {
        return (m_bytes[0] & 0x0fU) * 4U;
    }

    void Serialize(Buffer::Iterator start) const override
    {
        start.Write(m_bytes.data(), GetSerializedSize());
    }

    /// The bytes are known already; only their number is asked for.
    uint32_t Deserialize(Buffer::Iterator /* start */) override
    {
        return GetSerializedSize();
    }

    [[nodiscard]] mptcp::ByteView Bytes() const
    {
        return {m_bytes.data(), m_readBytes};
    }

    [[nodiscard]] bool IsLastHop() const
    {
        return m_bytes[TTL_AT] <= 1;
    }

    /// The checksum, if there is one, follows by the difference (RFC 1624 3).
    void Age(bool hasChecksum)
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

  private:
    static constexpr std::size_t TTL_AT = 8;
    static constexpr std::size_t CHECKSUM_AT = 10;

    std::array<uint8_t, mptcp::FLOW_KEY_BYTES> m_bytes;
    uint32_t m_readBytes;
};

} // namespace

TypeId
MptcpForwardingSwitch::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpForwardingSwitch")
                            .SetParent<Object>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpForwardingSwitch>();
    return tid;
}

Ptr<MptcpForwardingSwitch>
MptcpForwardingSwitch::Install(Ptr<Node> node, std::shared_ptr<const mptcp::Forwarder> forwarder)
{
    auto forwardingSwitch = CreateObject<MptcpForwardingSwitch>();
    forwardingSwitch->m_forwarder = std::move(forwarder);
    for (uint32_t i = 0; i < node->GetNDevices(); ++i)
    {
        Ptr<NetDevice> device = node->GetDevice(i);
        forwardingSwitch->m_ports.push_back({device, device->GetBroadcast()});
        // In place of the node, which would look for somebody to give the packet to.
        device->SetReceiveCallback(
            MakeCallback(&MptcpForwardingSwitch::OnPacket, PeekPointer(forwardingSwitch)));
    }
    forwardingSwitch->m_hasChecksums = Node::ChecksumEnabled();
    node->AggregateObject(forwardingSwitch); // which keeps it and disposes of it
    return forwardingSwitch;
}

void
MptcpForwardingSwitch::DoDispose()
{
    m_ports.clear();
    m_forwarder.reset();
    Object::DoDispose();
}

bool
MptcpForwardingSwitch::OnPacket(Ptr<NetDevice> device,
                                Ptr<const Packet> packet,
                                uint16_t protocol,
                                const Address& /* from */)
{
    if (!m_forwarder)
    {
        return false; // disposed of
    }
    RawIpv4Header header(*packet);
    const auto flow =
        protocol == Ipv4L3Protocol::PROT_NUMBER ? mptcp::ReadFlowKey(header.Bytes()) : std::nullopt;
    const auto port = flow ? m_forwarder->Port(*flow, device->GetIfIndex()) : std::nullopt;
    if (!port || *port >= m_ports.size())
    {
        ++m_unroutable;
        return false;
    }
    if (header.IsLastHop())
    {
        ++m_expired;
        return true;
    }
    // PointToPointNetDevice has made it for this callback alone; one more copy would be a fiftieth
    // of the time of a whole simulation.
    const Ptr<Packet> onward = ConstCast<Packet>(packet);
    onward->RemoveHeader(header);
    header.Age(m_hasChecksums);
    onward->AddHeader(header);
    ++m_forwarded;
    m_ports[*port].device->Send(onward, m_ports[*port].broadcast, protocol);
    return true;
}

uint64_t
MptcpForwardingSwitch::Forwarded() const
{
    return m_forwarded;
}

uint64_t
MptcpForwardingSwitch::Expired() const
{
    return m_expired;
}

uint64_t
MptcpForwardingSwitch::Unroutable() const
{
    return m_unroutable;
}

} // namespace ns3
