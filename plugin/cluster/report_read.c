/* report_read.c
 * Reads the facts of a JSON report back. Believes nothing that it reads.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <math.h>
#include <string.h>

#include "facts_rows.h"
#include "json.h"
#include "merge.h"
#include "report.h"

/* A report while it is read. */
typedef struct {
    const cluster_json *json;
    cluster_facts *facts;
    const char *part;  /* of the facts that is read */
    const char *wrong; /* what is wrong in it: the first thing; NULL: nothing */
    uint32_t frames;   /* of all captures */
    GArray *addresses; /* cluster_address */
    GPtrArray *texts;  /* char * */
    GPtrArray *lists;  /* GArray * */
} reader;

/* The values of an array while they are taken one by one. */
typedef struct {
    reader *from;
    uint32_t at;
    uint32_t left;
} row;

static void fail(reader *from, const char *wrong)
{
    if (from->wrong == NULL) {
        from->wrong = wrong;
    }
}

static const cluster_json_value *value_at(const reader *from, uint32_t at)
{
    return cluster_json_at(from->json, at);
}

/* The values of an array at a place; none if it is no array. */
static row values_of(reader *from, uint32_t at)
{
    const cluster_json_value *value = value_at(from, at);
    if (at == 0 || value->kind != CLUSTER_JSON_ARRAY) {
        fail(from, "no array");
        return (row){from, at, 0};
    }
    return (row){from, at + 1, value->count};
}

/* The place of the next value; 0 if there is none. */
static uint32_t take(row *values)
{
    uint32_t at = values->at;
    if (values->left == 0) {
        fail(values->from, "a row is too short");
        return 0;
    }
    values->left--;
    values->at = value_at(values->from, at)->next;
    return at;
}

static bool take_null(row *values)
{
    if (values->left == 0 || value_at(values->from, values->at)->kind != CLUSTER_JSON_NULL) {
        return false;
    }
    take(values);
    return true;
}

static double take_number(row *values)
{
    uint32_t at = take(values);
    if (at == 0 || value_at(values->from, at)->kind != CLUSTER_JSON_NUMBER) {
        fail(values->from, "no number where one must be");
        return 0;
    }
    return cluster_json_number(values->from->json, at);
}

/* A whole number of at most most. */
static uint32_t take_count(row *values, uint32_t most)
{
    double number = take_number(values);
    if (!(number >= 0 && number <= most && floor(number) == number)) {
        fail(values->from, "a number is out of range");
        return 0;
    }
    return (uint32_t)number;
}

static double take_time(row *values)
{
    double time = take_number(values);
    if (!isfinite(time)) {
        fail(values->from, "a time is out of range");
        return 0;
    }
    return time;
}

/* A place in a table of that many; 0 if it is none. */
static uint32_t take_place(row *values, uint32_t count)
{
    uint32_t place = take_count(values, UINT32_MAX - 1);
    if (place >= count) {
        fail(values->from, "a number is the place of nothing");
        return 0;
    }
    return place;
}

static uint32_t take_frame(row *values)
{
    uint32_t frame = take_count(values, UINT32_MAX);
    if (frame == 0 || frame > values->from->frames) {
        fail(values->from, "a frame is of none of the captures");
    }
    return frame;
}

static uint32_t take_node(row *values)
{
    return take_null(values) ? CLUSTER_NO_NODE
                             : take_place(values, values->from->facts->nodes->len);
}

static cluster_address take_address(row *values)
{
    static const cluster_address none;
    const reader *from = values->from;
    if (take_null(values)) {
        return none;
    }
    uint32_t place = take_place(values, from->addresses->len);
    return place < from->addresses->len ? g_array_index(from->addresses, cluster_address, place)
                                        : none;
}

static cluster_endpoint take_endpoint(row *values)
{
    cluster_endpoint endpoint = {.address = take_address(values)};
    endpoint.port = (uint16_t)take_count(values, UINT16_MAX);
    return endpoint;
}

