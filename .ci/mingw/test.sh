# test.sh SERIES
# Runs the tests of the codec, of the cluster's model and of the command under Wine.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

# GLib asks LANG before it asks for the console that Wine has not got here.
export WINEPATH='Z:\mingw\bin' LANG=C.UTF-8
ctest --test-dir /seekchat/build-"$1" --output-on-failure --no-tests=error \
    -R '^(codec|cluster)-' -E '^cluster-schema$'

printf '#!/bin/sh\nexec wine /seekchat/build-%s/seekchat.exe "$@"\n' "$1" >/tmp/seekchat
chmod +x /tmp/seekchat
version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' /seekchat/build-"$1"/CMakeCache.txt)
tests=/seekchat/plugin/tests
python3 $tests/command/test_command.py /tmp/seekchat "$version" $tests/data/seekchat-decode.tsv \
    windows
