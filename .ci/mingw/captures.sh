# captures.sh
# Has tshark.exe load the plugin of the package under Wine. What it prints of captures of each kind must
# be what is expected, and the cluster report of each real one that of the same sources on Linux.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set -euo pipefail

tests=/seekchat/test-captures
tshark=/seekchat/.ci/mingw/tshark
linux=/seekchat/build-linux
captures=(
    real/real-join real/real-calls real/split-brain-healed real/failed-cookie real/failed-dist-silent
    real/tls-mismatch real/ipv6-cookie real/joined-dns real/no-reply-reset real/reply-exceeds-recv
    real/scan-found real/snap-length
    generated/errors-malformed generated/escapes-utf8 generated/hostile generated/key-orders
    generated/lists generated/lost generated/mid-message-start generated/overlap
    generated/reordered generated/split-every generated/vxlan
    regressions/nodes-and-members
)

# Where INSTALL.txt of the package says. tshark fails where there is no such profile.
load() {
    local personal=$WINEPREFIX/drive_c/users/root/AppData/Roaming/Wireshark
    mkdir -p "$personal"
    cp -r /tmp/package-4.0/seekchat-*/{plugins,profiles} "$personal/"
    $tshark -G plugins | grep '^seekchat\.dll'
    $tshark -C SeekChat -n -r $tests/real/real-join.pcap -Y seekchat
}

compare_output() {
    SEEKCHAT_TSHARK=$tshark python3 $tests/golden.py /seekchat/build-4.0 "${captures[@]}"
}

build_for_linux() {
    sh /seekchat/plugin/packages.sh build
    cmake -G Ninja -DBUILD_TESTING=OFF -S /seekchat -B $linux
    cmake --build $linux --parallel 2
}

# Standard output of tshark.exe is text to the C library, which ends each line by CR LF.
compare_reports() {
    local capture option count=0 wrong=0
    for capture in "$tests"/real/*.pcap; do
        for option in seekchat,cluster seekchat,cluster,json; do
            sh $tests/tshark.sh $linux -n -q -r "$capture" -z $option >/tmp/linux.report
            $tshark -n -q -r "$capture" -z $option | sed 's/\r$//' >/tmp/windows.report
            diff -u /tmp/linux.report /tmp/windows.report || wrong=$((wrong + 1))
            count=$((count + 1))
        done
    done
    echo "$count reports, $wrong differ from those on Linux"
    [ $wrong = 0 ]
}

load
compare_output
build_for_linux
compare_reports
