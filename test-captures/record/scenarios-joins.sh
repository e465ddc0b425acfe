# scenarios-joins.sh
# The scenarios of a single join: joined in several ways, and failed for every cause. Sourced by
# record.sh; uses lab.sh. In each, node1 is the Beacon and node2 the seeker.
#
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2086,SC2154 # addresses and names hold no blanks

SUBNET='subnet => {{10,99,0,0}, 29}'
BEACON='#{role => beacon}'
SEEKER="#{role => seeker, $SUBNET}"

# beacon_host: host node1 with a node that listens.
beacon_host() {
    host node1 10.99.0.1
    node node1 node1@10.99.0.1 secret "$BEACON" "$@"
    await node1@10.99.0.1 "beacon listens"
}

# seek_on HOST NAME COOKIE OPTIONS RESULT [ERL ARGUMENTS...]: a node that seeks, until it has the
# result.
seek_on() {
    local host=$1 name=$2 cookie=$3 options=$4 result=$5
    shift 5
    node "$host" "$name" "$cookie" "$options" "$@"
    await "$name" "seek $result"
}

# one_failure FILE NAME COOKIE OPTIONS: host node2 exists; its node seeks once and must fail.
one_failure() {
    record "$1"
    seek_on node2 "$2" "$3" "$4" join_failed
    recorded "$1"
}

scenario_joined() {
    beacon_host
    host node2 10.99.0.2
    host node3 10.99.0.3
    record joined
    seek_on node2 node2@10.99.0.2 secret "$SEEKER" joined
    seek_on node3 node3@10.99.0.3 secret "$SEEKER" joined
    await node2@10.99.0.2 "(2)"
    await node3@10.99.0.3 "(2)"
    recorded joined
}

# Names of one word, from /etc/hosts: no DNS in the capture.
scenario_joined_short_names() {
    local names=("10.99.0.1 one" "10.99.0.2 two")
    host one 10.99.0.1
    host two 10.99.0.2
    names_of one "${names[@]}"
    names_of two "${names[@]}"
    node one node@one secret "$BEACON"
    await node@one "beacon listens"
    record joined-short-names
    seek_on two node@two secret "$SEEKER" joined
    recorded joined-short-names
}

# Names in the DNS. node3 has another cookie.
scenario_joined_dns() {
    local host
    host dns 10.99.0.53
    stub dns resolver 'seekchat_stub:resolver([{"one.cluster.test", {10,99,0,1}},
        {"two.cluster.test", {10,99,0,2}}, {"three.cluster.test", {10,99,0,3}}], nxdomain)'
    await resolver ready
    host node1 10.99.0.1
    host node2 10.99.0.2
    host node3 10.99.0.3
    for host in node1 node2 node3; do resolver_of $host 10.99.0.53; done
    node node1 node@one.cluster.test secret "$BEACON"
    await node@one.cluster.test "beacon listens"
    record joined-dns
    seek_on node2 node@two.cluster.test secret "$SEEKER" joined
    seek_on node3 node@three.cluster.test other "$SEEKER" join_failed
    recorded joined-dns
}

# Two nodes on one host, recorded on its loopback interface.
scenario_joined_loopback() {
    host node1 10.99.0.1
    node node1 first@10.99.0.1 secret "$BEACON"
    await first@10.99.0.1 "beacon listens"
    record joined-loopback node1 lo
    seek_on node1 second@10.99.0.1 secret "$SEEKER" joined
    recorded joined-loopback
}

# Recorded on the interface "any" of the Beacon's host: Linux cooked frames, without addresses of
# the link layer.
scenario_joined_any() {
    beacon_host
    host node2 10.99.0.2
    record joined-any node1 any
    seek_on node2 node2@10.99.0.2 secret "$SEEKER" joined
    recorded joined-any
}

# The handshake is answered with another status than "ok", and the join succeeds nevertheless:
# node2 was cut off, believes that its old connection to node1 lives, and says "alive".
scenario_joined_alive() {
    beacon_host
    host node2 10.99.0.2
    record joined-alive
    seek_on node2 node2@10.99.0.2 secret "$SEEKER" joined
    rest joined-alive
    unplug node1
    remove_host node1
    beacon_host
    tell node2 10.99.0.1 '{"type":"seeking","sender":"node2@10.99.0.2","payload":"join"}'
    await node1@10.99.0.1 "joined"
    recorded joined-alive
}

# Both connect to each other at once: the seeker's own SYN to the Beacon's distribution port is
# dropped, so that its attempt is pending when the Beacon's comes. The name decides: a seeker whose
# name is the lesser says "ok_simultaneous" and goes on, one whose name is the greater says "nok".
simultaneous() {
    local file=$1 seeker=$2 result=$3
    beacon_host -kernel inet_dist_listen_min 45001 inet_dist_listen_max 45001
    host node2 10.99.0.2
    drop node1 tcp dport 45001
    record "$file"
    seek_on node2 "$seeker" secret "#{role => seeker, connect => ['node1@10.99.0.1'],
        subnet => {{10,99,0,0}, 29}}" "$result" -kernel net_setuptime 15
    recorded "$file"
}

scenario_joined_simultaneous() { simultaneous joined-simultaneous alpha@10.99.0.2 joined; }
scenario_failed_status_nok() { simultaneous failed-status-nok zulu@10.99.0.2 join_failed; }

