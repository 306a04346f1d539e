// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_CONNECTION_H
#define MPTCP_CONNECTION_H

#include "api/mptcp-connection-info.h"
#include "core/buffers/buffer-sizes.h"
#include "core/congestion/path-window.h"
#include "core/crypto/key-material.h"
#include "core/mib.h"
#include "core/paths/announcements.h"
#include "core/paths/local-address-ids.h"
#include "core/paths/single-path-recovery.h"
#include "core/stream/connection-states.h"
#include "core/wire/option-space.h"
#include "mptcp-event.h"
#include "mptcp-path-managers.h"
#include "mptcp-receiver.h"
#include "mptcp-sender.h"
#include "mptcp-socket-settings.h"

#include "ns3/event-id.h"
#include "ns3/socket.h"

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace ns3
{

class MptcpSocket;
class MptcpStack;
class MptcpSubflow;

/**
 * One MPTCP connection: the conductor between the core's logic, the subflows and the policies.
 *
 * It turns events (segments, timers, calls of the application) into questions to the core and the
 * answers into calls on subflows. It decides nothing that the core can decide. The socket owns it,
 * it owns the subflows; a subflow points back until Detach.
 */
class MptcpConnection
{
  public:
    MptcpConnection(MptcpSocket& socket,
                    Ptr<MptcpStack> stack,
                    const MptcpSocketSettings& settings);
    ~MptcpConnection();
    MptcpConnection(const MptcpConnection&) = delete;
    MptcpConnection& operator=(const MptcpConnection&) = delete;

    /// Lets go of everything at once, without a word to the peer.
    void Dispose();

    /// \name What the socket asks for
    /// @{
    /// Sends the first SYN; ERROR_NOTERROR or why that was not possible.
    Socket::SocketErrno Open(Ptr<MptcpSubflow> first, const Address& remote);
    /// Takes over the first subflow of a connection the peer opened.
    void Accept(Ptr<MptcpSubflow> first);
    void Write(Ptr<Packet> packet);
    Ptr<Packet> Read(uint32_t maxBytes);
    /// Nothing more will be written: DATA_FIN after what is buffered (RFC 8684 3.3.3).
    void ShutdownSend();
    /// As ShutdownSend, and whatever the peer still sends is discarded. With data unread it is an
    /// Abort, as in ns-3's TCP and in Linux: the peer must not believe that all was read.
    void Close();
    /// Ends the connection at once: MP_FASTCLOSE, and a reset of each subflow (RFC 8684 3.5).
    void Abort();
    /// Makes a subflow a backup, or a regular one again, and asks the peer to do the same
    /// (MP_PRIO, RFC 8684 3.3.8).
    void SetBackup(MptcpSubflow& subflow, bool backup);
    /// A new scheduler decides from now on.
    void SetScheduler(const ObjectFactory& factory);
    /// \name The API of RFC 6897 (model/api/mptcp-connection-api.cc)
    /// @{
    void SetNoDelay(bool noDelay);
    /// Timers and retries for all subflows, those to come included.
    void ApplyOptions(const MptcpSocketSettings& settings);
    /// What the socket says of TOS, TTL and priority, for all subflows.
    void ApplyIpOptions();
    void SetFateSharing(bool shares);
    /// Whether subflows may use this address of the host.
    [[nodiscard]] bool AllowsLocal(const mptcp::IpAddress& address) const;
    void AddLocalAddresses(const std::vector<mptcp::Endpoint>& locals);
    /// Opens replacements where there are unused addresses, then closes the subflows of these and
    /// tells the peer.
    void RemoveLocalAddresses(const std::vector<mptcp::IpAddress>& addresses);
    /// Subflows from the address are backups from now on, or regular ones.
    void SetAddressBackup(const mptcp::IpAddress& address, bool backup);
    /// Opens one subflow, whatever the path manager thinks of it.
    Socket::SocketErrno OpenRequested(const mptcp::Endpoint& local,
                                      const mptcp::Endpoint& remote,
                                      bool backup);
    Socket::SocketErrno CloseRequested(uint16_t id);
    /// So many subflows from now on, and no more; ERROR_ADDRNOTAVAIL when there are not as many
    /// pairs of addresses, and then the number stays as it was.
    Socket::SocketErrno RequestSubflows(uint32_t count);
    /// No more than that from now on; empty: as the path manager has it.
    void LimitSubflows(std::optional<uint32_t> most);
    void SetOpeningRules(const mptcp::OpeningRules& rules);
    /// It has ended, or is about to, at once or when its data is safe.
    [[nodiscard]] bool IsGoing(const MptcpSubflow& subflow) const;
    [[nodiscard]] MptcpInfo GetInfo() const;
    [[nodiscard]] std::vector<MptcpSubflowInfo> GetSubflowInfo() const;
    /// @}
    void SetSendBuffer(uint32_t bytes);
    void SetReceiveBuffer(uint32_t bytes);
    /// As they are now: with autotuning they grow.
    [[nodiscard]] uint32_t SendBufferBytes() const;
    [[nodiscard]] uint32_t ReceiveBufferBytes() const;
    [[nodiscard]] uint32_t SendRoomBytes() const;
    [[nodiscard]] uint32_t ReadableBytes() const;
    /// Nobody reads any more, after Close or Abort.
    [[nodiscard]] bool IsClosedByApplication() const;
    /// @}

    [[nodiscard]] bool IsMultipath() const;
    /// Fallen back to plain TCP on one subflow (RFC 8684 3.7).
    [[nodiscard]] bool IsFallback() const;
    [[nodiscard]] mptcp::MptcpVersion Version() const;
    /// Every mapping has a checksum, in both directions (RFC 8684 3.1, flag A).
    [[nodiscard]] bool UsesChecksums() const;
    /// Whether this Data ACK covers anything of our stream.
    [[nodiscard]] bool AcknowledgesData(const mptcp::DataAck& dataAck) const;
    [[nodiscard]] uint32_t LocalToken() const;
    /// The token by which this host joins the peer's connection; 0 without MPTCP.
    [[nodiscard]] uint32_t RemoteToken() const;
    [[nodiscard]] mptcp::Key LocalKey() const;
    [[nodiscard]] mptcp::Key RemoteKey() const;
    [[nodiscard]] std::vector<Ptr<MptcpSubflow>> GetSubflows() const;
    [[nodiscard]] mptcp::ConnectionState State() const;
    /// How the connection came to its end, once it has.
    [[nodiscard]] mptcp::CloseCause Cause() const;
    /// Bytes sent once more on another subflow (RFC 8684 3.3.6).
    [[nodiscard]] uint64_t ReinjectedBytes() const;

    /// Windows of all established subflows for coupled congestion control; `self` is set to the
    /// index of `subflow` among them, and stays untouched when it is not there.
    void CollectPathWindows(const MptcpSubflow& subflow,
                            mptcp::PathWindows& windows,
                            std::optional<std::size_t>& self) const;
    /// True when all that was written is with subflows already.
    [[nodiscard]] bool IsApplicationLimited() const;

    /// \name What subflows report
    /// @{
    /// The handshake of the first subflow or of a join is complete.
    void OnSubflowEstablished(MptcpSubflow& subflow);
    /// A join the peer opened waits for its third ACK; the connection may be over before it comes.
    void AddOpeningJoin(MptcpSubflow& subflow);
    void RemoveOpeningJoin(MptcpSubflow& subflow);
    /// A join the peer opened has shown the right code (RFC 8684 3.2).
    void AddJoined(Ptr<MptcpSubflow> subflow);
    /// TCP's part of the first subflow's handshake is over, on the initiator.
    void OnConnected(MptcpSubflow& subflow);
    /// The SYN/ACK brought the peer's key: both streams have their numbers now.
    void OnKeysKnown(MptcpSubflow& subflow);
    /// The first subflow found that the peer does not speak MPTCP (RFC 8684 3.7).
    void OnFallback(MptcpSubflow& subflow);
    /// Data without a mapping arrived on a subflow; true when the connection falls back for it.
    bool OnUnmapped(MptcpSubflow& subflow);
    /// The mapping of data that waits on a subflow has not come in time (RFC 8684 3.3.1).
    void OnMappingMissing(MptcpSubflow& subflow);
    /// Our data on a subflow was acknowledged without DSS before any of it was with one
    /// (RFC 8684 3.7).
    void OnDataAckMissing(MptcpSubflow& subflow);
    /// An infinite mapping has arrived: the peer has fallen back (RFC 8684 3.7).
    void OnInfiniteMapping(MptcpSubflow& subflow);
    /// Whether nothing stands against what the handshake wants: plain TCP from here on.
    [[nodiscard]] bool MayFallBackInHandshake(const MptcpSubflow& subflow);
    /// A mapping's checksum was wrong. True when all that is left is to fall back, so that the
    /// subflow has to wait for the peer to agree; otherwise it has to go (RFC 8684 3.7).
    /// \param isNext whether what was mapped is what the stream goes on with
    [[nodiscard]] bool OnChecksumFailure(MptcpSubflow& subflow, bool isNext);
    /// More than one has been opened, or begun to be: data may have come another way.
    [[nodiscard]] bool HadSeveralSubflows() const;
    /// The peer has seen a checksum failure of ours, or answers one of its own.
    void OnFail(MptcpSubflow& subflow, const mptcp::Fail& fail);
    /// The peer goes on without MPTCP after our MP_FAIL, whether its answer came through or not.
    void OnFailUnderstood(MptcpSubflow& subflow);
    /// Options of a segment that TCP will accept; mappings are the subflow's business.
    /// \param windowBytes the segment's window, scaled.
    void OnOptions(MptcpSubflow& subflow, const mptcp::OptionView& options, uint64_t windowBytes);
    /// A segment's window and subflow-level acknowledgement, after fallback.
    void OnPlainAck(mptcp::DataSequence acknowledged, uint64_t windowBytes);
    /// A segment's window after fallback, while nothing has been sent yet.
    void OnPlainWindow(uint64_t windowBytes);
    /// TCP has processed a segment: windows may have room, acknowledgements may be due.
    void AfterSegment(MptcpSubflow& subflow);
    void Deliver(MptcpSubflow& subflow, mptcp::DataSequence begin, Ptr<Packet> payload);
    /// Retransmission timeout: what the subflow carries may go elsewhere.
    void OnSubflowTimeout(MptcpSubflow& subflow);
    void OnSubflowFin(MptcpSubflow& subflow);
    void OnSubflowClosed(MptcpSubflow& subflow, mptcp::DownReason reason);
    /// An acceptable segment carried MP_FASTCLOSE (RFC 8684 3.5).
    /// \param receiver the key it shows; with any but ours it means nothing.
    /// \param isReset the segment was a RST, which TCP obeys by itself.
    void OnFastClose(MptcpSubflow& subflow, mptcp::Key receiver, bool isReset);
    /// @}

    /// Interfaces or addresses of this node may have come or gone.
    void OnLocalAddressesChanged();

    /// The Data ACK and, where one is due, the DATA_FIN for an outgoing segment of `subflow`; the
    /// mapping of its payload is already in `dss`.
    /// \param isEmpty the segment has no payload.
    /// \param mappedEnd one past the payload's last data sequence number, if it is mapped.
    void CompleteDss(mptcp::Dss& dss, bool isEmpty, std::optional<mptcp::DataSequence> mappedEnd);
    /// A segment with a Data ACK has left.
    void NoteAcknowledged(uint64_t windowBytes);
    /// The window every subflow advertises, in bytes (RFC 8684 3.3.4).
    [[nodiscard]] uint64_t ReceiveWindowBytes() const;
    /// Both streams have their numbers; true from OnKeysKnown, OnFallback or Accept on.
    [[nodiscard]] bool HasReceiver() const;
    /// The number of the next byte of the peer's stream.
    [[nodiscard]] mptcp::DataSequence NextReceived() const;
    /// Our DATA_FIN has to be (re)transmitted and nothing must go before it.
    [[nodiscard]] bool IsDataFinWaiting() const;
    /// Another subflow is there to carry data, and not suspected of being dead.
    [[nodiscard]] bool HasAlternativeTo(const MptcpSubflow& subflow) const;
    /// Soon: what was held back for subflows that may bring it too, and no longer will, is
    /// delivered.
    void ScheduleResume();
    /// One that may carry data, and packets to the peer leave by the subnet of its address
    /// (draft-handley-mptcp-routing-00 4.2). False where the host does not route like that.
    [[nodiscard]] bool HasCongruentSubflow() const;
    /// Whether there is room for one more half-open join (RFC 7430 4.1).
    [[nodiscard]] bool HasRoomForJoin() const;
    /// Whether one more subflow from the peer is welcome (RFC 8684 3.2).
    [[nodiscard]] bool AcceptsJoin() const;
    /// The endpoints or limits of this host have changed.
    void OnEndpointEvent(const mptcp::PathEvent& event);
    /// Whether that holds for a subflow to this address and port of ours (flag C, RFC 8684 3.1).
    [[nodiscard]] bool AcceptsJoinAt(const mptcp::Endpoint& local) const;
    /// Whether a join may come to this address and port: the port of the first subflow, or one
    /// that was announced with the address.
    [[nodiscard]] bool TakesJoinsAt(const mptcp::Endpoint& local) const;
    /// Not the port that this host, or the peer, uses on the first subflow.
    [[nodiscard]] bool IsAnotherPort(uint16_t localPort) const;
    [[nodiscard]] bool IsAnotherPeerPort(uint16_t remotePort) const;
    /// The Address ID of one of our addresses, given at the first question (RFC 8684 3.4.1).
    mptcp::AddressId IdOf(const mptcp::IpAddress& address);
    /// Rebuilds a number the peer sent, whole or by its low half (RFC 8684 3.3.1).
    [[nodiscard]] mptcp::DataSequence ExpandReceived(uint64_t value, bool is64) const;
    /// The same for a number of our own stream that the peer acknowledges.
    [[nodiscard]] mptcp::DataSequence ExpandSent(uint64_t value, bool is64) const;

    /// Grants what may be sent now to the subflows, as the scheduler has it.
    void Push();

  private:
    void MakeSender();
    void MakeReceiver(const MptcpSubflow& first);
    void Add(Ptr<MptcpSubflow> subflow);
    /// Tells subflows that last heard of a closed window of the present one, except `told`.
    void TellOpenWindow(const MptcpSubflow* told);
    /// Subflows that may carry data now.
    void RefreshUsable();
    void OnDataAck(mptcp::DataSequence dataAck, uint64_t windowBytes);
    void OnPeerDataFin(mptcp::DataSequence dataFin);
    void OnPeerClosed();
    void ReinjectAll(const MptcpSubflow& subflow);
    void ResumeHeld();
    /// Of `range` only TCP's acknowledgement has come: what those subflows were given goes by
    /// others, if there are any.
    void SuspectTakersOf(mptcp::DataRange range);
    /// What is under way on subflows that have timed out, for a new subflow to carry.
    void ReinjectSuspects();
    void DiscardUnread();

    /// \name Timers of the data level
    /// @{
    void ArmDataTimer();
    void SetDataTimer(Time delay);
    void StopDataTimer();
    void OnDataTimer();
    [[nodiscard]] Time DataTimeout() const;
    /// @}

    /// \name Fallback in the course of the connection (RFC 8684 3.7)
    /// @{
    /// Both streams go over this subflow alone, each in order: then positions can replace
    /// mappings.
    [[nodiscard]] bool CanFallBack(const MptcpSubflow& subflow) const;
    /// Every other subflow is gone, or has never been open.
    [[nodiscard]] bool IsAlone(const MptcpSubflow& subflow) const;
    /// The end of the data that this subflow, if it carries the whole stream, has been given.
    [[nodiscard]] mptcp::DataSequence EndOfLine(const MptcpSubflow& subflow) const;
    /// Takes back what others were given, and what others brought out of order, once CanFallBack.
    void MakeOneLine(const MptcpSubflow& subflow);
    /// The peer needs none, unless there has been a second way for the data.
    void OmitInfiniteMapping(MptcpSubflow& subflow) const;
    /// A subflow has gone: perhaps it was the last, and there is to be one more.
    void RecoverFrom(const MptcpSubflow& subflow);
    /// One subflow only from here on; what is half open has nothing to join any more.
    void LeaveAlone(MptcpSubflow& subflow);
    /// The only subflow waits for the peer to agree to fall back; it has to stay the only one.
    [[nodiscard]] bool IsFailing() const;
    /// A join is established: perhaps it is the one that is to stay alone.
    void GoOnAlone(MptcpSubflow& subflow);
    /// False when it cannot be; the subflow is broken then.
    bool TryFallBack(MptcpSubflow& subflow, mptcp::Mib cause);
    /// A DATA_FIN on its own has a checksum that fits it, if it needs one (RFC 8684 3.3.3).
    bool IsDataFinIntact(const mptcp::DssMapping& mapping, mptcp::DataSequence begin);
    /// @}

    /// \name Buffers that grow with what is measured (mptcp-connection-buffers.cc)
    /// @{
    void StartAutotuning();
    void TuneBuffers();
    /// @}

    void SendDataFin();
    void CloseSubflows();
    void FinishIfOver();

    /// \name The end without agreement: fast close, no subflow left, a peer that is silent
    /// @{
    [[nodiscard]] bool IsFastClosing() const;
    void FastCloseByAck();
    void FastCloseByReset(mptcp::ResetReason reason);
    void OnFastCloseTimer();
    void ResetSubflows(mptcp::ResetReason reason, const MptcpSubflow* except);
    /// The last subflow has gone: waits for another one (RFC 8684 3.3.3).
    void OnNoSubflow();
    void OnNoSubflowTimer();
    /// A join is established; it may be the first subflow after a time without any.
    void ResumeAfterBreak();
    /// A data-level timeout passed; true when the peer has been silent for too many of them.
    bool IsPeerSilent();
    /// One of these subflows still has that byte to deliver.
    [[nodiscard]] static bool IsCarried(const std::vector<Ptr<MptcpSubflow>>& subflows,
                                        mptcp::DataSequence byte);
    /// No usable subflow has heard of a window to send into (RFC 8684 3.3.5).
    [[nodiscard]] bool AreSubflowWindowsClosed() const;
    /// There is data, and a closed window keeps it from being granted to any subflow.
    [[nodiscard]] bool IsBlocked() const;
    /// After fallback: the subflow's own TCP repeats and probes, the data timer has no part in it.
    [[nodiscard]] bool IsForTcpAlone() const;
    /// Ends the connection with MP_FASTCLOSE because of a fault.
    void GiveUp(mptcp::ResetReason reason, Socket::SocketErrno error);
    /// @}

    void Finish();
    /// Traces the end of the subflows that are still in the list.
    void ReportAllClosed();

    /// \name MPCurrEstab: connections open in both directions, or at least in ours
    /// @{
    void CountOpen();
    void CountIfClosing();
    void CountClosed();
    /// @}
    /// An ADD_ADDR with the right code, or an echo, has arrived.
    void CountAnnouncement(const mptcp::AddAddress& received);
    /// A signal of the peer's is not kept for the path manager.
    void CountDropped(const mptcp::PathEvent& event);

    /// \name Events for the host's trace source (mptcp-connection-events.cc)
    /// @{
    [[nodiscard]] MptcpEvent MakeEvent(MptcpEvent::Type type) const;
    [[nodiscard]] MptcpEvent MakeEvent(MptcpEvent::Type type, const MptcpSubflow& subflow) const;
    /// Created or Established.
    void ReportOpening(MptcpEvent::Type type, const MptcpSubflow& first);
    void ReportEnd();
    /// `endpoint` as the option says it; port 0 if it does not.
    void ReportAnnounced(mptcp::AddressId id, const mptcp::Endpoint& endpoint);
    void ReportRemoved(mptcp::AddressId id);
    void ReportSubflow(MptcpEvent::Type type,
                       const MptcpSubflow& subflow,
                       mptcp::DownReason reason = mptcp::DownReason::Closed);
    /// @}

    /// \name For what applications ask (model/api/mptcp-connection-api.cc)
    /// @{
    [[nodiscard]] bool SharesFateOf(const MptcpSubflow& subflow) const;
    [[nodiscard]] std::vector<mptcp::IpAddress> AllowedAddresses();
    void OpenReplacement(const MptcpSubflow& leaving);
    [[nodiscard]] bool HasSubflowFrom(const mptcp::IpAddress& local) const;
    /// How long the removal of addresses may wait for replacements.
    [[nodiscard]] Time RemovalDelay() const;
    /// A subflow is up or down that the removal of an address may be waiting for.
    void OnReplacement(const MptcpSubflow& subflow);
    /// The same subflow, when those that it was to replace have gone.
    void OpenOnceMore(const MptcpSubflow& refused);
    /// Opens replacements for what comes from leaving addresses; later, while there must be none.
    void StartRemoval();
    /// It has become possible.
    void ScheduleRemoval();
    void FinishRemoval();
    /// A subflow from there is to be closed, but has not been yet.
    [[nodiscard]] bool IsLeaving(const mptcp::IpAddress& address) const;
    /// Allowed, or leaving.
    [[nodiscard]] std::vector<mptcp::IpAddress> AddressesInUse();
    /// MP_PRIO for the first subflow, if that is what was asked for before it was possible.
    void ApplyBackupToFirst(MptcpSubflow& first);
    void WithdrawUnmanaged(const std::vector<mptcp::AddressId>& gone);
    std::optional<mptcp::SubflowId> OpenAsked(const mptcp::Endpoint& local,
                                              const mptcp::Endpoint& remote,
                                              bool backup);
    [[nodiscard]] mptcp::AddressId PeerIdOf(const mptcp::Endpoint& remote) const;
    /// \return true when there is a destination more, or one more to try again
    bool NotePeerAddress(mptcp::AddressId id, const mptcp::Endpoint& endpoint);
    /// Nobody answers there, and nobody ever has (RFC 8684 3.9.3).
    void NoteUnreached(const MptcpSubflow& subflow, mptcp::DownReason reason);
    void NoteReached(const mptcp::Endpoint& remote);
    void ForgetPeerAddress(mptcp::AddressId id);
    /// Where further subflows may go.
    [[nodiscard]] std::vector<mptcp::Endpoint> KnownRemotes() const;
    /// The peer has not forbidden joins there (flag C, RFC 8684 3.1), nor withdrawn it.
    [[nodiscard]] bool MayJoinAt(const mptcp::Endpoint& remote) const;
    /// The addresses that a further subflow to `remote` may come from, best first: all that are
    /// allowed, or those that the host's routing chooses (draft-handley-mptcp-routing-00 4.1).
    /// \param used by subflows that there are
    [[nodiscard]] std::vector<mptcp::IpAddress> SourcesTo(const mptcp::IpAddress& remote,
                                                          std::vector<mptcp::IpAddress> used);
    /// Local addresses of the subflows to that address.
    [[nodiscard]] std::vector<mptcp::IpAddress> SourcesInUse(const mptcp::IpAddress& remote) const;
    [[nodiscard]] bool IsRouted(const mptcp::IpAddress& local,
                                const mptcp::IpAddress& remote) const;
    /// Those that are not about to go.
    [[nodiscard]] uint32_t LiveSubflows() const;
    /// With so many more, there are as many subflows as the application wants at most.
    [[nodiscard]] bool IsFull(std::size_t further = 0) const;
    void CloseSurplus();
    /// Keeps what is closed for want of room; it comes back when there is.
    void HoldAgain(const MptcpSubflow& closing);
    [[nodiscard]] bool IsKeptBack(const mptcp::SubflowPath& path) const;
    /// The subflow that is to be opened again has not been closed yet: it may stay.
    bool KeepsLateClosing(const mptcp::OpenSubflow& action);
    /// Opens what RequestSubflows asked for before there was a connection.
    void FillSubflows();
    std::vector<mptcp::SubflowId> OpenMissing();
    /// Local address and destination of subflows that could be opened besides those there are.
    [[nodiscard]] std::vector<std::pair<mptcp::IpAddress, mptcp::Endpoint>> MissingPairs();
    /// With those that wait for room.
    [[nodiscard]] std::size_t OpenableSubflows();
    [[nodiscard]] mptcp::TransferProgress Progress() const;
    /// True when the path manager's wish is refused, or kept for later.
    bool HoldsBack(const mptcp::OpenSubflow& action);
    void OpenHeld();
    /// Openings that wait, to an address that the peer has withdrawn or from one that has gone,
    /// are void: the path manager hears that they came to nothing.
    void VoidOpeningsTo(mptcp::AddressId remoteId);
    void VoidOpeningsFrom(const std::vector<mptcp::AddressId>& localIds);
    template <typename Predicate>
    void VoidOpenings(Predicate isVoid);
    /// False for plain TCP, and once both streams have ended.
    [[nodiscard]] bool MayStillJoin() const;
    void DescribePaths(MptcpInfo& info) const;
    /// @}
    void OnSignal(MptcpSubflow& subflow, const mptcp::MptcpOption& option);
    void OnAddAddress(MptcpSubflow& subflow, const mptcp::AddAddress& announced);
    /// \name What version 0 does in another way (RFC 6824)
    /// @{
    void OnAddAddressV0(const MptcpSubflow& subflow, const mptcp::AddAddressV0& announced);
    void AnnounceV0(const mptcp::AnnounceAddress& action);
    /// MP_PRIO about an address of the peer.
    void OnPriorityOfAddress(mptcp::AddressId id, bool backup);
    /// @}
    void OnAddAddressEcho(const mptcp::AddAddress& echo);
    void OnAnnouncementTimer(uint32_t number);
    void WaitForEcho(uint32_t number);
    /// Sends REMOVE_ADDR for what was withdrawn since the last.
    void SendWithdrawals();
    /// Sends it on a subflow that is likely to work, or keeps it for the next one.
    void SendSignal(const mptcp::MptcpOption& signal);
    void SendHeldSignals();
    /// Makes sure that joins to an announced address find somebody.
    void ListenForJoins(mptcp::AddressId id, const mptcp::Endpoint& endpoint);
    template <typename Predicate>
    void CloseJoinListeners(Predicate isOver);
    void CloseAllJoinListeners();
    void AbandonSubflowsFrom(const std::vector<mptcp::AddressId>& localIds);
    void OnRetryDue(uint32_t retryId);
    void Tell(const mptcp::PathEvent& event);
    void Apply(const mptcp::PathActions& actions);
    void Do(const mptcp::OpenSubflow& action);
    void OpenNow(const mptcp::OpenSubflow& action);
    void OpenFromAnywhere(const mptcp::OpenSubflow& action);
    [[nodiscard]] bool UsesEndpoints() const;
    /// Adds what a path manager hears that goes by the endpoints of this host.
    void DescribeEndpoints(mptcp::ConnectionUsable& event);
    [[nodiscard]] uint32_t JoinsUnderWay() const;
    /// False when neither the port that is wished for nor any other can be had.
    bool BindJoin(MptcpSubflow& subflow, const mptcp::Endpoint& local) const;
    /// The peer's first DSS: subflows may be opened now (RFC 8684 3.1).
    void OnFirstDss();
    void Do(const mptcp::CloseSubflow& action);
    /// Closes it now, or when it is not the only one with data to be acknowledged any more.
    void CloseWhenSafe(MptcpSubflow& subflow);
    void CloseLate();
    void Do(const mptcp::AnnounceAddress& action);
    void Do(const mptcp::WithdrawAddress& action);
    void Do(const mptcp::ChangePriority& action);
    void Do(const mptcp::RetryLater& action);
    Ptr<MptcpSubflow> Find(mptcp::SubflowId id) const;

    MptcpSocket& m_socket;
    Ptr<MptcpStack> m_stack;
    MptcpSocketSettings m_settings;
    uint64_t m_ownerId{0};
    mptcp::Role m_role{mptcp::Role::Initiator};
    mptcp::MptcpVersion m_version{mptcp::MptcpVersion::V1};
    bool m_usesChecksums{false};
    mptcp::Endpoint m_initialLocal; //!< of the first subflow
    std::optional<mptcp::Key> m_localKey;
    mptcp::KeyMaterial m_local;
    mptcp::Key m_remoteKey;
    mptcp::KeyMaterial m_remote;
    mptcp::ConnectionStates m_states;
    std::optional<MptcpSender> m_sender;
    std::optional<MptcpReceiver> m_receiver;
    std::vector<Ptr<MptcpSubflow>> m_subflows;
    std::vector<MptcpSubflow*> m_openingJoins; //!< half open, by the peer
    std::vector<Ptr<MptcpSubflow>> m_usable;   //!< of them, those that may carry data
    Ptr<MptcpPathManager> m_pathManager;
    std::map<uint32_t, EventId> m_retryEvents;
    mptcp::LocalAddressIds m_localIds;
    mptcp::Announcements m_announcements;
    std::map<uint32_t, EventId> m_announcementTimers; //!< by the number of the announcement
    std::vector<mptcp::AddressId> m_withdrawn;        //!< REMOVE_ADDR is still to be sent
    std::vector<mptcp::MptcpOption> m_heldSignals;    //!< for want of a subflow
    std::vector<std::pair<mptcp::AddressId, mptcp::Endpoint>> m_joinListeners; //!< ours to close
    uint16_t m_peerPort{0};                          //!< of the first subflow
    bool m_isDssHeard{false};                        //!< on any subflow
    std::vector<mptcp::OpenSubflow> m_earlyOpenings; //!< for want of a DSS
    std::vector<mptcp::SubflowId> m_lateClosings;    //!< the path manager asked for them too early
    bool m_areAddressesChanging{false};
    bool m_isUsable{false};                      //!< the path manager has been told
    std::vector<mptcp::PathEvent> m_earlyEvents; //!< for the path manager, once it is usable
    uint16_t m_nextSubflowId{1};
    EventId m_dataTimer;
    bool m_isDataTimerSet{false}; //!< asking the event is a call into the simulator per segment
    Time m_lastProgress;
    uint32_t m_dataTimeouts{0};   //!< in a row
    uint32_t m_silentTimeouts{0}; //!< of them, those without anything under way
    EventId m_fastCloseTimer;
    EventId m_noSubflowTimer;
    EventId m_resumeEvent;
    mptcp::SinglePathRecovery m_recovery;
    bool m_closedByApplication{false};
    bool m_isFinished{false};
    bool m_isCountedOpen{false}; //!< in MPCurrEstab
    bool m_isCreated{false};     //!< as an MPTCP connection: its end is an event
    bool m_ackDue{false};
    bool m_isProcessing{false}; //!< a segment's acknowledgement is still to be built
    uint64_t m_freedBytes{0};   //!< acknowledged and not yet reported to the application
    MptcpSubflow* m_lastHeard{nullptr};
    bool m_capsWindows{false};
    std::optional<mptcp::BufferAutotuning> m_sendTuning; //!< empty: the buffer stays as it is
    std::optional<mptcp::BufferAutotuning> m_receiveTuning;
    uint64_t m_acknowledgedBytes{0}; //!< of our stream
    uint64_t m_arrivedBytes{0};      //!< on all subflows together
    bool m_isOffered{false};         //!< MPTCP, by this host

    /// Announced and not withdrawn; one identifier may have several ports of one address.
    struct PeerAddress
    {
        mptcp::Endpoint endpoint;
        bool reached{false}; //!< by a subflow, once
        bool givenUp{false}; //!< until it is announced again
    };

    std::multimap<mptcp::AddressId, PeerAddress> m_peerAddresses;
    mptcp::Endpoint m_initialRemote;                //!< of the first subflow
    bool m_refusesInitialRemote{false};             //!< the peer has set flag C
    bool m_isInitialRemoteGone{false};              //!< the peer has withdrawn identifier 0
    std::vector<mptcp::OpenSubflow> m_heldOpenings; //!< too early for them, or too many
    std::vector<mptcp::SubflowId> m_replacements;   //!< an address is removed when they are up
    EventId m_removalTimer;
    EventId m_replacementTimer;
    uint64_t m_goneAckedBytes{0}; //!< of subflows that are no more
    uint64_t m_goneReceivedBytes{0};
    Time m_lastDataSent;
    Time m_lastDataReceived;
    Time m_lastAckReceived;
    std::vector<mptcp::IpAddress> m_leaving; //!< removed by the application, with subflows still
};

} // namespace ns3

#endif // MPTCP_CONNECTION_H
