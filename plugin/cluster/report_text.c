/* report_text.c
 * The report as text for a person: problems first, then what was seen.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <math.h>

#include "report.h"

/* To the nearest millisecond. */
static void append_time(GString *out, double seconds)
{
    GDateTime *time = NULL;
    double thousandths = floor(seconds * 1000 + 0.5);
    if (fabs(seconds) < 1e11) {
        time = g_date_time_new_from_unix_utc((gint64)floor(thousandths / 1000));
    }
    if (time == NULL) {
        g_string_append(out, "an unknown time");
        return;
    }
    char *text = g_date_time_format(time, "%Y-%m-%d %H:%M:%S");
    g_string_append_printf(out, "%s.%03d", text,
                           (int)(thousandths - floor(thousandths / 1000) * 1000));
    g_free(text);
    g_date_time_unref(time);
}

static void append_head(const cluster_report *report, GString *out)
{
    const cluster_facts *facts = report->facts;
    g_string_append(out, "SeekChat cluster report\n");
    if (!facts->any) {
        g_string_append(out, "Capture: no packets.\n");
        return;
    }
    g_string_append(out, "Capture: ");
    append_time(out, facts->first);
    g_string_append(out, " to ");
    append_time(out, facts->last);
    g_string_append_printf(out, " UTC, %.3f s.\n", facts->last - facts->first);
}

typedef void append_item(const cluster_report *report, GString *out, uint32_t index);

/* A section: its title with the number of its items, and the items. */
static void append_section(const cluster_report *report, GString *out, const char *title,
                           uint32_t count, append_item *append)
{
    g_string_append_printf(out, "\n%s: %u\n", title, count);
    for (uint32_t i = 0; i < MIN(count, CLUSTER_TEXT_LINES_MAX); i++) {
        g_string_append(out, "  ");
        append(report, out, i);
        g_string_append_c(out, '\n');
    }
    if (count > CLUSTER_TEXT_LINES_MAX) {
        g_string_append_printf(out, "  ... and %u more, which the JSON report lists\n",
                               count - CLUSTER_TEXT_LINES_MAX);
    }
}

static void append_frames(GString *out, const GArray *frames)
{
    for (guint i = 0; i < frames->len; i++) {
        g_string_append_printf(out, "%s%u", i == 0 ? "" : ", ", g_array_index(frames, uint32_t, i));
    }
}

static void append_problem(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_problem *problem = g_ptr_array_index(report->problems, index);
    g_string_append_printf(out, "%s %s: %s.", cluster_severity_name(problem->severity),
                           problem->code, problem->text);
    if (problem->filter != NULL) {
        g_string_append_printf(out, "\n    filter: %s", problem->filter);
    }
}

static void append_addresses(GString *out, const GArray *addresses)
{
    for (guint i = 0; i < addresses->len; i++) {
        if (i == CLUSTER_TEXT_LIST_MAX) {
            g_string_append_printf(out, " and %u more", addresses->len - i);
            return;
        }
        g_string_append(out, i == 0 ? "" : ", ");
        cluster_address_append(out, &g_array_index(addresses, cluster_address, i));
    }
}

static void append_names(const cluster_report *report, GString *out, const GArray *nodes)
{
    for (guint i = 0; i < nodes->len; i++) {
        if (i == CLUSTER_TEXT_LIST_MAX) {
            g_string_append_printf(out, " and %u more", nodes->len - i);
            return;
        }
        g_string_append(out, i == 0 ? "" : ", ");
        cluster_report_name(report, out, g_array_index(nodes, uint32_t, i), "");
    }
}

static void append_node(const cluster_report *report, GString *out, uint32_t place)
{
    uint32_t index = report->order[place];
    const cluster_node *node = cluster_facts_node_at(report->facts, index);
    const char *state = cluster_state_name(report->states[index]);
    const char *roles[5];
    cluster_report_name(report, out, index, "");
    cluster_role_names(node->roles, roles);
    g_string_append_printf(out, ": %s", state == NULL ? "state not known" : state);
    for (size_t i = 0; roles[i] != NULL; i++) {
        g_string_append_printf(out, ", %s", roles[i]);
    }
    g_string_append(out, node->addresses->len == 0 ? "" : "; at ");
    append_addresses(out, node->addresses);
    if (node->first_frame != 0) {
        g_string_append_printf(out, "; frames %u to %u", node->first_frame, node->last_frame);
    }
}

