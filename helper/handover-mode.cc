// SPDX-License-Identifier: GPL-2.0-only
#include "handover-mode.h"

namespace ns3
{

HandoverMode::HandoverMode(std::string name, PhoneNetwork& network)
    : m_name(std::move(name)),
      m_network(network)
{
    m_network.OnWifi([this] { WifiLost(); }, [this] { WifiFound(); });
}

bool
HandoverMode::IsSinglePath() const
{
    return m_name == "single-path";
}

void
HandoverMode::Prepare(Ptr<MptcpSocket> socket)
{
    m_socket = socket;
    if (m_name == "backup")
    {
        socket->SetLocalAddressBackup(m_network.PhoneAddress(PhoneNetwork::CELLULAR), true);
    }
    if (IsSinglePath())
    {
        socket->AddLocalAddresses({m_network.PhoneAddress(PhoneNetwork::WIFI)});
    }
}

void
HandoverMode::WifiLost()
{
    if (m_socket && IsSinglePath())
    {
        m_socket->AddLocalAddresses({m_network.PhoneAddress(PhoneNetwork::CELLULAR)});
    }
}

void
HandoverMode::WifiFound()
{
    if (m_socket && IsSinglePath())
    {
        m_socket->RemoveLocalAddress(m_network.PhoneAddress(PhoneNetwork::CELLULAR));
    }
}

} // namespace ns3
