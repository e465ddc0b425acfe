/* dot.c
 * The cluster as a graph in Graphviz's language: clusters as boxes, joins as arrows.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "fold.h"
#include "steps.h"

/* Appends printable text between quotes. Graphviz reads HTML's entities there, too. */
static void append_quoted(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            g_string_append_c(out, '\\');
        }
        g_string_append_c(out, *text);
        if (*text == '&') {
            g_string_append(out, "amp;");
        }
    }
    g_string_append_c(out, '"');
}

static void append_label(GString *out, char *text)
{
    append_quoted(out, text);
    g_free(text);
}

static void append_style(GString *out, const cluster_node *node)
{
    if ((node->roles & CLUSTER_ROLE_BEACON) != 0) {
        g_string_append(out, ", shape=house, style=filled, fillcolor=\"#cfe3f7\"");
    } else if (node->state == CLUSTER_STATE_FAILED) {
        g_string_append(out, ", color=\"#b00020\", fontcolor=\"#b00020\"");
    } else if (node->state == CLUSTER_STATE_LEFT || node->state == CLUSTER_STATE_OUTSIDE) {
        g_string_append(out, ", style=dashed");
    }
}

/* A node, or a box for all that it stands for; nothing if another stands for it. */
static void append_place(const cluster_report *report, GString *out, uint32_t index,
                         const cluster_folds *folds)
{
    const cluster_node *node = cluster_report_node(report, index);
    uint32_t count = folds->count[index];
    bool quiet = folds->quiet[index];
    bool box = quiet || count > 1;
    if (count > 0) {
        g_string_append_printf(out, "    n%u [label=", index);
        append_label(out, box ? g_strdup_printf("%u %s%s", count, quiet ? "more " : "",
                                                count == 1 ? "node" : "nodes")
                              : cluster_printable(node->name));
        append_style(out, node);
        g_string_append(out, box ? ", shape=box3d];\n" : "];\n");
    }
}

static void append_group(const cluster_report *report, GString *out, uint32_t place,
                         const cluster_folds *folds)
{
    const cluster_group *group = g_ptr_array_index(report->groups, place);
    g_string_append_printf(out, "  subgraph cluster_%u {\n    label=\"%u %s\";\n", place,
                           group->nodes->len, group->nodes->len == 1 ? "node" : "nodes");
    if (report->split == CLUSTER_SPLIT_YES) {
        g_string_append(out, "    color=\"#b00020\"; penwidth=3;\n");
    }
    for (guint i = 0; i < group->nodes->len; i++) {
        append_place(report, out, g_array_index(group->nodes, uint32_t, i), folds);
    }
    g_string_append(out, "  }\n");
}

/* Arrows. */

/* What stands for all joins, or for all lost connections, between the same two places. */
typedef struct {
    uint32_t tail;
    uint32_t head;
    const char *word; /* what came of the joins; "connection lost" */
    bool lost;
    uint32_t count;
} arrow;

/* Arrows in the order in which they were first drawn, and where each is. */
typedef struct {
    GArray *all;       /* arrow */
    GHashTable *known; /* its ends and its word, as text -> index + 1 */
} arrows;

static void draw(arrows *drawn, const arrow *more)
{
    bool turned = more->lost && more->tail > more->head; /* these point nowhere */
    char *key = g_strdup_printf("%u %u %s", turned ? more->head : more->tail,
                                turned ? more->tail : more->head, more->word);
    guint place = GPOINTER_TO_UINT(g_hash_table_lookup(drawn->known, key));
    if (place > 0) {
        g_array_index(drawn->all, arrow, place - 1).count += more->count;
        g_free(key);
        return;
    }
    g_array_append_vals(drawn->all, more, 1);
    g_hash_table_insert(drawn->known, key, GUINT_TO_POINTER(drawn->all->len));
}

