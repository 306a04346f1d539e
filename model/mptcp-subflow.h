// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SUBFLOW_H
#define MPTCP_SUBFLOW_H

#include "api/mptcp-connection-info.h"
#include "core/buffers/opportunistic-retransmission.h"
#include "core/buffers/receiver-rtt.h"
#include "core/buffers/window-limits.h"
#include "core/congestion/path-window.h"
#include "core/handshake/subflow-handshake.h"
#include "core/paths/path-events.h"
#include "core/scheduling/snapshots.h"
#include "core/stream/receive-mappings.h"
#include "core/stream/subflow-mappings.h"
#include "core/wire/option-space.h"
#include "mptcp-arrivals.h"
#include "mptcp-socket-settings.h"

#include "ns3/tcp-socket-base.h"

#include <deque>
#include <optional>

namespace ns3
{

class MptcpConnection;
class MptcpCoupledCongestion;
class MptcpRawTcpHeader;
class MptcpStack;

/**
 * One TCP connection of an MPTCP connection: ns-3's TcpSocketBase with hooks.
 *
 * TCP stays in charge of windows, retransmission and timers. The hooks clip a segment where its
 * mapping ends, put options into what leaves and take them from what arrives, and report to the
 * connection. After Detach, or once fallen back, it is TcpSocketBase and nothing else.
 *
 * docs/architecture.md, section 6, lists what each override adds and why.
 */
class MptcpSubflow : public TcpSocketBase
{
  public:
    static TypeId GetTypeId();
    MptcpSubflow();
    /// A fork of a listening subflow takes over what its SYN brought.
    MptcpSubflow(const MptcpSubflow& listener);
    ~MptcpSubflow() override;

    /// A closed subflow with the node's TCP, RTT estimator, recovery and congestion control.
    static Ptr<MptcpSubflow> Create(Ptr<MptcpStack> stack, const MptcpSocketSettings& settings);

    /// All that the settings say; for one that is still closed.
    void Configure(const MptcpSocketSettings& settings);
    /// What of them may change later: timers, retries, Nagle's algorithm.
    void ApplyOptions(const MptcpSocketSettings& settings);
    void ApplyIpOptions(const MptcpIpOptions& options);
    /// The next Listen takes MP_CAPABLE for nothing.
    void ListenAsPlain();
    /// Makes `connection` the one to report to.
    void Attach(MptcpConnection& connection, mptcp::SubflowId id);
    /// Lets go of the connection; the socket ends its life as plain TCP.
    void Detach();
    /// The next Connect offers MP_CAPABLE (RFC 8684 3.1).
    void StartConnection(const mptcp::CapableConfig& config);
    /// The next Connect offers MP_JOIN (RFC 8684 3.2).
    void StartJoin(const mptcp::JoinConfig& config, const mptcp::SubflowPath& path);
    /// Listens for MP_JOINs to an announced address and port; every other SYN is reset.
    bool ListenForJoins(const Address& local);
    /// Connects from the device that owns the local address, so that routing cannot take another.
    SocketErrno ConnectBound(const Address& remote);

