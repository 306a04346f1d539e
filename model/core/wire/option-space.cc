// SPDX-License-Identifier: GPL-2.0-only
#include "wire/option-space.h"

#include "wire/option-codec.h"

#include <algorithm>
#include <array>

namespace mptcp
{

namespace
{

constexpr std::size_t SACK_HEADER_BYTES = 2; // RFC 2018 3
constexpr std::size_t SACK_BLOCK_BYTES = 8;

constexpr std::array ORDER{OptionImportance::Handshake,
                           OptionImportance::Mapping,
                           OptionImportance::DataAck,
                           OptionImportance::FirstSackBlock,
                           OptionImportance::AddressSignal,
                           OptionImportance::FurtherSackBlocks};

/// One run of PlanOptions: the plan so far and the room left.
class Planner
{
  public:
    explicit Planner(std::size_t roomBytes)
        : m_roomBytes(roomBytes)
    {
    }

    void Place(const MptcpOption& option)
    {
        if (const auto* dss = std::get_if<Dss>(&option); dss != nullptr)
        {
            PlaceDss(*dss);
            return;
        }
        if (ImportanceOf(option) == OptionImportance::AddressSignal)
        {
            if (!m_plan.deferred.empty() || !TryPlace(option))
            {
                m_plan.deferred.push_back(option);
            }
            return;
        }
        m_plan.handshakeLeftOut |= !TryPlace(option);
    }

    void PlaceSackBlocks(std::size_t blocks)
    {
        const std::size_t headerBytes = m_plan.sackBlocks == 0 ? SACK_HEADER_BYTES : 0;
        if (blocks == 0 || m_roomBytes < headerBytes + SACK_BLOCK_BYTES)
        {
            return;
        }
        const std::size_t kept = std::min(blocks, (m_roomBytes - headerBytes) / SACK_BLOCK_BYTES);
        m_plan.sackBlocks += kept;
        m_roomBytes -= headerBytes + kept * SACK_BLOCK_BYTES;
    }

    OptionPlan& Plan()
    {
        return m_plan;
    }

  private:
    bool TryPlace(const MptcpOption& option)
    {
        const std::size_t bytes = SerializedSize(option);
        if (bytes > m_roomBytes)
        {
            return false;
        }
        m_roomBytes -= bytes;
        m_plan.sendBytes += bytes;
        m_plan.send.push_back(option);
        return true;
    }

    void PlaceDss(const Dss& dss)
    {
        if (TryPlace(dss))
        {
            return;
        }
        const bool both = dss.mapping.has_value() && dss.dataAck.has_value();
        const bool hasMapping = both && TryPlace(Dss{std::nullopt, dss.mapping});
        const bool hasDataAck = both && !hasMapping && TryPlace(Dss{dss.dataAck, std::nullopt});
        m_plan.mappingLeftOut |= dss.mapping.has_value() && !hasMapping;
        m_plan.dataAckLeftOut |= dss.dataAck.has_value() && !hasDataAck;
    }

    OptionPlan m_plan;
    std::size_t m_roomBytes;
};

} // namespace

OptionImportance
ImportanceOf(const MptcpOption& option)
{
    if (const auto* dss = std::get_if<Dss>(&option); dss != nullptr)
    {
        return dss->mapping ? OptionImportance::Mapping : OptionImportance::DataAck;
    }
    const bool isAddressSignal = std::holds_alternative<AddAddress>(option) ||
                                 std::holds_alternative<AddAddressV0>(option) ||
                                 std::holds_alternative<RemoveAddress>(option) ||
                                 std::holds_alternative<Priority>(option);
    return isAddressSignal ? OptionImportance::AddressSignal : OptionImportance::Handshake;
}

OptionPlan
PlanOptions(const TcpOptionUse& tcp, const WantedOptions& wanted)
{
    Planner planner(TCP_OPTION_SPACE_BYTES - std::min(tcp.otherBytes, TCP_OPTION_SPACE_BYTES));
    if (wanted.size() == 1 && tcp.sackBlocks == 0)
    {
        planner.Place(wanted.front().option); // most segments: a DSS, and nothing to compete with
        return std::move(planner.Plan());
    }
    for (const OptionImportance importance : ORDER)
    {
        if (importance == OptionImportance::FirstSackBlock)
        {
            planner.PlaceSackBlocks(std::min<std::size_t>(tcp.sackBlocks, 1));
        }
        else if (importance == OptionImportance::FurtherSackBlocks)
        {
            planner.PlaceSackBlocks(tcp.sackBlocks - planner.Plan().sackBlocks);
        }
        for (const WantedOption& want : wanted)
        {
            if (want.importance == importance)
            {
                planner.Place(want.option);
            }
        }
    }
    planner.Plan().droppedSackBlocks = tcp.sackBlocks - planner.Plan().sackBlocks;
    return std::move(planner.Plan());
}

} // namespace mptcp
