// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SEGMENT_MEDDLER_H
#define MPTCP_SEGMENT_MEDDLER_H

#include "core/middlebox/tcp-segment.h"
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
 * For what a test makes up: only the third ACK, every third acknowledgement, one byte of a
 * checksum. It reads and writes segments as the boxes of model/core/middlebox do. Other than with
 * those there is no node in between, so that the link keeps its timing and may be one of IPv6 or
 * IPv4, in any topology. An error model is where ns-3 asks what the line does to a packet; this one
 * answers in the packet.
 */
class SegmentMeddler : public ErrorModel
{
  public:
    struct Segment : mptcp::TcpSegment
    {
        bool isLost{false}; //!< to be set: it does not arrive at all

        /// Takes MPTCP's options away.
        void Strip()
        {
            RemoveOptions([](const mptcp::TcpOption& option) {
                return option[0] == mptcp::MPTCP_OPTION_KIND;
            });
        }
    };

    /// Changes a segment; it must not get longer than the link takes.
    using Meddling = std::function<void(Segment&)>;

    /// On what `device` receives, in place of its error model.
    static void On(Ptr<NetDevice> device, Meddling meddling)
    {
        auto meddler = Create<SegmentMeddler>();
        meddler->m_meddling = std::move(meddling);
        device->SetAttribute("ReceiveErrorModel", PointerValue(meddler));
    }

  private:
    static constexpr uint32_t PPP_BYTES = 2;

    bool DoCorrupt(Ptr<Packet> packet) override
    {
        std::vector<uint8_t> bytes(packet->GetSize());
        packet->CopyData(bytes.data(), packet->GetSize());
        const auto read = mptcp::ParsePacket({bytes.data() + PPP_BYTES, bytes.size() - PPP_BYTES});
        if (!read)
        {
            return false;
        }
        Segment segment{*read};
        m_meddling(segment);
        if (segment != *read)
        {
            const auto changed = mptcp::WritePacket(segment);
            packet->RemoveAtEnd(packet->GetSize() - PPP_BYTES);
            packet->AddAtEnd(Create<Packet>(changed.data(), static_cast<uint32_t>(changed.size())));
        }
        return segment.isLost;
    }

    void DoReset() override
    {
    }

    Meddling m_meddling;
};

} // namespace ns3

#endif // MPTCP_SEGMENT_MEDDLER_H
