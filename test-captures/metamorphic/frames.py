#!/usr/bin/env python3
# frames.py
# Captures as lists of packets, read from pcap and pcapng, and what stands in a packet: link layer,
# addresses, ports, TCP. Standard library only.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import dataclasses
import ipaddress
import struct

ETHERNET, SLL, SLL2 = 1, 113, 276
IPV4, IPV6, ARP, VLAN, QINQ = 0x0800, 0x86dd, 0x0806, 0x8100, 0x88a8
ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
SYN, RST, ACK = 0x02, 0x04, 0x10


class Unfit(Exception):
    """A capture to which a transformation does not apply."""


@dataclasses.dataclass
class Packet:
    """time: nanoseconds since 1970; length: on the wire; origin: the frame it was made from."""
    time: int
    link: int
    data: bytes
    length: int
    origin: int = 0

    def with_data(self, data):
        """Another packet with other bytes; what the snap length cut off stays cut off."""
        return dataclasses.replace(self, data=data, length=self.length - len(self.data) + len(data))


def read(path):
    data = path.read_bytes()
    packets = list(read_pcapng(data) if data[:4] == b"\x0a\x0d\x0d\x0a" else read_pcap(data))
    for number, packet in enumerate(packets, 1):
        packet.origin = number
    return packets


def read_pcap(data):
    magic = data[:4]
    order = "<" if magic in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    unit = 1 if magic in (b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d") else 1000
    link = struct.unpack_from(order + "I", data, 20)[0] & 0xffff
    at = 24
    while at + 16 <= len(data):
        seconds, parts, kept, length = struct.unpack_from(order + "IIII", data, at)
        at += 16
        yield Packet(seconds * 10**9 + parts * unit, link, data[at:at + kept], length)
        at += kept


def read_pcapng(data):
    """Little-endian ones, as Wireshark's programs and the generator write them."""
    interfaces = []
    at = 0
    while at + 12 <= len(data):
        kind, size = struct.unpack_from("<II", data, at)
        if kind == 1:
            link, = struct.unpack_from("<H", data, at + 8)
            interfaces.append((link, resolution(data[at + 16:at + size - 4])))
        elif kind == 6:
            number, high, low, kept, length = struct.unpack_from("<IIIII", data, at + 8)
            link, unit = interfaces[number]
            yield Packet((high << 32 | low) * unit, link, data[at + 28:at + 28 + kept], length)
        at += size


def resolution(options):
    """Nanoseconds of an interface's unit of time."""
    at = 0
    while at + 4 <= len(options):
        code, size = struct.unpack_from("<HH", options, at)
        if code == 9:
            return 10**(9 - options[at + 4])
        at += 4 + size + -size % 4
    return 1000


def write(path, packets):
    """Classic pcap with nanoseconds."""
    links = {packet.link for packet in packets}
    if len(links) > 1:
        raise Unfit("several link layers")
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, 262144, *(links or [ETHERNET])))
        for packet in packets:
            out.write(struct.pack("<IIII", *divmod(packet.time, 10**9), len(packet.data),
                                  packet.length) + packet.data)
    path.chmod(0o644)


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def text(address):
    return str(ipaddress.ip_address(address))


def link_of(packet):
    """(what stands before the type of the network layer, that type, what follows it)."""
    data = packet.data
    if packet.link == SLL2:
        kind, = struct.unpack_from(">H", data)
        return data[2:20], kind, data[20:]
    at = {ETHERNET: 12, SLL: 14}.get(packet.link)
    if at is None:
        raise Unfit("link layer %d" % packet.link)
    kind, = struct.unpack_from(">H", data, at)
    while kind in (VLAN, QINQ):
        at += 4
        kind, = struct.unpack_from(">H", data, at)
    return data[:at], kind, data[at + 2:]


def with_network(packet, kind, network):
    """The packet with another network layer."""
    head = link_of(packet)[0]
    kind = struct.pack(">H", kind)
    return packet.with_data((kind + head if packet.link == SLL2 else head + kind) + network)


@dataclasses.dataclass
class Datagram:
    """An IPv4 or IPv6 packet. cut: bytes that the snap length took."""
    source: bytes
    target: bytes
    protocol: int
    body: bytes
    hops: int = 64
    ident: int = 0
    cut: int = 0

    def pack(self):
        body = self.body if self.cut else self.checked()
        size = len(body) + self.cut
        if len(self.source) == 16:
            return struct.pack(">IHBB", 6 << 28, size, self.protocol, self.hops) + self.source + \
                self.target + body
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + size, self.ident, 0x4000, self.hops,
                           self.protocol, 0) + self.source + self.target
        return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + body

    def checked(self):
        """The body with its checksum made right."""
        at = {TCP: 16, UDP: 6, ICMP: 2, ICMPV6: 2}.get(self.protocol)
        if at is None or len(self.body) < at + 2:
            return self.body
        zeroed = self.body[:at] + b"\0\0" + self.body[at + 2:]
        pseudo = b"" if self.protocol == ICMP else self.source + self.target + \
            struct.pack(">II", len(zeroed), self.protocol)
        return self.body[:at] + struct.pack(">H", checksum(pseudo + zeroed)) + self.body[at + 2:]


def parse_ipv4(data):
    total, ident, fragment = struct.unpack_from(">HHH", data, 2)
    if fragment & 0x3fff:
        raise Unfit("fragments")
    size = (data[0] & 15) * 4
    body = data[size:total or None]
    return Datagram(data[12:16], data[16:20], data[9], body, data[8], ident,
                    max(total - size - len(body), 0))


def parse_ipv6(data):
    size, protocol, hops = struct.unpack_from(">HBB", data, 4)
    body = data[40:40 + size]
    return Datagram(data[8:24], data[24:40], protocol, body, hops, 0, size - len(body))


def datagram_of(packet):
    """The packet's IP datagram; None if it has none."""
    _, kind, network = link_of(packet)
    parse = {IPV4: parse_ipv4, IPV6: parse_ipv6}.get(kind)
    return parse(network) if parse else None


def with_datagram(packet, datagram):
    return with_network(packet, IPV6 if len(datagram.source) == 16 else IPV4, datagram.pack())


def ports(datagram):
    return struct.unpack_from(">HH", datagram.body)


def with_ports(body, source, target):
    return struct.pack(">HH", source, target) + body[4:]


@dataclasses.dataclass
class Segment:
    """What TCP says: whence (address, port), whither, and the bytes."""
    whence: tuple
    whither: tuple
    number: int
    flags: int
    head: int
    payload: bytes


def segment_of(packet):
    """The packet's TCP segment; None if it has none."""
    datagram = datagram_of(packet)
    if not datagram or datagram.protocol != TCP or len(datagram.body) < 20:
        return None
    source, target = ports(datagram)
    number, = struct.unpack_from(">I", datagram.body, 4)
    head = (datagram.body[12] >> 4) * 4
    return Segment((datagram.source, source), (datagram.target, target), number,
                   datagram.body[13], head, datagram.body[head:])


def with_payload(packet, payload):
    """The packet with other bytes of TCP, as many as it had."""
    datagram = datagram_of(packet)
    head = (datagram.body[12] >> 4) * 4
    datagram.body = datagram.body[:head] + payload
    return with_datagram(packet, datagram)
