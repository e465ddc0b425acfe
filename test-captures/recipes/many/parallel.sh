#!/usr/bin/env bash
# parallel.sh HOSTS LIST REPORTS ALL
# Maps the captures in LIST, a 0 byte behind each path, into the folder REPORTS, a capture a core of
# HOSTS (--sshlogin of GNU parallel; `:` is this machine), and merges them into the file ALL. The
# hosts see all of these under the same paths. Started again, it maps what is missing.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p -- "$3"
hosts=$1 list=$2 reports=$(realpath -- "$3") all=$4

# The log numbers the captures: another list needs another log.
log=$reports/parallel-$(cksum <"$list" | tr ' ' -).log
parallel --null --arg-file "$list" --sshlogin "$hosts" --retries 3 \
    --joblog "$log" --resume-failed --bar "$here/map.sh" "$reports" || true
exec "$here/reduce.sh" "$list" "$reports" "$all"
