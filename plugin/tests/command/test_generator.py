#!/usr/bin/env python3
# test_generator.py
# Tests of seekchat-gen: the same bytes in every run, packets without a fault, honest statuses.
# Usage: test_generator.py SEEKCHAT_GEN BUILD
#
# SPDX-License-Identifier: GPL-2.0-or-later

import collections
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "test-captures"))
import tsharks  # noqa: E402

GENERATOR, BUILD = sys.argv[1:3]
SECONDS = 60
# Wireshark verifies checksums only where it is told to; this is what it says of a good one.
VERIFY = ["-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE"]
GOOD = "1"
# What Wireshark may find wrong with a connection. Whether it calls a late segment out of order or
# retransmitted differs between versions.
LATE = ["tcp.analysis.out_of_order", "tcp.analysis.retransmission"]
FLAGS = ["tcp.analysis." + flag for flag in (
    "spurious_retransmission", "lost_segment", "duplicate_ack", "window_full", "reused_ports")]
FIELDS = [part for field in ["frame.cap_len", "frame.len", "ip.checksum.status",
                             "tcp.checksum.status", *LATE, *FLAGS] for part in ("-e", field)]
# The captures in which it does, and in how many packets.
FAULTS = {
    "lost": {"lost_segment": 6},
    "overlap": {"late": 4, "lost_segment": 1},
    "port-reuse": {"reused_ports": 2},
    "reordered": {"late": 9, "lost_segment": 7},
    "retransmitted": {"late": 3, "spurious_retransmission": 1},
    "seq-wrap": {"late": 1, "lost_segment": 1},
}


def generate(*arguments):
    return subprocess.run([GENERATOR, *arguments], capture_output=True, text=True, timeout=SECONDS)


def tshark(path, *arguments):
    """The lines that tshark prints."""
    done = tsharks.read(BUILD, path, "-n", *arguments, timeout=SECONDS)
    done.check_returncode()
    return done.stdout.decode().splitlines()


class Generator(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        done = generate("--all", cls.directory.name)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done
        cls.listed = {line.split()[0] for line in generate("--list").stdout.splitlines()
                      if not line.startswith("bench-")}

    def path(self, name):
        return os.path.join(self.directory.name, name + ".pcapng")

    def test_all_are_listed(self):
        self.assertGreater(len(self.listed), 40)
        self.assertEqual({name + ".pcapng" for name in self.listed},
                         set(os.listdir(self.directory.name)))

    def test_same_bytes(self):
        again = self.path("again") + ".tmp"
        for name in self.listed:
            self.assertEqual(generate(name, again).returncode, 0)
            with open(self.path(name), "rb") as one, open(again, "rb") as other:
                self.assertEqual(one.read(), other.read(), name)
        os.remove(again)

    @unittest.skipUnless(shutil.which("tshark"), "tshark is not installed")
    def test_packets(self):
        """No bad packet; TCP faults as the scenario is about, and none where there are none."""
        faults = {}
        for name in self.listed:
            found = collections.Counter()
            for line in tshark(self.path(name), *VERIFY, "-T", "fields", *FIELDS):
                captured, whole, ip, tcp, *analysis = line.split("\t")
                self.assertIn(ip.split(",")[-1], (GOOD, ""), name)
                self.assertTrue(tcp == GOOD or int(captured) < int(whole), name)
                found["packets"] += 1
                found["late"] += any(analysis[:len(LATE)])
                for flag, value in zip(FLAGS, analysis[len(LATE):]):
                    found[flag.split(".")[-1]] += value != ""
            self.assertGreater(found.pop("packets"), 0, name)
            if +found:
                faults[name] = dict(+found)
        self.assertEqual(faults, FAULTS)

    @unittest.skipUnless(shutil.which("tshark"), "tshark is not installed")
    def test_sized(self):
        with tempfile.NamedTemporaryFile() as file:
            for name, size, rows in (("bench-messages", 1000, 1000),
                                     ("bench-connections", 100, 1000)):
                self.assertEqual(generate(name, str(size), file.name).returncode, 0)
                self.assertEqual(len(tshark(file.name)), rows)
            self.assertEqual(generate("bench-big", "146000", file.name).returncode, 0)
            lengths = tshark(file.name, "-Y", "tcp.srcport == 33000 && tcp.len > 0",
                             "-T", "fields", "-e", "tcp.len")
            self.assertEqual(lengths, ["1460"] * 100)
            self.assertEqual(generate("bench-nodes", "5", file.name).returncode, 0)

    def test_usage(self):
        for arguments in ([], ["self"], ["no-such-name", "/tmp/x"], ["bench-big", "5", "/tmp/x"],
                          ["bench-big", "x", "/tmp/x"], ["bench-big", "/tmp/x"]):
            done = generate(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertNotEqual(done.stderr, "")

    def test_write_fails(self):
        for path, reason in (("/does/not/exist", "No such file or directory"),
                             ("/dev/full", "No space left on device")):
            done = generate("self", path)
            self.assertEqual((done.returncode, done.stderr),
                             (1, "seekchat-gen: %s: %s\n" % (path, reason)))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
