// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-connection.h"

#include "core/wire/dss-checksum.h"
#include "mptcp-socket.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "retransmission-backoff.h"

#include "ns3/log.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpConnection");

MptcpConnection::MptcpConnection(MptcpSocket& socket,
                                 Ptr<MptcpStack> stack,
                                 const MptcpSocketSettings& settings)
    : m_socket(socket),
      m_stack(stack),
      m_settings(settings),
      m_pathManager(
          settings.pathManager.value_or(stack->GetPathManagerFactory()).Create<MptcpPathManager>())
{
    m_pathManager->SetNode(stack->GetNode());
}

MptcpConnection::~MptcpConnection() = default;

void
MptcpConnection::Dispose()
{
    m_isFinished = true;
    CountClosed();
    StopDataTimer();
    m_fastCloseTimer.Cancel();
    m_noSubflowTimer.Cancel();
    m_removalTimer.Cancel();
    m_replacementTimer.Cancel();
    m_resumeEvent.Cancel();
    for (auto& [id, event] : m_retryEvents)
    {
        event.Cancel();
    }
    m_retryEvents.clear();
    for (auto& [number, timer] : m_announcementTimers)
    {
        timer.Cancel();
    }
    m_announcementTimers.clear();
    CloseAllJoinListeners();
    for (const auto& subflow : m_subflows)
    {
        subflow->Detach();
    }
    m_subflows.clear();
    m_usable.clear();
    m_lastHeard = nullptr; // what waits may still be read
    for (MptcpSubflow* subflow : std::exchange(m_openingJoins, {}))
    {
        subflow->Detach();
    }
    if (m_localKey)
    {
        m_stack->ReleaseKey(*m_localKey, m_version);
        m_stack->Unregister(m_ownerId);
        m_localKey.reset();
    }
    m_pathManager = nullptr;
}

// ---- opening ----

void
MptcpConnection::MakeSender()
{
    m_sender.emplace(
        m_local.initialDataSequence + 1,
        m_settings.sendBufferBytes,
        m_settings.scheduler.value_or(m_stack->GetSchedulerFactory()).Create<MptcpScheduler>(),
        m_stack->GetMib(),
        m_socket.Decisions());
    m_sender->SetBufferSettings(m_stack->GetBufferSettings());
    m_capsWindows = m_stack->GetBufferSettings().cwndCapping;
    StartAutotuning();
}

void
MptcpConnection::SetScheduler(const ObjectFactory& factory)
{
    m_settings.scheduler = factory;
    if (m_sender)
    {
        m_sender->SetScheduler(factory.Create<MptcpScheduler>());
        Push();
    }
}

void
MptcpConnection::MakeReceiver(const MptcpSubflow& first)
{
    const auto first_ = m_remote.initialDataSequence + 1;
    m_receiver.emplace(first_, m_settings.receiveBufferBytes, m_stack->GetMib());
    m_states.OnEstablished(first_);
    // What the handshake offered counts from the first byte on.
    m_sender->OnDataAck(m_sender->FirstUnacknowledged(), first.PeerWindowBytes());
}

void
MptcpConnection::Add(Ptr<MptcpSubflow> subflow)
{
    subflow->Attach(*this, mptcp::SubflowId(m_nextSubflowId++));
    subflow->ApplyIpOptions(m_socket.GetIpOptions());
    m_subflows.push_back(subflow);
    RefreshUsable();
}

Socket::SocketErrno
MptcpConnection::Open(Ptr<MptcpSubflow> first, const Address& remote)
{
    m_role = mptcp::Role::Initiator;
    m_ownerId = m_stack->NewOwnerId();
    m_version = m_stack->GetVersions().highest;
    m_isOffered = m_settings.useMptcp;
    if (m_isOffered)
    {
        m_localKey = m_stack->ReserveKey(m_ownerId, m_version);
    }
    if (m_localKey)
    {
        m_local = mptcp::DeriveKeyMaterial(*m_localKey, m_version);
        mptcp::CapableConfig config;
        config.localKey = *m_localKey;
        config.version = m_version;
        config.denyJoin = !m_stack->AllowsJoinInitialAddrPort();
        config.checksum = m_stack->GetChecksumPolicy();
        first->StartConnection(config);
    }
    else
    {
        if (m_isOffered)
        {
            m_stack->GetMib().Increment(mptcp::Mib::MPFallbackTokenInit); // all tried were in use
            m_isOffered = false;
        }
        first->FallBack();
    }
    MakeSender();
    Add(first);
    const auto error = first->ConnectBound(remote);
    if (error == Socket::ERROR_NOTERROR && m_localKey)
    {
        m_stack->GetMib().Increment(mptcp::Mib::MPCapableSYNTX);
    }
    return error;
}

