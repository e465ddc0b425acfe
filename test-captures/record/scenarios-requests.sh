# scenarios-requests.sh
# The scenarios of requests other than a plain join: watchers, answers without a join, requests that
# get no reply, replies that the reader cannot decode. Sourced by record.sh; uses lab.sh and
# scenarios-joins.sh.
#
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2086,SC2154 # addresses and names hold no blanks

WATCHER="#{role => watcher, $SUBNET}"

# watch_on HOST NAME TEXT: a node that asks once, until its log says so.
watch_on() {
    node "$1" "$2" secret "$WATCHER"
    await "$2" "$3"
}

# One watcher before anybody joined, one after two have.
scenario_watches() {
    beacon_host
    host node2 10.99.0.2
    host node3 10.99.0.3
    host ops 10.99.0.5
    record watches
    watch_on ops early@10.99.0.5 "watch \[\]"
    seek_on node2 node2@10.99.0.2 secret "$SEEKER" joined
    seek_on node3 node3@10.99.0.3 secret "$SEEKER" joined
    await node1@10.99.0.1 "up node3"
    watch_on ops late@10.99.0.5 "node3"
    recorded watches
}

# A Beacon that answers "standalone" while it is alone.
scenario_standalone() {
    host node1 10.99.0.1
    node node1 node1@10.99.0.1 secret '#{role => beacon, standalone => true}'
    await node1@10.99.0.1 "beacon listens"
    host node2 10.99.0.2
    host ops 10.99.0.5
    record standalone
    watch_on ops early@10.99.0.5 "watch standalone"
    seek_on node2 node2@10.99.0.2 secret "$SEEKER" joined
    await node1@10.99.0.1 "up node2"
    watch_on ops late@10.99.0.5 "node2"
    recorded standalone
}

# Two hosts were given the same node name.
scenario_self() {
    beacon_host
    host copy 10.99.0.4
    record self
    seek_on copy node1@10.99.0.1 secret "$SEEKER" self
    recorded self
}

# A client that sends a reply is answered "error".
scenario_error() {
    beacon_host
    host ops 10.99.0.5
    record error
    tell ops 10.99.0.1 '{"type":"reply","sender":"ops@10.99.0.5","payload":"joined"}'
    recorded error
}

# Requests that crash the Beacon's worker: it closes the connection without a reply. In order:
# single quotes, a part of a message, a type that is not documented, a key missing, and last a
# request that is answered.
scenario_no_reply_requests() {
    beacon_host
    host node2 10.99.0.2
    record no-reply-requests
    tell node2 10.99.0.1 "{'type':'seeking','sender':'node2@10.99.0.2','payload':'join'}"
    tell node2 10.99.0.1 '{"type":"seeking","sender":"node2@10.99.0.2","payl'
    tell node2 10.99.0.1 '{"type":"joining","sender":"node2@10.99.0.2","payload":"join"}'
    tell node2 10.99.0.1 '{"type":"seeking","sender":"node2@10.99.0.2"}'
    seek_on node2 node2@10.99.0.2 secret "$SEEKER" joined
    recorded no-reply-requests
}

# A request whose second half is sent after the Beacon has read the first: the Beacon reads once,
# so that it decodes the first half alone, and the second half meets a closed socket.
scenario_no_reply_split() {
    beacon_host
    host node2 10.99.0.2
    record no-reply-split
    stub node2 halves 'seekchat_stub:halves("10.99.0.1", 33000,
        <<"{\"type\":\"seeking\",\"sender\":\"node2@10.99">>, <<".0.2\",\"payload\":\"join\"}">>)'
    await halves "sent both"
    recorded no-reply-split
}

# mute_beacon FILE END [OPTIONS]: node1 is no Beacon: it accepts, reads and then does as END says.
mute_beacon() {
    host node1 10.99.0.1
    host node2 10.99.0.2
    stub node1 mute "seekchat_stub:mute(33000, $2)"
    await mute "mute on"
    record "$1"
    seek_on node2 node2@10.99.0.2 secret "#{role => seeker, $SUBNET${3:+, $3}}" no_reply
    recorded "$1"
}

