/* captures.c
 * The captures of facts: their order, and what holds of them all together.
 * May include: the headers of merge/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "captures.h"

#include <string.h>

int cluster_captures_compare(const cluster_capture *one, const cluster_capture *other)
{
    if (one->first != other->first) {
        return one->first < other->first ? -1 : 1;
    }
    if (one->last != other->last) {
        return one->last < other->last ? -1 : 1;
    }
    if (one->frames != other->frames) {
        return one->frames < other->frames ? -1 : 1;
    }
    return strcmp(one->digest, other->digest);
}

/* All filters, each once, in the order of the captures. */
static char *filters_of(const GArray *captures)
{
    GHashTable *known = g_hash_table_new(NULL, NULL);
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < captures->len; i++) {
        const char *filter = g_array_index(captures, cluster_capture, i).filter;
        if (filter != NULL && g_hash_table_add(known, (gpointer)filter)) {
            g_string_append(all, all->len == 0 ? "" : "; ");
            g_string_append(all, filter);
        }
    }
    bool any = g_hash_table_size(known) > 0;
    g_hash_table_destroy(known);
    return g_string_free(all, !any);
}

static void add_tally(cluster_tally *sum, const cluster_tally *part)
{
    sum->count += MIN(part->count, UINT32_MAX - sum->count);
    sum->frame = sum->frame == 0 ? part->frame : sum->frame;
}

void cluster_captures_sum(cluster_facts *facts)
{
    memset(facts->unread, 0, sizeof facts->unread);
    for (guint i = 0; i < facts->captures->len; i++) {
        const cluster_capture *capture = &g_array_index(facts->captures, cluster_capture, i);
        for (int kind = 0; kind < CLUSTER_UNREADS; kind++) {
            add_tally(&facts->unread[kind], &capture->unread[kind]);
        }
    }
    g_free(facts->filter);
    facts->filter = filters_of(facts->captures);
}
