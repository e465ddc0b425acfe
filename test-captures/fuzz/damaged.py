#!/usr/bin/env python3
# damaged.py [--seed N] [--runs N | --seconds N] [--keep FOLDER] [--asan] BUILD
# Wireshark's own way of fuzzing: changes random bytes of every capture with editcap, and reads the
# result with tshark and the plugin, in the ways of options.py.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import argparse
import itertools
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import options  # noqa: E402
import sanitized  # noqa: E402
import tsharks  # noqa: E402

PROBABILITIES = ["0.0005", "0.001", "0.005", "0.02", "0.1"]
SECONDS = 120
TOGETHER = 200


def read(build, capture, way, asan):
    """What is wrong when tshark reads a capture this way, or None."""
    before, environment = sanitized.settings("asan") if asan else ([], {})
    environment = dict(options.STRICT, **environment)
    try:
        if asan:
            status, message = options.tshark(build, before, way, capture, environment, SECONDS)
        else:
            done = tsharks.read(build, capture, *way, timeout=SECONDS,
                                environment=dict(os.environ, **environment))
            status, message = done.returncode, done.stderr.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        return "takes longer than %d s" % SECONDS
    said = [line for line in message.splitlines()
            if line and not any(text in line for text in options.HARMLESS)]
    # 2: the file itself was damaged so that it ends early.
    if status not in (0, 2) or said:
        return "status %d: %s" % (status, "\n".join(said[:20]))
    return None


def rounds(captures, seed):
    """Endless: a capture, a seed for editcap, a probability and a way, from a seed."""
    rng = random.Random(seed)
    while True:
        for capture in rng.sample(captures, len(captures)):
            yield capture, rng.getrandbits(31), rng.choice(PROBABILITIES), rng.choice(options.WAYS)


def by_ways(ones, count):
    """The first rounds, some at a time: those with one way together, for which tshark starts once."""
    ones = itertools.islice(ones, count)
    while some := list(itertools.islice(ones, TOGETHER)):
        yield from sorted(some, key=lambda one: one[-1])


def check(arguments, capture, seed, probability, way):
    """Damages a capture and reads it; true if that went well."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder).chmod(0o755)
        damaged = pathlib.Path(folder, "damaged.pcap")
        subprocess.run(["editcap", "-E", probability, "--seed", str(seed), capture, damaged],
                       check=True, capture_output=True)
        problem = read(arguments.build, damaged, way, arguments.asan)
        if problem is None:
            return True
        print("editcap -E %s --seed %d %s; tshark %s: %s"
              % (probability, seed, capture.name, " ".join(way), problem))
        if arguments.keep is not None:
            shutil.copy(damaged, arguments.keep / ("damaged-%d.pcap" % seed))
        return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=10**9)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--asan", action="store_true", help="BUILD is sanitized")
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    arguments = parser.parse_args()
    captures = sorted(HERE.parent.glob("*/*.pcap*"))
    end = time.monotonic() + arguments.seconds
    runs = wrong = 0
    for one in by_ways(rounds(captures, arguments.seed), arguments.runs):
        if time.monotonic() > end:
            break
        runs += 1
        wrong += not check(arguments, *one)
    print("%d damaged captures from seed %d, %d wrong" % (runs, arguments.seed, wrong))
    return 1 if wrong or runs == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
