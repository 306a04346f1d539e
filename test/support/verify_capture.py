# SPDX-License-Identifier: GPL-2.0-only
"""Recomputes what MPTCP derives from keys, from nothing but captured packets.

Reads pcap files of one simulation as one trace and checks, with hashlib and hmac alone:

  tokens            MP_JOIN on a SYN names the hash of the receiver's key
  syn_ack_codes     the 64-bit code of MP_JOIN on a SYN/ACK
  ack_codes         the 160-bit code of MP_JOIN on the third ACK
  address_codes     the code of ADD_ADDR; version 0 has none
  address_echoes    an echo repeats an announcement
  key_echoes        MP_CAPABLE of the third ACK repeats the keys declared before
  initial_numbers   a stream begins one after the number that follows from its key, without a hole
  checksums         of every mapping that has one
  fast_close_keys   MP_FASTCLOSE shows the receiver's key

(RFC 8684 3.1 to 3.5; RFC 6824 for version 0.) Prints one line "name count" for each and fails on
the first that is wrong. Run it with file names; --require name=count sets a lower bound.
"""

import argparse
import collections
import hashlib
import hmac
import struct
import sys

PPP, ETHERNET, RAW_IP = 9, 1, 101
FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10
MP_CAPABLE, MP_JOIN, DSS, ADD_ADDR, MP_FASTCLOSE = 0x0, 0x1, 0x2, 0x3, 0x7
CHECKS = (
    "connections",
    "tokens",
    "syn_ack_codes",
    "ack_codes",
    "address_codes",
    "address_echoes",
    "key_echoes",
    "initial_numbers",
    "checksums",
    "fast_close_keys",
)

Segment = collections.namedtuple("Segment", "time flow seq ack flags options payload")


class Wrong(Exception):
    """A value in the capture is not what the keys say."""


# ---- reading ----


def read_pcap(name):
    """Yields (time, IP packet) of each record."""
    with open(name, "rb") as file:
        data = file.read()
    magic = struct.unpack("<I", data[:4])[0]
    order = "<" if magic in (0xA1B2C3D4, 0xA1B23C4D) else ">"
    ticks = 1e-9 if struct.unpack(order + "I", data[:4])[0] == 0xA1B23C4D else 1e-6
    link = struct.unpack(order + "I", data[20:24])[0]
    skip = {PPP: 2, ETHERNET: 14, RAW_IP: 0}[link]
    at = 24
    while at + 16 <= len(data):
        seconds, fraction, size, _ = struct.unpack(order + "IIII", data[at : at + 16])
        yield seconds + fraction * ticks, data[at + 16 + skip : at + 16 + size]
        at += 16 + size


def parse_ip(packet):
    """(source, destination, TCP segment), or None if it is something else."""
    version = packet[0] >> 4
    if version == 4:
        header = (packet[0] & 0x0F) * 4
        total = struct.unpack("!H", packet[2:4])[0]
        if packet[9] != 6:
            return None
        return packet[12:16], packet[16:20], packet[header:total]
    if version == 6 and packet[6] == 6:
        length = struct.unpack("!H", packet[4:6])[0]
        return packet[8:24], packet[24:40], packet[40 : 40 + length]
    return None


def parse_options(data):
    """The MPTCP options of a TCP header, each from its kind byte on."""
    options = []
    at = 0
    while at < len(data) and data[at] != 0:
        if data[at] == 1:
            at += 1
            continue
        length = data[at + 1]
        if length < 2 or at + length > len(data):
            raise Wrong("a TCP option runs over the end of its header")
        if data[at] == 30:
            options.append(data[at : at + length])
        at += length
    return options


def parse_segment(time, packet):
    parsed = parse_ip(packet)
    if parsed is None:
        return None
    source, destination, tcp = parsed
    source_port, destination_port, seq, ack = struct.unpack("!HHII", tcp[:12])
    header = (tcp[12] >> 4) * 4
    flow = (source, source_port, destination, destination_port)
    return Segment(time, flow, seq, ack, tcp[13], parse_options(tcp[20:header]), tcp[header:])


def reverse(flow):
    return flow[2:] + flow[:2]


# ---- what keys stand for ----


def key_hash(version, key):
    return (hashlib.sha256 if version else hashlib.sha1)(key).digest()


def token_of(version, key):
    return key_hash(version, key)[:4]


def initial_number(version, key):
    return int.from_bytes(key_hash(version, key)[-8:], "big")


def code(version, first_key, second_key, message):
    algorithm = hashlib.sha256 if version else hashlib.sha1
    return hmac.new(first_key + second_key, message, algorithm).digest()


