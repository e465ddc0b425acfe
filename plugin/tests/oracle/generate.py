#!/usr/bin/env python3
# generate.py
# Prints inputs, one a line in hexadecimal digits: generate.py decode|encode SEED COUNT [VECTORS]
#
# SPDX-License-Identifier: GPL-2.0-or-later
"""Inputs that a decoder may get wrong: messages in every form that JSON allows, what is nearly
one, every prefix of some, numbers of all shapes, strings around the longest atom, and mutations of
all of these and of the vectors."""

import random
import sys

WORDS = ["seeking", "watching", "reply", "join", "check", "self", "standalone", "joined",
         "join_failed", "error", "a@b", "node1@10.99.0.1", "", "größe@hôst", "x\U0001f600y", "\0",
         "true", "null", "seekin", "seekingg", "joine", "standalonf", "xtandalone", "join\0"]
KEYS = ["sender", "type", "payload", "extra", "Type", "typ", "payloads", "", "sender\0"]
SPACES = ["", "", "", "", " ", "\n", "\t ", "\r\n", "  "]
TOKENS = [b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"0", b"1", b"-", b".", b"e", b"E", b"+",
          b"t", b"true", b"false", b"null", b"tru", b"nul", b"\\u", b"\\ud83d", b"\\ude00",
          b"\\u00e9", b"\\uD800\\u0041", b"\\n", b"\\/", b"\\x", b" ", b"\n", b"\x00", b"\x1f",
          b"\x7f", b"\xc3", b"\xa9", b"\xe2\x82\xac", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80",
          b"\xf4\x90\x80\x80", b"\xc0\x80", b"\xe0\x80\x80", b"\xff", b"\xef\xbb\xbf", b"1e999",
          b"1e308", b"-0", b"01", b'"type":"reply"', b'"payload":["a","b"]', b"//", b"/*"]


def escaped(rng, text):
    out = []
    for char in text:
        code = ord(char)
        if rng.random() < 0.25 or code < 0x20 or char in '"\\':
            units = char.encode("utf-16-be")
            for i in range(0, len(units), 2):
                digits = f"{units[i] << 8 | units[i + 1]:04x}"
                out.append("\\u" + (digits.upper() if rng.random() < 0.5 else digits))
        else:
            out.append(char)
    return "".join(out)


def string(rng, text, odd=0.2):
    if rng.random() < odd or any(ord(c) < 0x20 or c in '"\\' for c in text):
        return '"' + escaped(rng, text) + '"'
    return '"' + text + '"'


def number(rng):
    digits = lambda most: "".join(rng.choice("0123456789") for _ in range(rng.randint(0, most)))
    kind = rng.random()
    if kind < 0.1:
        limit = str(2 ** 1024 - 2 ** 970)
        cut = rng.randint(1, 309)
        last = rng.choice(["", "0", "9", "1", limit[cut:]])
        mantissa = limit[:cut] + last
        point = rng.randint(1, len(mantissa))
        body = mantissa[:point] + "." + (mantissa[point:] or "0")
        return body + f"e{309 - point + rng.choice([0, 0, 0, -1, 1])}"
    if kind < 0.2:
        zeros = rng.randint(0, 400)
        return "0." + "0" * zeros + digits(5) + f"1e{zeros + rng.randint(300, 312)}"
    out = rng.choice(["", "-"]) + rng.choice(["0", "1", "12", "9" * rng.randint(1, 320), "00", ""])
    if rng.random() < 0.5:
        out += "." + digits(4)
    if rng.random() < 0.5:
        out += rng.choice("eE") + rng.choice(["", "+", "-"]) + rng.choice(
            [digits(3), "307", "308", "309", "400", "0" * 20 + "5", "9" * 25])
    return out


def long_text(rng):
    count = rng.choice([254, 255, 256, 257, 300, 1000])
    return "".join(rng.choice(["x", "x", "é", "€", "\U0001f600"] if rng.random() < 0.3 else "x")
                   for _ in range(count))


