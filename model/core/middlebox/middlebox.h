// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_MIDDLEBOX_H
#define MPTCP_MIDDLEBOX_H

#include "tcp-segment.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

/**
 * \file
 * What all middleboxes have in common (RFC 6182 7). Each kind is a class of its own beside this
 * file; BoxChain puts several into one.
 */
namespace mptcp
{

/// The way a segment goes through a box. A box has an inside and an outside, as a NAT has.
enum class Way : uint8_t
{
    Out, //!< from the inside to the outside
    In
};

[[nodiscard]] constexpr Way
Opposite(Way way)
{
    return way == Way::Out ? Way::In : Way::Out;
}

/// A segment that leaves a box.
struct BoxEmission
{
    Way way;
    TcpSegment segment;
};

/// What leaves a box in answer to one event, in order.
class BoxOutput
{
  public:
    void Send(Way way, TcpSegment segment)
    {
        m_emissions.push_back({way, std::move(segment)});
    }

    [[nodiscard]] std::vector<BoxEmission> Take()
    {
        return std::exchange(m_emissions, {});
    }

  private:
    std::vector<BoxEmission> m_emissions;
};

/// What a box did so far.
struct BoxCounters
{
    uint64_t seen{0};    //!< segments that came in
    uint64_t changed{0}; //!< of them, those that left otherwise than they came
    uint64_t dropped{0}; //!< of them, those that did not leave
    uint64_t made{0};    //!< segments that the box sent of its own
};

/**
 * A middlebox as logic: segments in, segments out. It knows no simulator and no clock; whoever owns
 * it tells it the time, which never goes back.
 */
class Middlebox
{
  public:
    using Time = std::chrono::nanoseconds;

    virtual ~Middlebox() = default;

    /// For people, and for tables of results.
    [[nodiscard]] virtual std::string_view Name() const = 0;

    /// A segment has arrived.
    void Handle(Way way, TcpSegment segment, Time now, BoxOutput& out)
    {
        ++m_counters.seen;
        On(way, std::move(segment), now, out);
    }

    /// When Wake is to be called; nothing if no time is due. Ask again after every call.
    [[nodiscard]] virtual std::optional<Time> WakeAt() const
    {
        return std::nullopt;
    }

    /// The time that WakeAt named has come.
    virtual void Wake(Time /* now */, BoxOutput& /* out */)
    {
    }

    [[nodiscard]] virtual BoxCounters Counters() const
    {
        return m_counters;
    }

  protected:
    Middlebox() = default;
    Middlebox(const Middlebox&) = default;
    Middlebox& operator=(const Middlebox&) = default;

    virtual void On(Way way, TcpSegment segment, Time now, BoxOutput& out) = 0;

    BoxCounters m_counters;
};

} // namespace mptcp

#endif // MPTCP_MIDDLEBOX_H
