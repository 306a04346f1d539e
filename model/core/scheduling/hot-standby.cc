// SPDX-License-Identifier: GPL-2.0-only
#include "hot-standby.h"

#include "selection.h"

namespace mptcp
{

Decision
HotStandby::Choose(const ConnectionSnapshot& connection)
{
    const Selection selection = SelectByAge(connection);
    if (connection.reinjection || !selection.MayWaitForPreferred())
    {
        return selection.FirstAvailable();
    }
    return Decision::Wait(selection.preferredRoom.reason);
}

} // namespace mptcp
