// SPDX-License-Identifier: GPL-2.0-only
#include "middlebox-catalogue.h"

#include "core/middlebox/address-translator.h"
#include "core/middlebox/blackhole.h"
#include "core/middlebox/content-rewriter.h"
#include "core/middlebox/inconsistent-repeater.h"
#include "core/middlebox/intrusion-detector.h"
#include "core/middlebox/isn-randomiser.h"
#include "core/middlebox/option-stripper.h"
#include "core/middlebox/performance-proxy.h"
#include "core/middlebox/port-translator.h"
#include "core/middlebox/segment-coalescer.h"
#include "core/middlebox/segment-splitter.h"
#include "core/middlebox/split-proxy.h"
#include "core/middlebox/stateful-firewall.h"
#include "core/middlebox/traffic-normaliser.h"
#include "core/middlebox/unknown-option-filter.h"
#include "core/middlebox/window-reducer.h"

#include <algorithm>

namespace ns3
{

namespace
{

using Box = std::unique_ptr<mptcp::Middlebox>;
using Place = MiddleboxPlace;
using mptcp::OptionStripper;
using mptcp::OptionTreatment;
using mptcp::Way;

constexpr uint32_t PIECE_BYTES = 500;
constexpr uint32_t SMALL_WINDOW_BYTES = 16384;

using Segments = OptionStripper::Segments;

Box
Strip(Segments segments, std::optional<Way> way = std::nullopt, uint64_t after = 0)
{
    OptionStripper::Settings settings;
    settings.segments = segments;
    settings.way = way;
    settings.afterPayloadBytes = after;
    return std::make_unique<OptionStripper>(settings);
}

Box
Coalesce(OptionTreatment treatment)
{
    mptcp::SegmentCoalescer::Settings settings;
    settings.treatment = treatment;
    return std::make_unique<mptcp::SegmentCoalescer>(settings);
}

Box
Split(OptionTreatment treatment)
{
    return std::make_unique<mptcp::SegmentSplitter>(PIECE_BYTES, treatment);
}

Box
Rewrite(const Place& place, int grows)
{
    mptcp::ContentRewriter::Settings settings;
    settings.pattern = place.pattern;
    settings.replacement = RewrittenPattern(place.pattern, grows);
    return std::make_unique<mptcp::ContentRewriter>(settings);
}

Box
Relay(bool relaysUnknownOptions)
{
    mptcp::SplitProxy::Settings settings;
    settings.relaysUnknownOptions = relaysUnknownOptions;
    return std::make_unique<mptcp::SplitProxy>(settings);
}

Box
TranslateAddress(const Place& place)
{
    mptcp::AddressTranslator::Settings settings;
    settings.publicAddresses = {place.publicAddress};
    return std::make_unique<mptcp::AddressTranslator>(settings);
}

Box
TranslatePort(const Place& place)
{
    mptcp::PortTranslator::Settings settings;
    settings.publicAddress = place.publicAddress;
    return std::make_unique<mptcp::PortTranslator>(settings);
}

std::vector<MiddleboxKind>
AddressKinds()
{
    return {{"nat", "another source address", &TranslateAddress},
            {"napt", "another source address and port", &TranslatePort},
            {"isn", "other initial sequence numbers, both ways", [](const Place& p) -> Box {
                 return std::make_unique<mptcp::IsnRandomiser>(p.secret);
             }}};
}

std::vector<MiddleboxKind>
OptionKinds()
{
    return {
        {"strip-syn",
         "takes MPTCP's option from SYN and SYN/ACK",
         [](const Place&) { return Strip(Segments::Syn); }},
        {"strip-synack",
         "takes it from the SYN/ACK",
         [](const Place&) { return Strip(Segments::Syn, Way::In); }},
        {"strip-data",
         "takes it from everything after the SYNs",
         [](const Place&) { return Strip(Segments::NonSyn); }},
        {"strip-data-out",
         "the same, of what the inside sends",
         [](const Place&) { return Strip(Segments::NonSyn, Way::Out); }},
        {"strip-data-in",
         "the same, of what the outside sends",
         [](const Place&) { return Strip(Segments::NonSyn, Way::In); }},
        {"strip-all",
         "takes it from everything",
         [](const Place&) { return Strip(Segments::All); }},
        {"strip-later",
         "takes it from everything once a flow has carried some data",
         [](const Place& p) { return Strip(Segments::All, std::nullopt, p.afterPayloadBytes); }},
        {"drop-unknown",
         "drops segments with options it does not know",
         [](const Place&) -> Box { return std::make_unique<mptcp::UnknownOptionFilter>(); }},
        {"drop-unknown-data", "the same, but lets SYNs pass", [](const Place&) -> Box {
             using Filter = mptcp::UnknownOptionFilter;
             return std::make_unique<Filter>(Filter::Segments::NonSyn);
         }}};
}

std::vector<MiddleboxKind>
BorderKinds()
{
    return {{"split-keep",
             "cuts segments, options on every piece",
             [](const Place&) { return Split(OptionTreatment::Keep); }},
            {"split-first",
             "cuts segments, options on the first piece",
             [](const Place&) { return Split(OptionTreatment::FirstOnly); }},
            {"split-drop",
             "cuts segments, no unknown options on the pieces",
             [](const Place&) { return Split(OptionTreatment::Drop); }},
            {"coalesce-keep",
             "joins segments whose options fit together",
             [](const Place&) { return Coalesce(OptionTreatment::Keep); }},
            {"coalesce-first",
             "joins segments, options of the first",
             [](const Place&) { return Coalesce(OptionTreatment::FirstOnly); }},
            {"coalesce-drop", "joins segments, no unknown options left", [](const Place&) {
                 return Coalesce(OptionTreatment::Drop);
             }}};
}

std::vector<MiddleboxKind>
ProxyAndGuardKinds()
{
    return {
        {"pep",
         "acknowledges data itself and repeats what is lost",
         [](const Place&) -> Box {
             return std::make_unique<mptcp::PerformanceProxy>(mptcp::PerformanceProxy::Settings{});
         }},
        {"split-proxy", "splits the connection in two", [](const Place&) { return Relay(false); }},
        {"split-proxy-relay",
         "the same, but lets unknown options through",
         [](const Place&) { return Relay(true); }},
        {"normaliser",
         "no holes, one content for each byte, unknown options cleared",
         [](const Place&) -> Box {
             return std::make_unique<mptcp::TrafficNormaliser>(
                 mptcp::TrafficNormaliser::Settings{});
         }},
        {"firewall",
         "only connections from inside, only what is in the window",
         [](const Place&) -> Box { return std::make_unique<mptcp::StatefulFirewall>(); }},
        {"ids", "drops what leaves a hole and what begins in the middle", [](const Place&) -> Box {
             return std::make_unique<mptcp::IntrusionDetector>();
         }}};
}

std::vector<MiddleboxKind>
ContentKinds()
{
    return {{"rewrite-same",
             "replaces a pattern in the payload, same length",
             [](const Place& p) { return Rewrite(p, 0); },
             0},
            {"rewrite-shorter",
             "replaces it by a shorter text, adjusts sequence numbers",
             [](const Place& p) { return Rewrite(p, -2); },
             -2},
            {"rewrite-longer",
             "replaces it by a longer text, adjusts sequence numbers",
             [](const Place& p) { return Rewrite(p, 2); },
             2},
            {"rewrite-later",
             "as rewrite-same, but in mid-connection",
             [](const Place& p) { return Rewrite(p, 0); },
             0,
             true},
            {"window",
             "receive windows of 16 KiB at most",
             [](const Place&) -> Box {
                 return std::make_unique<mptcp::WindowReducer>(SMALL_WINDOW_BYTES);
             }},
            {"resend-different",
             "sends every tenth data segment again with other content",
             [](const Place&) -> Box { return std::make_unique<mptcp::InconsistentRepeater>(10); }},
            {"blackhole",
             "swallows all of a path once a flow has carried some data",
             [](const Place& p) -> Box {
                 return std::make_unique<mptcp::Blackhole>(p.afterPayloadBytes,
                                                           mptcp::Blackhole::Scope::Path);
             }},
            {"blackhole-flow",
             "swallows a flow once it has carried some data, and lets others pass",
             [](const Place& p) -> Box {
                 return std::make_unique<mptcp::Blackhole>(p.afterPayloadBytes,
                                                           mptcp::Blackhole::Scope::Flow);
             }}};
}

} // namespace

std::vector<uint8_t>
RewrittenPattern(const std::vector<uint8_t>& pattern, int grows)
{
    const auto size = static_cast<int>(pattern.size()) + grows;
    std::vector<uint8_t> result(static_cast<std::size_t>(std::max(size, 0)));
    for (std::size_t i = 0; i < result.size(); ++i)
    {
        result[i] = static_cast<uint8_t>(~pattern[i % pattern.size()]);
    }
    return result;
}

const std::vector<MiddleboxKind>&
MiddleboxKinds()
{
    static const std::vector<MiddleboxKind> kinds = [] {
        std::vector<MiddleboxKind> all{
            {"none", "changes nothing", [](const Place&) -> Box { return nullptr; }}};
        for (const auto& part :
             {AddressKinds(), OptionKinds(), BorderKinds(), ProxyAndGuardKinds(), ContentKinds()})
        {
            all.insert(all.end(), part.begin(), part.end());
        }
        return all;
    }();
    return kinds;
}

const MiddleboxKind*
FindMiddlebox(const std::string& name)
{
    for (const auto& kind : MiddleboxKinds())
    {
        if (kind.name == name)
        {
            return &kind;
        }
    }
    return nullptr;
}

} // namespace ns3
