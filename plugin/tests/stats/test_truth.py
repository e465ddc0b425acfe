#!/usr/bin/env python3
# test_truth.py BUILD
# Compares the cluster report on every real capture with what test-captures/real/README.md says that
# it must say, and every report with the schema.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import concurrent.futures
import json
import os
import re
import sys

import jsonschema

import runs
import situations
from merge import Folder
from merge import report as text_of
from runs import Wrong

REAL = runs.CAPTURES / "real"
SCHEMA = runs.TOP / "plugin" / "cluster" / "report" / "report.schema.json"

NODE1, NODE2, NODE3, NODE4 = ("node%d@10.99.0.%d" % (i, i) for i in range(1, 5))
ONE = "node@one.cluster.test"
ALONE = [{NODE1}]
COOKIE = ("cookie_mismatch", "challenge")


def join(seeker, request, reply, outcome="joined", *labels, beacon=NODE1):
    """A join and its cause: a failed one is called by its cause. labels: beginnings of those lines
    below the statement whose frames the cause must name."""
    return seeker, beacon, request, reply, outcome, labels


def watch(watcher, beacon, request, reply, *nodes):
    return watcher, beacon, request, reply, list(nodes)


def scan(source, port, rounds, result, net="10.99.0.", answered=(), refused=(), silent=()):
    def hosts(last):
        return {net + str(host) for host in last}
    return "10.99.0.%d" % source, port, rounds, result, hosts(answered), hosts(refused), \
        hosts(silent)


def says(joins=(), watches=(), scans=(), clusters=(), problems=()):
    return {"joins": list(joins), "watches": list(watches), "scans": list(scans),
            "clusters": list(clusters), "problems": list(problems)}


def failed(seeker, request, reply, cause, *labels, beacon=NODE1):
    return says([join(seeker, request, reply, cause, *labels, beacon=beacon)], clusters=[{beacon}],
                problems=[("error", cause)])


def unanswered(request, cause, *labels):
    return says([join(NODE2, request, None, cause, *labels, beacon=None)],
                problems=[("error", cause)])


def nobody(*scans):
    return says(scans=scans, problems=[("note", "scan_found_nobody")] * len(scans))


def split(joins, clusters, *problems, watches=()):
    scans = [scan(1, 33000, 3, "none", refused=[2, 3, 4], silent=[5, 6]),
             scan(2, 33000, 3, "none", refused=[1, 3, 4], silent=[5, 6])]
    return says(joins, watches, scans, clusters,
                list(problems) + [("warning", "parallel_start")] +
                [("note", "scan_found_nobody")] * 2)


SPLIT = [{NODE1, NODE3}, {NODE2, NODE4}]
OPS = "ops@10.99.0.5"
NOWHERE = "node@nowhere.cluster.test"
WORKERS = ["service-worker-%d@10.99.0.20" % i for i in range(1, 61)]

