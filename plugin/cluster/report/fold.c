/* fold.c
 * Which nodes the graph does not show one by one.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "fold.h"

#include <string.h>

#include "steps.h"

/* What a fold is made with. Nodes outside of all clusters form a group too, behind the others. */
typedef struct {
    const cluster_report *report;
    cluster_folds *folds;
    uint32_t *group; /* of each node */
    uint32_t *loud;  /* of each group: nodes that are neither quiet nor Beacons */
    bool *beacon;    /* of each node: somebody asked it to join, or it answered */
    GString **key;   /* of each node that may be folded: alike for those that one stands for */
} folding;

static void find_groups(folding *work)
{
    const GPtrArray *groups = work->report->groups;
    for (guint i = 0; i < work->report->nodes->len; i++) {
        work->group[i] = groups->len;
    }
    for (guint i = 0; i < groups->len; i++) {
        const GArray *nodes = ((const cluster_group *)g_ptr_array_index(groups, i))->nodes;
        for (guint k = 0; k < nodes->len; k++) {
            work->group[g_array_index(nodes, uint32_t, k)] = i;
        }
    }
}

static bool is_large(const folding *work, uint32_t node)
{
    const GPtrArray *groups = work->report->groups;
    const cluster_group *group =
        work->group[node] < groups->len ? g_ptr_array_index(groups, work->group[node]) : NULL;
    return group != NULL && group->nodes->len > CLUSTER_DOT_NODES_MAX;
}

static void find_quiet(folding *work)
{
    const cluster_report *report = work->report;
    for (guint i = 0; i < report->nodes->len; i++) {
        work->folds->quiet[i] =
            is_large(work, i) && cluster_report_node(report, i)->state == CLUSTER_STATE_CLUSTERED;
        work->beacon[i] = (cluster_report_node(report, i)->roles & CLUSTER_ROLE_BEACON) != 0;
    }
    for (guint i = 0; i < report->retries->len; i++) {
        const cluster_exchange *join =
            ((const cluster_retries *)g_ptr_array_index(report->retries, i))->first;
        if (join->beacon != CLUSTER_NO_NODE) {
            work->beacon[join->beacon] = true;
        }
        if (join->asker != CLUSTER_NO_NODE && join->outcome != CLUSTER_OUTCOME_JOINED) {
            work->folds->quiet[join->asker] = false;
        }
    }
    for (guint i = 0; i < report->links->len; i++) {
        const cluster_link *link = &g_array_index(report->links, cluster_link, i);
        for (int end = 0; end < 2 && cluster_link_is_lost(link); end++) {
            work->folds->quiet[link->ends[end]] = false;
        }
    }
    for (guint i = 0; i < report->nodes->len; i++) {
        work->folds->quiet[i] = work->folds->quiet[i] && !work->beacon[i];
        work->loud[work->group[i]] += !work->folds->quiet[i] && !work->beacon[i];
    }
}

/* Keys. */

static void start_keys(folding *work)
{
    for (guint i = 0; i < work->report->nodes->len; i++) {
        bool quiet = work->folds->quiet[i];
        bool folds = quiet || work->loud[work->group[i]] > CLUSTER_DOT_NODES_MAX;
        if (folds && !work->beacon[i]) {
            work->key[i] = g_string_new(NULL);
            g_string_printf(work->key[i], "%u %u %d", work->group[i],
                            cluster_report_node(work->report, i)->state, quiet);
        }
    }
}

static gint compare_joins(gconstpointer one, gconstpointer other)
{
    const cluster_exchange *left = (*(const cluster_retries *const *)one)->first;
    const cluster_exchange *right = (*(const cluster_retries *const *)other)->first;
    return left->beacon != right->beacon
               ? (left->beacon < right->beacon ? -1 : 1)
               : strcmp(cluster_join_word(left), cluster_join_word(right));
}

static bool is_told(const folding *work, uint32_t node)
{
    return node != CLUSTER_NO_NODE && work->key[node] != NULL && !work->folds->quiet[node];
}

/* Adds to each key where its node wanted to join and what came of it, in one and the same order. */
static void add_joins(folding *work)
{
    GPtrArray *sorted = g_ptr_array_copy(work->report->retries, NULL, NULL);
    g_ptr_array_set_free_func(sorted, NULL);
    g_ptr_array_sort(sorted, compare_joins);
    for (guint i = 0; i < sorted->len; i++) {
        const cluster_exchange *join =
            ((const cluster_retries *)g_ptr_array_index(sorted, i))->first;
        if (is_told(work, join->asker)) {
            g_string_append_printf(work->key[join->asker], ";%u %s", join->beacon,
                                   cluster_join_word(join));
        }
    }
    g_ptr_array_unref(sorted);
}

static void add_lost(folding *work)
{
    const cluster_report *report = work->report;
    for (guint i = 0; i < report->links->len; i++) {
        const cluster_link *link = &g_array_index(report->links, cluster_link, i);
        for (int end = 0; end < 2 && cluster_link_is_lost(link); end++) {
            GString *key = work->key[link->ends[end]];
            if (key != NULL && !g_str_has_suffix(key->str, ";lost")) {
                g_string_append(key, ";lost");
            }
        }
    }
}

/* Places. */

static void find_places(folding *work)
{
    GHashTable *first = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < work->report->nodes->len; i++) {
        uint32_t node = work->report->order[i];
        uint32_t place = node;
        if (work->key[node] != NULL) {
            gpointer found = g_hash_table_lookup(first, work->key[node]->str);
            place = found == NULL ? node : GPOINTER_TO_UINT(found) - 1;
            g_hash_table_insert(first, work->key[node]->str, GUINT_TO_POINTER(place + 1));
        }
        work->folds->place[node] = place;
        work->folds->count[place]++;
    }
    g_hash_table_destroy(first);
}

cluster_folds *cluster_folds_new(const cluster_report *report)
{
    uint32_t nodes = report->nodes->len;
    cluster_folds *folds = g_new0(cluster_folds, 1);
    *folds = (cluster_folds){g_new0(uint32_t, nodes), g_new0(uint32_t, nodes), g_new0(bool, nodes)};
    folding work = {report,
                    folds,
                    g_new0(uint32_t, nodes),
                    g_new0(uint32_t, report->groups->len + 1),
                    g_new0(bool, nodes),
                    g_new0(GString *, nodes)};
    find_groups(&work);
    find_quiet(&work);
    start_keys(&work);
    add_joins(&work);
    add_lost(&work);
    find_places(&work);
    for (uint32_t i = 0; i < nodes; i++) {
        if (work.key[i] != NULL) {
            g_string_free(work.key[i], TRUE);
        }
    }
    g_free(work.key);
    g_free(work.beacon);
    g_free(work.loud);
    g_free(work.group);
    return folds;
}

void cluster_folds_free(cluster_folds *folds)
{
    g_free(folds->place);
    g_free(folds->count);
    g_free(folds->quiet);
    g_free(folds);
}
