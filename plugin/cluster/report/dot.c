/* dot.c
 * The cluster as a graph in Graphviz's language: clusters as boxes, joins as arrows.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "steps.h"

/* Appends printable text between quotes. */
static void append_quoted(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            g_string_append_c(out, '\\');
        }
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, '"');
}

static void append_label(GString *out, char *text)
{
    append_quoted(out, text);
    g_free(text);
}

/* Nodes that do something beside joining and being listed stand for themselves. */
static bool is_plain(const cluster_report *report, uint32_t index)
{
    const cluster_node *node = cluster_report_node(report, index);
    bool failed = node->newest != NULL && node->newest->outcome != CLUSTER_OUTCOME_JOINED;
    return (node->roles & CLUSTER_ROLE_BEACON) == 0 && node->state == CLUSTER_STATE_CLUSTERED &&
           !failed;
}

static bool is_folded(const cluster_report *report, const bool *folded, uint32_t index)
{
    return index != CLUSTER_NO_NODE && folded[index] && is_plain(report, index);
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

static void append_group(const cluster_report *report, GString *out, uint32_t place, bool *folded)
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
        folded[node] = group->nodes->len > CLUSTER_DOT_NODES_MAX;
        if (is_folded(report, folded, node)) {
            count++;
        } else {
            append_node(report, out, node);
        }
    }
    if (count > 0) {
        g_string_append_printf(out, "    m%u [label=\"%u more nodes\", shape=box3d];\n", place,
                               count);
    }
    g_string_append(out, "  }\n");
}

static void append_arrow(const cluster_report *report, GString *out, const cluster_retries *retries,
                         const bool *folded)
{
    const cluster_exchange *join = retries->first;
    bool joined = join->outcome == CLUSTER_OUTCOME_JOINED;
    if (join->asker == CLUSTER_NO_NODE || join->beacon == CLUSTER_NO_NODE ||
        is_folded(report, folded, join->asker)) {
        return;
    }
    g_string_append_printf(out, "  n%u -> n%u [label=", join->asker, join->beacon);
    const char *word =
        join->cause != NULL ? join->cause->code : cluster_outcome_name(join->outcome);
    append_label(out, retries->count > 1 ? g_strdup_printf("%s, %u times", word, retries->count)
                                         : g_strdup(joined ? "" : word));
    g_string_append(out, joined ? "];\n" : ", color=\"#b00020\", fontcolor=\"#b00020\"];\n");
}

static void append_lost(const cluster_report *report, GString *out, const bool *folded)
{
    for (guint i = 0; i < report->links->len; i++) {
        const cluster_link *link = &g_array_index(report->links, cluster_link, i);
        if (link->lost && !link->back && !is_folded(report, folded, link->ends[0]) &&
            !is_folded(report, folded, link->ends[1])) {
            g_string_append_printf(out,
                                   "  n%u -> n%u [label=\"connection lost\", dir=none, "
                                   "style=dashed, color=\"#b00020\", fontcolor=\"#b00020\"];\n",
                                   link->ends[0], link->ends[1]);
        }
    }
}

GString *cluster_report_dot(const cluster_report *report)
{
    static const char *const split[] = {
        [CLUSTER_SPLIT_NO] = "",
        [CLUSTER_SPLIT_YES] = "Split brain: clusters that do not know each other",
        [CLUSTER_SPLIT_UNKNOWN] = "Split brain: not known: ",
    };
    GString *out = g_string_new("digraph seekchat {\n  rankdir=LR; fontname=\"sans-serif\";\n"
                                "  node [fontname=\"sans-serif\"]; edge "
                                "[fontname=\"sans-serif\"];\n  label=");
    bool *folded = g_new0(bool, report->nodes->len);
    append_label(out,
                 g_strconcat(split[report->split],
                             report->split == CLUSTER_SPLIT_UNKNOWN ? report->split_why->str : "",
                             NULL));
    g_string_append(out, ";\n");
    for (uint32_t i = 0; i < report->groups->len; i++) {
        append_group(report, out, i, folded);
    }
    for (uint32_t i = 0; i < report->nodes->len; i++) {
        if (!cluster_report_node(report, report->order[i])->grouped) {
            append_node(report, out, report->order[i]);
        }
    }
    for (guint i = 0; i < report->retries->len; i++) {
        append_arrow(report, out, g_ptr_array_index(report->retries, i), folded);
    }
    append_lost(report, out, folded);
    g_string_append(out, "}\n");
    g_free(folded);
    return out;
}
