// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_STREAM_CONNECTION_STATES_H
#define MPTCP_STREAM_CONNECTION_STATES_H

#include "../data-sequence.h"

#include <cstdint>
#include <optional>
#include <ostream>

namespace mptcp
{

/// States of the connection as a whole, named as in RFC 8684 Appendix D where it names them.
enum class ConnectionState
{
    Opening,       //!< no subflow has completed its handshake yet
    Established,   //!< M_ESTAB
    FinWait1,      //!< M_FINWAIT-1: closed here, our DATA_FIN is not acknowledged
    FinWait2,      //!< M_FINWAIT-2: our DATA_FIN is acknowledged, the peer may still send
    Closing,       //!< M_CLOSING: both closed, our DATA_FIN is not acknowledged
    CloseWait,     //!< M_CLOSEWAIT: the peer closed, we may still send
    LastAck,       //!< M_LAST-ACK: then we closed too, our DATA_FIN is not acknowledged
    TimeWait,      //!< M_TIMEWAIT: all is acknowledged, subflows are closing
    FastCloseWait, //!< FASTCLOSE_WAIT (RFC 8684 3.5): MP_FASTCLOSE sent, a RST is awaited
    Closed         //!< M_CLOSED
};

/// How a connection came to be closed.
enum class CloseCause
{
    StillOpen,
    Orderly,        //!< both DATA_FINs acknowledged; after fallback, both FINs
    LocalFastClose, //!< RFC 8684 3.5, by this host
    PeerFastClose,  //!< RFC 8684 3.5, by the peer
    Timeout,        //!< no subflow left and none came in time (RFC 8684 3.3.3)
    Aborted         //!< given up, or the subflows of a connection that cannot get others failed
};

std::ostream& operator<<(std::ostream& os, ConnectionState state);
std::ostream& operator<<(std::ostream& os, CloseCause cause);

/**
 * Opening, closing, fallback and fast close of a connection. RFC 8684 Appendix D, Figure 22:
 *
 *                              +-----------+
 *                              |  Opening  |
 *                              +-----------+
 *                                    | first subflow established
 *                              +-----------+
 *                              |Established|
 *                              +-----------+
 *                      close     |       |    rcv DATA_FIN
 *                 -------------  |       |  ----------------
 *      +--------+ snd DATA_FIN   |       |  snd DATA_ACK[DFIN]  +---------+
 *      |FinWait1|<---------------'       '--------------------->|CloseWait|
 *      |        |------------------.  rcv DATA_FIN              |         |
 *      +--------+                  |  ------------              +---------+
 *          | rcv DATA_ACK[DFIN]    |  snd DATA_ACK                   | close
 *          |                       |                                 | -------------
 *          v                       v                                 v snd DATA_FIN
 *      +--------+              +-------+                        +---------+
 *      |FinWait2|              |Closing|                        | LastAck |
 *      +--------+              +-------+                        +---------+
 *          | rcv DATA_FIN          | rcv DATA_ACK[DFIN]              | rcv DATA_ACK[DFIN]
 *          | ------------------    | ------------------              | ------------------
 *          | snd DATA_ACK[DFIN]    | close subflows                  | close subflows
 *          | close subflows        v                                 v
 *          |                   +--------+  all subflows closed  +---------+
 *          '------------------>|TimeWait|---------------------->| Closed  |
 *                              +--------+                       +---------+
 *
 *      any but Closed   --- local fast close with ACK --->  FastCloseWait
 *      FastCloseWait    --- RST, or retransmissions used up --->  Closed
 *      any              --- local fast close with RST, peer's fast close, abort --->  Closed
 *
 * "rcv DATA_FIN" is the moment all data before it has arrived: only then does it count and may be
 * acknowledged (RFC 8684 3.3.3). The drawing in the RFC begins to close subflows in M_FINWAIT-2
 * already; here that waits until the peer has no more to send either, so that no path is lost to
 * data still coming.
 *
 * *Fallback* (RFC 8684 3.7) is a property beside the state: the same states then follow the FINs of
 * the one subflow, DATA_FINs do not exist, and the subflow is closed as soon as the application
 * closes.
 *
 * The class keeps no clock. Its owner retransmits what `DataFinToSend` asks for, and reports
 * timeouts.
 */
class ConnectionStates
{
  public:
    /// What a DATA_FIN from the peer meant.
    enum class DataFinResult
    {
        InOrder,    //!< it is next in line: the peer's stream has ended, acknowledge it
        Pending,    //!< noted, data before it is missing
        Repeated,   //!< known already; if it was in order, acknowledge it again
        Conflict,   //!< error: an earlier DATA_FIN had another number
        BeforeData, //!< error: data behind it has been received
        Unexpected  //!< there is no connection to close: opening, closed or fallen back
    };

    /// What a DATA_ACK from the peer meant for our DATA_FIN.
    enum class DataAckResult
    {
        NothingNew,          //!< it concerns data only
        DataFinAcknowledged, //!< first acknowledgement of our DATA_FIN
        Invalid              //!< error: it lies behind our DATA_FIN
    };

    /// The two ways of RFC 8684 3.5 to close fast.
    enum class FastCloseForm
    {
        Ack,  //!< Option A: MP_FASTCLOSE on an ACK of one subflow, RST on the others
        Reset //!< Option R: MP_FASTCLOSE on a RST of all subflows
    };

    enum class FastCloseTimeout
    {
        Retransmit, //!< send the ACK with MP_FASTCLOSE once more
        GiveUp,     //!< send a RST with MP_FASTCLOSE; the connection is closed
        Ignore      //!< no fast close is waiting
    };

