# truth-joins.sh
# The truth of the captures of a single join (scenarios-joins.sh). Sourced by truth.sh.
#
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2086,SC2154 # addresses and names hold no blanks

truth_joins() {
    truth_joined
    truth_failed_host
    truth_failed_dns
    truth_failed_epmd
    truth_failed_dist
    truth_failed_handshake
}

truth_joined() {
    capture joined "node2 and node3 join node1, one after the other."
    says "join node2@10.99.0.2 to node1@10.99.0.1: joined"
    joined 1 $B $A "node2@"
    says "join node3@10.99.0.3 to node1@10.99.0.1: joined; one cluster of the three"
    joined 1 10.99.0.3 $A "node3@"

    capture joined-short-names "Hosts named in /etc/hosts (no DNS): node@one at 10.99.0.1 is the
        Beacon, node@two at 10.99.0.2 joins. Both nodes have the same name before the @."
    says "join node@two to node@one: joined"
    joined 1 $B $A "node@two"

    capture joined-dns "Hosts named in the DNS (server 10.99.0.53): node@one.cluster.test is the
        Beacon; node@two.cluster.test joins; node@three.cluster.test has another cookie. The
        resolver's answers lead from the host part to the address. Each node also asks for its own
        host name (recorder) in vain: that has to do with no join."
    says "join node@two.cluster.test to node@one.cluster.test: joined"
    joined 1 $B $A "node@two"
    between 2 "name found" 10.99.0.53 $A 'dns.a == 10.99.0.2'
    says "join node@three.cluster.test to node@one.cluster.test: join_failed, cause cookie_mismatch"
    failed 1 10.99.0.3 $A "node@three"
    between 2 "name found" 10.99.0.53 $A 'dns.a == 10.99.0.3'
    between 1 "challenge answered" $A 10.99.0.3 "erldp.tag == 'r'"
    never "ip.src == 10.99.0.3 && erldp.tag == 'a'"
    fact 2 "another name not found: no cause" 'dns.flags.rcode == 3'

    capture joined-loopback "Two nodes on one host, recorded on its interface lo; all addresses of
        the join are 10.99.0.1. The new node's registration at its EPMD is in it."
    says "join second@10.99.0.1 to first@10.99.0.1: joined"
    joined 1 $A $A "second@"

    capture joined-any "Recorded on the interface \"any\" of the Beacon's host: Linux cooked
        frames."
    says "join node2@10.99.0.2 to node1@10.99.0.1: joined"
    joined 1 $B $A "node2@"

    capture joined-alive "node2 joins; node1's host is cut off and starts anew; node2, which still
        believes in its old connection, asks again. Its status is \"alive\", node1 says \"true\",
        and the join succeeds: a status other than ok that is no failure."
    says "two joins node2@10.99.0.2 to node1@10.99.0.1, both joined"
    joined 2 $B $A "node2@"
    fact 1 "status alive" 'erldp.status == "alive"'
    fact 1 "status true" 'erldp.status == "true"'

    capture joined-simultaneous "alpha's own connection to node1 is under way (its SYNs to port
        45001 are dropped) when node1 connects to alpha. alpha says \"ok_simultaneous\" and the
        join succeeds: again no failure, in spite of the SYNs without answer."
    says "join alpha@10.99.0.2 to node1@10.99.0.1: joined"
    joined 1 $B $A "alpha@"
    fact 1 "status" 'erldp.status == "ok_simultaneous"'
    syn + "unanswered SYNs of the seeker" $B $A 45001
}

truth_failed_host() {
    capture failed-host-absent "The seeker at 10.99.0.2 calls itself node2@10.99.0.77; nobody is
        there."
    says "join node2@10.99.0.77 (from 10.99.0.2) to node1@10.99.0.1: join_failed, cause
        host_unreachable"
    failed 1 $B $A "node2@10.99.0.77"
    arp 3 $A 10.99.0.77
    never "arp.src.proto_ipv4 == 10.99.0.77"

    capture failed-host-icmp "The seeker at 10.99.0.2 calls itself node2@10.99.9.2; the router
        10.99.0.6 has no route to it."
    says "join node2@10.99.9.2 (from 10.99.0.2) to node1@10.99.0.1: join_failed, cause
        host_unreachable"
    failed 1 $B $A "node2@10.99.9.2"
    fact 1 "SYN to EPMD" 'ip.dst == 10.99.9.2 && tcp.dstport == 4369 && !icmp'
    fact 1 "ICMP host unreachable" 'icmp.type == 3 && icmp.code == 1'

    capture failed-host-silent "The same; the router drops the packets without a word."
    says "join node2@10.99.9.2 (from 10.99.0.2) to node1@10.99.0.1: join_failed, cause
        host_unreachable"
    failed 1 $B $A "node2@10.99.9.2"
    syn 6 "SYNs to EPMD" $A 10.99.9.2 4369
    never "ip.src == 10.99.9.2"

    capture failed-epmd-silent "A firewall on the seeker's host drops what comes for EPMD."
    says "join node2@10.99.0.2 to node1@10.99.0.1: join_failed, cause host_unreachable (the SYN to
        EPMD is never answered)"
    failed 1 $B $A "node2@"
    syn 6 "SYNs to EPMD" $A $B 4369
    never "tcp.srcport == 4369"
}

