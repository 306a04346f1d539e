// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_OPTIONS_H
#define MPTCP_OPTIONS_H

#include "crypto/key.h"

#include <array>
#include <boost/container/static_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

/**
 * \file
 * The MPTCP options as values: one struct per form on the wire, each able to hold only what may
 * legally be sent in that form. The forms are those of RFC 8684 (version 1).
 *
 * MP_CAPABLE names its version itself, so the forms of RFC 6824 (version 0) fit into the same
 * structs: its SYN carries a key (CapableSyn::sender), its SYN/ACK is CapableSynAck, and its ACK is
 * CapableAck without data. MP_JOIN, DSS, REMOVE_ADDR, MP_FAIL and MP_FASTCLOSE are alike in both
 * versions. ADD_ADDR differs (AddAddressV0), MP_PRIO may name an address, and MP_TCPRST is new in
 * version 1.
 */
namespace mptcp
{

/// Room for options in a TCP header (RFC 9293 3.1).
inline constexpr std::size_t TCP_OPTION_SPACE_BYTES = 40;

/// Identifies an address of the option's sender within one connection (RFC 8684 3.4.1).
using AddressId = uint8_t;

/**
 * First 16 bits after kind and length of MP_CAPABLE, without the subtype (RFC 8684 3.1).
 *
 *     +-------+---------------+
 *     |Version|A|B|C|D|E|F|G|H|
 *     +-------+---------------+
 *
 * D to G are unassigned: sent as zero, not kept when received.
 */
struct CapableFlags
{
    uint8_t version{1};           //!< 0 to 15; a peer may offer versions unknown to us
    bool checksumRequired{false}; //!< A
    bool extensible{false};       //!< B: must be false in what we send
    /// C: no further subflows to the sender's address and port. Version 0 has no such flag; the
    /// bit is one more for algorithms there.
    bool denyJoin{false};
    bool hmacSha256{true}; //!< H: HMAC-SHA256 in version 1, HMAC-SHA1 in version 0

    friend bool operator==(const CapableFlags& a, const CapableFlags& b)
    {
        return std::tie(a.version, a.checksumRequired, a.extensible, a.denyJoin, a.hmacSha256) ==
               std::tie(b.version, b.checksumRequired, b.extensible, b.denyJoin, b.hmacSha256);
    }
};

/**
 * MP_CAPABLE on a SYN (RFC 8684 3.1, Figure 4).
 *
 *     +---------------+---------------+-------+-------+---------------+
 *     |     Kind      |  Length = 4   |Subtype|Version|A|B|C|D|E|F|G|H|
 *     +---------------+---------------+-------+-------+---------------+
 *
 * Version 0 adds the sender's key and has length 12 (RFC 6824 3.1). Of a version above 1 only
 * these four bytes are understood, whatever its length: enough to answer with a lower version.
 */
struct CapableSyn
{
    CapableFlags flags;
    std::optional<Key> sender{}; //!< present exactly when flags.version is 0

    friend bool operator==(const CapableSyn& a, const CapableSyn& b)
    {
        return a.flags == b.flags && a.sender == b.sender;
    }
};

/**
 * MP_CAPABLE on a SYN/ACK (RFC 8684 3.1, Figure 4).
 *
 *     +---------------+---------------+-------+-------+---------------+
 *     |     Kind      |  Length = 12  |Subtype|Version|A|B|C|D|E|F|G|H|
 *     +---------------+---------------+-------+-------+---------------+
 *     |                   Option Sender's Key (64 bits)               |
 *     |                                                               |
 *     +---------------------------------------------------------------+
 */
struct CapableSynAck
{
    CapableFlags flags;
    Key sender;

    friend bool operator==(const CapableSynAck& a, const CapableSynAck& b)
    {
        return a.flags == b.flags && a.sender == b.sender;
    }
};

/// Mapping of the first data, in MP_CAPABLE instead of a DSS option (RFC 8684 3.1).
struct FirstData
{
    uint16_t dataLevelLengthBytes{0};
    std::optional<uint16_t> checksum{}; //!< as in DssMapping

