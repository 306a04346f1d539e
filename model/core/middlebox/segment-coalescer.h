// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SEGMENT_COALESCER_H
#define MPTCP_SEGMENT_COALESCER_H

#include "flow-table.h"
#include "option-treatment.h"

namespace mptcp
{

/**
 * Makes one segment of several that continue each other (RFC 6182 7). A segment with data waits a
 * little for the next one. TCP's own options are those of the first, but acknowledgment and window
 * are the last's.
 */
class SegmentCoalescer : public Middlebox
{
  public:
    struct Settings
    {
        uint32_t mostPayloadBytes{2920};
        Time wait{std::chrono::milliseconds(5)};
        OptionTreatment treatment{OptionTreatment::FirstOnly};
    };

    explicit SegmentCoalescer(const Settings& settings);
    [[nodiscard]] std::string_view Name() const override;
    [[nodiscard]] std::optional<Time> WakeAt() const override;
    void Wake(Time now, BoxOutput& out) override;

  protected:
    void On(Way way, TcpSegment segment, Time now, BoxOutput& out) override;

  private:
    /// What waits, one for each way.
    struct Waiting
    {
        std::optional<TcpSegment> segment[2];
        Time until[2]{};
    };

    /// Appends `next` to `head`; false if the two cannot be one.
    [[nodiscard]] bool Merge(TcpSegment& head, const TcpSegment& next) const;
    static void Flush(Waiting& flow, Way way, BoxOutput& out);

    Settings m_settings;
    FlowTable<Waiting> m_flows;
};

} // namespace mptcp

#endif // MPTCP_SEGMENT_COALESCER_H