# The node's name says a host that does not exist.
scenario_failed_host_absent() {
    beacon_host
    host node2 10.99.0.2
    one_failure failed-host-absent node2@10.99.0.77 secret "$SEEKER"
}

# The node's name says a host behind a router that has no route to it.
scenario_failed_host_icmp() {
    beacon_host
    host node2 10.99.0.2
    router unreachable
    ip -n node1 route add 10.99.9.0/24 via 10.99.0.6
    one_failure failed-host-icmp node2@10.99.9.2 secret "$SEEKER"
}

# The same; the router throws the packets away without a word.
scenario_failed_host_silent() {
    beacon_host
    host node2 10.99.0.2
    router blackhole
    ip -n node1 route add 10.99.9.0/24 via 10.99.0.6
    one_failure failed-host-silent node2@10.99.9.2 secret "$SEEKER"
}

# router KIND: a router that treats 10.99.9.0/24 as the kind of route says.
router() {
    host router 10.99.0.6
    inside router sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
    ip -n router route add "$1" 10.99.9.0/24
}

# A firewall on the seeker's host drops what comes for EPMD.
scenario_failed_epmd_silent() {
    beacon_host
    host node2 10.99.0.2
    drop node2 ip saddr 10.99.0.1 tcp dport 4369
    one_failure failed-epmd-silent node2@10.99.0.2 secret "$SEEKER"
}

# failed_dns FILE OTHER: the host part of the node's name is none that the resolver knows.
failed_dns() {
    host dns 10.99.0.53
    stub dns resolver "seekchat_stub:resolver([{\"one.cluster.test\", {10,99,0,1}}], $2)"
    await resolver ready
    host node1 10.99.0.1
    host node2 10.99.0.2
    resolver_of node1 10.99.0.53
    node node1 node@one.cluster.test secret "$BEACON"
    await node@one.cluster.test "beacon listens"
    one_failure "$1" node@nowhere.cluster.test secret "$SEEKER"
}

scenario_failed_dns_nxdomain() { failed_dns failed-dns-nxdomain nxdomain; }
scenario_failed_dns_servfail() { failed_dns failed-dns-servfail servfail; }
scenario_failed_dns_silent() { failed_dns failed-dns-silent silent; }

# EPMD of the seeker's host died after the node had registered.
scenario_failed_epmd_refused() {
    beacon_host
    host node2 10.99.0.2
    node node2 node2@10.99.0.2 secret '#{role => idle}'
    stop_epmd node2
    record failed-epmd-refused
    tell node2 10.99.0.1 '{"type":"seeking","sender":"node2@10.99.0.2","payload":"join"}'
    recorded failed-epmd-refused
}

# The Beacon's host connects to an EPMD that accepts and says nothing.
scenario_failed_epmd_mute() {
    beacon_host
    host node2 10.99.0.2
    stub node2 mute 'seekchat_stub:mute(4369, hold)'
    await mute "mute on"
    record failed-epmd-mute
    tell node2 10.99.0.1 '{"type":"seeking","sender":"node2@10.99.0.2","payload":"join"}'
    recorded failed-epmd-mute
}

# The request gives another name than the one under which the node is registered.
scenario_failed_name_not_registered() {
    beacon_host
    host node2 10.99.0.2
    one_failure failed-name-not-registered worker@10.99.0.2 secret \
        "#{role => seeker, sender => 'node2@10.99.0.2', $SUBNET}"
}

# stale_entry FILE: EPMD of host node2 holds node2 with port 45555, which is nobody's here; the
# request comes from that host.
stale_entry() {
    start_epmd node2
    stub node2 entry 'seekchat_stub:register(<<"node2">>, 45555)'
    await entry "registered"
    record "$1"
    tell node2 10.99.0.1 '{"type":"seeking","sender":"node2@10.99.0.2","payload":"join"}'
    recorded "$1"
}

scenario_failed_dist_refused() {
    beacon_host
    host node2 10.99.0.2
    stale_entry failed-dist-refused
}

scenario_failed_dist_mute() {
    beacon_host
    host node2 10.99.0.2
    stub node2 mute 'seekchat_stub:mute(45555, hold)'
    await mute "mute on"
    stale_entry failed-dist-mute
}

# A firewall on the seeker's host lets EPMD in and the distribution port not.
scenario_failed_dist_silent() {
    beacon_host
    host node2 10.99.0.2
    drop node2 ip saddr 10.99.0.1 tcp dport 45002
    record failed-dist-silent
    seek_on node2 node2@10.99.0.2 secret "$SEEKER" join_failed \
        -kernel inet_dist_listen_min 45002 inet_dist_listen_max 45002
    recorded failed-dist-silent
}

scenario_failed_cookie() {
    beacon_host
    host node2 10.99.0.2
    one_failure failed-cookie node2@10.99.0.2 other "$SEEKER"
}

# The seeker lets only another node in: it says "not_allowed".
scenario_failed_status_not_allowed() {
    beacon_host
    host node2 10.99.0.2
    one_failure failed-status-not-allowed node2@10.99.0.2 secret \
        "#{role => seeker, allow => ['someone@10.99.0.9'], $SUBNET}"
}

# A wrong cookie, recorded with a capture filter that keeps the locator port alone.
scenario_failed_not_captured() {
    beacon_host
    host node2 10.99.0.2
    record failed-not-captured $LAN br0 "tcp port 33000"
    seek_on node2 node2@10.99.0.2 other "$SEEKER" join_failed
    recorded failed-not-captured
}