    friend bool operator==(const FirstData& a, const FirstData& b)
    {
        return a.dataLevelLengthBytes == b.dataLevelLengthBytes && a.checksum == b.checksum;
    }
};

/**
 * MP_CAPABLE on any later segment of the initiator (RFC 8684 3.1, Figure 4).
 *
 *     +---------------+---------------+-------+-------+---------------+
 *     |     Kind      |Length=20,22,24|Subtype|Version|A|B|C|D|E|F|G|H|
 *     +---------------+---------------+-------+-------+---------------+
 *     |                   Option Sender's Key (64 bits)               |
 *     |                                                               |
 *     +---------------------------------------------------------------+
 *     |                  Option Receiver's Key (64 bits)              |
 *     |                                                               |
 *     +-------------------------------+-------------------------------+
 *     |  Data-Level Length (16 bits)  |  Checksum (16 bits, optional) |
 *     +-------------------------------+-------------------------------+
 *
 * The last row is there only on a segment that carries the first data.
 */
struct CapableAck
{
    CapableFlags flags;
    Key sender;
    Key receiver;
    std::optional<FirstData> data{};

    friend bool operator==(const CapableAck& a, const CapableAck& b)
    {
        return a.flags == b.flags && a.sender == b.sender && a.receiver == b.receiver &&
               a.data == b.data;
    }
};

/**
 * MP_JOIN on a SYN (RFC 8684 3.2, Figure 5).
 *
 *     +---------------+---------------+-------+-----+-+---------------+
 *     |     Kind      |  Length = 12  |Subtype|(rsv)|B|   Address ID  |
 *     +---------------+---------------+-------+-----+-+---------------+
 *     |                   Receiver's Token (32 bits)                  |
 *     +---------------------------------------------------------------+
 *     |                Sender's Random Number (32 bits)               |
 *     +---------------------------------------------------------------+
 */
struct JoinSyn
{
    bool backup{false};
    AddressId id{0};
    Token token{0};
    Nonce nonce{0};

    friend bool operator==(const JoinSyn& a, const JoinSyn& b)
    {
        return std::tie(a.backup, a.id, a.token, a.nonce) ==
               std::tie(b.backup, b.id, b.token, b.nonce);
    }
};

/**
 * MP_JOIN on a SYN/ACK (RFC 8684 3.2, Figure 6).
 *
 *     +---------------+---------------+-------+-----+-+---------------+
 *     |     Kind      |  Length = 16  |Subtype|(rsv)|B|   Address ID  |
 *     +---------------+---------------+-------+-----+-+---------------+
 *     |                                                               |
 *     |                Sender's Truncated HMAC (64 bits)              |
 *     |                                                               |
 *     +---------------------------------------------------------------+
 *     |                Sender's Random Number (32 bits)               |
 *     +---------------------------------------------------------------+
 */
struct JoinSynAck
{
    bool backup{false};
    AddressId id{0};
    uint64_t hmac{0};
    Nonce nonce{0};

    friend bool operator==(const JoinSynAck& a, const JoinSynAck& b)
    {
        return std::tie(a.backup, a.id, a.hmac, a.nonce) ==
               std::tie(b.backup, b.id, b.hmac, b.nonce);
    }
};

/// Leftmost 160 bits of an HMAC, in wire order (RFC 8684 3.2).
using JoinHmac = std::array<uint8_t, 20>;

/**
 * MP_JOIN on the third packet of the handshake (RFC 8684 3.2, Figure 7).
 *
 *     +---------------+---------------+-------+-----------------------+
 *     |     Kind      |  Length = 24  |Subtype|      (reserved)       |
 *     +---------------+---------------+-------+-----------------------+
 *     |                                                               |
 *     |              Sender's Truncated HMAC (160 bits)               |
 *     |                                                               |
 *     +---------------------------------------------------------------+
 */
struct JoinAck
{
    JoinHmac hmac{};

