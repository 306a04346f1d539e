// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_APPLICATION_PROFILE_H
#define MPTCP_APPLICATION_PROFILE_H

namespace ns3
{

/**
 * What an application expects most of its connection (RFC 6897 A.2 and A.3 REQ8).
 *
 * |                  | scheduler    | path manager | subflows         | copies | Nagle |
 * |------------------|--------------|--------------|------------------|--------|-------|
 * | Bulk             | MptcpMinRtt  | MptcpFullMesh | all, at once    | none   | on    |
 * | LowLatency       | MptcpEcf     | MptcpFullMesh | 3 at most       | none   | off   |
 * | HighReliability  | MptcpRedundant | MptcpFullMesh | all, at once  | all    | off   |
 *
 * Bulk uses everything at once. LowLatency keeps to the subflow of lowest latency as long as its
 * capacity does, and has one or two more to overflow into and to recover by (RFC 6897 A.2); ECF
 * also waits for the fast one where that brings the data sooner. HighReliability sends everything
 * on every subflow.
 */
enum class MptcpApplicationProfile
{
    Bulk,
    LowLatency,
    HighReliability,
};

} // namespace ns3

#endif // MPTCP_APPLICATION_PROFILE_H
