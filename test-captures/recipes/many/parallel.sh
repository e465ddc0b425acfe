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
mapfile -d '' -t captures <"$list"

# Leaves in the log what is done: jobs that failed, whose capture is newer by now, or whose line was
# cut short are to be done again, and parallel may refuse to read them.
tidy() {
    local line capture
    head -n 1 -- "$log" >"$log.new"
    while IFS= read -r line; do
        capture=${captures[${line%%$'\t'*} - 1]}
        if [ -e "$reports$capture.json" ] && [ ! "$capture" -nt "$reports$capture.json" ]; then
            printf '%s\n' "$line" >>"$log.new"
        fi
    done < <(grep -aP '^\d+(\t[^\t]+){5}\t0\t0\t' "$log")
    mv -- "$log.new" "$log"
}

[ ! -e "$log" ] || tidy
parallel --null --arg-file "$list" --sshlogin "$hosts" --retries 3 \
    --joblog "$log" --resume --bar --quote "$here/map.sh" "$reports" || true
exec "$here/reduce.sh" "$list" "$reports" "$all"
