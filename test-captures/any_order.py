#!/usr/bin/env python3
# any_order.py BUILD
# Asks sharkd, which dissects like Wireshark's window, for the frames of each capture in several
# orders: what a frame shows must not depend on which frames were looked at before it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import os
import pathlib
import random
import select
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77
SECONDS = 240
READ = 1 << 20
SEED = 33000


class Sharkd:
    """A sharkd that is asked over its standard input."""

    def __init__(self, build):
        environment = dict(os.environ, WIRESHARK_PLUGIN_DIR=str(build / "plugins"))
        self.process = subprocess.Popen(["sh", HERE / "unprivileged.sh", "sharkd", "-"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, bufsize=0, env=environment)
        self.number = 0
        self.held = b""  # of its output, behind the last line

    def next_line(self):
        """Empty behind the last one. A sharkd that hangs is ended: each answer has its own time."""
        while b"\n" not in self.held:
            if not select.select([self.process.stdout], [], [], SECONDS)[0]:
                self.process.kill()
            more = os.read(self.process.stdout.fileno(), READ)
            if not more:
                return b""
            self.held += more
        line, _, self.held = self.held.partition(b"\n")
        return line + b"\n"

    def ask(self, method, **parameters):
        self.number += 1
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": self.number, "method": method,
                                             "params": parameters}).encode() + b"\n")
        for line in iter(self.next_line, b""):
            if line.startswith(b"{"):
                answer = json.loads(line)
                if "result" not in answer:
                    sys.exit("%s %s: %s" % (method, parameters, line[:500]))
                return answer["result"]
        return sys.exit("%s %s: sharkd ended" % (method, parameters))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def own_filter(sharkd, text):
    """A filter of its own for each file: sharkd keeps the answer to one that it has seen."""
    return "%s && frame.number != %d" % (text, 1000000 + sharkd.number)


def check(sharkd, capture):
    """Number of SeekChat's frames, and of those whose content depends on the order."""
    sharkd.ask("load", file=str(capture))
    frames = [row["num"] for row in sharkd.ask("frames", filter=own_filter(sharkd, "seekchat"))]
    shuffled = frames * 2
    random.Random(SEED).shuffle(shuffled)
    first = {}
    wrong = 0
    for frame in frames + frames[::-1] + shuffled:
        shown = json.dumps(sharkd.ask("frame", frame=frame, proto=True))
        if first.setdefault(frame, shown) != shown or '"seekchat"' not in shown:
            print("%s: frame %d depends on the order, or has no SeekChat" % (capture.name, frame))
            wrong += 1
    return len(frames), wrong


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: any_order.py BUILD")
    if shutil.which("sharkd") is None:
        print("skipped: sharkd is not installed")
        sys.exit(SKIPPED)
    sharkd = Sharkd(pathlib.Path(sys.argv[1]).resolve())
    captures = [capture for group in ("real", "generated", "regressions")
                for capture in sorted((HERE / group).glob("*.pcap*"))]
    counts = [check(sharkd, capture) for capture in captures]
    sharkd.close()
    total, wrong = (sum(column) for column in zip(*counts))
    print("%d captures, %d frames, %d wrong" % (len(captures), total, wrong))
    sys.exit(1 if wrong or not total else 0)


if __name__ == "__main__":
    main()
