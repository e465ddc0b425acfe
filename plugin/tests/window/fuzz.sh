#!/bin/sh
# fuzz.sh FOLDER OPTION...
# Runs the fuzz target fuzz-window of a build's FOLDER with options of libFuzzer, such as
# -runs=9500. What is new goes to FOLDER/found, what fails to FOLDER/failed-*. A long run:
#     WIRESHARK_DEBUG_WMEM_OVERRIDE= \
#         sh plugin/tests/window/fuzz.sh build/plugin/tests/window/fuzz -runs=1000000
# To look at an input that failed: sh window.sh FOLDER/fuzz-window FILE.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"
folder=$PWD
shift
mkdir -p found
sh "$here/window.sh" "$folder/fuzz-window" -dict="$here/../fuzz/seekchat.dict" -max_len=512 \
    -len_control=200 -timeout=20 -artifact_prefix=failed- -print_final_stats=1 "$@" \
    found corpus >log 2>&1 || { tail -n 40 log; exit 1; }
sed -n -e "s/^INFO: Seed: /seed /p" -e "s/^stat::number_of_executed_units: */executions /p" log
