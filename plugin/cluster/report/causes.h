/* causes.h
 * What the files on causes share: causes.c, unknown.c and replies.c. Private to report/.
 * May include: ping.h and steps.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_CAUSES_H
#define CLUSTER_CAUSES_H

#include "ping.h"
#include "steps.h"

/* What packets show: evidence.c. */

/* The frame of the first said of a kind; 0. */
uint32_t cluster_talk_frame(const cluster_talk *talk, cluster_said_kind kind);
const cluster_party *cluster_talk_party(const cluster_talk *talk, cluster_side side);
/* The frame in which a side ended the connection; 0. */
uint32_t cluster_party_end(const cluster_party *side);
/* The frame in which the accepting side ended the connection before the other did; 0. */
uint32_t cluster_talk_hung_up(const cluster_talk *talk);
/* Whether nothing came from the accepting side, as the other side's numbers say, too. */
bool cluster_talk_is_unheard(const cluster_talk *talk);
/* The address of the accepting side, which is stored in *text, too, to be freed with g_free. */
const char *cluster_talk_accepter_text(const cluster_talk *talk, char **text);
/* Whether a display filter may hide what is not seen. */
bool cluster_ping_is_filtered(const cluster_ping *ping);

/* A cause of one frame. */
cluster_cause *cluster_cause_at(const char *code, uint32_t frame, const char *text);
/* Adds the frames of all kinds from the first to the last. */
void cluster_cause_add_kinds(cluster_cause *cause, const cluster_talk *talk,
                             cluster_said_kind first, cluster_said_kind last);
/* Adds the frame in which EPMD gave the port of a talk. */
void cluster_cause_add_given(const cluster_ping *ping, cluster_cause *cause,
                             const cluster_talk *talk);
/* Says it where nothing but its time ties a talk with EPMD to the ping. */
void cluster_cause_add_tie(const cluster_ping *ping, cluster_cause *cause);
/* Adds the frames of the look-ups of the seeker's host. */
void cluster_cause_add_lookups(const cluster_ping *ping, cluster_cause *cause);

/* What is said where no rule finds a cause: unknown.c. */
cluster_cause *cluster_ping_unknown(const cluster_ping *ping);

/* Why no reply came: replies.c. They set the exchange's severity, and its outcome if it changes. */

/* Why a Beacon cannot decode a request; NULL if it can, or may. */
cluster_cause *cluster_why_no_request(const cluster_report *report, cluster_exchange *exchange);
/* Why a request has no reply. */
cluster_cause *cluster_why_no_reply(const cluster_report *report, cluster_exchange *exchange);
/* Why a reply is not read; NULL if it is. */
cluster_cause *cluster_why_unread(const cluster_report *report, cluster_exchange *exchange);

#endif
