// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_MIDDLEBOX_FIXTURE_H
#define MPTCP_MIDDLEBOX_FIXTURE_H

#include "middlebox/middlebox.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

namespace mptcp
{

/// Segments written by hand, and a box to send them through.
class MiddleboxTest : public ::testing::Test
{
  protected:
    static constexpr uint8_t FIN = TcpSegment::FIN;
    static constexpr uint8_t SYN = TcpSegment::SYN;
    static constexpr uint8_t RST = TcpSegment::RST;
    static constexpr uint8_t PSH = TcpSegment::PSH;
    static constexpr uint8_t ACK = TcpSegment::ACK;
    static constexpr uint32_t CLIENT_ISN = 1000;
    static constexpr uint32_t SERVER_ISN = 5000;

    static inline const Endpoint CLIENT{IpAddress::V4(10, 0, 0, 1), 40000};
    static inline const Endpoint SERVER{IpAddress::V4(203, 0, 113, 9), 80};

    static std::vector<uint8_t> Bytes(const std::string& text)
    {
        return {text.begin(), text.end()};
    }

    static std::string Text(const TcpSegment& segment)
    {
        return {segment.payload.begin(), segment.payload.end()};
    }

    /// From the client if it goes out, otherwise from the server.
    static TcpSegment Make(Way way,
                           uint8_t flags,
                           uint32_t sequence,
                           uint32_t acknowledgment,
                           const std::string& payload = "")
    {
        TcpSegment segment;
        segment.source = way == Way::Out ? CLIENT : SERVER;
        segment.destination = way == Way::Out ? SERVER : CLIENT;
        segment.flags = flags;
        segment.sequence = sequence;
        segment.acknowledgment = acknowledgment;
        segment.window = 1000;
        segment.payload = Bytes(payload);
        segment.ipHeader.assign(20, 0);
        segment.ipHeader[0] = 0x45;
        segment.ipHeader[9] = 6;
        return segment;
    }

    static TcpSegment With(TcpSegment segment, std::vector<TcpOption> options)
    {
        segment.options = std::move(options);
        return segment;
    }

    /// Sends a segment through the box; what left it, in order.
    std::vector<BoxEmission> Pass(Way way, TcpSegment segment)
    {
        BoxOutput out;
        m_box->Handle(way, std::move(segment), m_now, out);
        return out.Take();
    }

    /// The same, of a segment that is to leave the box alone and the way it came.
    TcpSegment PassOne(Way way, TcpSegment segment)
    {
        auto emissions = Pass(way, std::move(segment));
        if (emissions.size() != 1 || emissions[0].way != way)
        {
            ADD_FAILURE() << emissions.size() << " segments left the box";
            return {};
        }
        return emissions[0].segment;
    }

    bool IsDropped(Way way, TcpSegment segment)
    {
        return Pass(way, std::move(segment)).empty();
    }

    std::vector<BoxEmission> WakeAfter(std::chrono::nanoseconds delay)
    {
        m_now += delay;
        BoxOutput out;
        if (const auto at = m_box->WakeAt(); at && *at <= m_now)
        {
            m_box->Wake(m_now, out);
        }
        return out.Take();
    }

    /// A handshake in which each side scales its windows by `shift`.
    void Handshake(uint8_t shift = 0)
    {
        const std::vector<TcpOption> scale{{TCP_OPTION_WINDOW_SCALE, 3, shift}};
        Pass(Way::Out, With(Make(Way::Out, SYN, CLIENT_ISN, 0), scale));
        Pass(Way::In, With(Make(Way::In, SYN | ACK, SERVER_ISN, CLIENT_ISN + 1), scale));
        Pass(Way::Out, Make(Way::Out, ACK, CLIENT_ISN + 1, SERVER_ISN + 1));
    }

    std::unique_ptr<Middlebox> m_box;
    std::chrono::nanoseconds m_now{0};
};

} // namespace mptcp

#endif // MPTCP_MIDDLEBOX_FIXTURE_H
