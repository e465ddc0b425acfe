#!/usr/bin/env python3
# terminal.py BUILD
# Sends names full of control characters, and fails if one of them reaches a terminal: through any
# output of tshark with the plugin, statistics and report included, or of the seekchat command.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import options  # noqa: E402
import servers  # noqa: E402
import tsharks  # noqa: E402
import wire  # noqa: E402

SECONDS = 60

# Line and paragraph separators, and characters that are not seen and change what is seen, such as the
# direction of writing: the categories Zl, Zp and Cf, as far as Unicode 3.2 had them, which every
# GLib knows.
UNSEEN = [chr(code) for code in range(sys.maxunicode + 1)
          if unicodedata.category(chr(code)) in ("Zl", "Zp", "Cf")
          and unicodedata.ucd_3_2_0.category(chr(code)) in ("Zl", "Zp", "Cf")]
# C0, DEL, C1, and those.
NASTY = ([chr(code) for code in range(0x20)] + ["\x7f"] + [chr(code) for code in range(0x80, 0xa0)]
         + UNSEEN)
SEQUENCES = ["\x1b[2J", "\x1b]0;owned\x07", "\x1b]52;c;b3duZWQ=\x07", "\x9b2J", "\x90q\x9c",
             "\x1bP$q\x1b\\", "\r\x1b[K", "\x08\x08\x08"]
# No UTF-8: C1 as single bytes, a sequence that is cut, one that is too long, a surrogate.
NO_UTF8 = [b"\x9b2J", b"\xff\xfe", b"\xe2\x80", b"\xc1\x9b", b"\xed\xa0\x80"]
# What must not come out: C0 but for newline and tab, DEL, C1, what is no UTF-8, and what is not seen.
FORBIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\udc80-\udcff]")
C0 = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\udc80-\udcff]")
NOTHING = re.compile("(?!)")
NOT_SEEN = re.compile("[%s]" % "".join(UNSEEN))
BIDIRECTIONAL = re.compile("[\u202a-\u202e\u2066-\u2069]")
# What holds all of these, and is quicker to find.
UNUSUAL = re.compile(rb"[^\t\n -~]+")

# The outputs that are made for programs, in which Wireshark prints the strings of all protocols
# with fewer escapes than a terminal needs, or none; and the message that a person had encoded.
FOR_PROGRAMS = {"fields": NOTHING, "JSON": C0, "EK": C0, "PDML": C0, "seekchat encode": C0}

FIELDS = ["type", "sender", "sender.name", "sender.host", "payload", "node", "peer", "member.key",
          "member.value"]


def messages():
    """Each nasty text in each place of a message, escaped and, where JSON has it so, as it is."""
    for text in [*NASTY, *SEQUENCES, "".join(NASTY)]:
        for escaped in (True, False):
            if not escaped and min(text) < " ":
                continue
            value = json.dumps("a" + text + "b@c" + text, ensure_ascii=escaped)
            if escaped:
                value = value.replace("\x7f", "\\u007f")
            for members in ('"type":%s,"sender":"a@b","payload":"join"',
                            '"type":"seeking","sender":%s,"payload":"join"',
                            '"type":"reply","sender":"a@b","payload":%s',
                            '"type":"reply","sender":"a@b","payload":[%s]',
                            '"type":"reply","sender":"a@b","payload":"joined",%s:1',
                            '"type":"reply","sender":"a@b","payload":"joined","x":%s',
                            '"type":"reply","sender":"a@b","payload":[1,%s]'):
                yield ("{" + members % value + "}").encode()
    for text in SEQUENCES:
        yield text.encode()
        yield b'{"type":"' + text.encode() + b'"}'
    for byte in range(256):
        yield bytes([byte]) * 3


