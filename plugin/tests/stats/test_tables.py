#!/usr/bin/env python3
# test_tables.py [--regenerate] BUILD
# Compares what tshark prints of each statistic with expected/, and checks that names from the wire
# are escaped in all of them. --regenerate writes expected/ instead; what changes is to be read.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pathlib
import re
import sys

import runs
from runs import Wrong

EXPECTED = pathlib.Path(__file__).resolve().parent / "expected"
STATISTICS = ["seekchat,tree", "seekchat,srt", "conv,seekchat", "endpoints,seekchat",
              "seekchat,cluster"]
REAL = runs.CAPTURES / "real"
GENERATED = runs.CAPTURES / "generated"

# Name, captures, display filter.
CASES = [
    ("story", [REAL / "story.pcap"], ""),
    ("story-node4", [REAL / "story.pcap"], "ip.addr == 10.99.0.4"),
    ("merged", [REAL / "failed-cookie.pcap", REAL / "watches.pcap"], ""),
    ("two-points", [REAL / "two-points.pcap"], ""),
    ("escapes", [GENERATED / "escapes-utf8.pcapng"], ""),
    ("lists", [GENERATED / "lists.pcapng"], ""),
    ("pipelined", [GENERATED / "pipelined.pcapng"], ""),
    ("pipelined-cut", [GENERATED / "pipelined.pcapng"], "frame.number != 4"), # the first request
    ("hostile", [GENERATED / "hostile.pcapng"], ""),
    ("no-seekchat", [REAL / "scan-none.pcap"], ""),
]

regenerate = False


def endpoints(text):
    """Names and packets: 4.6 prints bytes in another way."""
    rows = [re.match(r"(.*\S) +(\d+)  +\d+(?: \w+)? +(\d+)  +\d+(?: \w+)? +(\d+)  +\d+", line)
            for line in text.splitlines()]
    return "".join("%s: %s packets, sent %s, received %s\n" % row.groups() for row in rows if row)


def normal(statistic, text):
    """Without what the versions of Wireshark print in different ways; 4.0 leaves a filter out."""
    if statistic.startswith("endpoints"):
        return endpoints(text)
    return "".join(line.rstrip() + "\n" for line in text.splitlines()
                   if statistic != "seekchat,srt" or not line.startswith("Filter:"))


def with_filter(statistic, display_filter):
    return statistic + ("," + display_filter if display_filter else "")


def compare(name, statistic, seen):
    path = EXPECTED / ("%s-%s.txt" % (name, statistic.replace(",", "-")))
    if regenerate:
        path.parent.mkdir(exist_ok=True)
        path.write_text(seen, encoding="utf-8")
        return
    wanted = path.read_text(encoding="utf-8")
    if wanted != seen:
        raise Wrong("%s:\n%s" % (path.name, runs.difference(wanted, seen)))


def check_printable(name, statistic, text):
    for character in text:
        if not (character.isprintable() or character == "\n"):
            raise Wrong("%s %s prints %r" % (name, statistic, character))


def test_golden(build):
    with runs.workplace() as directory:
        # Statistic by statistic: a tshark that was started for one goes on to the next capture.
        for statistic in STATISTICS:
            for name, captures, display_filter in CASES:
                capture = captures[0] if len(captures) == 1 else runs.merged(directory, *captures)
                seen = runs.statistic(build, capture, with_filter(statistic, display_filter))
                check_printable(name, statistic, seen)
                compare(name, statistic, normal(statistic, seen))


def test_passes(build):
    """Two passes count the same as one, but for what only the second can know."""
    for statistic in STATISTICS:
        for capture in (REAL / "story.pcap", GENERATED / "pipelined.pcapng"):
            one, two = (runs.statistic(build, capture, statistic, *more) for more in ([], ["-2"]))
            if one != two:
                raise Wrong("%s %s:\n%s" % (capture.name, statistic, runs.difference(one, two)))


def test_names_as_filters(build):
    """A name as a table shows it, in quotes in a display filter, finds the node's messages."""
    capture = GENERATED / "escapes-utf8.pcapng"
    rows = endpoints(runs.statistic(build, capture, "endpoints,seekchat")).splitlines()
    if len(rows) < 10:
        raise Wrong("only %d names" % len(rows))
    for row in rows:
        name, sent = re.match(r"(.*): \d+ packets, sent (\d+)", row).groups()
        shown = runs.run(build, "-n", "-r", capture, "-Y", 'seekchat.sender == "%s"' % name)[0]
        if len(shown.splitlines()) != int(sent):
            raise Wrong("%s sent %s, the filter shows %d" % (name, sent, len(shown.splitlines())))


if __name__ == "__main__":
    if "--regenerate" in sys.argv:
        sys.argv.remove("--regenerate")
        regenerate = True
    sys.exit(runs.main([test_golden] if regenerate else
                       [test_golden, test_passes, test_names_as_filters]))
