// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_BYTE_IO_H
#define MPTCP_BYTE_IO_H

#include <array>
#include <boost/endian/conversion.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mptcp
{

/// Bytes somebody else owns and keeps alive.
struct ByteView
{
    const uint8_t* data{nullptr};
    std::size_t size{0};
};

/**
 * Reads big-endian numbers from a view, front to back, and never past its end.
 *
 * A read that does not fit yields zero and spoils the reader: every later read yields zero as
 * well and IsGood() stays false. A parser therefore reads a whole structure and asks once.
 */
class ByteReader
{
  public:
    explicit ByteReader(ByteView bytes)
        : m_next(bytes.data),
          m_remaining(bytes.size)
    {
    }

    /// False as soon as one read has asked for more than there was.
    [[nodiscard]] bool IsGood() const
    {
        return m_good;
    }

    [[nodiscard]] std::size_t RemainingBytes() const
    {
        return m_remaining;
    }

    uint8_t ReadU8()
    {
        const uint8_t* from = Take(1);
        return from != nullptr ? *from : uint8_t{0};
    }

    uint16_t ReadU16()
    {
        const uint8_t* from = Take(2);
        return from != nullptr ? boost::endian::load_big_u16(from) : uint16_t{0};
    }

    uint32_t ReadU32()
    {
        const uint8_t* from = Take(4);
        return from != nullptr ? boost::endian::load_big_u32(from) : uint32_t{0};
    }

    uint64_t ReadU64()
    {
        const uint8_t* from = Take(8);
        return from != nullptr ? boost::endian::load_big_u64(from) : uint64_t{0};
    }

    /// All zero when fewer than N bytes remain.
    template <std::size_t N>
    std::array<uint8_t, N> ReadArray()
    {
        static_assert(N > 0);
        std::array<uint8_t, N> bytes{};
        if (const uint8_t* from = Take(N); from != nullptr)
        {
            std::memcpy(bytes.data(), from, N);
        }
        return bytes;
    }

  private:
    const uint8_t* Take(std::size_t bytes)
    {
        if (bytes > m_remaining)
        {
            m_good = false;
            m_remaining = 0;
            return nullptr;
        }
        const uint8_t* from = m_next;
        m_next += bytes;
        m_remaining -= bytes;
        return from;
    }

    const uint8_t* m_next;
    std::size_t m_remaining;
    bool m_good{true};
};

/**
 * Writes big-endian numbers into a fixed buffer, front to back, and never past its end.
 *
 * A write that does not fit changes nothing and spoils the writer: every later write is ignored
 * as well and IsGood() stays false.
 */
class ByteWriter
{
  public:
    ByteWriter(uint8_t* buffer, std::size_t capacityBytes)
        : m_begin(buffer),
          m_capacity(capacityBytes)
    {
    }

    /// Uses the whole array, which must outlive the writer.
    template <std::size_t N>
    explicit ByteWriter(std::array<uint8_t, N>& buffer)
        : ByteWriter(buffer.data(), N)
    {
    }

    /// False as soon as one write did not fit.
    [[nodiscard]] bool IsGood() const
    {
        return m_good;
    }

    [[nodiscard]] std::size_t RemainingBytes() const
    {
        return m_good ? m_capacity - m_used : 0;
    }

    /// What has been written so far; valid as long as the buffer is.
    [[nodiscard]] ByteView Written() const
    {
        return {m_begin, m_used};
    }

    void WriteU8(uint8_t value)
    {
        if (uint8_t* to = Take(1); to != nullptr)
        {
            *to = value;
        }
    }

    void WriteU16(uint16_t value)
    {
        if (uint8_t* to = Take(2); to != nullptr)
        {
            boost::endian::store_big_u16(to, value);
        }
    }

    void WriteU32(uint32_t value)
    {
        if (uint8_t* to = Take(4); to != nullptr)
        {
            boost::endian::store_big_u32(to, value);
        }
    }

    void WriteU64(uint64_t value)
    {
        if (uint8_t* to = Take(8); to != nullptr)
        {
            boost::endian::store_big_u64(to, value);
        }
    }

    /// All of the bytes or none of them.
    void WriteBytes(ByteView bytes)
    {
        if (bytes.size == 0)
        {
            return;
        }
        if (uint8_t* to = Take(bytes.size); to != nullptr)
        {
            std::memcpy(to, bytes.data, bytes.size);
        }
    }

  private:
    uint8_t* Take(std::size_t bytes)
    {
        if (!m_good || bytes > m_capacity - m_used)
        {
            m_good = false;
            return nullptr;
        }
        uint8_t* to = m_begin + m_used;
        m_used += bytes;
        return to;
    }

    uint8_t* m_begin;
    std::size_t m_capacity;
    std::size_t m_used{0};
    bool m_good{true};
};

} // namespace mptcp

#endif // MPTCP_BYTE_IO_H
