#!/usr/bin/env python3
# test_clone.py CMAKE SOURCE
# Runs the commands of the README and of setup.sh in a new copy of the sources, in the order in which
# they are printed: the path has blanks and an apostrophe, the umask hides what is written from others.
# For root the user is nobody, and what sudo would do goes to a layer over /usr that nobody else sees;
# where that is not allowed (no root, or root of a container) it goes to DESTDIR.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import atexit
import ctypes
import hashlib
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

CMAKE, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
SECONDS = 900
NOBODY = 65534
NEW_MOUNTS = 0x00020000  # CLONE_NEWNS
TEMPORARY = tempfile.TemporaryDirectory(prefix="seekchat ")
TOP = pathlib.Path(TEMPORARY.name)
CLONE = TOP / "somebody's clone"
BUILD = CLONE / "build"
HOME = TOP / "home"
PROFILE = HOME / ".config/wireshark/profiles/SeekChat"
AS_ROOT = os.geteuid() == 0


def cover_usr():
    """A layer over /usr for this process and its children; False where that is not allowed."""
    if not AS_ROOT or ctypes.CDLL(None).unshare(NEW_MOUNTS) != 0:
        return False
    layer = TOP / "layer"
    layer.mkdir()
    script = """mount --make-rprivate / && mount -t tmpfs tmpfs "$0" && mkdir "$0/up" "$0/work" &&
        mount -t overlay overlay -o "lowerdir=/usr,upperdir=$0/up,workdir=$0/work" /usr"""
    return subprocess.run(["sh", "-c", script, layer], capture_output=True).returncode == 0


COVERED = cover_usr()
if COVERED:
    atexit.register(subprocess.run, ["umount", "--lazy", "/usr", TOP / "layer"], check=True)
MACHINE = pathlib.Path("/") if COVERED else TOP / "machine"
IN_MACHINE = {} if COVERED else {"DESTDIR": str(MACHINE)}


def become(user):
    def apply():
        os.umask(0o077)
        if user is not None:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
    return apply


def shell(command, user=NOBODY, status=0, **environment):
    """Runs a command as it is printed; returns what it prints."""
    environment = {**os.environ, "HOME": str(HOME), "LC_ALL": "C.UTF-8", **environment}
    environment.pop("XDG_CONFIG_HOME", None)
    if command.startswith("sudo "):
        command, user = command[len("sudo "):], None
        environment.update(IN_MACHINE)
    command = re.sub("^cmake ", '"%s" ' % CMAKE, command)
    done = subprocess.run(["sh", "-c", command], cwd=CLONE, env=environment, text=True,
                          preexec_fn=become(user if AS_ROOT else None), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=SECONDS)
    assert (done.returncode == 0) == (status == 0), (command, done.returncode, done.stdout)
    return done.stdout


def printed_commands(text):
    """The indented lines that begin with a program, without their comments."""
    return [match[1].strip() for match in
            re.finditer(r"^    ((?:sh|sudo|cmake) [^#\n]*)", text, re.MULTILINE)]


def files_of_machine():
    places = [path for name in ("bin", "lib", "share") for path in
              (MACHINE / "usr" / name).rglob("*seekchat*" if COVERED else "*")]
    profile = MACHINE / "usr/share/wireshark/profiles/SeekChat"
    return {path for path in [*places, *profile.rglob("*")] if path.is_file()}


def files_of_user():
    return {str(path.relative_to(HOME)) for path in HOME.rglob("*") if path.is_file()}


