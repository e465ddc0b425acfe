#!/usr/bin/env python3
# test_faults.py BUILD
# Reads captures with every fault of faults.py, in one pass and in two, and compares the rows.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CAPTURES = HERE.parent
sys.path.insert(0, str(CAPTURES))
import faults  # noqa: E402
import tsharks  # noqa: E402
import wire  # noqa: E402

SECONDS = 60
FIELDS = ["-T", "fields", "-e", "frame.number", "-e", "_ws.col.Info"]


def tshark(build, capture, *options):
    """What tshark prints, its status and its messages."""
    done = tsharks.read(build, capture, "-n", "-Y", "seekchat", *options, timeout=SECONDS)
    return (done.stdout.decode("utf-8").splitlines(), done.returncode,
            done.stderr.decode("utf-8", "replace"))


def is_row(wanted, seen, passes):
    number, text = wanted.split("\t")
    if text == faults.OPEN:
        text = faults.CUT if passes == 2 else faults.PART
    if text.startswith("*"):
        return seen.startswith(number + "\t") and seen.endswith(text[1:])
    return seen == number + "\t" + text


def differences(wanted, seen, passes):
    if len(wanted) != len(seen):
        return ["%d rows, not %d" % (len(seen), len(wanted))]
    return ["%r, not %r" % pair for pair in zip(seen, wanted) if not is_row(pair[1], pair[0], passes)]


def check_made(build, folder, name, make, options):
    """Makes a capture; returns what is wrong with what tshark prints of it."""
    packets, rows = make()
    path = folder / "made.pcap"
    wire.write(path, packets, faults.LINKS.get(make, wire.ETHERNET))
    wrong = []
    for passes in (1, 2):
        seen, status, message = tshark(build, path, *FIELDS, *options, *["-2"] * (passes - 1))
        if status != 0 or message:
            wrong.append("status %d: %s" % (status, message))
        wrong += differences(rows, seen, passes)
    return ["%s %s: %s" % (name, " ".join(options), text) for text in wrong]


def check_stored(build, name, stack, lines):
    seen, status, message = tshark(build, CAPTURES / "generated" / (name + ".pcapng"), "-T",
                                   "fields", "-e", "frame.protocols", "-e", "_ws.col.Info")
    found = [row.split("\t")[1] for row in seen if row.split("\t")[0] == stack]
    if status != 0 or message or found != lines:
        return ["%s: status %d, %s, not %s; %s" % (name, status, found, lines, message)]
    return []


def check_cut(build, folder):
    """A capture file that ends in mid-packet, at many bytes of its last two packets."""
    whole = folder / "whole.pcap"
    packets = []
    faults.exchange(wire.Connection(packets).handshake())
    wire.write(whole, packets)
    data = whole.read_bytes()
    last = [16 + len(packet) for packet in packets[-2:]]
    wrong = []
    ends = {len(data) - sum(last), len(data) - last[1], *range(len(data) - sum(last), len(data), 13)}
    for end in sorted(ends):
        path = folder / "cut.pcap"
        path.write_bytes(data[:end])
        missing = len(data) - end
        wanted = ["4\t" + faults.JOIN][:missing <= last[1]]
        at_boundary = missing in (last[1], sum(last))
        seen, status, message = tshark(build, path, *FIELDS)
        if seen != wanted or (status == 0) != at_boundary or ("cut short" in message) == at_boundary:
            wrong.append("cut at %d: status %d, %s: %s" % (end, status, seen, message))
    return wrong


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: test_faults.py BUILD")
    build = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        wrong = [text for fault in faults.MADE for text in check_made(build, folder, *fault)]
        wrong += [text for stored in faults.STORED for text in check_stored(build, *stored)]
        wrong += check_cut(build, folder)
    for text in wrong:
        print(text)
    print("%d faults, %d wrong" % (len(faults.MADE) + len(faults.STORED) + 1, len(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
