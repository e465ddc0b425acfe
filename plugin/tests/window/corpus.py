#!/usr/bin/env python3
# corpus.py CORPUS CAPTURES
# Makes the folder CORPUS with the scripts from which fuzzing of the window starts: on a connection
# that was opened, each direction of the captures says what it said, in its segments.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import hashlib
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "fuzz"))

import corpus  # noqa: E402  (found only now)

# Steps of script.c, with their arguments in the high half.
CHOOSE, SAY, SAY_RAW, OPEN, SEND, SEND_ALL, CLOSE, LOOK = 0, 1, 2, 5, 6, 7, 8, 15
SERVER, CLIENT = 1 << 4, 0
LONGEST = 255  # bytes of a step that says something
SEGMENTS = 20
BYTES = 3000


def script(payloads, end):
    """Opens a connection, says each payload and sends it; then the first frame is looked at."""
    result = bytes([CHOOSE | end, OPEN])
    for payload in payloads[:SEGMENTS]:
        for start in range(0, len(payload), LONGEST):
            piece = payload[start:start + LONGEST]
            result += bytes([SAY_RAW, len(piece)]) + piece
        result += bytes([SEND_ALL, LOOK, 2])
    return result


# A frame with more than is shown of a frame, and in it the beginning of a message.
MANY_AND_PART = ["f35cfd26ff30b5a39348", "7d2b30f3d8d800f1010660"]

# The beginning of a message of JXTA at another port, and then its end.
JXTA = ("60223a4a58544148454c4c4f2022454c4cc62276c6227676020421c622767602"
        "0421c622767676767676767602040a80000176020421c6227676020421062207")

# The server's FIN, then the connection is opened and brings what is no JSON.
FIN_FIRST = bytes([CHOOSE | SERVER, CLOSE, CHOOSE, OPEN, SAY | 12 << 4, SEND_ALL])

# A number that is too large with the digit that the second segment brings.
TOO_LARGE = b"9e308"
NUMBER = bytes([CHOOSE, OPEN, SAY_RAW, len(TOO_LARGE)]) + TOO_LARGE + bytes([SEND, 3, SEND_ALL])


def two_cut(place):
    """Two requests in two segments, cut at a place, and their replies."""
    return bytes([CHOOSE, OPEN, SAY, SAY | 1 << 4, SEND, place, SEND_ALL, CHOOSE | SERVER,
                  SAY | 2 << 4, SAY | 2 << 4, SEND_ALL])


def main():
    folder, captures = map(pathlib.Path, sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    for payloads in corpus.streams(sorted(captures.glob("*/*.pcap*"))):
        for end in (CLIENT, SERVER):
            data = script(payloads, end)
            if len(data) <= BYTES:
                (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)
    for place in range(0, 2 * len('{"type":"seeking","sender":"a@b","payload":"join"}'), 9):
        (folder / ("two-cut-%d" % place)).write_bytes(two_cut(place))
    for number, data in enumerate(MANY_AND_PART):
        (folder / ("many-and-part-%d" % number)).write_bytes(bytes.fromhex(data))
    (folder / "fin-first").write_bytes(FIN_FIRST)
    (folder / "number").write_bytes(NUMBER)
    (folder / "jxta").write_bytes(bytes.fromhex(JXTA))
    print(len(list(folder.iterdir())), "scripts")


if __name__ == "__main__":
    main()
