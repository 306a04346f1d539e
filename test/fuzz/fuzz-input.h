// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FUZZ_INPUT_H
#define MPTCP_FUZZ_INPUT_H

#include <cstddef>
#include <cstdint>

namespace mptcp::fuzz
{

/// What a fuzzer made up, read from front to back. Behind the end there are zeros, so that every
/// input means something and a shorter one means nearly the same.
class Input
{
  public:
    Input(const uint8_t* data, std::size_t size)
        : m_next(data),
          m_left(size)
    {
    }

    [[nodiscard]] bool IsEmpty() const
    {
        return m_left == 0;
    }

    uint8_t Byte()
    {
        if (m_left == 0)
        {
            return 0;
        }
        --m_left;
        return *m_next++;
    }

    /// -128 to 127.
    int8_t Small()
    {
        return static_cast<int8_t>(Byte());
    }

    uint32_t Word()
    {
        uint32_t value = 0;
        for (int i = 0; i < 4; ++i)
        {
            value = value << 8 | Byte();
        }
        return value;
    }

  private:
    const uint8_t* m_next;
    std::size_t m_left;
};

} // namespace mptcp::fuzz

#endif // MPTCP_FUZZ_INPUT_H