static cluster_moment take_moment(row *values)
{
    cluster_moment when = {.frame = take_frame(values)};
    when.time = take_time(values);
    return when;
}

/* That of something that may not have been seen: frame 0 then. */
static cluster_moment take_seen(row *values)
{
    if (take_null(values)) {
        if (!take_null(values)) {
            fail(values->from, "a time without a frame");
        }
        return (cluster_moment){0};
    }
    return take_moment(values);
}

static const char *take_code(row *values)
{
    uint32_t at = take(values);
    if (at == 0 || value_at(values->from, at)->kind != CLUSTER_JSON_STRING) {
        fail(values->from, "no word where one must be");
        return NULL;
    }
    GString *word = cluster_json_string(values->from->json, at);
    const char *code = cluster_cause_code(word->str);
    g_string_free(word, TRUE);
    if (code == NULL) {
        fail(values->from, "an unknown cause");
    }
    return code;
}

/* NULL for none, and after an error. */
static cluster_cause *take_cause(row *values)
{
    reader *from = values->from;
    if (take_null(values)) {
        return NULL;
    }
    row cause = values_of(from, take(values));
    const char *code = take_code(&cause);
    uint32_t text = take_place(&cause, from->texts->len);
    row frames = values_of(from, take(&cause));
    if (from->wrong != NULL) {
        return NULL;
    }
    cluster_cause *taken = cluster_cause_new(code, g_strdup(g_ptr_array_index(from->texts, text)));
    while (frames.left > 0 && from->wrong == NULL) {
        cluster_cause_add_frame(taken, take_frame(&frames));
    }
    return taken;
}

static cluster_exchange take_exchange(row *values)
{
    cluster_exchange exchange = {.asker = take_node(values)};
    exchange.beacon = take_node(values);
    cluster_moment request = take_seen(values);
    cluster_moment reply = take_seen(values);
    exchange.request_frame = request.frame;
    exchange.request_time = request.time;
    exchange.reply_frame = reply.frame;
    exchange.reply_time = reply.time;
    exchange.answered = reply.frame != 0;
    exchange.client = take_endpoint(values);
    exchange.server = take_endpoint(values);
    exchange.cause = take_cause(values);
    if (request.frame == 0 && reply.frame == 0) {
        fail(values->from, "neither request nor reply");
    }
    return exchange;
}

static void read_join(reader *from, row *values)
{
    cluster_join join = {.outcome = take_count(values, CLUSTER_OUTCOME_REFUSED)};
    join.exchange = take_exchange(values);
    if (cluster_facts_add_join(from->facts, &join) == UINT32_MAX) {
        cluster_cause_free(join.exchange.cause);
    }
}

static void read_watch(reader *from, row *values)
{
    uint32_t list = take_count(values, from->lists->len);
    cluster_watch watch = {.exchange = take_exchange(values)};
    if (list > 0) {
        watch.nodes = g_array_ref(g_ptr_array_index(from->lists, list - 1));
    }
    if (cluster_facts_add_watch(from->facts, &watch) == UINT32_MAX) {
        cluster_cause_free(watch.exchange.cause);
        g_clear_pointer(&watch.nodes, g_array_unref);
    }
}

static void read_finding(reader *from, row *values)
{
    cluster_finding finding = {.severity = take_count(values, CLUSTER_ERROR)};
    uint32_t bits = take_count(values, CLUSTER_ROW_IF_UNANSWERED | CLUSTER_ROW_ANSWERED);
    finding.if_unanswered = (bits & CLUSTER_ROW_IF_UNANSWERED) != 0;
    finding.answered = (bits & CLUSTER_ROW_ANSWERED) != 0;
    finding.cause = take_cause(values);
    if (finding.cause == NULL || finding.cause->frame_count == 0) {
        fail(from, "a finding without a cause");
        cluster_cause_free(finding.cause);
        return;
    }
    cluster_facts_add_finding(from->facts, &finding);
}

