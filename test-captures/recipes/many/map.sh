#!/usr/bin/env bash
# map.sh REPORTS CAPTURE...
# Makes the cluster report of each capture, named by its whole path: REPORTS/srv/a.pcap.json of
# /srv/a.pcap. A report is there whole or not at all, and is made again only if its capture is newer.
# What tshark has to say of a damaged capture goes into REPORTS/srv/a.pcap.log; the others go on.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail
reports=$1
shift
new=
trap '[ -z "$new" ] || rm -f -- "$new" "$new.log"' EXIT

# A capture that ends in the middle of a packet still gives the report of what it holds.
map() {
    local capture=$1 report=$reports$1.json log=$reports$1.log status=0
    mkdir -p -- "${report%/*}"
    new=${report%/*}/.new.$HOSTNAME.$$
    tshark -n -q -r "$capture" -z seekchat,cluster,json >"$new" 2>"$new.log" || status=$?
    case $status in
    0) rm -f -- "$new.log" "$log" ;;
    1 | 126 | 127)
        echo "map.sh: no tshark with the plugin on $HOSTNAME: $(tail -n 1 "$new.log")" >&2
        exit 1
        ;;
    *)
        echo "tshark ended with status $status" >>"$new.log"
        mv -- "$new.log" "$log"
        seekchat report merge "$new" >/dev/null 2>&1 || return 0
        ;;
    esac
    mv -- "$new" "$report"
}

for capture; do
    if [[ $capture != /* ]]; then
        echo "map.sh: not a whole path: $capture" >&2
        exit 1
    fi
    if [ ! -e "$reports$capture.json" ] || [ "$capture" -nt "$reports$capture.json" ]; then
        map "$capture"
    fi
done
