#!/usr/bin/env python3
# growth.py PROGRAM [--instructions] [KIND...]
# How the cost of the cluster report grows with what an enemy can send: of each kind once, twice, four
# and eight times as much. Prints a table of seconds, each the least of several runs, or of
# instructions as valgrind counts them, and of memory. The status is 1 if a doubling costs more than
# 2.3 times as much.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
import subprocess
import sys

MOST = 2.3
RUNS = 3
LEAST_MEGABYTES = 4  # what less is says nothing: the model takes that in any case
COUNT = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
         "--toggle-collect=measured_*"]


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=True,
                          stdin=subprocess.DEVNULL)
    return done.stdout, done.stderr


def seconds(*command):
    return min(float(run(*command)[0].split()[0]) for _ in range(RUNS))


def instructions(*command):
    return int(re.search(r"Collected : (\d+)", run(*COUNT, *command)[1])[1]) / 1e6


def ratios(costs):
    return [later / earlier for earlier, later in zip(costs, costs[1:])]


def measure(cost, program, kind, least, what):
    """Prints a row; whether it is linear."""
    sizes = [str(least << doubled) for doubled in range(4)]
    memory = [float(run(program, kind, size)[0].split()[1]) for size in sizes]
    costs = [cost(program, kind, size) for size in sizes]
    linear = max(ratios(costs) + ratios([max(LEAST_MEGABYTES, one) for one in memory])) <= MOST
    print("| %s | %s | %s | %s | %s | %s |" % (
        what, "{:,}".format(least), " ".join("%.3g" % one for one in costs),
        " ".join("%.2f" % ratio for ratio in ratios(costs)),
        " ".join("%.0f" % one for one in memory), "yes" if linear else "NO"), flush=True)
    return linear


def main():
    counted = "--instructions" in sys.argv
    program, *wanted = [word for word in sys.argv[1:] if word != "--instructions"]
    print("| what | n | %s for n, 2n, 4n, 8n | ratios | MB | linear |" % (
        "million instructions" if counted else "seconds"))
    print("|---|---|---|---|---|---|", flush=True)
    linear = True
    for line in run(program)[0].splitlines():
        kind, least, what = line.split(" ", 2)
        if not wanted or kind in wanted:
            linear = measure(instructions if counted else seconds, program, kind, int(least),
                             what) and linear
    return 0 if linear else 1


if __name__ == "__main__":
    sys.exit(main())
