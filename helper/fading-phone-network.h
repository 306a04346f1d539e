// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FADING_PHONE_NETWORK_H
#define MPTCP_FADING_PHONE_NETWORK_H

#include "multipath-topology.h"
#include "phone-network.h"

#include "ns3/nstime.h"

#include <optional>

namespace ns3
{

/// When the WiFi of a FadingPhoneNetwork goes and comes. Times count from the start.
struct WifiOutage
{
    Time goneAt;                     //!< from now on all packets are lost
    Time fade{0};                    //!< before that, so long loss grows from none to all
    Time notice{0};                  //!< after that, until the phone takes the interface down
    std::optional<Time> returnAfter; //!< after `goneAt`, until it is there again, as good as ever
};

/// Links of constant rate and delay; the one of WiFi goes at a given time.
class FadingPhoneNetwork : public PhoneNetwork
{
  public:
    FadingPhoneNetwork(const PathSpec& wifi, const PathSpec& cellular, const WifiOutage& outage);

    [[nodiscard]] Ptr<Node> Phone() const override;
    [[nodiscard]] Ptr<Node> Server() const override;
    [[nodiscard]] Ipv4Address PhoneAddress(std::size_t access) const override;
    [[nodiscard]] Ipv4Address ServerAddress() const override;
    [[nodiscard]] std::string AccessName(std::size_t access) const override;
    [[nodiscard]] Time GoneAt() const override;

    /// Fixes the streams of random losses.
    int64_t AssignStreams(int64_t stream);

  private:
    void Fade();
    void Return();

    WifiOutage m_outage;
    MultipathTopology m_topology;
};

} // namespace ns3

#endif // MPTCP_FADING_PHONE_NETWORK_H
