/* report.c
 * Makes a report from recorded facts, and knows the words of both its forms.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "report.h"

#include "escape.h"
#include "same.h"

static void free_group(gpointer data)
{
    cluster_group *group = data;
    g_array_unref(group->nodes);
    g_array_unref(group->beacons);
    g_free(group);
}

static void free_retries(gpointer data)
{
    cluster_retries *retries = data;
    g_array_unref(retries->frames);
    g_free(retries);
}

static void free_problem(gpointer data)
{
    cluster_problem *problem = data;
    g_array_unref(problem->frames);
    g_free(problem->text);
    g_free(problem->filter);
    g_free(problem);
}

static void clear_view(gpointer data)
{
    cluster_scan_view_clear(data);
}

static void find_scans(cluster_report *report)
{
    report->walks = cluster_scans_find(report->facts, &report->limits);
    for (guint i = 0; i < report->walks->len; i++) {
        cluster_scan_view view;
        if (cluster_scan_look(g_ptr_array_index(report->walks, i), &view)) {
            g_array_append_val(report->scans, view);
        }
    }
}

/* The events of the facts, in order. */
static void find_events(cluster_report *report)
{
    report->all_joins = cluster_sorted_joins(report->facts);
    report->all_watches = cluster_sorted_watches(report->facts);
    report->joins = cluster_same_joins(report->facts, report->all_joins);
    report->watches = cluster_same_watches(report->facts, report->all_watches);
    report->findings = cluster_sorted_findings(report->facts);
    report->order = cluster_sorted_nodes(report->facts);
}

cluster_report *cluster_report_new(const cluster_facts *facts)
{
    cluster_report *report = g_new0(cluster_report, 1);
    report->facts = facts;
    report->states = g_new0(uint8_t, facts->nodes->len);
    report->proofs = g_new0(uint32_t, facts->nodes->len);
    report->newest = g_new0(const cluster_join *, facts->nodes->len);
    report->limits = facts->limits;
    report->groups = g_ptr_array_new_with_free_func(free_group);
    report->scans = g_array_new(FALSE, FALSE, sizeof(cluster_scan_view));
    g_array_set_clear_func(report->scans, clear_view);
    report->retries = g_ptr_array_new_with_free_func(free_retries);
    report->problems = g_ptr_array_new_with_free_func(free_problem);
    find_events(report);
    find_scans(report);
    cluster_report_find_groups(report);
    cluster_report_find_retries(report);
    cluster_report_find_problems(report);
    return report;
}

void cluster_report_free(cluster_report *report)
{
    g_ptr_array_unref(report->problems);
    g_ptr_array_unref(report->retries);
    g_array_unref(report->scans);
    g_ptr_array_unref(report->groups);
    g_ptr_array_unref(report->walks);
    g_free(report->order);
    g_ptr_array_unref(report->findings);
    g_ptr_array_unref(report->watches);
    g_ptr_array_unref(report->joins);
    g_ptr_array_unref(report->all_watches);
    g_ptr_array_unref(report->all_joins);
    g_free(report->newest);
    g_free(report->proofs);
    g_free(report->states);
    g_free(report);
}

static const cluster_cause *still_waiting(const cluster_exchange *exchange, cluster_cause *scratch)
{
    if (exchange->cause != NULL || exchange->answered) {
        return exchange->cause;
    }
    *scratch =
        (cluster_cause){.code = "never_answered", .text = (char *)"no reply is in the capture"};
    cluster_cause_add_frame(scratch, exchange->request_frame);
    return scratch;
}

const cluster_cause *cluster_join_cause(const cluster_join *join, cluster_cause *scratch)
{
    return still_waiting(&join->exchange, scratch);
}

const cluster_cause *cluster_watch_cause(const cluster_watch *watch, cluster_cause *scratch)
{
    return still_waiting(&watch->exchange, scratch);
}

const char *cluster_outcome_name(cluster_outcome outcome)
{
    switch (outcome) {
    case CLUSTER_OUTCOME_JOINED:
        return "joined";
    case CLUSTER_OUTCOME_JOIN_FAILED:
        return "join_failed";
    case CLUSTER_OUTCOME_SELF:
        return "self";
    case CLUSTER_OUTCOME_ERROR:
        return "error";
    case CLUSTER_OUTCOME_REFUSED:
        return "refused";
    case CLUSTER_OUTCOME_PENDING:
    case CLUSTER_OUTCOME_NO_REPLY:
        break;
    }
    return "no_reply";
}

const char *cluster_severity_name(cluster_severity severity)
{
    return severity == CLUSTER_ERROR ? "error" : severity == CLUSTER_WARNING ? "warning" : "note";
}

const char *cluster_state_name(cluster_state state)
{
    static const char *const names[] = {NULL,     "clustered", "standalone",
                                        "failed", "left",      "outside"};
    return names[state];
}

void cluster_role_names(uint8_t roles, const char *names[5])
{
    size_t count = 0;
    if ((roles & CLUSTER_ROLE_BEACON) != 0) {
        names[count++] = "beacon";
    }
    if ((roles & CLUSTER_ROLE_SEEKER) != 0) {
        names[count++] = "seeker";
    }
    if ((roles & CLUSTER_ROLE_WATCHER) != 0) {
        names[count++] = "watcher";
    }
    if (roles == CLUSTER_ROLE_LISTED) {
        names[count++] = "listed";
    }
    names[count] = NULL;
}

uint16_t cluster_report_port(const cluster_report *report, const cluster_scan *scan)
{
    GHashTableIter iterator;
    gpointer key;
    uint16_t port = 0;
    uint32_t found = 0;
    g_hash_table_iter_init(&iterator, report->facts->by_endpoint);
    while (scan->port == 0 && g_hash_table_iter_next(&iterator, &key, NULL)) {
        const cluster_endpoint *endpoint = key;
        if (cluster_address_equal(&endpoint->address, &scan->source)) {
            port = endpoint->port;
            found++;
        }
    }
    return found == 1 ? port : scan->port;
}

void cluster_report_name(const cluster_report *report, GString *out, uint32_t node,
                         const char *other)
{
    const cluster_node *known = cluster_facts_node_at(report->facts, node);
    if (known == NULL) {
        g_string_append(out, other);
    } else {
        cluster_escape_append(out, known->name, CLUSTER_TEXT_NAME_MAX);
    }
}

void cluster_report_beacon(const cluster_report *report, GString *out, uint32_t beacon,
                           const cluster_endpoint *server)
{
    if (beacon == CLUSTER_NO_NODE) {
        cluster_endpoint_append(out, server);
    } else {
        cluster_report_name(report, out, beacon, "");
    }
}
