/* links.c
 * Distribution connections between nodes that are known: which were up, and how they ended.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "steps.h"

#include <string.h>

/* The one node that was seen at an address; CLUSTER_NO_NODE if there is none, or several. */
static uint32_t node_at(GHashTable *places, const cluster_address *address)
{
    uint32_t node = GPOINTER_TO_UINT(g_hash_table_lookup(places, address));
    return node == UINT32_MAX ? CLUSTER_NO_NODE : node - 1;
}

/* How a connection ended; NULL if it did not. */
static const char *how_ended(const cluster_report *report, const cluster_talk *talk,
                             cluster_link *link)
{
    const cluster_conversation *conversation = talk->conversation;
    const cluster_party *party = conversation->party;
    if (party[0].reset != 0 || party[1].reset != 0) {
        link->frames[0] = party[0].reset;
        link->frames[1] = party[1].reset;
        link->lost_when.time = conversation->ended;
        return "was reset";
    }
    if (party[0].fin != 0 || party[1].fin != 0) {
        link->frames[0] = party[0].fin;
        link->frames[1] = party[1].fin;
        link->lost_when.time = conversation->ended;
        link->stopped = true;
        return "was closed";
    }
    for (int side = 0; side < 2 && report->facts->filter == NULL; side++) {
        const cluster_party *sender = &party[side];
        /* Of a capture that holds one direction alone, nothing is known of answers. */
        bool repeated = sender->again >= CLUSTER_SILENT_REPEATS && party[!side].last != 0;
        if (repeated && sender->last - sender->again_time >= CLUSTER_SILENT_TIME) {
            link->frames[0] = sender->again_frame;
            link->frames[1] = conversation->last.frame;
            link->lost_when.time = sender->again_time;
            return "got no answer any more, though it was sent the same again and again";
        }
    }
    return NULL;
}

static uint32_t node_of(const cluster_report *report, GHashTable *places, const cluster_talk *talk,
                        cluster_side side)
{
    const cluster_said *name = cluster_talk_find(
        talk, side == CLUSTER_CLIENT ? CLUSTER_SAID_NAME : CLUSTER_SAID_CHALLENGE);
    if (name != NULL) {
        return cluster_report_node_named(report, name->text);
    }
    return node_at(places, &cluster_talk_end(talk, 0, side)->address);
}

static void add_link(cluster_report *report, GHashTable *places, const cluster_talk *talk)
{
    const cluster_said *up = cluster_conversation_up(talk->conversation);
    if (up == NULL) {
        return;
    }
    cluster_link link = {.talk = talk, .up = cluster_said_moment(up)};
    for (int side = 0; side < 2; side++) {
        link.ends[side] = node_of(report, places, talk, (cluster_side)side);
    }
    if (link.ends[0] == CLUSTER_NO_NODE || link.ends[1] == CLUSTER_NO_NODE ||
        link.ends[0] == link.ends[1]) {
        return;
    }
    link.how = how_ended(report, talk, &link);
    link.lost = link.how != NULL;
    uint32_t first = link.frames[0] != 0 ? link.frames[0] : link.frames[1];
    link.lost_when.frame = link.frames[1] != 0 ? MIN(first, link.frames[1]) : first;
    g_array_append_val(report->links, link);
}

/* The connections that were not seen to end: key of two nodes -> when such a one was last heard. */
static GHashTable *open_links(const cluster_report *report)
{
    GHashTable *heard = g_hash_table_new_full(cluster_nodes_hash, g_int64_equal, g_free, NULL);
    for (guint i = 0; i < report->links->len; i++) {
        const cluster_link *link = &g_array_index(report->links, cluster_link, i);
        const cluster_moment *last = &link->talk->conversation->last;
        gint64 key = cluster_nodes_key(link->ends[0], link->ends[1]);
        const cluster_moment *known = g_hash_table_lookup(heard, &key);
        if (!link->lost && (known == NULL || cluster_report_is_before(report, known, last, 0))) {
            g_hash_table_replace(heard, cluster_copy(&key, sizeof key), (gpointer)last);
        }
    }
    return heard;
}

/*
 * A lost connection is back if another between the same nodes was heard later. One that is only not
 * seen to end is no sign of that: a host that loses its power sends no FIN.
 */
static void find_back(cluster_report *report)
{
    GHashTable *heard = open_links(report);
    for (guint i = 0; i < report->links->len; i++) {
        cluster_link *link = &g_array_index(report->links, cluster_link, i);
        gint64 key = cluster_nodes_key(link->ends[0], link->ends[1]);
        const cluster_moment *last = g_hash_table_lookup(heard, &key);
        link->back = link->lost && last != NULL &&
                     cluster_report_is_before(report, &link->lost_when, last, 0);
    }
    g_hash_table_destroy(heard);
}

void cluster_report_find_links(cluster_report *report)
{
    GHashTable *places = cluster_report_places(report, false);
    report->links = g_array_new(FALSE, FALSE, sizeof(cluster_link));
    for (guint i = 0; i < report->talks->len; i++) {
        const cluster_talk *talk = g_ptr_array_index(report->talks, i);
        if (cluster_conversation_speech(talk->conversation) == CLUSTER_SPEAKS_DIST) {
            add_link(report, places, talk);
        }
    }
    find_back(report);
    g_hash_table_destroy(places);
}
