// SPDX-License-Identifier: GPL-2.0-only
#include "local-address-ids.h"

#include <algorithm>
#include <utility>

namespace mptcp
{

AddressId
LocalAddressIds::IdOf(const IpAddress& address)
{
    auto find = [&](const IpAddress& wanted) {
        return std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& entry) {
            return entry.address == wanted;
        });
    };
    auto found = find(address);
    if (found == m_entries.end())
    {
        found = find(IpAddress());
        if (found != m_entries.end())
        {
            found->address = address;
            return static_cast<AddressId>(found - m_entries.begin());
        }
        constexpr std::size_t MOST_IDS = 256;
        if (m_entries.size() < MOST_IDS)
        {
            m_entries.push_back({address, false, 0});
            return static_cast<AddressId>(m_entries.size() - 1);
        }
        // Identifier 0 stays what it is: the peer has it from the handshake.
        found =
            std::min_element(m_entries.begin() + 1,
                             m_entries.end(),
                             [](const Entry& a, const Entry& b) {
                                 return a.isUsable != b.isUsable ? b.isUsable : a.goneAt < b.goneAt;
                             });
        *found = {address, false, 0};
    }
    return static_cast<AddressId>(found - m_entries.begin());
}

void
LocalAddressIds::Assign(const IpAddress& address, AddressId id)
{
    const AddressId old = IdOf(address);
    if (old == id || old == 0 || id == 0)
    {
        return;
    }
    if (m_entries.size() <= id)
    {
        m_entries.resize(id + 1U);
    }
    std::swap(m_entries[old], m_entries[id]);
}

LocalAddressIds::Change
LocalAddressIds::SetUsable(const std::vector<IpAddress>& addresses)
{
    Change change;
    ++m_changes;
    for (std::size_t id = 0; id < m_entries.size(); ++id)
    {
        Entry& entry = m_entries[id];
        const bool isThere =
            std::find(addresses.begin(), addresses.end(), entry.address) != addresses.end();
        if (entry.isUsable && !isThere)
        {
            entry.isUsable = false;
            entry.goneAt = m_changes;
            change.gone.push_back(static_cast<AddressId>(id));
        }
    }
    for (const IpAddress& address : addresses)
    {
        const AddressId id = IdOf(address);
        if (!m_entries[id].isUsable)
        {
            m_entries[id].isUsable = true;
            change.come.push_back(id);
        }
    }
    return change;
}

bool
LocalAddressIds::IsUsable(AddressId id) const
{
    return id < m_entries.size() && m_entries[id].isUsable;
}

const IpAddress&
LocalAddressIds::AddressOf(AddressId id) const
{
    return m_entries.at(id).address;
}

} // namespace mptcp