    [[nodiscard]] MptcpConnection* GetConnection() const;
    [[nodiscard]] mptcp::SubflowId GetSubflowId() const;
    [[nodiscard]] bool IsJoin() const;
    /// Established, and the connection knows.
    [[nodiscard]] bool IsEstablishedReported() const;
    /// While a listening subflow passes on a SYN: whether that is an MP_JOIN.
    [[nodiscard]] bool IsAdmittingJoin() const;
    /// No MPTCP: fallen back, or never anything else.
    [[nodiscard]] bool IsPlain() const;
    /// May be given data now.
    [[nodiscard]] bool IsUsable() const;
    /// Its FIN is sent, or about to be.
    [[nodiscard]] bool IsClosing() const;
    /// Closed, or only waiting for time to pass.
    [[nodiscard]] bool IsDone() const;
    [[nodiscard]] bool IsBackup() const;
    /// A timeout has passed since the peer was heard last.
    [[nodiscard]] bool IsSuspect() const;
    /// The path may be dead: a retransmission timeout, or data that is acknowledged by TCP alone.
    void Suspect();
    /// Our own wish about it.
    void SetBackup(bool backup);
    /// The peer's, by MP_PRIO; it overrides what its MP_JOIN said (RFC 8684 3.3.8).
    void SetPeerBackup(bool backup);
    /// A segment with its addresses and ports, from MptcpArrivals. False if TCP must look at it.
    bool TakeSegment(Ptr<Packet> packet,
                     const Ipv4Header& header,
                     Ptr<Ipv4Interface> incomingInterface);
    [[nodiscard]] const mptcp::SubflowHandshake* GetHandshake() const;
    [[nodiscard]] const mptcp::SubflowPath& GetPath() const;
    /// Both ends as TCP knows them; they stay when the subflow is closed.
    [[nodiscard]] const mptcp::Endpoint& GetLocalEndpoint() const;
    [[nodiscard]] const mptcp::Endpoint& GetRemoteEndpoint() const;
    /// The key this host declared for a connection that was opened towards it, with the owner it
    /// is reserved for; the caller takes the reservation over.
    [[nodiscard]] std::optional<uint64_t> TakeKeyReservation();
    /// The peer's window as this subflow last heard it, in bytes.
    [[nodiscard]] uint32_t PeerWindowBytes() const;
    /// Our window as the peer last heard it here, in bytes.
    [[nodiscard]] uint32_t AdvertisedBytes() const;
    [[nodiscard]] uint32_t SegmentBytes() const;
    [[nodiscard]] Time RetransmissionTimeout() const;
    /// Payload bytes the peer has acknowledged on this subflow.
    [[nodiscard]] uint64_t AcknowledgedBytes() const;
    /// Payload bytes taken in order from this subflow.
    [[nodiscard]] uint64_t ReceivedBytes() const;

    [[nodiscard]] mptcp::SubflowSnapshot Snapshot() const;
    /// Shares of the traffic are left out (model/api/mptcp-connection-info.cc).
    [[nodiscard]] MptcpSubflowInfo GetInfo() const;
    [[nodiscard]] mptcp::PathWindow PathWindow() const;
    /// Sent and not yet acknowledged cumulatively (FlightSize of RFC 5681 2).
    [[nodiscard]] uint32_t FlightSizeBytes() const;
    /// The segment at hand has made the connection push already, and its window is still the same.
    /// True once.
    [[nodiscard]] bool TakeGathered();

    /// Takes over data to send; false, and nothing is taken, when that is not possible now.
    bool Accept(mptcp::DataSequence begin, Ptr<Packet> payload);

    /// The data before `end` has been accepted and is still to leave here for the first time.
    [[nodiscard]] bool HasUnsentUpTo(mptcp::DataSequence end) const;

    /// One past the furthest byte of the connection's stream it was ever given; empty: none yet.
    [[nodiscard]] std::optional<mptcp::DataSequence> AcceptedEnd() const
    {
        return m_acceptedEnd;
    }

