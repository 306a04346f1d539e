// SPDX-License-Identifier: GPL-2.0-only
#include "red-queue.h"

#include "ns3/double.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/queue-size.h"
#include "ns3/red-queue-disc.h"
#include "ns3/string.h"
#include "ns3/traffic-control-helper.h"

namespace ns3
{

void
InstallRedQueue(Ptr<NetDevice> device, uint32_t packets, DataRate rate, int64_t stream)
{
    const double most = packets;
    TrafficControlHelper red;
    red.SetRootQueueDisc("ns3::RedQueueDisc",
                         "MaxSize",
                         StringValue(std::to_string(packets) + "p"),
                         "MinTh",
                         DoubleValue(most / 5),
                         "MaxTh",
                         DoubleValue(most * 4 / 5),
                         "LinkBandwidth",
                         DataRateValue(rate));
    const auto discs = red.Install(device);
    // The device must not queue besides.
    DynamicCast<PointToPointNetDevice>(device)->GetQueue()->SetMaxSize(QueueSize("1p"));
    discs.Get(0)->GetObject<RedQueueDisc>()->AssignStreams(stream);
}

} // namespace ns3
