// SPDX-License-Identifier: GPL-2.0-only
#include "receive-mappings.h"

#include "runs.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace mptcp
{

namespace
{

constexpr SubflowOffset LAST_OFFSET{std::numeric_limits<uint64_t>::max()};

} // namespace

ReceiveMappings::AddResult
ReceiveMappings::Add(SubflowOffset subflowBegin,
                     DataSequence dataBegin,
                     uint32_t lengthBytes,
                     std::optional<uint16_t> checksum)
{
    if (lengthBytes == 0)
    {
        return AddResult::Empty;
    }
    if (subflowBegin > m_forgotten + m_limits.maxAheadBytes)
    {
        return AddResult::OutsideWindow;
    }
    Run run{subflowBegin,
            subflowBegin + lengthBytes,
            dataBegin.Value() - subflowBegin.Value(),
            subflowBegin,
            lengthBytes,
            checksum};
    if (run.end <= m_forgotten)
    {
        return AddResult::TooOld;
    }
    run.begin = std::max(run.begin, m_forgotten);
    if (const std::optional<AddResult> result = AddAtEnd(run))
    {
        return *result;
    }
    return AddBetween(run);
}

/// The two common cases, without a search: more of the stream, and a repetition of the newest.
std::optional<ReceiveMappings::AddResult>
ReceiveMappings::AddAtEnd(const Run& run)
{
    if (!m_runs.empty())
    {
        Run& last = m_runs.back();
        if (last.begin <= run.begin && run.end <= last.end)
        {
            return Contradicts(last, run) ? AddResult::Conflict : AddResult::Repeated;
        }
        if (run.begin < last.end)
        {
            return std::nullopt;
        }
        if (Merges(last, run))
        {
            Merge(last, run);
            return AddResult::Added;
        }
    }
    if (m_runs.size() >= m_limits.maxRuns)
    {
        return AddResult::TooMany;
    }
    m_runs.push_back(run);
    return AddResult::Added;
}

/// Any other place: fills the gaps between the runs it touches and rewrites that stretch.
ReceiveMappings::AddResult
ReceiveMappings::AddBetween(const Run& run)
{
    auto first = FirstEndingAfter(m_runs, run.begin);
    if (first != m_runs.begin() && std::prev(first)->end == run.begin)
    {
        --first;
    }
    NewRuns stretch;
    SubflowOffset cursor = run.begin;
    uint64_t addedBytes = 0;
    bool overlaps = false;
    const auto fill = [&](SubflowOffset end) {
        if (cursor < end)
        {
            Run part = run;
            part.begin = cursor;
            part.end = end;
            addedBytes += static_cast<uint64_t>(end - cursor);
            Push(stretch, part);
        }
    };
    auto last = first;
    for (; last != m_runs.end() && last->begin <= run.end; ++last)
    {
        if (last->begin < run.end && run.begin < last->end)
        {
            if (Contradicts(*last, run))
            {
                return AddResult::Conflict;
            }
            overlaps = true;
        }
        fill(std::min(last->begin, run.end));
        Push(stretch, *last);
        cursor = std::max(cursor, last->end);
    }
    fill(run.end);
    if (addedBytes == 0)
    {
        return AddResult::Repeated;
    }
    const auto replaced = static_cast<std::size_t>(last - first);
    if (stretch.size() > replaced && m_runs.size() - replaced + stretch.size() > m_limits.maxRuns)
    {
        return AddResult::TooMany;
    }
    const auto gap = m_runs.erase(first, last);
    m_runs.insert(gap, stretch.begin(), stretch.end());
    return overlaps ? AddResult::Extended : AddResult::Added;
}

ReceiveMappings::AddResult
ReceiveMappings::AddInfinite(SubflowOffset subflowBegin, DataSequence dataBegin)
{
    const uint64_t shift = dataBegin.Value() - subflowBegin.Value();
    if (m_infinite)
    {
        return m_runs.back().shift == shift ? AddResult::Repeated : AddResult::Conflict;
    }
    if (subflowBegin > m_forgotten + m_limits.maxAheadBytes)
    {
        return AddResult::OutsideWindow;
    }
    const SubflowOffset begin = std::max(subflowBegin, m_forgotten);
    while (!m_runs.empty() && m_runs.back().begin >= begin)
    {
        m_runs.pop_back();
    }
    if (!m_runs.empty())
    {
        m_runs.back().end = std::min(m_runs.back().end, begin);
    }
    m_runs.push_back(Run{begin, LAST_OFFSET, shift, begin, 0, std::nullopt});
    m_infinite = true;
    return AddResult::Added;
}

ReceiveMappings::Piece
ReceiveMappings::Translate(SubflowOffset begin, uint32_t lengthBytes) const
{
    const auto run = FirstEndingAfter(m_runs, begin);
    if (run == m_runs.end())
    {
        return {std::nullopt, lengthBytes};
    }
    if (begin < run->begin)
    {
        const auto unmappedBytes = std::min<int64_t>(lengthBytes, run->begin - begin);
        return {std::nullopt, static_cast<uint32_t>(unmappedBytes)};
    }
    const auto runBytes = static_cast<uint64_t>(run->end - begin);
    return {run->DataAt(begin), static_cast<uint32_t>(std::min<uint64_t>(lengthBytes, runBytes))};
}

std::optional<ReceiveMappings::Declared>
ReceiveMappings::DeclaredAt(SubflowOffset offset) const
{
    const auto run = FirstEndingAfter(m_runs, offset);
    if (run == m_runs.end() || offset < run->begin || !run->checksum)
    {
        return std::nullopt;
    }
    return Declared{run->declaredBegin,
                    run->DataAt(run->declaredBegin),
                    run->declaredBytes,
                    *run->checksum};
}

std::optional<ReceiveMappings::Incomplete>
ReceiveMappings::IncompleteAt(SubflowOffset end) const
{
    const auto run = FirstEndingAfter(m_runs, end);
    if (run == m_runs.end() || run->checksum || end <= run->begin || end <= run->declaredBegin ||
        run->end == LAST_OFFSET)
    {
        return std::nullopt;
    }
    return Incomplete{run->declaredBegin, run->declaredBytes};
}

bool
ReceiveMappings::Fits(SubflowOffset mapping,
                      uint32_t mappingBytes,
                      SubflowOffset segment,
                      uint32_t segmentBytes)
{
    const SubflowOffset mappingEnd = mapping + mappingBytes;
    const SubflowOffset segmentEnd = segment + segmentBytes;
    const bool isBeside = segmentEnd <= mapping || mappingEnd <= segment;
    return isBeside || (mapping <= segment && segmentEnd <= mappingEnd);
}

void
ReceiveMappings::ForgetBelow(SubflowOffset offset)
{
    m_forgotten = std::max(m_forgotten, offset);
    while (!m_runs.empty() && m_runs.front().end <= m_forgotten)
    {
        m_runs.pop_front();
    }
    if (!m_runs.empty())
    {
        m_runs.front().begin = std::max(m_runs.front().begin, m_forgotten);
    }
}

/// For runs that share bytes: the same bytes bound elsewhere, or the same mapping with another
/// checksum.
bool
ReceiveMappings::Contradicts(const Run& known, const Run& run)
{
    if (known.shift != run.shift)
    {
        return true;
    }
    return known.checksum && run.checksum && known.declaredBegin == run.declaredBegin &&
           known.declaredBytes == run.declaredBytes && *known.checksum != *run.checksum;
}

bool
ReceiveMappings::Merges(const Run& left, const Run& right)
{
    return left.end == right.begin && left.shift == right.shift && !left.checksum &&
           !right.checksum;
}

void
ReceiveMappings::Merge(Run& left, const Run& right)
{
    left.end = right.end;
    left.declaredBegin = right.declaredBegin;
    left.declaredBytes = right.declaredBytes;
}

void
ReceiveMappings::Push(NewRuns& runs, const Run& run)
{
    if (!runs.empty() && Merges(runs.back(), run))
    {
        Merge(runs.back(), run);
    }
    else
    {
        runs.push_back(run);
    }
}

} // namespace mptcp
