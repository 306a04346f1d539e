// SPDX-License-Identifier: GPL-2.0-only
#include "tap-device.h"

#include "ns3/abort.h"
#include "ns3/fd-net-device.h"

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

} // namespace ns3
