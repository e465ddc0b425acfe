/* steps.h
 * The steps of a report and what they share. Private to report/.
 * May include: report.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_STEPS_H
#define CLUSTER_STEPS_H

#include "report.h"

/* The steps, each in the file of its name: see report.h. */
void cluster_report_find_clocks(cluster_report *report);
GPtrArray *cluster_same_talks(cluster_report *report);
GPtrArray *cluster_same_askings(const cluster_report *report);
void cluster_report_find_exchanges(cluster_report *report);
void cluster_report_find_causes(cluster_report *report);
void cluster_report_find_scans(cluster_report *report);
void cluster_report_find_links(cluster_report *report);
void cluster_report_find_groups(cluster_report *report);
void cluster_report_find_split(cluster_report *report);
void cluster_report_find_problems(cluster_report *report);

/* Talks. */

/* The first said of a kind on a talk; NULL. */
const cluster_said *cluster_talk_find(const cluster_talk *talk, cluster_said_kind kind);
/* Whether an endpoint's address is among those of a side, in any copy. */
bool cluster_talk_has(const cluster_talk *talk, cluster_side side, const cluster_address *address);
/* How many copies there are, and the end of one. */
uint32_t cluster_talk_copies(const cluster_talk *talk);
const cluster_endpoint *cluster_talk_end(const cluster_talk *talk, uint32_t copy,
                                         cluster_side side);

/* Moments. */

/* Whether two moments are of different captures that went on at one time. */
bool cluster_report_overlap(const cluster_report *report, const cluster_moment *one,
                            const cluster_moment *other);
/*
 * Whether a moment is before another: by frames, but by time in captures that went on at one time.
 * Where nothing tells how far their clocks are apart, either may be before the other by slack
 * seconds, for which it counts as before; a negative slack is what it must be before by.
 */
bool cluster_report_is_before(const cluster_report *report, const cluster_moment *one,
                              const cluster_moment *other, double slack);
/* An order of all moments: by frames, or by time if captures went on at one time. */
int cluster_report_compare(const cluster_report *report, const cluster_moment *one,
                           const cluster_moment *other);
/* The end of the capture that a frame is of, and of those that went on at once behind it. */
double cluster_report_capture_end(const cluster_report *report, uint32_t frame);
/* Likewise, the start of that capture, and of those that it goes on from. */
double cluster_report_capture_start(const cluster_report *report, uint32_t frame);
cluster_moment cluster_said_moment(const cluster_said *said);
/* Of an exchange: its request, or else its reply; and its reply, or else its request. */
cluster_moment cluster_exchange_start(const cluster_exchange *exchange);
cluster_moment cluster_exchange_end(const cluster_exchange *exchange);

/* Nodes. */

/* Whether a connection between nodes was lost, and did not come back. */
bool cluster_link_is_lost(const cluster_link *link);
cluster_node *cluster_report_node(const cluster_report *report, uint32_t node);
/* The node of a name that stands among the texts; CLUSTER_NO_NODE. */
uint32_t cluster_report_node_named(const cluster_report *report, uint32_t text);
/* Two nodes, in either order, as a key that g_int64_equal compares; and its hash. */
gint64 cluster_nodes_key(uint32_t one, uint32_t other);
guint cluster_nodes_hash(gconstpointer key);
/* Adds an address to a list of them, if it is new and there is room. */
bool cluster_add_address(GArray *addresses, const cluster_address *address);
bool cluster_has_address(const GArray *addresses, const cluster_address *address);
/* Where nodes (members: but those that only watch) were seen: cluster_address -> index of the node
 * + 1, or UINT32_MAX where there are several. To be freed with g_hash_table_destroy. */
GHashTable *cluster_report_places(const cluster_report *report, bool members);

/* Causes. */

cluster_cause *cluster_cause_new(const char *code, const char *format, ...) G_GNUC_PRINTF(2, 3);
void cluster_cause_free(gpointer cause);
/* Adds a frame in rising order; nothing for 0, one that is there, and when there is no room. */
void cluster_cause_add_frame(cluster_cause *cause, uint32_t frame);
void cluster_cause_add_text(cluster_cause *cause, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Frames. */

GArray *cluster_frames_new(void);
void cluster_frames_add(GArray *frames, uint32_t frame);

/* Words and printable text; what is returned as char * is to be freed with g_free. */

const char *cluster_outcome_name(cluster_outcome outcome);
/* What became of a join: the code of its cause, or else its outcome. */
const char *cluster_join_word(const cluster_exchange *join);
const char *cluster_severity_name(cluster_severity severity);
const char *cluster_state_name(cluster_state state); /* NULL for NONE */
/* The roles of a node: NULL-terminated in names, which has room for 5. listed only if alone. */
void cluster_role_names(uint8_t roles, const char *names[5]);
char *cluster_printable(cluster_text text);
char *cluster_address_text(const cluster_address *address);
char *cluster_endpoint_text(const cluster_endpoint *endpoint);
/* A node's name; other for CLUSTER_NO_NODE. */
char *cluster_node_text(const cluster_report *report, uint32_t node, const char *other);
/* A Beacon's name, or its endpoint where the name is not known. */
char *cluster_beacon_text(const cluster_report *report, const cluster_exchange *exchange);
/* The name of an alert of TLS; NULL if it has none. */
const char *cluster_tls_alert_name(uint16_t description);
/* Seconds with so many digits behind a point, whatever the locale. */
char *cluster_seconds_text(double seconds, int digits);

#endif
