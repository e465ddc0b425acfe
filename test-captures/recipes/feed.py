#!/usr/bin/env python3
# feed.py BUILD
# Checks that a search server takes what tshark writes for it: every field of SeekChat that any of
# the captures emits stands in the mapping, with a type that takes the value.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

import server

HERE = pathlib.Path(__file__).resolve().parent
CAPTURES = HERE.parent
sys.path.insert(0, str(CAPTURES))
import tsharks  # noqa: E402

BUILD = sys.argv[1]
SECONDS = 60
# Of the expert notes the mapping has these, which all notes share.
EXPERT = {"_ws_expert__ws_expert_message", "_ws_expert__ws_expert_severity",
          "_ws_expert__ws_expert_group"}


def tshark(*arguments):
    done = subprocess.run(["sh", CAPTURES / "tshark.sh", BUILD, *arguments], capture_output=True,
                          text=True, timeout=SECONDS, check=True)
    return done.stdout


def mapping_of_template():
    """The mapping that index-template.jq makes."""
    fields = "\n".join(line for line in tshark("-G", "fields").splitlines() if "seekchat" in line)
    done = subprocess.run(["jq", "--arg", "fields", fields, "-f", HERE / "index-template.jq"],
                          input=tshark("-G", "elastic-mapping", "--elastic-mapping-filter", "seekchat"),
                          capture_output=True, text=True, timeout=SECONDS, check=True)
    return json.loads(done.stdout)["template"]["mappings"]


def documents(capture):
    done = tsharks.read(BUILD, capture, "-n", "-2", "-Y", "seekchat", "-T", "ek", "-J", "seekchat",
                        timeout=SECONDS)
    done.check_returncode()
    return [json.loads(line) for line in done.stdout.splitlines()[1::2]]


def objects(value):
    """The objects in a value: itself, or those of a list."""
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else [value]


def names_of(document):
    """The fields of a document that must be searchable, below layers.seekchat."""
    for layer in objects(document["layers"].get("seekchat", [])):
        for key, value in layer.items():
            if key == "_ws_expert":
                yield from (("_ws_expert", name) for note in objects(value) for name in note
                            if name in EXPERT)
            elif key.startswith("seekchat_"):
                yield (key,)


def has(mapping, path):
    for part in ("layers", "seekchat", *path):
        mapping = mapping.get("properties", {}).get(part)
        if mapping is None:
            return False
    return True


def faults_of(capture, mapping):
    """How many documents a capture gives, the fields that it emits, and what is wrong with them."""
    docs = documents(capture)
    emitted = {name for document in docs for name in names_of(document)}
    wrong = ["not in the mapping: " + "/".join(name) for name in sorted(emitted)
             if not has(mapping, name)]
    wrong += [text for document in docs for text in server.refused(mapping, document)]
    return len(docs), emitted, ["%s: %s" % (capture.name, text) for text in wrong]


def check_server():
    """The server itself is strict: what a real one refuses, it refuses."""
    for kind, value in (("date", "0.005606000"), ("byte", "7b:22"), ("long", "joined"),
                        ("boolean", "1.5"), ("double", "x"), ("keyword", "x" * 40000)):
        assert not server.accepts({"type": kind}, value), (kind, value)


def main():
    check_server()
    mapping = mapping_of_template()
    captures = sorted([*CAPTURES.glob("real/*.pcap*"), *CAPTURES.glob("generated/*.pcap*")])
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda capture: faults_of(capture, mapping), captures))
    wrong = [text for result in results for text in result[2]]
    emitted = {name for result in results for name in result[1]}
    print(*wrong[:50], sep="\n")
    print("%d captures, %d documents, %d fields, %d faults" % (
        len(captures), sum(result[0] for result in results), len(emitted), len(wrong)))
    assert len(captures) > 10 and len(emitted) > 10
    return 1 if wrong else 0


if __name__ == "__main__":
    if subprocess.run(["sh", "-c", "command -v jq"], capture_output=True, check=False).returncode != 0:
        print("skipped: jq is not installed")
        sys.exit(77)
    sys.exit(main())
