// SPDX-License-Identifier: GPL-2.0-only
#include "segment-builders.h"

#include "core/wire/dss-checksum.h"

#include <iomanip>
#include <sstream>

namespace ns3::script
{

namespace
{

/// Names in the order of mptcp::MptcpOption.
constexpr const char* FORM_NAMES[] = {"DSS",
                                      "MP_CAPABLE(SYN)",
                                      "MP_CAPABLE(SYN/ACK)",
                                      "MP_CAPABLE(ACK)",
                                      "MP_JOIN(SYN)",
                                      "MP_JOIN(SYN/ACK)",
                                      "MP_JOIN(ACK)",
                                      "ADD_ADDR",
                                      "REMOVE_ADDR",
                                      "MP_PRIO",
                                      "MP_FAIL",
                                      "MP_FASTCLOSE",
                                      "MP_TCPRST",
                                      "ADD_ADDR(v0)"};
static_assert(std::size(FORM_NAMES) == std::variant_size_v<mptcp::MptcpOption>);

Segment
WithFlags(int flags)
{
    Segment segment;
    segment.flags = static_cast<uint8_t>(flags);
    return segment;
}

std::string
DescribeFlags(uint8_t flags)
{
    std::string text;
    text += (flags & SYN) != 0 ? "S" : "";
    text += (flags & FIN) != 0 ? "F" : "";
    text += (flags & RST) != 0 ? "R" : "";
    text += (flags & ACK) != 0 ? "." : "";
    return text;
}

std::string
DescribePayload(const std::string& payload)
{
    if (payload.empty())
    {
        return "";
    }
    constexpr std::size_t SHOWN = 16;
    const std::string cut = payload.size() > SHOWN ? payload.substr(0, SHOWN) + "..." : payload;
    return " " + std::to_string(payload.size()) + " bytes \"" + cut + "\"";
}

/// The checksum of this mapping over what it covers, if it is to have one.
std::optional<uint16_t>
ChecksumOf(const Dss& dss, mptcp::DataSequence initial)
{
    if (!dss.covered || !dss.mapping)
    {
        return std::nullopt;
    }
    if (dss.mapping->lengthBytes == 0)
    {
        return 0; // RFC 8684 3.3.1: of the infinite mapping
    }
    mptcp::DssChecksum checksum(initial + dss.mapping->data,
                                dss.mapping->subflow,
                                dss.mapping->lengthBytes);
    checksum.Add({reinterpret_cast<const uint8_t*>(dss.covered->data()), dss.covered->size()});
    return checksum.Finish();
}

/// What a received DSS says in relative numbers.
Dss
FromWire(const mptcp::Dss& wire, const StreamNumbers& numbers)
{
    auto relative = [](uint64_t value, bool is64, mptcp::DataSequence initial) {
        return is64 ? value - initial.Value()
                    : uint64_t{static_cast<uint32_t>(value) - initial.Low()};
    };
    Dss dss;
    if (wire.dataAck)
    {
        dss.dataAck = relative(wire.dataAck->sequence, wire.dataAck->is64, numbers.peer);
    }
    if (wire.mapping)
    {
        dss.mapping =
            Dss::Mapping{relative(wire.mapping->dataSequence, wire.mapping->is64, numbers.host),
                         wire.mapping->subflowOffset,
                         wire.mapping->lengthBytes,
                         wire.mapping->dataFin,
                         wire.mapping->checksum};
    }
    return dss;
}

std::string
Describe(const Dss& dss)
{
    std::ostringstream text;
    text << "DSS";
    if (dss.dataAck)
    {
        text << " ack " << *dss.dataAck;
    }
    if (dss.mapping)
    {
        text << " map " << dss.mapping->data << " at " << dss.mapping->subflow << " len "
             << dss.mapping->lengthBytes << (dss.mapping->dataFin ? " DATA_FIN" : "");
        if (dss.mapping->checksum)
        {
            text << " checksum " << *dss.mapping->checksum;
        }
    }
    return text.str();
}

std::string
DescribeOption(const OptionTemplate& option)
{
    if (const auto* dss = std::get_if<Dss>(&option))
    {
        return Describe(*dss);
    }
    if (const auto* any = std::get_if<AnyForm>(&option))
    {
        return std::string("any ") + FORM_NAMES[any->index];
    }
    if (const auto* form = std::get_if<mptcp::MptcpOption>(&option))
    {
        return FORM_NAMES[form->index()];
    }
    return "raw option";
}

bool
IsSame(const Dss& wanted, const Dss& got, const StreamNumbers& numbers)
{
    if (const auto checksum = ChecksumOf(wanted, numbers.host);
        checksum && (!got.mapping || got.mapping->checksum != checksum))
    {
        return false;
    }
    if (wanted.dataAck && wanted.dataAck != got.dataAck)
    {
        return false;
    }
    if (wanted.mapping.has_value() != got.mapping.has_value())
    {
        return false;
    }
    return !wanted.mapping || (wanted.mapping->data == got.mapping->data &&
                               wanted.mapping->subflow == got.mapping->subflow &&
                               wanted.mapping->lengthBytes == got.mapping->lengthBytes &&
                               wanted.mapping->dataFin == got.mapping->dataFin);
}

bool
HasOption(const OptionTemplate& wanted, const Received& got, const StreamNumbers& numbers)
{
    for (const auto& option : got.mptcp)
    {
        if (const auto* dss = std::get_if<Dss>(&wanted))
        {
            const auto* wire = std::get_if<mptcp::Dss>(&option);
            if (wire && IsSame(*dss, FromWire(*wire, numbers), numbers))
            {
                return true;
            }
        }
        else if (const auto* any = std::get_if<AnyForm>(&wanted))
        {
            if (option.index() == any->index)
            {
                return true;
            }
        }
        else if (const auto* form = std::get_if<mptcp::MptcpOption>(&wanted))
        {
            if (option == *form)
            {
                return true;
            }
        }
    }
    return false;
}

template <typename T>
void
Compare(std::ostream& problems, const char* what, const std::optional<T>& wanted, const T& got)
{
    if (wanted && *wanted != got)
    {
        problems << what << " should be " << *wanted << " and is " << got << "; ";
    }
}

} // namespace

Dss&
Dss::DataAck(uint64_t next)
{
    dataAck = next;
    return *this;
}

Dss&
Dss::Map(uint64_t data, uint32_t subflow, uint16_t lengthBytes)
{
    mapping = Mapping{data, subflow, lengthBytes, false, {}};
    return *this;
}

Dss&
Dss::MapWithFin(uint64_t data, uint32_t subflow, uint16_t lengthBytes)
{
    mapping = Mapping{data, subflow, lengthBytes, true, {}};
    return *this;
}

Dss&
Dss::DataFin(uint64_t data)
{
    return MapWithFin(data, 0, 1);
}

Dss&
Dss::MapForEver(uint64_t data, uint32_t subflow)
{
    return Map(data, subflow, 0);
}

Dss&
Dss::Over(std::string text)
{
    covered = std::move(text);
    return *this;
}

Dss&
Dss::Narrow()
{
    isNarrow = true;
    return *this;
}

Segment&
Segment::With(const Dss& dss)
{
    options.emplace_back(dss);
    return *this;
}

Segment&
Segment::With(AnyForm form)
{
    options.emplace_back(form);
    return *this;
}

Segment&
Segment::With(RawOption option)
{
    options.emplace_back(std::move(option));
    return *this;
}

Segment&
Segment::WithoutMptcp()
{
    mustHaveNoMptcp = true;
    return *this;
}

Segment&
Segment::WithoutTimestamp()
{
    mayHaveTimestamp = false;
    return *this;
}

Segment&
Segment::Seq(uint32_t number)
{
    seq = number;
    return *this;
}

Segment&
Segment::AckNumber(uint32_t number)
{
    ackNumber = number;
    return *this;
}

Segment&
Segment::Window(uint32_t bytes)
{
    windowBytes = bytes;
    return *this;
}

Segment
Syn()
{
    return WithFlags(SYN);
}

Segment
SynAck()
{
    return WithFlags(SYN | ACK);
}

Segment
Ack()
{
    return WithFlags(ACK);
}

Segment
Data(std::string payload)
{
    Segment segment = WithFlags(ACK);
    segment.payload = std::move(payload);
    return segment;
}

Segment
Fin()
{
    return WithFlags(FIN | ACK);
}

Segment
Rst()
{
    return WithFlags(RST);
}

Segment
RstAck()
{
    return WithFlags(RST | ACK);
}

std::string
Text(uint64_t first, std::size_t count)
{
    // The period is prime, so that no segment size is a multiple of it.
    constexpr uint64_t PERIOD = 61;
    std::string text(count, '\0');
    for (std::size_t i = 0; i < count; ++i)
    {
        const uint64_t position = first + i;
        text[i] = static_cast<char>('!' + (position + position / PERIOD) % PERIOD);
    }
    return text;
}

mptcp::MptcpOption
ToWire(const Dss& dss, const StreamNumbers& numbers)
{
    mptcp::Dss wire;
    if (dss.dataAck)
    {
        const auto number = numbers.host + *dss.dataAck;
        wire.dataAck = mptcp::DataAck{dss.isNarrow ? number.Low() : number.Value(), !dss.isNarrow};
    }
    if (dss.mapping)
    {
        const auto number = numbers.peer + dss.mapping->data;
        mptcp::DssMapping mapping;
        mapping.dataSequence = dss.isNarrow ? number.Low() : number.Value();
        mapping.is64 = !dss.isNarrow;
        mapping.subflowOffset = dss.mapping->subflow;
        mapping.lengthBytes = dss.mapping->lengthBytes;
        mapping.dataFin = dss.mapping->dataFin;
        mapping.checksum = ChecksumOf(dss, numbers.peer);
        wire.mapping = mapping;
    }
    return wire;
}

std::string
Mismatch(const Segment& wanted, const Received& got, const StreamNumbers& numbers)
{
    std::ostringstream problems;
    if (wanted.flags != got.flags)
    {
        problems << "flags should be " << DescribeFlags(wanted.flags) << " and are "
                 << DescribeFlags(got.flags) << "; ";
    }
    if (wanted.payload != got.payload)
    {
        problems << "payload should be" << DescribePayload(wanted.payload) << " and is"
                 << DescribePayload(got.payload) << "; ";
    }
    Compare(problems, "sequence number", wanted.seq, got.seq);
    Compare(problems, "acknowledgement", wanted.ackNumber, got.ackNumber);
    Compare(problems, "window", wanted.windowBytes, got.windowBytes);
    if (wanted.mustHaveNoMptcp && got.mptcpOptions > 0)
    {
        problems << "there should be no MPTCP option; ";
    }
    for (const auto& option : wanted.options)
    {
        if (!HasOption(option, got, numbers))
        {
            problems << "there is no " << DescribeOption(option) << "; ";
        }
    }
    return problems.str();
}

std::string
Describe(const Segment& segment)
{
    std::ostringstream text;
    text << "[" << DescribeFlags(segment.flags) << "]";
    if (segment.seq)
    {
        text << " seq " << *segment.seq;
    }
    if (segment.ackNumber)
    {
        text << " ack " << *segment.ackNumber;
    }
    if (segment.windowBytes)
    {
        text << " win " << *segment.windowBytes;
    }
    text << DescribePayload(segment.payload);
    for (const auto& option : segment.options)
    {
        text << " <" << DescribeOption(option) << ">";
    }
    return text.str();
}

std::string
Describe(const Received& segment, const StreamNumbers& numbers)
{
    std::ostringstream text;
    text << std::fixed << std::setprecision(4) << segment.at.GetSeconds() << "s ["
         << DescribeFlags(segment.flags) << "] seq " << segment.seq << " ack " << segment.ackNumber
         << " win " << segment.windowBytes << DescribePayload(segment.payload);
    for (const auto& option : segment.mptcp)
    {
        const auto* dss = std::get_if<mptcp::Dss>(&option);
        text << " <" << (dss ? Describe(FromWire(*dss, numbers)) : FORM_NAMES[option.index()])
             << ">";
    }
    if (segment.mptcpOptions > segment.mptcp.size())
    {
        text << " <illegible MPTCP option>";
    }
    return text.str();
}

} // namespace ns3::script