scenario_no_reply_closed() { mute_beacon no-reply-closed '{close, 1500}'; }
scenario_no_reply_reset() { mute_beacon no-reply-reset '{reset, 1500}'; }
scenario_no_reply_given_up() { mute_beacon no-reply-given-up hold 'reply_ms => 5000'; }

# The Beacon's host vanishes between request and reply: the request is sent again and again.
scenario_no_reply_vanished() {
    host node1 10.99.0.1
    host node2 10.99.0.2
    drop node1 'tcp dport 33000 tcp flags & (psh|fin) != 0'
    stub node1 mute 'seekchat_stub:mute(33000, hold)'
    await mute "mute on"
    record no-reply-vanished
    seek_on node2 node2@10.99.0.2 secret "#{role => seeker, reply_ms => 4000, $SUBNET}" no_reply
    recorded no-reply-vanished
}

# A cluster of many nodes: the list for a watcher is longer than the one read of 1,460 bytes.
# Recorded at the watcher, for so many nodes never rest.
scenario_reply_exceeds_recv() {
    local count=60 number
    host node1 10.99.0.1
    host rack 10.99.0.20
    host ops 10.99.0.5
    node node1 node1@10.99.0.1 secret "$BEACON" -connect_all false
    await node1@10.99.0.1 "beacon listens"
    for number in $(seq $count); do
        node rack "service-worker-$number@10.99.0.20" secret \
            "#{role => idle, connect => ['node1@10.99.0.1']}" -connect_all false
    done
    await node1@10.99.0.1 "up service-worker" $count
    record reply-exceeds-recv ops eth0
    watch_on ops watcher@10.99.0.5 "watch bad_reply"
    recorded reply-exceeds-recv
}

# The Beacon listens on port 3000.
scenario_custom_port() {
    host node1 10.99.0.1
    host node2 10.99.0.2
    node node1 node1@10.99.0.1 secret '#{role => beacon, port => 3000}'
    await node1@10.99.0.1 "beacon listens on 3000"
    record custom-port
    seek_on node2 node2@10.99.0.2 secret "#{role => seeker, port => 3000, $SUBNET}" joined
    seek_on node2 other@10.99.0.2 other "#{role => seeker, port => 3000, $SUBNET}" join_failed
    recorded custom-port
}

# A seeker with a wrong cookie tries four times, is restarted with the right one and joins.
scenario_retry() {
    beacon_host
    host node2 10.99.0.2
    record retry
    seek_on node2 node2@10.99.0.2 wrong \
        "#{role => seeker, attempts => 4, retry_ms => 300, $SUBNET}" join_failed
    stop node2@10.99.0.2
    seek_on node2 node2@10.99.0.2 secret "$SEEKER" joined
    recorded retry
}

# Three seekers at once, each with its own fate: an absent host (the reply takes three seconds), a
# wrong cookie and a join, the last two while the first still waits.
scenario_concurrent() {
    local number
    beacon_host
    for number in 2 3 4; do host node$number 10.99.0.$number; done
    record concurrent
    node node2 node2@10.99.0.88 secret "$SEEKER"
    await node2@10.99.0.88 "found"
    seek_on node3 node3@10.99.0.3 wrong "$SEEKER" join_failed
    seek_on node4 node4@10.99.0.4 secret "$SEEKER" joined
    await node2@10.99.0.88 "seek join_failed"
    recorded concurrent
}

# A join recorded on the Beacon's and on the seeker's interface, joined into one capture that holds
# every packet twice. A second seeker's join_failed follows.
scenario_two_points() {
    beacon_host
    host node2 10.99.0.2
    record point-1 node1 eth0
    record point-2 node2 eth0
    seek_on node2 node2@10.99.0.2 secret "$SEEKER" joined
    seek_on node2 other@10.99.0.2 other "$SEEKER" join_failed
    end_capture point-1
    end_capture point-2
    mergecap -F nsecpcap -w "$OUT/two-points.pcap" "$LAB/point-1.pcap" "$LAB/point-2.pcap"
}
