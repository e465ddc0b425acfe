# tsharks.py
# Runs tshark with the plugin of a build directory, started once for all captures that are read with
# the same options: see server/start_once.c. Where that is not built, once for each capture.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import atexit
import collections
import os
import pathlib
import select
import subprocess
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
IDLE = 8  # servers that are kept, some 100 MB each


def start_once(build):
    return pathlib.Path(build).resolve() / "test-captures/start-once.so"


class Server:
    """A tshark that reads captures, one after the other, each in a process of its own."""

    def __init__(self, build, options, environment):
        self.arguments = ["tshark", *map(str, options)]
        self.folder = tempfile.TemporaryDirectory()
        os.chmod(self.folder.name, 0o777)
        self.output, self.errors, log = (pathlib.Path(self.folder.name, name)
                                         for name in ("output", "errors", "log"))
        self.log = log.open("w+b")
        # The loader would take a path with blanks for several.
        library = pathlib.Path(self.folder.name, "start-once.so")
        library.symlink_to(start_once(build))
        preload = ":".join(filter(None, [str(library), environment.get("LD_PRELOAD")]))
        self.process = subprocess.Popen(
            ["sh", HERE / "tshark.sh", build, "-r", "CAPTURE", *options], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.log, env=dict(environment, LD_PRELOAD=preload))

    def read(self, capture, timeout):
        """What tshark says of a capture, as subprocess.run would tell it."""
        names = [pathlib.Path(capture).resolve(), self.output, self.errors]
        try:
            self.process.stdin.write(b"".join(os.fsencode(name) + b"\0" for name in names))
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended, and told why
        if not select.select([self.process.stdout], [], [], timeout)[0]:
            self.process.kill()
            raise subprocess.TimeoutExpired(self.arguments, timeout)
        line = self.process.stdout.readline()
        self.log.seek(0)
        started = self.log.read()
        if not line:
            return subprocess.CompletedProcess(self.arguments, self.process.wait(), b"", started)
        return subprocess.CompletedProcess(self.arguments, int(line), self.output.read_bytes(),
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


IDLING = collections.OrderedDict()  # (options, environment): servers, the last used one last
LOCK = threading.Lock()


def take(key):
    with LOCK:
        servers = IDLING.get(key, [])
        return servers.pop() if servers else None


def give_back(key, server):
    with LOCK:
        IDLING.setdefault(key, []).append(server)
        IDLING.move_to_end(key)
        while sum(map(len, IDLING.values())) > IDLE:
            oldest = next(key for key, servers in IDLING.items() if servers)
            IDLING[oldest].pop(0).close()
            if not IDLING[oldest]:
                del IDLING[oldest]


def read(build, capture, *options, timeout, environment=None):
    """Runs tshark with options, which name no capture, on a capture."""
    environment = dict(os.environ if environment is None else environment)
    if not start_once(build).exists():
        return subprocess.run(["sh", HERE / "tshark.sh", build, "-r", capture, *options],
                              stdin=subprocess.DEVNULL, capture_output=True, env=environment,
                              timeout=timeout)
    key = (str(build), tuple(map(str, options)), tuple(sorted(environment.items())))
    server = take(key) or Server(build, options, environment)
    try:
        done = server.read(capture, timeout)
    except BaseException:
        server.close()
        raise
    if server.is_alive():
        give_back(key, server)
    else:
        server.close()
    return done


@atexit.register
def close_all():
    for servers in IDLING.values():
        for server in servers:
            server.close()
