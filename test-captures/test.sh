#!/bin/sh
# test.sh [BUILD [CMAKE_OPTION...]]
# Installs what is missing, builds, and runs all tests.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu
cd "$(dirname "$0")/.."
. plugin/steps.sh
build=${1:-build}
[ $# = 0 ] || shift

mkdir -p "$build"
log=$build/setup.log
: >"$log"
step "Installing missing packages (sudo may ask for a password)" \
    sh plugin/packages.sh build package test fuzz
step "Configuring" cmake -S . -B "$build" -DBUILD_TESTING=ON "$@"
step "Looking at tshark" sh plugin/check-tshark.sh "$build"
step "Compiling" cmake --build "$build" --parallel "$(processors)"
echo "What these printed is in $log. The tests take about five minutes on two processors."

status=0
ctest --test-dir "$build" --output-on-failure --parallel "$(processors)" || status=$?
# ctest says which tests were skipped, but not why.
awk '/^[0-9]+\/[0-9]+ Test: / { name = $NF } /^skipped: / { print name, $0 }' \
    "$build/Testing/Temporary/LastTest.log"
exit $status
