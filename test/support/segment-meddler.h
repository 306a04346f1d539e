// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SEGMENT_MEDDLER_H
#define MPTCP_SEGMENT_MEDDLER_H

#include "core/byte-io.h"
#include "core/wire/option-codec.h"

#include "ns3/error-model.h"
#include "ns3/net-device.h"
#include "ns3/pointer.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace ns3
{

/**
 * A middlebox on a point-to-point link: sees each TCP segment that arrives at a device before the
 * node does, and may change it (RFC 6182 7).
 *
 * An error model is where ns-3 asks what the line does to a packet; this one answers in the packet.
 */
class SegmentMeddler : public ErrorModel
{
  public:
    struct Segment
    {
        uint8_t flags;
        uint32_t seq;
        std::vector<std::vector<uint8_t>> options; //!< without padding
        std::vector<uint8_t> payload;
        bool isLost{false}; //!< to be set: it does not arrive at all

        [[nodiscard]] bool Is(uint8_t wanted) const
        {
            return (flags & wanted) == wanted;
        }

        /// Takes MPTCP's options away.
        void Strip()
        {
            std::vector<std::vector<uint8_t>> kept;
            for (auto& option : options)
            {
                if (option[0] != mptcp::MPTCP_OPTION_KIND)
                {
                    kept.push_back(std::move(option));
                }
            }
            options = std::move(kept);
        }
    };

    /// Changes a segment; it must not get longer than the link takes.
    using Meddling = std::function<void(Segment&)>;

    static constexpr uint8_t FIN = 0x01;
    static constexpr uint8_t SYN = 0x02;
    static constexpr uint8_t ACK = 0x10;

    /// On what `device` receives, in place of its error model.
    static void On(Ptr<NetDevice> device, Meddling meddling)
    {
        auto meddler = Create<SegmentMeddler>();
        meddler->m_meddling = std::move(meddling);
        device->SetAttribute("ReceiveErrorModel", PointerValue(meddler));
    }

  private:
    static constexpr std::size_t PPP_BYTES = 2;
    static constexpr std::size_t TCP_BYTES = 20;

    bool DoCorrupt(Ptr<Packet> packet) override
    {
        std::vector<uint8_t> bytes(packet->GetSize());
        packet->CopyData(bytes.data(), packet->GetSize());
        const std::size_t tcp = PPP_BYTES + (bytes.at(PPP_BYTES) & 0x0fU) * 4U;
        constexpr uint8_t TCP_PROTOCOL = 6;
        if (bytes[PPP_BYTES] >> 4 != 4 || bytes[PPP_BYTES + 9] != TCP_PROTOCOL)
        {
            return false;
        }
        Segment segment = Read(bytes, tcp);
        m_meddling(segment);
        const auto changed = Write(bytes, tcp, segment);
        if (changed != bytes)
        {
            packet->RemoveAtStart(packet->GetSize());
            packet->AddAtEnd(Create<Packet>(changed.data(), static_cast<uint32_t>(changed.size())));
        }
        return segment.isLost;
    }

    static Segment Read(const std::vector<uint8_t>& bytes, std::size_t tcp)
    {
        const std::size_t payload = tcp + (bytes[tcp + 12] >> 4) * 4U;
        Segment segment;
        segment.flags = bytes[tcp + 13];
        mptcp::ByteReader in({bytes.data() + tcp + 4, 4});
        segment.seq = in.ReadU32();
        for (std::size_t at = tcp + TCP_BYTES; at < payload && bytes[at] != 0;)
        {
            const std::size_t length = bytes[at] == 1 ? 1 : bytes[at + 1];
            if (bytes[at] != 1)
            {
                const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
                segment.options.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(length));
            }
            at += length;
        }
        segment.payload.assign(bytes.begin() + static_cast<std::ptrdiff_t>(payload), bytes.end());
        return segment;
    }

    static std::vector<uint8_t> Write(const std::vector<uint8_t>& bytes,
                                      std::size_t tcp,
                                      const Segment& segment)
    {
        std::vector<uint8_t> result(bytes.begin(),
                                    bytes.begin() + static_cast<std::ptrdiff_t>(tcp + TCP_BYTES));
        for (const auto& option : segment.options)
        {
            result.insert(result.end(), option.begin(), option.end());
        }
        while ((result.size() - tcp) % 4 != 0)
        {
            result.push_back(1);
        }
        result[tcp + 12] = static_cast<uint8_t>((result.size() - tcp) / 4 << 4);
        result.insert(result.end(), segment.payload.begin(), segment.payload.end());
        const std::size_t ipBytes = result.size() - PPP_BYTES;
        result[PPP_BYTES + 2] = static_cast<uint8_t>(ipBytes >> 8);
        result[PPP_BYTES + 3] = static_cast<uint8_t>(ipBytes);
        return result;
    }

    void DoReset() override
    {
    }

    Meddling m_meddling;
};

} // namespace ns3

#endif // MPTCP_SEGMENT_MEDDLER_H
