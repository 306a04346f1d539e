// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_JOIN_SUITE_H
#define MPTCP_JOIN_SUITE_H

#include "core/mib.h"

#include "ns3/address.h"
#include "ns3/node.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{

/**
 * A suite after the pattern of tools/testing/selftests/net/mptcp/mptcp_join.sh of Linux: each row
 * is a transfer between two hosts, with endpoints and limits on either, something that happens on
 * the way, and the counters that both hosts must show at the end.
 *
 *     client  C(1) -- link 1 -- +--------+ ---- S(1)  server
 *             C(2) -- link 2 -- | router | ---- S(2)
 *             C(3) -- link 3 -- |        | ---- S(3)
 *             C(4) -- link 4 -- +--------+ ---- S(4)
 *
 * Each link carries 500 kb/s with 20 ms there and back. Every address of one host reaches every one
 * of the other through the link it is on; without a choice, S(i) is reached through link i, the
 * unknown rest through link 1. All have an IPv6 twin. The server listens for both families.
 *
 * Where that selftest has two network namespaces with direct links, here is a router: ns-3's TCP
 * ties a socket to a device, so replies must come back the way they went.
 */

/// The host's address number `i` of 1 to 4; 5 and up are addresses that nobody has.
Address C(int i);
Address S(int i);
Address C6(int i);
Address S6(int i);

enum class JoinHost
{
    Server,
    Client,
};

/// `ip mptcp endpoint add ADDRESS [port PORT] [id ID] FLAGS`.
struct JoinEndpoint
{
    Address address;
    std::string flags;
    uint16_t port{0};
    uint8_t id{0};
};

/// The hosts while a transfer runs: what actions act on.
class JoinNetwork
{
  public:
    virtual ~JoinNetwork() = default;
    virtual Ptr<Node> Host(JoinHost host) = 0;
    /// Loses everything on link `i`, both directions, or again nothing.
    virtual void SetCut(int i, bool isCut) = 0;
    /// The application gives the connection up (RFC 8684 3.5).
    virtual void Abort(JoinHost host) = 0;
    /// The interface that owns C(i) or S(i) goes down or up.
    virtual void SetInterface(JoinHost host, int i, bool isUp) = 0;
};

struct JoinAction
{
    double atSeconds;
    std::function<void(JoinNetwork&)> act;
};

struct JoinExpectation
{
    JoinHost host;
    mptcp::Mib counter;
    uint64_t least;
    uint64_t most;
};

/// Counters as they must be, most of them exactly.
using JoinExpectations = std::vector<JoinExpectation>;

/// How much of what the client sends link `i` carries, in percent of the payload.
struct JoinUsage
{
    int link;
    double leastPercent;
    double mostPercent;
};

enum class JoinOutcome
{
    Delivered, //!< every byte in both directions, and both ends closed in order
    Aborted,   //!< the other end than the one that gave up sees an error, and no wrong byte
    Altered,   //!< every byte, one of them changed on the way, as plain TCP would not notice either
};

/// One row. Limits and endpoints are those of `ip mptcp`; what is not said is as Linux has it.
struct JoinRow
{
    JoinRow(std::string rowGroup, std::string rowName);

    /// Limits as in the selftest: `ip mptcp limits set add_addr_accepted ... subflows ...`.
    JoinRow& Server(uint32_t addAddrAccepted,
                    uint32_t subflows,
                    std::vector<JoinEndpoint> endpoints = {});
    JoinRow& Client(uint32_t addAddrAccepted,
                    uint32_t subflows,
                    std::vector<JoinEndpoint> endpoints = {});
    /// Endpoints without a word on limits: Linux's defaults hold.
    JoinRow& Server(std::vector<JoinEndpoint> endpoints);
    JoinRow& Client(std::vector<JoinEndpoint> endpoints);
    /// Of ns3::MptcpStack, as ns-3 writes values.
    JoinRow& ServerHas(const std::string& attribute, const std::string& value);
    JoinRow& ClientHas(const std::string& attribute, const std::string& value);
    JoinRow& OverIpv6();
    /// Bytes the client sends; the server sends a tenth.
    JoinRow& Sends(uint64_t upBytes);
    JoinRow& At(double seconds, std::function<void(JoinNetwork&)> act);
    /// Drops every segment of the client that echoes an ADD_ADDR.
    JoinRow& WithoutEchoes();
    /// Inverts one byte of payload of the client's on link `i`, once, `afterSegments` of it.
    JoinRow& Corrupts(int link, uint32_t afterSegments);
    /// How long the attempt to join lasts; TCP's own patience is minutes.
    JoinRow& WithImpatientSyns();
    JoinRow& Expect(const JoinExpectations& more);
    JoinRow& Uses(int link, double leastPercent, double mostPercent);
    JoinRow& Ends(JoinOutcome how);
    /// In place of the selftest, of which the row takes group and name.
    JoinRow& From(const std::string& where);

