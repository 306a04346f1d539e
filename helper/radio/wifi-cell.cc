// SPDX-License-Identifier: GPL-2.0-only
#include "wifi-cell.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/mobility-model.h"
#include "ns3/propagation-delay-model.h"
#include "ns3/simulator.h"
#include "ns3/ssid.h"
#include "ns3/sta-wifi-mac.h"
#include "ns3/wifi-helper.h"
#include "ns3/wifi-mac.h"
#include "ns3/wifi-mpdu.h"
#include "ns3/yans-wifi-channel.h"
#include "ns3/yans-wifi-helper.h"

namespace ns3
{

namespace
{

/// Free space at 1 m and 2.4 GHz, dB; the model's own default is that of 5 GHz.
constexpr double LOSS_AT_ONE_METRE_DB = 40.05;

const Ssid NAME{"at home"};
const Ssid NOWHERE{"nowhere"}; // who looks for this one finds nothing to join

/// ns-3 has three shapes for three distances; here one is for all.
Ptr<PropagationLossModel>
MakeFading(double shape)
{
    return CreateObjectWithAttributes<NakagamiPropagationLossModel>("m0",
                                                                    DoubleValue(shape),
                                                                    "m1",
                                                                    DoubleValue(shape),
                                                                    "m2",
                                                                    DoubleValue(shape));
}

Ptr<LogDistancePropagationLossModel>
MakeLogDistance(double exponent)
{
    return CreateObjectWithAttributes<LogDistancePropagationLossModel>(
        "Exponent",
        DoubleValue(exponent),
        "ReferenceLoss",
        DoubleValue(LOSS_AT_ONE_METRE_DB));
}

} // namespace

struct WifiCell::Listeners
{
    std::function<void()> link;
    std::function<void()> frameLost;
};

WifiCell::WifiCell(Ptr<Node> accessPoint, Ptr<Node> station, const WifiCellSpec& spec)
    : m_spec(spec),
      m_mean(MakeLogDistance(spec.pathLossExponent)),
      m_fading(MakeLogDistance(spec.pathLossExponent)),
      m_listeners(std::make_shared<Listeners>())
{
    m_fading->SetNext(MakeFading(spec.fadingShape));
    auto channel = CreateObject<YansWifiChannel>();
    channel->SetPropagationDelayModel(CreateObject<ConstantSpeedPropagationDelayModel>());
    channel->SetPropagationLossModel(m_fading);
    YansWifiPhyHelper phy;
    phy.SetChannel(channel);
    phy.Set("TxPowerStart", DoubleValue(spec.powerDbm));
    phy.Set("TxPowerEnd", DoubleValue(spec.powerDbm));
    WifiHelper wifi;
    wifi.SetStandard(WIFI_STANDARD_80211g);
    wifi.SetRemoteStationManager("ns3::MinstrelWifiManager");
    WifiMacHelper mac;
    mac.SetType("ns3::ApWifiMac", "Ssid", SsidValue(NAME));
    m_devices.Add(wifi.Install(phy, mac, accessPoint));
    mac.SetType("ns3::StaWifiMac", "Ssid", SsidValue(NOWHERE));
    m_devices.Add(wifi.Install(phy, mac, station));
    Watch();
}

WifiCell::~WifiCell() = default;

void
WifiCell::Watch()
{
    const std::weak_ptr<Listeners> listeners = m_listeners;
    const auto station = DynamicCast<StaWifiMac>(StationMac());
    Station()->AddLinkChangeCallback(Callback<void>([listeners, mac = PeekPointer(station)] {
        if (!mac->IsAssociated())
        {
            mac->SetSsid(NOWHERE); // at once: it begins to look for the next one after this
        }
        // Afterwards: when a link changes ARP forgets what waits for an address, and it may hear of
        // it later than this.
        Simulator::ScheduleNow([listeners] {
            if (const auto alive = listeners.lock(); alive && alive->link)
            {
                alive->link();
            }
        });
    }));
    for (uint32_t i = 0; i < m_devices.GetN(); ++i)
    {
        const auto dropped = [listeners](WifiMacDropReason, Ptr<const WifiMpdu> frame) {
            const auto alive = listeners.lock();
            if (alive && alive->frameLost && frame->GetHeader().IsData() &&
                !frame->GetHeader().GetAddr1().IsGroup())
            {
                alive->frameLost();
            }
        };
        DynamicCast<WifiNetDevice>(m_devices.Get(i))
            ->GetMac()
            ->TraceConnectWithoutContext(
                "DroppedMpdu",
                Callback<void, WifiMacDropReason, Ptr<const WifiMpdu>>(dropped));
    }
}

NetDeviceContainer
WifiCell::Devices() const
{
    return m_devices;
}

Ptr<NetDevice>
WifiCell::Station() const
{
    return m_devices.Get(1);
}

Ptr<WifiMac>
WifiCell::StationMac() const
{
    return DynamicCast<WifiNetDevice>(Station())->GetMac();
}

void
WifiCell::Join()
{
    StationMac()->SetSsid(NAME);
}

bool
WifiCell::IsAssociated() const
{
    // ns-3's device calls its link up before it has joined for the first time.
    return DynamicCast<StaWifiMac>(StationMac())->IsAssociated();
}

double
WifiCell::MeanSignalDbm() const
{
    return m_mean->CalcRxPower(m_spec.powerDbm,
                               m_devices.Get(0)->GetNode()->GetObject<MobilityModel>(),
                               m_devices.Get(1)->GetNode()->GetObject<MobilityModel>());
}

void
WifiCell::OnLink(std::function<void()> changed)
{
    m_listeners->link = std::move(changed);
}

void
WifiCell::OnFrameLost(std::function<void()> lost)
{
    m_listeners->frameLost = std::move(lost);
}

int64_t
WifiCell::AssignStreams(int64_t stream)
{
    const int64_t first = stream;
    stream += m_fading->AssignStreams(stream);
    WifiHelper wifi;
    stream += wifi.AssignStreams(m_devices, stream);
    return stream - first;
}

} // namespace ns3
