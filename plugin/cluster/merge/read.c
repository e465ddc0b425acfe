/* read.c
 * Reads the facts of a report back. Believes nothing that it reads.
 * May include: the headers of merge/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "merge.h"

#include <math.h>
#include <string.h>

#include "captures.h"
#include "json.h"
#include "rows.h"
#include "stream.h"

/* Facts while they are read. */
typedef struct {
    const cluster_json *json;
    cluster_facts *facts;
    const char *part;  /* of the facts that is read, */
    uint32_t place;    /* and which of its values, from 1; 0: the whole */
    const char *wrong; /* what is wrong there: the first thing; NULL: nothing */
    uint32_t frames;   /* of all captures */
    GArray *addresses; /* cluster_address */
} reader;

/* The values of an array while they are taken one by one. */
typedef struct {
    reader *from;
    uint32_t at;
    uint32_t left;
    double base; /* of its times */
} row;

static void fail(reader *from, const char *wrong)
{
    if (from->wrong == NULL) {
        from->wrong = wrong;
    }
}

static bool good(const reader *from)
{
    return from->wrong == NULL;
}

static const cluster_json_value *value_at(const reader *from, uint32_t at)
{
    return cluster_json_at(from->json, at);
}

/* The values of an array at a place; none if it is no array. */
static row values_of(reader *from, uint32_t at, double base)
{
    const cluster_json_value *value = value_at(from, at);
    if (at == 0 || value->kind != CLUSTER_JSON_ARRAY) {
        fail(from, "no array where one must be");
        return (row){from, at, 0, base};
    }
    return (row){from, at + 1, value->count, base};
}

/* The place of the next value, if it is of a kind; else 0. A value that is not there is 0, too, and
 * that is no error: rows end where zeros follow. */
static uint32_t take(row *values, cluster_json_kind kind, const char *wrong)
{
    const uint32_t at = values->at;
    if (values->left == 0) {
        return 0;
    }
    const cluster_json_value *value = value_at(values->from, at);
    values->left--;
    values->at = value->next;
    if (value->kind != kind) {
        fail(values->from, wrong);
        return 0;
    }
    return at;
}

/* A row in a row; empty if it is not there. */
static row take_row(row *values)
{
    uint32_t at = take(values, CLUSTER_JSON_ARRAY, "no array where one must be");
    return at == 0 ? (row){values->from, 0, 0, values->base}
                   : values_of(values->from, at, values->base);
}

/* A row must have been taken whole. */
static void end(const row *values)
{
    if (values->left > 0) {
        fail(values->from, "a row is too long");
    }
}

/* A whole number, which most are, without strtod. */
static double number_at(const reader *from, uint32_t at)
{
    enum { DIGITS_MAX = 15 };
    const cluster_json_value *value = value_at(from, at);
    const char *text = from->json->text + value->start;
    uint64_t number = 0;
    if (value->length > DIGITS_MAX) {
        return cluster_json_number(from->json, at);
    }
    for (uint32_t i = 0; i < value->length; i++) {
        if (!g_ascii_isdigit(text[i])) {
            return cluster_json_number(from->json, at);
        }
        number = number * 10 + (uint64_t)(text[i] - '0');
    }
    return (double)number;
}

