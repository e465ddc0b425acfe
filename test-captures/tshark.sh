#!/bin/sh
# tshark.sh BUILD [ARGUMENT...]
# Runs tshark with the plugin of a build directory, which need not be installed.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu
build=$(cd "$1" && pwd)
shift
WIRESHARK_PLUGIN_DIR=$build/plugins exec sh "$(dirname "$0")/unprivileged.sh" tshark "$@"
