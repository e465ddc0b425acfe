#!/usr/bin/env python3
# test_command.py
# Tests of the seekchat command: what it prints, where, and its exit status.
# Usage: test_command.py SEEKCHAT VERSION VECTORS [windows]
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

SEEKCHAT, VERSION, VECTORS = sys.argv[1:4]
# The system's words for a fault, and names and arguments that are bytes.
posix = unittest.skipIf(sys.argv[4:] == ["windows"], "not so on Windows")
SECONDS = int(os.environ.get("SEEKCHAT_TEST_SECONDS", 30))  # an emulated processor takes more
JOIN = b'{"type":"seeking","sender":"a@b","payload":"join"}'
JOIN_LINE = (b'{"sender":"a@b","type":"seeking","payload":"join","offset":%d,"length":'
             + str(len(JOIN)).encode() + b'}\n')


def seekchat(*arguments, data=b""):
    """Runs seekchat; returns exit status, standard output and standard error."""
    done = subprocess.run([SEEKCHAT, *arguments], input=data, capture_output=True, timeout=SECONDS)
    return done.returncode, done.stdout, done.stderr


class Command(unittest.TestCase):
    def check(self, arguments, data=b"", status=0, out=b"", err=b""):
        self.assertEqual(seekchat(*arguments, data=data), (status, out, err))

    def check_usage(self, arguments, reason, name):
        """Bad usage: status 2, nothing on standard output, the reason and a hint."""
        hint = b"Try '%s --help'.\n" % name
        self.check(arguments, status=2, err=b"seekchat: " + reason + b"\n" + hint)


