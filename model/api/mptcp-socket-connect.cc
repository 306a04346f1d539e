// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpSocket that connects: to one address, to the addresses of a name in turn, by
/// MPTCP or by MPTCP and TCP in a race.
#include "address-tos.h"
#include "mptcp-connect-attempts.h"
#include "mptcp-connection.h"
#include "mptcp-socket.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "ns3-conversions.h"

#include "ns3/log.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpSocketConnect");

Socket::SocketErrno
MptcpSocket::CheckConnect(const Address& address) const
{
    if (m_state == State::Connecting || m_state == State::Established)
    {
        return ERROR_ISCONN;
    }
    if (m_state != State::Closed)
    {
        return m_state == State::Listening ? ERROR_OPNOTSUPP : ERROR_INVAL;
    }
    if (!InetSocketAddress::IsMatchingType(address) && !Inet6SocketAddress::IsMatchingType(address))
    {
        return ERROR_AFNOSUPPORT;
    }
    Address own;
    if (IsBoundToAddress() && m_first->GetSockName(own) == 0 &&
        InetSocketAddress::IsMatchingType(own) != InetSocketAddress::IsMatchingType(address))
    {
        return ERROR_AFNOSUPPORT; // the base would leave by an address nobody asked for
    }
    return CheckSettings() ? ERROR_NOTERROR : ERROR_INVAL;
}

int
MptcpSocket::Connect(const Address& address)
{
    const SocketErrno error = CheckConnect(address);
    return error == ERROR_NOTERROR ? Begin(address) : Fail(error);
}

int
MptcpSocket::ConnectByName(const std::string& name, uint16_t port)
{
    if (m_state != State::Closed)
    {
        return Fail(CheckConnect(Address()));
    }
    std::vector<Address> addresses;
    SocketErrno error = ERROR_NOROUTETOHOST;
    for (const mptcp::IpAddress& resolved : m_stack->Resolve(name))
    {
        const Address address = ToAddress({resolved, port});
        error = CheckConnect(address); // bound, it is good for one family only
        if (error == ERROR_NOTERROR)
        {
            addresses.push_back(address);
        }
    }
    if (addresses.empty())
    {
        return Fail(error);
    }
    m_attempts = std::make_unique<MptcpConnectAttempts>();
    m_attempts->further.assign(addresses.begin(), addresses.end());
    if (m_first)
    {
        m_first->GetSockName(m_attempts->bound);
    }
    if (BeginNext() != 0)
    {
        m_attempts.reset();
        return -1;
    }
    return 0;
}

int
MptcpSocket::BeginNext()
{
    int result = -1;
    while (result != 0 && !m_attempts->further.empty())
    {
        const Address next = m_attempts->further.front();
        m_attempts->further.pop_front();
        // As the one that an earlier attempt had.
        if (!m_first && !m_attempts->bound.IsInvalid() &&
            FirstSubflow()->Bind(m_attempts->bound) != 0)
        {
            Fail(m_first->GetErrno());
            ForgetFirst();
            return -1;
        }
        result = Begin(next);
    }
    return result;
}

void
MptcpSocket::ForgetFirst()
{
    if (m_first)
    {
        m_first->Close();
        m_first->Detach();
        m_first = nullptr;
    }
}

void
MptcpSocket::Undo(const MptcpSocketSettings& settings,
                  const mptcp::UseDecision& decision,
                  const Address& bound)
{
    m_settings = settings;
    m_decision = decision;
    ForgetFirst(); // bound to what an attempt has chosen
    if (!bound.IsInvalid() && FirstSubflow()->Bind(bound) != 0)
    {
        NS_LOG_WARN("MPTCP: socket error " << m_first->GetErrno() << ", not bound any more");
        ForgetFirst();
    }
}

int
MptcpSocket::Begin(const Address& remote)
{
    const MptcpSocketSettings settings = m_settings;
    const mptcp::UseDecision decision = m_decision;
    const uint8_t oldTos = GetIpTos();
    const uint8_t oldPriority = GetPriority();
    Address bound;
    if (m_first)
    {
        m_first->GetSockName(bound);
    }
    if (const uint8_t tos = TosOf(remote))
    {
        SetIpTos(tos); // as ns-3's TCP does
    }
    DecideUse(ToCore(remote).address);
    auto connection = Attempt(remote, m_decision.use);
    if (!connection)
    {
        SetIpTos(oldTos);
        SetPriority(oldPriority);
        Undo(settings, decision, bound);
        return -1;
    }
    m_connection = std::move(connection);
    m_state = State::Connecting;
    m_stack->Keep(this);
    m_peerName = remote;
    if (m_decision.use && m_stack->RacesTcp())
    {
        if (!m_attempts)
        {
            m_attempts = std::make_unique<MptcpConnectAttempts>();
        }
        m_attempts->mayRace = true;
        m_attempts->rivalTimer =
            Simulator::Schedule(m_stack->GetRaceDelay(), &MptcpSocket::StartRival, this);
    }
    return 0;
}