    friend bool operator==(const JoinAck& a, const JoinAck& b)
    {
        return a.hmac == b.hmac;
    }
};

/// A Data ACK and the width it has on the wire (RFC 8684 3.3.2).
struct DataAck
{
    uint64_t sequence{0}; //!< below 2^32 unless is64
    bool is64{true};

    friend bool operator==(const DataAck& a, const DataAck& b)
    {
        return a.sequence == b.sequence && a.is64 == b.is64;
    }
};

/// A Data Sequence Mapping and the width of its data sequence number (RFC 8684 3.3.1).
struct DssMapping
{
    uint64_t dataSequence{0}; //!< below 2^32 unless is64
    bool is64{true};
    uint32_t subflowOffset{0}; //!< relative: 1 is the first payload byte, 0 a DATA_FIN on its own
    uint16_t lengthBytes{0};   //!< includes the DATA_FIN; 0 is the infinite mapping (RFC 8684 3.7)
    std::optional<uint16_t> checksum{}; //!< present exactly when checksums were negotiated
    /// F: the last number of this mapping is the DATA_FIN (RFC 8684 3.3.3).
    bool dataFin{false};

    friend bool operator==(const DssMapping& a, const DssMapping& b)
    {
        return std::tie(a.dataSequence,
                        a.is64,
                        a.subflowOffset,
                        a.lengthBytes,
                        a.checksum,
                        a.dataFin) == std::tie(b.dataSequence,
                                               b.is64,
                                               b.subflowOffset,
                                               b.lengthBytes,
                                               b.checksum,
                                               b.dataFin);
    }
};

/**
 * Data Sequence Signal (RFC 8684 3.3, Figure 9).
 *
 *     +---------------+---------------+-------+----------------------+
 *     |     Kind      |    Length     |Subtype| (reserved) |F|m|M|a|A|
 *     +---------------+---------------+-------+----------------------+
 *     |           Data ACK (4 or 8 octets, depending on flags)       |
 *     +--------------------------------------------------------------+
 *     |   Data Sequence Number (4 or 8 octets, depending on flags)   |
 *     +--------------------------------------------------------------+
 *     |              Subflow Sequence Number (4 octets)              |
 *     +-------------------------------+------------------------------+
 *     |  Data-Level Length (2 octets) |      Checksum (2 octets)     |
 *     +-------------------------------+------------------------------+
 *
 * F says something about the mapping, so it is a member of the mapping; received without one it
 * means nothing and is not kept.
 */
struct Dss
{
    std::optional<DataAck> dataAck{};
    std::optional<DssMapping> mapping{};

    friend bool operator==(const Dss& a, const Dss& b)
    {
        return a.dataAck == b.dataAck && a.mapping == b.mapping;
    }
};

using Ipv4Bytes = std::array<uint8_t, 4>;  //!< in wire order
using Ipv6Bytes = std::array<uint8_t, 16>; //!< in wire order
using AnnouncedAddress = std::variant<Ipv4Bytes, Ipv6Bytes>;

/**
 * ADD_ADDR (RFC 8684 3.4.1, Figure 12).
 *
 *     +---------------+---------------+-------+-------+---------------+
 *     |     Kind      |     Length    |Subtype|(rsv)|E|  Address ID   |
 *     +---------------+---------------+-------+-------+---------------+
 *     |           Address (IPv4: 4 octets / IPv6: 16 octets)          |
 *     +-------------------------------+-------------------------------+
 *     |   Port (2 octets, optional)   |                               |
 *     +-------------------------------+                               |
 *     |                Truncated HMAC (8 octets, if E=0)              |
 *     |                               +-------------------------------+
 *     |                               |
 *     +-------------------------------+
 *
 * An announcement has an HMAC and an echo has none, so E is not stored.
 */
struct AddAddress
{
    AddressId id{0};
    AnnouncedAddress address{};
    std::optional<uint16_t> port{};
    std::optional<uint64_t> hmac{};