truth_failed_dns() {
    local form
    for form in nxdomain servfail; do
        capture failed-dns-$form "The host part of the seeker's name is not in the DNS: the server
            10.99.0.53 answers $form."
        says "join node@nowhere.cluster.test (from 10.99.0.2) to node@one.cluster.test:
            join_failed, cause dns_failed"
        failed 1 $B $A "node@nowhere"
        between + "query" $A 10.99.0.53 'dns.flags.response == 0'
        between + "error" 10.99.0.53 $A 'dns.flags.rcode != 0'
    done
    capture failed-dns-silent "The same; the server does not answer. There is no error to point at,
        so that the cause is either dns_failed with the unanswered queries or unknown; never
        anything else."
    says "join node@nowhere.cluster.test (from 10.99.0.2) to node@one.cluster.test: join_failed,
        cause dns_failed or unknown"
    failed 1 $B $A "node@nowhere"
    between 2 "queries" $A 10.99.0.53 'dns.flags.response == 0'
    never 'dns.flags.response == 1'
}

truth_failed_epmd() {
    capture failed-epmd-refused "EPMD of the seeker's host is dead."
    says "join node2@10.99.0.2 to node1@10.99.0.1: join_failed, cause epmd_refused"
    failed 1 $B $A "node2@"
    rst 1 "RST from EPMD's port" $B $A 4369

    capture failed-epmd-mute "Something listens on EPMD's port and never answers. None of the
        causes has this: unknown, with the request that EPMD did not answer."
    says "join node2@10.99.0.2 to node1@10.99.0.1: join_failed, cause unknown"
    failed 1 $B $A "node2@"
    between 1 "EPMD request" $A $B 'epmd.type == 122'
    never 'tcp.srcport == 4369 && tcp.len > 0'

    capture failed-name-not-registered "The node on 10.99.0.2 is worker; its request says node2."
    says "join node2@10.99.0.2 to node1@10.99.0.1: join_failed, cause name_not_registered"
    failed 1 $B $A "node2@"
    between 1 "EPMD request" $A $B 'epmd.type == 122'
    between 1 "EPMD knows no such name" $B $A 'tcp.srcport == 4369 && tcp.payload == 77:01'
}

truth_failed_dist() {
    capture failed-dist-refused "EPMD has an old entry for node2 with port 45555, where nothing
        listens."
    says "join node2@10.99.0.2 to node1@10.99.0.1: join_failed, cause dist_refused"
    failed 1 $B $A "node2@"
    between 1 "EPMD gives the port" $B $A 'epmd.port_no == 45555'
    rst 1 "RST from it" $B $A 45555

    capture failed-dist-silent "A firewall on the seeker's host drops what comes for node2's port
        45002."
    says "join node2@10.99.0.2 to node1@10.99.0.1: join_failed, cause dist_unreachable"
    failed 1 $B $A "node2@"
    between 1 "EPMD gives the port" $B $A 'epmd.port_no == 45002'
    syn 6 "SYNs to it" $A $B 45002
    never 'tcp.srcport == 45002'

    capture failed-dist-mute "What listens on the port that EPMD gives accepts and never answers
        the handshake. None of the causes has this: unknown, with the SEND_NAME that was not
        answered."
    says "join node2@10.99.0.2 to node1@10.99.0.1: join_failed, cause unknown"
    failed 1 $B $A "node2@"
    between 1 "EPMD gives the port" $B $A 'epmd.port_no == 45555'
    between 1 "SEND_NAME" $A $B "erldp.tag == 'N'"
    never 'tcp.srcport == 45555 && tcp.len > 0'
}

truth_failed_handshake() {
    capture failed-cookie "The seeker has another cookie."
    says "join node2@10.99.0.2 to node1@10.99.0.1: join_failed, cause cookie_mismatch"
    failed 1 $B $A "node2@"
    between 1 "challenge answered" $A $B "erldp.tag == 'r'"
    fact 1 "closed by the seeker's node after it" \
        'ip.src == 10.99.0.2 && tcp.stream == 2 && tcp.flags.fin == 1'
    never "erldp.tag == 'a'"

    capture failed-status-not-allowed "The seeker's node lets only another node in."
    says "join node2@10.99.0.2 to node1@10.99.0.1: join_failed, cause handshake_rejected"
    failed 1 $B $A "node2@"
    fact 1 "status" 'erldp.status == "not_allowed"'

    capture failed-status-nok "zulu's own connection to node1 is under way (its SYNs to port 45001
        are dropped) when node1 connects to zulu, which says \"nok\": wait for mine. That never
        comes."
    says "join zulu@10.99.0.2 to node1@10.99.0.1: join_failed, cause handshake_rejected"
    failed 1 $B $A "zulu@"
    fact 1 "status" 'erldp.status == "nok"'
    syn + "unanswered SYNs of the seeker" $B $A 45001

    capture failed-not-captured "The seeker has another cookie; recorded with the capture filter
        \"tcp port 33000\"."
    says "join node2@10.99.0.2 to node1@10.99.0.1: join_failed, cause unknown (nothing but the
        locator port was captured)"
    failed 1 $B $A "node2@"
    never "tcp.port != 33000"
}
