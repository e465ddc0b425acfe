# tsharks.py
# Runs tshark with the plugin of a build directory, started once for all captures that are read with
# the same options: see server/start_once.c. Where that is not built, once for each capture.
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
IDLE = 8  # servers that are kept, some 100 MB each

IDLING = collections.OrderedDict()  # (options, environment): servers, the last used one last
LOCK = threading.Lock()


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
    command = ["sh", HERE / "tshark.sh", build, *options, "-r"]
    library = servers.library(build, "start")
    if not library.exists():
        return subprocess.run([*command, capture], stdin=subprocess.DEVNULL, capture_output=True,
                              env=environment, timeout=timeout)
    key = (str(build), tuple(map(str, options)), tuple(sorted(environment.items())))
    server = take(key) or servers.Server(library, [*command, "CAPTURE"], environment)
    try:
        done = server.request([pathlib.Path(capture).resolve()], timeout)
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
