// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The API of RFC 6897 in wrong use: an error code that POSIX or the RFC suggests, and no change of
/// state, neither of what can be read at once nor of what shows later.
#include "api-fixture.h"

#include "ns3/inet6-socket-address.h"
#include "ns3/packet-socket-address.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <functional>
#include <sstream>

namespace ns3
{
namespace
{

constexpr uint64_t LONG = 1'000'000;
constexpr uint16_t LISTENER_PORT = 4000;

enum class When
{
    Closed, //!< bound to a port, and with buffers of its own
    Listening,
    Connecting,
    Connected,
    Ended,
};

struct Misuse
{
    std::string name;
    When when; //!< of the socket's life
    std::function<int(MptcpSocket&, const Address& own)> call;
    Socket::SocketErrno error;
};

/// Everything that can be asked of a socket, in words. The error of the last call changes by it.
std::string
StateOf(MptcpSocket& socket)
{
    std::ostringstream text;
    for (TypeId type = socket.GetInstanceTypeId(); type != Object::GetTypeId();
         type = type.GetParent())
    {
        for (std::size_t i = 0; i < type.GetAttributeN(); ++i)
        {
            const auto attribute = type.GetAttribute(i);
            Ptr<AttributeValue> value = attribute.checker->Create();
            socket.GetAttribute(attribute.name, *value);
            text << attribute.name << " " << value->SerializeToString(attribute.checker) << "\n";
        }
    }
    for (const int option : {TCP_MULTIPATH_ENABLE, TCP_MULTIPATH_SUBFLOWS, TCP_MULTIPATH_CONNID})
    {
        MptcpOptionValue value;
        const bool isReadable = socket.GetMultipathOption(option, value) == 0;
        text << "option " << option << " " << isReadable;
        text << " " << (isReadable && option == TCP_MULTIPATH_ENABLE && std::get<bool>(value))
             << "\n";
    }
    Address address;
    text << "name " << socket.GetSockName(address) << " " << address;
    text << " peer " << socket.GetPeerName(address) << " " << address << "\n";
    text << "device " << socket.GetBoundNetDevice() << " room " << socket.GetTxAvailable()
         << " waiting " << socket.GetRxAvailable() << "\n";
    const MptcpIpOptions ip = socket.GetIpOptions();
    text << "ip " << int{ip.tos} << " " << int{ip.priority} << " " << ip.ttl.has_value() << "\n";
    const auto decision = socket.GetUseDecision();
    text << "use " << decision.use << " " << static_cast<int>(decision.reason) << " multipath "
         << socket.IsMultipath() << " id " << socket.GetConnectionId() << " cause "
         << static_cast<int>(socket.GetCloseCause()) << "\n";
    for (const auto& info : socket.GetSubflowInfo())
    {
        text << "subflow " << info.id << " " << info.addresses.local << " " << info.addresses.remote
             << " " << info.state << " backup " << info.isBackup << " cwnd " << info.sndCwndBytes
             << " rto " << info.rto << "\n";
    }
    return text.str();
}

class ApiMisuse : public ApiTest, public ::testing::WithParamInterface<Misuse>
{
  protected:
    ApiMisuse()
    {
        Build(Kind::Multihomed);
        StartServer();
    }

    /// The socket as a row needs it.
    void Prepare(ApiClient& client)
    {
        client.socket->SetAttribute("SndBufSize", UintegerValue(100'000));
        const uint16_t port = GetParam().when == When::Listening ? LISTENER_PORT : 4321;
        ASSERT_EQ(client.socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), port)), 0);
        if (GetParam().when == When::Closed)
        {
            return;
        }
        if (GetParam().when == When::Listening)
        {
            ASSERT_EQ(client.socket->Listen(), 0);
            return;
        }
        client.Connect(ServerSocket(), LONG);
        RunUntil(GetParam().when == When::Connecting ? MilliSeconds(10) : Seconds(1));
        if (GetParam().when == When::Ended)
        {
            RunToEnd();
        }
    }

    /// Two paths, all of the data.
    void ExpectTransfer(const ApiClient& client)
    {
        RunUntil(Seconds(2));
        EXPECT_TRUE(client.socket->IsMultipath());
        EXPECT_EQ(client.socket->GetSubflowAddresses().size(), 2U);
        RunToEnd();
        ExpectReceived(LONG);
        EXPECT_GT(PathBytes(0), LONG / 4);
        EXPECT_GT(PathBytes(1), LONG / 4);
    }

