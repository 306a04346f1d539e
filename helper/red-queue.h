// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_RED_QUEUE_H
#define MPTCP_RED_QUEUE_H

#include "ns3/data-rate.h"
#include "ns3/net-device.h"

#include <cstdint>

namespace ns3
{

/// Puts RED in front of a point-to-point device, in place of its queue: no drops below a fifth of
/// `packets`, all at four fifths; its random numbers from `stream`.
void InstallRedQueue(Ptr<NetDevice> device, uint32_t packets, DataRate rate, int64_t stream);

} // namespace ns3

#endif // MPTCP_RED_QUEUE_H
