# options.py
# The ways in which the tests of hardness run tshark: one table for damaged captures, sanitizers and
# valgrind. A new statistic or report gets a line here.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import pathlib
import subprocess

UNPRIVILEGED = pathlib.Path(__file__).resolve().parent.parent / "unprivileged.sh"

# Every statistic, and the report for a person and for a script.
STATISTICS = [part for name in ("seekchat,tree", "seekchat,srt", "conv,seekchat",
                                "endpoints,seekchat", "seekchat,cluster", "seekchat,cluster,json")
              for part in ("-z", name)]

WAYS = [
    ["-n"],
    ["-nVx"],
    ["-2", "-n"],
    ["-2", "-nV"],
    ["-2", "-n", "-Y", "seekchat", "-T", "json", "-x"],
    ["-n", "-T", "pdml"],
    ["-nq", "-z", "expert"],
    ["-nq", *STATISTICS],
    ["-2", "-nq", *STATISTICS],
    ["-nq", "-z", "seekchat,cluster"],
    ["-nq", "-z", "seekchat,cluster,json"],
    ["-nV", "-o", "tcp.reassemble_out_of_order:TRUE"],
    ["-2", "-nV", "-o", "tcp.no_subdissector_on_error:FALSE",
     "-o", "tcp.analyze_sequence_numbers:FALSE"],
    ["-nV", "-o", "seekchat.max_message_size:50", "-o", "gui.max_tree_items:4100"],
    ["-2", "-nV", "-o", "seekchat.max_state:300", *STATISTICS],
    ["-nV", "-o", "tcp.check_checksum:TRUE", "-o", "seekchat.desegment:FALSE"],
]

# The one way under valgrind, which is slow: two passes, tree, statistics and report at once.
EVERYTHING = ["-2", "-nV", *STATISTICS]

# What Wireshark's own fuzzing sets: canaries behind every allocation, and an end at every bug.
STRICT = {
    "WIRESHARK_DEBUG_WMEM_OVERRIDE": "strict",
    "WIRESHARK_ABORT_ON_DISSECTOR_BUG": "1",
    "WIRESHARK_ABORT_ON_TOO_MANY_ITEMS": "1",
    "G_DEBUG": "fatal-criticals",
}

# What tshark says of damaged files, which is no finding.
HARMLESS = ("appears to have been cut short", "appears to be damaged or corrupt")


def tshark(build, before, way, capture, environment, seconds):
    """Reads a capture one way, with the words `before` in front of tshark; status and messages."""
    done = subprocess.run(["sh", UNPRIVILEGED, *before, "tshark", *way, "-r", capture],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=seconds,
                          env=dict(os.environ, WIRESHARK_PLUGIN_DIR=str(build / "plugins"),
                                   **environment))
    return done.returncode, done.stderr.decode("utf-8", "replace")