    /// True when it still has some of `range` to get acknowledged by the peer's TCP.
    [[nodiscard]] bool Carries(mptcp::DataRange range) const;
    /// True when it was given some of `range`, and the peer's TCP, or somebody in its place, has
    /// acknowledged all of that, but no Data ACK has.
    [[nodiscard]] bool HasTaken(mptcp::DataRange range) const;
    /// True when Carries holds for every byte of it.
    [[nodiscard]] bool CarriesAll(mptcp::DataRange range) const;
    /// \name For the connection's buffers (mptcp-subflow-windows.cc)
    /// @{
    /// Adds the runs with data behind `from` that it still has to get acknowledged.
    void CollectCarried(mptcp::DataSequence from, mptcp::CarriedRanges& carried) const;
    /// It holds up the connection: see mptcp::Penalty. Not while TCP deals with a loss.
    void Penalise();
    /// Looks for a queue that only makes delay: see mptcp::WindowCap.
    void CapWindow();
    /// Looks at the timestamp that the segment at hand echoes.
    void MeasureReceiverRtt();
    /// See mptcp::ReceiverRtt; zero: not measured.
    [[nodiscard]] std::chrono::nanoseconds ReceiverRtt() const;
    /// @}
    /// Everything it was given and that no DATA_ACK has covered.
    [[nodiscard]] mptcp::SubflowMappings::DataRanges UnacknowledgedData() const;
    /// Both acknowledgements have moved: mappings behind them are not needed any more.
    void ForgetAcknowledged(mptcp::DataSequence dataAck);
    /// As the base, but harmless while both ends are closing and while data waits behind a hole:
    /// the base would send a reset then.
    int Close() override;
    /// Bounds the wait for the peer's FIN, if there is one and nobody wants it to last.
    void WatchFinWait();
    /// Sends an acknowledgement now.
    void SendAck();
    /// Sends `signal` on an acknowledgement made for it, or on the next with room; after two such
    /// in a row not before another segment or a pause (RFC 8684 3).
    void SendSignal(const mptcp::MptcpOption& signal);
    /// RST with MP_TCPRST (RFC 8684 3.6).
    void Reset(mptcp::ResetReason reason);
    /// The same with MP_FASTCLOSE; `receiver` is the peer's key (RFC 8684 3.5, Option R).
    void FastCloseByReset(mptcp::Key receiver, mptcp::ResetReason reason);
    /// An acknowledgement with MP_FASTCLOSE (RFC 8684 3.5, Option A).
    void FastCloseByAck(mptcp::Key receiver);
    /// What MP_TCPRST said on the reset that ended this subflow, sent or received; empty when
    /// there was no reset, or one without it.
    [[nodiscard]] std::optional<mptcp::Reset> GetReset() const;
    [[nodiscard]] bool IsResetByPeer() const;
    /// Its local address has gone: ends without waiting for anything.
    void Abandon();
    /// The peer says that its address has gone: ends with a reset unless a TCP keepalive is
    /// answered (RFC 8684 3.4.2).
    void Probe();
    /// The segment at hand has no route. If it carries data the connection is to know
    /// (draft-handley-mptcp-routing-00 3, rule 2).
    void NoteUnroutable();
    /// Continues as plain TCP (RFC 8684 3.7): from now on both streams are mapped by position.
    void FallBack();
    /// The first new data from here on brings an infinite mapping (RFC 8684 3.7), so that a peer
    /// that still hears our options falls back too.
    /// \param unacknowledged the first number the peer has not acknowledged.
    /// \param next the number of the next byte this subflow will be given.
    void DeclareInfiniteMapping(mptcp::DataSequence unacknowledged, mptcp::DataSequence next);
    /// The peer has fallen back as well and need not be told.
    void OmitInfiniteMapping();
    /// Resets the subflow as soon as the segment at hand is dealt with.
    void Break(mptcp::ResetReason reason);
    /// The same with MP_FAIL: data from `begin` on was not what its checksum said (RFC 8684 3.7).
    void BreakWithFail(mptcp::DataSequence begin);
    /// Sends MP_FAIL until the peer agrees to fall back, and delivers nothing until then: what
    /// arrives from `begin` on is not what was sent (RFC 8684 3.7).
    void Fail(mptcp::DataSequence begin);
    /// The same for a new subflow that is to be the only one, on which nothing has failed: `begin`
    /// is what is expected next. A peer that goes on with MPTCP, since RFC 8684 knows of no such
    /// question, gets its way.
    void AskForSinglePath(mptcp::DataSequence begin);
    /// Delivers what was held back while there were other subflows.
    void Resume();
    /// That has happened and the peer has not yet agreed.
    [[nodiscard]] bool IsFailing() const;
    /// This host or the peer has given it up because of a middlebox.
    [[nodiscard]] bool IsDamaged() const;
    /// The number of the next byte to be drained, if positions replace mappings.
    [[nodiscard]] mptcp::DataSequence PlainBegin() const;
    /// The peer has heard our MP_FAIL, and answered by one.
    void NoteFailAnswered();
    /// Answers MP_FAIL: by MP_FAIL, or by an acknowledgement that has no option any more.
    void AnswerFail(std::optional<mptcp::DataSequence> expected);
    /// Whether all data given to it continues the stream without a gap (RFC 8684 3.7).
    [[nodiscard]] bool CarriesWholeStream(mptcp::DataSequence unacknowledged,
                                          mptcp::DataSequence next) const;
    /// The peer is known to send DSS, and the segment at hand does not speak against it.
    [[nodiscard]] bool ExpectsMapping() const;
    /// A DSS has arrived, or had before: the peer does send them.
    void NoteDss();
    [[nodiscard]] bool HasHeardDss() const;
    /// Tells the connection, once, that the handshake is complete.
    void AnnounceEstablished();
    /// Brings what has arrived in order to the connection.
    void Drain();

