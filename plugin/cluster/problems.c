/* problems.c
 * What somebody should act on: derived from joins, watches, scans, clusters and findings.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "report.h"

#include <string.h>

#include "escape.h"
#include "same.h"

static GArray *new_frames(void)
{
    return g_array_new(FALSE, FALSE, sizeof(uint32_t));
}

/* Adds a frame in rising order; nothing for 0, one that is there, and when there is no room. */
static void add_frame(GArray *frames, uint32_t frame)
{
    guint at = frames->len;
    while (at > 0 && g_array_index(frames, uint32_t, at - 1) > frame) {
        at--;
    }
    bool there = at > 0 && g_array_index(frames, uint32_t, at - 1) == frame;
    if (frame != 0 && !there && frames->len < CLUSTER_PROBLEM_FRAMES_MAX) {
        g_array_insert_val(frames, at, frame);
    }
}

static void add_cause_frames(GArray *frames, const cluster_cause *cause)
{
    for (uint32_t i = 0; cause != NULL && i < cause->frame_count; i++) {
        add_frame(frames, cause->frames[i]);
    }
}

static void add_exchange_frames(GArray *frames, const cluster_exchange *exchange,
                                const cluster_cause *cause)
{
    add_frame(frames, exchange->request_frame);
    add_cause_frames(frames, cause);
    add_frame(frames, exchange->reply_frame);
}

static char *filter_of(const GArray *frames)
{
    if (frames->len == 0) {
        return NULL;
    }
    if (frames->len == 1) {
        return g_strdup_printf("frame.number == %u", g_array_index(frames, uint32_t, 0));
    }
    GString *filter = g_string_new("frame.number in ");
    for (guint i = 0; i < frames->len; i++) {
        g_string_append_printf(filter, "%s%u", i == 0 ? "{" : ", ",
                               g_array_index(frames, uint32_t, i));
    }
    g_string_append_c(filter, '}');
    return g_string_free(filter, FALSE);
}

/* Takes frames and text over. */
static void add_problem(cluster_report *report, cluster_severity severity, const char *code,
                        GArray *frames, GString *text)
{
    cluster_problem *problem = g_new0(cluster_problem, 1);
    problem->severity = severity;
    problem->code = code;
    problem->frames = frames;
    problem->text = g_string_free(text, FALSE);
    problem->filter = filter_of(frames);
    g_ptr_array_add(report->problems, problem);
}

/* What makes requests retries of each other. */
typedef struct {
    uint32_t asker;
    uint32_t beacon;
    cluster_endpoint server; /* only where the Beacon has no name */
    cluster_outcome outcome;
    const char *code; /* of the cause, or NULL */
} retry_key;

static guint key_hash(gconstpointer data)
{
    const retry_key *key = data;
    guint hash = key->asker * 16777619u ^ key->beacon * 2654435761u ^ (guint)key->outcome;
    return hash ^ (key->code == NULL ? 0 : g_str_hash(key->code));
}

static gboolean key_equal(gconstpointer one, gconstpointer other)
{
    const retry_key *left = one;
    const retry_key *right = other;
    return left->asker == right->asker && left->beacon == right->beacon &&
           left->outcome == right->outcome && g_strcmp0(left->code, right->code) == 0 &&
           cluster_endpoint_key_equal(&left->server, &right->server);
}

static retry_key key_of(const cluster_report *report, const cluster_exchange *exchange,
                        cluster_outcome outcome, const cluster_cause *cause)
{
    retry_key key = {.asker = exchange->asker,
                     .beacon = cluster_facts_beacon(report->facts, exchange),
                     .outcome = outcome,
                     .code = cause == NULL ? NULL : cause->code};
    if (key.beacon == CLUSTER_NO_NODE) {
        key.server = exchange->server;
    }
    return key;
}

static void add_retry(cluster_retries *retries, const cluster_exchange *exchange,
                      const cluster_cause *cause)
{
    double time = exchange->request_frame != 0 ? exchange->request_time : exchange->reply_time;
    cluster_moment end = cluster_exchange_end(exchange);
    bool first = retries->count == 0;
    retries->first_time = first ? time : MIN(retries->first_time, time);
    retries->last_time = first ? time : MAX(retries->last_time, time);
    if (first || cluster_moment_compare(&end, &retries->last) > 0) {
        retries->last = end;
    }
    retries->count++;
    add_exchange_frames(retries->frames, exchange, cause);
}

