// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SUBFLOW_ID_H
#define MPTCP_SUBFLOW_ID_H

#include <cstdint>
#include <ostream>

namespace mptcp
{

/**
 * Names one subflow within its connection. Purely local: it never appears on the wire and is not
 * the address identifier of RFC 8684 3.2. Given out in order of creation and never reused while
 * the connection lives, so a late event about a closed subflow cannot be taken for a new one.
 */
class SubflowId
{
  public:
    constexpr SubflowId() = default;

    constexpr explicit SubflowId(uint16_t value)
        : m_value(value)
    {
    }

    [[nodiscard]] constexpr uint16_t Value() const
    {
        return m_value;
    }

    friend constexpr bool operator==(SubflowId a, SubflowId b)
    {
        return a.m_value == b.m_value;
    }

    friend constexpr bool operator!=(SubflowId a, SubflowId b)
    {
        return a.m_value != b.m_value;
    }

    /// Order of creation.
    friend constexpr bool operator<(SubflowId a, SubflowId b)
    {
        return a.m_value < b.m_value;
    }

    friend std::ostream& operator<<(std::ostream& os, SubflowId id)
    {
        return os << id.m_value;
    }

  private:
    uint16_t m_value{0};
};

} // namespace mptcp

#endif // MPTCP_SUBFLOW_ID_H
