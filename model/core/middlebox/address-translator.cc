// SPDX-License-Identifier: GPL-2.0-only
#include "address-translator.h"

#include <algorithm>

namespace mptcp
{

AddressTranslator::AddressTranslator(Settings settings)
    : m_settings(std::move(settings))
{
}

std::string_view
AddressTranslator::Name() const
{
    return "nat";
}

std::size_t
AddressTranslator::Bindings() const
{
    return m_bindings.size();
}

std::size_t
AddressTranslator::IndexOf(const IpAddress& publicAddress) const
{
    const auto& all = m_settings.publicAddresses;
    return static_cast<std::size_t>(std::find(all.begin(), all.end(), publicAddress) - all.begin());
}

std::size_t
AddressTranslator::Bind(const IpAddress& inside, Time now)
{
    std::size_t free = m_settings.publicAddresses.size();
    for (std::size_t i = m_settings.publicAddresses.size(); i-- > 0;)
    {
        const auto found = m_bindings.find(i);
        if (found != m_bindings.end() && found->second.inside == inside)
        {
            found->second.lastUsed = now;
            return i;
        }
        if (found == m_bindings.end() || now - found->second.lastUsed > m_settings.timeout)
        {
            free = i;
        }
    }
    if (free < m_settings.publicAddresses.size())
    {
        m_bindings[free] = {inside, now};
    }
    return free;
}

void
AddressTranslator::On(Way way, TcpSegment segment, Time now, BoxOutput& out)
{
    const std::size_t none = m_settings.publicAddresses.size();
    if (way == Way::Out)
    {
        const bool isHairpin = IndexOf(segment.destination.address) != none;
        const std::size_t index = isHairpin ? none : Bind(segment.source.address, now);
        if (index == none)
        {
            ++m_counters.dropped;
            return;
        }
        segment.source.address = m_settings.publicAddresses[index];
    }
    else
    {
        const auto found = m_bindings.find(IndexOf(segment.destination.address));
        if (found == m_bindings.end() || now - found->second.lastUsed > m_settings.timeout)
        {
            ++m_counters.dropped;
            return;
        }
        found->second.lastUsed = now;
        segment.destination.address = found->second.inside;
    }
    ++m_counters.changed;
    out.Send(way, std::move(segment));
}

} // namespace mptcp
