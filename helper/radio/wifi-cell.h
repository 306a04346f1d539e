// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_WIFI_CELL_H
#define MPTCP_WIFI_CELL_H

#include "ns3/net-device-container.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/propagation-loss-model.h"
#include "ns3/wifi-net-device.h"

#include <cstdint>
#include <functional>
#include <memory>

namespace ns3
{

/// How radio waves fare between an access point and a station, and how loud both are.
struct WifiCellSpec
{
    double pathLossExponent{
        4};                //!< of LogDistancePropagationLossModel; 4 to 6 indoors through walls
    double fadingShape{4}; //!< m of Nakagami's distribution, drawn per frame; 1 is Rayleigh
    double powerDbm{16};   //!< of both
};

/**
 * An access point of 802.11g and one station, of ns-3's own models: YansWifi, loss by distance and
 * fading at 2.4 GHz, rates by Minstrel as in Linux, a beacon every 102.4 ms. The station leaves
 * when ten in a row are missing.
 *
 * Once it has left it does not join by itself: ns-3's station would join with every beacon that
 * fading spares, far out at the edge, and end the program when the answer to its request is lost
 * as the beacons are.
 */
class WifiCell
{
  public:
    /// Both nodes must have a mobility model.
    WifiCell(Ptr<Node> accessPoint, Ptr<Node> station, const WifiCellSpec& spec);
    ~WifiCell();
    WifiCell(const WifiCell&) = delete;
    WifiCell& operator=(const WifiCell&) = delete;

    /// First that of the access point.
    [[nodiscard]] NetDeviceContainer Devices() const;
    [[nodiscard]] Ptr<NetDevice> Station() const;
    /// Listens for beacons and joins at the next one, for as long as it lasts.
    void Join();
    [[nodiscard]] bool IsAssociated() const;
    /// What a receiver hears of the other end in the mean over fading, dBm.
    [[nodiscard]] double MeanSignalDbm() const;

    /// Called when the station has joined or left.
    void OnLink(std::function<void()> changed);
    /// Called when a data frame of either end is given up, after all its repetitions.
    void OnFrameLost(std::function<void()> lost);

    /// Fixes the streams of random numbers.
    int64_t AssignStreams(int64_t stream);

  private:
    struct Listeners;

    void Watch();
    [[nodiscard]] Ptr<WifiMac> StationMac() const;

    WifiCellSpec m_spec;
    NetDeviceContainer m_devices;
    Ptr<PropagationLossModel> m_mean;   //!< by distance
    Ptr<PropagationLossModel> m_fading; //!< and what is drawn per frame
    /// ns-3 gives no way to take back who listens to a device; what is gone is not called.
    std::shared_ptr<Listeners> m_listeners;
};

} // namespace ns3

#endif // MPTCP_WIFI_CELL_H
