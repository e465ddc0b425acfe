#!/usr/bin/env bash
# in-tree.sh SOURCE BUILD
# Builds the plugin as a custom plugin in SOURCE, the source tree of the Wireshark that is installed
# (`apt-get source wireshark`), and has tshark load it. All of Wireshark's own code would take an
# hour; so the plugin's files alone are compiled, each by the command that Wireshark's build in
# BUILD gives, and linked with the installed libraries.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

top=$(cd "$(dirname "$0")/../../.." && pwd)
wireshark=$(cd "$1" && pwd)
mkdir -p "$2"
build=$(cd "$2" && pwd)

configure() {
    ln -sfn "$top" "$wireshark/plugins/epan/seekchat"
    cmake -G Ninja -S "$wireshark" -B "$build" -DCMAKE_BUILD_TYPE=Release \
        -DBUILD_wireshark=OFF -DCUSTOM_PLUGIN_SRC_DIR=plugins/epan/seekchat/plugin
}

# The commands for what the plugin itself consists of, in their order.
commands() {
    ninja -t commands seekchat-plugin | grep 'seekchat-[a-z]*\.dir'
}

use_installed_libraries() {
    local library
    for library in $(ninja -t query "$(ninja -t targets all | grep -o '^run/plugins/.*/seekchat\.so')" |
        grep -o 'run/lib\(wireshark\|wiretap\|wsutil\)\.so\.[0-9.]*' | sort -u); do
        ln -sf "/usr/lib/$(dpkg-architecture -q DEB_HOST_MULTIARCH)/${library#run/}" "$build/$library"
    done
}

configure
cd "$build"
mkdir -p run/plugins
use_installed_libraries
commands >seekchat.sh
sed -n 's/.* -o \([^ ]*\) -c .*/\1/p' seekchat.sh | xargs dirname | sort -u | xargs mkdir -p
sh -e seekchat.sh
cd "$top"
file=$(find "$build/run/plugins" -name seekchat.so)
WIRESHARK_PLUGIN_DIR=$build/run/plugins sh test-captures/unprivileged.sh tshark -G plugins |
    grep "^seekchat\.so.*$file\$"
