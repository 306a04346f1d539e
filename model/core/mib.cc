// SPDX-License-Identifier: GPL-2.0-only
#include "mib.h"

#include <cassert>

namespace mptcp
{

namespace
{

/// In the order of Mib.
constexpr std::array<std::string_view, static_cast<std::size_t>(Mib::COUNT)> NAMES{
    "MPCapableSYNRX",
    "MPCapableSYNTX",
    "MPCapableSYNACKRX",
    "MPCapableACKRX",
    "MPCapableFallbackACK",
    "MPCapableFallbackSYNACK",
    "MPCapableSYNTXDrop",
    "MPCapableEndpAttempt",
    "MPFallbackTokenInit",
    "MPTCPRetrans",
    "MPJoinNoTokenFound",
    "MPJoinSynRx",
    "MPJoinSynBackupRx",
    "MPJoinSynAckRx",
    "MPJoinSynAckBackupRx",
    "MPJoinSynAckHMacFailure",
    "MPJoinAckRx",
    "MPJoinAckHMacFailure",
    "MPJoinRejected",
    "MPJoinSynTx",
    "MPJoinSynTxBindErr",
    "MPJoinSynTxConnectErr",
    "DSSNotMatching",
    "DSSCorruptionFallback",
    "DSSCorruptionReset",
    "InfiniteMapTx",
    "InfiniteMapRx",
    "DSSNoMatchTCP",
    "DataCsumErr",
    "OFOQueueTail",
    "OFOQueue",
    "OFOMerge",
    "NoDSSInWindow",
    "DuplicateData",
    "AddAddr",
    "AddAddrTx",
    "EchoAdd",
    "EchoAddTx",
    "PortAdd",
    "AddAddrDrop",
    "MPJoinPortSynRx",
    "MPJoinPortSynAckRx",
    "MPJoinPortAckRx",
    "MismatchPortSynRx",
    "MismatchPortAckRx",
    "RmAddr",
    "RmAddrDrop",
    "RmAddrTx",
    "RmSubflow",
    "MPPrioTx",
    "MPPrioRx",
    "MPFailTx",
    "MPFailRx",
    "MPFastcloseTx",
    "MPFastcloseRx",
    "MPRstTx",
    "MPRstRx",
    "RcvPruned",
    "SubflowStale",
    "SubflowRecover",
    "MPCurrEstab",
    "MPCapableDataFallback",
    "DssFallback",
    "SimultConnectFallback",
    "FallbackFailed",
    "WinProbe",
};

static_assert(!NAMES.back().empty(), "as many names as counters");

} // namespace

std::string_view
NameOf(Mib counter)
{
    assert(counter < Mib::COUNT);
    return NAMES[static_cast<std::size_t>(counter)];
}

} // namespace mptcp
