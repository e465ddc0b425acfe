/* json.c
 * The report as one JSON document; report.schema.json describes it.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <math.h>
#include <string.h>

#include "escape.h"
#include "steps.h"

/* Begins a member of an object; first tells that none came before it. */
static void key(GString *out, const char *name, bool first)
{
    g_string_append(out, first ? "\"" : ",\"");
    g_string_append(out, name);
    g_string_append(out, "\":");
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
    if (isfinite(seconds)) {
        cluster_seconds_append(out, seconds, 6);
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
        cluster_number_append(out, number);
    }
}

static void append_text(const cluster_report *report, GString *out, uint32_t text)
{
    cluster_json_append(out, cluster_facts_text_at(report->facts, text));
}

static void append_name(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_node *node = cluster_report_node(report, index);
    if (node == NULL) {
        g_string_append(out, "null");
    } else {
        cluster_json_append(out, node->name);
    }
}

static void append_names(const cluster_report *report, GString *out, const GArray *nodes)
{
    g_string_append_c(out, '[');
    for (guint i = 0; i < nodes->len; i++) {
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
        g_string_append(out, i == 0 ? "" : ",");
        cluster_number_append(out, frames[i]);
    }
    g_string_append_c(out, ']');
}

static void append_node(const cluster_report *report, GString *out, uint32_t place)
{
    const cluster_node *node = cluster_report_node(report, report->order[place]);
    const char *roles[5];
    key(out, "name", true);
    cluster_json_append(out, node->name);
    key(out, "host", false);
    if (node->host.length == 0 && memchr(node->name.data, '@', node->name.length) == NULL) {
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
        g_string_append(out, i == 0 ? "\"" : ",\"");
        g_string_append(out, roles[i]);
        g_string_append_c(out, '"');
    }
    g_string_append_c(out, ']');
    key(out, "state", false);
    append_word(out, cluster_state_name(node->state));
    key(out, "first_frame", false);
    append_known(out, node->first_frame);
    key(out, "last_frame", false);
    append_known(out, node->last_frame);
}

/* The members that joins and watches share. */
static void append_exchange(const cluster_report *report, GString *out, const char *asker,
                            const cluster_exchange *exchange)
{
    uint32_t request = exchange->asked ? exchange->request.frame : 0;
    uint32_t reply = exchange->answered ? exchange->reply.frame : 0;
    key(out, asker, true);
    append_name(report, out, exchange->asker);
    key(out, "beacon", false);
    append_name(report, out, exchange->beacon);
    key(out, "request_frame", false);
    append_known(out, request);
    key(out, "reply_frame", false);
    append_known(out, reply);
    key(out, "seconds", false);
    append_seconds(out, request != 0 && reply != 0 ? exchange->reply.time - exchange->request.time
                                                   : NAN);
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
    const cluster_exchange *join = g_ptr_array_index(report->joins, index);
    append_exchange(report, out, "seeker", join);
    key(out, "outcome", false);
    append_word(out, cluster_outcome_name(join->outcome));
    key(out, "cause", false);
    append_cause(out, join->cause);
}

static void append_watch(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_exchange *watch = g_ptr_array_index(report->watches, index);
    const GArray *list = cluster_facts_list_at(report->facts, watch->reply.list);
    append_exchange(report, out, "watcher", watch);
    key(out, "nodes", false);
    if (index >= report->listed_watches) {
        g_string_append(out, "null");
        return;
    }
    g_string_append_c(out, '[');
    for (guint i = 0; watch->answered && list != NULL && i < list->len; i++) {
        g_string_append(out, i == 0 ? "" : ",");
        append_text(report, out, g_array_index(list, uint32_t, i));
    }
    g_string_append_c(out, ']');
}

static void append_scan(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_scan *scan = &g_array_index(report->scans, cluster_scan, index);
    key(out, "source", true);
    append_address(out, &scan->source);
    key(out, "port", false);
    append_known(out, scan->port);
    key(out, "rounds", false);
    append_known(out, scan->rounds);
    key(out, "targets", false);
    append_addresses(out, scan->targets);
    key(out, "answered", false);
    append_addresses(out, scan->answered);
    key(out, "refused", false);
    append_addresses(out, scan->refused);
    key(out, "silent", false);
    append_addresses(out, scan->silent);
    key(out, "result", false);
    append_word(out, scan->answered->len > 0 ? "found" : scan->open ? "open" : "none");
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

GString *cluster_report_json(const cluster_report *report, const GString *own_facts)
{
    static const char *const split[] = {
        [CLUSTER_SPLIT_NO] = "false",
        [CLUSTER_SPLIT_YES] = "true",
        [CLUSTER_SPLIT_UNKNOWN] = "null",
    };
    const cluster_facts *facts = report->facts;
    GString *out = g_string_new("{");
    key(out, "version", true);
    g_string_append_printf(out, "%d,\n\"capture\":{\"first\":", CLUSTER_REPORT_VERSION);
    append_seconds(out, facts->any ? facts->first : NAN);
    key(out, "last", false);
    append_seconds(out, facts->any ? facts->last : NAN);
    key(out, "filter", false);
    append_word(out, facts->filter);
    g_string_append_c(out, '}');
    append_list(report, out, "nodes", report->nodes->len, append_node);
    append_list(report, out, "joins", report->joins->len, append_join);
    append_list(report, out, "watches", report->watches->len, append_watch);
    append_list(report, out, "scans", report->scans->len, append_scan);
    append_list(report, out, "clusters", report->groups->len, append_group);
    g_string_append_printf(out, ",\n\"split_brain\":%s", split[report->split]);
    key(out, "split_reason", false);
    append_word(out, report->split == CLUSTER_SPLIT_UNKNOWN ? report->split_why->str : NULL);
    append_list(report, out, "problems", report->problems->len, append_problem);
    g_string_append(out, ",\n\"facts\":");
    g_string_append_len(out, own_facts->str, (gssize)own_facts->len);
    g_string_append(out, "}\n");
    return out;
}
