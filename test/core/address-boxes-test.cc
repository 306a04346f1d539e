// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Boxes that change addresses, ports and initial sequence numbers.
#include "middlebox-fixture.h"
#include "middlebox/address-translator.h"
#include "middlebox/isn-randomiser.h"
#include "middlebox/port-translator.h"

namespace mptcp
{
namespace
{

const IpAddress PUBLIC = IpAddress::V4(192, 0, 2, 1);
const IpAddress PUBLIC_2 = IpAddress::V4(192, 0, 2, 2);

class AddressBoxes : public MiddleboxTest
{
  protected:
    static TcpSegment From(const Endpoint& inside, uint8_t flags = ACK)
    {
        auto segment = Make(Way::Out, flags, 1, 1);
        segment.source = inside;
        return segment;
    }

    static TcpSegment To(const Endpoint& outside, uint8_t flags = ACK)
    {
        auto segment = Make(Way::In, flags, 1, 1);
        segment.destination = outside;
        return segment;
    }

    static Endpoint Inside(uint8_t host, uint16_t port = 40000)
    {
        return {IpAddress::V4(10, 0, 0, host), port};
    }
};

class AddressTranslatorBox : public AddressBoxes
{
  protected:
    void SetUp() override
    {
        AddressTranslator::Settings settings;
        settings.publicAddresses = {PUBLIC, PUBLIC_2};
        settings.timeout = std::chrono::seconds(100);
        m_box = std::make_unique<AddressTranslator>(settings);
    }
};

TEST_F(AddressTranslatorBox, GivesEachInsideAddressAPublicOneAndKeepsPorts)
{
    EXPECT_EQ(PassOne(Way::Out, From(Inside(1))).source, (Endpoint{PUBLIC, 40000}));
    EXPECT_EQ(PassOne(Way::Out, From(Inside(2))).source, (Endpoint{PUBLIC_2, 40000}));
    EXPECT_EQ(PassOne(Way::Out, From(Inside(1, 7))).source, (Endpoint{PUBLIC, 7}));
    EXPECT_EQ(PassOne(Way::In, To({PUBLIC_2, 9})).destination, Inside(2, 9));
    EXPECT_EQ(m_box->Counters().changed, 4U);
}

TEST_F(AddressTranslatorBox, DropsWhatItHasNoAddressFor)
{
    EXPECT_TRUE(IsDropped(Way::In, To({PUBLIC, 9}))) << "nobody is bound";
    PassOne(Way::Out, From(Inside(1)));
    PassOne(Way::Out, From(Inside(2)));
    EXPECT_TRUE(IsDropped(Way::Out, From(Inside(3)))) << "the pool is empty";
    EXPECT_TRUE(IsDropped(Way::In, To({IpAddress::V4(10, 0, 0, 1), 40000})));
    EXPECT_EQ(m_box->Counters().dropped, 3U);
}

TEST_F(AddressTranslatorBox, GivesAnAddressToSomebodyElseAfterTheTimeout)
{
    PassOne(Way::Out, From(Inside(1)));
    PassOne(Way::Out, From(Inside(2)));
    m_now += std::chrono::seconds(90);
    PassOne(Way::In, To({PUBLIC, 9})); // keeps the first in use
    m_now += std::chrono::seconds(20);
    EXPECT_TRUE(IsDropped(Way::In, To({PUBLIC_2, 9})));
    EXPECT_EQ(PassOne(Way::Out, From(Inside(3))).source.address, PUBLIC_2);
    EXPECT_TRUE(IsDropped(Way::Out, From(Inside(2))));
}

TEST_F(AddressTranslatorBox, HasNoHairpin)
{
    PassOne(Way::Out, From(Inside(1)));
    auto segment = From(Inside(2));
    segment.destination.address = PUBLIC;
    EXPECT_TRUE(IsDropped(Way::Out, segment));
}

class PortTranslatorBox : public AddressBoxes
{
  protected:
    void SetUp() override
    {
        PortTranslator::Settings settings;
        settings.publicAddress = PUBLIC;
        settings.firstPort = 20000;
        settings.ports = 2;
        settings.timeout = std::chrono::seconds(100);
        auto box = std::make_unique<PortTranslator>(settings);
        m_translator = box.get();
        m_box = std::move(box);
    }

