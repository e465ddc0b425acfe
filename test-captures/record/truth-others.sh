# truth-others.sh
# The truth of the captures of scenarios-requests.sh and scenarios-clusters.sh. Sourced by truth.sh.
#
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2086,SC2154 # addresses and names hold no blanks

OPS=10.99.0.5 # the watcher's host

watch() { # COUNT BEACON SENDER ANSWER
    request "$1" $OPS "$2" "$3"
    reply "$1" "$2" $OPS "$4"
}

truth_requests() {
    truth_answers
    truth_no_reply
    truth_repeats
}

truth_answers() {
    capture watches "A watcher asks before anybody joined; node2 and node3 join; another watcher
        asks."
    says "watch by early@10.99.0.5 of node1@10.99.0.1: empty list; the watcher is in no cluster"
    watch 1 $A "early@" 'payload\":[]'
    says "watch by late@10.99.0.5 of node1@10.99.0.1: node2@10.99.0.2, node3@10.99.0.3"
    watch 1 $A "late@" 'payload\":[\"node'
    says "node2 and node3: joined; one cluster of node1, node2, node3"
    joined 1 $B $A "node2@"
    joined 1 10.99.0.3 $A "node3@"

    capture standalone "A Beacon that says \"standalone\" to a watcher while it is alone."
    says "watch by early@10.99.0.5: standalone"
    watch 1 $A "early@" '\"standalone\"'
    says "watch by late@10.99.0.5: node2@10.99.0.2, which joined between"
    watch 1 $A "late@" 'payload\":[\"node2'
    joined 1 $B $A "node2@"

    capture self "Host 10.99.0.4 was given the node name of the Beacon, node1@10.99.0.1."
    says "join node1@10.99.0.1 (from 10.99.0.4) to node1@10.99.0.1: self; no EPMD, no handshake"
    request 1 10.99.0.4 $A "node1@"
    reply 1 $A 10.99.0.4 '\"self\"'

    capture error "A client sends a message of type \"reply\"."
    says "the Beacon answers error; no join, no watch"
    request 1 $OPS $A '\"reply\"'
    reply 1 $A $OPS '\"error\"'
}

truth_no_reply() {
    local request="tcp.dstport == 33000 && tcp.len > 0"
    capture no-reply-requests "Four requests that crash the Beacon's worker, which closes without a
        reply; then a join."
    says "request_invalid: single quotes instead of double"
    fact 1 "request" "$request && frame contains \"{'type'\""
    says "request_incomplete: cut off in a key"
    fact 1 "request" "$request && frame contains \"payl\" && !(frame contains \"payload\")"
    says "request_unknown_type: \"joining\""
    fact 1 "request" "$request && frame contains \"joining\""
    says "request_invalid: JSON without the key payload"
    fact 1 "request" "$request && tcp.len == 45"
    fact 4 "closed by the Beacon first" 'tcp.srcport == 33000 && tcp.flags.fin == 1 && tcp.seq == 1'
    says "then join node2@10.99.0.2 to node1@10.99.0.1: joined"
    fact 1 "request" "$request && tcp.stream == 4"
    handshake 1 $A $B
    reply 1 $A $B '\"joined\"'

    capture no-reply-split "The request comes in two segments; the Beacon reads the first alone,
        which does not decode, and closes; then the second comes. On the wire the request is
        complete."
    says "join node2@10.99.0.2 to the Beacon at 10.99.0.1: no_reply; the Beacon closed after the
        first segment, which alone is incomplete"
    fact 2 "request" "$request"
    fact 1 "closed between" 'tcp.srcport == 33000 && tcp.flags.fin == 1'
    rst 1 "reset" $A $B 33000

    capture no-reply-closed "What listens at 10.99.0.1 reads the request and closes after 1.5 s."
    says "join node2@10.99.0.2 to 10.99.0.1: no_reply, closed by the Beacon; the request is valid;
        the Beacon's name is unknown"
    request 1 $B $A "node2@"
    fact 1 "closed" 'tcp.srcport == 33000 && tcp.flags.fin == 1'

    capture no-reply-reset "The same with a reset."
    says "join node2@10.99.0.2 to 10.99.0.1: no_reply, the connection was reset"
    request 1 $B $A "node2@"
    rst 1 "reset" $A $B 33000

    capture no-reply-given-up "What listens at 10.99.0.1 reads the request and says nothing; the
        seeker closes after 5 s."
    says "join node2@10.99.0.2 to 10.99.0.1: no_reply, never answered; the seeker gave up"
    request 1 $B $A "node2@"
    fact 1 "closed by the seeker first" \
        'tcp.dstport == 33000 && tcp.flags.fin == 1 && tcp.seq == 63'

    capture no-reply-vanished "A firewall at 10.99.0.1 lets connections begin and drops all data:
        the request is sent again and again and not acknowledged."
    says "join node2@10.99.0.2 to 10.99.0.1: one request, no_reply, never answered"
    fact + "the request, every time the same" "$request"
    fact 1 "nothing but the SYN, ACK from the Beacon" 'tcp.srcport == 33000'
}

