// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-policy-names.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace ns3
{

namespace
{

std::string
WithoutPrefix(const std::string& name, const std::string& prefix)
{
    return name.rfind(prefix, 0) == 0 ? name.substr(prefix.size()) : name;
}

/// Lower case, letters and digits only.
std::string
Folded(const std::string& name)
{
    std::string folded;
    for (const char c : name)
    {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
        {
            folded += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
    }
    return folded;
}

std::size_t
EditDistance(const std::string& a, const std::string& b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i)
    {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j)
        {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row[b.size()];
}

/// Edits from one to the other; none when `name` is a part of `candidate`, as robin of round-robin.
std::size_t
Distance(const std::string& name, const std::string& candidate)
{
    const bool isPart = !name.empty() && candidate.find(name) != std::string::npos;
    return isPart ? 0 : EditDistance(name, candidate);
}

/// Types that objects can be made of and that are a `base`.
std::vector<TypeId>
TypesOf(TypeId base)
{
    std::vector<TypeId> types;
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        const TypeId type = TypeId::GetRegistered(i);
        // ns-3.37 names the wrong parent for this one.
        const bool isCubic =
            type.GetName() == "ns3::TcpCubic" && base.GetName() == "ns3::TcpCongestionOps";
        if ((type.IsChildOf(base) || isCubic) && type.HasConstructor())
        {
            types.push_back(type);
        }
    }
    return types;
}

/// `min-rtt` for `ns3::MptcpMinRtt`.
std::string
ShortName(const std::string& typeName)
{
    std::string name = WithoutPrefix(typeName, "ns3::");
    name = WithoutPrefix(WithoutPrefix(name, "Mptcp"), "Tcp");
    std::string words;
    for (std::size_t i = 0; i < name.size(); ++i)
    {
        const bool isUpper = std::isupper(static_cast<unsigned char>(name[i])) != 0;
        const bool wasLower = i > 0 && std::islower(static_cast<unsigned char>(name[i - 1])) != 0;
        if (isUpper && wasLower)
        {
            words += '-';
        }
        words += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
    }
    return words;
}

} // namespace

std::string
ShortPolicyName(TypeId type)
{
    return ShortName(type.GetName());
}

std::string
NearestName(const std::string& name, const std::vector<std::string>& candidates)
{
    const auto nearest = std::min_element(candidates.begin(),
                                          candidates.end(),
                                          [&name](const std::string& a, const std::string& b) {
                                              return Distance(Folded(name), Folded(a)) <
                                                     Distance(Folded(name), Folded(b));
                                          });
    return nearest == candidates.end() ? std::string() : *nearest;
}

std::optional<TypeId>
FindPolicy(const std::string& name, const std::string& base, std::string& error)
{
    TypeId baseType;
    if (!TypeId::LookupByNameFailSafe(base, &baseType))
    {
        error = "there is no type " + base;
        return std::nullopt;
    }
    const std::vector<TypeId> types = TypesOf(baseType);
    const std::string wanted = Folded(WithoutPrefix(name, "ns3::"));
    for (const char* prefix : {"", "mptcp", "tcp"})
    {
        for (const TypeId& type : types)
        {
            if (Folded(WithoutPrefix(type.GetName(), "ns3::")) == prefix + wanted)
            {
                return type;
            }
        }
    }
    // As short as the candidates, or common prefixes would decide which is nearest.
    const std::string bareName =
        WithoutPrefix(WithoutPrefix(WithoutPrefix(name, "ns3::"), "Mptcp"), "Tcp");
    std::vector<std::string> names;
    std::transform(types.begin(), types.end(), std::back_inserter(names), ShortPolicyName);
    std::sort(names.begin(), names.end());
    error = "there is no " + WithoutPrefix(base, "ns3::") + " named '" + name +
            "'; did you mean '" + NearestName(bareName, names) + "'? Possible:";
    for (const std::string& each : names)
    {
        error += " " + each;
    }
    return std::nullopt;
}

} // namespace ns3