def ones_complement(data):
    """The Internet checksum (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


# ---- the trace ----


class Stream:
    """What one host sends on one subflow."""

    def __init__(self, connection, side, is_first):
        self.connection = connection
        self.side = side  # 0 opened the connection, 1 accepted it
        self.is_first = is_first
        self.isn = None
        self.bytes = bytearray()  # by offset; the first payload byte is at 1
        self.known = bytearray()
        self.mappings = []

    def take(self, seq, payload):
        offset = (seq - self.isn) & 0xFFFFFFFF
        end = offset + len(payload)
        if len(self.bytes) < end:
            self.bytes.extend(bytes(end - len(self.bytes)))
            self.known.extend(bytes(end - len(self.known)))
        self.bytes[offset:end] = payload
        self.known[offset:end] = b"\1" * len(payload)

    def payload(self, offset, length):
        if not all(self.known[offset : offset + length]) or len(self.known) < offset + length:
            return None
        return bytes(self.bytes[offset : offset + length])


class Connection:
    def __init__(self):
        self.version = None
        self.keys = [None, None]
        self.uses_checksums = False
        self.is_confirmed = False  # by a third ACK with both keys
        self.streams = []
        self.announced = [set(), set()]

    def is_complete(self):
        return self.version is not None and None not in self.keys

    def initial(self, side):
        return initial_number(self.version, self.keys[side])


class Trace:
    def __init__(self):
        self.count = collections.Counter({name: 0 for name in CHECKS})
        self.connections = []
        self.streams = {}
        self.joins = {}

    def add(self, segment):
        if segment.flags & SYN:
            self.open(segment)
        stream = self.streams.get(segment.flow)
        if stream is None:
            return
        for option in segment.options:
            self.read_option(segment, stream, option)
        if segment.payload and stream.isn is not None:
            stream.take(segment.seq, segment.payload)

    def open(self, segment):
        """Makes the two streams of a subflow when its SYN is seen for the first time."""
        if not segment.flags & ACK and segment.flow not in self.streams:
            for option in segment.options:
                if option[2] >> 4 == MP_CAPABLE:
                    connection = Connection()
                    self.connections.append(connection)
                    self.make_streams(segment.flow, connection, 0, True)
                elif option[2] >> 4 == MP_JOIN:
                    connection, side = self.find_token(option[4:8])
                    self.make_streams(segment.flow, connection, side, False)
        if segment.flow in self.streams:
            self.streams[segment.flow].isn = segment.seq

    def make_streams(self, flow, connection, side, is_first):
        self.streams[flow] = Stream(connection, side, is_first)
        self.streams[reverse(flow)] = Stream(connection, 1 - side, is_first)
        connection.streams += [self.streams[flow], self.streams[reverse(flow)]]

    def find_token(self, token):
        """The connection, and the side that sends a SYN with this token."""
        for connection in self.connections:
            if not connection.is_complete():
                continue
            for side in (0, 1):
                if token_of(connection.version, connection.keys[1 - side]) == token:
                    self.count["tokens"] += 1
                    return connection, side
        raise Wrong(f"token {token.hex()} belongs to no key of any connection")

    def read_option(self, segment, stream, option):
        subtype = option[2] >> 4
        if subtype == MP_CAPABLE:
            self.read_capable(segment, stream, option)
        elif not stream.connection.is_complete():
            return
        elif subtype == MP_JOIN:
            self.read_join(segment, stream, option)
        elif subtype == DSS:
            read_dss(stream, option)
        elif subtype == ADD_ADDR:
            self.read_add_addr(stream, option)
        elif subtype == MP_FASTCLOSE:
            if option[4:12] != stream.connection.keys[1 - stream.side]:
                raise Wrong("MP_FASTCLOSE without the receiver's key")
            self.count["fast_close_keys"] += 1

    def read_capable(self, segment, stream, option):
        connection = stream.connection
        version = option[2] & 0x0F
        if segment.flags & SYN:
            connection.uses_checksums |= bool(option[3] & 0x80)
            if segment.flags & ACK:
                connection.version = version
            if len(option) == 12:
                connection.keys[stream.side] = option[4:12]
            return
        declared = connection.keys[0] or option[4:12]
        if [declared, connection.keys[1]] != [option[4:12], option[12:20]]:
            raise Wrong("the third ACK does not repeat the keys that were declared")
        connection.keys[0] = option[4:12]
        if not connection.is_confirmed:
            connection.is_confirmed = True
            self.count["connections"] += 1
        self.count["key_echoes"] += 1
        if len(option) > 20:
            number = connection.initial(0) + 1
            length = struct.unpack("!H", option[20:22])[0]
            checksum = struct.unpack("!H", option[22:24])[0] if len(option) == 24 else None
            stream.mappings.append((number, 1, length, checksum, False))

    def read_join(self, segment, stream, option):
        connection = stream.connection
        is_answer = segment.flags & (SYN | ACK) == SYN | ACK
        subflow = reverse(segment.flow) if is_answer else segment.flow
        if segment.flags & SYN and not segment.flags & ACK:
            self.joins.setdefault(subflow, [None, None])[0] = option[8:12]
            return
        nonces = self.joins[subflow]
        own, other = connection.keys[stream.side], connection.keys[1 - stream.side]
        if is_answer:
            nonces[1] = option[12:16]
            expected = code(connection.version, own, other, nonces[1] + nonces[0])[:8]
            if option[4:12] != expected:
                raise Wrong("wrong code in MP_JOIN of a SYN/ACK")
            self.count["syn_ack_codes"] += 1
            return
        expected = code(connection.version, own, other, nonces[0] + nonces[1])[:20]
        if option[4:24] != expected:
            raise Wrong("wrong code in MP_JOIN of a third ACK")
        self.count["ack_codes"] += 1

    def read_add_addr(self, stream, option):
        connection = stream.connection
        if connection.version == 0:
            return
        if option[2] & 0x01:
            if option[3:] not in connection.announced[1 - stream.side]:
                raise Wrong("echo of an address that was never announced")
            self.count["address_echoes"] += 1
            return
        body = option[3:-8]
        has_port = len(body) in (7, 19)
        own, other = connection.keys[stream.side], connection.keys[1 - stream.side]
        expected = code(1, own, other, body if has_port else body + b"\0\0")[-8:]
        if option[-8:] != expected:
            raise Wrong("wrong code in ADD_ADDR")
        connection.announced[stream.side].add(body)
        self.count["address_codes"] += 1

    # ---- at the end ----

    def finish(self):
        for connection in self.connections:
            if not connection.is_complete():
                continue
            for side in (0, 1):
                self.check_numbers(connection, side)
            for stream in connection.streams:
                for mapping in stream.mappings:
                    self.check_sum(connection, stream, mapping)

    def check_numbers(self, connection, side):
        """The mappings of a stream begin after the initial number and leave no hole."""
        ranges = []
        for stream in connection.streams:
            if stream.side == side:
                for number, _, length, _, _ in stream.mappings:
                    offset = (number - connection.initial(side) - 1) % 2**64
                    ranges.append((offset, offset + length))
        if not ranges:
            return
        reached = 0
        for begin, end in sorted(ranges):
            if begin > reached:
                raise Wrong(f"the data sequence of side {side} has a hole or a wrong beginning")
            reached = max(reached, end)
        self.count["initial_numbers"] += 1

    def check_sum(self, connection, stream, mapping):
        number, offset, length, checksum, has_fin = mapping
        if length == 0:
            return  # infinite: covers no data, and its checksum is zero (RFC 8684 3.7)
        if (checksum is not None) != connection.uses_checksums:
            raise Wrong("a mapping has a checksum against what was negotiated, or lacks it")
        if checksum is None:
            return
        payload = stream.payload(offset, length - has_fin) if offset else b""
        if payload is None:
            return  # not all of it was captured
        pseudo = struct.pack("!QIHH", number % 2**64, offset, length, 0)
        # The payload is summed as if it began on a 16-bit boundary (RFC 8684 3.3.1).
        if ones_complement(pseudo + payload) != checksum:
            raise Wrong(f"wrong checksum over {length} bytes at subflow offset {offset}")
        self.count["checksums"] += 1


def read_dss(stream, option):
    connection = stream.connection
    flags = option[3]
    at = 4
    if flags & 0x01:
        at += 8 if flags & 0x02 else 4
    if not flags & 0x04:
        return
    if flags & 0x08:
        number = struct.unpack("!Q", option[at : at + 8])[0]
        at += 8
    else:
        low = struct.unpack("!I", option[at : at + 4])[0]
        first = connection.initial(stream.side)
        number = (first + ((low - first) & 0xFFFFFFFF)) % 2**64
        at += 4
    offset, length = struct.unpack("!IH", option[at : at + 6])
    at += 6
    checksum = struct.unpack("!H", option[at : at + 2])[0] if at < len(option) else None
    mapping = (number, offset, length, checksum, bool(flags & 0x10))
    if length and mapping not in stream.mappings[-8:]:
        stream.mappings.append(mapping)


def verify(names):
    """The counts of all checks; raises Wrong on the first that fails."""
    segments = []
    for name in names:
        for time, packet in read_pcap(name):
            segment = parse_segment(time, packet)
            if segment is not None:
                segments.append(segment)
    segments.sort(key=lambda segment: segment.time)
    trace = Trace()
    for segment in segments:
        try:
            trace.add(segment)
        except Wrong as wrong:
            raise Wrong(f"{wrong} (at {segment.time:.6f} s)") from None
    trace.finish()
    return trace.count


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("captures", nargs="+", metavar="file.pcap")
    parser.add_argument("--require", action="append", default=[], metavar="name=count")
    arguments = parser.parse_args()
    try:
        count = verify(arguments.captures)
    except Wrong as wrong:
        print(f"verify_capture: {wrong}", file=sys.stderr)
        return 1
    for name in CHECKS:
        print(name, count[name])
    for requirement in arguments.require:
        name, least = requirement.split("=")
        if count[name] < int(least):
            print(f"verify_capture: {count[name]} {name}, {least} needed", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
