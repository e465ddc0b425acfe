#!/usr/bin/env python3
# transform.py
# Captures of the same events as another capture, seen elsewhere or in another way: twice, in tunnels,
# behind an address translation, on other ports, over IPv6. Each function takes packets and gives
# packets, which know the frames that they were made from.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import dataclasses
import ipaddress
import re
import struct

from frames import (ACK, ARP, ETHERNET, ICMP, ICMPV6, IPV4, IPV6, SLL, SYN, TCP, UDP, Datagram,
                    Packet, Unfit, datagram_of, link_of, parse_ipv4, ports, segment_of, text,
                    with_datagram, with_ports)
from streams import rewritten

LOCATOR_PORT, EPMD_PORT, OTHER_EPMD_PORT = 33000, 4369, 5369
OTHER_LOCATOR_PORT = 33559
INSIDE = bytes([172, 17, 0, 2])
OUTER = [bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2])]
VXLAN_PORT, GRE = 4789, 47
LITERAL = re.compile(rb"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.])")


def later(packet, nanoseconds):
    return dataclasses.replace(packet, time=packet.time + nanoseconds)


def twice(packets):
    """Each packet two times, as on an interface that is seen through another one."""
    return [copy for packet in packets for copy in (packet, later(packet, 1))]


def ethernet_only(packets):
    if any(packet.link != ETHERNET for packet in packets):
        raise Unfit("no Ethernet")
    return packets


def vlan(packets):
    return [packet.with_data(packet.data[:12] + b"\x81\x00\x00\x2a" + packet.data[12:])
            for packet in ethernet_only(packets)]


def cooked(packets):
    """As the interface "any" shows them, with the address of the link layer that sent them."""
    return [dataclasses.replace(
        packet.with_data(struct.pack(">HHH6sH", 0, 1, 6, packet.data[6:12], 0) + packet.data[12:]),
        link=SLL) for packet in ethernet_only(packets)]


def in_vxlan(packet):
    if len(packet.data) < packet.length:
        raise Unfit("cut packets")
    body = struct.pack(">HHHH", 49152, VXLAN_PORT, 16 + len(packet.data), 0) + \
        b"\x08\0\0\0\0\0\x2a\0" + packet.data
    outer = Datagram(*OUTER, UDP, body)
    return packet.with_data(bytes.fromhex("020000000a01020000000a020800") + outer.pack())


def vxlan(packets):
    return [in_vxlan(packet) for packet in ethernet_only(packets)]


def vxlan_too(packets):
    """Each packet in the tunnel and outside of it."""
    return [copy for packet in ethernet_only(packets)
            for copy in (packet, later(in_vxlan(packet), 1))]


def no_tunnels(packets):
    for packet in packets:
        datagram = datagram_of(packet)
        if datagram and (datagram.protocol == GRE or datagram.protocol == UDP and
                         VXLAN_PORT in ports(datagram)):
            raise Unfit("tunnels")
    return packets


def quoted(body, source, target):
    """What ICMP quotes of a datagram, with addresses that the functions give."""
    inner = parse_ipv4(body[8:])
    inner.source, inner.target = source(inner.source), target(inner.target)
    return inner


# Address translation

def seeker_of(packets):
    """The address of the first client of the locator port."""
    asked = None
    for packet in no_tunnels(packets):
        segment = segment_of(packet)
        if segment and segment.whither[1] == LOCATOR_PORT and len(segment.whence[0]) == 4:
            if segment.whence[0] == segment.whither[0]:
                continue
            asked = asked or segment.whence[0]
            if segment.payload:
                return segment.whence[0]
    if not asked:
        raise Unfit("no client")
    return asked


def translated(packet, address):
    """The packet as it is behind the translation; None for what is not seen there."""
    datagram = datagram_of(packet)
    if not datagram or len(datagram.source) != 4 or address not in (datagram.source,
                                                                    datagram.target):
        return None

    def inside(one):
        return INSIDE if one == address else one

    datagram.source, datagram.target = inside(datagram.source), inside(datagram.target)
    if datagram.protocol == ICMP and datagram.body[0] in (3, 11) and len(datagram.body) >= 36:
        datagram.body = datagram.body[:8] + quoted(datagram.body, inside, inside).pack()
    return with_datagram(packet, datagram)


def translation(packets):
    """Both sides of a masquerade of the first client, in one capture."""
    address = seeker_of(packets)
    made = []
    for packet in packets:
        inner = translated(packet, address)
        if not inner:
            made.append(packet)
        elif datagram_of(packet).source == address:
            made += [inner, later(packet, 1)]
        else:
            made += [packet, later(inner, 1)]
    return made


