#!/usr/bin/env python3
# recipes.py [--regenerate] BUILD
# Runs each command block of the two README.md, the top one and that of this folder, with the plugin
# of a build, and compares what it prints with the block below it; --regenerate writes that instead.
# The words behind `sh` are the programs that a recipe needs, which is left out where they are
# missing; `live` are the ones that capture.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import difflib
import os
import pathlib
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

import server

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
READMES = [TOP / "README.md", HERE / "README.md"]
RECIPE = re.compile(r"```sh *(.*)\n((?:.*\n)*?)```\n```text\n((?:.*\n)*?)```\n")
SECONDS = 60
# As unprivileged.sh does it, but with the right to capture.
CAPTURING = "env HOME=/nonexistent TZ=UTC LC_ALL=C.UTF-8 setpriv --reuid=65534 --regid=65534 " \
    "--clear-groups --inh-caps=+dac_override,+net_raw,+net_admin --ambient-caps=+dac_override,+net_raw,+net_admin"
REQUEST = b'{"type":"seeking","sender":"node2@127.0.0.1","payload":"join"}'
# Linux: get and set the flags of an interface; the flag that turns it on.
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def quoted(path):
    return shlex.quote(str(path))


def wrap(directory, program, build, live):
    """A program that runs Wireshark's of the same name, with the plugin and not as root."""
    path = directory / program
    runner = CAPTURING if live else "sh " + quoted(HERE.parent / "unprivileged.sh")
    path.write_text("#!/bin/sh\nexport WIRESHARK_PLUGIN_DIR=%s\nexec %s %s \"$@\"\n" % (
        quoted(build / "plugins"), runner, quoted(shutil.which(program))))
    path.chmod(0o755)


def prepare(directory, build, live):
    """A folder that looks like the top of the repository; returns the environment to use."""
    programs = directory / ".programs"
    programs.mkdir()
    for program in ("tshark", "sharkd", "dumpcap"):
        if shutil.which(program):
            wrap(programs, program, build, live)
    (programs / "seekchat").symlink_to(build / "seekchat")
    (directory / "test-captures").symlink_to(TOP / "test-captures")
    directory.chmod(0o777)
    return {**os.environ, "LC_ALL": "C.UTF-8", "PATH": "%s:%s" % (programs, os.environ["PATH"])}


def run(command, build, environment, live=False):
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        environment = {**prepare(directory, build, live), **environment}
        done = subprocess.run(["bash", "-c", command],
                              cwd=directory, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=SECONDS)
    if done.returncode != 0 or done.stderr:
        return "%sstatus %d\n%s" % (done.stdout, done.returncode, done.stderr)
    return done.stdout


def turn_on_loopback():
    import fcntl
    import struct
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        flags, = struct.unpack("16xH14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))


def run_live(command, build):
    """In a network of its own: runs the command while a node joins a Beacon again and again."""
    turn_on_loopback()
    server.start_beacon(33000)
    stopped = threading.Event()

    def join():
        while not stopped.wait(0.1):
            with socket.create_connection(("127.0.0.1", 33000)) as connection:
                connection.sendall(REQUEST)
                connection.recv(1460)

    thread = threading.Thread(target=join)
    thread.start()
    try:
        return run(command, build, {}, live=True)
    finally:
        stopped.set()
        thread.join()


def in_own_network(command, build):
    done = subprocess.run(["unshare", "--net", sys.executable, __file__, "--live", str(build)],
                          input=command, capture_output=True, text=True, timeout=SECONDS)
    return done.stdout if done.returncode == 0 else done.stderr


def missing(needs):
    if "live" in needs and os.geteuid() != 0:
        return "only root may make a network to capture in"
    if "live" in needs and subprocess.run(["unshare", "--net", "true"], capture_output=True,
                                          check=False).returncode != 0:
        return "no network of its own can be made here"
    absent = [need for need in needs if need != "live" and not shutil.which(need)]
    return ", ".join(absent) + " is not installed" if absent else None


def output_of(command, needs, build, environment):
    return in_own_network(command, build) if "live" in needs else run(command, build, environment)


def check(text, build):
    """Runs all recipes; returns the text with their present output, and how many went wrong."""
    environment = {"OPENSEARCH": server.start_index()}
    wrong = 0

    def one(match):
        nonlocal wrong
        needs, command, expected = match.group(1).split(), match.group(2), match.group(3)
        title = re.findall(r"^##+ (.*)", text[:match.start()], re.MULTILINE)[-1]
        reason = missing(needs)
        if reason:
            print("skipped: %s: %s" % (title, reason))
            return match.group(0)
        output = output_of(command, needs, build, environment)
        if output != expected:
            wrong += 1
            print("differs: %s" % title)
            sys.stdout.writelines(difflib.unified_diff(
                expected.splitlines(True), output.splitlines(True), "README.md", "now", n=1))
        else:
            print("right: %s" % title)
        return match.group(0)[:match.start(3) - match.start()] + output + "```\n"

    return RECIPE.sub(one, text), wrong


def main():
    build = pathlib.Path(sys.argv[-1]).resolve()
    if sys.argv[1] == "--live":
        sys.stdout.write(run_live(sys.stdin.read(), build))
        return 0
    total = 0
    for readme in READMES:
        text, wrong = check(readme.read_text(encoding="utf-8"), build)
        total += wrong
        if sys.argv[1] == "--regenerate":
            readme.write_text(text, encoding="utf-8")
    return 1 if total and sys.argv[1] != "--regenerate" else 0


if __name__ == "__main__":
    sys.exit(main())
