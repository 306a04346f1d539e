// SPDX-License-Identifier: GPL-2.0-only
#include "announcements.h"

#include <algorithm>
#include <variant>

namespace mptcp
{

uint32_t
Announcements::Start(const AddAddress& announcement)
{
    m_entries.erase(std::remove_if(m_entries.begin(),
                                   m_entries.end(),
                                   [&](const Entry& entry) {
                                       return entry.announcement.id == announcement.id &&
                                              entry.announcement.port == announcement.port;
                                   }),
                    m_entries.end());
    m_entries.push_back({++m_lastNumber, announcement, 0, false});
    return m_lastNumber;
}

std::optional<uint32_t>
Announcements::OnEcho(const AddAddress& echo)
{
    for (Entry& entry : m_entries)
    {
        const AddAddress& sent = entry.announcement;
        if (!entry.isEchoed && sent.id == echo.id && sent.address == echo.address &&
            sent.port == echo.port)
        {
            const bool isAwaited = MayRetransmit(entry.number);
            entry.isEchoed = true;
            return isAwaited ? std::optional(entry.number) : std::nullopt;
        }
    }
    return std::nullopt;
}

std::optional<AddAddress>
Announcements::OnTimeout(uint32_t number)
{
    const auto entry = std::find_if(m_entries.begin(), m_entries.end(), [number](const Entry& e) {
        return e.number == number;
    });
    if (entry == m_entries.end() || !MayRetransmit(number))
    {
        return std::nullopt;
    }
    ++entry->retransmissions;
    return entry->announcement;
}

void
Announcements::Withdraw(AddressId id)
{
    m_entries.erase(
        std::remove_if(m_entries.begin(),
                       m_entries.end(),
                       [id](const Entry& entry) { return entry.announcement.id == id; }),
        m_entries.end());
}

bool
Announcements::MayRetransmit(uint32_t number) const
{
    return IsUnanswered(number) && Find(number)->retransmissions < MAX_RETRANSMISSIONS;
}

bool
Announcements::IsUnanswered(uint32_t number) const
{
    const Entry* entry = Find(number);
    return entry != nullptr && !entry->isEchoed;
}

bool
Announcements::HasAnnounced(const Endpoint& endpoint) const
{
    return std::any_of(m_entries.begin(), m_entries.end(), [&](const Entry& entry) {
        return entry.announcement.port == endpoint.port &&
               FromWire(entry.announcement.address) == endpoint.address;
    });
}

const Announcements::Entry*
Announcements::Find(uint32_t number) const
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [number](const Entry& e) {
        return e.number == number;
    });
    return found != m_entries.end() ? &*found : nullptr;
}

std::size_t
Announcements::Count() const
{
    return m_entries.size();
}

AnnouncedAddress
ToWire(const IpAddress& address)
{
    if (address.family == AddressFamily::Ipv6)
    {
        return address.bytes;
    }
    Ipv4Bytes bytes;
    std::copy_n(address.bytes.begin(), bytes.size(), bytes.begin());
    return bytes;
}

IpAddress
FromWire(const AnnouncedAddress& address)
{
    if (const auto* ipv6 = std::get_if<Ipv6Bytes>(&address))
    {
        return IpAddress::V6(*ipv6);
    }
    const auto& ipv4 = std::get<Ipv4Bytes>(address);
    return IpAddress::V4(ipv4[0], ipv4[1], ipv4[2], ipv4[3]);
}

bool
IsUnicast(const IpAddress& address)
{
    if (address.family == AddressFamily::Ipv4)
    {
        constexpr uint8_t THIS_NETWORK = 0;
        constexpr uint8_t LOOPBACK = 127;
        constexpr uint8_t FIRST_MULTICAST = 224; // and all above, RFC 1112 4
        return address.bytes[0] != THIS_NETWORK && address.bytes[0] != LOOPBACK &&
               address.bytes[0] < FIRST_MULTICAST;
    }
    constexpr uint8_t MULTICAST = 0xff; // RFC 4291 2.4
    const bool isUnspecifiedOrLoopback = std::all_of(address.bytes.begin(),
                                                     address.bytes.end() - 1,
                                                     [](uint8_t byte) { return byte == 0; }) &&
                                         address.bytes.back() <= 1;
    return address.bytes[0] != MULTICAST && !isUnspecifiedOrLoopback;
}

} // namespace mptcp
