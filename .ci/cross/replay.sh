# replay.sh PROCESSOR
# Runs the fuzz targets, built for this processor, on the corpus from which fuzzing starts.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

build=/seekchat/build-$1
corpus=/seekchat/corpus
tests=/seekchat/plugin/tests
[ -d $corpus ] ||
    python3 $tests/fuzz/corpus.py $corpus /seekchat/test-captures $tests/data/seekchat-decode.tsv
cmake --build "$build" --target fuzz-replay --parallel 2
for target in decode resume encode parsers; do
    printf '%s: ' $target
    "/sysroots/$1.run" "$build/plugin/tests/fuzz/replay-$target" $corpus/*
done
