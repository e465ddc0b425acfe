#!/usr/bin/env python3
# test_filters.py BUILD
# The filters that Wireshark makes of a row of the Conversations or Endpoints table find the row's
# messages, in each direction: from sharkd, which makes them with Wireshark's own code.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pathlib
import shutil
import sys

TOP = pathlib.Path(__file__).resolve().parents[3]
CAPTURES = TOP / "test-captures"
sys.path.insert(0, str(CAPTURES))

from any_order import SKIPPED, Sharkd, own_filter  # noqa: E402

# Each frame of these holds one message at most; names in the last need escapes.
READ = ["real/story.pcap", "real/real-calls.pcap", "real/split-brain-watched.pcap",
        "generated/escapes-utf8.pcapng"]

checks = 0
wrong = 0


def same(what, expected, found):
    global checks, wrong
    checks += 1
    if expected != found:
        wrong += 1
        print("%s: expected %s frames, found %s" % (what, expected, found))


def count(sharkd, text):
    return len(sharkd.ask("frames", filter=own_filter(sharkd, text)))


def rows(sharkd, tap, key):
    table, = sharkd.ask("tap", tap0=tap)["taps"]
    return table[key]


def to_itself(row):
    return row["saddr"] == row["daddr"]


def check_conversation(sharkd, name, row):
    sent, received = row["txf"], row["rxf"]
    same(name + row["filter"], sent + received, count(sharkd, row["filter"]))
    one_way = 'seekchat.sender == "%s" && seekchat.peer == "%s"'
    same(name + "from A to B", sent, count(sharkd, one_way % (row["saddr"], row["daddr"])))
    same(name + "from B to A", received, count(sharkd, one_way % (row["daddr"], row["saddr"])))


def check(sharkd, capture):
    sharkd.ask("load", file=str(CAPTURES / capture))
    name = capture + ": "
    for row in rows(sharkd, "conv:SeekChat", "convs"):
        if not to_itself(row):
            check_conversation(sharkd, name, row)
    calls_itself = {row["saddr"] for row in rows(sharkd, "conv:SeekChat", "convs") if to_itself(row)}
    for row in rows(sharkd, "endpt:SeekChat", "hosts"):
        if row["host"] not in calls_itself:
            same(name + row["filter"], row["txf"] + row["rxf"], count(sharkd, row["filter"]))


def main():
    if shutil.which("sharkd") is None:
        print("skipped: sharkd is not installed")
        sys.exit(SKIPPED)
    sharkd = Sharkd(pathlib.Path(sys.argv[1]).resolve())
    for capture in READ:
        check(sharkd, capture)
    sharkd.close()
    print("%d filters, %d of them wrong" % (checks, wrong))
    sys.exit(1 if wrong or checks < 20 else 0)


if __name__ == "__main__":
    main()
