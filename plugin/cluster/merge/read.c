/* read.c
 * Reads the facts of a report back. Believes nothing that it reads.
 * May include: the headers of merge/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "merge.h"

#include <string.h>

#include "captures.h"
#include "rows.h"
#include "stream.h"
#include "take.h"

/* Conversations. */

static void read_piece(cluster_row *values, cluster_party *party, uint32_t *end_before)
{
    cluster_reader *from = values->from;
    cluster_row piece = cluster_take_row(values);
    uint32_t offset = cluster_take_count(&piece, INT32_MAX);
    cluster_moment when = cluster_take_moment(&piece);
    GString *bytes = cluster_take_bytes(&piece);
    cluster_row_end(&piece);
    if (bytes == NULL) {
        return;
    }
    if (bytes->len == 0 || offset < *end_before || bytes->len > INT32_MAX - offset ||
        when.frame == 0 || !party->based) {
        cluster_reader_fail(from, "bytes that cannot be there");
    } else if (!cluster_stream_add(party->stream, party->next + offset, (const uint8_t *)bytes->str,
                                   (uint32_t)bytes->len, when)) {
        cluster_reader_fail(from, "more bytes of a side than are kept");
    }
    *end_before = offset + (uint32_t)bytes->len;
    g_string_free(bytes, TRUE);
}

static void read_pieces(cluster_row *values, cluster_party *party)
{
    cluster_row pieces = cluster_take_row(values);
    uint32_t end_before = 0;
    if (pieces.left > 0) {
        party->stream = cluster_stream_new();
    }
    while (pieces.left > 0 && cluster_reader_good(values->from)) {
        read_piece(&pieces, party, &end_before);
    }
}

static void read_party(cluster_row *values, cluster_party *party)
{
    cluster_row side = cluster_take_row(values);
    uint32_t bits = cluster_take_count(&side, CLUSTER_ROW_SPEECH | CLUSTER_ROW_BASED |
                                                  CLUSTER_ROW_WHOLE | CLUSTER_ROW_OVER);
    party->speech = bits & CLUSTER_ROW_SPEECH;
    party->based = (bits & CLUSTER_ROW_BASED) != 0;
    party->whole = (bits & CLUSTER_ROW_WHOLE) != 0;
    party->over = (bits & CLUSTER_ROW_OVER) != 0;
    if (party->speech > CLUSTER_SPEAKS_OTHER) {
        cluster_reader_fail(values->from, "a number is out of range");
    }
    party->end.address = cluster_take_address(&side);
    party->end.port = (uint16_t)cluster_take_count(&side, UINT16_MAX);
    party->base = cluster_take_count(&side, UINT32_MAX);
    party->next = party->base + cluster_take_count(&side, UINT32_MAX);
    party->sent = party->next + cluster_take_count(&side, UINT32_MAX);
    party->last = cluster_take_time(&side);
    party->fin = cluster_take_frame(&side);
    party->reset = cluster_take_frame(&side);
    party->cut = cluster_take_frame(&side);
    party->again = cluster_take_count(&side, UINT32_MAX);
    party->again_frame = cluster_take_frame(&side);
    party->again_time = cluster_take_time(&side);
    read_pieces(&side, party);
    cluster_row_end(&side);
}

/* The result of EPMD is any byte; a message's type is one that there is. */
static uint32_t type_max(uint8_t kind)
{
    return kind == CLUSTER_SAID_PORT_ANSWER ? UINT8_MAX : SEEKCHAT_TYPE_REPLY;
}

static void read_said(cluster_row *values, cluster_conversation *conversation)
{
    cluster_row said_row = cluster_take_row(values);
    cluster_row *from = &said_row;
    cluster_said said = {.kind = (uint8_t)cluster_take_count(from, CLUSTER_SAID_KINDS - 1)};
    said.side = (uint8_t)cluster_take_count(from, CLUSTER_SERVER);
    said.at = conversation->party[said.side].base + cluster_take_count(from, UINT32_MAX);
    said.frame = cluster_take_frame(from);
    said.time = cluster_take_time(from);
    said.length = cluster_take_count(from, UINT32_MAX);
    said.text = cluster_take_text(from);
    said.type = (uint8_t)cluster_take_count(from, type_max(said.kind));
    said.payload = (uint8_t)cluster_take_count(from, SEEKCHAT_PAYLOAD_NODES);
    said.list = cluster_take_place(from, values->from->facts->lists->len);
    said.number = (uint16_t)cluster_take_count(from, UINT16_MAX);
    said.reading = (uint8_t)cluster_take_count(from, CLUSTER_READ_BEGUN);
    said.split = cluster_take_flag(from);
    said.word = cluster_take_text(from);
    cluster_row_end(from);
    if (said.frame == 0) {
        cluster_reader_fail(values->from, "a message without a frame");
    }
    if (!cluster_conversation_say(conversation, &said)) {
        cluster_reader_fail(values->from, "more messages on a connection than are kept");
    }
}