    /// Called by the stack: puts options into a segment of this subflow.
    /// \param checksumAddresses source and destination, when TCP checksums are to be computed.
    void EditOutgoing(Ptr<Packet> packet,
                      bool isIpv6,
                      const std::optional<std::pair<Address, Address>>& checksumAddresses);

  protected:
    void DoDispose() override;

    // Hooks into TcpSocketBase.
    void DoForwardUp(Ptr<Packet> packet,
                     const Address& fromAddress,
                     const Address& toAddress) override;
    Ptr<TcpSocketBase> Fork() override;
    void CompleteFork(Ptr<Packet> packet,
                      const TcpHeader& header,
                      const Address& fromAddress,
                      const Address& toAddress) override;
    uint32_t SendDataPacket(SequenceNumber32 seq, uint32_t maxSize, bool withAck) override;
    void SendEmptyPacket(uint8_t flags) override;
    uint16_t AdvertisedWindowSize(bool scale = true) const override;
    void ReceivedAck(Ptr<Packet> packet, const TcpHeader& header) override;
    void NewAck(const SequenceNumber32& ack, bool resetRto) override;
    uint32_t AvailableWindow() const override;
    void ReTxTimeout() override;
    void EstimateRtt(const TcpHeader& header) override;
    void PersistTimeout() override;

  private:
    /// What a listening subflow learnt from the SYN at hand, for the fork.
    struct Admission
    {
        std::optional<mptcp::SubflowHandshake> handshake; //!< empty: plain TCP
        MptcpConnection* connection{nullptr};             //!< for joins
        std::optional<uint64_t> keyOwner;
        std::optional<uint16_t> peerMaximumSegment;
    };

    /// Makes the endpoint bring segments to OnArrival, and MptcpArrivals, which is faster.
    void TakeArrivals();
    void LeaveArrivals();
    /// Takes MPTCP's options out of a segment before `forward` hands it to the base.
    template <typename Forward>
    void Arrive(Packet& packet, Forward forward);
    void OnArrival(Ptr<Packet> packet,
                   Ipv4Header header,
                   uint16_t port,
                   Ptr<Ipv4Interface> incomingInterface);
    void OnArrival6(Ptr<Packet> packet,
                    Ipv6Header header,
                    uint16_t port,
                    Ptr<Ipv6Interface> incomingInterface);
    /// Segments must leave room for all options in the MTU and in what the peer takes.
    void LimitSegment(uint32_t bytes);
    void LimitSegmentToDevice();
    /// Of a SYN that may have led to nothing.
    void ForgetAdmission();
    /// False when the SYN was answered by a reset.
    bool Admit(const MptcpRawTcpHeader& header, const Address& from, const Address& to);
    void RefuseJoin(const MptcpRawTcpHeader& header,
                    const Address& from,
                    const Address& to,
                    mptcp::ResetReason reason);
    /// Answers an acknowledgement of what was never sent by a reset with that number, and nothing
    /// else: the handshake it disturbs goes on (RFC 9293 3.10.7.4).
    void RefuseAcknowledgement(const MptcpRawTcpHeader& header,
                               const Address& from,
                               const Address& to);
    /// False when TCP must not see the segment.
    bool Inspect(const MptcpRawTcpHeader& header, uint32_t payloadBytes);
    bool Obey(const mptcp::Verdict& verdict);
    /// \name Counters (mptcp-counting.cc)
    /// @{
    void CountHandshake(mptcp::HandshakeState before);
    void CountFallback(mptcp::HandshakeState before);
    void CountJoinSyn(const mptcp::JoinSyn& join);
    /// @}
    /// The peer has been heard.
    void Trust();
    /// Reads a RST's options; false when TCP must not see it.
    bool InspectReset(const MptcpRawTcpHeader& header, const mptcp::OptionList& options);
    /// What the peer's reset means for the path (RFC 8684 3.6).
    [[nodiscard]] mptcp::DownReason MeaningOfReset(bool wasOpening) const;
    void WantResetOptions(mptcp::WantedOptions& wanted);
    /// Gives the reset about to leave the number the peer expects.
    void NumberReset();
    void NumberAcknowledgment(MptcpRawTcpHeader& header) const;
    /// Whether it asks for nothing but an answer (RFC 1122 4.2.3.6).
    [[nodiscard]] bool IsKeepalive(const MptcpRawTcpHeader& header, uint32_t payloadBytes) const;
    [[nodiscard]] bool IsAcceptable(const MptcpRawTcpHeader& header,
                                    uint32_t payloadBytes,
                                    bool hasTimestamp) const;
    /// Where a mapping begins in the peer's stream; none before that has a number.
    [[nodiscard]] std::optional<mptcp::DataSequence> BeginOf(
        const mptcp::DssMapping& mapping) const;
    void LearnMapping(const MptcpRawTcpHeader& header,
                      uint32_t payloadBytes,
                      const mptcp::OptionList& options);

