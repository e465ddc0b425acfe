#!/usr/bin/env python3
# golden.py [--regenerate] BUILD [CAPTURE...]
# Compares what tshark and the plugin print of each capture, whole, with what expected/ holds.
# Each capture is read as a listing, as fields, as JSON and as a tree, each of these in one pass and
# in two, with and without a display filter. --regenerate writes instead of comparing: see
# regenerate.sh.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import argparse
import concurrent.futures
import difflib
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

import tsharks

HERE = pathlib.Path(__file__).resolve().parent
EXPECTED = HERE / "expected"
SECONDS = 120
PASSES = {"one pass": [], "two passes": ["-2"]}
FILTER = ["-Y", "seekchat"]
DIFF_LINES = 40
LONGEST_VALUE = 200
LABEL_START = 50  # characters; Wireshark cuts a line at 240 bytes, and one has up to four
SECONDS_IN = {"seconds": 1, "milliseconds": 1e-3, "microseconds": 1e-6, "nanoseconds": 1e-9}

# The plugin's fields and their types, filled from what tshark lists.
TYPES = {}

# What only the rest of a capture can tell: a second pass may show it where the first does not. The
# reply to a request tells, beside its frame, whom the request is for.
ONLY_LATER = {"seekchat.response_in", "seekchat.no_reply", "seekchat.reassembled_in"}
WITH_RESPONSE = {"seekchat.peer", "seekchat.endpoint"}

# What Wireshark's TCP takes for sent again, or for too early, and keeps from the dissector, is less in
# later versions. The versions with which such a capture shows what expected/ has.
SHOWN_BY = {"real/ack-recorded-first": ["4.0"], "regressions/empty-segment": ["4.0"],
            "real/loss": ["4.0", "4.4"]}

# Preferences that change what a capture shows: name, capture, options.
# A regression is read in every mode with the options that its README names, the others as fields.
OUT_OF_ORDER = ["-o", "tcp.reassemble_out_of_order:TRUE"]
NO_ANALYSIS = ["-o", "tcp.analyze_sequence_numbers:FALSE"]
VARIANTS = [
    ("out-of-order", "generated/reordered", OUT_OF_ORDER),
    ("out-of-order", "generated/lost", OUT_OF_ORDER),
    ("out-of-order", "generated/overlap", OUT_OF_ORDER),
    ("out-of-order", "generated/split-every", OUT_OF_ORDER),
    ("out-of-order", "generated/retransmitted", OUT_OF_ORDER),
    ("no-reassembly", "generated/split-every", ["-o", "seekchat.desegment:FALSE"]),
    ("no-reassembly", "generated/exceeds-recv", ["-o", "seekchat.desegment:FALSE"]),
    ("max-100", "generated/lists", ["-o", "seekchat.max_message_size:100"]),
    ("max-100", "generated/split-every", ["-o", "seekchat.max_message_size:100"]),
    ("decode-as", "generated/decode-as-port", ["-d", "tcp.port==3000,seekchat"]),
    ("no-heuristic", "generated/other-port", ["--disable-heuristic", "seekchat_tcp"]),
    ("no-heuristic", "generated/decode-as-port", ["--disable-heuristic", "seekchat_tcp"]),
    ("subdissector", "generated/retransmitted", ["-o", "tcp.no_subdissector_on_error:FALSE"]),
    ("no-analysis", "generated/overlap", NO_ANALYSIS),
    ("absolute", "generated/seq-wrap", ["-o", "tcp.relative_sequence_numbers:FALSE"]),
    ("no-analysis", "regressions/seq-half-way-round", NO_ANALYSIS),
    ("no-analysis", "regressions/analysis-off", NO_ANALYSIS),
    ("items-4000", "regressions/nodes-and-members", ["-o", "gui.max_tree_items:4000"]),
]


class Wrong(Exception):
    pass


def text_of(done):
    """What tshark printed; it must have succeeded and have nothing to say on standard error."""
    if done.returncode != 0 or done.stderr:
        raise Wrong("%s...: status %d\n%s" % (" ".join(map(str, done.args[:8])), done.returncode,
                                              done.stderr.decode("utf-8", "replace")))
    return done.stdout.decode("utf-8")


def path_of(capture):
    path, = HERE.glob(capture + ".pcap*")
    return path


def interface(build):
    """The protocol and its fields, as tshark lists them."""
    done = subprocess.run(["sh", HERE / "tshark.sh", build, "-G", "fields"], capture_output=True,
                          timeout=SECONDS)
    lines = [line for line in text_of(done).splitlines()
             if line.split("\t")[2].split(".")[0] == "seekchat"]
    TYPES.update(line.split("\t")[2:4] for line in lines if line.startswith("F\t"))
    return "".join(line + "\n" for line in lines)


