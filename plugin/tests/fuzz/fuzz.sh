#!/bin/sh
# fuzz.sh FOLDER SECONDS [JOBS] | fuzz.sh FOLDER TARGET EXECUTIONS
# Runs the fuzz targets that were built into FOLDER, one after the other, so many seconds in all.
# What is new goes to FOLDER/found-TARGET, what fails to FOLDER/TARGET-*. A long run, 20 minutes for
# each of the four targets, and one of four hours on 4 processors:
#     sh plugin/tests/fuzz/fuzz.sh build/plugin/tests/fuzz 4800
#     sh plugin/tests/fuzz/fuzz.sh build/plugin/tests/fuzz 14400 4
# Or runs one target so often, from the corpus alone, and keeps nothing but what fails.
# To look at an input that failed: FOLDER/fuzz-TARGET FILE.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu
dictionary=$(cd "$(dirname "$0")" && pwd)/seekchat.dict
cd "$1"
# What an execution frees is a few kilobytes; more kept, and long stacks, only take time.
export ASAN_OPTIONS=quarantine_size_mb=8:malloc_context_size=8

# fuzz TARGET OPTION...
fuzz() {
    target=$1
    shift
    "./fuzz-$target" -dict="$dictionary" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix="$target-" -print_final_stats=1 "$@" >"$target.log" 2>&1 ||
        { tail -n 40 "$target.log"; exit 1; }
    sed -n -e "s/^INFO: Seed: /$target: seed /p" \
        -e "s/^stat::number_of_executed_units: */$target: executions /p" "$target.log"
}

case $2 in
[a-z]*)
    find corpus -type f | paste -sd, - | tr -d '\n' >"$2.seeds"
    fuzz "$2" -runs="$3" -seed_inputs="@$2.seeds"
    exit
    ;;
esac
each=$(($2 / 4))
jobs=${3:-1}
for target in decode resume encode parsers; do
    mkdir -p "found-$target"
    parallel=
    [ "$jobs" = 1 ] || parallel="-jobs=$jobs -workers=$jobs"
    # shellcheck disable=SC2086 # no option, or two
    fuzz "$target" -max_total_time="$each" $parallel "found-$target" corpus
done