class Main(Command):
    def test_version(self):
        self.check(["--version"], out=b"seekchat %s\n" % VERSION.encode())

    def test_help(self):
        words = {(): [b"decode", b"encode", b"report"], ("report",): [b"merge"],
                 ("report", "merge"): [b"--text", b"--files0-from", b"FILE", b"standard input",
                                       b"tshark"],
                 ("decode",): [b"--hex", b"FILE"],
                 ("encode",): [b"--type", b"--node", b"--empty-list", b"nc -q1"]}
        for command, expected in words.items():
            for option in ("--help", "-h"):
                status, out, err = seekchat(*command, option)
                self.assertEqual((status, err), (0, b""))
                self.assertTrue(out.startswith(b"Usage:"))
                for word in expected:
                    self.assertIn(word, out)

    def test_usage(self):
        self.check_usage([], b"no command given", b"seekchat")
        self.check_usage(["frobnicate"], b"unknown command 'frobnicate'", b"seekchat")
        self.check_usage(["\x1b[31m"], b"unknown command '\\u001b[31m'", b"seekchat")
        self.check_usage([b"\xff"], "unknown command '\ufffd'".encode(), b"seekchat")

    def test_output_fails(self):
        for arguments in (["--version"], ["--help"], ["decode", "--help"], ["decode"],
                          ["encode", "--type", "seeking", "--payload", "join", "--sender", "a@b"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([SEEKCHAT, *arguments], input=JOIN, stdout=full,
                                      stderr=subprocess.PIPE, timeout=SECONDS)
            self.assertEqual(done.returncode, 1, arguments)
            self.assertEqual(done.stderr,
                             b"seekchat: standard output: No space left on device\n")

    def test_output_closed(self):
        done = subprocess.run(["sh", "-c", '"$0" decode >&-', SEEKCHAT], input=JOIN,
                              stderr=subprocess.PIPE, timeout=SECONDS)
        self.assertEqual((done.returncode, done.stderr),
                         (1, b"seekchat: standard output: Bad file descriptor\n"))

    @posix
    def test_pipe_closed(self):
        read_end, write_end = os.pipe()
        os.close(read_end)
        done = subprocess.run([SEEKCHAT, "decode"], input=JOIN, stdout=write_end,
                              stderr=subprocess.PIPE, timeout=SECONDS)
        os.close(write_end)
        self.assertEqual((done.returncode, done.stderr),
                         (1, b"seekchat: standard output: Broken pipe\n"))


class Decode(Command):
    def test_message(self):
        self.check(["decode"], JOIN, out=JOIN_LINE % 0)

    def test_messages(self):
        between = b" \t\r\n"
        data = between + JOIN + JOIN + between + JOIN + between
        self.check(["decode"], data, out=JOIN_LINE % 4 + JOIN_LINE % (4 + len(JOIN))
                   + JOIN_LINE % (8 + 2 * len(JOIN)))

    def test_lists(self):
        for nodes in ([], ["x@y"], ["x@y", "z@w"]):
            message = json.dumps({"type": "reply", "sender": "a@b", "payload": nodes},
                                 separators=(",", ":")).encode()
            listed = json.dumps(nodes, separators=(",", ":")).encode()
            self.check(["decode"], message,
                       out=b'{"sender":"a@b","type":"reply","payload":%s,"offset":0,"length":%d}\n'
                       % (listed, len(message)))

    def test_file(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(JOIN)
            file.flush()
            self.check(["decode", file.name], out=JOIN_LINE % 0)
            self.check(["decode", "-"], JOIN, out=JOIN_LINE % 0)

    def test_file_is_bytes(self):
        """A name that no code page holds; line ends and the end mark of DOS are bytes like others."""
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "é😀.bin")
            with open(path, "wb") as file:
                file.write(b"\r\n" + JOIN + b"\r\n\x1a")
            offset = 2 + len(JOIN) + 2
            self.check(["decode", path], status=1, out=JOIN_LINE % 2,
                       err="seekchat: %s: offset %d: expected a value\n".encode()
                       % (path.encode(), offset))

    @posix
    def test_no_file(self):
        self.check(["decode", "/does/not/exist"], status=1,
                   err=b"seekchat: /does/not/exist: No such file or directory\n")
        self.check(["decode", "/"], status=1, err=b"seekchat: /: Is a directory\n")

    def test_output_is_escaped(self):
        raw = '\u0000\u0007\u001b[31m\n\u007f\u0080\u009b\u009f\u00a0"\\é€😀'
        for ascii_only in (True, False):
            sender = json.dumps(raw, ensure_ascii=ascii_only)
            message = ('{"type":"seeking","sender":%s,"payload":"join"}' % sender).encode()
            status, out, err = seekchat("decode", data=message)
            self.assertEqual((status, err), (0, b""))
            self.assertEqual(json.loads(out)["sender"], raw)
            shown = out.decode()
            self.assertIn('"\\u0000\\u0007\\u001b[31m\\u000a\\u007f\\u0080\\u009b\\u009f\u00a0'
                          '\\"\\\\é€😀"', shown)
            self.assertEqual([c for c in shown if ord(c) < 32 or 127 <= ord(c) < 160], ["\n"])

    def test_invalid(self):
        self.check(["decode"], JOIN + b'{"type":"x",}', status=1, out=JOIN_LINE % 0,
                   err=b"seekchat: standard input: offset %d: expected a key in quotes\n"
                   % (len(JOIN) + 12))

    def test_incomplete(self):
        self.check(["decode"], JOIN + b'\n{"type":', status=1, out=JOIN_LINE % 0,
                   err=b"seekchat: standard input: offset %d: the input ends inside the message\n"
                   % (len(JOIN) + 9))

    def test_no_message(self):
        for data in (b"", b"\n \n"):
            self.check(["decode"], data, status=1,
                       err=b"seekchat: standard input: offset %d: it holds no message\n"
                       % len(data))

    def test_not_seekchat(self):
        for data, reasons in ((b"[1]", [b"object"]), (b"{}", [b"type", b"sender", b"payload"]),
                              (b'{"type":1,"sender":"a@b","payload":"join"}', [b"type"])):
            status, out, err = seekchat("decode", data=JOIN + data)
            self.assertEqual((status, out), (1, JOIN_LINE % 0))
            prefix = b"seekchat: standard input: offset %d: no SeekChat message: " % len(JOIN)
            self.assertTrue(err.startswith(prefix), err)
            for reason in reasons:
                self.assertIn(reason, err[len(prefix):])

    def test_every_split(self):
        """However the bytes arrive, the same comes out, and each message at once."""
        data = JOIN + b"\n" + JOIN
        for split in range(1, len(data)):
            with subprocess.Popen([SEEKCHAT, "decode"], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE) as process:
                process.stdin.write(data[:split])
                process.stdin.flush()
                first = process.stdout.readline() if split >= len(JOIN) else b""
                rest, _ = process.communicate(data[split:], timeout=SECONDS)
                self.assertEqual(first + rest, JOIN_LINE % 0 + JOIN_LINE % (len(JOIN) + 1))
                self.assertEqual(process.returncode, 0)

    def test_large(self):
        """A message far longer than one read, and many messages."""
        nodes = ["node%06d@host" % i for i in range(100000)]
        message = json.dumps({"type": "reply", "sender": "a@b", "payload": nodes}).encode()
        status, out, err = seekchat("decode", data=message * 3)
        self.assertEqual((status, err), (0, b""))
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([line["offset"] for line in lines], [i * len(message) for i in range(3)])
        self.assertEqual([line["payload"] for line in lines], [nodes] * 3)
        self.check(["decode"], JOIN * 20000,
                   out=b"".join(JOIN_LINE % (i * len(JOIN)) for i in range(20000)))

    def test_limit(self):
        for limit in (len(JOIN) + 1, len(JOIN)):
            self.check(["decode", "--limit", str(limit)], b" " * 1000 + JOIN + JOIN,
                       out=JOIN_LINE % 1000 + JOIN_LINE % (1000 + len(JOIN)))
        self.check(["decode", "--limit", str(len(JOIN) - 1)], JOIN, status=1,
                   err=b"seekchat: standard input: offset 0: no end within the limit of %d bytes\n"
                   % (len(JOIN) - 1))

    def test_usage(self):
        name = b"seekchat decode"
        self.check_usage(["decode", "a", "b"], b"more than one FILE", name)
        self.check_usage(["decode", "--frob"], b"Unknown option --frob", name)
        for limit in ("0", "-1", "2147483648"):
            self.check_usage(["decode", "--limit=" + limit],
                             b"--limit must be from 1 to 2147483647", name)


class DecodeHex(Command):
    def test_vectors(self):
        with open(VECTORS, "rb") as file:
            vectors = file.read()
        lines = vectors.splitlines(keepends=True)
        self.assertGreaterEqual(len(lines), 5000)
        inputs = b"".join(line.split(b"\t")[0] + b"\n" for line in lines)
        status, out, err = seekchat("decode", "--hex", data=inputs * 5)
        self.assertEqual((status, err), (0, b""))
        self.assertEqual(out.splitlines(keepends=True), lines * 5)

    def test_lines(self):
        self.check(["decode", "--hex"], b"\n6E756c6c\n5b5d",
                   out=b"\tincomplete\terror\t-\t-\t-\n6E756c6c\tok\terror\t-\t-\t-\n"
                   b"5b5d\tok\terror\t-\t-\t-\n")
        self.check(["decode", "--hex"], b"")

    def test_at_once(self):
        with subprocess.Popen([SEEKCHAT, "decode", "--hex"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as process:
            process.stdin.write(b"7b7d\n5b")
            process.stdin.flush()
            self.assertEqual(process.stdout.readline(), b"7b7d\tok\terror\t-\t-\t-\n")
            rest, _ = process.communicate(b"5d\n", timeout=SECONDS)
            self.assertEqual(rest, b"5b5d\tok\terror\t-\t-\t-\n")

    def test_not_hex(self):
        for bad in (b"7", b"7g", b"7b 7d", b"7b7d\r"):
            self.check(["decode", "--hex"], b"31\n" + bad + b"\n31\n", status=1,
                       out=b"31\tok\terror\t-\t-\t-\n",
                       err=b"seekchat: standard input: line 2: not an even number of hex digits\n")

    def test_not_hex_at_end(self):
        """A digit without its pair at the end of the input, with other digits before it."""
        self.check(["decode", "--hex"], b"3131\n7", status=1,
                   out=b"3131\tok\terror\t-\t-\t-\n",
                   err=b"seekchat: standard input: line 2: not an even number of hex digits\n")

    def test_long_line(self):
        text = b"20" * 5000000
        self.check(["decode", "--hex"], text + b"\n", out=text + b"\tincomplete\terror\t-\t-\t-\n")

    def test_limit(self):
        self.check(["decode", "--hex", "--limit=6"], b"31\n3132333435\n", status=1,
                   out=b"31\tok\terror\t-\t-\t-\n",
                   err=b"seekchat: standard input: offset 3: no end within the limit of 6 bytes\n")


class Encode(Command):
    def test_word(self):
        self.check(["encode", "--type", "seeking", "--payload", "join", "--sender", "a@b"],
                   out=JOIN)
        for kind in ("seeking", "watching", "reply"):
            for word in ("join", "check", "self", "standalone", "joined", "join_failed", "error"):
                self.check(["encode", "--payload=" + word, "--sender=a@b", "--type=" + kind],
                           out=b'{"type":"%s","sender":"a@b","payload":"%s"}'
                           % (kind.encode(), word.encode()))

    def test_list(self):
        reply = ["encode", "--type", "reply", "--sender", "a@b"]
        start = b'{"type":"reply","sender":"a@b","payload":'
        self.check(reply + ["--node", "x@y"], out=start + b'["x@y"]}')
        self.check(reply + ["--node", "x@y", "--node", "z@w"], out=start + b'["x@y","z@w"]}')
        self.check(reply + ["--node", ""], out=start + b'[""]}')
        self.check(reply + ["--empty-list"], out=start + b"[]}")

    def test_round_trip(self):
        sender = 'n\x1b"\\é€😀@h'
        message = seekchat("encode", "--type=reply", "--sender", sender, "--node", sender)[1]
        status, out, err = seekchat("decode", data=message)
        self.assertEqual((status, err), (0, b""))
        decoded = json.loads(out)
        self.assertEqual((decoded["sender"], decoded["payload"]), (sender, [sender]))

    def test_any(self):
        words = ["encode", "--type", "greeting", "--payload", "hello", "--sender", "a@b"]
        self.check_usage(words, b"'greeting' is no documented type (--any allows it)",
                         b"seekchat encode")
        words[2] = "seeking"
        self.check_usage(words, b"'hello' is no documented payload (--any allows it)",
                         b"seekchat encode")
        self.check(words + ["--any"], out=b'{"type":"seeking","sender":"a@b","payload":"hello"}')

    def test_usage(self):
        name = b"seekchat encode"
        one_of = b"give one of --payload, --node and --empty-list"
        self.check_usage(["encode"], b"--type is missing", name)
        self.check_usage(["encode", "--type=reply"], b"--sender is missing", name)
        reply = ["encode", "--type=reply", "--sender=a@b"]
        self.check_usage(reply, one_of, name)
        self.check_usage(reply + ["--payload=self", "--node=a@b"], one_of, name)
        self.check_usage(reply + ["--empty-list", "--node=a@b"], one_of, name)
        self.check_usage(reply + ["--payload=self", "more"], b"unexpected argument 'more'", name)

    @posix
    def test_not_utf8(self):
        good = {"--type": b"seeking", "--sender": b"a@b", "--payload": b"join"}
        for bad in (*good, "--node"):
            options = {**good, bad: b"\xff"}
            if bad == "--node":
                del options["--payload"]
            arguments = [part for option in options.items() for part in option]
            self.check(["encode", "--any", *arguments], status=1,
                       err=b"seekchat: the value of %s is not UTF-8\n" % bad.encode())


class Beacon(Command):
    @unittest.skipUnless(shutil.which("nc"), "nc is not installed")
    def test_ask(self):
        """encode | nc | decode, as a person asks a Beacon."""
        reply = b'{"type":"reply","sender":"node1@h","payload":["x@y"]}'
        asked = []

        def answer(listener):
            connection, _ = listener.accept()
            with connection:
                asked.append(connection.recv(1460))
                connection.sendall(reply)

        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(SECONDS)
            thread = threading.Thread(target=answer, args=(listener,))
            thread.start()
            done = subprocess.run(
                ["sh", "-c", '"$0" encode --type seeking --payload join --sender a@b |'
                 ' nc -q1 127.0.0.1 "$1" | "$0" decode',
                 SEEKCHAT, str(listener.getsockname()[1])], capture_output=True, timeout=SECONDS)
            thread.join()
        self.assertEqual(asked, [JOIN])
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (0, b'{"sender":"node1@h","type":"reply","payload":["x@y"],"offset":0,'
                          b'"length":%d}\n' % len(reply), b""))


EMPTY = b"""{"version":2,
"capture":{"first":null,"last":null,"filter":null},
"nodes":[],
"joins":[],
"watches":[],
"scans":[],
"clusters":[],
"split_brain":false,"split_reason":null,
"problems":[],
"facts":{"form":2,
"captures":[],
"conversations":[],
"askings":[],
"lookups":[],
"lists":[],
"texts":[],
"addresses":[],
"ports":[],
"limits":0,
"shown":[]}}
"""


class Report(Command):
    def test_merge(self):
        self.check(["report", "merge", "-"], EMPTY, out=EMPTY)
        with tempfile.NamedTemporaryFile() as file:
            file.write(EMPTY)
            file.flush()
            self.check(["report", "merge", file.name, "-", file.name], EMPTY, out=EMPTY)
        self.check(["report", "merge", "--text", "-"], EMPTY,
                   out=b"SeekChat cluster report\nCapture: no packets.\nNothing of SeekChat was "
                   b"seen: no message, and no scan of a locator port.\n")

    def test_no_report(self):
        for data, reason in ((b"", b"not JSON: offset 0: it ends here"),
                             (EMPTY[:-3], b"not JSON: offset %d: it ends here" % (len(EMPTY) - 3)),
                             (EMPTY + b"{}", b"not JSON: offset %d: something stands behind the "
                              b"document" % len(EMPTY)),
                             (b"[]", b"no cluster report: it holds no facts"),
                             (b"7", b"no cluster report: it holds no facts"),
                             (EMPTY.replace(b'"form":2', b'"form":1'), b"it was made by another version of "
                              b"the plugin: make it anew from its capture"),
                             (b'{"version":2,"nodes":[]}', b"it was made by another version of the "
                              b"plugin: make it anew from its capture"),
                             (b"[" * 100000, b"not JSON: offset 17: nested too deep")):
            self.check(["report", "merge", "-"], data, status=1,
                       err=b"seekchat: standard input: " + reason + b"\n")

    @posix
    def test_no_file(self):
        self.check(["report", "merge", "/no/such/file"], status=1,
                   err=b"seekchat: /no/such/file: No such file or directory\n")
        self.check(["report", "merge", "/"], status=1, err=b"seekchat: /: Is a directory\n")

    @posix
    def test_every_fault_is_named(self):
        self.check(["report", "merge", "/", "-", "/no/such/file"], EMPTY, status=1,
                   err=b"seekchat: /: Is a directory\n"
                   b"seekchat: /no/such/file: No such file or directory\n")

    def check_list(self, names, status=0, out=b"", err=b""):
        """A list on standard input and in a file."""
        self.check(["report", "merge", "--files0-from=-"], names, status, out,
                   err.replace(b"LIST", b"standard input"))
        with tempfile.NamedTemporaryFile() as file:
            file.write(names)
            file.flush()
            self.check(["report", "merge", "--files0-from", file.name], b"", status, out,
                       err.replace(b"LIST", file.name.encode()))

    @posix
    def test_list(self):
        with tempfile.TemporaryDirectory() as directory:
            name = os.path.join(directory, " a\nb\xff*").encode("latin-1")
            with open(name, "wb") as file:
                file.write(EMPTY)
            self.check_list(name, out=EMPTY)
            self.check_list(name + b"\0" + name + b"\0", out=EMPTY)
            self.check_list(b"/\0" + name, status=1, err=b"seekchat: /: Is a directory\n")
            most = 65536
            self.check_list((name + b"\0") * most, out=EMPTY)
            self.check_list((name + b"\0") * (most + 1), status=1,
                            err=b"seekchat: LIST: more than %d reports\n" % most)
            self.check_list(name + b"\0\0", status=1, err=b"seekchat: LIST: name 2 is empty\n")
        self.check_list(b"", status=1, err=b"seekchat: LIST: names no report\n")
        self.check_list(b"a" * most, status=1, err=b"seekchat: LIST: offset 0: no end within the "
                        b"limit of 65536 bytes\n")
        self.check(["report", "merge", "--files0-from=/"], status=1,
                   err=b"seekchat: /: Is a directory\n")

    def test_standard_input_twice(self):
        self.check(["report", "merge", "--files0-from=-"], b"-", status=1,
                   err=b"seekchat: standard input cannot be both the list and a report\n")
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"-")
            file.flush()
            self.check(["report", "merge", "--files0-from", file.name], EMPTY, out=EMPTY)

    def test_usage(self):
        self.check_usage(["report"], b"say what to do: merge", b"seekchat report")
        self.check_usage(["report", "split"], b"unknown command 'split'", b"seekchat report")
        self.check_usage(["report", "merge"], b"no report given", b"seekchat report merge")
        self.check_usage(["report", "merge", "--csv", "-"], b"Unknown option --csv",
                         b"seekchat report merge")
        self.check_usage(["report", "merge", "--files0-from", "a", "b"], b"reports are named by "
                         b"--files0-from or one by one, not both", b"seekchat report merge")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
