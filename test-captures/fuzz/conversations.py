# conversations.py
# Makes random SeekChat conversations from a seed, and says what of them a reader must find.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import dataclasses
import json
import random

import wire

# What happens to the segments of a connection on their way into the capture.
IN_ORDER, RESENT, OVERLAP, REORDERED, LOST, CUT = WAYS = (
    "in order", "resent", "overlap", "reordered", "lost", "cut")

TYPES = ["seeking", "watching", "reply"]
PAYLOADS = ["join", "check", "self", "standalone", "joined", "join_failed", "error"]
LETTERS = "abz09@.-_ \"\\/\t\u00fc\u20ac\u8282\U0001f600\u0000\u001b\u0085\u202e"
# JSON that is no message. No number: where a segment's end cuts one, the rest is another number.
NO_MESSAGES = ["{}", "[]", "true", "null", '"seeking"', '{"type":"reply"}', '[{"type":"seeking"}]',
               '{"type":"seeking","sender":"a@b","payload":[1]}',
               '{"type":"%s","sender":"a@b","payload":"join"}' % ("x" * 256)]
# What cannot be read on, and is the last of its direction: no JSON, or the beginning of some.
BROKEN = [b"x", b"}", b"{'type':1}", b'{"type" "reply"}', b'{"a":1,}', b"GET / HTTP/1.1\r\n\r\n",
          b'{"type":"\xff"}', b'{"type":"\\ud800","x":1}', b'{"type":"\x01"}', b"\0\0\0\0",
          b'{"type":"seeking","sen', b'{"a":[[[', b'"seek', b"{", b"tr"]


@dataclasses.dataclass
class Direction:
    """What one side sends: its bytes, and the JSON values in them as pairs of offset and end."""
    stream: bytes = b""
    values: list = dataclasses.field(default_factory=list)
    frames: list = dataclasses.field(default_factory=list)  # (frame, offset, end), as captured


@dataclasses.dataclass
class Truth:
    """A connection of the capture."""
    way: str
    ports: tuple
    sides: tuple  # the Direction of the client, of the server
    base: tuple   # sequence number of the first byte of each


def text(rng, longest=12):
    if rng.random() < 0.6:
        return "node%d@10.99.0.%d" % (rng.randrange(9), rng.randrange(9))
    return "".join(rng.choice(LETTERS) for _ in range(rng.randrange(longest)))


def string(rng, value):
    """A JSON string: with characters as they are or escaped."""
    plain = json.dumps(value, ensure_ascii=rng.random() < 0.5)
    if value.isalnum() and rng.random() < 0.1:
        plain = '"' + "".join("\\u%04x" % ord(letter) for letter in value) + '"'
    return plain


def other_value(rng):
    return rng.choice(["1", "-0.5e3", "null", '"x"', "[]", '{"type":"reply"}', '[1,[2,{"a":"b"}]]'])


def members(rng):
    payload = string(rng, rng.choice(PAYLOADS) if rng.random() < 0.7 else text(rng))
    if rng.random() < 0.3:
        payload = "[" + ",".join(string(rng, text(rng)) for _ in range(rng.randrange(40))) + "]"
    kind = rng.choice(TYPES) if rng.random() < 0.9 else text(rng)
    result = [("type", string(rng, kind)), ("sender", string(rng, text(rng))), ("payload", payload)]
    rng.shuffle(result)
    for _ in range(rng.randrange(4) if rng.random() < 0.2 else 0):
        result.append((rng.choice(["type", "payload", "extra", ""]), other_value(rng)))
    return result


def space(rng):
    return rng.choice(["", "", "", "", " ", "\n", "\t \r\n"])


def message(rng):
    if rng.random() < 0.1:
        return rng.choice(NO_MESSAGES)
    parts = [space(rng) + string(rng, key) + space(rng) + ":" + space(rng) + value + space(rng)
             for key, value in members(rng)]
    return "{" + ",".join(parts) + "}"