    struct Side
    {
        bool hasLimits{false};
        uint32_t addAddrAccepted{0};
        uint32_t subflows{0};
        std::vector<JoinEndpoint> endpoints;
        std::vector<std::pair<std::string, std::string>> attributes;
    };

    std::string group;
    std::string name;
    std::string source; //!< where the expected counters come from
    Side server;
    Side client;
    bool isIpv6{false};
    uint64_t upBytes{1'000'000};
    std::vector<JoinAction> actions;
    bool dropsEchoes{false};
    int corruptedLink{0};
    uint32_t corruptAfterSegments{0};
    bool isImpatient{false};
    JoinExpectations expectations;
    std::vector<JoinUsage> usages;
    JoinOutcome outcome{JoinOutcome::Delivered};
};

const std::vector<JoinRow>& JoinRows();

/// \name Actions
/// @{
std::function<void(JoinNetwork&)> Add(JoinHost host, JoinEndpoint endpoint);
std::function<void(JoinNetwork&)> Remove(JoinHost host, Address address);
std::function<void(JoinNetwork&)> RemoveFirst(JoinHost host, Address address);
std::function<void(JoinNetwork&)> Flush(JoinHost host);
std::function<void(JoinNetwork&)> Change(JoinHost host, Address address, std::string changes);
/// All endpoints of both hosts, as the selftest does.
std::function<void(JoinNetwork&)> ChangeAll(std::string changes);
std::function<void(JoinNetwork&)> Cut(std::vector<int> links);
std::function<void(JoinNetwork&)> Restore(std::vector<int> links);
std::function<void(JoinNetwork&)> Abort(JoinHost host);
std::function<void(JoinNetwork&)> SetInterface(JoinHost host, int i, bool isUp);
/// The endpoint of an address has this identifier and flags, written as in `ip mptcp endpoint`.
std::function<void(JoinNetwork&)> Shows(JoinHost host, Address address, int id, std::string flags);
/// @}

/// \name What the functions chk_* of the selftest look at
/// @{
/// Joins by the client: SYNs that arrive, SYN/ACKs that come back, third ACKs taken.
JoinExpectations Joins(uint64_t syn, uint64_t synAck, uint64_t ack);
/// The same number of each.
JoinExpectations Joins(uint64_t all);
/// Announcements of the server that arrive, and echoes that come back; each sent as often.
JoinExpectations Announced(uint64_t add, uint64_t echo);
/// Announcements with a port, and joins to such ports.
JoinExpectations AnnouncedPorts(uint64_t add, uint64_t joins);
/// The client removes addresses: REMOVE_ADDRs at the server, subflows it closes for them.
JoinExpectations RemovedByClient(uint64_t addresses, uint64_t subflows);
JoinExpectations RemovedByServer(uint64_t addresses, uint64_t subflows);
/// MP_PRIO: sent by the server, received by it.
JoinExpectations Priorities(uint64_t sent, uint64_t received);
/// Joins by the client with flag B on the SYN.
JoinExpectations BackupJoins(uint64_t syn);
JoinExpectations Exactly(JoinHost host, mptcp::Mib counter, uint64_t count);
JoinExpectations AtLeast(JoinHost host, mptcp::Mib counter, uint64_t count);
JoinExpectations Between(JoinHost host, mptcp::Mib counter, uint64_t least, uint64_t most);
/// The counter says nothing about the row.
JoinExpectations Whatever(JoinHost host, mptcp::Mib counter);
/// @}

} // namespace ns3

#endif // MPTCP_JOIN_SUITE_H
