#!/usr/bin/env python3
# bench.py
# Runs tshark and seekchat of a build on captures that a test makes.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import pathlib
import subprocess
import sys

import frames

CAPTURES = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CAPTURES))
import tsharks  # noqa: E402

SECONDS = 120


class Wrong(Exception):
    """A program failed, or wrote to its standard error."""


def clean(done):
    """What a process printed that ended well."""
    if done.returncode != 0 or done.stderr:
        raise Wrong("status %d: %s" % (done.returncode, done.stderr.decode("utf-8", "replace")))
    return done.stdout


class Bench:
    """directory: for what is made; it must be readable for all."""

    def __init__(self, build, directory):
        self.build = pathlib.Path(build).resolve()
        self.directory = pathlib.Path(directory)
        self.reports = {}

    def run(self, *command):
        return clean(subprocess.run(command, capture_output=True, timeout=SECONDS,
                                    stdin=subprocess.DEVNULL))

    def text(self, capture, *options):
        return clean(tsharks.read(self.build, capture, "-n", "-q", *options, "-z",
                                  "seekchat,cluster,json", timeout=SECONDS))

    def report(self, capture, *options):
        return json.loads(self.text(capture, *options))

    def whole(self, capture):
        """The report of a capture as it is."""
        if capture not in self.reports:
            self.reports[capture] = self.report(capture)
        return self.reports[capture]

    def write(self, name, packets):
        path = self.directory / (name + ".pcap")
        frames.write(path, packets)
        return path

    def report_of(self, name, packets, *options):
        """The report of packets that are written for it alone."""
        path = self.write(name, packets)
        try:
            return self.report(path, *options)
        finally:
            path.unlink()

    def merge(self, name, *captures):
        """The merged report of several lists of packets."""
        kept = []
        for number, packets in enumerate(captures):
            path = self.write("%s-%d" % (name, number), packets)
            kept.append(path.with_suffix(".json"))
            kept[-1].write_bytes(self.text(path))
            path.unlink()
        merged = json.loads(self.run(self.build / "seekchat", "report", "merge", *kept))
        for path in kept:
            path.unlink()
        return merged
