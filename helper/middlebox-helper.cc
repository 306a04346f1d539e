// SPDX-License-Identifier: GPL-2.0-only
#include "middlebox-helper.h"

#include "ns3/abort.h"
#include "ns3/data-rate.h"
#include "ns3/node.h"
#include "ns3/object-factory.h"
#include "ns3/point-to-point-channel.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/queue.h"

namespace ns3
{

namespace
{

/// A device for `node` like `like`.
Ptr<PointToPointNetDevice>
AddDevice(Ptr<Node> node, Ptr<PointToPointNetDevice> like)
{
    auto device = CreateObject<PointToPointNetDevice>();
    device->SetAddress(Mac48Address::Allocate());
    DataRateValue rate;
    like->GetAttribute("DataRate", rate);
    device->SetAttribute("DataRate", rate);
    device->SetMtu(like->GetMtu());
    ObjectFactory queues(like->GetQueue()->GetInstanceTypeId().GetName());
    auto queue = queues.Create<Queue<Packet>>();
    queue->SetMaxSize(like->GetQueue()->GetMaxSize());
    device->SetQueue(queue);
    node->AddDevice(device);
    return device;
}

void
Join(Ptr<PointToPointNetDevice> a, Ptr<PointToPointNetDevice> b, Time delay)
{
    auto channel = CreateObject<PointToPointChannel>();
    channel->SetAttribute("Delay", TimeValue(delay));
    a->Attach(channel);
    b->Attach(channel);
}

} // namespace

MiddleboxHelper::MiddleboxHelper(double share)
    : m_share(share)
{
    NS_ABORT_MSG_IF(share < 0 || share > 1, "a share of the delay is from 0 to 1");
}

Ptr<MptcpMiddlebox>
MiddleboxHelper::Insert(const NetDeviceContainer& link,
                        std::vector<std::unique_ptr<mptcp::Middlebox>> boxes) const
{
    NS_ABORT_MSG_IF(link.GetN() != 2, "a link has two devices");
    auto near = DynamicCast<PointToPointNetDevice>(link.Get(0));
    auto far = DynamicCast<PointToPointNetDevice>(link.Get(1));
    NS_ABORT_MSG_IF(!near || !far || near->GetChannel() != far->GetChannel(),
                    "a middlebox goes between the two devices of one point-to-point link");
    TimeValue delay;
    near->GetChannel()->GetAttribute("Delay", delay);
    auto node = CreateObject<Node>();
    auto inside = AddDevice(node, near);
    auto outside = AddDevice(node, far);
    const Time before = NanoSeconds(
        static_cast<int64_t>(m_share * static_cast<double>(delay.Get().GetNanoSeconds())));
    Join(near, inside, before);
    Join(outside, far, delay.Get() - before);
    auto box = CreateObject<MptcpMiddlebox>();
    box->Install(inside, outside, std::move(boxes));
    node->AggregateObject(box);
    return box;
}

Ptr<MptcpMiddlebox>
MiddleboxHelper::Insert(const NetDeviceContainer& link, std::unique_ptr<mptcp::Middlebox> box) const
{
    std::vector<std::unique_ptr<mptcp::Middlebox>> boxes;
    boxes.push_back(std::move(box));
    return Insert(link, std::move(boxes));
}

void
MiddleboxHelper::EnablePcap(const std::string& prefix, Ptr<MptcpMiddlebox> box)
{
    PointToPointHelper pcap;
    pcap.EnablePcap(prefix + "-inside.pcap", box->Inside(), false, true);
    pcap.EnablePcap(prefix + "-outside.pcap", box->Outside(), false, true);
}

} // namespace ns3
