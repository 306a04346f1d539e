// SPDX-License-Identifier: GPL-2.0-only
#include "lte-cell.h"

#include "ns3/config.h"
#include "ns3/lte-ue-net-device.h"
#include "ns3/lte-ue-rrc.h"
#include "ns3/uinteger.h"

namespace ns3
{

LteCell::LteCell(Ptr<Node> mast, Ptr<Node> phone, uint32_t queueBytes)
    : m_lte(CreateObject<LteHelper>()),
      m_core(CreateObject<PointToPointEpcHelper>())
{
    // Bearers are made in the course of the simulation, and nothing but this reaches them.
    Config::SetDefault("ns3::LteRlcUm::MaxTxBufferSize", UintegerValue(queueBytes));
    m_lte->SetEpcHelper(m_core);
    m_devices.Add(m_lte->InstallEnbDevice(NodeContainer(mast)));
    m_devices.Add(m_lte->InstallUeDevice(NodeContainer(phone)));
    m_address = m_core->AssignUeIpv4Address(NetDeviceContainer(Phone())).GetAddress(0);
    m_lte->Attach(Phone(), m_devices.Get(0)); // needs the address, and asks for the bearer
}

Ptr<NetDevice>
LteCell::Phone() const
{
    return m_devices.Get(1);
}

Ipv4Address
LteCell::PhoneAddress() const
{
    return m_address;
}

Ipv4Address
LteCell::Gateway() const
{
    return m_core->GetUeDefaultGatewayAddress();
}

Ptr<Node>
LteCell::PacketGateway() const
{
    return m_core->GetPgwNode();
}

bool
LteCell::IsConnected() const
{
    return DynamicCast<LteUeNetDevice>(Phone())->GetRrc()->GetState() ==
           LteUeRrc::CONNECTED_NORMALLY;
}

int64_t
LteCell::AssignStreams(int64_t stream)
{
    const int64_t first = stream;
    stream += m_lte->AssignStreams(m_devices, stream);
    stream += m_core->AssignStreams(stream);
    return stream - first;
}

} // namespace ns3
