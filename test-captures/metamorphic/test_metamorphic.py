#!/usr/bin/env python3
# test_metamorphic.py BUILD [--all] [--only PATTERN] [--capture PATTERN] [--show N]
# The cluster report tells the same of the same events, however they were captured: twice, in tunnels,
# on both sides of an address translation, on other ports, over IPv6, in another order, among strangers,
# in pieces, and with other preferences. Without --all a part of the pairs of capture and
# transformation is tried, always the same.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import argparse
import collections
import concurrent.futures
import fnmatch
import os
import subprocess
import sys
import tempfile

import compare
import frames
import transform
from bench import CAPTURES, Bench, Wrong
from compare import Same
from weaken import numbers_told_apart

EVERY = 23     # of the pairs one in so many is tried without --all
PIECE = 10     # frames
CUTS = 12      # of one capture at most, without --all
ALWAYS = {("lost", "pieces")}  # pairs that are tried in any case

PREFERENCES = {
    "out-of-order": ["-o", "tcp.reassemble_out_of_order:TRUE"],
    "no-desegmentation": ["-o", "tcp.desegment_tcp_streams:FALSE"],
    "no-analysis": ["-o", "tcp.analyze_sequence_numbers:FALSE"],
    "absolute-numbers": ["-o", "tcp.relative_sequence_numbers:FALSE"],
    "subdissectors": ["-o", "tcp.no_subdissector_on_error:FALSE"],
    "heuristic-first": ["-o", "tcp.try_heuristic_first:TRUE"],
    "two-passes": ["-2"],
}
OTHER_PORT = ["-o", "seekchat.tcp.port:%d" % transform.OTHER_LOCATOR_PORT]


def origins(*captures):
    """{frame of the captures, numbered through: the frame that it was made from}"""
    packets = [packet for capture in captures for packet in capture]
    return {number: packet.origin for number, packet in enumerate(packets, 1)}


def seen_otherwise(change, options=(), addresses=None, ports=None):
    """A test: the report of what `change` makes of a capture."""
    def test(bench, capture, name):
        packets = frames.read(capture)
        made = change(packets)
        report = bench.report_of(name, made, *options)
        return report, Same(origins(made), addresses(packets) if addresses else {}, ports)
    return test


def with_preference(options):
    return lambda bench, capture, _: (bench.report(capture, *options), Same())


def two_points(bench, capture, name):
    packets = frames.read(capture)
    if not capture.stem.startswith("nat-"):  # which hold two sides of a translation already
        packets = [numbers_told_apart(packet) for packet in packets]
    sides = transform.both_sides(packets)
    report = bench.merge(name, *sides)
    # A merge numbers the frames of captures through in the order in which these begin and end.
    sides.sort(key=lambda side: (side[0].time, side[-1].time, len(side)))
    return report, Same(origins(*sides), transform.real_address(packets))


def pieces(bench, capture, name):
    packets = frames.read(capture)
    if len(packets) <= PIECE:
        raise frames.Unfit("short")
    size = PIECE if bench.all else max(PIECE, -(-len(packets) // CUTS))
    return bench.merge(name, *(packets[at:at + size] for at in range(0, len(packets), size))), Same()


def cut_once(share):
    def test(bench, capture, name):
        packets = frames.read(capture)
        at = len(packets) * share // 100 // PIECE * PIECE
        if not 0 < at < len(packets):
            raise frames.Unfit("short")
        return bench.merge(name, packets[:at], packets[at:]), Same()
    return test


MOVED = {transform.other_port(port): port for port in range(1024, 65536)}
TESTS = {
    "twice": seen_otherwise(transform.twice),
    "vlan": seen_otherwise(transform.vlan),
    "cooked": seen_otherwise(transform.cooked),
    "vxlan": seen_otherwise(transform.vxlan),
    "vxlan-too": seen_otherwise(transform.vxlan_too),
    "translation": seen_otherwise(transform.translation, addresses=transform.real_address),
    "translation-two-points": two_points,
    "moved": seen_otherwise(transform.moved, OTHER_PORT, ports=MOVED),
    "epmd-port": seen_otherwise(transform.moved_epmd,
                                ports={transform.OTHER_EPMD_PORT: transform.EPMD_PORT}),
    "ipv6": seen_otherwise(transform.over_ipv6, addresses=transform.old_address),
    "acknowledged-first": seen_otherwise(transform.acknowledged_first),
    "strangers": seen_otherwise(transform.with_strangers),
    "pieces": pieces,
    **{"cut-%d" % share: cut_once(share) for share in (20, 40, 60, 80)},
    **{name: with_preference(options) for name, options in PREFERENCES.items()},
}


def check(bench, capture, name):
    """What a transformation changes in the report on a capture: None, nothing, or lines."""
    label = "%s-%s-%s" % (capture.parent.name, capture.stem, name)
    try:
        report, same = TESTS[name](bench, capture, label)
        wanted, seen = compare.unlike(name, capture.stem, compare.answers(bench.whole(capture)),
                                      compare.answers(report, same))
    except frames.Unfit:
        return None
    except (Wrong, subprocess.TimeoutExpired, ValueError) as error:
        return ["! %s" % error]
    return ["- " + line for line in wanted] + ["+ " + line for line in seen]


def chosen(arguments):
    captures = [path for group in ("real", "generated", "regressions")
                for path in sorted((CAPTURES / group).glob("*.pcap*"))]
    pairs = [(capture, name) for capture in captures for name in TESTS
             if fnmatch.fnmatch(name, arguments.only)
             and fnmatch.fnmatch(capture.stem, arguments.capture)]
    if arguments.all or len(pairs) < EVERY * EVERY:
        return pairs
    # A step that has no factor in common with the number of transformations meets them all.
    return [(capture, name) for number, (capture, name) in enumerate(pairs)
            if (number + number // len(TESTS)) % EVERY == 0 or (capture.stem, name) in ALWAYS]


def show(pair, found, most):
    capture, name = pair
    print("%s, %s:" % (capture.stem, name))
    for line in found[:most]:
        print("    " + line[:400])
    if len(found) > most:
        print("    and %d lines" % (len(found) - most))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", default="*", metavar="PATTERN", help="of transformations")
    parser.add_argument("--capture", default="*", metavar="PATTERN")
    parser.add_argument("--show", type=int, default=6, metavar="LINES")
    parser.add_argument("build")
    arguments = parser.parse_args()
    pairs = chosen(arguments)
    counts = collections.defaultdict(collections.Counter)
    wrong = 0
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        bench = Bench(arguments.build, directory)
        bench.all = arguments.all
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for pair, found in zip(pairs, pool.map(lambda pair: check(bench, *pair), pairs)):
                counts[pair[1]]["unfit" if found is None else "differ" if found else "same"] += 1
                if found:
                    show(pair, found, arguments.show)
    for name, count in counts.items():
        print("%-24s %4d same, %3d differ, %3d do not fit" % (name, count["same"], count["differ"],
                                                              count["unfit"]))
        wrong += count["differ"]
    print("%d pairs, %d differ" % (len(pairs), wrong))
    return 1 if wrong or not pairs else 0


if __name__ == "__main__":
    sys.exit(main())
