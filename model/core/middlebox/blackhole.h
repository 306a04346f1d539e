// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_BLACKHOLE_H
#define MPTCP_BLACKHOLE_H

#include "flow-table.h"

namespace mptcp
{

/// Swallows a connection, or all of a path, without a word, when it has carried so much.
class Blackhole : public Middlebox
{
  public:
    enum class Scope : uint8_t
    {
        Flow, //!< that connection alone
        Path  //!< everything, from then on
    };

    /// \param afterPayloadBytes of a flow, both ways together
    explicit Blackhole(uint64_t afterPayloadBytes, Scope scope = Scope::Flow);
    [[nodiscard]] std::string_view Name() const override;

  protected:
    void On(Way way, TcpSegment segment, Time now, BoxOutput& out) override;

  private:
    uint64_t m_afterPayloadBytes;
    Scope m_scope;
    bool m_isPathGone{false};
    FlowTable<uint64_t> m_payloadBytes;
};

} // namespace mptcp

#endif // MPTCP_BLACKHOLE_H
