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


def quiet(report, boxes, objects):
    """Names that only count in their cluster's box; fails if one may not be folded."""
    gone = set()
    for box in boxes:
        shown = {label(objects[place]) for place in box["nodes"]}
        more = [text for text in shown if re.fullmatch(r"\d+ more nodes?", text)]
        for cluster in report["clusters"]:
            if more and shown & set(cluster["nodes"]):
                rest = {name for name in cluster["nodes"] if name not in loud(report)} - shown
                equal("folded", [len(rest), True],
                      [int(more[0].split()[0]), len(cluster["nodes"]) > FOLDED_ABOVE])
                gone |= rest
    return gone


def word_of(join):
    return join["cause"]["code"] if join["cause"] else join["outcome"]


def loud(report):
    """Names of Beacons, and of nodes that failed to join."""
    return ({node["name"] for node in report["nodes"] if "beacon" in node["roles"]} |
            {join["seeker"] for join in report["joins"] if join["outcome"] != "joined"})


def stands_for(report, gone, places):
    """What the graph must show for each name: the name, or the label of the box for its like."""
    home = {name: number for number, one in enumerate(report["clusters"]) for name in one["nodes"]}
    joins = collections.defaultdict(set)
    for join in report["joins"]:
        joins[join["seeker"]].add((join["beacon"], word_of(join)))
    like = collections.defaultdict(lambda: collections.defaultdict(list))
    shown = {}
    for node in report["nodes"]:
        name = node["name"]
        if "beacon" in node["roles"]:
            shown[name] = name
        elif name not in gone:
            like[home.get(name)][node["state"], frozenset(joins[name])].append(name)
    labels = list(shown)
    for place in like.values():
        fold = sum(map(len, place.values())) > FOLDED_ABOVE
        for names in place.values():
            box = ["%d nodes" % len(names)] if fold and len(names) > 1 else []
            labels += box or names
            shown.update(zip(names, box * len(names) or names))
    equal("nodes", sorted(labels), sorted(label(place) for place in places
                                          if " more " not in label(place)))
    return shown


def arrows_of_graph(graph, objects):
    counts = collections.Counter()
    for edge in graph.get("edges", []):
        text = label(edge)
        word, count = re.fullmatch(r"(.*?)(?:, (\d+) times)?", text).groups()
        if word == "connection lost":
            continue
        word = word or "joined"
        if (edge.get("color") == RED) != (word != "joined"):
            raise Wrong("%s: color %s" % (word, edge.get("color")))
        ends = label(objects[edge["tail"]]), label(objects[edge["head"]])
        counts[(*ends, word)] += int(count or 1)
    return counts


def arrows_of_report(joins, shown):
    counts = collections.Counter()
    for join in joins:
        if join["seeker"] in shown and join["beacon"] in shown:
            counts[(shown[join["seeker"]], shown[join["beacon"]], word_of(join))] += 1
    return counts


def check(what, dot, report):
    """Returns what the graph shows for each name."""
    graph = parsed(dot)
    objects, boxes, places = boxes_and_nodes(graph)
    shown = stands_for(report, quiet(report, boxes, objects), places)
    equal(what + ", Beacons", sorted(node["name"] for node in report["nodes"]
                                     if "beacon" in node["roles"]),
          sorted(label(place) for place in places if place.get("shape") == "house"))
    equal(what + ", boxes", sorted(sorted({shown[name] for name in one["nodes"] if name in shown})
                                   for one in report["clusters"]),
          sorted(sorted({label(objects[place]) for place in box["nodes"]
                         if " more " not in label(objects[place])}) for box in boxes))
    equal(what + ", arrows", arrows_of_report(report["joins"], shown),
          arrows_of_graph(graph, objects))
    equal(what + ", red boxes", [report["split_brain"] is True] * len(boxes),
          [box.get("color") == RED for box in boxes])
    equal(what + ", red nodes", {shown[node["name"]] for node in report["nodes"]
                                 if node["state"] == "failed"},
          {label(place) for place in places if place.get("color") == RED})
    equal(what + ", heading", report["split_brain"] is not False, "Split brain" in label(graph))
    return shown


def test_captures(build):
    for capture in sorted(REAL.glob("*.pcap")):
        check(capture.name, runs.statistic(build, capture, "seekchat,cluster,dot"),
              runs.report(build, capture))


def later(text, number):
    """The report as if another node on another host had done the same some time later."""
    host = "10.98.%d.%d" % divmod(number, 250)
    text = text.replace('"10.99.0.2"', '"%s"' % host)
    text = text.replace("node2@10.99.0.2", "more%d@%s" % (number, host))
    facts = json.loads(text)
    for capture in facts["facts"]["captures"]:
        capture["first"] += 60 * number
        capture["last"] += 60 * number
        capture["digest"] = "%032x" % number
    facts["facts"]["shown"] = [time + 60 * number for time in facts["facts"]["shown"]]
    return json.dumps(facts).encode()


def check_many(build, what, *captures):
    """The graph of reports on captures, each that many times by other nodes."""
    with runs.workplace() as directory:
        folder = Folder(build, directory)
        number, reports = 0, []
        for name, times in captures:
            text = runs.statistic(build, REAL / name, "seekchat,cluster,json")
            for number in range(number + 1, number + times + 1):
                reports.append(folder.keep(later(text, number)))
        dot, merged = (command(build, "merge", *how, *reports)[0] for how in (["--dot"], []))
        return sorted(set(check(what, dot.decode(), json.loads(merged)).values()))


def test_failed_in_large(build):
    """A node of a large cluster that failed before it joined is shown, with both arrows."""
    shown = check_many(build, "large", ("retry.pcap", 1), ("joined.pcap", FOLDED_ABOVE))
    equal("shown", ["more1@10.98.0.1", "node1@10.99.0.1"], shown)


def test_many_failed(build):
    """Nodes outside of clusters are shown one by one up to the limit; then by Beacon and cause."""
    equal("folded", FOLDED_ABOVE + 1,
          len(check_many(build, "not many", ("failed-cookie.pcap", FOLDED_ABOVE))))
    equal("folded", ["40 nodes", "more41@10.98.0.41", "node1@10.99.0.1"],
          check_many(build, "many", ("failed-cookie.pcap", FOLDED_ABOVE),
                     ("failed-epmd-refused.pcap", 1)))
    equal("folded", ["2 nodes", "250 nodes", "48 nodes", "node1@10.99.0.1"],
          check_many(build, "very many", ("failed-cookie.pcap", 250), ("retry.pcap", 48),
                     ("failed-epmd-refused.pcap", 2)))


def test_many_lost(build):
    """Nodes that left are one box, at which their lost connections end. A list that is the same in
    two reports a minute apart counts once, so that every other node is missing from a later list."""
    equal("folded", ["41 nodes", "42 nodes", "node1@10.99.0.1", "ops@10.99.0.5"],
          check_many(build, "lost", ("left.pcap", 2 * (FOLDED_ABOVE + 1))))


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
    sys.exit(runs.main([test_captures, test_failed_in_large, test_many_failed, test_many_lost,
                        test_names]))