# Each capture, as its section in README.md has it. Scans that found the one address they tried are
# left out: those are the clients that were told where the Beacon is.
TRUTH = {
    "joined": says([join(NODE2, 6, 42), join(NODE3, 77, 116)], clusters=[{NODE1, NODE2, NODE3}]),
    "joined-short-names": says([join("node@two", 6, 44, beacon="node@one")],
                               clusters=[{"node@one", "node@two"}]),
    "joined-dns": says([join("node@two.cluster.test", 10, 53, beacon=ONE),
                        join("node@three.cluster.test", 99, 128, *COOKIE, beacon=ONE)],
                       clusters=[{ONE, "node@two.cluster.test"}],
                       problems=[("error", "cookie_mismatch")]),
    "joined-loopback": says([join("second@10.99.0.1", 11, 48, beacon="first@10.99.0.1")],
                            clusters=[{"first@10.99.0.1", "second@10.99.0.1"}]),
    "joined-any": says([join(NODE2, 6, 42)], clusters=[{NODE1, NODE2}]),
    "joined-alive": says([join(NODE2, 6, 44), join(NODE2, 90, 128)], clusters=[{NODE1, NODE2}]),
    "joined-simultaneous": says([join("alpha@10.99.0.2", 6, 55)],
                                clusters=[{NODE1, "alpha@10.99.0.2"}]),
    "failed-host-absent": failed("node2@10.99.0.77", 6, 11, "host_unreachable", "ARP requests"),
    "failed-host-icmp": failed("node2@10.99.9.2", 6, 12, "host_unreachable", "SYN", "ICMP"),
    "failed-host-silent": failed("node2@10.99.9.2", 6, 18, "host_unreachable", "SYNs"),
    "failed-epmd-silent": failed(NODE2, 6, 16, "host_unreachable", "SYNs"),
    "failed-dns-nxdomain": failed(NOWHERE, 6, 10, "dns_failed", "query", "error", beacon=ONE),
    "failed-dns-servfail": failed(NOWHERE, 6, 12, "dns_failed", "query", "error", beacon=ONE),
    "failed-dns-silent": failed(NOWHERE, 6, 12, "unknown", "queries", beacon=ONE),
    "failed-epmd-refused": failed(NODE2, 6, 10, "epmd_refused", "RST"),
    "failed-epmd-mute": failed(NODE2, 6, 18, "unknown", "EPMD request"),
    "failed-name-not-registered": failed(NODE2, 6, 18, "name_not_registered", "EPMD"),
    "failed-dist-refused": failed(NODE2, 6, 20, "dist_refused", "EPMD gives", "RST"),
    "failed-dist-silent": failed(NODE2, 6, 26, "dist_unreachable", "EPMD gives", "SYNs"),
    "failed-dist-mute": failed(NODE2, 6, 28, "unknown", "EPMD gives", "SEND_NAME"),
    "failed-cookie": failed(NODE2, 6, 31, "cookie_mismatch", "challenge", "closed by"),
    "failed-status-not-allowed": failed(NODE2, 6, 28, "handshake_rejected", "status"),
    "failed-status-nok": failed("zulu@10.99.0.2", 6, 45, "handshake_rejected", "status"),
    "failed-not-captured": failed(NODE2, 4, 6, "unknown"),
    "watches": says([join(NODE2, 18, 54), join(NODE3, 91, 129)],
                    [watch("early@10.99.0.5", NODE1, 6, 8),
                     watch("late@10.99.0.5", NODE1, 228, 230, NODE2, NODE3)],
                    clusters=[{NODE1, NODE2, NODE3}]),
    "standalone": says([join(NODE2, 18, 56)],
                       [watch("early@10.99.0.5", NODE1, 6, 8),
                        watch("late@10.99.0.5", NODE1, 102, 104, NODE2)],
                       clusters=[{NODE1, NODE2}]),
    "self": says([join(NODE1, 6, 8, "self")], clusters=ALONE, problems=[("warning", "self")]),
    "error": says(clusters=ALONE, problems=[("note", "reply_from_client")]),
    "no-reply-requests": says(
        [join(NODE2, 14, None, "request_incomplete", "request"),
         join(NODE2, 30, None, "request_invalid", "request"), join(NODE2, 38, 75)],
        clusters=[{NODE1, NODE2}],
        problems=[("error", "request_invalid"), ("error", "request_unknown_type"),
                  ("warning", "request_incomplete"), ("warning", "request_invalid")]),
    "no-reply-split": unanswered(10, "request_incomplete", "closed between"),
    "no-reply-closed": unanswered(6, "never_answered", "closed"),
    "no-reply-reset": unanswered(6, "reset", "reset"),
    "no-reply-given-up": unanswered(6, "never_answered", "closed by the seeker"),
    "no-reply-vanished": unanswered(6, "never_answered"),
    "reply-exceeds-recv": says(watches=[watch("watcher@10.99.0.5", NODE1, 6, 10, *WORKERS)],
                               clusters=[{NODE1, *WORKERS}],
                               problems=[("error", "reply_exceeds_recv")]),
    "custom-port": says([join(NODE2, 6, 45), join("other@10.99.0.2", 90, 115, "cookie_mismatch")],
                        clusters=[{NODE1, NODE2}], problems=[("error", "cookie_mismatch")]),
    "retry": says([join(NODE2, request, request + 25, "cookie_mismatch")
                   for request in (6, 39, 72, 105)] + [join(NODE2, 138, 175)],
                  clusters=[{NODE1, NODE2}], problems=[("warning", "cookie_mismatch")]),
    "concurrent": says([join("node2@10.99.0.88", 6, 118, "host_unreachable", "ARP requests"),
                        join(NODE3, 14, 39, *COOKIE), join(NODE4, 49, 86)],
                       clusters=[{NODE1, NODE4}],
                       problems=[("error", "host_unreachable"), ("error", "cookie_mismatch")]),
    "two-points": says([join(NODE2, 11, 85), join("other@10.99.0.2", 153, 203, "cookie_mismatch")],
                       clusters=[{NODE1, NODE2}], problems=[("error", "cookie_mismatch")]),
    "scan-none": nobody(scan(1, None, None, "none", silent=[2, 3, 4, 5, 6])),
    "scan-refused": nobody(scan(1, 33000, 3, "none", refused=[2, 3, 4, 5], silent=[6])),
    "scan-silent": nobody(scan(1, 33000, 3, "none", silent=[2, 3, 4, 5, 6])),
    "scan-silent-slow": nobody(scan(1, 33000, 3, "none", silent=[2, 3])),
    "scan-routed": nobody(scan(1, 33000, 3, "none", "10.99.9.", silent=range(1, 7))),
    "scan-unreachable": nobody(scan(1, 33000, 3, "none", "10.99.9.", silent=range(1, 7))),
    "scan-found": says([join(NODE1, 14, 53, beacon="node5@10.99.0.5")],
                       scans=[scan(1, 33000, 1, "found", answered=[5], refused=[2], silent=[3, 4])],
                       clusters=[{NODE1, "node5@10.99.0.5"}]),
    "scan-found-late": says([join(NODE1, 13, 54, beacon=NODE2)],
                            scans=[scan(1, 33000, 2, "found", answered=[2], silent=[3, 4, 5, 6])],
                            clusters=[{NODE1, NODE2}]),
    "split-brain": split([join(NODE3, 62, 99), join(NODE4, 142, 180, beacon=NODE2)], SPLIT,
                         ("error", "split_brain")),
    "split-brain-watched": split([join(NODE3, 62, 103), join(NODE4, 147, 185, beacon=NODE2)], SPLIT,
                                 ("error", "split_brain"),
                                 watches=[watch(OPS, NODE1, 232, 234, NODE3),
                                          watch(OPS, NODE2, 244, 246, NODE4)]),
    "split-brain-healed": split([join(NODE3, 62, 100), join(NODE4, 146, 183, beacon=NODE2),
                                 join(NODE2, 227, 265)], [{NODE1, NODE2, NODE3, NODE4}],
                                watches=[watch(OPS, NODE1, 495, 497, NODE3, NODE2, NODE4),
                                         watch(OPS, NODE2, 507, 509, NODE4, NODE1, NODE3)]),
    "left": says([join(NODE2, 6, 45), join(NODE3, 92, 130)],
                 [watch(OPS, NODE1, 215, 217, NODE2, NODE3), watch(OPS, NODE1, 233, 235, NODE2)],
                 clusters=[{NODE1, NODE2}],
                 problems=[("warning", "connection_lost"), ("note", "connection_lost")]),
    "story": says([join(NODE2, 39, 78), join(NODE3, 122, 161)] +
                  [join(NODE4, request, request + 25, "cookie_mismatch")
                   for request in (262, 295, 328)] + [join(NODE4, 361, 399)],
                  [watch(OPS, NODE1, 569, 571, NODE2, NODE3, NODE4)],
                  [scan(1, 33000, 3, "none", refused=[2, 3, 4, 5], silent=[6])],
                  [{NODE1, NODE2, NODE3, NODE4}],
                  [("warning", "cookie_mismatch"), ("note", "scan_found_nobody")]),
    "real-join": says([join(NODE2, 107, 184), join(NODE3, 439, 592)] +
                      [join(NODE4, request, reply, "cookie_mismatch")
                       for request, reply in ((961, 986), (994, 1019), (1028, 1053), (1061, 1086))],
                      scans=[scan(1, 33000, 3, "none", refused=range(2, 7), silent=range(7, 15))],
                      clusters=[{NODE1, NODE2, NODE3}],
                      problems=[("error", "cookie_mismatch"), ("note", "scan_found_nobody")]),
    "real-calls": says([join(NODE1, 14, 16, "self"), join("ghost@10.99.0.6", 34, 36, "unknown")],
                       [watch("watcher@10.99.0.5", NODE1, 4, 6, NODE2, NODE3)],
                       clusters=[{NODE1, NODE2, NODE3}],
                       problems=[("error", "unknown"), ("warning", "self"),
                                 ("note", "reply_from_client")]),
}