void cluster_report_find_retries(cluster_report *report)
{
    GHashTable *known = g_hash_table_new_full(key_hash, key_equal, g_free, NULL);
    for (guint i = 0; i < report->joins->len; i++) {
        const cluster_join *join = g_ptr_array_index(report->joins, i);
        const cluster_exchange *exchange = &join->exchange;
        cluster_cause scratch;
        const cluster_cause *cause = cluster_join_cause(join, &scratch);
        cluster_outcome outcome =
            join->outcome == CLUSTER_OUTCOME_PENDING ? CLUSTER_OUTCOME_NO_REPLY : join->outcome;
        retry_key key = key_of(report, exchange, outcome, cause);
        cluster_retries *retries = g_hash_table_lookup(known, &key);
        if (retries == NULL) {
            retries = g_new0(cluster_retries, 1);
            retries->first = join;
            retries->beacon = key.beacon;
            retries->frames = new_frames();
            g_ptr_array_add(report->retries, retries);
            g_hash_table_insert(known, cluster_copy(&key, sizeof key), retries);
        }
        add_retry(retries, exchange, cause);
    }
    g_hash_table_destroy(known);
}

static GArray *copy_frames(const GArray *frames)
{
    GArray *copy = new_frames();
    if (frames->len > 0) {
        g_array_append_vals(copy, frames->data, frames->len);
    }
    return copy;
}

static void append_count(GString *text, uint32_t count)
{
    if (count > 1) {
        g_string_append_printf(text, " (%u times)", count);
    }
}

/* The frame in which the seeker of failed attempts joined after all; 0 if it did not. */
static uint32_t joined_after(const cluster_report *report, const cluster_retries *retries)
{
    uint32_t asker = retries->first->exchange.asker;
    const cluster_join *join = asker == CLUSTER_NO_NODE ? NULL : report->newest[asker];
    if (join == NULL || join->outcome != CLUSTER_OUTCOME_JOINED) {
        return 0;
    }
    cluster_moment joined = cluster_exchange_end(&join->exchange);
    return cluster_moment_compare(&joined, &retries->last) > 0 ? join->exchange.reply_frame : 0;
}

static void add_self(cluster_report *report, const cluster_retries *retries)
{
    GString *text = g_string_new("somebody asked ");
    cluster_report_beacon(report, text, retries->beacon, &retries->first->exchange.server);
    g_string_append(text, " to join under its own name");
    append_count(text, retries->count);
    g_string_append(text, ": the node called its own listener, or two nodes have one name");
    add_problem(report, CLUSTER_WARNING, "self", copy_frames(retries->frames), text);
}

static void add_join(cluster_report *report, const cluster_retries *retries)
{
    const cluster_join *join = retries->first;
    if (join->outcome == CLUSTER_OUTCOME_JOINED) {
        return;
    }
    if (join->outcome == CLUSTER_OUTCOME_SELF) {
        add_self(report, retries);
        return;
    }
    cluster_cause scratch;
    const cluster_cause *cause = cluster_join_cause(join, &scratch);
    GString *text = g_string_new(NULL);
    cluster_report_name(report, text, join->exchange.asker, "a seeker of unknown name");
    bool failed = join->outcome == CLUSTER_OUTCOME_JOIN_FAILED;
    g_string_append(text, failed ? " could not join " : " asked to join ");
    cluster_report_beacon(report, text, retries->beacon, &join->exchange.server);
    append_count(text, retries->count);
    g_string_append_printf(text, ": %s", cause != NULL ? cause->text : "the answer was error");
    uint32_t later = joined_after(report, retries);
    if (later != 0) {
        g_string_append_printf(text, "; it joined later, in frame %u", later);
    }
    add_problem(report, later != 0 ? CLUSTER_WARNING : CLUSTER_ERROR,
                cause != NULL ? cause->code : "error", copy_frames(retries->frames), text);
}

/* The problem of a watcher whose request went wrong, with those of the same kind. */
typedef struct {
    const cluster_watch *first;
    const char *code;
    char *why;
    uint32_t count;
    GArray *frames;
} watch_trouble;

