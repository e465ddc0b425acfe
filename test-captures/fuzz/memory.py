#!/usr/bin/env python3
# memory.py [--connections N] [--most BYTES] BUILD
# Measures how much more memory tshark takes for a connection because of the plugin: the greatest
# resident size for a capture of N connections, with the protocol and without it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
KIB = 1024


def resident(build, capture, *options):
    """Bytes of tshark's greatest resident size, whole listing included."""
    process = subprocess.Popen(["sh", HERE.parent / "tshark.sh", build, "-n", "-r", capture,
                                *options], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit("tshark failed with status %d" % process.returncode)
    return usage.ru_maxrss * KIB


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--connections", type=int, default=1000000)
    parser.add_argument("--most", type=float, default=400, help="bytes a connection")
    parser.add_argument("build", type=pathlib.Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        capture = pathlib.Path(folder, "connections.pcapng")
        pathlib.Path(folder).chmod(0o755)
        subprocess.run([arguments.build / "plugin/tools/gen/seekchat-gen", "bench-connections",
                        str(arguments.connections), capture], check=True)
        without = resident(arguments.build, capture, "--disable-protocol", "seekchat")
        with_it = resident(arguments.build, capture)
    more = (with_it - without) / arguments.connections
    print("%d connections: %.0f MB with the protocol, %.0f MB without: %.0f bytes a connection"
          % (arguments.connections, with_it / 1e6, without / 1e6, more))
    return 0 if more <= arguments.most else 1


if __name__ == "__main__":
    sys.exit(main())