    /// E: confirms that the announcement has arrived.
    [[nodiscard]] bool IsEcho() const
    {
        return !hmac.has_value();
    }

    friend bool operator==(const AddAddress& a, const AddAddress& b)
    {
        return std::tie(a.id, a.address, a.port, a.hmac) ==
               std::tie(b.id, b.address, b.port, b.hmac);
    }
};

/**
 * ADD_ADDR of version 0 (RFC 6824 3.4.1, Figure 12): nobody vouches for it, and nobody confirms it.
 *
 *     +---------------+---------------+-------+-------+---------------+
 *     |     Kind      |     Length    |Subtype| IPVer |  Address ID   |
 *     +---------------+---------------+-------+-------+---------------+
 *     |          Address (IPv4 - 4 octets / IPv6 - 16 octets)         |
 *     +-------------------------------+-------------------------------+
 *     |   Port (2 octets, optional)   |
 *     +-------------------------------+
 *
 * IPVer, 4 or 6, follows from the address.
 */
struct AddAddressV0
{
    AddressId id{0};
    AnnouncedAddress address{};
    std::optional<uint16_t> port{};

    friend bool operator==(const AddAddressV0& a, const AddAddressV0& b)
    {
        return std::tie(a.id, a.address, a.port) == std::tie(b.id, b.address, b.port);
    }
};

/// One or more Address IDs, at most as many as fit into a TCP header.
class AddressIdList
{
  public:
    /// Kind, length and subtype take three of the bytes (RFC 8684 3.4.2).
    static constexpr std::size_t CAPACITY = TCP_OPTION_SPACE_BYTES - 3;

    AddressIdList() = default;

    explicit AddressIdList(AddressId only)
    {
        Append(only);
    }

    /// False, and nothing changes, when the list is full.
    bool Append(AddressId id)
    {
        if (m_size == CAPACITY)
        {
            return false;
        }
        m_ids[m_size++] = id;
        return true;
    }

    [[nodiscard]] std::size_t Size() const
    {
        return m_size;
    }

    [[nodiscard]] const AddressId* begin() const
    {
        return m_ids.data();
    }

    [[nodiscard]] const AddressId* end() const
    {
        return m_ids.data() + m_size;
    }

    friend bool operator==(const AddressIdList& a, const AddressIdList& b)
    {
        return a.m_size == b.m_size && a.m_ids == b.m_ids;
    }

  private:
    std::array<AddressId, CAPACITY> m_ids{};
    uint8_t m_size{0};
};

/**
 * REMOVE_ADDR (RFC 8684 3.4.2, Figure 13).
 *
 *     +---------------+---------------+-------+-------+---------------+
 *     |     Kind      |Length = 3 + n |Subtype|(resvd)|   Address ID  | ...
 *     +---------------+---------------+-------+-------+---------------+
 *                                (followed by n-1 Address IDs, if required)
 */
struct RemoveAddress
{
    AddressIdList ids; //!< at least one

    friend bool operator==(const RemoveAddress& a, const RemoveAddress& b)
    {
        return a.ids == b.ids;
    }
};

/**
 * MP_PRIO (RFC 8684 3.3.8, Figure 11).
 *
 *     +---------------+---------------+-------+-----+-+
 *     |     Kind      |   Length = 3  |Subtype|(rsv)|B|
 *     +---------------+---------------+-------+-----+-+
 *
 * In version 0 an Address ID may follow; then it is about all subflows of that address of the
 * sender, and not about the one that carries it (RFC 6824 3.3.8).
 */
struct Priority
{
    bool backup{false};
    std::optional<AddressId> id{}; //!< none in version 1

