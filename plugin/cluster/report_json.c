/* report_json.c
 * The report as one JSON document; report.schema.json describes it.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "report.h"

#include <math.h>
#include <string.h>

#include "escape.h"

/* Begins a member of an object; first tells that none came before it. */
static void key(GString *out, const char *name, bool first)
{
    g_string_append_printf(out, "%s\"%s\":", first ? "" : ",", name);
}

static void append_word(GString *out, const char *word)
{
    if (word == NULL) {
        g_string_append(out, "null");
    } else {
        cluster_json_append(out, (cluster_text){word, strlen(word)});
    }
}

static void append_seconds(GString *out, double seconds)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE + 320];
    if (isfinite(seconds)) {
        g_string_append(out, g_ascii_formatd(number, sizeof number, "%.6f", seconds));
    } else {
        g_string_append(out, "null");
    }
}

/* A number of which 0 says that it is not known. */
static void append_known(GString *out, uint32_t number)
{
    if (number == 0) {
        g_string_append(out, "null");
    } else {
        g_string_append_printf(out, "%u", number);
    }
}

static void append_name(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_node *node = cluster_facts_node_at(report->facts, index);
    if (node == NULL) {
        g_string_append(out, "null");
    } else {
        cluster_json_append(out, node->name);
    }
}

static void append_names(const cluster_report *report, GString *out, const GArray *nodes)
{
    g_string_append_c(out, '[');
    for (guint i = 0; nodes != NULL && i < nodes->len; i++) {
        g_string_append(out, i == 0 ? "" : ",");
        append_name(report, out, g_array_index(nodes, uint32_t, i));
    }
    g_string_append_c(out, ']');
}

static void append_address(GString *out, const cluster_address *address)
{
    if (address->family == CLUSTER_FAMILY_NONE) {
        g_string_append(out, "null");
        return;
    }
    g_string_append_c(out, '"');
    cluster_address_append(out, address);
    g_string_append_c(out, '"');
}

static void append_addresses(GString *out, const GArray *addresses)
{
    g_string_append_c(out, '[');
    for (guint i = 0; i < addresses->len; i++) {
        g_string_append(out, i == 0 ? "" : ",");
        append_address(out, &g_array_index(addresses, cluster_address, i));
    }
    g_string_append_c(out, ']');
}

static void append_frames(GString *out, const uint32_t *frames, uint32_t count)
{
    g_string_append_c(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        g_string_append_printf(out, "%s%u", i == 0 ? "" : ",", frames[i]);
    }
    g_string_append_c(out, ']');
}

static void append_node(const cluster_report *report, GString *out, uint32_t place)
{
    uint32_t index = report->order[place];
    const cluster_node *node = cluster_facts_node_at(report->facts, index);
    const char *roles[5];
    key(out, "name", true);
    cluster_json_append(out, node->name);
    key(out, "host", false);
    if (node->host.data == NULL) {
        g_string_append(out, "null");
    } else {
        cluster_json_append(out, node->host);
    }
    key(out, "addresses", false);
    append_addresses(out, node->addresses);
    key(out, "roles", false);
    cluster_role_names(node->roles, roles);
    g_string_append_c(out, '[');
    for (size_t i = 0; roles[i] != NULL; i++) {
        g_string_append_printf(out, "%s\"%s\"", i == 0 ? "" : ",", roles[i]);
    }
    g_string_append_c(out, ']');
    key(out, "state", false);
    append_word(out, cluster_state_name(report->states[index]));
    key(out, "first_frame", false);
    append_known(out, node->first_frame);
    key(out, "last_frame", false);
    append_known(out, node->last_frame);
}

/* The members that joins and watches share. */
static void append_exchange(const cluster_report *report, GString *out, const char *asker,
                            const cluster_exchange *exchange)
{
    key(out, asker, true);
    append_name(report, out, exchange->asker);
    key(out, "beacon", false);
    append_name(report, out, cluster_facts_beacon(report->facts, exchange));
    key(out, "request_frame", false);
    append_known(out, exchange->request_frame);
    key(out, "reply_frame", false);
    append_known(out, exchange->reply_frame);
    key(out, "seconds", false);
    if (exchange->request_frame != 0 && exchange->reply_frame != 0) {
        append_seconds(out, exchange->reply_time - exchange->request_time);
    } else {
        g_string_append(out, "null");
    }
}

