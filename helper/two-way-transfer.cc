// SPDX-License-Identifier: GPL-2.0-only
#include "two-way-transfer.h"

#include "mptcp-socket.h"
#include "mptcp-subflow.h"
#include "ns3-conversions.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/uinteger.h"

namespace ns3
{

namespace
{

constexpr uint16_t PORT = 5201;
const Time START = MilliSeconds(100);

Ptr<StreamEndpoint>
Start(Ptr<Node> node, Ipv4Address address, bool isMptcp, bool listens)
{
    const char* factory = isMptcp ? "ns3::MptcpSocketFactory" : "ns3::TcpSocketFactory";
    auto endpoint = CreateObject<StreamEndpoint>();
    endpoint->SetAttribute("Protocol", TypeIdValue(TypeId::LookupByName(factory)));
    endpoint->SetAttribute("Address", AddressValue(InetSocketAddress(address, PORT)));
    endpoint->SetAttribute("Listen", BooleanValue(listens));
    endpoint->SetAttribute("BytesToSend", UintegerValue(StreamEndpoint::UNLIMITED));
    node->AddApplication(endpoint);
    endpoint->SetStartTime(listens ? Seconds(0) : START);
    return endpoint;
}

Ipv4Address
AddressOf(const mptcp::Endpoint& endpoint)
{
    return InetSocketAddress::ConvertFrom(ToAddress(endpoint)).GetIpv4();
}

} // namespace

TwoWayTransfer::TwoWayTransfer(Ptr<Node> opener,
                               Ptr<Node> listener,
                               Ipv4Address target,
                               bool isMptcp)
    : m_opener(Start(opener, target, isMptcp, false)),
      m_listener(Start(listener, Ipv4Address::GetAny(), isMptcp, true))
{
}

bool
TwoWayTransfer::IsConnected() const
{
    return ReceivedByOpener() > 0 && ReceivedByListener() > 0;
}

uint64_t
TwoWayTransfer::ReceivedByOpener() const
{
    return m_opener->ReceivedBytes();
}

uint64_t
TwoWayTransfer::ReceivedByListener() const
{
    return m_listener->ReceivedBytes();
}

bool
TwoWayTransfer::IsIntact() const
{
    return m_opener->IsIntact() && m_listener->IsIntact();
}

std::vector<TwoWayTransfer::Subflow>
TwoWayTransfer::Subflows() const
{
    std::vector<Subflow> found;
    const auto socket = DynamicCast<MptcpSocket>(m_opener->GetSocket());
    if (!socket)
    {
        return found;
    }
    for (const auto& subflow : socket->GetSubflows())
    {
        found.push_back({AddressOf(subflow->GetLocalEndpoint()),
                         AddressOf(subflow->GetRemoteEndpoint()),
                         subflow->IsUsable(),
                         subflow->AcknowledgedBytes(),
                         subflow->ReceivedBytes()});
    }
    return found;
}

Ptr<StreamEndpoint>
TwoWayTransfer::Opener() const
{
    return m_opener;
}

Ptr<StreamEndpoint>
TwoWayTransfer::Listener() const
{
    return m_listener;
}

} // namespace ns3