truth_repeats() {
    capture reply-exceeds-recv "node1 is connected to service-worker-1 to -60 at 10.99.0.20.
        Recorded at the watcher. The watcher's one read took the first part, which does not
        decode."
    says "watch by watcher@10.99.0.5 of node1@10.99.0.1: 60 nodes; reply_exceeds_recv: 1,906 bytes,
        reader watcher@10.99.0.5"
    request 1 $OPS $A "watcher@"
    fact 2 "reply" 'tcp.srcport == 33000 && tcp.len > 0'
    between 1 "the reader closes with bytes unread" $OPS $A \
        'tcp.dstport == 33000 && tcp.flags.reset == 1'

    capture custom-port "The Beacon listens on port 3000."
    says "join node2@10.99.0.2 to node1@10.99.0.1: joined"
    request 1 $B $A "node2@" 3000
    reply 1 $A $B '\"joined\"' 3000
    says "join other@10.99.0.2 to node1@10.99.0.1: join_failed, cause cookie_mismatch"
    request 1 $B $A "other@" 3000
    reply 1 $A $B join_failed 3000
    between 2 "challenges answered (the second is other's)" $A $B "erldp.tag == 'r'"
    between 1 "acknowledged (the first)" $B $A "erldp.tag == 'a'"

    capture retry "node2 has another cookie and tries four times; then it is started anew with the
        right one."
    says "five joins node2@10.99.0.2 to node1@10.99.0.1: four times join_failed, cause
        cookie_mismatch; then joined"
    request 5 $B $A "node2@"
    reply 4 $A $B join_failed
    reply 1 $A $B '\"joined\"'
    between 5 "challenges answered" $A $B "erldp.tag == 'r'"
    between 1 "acknowledged (the last)" $B $A "erldp.tag == 'a'"

    capture concurrent "Three seekers at once. node2 calls itself node2@10.99.0.88, where nobody
        is: its reply takes three seconds. While it waits, node3 with another cookie fails and
        node4 joins."
    says "join node2@10.99.0.88 (from 10.99.0.2) to node1@10.99.0.1: join_failed, cause
        host_unreachable"
    failed 1 $B $A "node2@"
    arp 3 $A 10.99.0.88
    says "join node3@10.99.0.3 to node1@10.99.0.1: join_failed, cause cookie_mismatch"
    failed 1 10.99.0.3 $A "node3@"
    between 1 "challenge answered" $A 10.99.0.3 "erldp.tag == 'r'"
    says "join node4@10.99.0.4 to node1@10.99.0.1: joined"
    joined 1 10.99.0.4 $A "node4@"

    capture two-points "Recorded at node1 and at node2 at once and merged: every packet is there
        twice, a few microseconds apart."
    says "join node2@10.99.0.2 to node1@10.99.0.1: joined, once"
    request 2 $B $A "node2@"
    reply 2 $A $B '\"joined\"'
    says "join other@10.99.0.2 to node1@10.99.0.1: join_failed, once, cause cookie_mismatch"
    request 2 $B $A "other@"
    reply 2 $A $B join_failed
    between + "challenges answered (the last is other's)" $A $B "erldp.tag == 'r'"
}

truth_clusters() {
    truth_scans
    truth_split_brain
    truth_stories
}

