/* cluster_limits.h
 * Every limit of the cluster model: what may grow, and how far; and the times that it reckons with.
 * May include: nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_LIMITS_H
#define CLUSTER_LIMITS_H

/* Records of the facts. What goes over is left out with a sentence in the report. */
#define CLUSTER_CONVERSATIONS_MAX 1048576
#define CLUSTER_ASKED_MAX 65536
#define CLUSTER_LOOKUPS_MAX 65536
/* Different texts: names of nodes, words, hosts; and names in all lists together. */
#define CLUSTER_TEXTS_MAX 262144
#define CLUSTER_LISTED_MAX 4194304
/* Bytes of a name: 255 characters, the most an atom holds, at 4 bytes. Longer ones are cut. */
#define CLUSTER_NAME_BYTES_MAX 1020

/* Of one connection: what is said on it, and bytes of a side that wait for more. */
#define CLUSTER_SAID_MAX 4096
#define CLUSTER_STREAM_BYTES_MAX 16777216
#define CLUSTER_STREAM_PIECES_MAX 16384
/* Bytes that all connections together need for what waits; half of it for those that nothing tells
 * to be SeekChat's. */
#define CLUSTER_WAITING_BYTES_MAX 268435456
/* Bytes of a side that are kept while nothing tells what it speaks. */
#define CLUSTER_UNTOLD_BYTES_MAX 16384
/* Bytes of all sides that wait for more, in facts that are written. */
#define CLUSTER_WRITTEN_BYTES_MAX 67108864
/* Frames of SYNs that were sent again, of ARP requests; addresses of one answer of the DNS. */
#define CLUSTER_REPEATS_MAX 16
#define CLUSTER_ASKING_FRAMES_MAX 16
#define CLUSTER_LOOKUP_ADDRESSES_MAX 8

/* Attempts without an answer to ports that no Beacon is known to have. */
#define CLUSTER_STRANGERS_MAX 65536
/* Connections that go on at one time. The one that is idle for longest goes first. */
#define CLUSTER_OPEN_MAX 65536
/* Connections of unknown purpose that are kept at the beginning and at the end of a capture. */
#define CLUSTER_EDGE_MAX 4096
/* Connections, and ARP requests, that a ping is looked for among. */
#define CLUSTER_PING_LOOKS_MAX 1024
/* Pings in vain that look at a look-up that is not theirs, before it goes. */
#define CLUSTER_LOOKUP_LOOKS_MAX 1024
/* Hosts at one time that are looked at for walks. */
#define CLUSTER_WALKS_MAX 65536

/* What a report derives. Targets of one scan: a /16; and of all scans together. */
#define CLUSTER_SCANS_MAX 16384
#define CLUSTER_SCAN_TARGETS_MAX 65536
#define CLUSTER_ALL_TARGETS_MAX 1048576
/* Addresses of one node; frames that a cause, and that a problem, names. */
#define CLUSTER_ADDRESSES_MAX 16
#define CLUSTER_CAUSE_FRAMES_MAX 16
#define CLUSTER_PROBLEM_FRAMES_MAX 64
/* Names that the JSON report writes in all lists of watches; further lists stand as null. */
#define CLUSTER_JSON_NAMES_MAX 4194304

/* Reports that are merged: their number and bytes, captures in them all, depth of their JSON. */
#define CLUSTER_REPORTS_MAX 65536
#define CLUSTER_REPORT_BYTES_MAX 268435456
#define CLUSTER_CAPTURES_MAX 65536
#define CLUSTER_REPORT_DEPTH_MAX 16

/* The text report: characters of a name, lines of a section, names in a line. */
#define CLUSTER_TEXT_NAME_MAX 64
#define CLUSTER_TEXT_LINES_MAX 200
#define CLUSTER_TEXT_LIST_MAX 24
/* Nodes of a cluster, and outside of all, that the graph shows one by one; more are folded. */
#define CLUSTER_DOT_NODES_MAX 40

/* Walks of a Locator: "at most 3 times". */
#define CLUSTER_ROUNDS_MAX 3
/* Seconds. A Locator gives each address 0.25 s and rests 0.15 to 0.3 s before the next walk. */
#define CLUSTER_WALK_STEP_MIN 0.245
#define CLUSTER_WALK_STEP_MAX 0.275
#define CLUSTER_REST_MIN 0.14
#define CLUSTER_REST_MAX 0.65
/* Addresses that a walk passes without a packet: its own, and those the capture missed. */
#define CLUSTER_WALK_JUMP_MAX 16
/* After so many seconds without a new target, an ARP request is no part of the walk any more. */
#define CLUSTER_WALK_PAUSE 5.0
/* ARP requests closer together than this are one, seen at two points of capture. */
#define CLUSTER_ARP_REPEAT 0.1
/* The same connection, seen at several points, with the difference of their clocks. */
#define CLUSTER_SAME_TIME 5.0
/* A SYN is called unanswered when no answer came in this time. */
#define CLUSTER_SILENCE 1.0
/* What a ping may take: some 7 s for EPMD and as much for the handshake, and more for the DNS. */
#define CLUSTER_PING_SECONDS 40.0
/* A request is called unanswered, and not cut off by the capture's end, after this time. */
#define CLUSTER_PATIENCE 10.0
/* A member is called silent after its peer sent something again so often, for so long. */
#define CLUSTER_SILENT_REPEATS 4
#define CLUSTER_SILENT_TIME 8.0
/* A connection that says nothing of interest is forgotten after this time without a segment. */
#define CLUSTER_IDLE 120.0

#endif
