// SPDX-License-Identifier: GPL-2.0-only
#ifndef MIDDLEBOX_CATALOGUE_H
#define MIDDLEBOX_CATALOGUE_H

#include "core/middlebox/middlebox.h"
#include "core/paths/endpoint.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{

/// What a box is told of the place it is put to.
struct MiddleboxPlace
{
    mptcp::IpAddress publicAddress;      //!< for what translates addresses
    uint64_t secret{1};                  //!< for what draws numbers
    std::vector<uint8_t> pattern{'c'};   //!< for what rewrites content
    uint64_t afterPayloadBytes{100'000}; //!< for what begins in mid-connection
};

/// A box under the name by which scenarios know it. docs/middleboxes.md describes them all.
struct MiddleboxKind
{
    std::string name;
    std::string summary;
    std::unique_ptr<mptcp::Middlebox> (*make)(const MiddleboxPlace& place);
    /// Bytes that rewriting adds to each pattern, or takes; nothing for boxes that rewrite nothing.
    std::optional<int> grows{};
    bool rewritesLater{false}; //!< not the first segment yet, but what comes behind others
};

/// All kinds, `none` first.
[[nodiscard]] const std::vector<MiddleboxKind>& MiddleboxKinds();

/// Null if there is none of this name.
[[nodiscard]] const MiddleboxKind* FindMiddlebox(const std::string& name);

/// What stands in the place of `pattern` behind a box that rewrites and grows by so much. It begins
/// otherwise than the pattern.
[[nodiscard]] std::vector<uint8_t> RewrittenPattern(const std::vector<uint8_t>& pattern, int grows);

} // namespace ns3

#endif // MIDDLEBOX_CATALOGUE_H
