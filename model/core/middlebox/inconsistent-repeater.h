// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_INCONSISTENT_REPEATER_H
#define MPTCP_INCONSISTENT_REPEATER_H

#include "middlebox.h"

namespace mptcp
{

/**
 * Sends some segments a second time with other content, right behind the first: what a normaliser
 * is there to prevent, and what a TCP receiver must be indifferent to (RFC 9293 3.4: it has those
 * bytes already).
 */
class InconsistentRepeater : public Middlebox
{
  public:
    /// \param every so many segments with data one is repeated; at least 1
    explicit InconsistentRepeater(uint64_t every);
    [[nodiscard]] std::string_view Name() const override;

  protected:
    void On(Way way, TcpSegment segment, Time now, BoxOutput& out) override;

  private:
    uint64_t m_every;
    uint64_t m_dataSegments{0};
};

} // namespace mptcp

#endif // MPTCP_INCONSISTENT_REPEATER_H
