#!/usr/bin/env python3
"""tshark_bench.py BUILD
Measures what the plugin costs in tshark: run time and memory on big captures that seekchat-gen
writes, and instructions a message (callgrind, two captures subtracted), beside Wireshark's own
JSON dissector and a small one in Lua on the same port.

SPDX-License-Identifier: GPL-2.0-or-later
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
UNPRIVILEGED = os.path.join(HERE, "../../../test-captures/unprivileged.sh")

MESSAGES = 1_000_000
BIG_BYTES = 11_000_000
CONNECTIONS = 200_000
COUNTED = (2_000, 6_000)
RUNS = 5

# What reads the port: the name of a row, and tshark's options.
DISSECTORS = {
    "data": ["-d", "tcp.port==33000,data"],
    "JSON": ["-d", "tcp.port==33000,json"],
    "Lua": ["-X", "lua_script:" + os.path.join(HERE, "small.lua")],
    "SeekChat": [],
}
FIELDS = {
    "data": ["data.data"],
    "JSON": ["json.key", "json.value.string"],
    "Lua": ["smallchat.type", "smallchat.sender", "smallchat.payload"],
    "SeekChat": ["seekchat.type", "seekchat.sender", "seekchat.payload", "seekchat.node"],
}


def mode_options(mode, dissector):
    if mode == "-T fields":
        options = ["-T", "fields", "-e", "frame.number"]
        for field in FIELDS[dissector]:
            options += ["-e", field]
        return options
    return [mode] if mode != "listing" else []


class Bench:
    def __init__(self, build, directory):
        self.build = os.path.abspath(build)
        self.generator = os.path.join(self.build, "plugin/tools/gen/seekchat-gen")
        self.directory = directory

    def capture(self, scenario, size):
        path = os.path.join(self.directory, f"{scenario}-{size}.pcapng")
        if not os.path.exists(path):
            subprocess.run([self.generator, scenario, str(size), path], check=True)
        return path

    def command(self, dissector, *options, before=()):
        # No plugin of ours where another dissector is measured.
        plugins = "plugins" if dissector in ("SeekChat", None) else "no-plugins"
        environment = [f"WIRESHARK_PLUGIN_DIR={os.path.join(self.build, plugins)}"]
        return ["sh", UNPRIVILEGED, "env", *environment, *before, "tshark", *options,
                *DISSECTORS.get(dissector, [])]

    def run(self, command):
        """Seconds and peak kilobytes of one run."""
        start = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        if status != 0:
            sys.exit(f"tshark_bench.py: status {status}: {' '.join(command)}")
        return time.monotonic() - start, usage.ru_maxrss

    def best(self, command, runs=RUNS):
        return min(self.run(command) for _ in range(runs))[0]

    def instructions(self, command):
        result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                text=True, check=True)
        return int(re.search(r"Collected\s*:\s*(\d+)", result.stderr).group(1))

    def instructions_a_message(self, mode, dissector):
        callgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
        small, large = (self.instructions(
            self.command(dissector, "-r", self.capture("bench-messages", size),
                         *mode_options(mode, dissector), before=callgrind)) for size in COUNTED)
        return (large - small) / (COUNTED[1] - COUNTED[0])


def print_time(bench):
    path = bench.capture("bench-messages", MESSAGES)
    print(f"\nSeconds for a listing of {MESSAGES:,} packets, each a message (best of {RUNS}):")
    base = bench.best(bench.command("data", "-r", path))
    for name in DISSECTORS:
        seconds = base if name == "data" else bench.best(bench.command(name, "-r", path))
        print(f"  {name:10}{seconds:8.2f}   {seconds / base:5.2f} times data")


def print_instructions(bench):
    if shutil.which("valgrind") is None:
        print("\nInstructions: skipped, valgrind is not installed")
        return
    print("\nInstructions a message over those of the data dissector (callgrind):")
    for mode in ("listing", "-T fields", "-V"):
        counts = {name: bench.instructions_a_message(mode, name) for name in DISSECTORS}
        added = {name: count - counts["data"] for name, count in counts.items()}
        for name in ("JSON", "Lua", "SeekChat"):
            print(f"  {mode:10}{name:10}{added[name]:10,.0f}   {added[name] / added['JSON']:5.2f} "
                  "of JSON")


def print_big(bench):
    path = bench.capture("bench-big", BIG_BYTES)
    print(f"\nSeconds for one reply of {BIG_BYTES:,} bytes (best of {RUNS}):")
    for passes, options in (("one pass", []), ("two passes", ["-2"])):
        off = bench.best(bench.command(None, "-r", path, *options, "--disable-protocol",
                                       "seekchat"))
        seconds = bench.best(bench.command("SeekChat", "-r", path, *options))
        print(f"  {passes:11}{seconds:6.2f}, disabled {off:5.2f}: {seconds / off:5.2f} times")


def print_memory(bench):
    path = bench.capture("bench-connections", CONNECTIONS)
    off = bench.run(bench.command(None, "-r", path, "--disable-protocol", "seekchat"))[1]
    peak = bench.run(bench.command("SeekChat", "-r", path))[1]
    print(f"\nMemory of {CONNECTIONS:,} connections: {peak / 1024:.0f} MiB, disabled "
          f"{off / 1024:.0f} MiB: {(peak - off) * 1024 / CONNECTIONS:.0f} bytes a connection")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: tshark_bench.py BUILD")
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        bench = Bench(sys.argv[1], directory)
        print(subprocess.run(["tshark", "--version"], capture_output=True,
                             text=True, check=True).stdout.splitlines()[0])
        print_big(bench)
        print_memory(bench)
        print_instructions(bench)
        print_time(bench)


if __name__ == "__main__":
    main()
