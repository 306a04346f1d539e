// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_BUFFER_SETTINGS_H
#define MPTCP_BUFFER_SETTINGS_H

#include <cstdint>

namespace ns3
{

/**
 * Which mechanisms against small receive buffers a host uses (Raiciu et al., NSDI 2012, section
 * 4.2). Attributes of MptcpStack of the same names say more, and what is the default.
 */
struct MptcpBufferSettings
{
    bool opportunisticRetransmission{false}; //!< M1
    bool penalisation{false};                //!< M2
    bool autotuning{false};                  //!< M3
    bool cwndCapping{false};                 //!< M4
    uint32_t maxReceiveBufferBytes{0};       //!< M3 makes it no larger
    uint32_t maxSendBufferBytes{0};

    /// One of those that act when a window or buffer is full.
    [[nodiscard]] bool ActsOnBlockage() const
    {
        return opportunisticRetransmission || penalisation;
    }
};

} // namespace ns3

#endif // MPTCP_BUFFER_SETTINGS_H