static double take_number(row *values)
{
    uint32_t at = take(values, CLUSTER_JSON_NUMBER, "no number where one must be");
    return at == 0 ? 0 : number_at(values->from, at);
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

static bool take_flag(row *values)
{
    return take_count(values, 1) == 1;
}

/* A place in a table of that many, from 0; UINT32_MAX for none. */
static uint32_t take_place(row *values, uint32_t count)
{
    uint32_t place = take_count(values, UINT32_MAX);
    if (place > count) {
        fail(values->from, "a number is the place of nothing");
        return UINT32_MAX;
    }
    return place - 1;
}

static uint32_t take_text(row *values)
{
    return take_place(values, values->from->facts->texts->len);
}

static double seconds(reader *from, double time)
{
    if (!(fabs(time) <= CLUSTER_ROW_SECONDS_MAX)) {
        fail(from, "a time is out of range");
        return 0;
    }
    return time;
}

/* The next value's string; NULL if it is none. */
static GString *take_string(row *values)
{
    uint32_t at = take(values, CLUSTER_JSON_STRING, "no string where one must be");
    return at == 0 ? NULL : cluster_json_string(values->from->json, at);
}

/* A time that is given in seconds. */
static double take_exact(row *values)
{
    char *end = NULL;
    GString *text = take_string(values);
    double time = text == NULL ? 0 : g_ascii_strtod(text->str, &end);
    if (text == NULL || text->len == 0 || end != text->str + text->len) {
        fail(values->from, "no time where one must be");
    }
    if (text != NULL) {
        g_string_free(text, TRUE);
    }
    return seconds(values->from, time);
}

static double take_time(row *values)
{
    uint8_t kind = values->left == 0 ? CLUSTER_JSON_NULL : value_at(values->from, values->at)->kind;
    if (kind == CLUSTER_JSON_NULL) {
        take(values, CLUSTER_JSON_NULL, NULL);
        return 0;
    }
    if (kind == CLUSTER_JSON_STRING) {
        return take_exact(values);
    }
    return seconds(values->from, values->base + take_number(values) / CLUSTER_ROW_TICKS);
}

/* A frame of one of the captures, or 0. */
static uint32_t take_frame(row *values)
{
    uint32_t frame = take_count(values, UINT32_MAX);
    if (frame > values->from->frames) {
        fail(values->from, "a frame is of none of the captures");
    }
    return frame;
}

static cluster_moment take_moment(row *values)
{
    cluster_moment when = {.frame = take_frame(values)};
    when.time = take_time(values);
    return when;
}

/* The first moment of a record, which tells its capture; the row's times are behind it. */
static cluster_moment take_first(row *values)
{
    cluster_moment when = take_moment(values);
    if (when.frame == 0) {
        fail(values->from, "a record without a frame");
    }
    values->base = when.time;
    return when;
}

static cluster_address take_address(row *values)
{
    static const cluster_address none;
    const GArray *addresses = values->from->addresses;
    uint32_t place = take_place(values, addresses->len);
    return place == UINT32_MAX ? none : g_array_index(addresses, cluster_address, place);
}

/* Whether a text is base64 with nothing else in it. */
static bool is_base64(const GString *text)
{
    gsize length = text->len;
    while (length > 0 && text->len - length < 2 && text->str[length - 1] == '=') {
        length--;
    }
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isalnum(text->str[i]) && text->str[i] != '+' && text->str[i] != '/') {
            return false;
        }
    }
    return text->len % 4 == 0;
}

/* Bytes that are given as base64; NULL if they are not. */
static GString *take_bytes(row *values)
{
    GString *text = take_string(values);
    if (text == NULL || !is_base64(text)) {
        fail(values->from, "no base64 where it must be");
        if (text != NULL) {
            g_string_free(text, TRUE);
        }
        return NULL;
    }
    gsize length = text->len;
    if (length > 0) {
        g_base64_decode_inplace(text->str, &length);
    }
    return g_string_truncate(text, length);
}

/* Conversations. */

static void read_piece(row *values, cluster_party *party, uint32_t *end_before)
{
    reader *from = values->from;
    row piece = take_row(values);
    uint32_t offset = take_count(&piece, INT32_MAX);
    cluster_moment when = take_moment(&piece);
    GString *bytes = take_bytes(&piece);
    end(&piece);
    if (bytes == NULL) {
        return;
    }
    if (bytes->len == 0 || offset < *end_before || bytes->len > INT32_MAX - offset ||
        when.frame == 0 || !party->based) {
        fail(from, "bytes that cannot be there");
    } else if (!cluster_stream_add(party->stream, party->next + offset, (const uint8_t *)bytes->str,
                                   (uint32_t)bytes->len, when)) {
        fail(from, "more bytes of a side than are kept");
    }
    *end_before = offset + (uint32_t)bytes->len;
    g_string_free(bytes, TRUE);
}

static void read_pieces(row *values, cluster_party *party)
{
    row pieces = take_row(values);
    uint32_t end_before = 0;
    if (pieces.left > 0) {
        party->stream = cluster_stream_new();
    }
    while (pieces.left > 0 && good(values->from)) {
        read_piece(&pieces, party, &end_before);
    }
}