    /// \name Is what arrives what was sent? Does MPTCP get through? (mptcp-subflow-integrity.cc)
    /// @{
    [[nodiscard]] bool UsesChecksums() const;
    /// The checksum the next bytes of this subflow need, if they do.
    [[nodiscard]] std::optional<uint16_t> ChecksumFor(mptcp::DataSequence begin,
                                                      const Packet& payload) const;
    /// Takes one DSS or MP_CAPABLE mapping; `offset` and `begin` are the full numbers.
    void TakeMapping(const mptcp::DssMapping& mapping,
                     mptcp::SubflowOffset offset,
                     mptcp::DataSequence begin,
                     mptcp::SubflowOffset segment,
                     uint32_t payloadBytes);
    /// The bytes from the drain offset to the mapping's end; 0 while it has not arrived whole.
    uint32_t VerifiableBytes(const mptcp::ReceiveMappings::Declared& declared,
                             uint32_t availableBytes);
    /// False, and the bytes are not to be delivered, when their checksum is wrong.
    bool CheckDrained(const mptcp::ReceiveMappings::Declared& declared, Ptr<Packet> payload);
    /// Without checksums the shape of a segment is all there is to see: whether it fits the mapping
    /// it carries. Breaks the subflow, or asks to fall back, and returns false if it does not.
    /// \param begin data sequence number that the mapping begins with
    bool CheckShape(mptcp::SubflowOffset mapping,
                    mptcp::DataSequence begin,
                    uint32_t mappingBytes,
                    mptcp::SubflowOffset segment,
                    uint32_t segmentBytes);
    /// Bytes of a mapping that may be delivered, of those that are there.
    [[nodiscard]] uint32_t DeliverableBytes(uint32_t pieceBytes, uint32_t availableBytes) const;
    /// Data waits whose mapping is unknown; true when it needs none any more.
    bool AwaitMapping(uint32_t availableBytes);
    void OnMappingTimer();
    /// Whether it is known where in the stream belongs what is drained next. What a later subflow
    /// brings may be of any part of it (RFC 8684 3.7).
    [[nodiscard]] bool KnowsPlace() const;
    /// After fallback: data waits, and only the peer can say where it belongs.
    void AskForPlace();
    void RepeatFail();
    /// Looks at what a segment says by having no option.
    void WatchForSilence(const MptcpRawTcpHeader& header,
                         uint32_t payloadBytes,
                         mptcp::OptionView options);
    /// A mapping that still comes after fallback: the peer may repeat what it does not know to be
    /// here.
    void FollowMapping(const mptcp::DssMapping& mapping);
    /// Looks at options that still come after fallback.
    void InspectPlain(const MptcpRawTcpHeader& header, uint32_t payloadBytes);
    /// False when the subflow was broken and has been reset now.
    bool EndIfBroken();
    [[nodiscard]] bool HasLastWord() const;
    void WantFail(mptcp::WantedOptions& wanted);
    void WantInfiniteMapping(const MptcpRawTcpHeader& header,
                             uint32_t payloadBytes,
                             mptcp::WantedOptions& wanted);
    void CancelIntegrityTimers();
    /// @}
    void LearnSyn(const MptcpRawTcpHeader& header);
    void AdmitJoin(const mptcp::JoinSyn& join,
                   const mptcp::OptionList& options,
                   const Address& to,
                   std::optional<mptcp::ResetReason>& refused);
    void AdmitConnection(const mptcp::OptionList& options, mptcp::MptcpVersion version);
    /// Flags to send in place of `flags`; leaves MP_CAPABLE out once enough SYNs went unanswered.
    uint8_t PrepareSyn(uint8_t flags);
    /// Nothing that was sent since the SYN/ACK has arrived, perhaps because of its options. The
    /// segment about to leave may have to do without them; m_isPlain says so until then.
    void NoteUnansweredKeys();
    /// \name Both ends have sent a SYN (RFC 9293 3.5)
    /// @{
    /// Makes the base see the ACK in the peer's SYN/ACK, which it would answer by a reset.
    void TakeSynOffSynAck(Packet& packet) const;
    /// Reports the connection, which the base takes for one that was accepted.
    void ReportSimultaneousOpen(TcpStates_t before);
    /// @}
    /// \name Segments of the handshake that are sent more than once
    /// @{
    /// Repeats the third ACK of a join until the fourth arrives (RFC 8684 3.2).
    void RepeatJoinAck();
    void WaitForFourthPacket();
    /// Whether what acknowledges our SYN says that it does the last of several.
    [[nodiscard]] bool AnswersLastSyn(const TcpHeader& header) const;
    /// A SYN that comes again is echoed with its own timestamp (RFC 7323 4.3).
    void HeedRepeatedSyn(const MptcpRawTcpHeader& header);
    /// @}
    [[nodiscard]] Ptr<NetDevice> DeviceFor(const Address& remote) const;
    /// Remembers the address Bind has chosen, for RestoreLocalAddress.
    void KeepLocalAddress();
    void RestoreLocalAddress();
    /// False when the interface it is bound to has lost its last address.
    [[nodiscard]] bool HasSourceAddress() const;
    void SendProbe();
    /// Something acceptable has arrived while it is probing.
    void NoteAnswer();
    void AfterSegment();
    /// Takes smaller windows over, if there are any.
    void Narrow(const std::optional<mptcp::WindowPair>& windows);
    void KeepRetransmitting();
    /// The peer's window as the base asks for it to see whether new data may go. When what is sent
    /// fills it to the byte, the base would find room for a segment of no bytes, because some of
    /// that is known to have arrived, and stop the program at it.
    [[nodiscard]] uint32_t WindowForNewData() const;
    /// Closed, without what is left of TCP's closing handshake.
    void GiveUpClosing();
    /// Takes a segment after both FINs are known; false when it is for the base.
    bool AnswerWhileClosing(const MptcpRawTcpHeader& header);
    /// False when the segment must be dropped and answered, for it acknowledges what was never sent
    /// (RFC 9293 3.10.7.3 and 3.10.7.4). The base takes its word in most states, and otherwise
    /// gives the connection up or lets a FIN complete the handshake.
    [[nodiscard]] bool AcknowledgesWhatWasSent(const MptcpRawTcpHeader& header) const;
    /// Forgets payload and a second FIN behind the peer's FIN (RFC 9293 3.10.7.4); the base would
    /// take them. False when the rest of the segment is for the base.
    bool IgnoreBehindFin(Packet& packet, const MptcpRawTcpHeader& header, uint32_t payloadBytes);
    /// No segment of the peer can begin behind it. The base's notion of it is the peer's FIN once
    /// that is known, although all later acknowledgements and resets come behind that.
    [[nodiscard]] SequenceNumber32 ReceiveEdge() const;
    /// Acknowledges data for which the base is not prepared any more.
    void HeedWhileClosing(const Packet& segment);
    /// Leaves the FIN alone in a segment, and returns the data as one of its own.
    static Ptr<Packet> TakeDataBeforeFin(Packet& segment);
    /// Sends the FIN that waited for data to leave.
    void CloseIfDrained();
    /// Undoes a wrong turn of the base after a segment that came in state `before`.
    void RepairClosingState(TcpStates_t before, const MptcpRawTcpHeader& header);
    void BindToOwnerOf(const Address& local);
    /// \name What depends on the routing of the host (mptcp-subflow-routing.cc)
    /// @{
    /// Binds to the device, unless the host's routing goes by source addresses itself.
    void UseDevice(Ptr<NetDevice> device, mptcp::AddressFamily family);
    /// The device it is bound to or made for.
    [[nodiscard]] Ptr<NetDevice> GetDevice() const;
    /// False when a host that routes by source has no route from the bound address.
    [[nodiscard]] bool CanLeaveFor(const mptcp::Endpoint& remote) const;
    /// Whether the host's routing has nothing against the SYN that is being admitted.
    [[nodiscard]] bool IsRoutingFor(const Address& from, const Address& to) const;
    /// A segment with data had no route: has the connection told when TCP is through.
    void PassOnLoss();
    void ReportUnroutable();
    /// @}
    /// Reports the end once, when the endpoint is gone.
    void CheckClosed(mptcp::DownReason reason);
    void ReportClosed(mptcp::DownReason reason);
    void OnConnectSucceeded(Ptr<Socket> socket);
    void OnReadable(Ptr<Socket> socket);
    void OnErrorClosed(Ptr<Socket> socket);

