// SPDX-License-Identifier: GPL-2.0-only
#include "port-translator.h"

namespace mptcp
{

PortTranslator::PortTranslator(const Settings& settings)
    : m_settings(settings)
{
}

std::string_view
PortTranslator::Name() const
{
    return "napt";
}

std::size_t
PortTranslator::Mappings() const
{
    return m_byPort.size();
}

void
PortTranslator::Forget(Time now)
{
    for (auto mapping = m_byPort.begin(); mapping != m_byPort.end();)
    {
        auto& lastUsed = mapping->second.lastUsed;
        for (auto it = lastUsed.begin(); it != lastUsed.end();)
        {
            it = now - it->second > m_settings.timeout ? lastUsed.erase(it) : std::next(it);
        }
        if (lastUsed.empty())
        {
            m_byInside.erase(mapping->second.inside);
            mapping = m_byPort.erase(mapping);
        }
        else
        {
            ++mapping;
        }
    }
}

std::optional<uint16_t>
PortTranslator::PortOf(const Endpoint& inside, Time now)
{
    Forget(now);
    if (const auto found = m_byInside.find(inside); found != m_byInside.end())
    {
        return found->second;
    }
    for (uint16_t tried = 0; tried < m_settings.ports; ++tried)
    {
        const auto port = static_cast<uint16_t>(m_settings.firstPort + m_next);
        m_next = static_cast<uint16_t>((m_next + 1) % m_settings.ports);
        if (m_byPort.count(port) == 0)
        {
            m_byPort[port].inside = inside;
            m_byInside[inside] = port;
            return port;
        }
    }
    return std::nullopt;
}

bool
PortTranslator::TranslateOut(TcpSegment& segment, Time now)
{
    if (segment.destination.address == m_settings.publicAddress)
    {
        return false; // hairpinning
    }
    const auto port = PortOf(segment.source, now);
    if (!port)
    {
        return false;
    }
    m_byPort[*port].lastUsed[segment.destination] = now;
    segment.source = {m_settings.publicAddress, *port};
    return true;
}

bool
PortTranslator::TranslateIn(TcpSegment& segment, Time now)
{
    Forget(now);
    const auto mapping = m_byPort.find(segment.destination.port);
    if (segment.destination.address != m_settings.publicAddress || mapping == m_byPort.end())
    {
        return false;
    }
    const auto used = mapping->second.lastUsed.find(segment.source);
    if (used == mapping->second.lastUsed.end())
    {
        return false;
    }
    used->second = now;
    segment.destination = mapping->second.inside;
    return true;
}

void
PortTranslator::On(Way way, TcpSegment segment, Time now, BoxOutput& out)
{
    if (way == Way::Out ? TranslateOut(segment, now) : TranslateIn(segment, now))
    {
        ++m_counters.changed;
        out.Send(way, std::move(segment));
        return;
    }
    ++m_counters.dropped;
}

} // namespace mptcp
