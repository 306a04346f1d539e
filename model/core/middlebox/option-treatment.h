// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_OPTION_TREATMENT_H
#define MPTCP_OPTION_TREATMENT_H

#include <cstdint>

namespace mptcp
{

/// What a box that changes the borders of segments does with options it does not know: "they may be
/// repeated, dropped, or sent only once" (RFC 6182 7).
enum class OptionTreatment : uint8_t
{
    Keep,      //!< splitting: on every piece; coalescing: only segments whose options all fit
    FirstOnly, //!< on the first piece; of the first of several
    Drop
};

} // namespace mptcp

#endif // MPTCP_OPTION_TREATMENT_H
