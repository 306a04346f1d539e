// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_CONTENT_REWRITER_H
#define MPTCP_CONTENT_REWRITER_H

#include "flow-table.h"
#include "sequence-tracker.h"

#include <array>

namespace mptcp
{

/**
 * A content-aware gateway, such as the one of FTP on a NAT (RFC 8041 3.1): replaces a pattern in
 * the payload by another text of the same length, a shorter or a longer one. Sequence numbers,
 * acknowledgments and SACK blocks of the rest of the connection follow, so that TCP notices
 * nothing.
 *
 * A pattern is found where it lies within one segment when it passes for the first time; a
 * retransmission is rewritten at the same places. To know the length of what is before, data behind
 * a hole is dropped where lengths change.
 */
class ContentRewriter : public Middlebox
{
  public:
    struct Settings
    {
        std::vector<uint8_t> pattern{}; //!< at least one byte
        std::vector<uint8_t> replacement{};
        std::optional<Way> way{}; //!< only what goes this way; both if there is none
    };

    explicit ContentRewriter(Settings settings);
    [[nodiscard]] std::string_view Name() const override;

    /// Places rewritten so far.
    [[nodiscard]] uint64_t Places() const;

  protected:
    void On(Way way, TcpSegment segment, Time now, BoxOutput& out) override;

  private:
    struct Direction
    {
        SequenceTracker before;        //!< positions as its sender counts
        SequenceTracker after;         //!< as its receiver counts
        uint64_t end{0};               //!< searched so far, as its sender counts
        std::vector<uint64_t> edits{}; //!< where patterns began, as its sender counts, ascending
    };

    /// \name From the sender's positions to the receiver's and back
    /// @{
    [[nodiscard]] uint64_t Forward(const Direction& direction, uint64_t position) const;
    [[nodiscard]] uint64_t Back(const Direction& direction, uint64_t position) const;
    /// @}
    /// Notes where patterns begin in what is new of a segment.
    void Search(Direction& direction, uint64_t begin, const std::vector<uint8_t>& payload);
    [[nodiscard]] std::vector<uint8_t> Rewritten(const Direction& direction,
                                                 uint64_t begin,
                                                 const std::vector<uint8_t>& payload) const;
    /// False: it has to be dropped.
    bool RewritePayload(Direction& direction, TcpSegment& segment);
    /// Acknowledgment and SACK blocks of what `direction` has carried.
    void RewriteAcknowledgment(Direction& direction, TcpSegment& segment) const;

    Settings m_settings;
    FlowTable<std::array<Direction, 2>> m_flows;
    uint64_t m_places{0};
};

} // namespace mptcp

#endif // MPTCP_CONTENT_REWRITER_H
