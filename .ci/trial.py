# trial.py
# What .ci/slurm and .ci/ssh share: daemons of their own in a folder, a tshark that stops where it is
# to be killed, and an end to all that was started.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
MANY = TOP / "test-captures/recipes/many"
sys.path.insert(0, str(MANY.parent))
import recipes  # pylint: disable=wrong-import-position

SECONDS = 300  # for anything that is waited for
# What runs is listed. Some captures stop their first run; a file says that it got there.
TSHARK = """#!/bin/sh
echo "$*" >>'{top}/ran'
for name in {names}; do
    case $* in *{real}/$(cat '{top}'/$name.name)\\ *)
        if mkdir '{top}'/$name 2>/dev/null; then
            echo "$$ $PPID ${{SLURMD_NODENAME-}}" >'{top}'/$name.new
            mv '{top}'/$name.new '{top}'/$name.there
            exec tail -f /dev/null
        fi ;;
    esac
done
exec '{tshark}' "$@"
"""


def wait_for(what, condition):
    end = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("no " + what)
        time.sleep(0.05)  # between two looks at the condition


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def send(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


class Trial:
    """The real captures, listed in a folder, and all that runs for them."""

    def __init__(self, top, build):
        self.top, self.daemons = top, {}
        self.mark = b"SEEKCHAT_TEST=" + os.fsencode(top)
        self.environment = {**recipes.prepare(top, build, False), "SEEKCHAT_TEST": str(top)}
        self.captures = sorted((TOP / "test-captures/real").glob("*.pcap"))
        (top / "list").write_bytes(b"".join(os.fsencode(capture) + b"\0"
                                            for capture in self.captures))

    def daemon(self, name, *command):
        with open(self.top / (name + ".out"), "ab") as log:
            self.daemons[name] = subprocess.Popen(
                command, stdout=log, stderr=log, env=self.environment, stdin=subprocess.DEVNULL,
                start_new_session=True)

    def call(self, *command):
        return subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout

    def stop_at(self, **captures):
        """From now on a run of each of the captures, by name of the stop, waits to be killed."""
        for name, capture in captures.items():
            (self.top / (name + ".name")).write_text(capture.name)
        fake = self.top / "fake/tshark"
        fake.parent.mkdir()
        fake.write_text(TSHARK.format(top=self.top, real=self.captures[0].parent,
                                      names=" ".join(captures),
                                      tshark=self.top / ".programs/tshark"))
        fake.chmod(0o755)
        self.environment["PATH"] = "%s:%s" % (fake.parent, self.environment["PATH"])

    def stopped(self, name):
        """What a stop says of itself: process, its parent, the node of Slurm."""
        wait_for(name, (self.top / (name + ".there")).exists)
        return (self.top / (name + ".there")).read_text().split()

    def kill_stopped(self, name):
        tshark, mapper = self.stopped(name)[:2]
        send(int(mapper), signal.SIGKILL)
        send(int(tshark), signal.SIGKILL)

    def expected(self):
        """The report that one command after the other gives."""
        paths = []
        for number, capture in enumerate(self.captures):
            paths.append(self.top / ("%d.json" % number))
            paths[-1].write_bytes(self.call("tshark", "-n", "-q", "-r", capture, "-z",
                                            "seekchat,cluster,json"))
        return self.call("seekchat", "report", "merge", *paths)

    def processes(self, mark, log):
        """What this test started, wherever it went: it has the mark in its environment or the log
        open (slurmstepd overwrites its environment)."""
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                marked = {self.mark, mark} <= set((process / "environ").read_bytes().split(b"\0"))
                files = [os.readlink(file) for file in process.glob("fd/*")]
                if marked or any(file.startswith(log) for file in files):
                    found.append(int(process.name))
            except OSError:
                pass  # ended meanwhile
        return [pid for pid in found if pid != os.getpid()]

    def kill(self, mark, log):
        """Stops all of them first, so that none can tell of another's end."""
        wait_for("end of all processes", lambda: not [
            send(pid, number) for number in (signal.SIGSTOP, signal.SIGKILL)
            for pid in self.processes(mark, log)])

    def stop(self):
        for process in self.daemons.values():
            process.kill()
            process.wait()
        self.kill(self.mark, "%s/" % self.top)
