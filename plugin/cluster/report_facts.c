/* report_facts.c
 * Writes what only a merge of reports needs: the facts that the report is derived from.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * The facts are rows of numbers, as report.schema.json describes them. A node is its place in the
 * report's `nodes`; an address, a sentence and a node list are places in tables of their own, so
 * that each stands there once. Times are written so that they are read back exactly.
 */

#include "report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "facts_rows.h"
#include "escape.h"
#include "tries.h"

/* A table of values, each with its place in the order of their first use. */
typedef struct {
    GHashTable *places; /* value -> place */
    GPtrArray *values;  /* borrowed */
} table;

typedef struct {
    const cluster_report *report;
    GString *out;
    uint32_t *ranks; /* of each node: its place in the report */
    table addresses; /* const cluster_address * */
    table texts;     /* const char * */
    table lists;     /* const GArray * */
} writer;

static table table_new(GHashFunc hash, GEqualFunc equal)
{
    return (table){g_hash_table_new(hash, equal), g_ptr_array_new()};
}

static void table_clear(table *values)
{
    g_hash_table_destroy(values->places);
    g_ptr_array_unref(values->values);
}

static uint32_t place_of(table *values, gconstpointer value)
{
    uint32_t place = GPOINTER_TO_UINT(g_hash_table_lookup(values->places, value));
    if (place == 0) {
        g_ptr_array_add(values->values, (gpointer)value);
        place = values->values->len;
        g_hash_table_insert(values->places, (gpointer)value, GUINT_TO_POINTER(place));
    }
    return place - 1;
}

/* The fewest digits that are read back as the same number. No capture has a time that is none. */
static void append_exact(GString *out, double number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE + 320];
    static const char *const formats[] = {"%.6f", "%.7f", "%.9f", "%.17g"};
    if (!isfinite(number)) {
        g_string_append(out, "0");
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_ascii_formatd(text, sizeof text, formats[i], number);
        if (g_ascii_strtod(text, NULL) == number) {
            break;
        }
    }
    g_string_append(out, text);
}

/* The members of a row, each with a comma before it. */

static void add_number(writer *to, uint32_t number)
{
    g_string_append_printf(to->out, ",%u", number);
}

static void add_time(writer *to, double time)
{
    g_string_append_c(to->out, ',');
    append_exact(to->out, time);
}

static void add_node(writer *to, uint32_t node)
{
    if (node == CLUSTER_NO_NODE) {
        g_string_append(to->out, ",null");
    } else {
        add_number(to, to->ranks[node]);
    }
}

static void add_address(writer *to, const cluster_address *address)
{
    if (address->family == CLUSTER_FAMILY_NONE) {
        g_string_append(to->out, ",null");
    } else {
        add_number(to, place_of(&to->addresses, address));
    }
}

static void add_endpoint(writer *to, const cluster_endpoint *endpoint)
{
    add_address(to, &endpoint->address);
    add_number(to, endpoint->port);
}

/* The moment of something that may not have been seen. */
static void add_moment(writer *to, bool seen, uint32_t frame, double time)
{
    if (!seen) {
        g_string_append(to->out, ",null,null");
        return;
    }
    add_number(to, frame);
    add_time(to, time);
}

static void append_numbers(GString *out, const uint32_t *numbers, uint32_t count)
{
    g_string_append_c(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        g_string_append_printf(out, "%s%u", i == 0 ? "" : ",", numbers[i]);
    }
    g_string_append_c(out, ']');
}

static void add_cause(writer *to, const cluster_cause *cause)
{
    if (cause == NULL) {
        g_string_append(to->out, ",null");
        return;
    }
    g_string_append_printf(to->out, ",[\"%s\",%u,", cause->code, place_of(&to->texts, cause->text));
    append_numbers(to->out, cause->frames, cause->frame_count);
    g_string_append_c(to->out, ']');
}