truth_scans() {
    local host
    capture scan-none "Nobody but node1 is on the net. The kernel repeats an ARP request twice and
        asks no more while one is under way: ARP does not show the three rounds."
    says "scan by 10.99.0.1: 5 targets (.2 to .6), all silent, result none"
    for host in 2 3 4 5 6; do arp 3 $A 10.99.0.$host; done
    never "tcp"

    capture scan-refused "Hosts 2 to 5 have no Beacon; host 6 is absent."
    says "scan by 10.99.0.1 on port 33000: 3 rounds, 5 targets, refused .2 to .5, silent .6, result
        none"
    for host in 2 3 4 5; do
        syn 3 "SYNs to .$host, one each round" $A 10.99.0.$host 33000
        rst 3 "refused" 10.99.0.$host $A 33000
    done
    arp 3 $A 10.99.0.6

    capture scan-silent "The firewalls of hosts 2 to 5 drop the port; host 6 is absent. The limit
        of 250 ms leaves no time for a second SYN."
    says "scan by 10.99.0.1 on port 33000: 3 rounds, 5 targets, all silent, result none"
    for host in 2 3 4 5; do syn 3 "SYNs to .$host, one each round" $A 10.99.0.$host 33000; done
    arp + $A 10.99.0.6

    capture scan-silent-slow "A Locator with a limit of 2,500 ms; host 2 drops the port, host 3 is
        absent."
    says "scan by 10.99.0.1 on port 33000: 3 rounds, 2 targets, all silent, result none; a SYN sent
        again counts once"
    syn 9 "SYNs to .2, three each round" $A $B 33000
    arp + $A 10.99.0.3

    capture scan-routed "The subnet 10.99.9.0/29 lies behind a router that drops everything."
    says "scan by 10.99.0.1 on port 33000: 3 rounds, 6 targets (10.99.9.1 to .6), all silent,
        result none"
    for host in 1 2 3 4 5 6; do syn 3 "SYNs to .$host" $A 10.99.9.$host 33000; done

    capture scan-unreachable "The same with a router that sends ICMP host unreachable, no more than
        its rate limit allows."
    says "scan by 10.99.0.1 on port 33000: 3 rounds, 6 targets (10.99.9.1 to .6), none answered,
        none refused by RST, result none"
    for host in 1 2 3 4 5 6; do
        fact 3 "SYNs to .$host" "ip.dst == 10.99.9.$host && tcp.dstport == 33000 && !icmp"
    done
    fact + "ICMP host unreachable" 'icmp.type == 3 && icmp.code == 1'

    capture scan-found "Host 2 has no Beacon, host 3 drops the port, host 4 is absent;
        node5@10.99.0.5 is the Beacon."
    says "scan by 10.99.0.1 on port 33000: 1 round, 4 targets, refused .2, silent .3 and .4,
        answered .5, result found"
    rst 1 "refused" $B $A 33000
    syn 1 "SYN without answer" $A 10.99.0.3 33000
    arp + $A 10.99.0.4
    syn 1 "SYN to the Beacon" $A 10.99.0.5 33000
    says "join node1@10.99.0.1 to node5@10.99.0.5: joined"
    joined 1 $A 10.99.0.5 "node1@"

    capture scan-found-late "Host 2 has no Beacon in the first round and has one in the second. The
        other hosts are absent."
    says "scan by 10.99.0.1 on port 33000: 2 rounds, 5 targets, answered .2 (after refusing once),
        silent .3 to .6, result found"
    syn 2 "SYNs to .2" $A $B 33000
    rst 1 "refused" $B $A 33000
    for host in 3 4 5 6; do arp + $A 10.99.0.$host; done
    says "join node1@10.99.0.1 to node2@10.99.0.2: joined"
    joined 1 $A $B "node1@"
}

# two_clusters: node1 and node2 find nobody, node3 and node4 join the one and the other.
two_clusters() {
    local host
    for host in 1 2; do
        says "scan by 10.99.0.$host on port 33000: 3 rounds, refused by the other three of .1 to
            .4, silent .5 and .6, result none"
        fact 9 "refused" "ip.dst == 10.99.0.$host && tcp.srcport == 33000 && tcp.flags.reset == 1"
    done
    says "join node3@10.99.0.3 to node1@10.99.0.1: joined"
    joined 1 10.99.0.3 $A "node3@"
    says "join node4@10.99.0.4 to node2@10.99.0.2: joined"
    joined 1 10.99.0.4 $B "node4@"
}