    /// How often an unanswered MP_FASTCLOSE is sent again (RFC 8684 3.5 recommends 3).
    static constexpr uint32_t MAX_FAST_CLOSE_RETRANSMISSIONS = 3;

    // ---- what happened ----

    /// The first subflow's handshake is complete. `firstExpected` is the number of the first byte
    /// the peer will send.
    void OnEstablished(DataSequence firstExpected);

    /// The connection goes on as plain TCP on one subflow, for good (RFC 8684 3.7).
    void OnFallback();

    /// The application will write no more. `dataFin` is the number after the last byte written
    /// (SendQueue::End); our DATA_FIN occupies it (RFC 8684 3.3.3). Repetitions are ignored.
    void OnLocalClose(DataSequence dataFin);

    /**
     * A segment carried DATA_FIN with this number.
     * \param furthestReceived one past the furthest byte received so far, if it is known to lie
     *        beyond what is in order (ReassemblyQueue::FurthestEnd).
     */
    DataFinResult OnPeerDataFin(DataSequence dataFin,
                                std::optional<DataSequence> furthestReceived = std::nullopt);

    /// All data before `next` has arrived (ReassemblyQueue::Next).
    /// \return true when this put the peer's DATA_FIN in order.
    bool OnAllDataReceivedUpTo(DataSequence next);

    /// A valid segment carried this DATA_ACK.
    DataAckResult OnDataAck(DataSequence dataAck);

    /// After fallback: the peer's FIN was reached in order on the remaining subflow.
    void OnFallbackFin();

    /// The application, or this host, wants the connection gone at once (RFC 8684 3.5).
    void OnFastClose(FastCloseForm form);

    /// The peer's MP_FASTCLOSE, with the right key, arrived: reset all subflows (RFC 8684 3.5).
    void OnPeerFastClose();

    /// One retransmission timeout passed without a RST in answer to our MP_FASTCLOSE.
    FastCloseTimeout OnFastCloseTimeout();

    /// No subflow is left. Ends TimeWait, FastCloseWait, a connection still opening and one that
    /// fell back; in other states the connection lives on for a while (break before make,
    /// RFC 8684 3.3.3).
    void OnAllSubflowsClosed();

    /// A further subflow was established.
    void OnSubflowEstablished();

    /// The connection-level wait is over: for subflows to finish closing, or, with no subflow
    /// left, for a new one (RFC 8684 3.3.3). Ignored when neither is the case.
    void OnTimeWaitExpired();

    /// Given up for a reason of this host's own.
    void OnAbort();

    // ---- what follows from it ----

    [[nodiscard]] ConnectionState State() const
    {
        return m_state;
    }

    [[nodiscard]] CloseCause Cause() const
    {
        return m_cause;
    }

    [[nodiscard]] bool IsClosed() const
    {
        return m_state == ConnectionState::Closed;
    }

    [[nodiscard]] bool IsFallback() const
    {
        return m_fallback;
    }

    /// The application may write more.
    [[nodiscard]] bool MaySend() const;

    /// Bytes written before may still be granted and retransmitted.
    [[nodiscard]] bool MayTransmit() const;

    /// The peer may send more.
    [[nodiscard]] bool MayReceive() const;

    /// The number of the DATA_FIN to send, and to send again until it is acknowledged. The caller
    /// sends it when all data before it is granted.
    [[nodiscard]] std::optional<DataSequence> DataFinToSend() const;

    [[nodiscard]] bool IsDataFinAcknowledged() const
    {
        return m_localFinAcknowledged;
    }

    /// The peer's stream has ended and all of it has arrived.
    [[nodiscard]] bool PeerDataFinReceived() const
    {
        return m_peerFinInOrder;
    }

    /// Number of the peer's DATA_FIN, in order or not: no data is acceptable from there on.
    [[nodiscard]] std::optional<DataSequence> PeerDataFin() const
    {
        return m_peerFin;
    }

    /// The DATA_ACK to put on segments: what is in order, the peer's DATA_FIN included.
    [[nodiscard]] DataSequence DataAckToSend() const;

    /// A DATA_ACK without the number our DATA_FIN occupies, as SendQueue understands it.
    [[nodiscard]] DataSequence StreamAcknowledgement(DataSequence dataAck) const;

    /// The subflows are to be closed with FINs: the DATA_FINs of both directions are acknowledged
    /// (RFC 8684 3.3.3), or after fallback the application has closed; the caller then grants what
    /// is left first.
    [[nodiscard]] bool ShouldCloseSubflows() const;

    /// No subflow is left, but one may still come: start the connection's timeout
    /// (RFC 8684 3.3.3).
    [[nodiscard]] bool AwaitsSubflow() const;

  private:
    void CheckPeerFin();
    void EnterAfterPeerFin();
    void Close(CloseCause cause);

    ConnectionState m_state{ConnectionState::Opening};
    CloseCause m_cause{CloseCause::StillOpen};
    bool m_fallback{false};
    bool m_noSubflow{false};
    DataSequence m_receivedUpTo;
    std::optional<DataSequence> m_localFin;
    bool m_localFinAcknowledged{false};
    std::optional<DataSequence> m_peerFin;
    bool m_peerFinInOrder{false};
    uint32_t m_fastCloseRetransmissions{0};
};

} // namespace mptcp

#endif // MPTCP_STREAM_CONNECTION_STATES_H
