/* cluster_limits.h
 * Every limit of the cluster model: what may grow, and how far; and the times that it reckons with.
 * May include: nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_LIMITS_H
#define CLUSTER_LIMITS_H

/* Records of the report. What goes over is counted out with a sentence in the report. */
#define CLUSTER_NODES_MAX 65536
#define CLUSTER_JOINS_MAX 1000000
#define CLUSTER_WATCHES_MAX 1000000
#define CLUSTER_SCANS_MAX 16384
#define CLUSTER_FINDINGS_MAX 16384
/* Targets of one scan: a /16; and of all scans together. */
#define CLUSTER_SCAN_TARGETS_MAX 65536
#define CLUSTER_ALL_TARGETS_MAX 1048576
/* Attempts to connect to a Beacon's port; to ports that no Beacon is known to have, without answer;
 * and pairs of hosts, one of which asked for the other by ARP. */
#define CLUSTER_TRIES_MAX 1048576
#define CLUSTER_STRANGERS_MAX 65536
#define CLUSTER_ASKED_MAX 65536
/* Names that all node lists hold together; a list equal to its Beacon's last one takes none. */
#define CLUSTER_LISTED_MAX 4194304
/* Addresses of one node. */
#define CLUSTER_ADDRESSES_MAX 16
/* Bytes of a name: 255 characters, the most an atom holds, at 4 bytes. Longer ones are cut. */
#define CLUSTER_NAME_BYTES_MAX 1020
/* Frames that a cause, and that a problem, names. */
#define CLUSTER_CAUSE_FRAMES_MAX 16
#define CLUSTER_PROBLEM_FRAMES_MAX 64

/* State that lives while something is going on. The oldest goes first. */
#define CLUSTER_CONNECTIONS_MAX 65536
#define CLUSTER_REQUESTS_MAX 16 /* without a reply, on one connection */
#define CLUSTER_PINGS_MAX 64    /* a Beacon's pings at one time */
#define CLUSTER_ATTEMPTS_MAX 64 /* connections between two hosts during a ping */
#define CLUSTER_WALKS_MAX 65536 /* hosts, and pairs of hosts, that are looked at for walks */

/* Reports that are merged: their number and bytes, captures in them all, depth of their JSON. */
#define CLUSTER_REPORTS_MAX 65536
#define CLUSTER_REPORT_BYTES_MAX 268435456
#define CLUSTER_CAPTURES_MAX 65536
#define CLUSTER_REPORT_DEPTH_MAX 16

/* The text report: characters of a name, lines of a section. */
#define CLUSTER_TEXT_NAME_MAX 64
#define CLUSTER_TEXT_LINES_MAX 200
#define CLUSTER_TEXT_LIST_MAX 24

/* Walks of a Locator: "at most 3 times". */
#define CLUSTER_ROUNDS_MAX 3
/* Seconds. A Locator gives each address 0.25 s and rests 0.15 to 0.3 s before the next walk. */
#define CLUSTER_WALK_STEP_MIN 0.2
#define CLUSTER_WALK_STEP_MAX 0.45
#define CLUSTER_REST_MIN 0.14
#define CLUSTER_REST_MAX 0.65
/* Addresses that a walk passes without a packet: its own, and those the capture missed. */
#define CLUSTER_WALK_JUMP_MAX 16
/* After so many seconds without a new target, an ARP request is no part of the walk any more. */
#define CLUSTER_WALK_PAUSE 5.0
/* After so many, a connection attempt begins another scan: a /24 is walked in silence in 64 s. */
#define CLUSTER_SCAN_GAP 64.0
/* ARP requests closer together than this are one, seen at two points of capture. */
#define CLUSTER_ARP_REPEAT 0.1
/* The same connection in captures of two points, with the difference of their clocks. */
#define CLUSTER_SAME_TIME 2.0
/* Requests on one connection in that time that a copy is looked for among. */
#define CLUSTER_SAME_EVENTS_MAX 256
/* A SYN is called unanswered when no answer came in this time. */
#define CLUSTER_SILENCE 1.0
/* A closed connection is kept for so long for a reply that was lost and is sent again. */
#define CLUSTER_LINGER 2.0
/* A connection on which nothing is pending is forgotten after this time. */
#define CLUSTER_IDLE 120.0

#endif
