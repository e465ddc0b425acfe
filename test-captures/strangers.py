#!/usr/bin/env python3
# strangers.py BUILD
# What the heuristic takes for SeekChat on a port that nobody named, and what it leaves alone: a
# table of what other protocols say, most of it with a type, a sender and a payload. On the locator
# port, and with Decode As, all of it is SeekChat.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "fuzz"))

import wire  # noqa: E402

SECONDS = 60
LOCATOR = 33000
FIRST_PORT = 7001

STRANGERS = {
    "chat bot": b'{"type":"reply","sender":"bot","payload":"hello, how can I help?"}',
    "chat in which somebody is typing": b'{"type":"watching","sender":"alice","payload":"room-1"}',
    "chat that mentions somebody": b'{"type":"reply","sender":"@alice","payload":"sure"}',
    "chat on a server to be named": b'{"type":"reply","sender":"alice@","payload":"sure"}',
    "federated chat": b'{"type":"reply","sender":"@alice@example.org","payload":"sure"}',
    "actor bus": b'{"type":"reply","sender":"/user/worker-1","payload":["done"]}',
    "actor bus with addresses":
        b'{"type":"reply","sender":"akka://sys@10.0.0.1:2552/user@1","payload":[]}',
    "game": b'{"type":"seeking","sender":"player1","payload":"match"}',
    "game that joins": b'{"sender":"player1","type":"seeking","payload":"join"}',
    "stream": b'{"type":"watching","sender":"viewer-77","payload":"check"}',
    "stream's viewers": b'{"type":"reply","sender":"channel","payload":["a@b","c@d"]}',
    "sender that is empty": b'{"type":"reply","sender":"","payload":"joined"}',
    "sender that is an @": b'{"type":"reply","sender":"@","payload":"joined"}',
    "sender with two escaped @":
        b'{"type":"reply","sender":"a\\u0040b\\u0040c","payload":"joined"}',
    "type that is none": b'{"type":"join","sender":"node2@10.99.0.2","payload":"join"}',
    "sender that is an object": b'{"type":"reply","sender":{"id":1},"payload":"joined"}',
    "payload that is an object": b'{"type":"reply","sender":"a@b","payload":{"x":1}}',
    "JSON-RPC": b'{"jsonrpc":"2.0","method":"reply","params":[],"id":1}',
    "list": b'["reply","node2@10.99.0.2","joined"]',
    "text before it": b'> {"type":"seeking","sender":"node2@10.99.0.2","payload":"join"}',
}

NODES = {
    "request": wire.REQUEST,
    "watch": wire.CHECK,
    "reply alone": wire.REPLY,
    "short name": b'{"type":"seeking","sender":"n@h","payload":"join"}',
    "letters of another script":
        '{"type":"seeking","sender":"knoten-ä@hôte","payload":"join"}'.encode(),
    "escaped @": b'{"type":"seeking","sender":"node2\\u004010.99.0.2","payload":"join"}',
    "name as long as an atom, all of it escapes":
        b'{"type":"seeking","sender":"' + 127 * b"\\ud83d\\ude00" + b"@" + 127 * b"\\ud83d\\ude00"
        + b'","payload":"join"}',
    "space around it": b' \r\n{ "type" : "seeking" , "sender" : "a@b" , "payload" : "join" }\n',
}


def write(path, messages, ports):
    """A capture with a connection for each message, which a client sends to its port."""
    packets = []
    for number, (message, port) in enumerate(zip(messages, ports)):
        connection = wire.Connection(packets, client=(wire.CLIENT[0], 40000 + number),
                                     server=(wire.SERVER[0], port))
        connection.handshake().says(0, message).close()
    wire.write(path, packets)


def taken(build, path, *options):
    """Numbers of the connections that hold SeekChat."""
    done = subprocess.run(["sh", HERE / "tshark.sh", build, "-n", "-r", path, "-Y", "seekchat", "-T",
                           "fields", "-e", "tcp.stream", *options],
                          capture_output=True, timeout=SECONDS, text=True)
    if done.returncode != 0 or done.stderr:
        sys.exit("tshark: status %d\n%s" % (done.returncode, done.stderr))
    return set(map(int, done.stdout.split()))


def differences(what, names, wanted, found):
    for number, name in enumerate(names):
        if (number in wanted) != (number in found):
            yield "%s: %s: %s" % (what, name, "taken" if number in found else "left alone")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: strangers.py BUILD")
    build = sys.argv[1]
    names = [*STRANGERS, *NODES]
    messages = [*STRANGERS.values(), *NODES.values()]
    every = set(range(len(names)))
    nodes = set(range(len(STRANGERS), len(names)))
    ports = range(FIRST_PORT, FIRST_PORT + len(names))
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder).chmod(0o755)
        path = pathlib.Path(folder) / "strangers.pcap"
        write(path, messages, ports)
        decode_as = ["-d", "tcp.port==%d-%d,seekchat" % (ports[0], ports[-1])]
        wrong = [*differences("any port", names, nodes, taken(build, path)),
                 *differences("any port, two passes", names, nodes, taken(build, path, "-2")),
                 *differences("Decode As", names, every, taken(build, path, *decode_as))]
        write(path, messages, [LOCATOR] * len(names))
        wrong += differences("locator port", names, every, taken(build, path))
    for text in wrong:
        print(text)
    print("%d strangers, %d nodes, %d taken wrongly" % (len(STRANGERS), len(NODES), len(wrong)))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
