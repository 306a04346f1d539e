// SPDX-License-Identifier: GPL-2.0-only
#include "buffer-rules.h"

#include "core/buffers/buffer-sizes.h"
#include "ns3-conversions.h"

#include <algorithm>

namespace ns3
{

uint32_t
RecommendedBufferBytes(const std::vector<PathSpec>& paths)
{
    std::vector<mptcp::PathCapacity> capacities;
    for (const auto& path : paths)
    {
        const double bytesPerSecond = static_cast<double>(path.rate.GetBitRate()) / 8;
        capacities.push_back({bytesPerSecond, ToChrono(path.roundTrip), {}});
    }
    return static_cast<uint32_t>(
        std::min<uint64_t>(mptcp::RecommendedBufferBytes(capacities), UINT32_MAX));
}

} // namespace ns3
