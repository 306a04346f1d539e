// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SEGMENT_SPLITTER_H
#define MPTCP_SEGMENT_SPLITTER_H

#include "middlebox.h"
#include "option-treatment.h"

namespace mptcp
{

/// Cuts large segments into smaller ones, as TCP segmentation offload does (RFC 6182 7). TCP's own
/// options go on every piece, those unknown to the box as `treatment` says.
class SegmentSplitter : public Middlebox
{
  public:
    /// \param mostPayloadBytes of a segment that leaves; at least 1
    SegmentSplitter(uint32_t mostPayloadBytes, OptionTreatment treatment);
    [[nodiscard]] std::string_view Name() const override;

  protected:
    void On(Way way, TcpSegment segment, Time now, BoxOutput& out) override;

  private:
    uint32_t m_mostPayloadBytes;
    OptionTreatment m_treatment;
};

} // namespace mptcp

#endif // MPTCP_SEGMENT_SPLITTER_H
