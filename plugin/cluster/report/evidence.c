/* evidence.c
 * What packets show of a talk, and how causes name their frames.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "causes.h"

const cluster_party *cluster_talk_party(const cluster_talk *talk, cluster_side side)
{
    return &talk->conversation->party[side];
}

uint32_t cluster_talk_frame(const cluster_talk *talk, cluster_said_kind kind)
{
    const cluster_said *found = cluster_talk_find(talk, kind);
    return found == NULL ? 0 : found->frame;
}

uint32_t cluster_party_end(const cluster_party *side)
{
    return side->fin == 0 || (side->reset != 0 && side->reset < side->fin) ? side->reset
                                                                           : side->fin;
}

uint32_t cluster_talk_hung_up(const cluster_talk *talk)
{
    uint32_t client = cluster_party_end(cluster_talk_party(talk, CLUSTER_CLIENT));
    uint32_t server = cluster_party_end(cluster_talk_party(talk, CLUSTER_SERVER));
    return server != 0 && (client == 0 || server < client) ? server : 0;
}

bool cluster_talk_is_unheard(const cluster_talk *talk)
{
    return talk->conversation->syn_ack == 0 &&
           cluster_talk_party(talk, CLUSTER_SERVER)->last == 0 &&
           !cluster_talk_party(talk, CLUSTER_SERVER)->based;
}

const char *cluster_talk_accepter_text(const cluster_talk *talk, char **text)
{
    return *text = cluster_address_text(&cluster_talk_end(talk, 0, CLUSTER_SERVER)->address);
}

bool cluster_ping_is_filtered(const cluster_ping *ping)
{
    return ping->index->report->facts->filter != NULL;
}

void cluster_cause_add_kinds(cluster_cause *cause, const cluster_talk *talk,
                             cluster_said_kind first, cluster_said_kind last)
{
    for (int kind = (int)first; kind <= (int)last; kind++) {
        cluster_cause_add_frame(cause, cluster_talk_frame(talk, (cluster_said_kind)kind));
    }
}

void cluster_cause_add_given(const cluster_ping *ping, cluster_cause *cause,
                             const cluster_talk *talk)
{
    const cluster_said *given = cluster_ping_given(ping, talk);
    cluster_cause_add_frame(cause, given == NULL ? 0 : given->frame);
}

void cluster_cause_add_tie(const cluster_ping *ping, cluster_cause *cause)
{
    if (ping->by_time) {
        cluster_cause_add_text(cause, "; nothing but the time ties that to this ping");
    }
}

void cluster_cause_add_lookups(const cluster_ping *ping, cluster_cause *cause)
{
    for (guint i = 0; i < ping->lookups->len; i++) {
        cluster_cause_add_frame(
            cause, ((cluster_lookup *)g_ptr_array_index(ping->lookups, i))->when.frame);
    }
}

cluster_cause *cluster_cause_at(const char *code, uint32_t frame, const char *text)
{
    cluster_cause *cause = cluster_cause_new(code, "%s", text);
    cluster_cause_add_frame(cause, frame);
    return cause;
}