void
MptcpConnection::Accept(Ptr<MptcpSubflow> first)
{
    m_role = mptcp::Role::Responder;
    const auto* handshake = first->GetHandshake();
    if (const auto owner = first->TakeKeyReservation())
    {
        m_ownerId = *owner;
        m_localKey = handshake->LocalKey();
        m_version = handshake->Version();
        m_local = mptcp::DeriveKeyMaterial(*m_localKey, m_version);
    }
    Add(first);
    MakeSender();
    if (first->IsPlain())
    {
        OnFallback(*first);
    }
    else
    {
        OnKeysKnown(*first);
        // The handshake is over when the application hears of it.
        Simulator::ScheduleNow(&MptcpSubflow::AnnounceEstablished, first);
    }
}

void
MptcpConnection::OnKeysKnown(MptcpSubflow& subflow)
{
    m_remoteKey = *subflow.GetHandshake()->RemoteKey();
    m_remote = mptcp::DeriveKeyMaterial(m_remoteKey, m_version);
    m_usesChecksums = subflow.GetHandshake()->ChecksumRequired();
    m_stack->Register(m_ownerId, this);
    MakeReceiver(subflow);
    CountOpen();
    RefreshUsable();
    ReportOpening(MptcpEvent::Type::Created, subflow);
}

void
MptcpConnection::OnFallback(MptcpSubflow& subflow)
{
    if (m_states.IsFallback())
    {
        return;
    }
    const bool wasNegotiated = m_receiver.has_value();
    if (!m_receiver)
    {
        MakeReceiver(subflow);
    }
    if (m_isOffered)
    {
        m_stack->NoteAttempt(subflow.GetRemoteEndpoint().address, false);
    }
    m_states.OnFallback();
    StopDataTimer();
    subflow.FallBack();
    if (wasNegotiated)
    {
        subflow.DeclareInfiniteMapping(m_sender->FirstUnacknowledged(), m_sender->NextToGrant());
    }
    if (m_localKey)
    {
        m_stack->ReleaseKey(*m_localKey, m_version);
        m_stack->Unregister(m_ownerId);
        m_localKey.reset();
    }
    RefreshUsable();
}

bool
MptcpConnection::OnUnmapped(MptcpSubflow& subflow)
{
    // Only the first data of an only subflow may lack its mapping (RFC 8684 3.7).
    if (!subflow.IsJoin() && subflow.ReceivedBytes() == 0 && !subflow.ExpectsMapping() &&
        CanFallBack(subflow))
    {
        return TryFallBack(subflow, mptcp::Mib::DssFallback);
    }
    return false;
}

void
MptcpConnection::OnConnected(MptcpSubflow& subflow)
{
    if (!m_receiver)
    {
        OnFallback(subflow); // MPTCP was never offered
    }
    CountOpen();
    RefreshUsable();
    if (m_receiver)
    {
        // MakeReceiver saw the SYN/ACK before TCP had read its window.
        m_sender->OnDataAck(m_sender->FirstUnacknowledged(), subflow.PeerWindowBytes());
    }
    if (m_isOffered && IsMultipath())
    {
        m_stack->NoteAttempt(subflow.GetRemoteEndpoint().address, true);
    }
    m_socket.ReportConnected(*this);
    if (m_isFinished)
    {
        return; // the application has aborted it
    }
    if (subflow.IsPlain())
    {
        m_socket.ReportSubflowState({subflow.GetSubflowId().Value(),
                                     MptcpSubflowStateChange::State::Established,
                                     &subflow});
    }
    if (IsDataFinWaiting())
    {
        SendDataFin(); // shut down before there was anybody to tell
        ArmDataTimer();
    }
    Push();
}