static void read_party(row *values, cluster_party *party)
{
    row side = take_row(values);
    uint32_t bits = take_count(&side, CLUSTER_ROW_SPEECH | CLUSTER_ROW_BASED | CLUSTER_ROW_WHOLE |
                                          CLUSTER_ROW_OVER);
    party->speech = bits & CLUSTER_ROW_SPEECH;
    party->based = (bits & CLUSTER_ROW_BASED) != 0;
    party->whole = (bits & CLUSTER_ROW_WHOLE) != 0;
    party->over = (bits & CLUSTER_ROW_OVER) != 0;
    if (party->speech > CLUSTER_SPEAKS_OTHER) {
        fail(values->from, "a number is out of range");
    }
    party->end.address = take_address(&side);
    party->end.port = (uint16_t)take_count(&side, UINT16_MAX);
    party->base = take_count(&side, UINT32_MAX);
    party->next = party->base + take_count(&side, UINT32_MAX);
    party->sent = party->next + take_count(&side, UINT32_MAX);
    party->last = take_time(&side);
    party->fin = take_frame(&side);
    party->reset = take_frame(&side);
    party->cut = take_frame(&side);
    party->again = take_count(&side, UINT32_MAX);
    party->again_frame = take_frame(&side);
    party->again_time = take_time(&side);
    read_pieces(&side, party);
    end(&side);
}

/* The result of EPMD is any byte; a message's type is one that there is. */
static uint32_t type_max(uint8_t kind)
{
    return kind == CLUSTER_SAID_PORT_ANSWER ? UINT8_MAX : SEEKCHAT_TYPE_REPLY;
}

static void read_said(row *values, cluster_conversation *conversation)
{
    row said_row = take_row(values);
    row *from = &said_row;
    cluster_said said = {.kind = (uint8_t)take_count(from, CLUSTER_SAID_KINDS - 1)};
    said.side = (uint8_t)take_count(from, CLUSTER_SERVER);
    said.at = conversation->party[said.side].base + take_count(from, UINT32_MAX);
    said.frame = take_frame(from);
    said.time = take_time(from);
    said.length = take_count(from, UINT32_MAX);
    said.text = take_text(from);
    said.type = (uint8_t)take_count(from, type_max(said.kind));
    said.payload = (uint8_t)take_count(from, SEEKCHAT_PAYLOAD_NODES);
    said.list = take_place(from, values->from->facts->lists->len);
    said.number = (uint16_t)take_count(from, UINT16_MAX);
    said.reading = (uint8_t)take_count(from, CLUSTER_READ_BEGUN);
    said.split = take_flag(from);
    said.word = take_text(from);
    end(from);
    if (said.frame == 0) {
        fail(values->from, "a message without a frame");
    }
    if (!cluster_conversation_say(conversation, &said)) {
        fail(values->from, "more messages on a connection than are kept");
    }
}

static void read_repeats(row *values, cluster_conversation *conversation)
{
    row frames = take_row(values);
    if (frames.left > CLUSTER_REPEATS_MAX) {
        fail(values->from, "a row is too long");
    } else if (frames.left > 0) {
        conversation->repeats = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        while (frames.left > 0) {
            uint32_t frame = take_frame(&frames);
            g_array_append_val(conversation->repeats, frame);
        }
    }
}

static void read_conversation(row *values)
{
    static const cluster_endpoint none;
    reader *from = values->from;
    cluster_conversation *conversation = cluster_conversation_new(&none, &none);
    g_ptr_array_add(from->facts->conversations, conversation);
    conversation->first = take_first(values);
    conversation->last = take_moment(values);
    uint32_t bits =
        take_count(values, CLUSTER_ROW_TURNED | CLUSTER_ROW_LOCATOR | CLUSTER_ROW_CROWDED |
                               CLUSTER_ROW_EDGE | CLUSTER_ROW_PROHIBITED);
    conversation->turned = (bits & CLUSTER_ROW_TURNED) != 0;
    conversation->locator = (bits & CLUSTER_ROW_LOCATOR) != 0;
    conversation->crowded = (bits & CLUSTER_ROW_CROWDED) != 0;
    conversation->edge = (bits & CLUSTER_ROW_EDGE) != 0;
    conversation->prohibited = (bits & CLUSTER_ROW_PROHIBITED) != 0;
    conversation->syn = take_frame(values);
    conversation->syn_ack = take_frame(values);
    read_party(values, &conversation->party[CLUSTER_CLIENT]);
    read_party(values, &conversation->party[CLUSTER_SERVER]);
    row all_said = take_row(values);
    while (all_said.left > 0 && good(from)) {
        read_said(&all_said, conversation);
    }
    conversation->ended = take_time(values);
    conversation->unreachable = take_frame(values);
    read_repeats(values, conversation);
}

