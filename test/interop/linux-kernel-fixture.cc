// SPDX-License-Identifier: GPL-2.0-only
#include "linux-kernel-fixture.h"

#include "ns3/boolean.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>
#include <utility>

namespace ns3
{

namespace
{

const Time GLANCE = MilliSeconds(10);        //!< between two looks at what has happened
const Time PATIENCE = Seconds(45);           //!< with a machine that is busy
const Time LAST_SEGMENTS = MilliSeconds(50); //!< what is on the wire when nobody has anything left

/// Counters of Linux that say that something it received was wrong, or that it gave something up.
const std::vector<std::string> COMPLAINTS{
    "MPTcpExtMPCapableFallbackACK",
    "MPTcpExtMPCapableFallbackSYNACK",
    "MPTcpExtMPCapableSYNTXDrop",
    "MPTcpExtMPCapableSYNTXDisabled",
    "MPTcpExtMPCapableDataFallback",
    "MPTcpExtMPFallbackTokenInit",
    "MPTcpExtMD5SigFallback",
    "MPTcpExtDssFallback",
    "MPTcpExtSimultConnectFallback",
    "MPTcpExtFallbackFailed",
    "MPTcpExtBlackhole",
    "MPTcpExtMPJoinNoTokenFound",
    "MPTcpExtMPJoinSynAckHMacFailure",
    "MPTcpExtMPJoinAckHMacFailure",
    "MPTcpExtMPJoinRejected",
    "MPTcpExtMPJoinSynTxCreatSkErr",
    "MPTcpExtMPJoinSynTxBindErr",
    "MPTcpExtMPJoinSynTxConnectErr",
    "MPTcpExtMismatchPortSynRx",
    "MPTcpExtMismatchPortAckRx",
    "MPTcpExtDSSNotMatching",
    "MPTcpExtDSSCorruptionFallback",
    "MPTcpExtDSSCorruptionReset",
    "MPTcpExtDSSNoMatchTCP",
    "MPTcpExtDataCsumErr",
    "MPTcpExtInfiniteMapTx",
    "MPTcpExtInfiniteMapRx",
    "MPTcpExtNoDSSInWindow",
    "MPTcpExtAddAddrDrop",
    "MPTcpExtAddAddrTxDrop",
    "MPTcpExtEchoAddTxDrop",
    "MPTcpExtRmAddrDrop",
    "MPTcpExtRmAddrTxDrop",
    "MPTcpExtMPFailTx",
    "MPTcpExtMPFailRx",
    "MPTcpExtMPFastcloseTx",
    "MPTcpExtMPFastcloseRx",
    "MPTcpExtMPRstTx",
    "MPTcpExtMPRstRx",
    "MPTcpExtRcvPruned",
    "TcpInErrs",
    "TcpInCsumErrors",
    "TcpAttemptFails",
    "TcpEstabResets",
    "TcpOutRsts",
};

} // namespace

void
LinuxKernelTest::SetUp()
{
    const std::string missing = NetworkNamespace::WhyUnavailable();
    if (!missing.empty())
    {
        GTEST_SKIP() << missing;
    }
    if (std::system("tshark --version > /dev/null 2>&1") != 0)
    {
        GTEST_SKIP() << "tshark is not installed (Debian package tshark)";
    }
    m_orders = {{"opens", LinuxOpens()},
                {"port", PORT},
                {"protocol", "mptcp"},
                {"send", SOME_BYTES},
                {"receive", SOME_BYTES},
                {"connections", 1},
                {"at_once", false},
                {"end", "last"},
                {"subflows", 0},
                {"receive_buffer", 0},
                {"write", 65521}};
    m_mptcp.SetPathManager("ns3::MptcpLinuxEndpoints");
    Build();
}

LinuxKernelTest::~LinuxKernelTest()
{
    if (HasFailure())
    {
        return; // somebody will want to look at the captures
    }
    m_captures.push_back(m_capture);
    for (const auto& file : m_captures)
    {
        std::remove(file.c_str());
    }
}

std::vector<PathSpec>
LinuxKernelTest::Paths() const
{
    return {{"first", DataRate("6Mbps"), MilliSeconds(20), 600'000, 0},
            {"second", DataRate("6Mbps"), MilliSeconds(20), 600'000, 0}};
}

void
LinuxKernelTest::Build()
{
    Simulator::Destroy(); // Clean has begun one, and it would not be in real time
    GlobalValue::Bind("SimulatorImplementationType", StringValue("ns3::RealtimeSimulatorImpl"));
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    // Room for what both paths carry in a round trip, and more.
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(500'000));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(500'000));
    m_host = CreateObject<Node>();
    m_linux = std::make_unique<LinuxPeer>(m_host, Paths());
    // Both hosts take part in whatever the other one wants.
    m_linux->Mptcp("limits set subflows 8 add_addr_accepted 8");
    m_mptcp.Install(m_host);
    MptcpHelper::SetLimits(m_host, 8, 8);
}

bool
LinuxKernelTest::LinuxOpens() const
{
    return GetParam() == Role::LinuxOpens;
}

void
LinuxKernelTest::OpenSecondPath(const std::string& flags)
{
    if (LinuxOpens())
    {
        std::ostringstream address;
        m_isIpv6 ? address << m_linux->LinuxAddress6(1) : address << m_linux->LinuxAddress(1);
        m_linux->Mptcp("endpoint add " + address.str() + " dev tap1 id 7 " + flags);
    }
    else if (m_isIpv6)
    {
        MptcpHelper::AddEndpoint(m_host, m_linux->HostAddress6(1), flags, 0, 7);
    }
    else
    {
        MptcpHelper::AddEndpoint(m_host, m_linux->HostAddress(1), flags, 0, 7);
    }
}

void
LinuxKernelTest::Transfer(uint64_t fromLinux, uint64_t toLinux)
{
    m_orders["send"] = fromLinux;
    m_orders["receive"] = toLinux;
    m_hostBytes = toLinux;
}

void
LinuxKernelTest::AfterReceiving(uint64_t bytes, std::function<void()> action)
{
    m_actions.push_back({bytes, std::move(action)});
}

void
LinuxKernelTest::Run()
{
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string("interop-") + info->name();
    std::replace(name.begin(), name.end(), '/', '-');
    m_captures = m_linux->Capture(name);
    Simulator::Schedule(GLANCE, &LinuxKernelTest::Start, this);
    Simulator::Run();
    Collect();

    m_capture = name + "-all.pcap";
    std::string merge = "mergecap -F nsecpcap -w " + m_capture;
    for (const auto& file : m_captures)
    {
        merge += " " + file;
    }
    ASSERT_EQ(std::system(merge.c_str()), 0) << merge;
}

void
LinuxKernelTest::Start()
{
    if (LinuxOpens())
    {
        for (uint64_t i = 0; i < m_orders["connections"]; ++i)
        {
            AddEndpoint();
        }
    }
    std::ostringstream address;
    if (LinuxOpens() && m_isIpv6)
    {
        address << m_linux->HostAddress6(0);
    }
    else if (LinuxOpens())
    {
        address << (m_isDualStack ? "::ffff:" : "") << m_linux->HostAddress(0);
    }
    else
    {
        address << (m_isIpv6 || m_isDualStack ? "::" : "0.0.0.0");
    }
    m_orders["address"] = address.str();
    m_process = std::make_unique<NamespaceProcess>(
        m_linux->Namespace(),
        std::vector<std::string>{MPTCP_PYTHON, "-B", MPTCP_LINUX_PEER, m_orders.dump()});
    Watch();
}

void
LinuxKernelTest::AddEndpoint()
{
    auto endpoint = CreateObject<StreamEndpoint>();
    const auto port = static_cast<uint16_t>(PORT + m_endpoints.size());
    Address remote = InetSocketAddress(m_linux->LinuxAddress(0), port);
    Address local = InetSocketAddress(Ipv4Address::GetAny(), port);
    if (m_isIpv6)
    {
        remote = Inet6SocketAddress(m_linux->LinuxAddress6(0), port);
        local = Inet6SocketAddress(Ipv6Address::GetAny(), port);
    }
    endpoint->SetAttribute("Protocol", TypeIdValue(TypeId::LookupByName(m_hostSockets)));
    endpoint->SetAttribute("Address", AddressValue(LinuxOpens() ? local : remote));
    endpoint->SetAttribute("Listen", BooleanValue(LinuxOpens()));
    endpoint->SetAttribute("BytesToSend", UintegerValue(m_hostBytes));
    m_endpoints.push_back(endpoint);
    m_host->AddApplication(endpoint);
}

void
LinuxKernelTest::OpenWhatIsDue()
{
    if (LinuxOpens() || m_process->Output().find("listening") == std::string::npos)
    {
        return;
    }
    const auto isOver = [](Ptr<StreamEndpoint> endpoint) {
        return endpoint->HasPeerClosed() || endpoint->HasFailed();
    };
    while (m_endpoints.size() < m_orders["connections"] &&
           (m_orders["at_once"] || m_endpoints.empty() || isOver(m_endpoints.back())))
    {
        AddEndpoint();
    }
}

void
LinuxKernelTest::Act()
{
    for (auto& action : m_actions)
    {
        if (action.act && !m_endpoints.empty() &&
            m_endpoints.front()->ReceivedBytes() >= action.bytes)
        {
            std::exchange(action.act, nullptr)();
        }
    }
}

void
LinuxKernelTest::Watch()
{
    OpenWhatIsDue();
    Act();
    if (IsOver())
    {
        Simulator::Stop(LAST_SEGMENTS);
    }
    else if (Simulator::Now() > PATIENCE)
    {
        ADD_FAILURE() << "not at an end. Linux: " << m_process->Output();
        Simulator::Stop();
    }
    else
    {
        Simulator::Schedule(GLANCE, &LinuxKernelTest::Watch, this);
    }
}

bool
LinuxKernelTest::IsOver()
{
    if (!m_process->HasEnded() || MptcpStack::Of(m_host)->GetConnections() > 0)
    {
        return false;
    }
    for (const auto& endpoint : m_endpoints)
    {
        if (!endpoint->HasPeerClosed() && !endpoint->HasFailed() && !m_isGivenUp)
        {
            return false;
        }
    }
    // The kernel goes on closing for programs that have ended.
    const auto counters = m_linux->Counters();
    return counters.count("TcpCurrEstab") == 0 && counters.count("MPTcpExtMPCurrEstab") == 0;
}

void
LinuxKernelTest::Collect()
{
    m_counters = m_linux->Counters();
    m_hostCounters = MptcpStack::Of(m_host)->GetMib();
    if (!m_endpoints.empty())
    {
        if (auto socket = DynamicCast<MptcpSocket>(m_endpoints.front()->GetSocket()))
        {
            m_closeCause = socket->GetCloseCause();
        }
    }
    const std::string& output = m_process->Output();
    const auto begin = output.find('[');
    m_results = nlohmann::json::parse(begin == std::string::npos ? "" : output.substr(begin),
                                      nullptr,
                                      false);
    EXPECT_TRUE(m_results.is_array()) << output;
    EXPECT_TRUE(m_process->Succeeded()) << output;
    m_process.reset();
    // Captures end when nobody holds the devices any more.
    m_linux.reset();
    m_host = nullptr;
    Simulator::Destroy();
}

void
LinuxKernelTest::ExpectWhole() const
{
    ASSERT_EQ(m_results.size(), m_orders["connections"]);
    ASSERT_EQ(m_endpoints.size(), m_orders["connections"]);
    for (std::size_t i = 0; i < m_endpoints.size(); ++i)
    {
        SCOPED_TRACE("connection " + std::to_string(i) + ": " + m_results[i].dump());
        const auto& endpoint = *m_endpoints[i];
        EXPECT_EQ(m_results[i]["error"], "");
        EXPECT_EQ(m_results[i]["sent"], m_orders["send"]);
        EXPECT_EQ(m_results[i]["received"], m_hostBytes);
        EXPECT_EQ(m_results[i]["digest"], endpoint.SentDigest());
        EXPECT_TRUE(m_results[i]["intact"]);
        EXPECT_EQ(endpoint.SentBytes(), m_hostBytes);
        EXPECT_EQ(endpoint.ReceivedBytes(), m_orders["send"]);
        EXPECT_TRUE(endpoint.IsIntact());
        EXPECT_TRUE(endpoint.HasPeerClosed());
        EXPECT_FALSE(endpoint.HasFailed()) << endpoint.Error();
    }
}

void
LinuxKernelTest::ExpectNoComplaint(const std::set<std::string>& expected,
                                   const std::set<std::string>& possible) const
{
    for (const auto& name : COMPLAINTS)
    {
        const auto found = m_counters.find(name);
        const bool hasMoved = found != m_counters.end();
        if (possible.count(name) != 0)
        {
            continue;
        }
        EXPECT_EQ(hasMoved, expected.count(name) != 0)
            << name << (hasMoved ? " has moved: " + std::to_string(found->second) : " is 0");
    }
    // LinuxPeer promises that neighbours know each other: nobody asks.
    const std::string questions = "arp || icmpv6.nd.ns.target_address == fd00:1::/32";
    for (const auto& message :
         Captured("_ws.malformed || _ws.expert.severity == error || " + questions,
                  "_ws.expert.message"))
    {
        EXPECT_NE(message, "") << "a question for a neighbour";
        // Of tshark 4.0 itself: its own mapping of a retransmission contradicts itself.
        EXPECT_NE(message.find("failed assertion"), std::string::npos) << message;
    }
}

int64_t
LinuxKernelTest::LinuxSubflows() const
{
    return m_results.at(0).at("max_subflows");
}

uint64_t
LinuxKernelTest::Linux(const std::string& counter) const
{
    const auto found = m_counters.find("MPTcpExt" + counter);
    return found == m_counters.end() ? 0 : found->second;
}

uint64_t
LinuxKernelTest::Host(mptcp::Mib counter) const
{
    return m_hostCounters.Get(counter);
}

mptcp::CloseCause
LinuxKernelTest::HostCloseCause() const
{
    return m_closeCause;
}

std::vector<std::string>
LinuxKernelTest::Captured(const std::string& filter, const std::string& field) const
{
    // The pattern is no other protocol, whatever the port and whatever a piece of it looks like.
    const std::string asData = " -d tcp.port==1-65535,data";
    std::istringstream output(Output("tshark -r " + m_capture + asData +
                                     " -2 -o mptcp.analyze_mappings:TRUE" +
                                     " -o tcp.check_checksum:TRUE -T fields -E occurrence=l -Y '" +
                                     filter + "' -e " + field + " 2> /dev/null"));
    std::vector<std::string> values;
    for (std::string value; std::getline(output, value);)
    {
        values.push_back(value);
    }
    return values;
}

void
LinuxKernelTest::ExpectVerified(const std::string& what, uint64_t least) const
{
    const std::string counts =
        Output(std::string(MPTCP_PYTHON) + " -B " + MPTCP_VERIFY_CAPTURE + " " + m_capture +
               " --require " + what + "=" + std::to_string(least));
    EXPECT_NE(counts.find(what), std::string::npos) << counts;
}

std::string
LinuxKernelTest::Output(const std::string& command)
{
    std::string output;
    if (FILE* pipe = popen(command.c_str(), "r"))
    {
        std::array<char, 4096> piece;
        for (std::size_t n; (n = fread(piece.data(), 1, piece.size(), pipe)) > 0;)
        {
            output.append(piece.data(), n);
        }
        EXPECT_EQ(pclose(pipe), 0) << command;
    }
    return output;
}

} // namespace ns3
