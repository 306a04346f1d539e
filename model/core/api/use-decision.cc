// SPDX-License-Identifier: GPL-2.0-only
#include "use-decision.h"

namespace mptcp
{

UseDecision
DecideUse(const UseRequest& request)
{
    if (request.enable == false)
    {
        return {false, UseReason::DisabledByApplication};
    }
    if (request.enable == true || request.hasAddressList)
    {
        return {true, UseReason::EnabledByApplication};
    }
    if (request.isBoundToAddress)
    {
        return {false, UseReason::BoundToAddress};
    }
    if (request.isBoundToDevice)
    {
        return {false, UseReason::BoundToDevice};
    }
    if (request.hasSmallBuffer)
    {
        return {false, UseReason::SmallBuffer};
    }
    if (!request.isPolicyOn)
    {
        return {false, UseReason::DisabledByPolicy};
    }
    return request.hasPeerFailed ? UseDecision{false, UseReason::PeerHasFailed}
                                 : UseDecision{true, UseReason::EnabledByPolicy};
}

} // namespace mptcp
