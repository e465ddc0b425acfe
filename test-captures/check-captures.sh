#!/bin/sh
# check-captures.sh SEEKCHAT_GEN
# Fails unless the generator writes what generated/ holds, byte for byte, and each other capture is
# described.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -eu
cd "$(dirname "$0")"
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"$1" --all "$made"
diff -rq generated "$made"

for capture in real/*.pcap; do
    name=$(basename "$capture" .pcap)
    grep -qx "## $name" real/README.md || { echo "real/README.md does not describe $name" && exit 1; }
done
for capture in regressions/*.pcap; do
    name=$(basename "$capture")
    grep -q "^| .$name. |" regressions/README.md ||
        { echo "regressions/README.md does not describe $name" && exit 1; }
done
