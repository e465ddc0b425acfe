/* dot.c
 * The cluster as a graph in Graphviz's language: clusters as boxes, joins as arrows.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

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

static void fold_group(const cluster_report *report, const cluster_group *group, bool *folded)
{
    for (guint i = 0; i < group->nodes->len; i++) {
        uint32_t index = g_array_index(group->nodes, uint32_t, i);
        const cluster_node *node = cluster_report_node(report, index);
        folded[index] =
            (node->roles & CLUSTER_ROLE_BEACON) == 0 && node->state == CLUSTER_STATE_CLUSTERED;
    }
}

/* Shows this node by itself, whatever was decided before. */
static void unfold(bool *folded, uint32_t index)
{
    if (index != CLUSTER_NO_NODE) {
        folded[index] = false;
    }
}

static bool is_lost(const cluster_link *link)
{
    return link->lost && !link->back;
}

/* Which nodes only count in their cluster's box: those of large ones that joined or were listed,
 * and no more. The caller frees it. */
static bool *folded_nodes(const cluster_report *report)
{
    bool *folded = g_new0(bool, report->nodes->len);
    for (guint i = 0; i < report->groups->len; i++) {
        const cluster_group *group = g_ptr_array_index(report->groups, i);
        if (group->nodes->len > CLUSTER_DOT_NODES_MAX) {
            fold_group(report, group, folded);
        }
    }
    for (guint i = 0; i < report->retries->len; i++) {
        const cluster_retries *retries = g_ptr_array_index(report->retries, i);
        unfold(folded, retries->first->beacon);
        if (retries->first->outcome != CLUSTER_OUTCOME_JOINED) {
            unfold(folded, retries->first->asker);
        }
    }
    for (guint i = 0; i < report->links->len; i++) {
        const cluster_link *link = &g_array_index(report->links, cluster_link, i);
        if (is_lost(link)) {
            unfold(folded, link->ends[0]);
            unfold(folded, link->ends[1]);
        }
    }
    return folded;
}

static void append_node(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_node *node = cluster_report_node(report, index);
    bool beacon = (node->roles & CLUSTER_ROLE_BEACON) != 0;
    g_string_append_printf(out, "    n%u [label=", index);
    append_label(out, cluster_printable(node->name));
    if (beacon) {
        g_string_append(out, ", shape=house, style=filled, fillcolor=\"#cfe3f7\"");
    } else if (node->state == CLUSTER_STATE_FAILED) {
        g_string_append(out, ", color=\"#b00020\", fontcolor=\"#b00020\"");
    } else if (node->state == CLUSTER_STATE_LEFT || node->state == CLUSTER_STATE_OUTSIDE) {
        g_string_append(out, ", style=dashed");
    }
    g_string_append(out, "];\n");
}

static void append_group(const cluster_report *report, GString *out, uint32_t place,
                         const bool *folded)
{
    const cluster_group *group = g_ptr_array_index(report->groups, place);
    uint32_t count = 0;
    g_string_append_printf(out, "  subgraph cluster_%u {\n    label=\"%u %s\";\n", place,
                           group->nodes->len, group->nodes->len == 1 ? "node" : "nodes");
    if (report->split == CLUSTER_SPLIT_YES) {
        g_string_append(out, "    color=\"#b00020\"; penwidth=3;\n");
    }
    for (guint i = 0; i < group->nodes->len; i++) {
        uint32_t node = g_array_index(group->nodes, uint32_t, i);
        if (folded[node]) {
            count++;
        } else {
            append_node(report, out, node);
        }
    }
    if (count > 0) {
        g_string_append_printf(out, "    m%u [label=\"%u more %s\", shape=box3d];\n", place, count,
                               count == 1 ? "node" : "nodes");
    }
    g_string_append(out, "  }\n");
}

static void append_arrow(GString *out, const cluster_retries *retries, const bool *folded)
{
    const cluster_exchange *join = retries->first;
    bool joined = join->outcome == CLUSTER_OUTCOME_JOINED;
    if (join->asker == CLUSTER_NO_NODE || join->beacon == CLUSTER_NO_NODE || folded[join->asker]) {
        return;
    }
    g_string_append_printf(out, "  n%u -> n%u [label=", join->asker, join->beacon);
    const char *word =
        join->cause != NULL ? join->cause->code : cluster_outcome_name(join->outcome);
    append_label(out, retries->count > 1 ? g_strdup_printf("%s, %u times", word, retries->count)
                                         : g_strdup(joined ? "" : word));
    g_string_append(out, joined ? "];\n" : ", color=\"#b00020\", fontcolor=\"#b00020\"];\n");
}

static void append_lost(const cluster_report *report, GString *out)
{
    for (guint i = 0; i < report->links->len; i++) {
        const cluster_link *link = &g_array_index(report->links, cluster_link, i);
        if (is_lost(link)) {
            g_string_append_printf(out,
                                   "  n%u -> n%u [label=\"connection lost\", dir=none, "
                                   "style=dashed, color=\"#b00020\", fontcolor=\"#b00020\"];\n",
                                   link->ends[0], link->ends[1]);
        }
    }
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
    bool *folded = folded_nodes(report);
    append_heading(report, out);
    for (uint32_t i = 0; i < report->groups->len; i++) {
        append_group(report, out, i, folded);
    }
    for (uint32_t i = 0; i < report->nodes->len; i++) {
        if (!cluster_report_node(report, report->order[i])->grouped) {
            append_node(report, out, report->order[i]);
        }
    }
    for (guint i = 0; i < report->retries->len; i++) {
        append_arrow(out, g_ptr_array_index(report->retries, i), folded);
    }
    append_lost(report, out);
    g_string_append(out, "}\n");
    g_free(folded);
    return out;
}
