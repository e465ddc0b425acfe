#!/usr/bin/env bash
# reduce.sh LIST REPORTS ALL
# Merges the reports that map.sh made of the captures in LIST, a 0 byte behind each, into the file
# ALL. Captures that were damaged or have no report are named; the status is then 1.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail
list=$1 reports=$2 all=$3
status=0
trap 'rm -f -- "$all.new" "$all.list"' EXIT

# name CAPTURE STATE: what tshark said of it holds the capture's name, which may be anything.
name() {
    printf '%s: %q: ' "$2" "$1" >&2
    { cat -- "$reports$1.log" 2>/dev/null || echo "not mapped"; } |
        tail -n 3 | tr '[:cntrl:]' ' ' >&2
    echo >&2
    status=1
}

mapfile -d '' -t captures <"$list"
: >"$all.list"
for capture in "${captures[@]}"; do
    if [ ! -e "$reports$capture.json" ]; then
        name "$capture" "left out"
        continue
    fi
    printf '%s\0' "$reports$capture.json" >>"$all.list"
    [ ! -e "$reports$capture.log" ] || name "$capture" "read in part"
done
seekchat report merge --files0-from="$all.list" >"$all.new"
mv -- "$all.new" "$all"
exit $status