def value(rng, depth=0):
    kind = rng.random()
    if kind < 0.3:
        return string(rng, rng.choice(WORDS))
    if kind < 0.5:
        return number(rng)
    if kind < 0.65:
        return rng.choice(["true", "false", "null"])
    if depth > 4:
        return "0"
    space = rng.choice(SPACES)
    if kind < 0.85:
        return "[" + space + ("," + space).join(
            value(rng, depth + 1) for _ in range(rng.randint(0, 3))) + space + "]"
    return "{" + space + ("," + space).join(
        string(rng, rng.choice(KEYS)) + space + ":" + value(rng, depth + 1)
        for _ in range(rng.randint(0, 3))) + space + "}"


def text_value(rng):
    return string(rng, long_text(rng) if rng.random() < 0.03 else rng.choice(WORDS))


def payload(rng):
    if rng.random() < 0.5:
        return text_value(rng)
    space = rng.choice(SPACES)
    count = rng.choice([0, 1, 2, 3, 20])
    return "[" + space + ("," + space).join(text_value(rng) for _ in range(count)) + "]"


def message(rng):
    members = [("sender", text_value(rng)), ("type", text_value(rng)), ("payload", payload(rng))]
    while rng.random() < 0.25:
        members.append((rng.choice(KEYS), value(rng)))
    if rng.random() < 0.1:
        members.pop(rng.randrange(3))
    if rng.random() < 0.05:
        members[0] = (members[0][0], value(rng))
    rng.shuffle(members)
    space = (lambda: "") if rng.random() < 0.5 else (lambda: rng.choice(SPACES))
    body = (space() + "," + space()).join(
        string(rng, key, 0.1) + space() + ":" + space() + text for key, text in members)
    return (space() + "{" + space() + body + space() + "}" + space()).encode()


def mutate(rng, data):
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        at = rng.randint(0, len(data))
        kind = rng.random()
        if kind < 0.3:
            data[at:at] = rng.choice(TOKENS)
        elif kind < 0.5:
            data[at:at + rng.randint(1, 6)] = b""
        elif kind < 0.65:
            data[at:at + 1] = rng.choice(TOKENS)
        elif kind < 0.8 and at < len(data):
            data[at] = rng.randrange(256)
        elif kind < 0.9:
            del data[at:]
        else:
            begin = rng.randint(0, len(data))
            data[at:at] = data[begin:begin + rng.randint(1, 20)]
    return bytes(data)


def inputs(rng, vectors):
    while True:
        kind = rng.random()
        if kind < 0.25:
            yield message(rng)
        elif kind < 0.65:
            yield mutate(rng, message(rng))
        elif kind < 0.8:
            yield mutate(rng, rng.choice(vectors))
        elif kind < 0.85:
            yield mutate(rng, value(rng).encode())
        elif kind < 0.9:
            yield (rng.choice(["", "[", "[1,", '{"a":', " "]) + number(rng)
                   + rng.choice(["", "", "]", "}", " ", "x", "e"])).encode()
        elif kind < 0.997:
            yield b"".join(rng.choice(TOKENS) for _ in range(rng.randint(1, 12)))
        else:
            whole = message(rng)
            for end in range(max(0, len(whole) - 40), len(whole) + 1):
                yield whole[:end]


def texts(rng):
    """Each code point, alone and in a text; then texts of many, and bytes that are not UTF-8."""
    for code in range(0x110000):
        if not 0xd800 <= code < 0xe000:
            yield chr(code).encode()
            yield f"ab{chr(code)}c".encode()
    while True:
        text = "".join(rng.choice(WORDS) + chr(rng.randrange(0x100)) for _ in range(rng.randint(0, 6)))
        yield text.encode() if rng.random() < 0.7 else mutate(rng, text.encode())


def main():
    rng = random.Random(int(sys.argv[2]))
    vectors = [message(rng) for _ in range(100)]
    if len(sys.argv) > 4:
        with open(sys.argv[4], encoding="ascii") as lines:
            vectors = [bytes.fromhex(line.split("\t")[0]) for line in lines]
    source = texts(rng) if sys.argv[1] == "encode" else inputs(rng, vectors)
    for _ in range(int(sys.argv[3])):
        print(next(source).hex())


if __name__ == "__main__":
    main()