static void read_try(reader *from, row *values)
{
    uint32_t bits = take_count(values, CLUSTER_ROW_STATE | CLUSTER_ROW_GIVEN | CLUSTER_ROW_HEARD |
                                           CLUSTER_ROW_SOUGHT);
    cluster_moment when = take_moment(values);
    cluster_endpoint client = take_endpoint(values);
    cluster_endpoint server = take_endpoint(values);
    cluster_try *attempt = cluster_try_new(when, &client, &server);
    attempt->state = bits & CLUSTER_ROW_STATE;
    attempt->given = (bits & CLUSTER_ROW_GIVEN) != 0;
    attempt->heard = (bits & CLUSTER_ROW_HEARD) != 0;
    attempt->sought = (bits & CLUSTER_ROW_SOUGHT) != 0;
    if (attempt->state > CLUSTER_TRY_ANSWERED) {
        fail(from, "a number is out of range");
    }
    cluster_facts_list_try(from->facts, attempt);
    if (!attempt->listed) {
        cluster_try_free(from->facts, attempt);
    }
}

static void read_asking(reader *from, row *values)
{
    cluster_asking asking = {.nearby = true, .resolved = take_count(values, 1) != 0};
    asking.requests = take_count(values, UINT32_MAX);
    asking.first = take_moment(values);
    asking.last = take_time(values);
    asking.pair.from = take_address(values);
    asking.pair.to = take_address(values);
    cluster_facts_add_asking(from->facts, &asking);
}

static void read_answerer(reader *from, row *values)
{
    uint32_t node = take_place(values, from->facts->nodes->len);
    cluster_moment when = take_moment(values);
    cluster_endpoint server = take_endpoint(values);
    if (from->wrong == NULL) {
        cluster_facts_answers_at(from->facts, node, &server, when);
    }
}

static void read_port(reader *from, row *values)
{
    uint32_t port = take_count(values, UINT16_MAX);
    from->facts->ports[port / 8] |= (uint8_t)(1u << port % 8);
}

/* The value of a member of an object; 0 if it has none. */
static uint32_t member(reader *from, uint32_t object, const char *key)
{
    uint32_t at = cluster_json_member(from->json, object, key);
    if (from->wrong == NULL) {
        from->part = key;
    }
    if (at == 0) {
        fail(from, "it is missing");
    }
    return at;
}

typedef void read_row(reader *from, row *values);

/* Reads each row of a list of them. */
static void read_rows(reader *from, uint32_t whole, const char *key, read_row *read)
{
    row rows = values_of(from, member(from, whole, key));
    while (rows.left > 0 && from->wrong == NULL) {
        row values = values_of(from, take(&rows));
        if (from->wrong == NULL) {
            read(from, &values);
        }
        if (values.left > 0) {
            fail(from, "a row is too long");
        }
    }
}

/* Reads each value of a list of them. */
static void read_values(reader *from, uint32_t whole, const char *key, read_row *read)
{
    row values = values_of(from, member(from, whole, key));
    while (values.left > 0 && from->wrong == NULL) {
        read(from, &values);
    }
}

/* The next value's string; NULL if it is none. */
static GString *take_string(row *values)
{
    uint32_t at = take(values);
    if (at == 0 || value_at(values->from, at)->kind != CLUSTER_JSON_STRING) {
        fail(values->from, "no string where one must be");
        return NULL;
    }
    return cluster_json_string(values->from->json, at);
}

static void read_address(reader *from, row *values)
{
    GString *text = take_string(values);
    cluster_address address = {0};
    if (text != NULL) {
        if (!cluster_address_parse((cluster_text){text->str, text->len}, &address)) {
            fail(from, "no address where one must be");
        }
        g_string_free(text, TRUE);
    }
    g_array_append_val(from->addresses, address);
}

