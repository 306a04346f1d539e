// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-default-socket-factory.h"

#include "mptcp-socket.h"
#include "mptcp-stack.h"

#include "ns3/abort.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpDefaultSocketFactory);

TypeId
MptcpDefaultSocketFactory::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpDefaultSocketFactory")
                            .SetParent<TcpSocketFactory>()
                            .SetGroupName("Mptcp");
    return tid;
}

void
MptcpDefaultSocketFactory::Install(Ptr<Node> node)
{
    if (node->GetObject<MptcpDefaultSocketFactory>())
    {
        return;
    }
    const TypeId type = TcpSocketFactory::GetTypeId();
    Ptr<MptcpDefaultSocketFactory> factory = CreateObject<MptcpDefaultSocketFactory>();
    factory->m_plain = node->GetObject<SocketFactory>(type);
    NS_ABORT_MSG_IF(!factory->m_plain,
                    "MPTCP: node " << node->GetId()
                                   << " has no TCP. Install an internet stack on it "
                                      "(InternetStackHelper::Install) first.");
    node->AggregateObject(factory);
    // Twice for each look-up of the other, which counts as well. How often TCP sockets have been
    // made before bounds it.
    constexpr int MOST_LOOK_UPS = 1'000'000;
    for (int i = 0; node->GetObject<SocketFactory>(type) != factory; ++i)
    {
        node->GetObject<MptcpDefaultSocketFactory>();
        node->GetObject<MptcpDefaultSocketFactory>();
        NS_ABORT_MSG_IF(i == MOST_LOOK_UPS,
                        "MPTCP: this release of ns-3 does not find an aggregate earlier for being "
                        "looked up often; name ns3::MptcpSocketFactory in applications instead");
    }
}

void
MptcpDefaultSocketFactory::DoDispose()
{
    m_plain = nullptr; // it holds this object as an aggregate
    TcpSocketFactory::DoDispose();
}

Ptr<Socket>
MptcpDefaultSocketFactory::CreateSocket()
{
    Ptr<Node> node = GetObject<Node>();
    Ptr<MptcpStack> stack = MptcpStack::Of(node);
    if (!stack->EnablesByDefault())
    {
        return m_plain->CreateSocket();
    }
    Ptr<MptcpSocket> socket = CreateObject<MptcpSocket>();
    socket->SetStack(stack);
    return socket;
}

} // namespace ns3
