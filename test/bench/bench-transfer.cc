// SPDX-License-Identifier: GPL-2.0-only
/**
 * \file
 * One bulk transfer, over MPTCP or over plain ns-3 TCP, for measuring what the former costs.
 *
 * Each link: 100 Mb/s, 10 ms one way, a drop-tail queue of one bandwidth-delay product of the round
 * trip, 250 kB. The links join the two hosts directly and share nothing. Buffers hold four times
 * what the paths and their queues can, so that only the network limits.
 *
 * Two paths: one MPTCP connection over both, or two TCP connections, one per link, with half the
 * bytes each; eight paths likewise. One path: one connection. Applications are ns-3's own, BulkSend
 * and PacketSink, with the same write size; segments carry 1420 bytes in all modes.
 *
 * The last line on standard output is a JSON object. `segmentsDelivered` is the payload delivered
 * in units of full segments, `segmentsCarried` what all paths together carried for it, which is
 * more where a scheduler sends copies; `cpuSeconds` is user and system time of this process. The
 * payload of these applications is virtual, so `intact` can only say that every byte arrived, once.
 */
#include "mptcp-helper.h"
#include "mptcp-socket.h"
#include "mptcp-subflow.h"
#include "multipath-topology.h"
#include "scenario-parameters.h"

#include "ns3/bulk-send-application.h"
#include "ns3/bulk-send-helper.h"
#include "ns3/config.h"
#include "ns3/inet-socket-address.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/simulator.h"
#include "ns3/tcp-congestion-ops.h"
#include "ns3/tcp-socket.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <ctime>
#include <iostream>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 5201;
constexpr uint32_t MTU_BYTES = 1500;
constexpr uint32_t QUEUE_BYTES = 250'000;
constexpr uint32_t BUFFER_BYTES_PER_PATH = 2'000'000;
constexpr uint32_t LEAST_BUFFER_BYTES = 4'000'000;
const Time LOOK_INTERVAL = MilliSeconds(10);
/// A transfer of any size that is used here is over long before.
const Time GIVE_UP = Seconds(10'000);

struct Parameters
{
    std::string mode{"two-path-mptcp"};
    uint32_t bytes{100'000'000};
    uint32_t sendSize{1420};
    std::string congestionControl{"lia"};
    std::string scheduler{"min-rtt"};
};

/// Connections from the client to the server, and what came of them.
class Transfer
{
  public:
    Transfer(const Parameters& p, bool isMptcp)
        : m_factory(isMptcp ? "ns3::MptcpSocketFactory" : "ns3::TcpSocketFactory"),
          m_sendSize(p.sendSize)
    {
    }

    void Connect(const MultipathTopology& topology, std::size_t path, uint32_t bytes)
    {
        const auto port = static_cast<uint16_t>(PORT + path);
        const InetSocketAddress remote(topology.ServerAddress(path), port);
        PacketSinkHelper sink(m_factory, InetSocketAddress(Ipv4Address::GetAny(), port));
        m_sinks.push_back(DynamicCast<PacketSink>(sink.Install(topology.Server()).Get(0)));
        BulkSendHelper sender(m_factory, remote);
        sender.SetAttribute("MaxBytes", UintegerValue(bytes));
        sender.SetAttribute("SendSize", UintegerValue(m_sendSize));
        m_senders.push_back(
            DynamicCast<BulkSendApplication>(sender.Install(topology.Client()).Get(0)));
    }

    /// Payload that the senders' paths have carried: all subflows of MPTCP together.
    [[nodiscard]] uint64_t CarriedBytes() const
    {
        uint64_t bytes = 0;
        for (const auto& sender : m_senders)
        {
            const auto mptcp = DynamicCast<MptcpSocket>(sender->GetSocket());
            for (const auto& subflow : mptcp ? mptcp->GetSubflows() : NoSubflows())
            {
                bytes += subflow->AcknowledgedBytes();
            }
        }
        return std::max(bytes, ReceivedBytes());
    }

    [[nodiscard]] uint64_t ReceivedBytes() const
    {
        uint64_t bytes = 0;
        for (const auto& sink : m_sinks)
        {
            bytes += sink->GetTotalRx();
        }
        return bytes;
    }

    /// Ends the simulation soon after `bytes` have arrived: what sockets do long after is not what
    /// is measured. Looking now and then costs nothing, unlike a trace per packet.
    void StopAt(uint64_t bytes)
    {
        if (ReceivedBytes() >= bytes)
        {
            Simulator::Stop();
            return;
        }
        Simulator::Schedule(LOOK_INTERVAL, &Transfer::StopAt, this, bytes);
    }

  private:
    using NoSubflows = std::vector<Ptr<MptcpSubflow>>;

    std::string m_factory;
    uint32_t m_sendSize;
    std::vector<Ptr<PacketSink>> m_sinks;
    std::vector<Ptr<BulkSendApplication>> m_senders;
};

void
Report(const std::string& mode, uint64_t bytes, uint64_t receivedBytes, uint64_t carriedBytes)
{
    const uint64_t segmentBytes = MptcpHelper::SegmentBytesFor(MTU_BYTES, false);
    const auto segments = [segmentBytes](uint64_t count) {
        return (count + segmentBytes - 1) / segmentBytes;
    };
    std::cout << "{\"mode\": \"" << mode << "\", \"bytes\": " << bytes
              << ", \"segmentsDelivered\": " << segments(receivedBytes)
              << ", \"segmentsCarried\": " << segments(carriedBytes) << ", \"cpuSeconds\": "
              << static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC)
              << ", \"goodputMbps\": "
              << static_cast<double>(receivedBytes) * 8 / Simulator::Now().GetSeconds() / 1e6
              << ", \"intact\": " << (receivedBytes == bytes ? "true" : "false") << "}"
              << std::endl;
}

} // namespace

