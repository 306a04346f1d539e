// SPDX-License-Identifier: GPL-2.0-only
#include "local-address-rules.h"

#include <algorithm>

namespace mptcp
{

namespace
{

bool
Contains(const std::vector<IpAddress>& list, const IpAddress& address)
{
    return std::find(list.begin(), list.end(), address) != list.end();
}

void
Erase(std::vector<IpAddress>& list, const IpAddress& address)
{
    list.erase(std::remove(list.begin(), list.end(), address), list.end());
}

} // namespace

void
LocalAddressRules::Name(const Endpoint& local)
{
    Erase(m_removed, local.address);
    const auto known = std::find_if(m_named.begin(), m_named.end(), [&](const Endpoint& each) {
        return each.address == local.address;
    });
    if (known == m_named.end())
    {
        m_named.push_back(local);
    }
    else if (local.port != 0)
    {
        known->port = local.port;
    }
}

void
LocalAddressRules::Restrict(const Endpoint& local)
{
    m_isRestricted = true;
    Name(local);
}

void
LocalAddressRules::RestrictToNothing()
{
    m_isRestricted = true;
}

void
LocalAddressRules::Allow(const Endpoint& local)
{
    Name(local);
}

void
LocalAddressRules::Remove(const IpAddress& address)
{
    m_named.erase(std::remove_if(m_named.begin(),
                                 m_named.end(),
                                 [&](const Endpoint& each) { return each.address == address; }),
                  m_named.end());
    if (!Contains(m_removed, address))
    {
        m_removed.push_back(address);
    }
}

void
LocalAddressRules::SetBackup(const IpAddress& address, bool backup)
{
    Erase(m_backups, address);
    if (backup)
    {
        m_backups.push_back(address);
    }
}

bool
LocalAddressRules::IsRestricted() const
{
    return m_isRestricted;
}

bool
LocalAddressRules::Allows(const IpAddress& address) const
{
    if (IsRemoved(address))
    {
        return false;
    }
    return !m_isRestricted || std::any_of(m_named.begin(), m_named.end(), [&](const auto& each) {
        return each.address == address;
    });
}

bool
LocalAddressRules::IsRemoved(const IpAddress& address) const
{
    return Contains(m_removed, address);
}

uint16_t
LocalAddressRules::PortOn(const IpAddress& address) const
{
    const auto named = std::find_if(m_named.begin(), m_named.end(), [&](const Endpoint& each) {
        return each.address == address;
    });
    return named == m_named.end() ? 0 : named->port;
}

bool
LocalAddressRules::IsBackup(const IpAddress& address) const
{
    return Contains(m_backups, address);
}

const std::vector<Endpoint>&
LocalAddressRules::Named() const
{
    return m_named;
}

} // namespace mptcp
