# servers.py
# A program that is started once, with a library of test-captures/server preloaded, and does its work
# many times, each in a process of its own: see server/serve.h.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import pathlib
import select
import subprocess
import tempfile


def library(build, name):
    """A library to preload, which is built on Linux alone."""
    return pathlib.Path(build).resolve() / "test-captures" / (name + "-once.so")


class Server:
    """A program that waits for requests."""

    def __init__(self, preloaded, command, environment):
        self.command = command
        self.folder = tempfile.TemporaryDirectory()
        os.chmod(self.folder.name, 0o777)
        self.input, self.output, self.errors, log = (
            pathlib.Path(self.folder.name, name) for name in ("input", "output", "errors", "log"))
        self.log = log.open("w+b")
        # The loader would take a path with blanks for several.
        link = pathlib.Path(self.folder.name, "once.so")
        link.symlink_to(preloaded)
        preload = ":".join(filter(None, [str(link), environment.get("LD_PRELOAD")]))
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.log, env=dict(environment, LD_PRELOAD=preload))

    def request(self, words, timeout, data=None):
        """What the program does with the words of a request, as subprocess.run would tell it."""
        if data is not None:
            self.input.write_bytes(data)
        parts = [self.input if data is not None else "/dev/null", self.output, self.errors,
                 str(len(words)), *words]
        try:
            self.process.stdin.write(b"".join(os.fsencode(part) + b"\0" for part in parts))
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended, and told why
        if not select.select([self.process.stdout], [], [], timeout)[0]:
            self.process.kill()
            raise subprocess.TimeoutExpired(self.command, timeout)
        line = self.process.stdout.readline()
        self.log.seek(0)
        started = self.log.read()
        if not line:
            return subprocess.CompletedProcess(self.command, self.process.wait(), b"", started)
        return subprocess.CompletedProcess(self.command, int(line), self.output.read_bytes(),
                                           started + self.errors.read_bytes())

    def is_alive(self):
        return self.process.poll() is None

    def close(self):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()
        self.folder.cleanup()
