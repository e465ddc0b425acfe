#!/usr/bin/env python3
# test_locale.py BUILD
# Numbers that scripts may read do not follow the locale: under a German one, which writes 0,5 for
# 0.5, the reports, response times and fields are those of C.UTF-8, in tshark and in the command.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import pathlib
import subprocess
import sys
import tempfile

import runs
from runs import Wrong

SKIPPED = 77
GERMAN = "de_DE.UTF-8"
LOCALES = ("C.UTF-8", GERMAN)
STORY = runs.CAPTURES / "real/story.pcap"
OURS = [["-q", "-z", "seekchat,cluster", "-z", "seekchat,cluster,json", "-z", "seekchat,cluster,dot",
         "-z", "seekchat,srt"],
        ["-Y", "seekchat", "-P", "-O", "seekchat"],
        ["-Y", "seekchat", "-T", "fields", "-e", "seekchat.response_time"]]
# Wireshark itself prints these.
ITS_OWN = ["-q", "-z", "seekchat,tree", "-z", "conv,seekchat"]


def make_german(folder):
    """Makes the locale in a folder where the C library then looks; returns why that failed."""
    try:
        done = subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8",
                               pathlib.Path(folder, GERMAN)], capture_output=True, text=True,
                              timeout=runs.SECONDS)
    except FileNotFoundError:
        return "localedef is not installed"
    os.environ["LOCPATH"] = folder
    return done.returncode and "localedef makes no German locale: " + done.stderr.strip()


def shown(build, options):
    """What tshark prints in either locale."""
    texts = []
    for locale in LOCALES:
        os.environ["SEEKCHAT_LOCALE"] = locale
        texts.append(runs.run(build, "-n", "-r", STORY, *options)[0])
    del os.environ["SEEKCHAT_LOCALE"]
    return texts


def same(what, texts):
    if not texts[0].strip() or texts[0] != texts[1]:
        raise Wrong("%s:\n%s" % (what, runs.difference(*texts)))


def test_tshark(build):
    for options in OURS:
        same(" ".join(options), shown(build, options))


def test_tables_of_wireshark(build):
    """They follow the locale, which shows that there is one; nothing else in them does."""
    usual, german = shown(build, ITS_OWN)
    if usual == german:
        raise Wrong("no number is German")
    same(" ".join(ITS_OWN), [usual, german.replace(",", ".")])


def test_command(build):
    with runs.workplace() as directory:
        report = pathlib.Path(directory, "report.json")
        report.write_text(runs.statistic(build, STORY, "seekchat,cluster,json"), encoding="utf-8")
        for form in ([], ["--text"], ["--dot"]):
            texts = [subprocess.run([pathlib.Path(build, "seekchat"), "report", "merge", *form, report],
                                    env={**os.environ, "LC_ALL": locale}, check=True, text=True,
                                    capture_output=True, timeout=runs.SECONDS).stdout
                     for locale in LOCALES]
            same("merge %s" % form, texts)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        reason = make_german(folder)
        if reason:
            print("skipped: %s" % reason)
            sys.exit(SKIPPED)
        sys.exit(runs.main([test_tshark, test_tables_of_wireshark, test_command]))
