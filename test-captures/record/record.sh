#!/bin/bash
# record.sh
# Records the captures of ../real with real Erlang nodes, one capture for each scenario. README.md
# here says what it needs and how it works. Sources lab.sh and the scenarios-*.sh files.
#
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
NEEDS="ip:iproute2 ss:iproute2 nft:nftables dumpcap:wireshark-common mergecap:wireshark-common
    erl:erlang-base erlc:erlang-base epmd:erlang-base unshare:util-linux"

usage() {
    cat <<'USAGE'
usage: record.sh [-o DIRECTORY] [SCENARIO...]   records the named scenarios, or all of them
       record.sh -l                             lists the scenarios
USAGE
}

# The commands of NEEDS, the privilege and the OTP version; names what is missing and ends.
check_needs() {
    local pair missing=""
    for pair in $NEEDS; do
        command -v "${pair%%:*}" > /dev/null || missing+=" ${pair##*:}"
    done
    if [ -n "$missing" ]; then
        echo "record.sh: missing packages:$(tr ' ' '\n' <<< "$missing" | sort -u | tr '\n' ' ')" >&2
        exit 1
    fi
    if [ "$(id -u)" != 0 ]; then
        echo "record.sh: needs root, for network namespaces" >&2
        exit 1
    fi
    if ! erl -noshell -eval 'halt(case code:ensure_loaded(json) of {module, _} -> 0; _ -> 1 end).'
    then
        echo "record.sh: needs Erlang/OTP 27 or newer (Debian 13), for its json module" >&2
        exit 1
    fi
}

# Everything below runs in namespaces of its own: when the last process of them ends, however that
# happens, the kernel ends every other and removes every network.
enter_namespaces() {
    exec unshare --mount --net --uts --pid --fork --kill-child --mount-proc \
        env RECORD_INSIDE=1 "$HERE/record.sh" "$@"
}

prepare() {
    hostname recorder
    LAB=$(mktemp -d)
    trap 'rm -rf "$LAB"' EXIT
    trap 'exit 1' INT TERM
    EBIN=$LAB/ebin
    mkdir -p "$EBIN" "$LAB/home" "$OUT" /run/netns /etc/netns
    mount -t tmpfs none /run/netns
    mount -t tmpfs none /etc/netns
    erlc -o "$EBIN" "$HERE"/*.erl
    export HOME=$LAB/home ERL_CRASH_DUMP=/dev/null ERL_AFLAGS="+S 1:1 +A 1 +sbwt none" LC_ALL=C
}

run_scenario() (
    trap lab_close EXIT
    echo "$1"
    lab_open
    "scenario_${1//-/_}"
)

# shellcheck source=lab.sh
. "$HERE/lab.sh"
for file in "$HERE"/scenarios-*.sh; do
    # shellcheck source=/dev/null
    . "$file"
done
ALL=$(declare -F | sed -n 's/^declare -f scenario_//p' | tr _ -)
OUT=$HERE/../real
ARGUMENTS=("$@")
while getopts o:lh option; do
    case $option in
    o) OUT=$OPTARG ;;
    l) echo "$ALL"; exit 0 ;;
    h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
    esac
done
shift $((OPTIND - 1))
# shellcheck disable=SC2086 # a list of names
[ $# -gt 0 ] || set -- $ALL
for scenario in "$@"; do
    grep -qx -- "$scenario" <<< "$ALL" || die "no scenario '$scenario'; record.sh -l lists them"
done
if [ -z "${RECORD_INSIDE:-}" ]; then
    check_needs
    enter_namespaces "${ARGUMENTS[@]}"
fi
prepare
for scenario in "$@"; do
    run_scenario "$scenario"
done
