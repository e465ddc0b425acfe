#!/usr/bin/env python3
# streams.py
# Rewrites what TCP connections say, wherever segments end, to texts of the same length.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import collections
import dataclasses

from frames import ACK, SYN, segment_of, with_payload

HALF = 1 << 31


@dataclasses.dataclass
class Stream:
    """One direction of a connection: its port, and (packet's index, offset, bytes) of each segment."""
    whence: tuple
    whither: tuple
    pieces: list

    def runs(self):
        """[(offset, bytes)] without holes, the first copy of a byte counts."""
        known = {}
        for _, offset, payload in self.pieces:
            for at, byte in enumerate(payload, offset):
                known.setdefault(at, byte)
        runs = []
        for at in sorted(known):
            if runs and runs[-1][0] + len(runs[-1][1]) == at:
                runs[-1][1].append(known[at])
            else:
                runs.append((at, bytearray([known[at]])))
        return [(at, bytes(run)) for at, run in runs]


def streams_of(packets):
    """All streams. A SYN with another number begins a new connection of the same ports."""
    generations = collections.Counter()
    first = {}
    found = {}
    for index, packet in enumerate(packets):
        segment = segment_of(packet)
        if not segment:
            continue
        pair = frozenset((segment.whence, segment.whither))
        if segment.flags & (SYN | ACK) == SYN:
            last = first.get((pair, generations[pair], segment.whence))
            if last is not None and last != segment.number:
                generations[pair] += 1
        key = pair, generations[pair], segment.whence
        start = first.setdefault(key, segment.number)
        if not segment.payload:
            continue
        offset = (segment.number - start + HALF) % (2 * HALF) - HALF
        stream = found.setdefault(key, Stream(segment.whence, segment.whither, []))
        stream.pieces.append((index, offset, segment.payload))
    return list(found.values())


def rewritten(packets, change):
    """The packets with other bytes of TCP. change: gets a stream and bytes without holes, and gives
    [(place, new bytes)]."""
    packets = list(packets)
    for stream in streams_of(packets):
        patches = {}
        for offset, run in stream.runs():
            for place, new in change(stream, run):
                patches.update((offset + place + at, byte) for at, byte in enumerate(new))
        for index, offset, payload in stream.pieces if patches else ():
            new = bytes(patches.get(at, byte) for at, byte in enumerate(payload, offset))
            if new != payload:
                packets[index] = with_payload(packets[index], new)
    return packets
