#!/usr/bin/env python3
# test_graph.py BUILD
# Checks the cluster's graph: Graphviz reads it, and its nodes, boxes and arrows are those of the
# JSON report, over all real captures and with names that mean something to Graphviz.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import collections
import html
import json
import re
import shutil
import subprocess
import sys

import runs
from merge import Folder, command
from runs import Wrong

REAL = runs.CAPTURES / "real"
RED = "#b00020"
FOLDED_ABOVE = 40
# Parts of names in split-brain.pcap: what they become, and how that is shown.
HOSTILE = {"node1": ('a"b\\c\\N\\', 'a"b\\\\c\\\\N\\\\'),
           "node2": ("&lt;&amp;&#64;&", "&lt;&amp;&#64;&"),
           "node3": ("{r|<p>}\u2028\u202e", "{r|<p>}\\u2028\\u202e"),
           "node4": ("<b>H</b>\n\r\t];}", "<b>H</b>\\x0a\\x0d\\x09];}")}


def label(item):
    """What a viewer shows of a label: Graphviz's escapes and HTML's entities are undone."""
    return html.unescape(re.sub(r"\\(.)", r"\1", item.get("label", "")))


def parsed(text):
    done = subprocess.run(["dot", "-Tjson"], input=text.encode(), capture_output=True,
                          timeout=runs.SECONDS)
    # Nothing is said of fonts that are not there: this is of the graph alone.
    if done.returncode != 0 or b"syntax error" in done.stderr:
        raise Wrong("dot: %s" % done.stderr.decode("utf-8", "replace"))
    return json.loads(done.stdout)


def boxes_and_nodes(graph):
    objects = {item["_gvid"]: item for item in graph.get("objects", [])}
    boxes = [item for item in objects.values() if item["name"].startswith("cluster_")]
    nodes = [item for item in objects.values() if not item["name"].startswith("cluster_")]
    return objects, boxes, nodes


def equal(what, wanted, seen):
    if wanted != seen:
        raise Wrong("%s:\nreport %r\ngraph  %r" % (what, wanted, seen))


def unfolded(report, boxes, objects):
    """The report without the nodes that only count in their box; fails if one may not be there."""
    gone = set()
    for box in boxes:
        shown = {label(objects[place]) for place in box["nodes"]}
        more = [text for text in shown if re.fullmatch(r"\d+ more nodes?", text)]
        for cluster in report["clusters"]:
            rest = set(cluster["nodes"]) - shown
            if more and shown & set(cluster["nodes"]):
                equal("folded", [len(rest), True],
                      [int(more[0].split()[0]), len(cluster["nodes"]) > FOLDED_ABOVE])
                gone |= rest
    loud = {node["name"] for node in report["nodes"] if "beacon" in node["roles"]}
    loud |= {join["seeker"] for join in report["joins"] if join["outcome"] != "joined"}
    equal("folded, but more than joined", set(), gone & loud)
    clusters = [[name for name in one["nodes"] if name not in gone] for one in report["clusters"]]
    return ([node for node in report["nodes"] if node["name"] not in gone], clusters,
            [join for join in report["joins"] if join["seeker"] not in gone])


def arrows_of_graph(graph, objects):
    counts = collections.Counter()
    for edge in graph.get("edges", []):
        text = label(edge)
        if text == "connection lost":
            continue
        word, count = re.fullmatch(r"(.*?)(?:, (\d+) times)?", text).groups()
        word = word or "joined"
        if (edge.get("color") == RED) != (word != "joined"):
            raise Wrong("%s: color %s" % (word, edge.get("color")))
        ends = label(objects[edge["tail"]]), label(objects[edge["head"]])
        counts[(*ends, word)] += int(count or 1)
    return counts


def arrows_of_report(joins, names):
    counts = collections.Counter()
    for join in joins:
        if join["seeker"] is not None and join["beacon"] in names:
            word = join["cause"]["code"] if join["cause"] else join["outcome"]
            counts[(join["seeker"], join["beacon"], word)] += 1
    return counts


def check(what, dot, report):
    graph = parsed(dot)
    objects, boxes, places = boxes_and_nodes(graph)
    nodes, clusters, joins = unfolded(report, boxes, objects)
    places = [place for place in places if place.get("shape") != "box3d"]
    names = {node["name"] for node in nodes}
    equal(what + ", nodes", sorted(names), sorted(map(label, places)))
    equal(what + ", Beacons", sorted(node["name"] for node in nodes if "beacon" in node["roles"]),
          sorted(label(place) for place in places if place.get("shape") == "house"))
    equal(what + ", boxes", sorted(map(sorted, clusters)),
          sorted(sorted(label(objects[place]) for place in box["nodes"]
                        if objects[place].get("shape") != "box3d") for box in boxes))
    equal(what + ", arrows", arrows_of_report(joins, names), arrows_of_graph(graph, objects))
    equal(what + ", red boxes", [report["split_brain"] is True] * len(boxes),
          [box.get("color") == RED for box in boxes])
    equal(what + ", heading", report["split_brain"] is not False, "Split brain" in label(graph))


def test_captures(build):
    for capture in sorted(REAL.glob("*.pcap")):
        check(capture.name, runs.statistic(build, capture, "seekchat,cluster,dot"),
              runs.report(build, capture))


def later(text, number):
    """The report as if another node on another host had joined some time later."""
    text = text.replace('"10.99.0.2"', '"10.98.0.%d"' % number)
    text = text.replace("node2@10.99.0.2", "more%d@10.98.0.%d" % (number, number))
    facts = json.loads(text)
    for capture in facts["facts"]["captures"]:
        capture["first"] += 60 * number
        capture["last"] += 60 * number
        capture["digest"] = "%032x" % number
    facts["facts"]["shown"] = [time + 60 * number for time in facts["facts"]["shown"]]
    return json.dumps(facts).encode()


def test_failed_in_large(build):
    """A node of a large cluster that failed before it joined is shown, with both arrows."""
    with runs.workplace() as directory:
        folder = Folder(build, directory)
        joined, retry = (runs.statistic(build, REAL / name, "seekchat,cluster,json")
                         for name in ("joined.pcap", "retry.pcap"))
        reports = [folder.keep(retry.encode())]
        reports += [folder.keep(later(joined, number)) for number in range(1, FOLDED_ABOVE + 1)]
        dot, merged = (command(build, "merge", *how, *reports)[0] for how in (["--dot"], []))
        check("large", dot.decode(), json.loads(merged))
        if b"cookie_mismatch" not in dot or b"more nodes" not in dot:
            raise Wrong("nothing failed, or nothing is folded:\n%s" % dot.decode())


def renamed(text, place):
    for name, change in HOSTILE.items():
        text = text.replace(name + "@", json.dumps(change[place])[1:-1] + "@")
    return text


def test_names(build):
    text = runs.statistic(build, REAL / "split-brain.pcap", "seekchat,cluster,json")
    with runs.workplace() as directory:
        folder = Folder(build, directory)
        dot = command(build, "merge", "--dot", folder.keep(renamed(text, 0).encode()))[0]
    check("names", dot.decode(), json.loads(renamed(text, 1)))


if __name__ == "__main__":
    if not shutil.which("dot"):
        print("Graphviz is missing: dot (Debian: graphviz)")
        sys.exit(77)
    sys.exit(runs.main([test_captures, test_failed_in_large, test_names]))
