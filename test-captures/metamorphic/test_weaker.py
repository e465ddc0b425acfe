#!/usr/bin/env python3
# test_weaker.py BUILD [--all] [--only PATTERN] [--capture PATTERN]
# A capture that holds less tells less, and nothing that the whole capture contradicts: no other
# outcome or cause of a join, no other end of a scan, no error that was none, no other clusters' split.
# Without --all a part of the pairs of capture and weakening is tried, always the same.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import argparse
import concurrent.futures
import fnmatch
import os
import subprocess
import sys
import tempfile

from bench import CAPTURES, Bench, Wrong
from frames import Unfit, read
from weaken import WEAKENINGS

EVERY = 7      # of the pairs one in so many is tried without --all

ALWAYS = {("icmp-quotes-segment", "icmp-cut")}  # pairs that are tried in any case

# Outcomes that were seen; the others say what the capture lacks.
DECIDED = {"joined", "join_failed", "self", "error", "refused"}
# Causes that speak of the capture, and of no node or network.
OF_CAPTURE = {"unknown", "filtered", "capture_ends", "request_cut", "request_missing", "reply_cut",
              "reply_missing"}
# What is known of a cause where no packet says whose port it is, or how a request came.
WEAKER = {"epmd_refused": "port_refused", "dist_refused": "port_refused",
          "epmd_unreachable": "port_unreachable", "dist_unreachable": "port_unreachable",
          "host_unreachable": "port_unreachable", "request_incomplete": "never_answered"}
# Pairs that tell what is not so, and why that stands.
KNOWN = {
    ("joined-alive", "missed-3"): "all names of a handshake are missing, and so who is up again",
    ("port-reuse", "missed-2"): "made up: two connections with the same numbers look like one",
    ("reply-before-request", "late-50"): "made up: the reply was recorded before the capture began",
    ("found-late", "late-50"): "the port is told only by the messages, which stand first here",
}
# Notes and warnings that speak of the capture, and what is known of a request by itself.
OF_REPORT = {"capture_lacks", "limit_reached", "without_tcp", "request_unknown_type"}


def moments(report, origin):
    """{frame of the whole capture: the exchange that has a message there}"""
    found = {}
    for row in report["joins"] + report["watches"]:
        for key in ("request_frame", "reply_frame"):
            if row[key]:
                found[origin(row[key])] = row
    return found


def joins(whole, weak, origin):
    known = moments(whole, lambda frame: frame)
    for frame, row in moments(weak, origin).items():
        real = known.get(frame)
        if real is None or "outcome" not in row or "outcome" not in real:
            continue
        if row["outcome"] in DECIDED and row["outcome"] != real["outcome"]:
            yield "frame %d: %s, was %s" % (frame, row["outcome"], real["outcome"])
        cause, was = (one["cause"] and one["cause"]["code"] for one in (row, real))
        if cause and cause not in OF_CAPTURE | {was, WEAKER.get(was)}:
            yield "frame %d: %s, was %s" % (frame, cause, was)


def scans(whole, weak, _):
    known = {address for row in whole["nodes"] for address in row["addresses"]}
    for row in weak["scans"]:
        same = [real for real in whole["scans"] if real["source"] == row["source"]]
        if not same and row["source"] not in known:
            yield "a scan of %s" % row["source"]
        for real in same:
            wrong = set(row["silent"] + row["refused"]) & set(real["answered"])
            if len(same) == 1 and wrong:
                yield "%s answered the scan of %s" % (sorted(wrong), row["source"])


def nodes(whole, weak, _):
    """Only where no message is missing: a node that a list lacks may be in a later one."""
    states = {row["name"]: row["state"] for row in whole["nodes"]}
    for row in weak["nodes"]:
        was = states.get(row["name"])
        if row["state"] == "left" and was not in ("left", None):
            yield "%s: left, was %s" % (row["name"], was)


def problems(whole, weak, _):
    known = {row["code"] for row in whole["problems"]}
    known |= {row["cause"]["code"] for row in whole["joins"] if row["cause"]}
    known |= {WEAKER.get(code) for code in known}
    for row in weak["problems"]:
        if row["severity"] != "note" and row["code"] not in known | OF_REPORT | OF_CAPTURE:
            yield "%s %s: %s" % (row["severity"], row["code"], row["text"])


def split(whole, weak, _):
    if weak["split_brain"] is True and whole["split_brain"] is not True:
        yield "split brain, was %s" % whole["split_brain"]


def no_split(whole, weak, _):
    lacks = any(row["code"] == "capture_lacks" for row in weak["problems"])
    if weak["split_brain"] is False and whole["split_brain"] is True and lacks:
        yield "no split brain, though messages were not read"


def said(whole, weak, _):
    """Nothing goes without a word: who reads the weakened capture alone learns that it lacks some."""
    lost = any(len(weak[kind]) < len(whole[kind]) for kind in ("joins", "watches", "scans"))
    if lost and not any(row["code"] == "capture_lacks" for row in weak["problems"]):
        yield "frames were cut, and the report does not say so"


def headless(_, weak, __):
    """What ICMP quotes is no segment that was lost."""
    for row in weak["problems"]:
        if "TCP's header" in row["text"]:
            yield row["text"]


RULES = [joins, scans, problems, split, no_split]


def check(bench, capture, name):
    """What a weakened capture tells that is not so: None if it cannot be made, or lines."""
    try:
        packets = WEAKENINGS[name](read(capture))
        weak = bench.report_of("%s-%s-%s" % (capture.parent.name, capture.stem, name), packets)
        origins = [packet.origin for packet in packets]
        rules = (RULES + [nodes] * (name in ("tcp", "locator-port")) +
                 [said] * name.startswith("snap-") + [headless] * (name == "icmp-cut"))
        return ["%s: %s" % (rule.__name__, line) for rule in rules
                for line in rule(bench.whole(capture), weak, lambda frame: origins[frame - 1])]
    except Unfit:
        return None
    except (Wrong, subprocess.TimeoutExpired, ValueError) as error:
        return ["! %s" % error]


def chosen(arguments):
    captures = [path for group in ("real", "generated", "regressions")
                for path in sorted((CAPTURES / group).glob("*.pcap*"))]
    pairs = [(capture, name) for capture in captures for name in WEAKENINGS
             if fnmatch.fnmatch(name, arguments.only)
             and fnmatch.fnmatch(capture.stem, arguments.capture)
             and (capture.stem, name) not in KNOWN]
    if arguments.all or len(pairs) < EVERY * EVERY:
        return pairs
    return [pair for number, pair in enumerate(pairs)
            if (number + number // len(WEAKENINGS)) % EVERY == 0 or
            (pair[0].stem, pair[1]) in ALWAYS]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", default="*", metavar="PATTERN", help="of weakenings")
    parser.add_argument("--capture", default="*", metavar="PATTERN")
    parser.add_argument("build")
    arguments = parser.parse_args()
    pairs = chosen(arguments)
    tried = wrong = 0
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        bench = Bench(arguments.build, directory)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for (capture, name), found in zip(pairs, pool.map(lambda pair: check(bench, *pair), pairs)):
                tried += found is not None
                wrong += bool(found)
                for line in found or []:
                    print("%s, %s: %s" % (capture.stem, name, line))
    print("%d weakened captures, %d tell what is not so" % (tried, wrong))
    return 1 if wrong or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
