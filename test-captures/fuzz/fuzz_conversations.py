#!/usr/bin/env python3
# fuzz_conversations.py [--seed N] [--rounds N | --seconds N] [--keep FOLDER] BUILD
# Compares what tshark shows of random conversations with what was sent: messages, their bytes,
# frames and segments, and what `seekchat decode` says of them; in one pass and in two.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import argparse
import dataclasses
import gc
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import conversations  # noqa: E402
import tsharks  # noqa: E402
import wire  # noqa: E402
from conversations import CUT, IN_ORDER, LOST, OVERLAP, REORDERED, RESENT  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 120
CONNECTIONS = 36

# Options of tshark, and the ways of disturbing a connection in which every message must be found
# all the same. In the other ways every message that is shown must be one that was sent.
OPTIONS = [
    ([], {IN_ORDER, RESENT}),
    (["-o", "tcp.relative_sequence_numbers:FALSE"], {IN_ORDER, RESENT}),
    (["-o", "tcp.reassemble_out_of_order:TRUE"], {IN_ORDER, RESENT, REORDERED}),
    (["-o", "tcp.no_subdissector_on_error:FALSE"], {IN_ORDER, RESENT}),
    (["-o", "seekchat.max_message_size:60"], set()),
    (["-o", "seekchat.max_state:300"], set()),
    (["-o", "seekchat.desegment:FALSE"], set()),
    (["-o", "gui.max_tree_items:4100"], set()),
]

# What only the rest of the capture can tell: two passes may show it where one does not.
ONLY_LATER = {"seekchat.response_in", "seekchat.no_reply", "seekchat.reassembled_in"}
# Notes without which an item with a length is a message that Beethoven decodes.
NOT_WHOLE = {"seekchat.malformed", "seekchat.incomplete", "seekchat.too_large"}
FAULTS = NOT_WHOLE | {"seekchat.not_seekchat", "seekchat.atom_too_long"}


class Wrong(Exception):
    pass


@dataclasses.dataclass
class Shown:
    """An item of the protocol as tshark shows it."""
    frame: int
    data: bytes
    fields: list  # pairs of name and value, those of subtrees included

    def __post_init__(self):
        self.by_name = {}
        for name, value in self.fields:
            self.by_name.setdefault(name, []).append(value)

    def all(self, name):
        return self.by_name.get(name, [])

    def names(self):
        return self.by_name.keys()

    def is_value(self):
        """A whole JSON value."""
        return bool(self.all("seekchat.length")) and not self.names() & NOT_WHOLE

    def is_note(self):
        """Says that the tree has no room, instead of a message that a second pass may add."""
        return not self.data and bool(self.all("seekchat.not_shown"))

    def is_message(self):
        return bool(self.all("seekchat.length")) and not self.names() & FAULTS


def flat(pairs):
    """The fields of a tree of pairs, in order."""
    for name, value in pairs:
        if isinstance(value, list) and value and isinstance(value[0], tuple):
            yield from flat(value)
        elif not name.endswith("_raw"):
            yield name, value


def read(build, capture, *options):
    """What tshark shows of the protocol: a list of Shown."""
    done = tsharks.read(build, capture, "-n", "-T", "json", "-x", "-J", "frame seekchat",
                        "-Y", "seekchat", *options, timeout=SECONDS)
    if done.returncode != 0 or done.stderr:
        raise Wrong("status %d: %s" % (done.returncode, done.stderr.decode("utf-8", "replace")))
    result = []
    for packet in json.loads(done.stdout, object_pairs_hook=list):
        layers = dict(packet)["_source"][0][1]
        number = int(dict(dict(layers)["frame"])["frame.number"])
        data = b""  # an item of no bytes has none
        for name, value in layers:
            if name == "seekchat_raw":
                data = bytes.fromhex(value[0])
            elif name == "seekchat":
                result.append(Shown(number, data, list(flat(value))))
                data = b""
    return result


def decoded(build, messages):
    """What `seekchat decode` says of messages, by their bytes."""
    if not messages:
        return {}
    done = subprocess.run([build / "seekchat", "decode"], input=b"\n".join(messages),
                          capture_output=True, timeout=SECONDS, check=True)
    lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
    if len(lines) != len(messages):
        raise Wrong("seekchat decode: %d lines for %d messages" % (len(lines), len(messages)))
    return dict(zip(messages, lines))


def as_shown(text):
    return text.replace("\0", "\u2400")


def check_fields(shown, wanted):
    payload = wanted["payload"]
    nodes = payload if isinstance(payload, list) else []
    pairs = [("seekchat.type", [wanted["type"]]), ("seekchat.sender", [wanted["sender"]]),
             ("seekchat.payload", [] if isinstance(payload, list) else [payload]),
             ("seekchat.node", nodes), ("seekchat.length", [str(len(shown.data))])]
    for name, values in pairs:
        if shown.all(name) != [as_shown(value) for value in values]:
            raise Wrong("frame %d: %s is %s, not %s" % (shown.frame, name, shown.all(name), values))


def frames_of(direction, start, end):
    """The frames that brought the bytes from start to end, where they came in order."""
    return [frame for frame, first, last in direction.frames if first < end and last > start]


