#!/usr/bin/env python3
# corpus.py CORPUS CAPTURES VECTORS
# Makes the folder CORPUS with the inputs from which fuzzing starts: what the captures' segments
# carry, whole and per connection, and the inputs of the decode vectors.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import hashlib
import pathlib
import subprocess
import sys
import tempfile

LONGEST = 4096


def streams(captures):
    """What each direction of each connection carries, as a list of payloads."""
    fields = ["tcp.stream", "tcp.srcport", "tcp.payload"]
    options = [part for field in fields for part in ("-e", field)]
    with tempfile.TemporaryDirectory() as folder:
        merged = pathlib.Path(folder, "all.pcapng")
        subprocess.run(["mergecap", "-a", "-w", merged, *captures], check=True)
        done = subprocess.run(["tshark", "-n", "-r", merged, "-Y", "tcp.len > 0", "-T", "fields",
                               "-E", "occurrence=l", *options], capture_output=True, check=True)
    result = {}
    for line in done.stdout.decode().splitlines():
        *direction, payload = line.split("\t")
        result.setdefault(tuple(direction), []).append(bytes.fromhex(payload.replace(":", "")))
    return result.values()


def inputs(captures, vectors):
    for payloads in streams(sorted(captures.glob("*/*.pcap*"))):
        yield from payloads
        yield b"".join(payloads)
    for line in vectors.read_text(encoding="ascii").splitlines():
        yield bytes.fromhex(line.split("\t")[0])


def main():
    corpus, captures, vectors = map(pathlib.Path, sys.argv[1:])
    corpus.mkdir(parents=True, exist_ok=True)
    for data in inputs(captures, vectors):
        if len(data) <= LONGEST:
            (corpus / hashlib.sha1(data).hexdigest()).write_bytes(data)
    print(len(list(corpus.iterdir())), "inputs")


if __name__ == "__main__":
    main()
