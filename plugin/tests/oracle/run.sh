#!/bin/sh
# run.sh
# Compares the codec with OTP's json module on generated inputs: run.sh VERDICTS FOLDER COUNT SEED...
# VERDICTS is the program of target codec-verdicts, FOLDER takes what is generated (some 700 bytes
# an input), COUNT inputs are made for each seed. Needs erlang-base of OTP 27 and Python. Two
# million inputs take some ten minutes.
#
#     cmake --build build --target codec-verdicts
#     plugin/tests/oracle/run.sh build/plugin/tests/codec/codec-verdicts /tmp/oracle 420000 1 2 3 4 5
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu
here=$(dirname "$0")
verdicts=$1
folder=$2
count=$3
shift 3
mkdir -p "$folder"

# Compares what both say of the inputs of one seed: compare decode|encode COUNT SEED
compare() {
    python3 "$here/generate.py" "$1" "$3" "$2" "$here/../data/seekchat-decode.tsv" >"$folder/inputs"
    escript "$here/oracle.escript" "$1" "$folder/inputs" "$folder/expected"
    "$verdicts" "$1" <"$folder/inputs" >"$folder/found"
    if ! cmp "$folder/expected" "$folder/found"; then
        echo "$1, seed $3: the codec differs; diff $folder/expected $folder/found shows where" >&2
        exit 1
    fi
    echo "$1, seed $3: $2 inputs agree"
}

# Every code point twice, and 75,872 texts more.
compare encode 2300000 1
for seed in "$@"; do
    compare decode "$count" "$seed"
done
