// SPDX-License-Identifier: GPL-2.0-only
#include "stream/connection-states.h"

#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace
{

using mptcp::CloseCause;
using mptcp::ConnectionStates;
using mptcp::DataSequence;
using State = mptcp::ConnectionState;
using Fin = ConnectionStates::DataFinResult;
using Ack = ConnectionStates::DataAckResult;
using Form = ConnectionStates::FastCloseForm;
using Timeout = ConnectionStates::FastCloseTimeout;

/// The peer's first byte; its DATA_FIN comes after ten bytes. Numbers wrap between the two.
const DataSequence PEER_FIRST(UINT64_MAX - 3);
const DataSequence PEER_FIN = PEER_FIRST + 10;
/// Our DATA_FIN, the last number before the wrap: its acknowledgement is 0.
const DataSequence LOCAL_FIN(UINT64_MAX);
const DataSequence LOCAL_FIN_ACK(0);

/// One thing that happens, by name.
struct Input
{
    const char* name;
    std::function<void(ConnectionStates&)> apply;
};

const Input ESTABLISHED{"established", [](ConnectionStates& s) { s.OnEstablished(PEER_FIRST); }};
const Input CLOSE{"close", [](ConnectionStates& s) { s.OnLocalClose(LOCAL_FIN); }};
const Input ALL_DATA{"all data", [](ConnectionStates& s) { s.OnAllDataReceivedUpTo(PEER_FIN); }};
const Input SOME_DATA{"some data",
                      [](ConnectionStates& s) { s.OnAllDataReceivedUpTo(PEER_FIRST + 9); }};
const Input DATA_FIN{"DATA_FIN", [](ConnectionStates& s) { s.OnPeerDataFin(PEER_FIN); }};
const Input ACK_DATA{"DATA_ACK of data", [](ConnectionStates& s) { s.OnDataAck(LOCAL_FIN); }};
const Input ACK_FIN{"DATA_ACK of DATA_FIN",
                    [](ConnectionStates& s) { s.OnDataAck(LOCAL_FIN_ACK); }};
const Input SUBFLOWS_CLOSED{"all subflows closed",
                            [](ConnectionStates& s) { s.OnAllSubflowsClosed(); }};
const Input SUBFLOW{"further subflow", [](ConnectionStates& s) { s.OnSubflowEstablished(); }};
const Input EXPIRED{"wait expired", [](ConnectionStates& s) { s.OnTimeWaitExpired(); }};
const Input ABORT{"abort", [](ConnectionStates& s) { s.OnAbort(); }};
const Input FALLBACK{"fallback", [](ConnectionStates& s) { s.OnFallback(); }};
const Input TCP_FIN{"FIN", [](ConnectionStates& s) { s.OnFallbackFin(); }};
const Input FAST_ACK{"fast close, ACK", [](ConnectionStates& s) { s.OnFastClose(Form::Ack); }};
const Input FAST_RST{"fast close, RST", [](ConnectionStates& s) { s.OnFastClose(Form::Reset); }};
const Input PEER_FAST{"MP_FASTCLOSE", [](ConnectionStates& s) { s.OnPeerFastClose(); }};
const Input FAST_TIMEOUT{"RTO of MP_FASTCLOSE",
                         [](ConnectionStates& s) { s.OnFastCloseTimeout(); }};

using Inputs = std::vector<Input>;

Inputs
operator+(Inputs history, const Input& input)
{
    history.push_back(input);
    return history;
}

/// The shortest history that leads to each state.
const Inputs TO_OPENING{};
const Inputs TO_ESTABLISHED{ESTABLISHED};
const Inputs TO_FIN_WAIT_1{ESTABLISHED, CLOSE};
const Inputs TO_FIN_WAIT_2{ESTABLISHED, CLOSE, ACK_FIN};
const Inputs TO_CLOSING{ESTABLISHED, CLOSE, ALL_DATA, DATA_FIN};
const Inputs TO_CLOSE_WAIT{ESTABLISHED, ALL_DATA, DATA_FIN};
const Inputs TO_LAST_ACK{ESTABLISHED, ALL_DATA, DATA_FIN, CLOSE};
const Inputs TO_TIME_WAIT{ESTABLISHED, CLOSE, ACK_FIN, ALL_DATA, DATA_FIN};
const Inputs TO_FAST_CLOSE_WAIT{ESTABLISHED, FAST_ACK};
const Inputs TO_CLOSED{ESTABLISHED, ALL_DATA, DATA_FIN, CLOSE, ACK_FIN};

ConnectionStates
After(const Inputs& history)
{
    ConnectionStates states;
    for (const Input& input : history)
    {
        input.apply(states);
    }
    return states;
}

std::string
Story(const Inputs& history)
{
    std::string story;
    for (const Input& input : history)
    {
        story += story.empty() ? "" : ", ";
        story += input.name;
    }
    return story;
}

struct TransitionRow
{
    const char* name;
    Inputs history;
    State expected;
    CloseCause cause{CloseCause::StillOpen};
};

class Transition : public testing::TestWithParam<TransitionRow>
{
};

TEST_P(Transition, LeadsTo)
{
    SCOPED_TRACE(Story(GetParam().history));
    const ConnectionStates states = After(GetParam().history);
    EXPECT_EQ(states.State(), GetParam().expected);
    EXPECT_EQ(states.Cause(), GetParam().cause);
    EXPECT_EQ(states.IsClosed(), GetParam().expected == State::Closed);
}

const auto NAME = [](const auto& row) { return row.param.name; };

constexpr CloseCause ORDERLY = CloseCause::Orderly;

// Every arrow of RFC 8684 Appendix D, Figure 22.
INSTANTIATE_TEST_SUITE_P(
    AppendixD,
    Transition,
    testing::Values(
        TransitionRow{"Start", TO_OPENING, State::Opening},
        TransitionRow{"Establish", TO_ESTABLISHED, State::Established},
        TransitionRow{"EstabClose", TO_FIN_WAIT_1, State::FinWait1},
        TransitionRow{"EstabDataFin", TO_CLOSE_WAIT, State::CloseWait},
        TransitionRow{"FinWait1DataAck", TO_FIN_WAIT_2, State::FinWait2},
        TransitionRow{"FinWait1DataFin", TO_CLOSING, State::Closing},
        TransitionRow{"FinWait2DataFin", TO_TIME_WAIT, State::TimeWait},
        TransitionRow{"ClosingDataAck", TO_CLOSING + ACK_FIN, State::TimeWait},
        TransitionRow{"CloseWaitClose", TO_LAST_ACK, State::LastAck},
        TransitionRow{"LastAckDataAck", TO_CLOSED, State::Closed, ORDERLY},
        TransitionRow{"TimeWaitSubflowsClosed",
                      TO_TIME_WAIT + SUBFLOWS_CLOSED,
                      State::Closed,
                      ORDERLY},
        TransitionRow{"TimeWaitExpired", TO_TIME_WAIT + EXPIRED, State::Closed, ORDERLY}),
    NAME);

// RFC 8684 3.3.3: a DATA_FIN counts only once all data before it was received.
INSTANTIATE_TEST_SUITE_P(
    DataFinBeforeTheLastData,
    Transition,
    testing::Values(
        TransitionRow{"Estab", TO_ESTABLISHED + DATA_FIN, State::Established},
        TransitionRow{"EstabSome", TO_ESTABLISHED + DATA_FIN + SOME_DATA, State::Established},
        TransitionRow{"EstabAll", TO_ESTABLISHED + DATA_FIN + ALL_DATA, State::CloseWait},
        TransitionRow{"FinWait1", TO_FIN_WAIT_1 + DATA_FIN, State::FinWait1},
        TransitionRow{"FinWait1All", TO_FIN_WAIT_1 + DATA_FIN + ALL_DATA, State::Closing},
        TransitionRow{"FinWait1Acked", TO_FIN_WAIT_1 + DATA_FIN + ACK_FIN, State::FinWait2},
        TransitionRow{"FinWait2", TO_FIN_WAIT_2 + DATA_FIN + SOME_DATA, State::FinWait2},
        TransitionRow{"FinWait2All", TO_FIN_WAIT_2 + DATA_FIN + ALL_DATA, State::TimeWait},
        TransitionRow{"CloseInBetween",
                      TO_ESTABLISHED + DATA_FIN + CLOSE + ALL_DATA,
                      State::Closing}),
    NAME);

INSTANTIATE_TEST_SUITE_P(
    SimultaneousClose,
    Transition,
    testing::Values(
        TransitionRow{"FinThenAck", TO_FIN_WAIT_1 + ALL_DATA + DATA_FIN + ACK_FIN, State::TimeWait},
        TransitionRow{"AckThenFin", TO_FIN_WAIT_1 + ALL_DATA + ACK_FIN + DATA_FIN, State::TimeWait},
        TransitionRow{"OurDataStillUnderWay", TO_CLOSING + ACK_DATA, State::Closing}),
    NAME);

// What comes again, as anything may on several paths, changes nothing.
INSTANTIATE_TEST_SUITE_P(
    Repetitions,
    Transition,
    testing::Values(
        TransitionRow{"Established", TO_CLOSE_WAIT + ESTABLISHED, State::CloseWait},
        TransitionRow{"Close", TO_FIN_WAIT_1 + CLOSE, State::FinWait1},
        TransitionRow{"CloseInFinWait2", TO_FIN_WAIT_2 + CLOSE, State::FinWait2},
        TransitionRow{"CloseInLastAck", TO_LAST_ACK + CLOSE, State::LastAck},
        TransitionRow{"CloseInClosed", TO_CLOSED + CLOSE, State::Closed, ORDERLY},
        TransitionRow{"DataFinInCloseWait", TO_CLOSE_WAIT + DATA_FIN + ALL_DATA, State::CloseWait},
        TransitionRow{"DataFinInClosing", TO_CLOSING + DATA_FIN, State::Closing},
        TransitionRow{"DataFinInLastAck", TO_LAST_ACK + DATA_FIN, State::LastAck},
        TransitionRow{"DataFinInTimeWait", TO_TIME_WAIT + DATA_FIN, State::TimeWait},
        TransitionRow{"DataFinInClosed", TO_CLOSED + DATA_FIN, State::Closed, ORDERLY},
        TransitionRow{"AckInFinWait1", TO_FIN_WAIT_1 + ACK_DATA, State::FinWait1},
        TransitionRow{"AckInFinWait2", TO_FIN_WAIT_2 + ACK_FIN, State::FinWait2},
        TransitionRow{"AckInTimeWait", TO_TIME_WAIT + ACK_FIN, State::TimeWait},
        TransitionRow{"AckBeforeClose", TO_ESTABLISHED + ACK_DATA, State::Established},
        TransitionRow{"AbortInClosed", TO_CLOSED + ABORT, State::Closed, ORDERLY},
        TransitionRow{"FastCloseInClosed", TO_CLOSED + FAST_ACK, State::Closed, ORDERLY}),
    NAME);

INSTANTIATE_TEST_SUITE_P(
    Opening,
    Transition,
    testing::Values(
        TransitionRow{"CloseWaitsForTheHandshake", {CLOSE}, State::Opening},
        TransitionRow{"ThenCloses", {CLOSE, ESTABLISHED}, State::FinWait1},
        TransitionRow{"DataFin", {DATA_FIN}, State::Opening},
        TransitionRow{"DataFinIsNotRemembered",
                      {DATA_FIN, ESTABLISHED, ALL_DATA},
                      State::Established},
        TransitionRow{"Refused", {SUBFLOWS_CLOSED}, State::Closed, CloseCause::Aborted},
        TransitionRow{"GivenUp", {ABORT}, State::Closed, CloseCause::Aborted},
        TransitionRow{"FastClosedByPeer", {PEER_FAST}, State::Closed, CloseCause::PeerFastClose}),
    NAME);

// RFC 8684 3.3.3: without subflows a connection lives on until a timeout (break before make).
INSTANTIATE_TEST_SUITE_P(
    BreakBeforeMake,
    Transition,
    testing::Values(TransitionRow{"LivesOn", TO_ESTABLISHED + SUBFLOWS_CLOSED, State::Established},
                    TransitionRow{"GoesOnClosing",
                                  TO_FIN_WAIT_1 + SUBFLOWS_CLOSED + SUBFLOW + ACK_FIN,
                                  State::FinWait2},
                    TransitionRow{"TimesOut",
                                  TO_ESTABLISHED + SUBFLOWS_CLOSED + EXPIRED,
                                  State::Closed,
                                  CloseCause::Timeout},
                    TransitionRow{"TimesOutClosing",
                                  TO_LAST_ACK + SUBFLOWS_CLOSED + EXPIRED,
                                  State::Closed,
                                  CloseCause::Timeout},
                    TransitionRow{"NewSubflowInTime",
                                  TO_ESTABLISHED + SUBFLOWS_CLOSED + SUBFLOW + EXPIRED,
                                  State::Established},
                    TransitionRow{"NothingToExpire", TO_FIN_WAIT_2 + EXPIRED, State::FinWait2}),
    NAME);

// RFC 8684 3.5, Option A, Option R, and the receiving side of both.
INSTANTIATE_TEST_SUITE_P(
    FastClose,
    Transition,
    testing::Values(
        TransitionRow{"WithAck", TO_FAST_CLOSE_WAIT, State::FastCloseWait},
        TransitionRow{"WithAckFromTimeWait", TO_TIME_WAIT + FAST_ACK, State::FastCloseWait},
        TransitionRow{"AnsweredByRst",
                      TO_FAST_CLOSE_WAIT + SUBFLOWS_CLOSED,
                      State::Closed,
                      CloseCause::LocalFastClose},
        TransitionRow{"Simultaneous",
                      TO_FAST_CLOSE_WAIT + PEER_FAST,
                      State::Closed,
                      CloseCause::LocalFastClose},
        TransitionRow{"RetransmittedThreeTimes",
                      TO_FAST_CLOSE_WAIT + FAST_TIMEOUT + FAST_TIMEOUT + FAST_TIMEOUT,
                      State::FastCloseWait},
        TransitionRow{"RetransmissionsUsedUp",
                      TO_FAST_CLOSE_WAIT + FAST_TIMEOUT + FAST_TIMEOUT + FAST_TIMEOUT +
                          FAST_TIMEOUT,
                      State::Closed,
                      CloseCause::LocalFastClose},
        TransitionRow{"NoOrderlyCloseAnyMore",
                      TO_FAST_CLOSE_WAIT + CLOSE + ALL_DATA + DATA_FIN + ACK_FIN,
                      State::FastCloseWait},
        TransitionRow{"OutOfFinWait1", TO_FIN_WAIT_1 + FAST_ACK + ACK_FIN, State::FastCloseWait},
        TransitionRow{"NoTimeoutElsewhere", TO_FIN_WAIT_1 + FAST_TIMEOUT, State::FinWait1},
        TransitionRow{"WithRst",
                      TO_ESTABLISHED + FAST_RST,
                      State::Closed,
                      CloseCause::LocalFastClose},
        TransitionRow{"FromPeer",
                      TO_ESTABLISHED + PEER_FAST,
                      State::Closed,
                      CloseCause::PeerFastClose},
        TransitionRow{"FromPeerWhileClosing",
                      TO_CLOSING + PEER_FAST,
                      State::Closed,
                      CloseCause::PeerFastClose}),
    NAME);

// RFC 8684 3.7: after fallback the FINs of the one subflow close the connection.
INSTANTIATE_TEST_SUITE_P(
    Fallback,
    Transition,
    testing::Values(
        TransitionRow{"WhileOpening", {FALLBACK}, State::Opening},
        TransitionRow{"Established", {FALLBACK, ESTABLISHED}, State::Established},
        TransitionRow{"DataFinMeansNothing",
                      TO_ESTABLISHED + FALLBACK + ALL_DATA + DATA_FIN,
                      State::Established},
        TransitionRow{"EarlierDataFinMeansNothing",
                      TO_ESTABLISHED + DATA_FIN + FALLBACK + ALL_DATA,
                      State::Established},
        TransitionRow{"DataAckMeansNothing", TO_FIN_WAIT_1 + FALLBACK + ACK_FIN, State::FinWait1},
        TransitionRow{"PeerFin", TO_ESTABLISHED + FALLBACK + TCP_FIN, State::CloseWait},
        TransitionRow{"PeerFinAgain",
                      TO_ESTABLISHED + FALLBACK + TCP_FIN + TCP_FIN,
                      State::CloseWait},
        TransitionRow{"BothFins", TO_FIN_WAIT_1 + FALLBACK + TCP_FIN, State::Closing},
        TransitionRow{"BothFinsAndDone",
                      TO_FIN_WAIT_1 + FALLBACK + TCP_FIN + SUBFLOWS_CLOSED,
                      State::Closed,
                      ORDERLY},
        TransitionRow{"PeerFirst",
                      TO_ESTABLISHED + FALLBACK + TCP_FIN + CLOSE + SUBFLOWS_CLOSED,
                      State::Closed,
                      ORDERLY},
        TransitionRow{"NoOtherSubflowMayCome",
                      TO_ESTABLISHED + FALLBACK + SUBFLOWS_CLOSED,
                      State::Closed,
                      CloseCause::Aborted}),
    NAME);

struct RightsRow
{
    const char* name;
    Inputs history;
    bool maySend;
    bool mayTransmit;
    bool mayReceive;
    bool dataFinToSend;
    bool closeSubflows;
};

class Rights : public testing::TestWithParam<RightsRow>
{
};

TEST_P(Rights, OfEachState)
{
    const RightsRow& row = GetParam();
    SCOPED_TRACE(Story(row.history));
    const ConnectionStates states = After(row.history);
    EXPECT_EQ(states.MaySend(), row.maySend);
    EXPECT_EQ(states.MayTransmit(), row.mayTransmit);
    EXPECT_EQ(states.MayReceive(), row.mayReceive);
    EXPECT_EQ(states.DataFinToSend(),
              row.dataFinToSend ? std::optional<DataSequence>(LOCAL_FIN) : std::nullopt);
    EXPECT_EQ(states.ShouldCloseSubflows(), row.closeSubflows);
}

// RFC 8684 3.3.3: the DATA_FIN is sent until acknowledged; subflows are closed only after both
// DATA_FINs are acknowledged.
INSTANTIATE_TEST_SUITE_P(
    Table,
    Rights,
    testing::Values(
        RightsRow{"Opening", TO_OPENING, false, false, false, false, false},
        RightsRow{"OpeningClosed", {CLOSE}, false, false, false, false, false},
        RightsRow{"Established", TO_ESTABLISHED, true, true, true, false, false},
        RightsRow{"FinWait1", TO_FIN_WAIT_1, false, true, true, true, false},
        RightsRow{"FinWait2", TO_FIN_WAIT_2, false, false, true, false, false},
        RightsRow{"Closing", TO_CLOSING, false, true, false, true, false},
        RightsRow{"CloseWait", TO_CLOSE_WAIT, true, true, false, false, false},
        RightsRow{"LastAck", TO_LAST_ACK, false, true, false, true, false},
        RightsRow{"TimeWait", TO_TIME_WAIT, false, false, false, false, true},
        RightsRow{"FastCloseWait", TO_FAST_CLOSE_WAIT, false, false, false, false, false},
        RightsRow{"ClosedOrderly", TO_CLOSED, false, false, false, false, true},
        RightsRow{"ClosedByAbort", TO_FIN_WAIT_1 + ABORT, false, false, false, false, false},
        RightsRow{"PendingDataFin", TO_ESTABLISHED + DATA_FIN, true, true, true, false, false},
        RightsRow{"FallenBack", TO_ESTABLISHED + FALLBACK, true, true, true, false, false},
        RightsRow{"FallenBackOpening", {FALLBACK, CLOSE}, false, false, false, false, false},
        RightsRow{"FallenBackClosed", TO_FIN_WAIT_1 + FALLBACK, false, true, true, false, true}),
    NAME);

struct DataFinRow
{
    const char* name;
    Inputs history;
    DataSequence dataFin;
    std::optional<DataSequence> furthest;
    Fin expected;
};

class PeerDataFin : public testing::TestWithParam<DataFinRow>
{
};

TEST_P(PeerDataFin, IsJudged)
{
    ConnectionStates states = After(GetParam().history);
    const State before = states.State();
    EXPECT_EQ(states.OnPeerDataFin(GetParam().dataFin, GetParam().furthest), GetParam().expected);
    if (GetParam().expected != Fin::InOrder)
    {
        EXPECT_EQ(states.State(), before);
    }
    EXPECT_EQ(states.IsClosed(), before == State::Closed);
}

const Inputs HALF_RECEIVED = TO_ESTABLISHED + SOME_DATA;

INSTANTIATE_TEST_SUITE_P(
    Table,
    PeerDataFin,
    testing::Values(
        DataFinRow{"InOrder", TO_ESTABLISHED + ALL_DATA, PEER_FIN, {}, Fin::InOrder},
        DataFinRow{"WithoutAnyData", TO_ESTABLISHED, PEER_FIRST, {}, Fin::InOrder},
        DataFinRow{"DataMissing", HALF_RECEIVED, PEER_FIN, {}, Fin::Pending},
        DataFinRow{"AfterTheFurthestData", HALF_RECEIVED, PEER_FIN, PEER_FIN, Fin::Pending},
        DataFinRow{"RetransmittedWhilePending",
                   HALF_RECEIVED + DATA_FIN,
                   PEER_FIN,
                   {},
                   Fin::Repeated},
        DataFinRow{"RetransmittedInCloseWait", TO_CLOSE_WAIT, PEER_FIN, {}, Fin::Repeated},
        DataFinRow{"RetransmittedInTimeWait", TO_TIME_WAIT, PEER_FIN, {}, Fin::Repeated},
        DataFinRow{"LaterThanThePendingOne",
                   HALF_RECEIVED + DATA_FIN,
                   PEER_FIN + 1,
                   {},
                   Fin::Conflict},
        DataFinRow{"EarlierThanThePendingOne",
                   TO_ESTABLISHED + DATA_FIN,
                   PEER_FIN - 1,
                   {},
                   Fin::Conflict},
        DataFinRow{"OtherThanTheFirst", TO_CLOSE_WAIT, PEER_FIN + 1, {}, Fin::Conflict},
        DataFinRow{"BeforeDataInOrder", HALF_RECEIVED, PEER_FIRST + 8, {}, Fin::BeforeData},
        DataFinRow{"BeforeTheFirstByte", TO_ESTABLISHED, PEER_FIRST - 1, {}, Fin::BeforeData},
        DataFinRow{"BeforeDataOutOfOrder", HALF_RECEIVED, PEER_FIN, PEER_FIN + 1, Fin::BeforeData},
        DataFinRow{"Opening", TO_OPENING, PEER_FIN, {}, Fin::Unexpected},
        DataFinRow{"Closed", TO_CLOSED, PEER_FIN, {}, Fin::Unexpected},
        DataFinRow{"FastClosing", TO_FAST_CLOSE_WAIT, PEER_FIRST, {}, Fin::Unexpected},
        DataFinRow{"FallenBack", TO_ESTABLISHED + FALLBACK, PEER_FIRST, {}, Fin::Unexpected}),
    NAME);

struct DataAckRow
{
    const char* name;
    Inputs history;
    DataSequence dataAck;
    Ack expected;
    bool acknowledged;
};

class DataAckOfFin : public testing::TestWithParam<DataAckRow>
{
};

TEST_P(DataAckOfFin, IsJudged)
{
    ConnectionStates states = After(GetParam().history);
    EXPECT_EQ(states.OnDataAck(GetParam().dataAck), GetParam().expected);
    EXPECT_EQ(states.IsDataFinAcknowledged(), GetParam().acknowledged);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    DataAckOfFin,
    testing::Values(
        DataAckRow{"NotClosing", TO_ESTABLISHED, LOCAL_FIN_ACK, Ack::NothingNew, false},
        DataAckRow{"OfDataOnly", TO_FIN_WAIT_1, LOCAL_FIN, Ack::NothingNew, false},
        DataAckRow{"Old", TO_FIN_WAIT_1, LOCAL_FIN - 1000, Ack::NothingNew, false},
        DataAckRow{"First", TO_FIN_WAIT_1, LOCAL_FIN_ACK, Ack::DataFinAcknowledged, true},
        DataAckRow{"FirstInClosing", TO_CLOSING, LOCAL_FIN_ACK, Ack::DataFinAcknowledged, true},
        DataAckRow{"FirstInLastAck", TO_LAST_ACK, LOCAL_FIN_ACK, Ack::DataFinAcknowledged, true},
        DataAckRow{"Again", TO_FIN_WAIT_2, LOCAL_FIN_ACK, Ack::NothingNew, true},
        DataAckRow{"BehindIt", TO_FIN_WAIT_1, LOCAL_FIN_ACK + 1, Ack::Invalid, false},
        DataAckRow{"BehindItLater", TO_TIME_WAIT, LOCAL_FIN_ACK + 1, Ack::Invalid, true}),
    NAME);

// RFC 8684 3.3.3: DSN 80, Data-Level Length 11 with DATA_FIN: data 80-89, DATA_FIN 90, DATA_ACK 91.
TEST(ConnectionStates, TheExampleOfTheRfcIsAcknowledgedWith91)
{
    ConnectionStates states;
    states.OnEstablished(DataSequence(80));
    EXPECT_EQ(states.OnPeerDataFin(DataSequence(90)), Fin::Pending);
    EXPECT_FALSE(states.PeerDataFinReceived());
    EXPECT_EQ(states.PeerDataFin(), DataSequence(90));
    EXPECT_EQ(states.DataAckToSend(), DataSequence(80));
    EXPECT_FALSE(states.OnAllDataReceivedUpTo(DataSequence(85)));
    EXPECT_EQ(states.DataAckToSend(), DataSequence(85));
    EXPECT_TRUE(states.OnAllDataReceivedUpTo(DataSequence(90)));
    EXPECT_TRUE(states.PeerDataFinReceived());
    EXPECT_EQ(states.DataAckToSend(), DataSequence(91));
    EXPECT_FALSE(states.OnAllDataReceivedUpTo(DataSequence(90)));
    EXPECT_EQ(states.DataAckToSend(), DataSequence(91));
}

TEST(ConnectionStates, TheNumberOfOurDataFinIsNoByteOfTheStream)
{
    const ConnectionStates open = After(TO_ESTABLISHED);
    EXPECT_EQ(open.StreamAcknowledgement(LOCAL_FIN_ACK), LOCAL_FIN_ACK);
    const ConnectionStates closing = After(TO_FIN_WAIT_1);
    EXPECT_EQ(closing.StreamAcknowledgement(LOCAL_FIN - 5), LOCAL_FIN - 5);
    EXPECT_EQ(closing.StreamAcknowledgement(LOCAL_FIN), LOCAL_FIN);
    EXPECT_EQ(closing.StreamAcknowledgement(LOCAL_FIN_ACK), LOCAL_FIN);
    EXPECT_EQ(closing.StreamAcknowledgement(LOCAL_FIN_ACK + 1), LOCAL_FIN_ACK + 1);
}

// RFC 8684 3.5: retransmissions are limited, 3 are recommended.
TEST(ConnectionStates, FastCloseIsRetransmittedThreeTimes)
{
    ConnectionStates states = After(TO_FAST_CLOSE_WAIT);
    EXPECT_EQ(states.OnFastCloseTimeout(), Timeout::Retransmit);
    EXPECT_EQ(states.OnFastCloseTimeout(), Timeout::Retransmit);
    EXPECT_EQ(states.OnFastCloseTimeout(), Timeout::Retransmit);
    EXPECT_EQ(states.OnFastCloseTimeout(), Timeout::GiveUp);
    EXPECT_EQ(states.OnFastCloseTimeout(), Timeout::Ignore);
}

TEST(ConnectionStates, OurDataFinKeepsItsNumber)
{
    ConnectionStates states = After(TO_FIN_WAIT_1);
    states.OnLocalClose(LOCAL_FIN + 5);
    EXPECT_EQ(states.DataFinToSend(), LOCAL_FIN);
}

TEST(ConnectionStates, WithoutSubflowsTheConnectionTimeoutRuns)
{
    ConnectionStates states = After(TO_ESTABLISHED);
    EXPECT_FALSE(states.AwaitsSubflow());
    states.OnAllSubflowsClosed();
    EXPECT_TRUE(states.AwaitsSubflow());
    states.OnSubflowEstablished();
    EXPECT_FALSE(states.AwaitsSubflow());
    states.OnAllSubflowsClosed();
    states.OnTimeWaitExpired();
    EXPECT_FALSE(states.AwaitsSubflow());
}

TEST(ConnectionStates, FallbackIsForGood)
{
    const ConnectionStates states = After({FALLBACK, ESTABLISHED, CLOSE, TCP_FIN});
    EXPECT_TRUE(states.IsFallback());
    EXPECT_TRUE(states.PeerDataFinReceived());
    EXPECT_EQ(states.DataAckToSend(), PEER_FIRST) << "a FIN occupies no data sequence number";
    EXPECT_FALSE(After(TO_ESTABLISHED).IsFallback());
}

} // namespace