static void draw_joins(const cluster_report *report, const cluster_folds *folds, arrows *drawn)
{
    for (guint i = 0; i < report->retries->len; i++) {
        const cluster_retries *retries = g_ptr_array_index(report->retries, i);
        const cluster_exchange *join = retries->first;
        if (join->asker != CLUSTER_NO_NODE && join->beacon != CLUSTER_NO_NODE &&
            !folds->quiet[join->asker]) {
            draw(drawn, &(arrow){folds->place[join->asker], folds->place[join->beacon],
                                 cluster_join_word(join), false, retries->count});
        }
    }
}

static void draw_lost(const cluster_report *report, const cluster_folds *folds, arrows *drawn)
{
    for (guint i = 0; i < report->links->len; i++) {
        const cluster_link *link = &g_array_index(report->links, cluster_link, i);
        if (cluster_link_is_lost(link)) {
            draw(drawn, &(arrow){folds->place[link->ends[0]], folds->place[link->ends[1]],
                                 "connection lost", true, 1});
        }
    }
}

static void append_arrow(GString *out, const arrow *drawn)
{
    bool joined = strcmp(drawn->word, cluster_outcome_name(CLUSTER_OUTCOME_JOINED)) == 0;
    g_string_append_printf(out, "  n%u -> n%u [label=", drawn->tail, drawn->head);
    append_label(out, drawn->count > 1 ? g_strdup_printf("%s, %u times", drawn->word, drawn->count)
                                       : g_strdup(joined ? "" : drawn->word));
    g_string_append(out, drawn->lost ? ", dir=none, style=dashed" : "");
    g_string_append(out, joined ? "];\n" : ", color=\"#b00020\", fontcolor=\"#b00020\"];\n");
}

static void append_arrows(const cluster_report *report, GString *out, const cluster_folds *folds)
{
    arrows drawn = {g_array_new(FALSE, FALSE, sizeof(arrow)),
                    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    draw_joins(report, folds, &drawn);
    draw_lost(report, folds, &drawn);
    for (guint i = 0; i < drawn.all->len; i++) {
        append_arrow(out, &g_array_index(drawn.all, arrow, i));
    }
    g_hash_table_destroy(drawn.known);
    g_array_unref(drawn.all);
}

/* What the whole graph is headed by: split brain, and what the report had no room for. */
static void append_heading(const cluster_report *report, GString *out)
{
    GString *text = g_string_new(NULL);
    if (report->split == CLUSTER_SPLIT_YES) {
        g_string_append(text, "Split brain: clusters that do not know each other");
    } else if (report->split == CLUSTER_SPLIT_UNKNOWN) {
        g_string_append_printf(text, "Split brain: not known: %s", report->split_why->str);
    }
    for (int limit = 0; limit < CLUSTER_LIMITS; limit++) {
        if ((report->limits >> limit & 1) != 0) {
            g_string_append_printf(text, "%sA limit was reached: %s", text->len > 0 ? ". " : "",
                                   cluster_limit_text((cluster_limit)limit));
        }
    }
    g_string_append(out, "  labelloc=t; label=");
    append_label(out, g_string_free(text, FALSE));
    g_string_append(out, ";\n");
}

GString *cluster_report_dot(const cluster_report *report)
{
    GString *out = g_string_new("digraph seekchat {\n  rankdir=LR; fontname=\"sans-serif\";\n"
                                "  node [fontname=\"sans-serif\"]; edge "
                                "[fontname=\"sans-serif\"];\n");
    cluster_folds *folds = cluster_folds_new(report);
    append_heading(report, out);
    for (uint32_t i = 0; i < report->groups->len; i++) {
        append_group(report, out, i, folds);
    }
    for (uint32_t i = 0; i < report->nodes->len; i++) {
        if (!cluster_report_node(report, report->order[i])->grouped) {
            append_place(report, out, report->order[i], folds);
        }
    }
    append_arrows(report, out, folds);
    g_string_append(out, "}\n");
    cluster_folds_free(folds);
    return out;
}
