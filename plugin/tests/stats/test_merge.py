#!/usr/bin/env python3
# test_merge.py BUILD [--all]
# Checks `seekchat report merge`: the parts of a split capture give the report of the whole, and
# order and grouping do not matter. --all cuts every real capture at every place at which no
# connection is open, each by itself, and takes minutes.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import random
import sys

import jsonschema

import runs
from merge import Folder, command, cuts, part, parts, report, shown
from runs import Wrong

REAL = runs.CAPTURES / "real"
SCHEMA = runs.TOP / "plugin" / "cluster" / "report" / "report.schema.json"
# Captures that are cut, and at how many places at once at most.
CUT = {"story": 6, "real-join": 6, "split-brain": 5, "split-brain-watched": 5, "retry": 3,
       "watches": 3, "left": 2, "two-points": 3, "scan-none": 5, "scan-refused": 5,
       "scan-silent": 5, "scan-found-late": 4, "scan-routed": 3, "custom-port": 3,
       "no-reply-requests": 3, "joined-dns": 2}
UNRELATED = ["story", "failed-cookie", "scan-silent", "left", "error"]


def equal(what, wanted, seen):
    if wanted != seen:
        raise Wrong("%s:\n%s" % (what, runs.difference(wanted.decode(), seen.decode())))


def chosen(places, most, dice):
    return places if len(places) <= most else sorted(dice.sample(places, most))


def grouped(folder, reports, dice):
    """One report of all, merged in random order and groups."""
    left = list(reports)
    while len(left) > 1:
        dice.shuffle(left)
        count = dice.randint(2, min(4, len(left)))
        left = [folder.merge(*left[:count]), *left[count:]]
    return left[0]


def check_valid(text):
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for error in validator.iter_errors(json.loads(text)):
        raise Wrong("%s: %s" % (error.json_path, error.message[:200]))


def check_split(build, capture, most, dice):
    with runs.workplace() as directory:
        folder = Folder(build, directory)
        places, frames = cuts(build, capture)
        if not places:
            raise Wrong("%s: no place to cut" % capture.name)
        whole = report(build, capture)
        pieces = parts(build, directory, capture, chosen(places, most, dice), frames)
        merged = folder.merge(*pieces)
        equal(capture.name, shown(whole), shown(merged))
        equal(capture.name + ", backwards", merged, folder.merge(*reversed(pieces)))
        equal(capture.name + ", grouped", merged, grouped(folder, pieces, dice))
        check_valid(merged)
        text = command(build, "merge", "--text", *map(folder.keep, pieces))[0]
        equal(capture.name + ", text", runs.statistic(build, capture, "seekchat,cluster").encode(),
              text)


def test_split(build):
    dice = random.Random(20260106)
    for name, most in CUT.items():
        check_split(build, REAL / (name + ".pcap"), most, dice)


def test_cut_connections(build):
    """Where connections are cut the report is another, but order and grouping do not matter."""
    dice = random.Random(20260107)
    with runs.workplace() as directory:
        folder = Folder(build, directory)
        pieces = parts(build, directory, REAL / "story.pcap", [77, 150, 284, 398], 575)
        merged = folder.merge(*pieces)
        check_valid(merged)
        for _ in range(3):
            equal("cut", merged, grouped(folder, pieces, dice))


def test_unrelated(build):
    dice = random.Random(20260108)
    with runs.workplace() as directory:
        folder = Folder(build, directory)
        reports = [report(build, REAL / (name + ".pcap")) for name in UNRELATED]
        for one in reports:
            equal("alone", one, folder.merge(one))
            equal("twice", one, folder.merge(one, one))
        merged = folder.merge(*reports)
        check_valid(merged)
        for _ in range(5):
            equal("unrelated", merged, grouped(folder, reports, dice))
        equal("again", merged, folder.merge(merged, reports[2], merged, reports[0]))
        documents = [json.loads(one) for one in reports]
        total = sum(len(one["joins"]) for one in documents)
        if len(json.loads(merged)["joins"]) != total:
            raise Wrong("joins: not %d" % total)


def test_filter(build):
    """Frames that a display filter hides count where frames are numbered."""
    option = "ip.addr == 10.99.0.4"
    with runs.workplace() as directory:
        folder = Folder(build, directory)
        capture = REAL / "story.pcap"
        places, frames = cuts(build, capture)
        edges = [0, places[0], places[-1], frames]
        pieces = [runs.statistic(build, part(directory, capture, first + 1, last),
                                 "seekchat,cluster,json," + option).encode()
                  for first, last in zip(edges, edges[1:])]
        whole = runs.statistic(build, capture, "seekchat,cluster,json," + option).encode()
        equal("filter", shown(whole), shown(folder.merge(*pieces)))


def check_all(build):
    """Every real capture, cut at each place by itself."""
    tried = wrong = 0
    for capture in sorted(REAL.glob("*.pcap")):
        with runs.workplace() as directory:
            folder = Folder(build, directory)
            whole = shown(report(build, capture))
            places, frames = cuts(build, capture)
            for place in places:
                first, second = parts(build, directory, capture, [place], frames)
                merged = folder.merge(second, first)
                tried += 1
                if shown(merged) != whole or merged != folder.merge(first, second):
                    wrong += 1
                    print("%s: differs when cut behind frame %d" % (capture.name, place))
    print("%d places, %d wrong" % (tried, wrong))
    return 1 if wrong or not tried else 0


if __name__ == "__main__":
    if sys.argv[2:] == ["--all"]:
        sys.exit(check_all(sys.argv[1]))
    sys.exit(runs.main([test_split, test_cut_connections, test_unrelated, test_filter]))
