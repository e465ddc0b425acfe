#!/usr/bin/env python3
# test_report.py BUILD
# Checks how the cluster report is asked for, and what it makes of hostile and broken captures.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import subprocess
import sys

import jsonschema

import runs
from runs import Wrong

REAL = runs.CAPTURES / "real"
GENERATED = runs.CAPTURES / "generated"
SCHEMA = runs.TOP / "plugin" / "cluster" / "report" / "report.schema.json"
STORY = REAL / "story.pcap"
NODE4 = "ip.addr == 10.99.0.4"


def equal(what, wanted, seen):
    if wanted != seen:
        raise Wrong("%s: wanted %r, seen %r" % (what, wanted, seen))


def seekers(report):
    return {row["seeker"] for row in report["joins"]}


def test_options(build):
    equal("json", 4, len(runs.report(build, STORY)["clusters"][0]["nodes"]))
    text = runs.statistic(build, STORY, "seekchat,cluster")
    if not text.startswith("SeekChat cluster report\n"):
        raise Wrong(text[:100])
    equal("empty filter", text, runs.statistic(build, STORY, "seekchat,cluster,"))
    for option in ("seekchat,clusters", "seekchat,cluster,((", "seekchat,cluster,json,no.field",
                   "seekchat,cluster,jso"):
        _, errors = runs.run(build, "-q", "-r", STORY, "-z", option, status=1)
        if "cluster" not in errors:
            raise Wrong("%s: %s" % (option, errors))


def test_filter(build):
    equal("seekers", {"node4@10.99.0.4"}, seekers(runs.report(build, STORY, NODE4)))
    report = runs.report(build, STORY, NODE4)
    equal("causes", ["cookie_mismatch"] * 3 + [None],
          [row["cause"] and row["cause"]["code"] for row in report["joins"]])
    report = runs.report(build, STORY, "seekchat")
    equal("without EPMD", {"unknown"},
          {row["cause"]["code"] for row in report["joins"] if row["cause"]})
    # An "or" in the filter must not let more in than the filter does.
    report = runs.report(build, STORY, "ip.addr == 10.99.0.4 || ip.addr == 10.99.0.3")
    equal("or", {"node4@10.99.0.4", "node3@10.99.0.3"}, seekers(report))


def test_two_at_once(build):
    text, document = (runs.statistic(build, STORY, option)
                      for option in ("seekchat,cluster", "seekchat,cluster,json"))
    both = runs.statistic(build, STORY, "seekchat,cluster", "-z", "seekchat,cluster,json")
    equal("both", {text + document, document + text} >= {both}, True)


def test_two_passes(build):
    for capture in sorted(REAL.glob("*.pcap")):
        one, two = (runs.statistic(build, capture, "seekchat,cluster,json", *more)
                    for more in ([], ["-2"]))
        if one != two:
            raise Wrong("%s:\n%s" % (capture.name, runs.difference(one, two)))


def test_live(build):
    """A capture that comes through a pipe, as from an interface."""
    with subprocess.Popen(["cat", STORY], stdout=subprocess.PIPE) as source:
        done = subprocess.run(["sh", runs.CAPTURES / "tshark.sh", build, "-n", "-q", "-i", "-",
                               "-z", "seekchat,cluster,json"], stdin=source.stdout,
                              capture_output=True, timeout=runs.SECONDS)
    equal("joins", 6, len(json.loads(done.stdout)["joins"]))


def test_merged(build):
    """Two captures of different times and networks make one report of both."""
    with runs.workplace() as directory:
        path = runs.merged(directory, REAL / "failed-cookie.pcap", REAL / "joined-short-names.pcap",
                           REAL / "scan-refused.pcap")
        report = runs.report(build, path)
    equal("seekers", {"node2@10.99.0.2", "node@two"}, seekers(report))
    equal("outcomes", {"joined", "join_failed"}, {row["outcome"] for row in report["joins"]})
    equal("scans", 1, sum(row["result"] == "none" for row in report["scans"]))


def test_unfinished(build):
    """Requests that never come to their end are told once, in one pass and in two."""
    for name in ("capture-ends-in-message", "fin-in-message", "rst-in-message"):
        for more in ([], ["-2"]):
            report = runs.report(build, GENERATED / (name + ".pcapng"), None, *more)
            codes = [row["code"] for row in report["problems"]]
            wanted = {"request_incomplete", "reply_incomplete", "capture_ends"}
            if not wanted.intersection(codes):
                raise Wrong("%s %s: %s" % (name, more, codes))


def test_generated(build):
    """Every report is valid, and every text printable."""
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    captures = sorted(GENERATED.glob("*.pcapng")) + sorted(
        (runs.CAPTURES / "regressions").glob("*.pcap*"))
    for capture in captures:
        for error in validator.iter_errors(runs.report(build, capture)):
            raise Wrong("%s: %s: %s" % (capture.name, error.json_path, error.message[:200]))
        text = runs.statistic(build, capture, "seekchat,cluster")
        if not all(character.isprintable() or character == "\n" for character in text):
            raise Wrong("%s: %r" % (capture.name, text))


if __name__ == "__main__":
    sys.exit(runs.main([test_options, test_filter, test_two_at_once, test_two_passes, test_live,
                        test_merged, test_unfinished, test_generated]))
