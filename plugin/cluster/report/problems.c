/* problems.c
 * What somebody should act on: derived from joins, watches, scans, clusters and links.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "escape.h"
#include "steps.h"

#include <string.h>

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

static GArray *copy_frames(const GArray *frames)
{
    GArray *copy = cluster_frames_new();
    if (frames->len > 0) {
        g_array_append_vals(copy, frames->data, frames->len);
    }
    return copy;
}

static void add_exchange_frames(GArray *frames, const cluster_exchange *exchange)
{
    const cluster_cause *cause = exchange->cause;
    cluster_frames_add(frames, exchange->asked ? exchange->request.frame : 0);
    for (uint32_t i = 0; cause != NULL && i < cause->frame_count; i++) {
        cluster_frames_add(frames, cause->frames[i]);
    }
    cluster_frames_add(frames, exchange->answered ? exchange->reply.frame : 0);
}

static void append_taken(GString *out, char *text)
{
    g_string_append(out, text);
    g_free(text);
}

static void append_count(GString *text, uint32_t count)
{
    if (count > 1) {
        g_string_append_printf(text, " (%u times)", count);
    }
}

/* Exchanges of the same two with the same end, together. */

typedef struct {
    uint32_t asker;
    uint32_t beacon;
    cluster_address client;  /* where no asker is known, */
    cluster_endpoint server; /* and no Beacon */
    cluster_outcome outcome;
    const char *code; /* NULL: no cause */
} retry_key;

static guint key_hash(gconstpointer key)
{
    const retry_key *retry = key;
    guint hash = retry->asker * 2654435761u ^ retry->beacon * 40503u ^ (guint)retry->outcome;
    return hash ^ cluster_address_hash(&retry->client) ^ cluster_endpoint_hash(&retry->server) ^
           (retry->code == NULL ? 0 : g_str_hash(retry->code));
}

static gboolean key_equal(gconstpointer one, gconstpointer other)
{
    const retry_key *left = one;
    const retry_key *right = other;
    return left->asker == right->asker && left->beacon == right->beacon &&
           left->outcome == right->outcome && g_strcmp0(left->code, right->code) == 0 &&
           cluster_address_equal(&left->client, &right->client) &&
           cluster_endpoint_key_equal(&left->server, &right->server);
}

static retry_key key_of(const cluster_exchange *exchange)
{
    retry_key key = {.asker = exchange->asker,
                     .beacon = exchange->beacon,
                     .outcome = exchange->outcome,
                     .code = exchange->cause == NULL ? NULL : exchange->cause->code};
    if (key.asker == CLUSTER_NO_NODE) {
        key.client = cluster_talk_end(exchange->talk, 0, CLUSTER_CLIENT)->address;
    }
    if (key.beacon == CLUSTER_NO_NODE) {
        key.server = *cluster_talk_end(exchange->talk, 0, CLUSTER_SERVER);
    }
    return key;
}

static void add_retry(const cluster_report *report, cluster_retries *retries,
                      const cluster_exchange *exchange)
{
    double time = cluster_exchange_start(exchange).time;
    cluster_moment end = cluster_exchange_end(exchange);
    bool first = retries->count == 0;
    retries->first_time = first ? time : MIN(retries->first_time, time);
    retries->last_time = first ? time : MAX(retries->last_time, time);
    if (first || cluster_report_compare(report, &end, &retries->last) > 0) {
        retries->last = end;
    }
    retries->count++;
    add_exchange_frames(retries->frames, exchange);
}

static void free_retries(gpointer data)
{
    cluster_retries *retries = data;
    g_array_unref(retries->frames);
    g_free(retries);
}

/* cluster_retries *, in the order of the first of them. */
static GPtrArray *group_exchanges(const cluster_report *report, const GPtrArray *exchanges)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(free_retries);
    GHashTable *known = g_hash_table_new_full(key_hash, key_equal, g_free, NULL);
    for (guint i = 0; i < exchanges->len; i++) {
        const cluster_exchange *exchange = g_ptr_array_index(exchanges, i);
        const retry_key key = key_of(exchange);
        cluster_retries *retries = g_hash_table_lookup(known, &key);
        if (retries == NULL) {
            retries = g_new0(cluster_retries, 1);
            retries->first = exchange;
            retries->frames = cluster_frames_new();
            g_ptr_array_add(all, retries);
            g_hash_table_insert(known, cluster_copy(&key, sizeof key), retries);
        }
        add_retry(report, retries, exchange);
    }
    g_hash_table_destroy(known);
    return all;
}