static void read_repeats(cluster_row *values, cluster_conversation *conversation)
{
    cluster_row frames = cluster_take_row(values);
    if (frames.left > CLUSTER_REPEATS_MAX) {
        cluster_reader_fail(values->from, "a row is too long");
    } else if (frames.left > 0) {
        conversation->repeats = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        while (frames.left > 0) {
            uint32_t frame = cluster_take_frame(&frames);
            g_array_append_val(conversation->repeats, frame);
        }
    }
}

static void read_conversation(cluster_row *values)
{
    static const cluster_endpoint none;
    cluster_reader *from = values->from;
    cluster_conversation *conversation = cluster_conversation_new(&none, &none);
    g_ptr_array_add(from->facts->conversations, conversation);
    conversation->first = cluster_take_first(values);
    conversation->last = cluster_take_moment(values);
    uint32_t bits =
        cluster_take_count(values, CLUSTER_ROW_TURNED | CLUSTER_ROW_LOCATOR | CLUSTER_ROW_CROWDED |
                                       CLUSTER_ROW_EDGE | CLUSTER_ROW_PROHIBITED);
    conversation->turned = (bits & CLUSTER_ROW_TURNED) != 0;
    conversation->locator = (bits & CLUSTER_ROW_LOCATOR) != 0;
    conversation->crowded = (bits & CLUSTER_ROW_CROWDED) != 0;
    conversation->edge = (bits & CLUSTER_ROW_EDGE) != 0;
    conversation->prohibited = (bits & CLUSTER_ROW_PROHIBITED) != 0;
    conversation->syn = cluster_take_frame(values);
    conversation->syn_ack = cluster_take_frame(values);
    read_party(values, &conversation->party[CLUSTER_CLIENT]);
    read_party(values, &conversation->party[CLUSTER_SERVER]);
    cluster_row all_said = cluster_take_row(values);
    while (all_said.left > 0 && cluster_reader_good(from)) {
        read_said(&all_said, conversation);
    }
    conversation->ended = cluster_take_time(values);
    conversation->unreachable = cluster_take_frame(values);
    read_repeats(values, conversation);
}

/* The other records. */

static void read_asking(cluster_row *values)
{
    cluster_asking *asking = g_new0(cluster_asking, 1);
    g_ptr_array_add(values->from->facts->askings, asking);
    asking->first = cluster_take_first(values);
    asking->last = cluster_take_time(values);
    asking->pair.from = cluster_take_address(values);
    asking->pair.to = cluster_take_address(values);
    asking->requests = cluster_take_count(values, UINT32_MAX);
    asking->resolved = cluster_take_moment(values);
    while (values->left > 0 && asking->frame_count < CLUSTER_ASKING_FRAMES_MAX) {
        asking->frames[asking->frame_count++] = cluster_take_frame(values);
    }
}

static void read_lookup(cluster_row *values)
{
    cluster_lookup *lookup = g_new0(cluster_lookup, 1);
    g_ptr_array_add(values->from->facts->lookups, lookup);
    lookup->when = cluster_take_first(values);
    lookup->client = cluster_take_address(values);
    lookup->name = cluster_take_text(values);
    lookup->kind = (uint8_t)cluster_take_count(values, CLUSTER_DNS_UNREACHABLE);
    lookup->rcode = (uint8_t)cluster_take_count(values, UINT8_MAX);
    while (values->left > 0 && lookup->address_count < CLUSTER_LOOKUP_ADDRESSES_MAX) {
        lookup->addresses[lookup->address_count++] = cluster_take_address(values);
    }
}

/* Tables. */

static void read_address(cluster_row *values)
{
    GString *text = cluster_take_string(values);
    cluster_address address = {0};
    if (text == NULL) {
        return;
    }
    if (!cluster_address_parse((cluster_text){text->str, text->len}, &address)) {
        cluster_reader_fail(values->from, "no address where one must be");
    }
    g_string_free(text, TRUE);
    g_array_append_val(values->from->addresses, address);
}

/* A text, or one in an array as base64. */
static GString *take_any_text(cluster_row *values)
{
    if (cluster_reader_at(values->from, values->at)->kind != CLUSTER_JSON_ARRAY) {
        return cluster_take_string(values);
    }
    cluster_row bytes = cluster_take_row(values);
    GString *text = cluster_take_bytes(&bytes);
    cluster_row_end(&bytes);
    return text;
}