static void add_watch(cluster_report *report, GHashTable *known, GPtrArray *troubles,
                      const cluster_watch *watch)
{
    cluster_cause scratch;
    const cluster_cause *cause = cluster_watch_cause(watch, &scratch);
    if (cause == NULL) {
        return;
    }
    retry_key key = key_of(report, &watch->exchange, CLUSTER_OUTCOME_NO_REPLY, cause);
    watch_trouble *trouble = g_hash_table_lookup(known, &key);
    if (trouble == NULL) {
        trouble = g_new0(watch_trouble, 1);
        trouble->first = watch;
        trouble->code = cause->code;
        trouble->why = g_strdup(cause->text);
        trouble->frames = new_frames();
        g_ptr_array_add(troubles, trouble);
        g_hash_table_insert(known, cluster_copy(&key, sizeof key), trouble);
    }
    trouble->count++;
    add_exchange_frames(trouble->frames, &watch->exchange, cause);
}

static void add_watches(cluster_report *report)
{
    GHashTable *known = g_hash_table_new_full(key_hash, key_equal, g_free, NULL);
    GPtrArray *troubles = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < report->watches->len; i++) {
        add_watch(report, known, troubles, g_ptr_array_index(report->watches, i));
    }
    for (guint i = 0; i < troubles->len; i++) {
        watch_trouble *trouble = g_ptr_array_index(troubles, i);
        const cluster_exchange *exchange = &trouble->first->exchange;
        GString *text = g_string_new(NULL);
        cluster_report_name(report, text, exchange->asker, "a watcher of unknown name");
        g_string_append(text, " asked ");
        cluster_report_beacon(report, text, cluster_facts_beacon(report->facts, exchange),
                              &exchange->server);
        append_count(text, trouble->count);
        g_string_append_printf(text, ": %s", trouble->why);
        g_free(trouble->why);
        add_problem(report, CLUSTER_WARNING, trouble->code, trouble->frames, text);
    }
    g_ptr_array_unref(troubles);
    g_hash_table_destroy(known);
}

static void add_findings(cluster_report *report)
{
    GHashTable *known = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < report->findings->len; i++) {
        const cluster_finding *finding = g_ptr_array_index(report->findings, i);
        if (finding->if_unanswered && finding->answered) {
            continue;
        }
        cluster_problem *problem = g_hash_table_lookup(known, finding->cause->text);
        if (problem == NULL) {
            add_problem(report, finding->severity, finding->cause->code, new_frames(),
                        g_string_new(finding->cause->text));
            problem = g_ptr_array_index(report->problems, report->problems->len - 1);
            g_hash_table_insert(known, finding->cause->text, problem);
        }
        add_cause_frames(problem->frames, finding->cause);
    }
    GHashTableIter iterator;
    gpointer value;
    g_hash_table_iter_init(&iterator, known);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        cluster_problem *problem = value;
        g_free(problem->filter);
        problem->filter = filter_of(problem->frames);
    }
    g_hash_table_destroy(known);
}

static void append_group(const cluster_report *report, GString *text, const cluster_group *group)
{
    for (guint i = 0; i < group->nodes->len; i++) {
        if (i == CLUSTER_TEXT_LIST_MAX) {
            g_string_append_printf(text, " and %u more", group->nodes->len - i);
            return;
        }
        g_string_append(text, i == 0 ? "" : ", ");
        cluster_report_name(report, text, g_array_index(group->nodes, uint32_t, i), "");
    }
}

static void add_proofs(const cluster_report *report, GArray *frames, const GArray *nodes)
{
    for (guint i = 0; i < nodes->len; i++) {
        add_frame(frames, report->proofs[g_array_index(nodes, uint32_t, i)]);
    }
}

static void add_split_brain(cluster_report *report)
{
    if (!report->split_brain) {
        return;
    }
    GString *text = g_string_new(NULL);
    GArray *frames = new_frames();
    g_string_append_printf(
        text, "there are %u clusters that do not know each other: ", report->groups->len);
    for (guint i = 0; i < report->groups->len; i++) {
        const cluster_group *group = g_ptr_array_index(report->groups, i);
        if (i < CLUSTER_TEXT_LIST_MAX) {
            g_string_append(text, i == 0 ? "{" : ", {");
            append_group(report, text, group);
            g_string_append_c(text, '}');
        }
        add_proofs(report, frames, group->beacons);
    }
    for (guint i = 0; i < report->groups->len; i++) {
        add_proofs(report, frames, ((cluster_group *)g_ptr_array_index(report->groups, i))->nodes);
    }
    add_problem(report, CLUSTER_ERROR, "split_brain", frames, text);
}

