#!/usr/bin/env python3
# consumers.py BUILD
# Whoever asks for something of SeekChat gets all of it, though nobody else asks: the dissector
# leaves out work that nobody looks at, and each question here stands alone once. What there is to
# be got is what the whole tree shows (PDML).
#
# SPDX-License-Identifier: GPL-2.0-or-later

import collections
import html
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import tsharks
from any_order import Sharkd, own_filter

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 60
GROUPS = ("real", "generated", "regressions")
# Captures with items of most kinds, for the consumers that take a run of tshark each.
FEW = ["generated/not-a-node-name.pcapng", "generated/duplicate-extra-keys.pcapng",
       "generated/lost.pcapng", "generated/join-failed.pcapng"]
FIELDS_OF_EACH = 3
EXPERT = ["_ws.expert", "_ws.expert.message", "_ws.expert.severity", "_ws.expert.group"]
# Fields with what they show; nothing where they show none. An expert item's field of its protocol
# comes before its message.
PDML = re.compile(r'<field name="(num|seekchat\.[^"]*|_ws\.expert(?:\.message)?)"'
                  r'(?:[^>]*? show="([^"]*)")?')
LUA = """
local field = Field.new("%s")
local count = 0
local listener = Listener.new("%s")
function listener.packet() count = count + select("#", field()) end
function listener.draw() print("lua " .. count) end
"""

checks = 0
wrong = 0


def same(what, expected, found):
    global checks, wrong
    checks += 1
    if expected != found:
        wrong += 1
        print("%s:\n    expected %s\n    found    %s" % (what, expected, found))


def text_of(done):
    if done.returncode != 0 or done.stderr:
        sys.exit("%s: status %d\n%s" % (" ".join(map(str, done.args)), done.returncode,
                                        done.stderr.decode("utf-8", "replace")))
    return done.stdout.decode("utf-8")


def tshark(build, capture, *options, **environment):
    return text_of(tsharks.read(build, capture, "-n", *options, timeout=SECONDS,
                                environment=dict(os.environ, **environment)))