static void read_text(cluster_row *values)
{
    cluster_facts *facts = values->from->facts;
    const uint32_t place = facts->texts->len;
    GString *text = take_any_text(values);
    if (text == NULL) {
        return;
    }
    if (text->len > CLUSTER_NAME_BYTES_MAX ||
        cluster_facts_text(facts, (cluster_text){text->str, text->len}) != place) {
        cluster_reader_fail(values->from, "a text is too long, or stands there twice");
    }
    g_string_free(text, TRUE);
}

static void read_list(cluster_row *values)
{
    cluster_facts *facts = values->from->facts;
    const uint32_t place = facts->lists->len;
    GArray *list = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), values->left);
    while (values->left > 0 && cluster_reader_good(values->from)) {
        uint32_t text = cluster_take_text(values);
        if (text == CLUSTER_NONE) {
            cluster_reader_fail(values->from, "a name that is none");
        }
        g_array_append_val(list, text);
    }
    if (cluster_facts_list(facts, list) != place) {
        cluster_reader_fail(values->from, "a list stands there twice, or there are too many names");
    }
}

static void read_port(cluster_row *values)
{
    uint32_t port = cluster_take_count(values, UINT16_MAX);
    values->from->facts->given[port / 8] |= (uint8_t)(1u << port % 8);
}

/* The captures. */

/* The value of a member of an object, to be taken; none if it has no such member. */
static cluster_row value_of(cluster_reader *from, uint32_t object, const char *key, bool must)
{
    uint32_t at = cluster_json_member(from->json, object, key);
    if (at == 0 && must) {
        cluster_reader_fail(from, "a value is missing");
    }
    return (cluster_row){from, at, at != 0, 0};
}

/* A JSON number of seconds. */
static double take_seconds(cluster_row values)
{
    return cluster_reader_seconds(values.from, cluster_take_number(&values));
}

static void read_digest(cluster_row values, cluster_capture *capture)
{
    GString *digest = cluster_take_string(&values);
    bool right = digest != NULL && digest->len == CLUSTER_DIGEST_LENGTH;
    for (size_t i = 0; right && i < digest->len; i++) {
        right = g_ascii_isxdigit(digest->str[i]) && !g_ascii_isupper(digest->str[i]);
    }
    if (right) {
        memcpy(capture->digest, digest->str, CLUSTER_DIGEST_LENGTH + 1);
    } else {
        cluster_reader_fail(values.from, "no digest where one must be");
    }
    if (digest != NULL) {
        g_string_free(digest, TRUE);
    }
}

static void read_filter(cluster_row values, cluster_capture *capture)
{
    GString *filter = cluster_take_string(&values);
    if (filter != NULL) {
        capture->filter = g_intern_string(filter->str);
        g_string_free(filter, TRUE);
    }
}

static void read_tally(cluster_row values, const cluster_capture *capture, cluster_tally *tally)
{
    cluster_row pair = cluster_take_row(&values);
    tally->count = cluster_take_count(&pair, UINT32_MAX);
    tally->frame = cluster_take_frame(&pair);
    cluster_row_end(&pair);
    if (tally->frame != 0 && tally->frame <= capture->before) {
        cluster_reader_fail(values.from, "a frame is of another capture");
    }
}

static void read_capture(cluster_row *values)
{
    cluster_reader *from = values->from;
    uint32_t object = cluster_take(values, CLUSTER_JSON_OBJECT, "no object where one must be");
    cluster_capture capture = {.before = from->frames};
    if (object == 0) {
        return;
    }
    cluster_row frames = value_of(from, object, "frames", true);
    capture.first = take_seconds(value_of(from, object, "first", true));
    capture.last = take_seconds(value_of(from, object, "last", true));
    capture.frames = cluster_take_count(&frames, UINT32_MAX - 1 - from->frames);
    from->frames += capture.frames;
    read_digest(value_of(from, object, "digest", true), &capture);
    read_filter(value_of(from, object, "filter", false), &capture);
    for (int kind = 0; kind < CLUSTER_UNREADS; kind++) {
        read_tally(value_of(from, object, cluster_unread_names[kind], false), &capture,
                   &capture.unread[kind]);
    }
    if (capture.frames == 0 || capture.first > capture.last) {
        cluster_reader_fail(from, "a capture without frames");
    }
    g_array_append_val(from->facts->captures, capture);
}

/* All of it. */

typedef void read_value(cluster_row *values);

/* A member of the facts: an array. */
static cluster_row member(cluster_reader *from, uint32_t whole, const char *key)
{
    uint32_t at = cluster_json_member(from->json, whole, key);
    if (cluster_reader_good(from)) {
        from->part = key;
        from->place = 0;
    }
    return cluster_row_of(from, at, 0);
}

