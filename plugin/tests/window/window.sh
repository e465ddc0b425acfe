#!/bin/sh
# window.sh FOLDER ARGUMENT...
# Runs the program window of a build's FOLDER, with the plugin that lies there.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu
folder=$1
shift
# The allocator "simple" gives each allocation of Wireshark to malloc, where a sanitizer sees it.
# Leaks are not looked for, since Wireshark's libraries have some. Short stacks save time.
export WIRESHARK_PLUGIN_DIR="$folder/plugins" WIRESHARK_DEBUG_WMEM_OVERRIDE=simple
export ASAN_OPTIONS=detect_leaks=0:malloc_context_size=8:quarantine_size_mb=64
export UBSAN_OPTIONS=print_stacktrace=1
exec sh "$(dirname "$0")/../../../test-captures/unprivileged.sh" "$folder/window" "$@"
