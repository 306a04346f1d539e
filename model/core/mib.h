// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_MIB_H
#define MPTCP_MIB_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mptcp
{

/**
 * The counters of one host, under the names and with the meaning they have in Linux
 * (`nstat -as 'MPTcpExt*'`), so that what users know of a real host can be read off a simulated
 * one.
 *
 * Counters of Linux that nothing here can raise are not in the list.
 */
enum class Mib : uint8_t
{
    MPCapableSYNRX,          //!< SYN with MP_CAPABLE received
    MPCapableSYNTX,          //!< SYN with MP_CAPABLE sent, retransmissions not counted
    MPCapableSYNACKRX,       //!< SYN/ACK with MP_CAPABLE received
    MPCapableACKRX,          //!< third ACK, or first data, with the right keys received
    MPCapableFallbackACK,    //!< responder: fell back, the third ACK had no usable MP_CAPABLE
    MPCapableFallbackSYNACK, //!< initiator: fell back, the SYN/ACK had no usable MP_CAPABLE
    MPCapableSYNTXDrop,      //!< initiator: retransmitted its SYN without MP_CAPABLE
    MPCapableEndpAttempt,    //!< SYN that is no join to a port announced for joins only
    MPFallbackTokenInit,     //!< fell back because no free token was found
    MPTCPRetrans,            //!< segments sent once more at the data level (reinjection)
    MPJoinNoTokenFound,      //!< SYN with MP_JOIN for an unknown token
    MPJoinSynRx,             //!< SYN with MP_JOIN, whatever its token
    MPJoinSynBackupRx,       //!< of them, those with the backup flag
    MPJoinSynAckRx,          //!< SYN/ACK with MP_JOIN and the right code received
    MPJoinSynAckBackupRx,    //!< of them, those with the backup flag
    MPJoinSynAckHMacFailure, //!< SYN/ACK with MP_JOIN and a wrong code
    MPJoinAckRx,             //!< third ACK with MP_JOIN and the right code
    MPJoinAckHMacFailure,    //!< third ACK with MP_JOIN and a wrong code
    MPJoinRejected,          //!< join refused: limits, or the connection is closing
    MPJoinSynTx,             //!< SYN with MP_JOIN sent, retransmissions not counted
    MPJoinSynTxBindErr,      //!< a join's local address could not be bound
    MPJoinSynTxConnectErr,   //!< a join could not be sent: no route
    DSSNotMatching,          //!< a mapping contradicts an earlier one for the same bytes
    DSSCorruptionFallback,   //!< mapping error answered by fallback
    DSSCorruptionReset,      //!< mapping error answered by a reset of the subflow
    InfiniteMapTx,           //!< infinite mapping sent
    InfiniteMapRx,           //!< infinite mapping received
    DSSNoMatchTCP,           //!< a mapping does not match the TCP sequence numbers that carry it
    DataCsumErr,             //!< DSS checksum wrong
    OFOQueueTail,            //!< of OFOQueue, those behind all that waited already
    OFOQueue,                //!< segment that came before data it follows
    OFOMerge,                //!< of OFOQueue, those that begin where one in the queue ends
    NoDSSInWindow,           //!< data out of order beyond the connection's window
    DuplicateData,           //!< segment with nothing but data that had been received
    AddAddr,                 //!< ADD_ADDR with a valid code received
    AddAddrTx,               //!< ADD_ADDR sent, retransmissions included
    EchoAdd,                 //!< ADD_ADDR echo received
    EchoAddTx,               //!< ADD_ADDR echo sent
    PortAdd,                 //!< ADD_ADDR with a port received
    AddAddrDrop,             //!< ADD_ADDR received and not used
    MPJoinPortSynRx,         //!< SYN with MP_JOIN to an announced port
    MPJoinPortSynAckRx,      //!< SYN/ACK with MP_JOIN from an announced port
    MPJoinPortAckRx,         //!< third ACK with MP_JOIN to an announced port
    MismatchPortSynRx,       //!< SYN with MP_JOIN to a port that was not announced
    MismatchPortAckRx,       //!< third ACK with MP_JOIN to a port that was not announced
    RmAddr,                  //!< REMOVE_ADDR received
    RmAddrDrop,              //!< REMOVE_ADDR received and not used
    RmAddrTx,                //!< REMOVE_ADDR sent
    RmSubflow,               //!< subflow removed because an address went
    MPPrioTx,                //!< MP_PRIO sent
    MPPrioRx,                //!< MP_PRIO received
    MPFailTx,                //!< MP_FAIL sent
    MPFailRx,                //!< MP_FAIL received
    MPFastcloseTx,           //!< MP_FASTCLOSE sent
    MPFastcloseRx,           //!< MP_FASTCLOSE with the right key received
    MPRstTx,                 //!< RST with MP_TCPRST sent
    MPRstRx,                 //!< RST with MP_TCPRST received
    RcvPruned,               //!< data in order dropped because the receive buffer was full
    SubflowStale,            //!< subflow no longer used because it makes no progress
    SubflowRecover,          //!< stale subflow in use again
    MPCurrEstab,             //!< connections established now
    MPCapableDataFallback,   //!< fell back: no DSS and no MP_CAPABLE on the first data
    DssFallback,             //!< fell back: bad or missing DSS after the handshake
    SimultConnectFallback,   //!< fell back: simultaneous open
    FallbackFailed,          //!< could not fall back any more, reset instead
    WinProbe,                //!< probe of a closed connection-level window sent
    COUNT
};

/// The name in Linux, without the prefix `MPTcpExt`.
[[nodiscard]] std::string_view NameOf(Mib counter);

/// The counters of one host.
class MibCounters
{
  public:
    void Increment(Mib counter)
    {
        ++m_values[static_cast<std::size_t>(counter)];
    }

    /// For gauges (`MPCurrEstab`) only.
    void Decrement(Mib counter)
    {
        --m_values[static_cast<std::size_t>(counter)];
    }

    [[nodiscard]] uint64_t Get(Mib counter) const
    {
        return m_values[static_cast<std::size_t>(counter)];
    }

  private:
    std::array<uint64_t, static_cast<std::size_t>(Mib::COUNT)> m_values{};
};

} // namespace mptcp

#endif // MPTCP_MIB_H
