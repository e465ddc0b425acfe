#!/usr/bin/env python3
# limits.py BUILD
# Tests each limit of the dissector and of the counts at the limit, one below and one above.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import tsharks  # noqa: E402
import wire  # noqa: E402

PLUGIN = HERE.parent.parent / "plugin"
SECONDS = 120
LONGEST_SEGMENT = 60000

FOLDER = tempfile.TemporaryDirectory()


def constants(path):
    """The numbers that a header defines, sums and products of earlier ones included."""
    text = path.read_text(encoding="utf-8")
    result = {}
    for name, value in re.findall(r"#define (SEEKCHAT_\w+) ([()\w+* ]+)$", text, re.MULTILINE):
        value = re.sub(r"(\d)u\b", r"\1", value)
        if re.fullmatch(r"(SEEKCHAT_\w+|[\d()+* ])+", value):
            result[name] = eval(value, {}, result)
    return result


LIMITS = constants(PLUGIN / "dissector/dissector_limits.h") | \
    constants(PLUGIN / "codec/seekchat.h") | constants(PLUGIN / "stats/stats_limits.h")


def around(name):
    """A limit, and one below it, the limit and one above."""
    limit = LIMITS["SEEKCHAT_" + name]
    return limit, [limit - 1, limit, limit + 1]


def fields(build, packets, wanted, *options, link=wire.ETHERNET):
    """A dictionary for each frame of SeekChat: all values of each field that is wanted."""
    path = pathlib.Path(FOLDER.name, "limits.pcap")
    wire.write(path, packets, link)
    names = [part for name in wanted for part in ("-e", name)]
    done = tsharks.read(build, path, "-n", "-Y", "seekchat", "-T", "fields", "-E", "aggregator=;",
                        *names, *options, timeout=SECONDS)
    if done.returncode != 0 or done.stderr:
        sys.exit("status %d: %s" % (done.returncode, done.stderr.decode("utf-8", "replace")))
    return [dict(zip(wanted, [value.split(";") if value else [] for value in line.split("\t")]))
            for line in done.stdout.decode("utf-8").splitlines()]


def totals(build, packets, wanted, *options):
    """How often each field that is wanted is there."""
    frames = fields(build, packets, wanted, *options)
    return [sum(len(frame[name]) for frame in frames) for name in wanted]


def request(*segments, **options):
    """A connection in which the client sends these segments."""
    packets = []
    connection = wire.Connection(packets).handshake()
    for segment in segments:
        connection.says(0, segment, **options)
    return packets


