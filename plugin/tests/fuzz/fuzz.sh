#!/bin/sh
# fuzz.sh FOLDER SECONDS [JOBS]
# Runs the fuzz targets that were built into FOLDER, one after the other, so many seconds in all.
# What is new goes to FOLDER/found-TARGET, what fails to FOLDER/TARGET-*. A long run, 20 minutes for
# each of the four targets, and one of four hours on 4 processors:
#     sh plugin/tests/fuzz/fuzz.sh build/plugin/tests/fuzz 4800
#     sh plugin/tests/fuzz/fuzz.sh build/plugin/tests/fuzz 14400 4
# To look at an input that failed: FOLDER/fuzz-TARGET FILE.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu
dictionary=$(cd "$(dirname "$0")" && pwd)/seekchat.dict
cd "$1"
each=$(($2 / 4))
jobs=${3:-1}

for target in decode resume encode parsers; do
    mkdir -p "found-$target"
    parallel=
    [ "$jobs" = 1 ] || parallel="-jobs=$jobs -workers=$jobs"
    # shellcheck disable=SC2086 # no option, or two
    "./fuzz-$target" -dict="$dictionary" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
        -max_total_time="$each" -artifact_prefix="$target-" -print_final_stats=1 $parallel \
        "found-$target" corpus >"$target.log" 2>&1 || { tail -n 40 "$target.log"; exit 1; }
    sed -n -e "s/^INFO: Seed: /$target: seed /p" \
        -e "s/^stat::number_of_executed_units: */$target: executions /p" "$target.log"
done