# What the sentence of a capture's first problem says beside its code.
TEXTS = {
    "failed-host-absent": "nobody answered the ARP requests for 10.99.0.77",
    "failed-host-icmp": "ICMP unreachable",
    "failed-host-silent": "did not answer",
    "failed-dns-nxdomain": "NXDOMAIN (rcode 3)",
    "failed-dns-servfail": "rcode 2",
    "failed-dns-silent": "no answer",
    "failed-epmd-mute": "did not answer PORT2_REQ",
    "failed-name-not-registered": "no node of the name node2",
    "failed-dist-refused": "port 45555",
    "failed-dist-silent": "port 45002",
    "failed-dist-mute": "SEND_NAME was not answered",
    "failed-status-not-allowed": "status not_allowed",
    "failed-status-nok": "status nok",
    "no-reply-split": "only a part of the request",
    "no-reply-closed": "closed the connection",
    "no-reply-reset": "reset the connection",
    "no-reply-given-up": "gave up",
    "reply-exceeds-recv": "1906 bytes does not fit in the one recv of its reader, watcher@10.99.0.5",
    "story": "it joined later, in frame 399",
}

# Outcomes that are no failure, or that have no cause beside themselves.
PLAIN = ("joined", "self", "error")


def evidence():
    """{capture: [(label, frames)]} of README.md."""
    found = {}
    capture = None
    for line in (REAL / "README.md").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"## (.*)", line):
            capture = match[1]
            found[capture] = []
        elif match := re.match(r"  - (.*): ([0-9 ]+|none) \(`", line):
            frames = {int(frame) for frame in match[2].split() if frame != "none"}
            found[capture].append((match[1], frames))
    return found