static bool is_printable(const GString *text)
{
    for (const char *at = text->str; at < text->str + text->len; at = g_utf8_next_char(at)) {
        if (!g_unichar_isprint(g_utf8_get_char(at))) {
            return false;
        }
    }
    return text->len > 0;
}

static void read_text(reader *from, row *values)
{
    GString *text = take_string(values);
    if (text == NULL) {
        return;
    }
    if (!is_printable(text)) {
        fail(from, "a sentence that is not printable");
    }
    g_ptr_array_add(from->texts, g_string_free(text, FALSE));
}

static void read_list(reader *from, row *values)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    while (values->left > 0 && from->wrong == NULL) {
        uint32_t node = take_place(values, from->facts->nodes->len);
        g_array_append_val(list, node);
    }
    g_ptr_array_add(from->lists, list);
}

/* The name of the next node of the report. */
static uint32_t read_name(reader *from, uint32_t node)
{
    uint32_t at = cluster_json_member(from->json, node, "name");
    uint32_t count = from->facts->nodes->len;
    if (at == 0 || value_at(from, at)->kind != CLUSTER_JSON_STRING) {
        fail(from, "a node without a name");
        return CLUSTER_NO_NODE;
    }
    GString *name = cluster_json_string(from->json, at);
    uint32_t index = cluster_facts_node(from->facts, (cluster_text){name->str, name->len}, 0);
    g_string_free(name, TRUE);
    if (index != count) {
        fail(from, "a name is empty, or stands there twice, or there are too many");
    }
    return index;
}

static void read_node(reader *from, row *values, cluster_node *node)
{
    node->roles = (uint8_t)take_count(values, CLUSTER_ROLE_BEACON | CLUSTER_ROLE_SEEKER |
                                                  CLUSTER_ROLE_WATCHER | CLUSTER_ROLE_LISTED);
    node->first_frame = take_frame(values);
    node->last_frame = take_frame(values);
    while (values->left > 0 && from->wrong == NULL) {
        cluster_address address = take_address(values);
        uint32_t frame = take_frame(values);
        if (address.family == CLUSTER_FAMILY_NONE) {
            fail(from, "no address where one must be");
        }
        cluster_facts_join_address(from->facts, from->facts->nodes->len - 1, &address, frame);
    }
}

/* The report's nodes hold the names, those of its facts the rest, in the same order. */
static void read_nodes(reader *from, uint32_t whole)
{
    row names = values_of(from, member(from, 0, "nodes"));
    row rows = values_of(from, member(from, whole, "nodes"));
    if (names.left != rows.left) {
        fail(from, "not as many as the report has");
    }
    while (rows.left > 0 && from->wrong == NULL) {
        uint32_t index = read_name(from, take(&names));
        row values = values_of(from, take(&rows));
        if (from->wrong == NULL) {
            read_node(from, &values, cluster_facts_node_at(from->facts, index));
        }
    }
}

/* A number that a member of an object has. */
static row value_of(reader *from, uint32_t object, const char *key)
{
    uint32_t at = cluster_json_member(from->json, object, key);
    if (at == 0) {
        fail(from, "a value is missing");
    }
    return (row){from, at, at != 0};
}

static void read_digest(reader *from, uint32_t object, cluster_capture *capture)
{
    row values = value_of(from, object, "digest");
    GString *digest = take_string(&values);
    if (digest == NULL) {
        return;
    }
    bool right = digest->len == CLUSTER_DIGEST_LENGTH;
    for (size_t i = 0; right && i < digest->len; i++) {
        right = g_ascii_isxdigit(digest->str[i]) && !g_ascii_isupper(digest->str[i]);
    }
    if (right) {
        memcpy(capture->digest, digest->str, CLUSTER_DIGEST_LENGTH + 1);
    } else {
        fail(from, "no digest where one must be");
    }
    g_string_free(digest, TRUE);
}

