#!/usr/bin/env python3
# test_many.py BUILD
# Tests of the scripts that map and merge many captures on one machine: names, what is damaged, what
# is killed, what is there already.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
CAPTURES = HERE.parent.parent
REAL = CAPTURES / "real"
sys.path[:0] = [str(HERE.parent), str(CAPTURES)]
import recipes  # pylint: disable=wrong-import-position
import tsharks  # pylint: disable=wrong-import-position

BUILD = pathlib.Path(sys.argv[1]).resolve()
SECONDS = 120
# As find gives them: in the folders of one tree, two with the same name, the last ones odd.
NAMES = ["failed-cookie.pcap", "day 1/left.pcap", "day 1/it's \"a\" $name\\", "two\nlines\n",
         "-n", "day 2/left.pcap"]
SOURCES = ["failed-cookie", "left", "split-brain", "scan-refused", "error", "retry"]
FACTS = b',\n"facts":{'


def run(*command, environment=None):
    return subprocess.run([str(part) for part in command], capture_output=True, timeout=SECONDS,
                          stdin=subprocess.DEVNULL, env=environment, check=False)


class Many(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.top = pathlib.Path(holder.name)
        self.environment = recipes.prepare(self.top, BUILD, False)
        self.reports, self.all = self.top / "reports", self.top / "all.json"
        self.captures = []

    def add(self, name, data):
        capture = self.top / "captures" / name
        capture.parent.mkdir(parents=True, exist_ok=True)
        capture.write_bytes(data)
        self.captures.append(capture)
        return capture

    def add_real(self):
        for name, source in zip(NAMES, SOURCES):
            self.add(name, (REAL / (source + ".pcap")).read_bytes())

    def list(self):
        path = self.top / "list"
        path.write_bytes(b"".join(os.fsencode(capture) + b"\0" for capture in self.captures))
        return path

    def report(self, capture):
        return pathlib.Path("%s%s.json" % (self.reports, capture))

    def start(self, script, *arguments, **changes):
        return run(HERE / script, *arguments, environment={**self.environment, **changes})

    def map(self, status=0, **changes):
        done = self.start("map.sh", self.reports, *self.captures, **changes)
        self.assertEqual((done.returncode, done.stdout), (status, b""), done.stderr)
        return done.stderr.decode()

    def reduce(self, status=0):
        done = self.start("reduce.sh", self.list(), self.reports, self.all)
        self.assertEqual((done.returncode, done.stdout), (status, b""), done.stderr)
        return done.stderr.decode()

    def tshark(self, capture):
        return tsharks.read(BUILD, capture, "-n", "-q", "-z", "seekchat,cluster,json",
                            timeout=SECONDS).stdout

    def merged(self, *captures):
        """The report that one command after the other gives."""
        paths = []
        for number, capture in enumerate(captures):
            paths.append(self.top / ("%d.json" % number))
            paths[-1].write_bytes(self.tshark(capture))
        return run(BUILD / "seekchat", "report", "merge", *paths).stdout

    def fake(self, script):
        """A tshark of our own; what to set to run it."""
        folder = self.top / "fake"
        folder.mkdir(exist_ok=True)
        (folder / "tshark").write_text("#!/bin/bash\n" + script)
        (folder / "tshark").chmod(0o755)
        return {"PATH": "%s:%s" % (folder, self.environment["PATH"])}

    def left_over(self):
        return [path for path in self.top.rglob(".new.*")]

    def test_names(self):
        self.add_real()
        self.assertEqual(self.map(), "")
        self.assertEqual(self.reduce(), "")
        self.assertEqual(self.all.read_bytes(), self.merged(*self.captures))
        self.assertEqual(self.report(self.captures[3]).read_bytes(),
                         self.tshark(self.captures[3]))
        self.assertEqual(self.left_over(), [])
        self.captures = [self.captures[0].relative_to(self.top)]
        self.assertIn("not a whole path", self.map(1))

    def test_done_once(self):
        self.add_real()
        self.map()
        before = [self.report(capture).stat().st_ino for capture in self.captures]
        self.map(**self.fake("exit 1"))  # no tshark runs
        newest = max(self.report(capture).stat().st_mtime for capture in self.captures)
        os.utime(self.captures[1], (newest + 1, newest + 1))
        self.report(self.captures[2]).unlink()
        self.map()
        after = [self.report(capture).stat().st_ino for capture in self.captures]
        self.assertEqual([old == new for old, new in zip(before, after)][3:], [True] * 3)
        self.assertNotEqual(before[1], after[1])
        self.reduce()
        self.assertEqual(self.all.read_bytes(), self.merged(*self.captures))

    def test_damaged(self):
        story = (REAL / "story.pcap").read_bytes()
        self.add("short\x1b.pcap", story[:20000])
        self.add("text.pcap", b"no capture")
        self.add("whole.pcap", story)
        self.add("gone.pcap", b"").unlink()
        self.assertEqual(self.map(), "")
        named = self.reduce(1).splitlines()
        self.assertEqual([line.split(":")[0] for line in named],
                         ["read in part", "left out", "left out"])
        self.assertIn("cut short in the middle of a packet", named[0])
        self.assertNotIn("\x1b", named[0])
        self.assertIn("text.pcap", named[1])
        self.assertIn("gone.pcap", named[2])
        self.assertEqual(self.all.read_bytes(), self.merged(self.captures[0], self.captures[2]))
        self.captures[0].write_bytes(story)  # mended
        self.captures[1].unlink()
        del self.captures[1], self.captures[2]
        os.utime(self.report(self.captures[0]), (0, 0))
        self.map()
        self.assertEqual(self.reduce(), "")

    def test_killed(self):
        self.add_real()
        half = "printf '{\"version\":1,\\n'; "
        self.map(-9, **self.fake(half + "kill -9 $PPID"))
        self.assertFalse(self.reports.exists() and list(self.reports.rglob("*.json")))
        self.assertIn("not mapped", self.reduce(1))
        self.map(**self.fake(half + "kill -9 $$"))
        self.assertIn("tshark ended with status 137", self.reduce(1))
        self.assertFalse(self.all.exists())
        self.map()
        self.assertEqual(self.reduce(), "")
        self.assertEqual(self.all.read_bytes(), self.merged(*self.captures))

    def test_no_plugin(self):
        """A machine that can read nothing says so and does not tell of damaged captures."""
        self.add_real()
        said = self.map(1, **self.fake("echo 'tshark: Invalid -z argument' >&2; exit 1"))
        self.assertIn("no tshark with the plugin", said)
        self.assertIn("Invalid -z argument", said)
        self.assertEqual(list(self.reports.rglob("*.log")), [])
        self.assertEqual(self.left_over(), [])

    @unittest.skipUnless(shutil.which("parallel"), "GNU parallel is not installed")
    def test_parallel(self):
        self.add_real()
        bad = self.fake("exit 1")
        done = self.start("parallel.sh", ":", self.list(), self.reports, self.all, **bad)
        self.assertEqual(done.returncode, 1)
        log, = self.reports.glob("parallel-*.log")
        with log.open("ab") as cut:
            cut.write(b"1\t:\t17")
        for _ in range(2):
            done = self.start("parallel.sh", ":", self.list(), self.reports, self.all)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(b"100%", done.stderr)
            self.assertEqual(self.all.read_bytes(), self.merged(*self.captures))
        self.captures[1].write_bytes((REAL / "story.pcap").read_bytes())
        os.utime(self.report(self.captures[1]), (0, 0))
        self.report(self.captures[2]).unlink()
        self.start("parallel.sh", ":", self.list(), self.reports, self.all)
        self.assertEqual(self.all.read_bytes(), self.merged(*self.captures))
        self.add("another.pcap", (REAL / "story.pcap").read_bytes())
        self.captures.reverse()  # the log of another list
        done = self.start("parallel.sh", ":", self.list(), self.reports, self.all)
        self.assertEqual(self.all.read_bytes(), self.merged(*self.captures))

    def test_cut(self):
        capture = self.top / "big\n.pcapng"
        subprocess.run([BUILD / "plugin/tools/gen/seekchat-gen", "bench-connections", "60", capture],
                       check=True)
        done = self.start("cut.sh", capture, self.all, "3", TMPDIR=str(self.top))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        whole = self.tshark(capture)
        self.assertEqual(self.all.read_bytes().partition(FACTS)[0], whole.partition(FACTS)[0])
        self.assertIn(FACTS, whole)
        self.assertEqual(list(self.top.glob("tmp.*")), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