def outcome(row):
    cause = row["cause"]
    return row["outcome"] if row["outcome"] in PLAIN else cause["code"]


def observed(report):
    """A report in the form of TRUTH."""
    scans = [row for row in report["scans"]
             if row["result"] != "found" or len(row["targets"]) > 1]
    return {
        "joins": [(row["seeker"], row["beacon"], row["request_frame"], row["reply_frame"],
                   outcome(row)) for row in report["joins"]],
        "watches": [(row["watcher"], row["beacon"], row["request_frame"], row["reply_frame"],
                     row["nodes"]) for row in report["watches"]],
        "scans": [(row["source"], row["port"], row["rounds"], row["result"], set(row["answered"]),
                   set(row["refused"]), set(row["silent"])) for row in scans],
        "clusters": [set(row["nodes"]) for row in report["clusters"]],
        "problems": [(row["severity"], row["code"]) for row in report["problems"]],
    }


def check_same(capture, truth, report):
    seen = observed(report)
    for key, rows in truth.items():
        wanted = [row[:5] for row in rows] if key == "joins" else rows
        if seen[key] != wanted:
            raise Wrong("%s: %s:\nwanted %s\nseen   %s" % (capture, key, wanted, seen[key]))
    if capture in TEXTS and TEXTS[capture] not in report["problems"][0]["text"]:
        raise Wrong("%s: %s" % (capture, report["problems"][0]["text"]))
    if report["split_brain"] != (len(truth["clusters"]) > 1):
        raise Wrong("%s: split_brain is %s" % (capture, report["split_brain"]))


