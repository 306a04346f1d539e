// SPDX-License-Identifier: GPL-2.0-only
#include "host-recorder.h"

#include "ns3/node-list.h"
#include "ns3/simulator.h"

#include <array>
#include <cstdio>

namespace ns3
{

namespace
{

/// All nanoseconds, and the same text for the same time everywhere.
std::string
TimeText()
{
    std::array<char, 40> text;
    const int64_t nanoseconds = Simulator::Now().GetNanoSeconds();
    constexpr int64_t PER_SECOND = 1'000'000'000;
    std::snprintf(text.data(),
                  text.size(),
                  "%lld.%09lld",
                  static_cast<long long>(nanoseconds / PER_SECOND),
                  static_cast<long long>(nanoseconds % PER_SECOND));
    return text.data();
}

void
WriteCounters(std::ostream& file, const std::string& host, const mptcp::MibCounters& counters)
{
    for (std::size_t i = 0; i < static_cast<std::size_t>(mptcp::Mib::COUNT); ++i)
    {
        const auto counter = static_cast<mptcp::Mib>(i);
        file << host << ',' << mptcp::NameOf(counter) << ',' << counters.Get(counter) << '\n';
    }
}

} // namespace

HostRecorder::HostRecorder(const std::string& folder)
    : m_folder(folder),
      m_events(folder + "/" + EVENTS_FILE)
{
    m_events << "time_s,host,event,attributes\n";
}

HostRecorder::~HostRecorder()
{
    LetGo();
}

bool
HostRecorder::IsGood() const
{
    return m_events.good();
}

void
HostRecorder::NameHost(Ptr<Node> host, const std::string& name)
{
    m_names[host->GetId()] = name;
}

std::string
HostRecorder::HostText(uint32_t nodeId) const
{
    const auto name = m_names.find(nodeId);
    return name == m_names.end() ? std::to_string(nodeId) : name->second;
}

void
HostRecorder::Start()
{
    for (uint32_t i = 0; i < NodeList::GetNNodes(); ++i)
    {
        if (Ptr<MptcpStack> stack = NodeList::GetNode(i)->GetObject<MptcpStack>())
        {
            m_listeners.push_back(std::make_unique<Listener>(Listener{*this, stack, HostText(i)}));
            stack->TraceConnectWithoutContext(
                "Events",
                MakeCallback(&Listener::OnEvent, m_listeners.back().get()));
        }
    }
}

void
HostRecorder::Listener::OnEvent(const MptcpEvent& event)
{
    recorder.m_events << TimeText() << ',' << host << ',' << NameOf(event.type) << ','
                      << AttributesOf(event) << '\n';
}

void
HostRecorder::Finish()
{
    LetGo();
    m_events.close();
    std::ofstream counters(m_folder + "/" + COUNTERS_FILE);
    counters << "host,counter,value\n";
    for (uint32_t i = 0; i < NodeList::GetNNodes(); ++i)
    {
        if (Ptr<MptcpStack> stack = NodeList::GetNode(i)->GetObject<MptcpStack>())
        {
            WriteCounters(counters, HostText(i), stack->GetMib());
        }
    }
}

void
HostRecorder::LetGo()
{
    for (const auto& listener : m_listeners)
    {
        listener->stack->TraceDisconnectWithoutContext(
            "Events",
            MakeCallback(&Listener::OnEvent, listener.get()));
    }
    m_listeners.clear();
}

} // namespace ns3
