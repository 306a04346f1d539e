// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_BOX_CHAIN_H
#define MPTCP_BOX_CHAIN_H

#include "middlebox.h"

#include <memory>
#include <string>
#include <vector>

namespace mptcp
{

/// Several boxes behind each other; the first is the innermost. None at all changes nothing.
class BoxChain : public Middlebox
{
  public:
    explicit BoxChain(std::vector<std::unique_ptr<Middlebox>> boxes);

    /// The names of the boxes, joined by `,`.
    [[nodiscard]] std::string_view Name() const override;
    [[nodiscard]] std::optional<Time> WakeAt() const override;
    void Wake(Time now, BoxOutput& out) override;
    /// Sums over the boxes, but `seen` is what came into the chain.
    [[nodiscard]] BoxCounters Counters() const override;

    [[nodiscard]] const std::vector<std::unique_ptr<Middlebox>>& Boxes() const;

  protected:
    void On(Way way, TcpSegment segment, Time now, BoxOutput& out) override;

  private:
    /// Carries what left box `from` to its neighbours, and so on, until all has left the chain.
    void Forward(std::size_t from, std::vector<BoxEmission> emissions, Time now, BoxOutput& out);

    std::vector<std::unique_ptr<Middlebox>> m_boxes;
    std::string m_name;
};

} // namespace mptcp

#endif // MPTCP_BOX_CHAIN_H