/* Joins and watches. */

/* The frame in which the seeker of failed attempts joined after all; 0 if it did not. */
static uint32_t joined_after(const cluster_report *report, const cluster_retries *retries)
{
    const cluster_node *asker = cluster_report_node(report, retries->first->asker);
    const cluster_exchange *join = asker == NULL ? NULL : asker->newest;
    if (join == NULL || join->outcome != CLUSTER_OUTCOME_JOINED) {
        return 0;
    }
    const cluster_moment joined = cluster_said_moment(&join->reply);
    return cluster_report_compare(report, &joined, &retries->last) > 0 ? join->reply.frame : 0;
}

/* Who asked: a node, or somebody on a host. */
static char *asker_text(const cluster_report *report, const cluster_exchange *exchange)
{
    GString *somebody = g_string_new("somebody on ");
    cluster_address_append(somebody, &cluster_talk_end(exchange->talk, 0, CLUSTER_CLIENT)->address);
    char *text = cluster_node_text(report, exchange->asker, somebody->str);
    g_string_free(somebody, TRUE);
    return text;
}

static void add_self(cluster_report *report, const cluster_retries *retries)
{
    GString *text = g_string_new("somebody asked ");
    append_taken(text, cluster_beacon_text(report, retries->first));
    g_string_append(text, " to join under its own name");
    append_count(text, retries->count);
    g_string_append(text, ": the node called its own listener, or two nodes have one name");
    add_problem(report, CLUSTER_WARNING, "self", copy_frames(retries->frames), text);
}

static void add_join(cluster_report *report, const cluster_retries *retries)
{
    const cluster_exchange *join = retries->first;
    if (join->outcome == CLUSTER_OUTCOME_JOINED) {
        return;
    }
    if (join->outcome == CLUSTER_OUTCOME_SELF) {
        add_self(report, retries);
        return;
    }
    GString *text = g_string_new(NULL);
    bool failed = join->outcome == CLUSTER_OUTCOME_JOIN_FAILED;
    append_taken(text, asker_text(report, join));
    g_string_append(text, failed ? " could not join " : " asked to join ");
    append_taken(text, cluster_beacon_text(report, join));
    if (failed) {
        g_string_append(text, " (join_failed");
        g_string_append_printf(text, retries->count > 1 ? ", %u times)" : ")", retries->count);
    } else {
        append_count(text, retries->count);
    }
    g_string_append_printf(text, ": %s",
                           join->cause != NULL ? join->cause->text : "the answer was error");
    uint32_t later = joined_after(report, retries);
    if (later != 0) {
        g_string_append_printf(text, "; it joined later, in frame %u", later);
    }
    cluster_severity severity = later != 0 ? MIN(join->severity, CLUSTER_WARNING) : join->severity;
    add_problem(report, severity, join->cause != NULL ? join->cause->code : "error",
                copy_frames(retries->frames), text);
}

static void add_watches(cluster_report *report)
{
    GPtrArray *groups = group_exchanges(report, report->watches);
    for (guint i = 0; i < groups->len; i++) {
        const cluster_retries *retries = g_ptr_array_index(groups, i);
        const cluster_exchange *watch = retries->first;
        if (watch->cause == NULL) {
            continue;
        }
        GString *text = g_string_new(NULL);
        append_taken(text, asker_text(report, watch));
        g_string_append(text, " asked ");
        append_taken(text, cluster_beacon_text(report, watch));
        append_count(text, retries->count);
        g_string_append_printf(text, ": %s", watch->cause->text);
        add_problem(report, MIN(watch->severity, CLUSTER_WARNING), watch->cause->code,
                    copy_frames(retries->frames), text);
    }
    g_ptr_array_unref(groups);
}

/* Findings: problems of one message alone. Those with the same sentence stand together. */

static void add_finding(cluster_report *report, GHashTable *known, cluster_severity severity,
                        const char *code, GArray *frames, GString *text)
{
    cluster_problem *problem = g_hash_table_lookup(known, text->str);
    if (problem == NULL) {
        add_problem(report, severity, code, frames, text);
        problem = g_ptr_array_index(report->problems, report->problems->len - 1);
        g_hash_table_insert(known, problem->text, problem);
        return;
    }
    for (guint i = 0; i < frames->len; i++) {
        cluster_frames_add(problem->frames, g_array_index(frames, uint32_t, i));
    }
    g_free(problem->filter);
    problem->filter = filter_of(problem->frames);
    g_array_unref(frames);
    g_string_free(text, TRUE);
}

