// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_UNKNOWN_OPTION_FILTER_H
#define MPTCP_UNKNOWN_OPTION_FILTER_H

#include "middlebox.h"

namespace mptcp
{

/// Drops whole segments that carry an option it does not know (RFC 6182 7, RFC 8684 6).
class UnknownOptionFilter : public Middlebox
{
  public:
    enum class Segments : uint8_t
    {
        All,
        NonSyn //!< lets handshakes pass
    };

    explicit UnknownOptionFilter(Segments segments = Segments::All);
    [[nodiscard]] std::string_view Name() const override;

  protected:
    void On(Way way, TcpSegment segment, Time now, BoxOutput& out) override;

  private:
    Segments m_segments;
};

} // namespace mptcp

#endif // MPTCP_UNKNOWN_OPTION_FILTER_H
