#!/usr/bin/env python3
# merge.py
# Splits captures where no connection is cut, and merges their reports, for the tests of the merge.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pathlib
import subprocess

import runs
from runs import Wrong

FACTS = b',\n"facts":{'


def report(build, capture, *more):
    """The JSON report of a capture, as it was printed."""
    return runs.statistic(build, capture, "seekchat,cluster,json", *more).encode()


def command(build, *arguments, status=0, data=None):
    """What `seekchat report` prints on standard output and on standard error."""
    done = subprocess.run([pathlib.Path(build) / "seekchat", "report", *arguments],
                          capture_output=True, timeout=runs.SECONDS, input=data,
                          stdin=None if data is not None else subprocess.DEVNULL)
    if done.returncode != status or (status == 0 and done.stderr):
        raise Wrong("report %s: status %d\n%s" % (" ".join(map(str, arguments)), done.returncode,
                                                  done.stderr.decode("utf-8", "replace")))
    return done.stdout, done.stderr.decode("utf-8")


class Folder:
    """Reports as files of a directory, and merges of them."""

    def __init__(self, build, directory):
        self.build = build
        self.directory = pathlib.Path(directory)
        self.count = 0

    def keep(self, text):
        self.count += 1
        path = self.directory / ("%d.json" % self.count)
        path.write_bytes(text)
        return path

    def merge(self, *texts):
        return command(self.build, "merge", *map(self.keep, texts))[0]


def shown(text):
    """A report without its facts: all that a capture and a merge of its parts have alike."""
    head, found, _ = text.partition(FACTS)
    if not found:
        raise Wrong("no facts in %r" % text[-200:])
    return head


def cuts(build, capture):
    """The frames after which no TCP connection is open, and the number of all frames."""
    rows = runs.run(build, "-n", "-r", capture, "-T", "fields", "-e", "frame.number", "-e",
                    "tcp.stream")[0].splitlines()
    ends = {}
    streams = []
    for row in rows:
        number, _, found = row.partition("\t")
        streams.append([stream for stream in found.split(",") if stream])
        ends.update({stream: int(number) for stream in streams[-1]})
    legal, last = [], 0
    for number, here in enumerate(streams, 1):
        last = max([last] + [ends[stream] for stream in here])
        if last <= number < len(streams):
            legal.append(number)
    return legal, len(streams)


def part(directory, capture, first, last):
    """The path of a capture with the frames of another from first to last."""
    path = pathlib.Path(directory) / ("%s-%d-%d.pcap" % (capture.stem, first, last))
    subprocess.run(["editcap", "-r", capture, path, "%d-%d" % (first, last)], check=True,
                   capture_output=True, timeout=runs.SECONDS)
    path.chmod(0o644)
    return path


def parts(build, directory, capture, at, frames):
    """The reports of the parts of a capture that is cut behind each of the frames."""
    edges = [0, *at, frames]
    return [report(build, part(directory, capture, first + 1, last))
            for first, last in zip(edges, edges[1:])]
