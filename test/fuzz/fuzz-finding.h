// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FUZZ_FINDING_H
#define MPTCP_FUZZ_FINDING_H

#include <stdexcept>
#include <string>

namespace mptcp::fuzz
{

/// Some input has made the code break a promise. Uncaught, it is a crash to a fuzzer.
class Finding : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// Throws a Finding that says `promise` unless it holds.
inline void
Check(bool holds, const char* promise)
{
    if (!holds)
    {
        throw Finding(promise);
    }
}

} // namespace mptcp::fuzz

#endif // MPTCP_FUZZ_FINDING_H