def reply_of_length(length):
    head, tail = b'{"type":"reply","sender":"a@b","payload":["', b'"]}'
    names = b"x@y" + b'","x@y' * ((length - len(head) - len(tail) - 3) // 6)
    return head + names.ljust(length - len(head) - len(tail), b"z") + tail


def expect(what, seen, wanted):
    """Ends the test unless the two are the same."""
    if seen != wanted:
        sys.exit("%s: %s, not %s" % (what, seen, wanted))
    print("%-40s %s" % (what, seen))


def message_size(build):
    """The preference: a small one, and what it is by default."""
    for limit, options in ((200, ["-o", "seekchat.max_message_size:200"]),
                           (LIMITS["SEEKCHAT_MESSAGE_MAX"], [])):
        for length in (limit - 1, limit, limit + 1):
            last = fields(build, request(reply_of_length(length),
                                         pieces=min(length // 2, LONGEST_SEGMENT)),
                          ["seekchat.length", "seekchat.too_large"], *options)[-1]
            fits = length <= limit
            expect("message of %d bytes" % length, (last["seekchat.length"],
                                                    bool(last["seekchat.too_large"])),
                   ([str(length)] if fits else [], not fits))


def nodes_shown(build):
    """Wireshark's limit on tree items: a node more for each item more, up to all nodes."""
    count = 50
    nodes = b",".join(b'"n%d@h"' % number for number in range(count))
    members = b"".join(b',"k%d":1' % number for number in range(LIMITS["SEEKCHAT_MEMBERS_SHOWN"]))
    packets = request(b'{"type":"reply","sender":"a@b","payload":[' + nodes + b"]" + members + b"}")

    def shown(items):
        """For each frame: nodes in the tree, and whether it says that something is not."""
        frames = fields(build, packets,
                        ["seekchat.node", "seekchat.member.key", "seekchat.not_shown"], "-o",
                        "gui.max_tree_items:%d" % items)
        for frame in frames:
            if len(frame["seekchat.member.key"]) not in (0, LIMITS["SEEKCHAT_MEMBERS_SHOWN"]):
                sys.exit("room for %d items: not all members are shown" % items)
        return [(len(frame["seekchat.node"]), bool(frame["seekchat.not_shown"]))
                for frame in frames]

    # The other protocols need some items as well, in each version others.
    for least in range(LIMITS["SEEKCHAT_TREE_RESERVE"], 10**6, count // 2):
        first = sum(number for number, _ in shown(least))
        if first > 0:
            break
        expect("room for %d items, for no message" % least, shown(least), [(0, True)])
    for nodes in (first + 1, count - 1, count, count + 1):
        expect("%d nodes for room for %d" % (count, nodes), shown(least + nodes - first),
               [(min(nodes, count), nodes < count)])


def outstanding(build):
    limit, counts = around("OUTSTANDING_MAX")
    for count in counts:
        packets = []
        connection = wire.Connection(packets).handshake()
        for _ in range(count):
            connection.says(0, wire.REQUEST)
        for _ in range(count):
            connection.says(1, wire.REPLY)
        expect("%d requests that wait" % count,
               totals(build, packets, ["seekchat.response_to", "seekchat.not_matched"]),
               [min(count, limit), max(0, count - limit)])


def state(build):
    """The preference: the least with which all of a connection is read, one below and one above."""
    count = 20
    packets = []
    connection = wire.Connection(packets).handshake()
    for _ in range(count):
        connection.says(0, wire.REQUEST, pieces=40).says(1, wire.REPLY)

    def seen(most, *options):
        return totals(build, packets, ["seekchat.response_to", "seekchat.incomplete"], "-o",
                      "seekchat.max_state:%d" % most, *options)

    # What is kept grows with each request; how large a record of it is, only the compiler knows.
    low, high = count * len(wire.REQUEST), count * 1000
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if seen(middle) == [count, 0] else (middle, high)
    # One below, both parts of the last request are read by themselves; the first one has already
    # been waiting for the other, which only a second pass can tell.
    for options, parts in (([], 1), (["-2"], 2)):
        for most, wanted in ((high - 1, [count - 1, parts]), (high, [count, 0]),
                             (high + 1, [count, 0])):
            expect("%d bytes of state, %d passes" % (most, 1 + len(options)),
                   seen(most, *options), wanted)


def no_state(build):
    """Nothing is kept behind the first frame: requests are shown, and not matched."""
    packets = []
    connection = wire.Connection(packets).handshake()
    for _ in range(3):
        connection.says(0, wire.REQUEST).says(1, wire.REPLY)
    for options in ([], ["-2"]):
        expect("no state, %d passes" % (1 + len(options)),
               totals(build, packets, ["seekchat.type", "seekchat.response_to",
                                       "seekchat.not_matched"], "-o", "seekchat.max_state:0",
                      *options), [6, 1, 2])


def state_by_default(build):
    done = subprocess.run(["sh", HERE.parent / "tshark.sh", build, "-G", "defaultprefs"],
                          capture_output=True, text=True, timeout=SECONDS, check=True)
    expect("state by default", re.findall(r"(?m)^#seekchat\.max_state: (\d+)$", done.stdout),
           [str(LIMITS["SEEKCHAT_STATE_MAX"])])


def members(build):
    limit, counts = around("MEMBERS_SHOWN")
    for count in counts:
        extra = b"".join(b',"k%d":1' % number for number in range(count))
        frame, = fields(build, request(wire.REQUEST[:-1] + extra + b"}"),
                        ["seekchat.member.key", "seekchat.not_shown"])
        expect("%d members" % count, (len(frame["seekchat.member.key"]),
                                      bool(frame["seekchat.not_shown"])),
               (min(count, limit), count > limit))
        frame, = fields(build, request(wire.REQUEST[:-1] + extra + b',"k0":2}'),
                        ["seekchat.duplicate_key"])
        expect("the member behind %d that repeats one" % count,
               bool(frame["seekchat.duplicate_key"]), count < limit)


def segments(build):
    limit, counts = around("SEGMENTS_SHOWN")
    for count in counts:
        frame = fields(build, request(reply_of_length(2 * count), pieces=2),
                       ["seekchat.segment", "seekchat.segment.count"])[-1]
        expect("%d segments" % count, (len(frame["seekchat.segment"]),
                                       frame["seekchat.segment.count"]),
               (min(count, limit), [str(count)]))


def resynchronization(build):
    limit, counts = around("RESYNC_TRIES")
    for tries in counts:
        packets = request(wire.REQUEST, b"lost", b"{!" * (tries - 1) + wire.REQUEST)
        del packets[4]
        found = fields(build, packets, ["seekchat.type"])[-1]["seekchat.type"]
        expect("a message at the brace number %d" % tries, found,
               ["seeking"] if tries <= limit else [])


def left_out(frame):
    """Messages that a frame says are left out."""
    return sum(int(number) for text in frame["_ws.expert.message"]
               for number in re.findall(r"(\d+) messages are counted and not shown", text))


def frame_messages(build):
    """Behind the first message of a segment: so many of SeekChat, and as many others."""
    limit, counts = around("FRAME_MESSAGES")
    for count in counts:
        frame, = fields(build, request(b"{}" + (wire.REQUEST + b"{}") * count),
                        ["seekchat.type", "seekchat.length", "_ws.expert.message"])
        expect("%d messages behind the first" % count,
               (len(frame["seekchat.type"]), len(frame["seekchat.length"]), left_out(frame)),
               (min(count, limit), 1 + 2 * min(count, limit), 2 * max(0, count - limit)))


def frame_segments(build):
    """Segments of one frame, each with a message."""
    limit, counts = around("FRAME_SEGMENTS")
    for count in counts:
        packets = [wire.tcp(wire.CLIENT, wire.SERVER, 1 + number * len(wire.REQUEST), 1, wire.ACK,
                            wire.REQUEST) for number in range(count)]
        found, = fields(build, [wire.wireless(*packets)], ["seekchat.type", "seekchat.not_shown"],
                        link=wire.WIRELESS)
        expect("%d segments in a frame" % count,
               (len(found["seekchat.type"]), bool(found["seekchat.not_shown"])),
               (min(count, limit), count > limit))


# A message of SeekChat, which reading starts again at, and one that is none: with many expert items.
NOTED = b'{"type":"seeking","type":"x","sender":"a","k":1,"k":2,"payload":"nonsense"}'
OTHER = b'{"type":5,"type":"x","sender":"a","k":1,"k":2,"payload":["' + b"n" * 256 + b'",1]}'


def crowded(build):
    """
    Frames that hold all that fits: no statistic loses them, and each message is counted. tshark says
    so on standard error where its tap queue overflows.
    """
    path = pathlib.Path(FOLDER.name, "limits.pcap")
    most = LIMITS["SEEKCHAT_FRAME_SEGMENTS"]
    noted = [wire.tcp(wire.CLIENT, wire.SERVER, 9000 * number, 1, wire.ACK,
                      NOTED + OTHER + NOTED) for number in range(most)]
    for what, packets, link, messages in (
            ("{} in a frame", request(b"{}" * 30000), wire.ETHERNET, 30000),
            ("0 in a frame", request(b"0 " * 30000), wire.ETHERNET, 30000),
            ("requests in a frame", request(wire.REQUEST * 1000), wire.ETHERNET, 1000),
            ("noted in a frame", [wire.wireless(), wire.wireless(*noted)], wire.WIRELESS, 3 * most)):
        wire.write(path, packets, link)
        done = subprocess.run(["sh", HERE.parent / "tshark.sh", build, "-n", "-q", "-r", path, "-z",
                               "io,phs", "-z", "io,stat,0,seekchat", "-z", "expert", "-z",
                               "seekchat,tree"], capture_output=True, text=True, timeout=SECONDS)
        counted, = re.findall(r"(?m)^Messages +(\d+) ", done.stdout)
        frames = re.findall(r"<>[^|]*\| +(\d+) ", done.stdout)
        expect("%d %s" % (messages, what), (done.returncode, done.stderr, frames, int(counted)),
               (0, "", ["1"], messages))


def senders(build):
    """Rows of the tree of counts."""
    limit, tried = around("STATS_SENDERS_MAX")
    path = pathlib.Path(FOLDER.name, "senders.pcap")
    for number in tried:
        messages = [b'{"type":"seeking","sender":"n%d@h","payload":"join"}' % i
                    for i in range(number)]
        wire.write(path, request(*(b"".join(messages[at:at + 50]) for at in range(0, number, 50))))
        done = subprocess.run(["sh", HERE.parent / "tshark.sh", build, "-n", "-q", "-r", path, "-z",
                               "seekchat,tree"], capture_output=True, text=True, timeout=SECONDS)
        beyond = re.findall(r"senders beyond the first %d +(\d+) " % limit, done.stdout)
        expect("rows of %d senders" % number,
               [len(re.findall(r"(?m)^ +n\d+@h +1 ", done.stdout)), beyond],
               [min(number, limit), ["1"] if number > limit else []])


def info_messages(build):
    limit, counts = around("INFO_MESSAGES")
    for count in counts:
        frame, = fields(build, request(wire.REQUEST * count), ["_ws.col.Info"])
        line = ";".join(frame["_ws.col.Info"])
        expect("%d messages in the Info column" % count,
               (line.count("seeking join"), line.endswith("; ...")),
               (min(count, limit), count > limit))


def info_names(build):
    limit, lengths = around("INFO_NAME")
    for letter in ("n", "\u00fc", "\u20ac", "\U0001f600"):
        for length in lengths:
            name = letter * (length // len(letter.encode()))
            name += "x" * (length - len(name.encode()))
            packets = request(b'{"type":"seeking","sender":"%s","payload":"join"}' % name.encode())
            (line,), = [frame["_ws.col.Info"] for frame in fields(build, packets, ["_ws.col.Info"])]
            kept = name.encode()[:limit].decode("utf-8", "ignore")
            expect("a name of %d bytes of %a" % (length, letter), line == "seeking join  " + kept
                   + ("..." if length > limit else ""), True)


def atoms(build):
    limit, lengths = around("ATOM_MAX")
    for length in lengths:
        name = ("\u00fc" * length).encode()
        frame, = fields(build, request(b'{"type":"seeking","sender":"%s","payload":"join"}' % name),
                        ["seekchat.atom_too_long"])
        expect("a sender of %d characters" % length, bool(frame["seekchat.atom_too_long"]),
               length > limit)


def one_recv(build):
    limit, lengths = around("RECV_BYTES")
    for length in lengths:
        frame, = fields(build, request(reply_of_length(length)), ["seekchat.exceeds_recv"])
        expect("a message of %d bytes for one recv" % length,
               bool(frame["seekchat.exceeds_recv"]), length > limit)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: limits.py BUILD")
    pathlib.Path(FOLDER.name).chmod(0o755)
    for test in (message_size, nodes_shown, outstanding, state, no_state, state_by_default, members,
                 segments, resynchronization, frame_messages, frame_segments, crowded,
                 senders, info_messages, info_names, atoms, one_recv):
        test(sys.argv[1])


if __name__ == "__main__":
    main()