/* A request that is neither seeking nor watching. */
static void add_other(cluster_report *report, GHashTable *known, const cluster_exchange *exchange)
{
    const cluster_said *request = &exchange->request;
    bool from_client = request->type == SEEKCHAT_TYPE_REPLY;
    if (!exchange->asked || (exchange->answered && !from_client)) {
        return;
    }
    GString *text = g_string_new("from ");
    GArray *frames = cluster_frames_new();
    append_taken(
        text, cluster_address_text(&cluster_talk_end(exchange->talk, 0, CLUSTER_CLIENT)->address));
    g_string_append(text, " to ");
    append_taken(text, cluster_endpoint_text(cluster_talk_end(exchange->talk, 0, CLUSTER_SERVER)));
    g_string_append(text, ": ");
    add_exchange_frames(frames, exchange);
    if (request->reading == CLUSTER_READ_WHOLE && from_client) {
        g_string_append(text, "a client sent a message of type reply, which a Beacon answers with "
                              "error");
        add_finding(report, known, CLUSTER_NOTE, "reply_from_client", frames, text);
    } else if (request->reading == CLUSTER_READ_WHOLE) {
        g_string_append(text, "the request's type is ");
        append_taken(text, cluster_printable(cluster_facts_text_at(report->facts, request->word)));
        g_string_append(text, ", none of the documented, and a Beacon closes such a connection");
        add_finding(report, known, CLUSTER_ERROR, "request_unknown_type", frames, text);
    } else {
        g_string_append(text, exchange->cause == NULL ? "" : exchange->cause->text);
        add_finding(report, known, exchange->severity,
                    exchange->cause == NULL ? "request_invalid" : exchange->cause->code, frames,
                    text);
    }
}

/* A reply of which its reader's one recv returns only a part, or may. */
static void add_long(cluster_report *report, GHashTable *known, const cluster_exchange *exchange)
{
    const cluster_said *reply = &exchange->reply;
    bool sure = reply->length > SEEKCHAT_RECV_BYTES;
    if (!exchange->answered || reply->reading != CLUSTER_READ_WHOLE || !(sure || reply->split)) {
        return;
    }
    GString *text = g_string_new("the reply of ");
    GArray *frames = cluster_frames_new();
    char *reader =
        exchange->asker != CLUSTER_NO_NODE
            ? cluster_node_text(report, exchange->asker, "")
            : cluster_address_text(&cluster_talk_end(exchange->talk, 0, CLUSTER_CLIENT)->address);
    cluster_frames_add(frames, reply->frame);
    if (sure) {
        g_string_append_printf(text,
                               "%u bytes does not fit in the one recv of its reader, %s, which "
                               "fails to decode the part that it gets",
                               reply->length, reader);
    } else {
        g_string_append_printf(text,
                               "%u bytes came in several segments: its reader, %s, calls recv once "
                               "and may fail to decode the part that it gets",
                               reply->length, reader);
    }
    g_free(reader);
    add_finding(report, known, sure ? CLUSTER_ERROR : CLUSTER_NOTE, "reply_exceeds_recv", frames,
                text);
}

static void add_findings(cluster_report *report)
{
    GHashTable *known = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < report->exchanges->len; i++) {
        const cluster_exchange *exchange = g_ptr_array_index(report->exchanges, i);
        if (exchange->kind == CLUSTER_EXCHANGE_OTHER) {
            add_other(report, known, exchange);
        }
        add_long(report, known, exchange);
    }
    g_hash_table_destroy(known);
}

/* Clusters. */

static void append_group(const cluster_report *report, GString *text, const cluster_group *group)
{
    for (guint i = 0; i < group->nodes->len; i++) {
        if (i == CLUSTER_TEXT_LIST_MAX) {
            g_string_append_printf(text, " and %u more", group->nodes->len - i);
            return;
        }
        g_string_append(text, i == 0 ? "" : ", ");
        append_taken(text, cluster_node_text(report, g_array_index(group->nodes, uint32_t, i), ""));
    }
}

static void add_proofs(const cluster_report *report, GArray *frames, const GArray *nodes)
{
    for (guint i = 0; i < nodes->len; i++) {
        cluster_frames_add(frames,
                           cluster_report_node(report, g_array_index(nodes, uint32_t, i))->proof);
    }
}

