#!/usr/bin/env python3
# test_help.py BUILD
# Tests that Wireshark explains every field, every preference and every expert note of the plugin.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pathlib
import re
import subprocess
import sys
import unittest

BUILD = sys.argv[1]
TOP = pathlib.Path(__file__).resolve().parents[3]
SECONDS = 60


def glossary(name):
    done = subprocess.run(["sh", TOP / "test-captures/tshark.sh", BUILD, "-G", name],
                          capture_output=True, text=True, timeout=SECONDS, check=True)
    return done.stdout.splitlines()


def fields():
    """Name, filter name, type and blurb of each field of the plugin."""
    rows = (line.split("\t") for line in glossary("fields"))
    return [(row[1], row[2], row[3], row[7]) for row in rows
            if row[0] == "F" and row[2].startswith("seekchat.")]


class Help(unittest.TestCase):
    def test_every_field_has_a_blurb(self):
        ours = [row for row in fields() if row[2] != "FT_NONE"]
        self.assertGreater(len(ours), 15)
        self.assertEqual([name for _, name, _, blurb in ours if not blurb.strip()], [])

    def test_every_expert_note_says_what_to_do(self):
        notes = [row for row in fields() if row[2] == "FT_NONE"]
        self.assertGreater(len(notes), 15)
        # What there is, and behind a semicolon or a colon what to do about it.
        self.assertEqual([name for summary, name, _, _ in notes
                          if not re.fullmatch(r".{12,}[;:] .{7,}", summary)], [])

    def test_every_preference_has_a_description(self):
        lines = glossary("defaultprefs")
        names = [i for i, line in enumerate(lines) if line.startswith("#seekchat.")]
        self.assertGreaterEqual(len(names), 2)
        for i in names:
            # Above each name: a blank line, the description, and the kind of value.
            description = lines[lines.index("", i - 8) + 1:i - 1]
            self.assertGreater(len(" ".join(description).split()), 4, lines[i])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