void
MptcpConnection::OnSubflowEstablished(MptcpSubflow& subflow)
{
    RefreshUsable();
    m_socket.ReportSubflowState(
        {subflow.GetSubflowId().Value(), MptcpSubflowStateChange::State::Established, &subflow});
    if (subflow.IsJoin())
    {
        ReportSubflow(MptcpEvent::Type::SubEstablished, subflow);
        ReinjectSuspects();
        ResumeAfterBreak();
        GoOnAlone(subflow);
        SendHeldSignals();
        NoteReached(subflow.GetPath().remote);
        Tell(mptcp::SubflowUp{subflow.GetSubflowId(), subflow.GetPath()});
        OnReplacement(subflow);
    }
    else if (!m_isUsable)
    {
        m_isUsable = true;
        ReportOpening(MptcpEvent::Type::Established, subflow);
        mptcp::ConnectionUsable event;
        event.role = m_role;
        event.initialSubflow = subflow.GetSubflowId();
        Address remote;
        subflow.GetPeerName(remote);
        event.initialRemote = ToCore(remote);
        Address local;
        subflow.GetSockName(local);
        m_initialLocal = ToCore(local);
        event.initialLocal = m_initialLocal;
        IdOf(m_initialLocal.address);
        m_peerPort = event.initialRemote.port;
        m_initialRemote = event.initialRemote;
        for (const auto id : m_localIds.SetUsable(AddressesInUse()).come)
        {
            const auto& address = m_localIds.AddressOf(id);
            event.localAddresses.push_back({id, address, m_settings.addresses.IsBackup(address)});
        }
        m_refusesInitialRemote = subflow.GetHandshake()->PeerDeniesJoin();
        event.initialRemoteRefusesJoins = m_refusesInitialRemote;
        DescribeEndpoints(event);
        Tell(event);
        for (const auto& early : std::exchange(m_earlyEvents, {}))
        {
            Tell(early);
        }
        ApplyBackupToFirst(subflow);
        FillSubflows();
        ScheduleRemoval();
    }
    Push();
}

void
MptcpConnection::AddOpeningJoin(MptcpSubflow& subflow)
{
    m_openingJoins.push_back(&subflow);
}

void
MptcpConnection::RemoveOpeningJoin(MptcpSubflow& subflow)
{
    m_openingJoins.erase(std::remove(m_openingJoins.begin(), m_openingJoins.end(), &subflow),
                         m_openingJoins.end());
    if (m_lastHeard == &subflow)
    {
        m_lastHeard = nullptr; // it may be about to go
    }
}

void
MptcpConnection::AddJoined(Ptr<MptcpSubflow> subflow)
{
    RemoveOpeningJoin(*subflow);
    const bool isTooMany = IsFull(); // since the SYN
    Add(subflow);
    if (isTooMany)
    {
        subflow->Reset(mptcp::ResetReason::LackOfResources);
        return;
    }
    Address local;
    subflow->GetSockName(local);
    if (!TakesJoinsAt(ToCore(local)))
    {
        // Withdrawn since the SYN.
        m_stack->GetMib().Increment(mptcp::Mib::MismatchPortAckRx);
        subflow->Reset(mptcp::ResetReason::AdministrativelyProhibited);
        return;
    }
    if (IsAnotherPort(ToCore(local).port))
    {
        m_stack->GetMib().Increment(mptcp::Mib::MPJoinPortAckRx);
    }
    Simulator::ScheduleNow(&MptcpSubflow::AnnounceEstablished, subflow);
}

// ---- the application ----

void
MptcpConnection::Write(Ptr<Packet> packet)
{
    ApplyIpOptions();
    m_sender->Append(packet);
    if (!m_sender->IsWaitingForRoom())
    {
        Push();
    }
}

Ptr<Packet>
MptcpConnection::Read(uint32_t maxBytes)
{
    if (!m_receiver)
    {
        return nullptr;
    }
    const bool wasFull = m_states.IsFallback() && m_receiver->WindowBytes() == 0;
    Ptr<Packet> packet = m_receiver->Read(maxBytes);
    if (wasFull && packet && !m_isProcessing)
    {
        ScheduleResume(); // more may wait in TCP's buffer
    }
    if (packet && m_receiver->IsWindowUpdateDue(m_settings.segmentBytes) && !m_isProcessing)
    {
        if (m_lastHeard)
        {
            m_lastHeard->SendAck(); // no segment on its way out would carry the news
        }
        TellOpenWindow(m_lastHeard);
    }
    return packet;
}

void
MptcpConnection::TellOpenWindow(const MptcpSubflow* told)
{
    // The peer sends on a subflow no more than it was told there (RFC 8684 3.3.5), so one that
    // heard of a closed window would stay closed. Linux tells all of them too.
    const uint64_t window = m_receiver->WindowBytes();
    const auto isBehind = [&](const Ptr<MptcpSubflow>& subflow) {
        const uint64_t known = subflow->AdvertisedBytes();
        return PeekPointer(subflow) != told && known < m_settings.segmentBytes &&
               2 * known < window;
    };
    if (std::none_of(m_usable.begin(), m_usable.end(), isBehind))
    {
        return;
    }
    for (const auto& subflow : std::vector<Ptr<MptcpSubflow>>(m_usable))
    {
        if (isBehind(subflow))
        {
            subflow->SendAck();
        }
    }
}

uint32_t
MptcpConnection::SendRoomBytes() const
{
    return m_sender->RoomBytes();
}