def check_all_found(truth, direction, shown):
    """Every JSON value that was sent is shown once, in order, and nothing else is."""
    values = [item for item in shown if item.is_value()]
    wanted = [direction.stream[start:end] for start, end in direction.values]
    if [item.data for item in values] != wanted:
        raise Wrong("ports %s: shown %s, sent %s" % (truth.ports, [item.data for item in values],
                                                     wanted))
    if truth.way != IN_ORDER:
        return
    for item, (start, end) in zip(values, direction.values):
        frames = frames_of(direction, start, end)
        if item.frame != frames[-1]:
            raise Wrong("frame %d shows a message of frame %d" % (item.frame, frames[-1]))
        if item.all("seekchat.segment") != [str(frame) for frame in frames if len(frames) > 1]:
            raise Wrong("frame %d: segments %s, not %s" % (item.frame, item.all("seekchat.segment"),
                                                           frames))


def check_none_made_up(truth, direction, shown):
    sent = {direction.stream[start:end] for start, end in direction.values}
    for item in shown:
        if item.is_message() and item.data not in sent:
            raise Wrong("ports %s, frame %d: nobody sent %s" % (truth.ports, item.frame, item.data))


def check_truth(build, truths, shown, exact):
    frames = {frame: (number, side) for number, truth in enumerate(truths)
              for side in (0, 1) for frame, _, _ in truth.sides[side].frames}
    by_direction = {}
    for item in shown:
        if item.frame in frames:
            by_direction.setdefault(frames[item.frame], []).append(item)
    for number, truth in enumerate(truths):
        for side in (0, 1):
            check = check_all_found if truth.way in exact else check_none_made_up
            check(truth, truth.sides[side], by_direction.get((number, side), []))
    messages = [item for item in shown if item.is_message() and "seekchat.not_shown" not in
                item.names()]
    texts = decoded(build, sorted({item.data for item in messages}))
    for item in messages:
        check_fields(item, texts[item.data])


def known_at_once(item):
    """The fields of an item that need nothing of the capture behind it."""
    later = set(ONLY_LATER)
    if item.all("seekchat.request"):  # whom a request is for, its reply tells
        later |= {"seekchat.peer", "seekchat.endpoint"}
    return [field for field in item.fields
            if field[0] not in later and not field[0].startswith("_ws.expert")]


def check_passes(one, two):
    """Two passes show what one shows, but for what only the rest of the capture can tell."""
    def known(shown):
        return [(item.frame, item.data, known_at_once(item))
                for item in shown if "seekchat.incomplete" not in item.names()
                and not item.all("seekchat.data") and not item.is_note()]

    if known(one) != known(two):
        different = [(a, b) for a, b in zip(known(one), known(two)) if a != b]
        raise Wrong("one pass and two differ: %s" % (different[:1] or "number of items"))


def check_peers(shown):
    """A request is for the node that sends its reply."""
    senders = {}
    for item in shown:
        senders.setdefault(str(item.frame), []).extend(item.all("seekchat.sender"))
    for item in shown:
        if not item.all("seekchat.request"):
            continue
        peers = item.all("seekchat.peer")
        if item.all("seekchat.endpoint") != item.all("seekchat.sender")[:1] + peers:
            raise Wrong("frame %d: endpoints %s" % (item.frame, item.all("seekchat.endpoint")))
        replies = item.all("seekchat.response_in")
        if any(peer not in senders.get(reply, ()) for peer in peers for reply in replies[:1]):
            raise Wrong("frame %d: for %s, but frame %s has replies of %s"
                        % (item.frame, peers, replies, senders.get(replies[0])))
        if peers and not replies:
            raise Wrong("frame %d: for %s, without a reply" % (item.frame, peers))


def check_capture(build, capture, truths):
    """Checks a capture with all options; returns how often tshark ran."""
    for options, exact in OPTIONS:
        try:
            one, two = (read(build, capture, *passes, *options) for passes in ([], ["-2"]))
            check_passes(one, two)
            for shown in (one, two):
                check_peers(shown)
                check_truth(build, truths, shown, exact)
        except (Wrong, subprocess.SubprocessError, ValueError, KeyError) as error:
            raise Wrong("%s: %s" % (" ".join(options) or "no options", error)) from error
    return 2 * len(OPTIONS)


def check_seed(build, seed, keep):
    """Checks the capture of a seed; returns what is wrong, or None. Keeps it, if it is wrong."""
    packets, truths = conversations.make(seed, CONNECTIONS)
    with tempfile.TemporaryDirectory() as folder:
        capture = pathlib.Path(folder, "conversations-%d.pcap" % seed)
        pathlib.Path(folder).chmod(0o755)
        wire.write(capture, packets)
        try:
            check_capture(build, capture, truths)
            return None
        except Wrong as error:
            if keep is not None:
                shutil.copy(capture, keep)
            return "seed %d: %s" % (seed, error)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=10**9)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    arguments = parser.parse_args()
    end = time.monotonic() + arguments.seconds
    gc.disable()  # nothing here is a circle, and looking for one takes most of reading JSON
    rounds = wrong = 0
    while rounds < arguments.rounds and time.monotonic() < end:
        problem = check_seed(arguments.build, arguments.seed + rounds, arguments.keep)
        rounds += 1
        if problem is not None:
            print(problem)
            wrong += 1
    print("%d captures of %d connections from seed %d, %d wrong"
          % (rounds, CONNECTIONS, arguments.seed, wrong))
    return 1 if wrong or rounds == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
