// SPDX-License-Identifier: GPL-2.0-only
#include "wvegas.h"

#include <cassert>

namespace mptcp
{

namespace
{

constexpr double LEAST_WINDOW_SEGMENTS = 2;

/// Below this, the resolution of Linux's RTT, a delay is taken for none: the ratio of two errors
/// of rounding says nothing about queues.
constexpr double LEAST_DELAY_SECONDS = 1e-6;

} // namespace

double
WVegasWeight(const PathWindows& paths, std::size_t self)
{
    assert(self < paths.size());
    if (!IsMeasured(paths[self]))
    {
        return 1;
    }
    double sum = 0;
    for (const PathWindow& path : paths)
    {
        sum += IsMeasured(path) ? path.windowBytes / path.rttSeconds : 0;
    }
    return paths[self].windowBytes / paths[self].rttSeconds / sum;
}

WVegas::WVegas(Config config)
    : m_config(config)
{
}

void
WVegas::OnRttSample(double seconds)
{
    m_baseSeconds = std::min(m_baseSeconds, seconds);
    m_sumSeconds += seconds;
    ++m_samples;
}

void
WVegas::Restart()
{
    EndRound();
    m_alpha = m_config.initialAlpha;
    m_leastQueueingSeconds = 0;
}

bool
WVegas::HasEnoughSamples() const
{
    return m_samples > 2;
}

void
WVegas::EndRound()
{
    m_sumSeconds = 0;
    m_samples = 0;
}

WVegas::Step
WVegas::OnRound(double windowSegments, double weight, bool isSlowStart)
{
    assert(m_samples > 0);
    // The mean of equal samples may come out below them by a rounding.
    const double rtt = std::max(m_sumSeconds / m_samples, m_baseSeconds);
    EndRound();
    const double withoutQueues = windowSegments * m_baseSeconds / rtt;
    const double diff = windowSegments - withoutQueues;
    if (isSlowStart)
    {
        const bool leaves = diff > m_config.gamma;
        const double window = leaves ? std::min(windowSegments, withoutQueues + 1) : windowSegments;
        return {std::max(window, LEAST_WINDOW_SEGMENTS), leaves, false};
    }
    double window = AvoidCongestion(windowSegments, diff, weight);
    const bool isDraining = HasFullQueues(rtt - m_baseSeconds);
    if (isDraining)
    {
        window *= m_baseSeconds / (2 * rtt);
        m_leastQueueingSeconds = 0;
    }
    return {std::max(window, LEAST_WINDOW_SEGMENTS), false, isDraining};
}

double
WVegas::AvoidCongestion(double window, double diff, double weight)
{
    if (diff >= m_alpha)
    {
        m_alpha = std::max(m_config.leastAlpha, weight * m_config.totalAlpha);
    }
    if (diff > m_alpha)
    {
        return window - 1;
    }
    return diff < m_alpha ? window + 1 : window;
}

bool
WVegas::HasFullQueues(double queueingSeconds)
{
    if (queueingSeconds < LEAST_DELAY_SECONDS)
    {
        return false;
    }
    if (m_leastQueueingSeconds <= 0 || queueingSeconds < m_leastQueueingSeconds)
    {
        m_leastQueueingSeconds = queueingSeconds;
    }
    return queueingSeconds >= 2 * m_leastQueueingSeconds;
}

double
WVegas::Alpha() const
{
    return m_alpha;
}

} // namespace mptcp
