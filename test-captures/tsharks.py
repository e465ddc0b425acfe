# tsharks.py
# Runs tshark with the plugin of a build directory, started once for all captures: see
# server/start_once.c. Where that is not built, once for each.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import atexit
import collections
import os
import pathlib
import subprocess
import threading

import servers

HERE = pathlib.Path(__file__).resolve().parent
# Options that tshark heeds when it has registered dissectors, and how many words follow each.
LATER = {"-Y": 1, "-E": 1, "-T": 1, "-d": 1, "-e": 1, "-n": 0, "-o": 1, "-q": 0, "-t": 1, "-z": 1}
IDLE = 8  # servers that are kept, some 100 MB each

IDLING = collections.OrderedDict()  # (build, early options, environment): servers, the last used one last
LOCK = threading.Lock()


def heeded_first(options):
    """The options but for those that tshark heeds when all dissectors are registered."""
    words, first = list(options), []
    while words:
        later = LATER.get(words[0])
        if later is None:
            first.append(words.pop(0))
        else:
            del words[:1 + later]
    return first


def take(key):
    with LOCK:
        idle = IDLING.get(key, [])
        return idle.pop() if idle else None


def give_back(key, server):
    with LOCK:
        IDLING.setdefault(key, []).append(server)
        IDLING.move_to_end(key)
        while sum(map(len, IDLING.values())) > IDLE:
            oldest = next(key for key, idle in IDLING.items() if idle)
            IDLING[oldest].pop(0).close()
            if not IDLING[oldest]:
                del IDLING[oldest]


def read(build, capture, *options, timeout, environment=None):
    """Runs tshark with options, which name no capture, on a capture."""
    environment = dict(os.environ if environment is None else environment)
    options = list(map(str, options))
    command = ["sh", HERE / "tshark.sh", build]
    library = servers.library(build, "start")
    if not library.exists():
        return subprocess.run([*command, *options, "-r", capture], stdin=subprocess.DEVNULL,
                              capture_output=True, env=environment, timeout=timeout)
    first = heeded_first(options)
    key = (str(build), tuple(first), tuple(sorted(environment.items())))
    server = take(key) or servers.Server(library, [*command, *first, "-r", "CAPTURE"], environment)
    try:
        done = server.request(["tshark", *options, "-r", pathlib.Path(capture).resolve()], timeout)
    except BaseException:
        server.close()
        raise
    if server.is_alive():
        give_back(key, server)
    else:
        server.close()
    return done


@atexit.register
def close_all():
    for idle in IDLING.values():
        for server in idle:
            server.close()