    void WantOptions(const MptcpRawTcpHeader& header,
                     uint32_t payloadBytes,
                     mptcp::WantedOptions& wanted);
    /// Takes what waits in m_signals, at `importance`.
    void WantSignals(mptcp::OptionImportance importance, mptcp::WantedOptions& wanted);
    /// On an acknowledgement made for signals these go before the DSS, if both do not fit.
    [[nodiscard]] bool MustLeaveOutDss(std::size_t tcpOptionBytes) const;
    void CountSignals(const mptcp::OptionList& sent);
    /// \name Acknowledgements for signals (mptcp-subflow-signals.cc)
    /// @{
    void SendSignalAck();
    void SendHeldSignals();
    /// Whether an acknowledgement with this number may carry signals: not a third in a row.
    [[nodiscard]] bool MaySignalAt(uint32_t ackNumber) const;
    /// Counts those in a row; for every segment that leaves.
    void NoteSignalAck(const MptcpRawTcpHeader& header,
                       uint32_t payloadBytes,
                       const mptcp::OptionList& sent);
    /// Whether there is any option but DSS.
    [[nodiscard]] static bool HasSignal(const mptcp::OptionList& options);
    /// @}
    void WantDss(const MptcpRawTcpHeader& header,
                 uint32_t payloadBytes,
                 mptcp::WantedOptions& wanted);
    [[nodiscard]] mptcp::SubflowOffset SentOffset(uint32_t sequence) const;
    [[nodiscard]] std::optional<uint16_t> OwnMaximumSegment(bool isIpv6) const;