    friend bool operator==(const Priority& a, const Priority& b)
    {
        return a.backup == b.backup && a.id == b.id;
    }
};

/**
 * MP_FAIL (RFC 8684 3.7, Figure 16).
 *
 *     +---------------+---------------+-------+----------------------+
 *     |     Kind      |   Length=12   |Subtype|      (reserved)      |
 *     +---------------+---------------+-------+----------------------+
 *     |                 Data Sequence Number (8 octets)              |
 *     |                                                              |
 *     +--------------------------------------------------------------+
 */
struct Fail
{
    uint64_t dataSequence{0};

    friend bool operator==(const Fail& a, const Fail& b)
    {
        return a.dataSequence == b.dataSequence;
    }
};

/**
 * MP_FASTCLOSE (RFC 8684 3.5, Figure 14).
 *
 *     +---------------+---------------+-------+-----------------------+
 *     |     Kind      |  Length = 12  |Subtype|      (reserved)       |
 *     +---------------+---------------+-------+-----------------------+
 *     |                      Option Receiver's Key                    |
 *     |                            (64 bits)                          |
 *     +---------------------------------------------------------------+
 */
struct FastClose
{
    Key receiver;

    friend bool operator==(const FastClose& a, const FastClose& b)
    {
        return a.receiver == b.receiver;
    }
};

/// Why a subflow is reset (RFC 8684 3.6); a peer may send codes that are not in this list.
enum class ResetReason : uint8_t
{
    Unspecified = 0x00,
    MptcpSpecific = 0x01,
    LackOfResources = 0x02,
    AdministrativelyProhibited = 0x03,
    TooMuchOutstandingData = 0x04,
    UnacceptablePerformance = 0x05,
    MiddleboxInterference = 0x06
};

/**
 * MP_TCPRST (RFC 8684 3.6, Figure 15).
 *
 *     +---------------+---------------+-------+-----------------------+
 *     |     Kind      |   Length = 4  |Subtype|U|V|W|T|    Reason     |
 *     +---------------+---------------+-------+-----------------------+
 */
struct Reset
{
    bool transient{false}; //!< T: the peer may try the path again later
    ResetReason reason{ResetReason::Unspecified};

    friend bool operator==(const Reset& a, const Reset& b)
    {
        return a.transient == b.transient && a.reason == b.reason;
    }
};

using MptcpOption = std::variant<Dss,
                                 CapableSyn,
                                 CapableSynAck,
                                 CapableAck,
                                 JoinSyn,
                                 JoinSynAck,
                                 JoinAck,
                                 AddAddress,
                                 RemoveAddress,
                                 Priority,
                                 Fail,
                                 FastClose,
                                 Reset,
                                 AddAddressV0>;

// Options are copied per segment; this keeps a copy at the price of a memcpy.
static_assert(std::is_trivially_copyable_v<MptcpOption>);

/// The options of one segment; no more than 13 of three bytes each fit into a header.
using OptionList = boost::container::static_vector<MptcpOption, TCP_OPTION_SPACE_BYTES / 3>;

/// Options somebody else owns, for reading.
class OptionView
{
  public:
    OptionView() = default;

    OptionView(const MptcpOption* first, std::size_t count)
        : m_first(first),
          m_count(count)
    {
    }

    /// From any container with data() and size(); valid as long as its elements stay in place.
    template <typename Container, typename = decltype(std::declval<const Container&>().data())>
    OptionView(const Container& options)
        : OptionView(options.data(), options.size())
    {
    }

    [[nodiscard]] std::size_t Size() const
    {
        return m_count;
    }

    [[nodiscard]] const MptcpOption* begin() const
    {
        return m_first;
    }

    [[nodiscard]] const MptcpOption* end() const
    {
        return m_first + m_count;
    }

    /// The first option of this form, or null.
    template <typename Option>
    [[nodiscard]] const Option* Find() const
    {
        for (const MptcpOption& option : *this)
        {
            if (const auto* found = std::get_if<Option>(&option); found != nullptr)
            {
                return found;
            }
        }
        return nullptr;
    }

  private:
    const MptcpOption* m_first{nullptr};
    std::size_t m_count{0};
};

} // namespace mptcp

#endif // MPTCP_OPTIONS_H