# What is ours of each kind of output, in a form that is the same for all versions of Wireshark.

def boolean(value):
    """Wireshark 4.0 prints 1 and 0 where later ones print True and False, or true and false."""
    return {"1": "true", "0": "false"}.get(value, value.lower())


def label(line):
    """A line of a tree. Versions differ in where they cut a long value, how they mark that, how they
    write a control character (\\033 in 4.0, later \\x1B), and 4.6 has other units of time."""
    line = re.sub(r"\\x([01][0-9A-F]|7F)", lambda match: "\\%03o" % int(match[1], 16), line)
    if match := re.fullmatch(r"( *\[Response Time: )([\d.]+) (\w+)\]", line):
        return "%s%.9f seconds]" % (match[1], float(match[2]) * SECONDS_IN[match[3]])
    if match := re.fullmatch(r"( *\[?[\w ]+?)( \[truncated\]| \[…\]|): (.*)", line):
        name, cut, value = match.groups()
        if cut or value.endswith("…") or name == "    Data":
            return "%s: %s" % (name, value[:LABEL_START].rstrip("…"))
    return line


def top_label(line):
    """The line of a protocol: a long one begins with the mark that it is cut, in which versions
    differ."""
    if match := re.fullmatch(r" ?\[(?:truncated|…)\] ?(Beethoven SeekChat, .*)", line):
        return match[1][:LABEL_START]
    return line


def value(text):
    """A field of -T fields. 4.0 writes a bell as it is and one backslash as one."""
    return text.replace("\\\\", "\\").replace("\a", "\\a")