truth_split_brain() {
    local how="node1 and node2 start at once, find nobody and go standalone; node3 joins node1;
        node4, whose subnet begins at node2, joins node2."
    capture split-brain "$how"
    two_clusters
    says "clusters {node1, node3} with Beacon node1 and {node2, node4} with Beacon node2:
        split_brain"

    capture split-brain-watched "$how Then a client asks both Beacons."
    two_clusters
    says "watch by ops@10.99.0.5 of node1: node3; of node2: node4"
    watch 1 $A "ops@" 'payload\":[\"node3'
    watch 1 $B "ops@" 'payload\":[\"node4'
    says "clusters {node1, node3} and {node2, node4}: split_brain"

    capture split-brain-healed "$how Then node2 is told to join node1, and a client asks both
        Beacons."
    two_clusters
    says "join node2@10.99.0.2 to node1@10.99.0.1: joined"
    joined 1 $B $A "node2@"
    says "watch by ops@10.99.0.5 of node1 and of node2: three nodes each"
    watch 1 $A "ops@" 'payload\":[\"'
    watch 1 $B "ops@" 'payload\":[\"'
    says "one cluster of four with the Beacons node1 and node2: no split_brain at the end"
}

truth_stories() {
    capture left "node2 and node3 join; a client asks; node3 is killed; the client asks again."
    says "join node2@10.99.0.2 and node3@10.99.0.3 to node1@10.99.0.1: joined"
    joined 1 $B $A "node2@"
    joined 1 10.99.0.3 $A "node3@"
    says "watch by ops@10.99.0.5: first node2 and node3, then node2 alone"
    fact 1 "first list" \
        'tcp.srcport == 33000 && frame contains "payload\":[" && frame contains "node3"'
    fact 1 "second list" \
        'tcp.srcport == 33000 && frame contains "payload\":[" && !(frame contains "node3")'
    says "cluster at the end, by the newest list: node1, node2"

    capture story "Five hosts. node1 scans in vain and goes standalone; node2 and node3 join; node4
        has another cookie and tries three times; it is mended and joins; a watcher on host 5
        asks."
    says "scan by 10.99.0.1 on port 33000: 3 rounds, refused .2 to .5, silent .6, result none"
    fact 12 "refused" 'ip.dst == 10.99.0.1 && tcp.srcport == 33000 && tcp.flags.reset == 1'
    arp 3 $A 10.99.0.6
    says "join node2@10.99.0.2 and node3@10.99.0.3 to node1@10.99.0.1: joined"
    joined 1 $B $A "node2@"
    joined 1 10.99.0.3 $A "node3@"
    says "join node4@10.99.0.4 to node1@10.99.0.1: three times join_failed, cause cookie_mismatch;
        then joined"
    request 4 10.99.0.4 $A "node4@"
    reply 3 $A 10.99.0.4 join_failed
    between 4 "challenges answered" $A 10.99.0.4 "erldp.tag == 'r'"
    between 1 "acknowledged (the last)" 10.99.0.4 $A "erldp.tag == 'a'"
    reply 1 $A 10.99.0.4 '\"joined\"'
    says "watch by ops@10.99.0.5 of node1: node2, node3, node4; one cluster of node1 to node4"
    watch 1 $A "ops@" 'payload\":['

    capture real-join "From Beethoven itself, not from the script. node1@10.99.0.1 scans
        10.99.0.0/28, finds nobody and goes standalone; node2 and node3 join; node4 has another
        cookie."
    says "join node2@10.99.0.2 and node3@10.99.0.3 to node1@10.99.0.1: joined"
    joined 1 $B $A "node2@"
    joined 1 10.99.0.3 $A "node3@"
    says "join node4@10.99.0.4 to node1@10.99.0.1: four times join_failed, cause cookie_mismatch"
    failed 4 10.99.0.4 $A "node4@"
    between 4 "challenges answered" $A 10.99.0.4 "erldp.tag == 'r'"
    between 0 "acknowledged" 10.99.0.4 $A "erldp.tag == 'a'"
    says "scan by 10.99.0.1 on port 33000: 3 rounds, 13 targets, refused .2 to .6, silent .7 to
        .14, result none"
    fact 15 "refused" 'ip.dst == 10.99.0.1 && tcp.srcport == 33000 && tcp.flags.reset == 1'

    capture real-calls "From Beethoven itself: four calls to node1. The traffic to EPMD is not in
        the capture."
    says "a watch answered with two nodes, a request answered self, a client's reply answered
        error, a join answered join_failed, cause unknown"
    reply 1 $A $OPS 'payload\":['
    reply 1 $A $OPS '\"self\"'
    reply 1 $A $OPS '\"error\"'
    reply 1 $A $OPS join_failed
}
