// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_WINDOW_REDUCER_H
#define MPTCP_WINDOW_REDUCER_H

#include "flow-table.h"

namespace mptcp
{

/// Advertises smaller receive windows than the hosts do (RFC 6182 7, RFC 8684 6).
class WindowReducer : public Middlebox
{
  public:
    /// \param mostBytes that a window may name after this box
    explicit WindowReducer(uint32_t mostBytes);
    [[nodiscard]] std::string_view Name() const override;

  protected:
    void On(Way way, TcpSegment segment, Time now, BoxOutput& out) override;

  private:
    /// Window scale of the sender of each way; none before its SYN, or if it offers none.
    struct Shifts
    {
        std::optional<uint8_t> of[2];
    };

    uint32_t m_mostBytes;
    FlowTable<Shifts> m_flows;
};

} // namespace mptcp

#endif // MPTCP_WINDOW_REDUCER_H