/* A row begins with a word of few values, so that all that follows has a comma before it. */
static void begin_row(writer *to, uint32_t word)
{
    g_string_append_printf(to->out, "[%u", word);
}

static void end_row(writer *to)
{
    g_string_append_c(to->out, ']');
}

static void write_exchange(writer *to, const cluster_exchange *exchange)
{
    add_node(to, exchange->asker);
    add_node(to, exchange->beacon);
    add_moment(to, exchange->request_frame != 0, exchange->request_frame, exchange->request_time);
    add_moment(to, exchange->answered, exchange->reply_frame, exchange->reply_time);
    add_endpoint(to, &exchange->client);
    add_endpoint(to, &exchange->server);
    add_cause(to, exchange->cause);
}

static void write_join(writer *to, gconstpointer record)
{
    const cluster_join *join = record;
    begin_row(to, join->outcome);
    write_exchange(to, &join->exchange);
    end_row(to);
}

static void write_watch(writer *to, gconstpointer record)
{
    const cluster_watch *watch = record;
    begin_row(to, watch->nodes == NULL ? 0 : place_of(&to->lists, watch->nodes) + 1);
    write_exchange(to, &watch->exchange);
    end_row(to);
}

static void write_finding(writer *to, gconstpointer record)
{
    const cluster_finding *finding = record;
    begin_row(to, finding->severity);
    add_number(to, (finding->if_unanswered ? CLUSTER_ROW_IF_UNANSWERED : 0u) |
                       (finding->answered ? CLUSTER_ROW_ANSWERED : 0u));
    add_cause(to, finding->cause);
    end_row(to);
}

static void write_try(writer *to, gconstpointer record)
{
    const cluster_try *attempt = record;
    begin_row(to, attempt->state | (attempt->given ? CLUSTER_ROW_GIVEN : 0u) |
                      (attempt->heard ? CLUSTER_ROW_HEARD : 0u) |
                      (attempt->sought ? CLUSTER_ROW_SOUGHT : 0u));
    add_number(to, attempt->when.frame);
    add_time(to, attempt->when.time);
    add_endpoint(to, &attempt->client);
    add_endpoint(to, &attempt->server);
    end_row(to);
}

static void write_asking(writer *to, gconstpointer record)
{
    const cluster_asking *asking = record;
    begin_row(to, asking->resolved);
    add_number(to, asking->requests);
    add_number(to, asking->first.frame);
    add_time(to, asking->first.time);
    add_time(to, asking->last);
    add_address(to, &asking->pair.from);
    add_address(to, &asking->pair.to);
    end_row(to);
}

static void write_node(writer *to, gconstpointer record)
{
    const cluster_node *node = record;
    begin_row(to, node->roles);
    add_number(to, node->first_frame);
    add_number(to, node->last_frame);
    for (guint i = 0; i < node->addresses->len; i++) {
        add_address(to, &g_array_index(node->addresses, cluster_address, i));
        add_number(to, g_array_index(node->address_frames, uint32_t, i));
    }
    end_row(to);
}

typedef void write_row(writer *to, gconstpointer record);

static void write_rows(writer *to, const char *name, const GPtrArray *records, write_row *write)
{
    g_string_append_printf(to->out, "\"%s\":[", name);
    for (guint i = 0; i < records->len; i++) {
        g_string_append(to->out, i == 0 ? "\n" : ",\n");
        write(to, g_ptr_array_index(records, i));
    }
    g_string_append(to->out, "],\n");
}

static gint by_moment(const cluster_moment *one, const cluster_moment *other)
{
    return one->frame != other->frame ? (one->frame > other->frame) - (one->frame < other->frame)
                                      : (one->time > other->time) - (one->time < other->time);
}

static gint compare_tries(gconstpointer one, gconstpointer other)
{
    const cluster_try *left = *(const cluster_try *const *)one;
    const cluster_try *right = *(const cluster_try *const *)other;
    return by_moment(&left->when, &right->when);
}

