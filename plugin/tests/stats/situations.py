#!/usr/bin/env python3
# situations.py
# What the cluster report must say of the captures of test-captures/real in which more than one
# answer is right, or of which only a part is known: its README.md has the same in words.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import collections
import re

# Whether stats-truth holds the report to this.
HELD = True

NODE1, NODE2, NODE3, NODE4 = ("node%d@10.99.0.%d" % (i, i) for i in range(1, 5))
COOKIE = "cookie_mismatch"
# Sentences that were said of packets that are in the capture.
ABSENT = ("nothing from ",)


def join(seeker, beacon, right, count=1, label=None):
    """count joins of the same nodes. seeker, right: one name, or all that may be said; right names
    outcomes and causes. label: the beginning of those lines of README.md whose frames, as far as they
    are between request and reply, the cause must name."""
    def many(one):
        return one if isinstance(one, tuple) else (one,)
    return many(seeker), beacon, many(right), count, label


def tells(joins=None, split=(False, None), **more):
    """joins: all of them, in any order; None: any. split: what split_brain may be. Of more:
    clusters: exactly these; codes: problems that there are; unsaid: problems that there are not;
    no_error: codes that are no errors; errors=False: there is no error at all; frames: named by a
    problem; text: a pattern that a sentence matches; silence: words that no sentence has; scans:
    their number; no_scan_from: sources that do not scan; no_target, not_silent: addresses that no scan
    has."""
    return dict(more, joins=joins, split=split)


def cookie(seeker, beacon, label="challenge"):
    return tells([join(seeker, beacon, COOKIE, 4, label)], codes=[COOKIE], silence=ABSENT)


def fails(seeker, beacon, right, count=1, label=None, **more):
    return tells([join(seeker, beacon, right, count, label)], silence=ABSENT, **more)


SITUATIONS = {
    "nat-any-joined": tells([join("node2@10.99.0.11", NODE1, "joined")], (False,),
                            clusters=[{NODE1, "node2@10.99.0.11"}], errors=False),
    "nat-any-cookie": tells([join("node3@10.99.0.11", NODE1, COOKIE, 4)], silence=ABSENT),
    "service-address": cookie("node2@10.244.1.5", NODE1),
    "ipv6-cookie": cookie("node3@n3.v6.test", "node1@n1.v6.test"),
    "ipv6-host-absent": fails("node7@n7.v6.test", "node1@n1.v6.test",
                              ("host_unreachable", "unknown"), label="neighbour"),
    "ipv6-name-not-registered": fails("node4@n4.v6.test", "node1@n1.v6.test",
                                      "name_not_registered", label="EPMD's answer"),
    "two-networks-cookie": cookie("node3@10.98.0.3", "node1@10.98.0.1"),
    "two-networks-host-absent": fails("node7@10.98.0.77", "node1@10.98.0.1", "host_unreachable",
                                      label="ARP requests"),
    "tls-rejected": fails(NODE3, NODE1, "tls_rejected", 4, "alert", text="(?i)unknown.ca"),
    "tls-mismatch": fails("node7@10.99.0.3", "node6@10.99.0.1", "tls_mismatch", 4, "alert",
                          text="TLS"),
    "epmd-port-cookie": cookie(NODE3, NODE1),
    "epmd-port-name-not-registered": fails(NODE4, NODE1, "name_not_registered",
                                           label="EPMD's answer"),
    "epmd-port-silent": fails(NODE4, NODE1,
                              ("host_unreachable", "dist_unreachable", "port_unreachable"),
                              label="SYNs"),
    "no-epmd-cookie": cookie(NODE3, NODE1),
    "no-epmd-refused": fails(NODE4, NODE1, ("port_refused", "epmd_refused", "dist_refused"),
                             label="RST"),
    "long-and-short-names": fails("node2@n2", NODE1, "long_and_short_names", 4),
    "dns-unreachable": fails("node3@nohost.cl.test", "node1@n1.cl.test", "dns_failed",
                             label="ICMP"),
    "stale-connection": tells([join(NODE2, NODE1, "stale_connection", 1, "RST"),
                               join(NODE2, NODE1, "joined", 2)],
                              codes=["stale_connection"], silence=ABSENT),
    "stale-connection-silent": tells([join(NODE2, NODE1, "stale_connection"),
                                      join(NODE2, NODE1, "host_unreachable", 3, "SYNs")],
                                     silence=ABSENT + ("shows no packet",)),
    "host-absent-retries": fails("node2@10.99.0.77", NODE1, "host_unreachable", 4,
                                 "ARP requests"),
    "scan-behind-router": tells([join("node2@10.244.1.5", "node5@10.99.0.5", "joined")], (False,),
                                no_scan_from=["10.99.0.11"], silence=("starts standalone",),
                                errors=False),
    "scan-prohibited": tells([], not_silent=["10.99.0.1"]),
    "metadata-service": tells([join(NODE2, NODE1, "joined")], (False,),
                              no_target=["169.254.169.254"], errors=False),
    "poller": tells([], (False,), scans=0, silence=("starts standalone",), errors=False),
    "parallel-start": tells([], (True, None), codes=["parallel_start"]),
    "hidden-node": tells([join(NODE2, NODE1, "joined"), join(NODE3, NODE1, "joined")],
                         unsaid=["split_brain"], errors=False),
    "netsplit": tells([join(NODE2, NODE1, "joined"), join(NODE3, NODE1, "joined")], (True, None),
                      codes=["connection_lost"], text=NODE3),
    "netsplit-watched": tells([join(NODE2, NODE1, "joined"), join(NODE3, NODE1, "joined")], (True,),
                              clusters=[{NODE1, NODE2}, {NODE3}], codes=["split_brain"]),
    "loss": tells(unsaid=["never_answered"], text="join_failed|reassemble_out_of_order"),
    "small-mtu": tells([join(NODE2, NODE1, "joined"), join(NODE3, NODE1, COOKIE, 4)],
                       no_error=["reply_exceeds_recv"]),
    "snap-length": tells(no_error=["reply_incomplete"], text="(?i)snap"),
    "request-not-captured": tells([join((NODE3, None), NODE1, COOKIE, 1, "challenge")]),
    "ring-1": tells(unsaid=["never_answered"], errors=False),
    "ring-2": tells([join((NODE2, None), NODE1, "joined")], (False,), errors=False),
    "ack-recorded-first": tells(unsaid=["never_answered"], errors=False),
    "other-name": tells([join(NODE2, NODE1, "other_name", 1, "challenge")], codes=["other_name"],
                        silence=("no connection to it",)),
    "epmd-answer-in-two-segments": tells([join(NODE2, NODE1, COOKIE, 1, "challenge")],
                                         silence=("did not answer",)),
}


