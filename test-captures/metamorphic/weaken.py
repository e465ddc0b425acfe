#!/usr/bin/env python3
# weaken.py
# Captures that hold less of the same events: cut by a snap length, of one direction, through a capture
# filter, begun late or ended early, with packets that the capture missed.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import dataclasses
import random
import struct
import zlib

from frames import ACK, ICMP, ICMPV6, TCP, Unfit, datagram_of, ports, segment_of, with_datagram

LOCATOR_PORT = 33000
MISSED = 10     # of a hundred packets
QUOTED = 90     # bytes: Ethernet, IP, ICMP, IP, and TCP's header without all of its options


def cut(size):
    def change(packets):
        return [dataclasses.replace(packet, data=packet.data[:size]) for packet in packets]
    return change


def icmp_cut(packets):
    """ICMP cut within the options of the TCP header that it quotes; all else whole."""
    def change(packet):
        datagram = datagram_of(packet)
        quotes = bool(datagram) and datagram.protocol in (ICMP, ICMPV6)
        return dataclasses.replace(packet, data=packet.data[:QUOTED]) if quotes else packet
    return [change(packet) for packet in packets]


def numbers_told_apart(packet):
    """The packet with other sequence numbers. Captures that were made up begin all connections with
    the same ones, which no two hosts do, and by which those with one direction would be one."""
    datagram = datagram_of(packet)
    segment = segment_of(packet)
    if not segment:
        return packet
    own, other = (zlib.crc32(repr(ends).encode()) for ends in
                  ((segment.whence, segment.whither), (segment.whither, segment.whence)))
    number, acknowledged = struct.unpack_from(">II", datagram.body, 4)
    datagram.body = datagram.body[:4] + struct.pack(
        ">II", (number + own) % 2**32,
        (acknowledged + other) % 2**32 if segment.flags & ACK else acknowledged) + datagram.body[12:]
    return with_datagram(packet, datagram)


def towards(higher):
    """TCP in one direction alone, as on a mirror port that lacks the other."""
    def is_seen(packet):
        segment = segment_of(packet)
        return not segment or (segment.whence < segment.whither) == higher
    return lambda packets: [numbers_told_apart(packet) for packet in filter(is_seen, packets)]


def locator_port(packets):
    """What `tcp port 33000` lets through."""
    def is_seen(packet):
        datagram = datagram_of(packet)
        return bool(datagram) and datagram.protocol == TCP and LOCATOR_PORT in ports(datagram)
    return list(filter(is_seen, packets))


def tcp(packets):
    """What `tcp` lets through: no ARP, no DNS, no ICMP."""
    return [packet for packet in packets
            if (datagram := datagram_of(packet)) and datagram.protocol == TCP]


def part(first, last):
    """From one share of the packets to another, in hundredths."""
    def change(packets):
        return packets[len(packets) * first // 100:len(packets) * last // 100]
    return change


def missed(seed):
    def change(packets):
        chance = random.Random(seed)
        return [packet for packet in packets if chance.randrange(100) >= MISSED]
    return change


def fit(change):
    """The weakening of captures that lose something by it and keep something."""
    def weaken(packets):
        try:
            made = change(packets)
        except struct.error as error:
            raise Unfit("a packet without a head") from error
        if not made or made == packets:
            raise Unfit("nothing lost, or nothing left")
        return made
    return weaken


WEAKENINGS = {name: fit(change) for name, change in {
    "icmp-cut": icmp_cut,
    "snap-96": cut(96),
    "snap-70": cut(70),
    "snap-58": cut(58),
    "snap-54": cut(54),
    "snap-30": cut(30),
    "one-way-up": towards(True),
    "one-way-down": towards(False),
    "locator-port": locator_port,
    "tcp": tcp,
    "late-20": part(20, 100),
    "late-50": part(50, 100),
    "early-50": part(0, 50),
    "early-80": part(0, 80),
    "middle": part(30, 70),
    **{"missed-%d" % seed: missed(seed) for seed in range(4)},
}.items()}
