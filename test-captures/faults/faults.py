# faults.py
# The faults that a capture can have: how each is made, and the rows that tshark must print of it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "fuzz"))

from wire import (ACK, CHECK, FIN, PSH, REPLY, REQUEST, RST, SYN,  # noqa: E402
                  UPPER_PDU, WIRELESS, Connection, upper_pdu, wireless)

JOIN = "seeking join  node2@10.99.0.2"
JOINED = "reply joined  node1@10.99.0.1 -> node2@10.99.0.2"
ALONE = "reply joined  node1@10.99.0.1"
PART = "[part of a message]"
# A message that is cut; one whose end never comes, which only a second pass knows.
CUT = "*[incomplete]"
OPEN = "?" + PART
LONGEST_SNAPLEN = 200
HEADERS = 54


def port(number):
    return ("10.99.0.2", 40000 + number)


def exchange(connection, **options):
    return connection.says(0, REQUEST, **options).says(1, REPLY, **options)


def snaplens():
    """A connection for each snapshot length: its request and its reply, cut to that."""
    packets, rows = [], []
    for length in range(LONGEST_SNAPLEN + 1):
        whole = []
        exchange(Connection(whole, client=port(length)).handshake())
        for place, packet in enumerate(whole):
            packets.append((packet[:length], len(packet)) if place > 2 else packet)
        # TCP hands nothing on where it has no byte of the payload.
        if length > HEADERS:
            for offset, text, message in ((1, JOIN, REQUEST), (0, JOINED, REPLY)):
                if length < HEADERS + len(message):
                    text = CUT
                rows.append("%d\t%s" % (len(packets) - offset, text))
    return packets, rows


def wrong_checksums():
    packets = []
    exchange(Connection(packets, client=port(0)).handshake(), wrong_checksum=True)
    exchange(Connection(packets, client=port(1)).handshake(), wrong_checksum=True, pieces=40)
    return packets, ["4\t" + JOIN, "5\t" + JOINED, "9\t" + PART, "10\t" + JOIN, "11\t" + PART,
                     "12\t" + JOINED]


def not_put_together():
    """The same where TCP checks: it then lets nobody put segments together."""
    packets, _ = wrong_checksums()
    return packets, ["4\t" + JOIN, "5\t" + JOINED, "9\t" + CUT, "10\t*", "11\t" + CUT, "12\t*"]


def sequence_wraps():
    """The sequence numbers wrap before, at and behind every byte of request and reply."""
    packets, rows = [], []
    for before in range(len(REQUEST) + 2):
        connection = Connection(packets, client=port(before), isns=(2**32 - 1 - before,) * 2)
        exchange(connection.handshake(), pieces=40)
        last = len(packets)
        rows += ["%d\t%s" % row for row in ((last - 3, PART), (last - 2, JOIN), (last - 1, PART),
                                            (last, JOINED))]
    return packets, rows


def ports_reused():
    """Two connections with the same addresses and ports; the first is cut off in a message."""
    packets = []
    first = Connection(packets).handshake()
    exchange(first).says(0, CHECK[:20])
    second = Connection(packets, isns=(700000, 800000)).handshake()
    exchange(second)
    first = Connection(packets, isns=(5000, 6000)).handshake()
    exchange(first).close()
    return packets, ["4\t" + JOIN, "5\t" + JOINED, "6\t" + OPEN, "10\t" + JOIN,
                     "11\t" + JOINED, "15\t" + JOIN, "16\t" + JOINED]


def reply_first():
    packets = []
    connection = Connection(packets).handshake()
    connection.says(1, REPLY).says(0, REQUEST)
    return packets, ["4\t" + ALONE, "5\t" + JOIN]


def one_direction(side, rows):
    def make():
        packets = []
        whole = []
        exchange(Connection(whole).handshake(), pieces=40).close()
        wanted = b"\x9c\x40\x80\xe8" if side == 0 else b"\x80\xe8\x9c\x40"
        packets += [packet for packet in whole if packet[34:38] == wanted]
        return packets, rows
    return make


def without_beginning():
    """The capture begins in the middle: no handshake, and the first segment ends a message."""
    packets = []
    connection = Connection(packets)
    connection.says(0, REQUEST[30:]).says(0, REQUEST).says(1, REPLY)
    return packets, ["1\t[rest of a message]", "2\t" + JOIN, "3\t" + JOINED]


PAIR = [JOIN, JOINED, "watching check  node2@10.99.0.2",
        "reply 2 nodes  node1@10.99.0.1 -> node2@10.99.0.2"]

# Captures of the generator: name, the last protocols in the stack, the lines of its messages.
STORED = [
    ("vlan", "eth:ethertype:vlan:ethertype:ip:tcp:seekchat", PAIR),
    ("vlan", "eth:ethertype:ieee8021ad:ethertype:vlan:ethertype:ip:tcp:seekchat", PAIR),
    ("gre", "eth:ethertype:ip:gre:ip:tcp:seekchat", PAIR),
    ("vxlan", "eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:tcp:seekchat", PAIR),
]