class Truth:
    """What the trees of a capture hold of SeekChat, and which frames have any expert item."""

    def __init__(self, build, capture, *options):
        self.fields = collections.defaultdict(collections.Counter)  # {field: {frame: count}}
        self.expert = collections.Counter()                         # {text: count}
        self.noted = set()
        self.empty = collections.defaultdict(set)                   # {field: frames}: no text to print
        frame = 0
        ours = False  # the expert item that is being read
        for name, show in PDML.findall(tshark(build, capture, "-T", "pdml", *options)):
            if name == "num":
                frame = int(show)
            elif name == "_ws.expert":
                self.noted.add(frame)
                ours = False
            elif name == "_ws.expert.message":
                self.expert[html.unescape(show)] += ours
            else:
                ours = True
                self.fields[name][frame] += 1
                if not show:
                    self.empty[name].add(frame)
        self.expert = +self.expert

    def count(self, field):
        return sum(self.fields[field].values())

    def frames(self, field):
        return sorted(self.noted if field in EXPERT else self.fields[field])

    def some_fields(self):
        fields = sorted(self.fields)
        return fields[::max(1, len(fields) // FIELDS_OF_EACH)]


# tshark's consumers.

def expert_table(text):
    """{summary: frequency} of SeekChat's lines of -z expert."""
    rows = re.findall(r"^ *(\d+) +\S.* SeekChat  (.*)$", text, re.MULTILINE)
    return collections.Counter({summary: int(count) for count, summary in rows})


def numbers_of_marked(rows):
    """Numbers of the lines that hold more than a number."""
    return [int(row.split()[0]) for row in rows.splitlines() if len(row.split()) > 1]


def check_expert(build, capture, truth):
    found = expert_table(tshark(build, capture, "-q", "-z", "expert"))
    same("%s: -z expert" % capture.name, truth.expert, found)
    rows = tshark(build, capture, "-o", 'gui.column.format:"No.","%m","Expert","%a"')
    same("%s: the column of expert items" % capture.name, sorted(truth.noted),
         numbers_of_marked(rows))


def check_field(build, capture, truth, field):
    name = "%s: %s in " % (capture.name, field)
    frames = truth.frames(field)
    rows = tshark(build, capture, "-Y", field, "-T", "fields", "-e", "frame.number")
    same(name + "-Y", frames, [int(row) for row in rows.split()])
    printed = [frame for frame in frames if frame not in truth.empty[field]]
    for place, options in (
            ("-T fields", ["-T", "fields", "-e", "frame.number", "-e", field]),
            ("a column", ["-o", 'gui.column.format:"No.","%%m","Own","%%Cus:%s:0:R"' % field])):
        found = numbers_of_marked(tshark(build, capture, *options))
        same(name + place, printed, [frame for frame in found if frame not in truth.empty[field]])
    if field not in EXPERT:
        table = tshark(build, capture, "-q", "-z", "io,stat,0,COUNT(%s)%s" % (field, field))
        same(name + "io,stat", [str(truth.count(field))],
             re.findall(r"<> [^|]*\| *(\d+) +\|", table))


def check_colour(build, capture, truth, field, folder):
    """A rule for colours is a filter."""
    profile = folder / ".config" / "wireshark"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "colorfilters").write_text("@ours@%s@[0,0,0][65535,65535,65535]\n" % field,
                                          encoding="utf-8")
    rows = tshark(build, capture, "--color", "-T", "fields", "-e", "frame.number", "-e",
                  "frame.coloring_rule.name", SEEKCHAT_HOME=str(folder))
    same("%s: %s in a colour rule" % (capture.name, field), truth.frames(field),
         [int(number) for number in re.findall(r"(\d+)\tours", rows)])


def lua(build, capture, field, tap, folder):
    script = folder / "field.lua"
    script.write_text(LUA % (field, tap), encoding="utf-8")
    found = tshark(build, capture, "-q", "-X", "lua_script:%s" % script)
    return re.findall(r"^lua (\d+)$", found, re.MULTILINE)


def check_lua(build, capture, truth, field, folder):
    same("%s: %s in Lua" % (capture.name, field), [str(truth.count(field))],
         lua(build, capture, field, "frame", folder))
    heard = lua(build, capture, "frame.number", "seekchat", folder)
    same("%s: Lua hears of messages" % capture.name, True, heard > ["0"])


def check_info(build, capture):
    """The Info column by itself, as a field, and as a field beside another."""
    column = tshark(build, capture, "-o", 'gui.column.format:"Info","%i"').splitlines()
    field = tshark(build, capture, "-T", "fields", "-e", "_ws.col.Info").splitlines()
    beside = tshark(build, capture, "-T", "fields", "-e", "_ws.col.Info", "-e",
                    "seekchat.type").splitlines()
    same("%s: Info as a field" % capture.name, [line.rstrip() for line in column],
         [line.rstrip() for line in field])
    same("%s: Info beside a field" % capture.name, field,
         [line.rsplit("\t", 1)[0] for line in beside])


def check_tshark(build):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        for capture in (HERE / name for name in FEW):
            truth = Truth(build, capture)
            check_expert(build, capture, truth)
            check_info(build, capture)
            for field in truth.some_fields():
                check_field(build, capture, truth, field)
            check_colour(build, capture, truth, truth.some_fields()[0], folder)
            check_lua(build, capture, truth, truth.some_fields()[-1], folder)


# sharkd, which serves all captures and fields in one process: it has read the whole capture, so
# the truth is that of two passes.

def check_sharkd(build, sharkd, capture):
    truth = Truth(build, capture, "-2")
    sharkd.ask("load", file=str(capture))
    for field in sorted(truth.fields) + EXPERT:
        rows = sharkd.ask("frames", filter=own_filter(sharkd, field))
        same("%s: %s in sharkd" % (capture.name, field), truth.frames(field),
             [row["num"] for row in rows])
    tapped = sharkd.ask("tap", tap0="expert")["taps"][0]["details"]
    same("%s: expert items of sharkd" % capture.name, truth.expert,
         collections.Counter(row["m"] for row in tapped if row["p"] == "SeekChat"))


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: consumers.py BUILD")
    build = pathlib.Path(sys.argv[1]).resolve()
    check_tshark(build)
    if shutil.which("sharkd") is None:
        print("sharkd is not installed: it is left out")
    else:
        sharkd = Sharkd(build)
        for group in GROUPS:
            for capture in sorted((HERE / group).glob("*.pcap*")):
                check_sharkd(build, sharkd, capture)
        sharkd.close()
    print("%d questions, %d answered wrongly" % (checks, wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