    Ptr<MptcpStack> m_stack;
    MptcpConnection* m_connection{nullptr};
    Ptr<MptcpCoupledCongestion> m_coupled; //!< the congestion control, if it is a coupled one
    std::optional<MptcpArrivals::Key> m_arrivalsKey;
    const MptcpRawTcpHeader* m_arrival{nullptr}; //!< of the segment at hand, as it arrived
    uint32_t m_arrivalPayloadBytes{0};           //!< its payload
    mptcp::SubflowId m_id;
    mptcp::SubflowPath m_path;
    mptcp::Endpoint m_localEndpoint;
    mptcp::Endpoint m_remoteEndpoint;
    std::optional<mptcp::SubflowHandshake> m_handshake;
    std::optional<Admission> m_admission;
    std::optional<uint64_t> m_keyOwner;
    bool m_isJoin{false};
    bool m_mayGather{false};   //!< the base sends right after the acknowledgement at hand
    bool m_isGathering{false}; //!< what is accepted now leaves with that
    std::optional<uint32_t> m_gatheredWindowBytes; //!< the congestion window it was gathered for
    bool m_isPlain{false};
    bool m_isSimultaneousOpen{false};
    bool m_isBackup{false};         //!< asked for by us, in MP_JOIN or MP_PRIO
    std::optional<bool> m_priority; //!< by the peer's MP_PRIO
    bool m_isSuspect{false};
    bool m_isCountedStale{false}; //!< in SubflowStale
    bool m_isFinReported{false};
    bool m_isClosedReported{false};
    bool m_wasOpened{false};
    bool m_hasHeardDss{false};

