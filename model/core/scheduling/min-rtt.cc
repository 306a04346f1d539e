// SPDX-License-Identifier: GPL-2.0-only
#include "min-rtt.h"

#include "selection.h"

namespace mptcp
{

Decision
MinRtt::Choose(const ConnectionSnapshot& connection)
{
    return SelectByRtt(connection).FirstAvailable();
}

} // namespace mptcp
