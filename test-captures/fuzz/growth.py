#!/usr/bin/env python3
# growth.py BUILD [NAME...]
# Prints how the time that tshark takes with the plugin (user time: two passes, statistics, report,
# Expert Information) grows when there is twice, four and eight times as much of what an attacker
# can repeat.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import pathlib
import subprocess
import sys
import tempfile

import wire

HERE = pathlib.Path(__file__).resolve().parent
OPTIONS = ["-2", "-n", "-q", "-z", "seekchat,tree", "-z", "seekchat,cluster", "-z", "expert"]
TIMES = (1, 2, 4, 8)


def named(number, payload=b'"joined"', kind=b"reply"):
    return b'{"type":"%s","sender":"n%d@10.99.0.1","payload":%s}' % (kind, number, payload)


def one():
    return wire.Connection([]).handshake()


def messages_a_frame(count):
    connection = one()
    for _ in range(100):
        connection.says(1, b"{}" * count)
    return connection.packets


def segments_a_message(count):
    payload = b"[" + b",".join([b'"node@10.99.0.2"'] * (60 * count)) + b"]"
    return one().says(0, wire.REQUEST).says(1, named(1, payload), pieces=1000).packets


def connections(count):
    packets = []
    for number in range(count):
        client = ("10.99.%d.%d" % (1 + number // 200, 1 + number % 200), 40000)
        connection = wire.Connection(packets, client=client).handshake()
        connection.says(0, wire.REQUEST).says(1, wire.REPLY).close()
    return packets


def requests_waiting(count):
    connection = one()
    for _ in range(count):
        connection.says(0, wire.REQUEST)
    for _ in range(count):
        connection.says(1, wire.REPLY)
    return connection.packets


def retransmissions(count):
    """Each segment brings two bytes of a message that goes on, and all of it before these."""
    connection = one()
    text = named(1, b'"' + b"x" * 2 * count + b'"')
    start = connection.next[1]
    for end in range(2, len(text), 2):
        connection.segment(1, wire.ACK, text[max(0, end - 200):end], seq=start + max(0, end - 200))
        connection.next[1] = start + end
    return connection.packets


def names(count):
    """Each reply is from another node, and lists two that nobody else lists."""
    packets = []
    for number in range(count):
        client = ("10.99.%d.%d" % (1 + number // 200, 1 + number % 200), 40000)
        nodes = b'["a%d@10.99.0.1","b%d@10.99.0.1"]' % (number, number)
        connection = wire.Connection(packets, client=client).handshake()
        connection.says(0, named(number, b'"check"', b"watching")).says(1, named(number, nodes))
    return packets


def segments_a_frame(count):
    """Wireshark gives a frame of some hundred up."""
    packets = []
    for _ in range(400):
        connection = wire.Connection([])
        connection.next = [1 + 64 * count * len(packets), 1]
        inner = []
        for _ in range(count):
            inner.append(wire.tcp(wire.CLIENT, wire.SERVER, connection.next[0], 1, wire.ACK,
                                  wire.REQUEST))
            connection.next[0] += len(wire.REQUEST)
        packets.append(wire.wireless(*inner))
    return packets


# What is repeated, how often at least, and the kind of its frames.
THINGS = [
    ("messages a frame", messages_a_frame, 2000, wire.ETHERNET),
    ("segments a frame", segments_a_frame, 10, wire.WIRELESS),
    ("segments a message", segments_a_message, 1000, wire.ETHERNET),
    ("connections", connections, 2000, wire.ETHERNET),
    ("requests waiting", requests_waiting, 4000, wire.ETHERNET),
    ("retransmissions", retransmissions, 4000, wire.ETHERNET),
    ("names", names, 2000, wire.ETHERNET),
]


def seconds(build, capture):
    process = subprocess.Popen(["sh", HERE.parent / "tshark.sh", build, "-r", capture, *OPTIONS],
                               stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit("tshark failed with status %d" % process.returncode)
    return usage.ru_utime


def measure(build, folder, make, least, kind):
    result = []
    for times in TIMES:
        capture = folder / "growth.pcap"
        wire.write(capture, make(least * times), kind)
        result.append(seconds(build, capture))
    return result


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: growth.py BUILD [NAME...]")
    build = pathlib.Path(sys.argv[1]).resolve()
    print("| what | n | n | 2n | 4n | 8n | last doubling |\n|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder).chmod(0o755)
        for name, make, least, kind in THINGS:
            if sys.argv[2:] and name not in sys.argv[2:]:
                continue
            figures = measure(build, pathlib.Path(folder), make, least, kind)
            factor = figures[-1] / max(figures[-2], 0.01)
            print("| %s | %d | %s | %.1f |" % (
                name, least, " | ".join("%.2f s" % figure for figure in figures), factor),
                flush=True)


if __name__ == "__main__":
    main()
