// SPDX-License-Identifier: GPL-2.0-only
#include "curl-download.h"

#include "stream-applications.h"

#include "ns3/packet.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

namespace ns3
{

namespace
{

std::vector<std::string>
CommandFor(const CurlDownload::Request& request)
{
    std::vector<std::string> words;
    if (request.usesMptcp)
    {
        words = {"mptcpize", "run"};
    }
    std::ostringstream own;
    own << request.ownAddress;
    for (const std::string& word : {std::string("curl"),
                                    std::string("--silent"),
                                    std::string("--no-buffer"),
                                    std::string("--max-time"),
                                    std::to_string(request.duration.GetSeconds()),
                                    std::string("--interface"),
                                    own.str(),
                                    std::string("--output"),
                                    request.file,
                                    std::string("--write-out"),
                                    std::string("%{http_code} %{size_download} %{time_total} "
                                                "%{errormsg}"),
                                    request.url})
    {
        words.push_back(word);
    }
    return words;
}

} // namespace

std::string
CurlDownload::WhyUnavailable()
{
    for (const std::string program : {"curl", "mptcpize"})
    {
        if (std::system(("command -v " + program + " > /dev/null 2>&1").c_str()) != 0)
        {
            return program + " is not installed (Debian package " + program + ")";
        }
    }
    return {};
}

CurlDownload::CurlDownload(const NetworkNamespace& where, const Request& request)
    : m_file(request.file),
      m_usesMptcp(request.usesMptcp),
      m_process(where, CommandFor(request))
{
}

CurlDownload::~CurlDownload()
{
    std::error_code none;
    std::filesystem::remove(m_file, none);
}

bool
CurlDownload::HasEnded()
{
    const bool hasEnded = m_process.HasEnded();
    if (!hasEnded && m_usesMptcp)
    {
        const auto info = ReadMptcpInfo(m_process.Id());
        m_info = info ? info : m_info;
    }
    return hasEnded;
}

uint64_t
CurlDownload::ReceivedBytes() const
{
    std::error_code none;
    const auto size = std::filesystem::file_size(m_file, none);
    return none ? 0 : size;
}

bool
CurlDownload::IsIntact() const
{
    int status = 0;
    uint64_t size = 0;
    std::istringstream(Output()) >> status >> size;
    constexpr int HTTP_OK = 200;
    if (status != HTTP_OK || size != ReceivedBytes())
    {
        return false;
    }
    std::ifstream file(m_file, std::ios::binary);
    std::vector<char> piece(65'536);
    uint64_t position = 0;
    while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())), file.gcount() > 0)
    {
        const auto count = static_cast<uint32_t>(file.gcount());
        const auto* bytes = reinterpret_cast<const uint8_t*>(piece.data());
        if (!PatternStream::Matches(position, Create<Packet>(bytes, count)))
        {
            return false;
        }
        position += count;
    }
    return position == size;
}

const std::optional<mptcp_info>&
CurlDownload::Info() const
{
    return m_info;
}

const std::string&
CurlDownload::Output() const
{
    return m_process.Output();
}

} // namespace ns3