class Clone(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        TOP.chmod(0o755)
        shutil.copytree(SOURCE, CLONE, symlinks=True, ignore=shutil.ignore_patterns(
            "build*", ".git", "expected", "__pycache__"))
        HOME.mkdir()
        MACHINE.mkdir(exist_ok=True)
        if AS_ROOT:
            for path in [CLONE, *CLONE.rglob("*"), HOME]:
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        cls.before = files_of_machine()
        cls.setup = shell("sh plugin/setup.sh")
        if not COVERED:
            cls.make_folders_of_system()

    @classmethod
    def make_folders_of_system(cls):
        """What DESTDIR lacks, and each system has, is made as the umask says: hidden from others."""
        shell("sudo cmake --install build")
        for path in MACHINE.rglob("*"):
            if path.is_dir():
                path.chmod(0o755)
        shell("sudo cmake -P build/uninstall.cmake")

    def setUp(self):
        for path in HOME.iterdir():
            shutil.rmtree(path)

    def tearDown(self):
        shell("sudo cmake -P build/uninstall.cmake || :")

    def assert_nothing_installed(self):
        self.assertEqual(files_of_machine(), self.before)

    def assert_nobody_elses(self):
        """No command of root's may leave files that the user cannot write."""
        owner = NOBODY if AS_ROOT else os.getuid()
        self.assertEqual([path for path in BUILD.rglob("*") if path.lstat().st_uid != owner], [])

    def test_setup_shows_its_progress_and_the_capture(self):
        self.assertIn("reply join_failed", self.setup)
        self.assertLess(len(self.setup.splitlines()), 70)
        self.assertNotIn("Building C object", self.setup)
        self.assertIn("Building C object", (BUILD / "setup.log").read_text())

    def test_commands_of_setup(self):
        commands = printed_commands(self.setup)
        self.assertEqual(len(commands), 2)
        for command in commands:
            shell(command)
        self.assertIn("seekchat.so", " ".join(files_of_user()))
        self.assertIn("seekchat.so", " ".join(map(str, files_of_machine() - self.before)))
        self.assert_nobody_elses()

    def test_commands_of_readme(self):
        text = (CLONE / "README.md").read_text().split("\n## ")[1]
        commands = [command for command in printed_commands(text) if "test.sh" not in command]
        self.assertEqual(len(commands), 6)
        for command in commands:
            shell(command)
            if command.endswith(" install-user"):
                self.assertRegex(shell("tshark -G plugins"), r"seekchat\.so.*\.local/lib")
            elif "package" in command:
                self.assertNotIn("test-c", " ".join(path.name for path in BUILD.rglob("*")))
                self.assertEqual(len([*BUILD.glob("*.deb"), *BUILD.glob("*.tar.gz")]), 2)
        self.assertEqual(files_of_user(), set())
        self.assert_nothing_installed()
        self.assert_nobody_elses()

    def test_everybody_can_read_what_is_installed(self):
        shell("sudo cmake --install build")
        for path in files_of_machine() - self.before:
            self.assertTrue(path.stat().st_mode & stat.S_IROTH, path)
            while path != MACHINE:
                path = path.parent
                self.assertTrue(path == MACHINE or path.stat().st_mode & stat.S_IXOTH, path)

    def test_uninstall_says_what_it_cannot_do(self):
        shell("sudo cmake --install build")
        folders = {path.parent for path in files_of_machine() - self.before}
        if not AS_ROOT:
            for folder in folders:
                folder.chmod(0o555)
        output = shell("cmake --build build --target uninstall", status=1, **IN_MACHINE)
        for folder in folders:
            if not AS_ROOT:
                folder.chmod(0o755)
        for path in files_of_machine() - self.before:
            self.assertIn(path.name, output)
        self.assertIn("Not removed", output)
        self.assertIn("sudo cmake -P ", output)
        shell("sudo cmake -P build/uninstall.cmake")
        self.assert_nothing_installed()

    def test_nothing_is_half_installed(self):
        manual = BUILD / "plugin/packaging/seekchat.1.gz"
        manual.rename(TOP / "manual")
        output = shell("sudo cmake --install build", status=1)
        (TOP / "manual").rename(manual)
        self.assertIn("cmake --build", output)
        self.assert_nothing_installed()

    def test_what_is_half_installed_goes_away(self):
        command = BUILD / "plugin/tools/cmake_install.cmake"
        text = command.read_text()
        command.write_text("message(FATAL_ERROR stopped)\n")
        shell("sudo cmake --install build", status=1)
        command.write_text(text)
        self.assertNotEqual(files_of_machine(), self.before)
        shell("sudo cmake -P build/uninstall.cmake")
        self.assert_nothing_installed()

    def test_packing(self):
        """It is no installation; and everybody can read what is packed."""
        shell("cmake --build build --target package")
        output = shell("cmake --build build --target uninstall", status=1)
        self.assertIn("Nothing was installed", output)
        listing = {"*.tar.gz": "tar tvf"}
        if shutil.which("dpkg-shlibdeps"):
            listing["*.deb"] = "dpkg-deb -c"
        for pattern, command in listing.items():
            path, = BUILD.glob(pattern)
            for line in shell("%s '%s'" % (command, path.relative_to(CLONE))).splitlines():
                self.assertRegex(line, "^(d.{6}r-x|-.{6}r-.) ")

    def test_profile_that_nobody_changed(self):
        shell("cmake --build build --target install-user")
        source = CLONE / "plugin/profile/SeekChat/colorfilters"
        text = source.read_text()
        source.write_text(text + "# newer\n")
        output = shell("cmake --build build --target install-user")
        source.write_text(text)
        self.assertNotIn("Kept", output)
        self.assertIn("# newer", (PROFILE / "colorfilters").read_text())
        shell("cmake --build build --target uninstall-user")
        self.assertEqual(files_of_user(), set())

    def test_profile_that_the_user_changed(self):
        shell("cmake --build build --target install-user")
        (PROFILE / "colorfilters").write_text("# mine\n")
        (PROFILE / "dfilters").write_text("# written by Wireshark\n")
        output = shell("cmake --build build --target install-user")
        self.assertEqual(re.findall("Kept (.*), which", output), [str(PROFILE / "colorfilters")])
        self.assertEqual((PROFILE / "colorfilters").read_text(), "# mine\n")
        output = shell("cmake --build build --target uninstall-user")
        self.assertEqual({path.name for path in PROFILE.iterdir()} - {".installed"},
                         {"colorfilters", "dfilters"})
        for path in PROFILE.glob("*filters"):
            self.assertIn(str(path), output)

    def test_profile_of_before_there_was_a_record(self):
        lines = (CLONE / "plugin/packaging/profile-versions").read_text().splitlines()[1:]
        self.assertTrue(all(re.fullmatch("[0-9a-f]{64}  [a-z_]+", line) for line in lines))
        shell("cmake --build build --target install-user")
        (PROFILE / ".installed").unlink()
        name = lines[0].split()[1]
        versions = CLONE / "plugin/packaging/profile-versions"
        text = versions.read_text()
        (PROFILE / name).write_text("# earlier\n")
        digest = hashlib.sha256(b"# earlier\n").hexdigest()
        versions.write_text("%s%s  %s\n" % (text, digest, name))
        output = shell("cmake --build build --target install-user")
        versions.write_text(text)
        self.assertNotIn("Kept", output)
        self.assertEqual((PROFILE / name).read_bytes(),
                         (CLONE / "plugin/profile/SeekChat" / name).read_bytes())

    def stub(self, text):
        folder = TOP / "another"
        folder.mkdir(exist_ok=True)
        (folder / "tshark").write_text("#!/bin/sh\n" + text)
        (folder / "tshark").chmod(0o755)
        folder.chmod(0o755)
        return "%s:%s" % (folder, os.environ["PATH"])

    def test_another_tshark_first(self):
        path = self.stub("echo 'TShark (Wireshark) 3.6.14 (Git v3.6.14).'\n")
        output = shell("sh plugin/setup.sh", status=1, PATH=path)
        self.assertIn(str(TOP / "another/tshark") + ", is 3.6.14", output)
        self.assertRegex(output, r"built for Wireshark \d\.\d\.\d+ in /")
        self.assertNotIn("fields", output)

    def test_tshark_that_does_not_run(self):
        path = self.stub("echo no such library >&2; exit 127\n")
        output = shell("sh plugin/setup.sh", status=1, PATH=path)
        self.assertIn("does not tell its version", output)
        self.assertIn("no such library", output)

    def test_failure_shows_the_log(self):
        source = CLONE / "plugin/tools/main.c"
        text = source.read_text()
        source.write_text("#error planted\n" + text)
        output = shell("sh plugin/setup.sh", status=1)
        source.write_text(text)
        self.assertIn("#error planted", output)
        self.assertIn("build/setup.log", output)
        shell("cmake --build build")

    def test_second_copy_under_another_name(self):
        shell("cmake --build build --target install-user")
        plugin, = HOME.rglob("seekchat.so")
        shutil.copy(plugin, plugin.with_name("another.so"))
        plugin.with_name("another.so").chmod(0o755)
        output = shell("tshark -G plugins >/dev/null; echo status $?")
        self.assert_trouble_in_readme('Duplicate protocol name "Beethoven SeekChat"', output)
        self.assertRegex(output, r"status [28]\n")

    @unittest.skipUnless(COVERED, "installs for the machine")
    def test_second_copy_in_another_folder(self):
        shell("cmake --build build --target install-user")
        shell("sudo cmake --install build")
        output = shell("tshark -G plugins >/dev/null; echo status $?")
        self.assert_trouble_in_readme("The plugin 'seekchat.so' was found in multiple directories",
                                      output)
        self.assertIn("status 0", output)

    def assert_trouble_in_readme(self, message, output):
        self.assertIn(message, output)
        self.assertIn("`%s`" % message, (CLONE / "README.md").read_text())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
