# truth-situations.sh
# The truth of the captures of the situations that users are in: address translation, IPv6, TLS,
# EPMD elsewhere, loss, cut files, starts at the same time. Sourced by truth.sh.
#
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2086,SC2154 # addresses and names hold no blanks

truth_situations() {
    situation_translated
    situation_other_addresses
    situation_tls
    situation_epmd_elsewhere
    situation_not_sent
    situation_scans
    situation_members
    situation_loss
    situation_cut
    situation_written
}

# cookies COUNT SEEKER BEACON NAME [IP [FROM [TO]]]: that many requests failed, each with a challenge
# answered and no acknowledgement. IP is ip or ipv6; FROM and TO are the addresses of the ping.
cookies() {
    failed "$1" "$2" "$3" "$4"
    fact "$1" "challenges answered" \
        "${5:-ip}.src == ${6:-$3} && ${5:-ip}.dst == ${7:-$2} && erldp.tag == 'r'"
    never "erldp.tag == 'a'"
}

# bytes COUNT TEXT FROM TO BYTES: of TCP payload that begins so.
bytes() {
    between "$1" "$2" "$3" "$4" "tcp.payload[0:$(((${#5} + 1) / 3))] == $5"
}

situation_translated() {
    capture nat-any-joined "From Beethoven itself. Recorded on the interface \"any\" of a Docker host,
        10.99.0.11, that masquerades a container, 172.17.0.2: each connection is in the capture
        before and after the address translation, some packets two more times."
    says "join node2@10.99.0.11 to node1@10.99.0.1: joined, once; one cluster of the two"
    request 2 172.17.0.2 $A "node2@"
    request 1 10.99.0.11 $A "node2@"

    capture nat-any-cookie "The same host; the container's node has another cookie."
    says "join node3@10.99.0.11 to node1@10.99.0.1: four times join_failed, cause cookie_mismatch"
    fact + "requests, each three times" 'tcp.dstport == 33000 && frame contains "node3@"'
    never "erldp.tag == 'a'"

    capture service-address "From Beethoven itself. A pod, 10.244.1.5, reaches the Beacon by the
        address of a service, 10.96.0.1; the Beacon pings from its own address, 10.99.0.1. Recorded
        in the pod."
    says "join node2@10.244.1.5 to node1@10.99.0.1: four times join_failed, cause cookie_mismatch"
    cookies 4 10.244.1.5 10.96.0.1 "node2@" ip $A 10.244.1.5
}

situation_other_addresses() {
    capture ipv6-cookie "From Beethoven itself. The locator runs on IPv4, the distribution over IPv6
        (-proto_dist inet6_tcp), the hosts' names stand in /etc/hosts; node3 has another cookie."
    says "join node3@n3.v6.test to node1@n1.v6.test: four times join_failed, cause cookie_mismatch"
    cookies 4 10.99.0.3 $A "node3@" ipv6 fd99::1 fd99::3

    capture ipv6-host-absent "The same; the host of the seeker's name, fd99::77, is absent."
    says "join node7@n7.v6.test to node1@n1.v6.test: join_failed, cause host_unreachable or unknown:
        the capture does not show that fd99::77 is n7.v6.test"
    failed 1 10.99.0.4 $A "node7@"
    fact 3 "neighbour solicitations" 'icmpv6.type == 135 && icmpv6.nd.ns.target_address == fd99::77'
    never "ipv6.src == fd99::77"

    capture ipv6-name-not-registered "The same; EPMD does not know the name."
    says "join node4@n4.v6.test to node1@n1.v6.test: join_failed, cause name_not_registered"
    failed 1 10.99.0.4 $A "node4@"
    fact 1 "EPMD asked" 'ipv6.dst == fd99::4 && epmd.type == 122'
    fact 1 "EPMD's answer" 'ipv6.src == fd99::4 && tcp.srcport == 4369 && tcp.payload == 77:01'

    capture two-networks-cookie "From Beethoven itself. Each host is in two networks: the locator uses
        10.99.0.0/24, the nodes' names and the distribution 10.98.0.0/24. Another cookie."
    says "join node3@10.98.0.3 to node1@10.98.0.1: four times join_failed, cause cookie_mismatch"
    cookies 4 10.99.0.3 $A "node3@" ip 10.98.0.1 10.98.0.3

    capture two-networks-host-absent "The same; the host of the seeker's name, 10.98.0.77, is absent."
    says "join node7@10.98.0.77 to node1@10.98.0.1: join_failed, cause host_unreachable"
    failed 1 10.99.0.4 $A "node7@"
    arp 3 10.98.0.1 10.98.0.77
    never "arp.src.proto_ipv4 == 10.98.0.77"
}

