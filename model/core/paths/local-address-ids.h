// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_LOCAL_ADDRESS_IDS_H
#define MPTCP_LOCAL_ADDRESS_IDS_H

#include "endpoint.h"

#include <cstdint>
#include <vector>

namespace mptcp
{

/**
 * The Address ID of each address of this host on one connection (RFC 8684 3.4.1).
 *
 * The first address asked about is that of the first subflow and has identifier 0 (RFC 8684 3.2).
 * An address keeps its identifier when it goes and comes back. Only when all 256 are taken does a
 * new address get the one of an address that has gone, the longest ago; by then it was removed at
 * the peer.
 */
class LocalAddressIds
{
  public:
    /// The identifier of `address`, a new one if it has none.
    AddressId IdOf(const IpAddress& address);

    /// Gives `address` the identifier that a path policy has chosen for it; whoever had that one
    /// gets another. Nothing happens where either is 0, which is given by the first subflow.
    void Assign(const IpAddress& address, AddressId id);

    /// The change from what was told last.
    struct Change
    {
        std::vector<AddressId> gone;
        std::vector<AddressId> come; //!< as in the list of addresses
    };

    /// Says which addresses this host has now.
    Change SetUsable(const std::vector<IpAddress>& addresses);
    /// In the list of the last SetUsable. An address nobody was ever told about is not.
    [[nodiscard]] bool IsUsable(AddressId id) const;
    [[nodiscard]] const IpAddress& AddressOf(AddressId id) const;

  private:
    struct Entry
    {
        IpAddress address; //!< unspecified: nobody has the identifier
        bool isUsable{false};
        uint64_t goneAt{0}; //!< counts changes; never gone: 0
    };

    std::vector<Entry> m_entries; //!< the index is the identifier; free ones have no address
    uint64_t m_changes{0};
};

} // namespace mptcp

#endif // MPTCP_LOCAL_ADDRESS_IDS_H
