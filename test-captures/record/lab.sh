# lab.sh
# The laboratory of record.sh: hosts that are network namespaces on one bridge, Erlang nodes in
# them, captures on them, and waiting for what they do. Sourced by record.sh; needs bash, iproute2,
# dumpcap, nft and Erlang/OTP 27 or newer.
#
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2086,SC2154 # addresses and names hold no blanks

# Set by record.sh: LAB (a scratch directory), EBIN (the compiled nodes), OUT (where captures go).
LAN=lan          # the namespace of the bridge
LIMIT=40         # seconds that anything is waited for
QUIET_POLLS=20   # polls of 0.05 s without a new packet that end a capture
declare -A PIDS  # of nodes, stubs and captures, by name
declare -a HOSTS

die() {
    echo "record.sh: $*" >&2
    exit 1
}

# poll SECONDS COMMAND...: runs the command until it succeeds; fails after the time.
poll() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.05
    done
}

inside() {
    local host=$1
    shift
    ip netns exec "$host" "$@"
}

new_namespace() {
    ip netns add "$1"
    HOSTS+=("$1")
    inside "$1" sh -c 'cd /proc/sys/net/ipv6/conf
        echo 1 > all/disable_ipv6; echo 1 > default/disable_ipv6'
    ip -n "$1" link set lo up
}

lab_open() {
    HOSTS=()
    PIDS=()
    rm -f "$LAB"/*.log
    rm -rf /etc/netns/*
    new_namespace $LAN
    ip -n $LAN link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
    ip -n $LAN link set br0 address 02:00:0a:63:00:ff up
}

lab_close() {
    local host
    for host in $(tac <<< "$(printf '%s\n' "${HOSTS[@]}")"); do
        remove_host "$host"
    done
}

# host NAME ADDRESS: a host with eth0 on the bridge. Segments leave it as they would leave a network
# card, not joined by offloading.
host() {
    local name=$1 address=$2 last=${2##*.}
    new_namespace "$name"
    ip -n $LAN link add "p-$name" type veth peer name eth0 netns "$name"
    ip -n $LAN link set "p-$name" master br0 up
    ip -n "$name" link set eth0 address "$(printf 02:00:0a:63:00:%02x "$last")" gso_max_segs 1 up
    ip -n "$name" address add "$address/24" dev eth0
}

remove_host() {
    local pids
    pids=$(ip netns pids "$1" 2>/dev/null) || return 0
    # shellcheck disable=SC2086 # a list of process ids
    [ -z "$pids" ] || { kill -9 $pids || true; wait $pids || true; } 2>/dev/null
    [ "$1" = $LAN ] || ip -n $LAN link delete "p-$1"
    ip netns delete "$1"
}

# unplug NAME: pulls the host's cable.
unplug() { ip -n $LAN link set "p-$1" down; }

# drop HOST RULE...: the host's firewall drops, silently, what comes in and matches the rule.
drop() {
    local host=$1
    shift
    inside "$host" nft "add table ip fw
        add chain ip fw in { type filter hook input priority 0; }
        add rule ip fw in $* drop"
}

# resolver_of HOST ADDRESS: where the host's processes ask for names.
resolver_of() {
    mkdir -p "/etc/netns/$1"
    echo "nameserver $2" > "/etc/netns/$1/resolv.conf"
}

# names_of HOST LINE...: the host's /etc/hosts.
names_of() {
    local host=$1
    shift
    mkdir -p "/etc/netns/$host"
    printf '%s\n' "127.0.0.1 localhost" "$@" > "/etc/netns/$host/hosts"
}

# launch NAME HOST COMMAND...: runs it in the host, with its output in NAME's log.
launch() {
    local name=$1 host=$2
    shift 2
    : > "$LAB/$name.log"
    (exec ip netns exec "$host" "$@") > "$LAB/$name.log" 2>&1 &
    PIDS[$name]=$!
}

# node HOST NAME COOKIE OPTIONS [ERL ARGUMENTS...]: an Erlang node; OPTIONS are those of
# seekchat_node:start/1. Its log is NAME's. Returns when the node runs.
node() {
    local host=$1 name=$2 cookie=$3 options=$4 kind=-name
    shift 4
    [[ ${name#*@} == *.* ]] || kind=-sname
    launch "$name" "$host" erl -noinput $kind "$name" -setcookie "$cookie" -pa "$EBIN" "$@" \
        -eval "seekchat_node:start($options)."
    await "$name" "started"
}

# stub HOST NAME CALL: an Erlang system without distribution that runs the call.
stub() {
    launch "$2" "$1" erl -noinput -pa "$EBIN" -eval "$3."
}

# tell HOST ADDRESS BYTES [OPTIONS]: sends the bytes to the locator port and waits for the end.
# OPTIONS are more of seekchat_node:tell/1, such as "port => 3000".
tell() {
    local options=${4:+, $4} name=tell-${#PIDS[@]} bytes=${3//\"/\\\"}
    stub "$1" "$name" "seekchat_node:tell(#{address => \"$2\", bytes => <<\"$bytes\">>$options})"
    await "$name" "told"
    wait "${PIDS[$name]}"
}

# await NAME TEXT [COUNT]: until the log of NAME holds that many lines with the text.
await() {
    poll $LIMIT logged "$@" || {
        cat "$LAB/$1.log" >&2
        die "waited in vain for '$2' of $1"
    }
}

logged() {
    [ "$(grep -c -- "$2" "$LAB/$1.log")" -ge "${3:-1}" ]
}

# stop NAME...: kills nodes or stubs, as a power cut would.
stop() {
    local name
    for name in "$@"; do
        kill -9 "${PIDS[$name]}"
        wait "${PIDS[$name]}" 2>/dev/null || true
    done
}

stop_epmd() {
    local pid
    for pid in $(ip netns pids "$1"); do
        if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = epmd ]; then
            kill -9 "$pid"
        fi
    done
    poll $LIMIT not_listening "$1" 4369
}

start_epmd() {
    inside "$1" epmd -daemon
    poll $LIMIT listening "$1" 4369
}

listening() {
    [ -n "$(inside "$1" ss -Hltn "sport = :$2")" ]
}

not_listening() { ! listening "$@"; }

# record FILE [HOST INTERFACE [FILTER]]: starts a capture into FILE.pcap; on the bridge, where each
# frame passes once, unless a host and its interface are named. Classic pcap: it holds packets only.
record() {
    local file=$1 host=${2:-$LAN} interface=${3:-br0} filter=${4:-}
    launch "capture-$file" "$host" dumpcap -q -P -i "$interface" -f "$filter" -w "$LAB/$file.pcap"
    await "capture-$file" "File:"
}

# rest FILE: until no packet came into the capture for a while.
rest() {
    local last=-1 size same=0 end=$((SECONDS + LIMIT))
    while ((same < QUIET_POLLS)); do
        ((SECONDS < end)) || die "$1 does not come to rest"
        sleep 0.05
        size=$(stat -c %s "$LAB/$1.pcap")
        if ((size == last)); then same=$((same + 1)); else same=0; fi
        last=$size
    done
}

# end_capture FILE: ends the capture when it is at rest. It stays in the laboratory.
end_capture() {
    rest "$1"
    kill -INT "${PIDS[capture-$1]}"
    wait "${PIDS[capture-$1]}" || true
}

# recorded FILE: ends the capture and keeps it.
recorded() {
    end_capture "$1"
    install -m 644 "$LAB/$1.pcap" "$OUT/$1.pcap"
}