situation_tls() {
    capture tls-rejected "From Beethoven itself, with TLS for the distribution (-proto_dist inet_tls).
        The seeker's certificate is signed by another authority: the Beacon ends the handshake with
        the alert unknown_ca, in clear."
    says "join node3@10.99.0.3 to node1@10.99.0.1: four times join_failed, cause tls_rejected"
    failed 4 10.99.0.3 $A "node3@"
    bytes 4 "alert unknown_ca" $A 10.99.0.3 15:03:03:00:02:02:30

    capture tls-mismatch "From Beethoven itself. The Beacon's distribution is plain, the seeker's is
        TLS: SEND_NAME is answered with the alert unexpected_message."
    says "join node7@10.99.0.3 to node6@10.99.0.1: four times join_failed, cause tls_mismatch"
    failed 4 10.99.0.3 $A "node7@"
    between 4 "SEND_NAME" $A 10.99.0.3 "erldp.tag == 'N'"
    bytes 4 "alert unexpected_message" 10.99.0.3 $A 15:03:03:00:02:02:0a
}

situation_epmd_elsewhere() {
    capture epmd-port-cookie "From Beethoven itself. EPMD listens on port 5369 (ERL_EPMD_PORT); another
        cookie. Wireshark's dissectors do not look at that port."
    says "join node3@10.99.0.3 to node1@10.99.0.1: four times join_failed, cause cookie_mismatch"
    failed 4 10.99.0.3 $A "node3@"
    between 4 "EPMD asked" $A 10.99.0.3 'tcp.dstport == 5369 && tcp.payload[2:1] == 7a'
    between 4 "challenge answered" $A 10.99.0.3 'tcp.payload[0:3] == 00:15:72'
    never "tcp.payload[0:3] == 00:11:61"

    capture epmd-port-name-not-registered "The same; EPMD does not know the name."
    says "join node4@10.99.0.4 to node1@10.99.0.1: join_failed, cause name_not_registered"
    failed 1 10.99.0.4 $A "node4@"
    between 1 "EPMD's answer" 10.99.0.4 $A 'tcp.srcport == 5369 && tcp.payload == 77:01'

    capture epmd-port-silent "The same; a firewall drops what comes for port 5369."
    says "join node4@10.99.0.4 to node1@10.99.0.1: join_failed, cause host_unreachable,
        dist_unreachable or port_unreachable: which service has the port is not in the capture"
    failed 1 10.99.0.4 $A "node4@"
    syn 6 "SYNs" $A 10.99.0.4 5369
    never "tcp.srcport == 5369"

    capture no-epmd-cookie "From Beethoven itself, without EPMD (-start_epmd false -erl_epmd_port
        9100): the Beacon connects to the distribution port at once. Another cookie."
    says "join node3@10.99.0.3 to node1@10.99.0.1: four times join_failed, cause cookie_mismatch"
    failed 4 10.99.0.3 $A "node3@"
    between 4 "challenge answered" $A 10.99.0.3 'tcp.dstport == 9100 && tcp.payload[0:3] == 00:15:72'
    never "tcp.payload[0:3] == 00:11:61"

    capture no-epmd-refused "The same; nobody listens on port 9100."
    says "join node4@10.99.0.4 to node1@10.99.0.1: join_failed, cause port_refused, epmd_refused or
        dist_refused: which service has the port is not in the capture"
    failed 1 10.99.0.4 $A "node4@"
    rst 1 "RST" 10.99.0.4 $A 9100
}

