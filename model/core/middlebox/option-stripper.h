// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_OPTION_STRIPPER_H
#define MPTCP_OPTION_STRIPPER_H

#include "flow-table.h"
#include "wire/option-codec.h"

namespace mptcp
{

/// Takes options of one kind away and lets the rest of the segment pass (RFC 6182 7, RFC 8684 6).
class OptionStripper : public Middlebox
{
  public:
    enum class Segments : uint8_t
    {
        All,
        Syn,   //!< with SYN, so the SYN/ACK too
        NonSyn //!< all but those
    };

    struct Settings
    {
        uint8_t kind{MPTCP_OPTION_KIND};
        Segments segments{Segments::All};
        std::optional<Way> way{};      //!< only segments that go this way; both if there is none
        uint64_t afterPayloadBytes{0}; //!< begins when a flow has carried so much, both ways
    };

    explicit OptionStripper(const Settings& settings);
    [[nodiscard]] std::string_view Name() const override;

  protected:
    void On(Way way, TcpSegment segment, Time now, BoxOutput& out) override;

  private:
    [[nodiscard]] bool Applies(Way way, const TcpSegment& segment);

    Settings m_settings;
    FlowTable<uint64_t> m_payloadBytes;
};

} // namespace mptcp

#endif // MPTCP_OPTION_STRIPPER_H