static void add_scans(cluster_report *report)
{
    for (guint i = 0; i < report->scans->len; i++) {
        const cluster_scan_view *view = &g_array_index(report->scans, cluster_scan_view, i);
        if (view->answered->len > 0) {
            continue;
        }
        GString *text = g_string_new("the scan from ");
        GArray *frames = new_frames();
        cluster_address_append(text, &view->scan->source);
        g_string_append_printf(text,
                               " found nobody (%u targets: %u refused, %u silent): the node then "
                               "starts standalone",
                               view->targets->len, view->refused->len, view->silent->len);
        add_frame(frames, view->scan->first_frame);
        add_frame(frames, view->scan->last_frame);
        add_problem(report, CLUSTER_NOTE, "scan_found_nobody", frames, text);
    }
}

static void add_limits(cluster_report *report)
{
    static const char *const sentences[] = {
        "more nodes than " G_STRINGIFY(CLUSTER_NODES_MAX) ": later ones are missing",
        "more joins than " G_STRINGIFY(CLUSTER_JOINS_MAX) ": later ones are missing",
        "more watches than " G_STRINGIFY(CLUSTER_WATCHES_MAX) ": later ones are missing",
        "more scans than " G_STRINGIFY(CLUSTER_SCANS_MAX) ": later ones are missing",
        "more scan targets than " G_STRINGIFY(
            CLUSTER_SCAN_TARGETS_MAX) " in a scan or " G_STRINGIFY(CLUSTER_ALL_TARGETS_MAX) " in "
                                                                                            "all: "
                                                                                            "later "
                                                                                            "ones "
                                                                                            "are "
                                                                                            "missin"
                                                                                            "g",
        "more findings than " G_STRINGIFY(CLUSTER_FINDINGS_MAX) ": later ones are missing",
        "more names in node lists than " G_STRINGIFY(CLUSTER_LISTED_MAX) ": lists are cut",
        "a node with more addresses than " G_STRINGIFY(
            CLUSTER_ADDRESSES_MAX) ": later ones are missing",
        "a name longer than " G_STRINGIFY(CLUSTER_NAME_BYTES_MAX) " bytes was cut",
        "more open connections than " G_STRINGIFY(
            CLUSTER_CONNECTIONS_MAX) ": replies to the oldest requests were not waited for",
        "more requests without a reply on one connection than " G_STRINGIFY(
            CLUSTER_REQUESTS_MAX) ": replies to the oldest were not waited for",
        "a Beacon with more pings at once than " G_STRINGIFY(
            CLUSTER_PINGS_MAX) ": the causes of some failures are not known",
        "more connections between two hosts during a ping than " G_STRINGIFY(
            CLUSTER_ATTEMPTS_MAX) ": the causes of some failures may not be known",
        "more pairs of hosts that asked for each other by ARP than " G_STRINGIFY(
            CLUSTER_ASKED_MAX) ": silent targets of scans may be missing",
        "more connection attempts than " G_STRINGIFY(
            CLUSTER_TRIES_MAX) ": later ones are missing in scans",
        "more unanswered connection attempts to other ports than " G_STRINGIFY(
            CLUSTER_STRANGERS_MAX) ": scans for a port that a Beacon is found on later may be "
                                   "missing",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(sentences); i++) {
        if ((report->limits >> i & 1) != 0) {
            GString *text = g_string_new("a limit of this report was reached: ");
            g_string_append(text, sentences[i]);
            add_problem(report, CLUSTER_NOTE, "limit_reached", new_frames(), text);
        }
    }
}

static gint worst_first(gconstpointer one, gconstpointer other)
{
    const cluster_problem *left = *(const cluster_problem *const *)one;
    const cluster_problem *right = *(const cluster_problem *const *)other;
    if (left->severity != right->severity) {
        return left->severity > right->severity ? -1 : 1;
    }
    bool split = strcmp(left->code, "split_brain") == 0;
    if (split != (strcmp(right->code, "split_brain") == 0)) {
        return split ? -1 : 1;
    }
    uint32_t first = left->frames->len == 0 ? 0 : g_array_index(left->frames, uint32_t, 0);
    uint32_t second = right->frames->len == 0 ? 0 : g_array_index(right->frames, uint32_t, 0);
    return first != second ? (first > second) - (first < second) : strcmp(left->text, right->text);
}

void cluster_report_find_problems(cluster_report *report)
{
    add_split_brain(report);
    for (guint i = 0; i < report->retries->len; i++) {
        add_join(report, g_ptr_array_index(report->retries, i));
    }
    add_watches(report);
    add_findings(report);
    add_scans(report);
    add_limits(report);
    g_ptr_array_sort(report->problems, worst_first);
}