bool
MptcpConnection::IsClosedByApplication() const
{
    return m_closedByApplication;
}

uint32_t
MptcpConnection::ReadableBytes() const
{
    return m_receiver ? m_receiver->ReadableBytes() : 0;
}

void
MptcpConnection::SetSendBuffer(uint32_t bytes)
{
    m_settings.sendBufferBytes = bytes;
    m_sender->SetBufferBytes(bytes);
}

void
MptcpConnection::SetReceiveBuffer(uint32_t bytes)
{
    m_settings.receiveBufferBytes = bytes;
    if (m_receiver)
    {
        m_receiver->SetBufferBytes(bytes);
    }
    for (const auto& subflow : m_subflows)
    {
        subflow->SetAttribute("RcvBufSize", UintegerValue(bytes));
    }
}

void
MptcpConnection::ShutdownSend()
{
    m_states.OnLocalClose(m_sender->End());
    CountIfClosing();
    if (m_states.IsFallback())
    {
        CloseSubflows();
        return;
    }
    // The last data takes it along (RFC 8684 3.3.3), unless that has left already.
    const bool isAboutToLeave =
        std::any_of(m_usable.begin(), m_usable.end(), [this](const auto& subflow) {
            return subflow->HasUnsentUpTo(m_sender->End());
        });
    if (IsDataFinWaiting() && !isAboutToLeave)
    {
        SendDataFin();
    }
    ArmDataTimer();
}

void
MptcpConnection::Close()
{
    if (ReadableBytes() > 0)
    {
        Abort();
        return;
    }
    m_closedByApplication = true;
    if (m_states.State() == mptcp::ConnectionState::Opening)
    {
        // Nothing was promised to the peer yet.
        for (const auto& subflow : std::vector<Ptr<MptcpSubflow>>(m_subflows))
        {
            subflow->Close();
        }
        return;
    }
    ShutdownSend();
    for (const auto& subflow : m_subflows)
    {
        subflow->WatchFinWait(); // it may have been half closed before
    }
}

void
MptcpConnection::DiscardUnread()
{
    while (m_receiver && m_receiver->Read(UINT32_MAX))
    {
    }
}

// ---- what arrives ----

void
MptcpConnection::OnOptions(MptcpSubflow& subflow,
                           const mptcp::OptionView& options,
                           uint64_t windowBytes)
{
    const mptcp::Fail* failure = nullptr;
    for (const auto& option : options)
    {
        if (const auto* dss = std::get_if<mptcp::Dss>(&option))
        {
            m_lastHeard = &subflow; // not by a SYN, which may be of a stranger
            subflow.NoteDss();
            if (!m_isDssHeard)
            {
                OnFirstDss();
            }
            if (dss->dataAck)
            {
                m_lastAckReceived = Simulator::Now();
                OnDataAck(ExpandSent(dss->dataAck->sequence, dss->dataAck->is64), windowBytes);
            }
            if (dss->mapping && dss->mapping->dataFin)
            {
                const auto begin = ExpandReceived(dss->mapping->dataSequence, dss->mapping->is64);
                if (!IsDataFinIntact(*dss->mapping, begin))
                {
                    continue;
                }
                OnPeerDataFin(begin + (dss->mapping->lengthBytes - 1U));
            }
        }
        else if (const auto* fail = std::get_if<mptcp::Fail>(&option))
        {
            failure = fail; // whatever its place, it is about what comes after the DATA_ACK
        }
        else if (const auto* fastClose = std::get_if<mptcp::FastClose>(&option))
        {
            OnFastClose(subflow, fastClose->receiver, false);
            if (m_isFinished)
            {
                return;
            }
        }
        else
        {
            OnSignal(subflow, option);
        }
    }
    if (failure)
    {
        OnFail(subflow, *failure);
    }
}

void
MptcpConnection::OnDataAck(mptcp::DataSequence dataAck, uint64_t windowBytes)
{
    const auto ofStream = m_states.StreamAcknowledgement(dataAck);
    const auto effect = m_sender->OnDataAck(ofStream, windowBytes);
    if (!effect.isValid)
    {
        NS_LOG_WARN("MPTCP: DATA_ACK " << dataAck << " of data never sent");
        return;
    }
    const auto finEffect = m_states.OnDataAck(dataAck);
    if (effect.freedBytes > 0 || effect.windowOpened ||
        finEffect == mptcp::ConnectionStates::DataAckResult::DataFinAcknowledged)
    {
        m_lastProgress = Simulator::Now();
        m_dataTimeouts = 0;
        m_silentTimeouts = 0;
    }
    if (effect.freedBytes > 0)
    {
        m_freedBytes += effect.freedBytes;
        m_acknowledgedBytes += effect.freedBytes;
        for (const auto& subflow : m_subflows)
        {
            subflow->ForgetAcknowledged(ofStream);
        }
        m_socket.ReportDataAck({dataAck.Value(), effect.freedBytes, windowBytes});
    }
}