def direction(rng):
    """Some messages, white space between them, and perhaps something broken at the end."""
    result = Direction()
    for _ in range(rng.choice([0, 1, 1, 1, 2, 5])):
        result.stream += space(rng).encode()
        value = message(rng).encode()
        result.values.append((len(result.stream), len(result.stream) + len(value)))
        result.stream += value
    if rng.random() < 0.15:
        result.stream += space(rng).encode() + rng.choice(BROKEN)
    return result


def cuts(rng, length):
    """A way to cut length bytes into segments, as pairs of offset and end."""
    longest = rng.choice([1, 5, 40, 200, 1460, 1460, 1460])
    pieces, start = [], 0
    while start < length:
        end = min(length, start + rng.randint(1, longest))
        pieces.append((start, end))
        start = end
    return pieces


def disturbed(rng, way, pieces):
    """The pieces as the capture holds them: (offset, end, whether the content is the true one)."""
    pieces = [(start, end, True) for start, end in pieces]
    for place in range(len(pieces) - 1, -1, -1):
        start, end, _ = pieces[place]
        if rng.random() < 0.7:
            continue
        if way == RESENT:
            pieces.insert(rng.randint(place + 1, len(pieces)), (start, end, rng.random() < 0.5))
        elif way == OVERLAP:
            pieces[place] = (max(0, start - rng.randint(1, 30)), end, True)
        elif way == REORDERED and place > 0:
            pieces[place - 1:place + 1] = pieces[place - 1:place + 1][::-1]
        elif way == LOST:
            del pieces[place]
    return pieces


def other_content(rng, data):
    return bytes(rng.choice(b'{}",: abc') for _ in data)


def send(rng, connection, truth, side, piece):
    start, end, true = piece
    data = truth.sides[side].stream[start:end]
    packets = connection.packets
    connection.segment(side, wire.PSH | wire.ACK, data if true else other_content(rng, data),
                       seq=truth.base[side] + start)
    connection.next[side] = max(connection.next[side], truth.base[side] + end)
    truth.sides[side].frames.append((len(packets), start, end))
    if truth.way == CUT and rng.random() < 0.3:
        packets[-1] = (packets[-1][:rng.randint(54, len(packets[-1]))], len(packets[-1]))


def begin(rng, packets, port, way):
    isns = tuple(rng.choice([1000, rng.getrandbits(32), 2**32 - 1 - rng.randrange(200)])
                 for _ in range(2))
    connection = wire.Connection(packets, client=(wire.CLIENT[0], port), isns=isns)
    truth = Truth(way, (port, wire.SERVER[1]), (direction(rng), direction(rng)),
                  tuple(connection.next))
    # Where a capture begins inside a connection, only an object tells that a message begins.
    objects = all(side.stream.lstrip()[:1] in (b"", b"{") for side in truth.sides)
    if way != IN_ORDER or not objects or rng.random() < 0.5:
        connection.handshake()
    return connection, truth


def converse(rng, connection, truth):
    """Both sides send, each in its order; a generator, so that connections can be mixed."""
    waiting = [disturbed(rng, truth.way, cuts(rng, len(side.stream))) for side in truth.sides]
    while any(waiting):
        side = rng.choice([side for side in (0, 1) if waiting[side]])
        send(rng, connection, truth, side, waiting[side].pop(0))
        if rng.random() < 0.2:
            connection.segment(1 - side, wire.ACK)
        yield
    if rng.random() < 0.5:
        connection.close()


def make(seed, count):
    """The packets of a capture with so many connections, and the truth about each."""
    rng = random.Random(seed)
    packets, truths, open_ones = [], [], []
    for number in range(count):
        connection, truth = begin(rng, packets, 40000 + number, WAYS[number % len(WAYS)])
        truths.append(truth)
        open_ones.append(converse(rng, connection, truth))
    while open_ones:
        conversation = rng.choice(open_ones)
        if next(conversation, conversation) is conversation:
            open_ones.remove(conversation)
    return packets, truths
