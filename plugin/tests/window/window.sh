#!/bin/sh
# window.sh PROGRAM ARGUMENT...
# Runs a program of a build that is linked with Wireshark's libraries, with the plugin that lies in
# plugins/ beside it. An empty WIRESHARK_DEBUG_WMEM_OVERRIDE is for long runs: see below.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu
program=$1
shift
# The allocator "simple" gives each allocation of Wireshark to malloc, where a sanitizer sees it;
# what Wireshark itself would take costs two thirds. "block" for all costs nearly as much as "simple":
# each view that is kept takes 8 MiB. Leaks are not looked for, since Wireshark's libraries have some.
# Short stacks save time.
export WIRESHARK_DEBUG_WMEM_OVERRIDE="${WIRESHARK_DEBUG_WMEM_OVERRIDE-simple}"
[ -n "$WIRESHARK_DEBUG_WMEM_OVERRIDE" ] || unset WIRESHARK_DEBUG_WMEM_OVERRIDE
export WIRESHARK_PLUGIN_DIR="${program%/*}/plugins"
export ASAN_OPTIONS=detect_leaks=0:malloc_context_size=8:quarantine_size_mb=64
export UBSAN_OPTIONS=print_stacktrace=1
exec sh "$(dirname "$0")/../../../test-captures/unprivileged.sh" "$program" "$@"
