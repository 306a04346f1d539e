// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_ANNOUNCEMENTS_H
#define MPTCP_ANNOUNCEMENTS_H

#include "endpoint.h"
#include "wire/options.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace mptcp
{

/**
 * The addresses this host has announced on one connection and what became of each ADD_ADDR
 * (RFC 8684 3.4.1).
 *
 *            Start              echo
 *     (none) -----> Unanswered -------> Echoed
 *                    |  ^    |             ^
 *          time over |  |    | last        | echo
 *          and again +--+    | repetition  |
 *                            +--------> GivenUp
 *
 * Withdraw leads from everywhere to (none), Start begins anew. An announcement is known by its
 * number; timers that belong to a number nobody knows any more are over.
 */
class Announcements
{
  public:
    /// As many as Linux sends when no echo comes (ADD_ADDR_RETRANS_MAX), besides the first.
    static constexpr uint32_t MAX_RETRANSMISSIONS = 3;

    /// Begins with `announcement`, in place of an earlier one for the same identifier and port.
    /// \return its number
    uint32_t Start(const AddAddress& announcement);

    /// The echo of an announcement has arrived; it says all that the announcement does.
    /// \return the number of the announcement that was waiting for it; none once it is given up
    std::optional<uint32_t> OnEcho(const AddAddress& echo);

    /// The time to wait for the echo of number `number` is over.
    /// \return what to send once more; none when it was echoed, withdrawn or is given up
    std::optional<AddAddress> OnTimeout(uint32_t number);

    /// No more of any announcement of this identifier (RFC 8684 3.4.2).
    void Withdraw(AddressId id);

    /// True while another time to wait makes sense: unanswered, and not sent for the last time.
    [[nodiscard]] bool MayRetransmit(uint32_t number) const;
    [[nodiscard]] bool IsUnanswered(uint32_t number) const;
    /// The address and port were announced together, and not withdrawn since.
    [[nodiscard]] bool HasAnnounced(const Endpoint& endpoint) const;
    /// Announcements that were not withdrawn.
    [[nodiscard]] std::size_t Count() const;

  private:
    struct Entry
    {
        uint32_t number;
        AddAddress announcement;
        uint32_t retransmissions{0};
        bool isEchoed{false};
    };

    [[nodiscard]] const Entry* Find(uint32_t number) const;

    std::vector<Entry> m_entries;
    uint32_t m_lastNumber{0};
};

/// The address as an option carries it.
[[nodiscard]] AnnouncedAddress ToWire(const IpAddress& address);
[[nodiscard]] IpAddress FromWire(const AnnouncedAddress& address);

/// False for addresses that no peer can have: unspecified, loopback, multicast and broadcast.
[[nodiscard]] bool IsUnicast(const IpAddress& address);

} // namespace mptcp

#endif // MPTCP_ANNOUNCEMENTS_H
