// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-delay-schedulers.h"

#include "ns3-conversions.h"

#include "ns3/boolean.h"
#include "ns3/double.h"

namespace ns3
{

namespace
{

const char* const BINDS_AT_ONCE_HELP =
    "Binds segments to subflows as soon as they are written, as the paper does: then only the "
    "peer's window limits what waits on one of them. Otherwise no further ahead than it takes to "
    "find the segment that can leave now.";

} // namespace

NS_OBJECT_ENSURE_REGISTERED(MptcpBlest);
NS_OBJECT_ENSURE_REGISTERED(MptcpEcf);
NS_OBJECT_ENSURE_REGISTERED(MptcpSttf);
NS_OBJECT_ENSURE_REGISTERED(MptcpDaps);
NS_OBJECT_ENSURE_REGISTERED(MptcpOtias);

TypeId
MptcpBlest::GetTypeId()
{
    const mptcp::BlestConfig defaults;
    static TypeId tid =
        TypeId("ns3::MptcpBlest")
            .SetParent<MptcpScheduler>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpBlest>()
            .AddAttribute("Lambda",
                          "Factor on what the fast subflow is expected to send, at the start. "
                          "Default of Linux MPTCP v0.95 (lambda, 12 tenths).",
                          DoubleValue(defaults.lambda),
                          MakeDoubleAccessor(&MptcpBlest::m_lambda),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("LambdaMin",
                          "The least it becomes. Default of Linux MPTCP v0.95 (min_lambda).",
                          DoubleValue(defaults.lambdaMin),
                          MakeDoubleAccessor(&MptcpBlest::m_lambdaMin),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("LambdaMax",
                          "The most it becomes. Default of Linux MPTCP v0.95 (max_lambda).",
                          DoubleValue(defaults.lambdaMax),
                          MakeDoubleAccessor(&MptcpBlest::m_lambdaMax),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("LambdaIncrease",
                          "How much it grows after a round trip of the slow subflow in which the "
                          "peer's window blocked. Default of Linux MPTCP v0.95 (dyn_lambda_bad).",
                          DoubleValue(defaults.lambdaIncrease),
                          MakeDoubleAccessor(&MptcpBlest::m_lambdaIncrease),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("LambdaDecrease",
                          "How much it shrinks after one in which the window did not block. "
                          "Default of Linux MPTCP v0.95 (dyn_lambda_good).",
                          DoubleValue(defaults.lambdaDecrease),
                          MakeDoubleAccessor(&MptcpBlest::m_lambdaDecrease),
                          MakeDoubleChecker<double>(0));
    return tid;
}

void
MptcpBlest::NotifyConstructionCompleted()
{
    MptcpScheduler::NotifyConstructionCompleted();
    mptcp::BlestConfig config;
    config.lambda = m_lambda;
    config.lambdaMin = m_lambdaMin;
    config.lambdaMax = m_lambdaMax;
    config.lambdaIncrease = m_lambdaIncrease;
    config.lambdaDecrease = m_lambdaDecrease;
    m_core = mptcp::Blest(config);
}

TypeId
MptcpEcf::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpEcf")
            .SetParent<MptcpScheduler>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpEcf>()
            .AddAttribute("Beta",
                          "Hysteresis: by which part longer it waits for the fast subflow once it "
                          "is waiting. Default of the paper and of Linux MPTCP v0.95.",
                          DoubleValue(mptcp::EcfConfig().beta),
                          MakeDoubleAccessor(&MptcpEcf::m_beta),
                          MakeDoubleChecker<double>(0));
    return tid;
}

void
MptcpEcf::NotifyConstructionCompleted()
{
    MptcpScheduler::NotifyConstructionCompleted();
    m_core = mptcp::Ecf({m_beta});
}

TypeId
MptcpSttf::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpSttf")
                            .SetParent<MptcpScheduler>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpSttf>()
                            .AddAttribute("BindsAtOnce",
                                          BINDS_AT_ONCE_HELP,
                                          BooleanValue(mptcp::BindingConfig().bindsAtOnce),
                                          MakeBooleanAccessor(&MptcpSttf::m_bindsAtOnce),
                                          MakeBooleanChecker());
    return tid;
}

void
MptcpSttf::NotifyConstructionCompleted()
{
    MptcpScheduler::NotifyConstructionCompleted();
    m_core = mptcp::Sttf({m_bindsAtOnce});
}

TypeId
MptcpDaps::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpDaps")
            .SetParent<MptcpScheduler>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpDaps>()
            .AddAttribute("DelayUnit",
                          "Forward delays are rounded to multiples of it, so that plans stay "
                          "short. Default of the DAPS module for Linux MPTCP v0.9x (round_delay).",
                          TimeValue(ToTime(mptcp::DapsConfig().delayUnit)),
                          MakeTimeAccessor(&MptcpDaps::m_delayUnit),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("BindsAtOnce",
                          BINDS_AT_ONCE_HELP,
                          BooleanValue(mptcp::BindingConfig().bindsAtOnce),
                          MakeBooleanAccessor(&MptcpDaps::m_bindsAtOnce),
                          MakeBooleanChecker());
    return tid;
}

void
MptcpDaps::NotifyConstructionCompleted()
{
    MptcpScheduler::NotifyConstructionCompleted();
    m_core = mptcp::Daps({ToChrono(m_delayUnit), {m_bindsAtOnce}});
}

TypeId
MptcpOtias::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpOtias")
                            .SetParent<MptcpScheduler>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpOtias>()
                            .AddAttribute("BindsAtOnce",
                                          BINDS_AT_ONCE_HELP,
                                          BooleanValue(mptcp::BindingConfig().bindsAtOnce),
                                          MakeBooleanAccessor(&MptcpOtias::m_bindsAtOnce),
                                          MakeBooleanChecker());
    return tid;
}

void
MptcpOtias::NotifyConstructionCompleted()
{
    MptcpScheduler::NotifyConstructionCompleted();
    m_core = mptcp::Otias({m_bindsAtOnce});
}

} // namespace ns3
