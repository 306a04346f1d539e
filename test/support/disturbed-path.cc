// SPDX-License-Identifier: GPL-2.0-only
#include "disturbed-path.h"

#include "ns3/simulator.h"

namespace ns3
{

TypeId
DisturbedPath::GetTypeId()
{
    static TypeId tid = TypeId("ns3::DisturbedPath").SetParent<ErrorModel>().SetGroupName("Mptcp");
    return tid;
}

Ptr<DisturbedPath>
DisturbedPath::Install(Ptr<PointToPointNetDevice> device,
                       const Disturbance& disturbance,
                       int64_t stream)
{
    auto path = CreateObject<DisturbedPath>();
    path->m_device = PeekPointer(device);
    path->m_disturbance = disturbance;
    path->m_random = CreateObject<UniformRandomVariable>();
    path->m_random->SetStream(stream);
    device->SetReceiveErrorModel(path);
    return path;
}

void
DisturbedPath::SetCut(bool isCut)
{
    m_isCut = isCut;
}

bool
DisturbedPath::DoCorrupt(Ptr<Packet> packet)
{
    if (m_isPassing)
    {
        return false;
    }
    if (m_isCut || m_random->GetValue() < m_disturbance.lost)
    {
        return true;
    }
    if (m_random->GetValue() < m_disturbance.repeated)
    {
        ReceiveLater(packet);
    }
    if (m_random->GetValue() < m_disturbance.late)
    {
        ReceiveLater(packet);
        return true;
    }
    return false;
}

void
DisturbedPath::DoReset()
{
}

void
DisturbedPath::ReceiveLater(Ptr<Packet> packet)
{
    Simulator::Schedule(m_disturbance.latest * m_random->GetValue(),
                        &DisturbedPath::ReceiveNow,
                        Ptr<DisturbedPath>(this),
                        packet->Copy());
}

void
DisturbedPath::ReceiveNow(Ptr<Packet> packet)
{
    m_isPassing = true;
    m_device->Receive(packet);
    m_isPassing = false;
}

} // namespace ns3