void
MptcpConnection::OnPlainAck(mptcp::DataSequence acknowledged, uint64_t windowBytes)
{
    OnDataAck(acknowledged, windowBytes);
}

void
MptcpConnection::OnPeerDataFin(mptcp::DataSequence dataFin)
{
    using Result = mptcp::ConnectionStates::DataFinResult;
    switch (m_states.OnPeerDataFin(dataFin, m_receiver->FurthestEnd()))
    {
    case Result::InOrder:
        m_receiver->OnDataFin();
        m_ackDue = true;
        OnPeerClosed();
        break;
    case Result::Repeated:
        m_ackDue = true;
        break;
    case Result::Pending:
    case Result::Unexpected:
        break;
    case Result::Conflict:
    case Result::BeforeData:
        NS_LOG_WARN("MPTCP: impossible DATA_FIN " << dataFin << " ignored");
        break;
    }
}

void
MptcpConnection::Deliver(MptcpSubflow& subflow, mptcp::DataSequence begin, Ptr<Packet> payload)
{
    m_lastHeard = &subflow;
    m_arrivedBytes += payload->GetSize();
    m_lastDataReceived = Simulator::Now();
    const uint64_t readable = m_receiver->Deliver(begin,
                                                  std::move(payload),
                                                  m_states.PeerDataFin(),
                                                  m_states.IsFallback());
    if (readable == 0)
    {
        return;
    }
    const bool isFinReached = m_states.OnAllDataReceivedUpTo(m_receiver->Next());
    if (isFinReached)
    {
        m_receiver->OnDataFin();
        m_ackDue = true;
    }
    if (m_closedByApplication)
    {
        DiscardUnread();
    }
    else
    {
        m_isProcessing = true;
        m_socket.ReportReadable();
        m_isProcessing = false;
        TellOpenWindow(&subflow); // which is about to acknowledge
    }
    if (isFinReached && !m_isFinished)
    {
        OnPeerClosed();
    }
}

void
MptcpConnection::OnPeerClosed()
{
    if (!m_closedByApplication)
    {
        m_socket.ReportPeerClosed();
    }
}

void
MptcpConnection::AfterSegment(MptcpSubflow& subflow)
{
    if (m_isFinished)
    {
        return;
    }
    CountIfClosing();
    if (!m_lateClosings.empty())
    {
        CloseLate();
    }
    if (m_ackDue && subflow.IsDone())
    {
        if (!m_usable.empty())
        {
            m_ackDue = false;
            m_usable.front()->SendAck();
        }
    }
    else if (m_ackDue)
    {
        m_ackDue = false; // once, even when the segment leaves without a Data ACK
        subflow.SendAck();
    }
    if (m_capsWindows)
    {
        subflow.CapWindow();
    }
    if (m_sendTuning && m_receiver)
    {
        subflow.MeasureReceiverRtt();
        TuneBuffers();
    }
    if (!subflow.TakeGathered())
    {
        Push();
    }
    if (m_freedBytes > 0)
    {
        const auto freed = static_cast<uint32_t>(m_freedBytes);
        m_freedBytes = 0;
        m_socket.ReportDataSent(freed);
        m_socket.ReportWritable();
    }
    if (m_states.ShouldCloseSubflows())
    {
        CloseSubflows();
    }
    FinishIfOver();
}

// ---- what leaves ----

void
MptcpConnection::Push()
{
    if (!m_receiver || m_isFinished || IsFastClosing())
    {
        return;
    }
    const bool hadUngranted = m_sender->HasUngranted();
    const auto next = m_sender->NextToGrant();
    m_sender->Push(m_usable);
    if (m_sender->NextToGrant() != next)
    {
        m_lastDataSent = Simulator::Now();
    }
    if (hadUngranted || m_sender->HasUnacknowledged())
    {
        ArmDataTimer();
    }
    if (!m_heldOpenings.empty())
    {
        OpenHeld();
    }
    if (m_states.IsFallback() && m_states.ShouldCloseSubflows())
    {
        CloseSubflows();
    }
}

void
MptcpConnection::RefreshUsable()
{
    const std::size_t before = m_usable.size();
    m_usable.clear();
    if (!m_receiver)
    {
        return;
    }
    std::copy_if(m_subflows.begin(),
                 m_subflows.end(),
                 std::back_inserter(m_usable),
                 [](const auto& subflow) { return subflow->IsUsable(); });
    if (m_usable.size() < before)
    {
        ScheduleResume();
    }
}

