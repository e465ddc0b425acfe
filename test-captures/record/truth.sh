#!/bin/bash
# truth.sh
# Writes ../real/README.md: for each capture what was set up, what a report must say of it, and the
# frames that show it. Each statement comes with a display filter and the number of frames that must
# match, so that a capture that does not show what it is kept for ends the script with an error.
# Needs tshark (4.0 or newer, without the SeekChat plugin). Usage: truth.sh [DIRECTORY]
#
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
REAL=${1:-$HERE/../real}
CAPTURE=""
FAULTS=0
ERRORS=$(mktemp)
trap 'rm -f "$ERRORS"' EXIT

# capture NAME HOW: begins the section of a capture.
capture() {
    CAPTURE=$1
    printf '\n## %s\n\n%s\n\n' "$1" "$(plain "$2" | fmt -w 100)"
}

# says TEXT: what the report must say.
says() { printf -- '- **%s**\n' "$(plain "$1")"; }

# plain TEXT: the text in one line.
plain() { tr -s ' \n' '  ' <<< "$1" | sed 's/ *$//'; }

# fact COUNT TEXT FILTER: that many frames (or "+": at least one) match; prints them.
fact() {
    local frames count
    if ! frames=$(tshark -r "$REAL/$CAPTURE.pcap" -Y "$3" -T fields -e frame.number 2>"$ERRORS")
    then
        cat "$ERRORS" >&2
        exit 1
    fi
    frames=$(paste -sd' ' <<< "$frames")
    count=$(wc -w <<< "$frames")
    if [ "$1" != "$count" ] && ! { [ "$1" = + ] && [ "$count" -gt 0 ]; }; then
        echo "truth.sh: $CAPTURE: $2: $count frames, not $1: $3" >&2
        FAULTS=1
    fi
    # shellcheck disable=SC2016 # Markdown
    printf '  - %s: %s (`%s`)\n' "$2" "${frames:-none}" "$3"
}

# Facts that many captures have. FROM and TO are addresses, PORT is 33000 unless given.
request() { # COUNT FROM TO TEXT [PORT]
    between "$1" "request" "$2" "$3" "tcp.dstport == ${5:-33000} && frame contains \"$4\""
}
reply() { # COUNT FROM TO TEXT [PORT]
    between "$1" "reply" "$2" "$3" "tcp.srcport == ${5:-33000} && frame contains \"$4\""
}
between() { # COUNT TEXT FROM TO FILTER
    fact "$1" "$2" "ip.src == $3 && ip.dst == $4 && $5"
}
handshake() { # COUNT BEACON SEEKER: of the accepted handshakes
    between "$1" "challenge answered" "$2" "$3" "erldp.tag == 'r'"
    between "$1" "and acknowledged" "$3" "$2" "erldp.tag == 'a'"
}
joined() { # COUNT SEEKER BEACON NAME
    request "$1" "$2" "$3" "$4"
    handshake "$1" "$3" "$2"
    reply "$1" "$3" "$2" '\"joined\"'
}
failed() { # COUNT SEEKER BEACON NAME: the request and its reply; the cause follows
    request "$1" "$2" "$3" "$4"
    reply "$1" "$3" "$2" 'join_failed'
}
syn() { # COUNT TEXT FROM TO PORT
    between "$1" "$2" "$3" "$4" "tcp.dstport == $5 && tcp.flags.syn == 1 && tcp.flags.ack == 0"
}
rst() { # COUNT TEXT FROM TO PORT
    between "$1" "$2" "$3" "$4" "tcp.srcport == $5 && tcp.flags.reset == 1"
}
arp() { # COUNT FROM TARGET
    fact "$1" "ARP requests for $3" \
        "arp.opcode == 1 && arp.src.proto_ipv4 == $2 && arp.dst.proto_ipv4 == $3"
}
never() { fact 0 "never" "$1"; }

A=10.99.0.1 # node1, the Beacon of most captures
B=10.99.0.2 # node2, the seeker of most captures
# shellcheck source=truth-joins.sh
. "$HERE/truth-joins.sh"
# shellcheck source=truth-others.sh
. "$HERE/truth-others.sh"
# shellcheck source=truth-situations.sh
. "$HERE/truth-situations.sh"

{
    cat "$HERE/truth-head.md"
    truth_joins
    truth_requests
    truth_clusters
    truth_situations
} > "$REAL/README.md.new"
mv "$REAL/README.md.new" "$REAL/README.md"
exit $FAULTS
