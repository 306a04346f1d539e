// SPDX-License-Identifier: GPL-2.0-only
#include "handshake/token-table.h"

namespace mptcp
{

bool
TokenTable::Insert(Token token, ConnectionId connection)
{
    return token != 0 && m_connections.emplace(token, connection).second;
}

bool
TokenTable::Erase(Token token)
{
    return m_connections.erase(token) != 0;
}

std::optional<ConnectionId>
TokenTable::Find(Token token) const
{
    const auto found = m_connections.find(token);
    if (found == m_connections.end())
    {
        return std::nullopt;
    }
    return found->second;
}

bool
TokenTable::IsFree(Token token) const
{
    return token != 0 && m_connections.count(token) == 0;
}

std::size_t
TokenTable::Size() const
{
    return m_connections.size();
}

} // namespace mptcp