static void append_join(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_retries *retries = g_ptr_array_index(report->retries, index);
    const cluster_exchange *exchange = &retries->first->exchange;
    cluster_cause scratch;
    const cluster_cause *cause = cluster_join_cause(retries->first, &scratch);
    cluster_report_name(report, out, exchange->asker, "(seeker not known)");
    g_string_append(out, " -> ");
    cluster_report_beacon(report, out, retries->beacon, &exchange->server);
    g_string_append_printf(out, ": %s", cluster_outcome_name(retries->first->outcome));
    if (cause != NULL) {
        g_string_append_printf(out, " (%s)", cause->code);
    }
    if (retries->count > 1) {
        g_string_append_printf(out, ", %u times in %.3f s", retries->count,
                               retries->last_time - retries->first_time);
    } else if (exchange->request_frame != 0 && exchange->reply_frame != 0) {
        g_string_append_printf(out, " in %.3f s", exchange->reply_time - exchange->request_time);
    }
    g_string_append(out, "; frames ");
    append_frames(out, retries->frames);
}

static void append_watch(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_watch *watch = g_ptr_array_index(report->watches, index);
    const cluster_exchange *exchange = &watch->exchange;
    cluster_report_name(report, out, exchange->asker, "(watcher not known)");
    g_string_append(out, " -> ");
    cluster_report_beacon(report, out, cluster_facts_beacon(report->facts, exchange),
                          &exchange->server);
    if (watch->nodes == NULL) {
        g_string_append(out, !exchange->answered ? ": no reply" : ": no node list");
    } else if (watch->nodes->len == 0) {
        g_string_append(out, ": no other node");
    } else {
        g_string_append_printf(out, ": %u %s: ", watch->nodes->len,
                               watch->nodes->len == 1 ? "node" : "nodes");
        append_names(report, out, watch->nodes);
    }
    g_string_append(out, "; frames ");
    if (exchange->request_frame != 0 && exchange->reply_frame != 0) {
        g_string_append_printf(out, "%u, %u", exchange->request_frame, exchange->reply_frame);
    } else {
        g_string_append_printf(out, "%u", MAX(exchange->request_frame, exchange->reply_frame));
    }
}

static void append_targets(GString *out, const char *what, const GArray *addresses)
{
    g_string_append_printf(out, "\n    %u %s", addresses->len, what);
    g_string_append(out, addresses->len == 0 ? "" : ": ");
    append_addresses(out, addresses);
}

static void append_scan(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_scan_view *view = &g_array_index(report->scans, cluster_scan_view, index);
    const cluster_scan *scan = view->scan;
    uint16_t port = cluster_report_port(report, scan);
    cluster_address_append(out, &scan->source);
    if (port != 0) {
        g_string_append_printf(out, " for port %u", port);
    }
    if (view->rounds == 0) {
        g_string_append(out, ", known by its ARP requests alone");
    } else {
        g_string_append_printf(out, ", %u %s", view->rounds,
                               view->rounds == 1 ? "round" : "rounds");
    }
    g_string_append_printf(out, ": %s", view->answered->len > 0 ? "found" : "none found");
    if (scan->first_frame != 0) {
        g_string_append_printf(out, "; frames %u to %u", scan->first_frame, scan->last_frame);
    }
    append_targets(out, "answered", view->answered);
    append_targets(out, "refused", view->refused);
    append_targets(out, "silent", view->silent);
}

static void append_group(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_group *group = g_ptr_array_index(report->groups, index);
    append_names(report, out, group->nodes);
    g_string_append(out, group->beacons->len == 1 ? "; Beacon " : "; Beacons ");
    append_names(report, out, group->beacons);
}

GString *cluster_report_text(const cluster_report *report)
{
    const cluster_facts *facts = report->facts;
    GString *out = g_string_new(NULL);
    append_head(report, out);
    if (facts->nodes->len + report->joins->len + report->watches->len + report->scans->len +
            report->problems->len ==
        0) {
        g_string_append(out, "Nothing of SeekChat was seen: no message, and no scan of a locator "
                             "port.\n");
        return out;
    }
    append_section(report, out, "Problems", report->problems->len, append_problem);
    append_section(report, out, "Clusters", report->groups->len, append_group);
    g_string_append_printf(out, "Split brain: %s\n", report->split_brain ? "yes" : "no");
    append_section(report, out, "Nodes", facts->nodes->len, append_node);
    append_section(report, out, "Joins, retries together", report->retries->len, append_join);
    append_section(report, out, "Watches", report->watches->len, append_watch);
    append_section(report, out, "Scans", report->scans->len, append_scan);
    return out;
}
