#!/usr/bin/env python3
# test_package.py CPACK BUILD VERSION SERIES
# Tests of the packages: what they hold, and what the .deb says of itself. SERIES is the Wireshark,
# such as 4.0. What needs a new system to install them in is in releases.sh.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import gzip
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest

CPACK, BUILD, VERSION, SERIES = sys.argv[1:5]
SECONDS = 240
PROFILE = {"preferences", "colorfilters", "dfilter_buttons", "heuristic_protos", "recent"}


def run(*command, statuses=(0,)):
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode in statuses, done
    return done.stdout


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.directory = pathlib.Path(temporary.name)
        run(CPACK, "--config", BUILD + "/CPackConfig.cmake", "-B", str(cls.directory))

    def only(self, pattern):
        path, = self.directory.glob(pattern)
        return path

    def unpacked_deb(self):
        directory = self.directory / "deb"
        if not directory.exists():
            run("dpkg-deb", "-R", self.only("*.deb"), directory)
        return directory

    def field(self, name):
        return run("dpkg-deb", "-f", self.only("*.deb"), name).strip()

    def test_archive(self):
        with tarfile.open(self.only("seekchat-%s-wireshark%s-*.tar.gz" % (VERSION, SERIES))) as tar:
            names = {member.name.split("/", 1)[1] for member in tar if member.isfile()}
            top = tar.getnames()[0].split("/")[0]
            note = tar.extractfile(top + "/INSTALL.txt").read().decode()
        self.assertEqual(names, {"seekchat.so", "seekchat", "seekchat.1", "INSTALL.txt", "LICENSE"} |
                         {"SeekChat/" + name for name in PROFILE})
        self.assertIn("~/.local/lib/wireshark/plugins/%s/epan" % SERIES, note)
        self.assertNotIn("@", note)

    def test_deb_says_what_it_is(self):
        self.assertEqual(self.only("*.deb").name, "wireshark-seekchat_%s+ws%s_%s.deb" % (
            VERSION, SERIES, self.field("Architecture")))
        self.assertEqual(self.field("Package"), "wireshark-seekchat")
        self.assertEqual(self.field("Version"), "%s+ws%s" % (VERSION, SERIES))
        self.assertIn("Wireshark " + SERIES, self.field("Description"))

    def test_deb_needs_the_wireshark_of_the_build(self):
        depends = self.field("Depends").split(", ")
        (library, low), (same, high) = [
            re.fullmatch(r"(libwireshark\S+) \([><][=<] ([0-9.]+~)\)", text).groups()
            for text in depends if text.startswith("libwireshark") and text.endswith("~)")]
        self.assertEqual(library, same)
        major, minor = map(int, SERIES.split("."))
        self.assertEqual((low, high), (SERIES + "~", "%d.%d~" % (major, minor + 1)))
        self.assertTrue(any(text.startswith("libglib2.0-0") for text in depends), depends)

    def test_files_of_the_deb(self):
        directory = self.unpacked_deb()
        names = {str(path.relative_to(directory)) for path in directory.rglob("*")
                 if path.is_file() and path.parent.name != "DEBIAN"}
        plugin, = (name for name in names if name.endswith(".so"))
        self.assertRegex(plugin, r"^usr/lib/[^/]+/wireshark/plugins/%s/epan/seekchat\.so$" % SERIES)
        documents = "usr/share/doc/wireshark-seekchat/"
        self.assertEqual(names - {plugin}, {
            "usr/bin/seekchat", "usr/share/man/man1/seekchat.1.gz", documents + "changelog.gz",
            documents + "copyright"} |
            {"usr/share/wireshark/profiles/SeekChat/" + name for name in PROFILE})

    def test_changelog_has_the_version(self):
        path = self.unpacked_deb() / "usr/share/doc/wireshark-seekchat/changelog.gz"
        with gzip.open(path, "rt", encoding="utf-8") as text:
            self.assertIn("(%s+ws%s)" % (VERSION, SERIES), text.readline())

    def test_manual_tells_all_options(self):
        path = self.unpacked_deb() / "usr/share/man/man1/seekchat.1.gz"
        with gzip.open(path, "rt", encoding="utf-8") as text:
            manual = text.read().replace("\\-", "-")
        program = pathlib.Path(BUILD) / "seekchat"
        commands = re.findall(r"^  ([a-z]+)  ", run(program, "--help"), re.MULTILINE)
        self.assertIn("decode", commands)
        for command in commands:
            self.assertIn("\n.SS seekchat %s\n" % command, manual)
            for option in re.findall(r"--[a-z-]+", run(program, command, "--help")):
                self.assertIn(option, manual, command)
        for option in re.findall(r"--[a-z-]+", run(program, "report", "merge", "--help")):
            self.assertIn(option, manual)

    @unittest.skipUnless(shutil.which("man"), "man is not installed")
    def test_manual_renders_without_warnings(self):
        path = self.unpacked_deb() / "usr/share/man/man1/seekchat.1.gz"
        done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", path],
                              capture_output=True, timeout=SECONDS, check=True,
                              env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"})
        self.assertEqual(done.stderr, b"")
        self.assertIn(b"seekchat decode", done.stdout)

    @unittest.skipUnless(shutil.which("lintian"), "lintian is not installed")
    def test_lintian(self):
        found = run("lintian", "--allow-root", "--fail-on", "none", self.only("*.deb"))
        self.assertEqual([line for line in found.splitlines() if line.startswith("E:")], [])


if __name__ == "__main__":
    if not shutil.which("dpkg-shlibdeps") or not shutil.which("file"):
        print("skipped: dpkg-dev or file is not installed")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1])
