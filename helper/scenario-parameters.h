// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SCENARIO_PARAMETERS_H
#define MPTCP_SCENARIO_PARAMETERS_H

#include "ns3/command-line.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ns3
{

/**
 * The parameters of a scenario program: declared once, then read from the command line, described
 * to `./mptcp`, and written into every result.
 *
 * Every scenario has `--output`, `--progress`, `--describe` and ns-3's `--RngRun`.
 *
 * A value that makes no sense ends the program with one line on standard error and status 2.
 */
class ScenarioParameters
{
  public:
    /// \param summary one line that states the question the scenario asks
    ScenarioParameters(std::string name, std::string summary);

    /// Declares a parameter; `value` holds its default now and its value after Parse.
    void Add(const std::string& name, const std::string& help, std::string& value);
    void Add(const std::string& name, const std::string& help, bool& value);
    void Add(const std::string& name, const std::string& help, double& value);
    void Add(const std::string& name, const std::string& help, uint32_t& value);
    /// Takes a time with unit, `60s` or `150ms`.
    void Add(const std::string& name, const std::string& help, Time& value);
    /// Takes bytes with or without unit: `2000000`, `200kB`, `2MB`; at least 1.
    void AddBytes(const std::string& name, const std::string& help, uint32_t& value);
    /// Makes Parse refuse everything but these words for a parameter added before.
    void AllowOnly(const std::string& name, const std::vector<std::string>& words);

    /// Whether the command line had it: the default of one parameter may follow from another.
    [[nodiscard]] bool IsGiven(const std::string& name) const;

    /// Reads the command line. Answers `--describe` with a JSON object and ends the program.
    void Parse(int argc, char* argv[]);

    /// Writes one line on standard error and ends the program with status 2.
    [[noreturn]] void Refuse(const std::string& reason) const;

    /// TypeId name of what an option calls by a short name, `ns3::MptcpMinRtt` for `min-rtt`;
    /// refuses the parameters when there is none.
    /// \param base what it must be, for example `ns3::MptcpScheduler`
    [[nodiscard]] std::string PolicyType(const std::string& option,
                                         const std::string& name,
                                         const std::string& base) const;

    struct Value
    {
        std::string name;
        std::string text;
    };

    [[nodiscard]] const std::string& Name() const;
    /// `--output`, which every scenario has: the folder for the result.
    [[nodiscard]] const std::string& Output() const;
    /// `--progress`, which every scenario has: tell standard error how far the run is.
    [[nodiscard]] bool ShowsProgress() const;
    /// All parameters with what they are now, in order of declaration; without those two, which
    /// change nothing in the result. Attributes whose defaults were set on the command line, as
    /// ns-3 lets every program do (`--ns3::TcpSocket::DelAckCount=1`), come last.
    [[nodiscard]] std::vector<Value> Values() const;

  private:
    struct Parameter
    {
        std::string name;
        std::string help;
        std::string defaultText;
        std::string text;
        std::function<bool(const std::string&, std::string& error)> read;
        std::function<std::string()> write;
        std::vector<std::string> words;
        bool isSwitch{false};
        bool isGiven{false};
    };

    void Declare(const std::string& name,
                 const std::string& help,
                 std::function<bool(const std::string&, std::string&)> read,
                 std::function<std::string()> write);
    /// Remembers defaults of attributes that ns-3 has taken from the command line.
    void KeepAttributes(const std::vector<std::string>& arguments);
    void Describe() const;
    static bool IsPlumbing(const Parameter& parameter);

    std::string m_name;
    std::string m_summary;
    std::string m_output;
    bool m_showsProgress{false};
    std::vector<Parameter> m_parameters;
    std::vector<Value> m_attributes; //!< defaults that were given as `--ns3::Type::Attribute=`
};

/// Bytes from `200kB`, `2MB`, `1.5 MiB` or a plain number; false when it is none of these or does
/// not fit 32 bits.
bool ParseBytes(const std::string& text, uint32_t& bytes);

} // namespace ns3

#endif // MPTCP_SCENARIO_PARAMETERS_H
