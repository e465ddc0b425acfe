# wire.py
# Writes captures of TCP segments: what the tests of faults, limits and random conversations share.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import socket
import struct

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

CLIENT = ("10.99.0.2", 40000)
SERVER = ("10.99.0.1", 33000)

ETHERNET = 1
WIRELESS = 105
UPPER_PDU = 252


def checksum(data):
    total = sum(struct.unpack("!%dH" % ((len(data) + 1) // 2), data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def tcp(source, target, seq, ack, flags, payload=b"", wrong_checksum=False):
    """An IPv4 packet with a TCP segment; source and target are pairs of address and port."""
    addresses = socket.inet_aton(source[0]) + socket.inet_aton(target[0])
    header = struct.pack("!HHIIBBHHH", source[1], target[1], seq & 0xffffffff, ack & 0xffffffff,
                         5 << 4, flags, 64000, 0, 0)
    total = checksum(addresses + struct.pack("!HH", 6, len(header) + len(payload))
                     + header + payload)
    header = header[:16] + struct.pack("!H", total ^ (0x5555 if wrong_checksum else 0)) + header[18:]
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(payload), 0, 0x4000, 64, 6, 0) + addresses
    return ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:] + header + payload


def ethernet(packet, kind=0x0800):
    return b"\2\0\0\0\0\1\2\0\0\0\0\2" + struct.pack("!H", kind) + packet


def wireless(*packets):
    """A frame of IEEE 802.11 that holds several packets, as an A-MSDU."""
    header = b"\x88\2\0\0" + 3 * b"\2\0\0\0\0\1" + b"\0\0" + b"\x80\0"
    for packet in packets:
        header += b"\0" * (-(len(header) - 26) % 4)
        packet = b"\xaa\xaa\3\0\0\0\x08\0" + packet
        header += b"\2\0\0\0\0\1\2\0\0\0\0\2" + struct.pack("!H", len(packet)) + packet
    return header


def upper_pdu(dissector, data):
    """What Wireshark exports of a protocol: the dissector's name, and no TCP below."""
    name = dissector + b"\0" * (-len(dissector) % 4)
    return struct.pack("!HH", 12, len(name)) + name + bytes(4) + data


def write(path, packets, link=ETHERNET):
    """Writes a pcap file; the packets are bytes, or pairs of their bytes and their whole length."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, link))
        for number, packet in enumerate(packets):
            data, length = packet if isinstance(packet, tuple) else (packet, len(packet))
            file.write(struct.pack("<IIII", 1700000000 + number // 1000, number % 1000 * 1000,
                                   len(data), length) + data)


class Connection:
    """A TCP connection; each method adds a packet to the list that all connections share."""

    def __init__(self, packets, client=CLIENT, server=SERVER, isns=(1000, 9000)):
        self.packets = packets
        self.ends = (client, server)
        self.next = [isn + 1 for isn in isns]

    def segment(self, side, flags, payload=b"", seq=None, **options):
        """A segment of a side (0 the client, 1 the server); next[] stays as it is."""
        seq = self.next[side] if seq is None else seq
        self.packets.append(ethernet(tcp(self.ends[side], self.ends[1 - side], seq,
                                         self.next[1 - side], flags, payload, **options)))

    def handshake(self):
        self.segment(0, SYN, seq=self.next[0] - 1)
        self.segment(1, SYN | ACK, seq=self.next[1] - 1)
        self.segment(0, ACK)
        return self

    def says(self, side, payload, flags=PSH | ACK, pieces=None, **options):
        """A side sends payload whole, or in pieces of so many bytes."""
        for start in range(0, max(1, len(payload)), pieces or max(1, len(payload))):
            part = payload[start:start + (pieces or len(payload))]
            self.segment(side, flags, part, **options)
            self.next[side] += len(part)
        return self

    def close(self):
        for side in (0, 1):
            self.segment(side, FIN | ACK)
            self.next[side] += 1
        return self


REQUEST = b'{"type":"seeking","sender":"node2@10.99.0.2","payload":"join"}'
CHECK = b'{"type":"watching","sender":"node2@10.99.0.2","payload":"check"}'
REPLY = b'{"type":"reply","sender":"node1@10.99.0.1","payload":"joined"}'
