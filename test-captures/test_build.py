#!/usr/bin/env python3
# test_build.py CMAKE SOURCE BUILD VERSION
# Tests of what a build gives: the plugin as Wireshark lists it, what it exports, what is installed
# and taken away again, and what CMake says where there is no fit Wireshark.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

CMAKE, SOURCE, BUILD, VERSION = sys.argv[1:5]
HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 120
OLD_WIRESHARK = """set(Wireshark_MAJOR_VERSION 3)
set(Wireshark_MINOR_VERSION 6)
set(Wireshark_VERSION "3.6.2")
"""


def run(*command, status=0, **environment):
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS,
                          stdin=subprocess.DEVNULL, env={**os.environ, **environment})
    assert (done.returncode == 0) == (status == 0), done
    return done.stdout if status == 0 else done.stderr


def tshark(*arguments):
    return run("sh", HERE / "tshark.sh", BUILD, *arguments)


def installed_tshark(home, *arguments):
    return run("sh", HERE / "unprivileged.sh", "tshark", *arguments, SEEKCHAT_HOME=home)


def folder(name):
    """A folder of `tshark -G folders`."""
    lines = installed_tshark("/nonexistent", "-G", "folders").splitlines()
    return next(line.split("\t")[1] for line in lines if line.startswith(name + ":"))


def files_below(directory):
    return sorted(path for path in pathlib.Path(directory).rglob("*") if not path.is_dir())


def plugin_file():
    return next(pathlib.Path(BUILD).glob("plugins/*/epan/seekchat.so"))


def seekchat_lines(text):
    return [line.split("\t") for line in text.splitlines() if line.startswith("seekchat.so")]


class Build(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = temporary.name

    def assert_listed(self, text):
        (name, version, kind, path), = seekchat_lines(text)
        self.assertEqual((version.strip(), kind.split(",")[0].strip()), (VERSION, "dissector"))
        return path.strip()

    def test_listed_uninstalled(self):
        self.assertEqual(self.assert_listed(tshark("-G", "plugins")), str(plugin_file()))

    def test_exports_only_the_plugin_interface(self):
        names = {line.split()[-1] for line in
                 run("nm", "-D", "--defined-only", plugin_file()).splitlines()}
        self.assertEqual(names, {"plugin_version", "plugin_want_major", "plugin_want_minor",
                                 "plugin_register", "plugin_describe"})

    def test_command_version(self):
        self.assertIn(VERSION, run(pathlib.Path(BUILD) / "seekchat", "--version"))

    def test_install_and_uninstall_for_the_machine(self):
        run(CMAKE, "--install", BUILD, DESTDIR=self.directory)
        files = [str(path)[len(self.directory):] for path in files_below(self.directory)]
        self.assertIn(folder("Global Plugins") + "/epan/seekchat.so", files)
        self.assertIn("/usr/bin/seekchat", files)
        run(CMAKE, "--build", BUILD, "--target", "uninstall", DESTDIR=self.directory)
        self.assertEqual(files_below(self.directory), [])

    def test_install_and_uninstall_for_a_person(self):
        run(CMAKE, "--build", BUILD, "--target", "install-user", HOME=self.directory)
        path = self.assert_listed(installed_tshark(self.directory, "-G", "plugins"))
        self.assertTrue(path.startswith(self.directory + "/"), path)
        run(self.directory + "/.local/bin/seekchat", "--version")
        run(CMAKE, "--build", BUILD, "--target", "uninstall-user", HOME=self.directory)
        self.assertEqual(files_below(self.directory), [])
        self.assertEqual(seekchat_lines(installed_tshark(self.directory, "-G", "plugins")), [])

    def assert_one_error(self, *options):
        text = run(CMAKE, "-S", SOURCE, "-B", self.directory + "/build", *options, status=1)
        self.assertEqual(text.count("CMake Error"), 1, text)
        return " ".join(text.split())

    def test_no_wireshark(self):
        text = self.assert_one_error("-DCMAKE_DISABLE_FIND_PACKAGE_Wireshark=ON")
        self.assertIn("No Wireshark with development files found; 4.0 or newer is needed", text)

    def test_old_wireshark(self):
        with open(self.directory + "/WiresharkConfig.cmake", "w", encoding="utf-8") as file:
            file.write(OLD_WIRESHARK)
        text = self.assert_one_error("-DWireshark_DIR=" + self.directory)
        self.assertIn("Wireshark 3.6.2 is too old; 4.0 or newer is needed", text)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