def short(value):
    """A long value by its beginning, its length and a hash of the whole."""
    if len(value) <= LONGEST_VALUE:
        return value
    digest = hashlib.sha256(value.encode("utf-8")).hexdigest()
    return "%s... (%d characters, %s)" % (value[:LONGEST_VALUE // 2], len(value), digest[:16])


def listing(text):
    """The lines of SeekChat's frames."""
    return "".join(line.strip() + "\n" for line in text.splitlines()
                   if line.split()[1:2] == ["SeekChat"])


def fields(text):
    """A block for each frame of SeekChat, with a line for each field that is there."""
    blocks = []
    for line in text.splitlines():
        number, protocols, *values = line.split("\t")
        if "seekchat" not in protocols.split(":"):
            continue
        blocks.append("frame %s\n" % number)
        for field, text in zip(TYPES, values):
            if TYPES[field] == "FT_BOOLEAN":
                text = ",".join(map(boolean, text.split(",")))
            if text:
                blocks.append("    %s: %s\n" % (field, short(value(text))))
    return "".join(blocks)


def raw(item):
    """The bytes of an item and their offset; the rest is Wireshark's own."""
    return "%s at %d" % (short(item[0]), item[1])


def ours(value, name=""):
    if name.endswith("_raw"):
        return [raw(item) for item in value] if isinstance(value[0], list) else raw(value)
    if isinstance(value, dict):
        return {key: ours(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [ours(item, name) for item in value]
    return boolean(value) if TYPES.get(name) == "FT_BOOLEAN" else short(value)


def as_json(text):
    """The SeekChat layers of each frame, with the bytes and the offset of each item."""
    frames = []
    for packet in json.loads(text):
        layers = packet["_source"]["layers"]
        if "seekchat" in layers:
            frames.append({name: ours(layers[name], name)
                           for name in ("seekchat_raw", "seekchat") if name in layers})
            frames[-1]["frame"] = layers["frame"]["frame.number"]
    return json.dumps(frames, indent=1, ensure_ascii=False) + "\n"


def tree(text):
    """The trees of SeekChat: the other protocols' lines are left out."""
    lines = []
    frame = ""
    keep = False
    for line in text.splitlines():
        if line.startswith("    "):
            if keep:
                lines.append(frame + label(line) + "\n")
                frame = ""
            continue
        if match := re.match(r"Frame (\d+):", line):
            frame = "frame %s\n" % match[1]
        line = top_label(line)
        if not line.startswith(" "):
            keep = line.startswith("Beethoven SeekChat")
        if keep and line:
            lines.append(frame + label(line) + "\n")
            frame = ""
    return "".join(lines)


def field_options():
    return [part for field in ["frame.number", "frame.protocols", *TYPES] for part in ("-e", field)]


COLUMNS = 'gui.column.format:"No.","%m","Protocol","%p","Info","%i"'
MODES = {
    "listing": (listing, lambda: ["-o", COLUMNS]),
    "fields": (fields, lambda: ["-T", "fields", *field_options()]),
    "json": (as_json, lambda: ["-T", "json", "-x", "-J", "frame seekchat", "--no-duplicate-keys"]),
    "tree": (tree, lambda: ["-V"]),
}


def frames_of(text):
    """{frame: its lines} of a text that `fields` made."""
    blocks = re.split("^frame ", text, flags=re.MULTILINE)[1:]
    return {block.split("\n")[0]: set(block.split("\n")[1:]) for block in blocks}


def check_passes(one, two):
    """A second pass may only add what the first could not know: there, what is left of a message
    that never gets whole is a message."""
    first, second = frames_of(one), frames_of(two)
    for frame in sorted(first.keys() | second.keys(), key=int):
        changed = first.get(frame, set()) ^ second.get(frame, set())
        names = {line.strip().split(":")[0] for line in changed}
        later = ONLY_LATER | (WITH_RESPONSE if "seekchat.response_in" in names else set())
        if "seekchat.incomplete" not in names and not names <= later:
            raise Wrong("frame %s: one pass and two differ in %s"
                        % (frame, ", ".join(sorted(names - later))))


def outputs(build, capture, mode, options):
    """What a mode shows of a capture in one pass and in two. A filter must change neither."""
    reduce, own = MODES[mode]
    shown = []
    for name, passes in PASSES.items():
        whole, filtered = (
            reduce(text_of(tsharks.read(build, path_of(capture), "-n", *passes, *extra, *options,
                                        *own(), timeout=SECONDS)))
            for extra in ([], FILTER))
        if whole != filtered:
            raise Wrong("a filter changes the output, here in %s:\n%s"
                        % (name, difference(whole, filtered)))
        shown.append(whole)
    if mode == "fields":
        check_passes(*shown)
    return shown


def difference(wanted, seen):
    lines = list(difflib.unified_diff(wanted.splitlines(), seen.splitlines(), "expected", "seen",
                                      lineterm=""))
    more = ["... and %d lines" % (len(lines) - DIFF_LINES)] if len(lines) > DIFF_LINES else []
    return "\n".join(lines[:DIFF_LINES] + more)


def compare(path, seen):
    wanted = path.read_text(encoding="utf-8") if path.exists() else ""
    if wanted != seen:
        raise Wrong("%s:\n%s" % (path.relative_to(HERE), difference(wanted, seen)))


def store(path, seen):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(seen, encoding="utf-8")


def check(build, judge, job):
    """Runs one job; returns what is wrong, or None. Two passes have a file where they differ."""
    variant, capture, mode, options = job
    try:
        one, two = outputs(build, capture, mode, options)
        base = EXPECTED / capture / "-".join(filter(None, [mode, variant]))
        first, second = (base.with_name(base.name + end) for end in (".txt", "-2.txt"))
        judge(first, one)
        if one != two or second.exists():
            judge(second, two)
        return None
    except (Wrong, subprocess.TimeoutExpired, ValueError, LookupError) as error:
        return "%s %s %s: %s" % (capture, mode, variant, error)


def captures_in(*groups):
    return sorted(str(path.relative_to(HERE).with_suffix("")) for group in groups
                  for path in (HERE / group).glob("*.pcap*"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--regenerate", action="store_true")
    parser.add_argument("build")
    parser.add_argument("captures", nargs="*", metavar="GROUP/NAME")
    arguments = parser.parse_args()
    judge = store if arguments.regenerate else compare
    captures = arguments.captures or captures_in("real", "generated", "regressions")
    series = {path.name for path in pathlib.Path(arguments.build, "plugins").iterdir()}
    captures = [capture for capture in captures if series & set(SHOWN_BY.get(capture, series))]
    # A mode at a time: captures that are read with the same options share a start of tshark.
    jobs = [("", capture, mode, []) for mode in MODES for capture in captures]
    jobs += [(variant, capture, mode, options) for variant, capture, options in VARIANTS
             if capture in captures
             for mode in (MODES if capture.startswith("regressions/") else ["fields"])]
    wrong = []
    try:
        judge(EXPECTED / "fields.txt", interface(arguments.build))
    except Wrong as error:
        wrong.append(str(error))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong += filter(None, pool.map(lambda job: check(arguments.build, judge, job), jobs))
    for text in wrong:
        print(text)
    print("%d comparisons of %d captures, %d wrong" % (len(jobs), len(captures), len(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
