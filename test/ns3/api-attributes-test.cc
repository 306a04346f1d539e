// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The attribute `Multipath` of ns3::MptcpSocket when it is used in a wrong way: an error as
/// setters of attributes can give, and no change of state.
#include "api-fixture.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/object-factory.h"
#include "ns3/string.h"

namespace ns3
{
namespace
{

class ApiAttribute : public ApiTest
{
  protected:
    ApiAttribute()
    {
        Build(Kind::Multihomed);
        StartServer();
    }

    static std::string Choice(const MptcpSocket& socket)
    {
        StringValue choice;
        socket.GetAttribute("Multipath", choice);
        return choice.Get();
    }
};

TEST_F(ApiAttribute, CannotChangeAfterConnect)
{
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), 100'000);
    EXPECT_FALSE(client.socket->SetAttributeFailSafe("Multipath", StringValue("off")));
    RunUntil(Seconds(0.2));
    EXPECT_FALSE(client.socket->SetAttributeFailSafe("Multipath", StringValue("off")));
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_ISCONN);
    EXPECT_EQ(Choice(*client.socket), "on");
    EXPECT_TRUE(client.socket->IsMultipath());
    RunToEnd();
    ExpectReceived(100'000);
    EXPECT_FALSE(client.socket->SetAttributeFailSafe("Multipath", StringValue("off")));
}

TEST_F(ApiAttribute, CannotChangeAfterListen)
{
    Ptr<MptcpSocket> listener = NewSocket(m_topology->Server());
    listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 81));
    ASSERT_EQ(listener->Listen(), 0);
    EXPECT_FALSE(listener->SetAttributeFailSafe("Multipath", StringValue("off")));
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(81), 0);
    RunUntil(Seconds(1));
    EXPECT_TRUE(client.socket->IsMultipath());
}

TEST_F(ApiAttribute, TakesThreeWords)
{
    Ptr<MptcpSocket> socket = NewSocket();
    EXPECT_FALSE(socket->SetAttributeFailSafe("Multipath", StringValue("perhaps")));
    EXPECT_EQ(Choice(*socket), "on");
    for (const char* word : {"off", "auto", "on"})
    {
        EXPECT_TRUE(socket->SetAttributeFailSafe("Multipath", StringValue(word)));
        EXPECT_EQ(Choice(*socket), word);
    }
    EXPECT_FALSE(Config::SetDefaultFailSafe("ns3::MptcpSocket::Multipath", StringValue("perhaps")));
    EXPECT_EQ(Choice(*NewSocket()), "on") << "that of the factory, as before";
}

/// RFC 6897 4.4.2: the scheduler that comes with TCP_NODELAY is the host's choice, for an
/// application that has made none.
TEST_F(ApiAttribute, NoDelayLeavesAChosenSchedulerAlone)
{
    m_topology->Client()->GetObject<MptcpStack>()->SetAttribute("NoDelayScheduler",
                                                                StringValue("ns3::MptcpEcf"));
    ApiClient client(NewSocket());
    EXPECT_EQ(client.socket->SetScheduler(ObjectFactory("ns3::MptcpHotStandby")), 0);
    client.socket->SetAttribute("TcpNoDelay", BooleanValue(true));
    client.socket->SetAttribute("TcpNoDelay", BooleanValue(false));
    client.Connect(ServerSocket(), 600'000);
    RunToEnd();
    ExpectReceived(600'000);
    EXPECT_LT(PathBytes(1), 20'000U) << "established and idle";
}

} // namespace
} // namespace ns3
