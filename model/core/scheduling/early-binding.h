// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_EARLY_BINDING_H
#define MPTCP_EARLY_BINDING_H

#include "selection.h"

#include <optional>

/**
 * What schedulers share that bind segments to a subflow before its window has room for them, so
 * that a later one can leave on a slower path at once: STTF, DAPS and OTIAS.
 *
 * A segment can leave only where a window has room. As long as none has, nothing leaves earlier for
 * being bound, and the choice is better made when it is due: by then acknowledgements have come, or
 * other subflows. So segments are bound ahead only while a subflow has room, up to the one that
 * takes it. What waits on the fast path is then what it carries in the time that the slow one takes
 * for a segment: half as many windows as the ratio of the RTTs less one, for OTIAS. One window
 * would be too little, a path three times slower would never be used.
 *
 * The papers bind without that limit (`bindsAtOnce`), and only the peer's window is left: all that
 * is written before the second subflow is there waits on the first. The modules for Linux MPTCP
 * v0.9x do not go that far either. Those for DAPS and OTIAS leave out subflows that the device
 * holds back (TSQ), that for OTIAS binds nothing ahead on an only subflow, and that for STTF asks
 * again where what waits would be placed now, to place it anew (`pre_schedule`).
 */
namespace mptcp
{

struct BindingConfig
{
    bool bindsAtOnce{false}; //!< all that the peer's window takes, as in the papers
};

/// Without a sample no arrival can be expected.
[[nodiscard]] constexpr bool
IsMeasured(const SubflowSnapshot& subflow)
{
    return subflow.smoothedRtt.count() > 0;
}

/// The decision where there is nothing to bind ahead; empty where there is.
///
/// Reinjections and subflows without an RTT sample, which come first as in MinRtt, get what the
/// windows admit and no more.
[[nodiscard]] inline std::optional<Decision>
DecideWithoutBinding(const ConnectionSnapshot& connection, const BindingConfig& config)
{
    const Selection selection = SelectByRtt(connection);
    const bool canOneLeave = selection.available != nullptr;
    if (connection.reinjection || connection.ungrantedBytes == 0 ||
        (canOneLeave ? !IsMeasured(*selection.available) : !config.bindsAtOnce))
    {
        return selection.FirstAvailable();
    }
    return std::nullopt;
}

} // namespace mptcp

#endif // MPTCP_EARLY_BINDING_H