    PortTranslator* m_translator{nullptr};
};

// RFC 4787 REQ-1: endpoint-independent mapping.
TEST_F(PortTranslatorBox, KeepsThePortOfAnInsideEndpointTowardsEverybody)
{
    const auto first = PassOne(Way::Out, From(Inside(1))).source;
    EXPECT_EQ(first, (Endpoint{PUBLIC, 20000}));
    auto elsewhere = From(Inside(1));
    elsewhere.destination.port = 443;
    EXPECT_EQ(PassOne(Way::Out, elsewhere).source, first);
    EXPECT_EQ(PassOne(Way::Out, From(Inside(2))).source, (Endpoint{PUBLIC, 20001}));
    EXPECT_EQ(PassOne(Way::In, To({PUBLIC, 20001})).destination, Inside(2));
}

TEST_F(PortTranslatorBox, LetsOnlyThoseAnswerThatWereSentTo)
{
    PassOne(Way::Out, From(Inside(1)));
    EXPECT_FALSE(IsDropped(Way::In, To({PUBLIC, 20000})));
    auto stranger = To({PUBLIC, 20000}, SYN);
    stranger.source.port = 4444;
    EXPECT_TRUE(IsDropped(Way::In, stranger));
    EXPECT_TRUE(IsDropped(Way::In, To({PUBLIC, 20001})));
    EXPECT_TRUE(IsDropped(Way::In, To(Inside(1)))) << "a private address from outside";
}

TEST_F(PortTranslatorBox, ForgetsWhatNobodyUses)
{
    PassOne(Way::Out, From(Inside(1)));
    PassOne(Way::Out, From(Inside(2)));
    EXPECT_TRUE(IsDropped(Way::Out, From(Inside(3)))) << "no port is free";
    m_now += std::chrono::seconds(99);
    PassOne(Way::In, To({PUBLIC, 20000}));
    m_now += std::chrono::seconds(2);
    EXPECT_TRUE(IsDropped(Way::In, To({PUBLIC, 20001})));
    EXPECT_EQ(m_translator->Mappings(), 1U);
    EXPECT_EQ(PassOne(Way::Out, From(Inside(3))).source.port, 20001);
    EXPECT_EQ(PassOne(Way::In, To({PUBLIC, 20000})).destination, Inside(1));
}

TEST_F(PortTranslatorBox, HasNoHairpin)
{
    PassOne(Way::Out, From(Inside(1)));
    auto segment = From(Inside(2));
    segment.destination = {PUBLIC, 20000};
    EXPECT_TRUE(IsDropped(Way::Out, segment));
    EXPECT_EQ(m_translator->Mappings(), 1U);
}

class IsnRandomiserBox : public MiddleboxTest
{
  protected:
    void SetUp() override
    {
        m_box = std::make_unique<IsnRandomiser>(7);
    }
};

TEST_F(IsnRandomiserBox, MovesBothDirectionsAndWhatAcknowledgesThem)
{
    const uint32_t out = PassOne(Way::Out, Make(Way::Out, SYN, CLIENT_ISN, 0)).sequence;
    EXPECT_NE(out, CLIENT_ISN);
    const auto answer = PassOne(Way::In, Make(Way::In, SYN | ACK, SERVER_ISN, out + 1));
    EXPECT_EQ(answer.acknowledgment, CLIENT_ISN + 1);
    const uint32_t in = answer.sequence;
    EXPECT_NE(in, SERVER_ISN);
    EXPECT_NE(in - SERVER_ISN, out - CLIENT_ISN);
    const auto data = PassOne(Way::Out, Make(Way::Out, ACK, CLIENT_ISN + 1, in + 1, "hello"));
    EXPECT_EQ(data.sequence, out + 1);
    EXPECT_EQ(data.acknowledgment, SERVER_ISN + 1);
    EXPECT_EQ(Text(data), "hello");
}

TEST_F(IsnRandomiserBox, MovesSackBlocks)
{
    const uint32_t out = PassOne(Way::Out, Make(Way::Out, SYN, 0, 0)).sequence;
    const auto byte = [out](uint32_t sequence, int shift) {
        return static_cast<uint8_t>((out + sequence) >> shift);
    };
    TcpOption sack{TCP_OPTION_SACK, 10};
    for (const uint32_t edge : {10U, 20U})
    {
        for (const int shift : {24, 16, 8, 0})
        {
            sack.push_back(byte(edge, shift));
        }
    }
    const auto answer = PassOne(Way::In, With(Make(Way::In, ACK, 0, out + 5), {sack}));
    EXPECT_EQ(answer.options[0], (TcpOption{TCP_OPTION_SACK, 10, 0, 0, 0, 10, 0, 0, 0, 20}));
}

TEST_F(IsnRandomiserBox, RepeatsItselfForARepeatedSynAndNotForANewConnection)
{
    const auto first = PassOne(Way::Out, Make(Way::Out, SYN, CLIENT_ISN, 0)).sequence;
    EXPECT_EQ(PassOne(Way::Out, Make(Way::Out, SYN, CLIENT_ISN, 0)).sequence, first);
    PassOne(Way::In, Make(Way::In, SYN | ACK, SERVER_ISN, first + 1));
    EXPECT_NE(PassOne(Way::Out, Make(Way::Out, SYN, CLIENT_ISN, 0)).sequence, first);
}

TEST_F(IsnRandomiserBox, LeavesConnectionsAloneWhoseBeginningItHasNotSeen)
{
    const auto segment = Make(Way::Out, ACK, 77, 88, "data");
    EXPECT_EQ(PassOne(Way::Out, segment), segment);
}

} // namespace
} // namespace mptcp