def check_evidence(capture, truth, report, lines):
    """Each cause names the frames that README.md gives for it, and none outside the exchange."""
    for wanted, row in zip(truth["joins"], report["joins"]):
        if (row["cause"] is None) != (wanted[4] in PLAIN):
            raise Wrong("%s: the cause of join %s" % (capture, wanted))
        if row["cause"] is None:
            continue
        frames = set(row["cause"]["frames"])
        for label in wanted[5]:
            shown = [found for name, found in lines if name.startswith(label)]
            if not shown or not any(found and found <= frames for found in shown):
                raise Wrong("%s: %s does not name the frames of %s: %s, but %s"
                            % (capture, row["cause"]["code"], label, shown, sorted(frames)))
        if row["reply_frame"] is not None and \
                not all(row["request_frame"] < frame < row["reply_frame"] for frame in frames):
            raise Wrong("%s: %s outside of request and reply" % (capture, sorted(frames)))


def check_filters(build, capture, report):
    """The filter of each problem shows its frames."""
    for problem in report["problems"]:
        shown = runs.run(build, "-n", "-r", REAL / (capture + ".pcap"), "-Y", problem["filter"],
                         "-T", "fields", "-e", "frame.number")[0]
        if [int(frame) for frame in shown.split()] != problem["frames"]:
            raise Wrong("%s: %s shows %s" % (capture, problem["filter"], shown.split()))


def test_all_described(_build):
    captures = {path.stem for path in REAL.glob("*.pcap")}
    held = TRUTH.keys() | situations.SITUATIONS.keys()
    if captures != held or captures != evidence().keys():
        raise Wrong("not in all lists: %s" % (captures ^ held | captures ^ evidence().keys()))


def check_situation(capture, truth, report, lines):
    wrong = situations.unlike(truth, report, lines)
    if wrong:
        raise Wrong("%s: %s" % (capture, "\n    ".join(wrong)))


def check(build, validator, capture, lines):
    """What is wrong with the report on a capture; None if nothing is."""
    try:
        report = runs.report(build, REAL / (capture + ".pcap"))
        for error in validator.iter_errors(report):
            raise Wrong("%s: %s: %s" % (capture, error.json_path, error.message[:200]))
        if capture in TRUTH:
            check_same(capture, TRUTH[capture], report)
            check_evidence(capture, TRUTH[capture], report, lines)
        else:
            check_situation(capture, situations.SITUATIONS[capture], report, lines)
        check_filters(build, capture, report)
    except Wrong as error:
        return str(error)
    return None


def check_all(build, captures):
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    lines = evidence()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = list(filter(None, pool.map(
            lambda capture: check(build, validator, capture, lines[capture]), captures)))
    if wrong:
        raise Wrong("\n".join(wrong))


def test_truth(build):
    check_all(build, TRUTH)


def test_situations(build):
    check_all(build, situations.SITUATIONS)


def test_ring(build):
    """The two files of a ring have one join, which the cut between them does not hide."""
    with runs.workplace() as directory:
        pieces = [text_of(build, REAL / name) for name in ("ring-1.pcap", "ring-2.pcap")]
        report = json.loads(Folder(build, directory).merge(*pieces))
    check_situation("ring", situations.tells(
        [situations.join(NODE2, NODE1, "joined")], (False,), errors=False), report, [])


if __name__ == "__main__":
    tests = [test_all_described, test_truth]
    sys.exit(runs.main(tests + [test_situations, test_ring] if situations.HELD else tests))
