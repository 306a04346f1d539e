// SPDX-License-Identifier: GPL-2.0-only
/// What `./mptcp run linux-peer` stands on: curl in a namespace downloads over two access links
/// from a simulated server and from one of Linux.
#include "curl-download.h"
#include "emulated-access.h"
#include "http-server.h"
#include "mptcp-helper.h"
#include "namespace-process.h"
#include "payload-meter.h"
#include "simulation-fixture.h"

#include "ns3/boolean.h"
#include "ns3/global-value.h"
#include "ns3/string.h"

#include <memory>

namespace ns3
{

namespace
{

constexpr uint16_t PORT = 8080;

class LinuxDownload : public SimulationTest
{
  protected:
    void SetUp() override
    {
        std::string missing = NetworkNamespace::WhyUnavailable();
        missing = missing.empty() ? CurlDownload::WhyUnavailable() : missing;
        if (!missing.empty())
        {
            GTEST_SKIP() << missing;
        }
        Simulator::Destroy(); // Clean has begun one, and it would not be in real time
        GlobalValue::Bind("SimulatorImplementationType", StringValue("ns3::RealtimeSimulatorImpl"));
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    }

    void Build(EmulatedAccess::Server server)
    {
        const PathSpec path{"", DataRate("6Mbps"), MilliSeconds(20), 200'000, 0};
        m_access = std::make_unique<EmulatedAccess>(std::vector<PathSpec>{path, path}, server);
        m_access->Client().RunIp("mptcp endpoint add 10.1.2.2 dev tap1 subflow");
        for (std::size_t i = 0; i < m_meters.size(); ++i)
        {
            m_meters[i] = std::make_unique<PayloadMeter>(m_access->Link(i).Get(0));
        }
    }

    /// Two seconds of it, from when `isReady` says so.
    void Download(bool usesMptcp, const std::function<bool()>& isReady)
    {
        if (!m_client && isReady())
        {
            const CurlDownload::Request request{"http://10.2.0.2:8080/",
                                                m_access->ClientAddress(0),
                                                usesMptcp,
                                                Seconds(2),
                                                "linux-download-test"};
            m_client = std::make_unique<CurlDownload>(m_access->Client(), request);
        }
        if (m_client && m_client->HasEnded())
        {
            Simulator::Stop();
            return;
        }
        Simulator::Schedule(MilliSeconds(20), [=] { Download(usesMptcp, isReady); });
    }

    void Run(
        bool usesMptcp,
        const std::function<bool()>& isReady = [] { return true; })
    {
        Simulator::Schedule(MilliSeconds(20), [=] { Download(usesMptcp, isReady); });
        Simulator::Stop(Seconds(30));
        Simulator::Run();
        ASSERT_TRUE(m_client);
    }

    void ExpectBothPaths() const
    {
        EXPECT_TRUE(m_client->IsIntact()) << m_client->Output();
        ASSERT_TRUE(m_client->Info());
        EXPECT_EQ(m_client->Info()->mptcpi_subflows, 1);
        EXPECT_EQ(m_client->Info()->mptcpi_flags & 1U, 0U); // MPTCP_INFO_FLAG_FALLBACK
        EXPECT_GT(m_meters[0]->Bytes(), 100'000U);
        EXPECT_GT(m_meters[1]->Bytes(), 100'000U);
        EXPECT_GE(m_meters[0]->Bytes() + m_meters[1]->Bytes(), m_client->ReceivedBytes());
    }

    std::unique_ptr<EmulatedAccess> m_access;
    std::array<std::unique_ptr<PayloadMeter>, 2> m_meters;
    std::unique_ptr<CurlDownload> m_client;
};

TEST_F(LinuxDownload, FromTheSimulatedServer)
{
    Build(EmulatedAccess::Server::Simulated);
    Ptr<Node> node = m_access->SimulatedServer();
    MptcpHelper().Install(node);
    const HttpServer server(node, TypeId::LookupByName("ns3::MptcpSocketFactory"), PORT);
    Run(true);
    ExpectBothPaths();
    // What the server knows to have arrived has, and all but what was on the way is known.
    EXPECT_LE(server.AcknowledgedBytes(), m_client->ReceivedBytes());
    EXPECT_GT(server.AcknowledgedBytes() + 500'000, m_client->ReceivedBytes());
    Simulator::Destroy();
}

TEST_F(LinuxDownload, FromTheSimulatedServerOverTcp)
{
    Build(EmulatedAccess::Server::Simulated);
    const HttpServer server(m_access->SimulatedServer(),
                            TypeId::LookupByName("ns3::TcpSocketFactory"),
                            PORT);
    Run(false);
    EXPECT_TRUE(m_client->IsIntact()) << m_client->Output();
    EXPECT_FALSE(m_client->Info());
    EXPECT_GT(m_meters[0]->Bytes(), 100'000U);
    EXPECT_EQ(m_meters[1]->Bytes(), 0U);
    Simulator::Destroy();
}

TEST_F(LinuxDownload, FromLinux)
{
    Build(EmulatedAccess::Server::Linux);
    NamespaceProcess server(*m_access->LinuxServer(),
                            {"/usr/bin/python3", "-B", MPTCP_STREAM_SERVER, "mptcp", "8080"});
    Run(true, [&] {
        EXPECT_FALSE(server.HasEnded() && !m_client) << server.Output();
        return server.Output().find("listening") != std::string::npos;
    });
    ExpectBothPaths();
}

} // namespace

} // namespace ns3
