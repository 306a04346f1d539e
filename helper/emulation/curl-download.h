// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_CURL_DOWNLOAD_H
#define MPTCP_CURL_DOWNLOAD_H

#include "mptcp-info.h"
#include "namespace-process.h"

#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ns3
{

/**
 * curl(1) of this machine in a network namespace, downloading for so long what HttpServer sends;
 * under mptcpize(8) if it is to use MPTCP.
 */
class CurlDownload
{
  public:
    /// Why it cannot run here: for people. Empty when nothing is missing.
    static std::string WhyUnavailable();

    struct Request
    {
        std::string url;
        Ipv4Address ownAddress; //!< whose link the first subflow takes
        bool usesMptcp;
        Time duration;
        std::string file; //!< to write to; removed in the end
    };

    CurlDownload(const NetworkNamespace& where, const Request& request);
    ~CurlDownload();
    CurlDownload(const CurlDownload&) = delete;
    CurlDownload& operator=(const CurlDownload&) = delete;

    /// Looks what has happened; never waits.
    bool HasEnded();
    /// What curl has received so far.
    [[nodiscard]] uint64_t ReceivedBytes() const;
    /// What is received follows PatternStream from its beginning, and curl counts the same.
    [[nodiscard]] bool IsIntact() const;
    /// MPTCP_INFO of its connection, the last that could be read; nothing without MPTCP.
    [[nodiscard]] const std::optional<mptcp_info>& Info() const;
    /// What curl says in the end: HTTP status, bytes, seconds, and why it stopped.
    [[nodiscard]] const std::string& Output() const;

  private:
    std::string m_file;
    bool m_usesMptcp;
    NamespaceProcess m_process;
    std::optional<mptcp_info> m_info;
};

} // namespace ns3

#endif // MPTCP_CURL_DOWNLOAD_H