void
MptcpConnection::ScheduleResume()
{
    // Not in the middle of a segment of one of them.
    if (!m_isFinished && !m_resumeEvent.IsRunning())
    {
        m_resumeEvent = Simulator::ScheduleNow(&MptcpConnection::ResumeHeld, this);
    }
}

void
MptcpConnection::ResumeHeld()
{
    for (const auto& subflow : std::vector<Ptr<MptcpSubflow>>(m_subflows))
    {
        if (!m_isFinished && !subflow->IsDone() && !HasAlternativeTo(*subflow))
        {
            subflow->Resume(); // nobody else brings what it holds back
        }
    }
}

void
MptcpConnection::CompleteDss(mptcp::Dss& dss,
                             bool isEmpty,
                             std::optional<mptcp::DataSequence> mappedEnd)
{
    dss.dataAck = mptcp::DataAck{m_receiver->DataAck().Value(), true};
    const auto fin = m_states.DataFinToSend();
    if (!fin || m_sender->HasUngranted())
    {
        return;
    }
    if (isEmpty)
    {
        mptcp::DssMapping mapping; // on its own: subflow offset 0, RFC 8684 3.3.3
        mapping.dataSequence = fin->Value();
        mapping.lengthBytes = 1;
        mapping.dataFin = true;
        if (m_usesChecksums)
        {
            // It covers the pseudo-header only (RFC 8684 3.3.3).
            mapping.checksum = mptcp::DssChecksum(*fin, 0, 1).Finish();
        }
        dss.mapping = mapping;
    }
    else if (dss.mapping && mappedEnd == *fin)
    {
        const uint16_t bytes = dss.mapping->lengthBytes++;
        dss.mapping->dataFin = true;
        if (dss.mapping->checksum)
        {
            dss.mapping->checksum =
                mptcp::ChecksumWithLength(*dss.mapping->checksum, bytes, dss.mapping->lengthBytes);
        }
    }
}

void
MptcpConnection::NoteAcknowledged(uint64_t windowBytes)
{
    m_ackDue = false;
    m_receiver->NoteAdvertised(windowBytes);
}

uint64_t
MptcpConnection::ReceiveWindowBytes() const
{
    return m_receiver->WindowBytes();
}

bool
MptcpConnection::IsDataFinWaiting() const
{
    return m_states.DataFinToSend().has_value() && !m_sender->HasUngranted();
}

void
MptcpConnection::SendDataFin()
{
    // On every subflow, as Linux does: one of them gets through soonest.
    for (const auto& subflow : std::vector<Ptr<MptcpSubflow>>(m_usable))
    {
        subflow->SendAck();
    }
}

// ---- timers of the data level ----

Time
MptcpConnection::DataTimeout() const
{
    Time longest = Seconds(1); // RFC 6298 2.4
    for (const auto& subflow : m_usable)
    {
        longest = std::max(longest, subflow->RetransmissionTimeout());
    }
    return BackOff(longest, m_dataTimeouts);
}

void
MptcpConnection::ArmDataTimer()
{
    if (!m_isDataTimerSet && !m_isFinished && !IsForTcpAlone())
    {
        m_lastProgress = Simulator::Now();
        SetDataTimer(DataTimeout());
    }
}

void
MptcpConnection::SetDataTimer(Time delay)
{
    m_dataTimer.Cancel(); // OnDataTimer pushes, which may have set it
    m_dataTimer = Simulator::Schedule(delay, &MptcpConnection::OnDataTimer, this);
    m_isDataTimerSet = true;
}

void
MptcpConnection::StopDataTimer()
{
    m_dataTimer.Cancel();
    m_isDataTimerSet = false;
}

