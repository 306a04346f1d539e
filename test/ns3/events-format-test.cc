// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Events as text: the lines of `ip mptcp monitor` (iproute2, ip/ipmptcp.c).
#include "mptcp-event.h"

#include <gtest/gtest.h>
#include <sstream>

namespace ns3
{

namespace
{

const mptcp::Endpoint CLIENT{mptcp::IpAddress::V4(10, 0, 1, 1), 49153};
const mptcp::Endpoint SERVER{mptcp::IpAddress::V4(10, 0, 0, 2), 80};
const mptcp::Endpoint SERVER6{
    mptcp::IpAddress::V6({0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}),
    443};

struct Row
{
    const char* name;
    MptcpEvent event;
    const char* text;
};

MptcpEvent
Of(MptcpEvent::Type type, std::optional<mptcp::Token> token = 0x5ca1ab1e)
{
    MptcpEvent event{type};
    event.token = token;
    return event;
}

MptcpEvent
Between(MptcpEvent event, const mptcp::Endpoint& source, const mptcp::Endpoint& destination)
{
    event.source = source;
    event.destination = destination;
    return event;
}

MptcpEvent
Subflow(MptcpEvent::Type type, bool backup)
{
    MptcpEvent event = Between(Of(type), CLIENT, SERVER);
    event.localId = 1;
    event.remoteId = 0;
    event.backup = backup;
    return event;
}

MptcpEvent
Closed(std::optional<uint8_t> error, std::optional<mptcp::Reset> reset)
{
    MptcpEvent event = Subflow(MptcpEvent::Type::SubClosed, false);
    event.error = error;
    event.reset = reset;
    return event;
}

MptcpEvent
Created()
{
    MptcpEvent event = Between(Of(MptcpEvent::Type::Created, 0xab), SERVER, CLIENT);
    event.isServerSide = true;
    event.isJoinToInitialDenied = true;
    return event;
}

MptcpEvent
Announced(const mptcp::Endpoint& endpoint)
{
    MptcpEvent event = Of(MptcpEvent::Type::Announced);
    event.remoteId = 7;
    event.destination = endpoint;
    return event;
}

MptcpEvent
Removed()
{
    MptcpEvent event = Of(MptcpEvent::Type::Removed);
    event.remoteId = 255;
    return event;
}

MptcpEvent
Listening(MptcpEvent::Type type)
{
    MptcpEvent event{type};
    event.source = SERVER6;
    return event;
}

} // namespace

class EventFormat : public testing::TestWithParam<Row>
{
};

TEST_P(EventFormat, IsThatOfIpMptcpMonitor)
{
    std::ostringstream text;
    text << GetParam().event;
    EXPECT_EQ(text.str(), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Events,
    EventFormat,
    testing::Values(
        Row{"Created",
            Created(),
            "[         CREATED] token=000000ab saddr4=10.0.0.2 daddr4=10.0.1.1 sport=80 "
            "dport=49153 server_side deny_join_id0"},
        Row{"Established",
            Between(Of(MptcpEvent::Type::Established), CLIENT, SERVER6),
            "[     ESTABLISHED] token=5ca1ab1e saddr4=10.0.1.1 daddr6=2001:db8::2 sport=49153 "
            "dport=443"},
        Row{"Closed", Of(MptcpEvent::Type::Closed), "[          CLOSED] token=5ca1ab1e"},
        Row{"Announced",
            Announced({SERVER.address, 0}),
            "[       ANNOUNCED] token=5ca1ab1e remid=7 daddr4=10.0.0.2"},
        Row{"AnnouncedPort",
            Announced(SERVER),
            "[       ANNOUNCED] token=5ca1ab1e remid=7 daddr4=10.0.0.2 dport=80"},
        Row{"Removed", Removed(), "[         REMOVED] token=5ca1ab1e remid=255"},
        Row{"SubEstablished",
            Subflow(MptcpEvent::Type::SubEstablished, true),
            "[  SF_ESTABLISHED] token=5ca1ab1e remid=0 locid=1 saddr4=10.0.1.1 daddr4=10.0.0.2 "
            "sport=49153 dport=80 backup=1"},
        Row{"SubClosed",
            Closed(std::nullopt, std::nullopt),
            "[       SF_CLOSED] token=5ca1ab1e remid=0 locid=1 saddr4=10.0.1.1 daddr4=10.0.0.2 "
            "sport=49153 dport=80 backup=0"},
        Row{"SubClosedByReset",
            Closed(104, mptcp::Reset{true, mptcp::ResetReason::TooMuchOutstandingData}),
            "[       SF_CLOSED] token=5ca1ab1e remid=0 locid=1 saddr4=10.0.1.1 daddr4=10.0.0.2 "
            "sport=49153 dport=80 backup=0 error=104 reset_reason=4 reset_flags=0x1"},
        Row{"SubPriority",
            Subflow(MptcpEvent::Type::SubPriority, false),
            "[         SF_PRIO] token=5ca1ab1e remid=0 locid=1 saddr4=10.0.1.1 daddr4=10.0.0.2 "
            "sport=49153 dport=80 backup=0"},
        Row{"ListenerCreated",
            Listening(MptcpEvent::Type::ListenerCreated),
            "[LISTENER_CREATED] saddr6=2001:db8::2 sport=443"},
        Row{"ListenerClosed",
            Listening(MptcpEvent::Type::ListenerClosed),
            "[ LISTENER_CLOSED] saddr6=2001:db8::2 sport=443"}),
    [](const auto& row) { return row.param.name; });

} // namespace ns3