def answer(row):
    """The outcome of a join, or its cause where the outcome is that it failed."""
    return row["cause"]["code"] if row["cause"] else row["outcome"]


def unlike_joins(truth, report):
    left = list(report["joins"])
    for seekers, beacon, right, count, _ in truth["joins"] or []:
        fit = [row for row in left if row["seeker"] in seekers and row["beacon"] == beacon
               and answer(row) in right]
        if len(fit) != count:
            yield "%d joins of %s to %s: %s, not %d" % (len(fit), seekers, beacon, right, count)
        left = [row for row in left if row not in fit]
    if truth["joins"] is not None and left:
        told = collections.Counter((row["seeker"], row["beacon"], answer(row)) for row in left)
        yield "joins that were not: %s" % dict(told)


def unlike_evidence(truth, report, lines):
    """Each cause names the frames of its line that are between its request and its reply."""
    for seekers, beacon, right, _, label in truth["joins"] or []:
        shown = set().union(*(frames for name, frames in lines if label and name.startswith(label)))
        for row in report["joins"]:
            if not label or row["seeker"] not in seekers or answer(row) not in right:
                continue
            own = {frame for frame in shown
                   if (row["request_frame"] or 0) < frame < row["reply_frame"]}
            if not own or not row["cause"] or not own <= set(row["cause"]["frames"]):
                yield "%s: %s does not name %s of %s" % (row["request_frame"], answer(row), own, label)


def unlike_problems(truth, report):
    codes = [row["code"] for row in report["problems"]]
    errors = [row["code"] for row in report["problems"] if row["severity"] == "error"]
    yield from ("no %s among %s" % (code, codes) for code in truth.get("codes", ())
                if code not in codes)
    yield from ("%s is told" % code for code in truth.get("unsaid", ()) if code in codes)
    if not truth.get("errors", True) and errors:
        yield "errors: %s" % errors
    yield from ("%s is an error" % code for code in truth.get("no_error", ()) if code in errors)


def unlike_sentences(truth, report):
    texts = [row["text"] for row in report["problems"]]
    texts += [row["cause"]["text"] for row in report["joins"] if row["cause"]]
    if "text" in truth and not any(re.search(truth["text"], text) for text in texts):
        yield "no sentence has %s: %s" % (truth["text"], texts)
    yield from ("sentence: %s" % text for text in texts
                if any(words in text for words in truth.get("silence", ())))


def unlike_scans(truth, report):
    scans = report["scans"]
    if len(scans) != truth.get("scans", len(scans)):
        yield "%d scans" % len(scans)
    for key, names in (("no_scan_from", lambda row: [row["source"]]),
                       ("no_target", lambda row: row["targets"]),
                       ("not_silent", lambda row: row["silent"])):
        yield from ("%s: %s" % (key, address) for address in truth.get(key, ())
                    if any(address in names(row) for row in scans))


def unlike(truth, report, lines):
    """Everything in which a report differs from what is known. lines: as evidence() has them."""
    wrong = [*unlike_joins(truth, report), *unlike_evidence(truth, report, lines),
             *unlike_problems(truth, report), *unlike_sentences(truth, report),
             *unlike_scans(truth, report)]
    if report["split_brain"] not in truth["split"]:
        wrong.append("split_brain is %s" % report["split_brain"])
    if "clusters" in truth:
        seen = [set(row["nodes"]) for row in report["clusters"]]
        if seen != truth["clusters"]:
            wrong.append("clusters: %s" % seen)
    return wrong
