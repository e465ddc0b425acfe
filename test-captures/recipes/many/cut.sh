#!/usr/bin/env bash
# cut.sh CAPTURE ALL [PARTS]
# The cluster report of one big capture, on all cores: cuts it into PARTS (one a core), maps and
# merges them. Needs the capture's size once more below TMPDIR.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
parts=${3:-$(nproc)}
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT

row=$(capinfos -rTMc "$1")
packets=${row##*$'\t'}
editcap -c $(((packets + parts - 1) / parts)) "$1" "$folder/part.pcap"
find "$folder" -name 'part_*' -print0 >"$folder/list"
xargs -0 -n 1 -P "$parts" "$here/map.sh" "$folder/reports" <"$folder/list"
"$here/reduce.sh" "$folder/list" "$folder/reports" "$2"
