// SPDX-License-Identifier: GPL-2.0-only
#include "stream-model.h"

#include "core/wire/dss-checksum.h"

#include <algorithm>

namespace mptcp::fuzz
{

namespace
{

char
ByteAt(std::size_t subflow, uint32_t offset)
{
    // Knuth's multiplier: neighbours and subflows look nothing like each other.
    const uint32_t mixed = (offset + static_cast<uint32_t>(subflow) * 77'777U) * 2'654'435'761U;
    return static_cast<char>(mixed >> 24);
}

} // namespace

std::string
StreamModel::Payload(std::size_t subflow, uint32_t offset, std::size_t count)
{
    std::string bytes(count, '\0');
    for (std::size_t i = 0; i < count; ++i)
    {
        bytes[i] = ByteAt(subflow, offset + static_cast<uint32_t>(i));
    }
    return bytes;
}

void
StreamModel::SetInitialDataSequence(DataSequence initial)
{
    m_initial = initial;
}

void
StreamModel::RequireChecksums()
{
    m_needsChecksum = true;
}

StreamModel::Subflow&
StreamModel::At(std::size_t subflow)
{
    if (m_subflows.size() <= subflow)
    {
        m_subflows.resize(subflow + 1);
    }
    return m_subflows[subflow];
}

void
StreamModel::NotePayload(std::size_t subflow, uint32_t offset, std::size_t count)
{
    if (count > 0)
    {
        At(subflow).payload.push_back({offset, static_cast<uint32_t>(count)});
    }
}

void
StreamModel::NoteMapping(std::size_t subflow, const DssMapping& mapping)
{
    At(subflow).mappings.push_back(mapping);
}

bool
StreamModel::HasSent(std::size_t subflow, uint32_t offset, char byte) const
{
    if (subflow >= m_subflows.size() || byte != ByteAt(subflow, offset))
    {
        return false;
    }
    const auto& payload = m_subflows[subflow].payload;
    return std::any_of(payload.begin(), payload.end(), [offset](const Range& range) {
        return offset - range.offset < range.count;
    });
}

std::optional<uint32_t>
StreamModel::Offset(const DssMapping& mapping, DataSequence position) const
{
    // The low half of a number may stand for any number that ends in it.
    const uint64_t distance = mapping.is64 ? position.Value() - mapping.dataSequence
                                           : position.Low() - uint32_t(mapping.dataSequence);
    const bool isInfinite = mapping.lengthBytes == 0;
    const uint64_t length = mapping.lengthBytes - (mapping.dataFin ? 1U : 0U);
    if (!isInfinite && distance >= length)
    {
        return std::nullopt;
    }
    return mapping.subflowOffset + static_cast<uint32_t>(distance);
}

bool
StreamModel::IsTrusted(std::size_t subflow, const DssMapping& mapping) const
{
    if (!m_needsChecksum || mapping.lengthBytes == 0)
    {
        return true;
    }
    if (!mapping.checksum)
    {
        return false;
    }
    const DataSequence begin = mapping.is64 ? DataSequence(mapping.dataSequence)
                                            : Expand(uint32_t(mapping.dataSequence), m_initial);
    DssChecksum checksum(begin, mapping.subflowOffset, mapping.lengthBytes);
    const std::string data =
        Payload(subflow, mapping.subflowOffset, mapping.lengthBytes - (mapping.dataFin ? 1U : 0U));
    checksum.Add({reinterpret_cast<const uint8_t*>(data.data()), data.size()});
    return checksum.Matches(*mapping.checksum);
}

bool
StreamModel::MayDeliver(uint64_t position, char byte, bool isPlain) const
{
    if (isPlain && HasSent(0, static_cast<uint32_t>(position), byte))
    {
        return true;
    }
    for (std::size_t subflow = 0; subflow < m_subflows.size(); ++subflow)
    {
        for (const auto& mapping : m_subflows[subflow].mappings)
        {
            const auto offset = Offset(mapping, m_initial + position);
            if (offset && HasSent(subflow, *offset, byte) && IsTrusted(subflow, mapping))
            {
                return true;
            }
        }
    }
    return false;
}

} // namespace mptcp::fuzz
