// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_PEER_MEMORY_H
#define MPTCP_PEER_MEMORY_H

#include "paths/endpoint.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace mptcp
{

/**
 * What a host has learnt from its attempts to use MPTCP with each peer (RFC 6897 3.2.1).
 *
 * After a failure the peer is avoided for some time; each further failure in a row doubles it, up
 * to 64-fold; a success forgets all. This is how Linux treats paths that drop MPTCP
 * (net.mptcp.blackhole_timeout), there for a whole host, here per peer.
 */
class PeerMemory
{
  public:
    using Duration = std::chrono::nanoseconds;

    /// `expiry`: how long the first failure counts; zero: nothing is remembered.
    explicit PeerMemory(Duration expiry = std::chrono::hours(1));

    void SetExpiry(Duration expiry);
    /// MPTCP was offered and plain TCP came of it.
    void OnFailure(const IpAddress& peer, Duration now);
    void OnSuccess(const IpAddress& peer);
    /// MPTCP should not be tried with this peer now.
    [[nodiscard]] bool Avoids(const IpAddress& peer, Duration now) const;
    /// In a row, until now; 0 for a peer that has not failed.
    [[nodiscard]] uint32_t FailuresOf(const IpAddress& peer) const;

  private:
    struct Record
    {
        IpAddress peer;
        uint32_t failures{0}; //!< in a row
        Duration until{0};
    };

    [[nodiscard]] const Record* Find(const IpAddress& peer) const;

    Duration m_expiry;
    std::vector<Record> m_records;
};

} // namespace mptcp

#endif // MPTCP_PEER_MEMORY_H
