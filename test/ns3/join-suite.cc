// SPDX-License-Identifier: GPL-2.0-only
#include "join-suite.h"

#include "mptcp-helper.h"
#include "mptcp-stack.h"
#include "ns3-conversions.h"

#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"

#include <gtest/gtest.h>
#include <utility>

namespace ns3
{

using mptcp::Mib;

namespace
{

constexpr JoinHost SERVER = JoinHost::Server;
constexpr JoinHost CLIENT = JoinHost::Client;
constexpr uint64_t NO_BOUND = std::numeric_limits<uint64_t>::max();

mptcp::IpAddress
CoreOf(const Address& address)
{
    return Ipv6Address::IsMatchingType(address) ? ToCore(Ipv6Address::ConvertFrom(address))
                                                : ToCore(Ipv4Address::ConvertFrom(address));
}

std::string
TextOf(const mptcp::EndpointFlags& flags)
{
    std::string text;
    const std::pair<bool, const char*> all[] = {{flags.signal, "signal"},
                                                {flags.subflow, "subflow"},
                                                {flags.backup, "backup"},
                                                {flags.fullmesh, "fullmesh"},
                                                {flags.implicit, "implicit"}};
    for (const auto& [isSet, name] : all)
    {
        if (isSet)
        {
            text += (text.empty() ? "" : " ") + std::string(name);
        }
    }
    return text;
}

void
Append(JoinExpectations& all, const JoinExpectations& more)
{
    all.insert(all.end(), more.begin(), more.end());
}

} // namespace

Address
C(int i)
{
    return Ipv4Address(("10.0." + std::to_string(i) + ".2").c_str());
}

Address
S(int i)
{
    return Ipv4Address(("10.1." + std::to_string(i) + ".1").c_str());
}

Address
C6(int i)
{
    return Ipv6Address(("dead:beef:" + std::to_string(i) + "::2").c_str());
}

Address
S6(int i)
{
    return Ipv6Address(("dead:feed:" + std::to_string(i) + "::1").c_str());
}

// ---- rows ----

JoinRow::JoinRow(std::string rowGroup, std::string rowName)
    : group(std::move(rowGroup)),
      name(std::move(rowName))
{
    source = "mptcp_join.sh, " + group + "_tests: \"" + name + "\"";
}

JoinRow&
JoinRow::Server(uint32_t addAddrAccepted, uint32_t subflows, std::vector<JoinEndpoint> endpoints)
{
    server.hasLimits = true;
    server.addAddrAccepted = addAddrAccepted;
    server.subflows = subflows;
    server.endpoints = std::move(endpoints);
    return *this;
}

JoinRow&
JoinRow::Client(uint32_t addAddrAccepted, uint32_t subflows, std::vector<JoinEndpoint> endpoints)
{
    client.hasLimits = true;
    client.addAddrAccepted = addAddrAccepted;
    client.subflows = subflows;
    client.endpoints = std::move(endpoints);
    return *this;
}

JoinRow&
JoinRow::Server(std::vector<JoinEndpoint> endpoints)
{
    server.endpoints = std::move(endpoints);
    return *this;
}

JoinRow&
JoinRow::Client(std::vector<JoinEndpoint> endpoints)
{
    client.endpoints = std::move(endpoints);
    return *this;
}

JoinRow&
JoinRow::ServerHas(const std::string& attribute, const std::string& value)
{
    server.attributes.emplace_back(attribute, value);
    return *this;
}

JoinRow&
JoinRow::ClientHas(const std::string& attribute, const std::string& value)
{
    client.attributes.emplace_back(attribute, value);
    return *this;
}

JoinRow&
JoinRow::OverIpv6()
{
    isIpv6 = true;
    return *this;
}

JoinRow&
JoinRow::Sends(uint64_t bytes)
{
    upBytes = bytes;
    return *this;
}

JoinRow&
JoinRow::At(double seconds, std::function<void(JoinNetwork&)> act)
{
    actions.push_back({seconds, std::move(act)});
    return *this;
}

JoinRow&
JoinRow::WithoutEchoes()
{
    dropsEchoes = true;
    return *this;
}

JoinRow&
JoinRow::Corrupts(int link, uint32_t afterSegments)
{
    corruptedLink = link;
    corruptAfterSegments = afterSegments;
    return *this;
}

JoinRow&
JoinRow::WithImpatientSyns()
{
    isImpatient = true;
    return *this;
}

JoinRow&
JoinRow::Expect(const JoinExpectations& more)
{
    Append(expectations, more);
    return *this;
}

JoinRow&
JoinRow::Uses(int link, double leastPercent, double mostPercent)
{
    usages.push_back({link, leastPercent, mostPercent});
    return *this;
}

JoinRow&
JoinRow::Ends(JoinOutcome how)
{
    outcome = how;
    return *this;
}

JoinRow&
JoinRow::From(const std::string& where)
{
    source = where;
    return *this;
}

// ---- actions ----

std::function<void(JoinNetwork&)>
Add(JoinHost host, JoinEndpoint endpoint)
{
    return [host, endpoint = std::move(endpoint)](JoinNetwork& network) {
        MptcpHelper::AddEndpoint(network.Host(host),
                                 endpoint.address,
                                 endpoint.flags,
                                 endpoint.port,
                                 endpoint.id);
    };
}

std::function<void(JoinNetwork&)>
Remove(JoinHost host, Address address)
{
    return [host, address](JoinNetwork& network) {
        MptcpHelper::RemoveEndpoint(network.Host(host), address);
    };
}

std::function<void(JoinNetwork&)>
RemoveFirst(JoinHost host, Address address)
{
    return [host, address](JoinNetwork& network) {
        MptcpHelper::RemoveInitialAddress(network.Host(host), address);
    };
}

std::function<void(JoinNetwork&)>
Flush(JoinHost host)
{
    return [host](JoinNetwork& network) { MptcpHelper::FlushEndpoints(network.Host(host)); };
}

std::function<void(JoinNetwork&)>
Change(JoinHost host, Address address, std::string changes)
{
    return [host, address, changes = std::move(changes)](JoinNetwork& network) {
        const auto* endpoint =
            MptcpStack::Of(network.Host(host))->GetEndpoints().Find(CoreOf(address));
        ASSERT_NE(endpoint, nullptr) << "the address has no endpoint";
        MptcpHelper::ChangeEndpoint(network.Host(host), endpoint->id, changes);
    };
}

std::function<void(JoinNetwork&)>
ChangeAll(std::string changes)
{
    return [changes = std::move(changes)](JoinNetwork& network) {
        for (const JoinHost host : {SERVER, CLIENT})
        {
            const auto endpoints = MptcpStack::Of(network.Host(host))->GetEndpoints().Endpoints();
            for (const auto& endpoint : endpoints)
            {
                MptcpHelper::ChangeEndpoint(network.Host(host), endpoint.id, changes);
            }
        }
    };
}

std::function<void(JoinNetwork&)>
Cut(std::vector<int> links)
{
    return [links = std::move(links)](JoinNetwork& network) {
        for (const int link : links)
        {
            network.SetCut(link, true);
        }
    };
}

std::function<void(JoinNetwork&)>
Restore(std::vector<int> links)
{
    return [links = std::move(links)](JoinNetwork& network) {
        for (const int link : links)
        {
            network.SetCut(link, false);
        }
    };
}

std::function<void(JoinNetwork&)>
Abort(JoinHost host)
{
    return [host](JoinNetwork& network) { network.Abort(host); };
}

std::function<void(JoinNetwork&)>
SetInterface(JoinHost host, int i, bool isUp)
{
    return [host, i, isUp](JoinNetwork& network) { network.SetInterface(host, i, isUp); };
}

std::function<void(JoinNetwork&)>
Shows(JoinHost host, Address address, int id, std::string flags)
{
    return [host, address, id, flags = std::move(flags)](JoinNetwork& network) {
        const auto* endpoint =
            MptcpStack::Of(network.Host(host))->GetEndpoints().Find(CoreOf(address));
        ASSERT_NE(endpoint, nullptr) << "the address has no endpoint";
        EXPECT_EQ(endpoint->id, id);
        EXPECT_EQ(TextOf(endpoint->flags), flags);
    };
}

// ---- expectations ----

JoinExpectations
Between(JoinHost host, Mib counter, uint64_t least, uint64_t most)
{
    return {{host, counter, least, most}};
}

JoinExpectations
Exactly(JoinHost host, Mib counter, uint64_t count)
{
    return Between(host, counter, count, count);
}

JoinExpectations
AtLeast(JoinHost host, Mib counter, uint64_t count)
{
    return Between(host, counter, count, NO_BOUND);
}

JoinExpectations
Whatever(JoinHost host, Mib counter)
{
    return AtLeast(host, counter, 0);
}

JoinExpectations
Joins(uint64_t syn, uint64_t synAck, uint64_t ack)
{
    JoinExpectations all = Exactly(CLIENT, Mib::MPJoinSynTx, syn);
    Append(all, Exactly(SERVER, Mib::MPJoinSynRx, syn));
    Append(all, Exactly(CLIENT, Mib::MPJoinSynAckRx, synAck));
    Append(all, Exactly(SERVER, Mib::MPJoinAckRx, ack));
    return all;
}

JoinExpectations
Joins(uint64_t all)
{
    return Joins(all, all, all);
}

JoinExpectations
Announced(uint64_t add, uint64_t echo)
{
    JoinExpectations all = Exactly(SERVER, Mib::AddAddrTx, add);
    Append(all, Exactly(CLIENT, Mib::AddAddr, add));
    Append(all, Exactly(CLIENT, Mib::EchoAddTx, add));
    Append(all, Exactly(SERVER, Mib::EchoAdd, echo));
    return all;
}

JoinExpectations
AnnouncedPorts(uint64_t add, uint64_t joins)
{
    JoinExpectations all = Exactly(CLIENT, Mib::PortAdd, add);
    Append(all, Exactly(SERVER, Mib::PortAdd, add)); // the echo has it, too
    Append(all, Exactly(SERVER, Mib::MPJoinPortSynRx, joins));
    Append(all, Exactly(CLIENT, Mib::MPJoinPortSynAckRx, joins));
    Append(all, Exactly(SERVER, Mib::MPJoinPortAckRx, joins));
    return all;
}

JoinExpectations
RemovedByClient(uint64_t addresses, uint64_t subflows)
{
    JoinExpectations all = Exactly(CLIENT, Mib::RmAddrTx, addresses);
    Append(all, Exactly(SERVER, Mib::RmAddr, addresses));
    Append(all, Exactly(CLIENT, Mib::RmSubflow, subflows));
    return all;
}

JoinExpectations
RemovedByServer(uint64_t addresses, uint64_t subflows)
{
    JoinExpectations all = Exactly(SERVER, Mib::RmAddrTx, addresses);
    Append(all, Exactly(CLIENT, Mib::RmAddr, addresses));
    Append(all, Exactly(SERVER, Mib::RmSubflow, subflows));
    return all;
}

JoinExpectations
Priorities(uint64_t sent, uint64_t received)
{
    JoinExpectations all = Exactly(SERVER, Mib::MPPrioTx, sent);
    Append(all, Exactly(CLIENT, Mib::MPPrioRx, sent));
    Append(all, Exactly(CLIENT, Mib::MPPrioTx, received));
    Append(all, Exactly(SERVER, Mib::MPPrioRx, received));
    return all;
}

JoinExpectations
BackupJoins(uint64_t syn)
{
    return Exactly(SERVER, Mib::MPJoinSynBackupRx, syn);
}

} // namespace ns3
