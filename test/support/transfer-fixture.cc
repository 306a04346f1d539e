// SPDX-License-Identifier: GPL-2.0-only
#include "transfer-fixture.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/node-list.h"
#include "ns3/node.h"
#include "ns3/object-vector.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{

TransferTest::~TransferTest()
{
    EXPECT_EQ(m_fragments, 0U) << "IP fragments left a host";
    EXPECT_EQ(m_strayPackets, 0U) << "packets left by an interface that does not own their source";
}

std::vector<PathSpec>
TransferTest::EqualPaths(std::size_t count)
{
    return std::vector<PathSpec>(count,
                                 PathSpec{"path", DataRate("2Mbps"), MilliSeconds(40), 50'000, 0});
}

// ---- what to do ----

void
TransferTest::UseMtu(uint16_t mtuBytes)
{
    m_mtuBytes = mtuBytes;
}

void
TransferTest::Build(Kind kind, const std::vector<PathSpec>& paths)
{
    m_topology = std::make_unique<MultipathTopology>(kind, paths);
    for (uint32_t i = 0; m_mtuBytes != 0 && i < NodeList::GetNNodes(); ++i)
    {
        for (uint32_t j = 0; j < NodeList::GetNode(i)->GetNDevices(); ++j)
        {
            NodeList::GetNode(i)->GetDevice(j)->SetMtu(m_mtuBytes);
        }
    }
    m_mptcp.Install(m_topology->Hosts());
    int64_t stream = 1000;
    stream += m_topology->AssignStreams(stream);
    MptcpHelper::AssignStreams(m_topology->Hosts(), stream);
    m_pathBytes.assign(paths.size(), 0);
    for (std::size_t path = 0; path < paths.size(); ++path)
    {
        for (uint32_t side = 0; side < 2; ++side)
        {
            m_topology->Link(path).Get(side)->TraceConnectWithoutContext(
                "MacRx",
                Callback<void, Ptr<const Packet>>([this, path](Ptr<const Packet> packet) {
                    m_pathBytes[path] += packet->GetSize();
                }));
        }
    }
    Watch(m_topology->Client());
    Watch(m_topology->Server());
}

void
TransferTest::Watch(Ptr<Node> node)
{
    node->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
        "Tx",
        MakeCallback(&TransferTest::OnIpTransmit, this));
}

void
TransferTest::OnIpTransmit(Ptr<const Packet> packet, Ptr<Ipv4> ipv4, uint32_t interface)
{
    Ipv4Header header;
    packet->PeekHeader(header);
    m_fragments += header.IsLastFragment() && header.GetFragmentOffset() == 0 ? 0 : 1;
    // TcpL4Protocol answers segments for no socket, without any socket's device.
    TcpHeader tcp;
    Ptr<Packet> rest = packet->Copy();
    rest->RemoveHeader(header);
    rest->PeekHeader(tcp);
    if ((tcp.GetFlags() & TcpHeader::RST) != 0)
    {
        return;
    }
    const int32_t owner = ipv4->GetInterfaceForAddress(header.GetSource());
    m_strayPackets += owner < 0 || owner == static_cast<int32_t>(interface) ? 0 : 1;
    m_largestPacketBytes = std::max(m_largestPacketBytes, packet->GetSize());
}

Ptr<StreamEndpoint>
TransferTest::Start(Ptr<Node> node,
                    const std::string& sockets,
                    const Address& address,
                    uint64_t bytes,
                    bool listen,
                    Time at) const
{
    auto endpoint = CreateObject<StreamEndpoint>();
    endpoint->SetAttribute("Protocol", TypeIdValue(TypeId::LookupByName(sockets)));
    endpoint->SetAttribute("Address", AddressValue(address));
    endpoint->SetAttribute("Listen", BooleanValue(listen));
    endpoint->SetAttribute("BytesToSend", UintegerValue(bytes));
    endpoint->SetAttribute("WriteSize", UintegerValue(m_writeBytes));
    node->AddApplication(endpoint);
    endpoint->SetStartTime(at);
    return endpoint;
}

Ptr<StreamEndpoint>
TransferTest::Serve(uint16_t port, uint64_t bytes)
{
    return Start(m_topology->Server(),
                 m_serverSockets,
                 InetSocketAddress(Ipv4Address::GetAny(), port),
                 bytes,
                 true,
                 Seconds(0));
}

Ptr<StreamEndpoint>
TransferTest::Open(const Address& remote, uint64_t bytes, Time delay)
{
    return Start(m_topology->Client(), m_clientSockets, remote, bytes, false, delay);
}

Address
TransferTest::ServerSocket(uint16_t port, std::size_t path) const
{
    return InetSocketAddress(m_topology->ServerAddress(path), port);
}

void
TransferTest::StartTransfer(uint64_t upBytes, uint64_t downBytes)
{
    m_started = Seconds(0.1);
    m_server = Serve(PORT, downBytes);
    m_client = Open(ServerSocket(), upBytes, m_started);
}

void
TransferTest::CutPath(std::size_t path, Time from, Time length)
{
    CutPathForEver(path, from);
    Simulator::Schedule(from + length, &MultipathTopology::SetCut, m_topology.get(), path, false);
}

void
TransferTest::CutPathForEver(std::size_t path, Time from)
{
    Simulator::Schedule(from, &MultipathTopology::SetCut, m_topology.get(), path, true);
}

void
TransferTest::PauseReading(Ptr<StreamEndpoint> endpoint, Time from, Time length)
{
    auto set = [endpoint](bool isReading) {
        return
            [endpoint, isReading] { endpoint->SetAttribute("Reading", BooleanValue(isReading)); };
    };
    Simulator::Schedule(from, set(false));
    Simulator::Schedule(from + length, set(true));
}

void
TransferTest::RunUntil(Time time)
{
    Simulator::Stop(time - Simulator::Now());
    Simulator::Run();
}

void
TransferTest::RunToEnd(Time limit)
{
    Simulator::ScheduleNow(&TransferTest::CheckForEnd, this, limit);
    Simulator::Run();
}

void
TransferTest::CheckForEnd(Time limit)
{
    // Looks every second, instead of once at the limit, so that the end is known.
    m_endTime = Simulator::Now();
    if (m_endTime >= limit)
    {
        ADD_FAILURE() << "events without end: still running after " << limit.As(Time::S);
        Simulator::Stop();
    }
    else if (!Simulator::IsFinished())
    {
        Simulator::Schedule(Seconds(1), &TransferTest::CheckForEnd, this, limit);
    }
}

std::string
TransferTest::CaptureAtServer(const std::string& prefix, std::size_t path) const
{
    Ptr<Ipv4> ipv4 = m_topology->Server()->GetObject<Ipv4>();
    const int32_t interface = ipv4->GetInterfaceForAddress(m_topology->ServerAddress(path));
    const std::string file = prefix + ".pcap";
    PointToPointHelper().EnablePcap(file,
                                    ipv4->GetNetDevice(static_cast<uint32_t>(interface)),
                                    false,
                                    true);
    return file;
}

// ---- what to expect ----

std::string
TransferTest::PatternDigest(uint64_t bytes)
{
    constexpr uint64_t PIECE_BYTES = 50'000;
    StreamHash hash;
    for (uint64_t at = 0; at < bytes; at += PIECE_BYTES)
    {
        hash.Add(PatternStream::Make(at, static_cast<uint32_t>(std::min(PIECE_BYTES, bytes - at))));
    }
    return hash.Digest();
}

void
TransferTest::ExpectDelivered(Ptr<StreamEndpoint> from, Ptr<StreamEndpoint> to)
{
    UintegerValue bytes;
    from->GetAttribute("BytesToSend", bytes);
    EXPECT_EQ(from->SentBytes(), bytes.Get());
    EXPECT_EQ(to->ReceivedBytes(), bytes.Get());
    EXPECT_TRUE(to->IsIntact());
    EXPECT_EQ(to->ReceivedDigest(), PatternDigest(bytes.Get()));
    EXPECT_TRUE(to->HasPeerClosed());
    EXPECT_FALSE(to->HasFailed()) << "socket error " << to->Error();
}

void
TransferTest::ExpectDelivered() const
{
    {
        SCOPED_TRACE("client to server");
        ExpectDelivered(m_client, m_server);
    }
    SCOPED_TRACE("server to client");
    ExpectDelivered(m_server, m_client);
}

void
TransferTest::ExpectNothingLeft() const
{
    for (const auto& endpoint : {m_client, m_server})
    {
        if (auto socket = SocketOf(endpoint))
        {
            EXPECT_TRUE(socket->GetSubflows().empty());
            EXPECT_EQ(socket->GetToken(), 0U);
            // The endpoint's, the one SocketOf took, and no other.
            EXPECT_EQ(socket->GetReferenceCount(), 2U);
        }
    }
    ObjectVectorValue sockets;
    m_topology->Client()->GetObject<TcpL4Protocol>()->GetAttribute("SocketList", sockets);
    EXPECT_EQ(sockets.GetN(), 0U) << "the client's TCP still has sockets";
    m_topology->Server()->GetObject<TcpL4Protocol>()->GetAttribute("SocketList", sockets);
    EXPECT_EQ(sockets.GetN(), 1U) << "the server's TCP has others than the listening one";
}

void
TransferTest::ExpectOrderlyEnd() const
{
    ExpectDelivered();
    ExpectNothingLeft();
}

double
TransferTest::UpGoodputMbps() const
{
    return static_cast<double>(m_server->ReceivedBytes()) * 8e-6 /
           (m_server->LastReceived() - m_started).GetSeconds();
}

double
TransferTest::DownGoodputMbps() const
{
    return static_cast<double>(m_client->ReceivedBytes()) * 8e-6 /
           (m_client->LastReceived() - m_started).GetSeconds();
}

uint64_t
TransferTest::PathBytes(std::size_t path) const
{
    return m_pathBytes.at(path);
}

Ptr<MptcpSocket>
TransferTest::SocketOf(Ptr<StreamEndpoint> endpoint)
{
    return DynamicCast<MptcpSocket>(endpoint->GetSocket());
}

Time
TransferTest::EndTime() const
{
    return m_endTime;
}

} // namespace ns3
