# scenarios-clusters.sh
# The scenarios of whole clusters: scans with every answer, split brain, a story of five hosts.
# Sourced by record.sh; uses lab.sh and scenarios-joins.sh.
#
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2086,SC2154 # addresses and names hold no blanks

# lonely_scan FILE OPTIONS: host node1 exists; its node scans in vain and goes standalone.
lonely_scan() {
    record "$1"
    seek_on node1 node1@10.99.0.1 secret "$2" nobody
    await node1@10.99.0.1 "beacon listens"
    recorded "$1"
}

# Nobody else on the local net: each target shows as ARP requests alone.
scenario_scan_none() {
    host node1 10.99.0.1
    lonely_scan scan-none "$SEEKER"
}

# Hosts 2 to 5 are there and have no Beacon, 6 is not there.
scenario_scan_refused() {
    local number
    for number in 1 2 3 4 5; do host node$number 10.99.0.$number; done
    lonely_scan scan-refused "$SEEKER"
}

# The firewalls of hosts 2 to 5 drop the locator port. 250 ms are too short for a second SYN.
scenario_scan_silent() {
    local number
    host node1 10.99.0.1
    for number in 2 3 4 5; do
        host node$number 10.99.0.$number
        drop node$number tcp dport 33000
    done
    lonely_scan scan-silent "$SEEKER"
}

# The same two hosts with a Locator that waits 2,500 ms: each silent SYN is sent again.
scenario_scan_silent_slow() {
    host node1 10.99.0.1
    host node2 10.99.0.2
    drop node2 tcp dport 33000
    lonely_scan scan-silent-slow "#{role => seeker, connect_ms => 2500,
        subnet => {{10,99,0,2}, 31}}"
}

# The subnet lies behind a router that throws its packets away: SYNs, no ARP.
scenario_scan_routed() {
    host node1 10.99.0.1
    router blackhole
    ip -n node1 route add 10.99.9.0/24 via 10.99.0.6
    lonely_scan scan-routed '#{role => seeker, subnet => {{10,99,9,0}, 29}}'
}

# Another such router says "unreachable" for each.
scenario_scan_unreachable() {
    host node1 10.99.0.1
    router unreachable
    ip -n node1 route add 10.99.9.0/24 via 10.99.0.6
    lonely_scan scan-unreachable '#{role => seeker, subnet => {{10,99,9,0}, 29}}'
}

# The Beacon is the fifth: 1 is the seeker itself, 2 refuses, 3 is silent, 4 is not there.
scenario_scan_found() {
    host node1 10.99.0.1
    host node2 10.99.0.2
    host node3 10.99.0.3
    drop node3 tcp dport 33000
    host node5 10.99.0.5
    node node5 node5@10.99.0.5 secret "$BEACON"
    await node5@10.99.0.5 "beacon listens"
    record scan-found
    seek_on node1 node1@10.99.0.1 secret "$SEEKER" joined
    recorded scan-found
}

# The Beacon of host 2 opens while the first round of the scan goes on: it refuses then, and is
# found in the second round.
scenario_scan_found_late() {
    host node1 10.99.0.1
    host node2 10.99.0.2
    record scan-found-late
    node node1 node1@10.99.0.1 secret "$SEEKER"
    node node2 node2@10.99.0.2 secret "$BEACON"
    await node1@10.99.0.1 "seek joined"
    recorded scan-found-late
}

# split_brain: node1 and node2 start at once and find nobody; node3 joins the one, node4, whose
# subnet begins at node2, the other.
split_brain() {
    local number
    for number in 1 2 3 4; do host node$number 10.99.0.$number; done
    record "$1"
    node node1 node1@10.99.0.1 secret "$SEEKER" &
    local first=$!
    node node2 node2@10.99.0.2 secret "$SEEKER"
    wait $first
    poll $LIMIT listening node1 33000
    await node2@10.99.0.2 "beacon listens"
    seek_on node3 node3@10.99.0.3 secret "$SEEKER" joined
    seek_on node4 node4@10.99.0.4 secret '#{role => seeker, subnet => {{10,99,0,2}, 31}}' joined
}

scenario_split_brain() {
    split_brain split-brain
    recorded split-brain
}

# The same; then node2 is told to join node1, and a watcher of each Beacon sees one cluster.
scenario_split_brain_healed() {
    split_brain split-brain-healed
    tell node2 10.99.0.1 '{"type":"seeking","sender":"node2@10.99.0.2","payload":"join"}'
    await node4@10.99.0.4 "(3)"
    host ops 10.99.0.5
    tell ops 10.99.0.1 '{"type":"watching","sender":"ops@10.99.0.5","payload":"check"}'
    tell ops 10.99.0.2 '{"type":"watching","sender":"ops@10.99.0.5","payload":"check"}'
    recorded split-brain-healed
}

# The same two clusters, asked by watchers: each Beacon lists its own members.
scenario_split_brain_watched() {
    split_brain split-brain-watched
    host ops 10.99.0.5
    tell ops 10.99.0.1 '{"type":"watching","sender":"ops@10.99.0.5","payload":"check"}'
    tell ops 10.99.0.2 '{"type":"watching","sender":"ops@10.99.0.5","payload":"check"}'
    recorded split-brain-watched
}

# node3 leaves and its host stays: the newest list of the Beacon no longer has it.
scenario_left() {
    beacon_host
    host node2 10.99.0.2
    host node3 10.99.0.3
    host ops 10.99.0.5
    record left
    seek_on node2 node2@10.99.0.2 secret "$SEEKER" joined
    seek_on node3 node3@10.99.0.3 secret "$SEEKER" joined
    tell ops 10.99.0.1 '{"type":"watching","sender":"ops@10.99.0.5","payload":"check"}'
    stop node3@10.99.0.3
    await node1@10.99.0.1 "down node3"
    tell ops 10.99.0.1 '{"type":"watching","sender":"ops@10.99.0.5","payload":"check"}'
    recorded left
}

# Five hosts: node1 scans in vain and goes standalone; node2 and node3 join; node4 has another
# cookie, is refused three times and joins after it was mended; a watcher on node5 asks.
scenario_story() {
    local number
    for number in 1 2 3 4 5; do host node$number 10.99.0.$number; done
    record story
    seek_on node1 node1@10.99.0.1 secret "$SEEKER" nobody
    await node1@10.99.0.1 "beacon listens"
    seek_on node2 node2@10.99.0.2 secret "$SEEKER" joined
    seek_on node3 node3@10.99.0.3 secret "$SEEKER" joined
    seek_on node4 node4@10.99.0.4 wrong \
        "#{role => seeker, attempts => 3, retry_ms => 200, $SUBNET}" join_failed
    stop node4@10.99.0.4
    seek_on node4 node4@10.99.0.4 secret "$SEEKER" joined
    await node4@10.99.0.4 "(3)"
    node node5 ops@10.99.0.5 secret "#{role => watcher, $SUBNET}"
    await ops@10.99.0.5 "node4"
    recorded story
}