def capture(path):
    packets = []
    for number, message in enumerate(messages()):
        connection = wire.Connection(packets, client=("10.99.0.2", 1024 + number)).handshake()
        connection.says(0, message).says(1, wire.REPLY)
        connection.says(0, message, pieces=max(1, len(message) // 2))
    wire.write(path, packets)


def outputs(build, path):
    """Names of outputs with what is printed."""
    fields = [part for name in FIELDS for part in ("-e", "seekchat." + name)]
    info = ["-T", "fields", "-e", "_ws.col.Info"]
    for name, words in [("listing", []), ("two passes", ["-2"]),
                          ("tree and bytes", ["-V", "-x"]), ("Info", info),
                        ("fields", ["-T", "fields", *fields]), ("JSON", ["-T", "json"]),
                          ("EK", ["-T", "ek"]), ("PDML", ["-T", "pdml"]), ("PSML", ["-T", "psml"]),
                          ("tabs", ["-T", "tabs"]),
                          ("expert", ["-q", "-z", "expert"]),
                          ("expert messages", ["-T", "fields", "-e", "_ws.expert.message"]),
                          ("statistics", ["-q", *options.STATISTICS[:-4]]),
                          ("seekchat,cluster", ["-q", *options.STATISTICS[-4:]])]:
        yield name, tsharks.read(build, path, "-n", "-Y", "seekchat", *words, timeout=SECONDS)


def arguments():
    """What somebody may have copied from the wire into a command line, as bytes."""
    return [text.encode() for text in [*NASTY[1:], *SEQUENCES, "".join(NASTY[1:])]] + NO_UTF8


def calls():
    """Calls of the seekchat command: a name, the arguments, and the input."""
    for message in messages():
        yield "seekchat decode", [b"decode"], message
        yield "seekchat decode --hex", [b"decode", b"--hex"], message.hex().encode()
        yield "seekchat decode --hex", [b"decode", b"--hex"], message
    for text in arguments():
        yield "unknown command", [text], b""
        yield "unknown option", [b"decode", b"--" + text], b""
        yield "no number", [b"decode", b"--limit=" + text], b""
        yield "no file", [b"decode", b"/nonexistent/" + text], b""
        for option in (b"--type=", b"--sender=", b"--payload=", b"--node="):
            for more in ([], [b"--any"]):
                yield ("seekchat encode",
                       [b"encode", b"--type=seeking", b"--sender=a@b", *more, option + text], b"")


def call_each(command):
    for name, words, data in calls():
        yield name, subprocess.run([command, *words], input=data, capture_output=True,
                                   timeout=SECONDS)


def command_outputs(build):
    command = pathlib.Path(build, "seekchat")
    library = servers.library(build, "main")
    if not library.exists():
        yield from call_each(command)
        return
    # A sanitized command finds its sanitizer behind the library.
    server = servers.Server(library, [command],
                            dict(os.environ, ASAN_OPTIONS="verify_asan_link_order=0"))
    for name, words, data in calls():
        yield name, server.request([command, *words], SECONDS, data)
    server.close()


def wrong_in(name, done):
    """What must not be in the output, as pairs of what and where."""
    # The command and the report leave more of them as they are than the dissector does.
    own = name.startswith("seekchat,cluster") or isinstance(done.args[0], pathlib.Path)
    patterns = [FORBIDDEN, BIDIRECTIONAL if own else NOT_SEEN]
    patterns = [FOR_PROGRAMS[name]] if name in FOR_PROGRAMS else patterns
    for stream in (done.stdout, done.stderr):
        for run in set(UNUSUAL.findall(stream)):
            text = run.decode("utf-8", "surrogateescape")
            for match in itertools.chain(*(pattern.finditer(text) for pattern in patterns)):
                start = stream.find(run)
                yield match[0], stream[max(0, start - 20):start + len(run) + 10]


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: terminal.py BUILD")
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "terminal.pcap")
        pathlib.Path(folder).chmod(0o755)
        capture(path)
        for name, done in itertools.chain(outputs(sys.argv[1], path), command_outputs(sys.argv[1])):
            for what, where in wrong_in(name, done):
                found.setdefault(name, {}).setdefault(what, where)
    for name, ones in found.items():
        print("%s prints %d characters raw, first %a in %a" % (name, len(ones), *next(iter(
            ones.items()))))
    print("%d messages, %d outputs wrong" % (len(list(messages())), len(found)))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