static gint compare_askings(gconstpointer one, gconstpointer other)
{
    const cluster_asking *left = *(const cluster_asking *const *)one;
    const cluster_asking *right = *(const cluster_asking *const *)other;
    return by_moment(&left->first, &right->first);
}

static void write_tries(writer *to)
{
    const cluster_facts *facts = to->report->facts;
    GPtrArray *records = g_ptr_array_new();
    for (const GList *link = facts->tries.head; link != NULL; link = link->next) {
        g_ptr_array_add(records, link->data);
    }
    g_ptr_array_sort(records, compare_tries);
    write_rows(to, "tries", records, write_try);
    g_ptr_array_set_size(records, 0);
    for (const GList *link = facts->asked.head; link != NULL; link = link->next) {
        if (cluster_asking_counts(facts, link->data)) {
            g_ptr_array_add(records, link->data);
        }
    }
    g_ptr_array_sort(records, compare_askings);
    write_rows(to, "asked", records, write_asking);
    g_ptr_array_unref(records);
}

static void write_nodes(writer *to)
{
    const cluster_facts *facts = to->report->facts;
    GPtrArray *records = g_ptr_array_new();
    for (uint32_t i = 0; i < facts->nodes->len; i++) {
        g_ptr_array_add(records, cluster_facts_node_at(facts, to->report->order[i]));
    }
    write_rows(to, "nodes", records, write_node);
    g_ptr_array_unref(records);
}

static gint compare_endpoints(gconstpointer one, gconstpointer other)
{
    const cluster_endpoint *left = one;
    const cluster_endpoint *right = other;
    int order = cluster_address_compare(&left->address, &right->address);
    return order != 0 ? order : (left->port > right->port) - (left->port < right->port);
}

static void write_answerers(writer *to)
{
    GHashTable *all = to->report->facts->by_endpoint;
    GList *endpoints = g_list_sort(g_hash_table_get_keys(all), compare_endpoints);
    g_string_append(to->out, "\"answerers\":[");
    for (const GList *link = endpoints; link != NULL; link = link->next) {
        const cluster_answerer *answerer = g_hash_table_lookup(all, link->data);
        g_string_append(to->out, link == endpoints ? "\n" : ",\n");
        begin_row(to, to->ranks[answerer->node]);
        add_number(to, answerer->when.frame);
        add_time(to, answerer->when.time);
        add_endpoint(to, link->data);
        end_row(to);
    }
    g_string_append(to->out, "],\n");
    g_list_free(endpoints);
}

static void write_tables(writer *to)
{
    g_string_append(to->out, "\"addresses\":[");
    for (guint i = 0; i < to->addresses.values->len; i++) {
        g_string_append(to->out, i == 0 ? "\"" : ",\"");
        cluster_address_append(to->out, g_ptr_array_index(to->addresses.values, i));
        g_string_append_c(to->out, '"');
    }
    g_string_append(to->out, "],\n\"texts\":[");
    for (guint i = 0; i < to->texts.values->len; i++) {
        const char *text = g_ptr_array_index(to->texts.values, i);
        g_string_append(to->out, i == 0 ? "\n" : ",\n");
        cluster_json_append(to->out, (cluster_text){text, strlen(text)});
    }
    g_string_append(to->out, "],\n\"lists\":[");
    for (guint i = 0; i < to->lists.values->len; i++) {
        const GArray *list = g_ptr_array_index(to->lists.values, i);
        g_string_append(to->out, i == 0 ? "\n[" : ",\n[");
        for (guint k = 0; k < list->len; k++) {
            g_string_append_printf(to->out, "%s%u", k == 0 ? "" : ",",
                                   to->ranks[g_array_index(list, uint32_t, k)]);
        }
        g_string_append_c(to->out, ']');
    }
    g_string_append(to->out, "],\n");
}

