// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_DELIVERY_GAPS_H
#define MPTCP_DELIVERY_GAPS_H

#include "ns3/nstime.h"

#include <vector>

namespace ns3
{

/// When something was delivered to an application in order, and the longest times without.
class DeliveryGaps
{
  public:
    struct Gap
    {
        Time begin;
        Time length;
    };

    /// Something is delivered now.
    void Note();
    /// The longest time without a delivery that begins or ends between two times, whole: it may
    /// have begun before `from` and end after `to`. Without a later delivery it lasts until `end`.
    [[nodiscard]] Gap Longest(Time from, Time to, Time end) const;

  private:
    std::vector<Time> m_times;
};

} // namespace ns3

#endif // MPTCP_DELIVERY_GAPS_H
