#!/usr/bin/env python3
# compare.py
# The answers of a cluster report in a form in which two reports of the same events are equal,
# whatever frames, addresses and ports the events have there; and what may differ nevertheless.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import fnmatch
import re

# What a transformation rightly changes: its name, captures, what is left out or taken for the same,
# and why. A key of the report's answers is left out; a pair of patterns replaces words.
CHANGES = [
    ("translation*", "*", "addresses", "a host is seen with two addresses"),
    ("epmd-port", "*", (r"epmd_refused|dist_refused", "port_refused"),
     "no packet says whose port it is that refuses"),
    ("epmd-port", "*", (r"host_unreachable|dist_unreachable", "port_unreachable"),
     "no packet says whose port it is that is silent"),
    ("ipv6", "*", (r"ARP requests?|neighbour solicitations?", "questions"),
     "IPv6 asks for a neighbour in other words"),
    ("ipv6", "*", (r"ICMP(v6)?", "ICMP"), "the same"),
]


class Same:
    """How what stands in one report is called in another: frames, addresses and ports, by number,
    text and number."""

    def __init__(self, frames=None, addresses=None, ports=None):
        self.frames = frames or {}
        self.addresses = addresses or {}
        self.ports = ports or {}

    def frame(self, number):
        return self.frames.get(number, number)

    def address(self, text):
        return self.addresses.get(text, text)

    def port(self, number):
        return self.ports.get(number, number)

    def text(self, sentence):
        sentence = re.sub(r"(?<=frame )\d+", lambda match: str(self.frame(int(match[0]))), sentence)
        sentence = re.sub(r"(?<=port )\d+", lambda match: str(self.port(int(match[0]))), sentence)
        sentence = re.sub(r"\[([0-9a-f:]+)\]:", lambda match: self.address(match[1]) + ":", sentence)
        sentence = re.sub(r"(?<=\d:)\d{4,5}\b", lambda match: str(self.port(int(match[0]))), sentence)
        sentence = re.sub(r"(?<![\w.:])(\d+(\.\d+){3}|[0-9a-f]*::[0-9a-f:]*[0-9a-f])",
                          lambda match: self.address(match[0]), sentence)
        # Two addresses of a host may have become one.
        return re.sub(r"\b(\d+(?:\.\d+){3})(, \1)+\b", r"\1", sentence)


def frames(row, same):
    return sorted({same.frame(number) for number in row})


def cause(row, same):
    return row and (row["code"], same.text(row["text"]), frames(row["frames"], same))


def exchange(row, same):
    return {"request": row["request_frame"] and same.frame(row["request_frame"]),
            "reply": row["reply_frame"] and same.frame(row["reply_frame"]),
            "beacon": row["beacon"] and same.text(row["beacon"])}


def join(row, same):
    return dict(exchange(row, same), seeker=row["seeker"] and same.text(row["seeker"]),
                outcome=row["outcome"], cause=cause(row["cause"], same))


def watch(row, same):
    return dict(exchange(row, same), watcher=row["watcher"] and same.text(row["watcher"]),
                nodes=[same.text(name) for name in row["nodes"] or []])


def scan(row, same):
    return dict({key: sorted(set(map(same.address, row[key])))
                 for key in ("targets", "answered", "refused", "silent")},
                source=same.address(row["source"]), rounds=row["rounds"], result=row["result"],
                port=row["port"] and same.port(row["port"]))


def node(row, same):
    return {"name": same.text(row["name"]), "roles": sorted(row["roles"]), "state": row["state"],
            "addresses": sorted(set(map(same.address, row["addresses"]))),
            "first": row["first_frame"] and same.frame(row["first_frame"])}


def problem(row, same):
    return row["severity"], row["code"], same.text(row["text"]), frames(row["frames"], same)


def answers(report, same=None):
    """What the report says, with other names as `same` has them."""
    same = same or Same()
    return {
        "joins": sorted((join(row, same) for row in report["joins"]), key=repr),
        "watches": sorted((watch(row, same) for row in report["watches"]), key=repr),
        "scans": sorted((scan(row, same) for row in report["scans"]), key=repr),
        "nodes": sorted((node(row, same) for row in report["nodes"]), key=repr),
        "clusters": sorted(sorted(map(same.text, row["nodes"])) for row in report["clusters"]),
        "split_brain": report["split_brain"],
        "problems": sorted((problem(row, same) for row in report["problems"]), key=repr),
    }


def lines(value, path=""):
    """The answers as lines, a fact each."""
    if isinstance(value, dict):
        return [line for key in sorted(value) for line in lines(value[key], path + "." + key)]
    if isinstance(value, list) and value and isinstance(value[0], (dict, tuple, list)):
        return [line for number, one in enumerate(value)
                for line in lines(one, "%s[%d]" % (path, number))]
    return ["%s = %s" % (path.lstrip("."), value)]


def permitted(transformation, capture, told):
    """The lines without what the transformation may change."""
    for names, captures, change, _ in CHANGES:
        if not (fnmatch.fnmatch(transformation, names) and fnmatch.fnmatch(capture, captures)):
            continue
        if isinstance(change, tuple):
            told = [re.sub(*change, line) for line in told]
        else:
            told = [line for line in told if change not in re.split(r"[.\[\] ]+", line)]
    return told


def unlike(transformation, capture, wanted, seen):
    """The lines that differ, as (wanted, seen)."""
    wanted, seen = (permitted(transformation, capture, lines(one)) for one in (wanted, seen))
    return ([line for line in wanted if line not in seen],
            [line for line in seen if line not in wanted])