def both_sides(packets):
    """The same as two captures."""
    address = seeker_of(packets)
    inner = [translated(packet, address) for packet in packets]
    return [[packet for packet in inner if packet], [later(packet, 1) for packet in packets]]


def real_address(packets):
    """{an address that a transformation made: the one that it stands for}"""
    return {text(INSIDE): text(seeker_of(packets))}


# Other ports

def other_port(port):
    """Another port for each but the known ones. Twice it is the same again."""
    other = LOCATOR_PORT + OTHER_LOCATOR_PORT - port
    fixed = (EPMD_PORT, OTHER_EPMD_PORT, VXLAN_PORT)
    if port < 1024 or not 1024 <= other < 65536 or port in fixed or other in fixed:
        return port
    return other


def other_epmd_port(port):
    return {EPMD_PORT: OTHER_EPMD_PORT, OTHER_EPMD_PORT: EPMD_PORT}.get(port, port)


def with_other_ports(packet, other):
    datagram = datagram_of(packet)
    if not datagram:
        return packet
    if datagram.protocol == TCP:
        datagram.body = with_ports(datagram.body, *map(other, ports(datagram)))
    elif datagram.protocol == ICMP and datagram.body[0] in (3, 11):
        inner = quoted(datagram.body, bytes, bytes)
        if inner.protocol != TCP:
            return packet
        inner.body = with_ports(inner.body, *map(other, ports(inner)))
        datagram.body = datagram.body[:8] + inner.pack()
    else:
        return packet
    return with_datagram(packet, datagram)


def registered(other):
    """Moves the ports in what EPMD is told and tells."""
    def change(stream, run):
        epmd = (EPMD_PORT, OTHER_EPMD_PORT)
        if stream.whence[1] in epmd and run[:2] == b"\x77\0" and len(run) >= 4:
            place = 2
        elif stream.whither[1] in epmd and run[2:3] == b"\x78" and len(run) >= 5:
            place = 3
        else:
            return []
        port, = struct.unpack_from(">H", run, place)
        return [(place, struct.pack(">H", other(port)))]
    return change


def moved(packets):
    """Every port another one but EPMD's."""
    packets = rewritten(no_tunnels(packets), registered(other_port))
    return [with_other_ports(packet, other_port) for packet in packets]


def moved_epmd(packets):
    return [with_other_ports(packet, other_epmd_port) for packet in no_tunnels(packets)]


# IPv6

def literals(packets):
    """All IPv4 addresses of packets and of what they say."""
    found = set()
    for packet in no_tunnels(packets):
        _, kind, network = link_of(packet)
        if kind == IPV4:
            datagram = parse_ipv4(network)
            found |= {datagram.source, datagram.target}
            if datagram.protocol == UDP:
                found.update(answers(datagram.body[8:]))
        elif kind == ARP:
            found |= {network[14:18], network[24:28]}

    def note(_, run):
        found.update(bytes(map(int, match.split(b"."))) for match in LITERAL.findall(run)
                     if max(map(int, match.split(b"."))) < 256)
        return []

    rewritten(packets, note)
    return found


def as_ipv6(found):
    """{IPv4: IPv6}, each as long as text as the other one, in the same order."""
    made = {}
    for size in range(7, 16):
        alike = sorted(address for address in found if len(text(address)) == size)
        digits = size - 6
        for count, address in enumerate(alike):
            low = "%x" % (int("1" + "0" * (min(digits, 4) - 1), 16) + count)
            if digits == 5:
                low = "1:%x" % (0x100 + count)
            elif digits > 5:
                low = "%x:%x" % (16**(digits - 6), 0x1000 + count)
            new = "fd00::" + low
            if len(new) != size or str(ipaddress.ip_address(new)) != new:
                raise Unfit("no address as long as %s" % text(address))
            made[address] = ipaddress.ip_address(new).packed
    return made


def answers(message):
    """The places of addresses in the answers of a DNS message, as {address: place of the record}."""
    found = {}
    if len(message) < 12:
        return found
    questions, count = struct.unpack_from(">HH", message, 4)
    at = 12
    try:
        for _ in range(questions):
            at = past_name(message, at) + 4
        for _ in range(count):
            start = past_name(message, at)
            kind, _, _, size = struct.unpack_from(">HHIH", message, start)
            if kind == 1:
                found[message[start + 10:start + 14]] = start
            at = start + 10 + size
    except (struct.error, IndexError):
        return {}
    return found


def past_name(message, at):
    while message[at]:
        if message[at] >= 0xc0:
            return at + 2
        at += 1 + message[at]
    return at + 1


def dns_of_ipv6(message, made):
    """A DNS message that asks for and gives addresses of IPv6 (one answer)."""
    found = answers(message)
    end = past_name(message, 12)
    if message[end:end + 2] == b"\0\x01":
        message = message[:end] + b"\0\x1c" + message[end + 2:]
    for address, start in list(found.items())[:1]:
        message = message[:start] + b"\0\x1c" + message[start + 2:start + 8] + b"\0\x10" + \
            made[address] + message[start + 14:]
    return message


