# compare.sh PROCESSOR
# Compares what tshark prints of 20 captures on this processor, trees, reports and statistics, with
# what it prints on amd64, each with its own build of the plugin, byte for byte.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

captures=(real/failed-cookie real/failed-dns-nxdomain real/failed-host-icmp real/ipv6-cookie
    real/joined-short-names real/netsplit real/no-reply-split real/real-calls real/real-join
    real/reply-exceeds-recv generated/errors-malformed generated/escapes-utf8 generated/hostile
    generated/lists generated/overlap generated/port-reuse generated/retransmitted
    generated/split-every generated/types-payloads generated/vxlan)
statistics=(-z 'seekchat,cluster' -z 'seekchat,cluster,json' -z 'seekchat,cluster,dot'
    -z 'seekchat,tree' -z 'seekchat,srt' -z 'conv,seekchat')
failed=0
bytes=0

# show PROCESSOR CAPTURE
show() {
    local tshark=(tshark)
    [ "$1" = amd64 ] || tshark=("/sysroots/$1.run" "/sysroots/$1/usr/bin/tshark")
    WIRESHARK_PLUGIN_DIR=/seekchat/build-$1/plugins sh /seekchat/test-captures/unprivileged.sh \
        "${tshark[@]}" -n -2 -V -r "$2" "${statistics[@]}" 2>&1
}

for capture in "${captures[@]}"; do
    file=$(echo /seekchat/test-captures/"$capture".pcap*)
    show amd64 "$file" >/tmp/expected
    show "$1" "$file" >/tmp/seen
    # A report is there: two that failed alike are not equal.
    if ! grep -q '^digraph seekchat' /tmp/expected || ! cmp /tmp/expected /tmp/seen; then
        diff /tmp/expected /tmp/seen | head -n 20
        failed=$((failed + 1))
    fi
    bytes=$((bytes + $(stat -c %s /tmp/seen)))
done
echo "${#captures[@]} captures, $bytes bytes, $failed differ"
[ $failed = 0 ]
