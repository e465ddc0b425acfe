# test.sh PROCESSOR
# Runs the tests of the codec, of the cluster's model and of the command, as built for this processor.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

build=/seekchat/build-$1
ctest --test-dir "$build" --output-on-failure --no-tests=error --parallel 2 \
    -R '^(codec|cluster)-' -E '^cluster-schema$'

printf '#!/bin/sh\nexec /sysroots/%s.run %s/seekchat "$@"\n' "$1" "$build" >"$build/run-seekchat"
chmod +x "$build/run-seekchat"
version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt")
tests=/seekchat/plugin/tests
SEEKCHAT_TEST_SECONDS=1200 python3 $tests/command/test_command.py "$build/run-seekchat" "$version" \
    $tests/data/seekchat-decode.tsv
