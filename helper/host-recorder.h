// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_HOST_RECORDER_H
#define MPTCP_HOST_RECORDER_H

#include "mptcp-event.h"
#include "mptcp-stack.h"

#include "ns3/node.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{

/**
 * Writes what the MPTCP hosts of a simulation report and count (docs/results.md):
 *
 * - `events.csv`: `time_s,host,event,attributes`, in the words of `ip mptcp monitor`.
 * - `counters.csv`: `host,counter,value`, all counters of all hosts, those that are zero as well.
 *
 * A host is written by its name if it has one, otherwise by the number of its node.
 *
 * Both depend on the simulation only, so equal runs give equal bytes.
 */
class HostRecorder
{
  public:
    /// Makes `events.csv` in `folder`; see IsGood.
    explicit HostRecorder(const std::string& folder);
    ~HostRecorder();
    HostRecorder(const HostRecorder&) = delete;
    HostRecorder& operator=(const HostRecorder&) = delete;

    /// False when the folder cannot be written to.
    [[nodiscard]] bool IsGood() const;
    /// What to call a host in both files, before Start. No comma in it.
    void NameHost(Ptr<Node> host, const std::string& name);
    /// Listens to every node that is an MPTCP host by now.
    void Start();
    /// Writes the counters as they are now and listens no more.
    void Finish();

    static constexpr const char* EVENTS_FILE = "events.csv";
    static constexpr const char* COUNTERS_FILE = "counters.csv";

  private:
    /// Knows whose events it hears.
    struct Listener
    {
        HostRecorder& recorder;
        Ptr<MptcpStack> stack;
        std::string host;

        void OnEvent(const MptcpEvent& event);
    };

    [[nodiscard]] std::string HostText(uint32_t nodeId) const;
    void LetGo();

    std::string m_folder;
    std::ofstream m_events;
    std::map<uint32_t, std::string> m_names; //!< by node
    std::vector<std::unique_ptr<Listener>> m_listeners;
};

} // namespace ns3

#endif // MPTCP_HOST_RECORDER_H
