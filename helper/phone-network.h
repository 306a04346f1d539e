// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_PHONE_NETWORK_H
#define MPTCP_PHONE_NETWORK_H

#include "ns3/ipv4-address.h"
#include "ns3/node-container.h"
#include "ns3/node.h"
#include "ns3/nstime.h"

#include <cstddef>
#include <functional>
#include <string>

namespace ns3
{

/**
 * A phone with two interfaces, WiFi and cellular, and a server with one address.
 *
 * What happens to the WiFi is the business of the network: it begins to lose packets, it is gone,
 * the phone notices that, or that it is back, and then calls what was registered. By then the
 * interface is as the callback says.
 */
class PhoneNetwork
{
  public:
    static constexpr std::size_t WIFI = 0;
    static constexpr std::size_t CELLULAR = 1;
    static constexpr std::size_t ACCESSES = 2;

    PhoneNetwork() = default;
    virtual ~PhoneNetwork() = default;
    PhoneNetwork(const PhoneNetwork&) = delete;
    PhoneNetwork& operator=(const PhoneNetwork&) = delete;

    [[nodiscard]] virtual Ptr<Node> Phone() const = 0;
    [[nodiscard]] virtual Ptr<Node> Server() const = 0;
    [[nodiscard]] virtual Ipv4Address PhoneAddress(std::size_t access) const = 0;
    [[nodiscard]] virtual Ipv4Address ServerAddress() const = 0;
    /// For people: "WiFi", "LTE".
    [[nodiscard]] virtual std::string AccessName(std::size_t access) const = 0;

    /// From when on a connection may be opened: both networks have let the phone in.
    [[nodiscard]] virtual Time ReadyAt() const;
    /// Whether they have; it may be out of reach of its WiFi.
    [[nodiscard]] virtual bool IsReady() const;
    /// When WiFi was gone for good; the end of time while it is not.
    [[nodiscard]] virtual Time GoneAt() const = 0;

    /// Phone and server.
    [[nodiscard]] NodeContainer Hosts() const;

    /// \param lost the phone has noticed, and its interface is down
    /// \param found it is up again, with its address and its route
    void OnWifi(std::function<void()> lost, std::function<void()> found);
    /// \param failing called once, when WiFi begins to lose packets
    void OnFailing(std::function<void()> failing);
    /// When that was; the end of time while it has not.
    [[nodiscard]] Time FailingSince() const;
    /// When the phone noticed that WiFi had gone; the end of time while it has not.
    [[nodiscard]] Time NoticedAt() const;
    /// When it was back for the first time; the end of time while it is not.
    [[nodiscard]] Time FoundAt() const;

  protected:
    void ReportFailing(); //!< from the second time on without effect
    void ReportLost();
    void ReportFound();

  private:
    std::function<void()> m_lost;
    std::function<void()> m_found;
    std::function<void()> m_failing;
    Time m_failingSince{Time::Max()};
    Time m_noticedAt{Time::Max()};
    Time m_foundAt{Time::Max()};
};

} // namespace ns3

#endif // MPTCP_PHONE_NETWORK_H
