// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-host-routing.h"

#include "ns3-conversions.h"

#include "ns3/abort.h"
#include "ns3/ipv4-routing-helper.h"
#include "ns3/ipv6-routing-helper.h"

#include <array>
#include <ostream>
#include <utility>

namespace ns3
{

namespace
{

constexpr std::array<std::pair<const char*, mptcp::HostModel>, 4> MODELS{{
    {"weak", mptcp::HostModel::WeakHost},
    {"strong", mptcp::HostModel::StrongHost},
    {"idealised", mptcp::HostModel::Idealised},
    {"idealised-strong", mptcp::HostModel::IdealisedStrong},
}};

/// MPTCP's questions, put to the protocol of the address's family.
class NodeRoutingView : public mptcp::RoutingView
{
  public:
    explicit NodeRoutingView(Ptr<Node> node)
        : m_node(std::move(node))
    {
    }

    mptcp::SourceChoice ChooseSource(const mptcp::IpAddress& destination,
                                     const std::vector<mptcp::IpAddress>& used) const override
    {
        const MptcpHostRouting* routing = FindHostRouting(m_node, destination.family);
        return routing ? routing->GetTable().ChooseSource(destination, used)
                       : mptcp::SourceChoice{mptcp::SourceChoice::Outcome::NotKnown, {}};
    }

    mptcp::Congruence CongruenceOf(const mptcp::IpAddress& local,
                                   const mptcp::IpAddress& remote) const override
    {
        const MptcpHostRouting* routing = FindHostRouting(m_node, remote.family);
        return routing ? routing->GetTable().CongruenceOf(local, remote)
                       : mptcp::Congruence::NotKnown;
    }

  private:
    Ptr<Node> m_node;
};

std::string
Text(const mptcp::IpAddress& address)
{
    std::ostringstream text;
    if (address.family == mptcp::AddressFamily::Ipv6)
    {
        text << Ipv6Address::Deserialize(address.bytes.data());
    }
    else
    {
        text << Ipv4Address::Deserialize(address.bytes.data());
    }
    return text.str();
}

} // namespace

void
MptcpHostRouting::SetModel(const std::string& model)
{
    for (const auto& [name, value] : MODELS)
    {
        if (model == name)
        {
            m_table.SetModel(value);
            return;
        }
    }
    NS_ABORT_MSG("host routing: there is no model '"
                 << model << "'; take weak, strong, idealised or idealised-strong");
}

std::string
MptcpHostRouting::GetModel() const
{
    for (const auto& [name, value] : MODELS)
    {
        if (m_table.Model() == value)
        {
            return name;
        }
    }
    return "";
}

const mptcp::HostRoute*
MptcpHostRouting::Find(Ptr<const Packet> packet,
                       const mptcp::IpAddress& source,
                       const mptcp::IpAddress& destination,
                       std::optional<uint32_t> only,
                       Socket::SocketErrno& error)
{
    const mptcp::Forwarding found = m_table.Forward(source, destination, only);
    if (found.outcome == mptcp::Forwarding::Outcome::Send)
    {
        error = Socket::ERROR_NOTERROR;
        return found.route;
    }
    error = Socket::ERROR_NOROUTETOHOST;
    if (packet && m_lastUnroutable != packet->GetUid())
    {
        m_lastUnroutable = packet->GetUid();
        ++m_unroutablePackets;
    }
    return nullptr;
}

void
MptcpHostRouting::Print(std::ostream& os) const
{
    os << "host routing, " << GetModel() << "\n";
    for (const mptcp::HostRoute& route : m_table.Routes())
    {
        os << Text(route.destination.address) << "/" << int{route.destination.lengthBits};
        if (!route.nextHop.IsUnspecified())
        {
            os << " via " << Text(route.nextHop);
        }
        os << " interface " << route.interface << " metric " << route.metric << "\n";
    }
}

const MptcpHostRouting*
FindHostRouting(Ptr<Node> node, mptcp::AddressFamily family)
{
    if (family == mptcp::AddressFamily::Ipv6)
    {
        return PeekPointer(MptcpIpv6HostRouting::Of(std::move(node)));
    }
    return PeekPointer(MptcpIpv4HostRouting::Of(std::move(node)));
}

std::unique_ptr<mptcp::RoutingView>
MakeRoutingView(Ptr<Node> node)
{
    if (!MptcpIpv4HostRouting::Of(node) && !MptcpIpv6HostRouting::Of(node))
    {
        return nullptr;
    }
    return std::make_unique<NodeRoutingView>(std::move(node));
}

} // namespace ns3
