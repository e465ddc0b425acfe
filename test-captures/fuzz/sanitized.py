#!/usr/bin/env python3
# sanitized.py asan|valgrind BUILD [CAPTURE... | --merged]
# Reads every capture with tshark and the plugin under AddressSanitizer and UBSan (BUILD is made
# with -DSEEKCHAT_SANITIZE=address,undefined), or under valgrind, which looks for leaks as well (a
# plain BUILD). Wireshark's own leaks do not count: only those with the plugin in their stack.
# --merged reads all captures as one, one behind another, which is quick.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import options

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 1800
# A plugin that is unloaded at the end has no names in a report.
OURS = re.compile(r"seekchat|packet-seekchat|/plugin/(codec|dissector|stats|cluster)/")
# tshark frees no tree of statistics: what Wireshark allocated for one is Wireshark's leak.
THEIRS = re.compile(r"\bstats_tree_\w+ \(")
# Full paths, since only they tell the plugin's files from others.
VALGRIND = ["valgrind", "--error-exitcode=99", "--leak-check=full", "--show-leak-kinds=definite",
            "--errors-for-leak-kinds=none", "--num-callers=40", "--keep-debuginfo=yes",
            "--fullpath-after=", "--quiet"]


# The allocator "simple" gives each allocation of Wireshark to malloc, where a sanitizer sees it.
SIMPLE = {"WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple", "WIRESHARK_ABORT_ON_DISSECTOR_BUG": "1"}


def settings(mode):
    """What stands before tshark in a mode, and the environment."""
    if mode == "valgrind":
        return VALGRIND, SIMPLE
    done = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True,
                          check=True)
    return (["env", "LD_PRELOAD=" + done.stdout.strip()],
            dict(SIMPLE, ASAN_OPTIONS="detect_leaks=0",
                 UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1"))


def is_ours(record):
    ours, theirs = OURS.search(record), THEIRS.search(record)
    return ours is not None and (theirs is None or theirs.start() > ours.start())


def our_leaks(report):
    """The records of a valgrind report that tell of a leak of the plugin's."""
    records = re.split(r"(?m)^(?===\d+== [\d,]+ .*lost in)", report)[1:]
    return list(filter(is_ours, records))


def check(mode, build, way, capture):
    """What is wrong when tshark reads a capture one way, or None."""
    before, environment = settings(mode)
    status, report = options.tshark(build, before, way, capture, environment, SECONDS)
    leaks = our_leaks(report)
    if status != 0 or leaks or (mode == "asan" and report):
        return "%s, tshark %s: status %d: %s" % (capture.name, " ".join(way), status,
                                                 "\n".join(leaks) or report[:3000])
    return None


def merged(folder):
    """All captures in one file, in the order of their names."""
    pathlib.Path(folder).chmod(0o755)
    path = pathlib.Path(folder, "all.pcapng")
    subprocess.run(["mergecap", "-a", "-w", path, *sorted(HERE.parent.glob("*/*.pcap*"))],
                   check=True)
    return path


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in ("asan", "valgrind"):
        sys.exit("usage: sanitized.py asan|valgrind BUILD [CAPTURE... | --merged]")
    mode, build = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    names = sys.argv[3:]
    captures = list(map(pathlib.Path, names)) or sorted(HERE.parent.glob("*/*.pcap*"))
    ways = options.WAYS if mode == "asan" else [options.EVERYTHING]
    folder = tempfile.TemporaryDirectory()
    if names == ["--merged"]:
        captures = [merged(folder.name)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(check, mode, build, way, capture)
                for way in ways for capture in captures]
        wrong = [job.result() for job in jobs if job.result() is not None]
    for text in wrong:
        print(text)
    print("%s: %d captures in %d ways, %d wrong" % (mode, len(captures), len(ways), len(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