std::unique_ptr<MptcpConnection>
MptcpSocket::Attempt(const Address& remote, bool useMptcp)
{
    SocketErrno error = useMptcp ? BindFirst(remote) : ERROR_NOTERROR;
    if (error != ERROR_NOTERROR)
    {
        Fail(error);
        return nullptr;
    }
    Ptr<MptcpSubflow> first = FirstSubflow();
    m_first = nullptr;
    MptcpSocketSettings settings = m_settings;
    settings.useMptcp = useMptcp;
    auto connection = std::make_unique<MptcpConnection>(*this, m_stack, settings);
    error = connection->Open(first, remote);
    if (error != ERROR_NOTERROR)
    {
        connection->Dispose();
        Fail(error);
        return nullptr;
    }
    first->GetSockName(m_localName);
    return connection;
}

void
MptcpSocket::StartRival()
{
    m_attempts->mayRace = false;
    NS_LOG_INFO("MPTCP: trying plain TCP as well");
    const Address ofFirst = m_localName;
    mptcp::Endpoint local = ToCore(m_localName);
    local.port = 0; // the other attempt has the one that was wished for
    if (FirstSubflow()->Bind(ToAddress(local)) != 0)
    {
        ForgetFirst(); // no port is left: no race
        return;
    }
    m_attempts->rival = Attempt(m_peerName, false);
    m_localName = ofFirst;
    if (m_attempts->rival)
    {
        m_attempts->Repeat(*m_attempts->rival);
    }
}

bool
MptcpSocket::GoOnWithout(MptcpConnection& failed)
{
    if (!m_attempts || m_attempts->isOver)
    {
        return false;
    }
    if (&failed == m_attempts->rival.get())
    {
        m_attempts->lost.push_back(std::move(m_attempts->rival));
        return true;
    }
    if (m_attempts->mayRace)
    {
        m_attempts->rivalTimer.Cancel();
        StartRival();
    }
    if (m_attempts->rival)
    {
        m_attempts->lost.push_back(std::exchange(m_connection, std::move(m_attempts->rival)));
        return true;
    }
    std::unique_ptr<MptcpConnection> old = std::move(m_connection);
    if (BeginNext() != 0)
    {
        ForgetFirst(); // this is the end of the socket
        m_connection = std::move(old);
        return false;
    }
    m_attempts->lost.push_back(std::move(old));
    m_attempts->Repeat(*m_connection);
    return true;
}

std::vector<MptcpConnection*>
MptcpSocket::Connections() const
{
    std::vector<MptcpConnection*> all;
    if (m_connection)
    {
        all.push_back(m_connection.get());
    }
    if (m_attempts && m_attempts->rival)
    {
        all.push_back(m_attempts->rival.get());
    }
    return all;
}

void
MptcpSocket::EndAttempts()
{
    if (m_attempts)
    {
        m_attempts->End();
    }
}

void
MptcpSocket::ReportConnected(MptcpConnection& who)
{
    if (m_state != State::Connecting)
    {
        return;
    }
    if (m_attempts && &who == m_attempts->rival.get())
    {
        NS_LOG_INFO("MPTCP: plain TCP was answered first");
        m_stack->NoteAttempt(ToCore(m_peerName).address, false);
        std::swap(m_connection, m_attempts->rival);
    }
    who.GetSubflows().front()->GetSockName(m_localName); // of the attempt that got through
    EndAttempts();
    m_state = State::Established;
    NotifyConnectionSucceeded();
    ReportWritable();
}

void
MptcpSocket::ReportConnectionFailed(MptcpConnection& who, SocketErrno error)
{
    m_errno = error;
    if (GoOnWithout(who))
    {
        return;
    }
    m_errno = error;
    m_state = State::Finished;
    NotifyConnectionFailed();
}

void
MptcpSocket::ReportFinished(MptcpConnection& who)
{
    if (&who == m_connection.get())
    {
        LetGo();
    }
}

void
MptcpSocket::LetGo()
{
    if (m_stack)
    {
        // Later, because the caller may be a member of what this lets go of.
        Simulator::ScheduleNow(&MptcpStack::Drop, m_stack, Ptr<MptcpSocket>(this));
    }
}

} // namespace ns3
