#!/usr/bin/env python3
# runs.py
# Runs tshark with the plugin of a build directory, for the tests of the statistics.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import difflib
import json
import pathlib
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[3]
CAPTURES = TOP / "test-captures"
SECONDS = 120

sys.path.insert(0, str(CAPTURES))
import tsharks  # noqa: E402


class Wrong(Exception):
    pass


def run(build, *options, status=0):
    """What tshark prints on standard output and on standard error; its exit status is checked."""
    options = list(options)
    if "-r" in options:
        place = options.index("-r")
        capture = options[place + 1]
        del options[place:place + 2]
        done = tsharks.read(build, capture, *options, timeout=SECONDS)
    else:
        done = subprocess.run(["sh", CAPTURES / "tshark.sh", build, *options], capture_output=True,
                              timeout=SECONDS, stdin=subprocess.DEVNULL)
    errors = done.stderr.decode("utf-8", "replace")
    if (done.returncode != 0) != (status != 0) or (status == 0 and errors):
        raise Wrong("tshark %s: status %d\n%s" % (" ".join(map(str, options)), done.returncode,
                                                  errors))
    return done.stdout.decode("utf-8"), errors


def statistic(build, capture, option, *more):
    """What one -z option prints of a capture."""
    return run(build, "-n", "-q", "-r", capture, "-z", option, *more)[0]


def report(build, capture, display_filter=None, *more):
    """The cluster report of a capture, from its JSON."""
    option = "seekchat,cluster,json" + ("," + display_filter if display_filter else "")
    return json.loads(statistic(build, capture, option, *more))


def merged(directory, *captures):
    """The path of a capture made of several, in the order of their times."""
    path = pathlib.Path(directory) / "merged.pcapng"
    subprocess.run(["mergecap", "-w", path, *captures], check=True, timeout=SECONDS)
    path.chmod(0o644)
    return path


def difference(wanted, seen):
    lines = difflib.unified_diff(wanted.splitlines(), seen.splitlines(), "expected", "seen",
                                 lineterm="")
    return "\n".join(list(lines)[:40])


def workplace():
    """A temporary directory that tshark may read from, whoever it runs as."""
    directory = tempfile.TemporaryDirectory()
    pathlib.Path(directory.name).chmod(0o755)
    return directory


def main(tests):
    """Runs all tests with the build directory of the command line; returns the exit status."""
    failed = 0
    for test in tests:
        try:
            test(sys.argv[1])
        except Wrong as error:
            failed += 1
            print("%s: %s" % (test.__name__, error))
    print("%d tests, %d failed" % (len(tests), failed))
    return 1 if failed else 0