static void append_cause(GString *out, const cluster_cause *cause)
{
    if (cause == NULL) {
        g_string_append(out, "null");
        return;
    }
    g_string_append_c(out, '{');
    key(out, "code", true);
    append_word(out, cause->code);
    key(out, "frames", false);
    append_frames(out, cause->frames, cause->frame_count);
    key(out, "text", false);
    append_word(out, cause->text);
    g_string_append_c(out, '}');
}

static void append_join(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_join *join = g_ptr_array_index(report->joins, index);
    cluster_cause scratch;
    append_exchange(report, out, "seeker", &join->exchange);
    key(out, "outcome", false);
    append_word(out, cluster_outcome_name(join->outcome));
    key(out, "cause", false);
    append_cause(out, cluster_join_cause(join, &scratch));
}

static void append_watch(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_watch *watch = g_ptr_array_index(report->watches, index);
    append_exchange(report, out, "watcher", &watch->exchange);
    key(out, "nodes", false);
    append_names(report, out, watch->nodes);
}

static void append_scan(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_scan_view *view = &g_array_index(report->scans, cluster_scan_view, index);
    key(out, "source", true);
    append_address(out, &view->scan->source);
    key(out, "port", false);
    append_known(out, cluster_report_port(report, view->scan));
    key(out, "rounds", false);
    append_known(out, view->rounds);
    key(out, "targets", false);
    append_addresses(out, view->targets);
    key(out, "answered", false);
    append_addresses(out, view->answered);
    key(out, "refused", false);
    append_addresses(out, view->refused);
    key(out, "silent", false);
    append_addresses(out, view->silent);
    key(out, "result", false);
    append_word(out, view->answered->len > 0 ? "found" : "none");
}

static void append_group(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_group *group = g_ptr_array_index(report->groups, index);
    key(out, "nodes", true);
    append_names(report, out, group->nodes);
    key(out, "beacons", false);
    append_names(report, out, group->beacons);
}

static void append_problem(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_problem *problem = g_ptr_array_index(report->problems, index);
    key(out, "severity", true);
    append_word(out, cluster_severity_name(problem->severity));
    key(out, "code", false);
    append_word(out, problem->code);
    key(out, "frames", false);
    append_frames(out, (const uint32_t *)(const void *)problem->frames->data, problem->frames->len);
    key(out, "text", false);
    append_word(out, problem->text);
    key(out, "filter", false);
    append_word(out, problem->filter);
}

typedef void append_item(const cluster_report *report, GString *out, uint32_t index);

/* A member that is an array of objects, each on a line of its own. */
static void append_list(const cluster_report *report, GString *out, const char *name,
                        uint32_t count, append_item *append)
{
    g_string_append_printf(out, ",\n\"%s\":[", name);
    for (uint32_t i = 0; i < count; i++) {
        g_string_append(out, i == 0 ? "\n{" : ",\n{");
        append(report, out, i);
        g_string_append_c(out, '}');
    }
    g_string_append_c(out, ']');
}

GString *cluster_report_json(const cluster_report *report)
{
    const cluster_facts *facts = report->facts;
    GString *out = g_string_new("{");
    key(out, "version", true);
    g_string_append_printf(out, "%d,\n\"capture\":{\"first\":", CLUSTER_REPORT_VERSION);
    append_seconds(out, facts->any ? facts->first : NAN);
    key(out, "last", false);
    append_seconds(out, facts->any ? facts->last : NAN);
    g_string_append_c(out, '}');
    append_list(report, out, "nodes", facts->nodes->len, append_node);
    append_list(report, out, "joins", report->joins->len, append_join);
    append_list(report, out, "watches", report->watches->len, append_watch);
    append_list(report, out, "scans", report->scans->len, append_scan);
    append_list(report, out, "clusters", report->groups->len, append_group);
    g_string_append_printf(out, ",\n\"split_brain\":%s", report->split_brain ? "true" : "false");
    append_list(report, out, "problems", report->problems->len, append_problem);
    g_string_append(out, ",\n");
    cluster_report_append_facts(report, out);
    g_string_append(out, "}\n");
    return out;
}
