// SPDX-License-Identifier: GPL-2.0-only
#include "paths/local-address-ids.h"

#include <gtest/gtest.h>

namespace mptcp
{
namespace
{

IpAddress
A(std::size_t number)
{
    return IpAddress::V4(10,
                         0,
                         static_cast<uint8_t>(number >> 8U),
                         static_cast<uint8_t>(number & 0xffU));
}

using Ids = std::vector<AddressId>;

/// RFC 8684 3.2: the address of the first subflow has identifier 0.
TEST(LocalAddressIds, AreGivenInTheOrderOfQuestionsFromZero)
{
    LocalAddressIds ids;
    EXPECT_EQ(ids.IdOf(A(7)), 0);
    EXPECT_EQ(ids.IdOf(A(3)), 1);
    EXPECT_EQ(ids.IdOf(A(7)), 0);
    EXPECT_EQ(ids.AddressOf(1), A(3));
    EXPECT_NE(ids.IdOf(IpAddress::V6(A(7).bytes)), 0) << "another family";
}

TEST(LocalAddressIds, ChangesAreToldOnce)
{
    LocalAddressIds ids;
    ids.IdOf(A(1));
    const auto first = ids.SetUsable({A(2), A(1)});
    EXPECT_EQ(first.come, (Ids{1, 0})) << "in the order of the list";
    EXPECT_TRUE(first.gone.empty());
    const auto same = ids.SetUsable({A(1), A(2)});
    EXPECT_TRUE(same.come.empty());
    EXPECT_TRUE(same.gone.empty());
    const auto moved = ids.SetUsable({A(1), A(3)});
    EXPECT_EQ(moved.gone, Ids{1});
    EXPECT_EQ(moved.come, Ids{2});
    EXPECT_FALSE(ids.IsUsable(1));
    EXPECT_TRUE(ids.IsUsable(2));
    EXPECT_FALSE(ids.IsUsable(9));
}

/// RFC 8684 3.4.1: an identifier stands for one address.
TEST(LocalAddressIds, AddressThatComesBackKeepsItsIdentifier)
{
    LocalAddressIds ids;
    ids.SetUsable({A(1), A(2)});
    EXPECT_EQ(ids.SetUsable({A(1)}).gone, Ids{1});
    EXPECT_EQ(ids.SetUsable({A(1), A(3)}).come, Ids{2});
    EXPECT_EQ(ids.SetUsable({A(1), A(3), A(2)}).come, Ids{1});
}

/// An endpoint of a path policy brings its own identifier along.
TEST(LocalAddressIds, PolicyMayChooseAllButZero)
{
    LocalAddressIds ids;
    ids.SetUsable({A(0), A(1), A(2)});
    ids.Assign(A(1), 2);
    EXPECT_EQ(ids.IdOf(A(1)), 2);
    EXPECT_EQ(ids.IdOf(A(2)), 1) << "got the other";
    ids.Assign(A(3), 5);
    EXPECT_EQ(ids.IdOf(A(3)), 5);
    EXPECT_EQ(ids.IdOf(A(4)), 3) << "what nobody has is given to the next";
    EXPECT_EQ(ids.IdOf(A(6)), 4);
    EXPECT_EQ(ids.IdOf(A(7)), 6);
    ids.Assign(A(0), 1);
    EXPECT_EQ(ids.IdOf(A(0)), 0);
    ids.Assign(A(2), 0);
    EXPECT_EQ(ids.IdOf(A(2)), 1);
    EXPECT_EQ(ids.SetUsable({A(0), A(2)}).gone, Ids{2});
}

TEST(LocalAddressIds, OldestOfTheGoneMakesRoomForTheTwoHundredFiftySeventh)
{
    LocalAddressIds ids;
    ids.SetUsable({A(0)});
    for (std::size_t i = 1; i < 256; ++i)
    {
        EXPECT_EQ(ids.SetUsable({A(i)}).come, Ids{static_cast<AddressId>(i)});
    }
    EXPECT_EQ(ids.SetUsable({A(255), A(256)}).come, Ids{1});
    EXPECT_EQ(ids.SetUsable({A(255), A(256), A(257)}).come, Ids{2});
    EXPECT_EQ(ids.SetUsable({A(0)}).come, Ids{0}) << "never anybody else's";
}

} // namespace
} // namespace mptcp