static void add_split_brain(cluster_report *report)
{
    if (report->split != CLUSTER_SPLIT_YES) {
        return;
    }
    GString *text = g_string_new(NULL);
    GArray *frames = cluster_frames_new();
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

static void add_links(cluster_report *report)
{
    for (guint i = 0; i < report->links->len; i++) {
        const cluster_link *link = &g_array_index(report->links, cluster_link, i);
        if (!cluster_link_is_lost(link)) {
            continue;
        }
        GString *text = g_string_new("the distribution connection of ");
        GArray *frames = cluster_frames_new();
        append_taken(text, cluster_node_text(report, link->ends[CLUSTER_CLIENT], ""));
        g_string_append(text, " and ");
        append_taken(text, cluster_node_text(report, link->ends[CLUSTER_SERVER], ""));
        g_string_append_printf(text, " %s, ", link->how);
        cluster_seconds_append(text, link->lost_when.time - report->facts->first, 3);
        g_string_append(text,
                        " s after the capture began, and no other is seen to be up at the end");
        cluster_frames_add(frames, link->frames[0]);
        cluster_frames_add(frames, link->frames[1]);
        add_problem(report, link->stopped ? CLUSTER_NOTE : CLUSTER_WARNING, "connection_lost",
                    frames, text);
    }
}

/* Scans. */

static void add_vain(cluster_report *report, const cluster_scan *scan)
{
    GString *text = g_string_new(NULL);
    GArray *frames = cluster_frames_new();
    char *source = cluster_address_text(&scan->source);
    cluster_frames_add(frames, scan->first_frame);
    cluster_frames_add(frames, scan->last_frame);
    if (scan->open) {
        g_string_append_printf(text,
                               "the scan from %s found nobody until the capture ended (%u targets: "
                               "%u refused, %u silent), and may have gone on",
                               source, scan->targets->len, scan->refused->len, scan->silent->len);
    } else if (scan->rounds == 0) {
        g_string_append_printf(text,
                               "%s asked by ARP for %u addresses in a row, at the pace of a "
                               "Locator, and nobody answered",
                               source, scan->targets->len);
    } else {
        g_string_append_printf(text,
                               "the scan from %s found nobody (%u targets: %u refused, %u silent)",
                               source, scan->targets->len, scan->refused->len, scan->silent->len);
        g_string_append(text, scan->rounds < CLUSTER_ROUNDS_MAX
                                  ? ""
                                  : "; after a scan in vain Beethoven starts a node standalone");
    }
    g_free(source);
    add_problem(report, CLUSTER_NOTE, "scan_found_nobody", frames, text);
}

static void add_parallel(cluster_report *report)
{
    GString *text = g_string_new(NULL);
    GArray *frames = cluster_frames_new();
    uint32_t count = 0;
    for (guint i = 0; i < report->scans->len; i++) {
        const cluster_scan *scan = &g_array_index(report->scans, cluster_scan, i);
        if (scan->parallel) {
            if (count < CLUSTER_TEXT_LIST_MAX) {
                g_string_append(text, count == 0 ? "" : ", ");
                append_taken(text, cluster_address_text(&scan->source));
            }
            count++;
            cluster_frames_add(frames, scan->first_frame);
            cluster_frames_add(frames, scan->last_frame);
        }
    }
    if (count == 0) {
        g_string_free(text, TRUE);
        g_array_unref(frames);
        return;
    }
    g_string_append(text, " scanned the same addresses at about the same time, and found nobody: "
                          "nodes that start so each begin a cluster of their own");
    add_problem(report, CLUSTER_WARNING, "parallel_start", frames, text);
}

static void add_scans(cluster_report *report)
{
    if (report->facts->filter != NULL) {
        return; /* who answered may be hidden */
    }
    add_parallel(report);
    for (guint i = 0; i < report->scans->len; i++) {
        const cluster_scan *scan = &g_array_index(report->scans, cluster_scan, i);
        if (scan->answered->len == 0) {
            add_vain(report, scan);
        }
    }
}

/* The capture itself. */

static void add_tally(cluster_report *report, const char *code, const cluster_tally *tally,
                      const char *one, const char *many)
{
    GString *text = g_string_new(NULL);
    GArray *frames = cluster_frames_new();
    cluster_frames_add(frames, tally->frame);
    g_string_append_printf(text, "%u %s", tally->count, tally->count == 1 ? one : many);
    add_problem(report, CLUSTER_NOTE, code, frames, text);
}

/* What the snap length took, where no connection of SeekChat's or EPMD's tells which frames. */
static void add_cut(cluster_report *report)
{
    const cluster_tally *headless = &report->facts->unread[CLUSTER_UNREAD_HEADLESS];
    const cluster_tally *cut = &report->facts->unread[CLUSTER_UNREAD_CUT];
    if (headless->count > 0) {
        add_tally(report, "capture_lacks", headless,
                  "frame was cut by the snap length before the end of TCP's header: which "
                  "connection it opened, carried or ended is not known",
                  "frames were cut by the snap length before the end of TCP's header: which "
                  "connections they opened, carried or ended is not known");
    } else if (cut->count > 0 && report->nodes->len + report->scans->len == 0) {
        add_tally(
            report, "capture_lacks", cut,
            "frame was cut by the snap length, and nothing of SeekChat is in the others: what "
            "was cut off is not known",
            "frames were cut by the snap length, and nothing of SeekChat is in what is left: "
            "what was cut off is not known");
    }
}

static void add_lacks(cluster_report *report)
{
    GArray *cut = cluster_frames_new();
    GArray *around = cluster_frames_new();
    uint32_t missing = 0;
    for (guint i = 0; i < report->talks->len; i++) {
        const cluster_conversation *conversation =
            ((const cluster_talk *)g_ptr_array_index(report->talks, i))->conversation;
        cluster_speech speech = cluster_conversation_speech(conversation);
        bool mute = speech == CLUSTER_SPEAKS_NOTHING && conversation->locator;
        if (speech != CLUSTER_SPEAKS_SEEKCHAT && speech != CLUSTER_SPEAKS_EPMD && !mute) {
            continue;
        }
        for (int side = 0; side < 2; side++) {
            const cluster_party *party = &conversation->party[side];
            cluster_frames_add(cut, party->cut);
            if (report->facts->filter == NULL && !party->over && party->cut == 0 &&
                cluster_conversation_missing(conversation, (cluster_side)side) > 0) {
                missing++;
                cluster_frames_add(around, conversation->first.frame);
            }
        }
    }
    if (cut->len > 0) {
        add_problem(report, CLUSTER_NOTE, "capture_lacks", cut,
                    g_string_new("frames were cut by the snap length when they were recorded: what "
                                 "they carried is not known whole"));
    } else {
        g_array_unref(cut);
        add_cut(report);
    }
    if (missing > 0) {
        GString *text = g_string_new(NULL);
        g_string_append_printf(text,
                               "the capture lacks packets of %u %s: TCP's numbers show that they "
                               "were sent",
                               missing, missing == 1 ? "connection" : "connections");
        add_problem(report, CLUSTER_NOTE, "capture_lacks", around, text);
    } else {
        g_array_unref(around);
    }
}

static void add_loose(cluster_report *report)
{
    const cluster_tally *loose = &report->facts->unread[CLUSTER_UNREAD_LOOSE];
    if (loose->count > 0) {
        add_tally(
            report, "without_tcp", loose,
            "SeekChat message came without TCP, as in exported PDUs: this report does not look "
            "into it",
            "SeekChat messages came without TCP, as in exported PDUs: this report does not "
            "look into them");
    }
}

static void add_limits(cluster_report *report)
{
    for (int limit = 0; limit < CLUSTER_LIMITS; limit++) {
        if ((report->limits >> limit & 1) != 0) {
            GString *text = g_string_new("a limit of this report was reached: ");
            g_string_append(text, cluster_limit_text((cluster_limit)limit));
            add_problem(report, CLUSTER_NOTE, "limit_reached", cluster_frames_new(), text);
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

static void free_problem(gpointer data)
{
    cluster_problem *problem = data;
    g_array_unref(problem->frames);
    g_free(problem->text);
    g_free(problem->filter);
    g_free(problem);
}

void cluster_report_find_problems(cluster_report *report)
{
    report->retries = group_exchanges(report, report->joins);
    report->problems = g_ptr_array_new_with_free_func(free_problem);
    add_split_brain(report);
    for (guint i = 0; i < report->retries->len; i++) {
        add_join(report, g_ptr_array_index(report->retries, i));
    }
    add_watches(report);
    add_findings(report);
    add_links(report);
    add_scans(report);
    add_lacks(report);
    add_loose(report);
    add_limits(report);
    g_ptr_array_sort(report->problems, worst_first);
}
