// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_PACKET_LINK_H
#define MPTCP_PACKET_LINK_H

#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"
#include "ns3/queue-disc.h"
#include "ns3/random-variable-stream.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace ns3
{

/// A link as data.
struct PacketLinkSpec
{
    enum class Queue
    {
        DropTail,
        Red
    };

    std::string name;
    double packetsPerSecond{1000};
    uint32_t queuePackets{100}; //!< that wait; the one being sent does not count
    double lossRate{0};         //!< packets lost at random before the queue, 0 to 1
    Queue queue{Queue::DropTail};
    /// So many places at the end of the queue refuse every tenth packet at random. Without it a
    /// drop-tail queue may hit the same flow again and again, as nothing but the flows themselves
    /// moves in a simulation. The authors of LIA do so in theirs (htsim, RandomQueue).
    uint32_t randomDropPackets{0};
    /// Of RED, in packets: where drops begin, and where they reach 10 %; they grow to all of the
    /// packets at twice that (gentle RED). 0: a fifth and four fifths of the queue.
    double redMinimum{0};
    double redMaximum{0};
};

/**
 * One direction of a link, shared by everything that is sent into it: random loss, a queue, a
 * transmitter. It sends a fixed number of packets per second whatever their size, as the links in
 * publications that count in packets do. What comes out goes to whoever it was sent in for; the
 * link itself has no delay.
 */
class PacketLink
{
  public:
    /// Where packets go that come out of the link.
    class Onward
    {
      public:
        virtual ~Onward() = default;
        /// \param hop as it was given to PacketLink::Enter
        virtual void Leave(Ptr<Packet> packet, std::size_t hop) = 0;
    };

    /// \param stream its random numbers; it uses STREAMS of them
    PacketLink(const PacketLinkSpec& spec, int64_t stream);
    ~PacketLink();
    PacketLink(const PacketLink&) = delete;
    PacketLink& operator=(const PacketLink&) = delete;

    static constexpr int64_t STREAMS = 2;

    /// `onward` must stay until all packets have left.
    void Enter(Ptr<Packet> packet, Onward& onward, std::size_t hop);

    struct Counts
    {
        uint64_t entered{0}; //!< all that came, the dropped ones included
        uint64_t dropped{0};
    };

    [[nodiscard]] const PacketLinkSpec& Spec() const;
    /// Since the beginning.
    [[nodiscard]] Counts Count() const;

  private:
    class Item;

    [[nodiscard]] bool IsRefused();
    void SendNext();
    void OnSent(Ptr<Item> item);

    PacketLinkSpec m_spec;
    Time m_serviceTime;
    Ptr<QueueDisc> m_queue;
    Ptr<UniformRandomVariable> m_random;
    bool m_isSending{false};
    Counts m_counts;
};

} // namespace ns3

#endif // MPTCP_PACKET_LINK_H