/* Reads each value of an array, of which there may be so many. */
static void read_values(cluster_reader *from, uint32_t whole, const char *key, uint32_t most,
                        read_value *read)
{
    cluster_row values = member(from, whole, key);
    if (values.left > most) {
        cluster_reader_fail(from, "there are too many");
    }
    while (values.left > 0 && cluster_reader_good(from)) {
        from->place++;
        read(&values);
    }
}

/* Reads each row of an array of them. */
static void read_rows(cluster_reader *from, uint32_t whole, const char *key, uint32_t most,
                      read_value *read)
{
    const GArray *captures = from->facts->captures;
    cluster_row rows = member(from, whole, key);
    if (captures->len > 0) {
        rows.base = g_array_index(captures, cluster_capture, 0).first;
    }
    if (rows.left > most) {
        cluster_reader_fail(from, "there are too many");
    }
    while (rows.left > 0 && cluster_reader_good(from)) {
        from->place++;
        cluster_row values = cluster_take_row(&rows);
        if (cluster_reader_good(from)) {
            read(&values);
            cluster_row_end(&values);
        }
    }
}

static void read_shown(cluster_reader *from, uint32_t whole)
{
    cluster_row times = member(from, whole, "shown");
    cluster_facts *facts = from->facts;
    facts->any = times.left > 0;
    if (times.left != 0 && times.left != 2) {
        cluster_reader_fail(from, "it must be two times or none");
    }
    facts->first = cluster_reader_seconds(from, cluster_take_number(&times));
    facts->last = cluster_reader_seconds(from, cluster_take_number(&times));
}

static void read_limits(cluster_reader *from, uint32_t whole)
{
    if (cluster_reader_good(from)) {
        from->part = "limits";
        from->place = 0;
    }
    cluster_row limits = value_of(from, whole, "limits", true);
    from->facts->limits |= cluster_take_count(&limits, (1u << CLUSTER_LIMITS) - 1);
}

static void read_facts(cluster_reader *from, uint32_t whole)
{
    read_values(from, whole, "captures", CLUSTER_CAPTURES_MAX, read_capture);
    read_values(from, whole, "ports", 65536, read_port);
    read_limits(from, whole);
    read_shown(from, whole);
    read_values(from, whole, "addresses", UINT32_MAX, read_address);
    read_values(from, whole, "texts", CLUSTER_TEXTS_MAX, read_text);
    read_rows(from, whole, "lists", UINT32_MAX, read_list);
    read_rows(from, whole, "conversations", CLUSTER_CONVERSATIONS_MAX, read_conversation);
    read_rows(from, whole, "askings", CLUSTER_ASKED_MAX, read_asking);
    read_rows(from, whole, "lookups", CLUSTER_LOOKUPS_MAX, read_lookup);
    cluster_captures_sum(from->facts);
}

static bool is_known_form(const cluster_json *json, uint32_t whole)
{
    uint32_t form = whole == 0 ? 0 : cluster_json_member(json, whole, "form");
    return form != 0 && cluster_json_at(json, form)->kind == CLUSTER_JSON_NUMBER &&
           cluster_json_number(json, form) == CLUSTER_FACTS_FORM;
}

static cluster_facts *read_all(const cluster_json *json, uint32_t whole, char **error)
{
    cluster_reader from = {
        .json = json,
        .facts = cluster_facts_new(),
        .addresses = g_array_new(FALSE, FALSE, sizeof(cluster_address)),
    };
    read_facts(&from, whole);
    g_array_unref(from.addresses);
    if (cluster_reader_good(&from)) {
        return from.facts;
    }
    *error = from.place == 0
                 ? g_strdup_printf("facts: %s: %s", from.part, from.wrong)
                 : g_strdup_printf("facts: %s: %u: %s", from.part, from.place, from.wrong);
    cluster_facts_free(from.facts);
    return NULL;
}

cluster_facts *cluster_facts_read(const char *text, size_t length, char **error)
{
    cluster_facts *facts = NULL;
    cluster_json *json = cluster_json_read(text, length, error);
    if (json == NULL) {
        return NULL;
    }
    uint32_t whole = cluster_json_member(json, 0, "facts");
    if (is_known_form(json, whole)) {
        facts = read_all(json, whole, error);
    } else if (whole != 0 || cluster_json_member(json, 0, "version") != 0) {
        *error = g_strdup("it was made by another version of the plugin: make it anew from its "
                          "capture");
    } else {
        *error = g_strdup("no cluster report: it holds no facts");
    }
    cluster_json_free(json);
    return facts;
}
