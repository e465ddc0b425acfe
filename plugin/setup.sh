#!/bin/sh
# setup.sh
# Installs what is missing, builds, and shows what the plugin makes of the capture of a real cluster.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu
cd "$(dirname "$0")/.."
. plugin/steps.sh

mkdir -p build
log=build/setup.log
: >"$log"
# What a build directory has built so far goes on being built: test.sh adds the tests.
tests=-DBUILD_TESTING=OFF
[ ! -f build/CMakeCache.txt ] || tests=
step "Installing missing packages (sudo may ask for a password)" sh plugin/packages.sh build package
step "Configuring" cmake -S . -B build $tests
step "Looking at tshark" sh plugin/check-tshark.sh build
step "Compiling" cmake --build build --parallel "$(processors)"
echo "What these printed is in $log."

show() {
    echo
    echo "== $1"
    shift
    sh test-captures/tshark.sh build -n -r test-captures/real/real-join.pcap "$@"
}

show "The SeekChat messages of test-captures/real/real-join.pcap" -Y seekchat
show "One of them: a reply" -Y 'frame.number == 986' -O seekchat
show "Requests that failed, as fields: frame, peer, seconds until the reply" \
    -Y seekchat.join_failed -T fields -e seekchat.response_to -e seekchat.peer \
    -e seekchat.response_time

as_root=
[ "$(id -u)" = 0 ] || as_root="sudo "
cat <<END

The plugin is $(ls build/plugins/*/epan/seekchat.so). To install it:
    cmake --build build --target install-user    # for you
    ${as_root}cmake --install build$([ -n "$as_root" ] || echo "     ")                   # for everybody on this machine
END
