// SPDX-License-Identifier: GPL-2.0-only
#include "packet-link.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/fifo-queue-disc.h"
#include "ns3/red-queue-disc.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

namespace ns3
{

namespace
{

constexpr uint32_t FULL_PACKET_BYTES = 1500;
constexpr double RANDOM_DROP_SHARE = 0.1;
constexpr double RED_MAXIMUM_DROP_SHARE = 0.1;

Ptr<QueueDisc>
MakeRed(const PacketLinkSpec& spec, int64_t stream)
{
    const double most = spec.queuePackets;
    auto red = CreateObjectWithAttributes<RedQueueDisc>(
        "MinTh",
        DoubleValue(spec.redMinimum > 0 ? spec.redMinimum : most / 5),
        "MaxTh",
        DoubleValue(spec.redMaximum > 0 ? spec.redMaximum : most * 4 / 5),
        "LInterm", // of ns-3: one over the drop probability at the maximum
        DoubleValue(1 / RED_MAXIMUM_DROP_SHARE),
        "Gentle", // from there to twice the maximum it grows to 1
        BooleanValue(true),
        "MeanPktSize",
        UintegerValue(FULL_PACKET_BYTES),
        // RED ages its mean while the link idles, by as many packets as could have been sent.
        "LinkBandwidth",
        DataRateValue(
            DataRate(static_cast<uint64_t>(spec.packetsPerSecond * FULL_PACKET_BYTES * 8))));
    red->AssignStreams(stream);
    return red;
}

} // namespace

/// A packet in the queue, with where it goes next.
class PacketLink::Item : public QueueDiscItem
{
  public:
    Item(Ptr<Packet> packet, Onward& onward, std::size_t hop)
        : QueueDiscItem(packet, Address(), 0),
          m_onward(onward),
          m_hop(hop)
    {
    }

    void Leave()
    {
        m_onward.Leave(GetPacket(), m_hop);
    }

    void AddHeader() override
    {
        // The packet is complete when it comes.
    }

    bool Mark() override
    {
        return false;
    }

  private:
    Onward& m_onward;
    std::size_t m_hop;
};

PacketLink::PacketLink(const PacketLinkSpec& spec, int64_t stream)
    : m_spec(spec),
      m_serviceTime(Seconds(1 / spec.packetsPerSecond)),
      m_random(CreateObject<UniformRandomVariable>())
{
    m_random->SetStream(stream);
    m_queue = spec.queue == PacketLinkSpec::Queue::Red
                  ? MakeRed(spec, stream + 1)
                  : Ptr<QueueDisc>(CreateObject<FifoQueueDisc>());
    m_queue->SetMaxSize(QueueSize(QueueSizeUnit::PACKETS, spec.queuePackets));
    m_queue->Initialize();
}

PacketLink::~PacketLink()
{
    m_queue->Dispose();
}

bool
PacketLink::IsRefused()
{
    if (m_spec.lossRate > 0 && m_random->GetValue() < m_spec.lossRate)
    {
        return true;
    }
    return m_spec.randomDropPackets > 0 &&
           m_queue->GetNPackets() + m_spec.randomDropPackets > m_spec.queuePackets &&
           m_random->GetValue() < RANDOM_DROP_SHARE;
}

void
PacketLink::Enter(Ptr<Packet> packet, Onward& onward, std::size_t hop)
{
    ++m_counts.entered;
    if (IsRefused() || !m_queue->Enqueue(Create<Item>(packet, onward, hop)))
    {
        ++m_counts.dropped;
        return;
    }
    if (!m_isSending)
    {
        SendNext();
    }
}

void
PacketLink::SendNext()
{
    auto item = StaticCast<Item>(m_queue->Dequeue());
    m_isSending = item != nullptr;
    if (m_isSending)
    {
        Simulator::Schedule(m_serviceTime, &PacketLink::OnSent, this, item);
    }
}

void
PacketLink::OnSent(Ptr<Item> item)
{
    item->Leave();
    SendNext();
}

const PacketLinkSpec&
PacketLink::Spec() const
{
    return m_spec;
}

PacketLink::Counts
PacketLink::Count() const
{
    return m_counts;
}

} // namespace ns3
