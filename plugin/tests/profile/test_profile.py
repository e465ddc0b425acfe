#!/usr/bin/env python3
# test_profile.py CMAKE BUILD
# Tests of the profile: Wireshark finds it, its filters and colours compile and match what they
# should, its columns show what they say; and the zip holds it all.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

CMAKE, BUILD = sys.argv[1:3]
TOP = pathlib.Path(__file__).resolve().parents[3]
PROFILE = TOP / "plugin/profile/SeekChat"
CAPTURES = TOP / "test-captures"
JOIN = CAPTURES / "real/real-join.pcap"
CALLS = CAPTURES / "real/real-calls.pcap"
SPLIT = CAPTURES / "real/reply-exceeds-recv.pcap"
CLOSED = CAPTURES / "real/no-reply-closed.pcap"
SECONDS = 60


def lines(name):
    text = (PROFILE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def colours():
    """Name, filter and background (red, green, blue) of each colour rule."""
    for line in lines("colorfilters"):
        name, expression, colour = re.fullmatch(
            r"@([^@]*)@(.*)@\[(\d+,\d+,\d+)\]\[\d+,\d+,\d+\]", line).groups()
        yield name, expression, tuple(map(int, colour.split(",")))


def buttons():
    """Label and filter of each button."""
    for row in csv.reader(lines("dfilter_buttons")):
        yield row[1], re.sub(r"\\x([0-9a-f]{2})", lambda match: chr(int(match.group(1), 16)), row[2])


class Profile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.home = pathlib.Path(temporary.name)
        cls.home.chmod(0o755)
        cls.run_command(CMAKE, "--build", BUILD, "--target", "install-user")
        # The plugin comes from the build, as in all tests.
        shutil.rmtree(cls.home / ".local")

    @classmethod
    def run_command(cls, *command):
        environment = {**os.environ, "HOME": str(cls.home), "SEEKCHAT_HOME": str(cls.home)}
        environment.pop("XDG_CONFIG_HOME", None)
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False,
                              env=environment)
        assert done.returncode == 0, done.stderr
        return done

    def tshark(self, *arguments):
        done = self.run_command("sh", CAPTURES / "tshark.sh", BUILD, "-n", *arguments)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def frames(self, capture, expression):
        return self.tshark("-2", "-r", capture, "-Y", expression, "-T", "fields",
                           "-e", "frame.number").split()

    def colours_of(self, capture):
        """The name of the rule by which Wireshark colours each frame."""
        rows = self.tshark("-C", "SeekChat", "-2", "--color", "-r", capture, "-Y", "seekchat", "-T",
                           "fields", "-e", "frame.number", "-e", "frame.coloring_rule.name")
        return dict(row.split("\t") for row in rows.splitlines())

    def test_the_buttons(self):
        found = {label: self.frames(CALLS, expression) for label, expression in buttons()}
        self.assertEqual(found, {"Joins": ["14", "16", "24", "34", "36"], "Failures": ["26", "36"],
                                 "Watches": ["4", "6"], "No reply": [],
                                 "Problems": ["24", "26", "36"]})
        self.assertEqual(len(self.frames(CLOSED, dict(buttons())["No reply"])), 1)

    def test_what_is_coloured_how(self):
        failed, amber = "SeekChat: join failed or error", "SeekChat: self, split or another warning"
        joins, calls = self.colours_of(JOIN), self.colours_of(CALLS)
        self.assertEqual([joins[frame] for frame in ("107", "184", "986")],
                         ["SeekChat", "SeekChat: joined", failed])
        self.assertEqual([calls[frame] for frame in ("16", "26", "36")], [amber, failed, failed])
        self.assertEqual(list(self.colours_of(SPLIT).values())[-1], amber)
        self.assertEqual(list(self.colours_of(CLOSED).values()), ["SeekChat: no reply"])

    def test_every_colour_compiles(self):
        every = " || ".join("(%s)" % expression for _, expression, _ in colours())
        self.assertNotEqual(self.frames(JOIN, every), [])

    def test_the_colours_are_what_they_are_called(self):
        colour = {name: rgb for name, _, rgb in colours()}
        red, green, blue = colour["SeekChat: join failed or error"]
        self.assertGreater(red, 3 * max(green, blue))
        red, green, blue = colour["SeekChat: joined"]
        self.assertGreater(green, max(red, blue))
        red, green, blue = colour["SeekChat: self, split or another warning"]
        self.assertTrue(red > green > 2 * blue)
        self.assertEqual(len(set(colour["SeekChat: no reply"])), 1)

    def test_seekchat_stands_out(self):
        def brightness(name):
            return sum(colour[name])
        colour = {name: rgb for name, _, rgb in colours()}
        ours = [name for name in colour if name.startswith("SeekChat")]
        others = ["Bad TCP", "TCP RST", "TCP SYN/FIN", "TCP", "ARP"]
        self.assertLess(max(map(brightness, ours)), min(map(brightness, others)))

    def test_installed_profile(self):
        row, = self.tshark("-C", "SeekChat", "-r", JOIN, "-2", "-Y", "frame.number == 986").splitlines()
        self.assertEqual(row.split(), [
            "986", "60.161514", "10.99.0.1", "→", "10.99.0.4", "SeekChat", "node1@10.99.0.1",
            "node4@10.99.0.4", "join_failed", "reply", "join_failed"])

    def test_number_of_nodes_stands_in_the_payload_column(self):
        row, = self.tshark("-C", "SeekChat", "-r", CALLS, "-Y", "frame.number == 6").splitlines()
        self.assertIn("watcher@10.99.0.5 2 nodes", row)

    def count(self, profile, capture, expression):
        return len(self.tshark("-C", profile, "-r", capture, "-Y", expression).splitlines())

    def test_segments_are_put_in_order(self):
        reordered = CAPTURES / "generated/reordered.pcapng"
        self.assertGreater(self.count("Default", reordered, "seekchat.incomplete"), 0)
        self.assertEqual(self.count("SeekChat", reordered, "seekchat.incomplete"), 0)

    def test_the_heuristic_is_on(self):
        other_port = CAPTURES / "generated/other-port.pcapng"
        self.assertGreater(self.count("SeekChat", other_port, "seekchat"), 0)
        # The same file with the heuristic off shows that Wireshark reads it.
        profile = self.home / ".config/wireshark/profiles/SeekChat"
        off = shutil.copytree(profile, profile.with_name("Off"))
        text = (off / "heuristic_protos").read_text(encoding="utf-8")
        (off / "heuristic_protos").write_text(text.replace(",1", ",0"), encoding="utf-8")
        self.assertEqual(self.count("Off", other_port, "seekchat"), 0)

    def test_zip(self):
        self.run_command(CMAKE, "--build", BUILD, "--target", "profile-zip")
        with zipfile.ZipFile(BUILD + "/SeekChat.zip") as archive:
            names = {name for name in archive.namelist() if not name.endswith("/")}
            self.assertEqual(names, {"SeekChat/" + path.name for path in PROFILE.iterdir()})
            self.assertEqual(archive.read("SeekChat/preferences"),
                             (PROFILE / "preferences").read_bytes())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
