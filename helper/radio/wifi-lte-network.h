// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_WIFI_LTE_NETWORK_H
#define MPTCP_WIFI_LTE_NETWORK_H

#include "lte-cell.h"
#include "phone-network.h"
#include "wifi-cell.h"

#include "ns3/constant-velocity-mobility-model.h"
#include "ns3/net-device-container.h"

#include <memory>
#include <optional>

namespace ns3
{

/// Where a phone is when.
struct PhoneWalk
{
    double fromMetres{18}; //!< distance to the access point to begin with
    double metresPerSecond{1.5};
    Time begin{Seconds(3)};          //!< straight away from it from now on
    std::optional<Time> returnAfter; //!< after the phone has noticed that WiFi is gone: back again
};

struct WifiLteSpec
{
    WifiCellSpec wifi;
    PhoneWalk walk;
    uint32_t cellularQueueBytes{500'000}; //!< of the bearer, in either direction
    Time wireRoundTrip{MilliSeconds(20)}; //!< there and back between either network and the server
};

/**
 * A phone that walks away from a WiFi access point, within an LTE cell: radio, rates, beacons,
 * bearers and the core network are ns-3's own models.
 *
 * WiFi fails from the first data frame that is given up after all its repetitions, and is gone when
 * the phone has missed ten beacons in a row. It notices at that moment and takes its interface
 * down. It joins, at the start and later, only while it hears the access point some decibels better
 * in the mean than where it is lost, as phones do: otherwise one at the edge would go to and fro.
 */
class WifiLteNetwork : public PhoneNetwork
{
  public:
    explicit WifiLteNetwork(const WifiLteSpec& spec);

    [[nodiscard]] Ptr<Node> Phone() const override;
    [[nodiscard]] Ptr<Node> Server() const override;
    [[nodiscard]] Ipv4Address PhoneAddress(std::size_t access) const override;
    [[nodiscard]] Ipv4Address ServerAddress() const override;
    [[nodiscard]] std::string AccessName(std::size_t access) const override;
    [[nodiscard]] Time ReadyAt() const override;
    [[nodiscard]] bool IsReady() const override;
    [[nodiscard]] Time GoneAt() const override;

    /// Of the phone to the access point now.
    [[nodiscard]] double DistanceMetres() const;
    /// Fixes all streams of random numbers.
    int64_t AssignStreams(int64_t stream);

  private:
    void PlaceNodes();
    void BuildWire(Ptr<Node> end, const char* network);
    void AddRoutes();
    void AddWifiRoute();
    void OnWifiLink();
    void Leave();
    void LookForWifi();
    void Enter();
    [[nodiscard]] bool HearsWifiWell() const;
    [[nodiscard]] uint32_t InterfaceOf(std::size_t access) const;

    WifiLteSpec m_spec;
    Ptr<Node> m_phone;
    Ptr<Node> m_server;
    Ptr<Node> m_accessPoint;
    Ptr<Node> m_mast;
    Ptr<Node> m_router; //!< between both networks and the server
    Ptr<ConstantVelocityMobilityModel> m_walk;
    std::unique_ptr<WifiCell> m_wifi;
    std::unique_ptr<LteCell> m_lte;
    Ipv4Address m_wifiAddress;
    Ipv4Address m_serverAddress;
    bool m_hasLeft{false}; //!< the phone has noticed, and its interface is down
};

} // namespace ns3

#endif // MPTCP_WIFI_LTE_NETWORK_H
