// SPDX-License-Identifier: GPL-2.0-only
#include "scenario-parameters.h"

#include "mptcp-policy-names.h"
#include "mptcp-version.h"

#include "ns3/rng-seed-manager.h"
#include "ns3/string.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

namespace ns3
{

namespace
{

/// Reads all of `text` as a T.
template <typename T>
bool
ReadWhole(const std::string& text, T& value)
{
    std::istringstream stream(text);
    return (stream >> value) && stream.peek() == std::istringstream::traits_type::eof();
}

template <typename T>
std::string
ToText(const T& value)
{
    std::ostringstream stream;
    stream << value;
    return stream.str();
}

/// ns-3 ends the program on a time it cannot read, so this looks first.
bool
IsTime(const std::string& text)
{
    std::size_t end = text.find_first_not_of("+0123456789.eE");
    if (end != std::string::npos && end > 0 && text[end] == '-' && text[end - 1] == 'e')
    {
        end = text.find_first_not_of("0123456789", end + 1); // 1e-05s, as short times are written
    }
    double number = 0;
    if (!ReadWhole(text.substr(0, end), number))
    {
        return false;
    }
    const std::string unit = end == std::string::npos ? "" : text.substr(end);
    static const std::vector<std::string> UNITS{"", "s", "ms", "us", "ns", "min", "h"};
    return std::find(UNITS.begin(), UNITS.end(), unit) != UNITS.end();
}

} // namespace

bool
ParseBytes(const std::string& text, uint32_t& bytes)
{
    static const std::map<std::string, double> UNITS{{"", 1},
                                                     {"B", 1},
                                                     {"k", 1e3},
                                                     {"kB", 1e3},
                                                     {"KB", 1e3},
                                                     {"KiB", 1024},
                                                     {"M", 1e6},
                                                     {"MB", 1e6},
                                                     {"MiB", 1024.0 * 1024},
                                                     {"G", 1e9},
                                                     {"GB", 1e9},
                                                     {"GiB", 1024.0 * 1024 * 1024}};
    const std::size_t end = text.find_first_not_of("0123456789.");
    const std::size_t unitAt = text.find_first_not_of(' ', end);
    const std::string unit = unitAt == std::string::npos ? "" : text.substr(unitAt);
    double number = 0;
    if (UNITS.count(unit) == 0 || !ReadWhole(text.substr(0, end), number))
    {
        return false;
    }
    const double value = number * UNITS.at(unit);
    if (value < 0 || value > UINT32_MAX || value != std::floor(value))
    {
        return false;
    }
    bytes = static_cast<uint32_t>(value);
    return true;
}

ScenarioParameters::ScenarioParameters(std::string name, std::string summary)
    : m_name(std::move(name)),
      m_summary(std::move(summary)),
      m_output("results/" + m_name)
{
    Add("output", "folder for the result", m_output);
    Add("progress", "tell standard error how far the run is", m_showsProgress);
    // ns-3's own name for the number that chooses independent streams of one seed.
    Declare(
        "RngRun",
        "run number: another one gives another, independent result",
        [](const std::string& text, std::string& error) {
            uint64_t run = 0;
            if (!ReadWhole(text, run) || text[0] == '-')
            {
                error = "it takes a whole number from 0";
                return false;
            }
            RngSeedManager::SetRun(run);
            return true;
        },
        [] { return ToText(RngSeedManager::GetRun()); });
}

void
ScenarioParameters::Declare(const std::string& name,
                            const std::string& help,
                            std::function<bool(const std::string&, std::string&)> read,
                            std::function<std::string()> write)
{
    Parameter parameter;
    parameter.name = name;
    parameter.help = help;
    parameter.read = std::move(read);
    parameter.write = std::move(write);
    parameter.defaultText = parameter.write();
    m_parameters.push_back(std::move(parameter));
}

void
ScenarioParameters::Add(const std::string& name, const std::string& help, std::string& value)
{
    Declare(
        name,
        help,
        [&value](const std::string& text, std::string&) {
            value = text;
            return true;
        },
        [&value] { return value; });
}

void
ScenarioParameters::Add(const std::string& name, const std::string& help, bool& value)
{
    Declare(
        name,
        help,
        [&value](const std::string& text, std::string& error) {
            const bool isTrue = text == "1" || text == "true";
            error = "it takes true or false";
            value = isTrue;
            return isTrue || text == "0" || text == "false";
        },
        [&value] { return std::string(value ? "true" : "false"); });
    m_parameters.back().isSwitch = true;
}

void
ScenarioParameters::Add(const std::string& name, const std::string& help, double& value)
{
    Declare(
        name,
        help,
        [&value](const std::string& text, std::string& error) {
            error = "it takes a number";
            return ReadWhole(text, value) && std::isfinite(value);
        },
        [&value] { return ToText(value); });
}

void
ScenarioParameters::Add(const std::string& name, const std::string& help, uint32_t& value)
{
    Declare(
        name,
        help,
        [&value](const std::string& text, std::string& error) {
            error = "it takes a whole number from 0";
            return !text.empty() && text[0] != '-' && ReadWhole(text, value);
        },
        [&value] { return ToText(value); });
}

void
ScenarioParameters::Add(const std::string& name, const std::string& help, Time& value)
{
    Declare(
        name,
        help,
        [&value](const std::string& text, std::string& error) {
            error = "it takes a time such as 60s or 150ms";
            if (!IsTime(text))
            {
                return false;
            }
            value = Time(text);
            return true;
        },
        [&value] { return ToText(value.GetSeconds()) + "s"; });
}

void
ScenarioParameters::AddBytes(const std::string& name, const std::string& help, uint32_t& value)
{
    Declare(
        name,
        help,
        [&value](const std::string& text, std::string& error) {
            error = "it takes bytes from 1 on, such as 200kB, 2MB or 2000000";
            return ParseBytes(text, value) && value > 0;
        },
        [&value] { return ToText(value); });
}

void
ScenarioParameters::AllowOnly(const std::string& name, const std::vector<std::string>& words)
{
    for (auto& parameter : m_parameters)
    {
        if (parameter.name == name)
        {
            parameter.words = words;
        }
    }
}

void
ScenarioParameters::Refuse(const std::string& reason) const
{
    std::cerr << m_name << ": " << reason << std::endl;
    std::exit(2);
}

std::string
ScenarioParameters::PolicyType(const std::string& option,
                               const std::string& name,
                               const std::string& base) const
{
    std::string error;
    const auto type = FindPolicy(name, base, error);
    if (!type)
    {
        Refuse("--" + option + ": " + error);
    }
    return type->GetName();
}

void
ScenarioParameters::Parse(int argc, char* argv[])
{
    bool isDescription = false;
    CommandLine command(m_name + ".cc");
    command.Usage(m_summary);
    command.AddValue("describe", "print the parameters as a JSON object and stop", isDescription);
    for (auto& parameter : m_parameters)
    {
        parameter.text = parameter.defaultText;
        if (parameter.name != "RngRun") // CommandLine has it already
        {
            // By callback: read as a variable, a text would end at its first blank.
            const auto store = [&parameter](const std::string& value) {
                parameter.text = value;
                parameter.isGiven = true;
                return true;
            };
            command.AddValue(parameter.name,
                             parameter.help,
                             Callback<bool, std::string>(store),
                             parameter.defaultText);
        }
    }
    // A switch may stand alone; ns-3 wants a value for everything that is read as text.
    std::vector<std::string> arguments(argv, argv + argc);
    for (const auto& parameter : m_parameters)
    {
        if (parameter.isSwitch)
        {
            std::replace(arguments.begin(),
                         arguments.end(),
                         "--" + parameter.name,
                         "--" + parameter.name + "=true");
        }
    }
    command.Parse(arguments);
    KeepAttributes(arguments);
    if (isDescription)
    {
        Describe();
        std::exit(0);
    }
    for (auto& parameter : m_parameters)
    {
        if (parameter.name == "RngRun")
        {
            continue;
        }
        std::string error;
        if (!parameter.words.empty() &&
            std::find(parameter.words.begin(), parameter.words.end(), parameter.text) ==
                parameter.words.end())
        {
            std::string words;
            for (const auto& word : parameter.words)
            {
                words += " " + word;
            }
            Refuse("--" + parameter.name + "=" + parameter.text + ": did you mean '" +
                   NearestName(parameter.text, parameter.words) + "'? Possible:" + words);
        }
        if (!parameter.read(parameter.text, error))
        {
            Refuse("--" + parameter.name + "=" + parameter.text + ": " + error);
        }
    }
}

bool
ScenarioParameters::IsGiven(const std::string& name) const
{
    return std::any_of(m_parameters.begin(), m_parameters.end(), [&name](const Parameter& one) {
        return one.name == name && one.isGiven;
    });
}

void
ScenarioParameters::KeepAttributes(const std::vector<std::string>& arguments)
{
    const std::string prefix = "--ns3::";
    for (const auto& argument : arguments)
    {
        const auto equals = argument.find('=');
        if (argument.compare(0, prefix.size(), prefix) == 0 && equals != std::string::npos)
        {
            m_attributes.push_back({argument.substr(2, equals - 2), argument.substr(equals + 1)});
        }
    }
}

void
ScenarioParameters::Describe() const
{
    nlohmann::ordered_json description;
    description["name"] = m_name;
    description["summary"] = m_summary;
    description["ns3Version"] = Ns3Version();
    for (const auto& parameter : m_parameters)
    {
        if (parameter.name == "transport")
        {
            description["transports"] = parameter.words;
        }
        if (IsPlumbing(parameter))
        {
            continue;
        }
        description["parameters"].push_back({{"name", parameter.name},
                                             {"default", parameter.defaultText},
                                             {"help", parameter.help}});
    }
    std::cout << description.dump() << std::endl;
}

const std::string&
ScenarioParameters::Name() const
{
    return m_name;
}

const std::string&
ScenarioParameters::Output() const
{
    return m_output;
}

bool
ScenarioParameters::ShowsProgress() const
{
    return m_showsProgress;
}

bool
ScenarioParameters::IsPlumbing(const Parameter& parameter)
{
    return parameter.name == "output" || parameter.name == "progress";
}

std::vector<ScenarioParameters::Value>
ScenarioParameters::Values() const
{
    std::vector<Value> values;
    for (const auto& parameter : m_parameters)
    {
        if (!IsPlumbing(parameter))
        {
            values.push_back({parameter.name, parameter.write()});
        }
    }
    values.insert(values.end(), m_attributes.begin(), m_attributes.end());
    return values;
}

} // namespace ns3