situation_not_sent() {
    capture long-and-short-names "From Beethoven itself. The Beacon has a long name, the seeker a short
        one: Erlang refuses without a packet."
    says "join node2@n2 to node1@10.99.0.1: four times join_failed, cause long_and_short_names"
    failed 4 10.99.0.2 $A "node2@n2"
    never "epmd || erldp"

    capture dns-unreachable "From Beethoven itself. The Beacon's name server is unreachable."
    says "join node3@nohost.cl.test to node1@n1.cl.test: join_failed, cause dns_failed"
    failed 1 10.99.0.3 $A "node3@"
    fact 2 "queries" 'ip.src == 10.99.0.1 && dns && !icmp'
    fact 2 "ICMP network unreachable" 'icmp.type == 3 && icmp.code == 0 && dns'

    capture stale-connection "From Beethoven itself. node2's host lost power and came back under its
        name: the Beacon pings over its connection of before, which the host resets; the next
        request joins, and one more behind it."
    says "join node2@10.99.0.2 to node1@10.99.0.1: join_failed, cause stale_connection; then joined"
    request 3 10.99.0.2 $A "node2@"
    between 1 "data on the old connection" $A 10.99.0.2 'tcp.seq == 1 && tcp.port == 43425'
    rst 1 "RST" 10.99.0.2 $A 43425
    reply 1 $A 10.99.0.2 join_failed
    handshake 1 $A 10.99.0.2
    reply 2 $A 10.99.0.2 '\"joined\"'

    capture stale-connection-silent "The host of node2 lost power and came back under its name, behind a
        firewall that lets nothing in but what the host itself began and the locator port: the Beacon
        pings over its connection of before, and has no answer; then EPMD has none."
    says "join node2@10.99.0.2 to node1@10.99.0.1: join_failed, cause stale_connection; then three times
        join_failed, cause host_unreachable"
    failed 4 10.99.0.2 $A "node2@"
    between + "data on the old connection" $A 10.99.0.2 'tcp.port == 46176'
    syn + "SYNs" $A 10.99.0.2 4369
    never 'ip.src == 10.99.0.2 && (tcp.port == 46176 || tcp.port == 4369)'

    capture host-absent-retries "The host of the seeker's name, 10.99.0.77, is absent, and the seeker
        asks four times: the ARP requests of all pings are one row."
    says "join node2@10.99.0.77 to node1@10.99.0.1: four times join_failed, cause host_unreachable"
    failed 4 10.99.0.2 $A "node2@"
    arp + $A 10.99.0.77
    never "arp.src.proto_ipv4 == 10.99.0.77"
}

situation_scans() {
    capture scan-behind-router "From Beethoven itself. A pod, 10.244.1.5, scans through the router
        10.99.0.11, which asks by ARP for what the pod scans; it finds node5 and joins."
    says "join node2@10.244.1.5 to node5@10.99.0.5: joined; no scan from 10.99.0.11"
    joined 1 10.244.1.5 10.99.0.5 "node2@"
    fact 12 "ARP requests of the router" 'arp.opcode == 1 && arp.src.proto_ipv4 == 10.99.0.11 &&
        arp.dst.proto_ipv4 != 10.99.0.5'

    capture scan-prohibited "From Beethoven itself. node3 scans; the firewall of host 1 answers with
        ICMP, host 2 has no Beacon."
    says "no join; 10.99.0.1 is not silent in the scan by 10.99.0.3"
    fact 3 "ICMP administratively prohibited" 'icmp.type == 3 && icmp.code == 13'
    rst 3 "refused" 10.99.0.2 10.99.0.3 33000

    capture metadata-service "From Beethoven itself, which asks the cloud's metadata service,
        169.254.169.254, at its start; here nobody answers ARP for it."
    says "join node2@10.99.0.2 to node1@10.99.0.1: joined; 169.254.169.254 is no target of a scan"
    joined 1 10.99.0.2 $A "node2@"
    arp 3 $A 169.254.169.254
    arp 3 10.99.0.2 169.254.169.254

    capture poller "A monitor polls ten hosts by UDP that are absent: ARP requests, no TCP at all."
    says "no join, no scan; nothing starts standalone"
    fact + "ARP requests" 'arp.opcode == 1 && arp.src.proto_ipv4 == 10.99.0.20'
    never "tcp"

    capture parallel-start "From Beethoven itself. node1 and node2 start at once, scan past each other
        in vain, and are both standalone Beacons. Nobody sends a message."
    says "no join; parallel_start; split_brain true or not known"
    fact + "refused" 'tcp.srcport == 33000 && tcp.flags.reset == 1'
    never "tcp.len > 0"
}