    SequenceNumber32 m_localIsn{0};
    SequenceNumber32 m_remoteIsn{0};
    mptcp::SubflowMappings m_mappings;
    mptcp::ReceiveMappings m_receiveMappings;
    mptcp::SubflowOffset m_appendOffset{1}; //!< of the next byte to be accepted
    mptcp::SubflowOffset m_drainOffset{1};  //!< of the next byte to be drained
    std::optional<mptcp::DataSequence> m_acceptedEnd;
    std::deque<mptcp::MptcpOption> m_signals;
    bool m_areSignalsHeld{false};   //!< they wait for the end of a row
    bool m_hasSignalArrived{false}; //!< with the segment at hand
    uint32_t m_lastAckNumber{0};    //!< of what was sent
    uint32_t m_signalAcksInARow{0};
    Time m_lastSignalAck;
    EventId m_signalTimer;
    std::optional<mptcp::ResetReason> m_resetReason;
    bool m_isResetTransient{false};
    bool m_isResetByPeer{false};
    bool m_isResetForFail{false}; //!< by the peer, with MP_FAIL
    std::optional<mptcp::Reset> m_peerReset;
    std::optional<mptcp::Key> m_fastCloseKey;     //!< for MP_FASTCLOSE on a reset
    bool m_isFastCloseDue{false};                 //!< on the acknowledgement about to leave
    std::optional<mptcp::ResetReason> m_brokenBy; //!< to be reset for it
    bool m_isDataAckHeard{false}; //!< some of our data here was acknowledged by a Data ACK
    bool m_isArrivalPlain{false}; //!< the segment at hand has no MPTCP option
    std::optional<mptcp::DataSequence> m_failed;     //!< of the mapping whose checksum was wrong
    Ptr<Packet> m_failedPayload;                     //!< its bytes, for after fallback
    std::optional<mptcp::DataSequence> m_failToSend; //!< on a segment without data, or the RST
    uint32_t m_failRepeats{0};
    bool m_isAsking{false};      //!< for single-path mode, by m_failed
    bool m_isDssRepeated{false}; //!< a DSS has come since MP_FAIL was sent for the second time
    EventId m_failTimer;
    EventId m_mappingTimer;
    bool m_answersFail{false}; //!< the peer may not know yet that we have fallen back
    std::optional<mptcp::DssMapping> m_infiniteMapping;
    std::optional<mptcp::DssMapping> m_infiniteAnswer; //!< of a join, to a repeated MP_FAIL
    bool m_isInfiniteDue{false};                       //!< on the acknowledgement about to leave
    mptcp::SubflowOffset m_infiniteFrom;               //!< of the byte whose segment carries it
    bool m_isInfiniteCounted{false};
    bool m_isPeerInfiniteCounted{false};
    std::optional<mptcp::DataSequence> m_infiniteBegin; //!< as the peer has it, at m_drainOffset
    bool m_isPlaceAgreed{false};  //!< MP_FAIL was about what is drained next, and has been heard
    bool m_isSignalAck{false};    //!< the acknowledgement about to leave is made for m_signals
    bool m_isForJoinsOnly{false}; //!< listening
    Address m_boundAddress;       //!< by Bind; its port does not matter
    Ptr<NetDevice> m_device;      //!< of the local address; it need not be bound to it
    bool m_isUnroutable{false};   //!< the segment at hand had no route
    EventId m_lossReport;
    bool m_isProbing{false};
    bool m_isWindowProbe{false}; //!< the segment about to leave is the one of PersistTimeout
    bool m_isKeepalive{false};   //!< the acknowledgement about to leave is one (RFC 1122 4.2.3.6)
    uint32_t m_probesSent{0};
    Time m_probedAt;
    EventId m_probeTimer;
    EventId m_joinTimer;
    uint32_t m_joinAckRepeats{0};
    Time m_joinAckAt;           //!< when the third ACK of a join was sent first
    uint32_t m_synsSent{0};     //!< SYN/ACKs too
    uint32_t m_synTimestamp{0}; //!< of the last of them
    uint32_t m_finsSent{0};
    uint32_t m_probesUnanswered{0}; //!< of a closed window (RFC 9293 3.8.6.1)
    EventId m_finWaitTimer;
    bool m_isAckDue{false};
    bool m_isEstablishedDue{false};
    bool m_isEstablishedReported{false};
    mptcp::Penalty m_penalty;
    mptcp::WindowCap m_windowCap;
    mptcp::ReceiverRtt m_receiverRtt;
    mptcp::SubflowOffset m_measuredOffset{1}; //!< m_drainOffset at the last look
};

} // namespace ns3

#endif // MPTCP_SUBFLOW_H
