// SPDX-License-Identifier: GPL-2.0-only
#include "tap-device.h"

#include "ns3/abort.h"
#include "ns3/arp-cache.h"
#include "ns3/fd-net-device.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-interface.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/ndisc-cache.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sstream>
#include <sys/ioctl.h>

namespace ns3
{

namespace
{

int
OpenTap(const NetworkNamespace& where, const std::string& name)
{
    // The tap is made in the namespace in which the file is opened.
    const NetworkNamespace::Visit visit(where);
    const int tap = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    ifreq request{};
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    constexpr unsigned long NO_OFFLOAD = 0;
    const bool isMade = tap >= 0 && ioctl(tap, TUNSETIFF, &request) == 0 &&
                        ioctl(tap, TUNSETOFFLOAD, NO_OFFLOAD) == 0;
    NS_ABORT_MSG_UNLESS(isMade, "Cannot make tap " << name << ": " << strerror(errno));
    return tap;
}

/// An entry of an ArpCache or NdiscCache that is not asked about and does not expire. Starting an
/// FdNetDevice is a link change, at which ns-3 forgets even such entries; so it is made again.
template <typename Cache, typename Address>
void
KnowForGood(Ptr<NetDevice> device, Ptr<Cache> cache, const Address& address, Mac48Address mac)
{
    const auto tell = [cache, address, mac] {
        auto* known = cache->Lookup(address);
        auto* entry = known ? known : cache->Add(address);
        entry->SetMacAddress(mac);
        entry->MarkPermanent();
    };
    tell();
    device->AddLinkChangeCallback(Callback<void>(tell));
}

} // namespace

TapDevice::TapDevice(const NetworkNamespace& where,
                     const std::string& tapName,
                     Ptr<Node> node,
                     uint16_t mtuBytes)
    : name(tapName),
      linuxAddress(Mac48Address::Allocate())
{
    auto fdDevice = CreateObject<FdNetDevice>();
    fdDevice->SetFileDescriptor(OpenTap(where, name));
    fdDevice->SetAddress(Mac48Address::Allocate());
    fdDevice->SetMtu(mtuBytes);
    node->AddDevice(fdDevice);
    device = fdDevice;

    std::ostringstream commands;
    commands << "link set dev " << name << " address " << linuxAddress << " mtu " << mtuBytes
             << "\nlink set dev " << name << " up";
    where.RunIp(commands.str());
}

void
TapDevice::KnowLinuxAs(Ipv4Address address) const
{
    auto ipv4 = device->GetNode()->GetObject<Ipv4L3Protocol>();
    const auto interface = static_cast<uint32_t>(ipv4->GetInterfaceForDevice(device));
    KnowForGood(device, ipv4->GetInterface(interface)->GetArpCache(), address, linuxAddress);
}

void
TapDevice::KnowLinuxAs(Ipv6Address address) const
{
    auto ipv6 = device->GetNode()->GetObject<Ipv6L3Protocol>();
    const auto interface = static_cast<uint32_t>(ipv6->GetInterfaceForDevice(device));
    KnowForGood(device, ipv6->GetInterface(interface)->GetNdiscCache(), address, linuxAddress);
}

} // namespace ns3