situation_members() {
    capture hidden-node "From Beethoven itself. node1, node2 (-hidden) and node3 are one cluster;
        hidden nodes are in no list."
    says "join node2@10.99.0.2 and node3@10.99.0.3 to node1@10.99.0.1: joined"
    joined 1 10.99.0.2 $A "node2@"
    joined 1 10.99.0.3 $A "node3@"
    says "watches by w@10.99.0.5 of node1 and node2: one node, none; no split brain is shown"
    fact 2 "lists" 'tcp.srcport == 33000 && frame contains "payload\":["'

    capture netsplit "From Beethoven itself. Three nodes joined; node3 is cut off for good, its
        distribution connections end. Nobody watches."
    says "joined: node2@10.99.0.2, node3@10.99.0.3; connection_lost of node3@10.99.0.3; split_brain
        true or not known"
    joined 1 10.99.0.2 $A "node2@"
    joined 1 10.99.0.3 $A "node3@"
    fact 3 "RST" 'ip.addr == 10.99.0.3 && tcp.flags.reset == 1'

    capture netsplit-watched "node3's firewall drops, from some moment on, what comes from node1 and
        node2: their connections end without a packet that says so. A watcher asks node1 before and
        after that, and node3 after."
    says "node2@10.99.0.2 and node3@10.99.0.3 joined node1@10.99.0.1; then split brain: node1 and node2,
        and node3, which a list of before names: no node is hidden"
    joined 1 10.99.0.2 $A "node2@"
    joined 1 10.99.0.3 $A "node3@"
    reply 2 $A 10.99.0.5 'node2@'
    reply 1 $A 10.99.0.5 'node3@'
    reply 1 10.99.0.3 10.99.0.5 '\"payload\":[]'
    never 'frame.number > 302 && ip.addr == 10.99.0.3 && tcp.port != 33000 &&
        (tcp.flags.reset == 1 || tcp.flags.fin == 1)'
}

situation_loss() {
    capture loss "From Beethoven itself, over a line that loses and reorders. The FIN (39) overtakes a
        reply (41), which Wireshark's TCP keeps back."
    says "no request is said to be unanswered"
    fact + "requests" 'tcp.dstport == 33000 && tcp.len > 0'
    between 1 "reply behind its FIN" $A 10.99.0.3 'frame.number == 41 && tcp.len > 0'

    capture small-mtu "From Beethoven itself, with an MTU of 100: each message comes in two segments.
        The readers logged that they decoded all five replies."
    says "no reply is an error for its two segments: it may fail to decode"
    fact 10 "segments of replies" 'tcp.srcport == 33000 && tcp.len > 0'

    capture snap-length "From Beethoven itself, recorded by tcpdump -s 128: the reply came whole, 128
        of its 133 bytes were kept."
    says "what is not in the capture is told as a matter of the snap length, and no error of a node"
    fact 1 "reply, cut" 'tcp.srcport == 33000 && frame.cap_len < frame.len'
}

situation_cut() {
    capture request-not-captured "From Beethoven itself; the capture begins behind the request."
    says "join of node3@10.99.0.3 (or of nobody) to node1@10.99.0.1: join_failed, cause
        cookie_mismatch"
    reply 1 $A 10.99.0.3 join_failed
    between 1 "challenge answered" $A 10.99.0.3 "erldp.tag == 'r'"
    never "erldp.tag == 'a'"

    capture ring-1 "From Beethoven itself; the first file of a ring. It ends while the request waits."
    says "join of node2@10.99.0.2: no reply yet, which is no error"
    request 1 10.99.0.2 $A "node2@"
    never "tcp.srcport == 33000 && tcp.len > 0"

    capture ring-2 "The second file of the ring: the reply of the request in ring-1."
    says "merged with ring-1: join node2@10.99.0.2 to node1@10.99.0.1: joined, once"
    reply 1 $A 10.99.0.2 '\"joined\"'
}

# Of packets that were written, not recorded: what comes about too rarely to be recorded.
situation_written() {
    capture ack-recorded-first "Written, not recorded. The ACK of the reply stands before the reply, as
        on hosts with several receive queues; Wireshark's TCP calls the reply a spurious
        retransmission and keeps it back."
    says "join node4@10.99.0.4 to node1@10.99.0.1: not unanswered, for the reply is in frame 7"
    request 1 10.99.0.4 $A "node4@"
    reply 1 $A 10.99.0.4 '\"joined\"'

    capture other-name "Written, not recorded. The node at the port that EPMD gave answers under another
        name, node2@app-7b77bc47b4."
    says "join node2@10.99.0.2 to node1@10.99.0.1: join_failed, cause other_name"
    failed 1 10.99.0.2 $A "node2@"
    between 1 "challenge" 10.99.0.2 $A "erldp.tag == 'N' && frame contains \"node2@app-7b77bc47b4\""

    capture epmd-answer-in-two-segments "Written, not recorded. EPMD's answer comes in two segments;
        another cookie."
    says "join node2@10.99.0.2 to node1@10.99.0.1: join_failed; EPMD answered"
    failed 1 10.99.0.2 $A "node2@"
    between 2 "EPMD's answer" 10.99.0.2 $A 'tcp.srcport == 4369 && tcp.len > 0'
    between 1 "challenge answered" $A 10.99.0.2 'tcp.payload[0:3] == 00:15:72'
}
