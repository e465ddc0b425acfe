/* text.c
 * The report as text for a person: problems first, then what was seen.
 * May include: headers of report/ and facts/ and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <math.h>
#include <string.h>

#include "escape.h"
#include "steps.h"

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
    if (facts->filter != NULL) {
        const cluster_text filter = {facts->filter, strlen(facts->filter)};
        g_string_append(out, "Limited to what the display filter shows: ");
        cluster_escape_append(out, filter, SIZE_MAX);
        g_string_append(out, "\nWhat it hides is not known here.\n");
    }
    if (!facts->any) {
        g_string_append(out, "Capture: no packets.\n");
        return;
    }
    g_string_append(out, "Capture: ");
    append_time(out, facts->first);
    g_string_append(out, " to ");
    append_time(out, facts->last);
    g_string_append(out, " UTC, ");
    cluster_seconds_append(out, facts->last - facts->first, 3);
    g_string_append(out, " s.\n");
}

static void append_taken(GString *out, char *text)
{
    g_string_append(out, text);
    g_free(text);
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
        append_taken(out, cluster_node_text(report, g_array_index(nodes, uint32_t, i), ""));
    }
}

static void append_node(const cluster_report *report, GString *out, uint32_t place)
{
    const cluster_node *node = cluster_report_node(report, report->order[place]);
    const char *state = cluster_state_name(node->state);
    const char *roles[5];
    append_taken(out, cluster_printable(node->name));
    cluster_role_names(node->roles, roles);
    g_string_append_printf(out, ": %s", state == NULL ? "state not known" : state);
    for (size_t i = 0; roles[i] != NULL; i++) {
        g_string_append_printf(out, ", %s", roles[i]);
    }
    g_string_append(out, node->addresses->len == 0 ? "" : "; at ");
    append_addresses(out, node->addresses);
    g_string_append_printf(out, "; frames %u to %u", node->first_frame, node->last_frame);
}

static void append_join(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_retries *retries = g_ptr_array_index(report->retries, index);
    const cluster_exchange *join = retries->first;
    append_taken(out, cluster_node_text(report, join->asker, "(seeker not known)"));
    g_string_append(out, " -> ");
    append_taken(out, cluster_beacon_text(report, join));
    g_string_append_printf(out, ": %s", cluster_outcome_name(join->outcome));
    if (join->cause != NULL) {
        g_string_append_printf(out, " (%s)", join->cause->code);
    }
    if (retries->count > 1) {
        g_string_append_printf(out, ", %u times in ", retries->count);
        cluster_seconds_append(out, retries->last_time - retries->first_time, 3);
        g_string_append(out, " s");
    } else if (join->asked && join->answered && join->reply.frame != 0) {
        g_string_append(out, " in ");
        cluster_seconds_append(out, join->reply.time - join->request.time, 3);
        g_string_append(out, " s");
    }
    g_string_append(out, "; frames ");
    append_frames(out, retries->frames);
}

/* The names of a list are those of nodes, in the list's order. */
static void append_list(const cluster_report *report, GString *out, const GArray *list)
{
    for (guint i = 0; i < list->len; i++) {
        if (i == CLUSTER_TEXT_LIST_MAX) {
            g_string_append_printf(out, " and %u more", list->len - i);
            return;
        }
        g_string_append(out, i == 0 ? "" : ", ");
        append_taken(out, cluster_printable(cluster_facts_text_at(
                              report->facts, g_array_index(list, uint32_t, i))));
    }
}

static void append_watch(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_exchange *watch = g_ptr_array_index(report->watches, index);
    const GArray *list = cluster_facts_list_at(report->facts, watch->reply.list);
    bool alone =
        watch->reply.payload == SEEKCHAT_PAYLOAD_STANDALONE || (list != NULL && list->len == 0);
    append_taken(out, cluster_node_text(report, watch->asker, "(watcher not known)"));
    g_string_append(out, " -> ");
    append_taken(out, cluster_beacon_text(report, watch));
    if (!watch->answered) {
        g_string_append_printf(out, ": no reply%s",
                               report->facts->filter == NULL ? "" : " is shown by the filter");
    } else if (alone) {
        g_string_append(out, ": no other node");
    } else if (list == NULL) {
        g_string_append(out, ": no node list that could be read");
    } else {
        g_string_append_printf(out, ": %u %s: ", list->len, list->len == 1 ? "node" : "nodes");
        append_list(report, out, list);
    }
    bool both = watch->asked && watch->answered && watch->reply.frame != 0;
    g_string_append_printf(out, both ? "; frames %u, %u" : "; frames %u",
                           cluster_exchange_start(watch).frame, watch->reply.frame);
}

static void append_targets(GString *out, const char *what, const GArray *addresses)
{
    g_string_append_printf(out, "\n    %u %s", addresses->len, what);
    g_string_append(out, addresses->len == 0 ? "" : ": ");
    append_addresses(out, addresses);
}

static void append_scan(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_scan *scan = &g_array_index(report->scans, cluster_scan, index);
    cluster_address_append(out, &scan->source);
    if (scan->port != 0) {
        g_string_append_printf(out, " for port %u", scan->port);
    }
    if (scan->rounds == 0) {
        g_string_append(out, ", known by its ARP requests alone");
    } else {
        g_string_append_printf(out, ", %u %s", scan->rounds,
                               scan->rounds == 1 ? "round" : "rounds");
    }
    g_string_append(out, scan->answered->len > 0         ? ": found"
                         : scan->open                    ? ": none found until the capture ended"
                         : report->facts->filter == NULL ? ": none found"
                                                         : ": none that the filter shows");
    g_string_append_printf(out, "; frames %u to %u", scan->first_frame, scan->last_frame);
    append_targets(out, "answered", scan->answered);
    append_targets(out, "refused", scan->refused);
    append_targets(out, "silent", scan->silent);
}

static void append_group(const cluster_report *report, GString *out, uint32_t index)
{
    const cluster_group *group = g_ptr_array_index(report->groups, index);
    append_names(report, out, group->nodes);
    g_string_append(out, group->beacons->len == 1 ? "; Beacon " : "; Beacons ");
    append_names(report, out, group->beacons);
}

static void append_split(const cluster_report *report, GString *out)
{
    static const char *const words[] = {
        [CLUSTER_SPLIT_NO] = "no",
        [CLUSTER_SPLIT_YES] = "yes",
        [CLUSTER_SPLIT_UNKNOWN] = "not known: ",
    };
    g_string_append_printf(out, "Split brain: %s", words[report->split]);
    if (report->split == CLUSTER_SPLIT_UNKNOWN) {
        g_string_append(out, report->split_why->str);
    }
    g_string_append_c(out, '\n');
}

GString *cluster_report_text(const cluster_report *report)
{
    GString *out = g_string_new(NULL);
    append_head(report, out);
    if (report->nodes->len + report->joins->len + report->watches->len + report->scans->len +
            report->problems->len ==
        0) {
        g_string_append(out, report->facts->filter == NULL
                                 ? "Nothing of SeekChat was seen: no message, and no scan of a "
                                   "locator port.\n"
                                 : "The display filter shows nothing of SeekChat.\n");
        return out;
    }
    append_section(report, out, "Problems", report->problems->len, append_problem);
    append_section(report, out, "Clusters", report->groups->len, append_group);
    append_split(report, out);
    append_section(report, out, "Nodes", report->nodes->len, append_node);
    append_section(report, out, "Joins, retries together", report->retries->len, append_join);
    append_section(report, out, "Watches", report->watches->len, append_watch);
    append_section(report, out, "Scans", report->scans->len, append_scan);
    return out;
}
