// SPDX-License-Identifier: GPL-2.0-only
#include "wifi-lte-network.h"

#include "multipath-topology.h"

#include "ns3/constant-position-mobility-model.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/simulator.h"
#include "ns3/traffic-control-helper.h"

namespace ns3
{

namespace
{

const DataRate WIRE_RATE{"1Gbps"};
constexpr uint32_t WIRE_QUEUE_BYTES = 10'000'000; // the wires never drop
constexpr const char* WIFI_NETWORK = "10.1.1.0";
constexpr const char* WIFI_WIRE = "10.3.1.0";
constexpr const char* LTE_WIRE = "10.3.2.0";
constexpr const char* SERVER_NETWORK = "10.2.0.0";
const Ipv4Mask MASK{"255.255.255.0"};
constexpr double MAST_METRES = 300; //!< from the access point, across the phone's way
const Time READY = Seconds(1);
/// What an access point must be heard with to be joined. ns-3 receives nothing below -82 dBm.
constexpr double JOIN_DBM = -76;
const Time LOOK_INTERVAL = MilliSeconds(500);

Ptr<Ipv4StaticRouting>
RoutingOf(Ptr<Node> node)
{
    return Ipv4StaticRoutingHelper().GetStaticRouting(node->GetObject<Ipv4>());
}

/// The interface added last.
uint32_t
LastInterface(Ptr<Node> node)
{
    return node->GetObject<Ipv4>()->GetNInterfaces() - 1;
}

} // namespace

WifiLteNetwork::WifiLteNetwork(const WifiLteSpec& spec)
    : m_spec(spec),
      m_phone(CreateObject<Node>()),
      m_server(CreateObject<Node>()),
      m_accessPoint(CreateObject<Node>()),
      m_mast(CreateObject<Node>()),
      m_router(CreateObject<Node>()),
      m_walk(CreateObject<ConstantVelocityMobilityModel>())
{
    InternetStackHelper internet;
    internet.SetIpv6StackInstall(false);
    internet.Install(NodeContainer(m_phone, m_server, m_accessPoint, m_router));
    PlaceNodes();
    m_wifi = std::make_unique<WifiCell>(m_accessPoint, m_phone, spec.wifi);
    Ipv4AddressHelper addresses(WIFI_NETWORK, MASK);
    m_wifiAddress = addresses.Assign(m_wifi->Devices()).GetAddress(1);
    m_lte = std::make_unique<LteCell>(m_mast, m_phone, spec.cellularQueueBytes);
    AddRoutes();
    if (HearsWifiWell())
    {
        m_wifi->Join();
    }
    m_wifi->OnLink([this] { OnWifiLink(); });
    m_wifi->OnFrameLost([this] { ReportFailing(); });
    Simulator::Schedule(spec.walk.begin,
                        [this] { m_walk->SetVelocity(Vector(m_spec.walk.metresPerSecond, 0, 0)); });
}

void
WifiLteNetwork::PlaceNodes()
{
    m_walk->SetPosition(Vector(m_spec.walk.fromMetres, 0, 0));
    m_phone->AggregateObject(m_walk);
    for (const auto& [node, position] :
         {std::pair{m_accessPoint, Vector(0, 0, 0)}, std::pair{m_mast, Vector(0, MAST_METRES, 0)}})
    {
        auto place = CreateObject<ConstantPositionMobilityModel>();
        place->SetPosition(position);
        node->AggregateObject(place);
    }
}

/// Between the router and `end`, which gets the first address; the router's interface is its last.
void
WifiLteNetwork::BuildWire(Ptr<Node> end, const char* network)
{
    const Time delay = end == m_server ? Seconds(0) : m_spec.wireRoundTrip / 2;
    const auto wire = JoinByDropTailLink(end, m_router, WIRE_RATE, delay, WIRE_QUEUE_BYTES);
    Ipv4AddressHelper addresses(network, MASK);
    const auto assigned = addresses.Assign(wire);
    TrafficControlHelper().Uninstall(wire);
    if (end == m_server)
    {
        m_serverAddress = assigned.GetAddress(0);
        RoutingOf(end)->SetDefaultRoute(assigned.GetAddress(1), LastInterface(end));
    }
    else
    {
        RoutingOf(end)->AddNetworkRouteTo(SERVER_NETWORK,
                                          MASK,
                                          assigned.GetAddress(1),
                                          LastInterface(end));
    }
}

void
WifiLteNetwork::AddRoutes()
{
    BuildWire(m_server, SERVER_NETWORK);
    BuildWire(m_accessPoint, WIFI_WIRE);
    RoutingOf(m_router)->AddNetworkRouteTo(WIFI_NETWORK, MASK, "10.3.1.1", LastInterface(m_router));
    BuildWire(m_lte->PacketGateway(), LTE_WIRE);
    RoutingOf(m_router)->AddNetworkRouteTo("7.0.0.0", // of all that ns-3's core network serves
                                           Ipv4Mask("255.0.0.0"),
                                           "10.3.2.1",
                                           LastInterface(m_router));
    AddWifiRoute();
    const uint32_t cellular = InterfaceOf(CELLULAR);
    RoutingOf(m_phone)->SetDefaultRoute(m_lte->Gateway(), cellular, cellular);
}

void
WifiLteNetwork::AddWifiRoute()
{
    const uint32_t wifi = InterfaceOf(WIFI);
    RoutingOf(m_phone)->SetDefaultRoute("10.1.1.1", wifi, wifi); // the lower metric is preferred
}

bool
WifiLteNetwork::HearsWifiWell() const
{
    return m_wifi->MeanSignalDbm() >= JOIN_DBM;
}

void
WifiLteNetwork::OnWifiLink()
{
    if (m_wifi->IsAssociated() && m_hasLeft)
    {
        Enter();
    }
    else if (!m_wifi->IsAssociated() && !m_hasLeft)
    {
        Leave();
    }
}

void
WifiLteNetwork::Leave()
{
    m_hasLeft = true;
    m_phone->GetObject<Ipv4>()->SetDown(InterfaceOf(WIFI));
    if (m_spec.walk.returnAfter)
    {
        Simulator::Schedule(*m_spec.walk.returnAfter, [this] {
            m_walk->SetVelocity(Vector(-m_spec.walk.metresPerSecond, 0, 0));
            LookForWifi();
        });
    }
    ReportLost();
}

void
WifiLteNetwork::LookForWifi()
{
    if (HearsWifiWell())
    {
        m_walk->SetVelocity(Vector(0, 0, 0)); // at home
        m_wifi->Join();
        return;
    }
    Simulator::Schedule(LOOK_INTERVAL, [this] { LookForWifi(); });
}

void
WifiLteNetwork::Enter()
{
    m_hasLeft = false;
    m_phone->GetObject<Ipv4>()->SetUp(InterfaceOf(WIFI));
    AddWifiRoute(); // routes go down with their interface
    ReportFound();
}

uint32_t
WifiLteNetwork::InterfaceOf(std::size_t access) const
{
    const auto device = access == WIFI ? m_wifi->Station() : m_lte->Phone();
    return static_cast<uint32_t>(m_phone->GetObject<Ipv4>()->GetInterfaceForDevice(device));
}

Ptr<Node>
WifiLteNetwork::Phone() const
{
    return m_phone;
}

Ptr<Node>
WifiLteNetwork::Server() const
{
    return m_server;
}

Ipv4Address
WifiLteNetwork::PhoneAddress(std::size_t access) const
{
    return access == WIFI ? m_wifiAddress : m_lte->PhoneAddress();
}

Ipv4Address
WifiLteNetwork::ServerAddress() const
{
    return m_serverAddress;
}

std::string
WifiLteNetwork::AccessName(std::size_t access) const
{
    return access == WIFI ? "WiFi" : "LTE";
}

Time
WifiLteNetwork::ReadyAt() const
{
    return READY;
}

bool
WifiLteNetwork::IsReady() const
{
    return m_wifi->IsAssociated() && m_lte->IsConnected();
}

Time
WifiLteNetwork::GoneAt() const
{
    return NoticedAt();
}

double
WifiLteNetwork::DistanceMetres() const
{
    return m_walk->GetPosition().x; // the access point is where all is zero
}

int64_t
WifiLteNetwork::AssignStreams(int64_t stream)
{
    const int64_t first = stream;
    stream += m_wifi->AssignStreams(stream);
    stream += m_lte->AssignStreams(stream);
    InternetStackHelper internet;
    stream += internet.AssignStreams(NodeContainer(m_phone, m_accessPoint), stream); // ARP
    return stream - first;
}

} // namespace ns3
