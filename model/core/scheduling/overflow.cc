// SPDX-License-Identifier: GPL-2.0-only
#include "overflow.h"

#include "selection.h"

namespace mptcp
{

Decision
Overflow::Choose(const ConnectionSnapshot& connection)
{
    return SelectByAge(connection).FirstAvailable();
}

} // namespace mptcp
