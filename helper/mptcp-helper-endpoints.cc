// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpHelper that is `ip mptcp endpoint` and `ip mptcp limits`.
#include "mptcp-helper.h"
#include "mptcp-policy-names.h"
#include "mptcp-stack.h"
#include "ns3-conversions.h"

#include "ns3/abort.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/node.h"

#include <functional>
#include <map>
#include <sstream>
#include <variant>

namespace ns3
{

namespace
{

using Flags = mptcp::EndpointFlags;
using Words = std::map<std::string, std::function<void(Flags&)>>;

const Words ADD_WORDS = {
    {"signal", [](Flags& flags) { flags.signal = true; }},
    {"subflow", [](Flags& flags) { flags.subflow = true; }},
    {"backup", [](Flags& flags) { flags.backup = true; }},
    {"fullmesh", [](Flags& flags) { flags.fullmesh = true; }},
};

const Words CHANGE_WORDS = {
    {"backup", [](Flags& flags) { flags.backup = true; }},
    {"nobackup", [](Flags& flags) { flags.backup = false; }},
    {"fullmesh", [](Flags& flags) { flags.fullmesh = true; }},
    {"nofullmesh", [](Flags& flags) { flags.fullmesh = false; }},
};

/// Does to `flags` what each word of `text` says.
void
Apply(const std::string& text, const Words& words, Flags& flags)
{
    std::string spaced = text;
    for (char& c : spaced)
    {
        c = c == ',' ? ' ' : c;
    }
    std::istringstream stream(spaced);
    for (std::string word; stream >> word;)
    {
        const auto found = words.find(word);
        if (found == words.end())
        {
            std::vector<std::string> known;
            for (const auto& [name, effect] : words)
            {
                known.push_back(name);
            }
            NS_ABORT_MSG("MptcpHelper: no endpoint flag \"" << word << "\"; did you mean \""
                                                            << NearestName(word, known) << "\"?");
        }
        found->second(flags);
    }
}

mptcp::IpAddress
IpOf(const Address& address)
{
    if (Ipv6Address::IsMatchingType(address))
    {
        return ToCore(Ipv6Address::ConvertFrom(address));
    }
    NS_ABORT_MSG_IF(!Ipv4Address::IsMatchingType(address),
                    "MptcpHelper: an endpoint needs an Ipv4Address or an Ipv6Address");
    return ToCore(Ipv4Address::ConvertFrom(address));
}

mptcp::ManagedEndpoint
Succeeded(const mptcp::EndpointTable::Outcome& outcome)
{
    const auto* error = std::get_if<mptcp::EndpointError>(&outcome);
    NS_ABORT_MSG_IF(error, "MptcpHelper: endpoint: " << mptcp::ToString(*error));
    return std::get<mptcp::ManagedEndpoint>(outcome);
}

} // namespace

uint8_t
MptcpHelper::AddEndpoint(Ptr<Node> node,
                         const Address& address,
                         const std::string& flags,
                         uint16_t port,
                         uint8_t id)
{
    mptcp::ManagedEndpoint endpoint;
    endpoint.id = id;
    endpoint.address = IpOf(address);
    endpoint.port = port;
    Apply(flags, ADD_WORDS, endpoint.flags);
    return Succeeded(MptcpStack::Of(node)->AddEndpoint(endpoint)).id;
}

void
MptcpHelper::RemoveEndpoint(Ptr<Node> node, uint8_t id)
{
    NS_ABORT_MSG_IF(!MptcpStack::Of(node)->RemoveEndpoint(id),
                    "MptcpHelper: node " << node->GetId() << " has no endpoint " << +id);
}

void
MptcpHelper::RemoveEndpoint(Ptr<Node> node, const Address& address)
{
    const auto* endpoint = MptcpStack::Of(node)->GetEndpoints().Find(IpOf(address));
    NS_ABORT_MSG_IF(!endpoint,
                    "MptcpHelper: node " << node->GetId() << " has no endpoint with this address");
    RemoveEndpoint(node, endpoint->id);
}

void
MptcpHelper::RemoveInitialAddress(Ptr<Node> node, const Address& address)
{
    MptcpStack::Of(node)->RemoveInitialAddress(IpOf(address));
}

void
MptcpHelper::FlushEndpoints(Ptr<Node> node)
{
    MptcpStack::Of(node)->FlushEndpoints();
}

void
MptcpHelper::ChangeEndpoint(Ptr<Node> node, uint8_t id, const std::string& changes)
{
    Ptr<MptcpStack> stack = MptcpStack::Of(node);
    const auto* endpoint = stack->GetEndpoints().Find(id);
    mptcp::EndpointFlags flags = endpoint ? endpoint->flags : mptcp::EndpointFlags();
    Apply(changes, CHANGE_WORDS, flags);
    Succeeded(stack->ChangeEndpoint(id, flags.backup, flags.fullmesh));
}

void
MptcpHelper::SetLimits(Ptr<Node> node, uint32_t subflows, uint32_t addAddrAccepted)
{
    constexpr uint32_t MOST = 8; // MPTCP_PM_ADDR_MAX of Linux
    NS_ABORT_MSG_IF(subflows > MOST || addAddrAccepted > MOST,
                    "MptcpHelper: limits go up to " << MOST);
    MptcpStack::Of(node)->SetLimits({subflows, addAddrAccepted});
}

} // namespace ns3