int
main(int argc, char* argv[])
{
    Parameters p;
    ScenarioParameters command("bench-transfer", "What does a transfer cost in CPU time?");
    command.Add("mode", "protocol and number of paths", p.mode);
    command.AllowOnly("mode",
                      {"two-path-mptcp",
                       "two-path-tcp",
                       "eight-path-mptcp",
                       "eight-path-tcp",
                       "single-mptcp",
                       "single-tcp"});
    command.AddBytes("bytes", "payload of all connections together", p.bytes);
    command.AddBytes("sendSize", "bytes per write of the sending applications", p.sendSize);
    command.Add("congestionControl", "of MPTCP subflows; TCP has NewReno", p.congestionControl);
    command.Add("scheduler", "MPTCP packet scheduler", p.scheduler);
    command.Parse(argc, argv);
    const bool isMptcp = p.mode.find("mptcp") != std::string::npos;
    const uint32_t paths = p.mode.find("single") == 0 ? 1 : p.mode.find("two") == 0 ? 2 : 8;

    MptcpHelper mptcp;
    mptcp.SetScheduler(command.PolicyType("scheduler", p.scheduler, "ns3::MptcpScheduler"));
    mptcp.SetCongestionControl(
        command.PolicyType("congestionControl", p.congestionControl, "ns3::TcpCongestionOps"));
    Config::SetDefault("ns3::TcpL4Protocol::SocketType", TypeIdValue(TcpNewReno::GetTypeId()));
    const uint32_t bufferBytes = std::max(LEAST_BUFFER_BYTES, paths * BUFFER_BYTES_PER_PATH);
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(bufferBytes));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(bufferBytes));
    Config::SetDefault("ns3::TcpSocket::SegmentSize",
                       UintegerValue(MptcpHelper::SegmentBytesFor(MTU_BYTES, false)));

    const PathSpec link{"link", DataRate("100Mbps"), MilliSeconds(20), QUEUE_BYTES, 0};
    const std::vector<PathSpec> links(paths, link);
    const MultipathTopology topology(MultipathTopology::Kind::Disjoint, links);
    if (isMptcp)
    {
        mptcp.Install(topology.Hosts());
        MptcpHelper::AssignStreams(topology.Hosts(), 1);
    }
    Transfer transfer(p, isMptcp);
    const uint32_t connections = isMptcp ? 1 : paths;
    for (uint32_t i = 0; i < connections; ++i)
    {
        // The first also takes what cannot be divided.
        const uint32_t rest = i == 0 ? p.bytes % connections : 0;
        transfer.Connect(topology, i, p.bytes / connections + rest);
    }
    transfer.StopAt(p.bytes);
    Simulator::Stop(GIVE_UP);
    Simulator::Run();
    Report(p.mode, p.bytes, transfer.ReceivedBytes(), transfer.CarriedBytes());
    Simulator::Destroy();
    return 0;
}
