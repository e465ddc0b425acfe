#!/bin/sh
# test.sh [BUILD [CMAKE_OPTION...]]
# Installs what is missing, builds, and runs all tests.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
[ $# = 0 ] || shift

sh plugin/packages.sh build test fuzz
cmake -S . -B "$build" "$@"
cmake --build "$build" --parallel "$(nproc)"
exec ctest --test-dir "$build" --output-on-failure --parallel "$(nproc)"
