// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-socket-factory.h"

#include "mptcp-socket.h"
#include "mptcp-stack.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/node.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpSocketFactory);

TypeId
MptcpSocketFactory::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpSocketFactory")
            .SetParent<SocketFactory>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpSocketFactory>()
            .AddAttribute("Explicit",
                          "Asking for this factory means to enable MPTCP, as "
                          "TCP_MULTIPATH_ENABLE does and IPPROTO_MPTCP on Linux. False: its "
                          "sockets are those of an application that does not know MPTCP "
                          "(RFC 6897 4), on a node whose policy is to use it.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&MptcpSocketFactory::m_isExplicit),
                          MakeBooleanChecker());
    return tid;
}

Ptr<Socket>
MptcpSocketFactory::CreateSocket()
{
    Ptr<Node> node = GetObject<Node>();
    NS_ABORT_MSG_IF(!node,
                    "MptcpSocketFactory: aggregate it to a node before creating sockets "
                    "(node->AggregateObject(factory), or MptcpHelper::Install)");
    Ptr<MptcpSocket> socket = CreateObject<MptcpSocket>();
    socket->SetStack(MptcpStack::Of(node));
    if (m_isExplicit)
    {
        socket->SetMultipathEnabled(true);
    }
    return socket;
}

} // namespace ns3