/* The other records. */

static void read_asking(row *values)
{
    cluster_asking *asking = g_new0(cluster_asking, 1);
    g_ptr_array_add(values->from->facts->askings, asking);
    asking->first = take_first(values);
    asking->last = take_time(values);
    asking->pair.from = take_address(values);
    asking->pair.to = take_address(values);
    asking->requests = take_count(values, UINT32_MAX);
    asking->resolved = take_moment(values);
    while (values->left > 0 && asking->frame_count < CLUSTER_ASKING_FRAMES_MAX) {
        asking->frames[asking->frame_count++] = take_frame(values);
    }
}

static void read_lookup(row *values)
{
    cluster_lookup *lookup = g_new0(cluster_lookup, 1);
    g_ptr_array_add(values->from->facts->lookups, lookup);
    lookup->when = take_first(values);
    lookup->client = take_address(values);
    lookup->name = take_text(values);
    lookup->kind = (uint8_t)take_count(values, CLUSTER_DNS_UNREACHABLE);
    lookup->rcode = (uint8_t)take_count(values, UINT8_MAX);
    while (values->left > 0 && lookup->address_count < CLUSTER_LOOKUP_ADDRESSES_MAX) {
        lookup->addresses[lookup->address_count++] = take_address(values);
    }
}

/* Tables. */

static void read_address(row *values)
{
    GString *text = take_string(values);
    cluster_address address = {0};
    if (text == NULL) {
        return;
    }
    if (!cluster_address_parse((cluster_text){text->str, text->len}, &address)) {
        fail(values->from, "no address where one must be");
    }
    g_string_free(text, TRUE);
    g_array_append_val(values->from->addresses, address);
}

/* A text, or one in an array as base64. */
static GString *take_any_text(row *values)
{
    if (value_at(values->from, values->at)->kind != CLUSTER_JSON_ARRAY) {
        return take_string(values);
    }
    row bytes = take_row(values);
    GString *text = take_bytes(&bytes);
    end(&bytes);
    return text;
}

static void read_text(row *values)
{
    cluster_facts *facts = values->from->facts;
    const uint32_t place = facts->texts->len;
    GString *text = take_any_text(values);
    if (text == NULL) {
        return;
    }
    if (text->len > CLUSTER_NAME_BYTES_MAX ||
        cluster_facts_text(facts, (cluster_text){text->str, text->len}) != place) {
        fail(values->from, "a text is too long, or stands there twice");
    }
    g_string_free(text, TRUE);
}

static void read_list(row *values)
{
    cluster_facts *facts = values->from->facts;
    const uint32_t place = facts->lists->len;
    GArray *list = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), values->left);
    while (values->left > 0 && good(values->from)) {
        uint32_t text = take_text(values);
        if (text == CLUSTER_NONE) {
            fail(values->from, "a name that is none");
        }
        g_array_append_val(list, text);
    }
    if (cluster_facts_list(facts, list) != place) {
        fail(values->from, "a list stands there twice, or there are too many names");
    }
}

static void read_port(row *values)
{
    uint32_t port = take_count(values, UINT16_MAX);
    values->from->facts->given[port / 8] |= (uint8_t)(1u << port % 8);
}

/* The captures. */

/* The value of a member of an object, to be taken; none if it has no such member. */
static row value_of(reader *from, uint32_t object, const char *key, bool must)
{
    uint32_t at = cluster_json_member(from->json, object, key);
    if (at == 0 && must) {
        fail(from, "a value is missing");
    }
    return (row){from, at, at != 0, 0};
}

/* A JSON number of seconds. */
static double take_seconds(row values)
{
    return seconds(values.from, take_number(&values));
}

