// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The rows of the join suite. Groups and names are those of
/// tools/testing/selftests/net/mptcp/mptcp_join.sh of Linux 6.1 where a row follows one of its
/// tests, and the expected counters are the ones it checks; others say where they come from. What a
/// row does not mention has to be zero.
#include "join-suite.h"

namespace ns3
{

using mptcp::Mib;

namespace
{

constexpr JoinHost SERVER = JoinHost::Server;
constexpr JoinHost CLIENT = JoinHost::Client;
constexpr const char* TRUE = "true";
constexpr const char* FALSE = "false";
/// For what takes long, as `slow` in the selftest.
constexpr uint64_t LONG = 2'000'000;
constexpr uint64_t VERY_LONG = 4'000'000;

using Rows = std::vector<JoinRow>;

Rows
SubflowsRows()
{
    const std::string g = "subflows";
    // The selftest sees the SYN/ACK of a refused join and its refusal at the third ACK. Here it is
    // refused at the SYN.
    const std::string atSyn = "RFC 8684 3.2: beyond its limit a host resets the join; "
                              "mptcp_join.sh, subflows_tests, refuses at the third ACK";
    return {
        JoinRow(g, "no JOIN").Expect(Joins(0)),
        JoinRow(g, "single subflow, limited by client")
            .Server(0, 0)
            .Client(0, 0, {{C(3), "subflow"}})
            .Expect(Joins(0)),
        JoinRow(g, "single subflow, limited by server")
            .Server(0, 0)
            .Client(0, 1, {{C(3), "subflow"}})
            .Expect(Joins(1, 0, 0))
            .Expect(Exactly(SERVER, Mib::MPJoinRejected, 1))
            .From(atSyn),
        JoinRow(g, "single subflow")
            .Server(0, 1)
            .Client(0, 1, {{C(3), "subflow"}})
            .Expect(Joins(1)),
        JoinRow(g, "multiple subflows")
            .Server(0, 2)
            .Client(0, 2, {{C(3), "subflow"}, {C(2), "subflow"}})
            .Expect(Joins(2)),
        JoinRow(g, "multiple subflows, limited by server")
            .Server(0, 1)
            .Client(0, 2, {{C(3), "subflow"}, {C(2), "subflow"}})
            .Expect(Joins(2, 1, 1))
            .Expect(Exactly(SERVER, Mib::MPJoinRejected, 1))
            .From(atSyn +
                  "; counters as syncookies_tests, \"subflows limited by server w cookies\""),
        JoinRow(g, "limits of Linux without a word")
            .Client({{C(2), "subflow"}, {C(3), "subflow"}, {C(4), "subflow"}})
            .Expect(Joins(2))
            .From("ip-mptcp(8), limits: two subflows since Linux 5.15"),
        JoinRow(g, "three subflows")
            .Server(0, 3)
            .Client(0, 3, {{C(2), "subflow"}, {C(3), "subflow"}, {C(4), "subflow"}})
            .Expect(Joins(3))
            .Uses(2, 20, 32)
            .Uses(3, 20, 32)
            .Uses(4, 20, 32)
            .From("ip-mptcp(8), endpoint, subflow"),
    };
}

Rows
SubflowsErrorRows()
{
    const std::string g = "subflows_error";
    return {
        JoinRow(g, "no MPC reuse with single endpoint")
            .Server(0, 1)
            .Client(0, 1, {{C(1), "subflow"}})
            .Expect(Joins(0)),
        JoinRow(g, "multi subflows, with subflow timeout")
            .Server(0, 2)
            .Client(0, 2, {{C(3), "subflow"}, {C(2), "subflow"}})
            .At(0, Cut({3}))
            .Expect(Joins(1))
            .Expect(Exactly(CLIENT, Mib::MPJoinSynTx, 2)),
        JoinRow(g, "multi subflows, fair usage on close")
            .Server(0, 1)
            .Client(0, 1, {{C(3), "subflow"}})
            .WithImpatientSyns()
            .Sends(LONG)
            .At(0, Cut({3}))
            .At(20, Restore({3}))
            .At(21, Add(CLIENT, {C(2), "subflow"}))
            .Expect(Joins(1))
            .Expect(Exactly(CLIENT, Mib::MPJoinSynTx, 2)),
        JoinRow(g, "the next endpoint takes the room")
            .Server(0, 1)
            .Client(0, 1, {{C(3), "subflow"}, {C(2), "subflow"}})
            .WithImpatientSyns()
            .Sends(LONG)
            .At(0, Cut({3}))
            .Expect(Joins(1))
            .Expect(Exactly(CLIENT, Mib::MPJoinSynTx, 2))
            .From("mptcp_join.sh, subflows_error_tests: mptcp_pm_subflow_check_next"),
    };
}

Rows
SignalAddressRows()
{
    const std::string g = "signal_address";
    return {
        JoinRow(g, "unused signal address")
            .Server({{S(2), "signal"}})
            .Expect(Joins(0))
            .Expect(Announced(1, 1)),
        JoinRow(g, "signal address")
            .Server(0, 1, {{S(2), "signal"}})
            .Client(1, 1)
            .Expect(Joins(1))
            .Expect(Announced(1, 1))
            .Uses(2, 40, 60),
        JoinRow(g, "subflow and signal")
            .Server(0, 2, {{S(2), "signal"}})
            .Client(1, 2, {{C(3), "subflow"}})
            .Expect(Joins(2))
            .Expect(Announced(1, 1)),
        JoinRow(g, "multiple subflows and signal")
            .Server(0, 3, {{S(2), "signal"}})
            .Client(1, 3, {{C(3), "subflow"}, {C(4), "subflow"}})
            .Expect(Joins(3))
            .Expect(Announced(1, 1)),
        JoinRow(g, "signal addresses")
            .Server(3, 3, {{S(2), "signal"}, {S(3), "signal"}, {S(4), "signal"}})
            .Client(3, 3)
            .Expect(Joins(3))
            .Expect(Announced(3, 3)),
        JoinRow(g, "signal invalid addresses")
            .Server(3, 3, {{S(12), "signal"}, {S(3), "signal"}, {S(14), "signal"}})
            .Client(3, 3)
            .Expect(Joins(1))
            .Expect(Exactly(CLIENT, Mib::MPJoinSynTx, 3))
            .Expect(Announced(3, 3)),
        JoinRow(g, "the address of the first subflow is not signalled")
            .Server(4, 4, {{S(1), "signal"}, {S(2), "signal"}, {S(3), "signal"}, {S(4), "signal"}})
            .Client(4, 4)
            .Expect(Joins(3))
            .Expect(Announced(3, 3))
            .From("mptcp_join.sh, signal_address_tests: \"signal addresses race test\", one side"),
        JoinRow(g, "add_addr_accepted limits")
            .Server(0, 3, {{S(2), "signal"}, {S(3), "signal"}})
            .Client(1, 3)
            .Expect(Joins(1))
            .Expect(Announced(2, 2))
            .From("ip-mptcp(8), limits, add_addr_accepted"),
        JoinRow(g, "signal and subflow on one endpoint")
            .Server(1, 2)
            .Client(0, 2, {{C(3), "signal,subflow"}})
            .Expect(Joins(1))
            .Expect(Exactly(CLIENT, Mib::AddAddrTx, 1))
            .Expect(Exactly(SERVER, Mib::AddAddr, 1))
            .Expect(Exactly(SERVER, Mib::EchoAddTx, 1))
            .Expect(Exactly(CLIENT, Mib::EchoAdd, 1))
            .Expect(Whatever(SERVER, Mib::MPJoinSynTx)) // before the client's own join is through
            .Expect(Whatever(CLIENT, Mib::MPJoinSynRx))
            .Expect(Whatever(SERVER, Mib::MPJoinSynAckRx))
            .Expect(Whatever(CLIENT, Mib::MPJoinAckRx))
            .From("ip-mptcp(8), endpoint: the flags combine"),
    };
}

Rows
LinkFailureRows()
{
    const std::string g = "link_failure";
    return {
        JoinRow(g, "multiple flows, signal, link failure")
            .Server(0, 3, {{S(2), "signal"}})
            .Client(1, 3, {{C(3), "subflow"}, {C(4), "subflow"}})
            .At(2, Cut({1}))
            .Sends(LONG)
            .Expect(Joins(3))
            .Expect(Announced(1, 1))
            .Expect(AtLeast(CLIENT, Mib::SubflowStale, 1)),
        JoinRow(g, "multi flows, signal, bidi, link fail")
            .Server(0, 3, {{S(2), "signal"}})
            .Client(1, 3, {{C(3), "subflow"}, {C(4), "subflow"}})
            .At(2, Cut({2}))
            .Sends(LONG)
            .Expect(Joins(3))
            .Expect(Announced(1, 1))
            .Expect(AtLeast(CLIENT, Mib::SubflowStale, 1)),
        JoinRow(g, "backup subflow unused, link failure")
            .Server(0, 2, {{S(2), "signal"}})
            .Client(1, 2, {{C(3), "subflow,backup"}})
            .At(2, Cut({1}))
            .Expect(Joins(2))
            .Expect(BackupJoins(1))
            .Expect(Announced(1, 1))
            .Uses(3, 0, 5),
        JoinRow(g, "backup flow used, multi links fail")
            .Server(0, 2, {{S(2), "signal"}})
            .Client(1, 2, {{C(3), "subflow,backup"}})
            .At(4, Cut({1, 2}))
            .Expect(Joins(2))
            .Expect(BackupJoins(1))
            .Expect(Announced(1, 1))
            .Expect(AtLeast(CLIENT, Mib::SubflowStale, 2))
            .Uses(3, 50, 70), // two links of 500 kb/s carry half of it in four seconds
        JoinRow(g, "backup flow used, bidi, link failure")
            .Server(0, 2, {{S(2), "signal"}})
            .Client(1, 3, {{C(3), "subflow,backup"}})
            .At(4, Cut({1, 2}))
            .Expect(Joins(2))
            .Expect(BackupJoins(1))
            .Expect(Announced(1, 1))
            .Uses(3, 50, 70),
        JoinRow(g, "a link that comes back is used again")
            .Server(0, 1)
            .Client(0, 1, {{C(2), "subflow"}})
            .At(1, Cut({2}))
            .At(4, Restore({2}))
            .Sends(LONG)
            .Expect(Joins(1))
            .Expect(AtLeast(CLIENT, Mib::SubflowRecover, 1))
            .Uses(2, 30, 50)
            .From("mptcp_join.sh, chk_stale_nr: stale and recover"),
    };
}

Rows
AddAddrTimeoutRows()
{
    const std::string g = "add_addr_timeout";
    return {
        JoinRow(g, "signal address, ADD_ADDR timeout")
            .Server(0, 1, {{S(2), "signal"}})
            .ServerHas("AddAddressTimeout", "1s")
            .Client(1, 1)
            .WithoutEchoes()
            .Expect(Joins(1))
            .Expect(Announced(4, 0)),
        JoinRow(g, "signal address, ADD_ADDR6 timeout")
            .OverIpv6()
            .Server(0, 1, {{S6(2), "signal"}})
            .ServerHas("AddAddressTimeout", "1s")
            .Client(1, 1)
            .WithoutEchoes()
            .Expect(Joins(1))
            .Expect(Announced(4, 0)),
        JoinRow(g, "signal addresses, ADD_ADDR timeout")
            .Server(2, 2, {{S(2), "signal"}, {S(3), "signal"}})
            .ServerHas("AddAddressTimeout", "1s")
            .Client(2, 2)
            .WithoutEchoes()
            .Sends(LONG)
            .Expect(Joins(2))
            .Expect(Announced(8, 0)),
        JoinRow(g, "invalid address, ADD_ADDR timeout")
            .Server(2, 2, {{S(12), "signal"}, {S(3), "signal"}})
            .ServerHas("AddAddressTimeout", "1s")
            .Client(2, 2)
            .WithoutEchoes()
            .Sends(LONG)
            .Expect(Joins(1))
            .Expect(Exactly(CLIENT, Mib::MPJoinSynTx, 2))
            .Expect(Announced(8, 0)),
        JoinRow(g, "a timeout of zero sends it once")
            .Server(0, 1, {{S(2), "signal"}})
            .ServerHas("AddAddressTimeout", "0s")
            .Client(1, 1)
            .WithoutEchoes()
            .Expect(Joins(1))
            .Expect(Announced(1, 0))
            .From("Documentation/networking/mptcp-sysctl.rst, add_addr_timeout: 0 disables it"),
    };
}

Rows
RemoveRows()
{
    const std::string g = "remove";
    return {
        JoinRow(g, "remove single subflow")
            .Server(0, 1)
            .Client(0, 1, {{C(3), "subflow"}})
            .At(1, Remove(CLIENT, C(3)))
            .Expect(Joins(1))
            .Expect(RemovedByClient(1, 1))
            .Uses(3, 2, 12),
        JoinRow(g, "remove multiple subflows")
            .Server(0, 2)
            .Client(0, 2, {{C(2), "subflow"}, {C(3), "subflow"}})
            .At(1, Remove(CLIENT, C(2)))
            .At(1.2, Remove(CLIENT, C(3)))
            .Expect(Joins(2))
            .Expect(RemovedByClient(2, 2)),
        JoinRow(g, "remove single address")
            .Server(0, 1, {{S(2), "signal"}})
            .Client(1, 1)
            .At(1, Remove(SERVER, S(2)))
            .Expect(Joins(1))
            .Expect(Announced(1, 1))
            .Expect(RemovedByServer(1, 1))
            .Uses(2, 2, 12),
        JoinRow(g, "remove subflow and signal")
            .Server(0, 2, {{S(2), "signal"}})
            .Client(1, 2, {{C(3), "subflow"}})
            .At(1, Remove(SERVER, S(2)))
            .At(1.2, Remove(CLIENT, C(3)))
            .Expect(Joins(2))
            .Expect(Announced(1, 1))
            .Expect(RemovedByServer(1, 1))
            .Expect(RemovedByClient(1, 1)),
        JoinRow(g, "remove subflows and signal")
            .Server(0, 3, {{S(2), "signal"}})
            .Client(1, 3, {{C(3), "subflow"}, {C(4), "subflow"}})
            .At(1, Remove(SERVER, S(2)))
            .At(1.2, Remove(CLIENT, C(3)))
            .At(1.4, Remove(CLIENT, C(4)))
            .Expect(Joins(3))
            .Expect(Announced(1, 1))
            .Expect(RemovedByServer(1, 1))
            .Expect(RemovedByClient(2, 2)),
        JoinRow(g, "remove addresses")
            .Server(3, 3, {{S(2), "signal", 0, 250}, {S(3), "signal"}, {S(4), "signal"}})
            .Client(3, 3)
            .At(1, Remove(SERVER, S(2)))
            .At(1.2, Remove(SERVER, S(3)))
            .At(1.4, Remove(SERVER, S(4)))
            .Expect(Joins(3))
            .Expect(Announced(3, 3))
            .Expect(RemovedByServer(3, 3)),
        JoinRow(g, "remove invalid addresses")
            .Server(3, 3, {{S(12), "signal"}, {S(3), "signal"}, {S(14), "signal"}})
            .Client(3, 3)
            .At(1, Remove(SERVER, S(12)))
            .At(1.2, Remove(SERVER, S(3)))
            .At(1.4, Remove(SERVER, S(14)))
            .Expect(Joins(1))
            .Expect(Exactly(CLIENT, Mib::MPJoinSynTx, 3))
            .Expect(Announced(3, 3))
            .Expect(RemovedByServer(3, 1)),
        JoinRow(g, "flush subflows and signal")
            .Server(0, 3, {{S(2), "signal"}})
            .Client(1, 3, {{C(3), "subflow"}, {C(4), "subflow"}})
            .At(1, Flush(SERVER))
            .At(1, Flush(CLIENT))
            .Expect(Joins(3))
            .Expect(Announced(1, 1))
            .Expect(RemovedByServer(1, 1))
            .Expect(RemovedByClient(0, 3)), // with the implicit endpoint; the selftest: 3 to 6
        JoinRow(g, "flush subflows")
            .Server(3, 3)
            .Client(3, 3, {{C(2), "subflow", 0, 150}, {C(3), "subflow"}, {C(4), "subflow"}})
            .At(1, Flush(SERVER))
            .At(1, Flush(CLIENT))
            .Expect(Joins(3))
            .Expect(RemovedByClient(0, 3)),
        JoinRow(g, "flush addresses")
            .Server(3, 3, {{S(2), "signal", 0, 250}, {S(3), "signal"}, {S(4), "signal"}})
            .Client(3, 3)
            .At(1, Flush(SERVER))
            .Expect(Joins(3))
            .Expect(Announced(3, 3))
            .Expect(RemovedByServer(3, 3)),
        JoinRow(g, "flush invalid addresses")
            .Server(3, 3, {{S(12), "signal"}, {S(3), "signal"}, {S(14), "signal"}})
            .Client(3, 3)
            .At(1, Flush(SERVER))
            .Expect(Joins(1))
            .Expect(Exactly(CLIENT, Mib::MPJoinSynTx, 3))
            .Expect(Announced(3, 3))
            .Expect(RemovedByServer(3, 1)),
        JoinRow(g, "remove id 0 subflow")
            .Server(0, 1)
            .Client(0, 1, {{C(3), "subflow"}})
            .At(1, RemoveFirst(CLIENT, C(1)))
            .Expect(Joins(1))
            .Expect(RemovedByClient(1, 1))
            .Uses(1, 2, 12),
        JoinRow(g, "remove id 0 address")
            .Server(0, 1, {{S(2), "signal"}})
            .Client(1, 1)
            .At(1, RemoveFirst(SERVER, S(1)))
            .Expect(Joins(1))
            .Expect(Announced(1, 1))
            .Expect(RemovedByServer(1, 1))
            .Uses(1, 2, 12),
        JoinRow(g, "an unused endpoint is removed without a word")
            .Server(0, 0)
            .Client(0, 0, {{C(3), "subflow"}})
            .At(1, Remove(CLIENT, C(3)))
            .Expect(Joins(0))
            .From("ip-mptcp(8), endpoint delete; RFC 8684 3.4.2: of addresses the peer knows"),
        JoinRow(g, "a withdrawn announcement makes room for the next")
            .Server(0, 3, {{S(2), "signal"}})
            .Client(1, 3)
            .At(1, Remove(SERVER, S(2)))
            .At(1.5, Add(SERVER, {S(3), "signal"}))
            .Expect(Joins(2))
            .Expect(Announced(2, 2))
            .Expect(RemovedByServer(1, 1))
            .From("ip-mptcp(8), limits: add_addr_accepted counts those in use"),
    };
}

Rows
AddRows()
{
    const std::string g = "add";
    return {
        JoinRow(g, "add single subflow")
            .Server(0, 1)
            .Client(0, 1)
            .At(1, Add(CLIENT, {C(3), "subflow"}))
            .Expect(Joins(1))
            .Uses(3, 40, 60),
        JoinRow(g, "add signal address")
            .Server(0, 1)
            .Client(1, 1)
            .At(1, Add(SERVER, {S(2), "signal"}))
            .Expect(Joins(1))
            .Expect(Announced(1, 1))
            .Uses(2, 40, 60),
        JoinRow(g, "add multiple subflows")
            .Server(0, 2)
            .Client(0, 2)
            .At(1, Add(CLIENT, {C(3), "subflow"}))
            .At(1, Add(CLIENT, {C(4), "subflow"}))
            .Expect(Joins(2)),
        JoinRow(g, "add multiple subflows IPv6")
            .OverIpv6()
            .Server(0, 2)
            .Client(0, 2)
            .At(1, Add(CLIENT, {C6(3), "subflow"}))
            .At(1, Add(CLIENT, {C6(4), "subflow"}))
            .Expect(Joins(2)),
        JoinRow(g, "add multiple addresses IPv6")
            .OverIpv6()
            .Server(0, 2)
            .Client(2, 2)
            .At(1, Add(SERVER, {S6(2), "signal"}))
            .At(1, Add(SERVER, {S6(3), "signal"}))
            .Expect(Joins(2))
            .Expect(Announced(2, 2)),
        JoinRow(g, "add beyond the limit")
            .Server(0, 1)
            .Client(0, 1, {{C(2), "subflow"}})
            .At(1, Add(CLIENT, {C(3), "subflow"}))
            .Expect(Joins(1))
            .From("ip-mptcp(8), limits, subflows"),
    };
}

Rows
Ipv6Rows()
{
    const std::string g = "ipv6";
    return {
        JoinRow(g, "single subflow IPv6")
            .OverIpv6()
            .Server(0, 1)
            .Client(0, 1, {{C6(3), "subflow"}})
            .Expect(Joins(1))
            .Uses(3, 40, 60),
        JoinRow(g, "unused signal address IPv6")
            .OverIpv6()
            .Server({{S6(2), "signal"}})
            .Expect(Joins(0))
            .Expect(Announced(1, 1)),
        JoinRow(g, "single address IPv6")
            .OverIpv6()
            .Server(0, 1, {{S6(2), "signal"}})
            .Client(1, 1)
            .Expect(Joins(1))
            .Expect(Announced(1, 1))
            .Uses(2, 40, 60),
        JoinRow(g, "remove single address IPv6")
            .OverIpv6()
            .Server(0, 1, {{S6(2), "signal"}})
            .Client(1, 1)
            .At(1, Remove(SERVER, S6(2)))
            .Expect(Joins(1))
            .Expect(Announced(1, 1))
            .Expect(RemovedByServer(1, 1)),
        JoinRow(g, "remove subflow and signal IPv6")
            .OverIpv6()
            .Server(0, 2, {{S6(2), "signal"}})
            .Client(1, 2, {{C6(3), "subflow"}})
            .At(1, Remove(SERVER, S6(2)))
            .At(1.2, Remove(CLIENT, C6(3)))
            .Expect(Joins(2))
            .Expect(Announced(1, 1))
            .Expect(RemovedByServer(1, 1))
            .Expect(RemovedByClient(1, 1)),
    };
}

Rows
MixedRows()
{
    const std::string g = "mixed";
    return {
        JoinRow("v4mapped", "no JOIN with diff families v4-v6")
            .Server(0, 1)
            .Client(0, 1, {{C6(2), "subflow"}})
            .Expect(Joins(0)),
        JoinRow("v4mapped", "no JOIN with diff families v6-v4")
            .OverIpv6()
            .Server(0, 1)
            .Client(0, 1, {{C(3), "subflow"}})
            .Expect(Joins(0)),
        JoinRow(g, "simult IPv4 and IPv6 subflows")
            .OverIpv6()
            .Server(0, 1, {{S(2), "signal"}})
            .Client(1, 1)
            .Expect(Joins(1))
            .Expect(Announced(1, 1))
            .Uses(2, 40, 60)
            .From(
                "mptcp_join.sh, mixed_tests: \"simult IPv4 and IPv6 subflows\", address of link 2"),
        JoinRow(g, "simult IPv4 and IPv6 subflows, fullmesh 1x1")
            .OverIpv6()
            .Server(0, 4, {{S(2), "signal"}})
            .Client(1, 4, {{C6(1), "subflow,fullmesh"}})
            .Expect(Joins(1))
            .Expect(Announced(1, 1))
            .From("mptcp_join.sh, mixed_tests: the same name, endpoint of the first subflow"),
        JoinRow(g, "simult IPv4 and IPv6 subflows, fullmesh 2x2")
            .OverIpv6()
            .Server(0, 4, {{S(2), "signal"}, {S6(2), "signal"}})
            .Client(2, 4)
            .At(1, Add(CLIENT, {C6(3), "subflow,fullmesh"}))
            .Expect(Joins(4))
            .Expect(Announced(2, 2)),
        JoinRow(g, "IPv6 joins a connection over IPv4")
            .Server(0, 1, {{S6(2), "signal"}})
            .Client(1, 1)
            .Expect(Joins(1))
            .Expect(Announced(1, 1))
            .Uses(2, 40, 60)
            .From("RFC 8684 3.4.1: addresses of either family; Linux needs an IPv6 socket for it"),
    };
}

Rows
BackupRows()
{
    const std::string g = "backup";
    return {
        JoinRow(g, "single subflow, backup")
            .Server(0, 1)
            .Client(0, 1, {{C(3), "subflow,backup"}})
            .At(2, ChangeAll("nobackup"))
            .Expect(Joins(1))
            .Expect(BackupJoins(1))
            .Expect(Priorities(0, 1))
            .Uses(3, 40, 60),
        JoinRow(g, "single address, backup")
            .Server(0, 1, {{S(2), "signal"}})
            .Client(1, 1)
            .At(2, ChangeAll("backup"))
            .Expect(Joins(1))
            .Expect(Announced(1, 1))
            .Expect(Priorities(1, 1))
            .Uses(2, 5, 20),
        JoinRow(g, "single address with port, backup")
            .Server(0, 1, {{S(2), "signal", 10100}})
            .Client(1, 1)
            .At(2, ChangeAll("backup"))
            .Expect(Joins(1))
            .Expect(Announced(1, 1))
            .Expect(AnnouncedPorts(1, 1))
            .Expect(Priorities(1, 1)),
        JoinRow(g, "mpc backup")
            .Client({{C(1), "subflow,backup"}})
            .Expect(Joins(0))
            .Expect(Priorities(0, 1)),
        JoinRow(g, "mpc backup both sides")
            .Server({{S(1), "subflow,backup"}})
            .Client({{C(1), "subflow,backup"}})
            .Expect(Joins(0))
            .Expect(Priorities(1, 1)),
        JoinRow(g, "mpc switch to backup")
            .Client({{C(1), "subflow"}})
            .At(2, ChangeAll("backup"))
            .Expect(Joins(0))
            .Expect(Priorities(0, 1)),
        JoinRow(g, "mpc switch to backup both sides")
            .Server({{S(1), "subflow"}})
            .Client({{C(1), "subflow"}})
            .At(2, ChangeAll("backup"))
            .Expect(Joins(0))
            .Expect(Priorities(1, 1)),
        JoinRow(g, "an address signalled as backup")
            .Server(0, 1, {{S(2), "signal,backup"}})
            .Client(1, 1)
            .Expect(Joins(1))
            .Expect(Announced(1, 1))
            .Expect(Exactly(CLIENT, Mib::MPJoinSynAckBackupRx, 1))
            .Uses(2, 0, 5)
            .From("ip-mptcp(8), endpoint, backup; RFC 8684 3.2: flag B on the SYN/ACK"),
        JoinRow(g, "the regular subflow becomes backup, the backup regular")
            .Server(0, 1)
            .Client(0, 1, {{C(1), "subflow"}, {C(3), "subflow,backup"}})
            .At(2, Change(CLIENT, C(1), "backup"))
            .At(2, Change(CLIENT, C(3), "nobackup"))
            .Expect(Joins(1))
            .Expect(BackupJoins(1))
            .Expect(Priorities(0, 2))
            .Uses(1, 8, 20)
            .Uses(3, 85, 97)
            .From("RFC 8684 3.3.8; ip-mptcp(8), endpoint change"),
    };
}

Rows
AddAddrPortsRows()
{
    const std::string g = "add_addr_ports";
    return {
        JoinRow(g, "signal address with port")
            .Server(0, 1, {{S(2), "signal", 10100}})
            .Client(1, 1)
            .Expect(Joins(1))
            .Expect(Announced(1, 1))
            .Expect(AnnouncedPorts(1, 1))
            .Uses(2, 40, 60),
        JoinRow(g, "subflow and signal with port")
            .Server(0, 2, {{S(2), "signal", 10100}})
            .Client(1, 2, {{C(3), "subflow"}})
            .Expect(Joins(2))
            .Expect(Announced(1, 1))
            .Expect(AnnouncedPorts(1, 1)),
        JoinRow(g, "remove single address with port")
            .Server(0, 1, {{S(2), "signal", 10100}})
            .Client(1, 1)
            .At(1, Remove(SERVER, S(2)))
            .Expect(Joins(1))
            .Expect(Announced(1, 1))
            .Expect(AnnouncedPorts(1, 1))
            .Expect(RemovedByServer(1, 1)),
        JoinRow(g, "remove subflow and signal with port")
            .Server(0, 2, {{S(2), "signal", 10100}})
            .Client(1, 2, {{C(3), "subflow"}})
            .At(1, Remove(SERVER, S(2)))
            .At(1.2, Remove(CLIENT, C(3)))
            .Expect(Joins(2))
            .Expect(Announced(1, 1))
            .Expect(AnnouncedPorts(1, 1))
            .Expect(RemovedByServer(1, 1))
            .Expect(RemovedByClient(1, 1)),
        JoinRow(g, "flush subflows and signal with port")
            .Server(0, 3, {{S(2), "signal", 10100}})
            .Client(1, 3, {{C(3), "subflow"}, {C(4), "subflow"}})
            .At(1, Flush(SERVER))
            .At(1.2, Flush(CLIENT))
            .Expect(Joins(3))
            .Expect(Announced(1, 1))
            .Expect(AnnouncedPorts(1, 1))
            .Expect(RemovedByServer(1, 1))
            .Expect(RemovedByClient(0, 2)), // its third has gone with the server's address
        JoinRow(g, "multiple addresses with port")
            .Server(2, 2, {{S(2), "signal", 10100}, {S(3), "signal", 10100}})
            .Client(2, 2)
            .Expect(Joins(2))
            .Expect(Announced(2, 2))
            .Expect(AnnouncedPorts(2, 2)),
        JoinRow(g, "multiple addresses with ports")
            .Server(2, 2, {{S(2), "signal", 10100}, {S(3), "signal", 10101}})
            .Client(2, 2)
            .Expect(Joins(2))
            .Expect(Announced(2, 2))
            .Expect(AnnouncedPorts(2, 2)),
        JoinRow(g, "another port of the first address")
            .Server(0, 1, {{S(1), "signal", 10100}})
            .Client(1, 1)
            .Expect(Joins(0))
            .From("mptcp_join.sh: the address of the first subflow is not signalled"),
    };
}

Rows
ChecksumRows()
{
    const std::string g = "checksum";
    auto row = [&g](const char* name, const char* server, const char* client) {
        return JoinRow(g, name)
            .Server(0, 1)
            .ServerHas("Checksum", server)
            .Client(0, 1)
            .ClientHas("Checksum", client);
    };
    return {
        row("checksum test 0 0", FALSE, FALSE).Expect(Joins(0)),
        row("checksum test 1 1", TRUE, TRUE).Expect(Joins(0)),
        row("checksum test 0 1", FALSE, TRUE).Expect(Joins(0)),
        row("checksum test 1 0", TRUE, FALSE).Expect(Joins(0)),
        JoinRow(g, "checksums on every subflow")
            .Server(0, 3, {{S(2), "signal"}})
            .ServerHas("Checksum", TRUE)
            .Client(1, 3, {{C(3), "subflow"}, {C(4), "subflow"}})
            .Expect(Joins(3))
            .Expect(Announced(1, 1))
            .From("mptcp_join.sh -C, signal_address_tests: \"multiple subflows and signal\""),
    };
}

Rows
DenyJoinId0Rows()
{
    const std::string g = "deny_join_id0";
    auto row = [&g](const char* name, const char* server, const char* client) {
        return JoinRow(g, name)
            .ServerHas("AllowJoinInitialAddrPort", server)
            .ClientHas("AllowJoinInitialAddrPort", client);
    };
    return {
        row("single subflow allow join id0 ns1", TRUE, FALSE)
            .Server(1, 1)
            .Client(1, 1, {{C(3), "subflow"}})
            .Expect(Joins(1)),
        row("single subflow allow join id0 ns2", FALSE, TRUE)
            .Server(1, 1)
            .Client(1, 1, {{C(3), "subflow"}})
            .Expect(Joins(0)),
        row("signal address allow join id0 ns1", TRUE, FALSE)
            .Server(1, 1, {{S(2), "signal"}})
            .Client(1, 1)
            .Expect(Joins(1))
            .Expect(Announced(1, 1)),
        row("signal address allow join id0 ns2", FALSE, TRUE)
            .Server(1, 1, {{S(2), "signal"}})
            .Client(1, 1)
            .Expect(Joins(1))
            .Expect(Announced(1, 1)),
        row("subflow and address allow join id0 1", TRUE, FALSE)
            .Server(2, 2, {{S(2), "signal"}})
            .Client(2, 2, {{C(3), "subflow"}})
            .Expect(Joins(2))
            .Expect(Announced(1, 1)),
        row("subflow and address allow join id0 2", FALSE, TRUE)
            .Server(2, 2, {{S(2), "signal"}})
            .Client(2, 2, {{C(3), "subflow"}})
            .Expect(Joins(1))
            .Expect(Announced(1, 1)),
    };
}

Rows
FullmeshRows()
{
    const std::string g = "fullmesh";
    // The selftest puts endpoints on the server as well, whose joins meet no listener.
    return {
        JoinRow(g, "fullmesh test 2x1")
            .Server(0, 4)
            .Client(1, 4, {{C(2), "subflow,fullmesh"}, {C(3), "subflow,fullmesh"}})
            .At(1, Add(SERVER, {S(2), "signal"}))
            .Expect(Joins(4))
            .Expect(Announced(1, 1)),
        JoinRow(g, "fullmesh test 1x1")
            .Server(1, 3, {{S(2), "signal"}})
            .Client(1, 3)
            .At(1, Add(CLIENT, {C(3), "subflow,fullmesh"}))
            .Expect(Joins(3))
            .Expect(Announced(1, 1)),
        JoinRow(g, "fullmesh test 1x2")
            .Server(2, 5, {{S(2), "signal"}})
            .Client(1, 5)
            .At(1, Add(CLIENT, {C(3), "subflow,fullmesh"}))
            .At(1, Add(CLIENT, {C(4), "subflow,fullmesh"}))
            .Expect(Joins(5))
            .Expect(Announced(1, 1)),
        JoinRow(g, "fullmesh test 1x2, limited")
            .Server(2, 4, {{S(2), "signal"}})
            .Client(1, 4)
            .At(1, Add(CLIENT, {C(3), "subflow,fullmesh"}))
            .At(1, Add(CLIENT, {C(4), "subflow,fullmesh"}))
            .Expect(Joins(4))
            .Expect(Announced(1, 1)),
        JoinRow(g, "set fullmesh flag test")
            .Server(4, 4, {{S(2), "subflow"}})
            .Client(4, 4)
            .At(1, Add(CLIENT, {C(3), "subflow"}))
            .At(2, ChangeAll("fullmesh"))
            .Expect(Joins(2))
            .Expect(RemovedByClient(0, 1))
            .Expect(Whatever(SERVER, Mib::MPJoinSynTx)),
        JoinRow(g, "set nofullmesh flag test")
            .Server(4, 4, {{S(2), "subflow,fullmesh"}})
            .Client(4, 4)
            .At(1, Add(CLIENT, {C(3), "subflow,fullmesh"}))
            .At(2, ChangeAll("nofullmesh"))
            .Expect(Joins(2))
            .Expect(RemovedByClient(0, 1))
            .Expect(Whatever(SERVER, Mib::MPJoinSynTx)),
        JoinRow(g, "set backup,fullmesh flags test")
            .Server(4, 4, {{S(2), "subflow"}})
            .Client(4, 4)
            .At(1, Add(CLIENT, {C(3), "subflow"}))
            .At(2, ChangeAll("backup,fullmesh"))
            .Expect(Joins(2))
            .Expect(BackupJoins(1))
            .Expect(Priorities(0, 1))
            .Expect(RemovedByClient(0, 1))
            .Expect(Whatever(SERVER, Mib::MPJoinSynTx)),
        JoinRow(g, "set nobackup,nofullmesh flags test")
            .Server(4, 4)
            .Client(4, 4, {{C(2), "subflow,backup,fullmesh"}})
            .At(2, ChangeAll("nobackup,nofullmesh"))
            .Expect(Joins(2))
            .Expect(BackupJoins(1))
            .Expect(Priorities(0, 1))
            .Expect(RemovedByClient(0, 1)),
    };
}

Rows
FastcloseRows()
{
    const std::string g = "fastclose";
    auto closes = [](JoinHost from, JoinHost to) {
        JoinExpectations all = Exactly(from, Mib::MPFastcloseTx, 1);
        const auto received = Exactly(to, Mib::MPFastcloseRx, 1);
        all.insert(all.end(), received.begin(), received.end());
        return all;
    };
    return {
        JoinRow(g, "fastclose test")
            .At(1, Abort(CLIENT))
            .Expect(Joins(0))
            .Expect(closes(CLIENT, SERVER))
            .Expect(AtLeast(CLIENT, Mib::MPRstTx, 1))
            .Expect(AtLeast(SERVER, Mib::MPRstRx, 1))
            .Ends(JoinOutcome::Aborted),
        JoinRow(g, "fastclose server test")
            .At(1, Abort(SERVER))
            .Expect(Joins(0))
            .Expect(closes(SERVER, CLIENT))
            .Expect(AtLeast(SERVER, Mib::MPRstTx, 1))
            .Expect(AtLeast(CLIENT, Mib::MPRstRx, 1))
            .Ends(JoinOutcome::Aborted),
        JoinRow(g, "fastclose by an ACK")
            .ClientHas("FastCloseWithAck", TRUE)
            .At(1, Abort(CLIENT))
            .Expect(Joins(0))
            .Expect(closes(CLIENT, SERVER))
            .Ends(JoinOutcome::Aborted)
            .From("RFC 8684 3.5, Option A"),
        JoinRow(g, "fastclose by an ACK with several subflows")
            .Server(0, 2)
            .Client(0, 2, {{C(2), "subflow"}, {C(3), "subflow"}})
            .ClientHas("FastCloseWithAck", TRUE)
            .At(1, Abort(CLIENT))
            .Expect(Joins(2))
            .Expect(closes(CLIENT, SERVER))
            .Ends(JoinOutcome::Aborted)
            .From("RFC 8684 3.5, Option A: on one subflow, the others are reset"),
        JoinRow(g, "fastclose with several subflows")
            .Server(0, 2)
            .Client(0, 2, {{C(2), "subflow"}, {C(3), "subflow"}})
            .At(1, Abort(CLIENT))
            .Expect(Joins(2))
            .Expect(Exactly(CLIENT, Mib::MPFastcloseTx, 3))
            .Expect(Between(SERVER, Mib::MPFastcloseRx, 1, 3))
            .Ends(JoinOutcome::Aborted)
            .From("RFC 8684 3.5, Option R: a RST with MP_FASTCLOSE on all subflows"),
    };
}

Rows
FailRows()
{
    const std::string g = "fail";
    return {
        JoinRow(g, "Infinite map")
            .ServerHas("Checksum", TRUE)
            .ClientHas("Checksum", TRUE)
            .Corrupts(1, 20)
            .Expect(Joins(0))
            .Expect(Exactly(SERVER, Mib::DataCsumErr, 1))
            .Expect(Exactly(SERVER, Mib::MPFailTx, 1))
            .Expect(Exactly(CLIENT, Mib::MPFailRx, 1))
            .Expect(Exactly(CLIENT, Mib::MPFailTx, 1)) // RFC 8684 3.7: MUST respond with one
            .Expect(Exactly(SERVER, Mib::MPFailRx, 1))
            .Expect(Exactly(CLIENT, Mib::InfiniteMapTx, 1))
            .Expect(Exactly(SERVER, Mib::InfiniteMapRx, 1))
            .Expect(Exactly(SERVER, Mib::DSSCorruptionFallback, 1))
            .Expect(Exactly(CLIENT, Mib::DSSCorruptionFallback, 1))
            .Ends(JoinOutcome::Altered),
        JoinRow(g, "MP_FAIL MP_RST")
            .Server(0, 1)
            .ServerHas("Checksum", TRUE)
            .Client(0, 1, {{C(2), "subflow"}})
            .ClientHas("Checksum", TRUE)
            .Corrupts(2, 20)
            .Expect(Joins(1))
            .Expect(Exactly(SERVER, Mib::DataCsumErr, 1))
            .Expect(Exactly(SERVER, Mib::MPFailTx, 1))
            .Expect(Exactly(CLIENT, Mib::MPFailRx, 1))
            .Expect(Exactly(SERVER, Mib::MPRstTx, 1))
            .Expect(Exactly(CLIENT, Mib::MPRstRx, 1))
            .Expect(Whatever(SERVER, Mib::DSSCorruptionReset))
            .Uses(2, 2, 12),
        JoinRow(g, "the first subflow fails")
            .Server(0, 1)
            .ServerHas("Checksum", TRUE)
            .Client(0, 1, {{C(2), "subflow"}})
            .Corrupts(1, 40)
            .Expect(Joins(1))
            .Expect(Exactly(SERVER, Mib::DataCsumErr, 1))
            .Expect(Exactly(SERVER, Mib::MPFailTx, 1))
            .Expect(Exactly(CLIENT, Mib::MPFailRx, 1))
            .Expect(Exactly(SERVER, Mib::MPRstTx, 1))
            .Expect(Exactly(CLIENT, Mib::MPRstRx, 1))
            .Expect(Whatever(SERVER, Mib::DSSCorruptionReset))
            .Uses(1, 2, 12)
            .From("RFC 8684 3.7: only the subflow is closed, the data goes elsewhere"),
    };
}

Rows
EndpointRows()
{
    const std::string g = "endpoint";
    return {
        JoinRow(g, "implicit EP")
            .Server(2, 2, {{S(2), "signal"}})
            .Client(2, 2)
            .At(1, Shows(CLIENT, C(2), 1, "implicit"))
            .At(1.1, Add(CLIENT, {C(2), "signal"}))
            .At(1.2, Shows(CLIENT, C(2), 1, "signal"))
            .Expect(Joins(1))
            .Expect(Announced(1, 1))
            .Expect(Exactly(CLIENT, Mib::AddAddrTx, 1))
            .Expect(Exactly(SERVER, Mib::AddAddr, 1))
            .Expect(Exactly(SERVER, Mib::EchoAddTx, 1))
            .Expect(Exactly(CLIENT, Mib::EchoAdd, 1)),
        JoinRow(g, "delete and re-add")
            .Server(1, 1)
            .Client(1, 1, {{C(2), "subflow", 0, 2}})
            .At(1, Remove(CLIENT, C(2)))
            .At(2, Add(CLIENT, {C(2), "subflow"}))
            .Expect(Joins(2))
            .Expect(RemovedByClient(1, 1))
            .Uses(2, 40, 60),
        JoinRow(g, "delete and re-add the address of the first subflow")
            .Server(0, 2)
            .Client(0, 2, {{C(1), "subflow", 0, 7}, {C(2), "subflow"}})
            .At(1, Remove(CLIENT, C(1)))
            .At(2, Add(CLIENT, {C(1), "subflow"}))
            .Expect(Joins(2))
            .Expect(RemovedByClient(1, 1))
            .From("mptcp_join.sh of Linux 6.11, endpoint_tests: \"delete and re-add\", id 0"),
        JoinRow(g, "interfaces do not move endpoints")
            .Server(0, 2, {{S(2), "signal"}})
            .Client(1, 2, {{C(3), "subflow"}})
            .At(1, SetInterface(CLIENT, 3, false))
            .At(2, SetInterface(CLIENT, 3, true))
            .Expect(Joins(2))
            .Expect(Announced(1, 1))
            .Expect(Exactly(CLIENT, Mib::RmSubflow, 1))
            .From("ip-mptcp(8): endpoints change by command only"),
    };
}

} // namespace

const std::vector<JoinRow>&
JoinRows()
{
    static const Rows rows = [] {
        Rows all;
        for (const Rows& group : {SubflowsRows(),
                                  SubflowsErrorRows(),
                                  SignalAddressRows(),
                                  LinkFailureRows(),
                                  AddAddrTimeoutRows(),
                                  RemoveRows(),
                                  AddRows(),
                                  Ipv6Rows(),
                                  MixedRows(),
                                  BackupRows(),
                                  AddAddrPortsRows(),
                                  ChecksumRows(),
                                  DenyJoinId0Rows(),
                                  FullmeshRows(),
                                  FastcloseRows(),
                                  FailRows(),
                                  EndpointRows()})
        {
            all.insert(all.end(), group.begin(), group.end());
        }
        return all;
    }();
    return rows;
}

} // namespace ns3