static void write_few(writer *to)
{
    const cluster_facts *facts = to->report->facts;
    bool first = true;
    g_string_append_printf(to->out, "\"limits\":%u,\n\"ports\":[", facts->limits);
    for (uint32_t port = 0; port < 65536; port++) {
        if ((facts->ports[port / 8] >> port % 8 & 1) != 0) {
            g_string_append_printf(to->out, "%s%u", first ? "" : ",", port);
            first = false;
        }
    }
    g_string_append(to->out, "],\n\"shown\":[");
    if (facts->any) {
        append_exact(to->out, facts->first);
        add_time(to, facts->last);
    }
    g_string_append_c(to->out, ']');
}

static void write_capture(GString *out, const cluster_capture *capture, const char *digest)
{
    g_string_append(out, "{\"first\":");
    append_exact(out, capture->first);
    g_string_append(out, ",\"last\":");
    append_exact(out, capture->last);
    g_string_append_printf(out, ",\"frames\":%u,\"digest\":\"%s\"}", capture->frames, digest);
}

/* Tells a capture from another by its facts, of which the names of the nodes are a part. */
static char *digest_of(const cluster_report *report, const GString *rows)
{
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
    for (uint32_t i = 0; i < report->facts->nodes->len; i++) {
        const cluster_node *node = cluster_facts_node_at(report->facts, report->order[i]);
        g_checksum_update(checksum, (const guchar *)node->name.data, (gssize)node->name.length);
        g_checksum_update(checksum, (const guchar *)"\n", 1);
    }
    g_checksum_update(checksum, (const guchar *)rows->str, (gssize)rows->len);
    char *digest = g_strndup(g_checksum_get_string(checksum), CLUSTER_DIGEST_LENGTH);
    g_checksum_free(checksum);
    return digest;
}

static void write_captures(const cluster_report *report, GString *out, const GString *rows)
{
    const cluster_facts *facts = report->facts;
    g_string_append(out, "\"captures\":[");
    if (facts->captures->len == 0 && facts->own.frames > 0) {
        char *digest = digest_of(report, rows);
        write_capture(out, &facts->own, digest);
        g_free(digest);
    }
    for (guint i = 0; i < facts->captures->len; i++) {
        const cluster_capture *capture = &g_array_index(facts->captures, cluster_capture, i);
        g_string_append(out, i == 0 ? "" : ",\n");
        write_capture(out, capture, capture->digest);
    }
    g_string_append(out, "],\n");
}

static GString *write_facts(const cluster_report *report)
{
    const cluster_facts *facts = report->facts;
    writer to = {
        .report = report,
        .out = g_string_new(NULL),
        .ranks = g_new(uint32_t, facts->nodes->len),
        .addresses = table_new(cluster_address_hash, cluster_address_key_equal),
        .texts = table_new(g_str_hash, g_str_equal),
        .lists = table_new(cluster_list_hash, cluster_list_equal),
    };
    for (uint32_t i = 0; i < facts->nodes->len; i++) {
        to.ranks[report->order[i]] = i;
    }
    write_nodes(&to);
    write_rows(&to, "joins", report->all_joins, write_join);
    write_rows(&to, "watches", report->all_watches, write_watch);
    write_rows(&to, "findings", report->findings, write_finding);
    write_tries(&to);
    write_answerers(&to);
    write_tables(&to);
    write_few(&to);
    table_clear(&to.lists);
    table_clear(&to.texts);
    table_clear(&to.addresses);
    g_free(to.ranks);
    return to.out;
}

void cluster_report_append_facts(const cluster_report *report, GString *out)
{
    GString *rows = write_facts(report);
    g_string_append_printf(out, "\"facts\":{\"form\":%d,\n", CLUSTER_FACTS_FORM);
    write_captures(report, out, rows);
    g_string_append_len(out, rows->str, (gssize)rows->len);
    g_string_append_c(out, '}');
    g_string_free(rows, TRUE);
}