void
MptcpConnection::OnDataTimer()
{
    m_isDataTimerSet = false;
    const bool hasData = m_sender->HasUnacknowledged();
    const bool isBlocked = IsBlocked();
    if (m_isFinished || IsFastClosing() || IsForTcpAlone() || m_usable.empty() ||
        (!hasData && !isBlocked && !IsDataFinWaiting()))
    {
        return; // the next push arms it again
    }
    // Started once and looked at late, instead of being moved with every DATA_ACK.
    const Time due = m_lastProgress + DataTimeout();
    if (Simulator::Now() < due)
    {
        SetDataTimer(due - Simulator::Now());
        return;
    }
    ++m_dataTimeouts;
    m_lastProgress = Simulator::Now();
    if (hasData && IsPeerSilent())
    {
        GiveUp(mptcp::ResetReason::MiddleboxInterference, Socket::ERROR_NOTCONN);
        return;
    }
    if (hasData)
    {
        // Whatever a subflow still retransmits is not reinjected (MptcpSender excludes carriers);
        // what the peer's TCP acknowledged but its MPTCP did not, is (RFC 8684 3.3.6).
        const auto head = m_sender->FirstUnacknowledged();
        const auto end = std::min(head + m_settings.segmentBytes, m_sender->NextToGrant());
        m_sender->Reinject({head, end});
        SuspectTakersOf({head, end});
        Push();
        if (m_sender->HasReinjection() && AreSubflowWindowsClosed() && !IsCarried(m_usable, head))
        {
            m_sender->ProbeWindow(m_usable);
            m_stack->GetMib().Increment(mptcp::Mib::WinProbe);
        }
    }
    else if (isBlocked)
    {
        m_sender->ProbeWindow(m_usable);
        m_stack->GetMib().Increment(mptcp::Mib::WinProbe);
    }
    else if (m_dataTimeouts <= m_settings.dataRetries)
    {
        SendDataFin();
    }
    else
    {
        // Empty segments are all that is under way, so no subflow would notice a dead path.
        GiveUp(mptcp::ResetReason::UnacceptablePerformance, Socket::ERROR_NOTCONN);
        return;
    }
    SetDataTimer(DataTimeout());
}

// ---- subflows coming and going ----

void
MptcpConnection::OnSubflowTimeout(MptcpSubflow& subflow)
{
    ReinjectAll(subflow);
    Push();
}

void
MptcpConnection::ReinjectAll(const MptcpSubflow& subflow)
{
    if (m_states.IsFallback())
    {
        return;
    }
    for (const auto& range : subflow.UnacknowledgedData())
    {
        m_sender->Reinject(range);
    }
}

void
MptcpConnection::SuspectTakersOf(mptcp::DataRange range)
{
    // Somebody there acknowledges what does not arrive (RFC 8684 3.3.6), and would do so again.
    for (const auto& subflow : m_usable)
    {
        if (subflow->HasTaken(range) && HasAlternativeTo(*subflow))
        {
            subflow->Suspect();
            ReinjectAll(*subflow);
        }
    }
}

void
MptcpConnection::ReinjectSuspects()
{
    // Their timeouts found nobody to repeat it; the next ones are twice as far away.
    for (const auto& subflow : m_subflows)
    {
        if (subflow->IsSuspect())
        {
            ReinjectAll(*subflow);
        }
    }
}

void
MptcpConnection::OnSubflowFin(MptcpSubflow& subflow)
{
    RefreshUsable();
    if (m_states.IsFallback())
    {
        m_states.OnFallbackFin();
        OnPeerClosed();
        return;
    }
    // Half a subflow is of no use; what it carries it still delivers.
    subflow.Close();
    Push();
}

void
MptcpConnection::OnSubflowClosed(MptcpSubflow& subflow, mptcp::DownReason reason)
{
    if (m_isFinished)
    {
        return;
    }
    Ptr<MptcpSubflow> keep(&subflow);
    if (std::find(m_subflows.begin(), m_subflows.end(), keep) == m_subflows.end())
    {
        subflow.Detach(); // a join by the peer that never showed its code
        return;
    }
    const bool wasOpening = m_states.State() == mptcp::ConnectionState::Opening;
    if (m_receiver)
    {
        ReinjectAll(subflow);
    }
    m_subflows.erase(std::remove(m_subflows.begin(), m_subflows.end(), keep), m_subflows.end());
    RefreshUsable();
    if (m_lastHeard == &subflow)
    {
        m_lastHeard = m_usable.empty() ? nullptr : PeekPointer(m_usable.front());
    }
    m_socket.ReportSubflowState({subflow.GetSubflowId().Value(),
                                 MptcpSubflowStateChange::State::Closed,
                                 &subflow,
                                 subflow.GetReset(),
                                 subflow.IsResetByPeer()});
    ReportSubflow(MptcpEvent::Type::SubClosed, subflow, reason);
    const mptcp::SubflowPath path = subflow.GetPath();
    m_goneAckedBytes += subflow.AcknowledgedBytes();
    m_goneReceivedBytes += subflow.ReceivedBytes();
    subflow.Detach();
    if (wasOpening)
    {
        m_socket.ReportConnectionFailed(*this,
                                        reason == mptcp::DownReason::Unreachable
                                            ? Socket::ERROR_NOROUTETOHOST
                                            : Socket::ERROR_NOTCONN);
        Finish();
        return;
    }
    if (SharesFateOf(subflow))
    {
        GiveUp(mptcp::ResetReason::Unspecified, Socket::ERROR_NOTCONN); // RFC 6897 4.2.2
        return;
    }
    if (m_isUsable && !m_states.ShouldCloseSubflows())
    {
        NoteUnreached(subflow, reason);
        Tell(mptcp::SubflowDown{subflow.GetSubflowId(), path, reason, IsKeptBack(path)});
    }
    OnReplacement(subflow);
    RecoverFrom(subflow);
    Push();
    FinishIfOver();
    if (!m_isFinished && m_subflows.empty())
    {
        OnNoSubflow();
    }
}