static void read_digest(row values, cluster_capture *capture)
{
    GString *digest = take_string(&values);
    bool right = digest != NULL && digest->len == CLUSTER_DIGEST_LENGTH;
    for (size_t i = 0; right && i < digest->len; i++) {
        right = g_ascii_isxdigit(digest->str[i]) && !g_ascii_isupper(digest->str[i]);
    }
    if (right) {
        memcpy(capture->digest, digest->str, CLUSTER_DIGEST_LENGTH + 1);
    } else {
        fail(values.from, "no digest where one must be");
    }
    if (digest != NULL) {
        g_string_free(digest, TRUE);
    }
}

static void read_filter(row values, cluster_capture *capture)
{
    GString *filter = take_string(&values);
    if (filter != NULL) {
        capture->filter = g_intern_string(filter->str);
        g_string_free(filter, TRUE);
    }
}

static void read_loose(row values, cluster_capture *capture)
{
    row loose = take_row(&values);
    capture->loose = take_count(&loose, UINT32_MAX);
    capture->loose_frame = take_frame(&loose);
    end(&loose);
    if (capture->loose_frame != 0 && capture->loose_frame <= capture->before) {
        fail(values.from, "a frame is of another capture");
    }
}

static void read_capture(row *values)
{
    reader *from = values->from;
    uint32_t object = take(values, CLUSTER_JSON_OBJECT, "no object where one must be");
    cluster_capture capture = {.before = from->frames};
    if (object == 0) {
        return;
    }
    row frames = value_of(from, object, "frames", true);
    capture.first = take_seconds(value_of(from, object, "first", true));
    capture.last = take_seconds(value_of(from, object, "last", true));
    capture.frames = take_count(&frames, UINT32_MAX - 1 - from->frames);
    from->frames += capture.frames;
    read_digest(value_of(from, object, "digest", true), &capture);
    read_filter(value_of(from, object, "filter", false), &capture);
    read_loose(value_of(from, object, "loose", false), &capture);
    if (capture.frames == 0 || capture.first > capture.last) {
        fail(from, "a capture without frames");
    }
    g_array_append_val(from->facts->captures, capture);
}

/* All of it. */

typedef void read_value(row *values);

/* A member of the facts: an array. */
static row member(reader *from, uint32_t whole, const char *key)
{
    uint32_t at = cluster_json_member(from->json, whole, key);
    if (good(from)) {
        from->part = key;
        from->place = 0;
    }
    return values_of(from, at, 0);
}

/* Reads each value of an array, of which there may be so many. */
static void read_values(reader *from, uint32_t whole, const char *key, uint32_t most,
                        read_value *read)
{
    row values = member(from, whole, key);
    if (values.left > most) {
        fail(from, "there are too many");
    }
    while (values.left > 0 && good(from)) {
        from->place++;
        read(&values);
    }
}

/* Reads each row of an array of them. */
static void read_rows(reader *from, uint32_t whole, const char *key, uint32_t most,
                      read_value *read)
{
    const GArray *captures = from->facts->captures;
    row rows = member(from, whole, key);
    if (captures->len > 0) {
        rows.base = g_array_index(captures, cluster_capture, 0).first;
    }
    if (rows.left > most) {
        fail(from, "there are too many");
    }
    while (rows.left > 0 && good(from)) {
        from->place++;
        row values = take_row(&rows);
        if (good(from)) {
            read(&values);
            end(&values);
        }
    }
}

static void read_shown(reader *from, uint32_t whole)
{
    row times = member(from, whole, "shown");
    cluster_facts *facts = from->facts;
    facts->any = times.left > 0;
    if (times.left != 0 && times.left != 2) {
        fail(from, "it must be two times or none");
    }
    facts->first = seconds(from, take_number(&times));
    facts->last = seconds(from, take_number(&times));
}

static void read_limits(reader *from, uint32_t whole)
{
    if (good(from)) {
        from->part = "limits";
        from->place = 0;
    }
    row limits = value_of(from, whole, "limits", true);
    from->facts->limits |= take_count(&limits, (1u << CLUSTER_LIMITS) - 1);
}

static void read_facts(reader *from, uint32_t whole)
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
    reader from = {
        .json = json,
        .facts = cluster_facts_new(),
        .addresses = g_array_new(FALSE, FALSE, sizeof(cluster_address)),
    };
    read_facts(&from, whole);
    g_array_unref(from.addresses);
    if (good(&from)) {
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
