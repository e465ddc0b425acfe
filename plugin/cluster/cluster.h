/* cluster.h
 * The model behind the cluster report: the packets that it is fed with, and the reports it gives.
 * May include: packets.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A model is fed with packets in the order of the capture's frames and can be asked for a report at
 * any time; feeding may go on after that. It reads the byte streams of TCP itself, by their raw
 * sequence numbers: it does not matter in which order segments were recorded, what a dissector made
 * of them, or on which ports they came.
 *
 *     cluster_model *model = cluster_model_new();
 *     cluster_model_add_port(model, 33000);
 *     ... cluster_frame_seen, cluster_tcp_seen, cluster_arp_seen ...
 *     GString *text = cluster_model_text(model);
 *     fputs(text->str, stdout);
 *     g_string_free(text, TRUE);
 *     cluster_model_free(model);
 *
 * Each packet costs O(1) beside the bytes that are read. What is kept grows with joins, nodes and
 * open connections, each up to a limit named in facts/cluster_limits.h, and not with packets.
 *
 * The rooms behind it: facts/ (what was seen), watch/ (from packets to facts), report/ (from facts
 * to answers), merge/ (facts written, read back and joined).
 */

#ifndef CLUSTER_H
#define CLUSTER_H

#include "packets.h"

typedef struct cluster_model cluster_model;

/* A model that has seen nothing. To be freed with cluster_model_free, which takes NULL too. */
cluster_model *cluster_model_new(void);
void cluster_model_free(cluster_model *model);

/*
 * Adds a port on which Beacons listen: what is said there is SeekChat, whatever it is, and attempts
 * to connect to it may be scans. On other ports SeekChat is known by its messages.
 */
void cluster_model_add_port(cluster_model *model, uint16_t port);

/* Says that the packets are those that a display filter shows: a report then claims no absence. */
void cluster_model_set_filter(cluster_model *model, const char *filter);

/* A frame that the model is fed with, before all that is seen in it: gives the report the capture's
 * first and last time. */
void cluster_frame_seen(cluster_model *model, cluster_moment when);

/*
 * A frame of the capture that a display filter keeps from the report: it counts where reports are
 * joined, since the frames of the next capture are numbered behind it.
 */
void cluster_frame_passed(cluster_model *model, cluster_moment when);

/* A TCP segment of any connection, copies and retransmissions included. */
void cluster_tcp_seen(cluster_model *model, cluster_moment when, const cluster_segment *segment);

/*
 * An ARP packet with its sender's and its target's protocol address, as they stand in it, or a
 * neighbour solicitation or advertisement of IPv6, which asks and answers the same.
 */
void cluster_arp_seen(cluster_model *model, cluster_moment when, bool is_reply,
                      const cluster_address *source, const cluster_address *target);

/*
 * ICMP or ICMPv6 "destination unreachable" for a TCP packet: source and target are those of the
 * packet that could not be delivered, quoted in the ICMP message; by is who sent that: the target
 * itself, or a router.
 */
void cluster_unreachable_seen(cluster_model *model, cluster_moment when, const cluster_address *by,
                              const cluster_endpoint *source, const cluster_endpoint *target);

void cluster_dns_seen(cluster_model *model, cluster_moment when, const cluster_dns *dns);

/* A frame that cannot be read, or not whole: the report says that there are some. */
void cluster_unread_seen(cluster_model *model, cluster_moment when, cluster_unread kind);

/*
 * The report on what has been seen so far. As text for a person: printable UTF-8 and line feeds,
 * names from the wire escaped. As one JSON document that report/report.schema.json describes, with
 * a line feed at its end. As a graph in Graphviz's language. Each to be freed with g_string_free.
 */
GString *cluster_model_text(cluster_model *model);
GString *cluster_model_json(cluster_model *model);
GString *cluster_model_dot(cluster_model *model);

/* A problem of the report: the display filter that shows its frames. */
typedef struct {
    char *title;  /* severity, code and sentence, printable */
    char *filter; /* NULL if it has no frames */
} cluster_problem_filter;

/* The report's problems, worst first: cluster_problem_filter *. To be freed with g_ptr_array_unref.
 */
GPtrArray *cluster_model_problems(cluster_model *model);

#endif
