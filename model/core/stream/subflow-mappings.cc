// SPDX-License-Identifier: GPL-2.0-only
#include "subflow-mappings.h"

#include "runs.h"

#include <algorithm>
#include <cassert>

namespace mptcp
{

void
SubflowMappings::Append(SubflowOffset offset,
                        DataSequence data,
                        uint32_t lengthBytes,
                        std::optional<uint16_t> checksum)
{
    if (lengthBytes == 0)
    {
        return;
    }
    assert(m_end <= offset);
    assert(!checksum || lengthBytes <= MAX_MAPPING_BYTES);
    const bool extends = !m_runs.empty() && offset == m_end && data == m_endData && !checksum &&
                         !m_runs.back().checksum;
    m_end = offset + lengthBytes;
    m_endData = data + lengthBytes;
    if (extends)
    {
        m_runs.back().end = m_end;
    }
    else
    {
        m_runs.push_back(Run{offset, m_end, data, checksum});
    }
}

std::optional<SubflowMappings::Mapping>
SubflowMappings::Find(SubflowOffset offset, uint32_t maxBytes) const
{
    const Run* run = Lookup(offset);
    if (run == nullptr || maxBytes == 0)
    {
        return std::nullopt;
    }
    if (run->checksum)
    {
        const auto lengthBytes = static_cast<uint32_t>(run->end - run->begin);
        return Mapping{run->begin, run->data, lengthBytes, run->checksum};
    }
    const uint32_t lengthBytes = ContiguousBytes(offset, std::min(maxBytes, MAX_MAPPING_BYTES));
    return Mapping{offset, run->DataAt(offset), lengthBytes, std::nullopt};
}

uint32_t
SubflowMappings::ContiguousBytes(SubflowOffset offset, uint32_t wantedBytes) const
{
    const Run* run = Lookup(offset);
    if (run == nullptr)
    {
        return 0;
    }
    return static_cast<uint32_t>(std::min<int64_t>(wantedBytes, run->end - offset));
}

std::optional<DataSequence>
SubflowMappings::Translate(SubflowOffset offset) const
{
    if (const Run* run = Lookup(offset))
    {
        return run->DataAt(offset);
    }
    if (offset == m_end && m_end.Value() > 0)
    {
        return m_endData;
    }
    return std::nullopt;
}

void
SubflowMappings::ForgetBelow(SubflowOffset subflowAck, DataSequence dataAck)
{
    if (!m_dataAck || *m_dataAck < dataAck)
    {
        m_dataAck = dataAck;
    }
    while (!m_runs.empty() && m_runs.front().end <= subflowAck &&
           m_runs.front().DataAt(m_runs.front().end) <= *m_dataAck)
    {
        m_runs.pop_front();
    }
    if (m_runs.empty() || m_runs.front().checksum)
    {
        return;
    }
    Run& front = m_runs.front();
    const int64_t passedBytes =
        std::min({subflowAck - front.begin, *m_dataAck - front.data, front.end - front.begin});
    if (passedBytes > 0)
    {
        front.data += static_cast<uint64_t>(passedBytes);
        front.begin += static_cast<uint64_t>(passedBytes);
    }
}

SubflowMappings::DataRanges
SubflowMappings::OutstandingData(SubflowOffset fromUnacknowledged) const
{
    DataRanges ranges;
    for (auto run = FirstEndingAfter(m_runs, fromUnacknowledged); run != m_runs.end(); ++run)
    {
        DataRange range{run->DataAt(std::max(run->begin, fromUnacknowledged)),
                        run->DataAt(run->end)};
        if (m_dataAck)
        {
            range.begin = std::max(range.begin, *m_dataAck);
        }
        if (range.IsEmpty())
        {
            continue;
        }
        if (!ranges.empty() && ranges.back().end == range.begin)
        {
            ranges.back().end = range.end;
        }
        else
        {
            ranges.push_back(range);
        }
    }
    return ranges;
}

SubflowMappings::DataRanges
SubflowMappings::AllData() const
{
    return OutstandingData(SubflowOffset(0));
}

bool
SubflowMappings::IsOneLine(SubflowOffset subflowAck, DataSequence dataAck, DataSequence next) const
{
    const Run* previous = nullptr;
    for (const Run& run : m_runs)
    {
        const DataSequence end = run.DataAt(run.end);
        if (run.end <= subflowAck && end <= dataAck)
        {
            continue; // nobody will ask for it again
        }
        if (previous == nullptr)
        {
            // It has to begin with the stream, and nothing that is still to be acknowledged here
            // may have come another way already: by position it would count twice.
            if (dataAck < run.data || run.DataAt(std::max(run.begin, subflowAck)) < dataAck)
            {
                return false;
            }
        }
        else if (previous->end != run.begin || previous->DataAt(previous->end) != run.data)
        {
            return false;
        }
        previous = &run;
    }
    return previous != nullptr ? previous->DataAt(previous->end) == next : dataAck == next;
}

const SubflowMappings::Run*
SubflowMappings::Lookup(SubflowOffset offset) const
{
    const auto run = FirstEndingAfter(m_runs, offset);
    return run != m_runs.end() && run->Contains(offset) ? &*run : nullptr;
}

} // namespace mptcp