    /// Somebody connects to the listening socket and gets two paths.
    void ExpectService()
    {
        ApiClient visitor(NewSocket(m_topology->Server()));
        visitor.Connect(InetSocketAddress(m_topology->ClientAddress(0), LISTENER_PORT), 0);
        RunUntil(Seconds(0.5));
        visitor.socket->Send(PatternStream::Make(0, 1), 0);
        RunUntil(Seconds(2));
        EXPECT_TRUE(visitor.socket->IsMultipath());
        EXPECT_EQ(visitor.socket->GetSubflowAddresses().size(), 2U);
    }
};

TEST_P(ApiMisuse, IsAnsweredAndChangesNothing)
{
    ApiClient client(NewSocket());
    Prepare(client);
    const std::string before = StateOf(*client.socket);
    EXPECT_EQ(GetParam().call(*client.socket, m_topology->ClientAddress(1)), -1);
    EXPECT_EQ(client.socket->GetErrno(), GetParam().error);
    EXPECT_EQ(StateOf(*client.socket), before);
    if (GetParam().when == When::Listening)
    {
        ExpectService();
        return;
    }
    if (GetParam().when == When::Closed)
    {
        EXPECT_EQ(client.Connect(ServerSocket(), LONG), 0);
    }
    if (GetParam().when == When::Ended)
    {
        ExpectReceived(LONG);
        return;
    }
    ExpectTransfer(client);
}

int
Set(MptcpSocket& socket, int option, const MptcpOptionValue& value)
{
    return socket.SetMultipathOption(option, value);
}

int
Read(MptcpSocket& socket, int option)
{
    MptcpOptionValue value;
    return socket.GetMultipathOption(option, value);
}

int
SetAttribute(MptcpSocket& socket, const char* choice)
{
    return socket.SetAttributeFailSafe("Multipath", StringValue(choice)) ? 0 : -1;
}

const Ipv4Address STRANGE("192.0.2.77");
constexpr int UNKNOWN = 4711;

const std::vector<Misuse> MISUSES{
    {"SetUnknownOption",
     When::Closed,
     [](auto& s, auto&) { return Set(s, UNKNOWN, true); },
     Socket::ERROR_OPNOTSUPP},
    {"GetUnknownOption",
     When::Connected,
     [](auto& s, auto&) { return Read(s, UNKNOWN); },
     Socket::ERROR_OPNOTSUPP},
    {"SetReadOnlySubflows",
     When::Connected,
     [](auto& s, auto&) {
         return Set(s, TCP_MULTIPATH_SUBFLOWS, std::vector<MptcpSubflowAddresses>{});
     },
     Socket::ERROR_OPNOTSUPP},
    {"SetReadOnlyConnId",
     When::Connected,
     [](auto& s, auto&) { return Set(s, TCP_MULTIPATH_CONNID, uint32_t{1}); },
     Socket::ERROR_OPNOTSUPP},
    {"GetWriteOnlyAdd",
     When::Connected,
     [](auto& s, auto&) { return Read(s, TCP_MULTIPATH_ADD); },
     Socket::ERROR_OPNOTSUPP},
    {"EnableOfWrongType",
     When::Closed,
     [](auto& s, auto&) { return Set(s, TCP_MULTIPATH_ENABLE, uint32_t{0}); },
     Socket::ERROR_INVAL},
    {"AddOfWrongType",
     When::Closed,
     [](auto& s, auto&) { return Set(s, TCP_MULTIPATH_ADD, false); },
     Socket::ERROR_INVAL},
    {"RemoveOfWrongType",
     When::Connected,
     [](auto& s, auto&) { return Set(s, TCP_MULTIPATH_REMOVE, uint32_t{1}); },
     Socket::ERROR_INVAL},
    {"EnableAfterConnect",
     When::Connected,
     [](auto& s, auto&) { return Set(s, TCP_MULTIPATH_ENABLE, false); },
     Socket::ERROR_ISCONN},
    {"EnableReadBeforeConnect",
     When::Closed,
     [](auto& s, auto&) { return Read(s, TCP_MULTIPATH_ENABLE); },
     Socket::ERROR_NOTCONN},
    {"SubflowsBeforeConnect",
     When::Closed,
     [](auto& s, auto&) { return Read(s, TCP_MULTIPATH_SUBFLOWS); },
     Socket::ERROR_NOTCONN},
    {"ConnIdBeforeConnect",
     When::Closed,
     [](auto& s, auto&) { return Read(s, TCP_MULTIPATH_CONNID); },
     Socket::ERROR_NOTCONN},
    {"AddForeignAddress",
     When::Closed,
     [](auto& s, auto&) { return Set(s, TCP_MULTIPATH_ADD, MptcpAddressList{STRANGE}); },
     Socket::ERROR_ADDRNOTAVAIL},
    {"AddOwnAndForeignAddress",
     When::Closed,
     [](auto& s, auto& own) {
         return Set(s, TCP_MULTIPATH_ADD, MptcpAddressList{own, STRANGE});
     },
     Socket::ERROR_ADDRNOTAVAIL},
    {"AddUnspecifiedAddress",
     When::Closed,
     [](auto& s, auto&) {
         return Set(s, TCP_MULTIPATH_ADD, MptcpAddressList{Ipv4Address::GetAny()});
     },
     Socket::ERROR_ADDRNOTAVAIL},
    {"AddForeignAddressLater",
     When::Connected,
     [](auto& s, auto&) { return s.AddLocalAddresses({STRANGE}); },
     Socket::ERROR_ADDRNOTAVAIL},
    {"AddNoInternetAddress",
     When::Closed,
     [](auto& s, auto&) { return s.AddLocalAddresses({PacketSocketAddress()}); },
     Socket::ERROR_AFNOSUPPORT},
    {"AddEmptyList",
     When::Closed,
     [](auto& s, auto&) { return s.AddLocalAddresses({}); },
     Socket::ERROR_INVAL},
    {"RemoveForeignAddress",
     When::Connected,
     [](auto& s, auto&) { return s.RemoveLocalAddresses({STRANGE}); },
     Socket::ERROR_ADDRNOTAVAIL},
    {"RemoveOwnAndForeignAddress",
     When::Connected,
     [](auto& s, auto& own) {
         return s.RemoveLocalAddresses({own, STRANGE});
     },
     Socket::ERROR_ADDRNOTAVAIL},
    {"SubflowOfMixedFamilies",
     When::Connected,
     [](auto& s, auto& own) {
         return s.OpenSubflow(InetSocketAddress(Ipv4Address::ConvertFrom(own), 0),
                              Inet6SocketAddress("2001:db8::1", 80));
     },
     Socket::ERROR_AFNOSUPPORT},
    {"SubflowFromForeignAddress",
     When::Connected,
     [](auto& s, auto&) {
         return s.OpenSubflow(InetSocketAddress(STRANGE, 0), InetSocketAddress("10.9.9.9", 80));
     },
     Socket::ERROR_ADDRNOTAVAIL},
    {"CloseOfNoSubflow",
     When::Connected,
     [](auto& s, auto&) { return s.CloseSubflow(99); },
     Socket::ERROR_INVAL},
    {"NoSubflowsAtAll",
     When::Connected,
     [](auto& s, auto&) { return s.RequestSubflows(0); },
     Socket::ERROR_INVAL},
    {"PreferenceForNoSubflow",
     When::Connected,
     [](auto& s, auto&) { return s.SetPreferredSubflow(99); },
     Socket::ERROR_INVAL},
    {"PathManagerAfterConnect",
     When::Connected,
     [](auto& s, auto&) { return s.SetPathManager(ObjectFactory("ns3::MptcpFullMesh")); },
     Socket::ERROR_ISCONN},
    {"PathManagerOfWrongType",
     When::Closed,
     [](auto& s, auto&) { return s.SetPathManager(ObjectFactory("ns3::MptcpMinRtt")); },
     Socket::ERROR_INVAL},
    {"EnableAfterListen",
     When::Listening,
     [](auto& s, auto&) { return s.SetMultipathEnabled(false); },
     Socket::ERROR_ISCONN},
    {"EnableAfterTheEnd",
     When::Ended,
     [](auto& s, auto&) { return s.SetMultipathEnabled(false); },
     Socket::ERROR_INVAL},
    {"AttributeAfterConnect",
     When::Connected,
     [](auto& s, auto&) { return SetAttribute(s, "off"); },
     Socket::ERROR_ISCONN},
    {"AttributeWhileConnecting",
     When::Connecting,
     [](auto& s, auto&) { return SetAttribute(s, "off"); },
     Socket::ERROR_ISCONN},
    {"AttributeAfterListen",
     When::Listening,
     [](auto& s, auto&) { return SetAttribute(s, "off"); },
     Socket::ERROR_ISCONN},
    {"AttributeAfterTheEnd",
     When::Ended,
     [](auto& s, auto&) { return SetAttribute(s, "off"); },
     Socket::ERROR_INVAL},
    {"ConnectOfAListener",
     When::Listening,
     [](auto& s, auto&) { return s.Connect(InetSocketAddress("10.2.0.2", 5201)); },
     Socket::ERROR_OPNOTSUPP},
    {"ConnectByNameOfAListener",
     When::Listening,
     [](auto& s, auto&) { return s.ConnectByName("server", 5201); },
     Socket::ERROR_OPNOTSUPP},
    {"AddOnAListener",
     When::Listening,
     [](auto& s, auto& own) { return s.AddLocalAddresses({own}); },
     Socket::ERROR_INVAL},
    {"RemoveOnAListener",
     When::Listening,
     [](auto& s, auto& own) { return s.RemoveLocalAddress(own); },
     Socket::ERROR_INVAL},
    {"AddAfterTheEnd",
     When::Ended,
     [](auto& s, auto& own) { return s.AddLocalAddresses({own}); },
     Socket::ERROR_INVAL},
    {"RemoveAfterTheEnd",
     When::Ended,
     [](auto& s, auto& own) { return s.RemoveLocalAddress(own); },
     Socket::ERROR_INVAL},
    {"SubflowsOfAListener",
     When::Listening,
     [](auto& s, auto&) { return Read(s, TCP_MULTIPATH_SUBFLOWS); },
     Socket::ERROR_NOTCONN},
    {"NumberOnAListener",
     When::Listening,
     [](auto& s, auto&) { return s.RequestSubflows(2); },
     Socket::ERROR_INVAL},
    {"NumberAfterTheEnd",
     When::Ended,
     [](auto& s, auto&) { return s.RequestSubflows(2); },
     Socket::ERROR_NOTCONN},
    {"PathManagerAfterListen",
     When::Listening,
     [](auto& s, auto&) { return s.SetPathManager(ObjectFactory("ns3::MptcpFullMesh")); },
     Socket::ERROR_ISCONN},
    {"SchedulerOfWrongType",
     When::Connected,
     [](auto& s, auto&) { return s.SetScheduler(ObjectFactory("ns3::MptcpFullMesh")); },
     Socket::ERROR_INVAL},
    {"SubflowWhileConnecting",
     When::Connecting,
     [](auto& s, auto& own) {
         return s.OpenSubflow(InetSocketAddress(Ipv4Address::ConvertFrom(own), 0),
                              InetSocketAddress("10.2.0.2", 80));
     },
     Socket::ERROR_NOTCONN},
    {"BackupOfForeignAddress",
     When::Closed,
     [](auto& s, auto&) { return s.SetLocalAddressBackup(STRANGE, true); },
     Socket::ERROR_ADDRNOTAVAIL},
    {"BackupOfNoAddress",
     When::Connected,
     [](auto& s, auto&) { return s.SetLocalAddressBackup(PacketSocketAddress(), true); },
     Socket::ERROR_AFNOSUPPORT},
    {"ConnectInAFamilyThatTheHostHasNot",
     When::Closed,
     [](auto& s, auto&) { return s.Connect(Inet6SocketAddress("2001:db8::1", 80)); },
     Socket::ERROR_NOROUTETOHOST},
    {"ConnectToNoInternetAddress",
     When::Closed,
     [](auto& s, auto&) { return s.Connect(PacketSocketAddress()); },
     Socket::ERROR_AFNOSUPPORT},
    {"ConnectTwice",
     When::Connecting,
     [](auto& s, auto&) { return s.Connect(InetSocketAddress("10.2.0.2", 80)); },
     Socket::ERROR_ISCONN},
    {"ConnectByNameTwice",
     When::Connected,
     [](auto& s, auto&) { return s.ConnectByName("nobody", 80); },
     Socket::ERROR_ISCONN},
    {"ConnectToNobody",
     When::Closed,
     [](auto& s, auto&) { return s.ConnectByName("nobody", 80); },
     Socket::ERROR_NOROUTETOHOST},
    {"BindAfterConnect",
     When::Connected,
     [](auto& s, auto& own) { return s.Bind(InetSocketAddress(Ipv4Address::ConvertFrom(own), 0)); },
     Socket::ERROR_INVAL},
    {"ListenAfterConnect",
     When::Connected,
     [](auto& s, auto&) { return s.Listen(); },
     Socket::ERROR_INVAL},
};

std::string
NameOfMisuse(const ::testing::TestParamInfo<Misuse>& row)
{
    return row.param.name;
}

INSTANTIATE_TEST_SUITE_P(Errors, ApiMisuse, ::testing::ValuesIn(MISUSES), NameOfMisuse);

} // namespace
} // namespace ns3
