// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_HANDOVER_DOWNLOAD_H
#define MPTCP_HANDOVER_DOWNLOAD_H

#include "chunked-transfer.h"
#include "delivery-gaps.h"
#include "handover-mode.h"
#include "mptcp-subflow.h"
#include "phone-network.h"
#include "stream-applications.h"
#include "trace-recorder.h"

#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"
#include "ns3/tcp-header.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/// A download to a phone that loses its WiFi, and what is recorded of it.
class HandoverDownload
{
  public:
    struct Setup
    {
        std::string mode; //!< as HandoverMode has it
        ChunkedTransfer::Plan plan;
        uint16_t port{5201};
    };

    /// `recorder` and `network` must outlive it.
    HandoverDownload(const Setup& setup,
                     TraceRecorder& recorder,
                     PhoneNetwork& network,
                     Time start);
    HandoverDownload(const HandoverDownload&) = delete; // its address is with the sockets
    HandoverDownload& operator=(const HandoverDownload&) = delete;

    /// Until everything has arrived, or a minute after the server has sent it.
    void Run();
    /// The row of the summary, as docs/results.md has it.
    void Summarise();

  private:
    /// What one access has carried, of all subflows that there were over it.
    struct AccessRecord
    {
        std::vector<Ptr<MptcpSubflow>> atPhone;
        uint64_t sentBytes{0}; //!< payload that left the server, repetitions included

        [[nodiscard]] double ReceivedBytes() const;
        void OnTransmit(Ptr<const Packet> packet, const TcpHeader&, Ptr<const TcpSocketBase>);
    };

    void OnOpening(Ptr<Socket> socket);
    void OnReceived(Ptr<const Packet> packet);
    void OnPhoneSubflow(const MptcpSubflowStateChange& change);
    void OnServerSubflow(const MptcpSubflowStateChange& change);
    [[nodiscard]] std::size_t AccessOf(Ipv4Address phoneAddress) const;
    [[nodiscard]] bool IsIntact() const;
    void SummariseStalls();

    Setup m_setup;
    TraceRecorder& m_recorder;
    PhoneNetwork& m_network;
    Time m_start;
    HandoverMode m_mode;
    ChunkedTransfer m_transfer;
    std::array<AccessRecord, PhoneNetwork::ACCESSES> m_accesses;
    double m_cellularBytesBefore{0};
    DeliveryGaps m_deliveries;
    StreamHash m_received;
    Time m_end;
};

} // namespace ns3

#endif // MPTCP_HANDOVER_DOWNLOAD_H
