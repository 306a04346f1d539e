// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_DATA_SEQUENCE_H
#define MPTCP_DATA_SEQUENCE_H

#include <cstdint>
#include <ostream>

/// Multipath TCP protocol logic, free of any simulator.
namespace mptcp
{

/**
 * Position in the connection-level byte stream (RFC 8684 3.3.1): 64 bits, compared modulo 2^64.
 *
 * Differences are signed, so `a - b` is right as long as the two lie within 2^63 bytes of each
 * other, which any window guarantees. There is deliberately no conversion from or to
 * SubflowOffset: adding one to the other does not compile.
 */
class DataSequence
{
  public:
    constexpr DataSequence() = default;

    constexpr explicit DataSequence(uint64_t value)
        : m_value(value)
    {
    }

    /// The full number, as the 64-bit forms of the DSS option carry it.
    [[nodiscard]] constexpr uint64_t Value() const
    {
        return m_value;
    }

    /// The low half, as the 32-bit forms of the DSS option carry it (RFC 8684 3.3.1).
    [[nodiscard]] constexpr uint32_t Low() const
    {
        return static_cast<uint32_t>(m_value);
    }

    constexpr DataSequence& operator+=(uint64_t bytes)
    {
        m_value += bytes;
        return *this;
    }

    friend constexpr DataSequence operator+(DataSequence a, uint64_t bytes)
    {
        return DataSequence(a.m_value + bytes);
    }

    friend constexpr DataSequence operator-(DataSequence a, uint64_t bytes)
    {
        return DataSequence(a.m_value - bytes);
    }

    /// Bytes from b to a; negative when a lies before b.
    friend constexpr int64_t operator-(DataSequence a, DataSequence b)
    {
        return static_cast<int64_t>(a.m_value - b.m_value);
    }

    friend constexpr bool operator==(DataSequence a, DataSequence b)
    {
        return a.m_value == b.m_value;
    }

    friend constexpr bool operator!=(DataSequence a, DataSequence b)
    {
        return a.m_value != b.m_value;
    }

    friend constexpr bool operator<(DataSequence a, DataSequence b)
    {
        return (a - b) < 0;
    }

    friend constexpr bool operator>(DataSequence a, DataSequence b)
    {
        return b < a;
    }

    friend constexpr bool operator<=(DataSequence a, DataSequence b)
    {
        return !(b < a);
    }

    friend constexpr bool operator>=(DataSequence a, DataSequence b)
    {
        return !(a < b);
    }

    friend std::ostream& operator<<(std::ostream& os, DataSequence s)
    {
        return os << s.m_value;
    }

  private:
    uint64_t m_value{0};
};

/**
 * Position in one subflow's byte stream, relative to its initial sequence number
 * (RFC 8684 3.3.1): the SYN is offset 0, the first payload byte is offset 1.
 *
 * Kept in 64 bits so that a subflow may carry more than 4 GiB; options carry the low 32.
 */
class SubflowOffset
{
  public:
    constexpr SubflowOffset() = default;

    constexpr explicit SubflowOffset(uint64_t value)
        : m_value(value)
    {
    }

    [[nodiscard]] constexpr uint64_t Value() const
    {
        return m_value;
    }

    /// The low half, as the DSS option carries it.
    [[nodiscard]] constexpr uint32_t Low() const
    {
        return static_cast<uint32_t>(m_value);
    }

    constexpr SubflowOffset& operator+=(uint64_t bytes)
    {
        m_value += bytes;
        return *this;
    }

    friend constexpr SubflowOffset operator+(SubflowOffset a, uint64_t bytes)
    {
        return SubflowOffset(a.m_value + bytes);
    }

    /// Bytes from b to a; negative when a lies before b.
    friend constexpr int64_t operator-(SubflowOffset a, SubflowOffset b)
    {
        return static_cast<int64_t>(a.m_value - b.m_value);
    }

    friend constexpr bool operator==(SubflowOffset a, SubflowOffset b)
    {
        return a.m_value == b.m_value;
    }

    friend constexpr bool operator!=(SubflowOffset a, SubflowOffset b)
    {
        return a.m_value != b.m_value;
    }

    friend constexpr bool operator<(SubflowOffset a, SubflowOffset b)
    {
        return a.m_value < b.m_value;
    }

    friend constexpr bool operator>(SubflowOffset a, SubflowOffset b)
    {
        return b < a;
    }

    friend constexpr bool operator<=(SubflowOffset a, SubflowOffset b)
    {
        return !(b < a);
    }

    friend constexpr bool operator>=(SubflowOffset a, SubflowOffset b)
    {
        return !(a < b);
    }

    friend std::ostream& operator<<(std::ostream& os, SubflowOffset s)
    {
        return os << s.m_value;
    }

  private:
    uint64_t m_value{0};
};

/// Half-open run of connection-level bytes: begin is in it, end is not.
struct DataRange
{
    DataSequence begin;
    DataSequence end;

    [[nodiscard]] constexpr uint64_t Bytes() const
    {
        return end > begin ? static_cast<uint64_t>(end - begin) : 0;
    }

    [[nodiscard]] constexpr bool IsEmpty() const
    {
        return !(begin < end);
    }

    friend constexpr bool operator==(const DataRange& a, const DataRange& b)
    {
        return a.begin == b.begin && a.end == b.end;
    }

    friend constexpr bool operator!=(const DataRange& a, const DataRange& b)
    {
        return !(a == b);
    }
};

/// Rebuilds the full number from its low 32 bits: the value nearest to `reference`
/// (RFC 8684 3.3.1).
[[nodiscard]] constexpr DataSequence
Expand(uint32_t low, DataSequence reference)
{
    const auto distance = static_cast<int32_t>(low - reference.Low());
    return DataSequence(reference.Value() + static_cast<uint64_t>(static_cast<int64_t>(distance)));
}

/// The same for subflow offsets; offsets before the SYN do not exist and yield a huge value.
[[nodiscard]] constexpr SubflowOffset
Expand(uint32_t low, SubflowOffset reference)
{
    const auto distance = static_cast<int32_t>(low - reference.Low());
    return SubflowOffset(reference.Value() + static_cast<uint64_t>(static_cast<int64_t>(distance)));
}

} // namespace mptcp

#endif // MPTCP_DATA_SEQUENCE_H