def other_protocol(first, second):
    """Another protocol on the locator port, and a connection of SeekChat beside it."""
    def make():
        packets = []
        Connection(packets, client=port(0)).handshake().says(0, first).says(1, second)
        exchange(Connection(packets, client=port(1)).handshake())
        return packets, ["4\t[malformed]", "5\t[malformed]", "9\t" + JOIN, "10\t" + JOINED]
    return make


def tls_record(kind, body):
    return struct.pack("!BHH", kind, 0x0301, len(body)) + body


CLIENT_HELLO = tls_record(22, b"\1\0\0\x2d\3\3" + bytes(range(32)) + b"\0\0\2\x13\1\1\0\0\2\0\0")
SERVER_HELLO = tls_record(22, b"\2\0\0\x26\3\3" + bytes(range(32)) + b"\0\x13\1\0")
HTTP_REQUEST = b"GET /nodes HTTP/1.1\r\nHost: node1\r\n\r\n"
HTTP_REPLY = (b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n'
              % len(REPLY)) + REPLY
SEND_NAME = b"\0\x1cN\0\0\0\x0d\xf7\xdf\x5f\xbd\x64\1\2\3\4\0\x0dnode2@10.99.0.2"
SEND_STATUS = b"\0\3sok"


def resets():
    """A connection that is reset inside a message, and data behind the FIN."""
    packets = []
    connection = Connection(packets, client=port(0)).handshake().says(0, REQUEST[:30])
    connection.segment(0, RST | ACK)
    connection = Connection(packets, client=port(1)).handshake().says(0, REQUEST[:30])
    connection.says(0, REQUEST[30:], flags=FIN | PSH | ACK)
    connection = Connection(packets, client=port(2)).handshake()
    connection.says(0, REQUEST[:30], flags=FIN | PSH | ACK)
    connection = Connection(packets, client=port(3)).handshake().says(0, REQUEST[:30])
    connection.says(0, REQUEST[30:40], flags=FIN | PSH | ACK)
    return packets, ["4\t" + OPEN, "9\t" + PART, "10\t" + JOIN, "14\t" + CUT, "18\t" + PART,
                     "19\t" + CUT]


def segments_in_a_frame():
    """Two segments of each message in one frame, and the request's first in another."""
    whole = []
    connection = Connection(whole).handshake().says(0, REQUEST, pieces=25)
    connection.says(1, REPLY, pieces=40)
    packets = [packet[14:] for packet in whole]
    frames = [wireless(packet) for packet in packets[:4]]
    frames += [wireless(*packets[4:6]), wireless(*packets[6:])]
    return frames, ["4\t" + PART, "5\t" + PART + "; " + JOIN, "6\t" + PART + "; " + JOINED]


def exported():
    """Without TCP below there is no sequence number, and nothing to put together."""
    frames = [upper_pdu(b"seekchat", data) for data in (REQUEST, REQUEST[:40])]
    return frames, ["1\t" + JOIN, "2\t" + CUT]


def fast_open():
    """The request comes with the SYN."""
    packets = []
    connection = Connection(packets)
    connection.segment(0, SYN, REQUEST, seq=connection.next[0] - 1)
    connection.next[0] += len(REQUEST)
    connection.segment(1, SYN | ACK, seq=connection.next[1] - 1)
    connection.says(1, REPLY)
    return packets, ["1\t" + JOIN, "3\t" + JOINED]


# The link types of captures that are not of Ethernet.
LINKS = {segments_in_a_frame: WIRELESS, exported: UPPER_PDU}

# What, how it is made (its packets and rows), options of tshark.
MADE = [
    ("snapshot lengths", snaplens, []),
    ("wrong checksums", wrong_checksums, []),
    ("wrong checksums", not_put_together, ["-o", "tcp.check_checksum:TRUE"]),
    ("sequence wraps", sequence_wraps, []),
    ("sequence wraps", sequence_wraps, ["-o", "tcp.relative_sequence_numbers:FALSE"]),
    ("sequence wraps", sequence_wraps, ["-o", "tcp.analyze_sequence_numbers:FALSE"]),
    ("ports reused", ports_reused, []),
    ("reply first", reply_first, []),
    ("requests only", one_direction(0, ["3\t" + PART, "4\t" + JOIN]), []),
    ("replies only", one_direction(1, ["2\t" + PART, "3\t" + ALONE]), []),
    ("without beginning", without_beginning, []),
    ("TLS", other_protocol(CLIENT_HELLO, SERVER_HELLO), []),
    ("HTTP", other_protocol(HTTP_REQUEST, HTTP_REPLY), []),
    ("Erlang distribution", other_protocol(SEND_NAME, SEND_STATUS), []),
    ("reset and closed", resets, []),
    ("data with the SYN", fast_open, []),
    ("several segments in a frame", segments_in_a_frame, []),
    ("exported without TCP", exported, []),
]
