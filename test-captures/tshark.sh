#!/bin/sh
# tshark.sh BUILD [ARGUMENT...]
# Runs tshark with the plugin of a build directory, which need not be installed. SEEKCHAT_TSHARK names
# a command to run in its place, which has a plugin of its own.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu
build=$(cd "$1" && pwd)
shift
[ -z "${SEEKCHAT_TSHARK:-}" ] || exec "$SEEKCHAT_TSHARK" "$@"
WIRESHARK_PLUGIN_DIR=$build/plugins exec sh "$(dirname "$0")/unprivileged.sh" tshark "$@"
