#!/bin/sh
# setup.sh
# Installs what is missing, builds, and shows what the plugin makes of the capture of a real cluster.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu
cd "$(dirname "$0")/.."

sh plugin/packages.sh build
cmake -S . -B build
cmake --build build --parallel "$(nproc)" --target seekchat-plugin seekchat

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

cat <<END

The plugin is $(ls build/plugins/*/epan/seekchat.so). To install it:
    cmake --build build --target install-user    for you
    cmake --install build                        for everybody on this machine, as root
END