static void read_capture(reader *from, row *values)
{
    uint32_t object = take(values);
    cluster_capture capture = {.before = from->frames};
    row first = value_of(from, object, "first");
    row last = value_of(from, object, "last");
    row frames = value_of(from, object, "frames");
    capture.first = take_time(&first);
    capture.last = take_time(&last);
    capture.frames = take_count(&frames, UINT32_MAX - from->frames);
    read_digest(from, object, &capture);
    if (capture.frames == 0 || capture.first > capture.last) {
        fail(from, "a capture without frames");
    }
    from->frames += capture.frames;
    g_array_append_val(from->facts->captures, capture);
}

static void read_shown(reader *from, uint32_t whole)
{
    row times = values_of(from, member(from, whole, "shown"));
    cluster_facts *facts = from->facts;
    facts->any = times.left > 0;
    if (facts->any) {
        facts->first = take_time(&times);
        facts->last = take_time(&times);
    }
}

static void read_limits(reader *from, uint32_t whole)
{
    uint32_t at = member(from, whole, "limits");
    row values = {from, at, at != 0};
    from->facts->limits |= take_count(&values, CLUSTER_LIMITS);
}

static void read_facts(reader *from, uint32_t whole)
{
    read_values(from, whole, "captures", read_capture);
    read_values(from, whole, "addresses", read_address);
    read_values(from, whole, "texts", read_text);
    read_nodes(from, whole);
    read_rows(from, whole, "lists", read_list);
    read_rows(from, whole, "joins", read_join);
    read_rows(from, whole, "watches", read_watch);
    read_rows(from, whole, "findings", read_finding);
    read_rows(from, whole, "tries", read_try);
    read_rows(from, whole, "asked", read_asking);
    read_rows(from, whole, "answerers", read_answerer);
    read_values(from, whole, "ports", read_port);
    read_shown(from, whole);
    read_limits(from, whole);
}

/* Whether an object has the one value for a key that this program knows; else says so. */
static bool is_known(const cluster_json *json, uint32_t object, const char *key, int known,
                     char **error)
{
    uint32_t at = cluster_json_member(json, object, key);
    const cluster_json_value *value = cluster_json_at(json, at);
    if (at != 0 && value->kind == CLUSTER_JSON_NUMBER && cluster_json_number(json, at) == known) {
        return true;
    }
    *error = at == 0
                 ? g_strdup_printf("no cluster report: it has no %s", key)
                 : g_strdup_printf("a report whose %s is %.*s; %d is known", key,
                                   (int)MIN(value->length, 20), json->text + value->start, known);
    return false;
}

static bool is_report(const cluster_json *json, char **error)
{
    uint32_t whole = cluster_json_member(json, 0, "facts");
    if (!is_known(json, 0, "version", CLUSTER_REPORT_VERSION, error)) {
        return false;
    }
    if (whole == 0) {
        *error = g_strdup("the report holds no facts: make it anew from its capture");
        return false;
    }
    return is_known(json, whole, "form", CLUSTER_FACTS_FORM, error);
}

static cluster_facts *read_report(const cluster_json *json, char **error)
{
    reader from = {
        .json = json,
        .facts = cluster_facts_new(),
        .addresses = g_array_new(FALSE, FALSE, sizeof(cluster_address)),
        .texts = g_ptr_array_new_with_free_func(g_free),
        .lists = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref),
    };
    read_facts(&from, cluster_json_member(json, 0, "facts"));
    g_array_unref(from.addresses);
    g_ptr_array_unref(from.texts);
    g_ptr_array_unref(from.lists);
    if (from.wrong != NULL) {
        *error = g_strdup_printf("%s: %s", from.part, from.wrong);
        cluster_facts_free(from.facts);
        return NULL;
    }
    return from.facts;
}

cluster_facts *cluster_report_read(const char *text, size_t length, char **error)
{
    cluster_json *json = cluster_json_read(text, length, error);
    if (json == NULL) {
        return NULL;
    }
    cluster_facts *facts = is_report(json, error) ? read_report(json, error) : NULL;
    cluster_json_free(json);
    return facts;
}
