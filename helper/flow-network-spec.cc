// SPDX-License-Identifier: GPL-2.0-only
#include "flow-network-spec.h"

#include "mptcp-policy-names.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace ns3
{

namespace
{

using Json = nlohmann::ordered_json;

/// What is wrong, with the place in the description where it is.
[[noreturn]] void
Refuse(const std::string& place, const std::string& problem)
{
    throw std::invalid_argument(place + ": " + problem);
}

/// `place` is an object with no keys but these.
void
CheckKeys(const std::string& place, const Json& object, const std::vector<std::string>& known)
{
    if (!object.is_object())
    {
        Refuse(place, "must be an object {...}");
    }
    for (const auto& [key, value] : object.items())
    {
        if (std::find(known.begin(), known.end(), key) == known.end())
        {
            Refuse(place, "unknown '" + key + "'; did you mean '" + NearestName(key, known) + "'?");
        }
    }
}

double
Number(const std::string& place, const Json& object, const char* key, double otherwise)
{
    const auto found = object.find(key);
    if (found == object.end())
    {
        return otherwise;
    }
    if (!found->is_number())
    {
        Refuse(place, std::string(key) + " must be a number");
    }
    return found->get<double>();
}

uint32_t
Whole(const std::string& place,
      const Json& object,
      const char* key,
      uint32_t least,
      uint32_t otherwise)
{
    const double value = Number(place, object, key, otherwise);
    if (value < least || value > 1e6 || value != std::floor(value))
    {
        Refuse(place, std::string(key) + " must be a whole number from " + std::to_string(least));
    }
    return static_cast<uint32_t>(value);
}

/// Whether the second of two words is given; the first if none is.
bool
IsSecond(const std::string& place,
         const Json& object,
         const char* key,
         const std::string& first,
         const std::string& second)
{
    const Json value = object.value(key, Json(first));
    if (value != first && value != second)
    {
        Refuse(place, std::string(key) + " must be \"" + first + "\" or \"" + second + "\"");
    }
    return value == second;
}

PacketLinkSpec
ReadLink(const std::string& name, const Json& object)
{
    const std::string place = "link " + name;
    CheckKeys(place,
              object,
              {"packetsPerSecond",
               "queuePackets",
               "lossRate",
               "queue",
               "randomDropPackets",
               "redMinimum",
               "redMaximum"});
    PacketLinkSpec link;
    link.name = name;
    link.packetsPerSecond = Number(place, object, "packetsPerSecond", 0);
    link.queuePackets = Whole(place, object, "queuePackets", 1, link.queuePackets);
    link.lossRate = Number(place, object, "lossRate", 0);
    link.randomDropPackets = Whole(place, object, "randomDropPackets", 0, 0);
    link.redMinimum = Number(place, object, "redMinimum", 0);
    link.redMaximum = Number(place, object, "redMaximum", 0);
    link.queue = IsSecond(place, object, "queue", "drop-tail", "red")
                     ? PacketLinkSpec::Queue::Red
                     : PacketLinkSpec::Queue::DropTail;
    if (link.packetsPerSecond <= 0)
    {
        Refuse(place, "packetsPerSecond must be given and above 0");
    }
    if (link.lossRate < 0 || link.lossRate >= 1)
    {
        Refuse(place, "lossRate must be from 0 to below 1");
    }
    return link;
}

Time
ReadRoundTrip(const std::string& place, const Json& value)
{
    if (value.is_string())
    {
        // Time itself ends the program when it cannot read its text.
        const auto text = value.get<std::string>();
        std::size_t digits = 0;
        double number = -1;
        try
        {
            number = std::stod(text, &digits);
        }
        catch (const std::logic_error&)
        {
            digits = 0;
        }
        const std::string unit = text.substr(digits);
        if (digits > 0 && number >= 0 && number < 1e6 &&
            (unit == "s" || unit == "ms" || unit == "us"))
        {
            return Time(text);
        }
    }
    Refuse(place, "roundTrip must be a text such as \"100ms\", one for all routes or one each");
}

RouteSpec
ReadRoute(const std::string& place, const Json& names, const std::vector<PacketLinkSpec>& links)
{
    if (!names.is_array() || names.empty())
    {
        Refuse(place, "a route must be a list of links [\"A\", \"B\"]");
    }
    RouteSpec route;
    for (const auto& name : names)
    {
        const auto link = std::find_if(links.begin(), links.end(), [&name](const auto& each) {
            return name == each.name;
        });
        if (link == links.end())
        {
            Refuse(place, "there is no link " + name.dump());
        }
        route.links.push_back(static_cast<std::size_t>(link - links.begin()));
    }
    return route;
}

FlowSpec
ReadFlow(const std::string& name, const Json& object, const std::vector<PacketLinkSpec>& links)
{
    const std::string place = "flow " + name;
    CheckKeys(place, object, {"routes", "roundTrip", "protocol", "users"});
    FlowSpec flow;
    flow.name = name;
    flow.isMptcp = !IsSecond(place, object, "protocol", "mptcp", "tcp");
    flow.users = Whole(place, object, "users", 1, 1);
    const Json routes = object.value("routes", Json::array());
    const Json roundTrip = object.value("roundTrip", Json());
    if (!routes.is_array() || routes.empty())
    {
        Refuse(place, "routes must be a list of lists of links");
    }
    if (roundTrip.is_array() && roundTrip.size() != routes.size())
    {
        Refuse(place, "roundTrip must be one text, or as many as there are routes");
    }
    for (std::size_t i = 0; i < routes.size(); ++i)
    {
        flow.routes.push_back(ReadRoute(place, routes[i], links));
        flow.routes.back().roundTrip =
            ReadRoundTrip(place, roundTrip.is_array() ? roundTrip[i] : roundTrip);
    }
    if (!flow.isMptcp && flow.routes.size() != 1)
    {
        Refuse(place, "TCP takes exactly one route");
    }
    return flow;
}

FlowNetworkSpec
ReadNetwork(const Json& description)
{
    CheckKeys("network", description, {"links", "flows"});
    FlowNetworkSpec network;
    // Named: a temporary would be gone before its items are.
    const Json links = description.value("links", Json::object());
    const Json flows = description.value("flows", Json::object());
    for (const auto& [name, link] : links.items())
    {
        network.links.push_back(ReadLink(name, link));
    }
    for (const auto& [name, flow] : flows.items())
    {
        network.flows.push_back(ReadFlow(name, flow, network.links));
    }
    if (network.flows.empty())
    {
        Refuse("network", "there are no flows");
    }
    return network;
}

} // namespace

std::variant<FlowNetworkSpec, std::string>
ParseFlowNetwork(const std::string& json)
{
    try
    {
        return ReadNetwork(Json::parse(json));
    }
    catch (const Json::exception& problem)
    {
        return std::string("not a network in JSON: ") + problem.what();
    }
    catch (const std::invalid_argument& problem)
    {
        return std::string(problem.what());
    }
}

} // namespace ns3