void
MptcpConnection::CloseSubflows()
{
    if (m_states.IsFallback() && (m_sender->HasUngranted() || m_sender->HasUnacknowledged()))
    {
        // AfterSegment comes back here. With the peer's FIN in, the base takes any ACK for the one
        // of ours and forgets data under way, so that has to be acknowledged first.
        return;
    }
    for (const auto& subflow : std::vector<Ptr<MptcpSubflow>>(m_subflows))
    {
        if (subflow->IsUsable())
        {
            subflow->Close();
        }
    }
    RefreshUsable();
}

void
MptcpConnection::FinishIfOver()
{
    if (m_isFinished || m_states.State() == mptcp::ConnectionState::Opening ||
        !std::all_of(m_subflows.begin(), m_subflows.end(), [](const auto& subflow) {
            return subflow->IsDone();
        }))
    {
        return;
    }
    if (m_states.IsFallback() || m_states.ShouldCloseSubflows())
    {
        m_states.OnAllSubflowsClosed();
    }
    if (m_states.IsClosed())
    {
        if (m_states.Cause() == mptcp::CloseCause::Aborted)
        {
            m_socket.ReportError(Socket::ERROR_NOTCONN);
        }
        Finish();
    }
}

void
MptcpConnection::Finish()
{
    if (m_isFinished)
    {
        return;
    }
    for (MptcpSubflow* subflow : std::exchange(m_openingJoins, {}))
    {
        subflow->Reset(mptcp::ResetReason::MptcpSpecific); // there is nothing left to join
        subflow->Detach();
    }
    ReportAllClosed();
    ReportEnd();
    Dispose();
    m_socket.ReportFinished(*this);
}

// ---- questions ----

bool
MptcpConnection::IsMultipath() const
{
    return m_receiver && !m_states.IsFallback();
}

bool
MptcpConnection::IsFallback() const
{
    return m_states.IsFallback();
}

mptcp::MptcpVersion
MptcpConnection::Version() const
{
    return m_version;
}

uint32_t
MptcpConnection::LocalToken() const
{
    return m_localKey ? m_local.token : 0;
}

uint32_t
MptcpConnection::RemoteToken() const
{
    return IsMultipath() ? m_remote.token : 0;
}

mptcp::Key
MptcpConnection::LocalKey() const
{
    return m_localKey.value_or(mptcp::Key());
}

mptcp::Key
MptcpConnection::RemoteKey() const
{
    return m_remoteKey;
}

std::vector<Ptr<MptcpSubflow>>
MptcpConnection::GetSubflows() const
{
    return m_subflows;
}

mptcp::ConnectionState
MptcpConnection::State() const
{
    return m_states.State();
}

uint64_t
MptcpConnection::ReinjectedBytes() const
{
    return m_sender->ReinjectedBytes();
}

bool
MptcpConnection::HasReceiver() const
{
    return m_receiver.has_value();
}

mptcp::DataSequence
MptcpConnection::NextReceived() const
{
    return m_receiver->Next();
}

mptcp::DataSequence
MptcpConnection::ExpandReceived(uint64_t value, bool is64) const
{
    return is64 ? mptcp::DataSequence(value)
                : mptcp::Expand(static_cast<uint32_t>(value), m_receiver->DataAck());
}

mptcp::DataSequence
MptcpConnection::ExpandSent(uint64_t value, bool is64) const
{
    return is64 ? mptcp::DataSequence(value)
                : mptcp::Expand(static_cast<uint32_t>(value), m_sender->FirstUnacknowledged());
}

void
MptcpConnection::CollectPathWindows(const MptcpSubflow& subflow,
                                    mptcp::PathWindows& windows,
                                    std::optional<std::size_t>& self) const
{
    for (const auto& each : m_usable)
    {
        if (PeekPointer(each) == &subflow)
        {
            self = windows.size();
        }
        windows.push_back(each->PathWindow());
    }
}

bool
MptcpConnection::IsApplicationLimited() const
{
    return m_sender && !m_sender->HasUngranted();
}

} // namespace ns3
