// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_DISSECTOR_FIXTURE_H
#define MPTCP_DISSECTOR_FIXTURE_H

#include "transfer-fixture.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ns3
{

/**
 * Transfers whose packets are captured and then read by others: by tshark, and by
 * verify_capture.py, which recomputes all that follows from keys.
 */
class DissectorTest : public TransferTest
{
  protected:
    /// The values of one field in one frame; more than one where an option occurs twice.
    using Values = std::vector<std::string>;
    /// Frames with the fields asked for, by name.
    using Frames = std::vector<std::map<std::string, Values>>;

    void SetUp() override;
    ~DissectorTest() override;

    /// Captures one of the server's wires; all of them together are read as one trace.
    void CaptureWire(const std::string& name, std::size_t path);
    /// Ends the simulation and so the captures.
    void EndCapture();

    /// Reads the frames that match `filter`.
    [[nodiscard]] Frames Read(const std::string& filter,
                              const std::vector<std::string>& fields) const;
    [[nodiscard]] std::size_t Count(const std::string& filter) const;
    /// All different values of `field`.
    [[nodiscard]] std::set<std::string> Distinct(const std::string& filter,
                                                 const std::string& field) const;
    /// tshark finds no fault: nothing malformed, no wrong checksum, no key that does not fit.
    void ExpectNoFault() const;

    /// How often verify_capture.py checked each thing; all zero, and a failure, if one was wrong.
    [[nodiscard]] std::map<std::string, uint64_t> Verify() const;
    /// The same on a capture that is known to be wrong: what it complains about, or nothing.
    [[nodiscard]] std::string ComplaintAbout(const std::string& file) const;

    std::string m_capture; //!< the trace to read
    std::vector<std::string> m_wires;

  private:
    static std::string Output(const std::string& command);
};

} // namespace ns3

#endif // MPTCP_DISSECTOR_FIXTURE_H