def neighbour(network, made):
    """What IPv6 has for an ARP message."""
    operation, = struct.unpack_from(">H", network, 6)
    hardware, source, target = network[8:14], network[14:18], network[24:28]
    if source == bytes(4):
        raise Unfit("ARP probes")
    if operation == 1:
        body = struct.pack(">BBHI", 135, 0, 0, 0) + made[target] + b"\x01\x01" + hardware
        group = bytes.fromhex("ff0200000000000000000001ff") + made[target][13:]
        return Datagram(made[source], group, ICMPV6, body, 255)
    body = struct.pack(">BBHI", 136, 0, 0, 0x60000000) + made[source] + b"\x02\x01" + hardware
    return Datagram(made[source], made[target], ICMPV6, body, 255)


CODES = {0: 0, 1: 3, 2: 3, 3: 4, 9: 1, 10: 1, 13: 1}


def unreachable(body, made):
    """What ICMPv6 has for an "unreachable" of ICMP."""
    inner = quoted(body, made.get, made.get)
    if inner.protocol == UDP:
        inner.body = inner.body[:8] + dns_of_ipv6(inner.body[8:], made)
    return struct.pack(">BBHI", 1, CODES[body[1]], 0, 0) + inner.pack()


def over_ipv6(packets):
    """The same hosts with addresses of IPv6; names have these where they had the old ones."""
    made = as_ipv6(literals(packets))
    written = {text(old).encode(): text(new).encode() for old, new in made.items()}

    def change(_, run):
        return [(match.start(), written[match[0]]) for match in LITERAL.finditer(run)
                if match[0] in written]

    return [one_over_ipv6(packet, made) for packet in rewritten(packets, change)]


def one_over_ipv6(packet, made):
    _, kind, network = link_of(packet)
    if kind == ARP:
        return with_datagram(packet, neighbour(network, made))
    if kind != IPV4:
        return packet
    datagram = parse_ipv4(network)
    datagram.source, datagram.target = made[datagram.source], made[datagram.target]
    if datagram.protocol == ICMP:
        if datagram.body[0] != 3 or datagram.body[1] not in CODES:
            raise Unfit("ICMP")
        datagram.protocol, datagram.body = ICMPV6, unreachable(datagram.body, made)
    elif datagram.protocol == UDP and 53 in ports(datagram):
        message = dns_of_ipv6(datagram.body[8:], made)
        datagram.body = datagram.body[:4] + struct.pack(">HH", 8 + len(message), 0) + message
    return with_datagram(packet, datagram)


def old_address(packets):
    return {text(new): text(old) for old, new in as_ipv6(literals(packets)).items()}


# Order and company

def acknowledged_first(packets):
    """An acknowledgement without data changes places with the data before it, as on hosts with
    several receive queues."""
    packets = list(no_tunnels(packets))
    at = 0
    while at + 1 < len(packets):
        data, answer = (segment_of(packet) for packet in packets[at:at + 2])
        if data and answer and data.payload and not answer.payload and answer.flags == ACK and \
                answer.whence == data.whither and answer.whither == data.whence:
            packets[at:at + 2] = packets[at + 1], packets[at]
            at += 1
        at += 1
    return packets


def stranger(time, link, number):
    """Four packets of two hosts that have to do with nobody else."""
    hosts = [bytes([198, 51, 100, 7]), bytes([203, 0, 113, 9])]
    ends = [(hosts[0], 20000 + number % 20000), (hosts[1], 8080)]
    talk = [(0, SYN, 0, b""), (1, SYN | ACK, 0, b""), (0, ACK | 8, 1, b"GET / HTTP/1.1\r\n\r\n"),
            (1, ACK | 8, 1, b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"sender":"x"}')]
    made = []
    for turn, (side, flags, offset, payload) in enumerate(talk):
        source, target = ends[side], ends[1 - side]
        body = struct.pack(">HHIIBBHHH", source[1], target[1], 1000 + offset, 1001 if turn else 0,
                           0x50, flags, 8192, 0, 0) + payload
        data = bytes.fromhex("020000000b01020000000b020800") + \
            Datagram(source[0], target[0], TCP, body).pack()
        made.append((time + turn, link, data))
    return made


def with_strangers(packets):
    """Traffic of others between every two packets."""
    made = []
    for packet in ethernet_only(packets):
        made.append(packet)
        made += [Packet(time, link, data, len(data), packet.origin)
                 for time, link, data in stranger(packet.time, ETHERNET, packet.origin)]
    return made
