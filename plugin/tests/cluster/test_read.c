/* test_read.c
 * Tests that facts are read back as they were written, that only facts are read, and that nothing
 * else does any harm.
 * May include: the headers of plugin/cluster.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "merge.h"
#include "stream.h"

#define MUTANTS 20000
#define ROUNDS 200
/* Of the capture that the facts here come from. */
#define FRAMES 5000

/* Reads bytes that end where memory that may be read does, but for the 0 behind them. */
static cluster_facts *read_bytes(const char *bytes, size_t length, char **error)
{
    char *copy = malloc(length + 1); /* not GLib's: a reader that goes too far is seen */
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    *error = NULL;
    cluster_facts *facts = cluster_facts_read(copy, length, error);
    g_assert_true((facts == NULL) == (*error != NULL));
    free(copy);
    return facts;
}

/* Facts in a document, as a report has them. */
static GString *document_of(const cluster_facts *facts)
{
    GString *document = g_string_new("{\"version\":2,\n\"facts\":");
    cluster_facts_write(facts, document);
    return g_string_append(document, "}\n");
}

static void check_json(const char *text, const char *wrong)
{
    char *error = NULL;
    cluster_json *json = cluster_json_read(text, strlen(text), &error);
    if (wrong == NULL) {
        g_assert_cmpstr(error, ==, NULL);
        cluster_json_free(json);
    } else {
        g_assert_null(json);
        g_assert_cmpstr(error, ==, wrong);
    }
    g_free(error);
}

static void test_json(void)
{
    static const char *const right[] = {
        "0",
        "-0.5e+7",
        " [ ] ",
        "{}",
        "\"\\u00e4\\ud83d\\ude00\\n\"",
        "[1,[2,{\"a\":null}]]",
        "{\"\":1}",
        "true",
        "1E2",
        "\t0 ",
        "\"\x7f\xc3\xa4\"",
    };
    static const char *const wrong[][2] = {
        {"", "not JSON: offset 0: it ends here"},
        {"[1,]", "not JSON: offset 3: no value"},
        {"[1 2]", "not JSON: offset 3: no comma, and no end of the list"},
        {"{1:2}", "not JSON: offset 1: no string"},
        {"{\"a\" 2}", "not JSON: offset 5: no colon"},
        {"{\"a\":1,}", "not JSON: offset 7: no string"},
        {"01", "not JSON: offset 1: something stands behind the document"},
        {"1.", "not JSON: offset 2: it ends here"},
        {".5", "not JSON: offset 0: no value"},
        {"+1", "not JSON: offset 0: no value"},
        {"-x", "not JSON: offset 1: no digit"},
        {"1e", "not JSON: offset 2: it ends here"},
        {"nul", "not JSON: offset 0: no value"},
        {"NaN", "not JSON: offset 0: no value"},
        {"'a'", "not JSON: offset 0: no value"},
        {"[1] x", "not JSON: offset 4: something stands behind the document"},
        {"\"a\nb\"", "not JSON: offset 2: control character in a string"},
        {"\"\\x\"", "not JSON: offset 2: unknown escape"},
        {"\"\\u12g4\"", "not JSON: offset 3: no character stands behind \\u"},
        {"\"\\udc00\"", "not JSON: offset 3: no character stands behind \\u"},
        {"\"\\ud800x\"", "not JSON: offset 7: half a pair stands behind \\u"},
        {"\"\xff\"", "not JSON: offset 1: not UTF-8"},
        {"[[[[[[[[[[[[[[[[[", "not JSON: offset 17: it ends here"},
        {"[[[[[[[[[[[[[[[[[0", "not JSON: offset 17: nested too deep"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(right); i++) {
        check_json(right[i], NULL);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        check_json(wrong[i][0], wrong[i][1]);
    }
}

static void test_values(void)
{
    static const char text[] = "{\"a\":[1,2.5],\"b\":\"\\u00e4\\ud83d\\ude00\\n\\/\",\"a\":3}";
    char *error = NULL;
    cluster_json *json = cluster_json_read(text, strlen(text), &error);
    uint32_t list = cluster_json_member(json, 0, "a");
    g_assert_cmpuint(cluster_json_at(json, list)->count, ==, 2);
    g_assert_cmpfloat(cluster_json_number(json, list + 2), ==, 2.5);
    g_assert_cmpuint(cluster_json_member(json, 0, "c"), ==, 0);
    g_assert_cmpuint(cluster_json_member(json, list, "a"), ==, 0);
    GString *string = cluster_json_string(json, cluster_json_member(json, 0, "b"));
    g_assert_cmpstr(string->str, ==, "\xc3\xa4\xf0\x9f\x98\x80\n/");
    g_string_free(string, TRUE);
    cluster_json_free(json);
}

/* Facts made by chance, with values of every kind in every place. */

static uint32_t upto(GRand *random, uint32_t most)
{
    return most == 0 ? 0 : (uint32_t)(g_rand_int(random) % ((uint64_t)most + 1));
}

static bool maybe(GRand *random)
{
    return upto(random, 1) == 1;
}

/* A number that is often 0, and sometimes large. */
static uint32_t some(GRand *random)
{
    static const uint32_t numbers[] = {0, 0, 0, 1, 7, 1000, INT32_MAX, UINT32_MAX};
    return numbers[upto(random, G_N_ELEMENTS(numbers) - 1)];
}

static uint32_t some_frame(GRand *random)
{
    return maybe(random) ? 0 : 1 + upto(random, FRAMES - 1);
}

/* Of today with as many digits as the clock has, of the first days of 1970, before it, or none. */
static double some_time(GRand *random)
{
    switch (upto(random, 5)) {
    case 0:
        return 0;
    case 1:
        return 1767323045 + upto(random, 1000000) / 1e6;
    case 2:
        return 1767323045 + g_rand_double(random);
    case 3:
        return g_rand_double(random) * 1e5;
    case 4:
        return -g_rand_double(random) * 1e9;
    default:
        return 4e9 + g_rand_double(random);
    }
}

static cluster_moment some_moment(GRand *random)
{
    return (cluster_moment){some_frame(random), some_time(random)};
}

static uint32_t some_text(cluster_facts *facts, GRand *random)
{
    static const char *const texts[] = {"", "n1@10.0.0.1", "\xff\xfe@h", "\xc3\xa4\"\\\n@h",
                                        "\x1b"};
    const uint32_t place = upto(random, G_N_ELEMENTS(texts) + 1);
    char name[32];
    if (place < G_N_ELEMENTS(texts)) {
        return cluster_facts_text(facts, (cluster_text){texts[place], strlen(texts[place])});
    }
    if (place == G_N_ELEMENTS(texts)) {
        return cluster_facts_text(facts, (cluster_text){"a\0b", 3});
    }
    g_snprintf(name, sizeof name, "n%u@host", upto(random, 100));
    return maybe(random) ? CLUSTER_NONE
                         : cluster_facts_text(facts, (cluster_text){name, strlen(name)});
}

static uint32_t some_list(cluster_facts *facts, GRand *random)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (uint32_t i = upto(random, 4); i > 0; i--) {
        uint32_t text = some_text(facts, random);
        if (text != CLUSTER_NONE) {
            g_array_append_val(list, text);
        }
    }
    uint32_t place = cluster_facts_list(facts, list);
    return maybe(random) ? CLUSTER_NONE : place;
}

static cluster_address some_address(GRand *random)
{
    static const uint8_t families[] = {4, 4, 6, 0};
    cluster_address address = {.family = families[upto(random, 3)]};
    for (uint32_t i = 0; i < (address.family == 6 ? 16u : address.family); i++) {
        address.bytes[i] = maybe(random) ? 0 : (uint8_t)upto(random, 255);
    }
    return address;
}

static void fill_stream(cluster_party *party, GRand *random)
{
    uint8_t bytes[300];
    uint32_t at = party->next + upto(random, 2);
    party->stream = cluster_stream_new();
    for (uint32_t i = 0; i < 3; i++) {
        const cluster_moment when = {1 + upto(random, FRAMES - 1), some_time(random)};
        const uint32_t length = 1 + upto(random, sizeof bytes - 1);
        for (uint32_t k = 0; k < length; k++) {
            bytes[k] = (uint8_t)upto(random, 255);
        }
        cluster_stream_add(party->stream, at, bytes, length, when);
        at += length + upto(random, 2);
    }
}

static void fill_party(cluster_party *party, GRand *random)
{
    party->end = (cluster_endpoint){some_address(random), (uint16_t)some(random)};
    party->speech = (uint8_t)upto(random, CLUSTER_SPEAKS_OTHER);
    party->whole = maybe(random);
    party->over = maybe(random);
    party->based = maybe(random);
    party->base = some(random);
    party->next = party->base + some(random);
    party->sent = party->next + some(random);
    party->fin = some_frame(random);
    party->reset = some_frame(random);
    party->cut = some_frame(random);
    party->again = some(random);
    party->again_frame = some_frame(random);
    party->again_time = some_time(random);
    party->last = some_time(random);
    if (party->based && maybe(random)) {
        fill_stream(party, random);
    }
}

static cluster_said some_said(cluster_facts *facts, GRand *random)
{
    cluster_said said = {
        .kind = (uint8_t)upto(random, CLUSTER_SAID_KINDS - 1),
        .side = (uint8_t)upto(random, 1),
        .payload = (uint8_t)upto(random, SEEKCHAT_PAYLOAD_NODES),
        .reading = (uint8_t)upto(random, CLUSTER_READ_BEGUN),
        .split = maybe(random),
        .number = (uint16_t)some(random),
        .at = some(random),
        .frame = 1 + upto(random, FRAMES - 1),
        .text = some_text(facts, random),
        .word = some_text(facts, random),
        .list = some_list(facts, random),
        .length = some(random),
        .time = some_time(random),
    };
    said.type = (uint8_t)upto(random, said.kind == CLUSTER_SAID_PORT_ANSWER ? UINT8_MAX
                                                                            : SEEKCHAT_TYPE_REPLY);
    return said;
}

static cluster_conversation *some_conversation(cluster_facts *facts, GRand *random, uint32_t frame)
{
    static const cluster_endpoint none;
    cluster_conversation *conversation = cluster_conversation_new(&none, &none);
    fill_party(&conversation->party[CLUSTER_CLIENT], random);
    fill_party(&conversation->party[CLUSTER_SERVER], random);
    conversation->first = (cluster_moment){frame, some_time(random)};
    conversation->last = some_moment(random);
    conversation->syn = some_frame(random);
    conversation->syn_ack = some_frame(random);
    conversation->unreachable = some_frame(random);
    conversation->ended = some_time(random);
    conversation->turned = maybe(random);
    conversation->locator = maybe(random);
    conversation->crowded = maybe(random);
    conversation->edge = maybe(random);
    conversation->prohibited = maybe(random);
    for (uint32_t i = upto(random, 3); i > 0; i--) {
        const cluster_said said = some_said(facts, random);
        cluster_conversation_say(conversation, &said);
    }
    for (uint32_t i = maybe(random) ? 0 : upto(random, CLUSTER_REPEATS_MAX); i > 0; i--) {
        const uint32_t again = 1 + upto(random, FRAMES - 1);
        if (conversation->repeats == NULL) {
            conversation->repeats = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        }
        g_array_append_val(conversation->repeats, again);
    }
    return conversation;
}

static cluster_asking *some_asking(GRand *random, uint32_t frame)
{
    cluster_asking *asking = g_new0(cluster_asking, 1);
    asking->pair = (cluster_pair){some_address(random), some_address(random)};
    asking->first = (cluster_moment){frame, some_time(random)};
    asking->last = some_time(random);
    asking->requests = some(random);
    asking->resolved = some_moment(random);
    asking->frame_count = upto(random, CLUSTER_ASKING_FRAMES_MAX);
    for (uint32_t i = 0; i < asking->frame_count; i++) {
        asking->frames[i] = 1 + upto(random, FRAMES - 1);
    }
    return asking;
}

static cluster_lookup *some_lookup(cluster_facts *facts, GRand *random, uint32_t frame)
{
    cluster_lookup *lookup = g_new0(cluster_lookup, 1);
    lookup->client = some_address(random);
    lookup->name = some_text(facts, random);
    lookup->when = (cluster_moment){frame, some_time(random)};
    lookup->kind = (uint8_t)upto(random, CLUSTER_DNS_UNREACHABLE);
    lookup->rcode = (uint8_t)upto(random, UINT8_MAX);
    lookup->address_count = (uint8_t)upto(random, CLUSTER_LOOKUP_ADDRESSES_MAX);
    for (uint8_t i = 0; i < lookup->address_count; i++) {
        do {
            lookup->addresses[i] = some_address(random);
        } while (lookup->addresses[i].family == CLUSTER_FAMILY_NONE);
    }
    return lookup;
}

static cluster_facts *some_facts(GRand *random)
{
    cluster_facts *facts = cluster_facts_new();
    cluster_capture capture = {.first = some_time(random), .frames = FRAMES};
    capture.last = capture.first + upto(random, 1000);
    g_array_append_val(facts->captures, capture);
    facts->any = maybe(random);
    facts->first = facts->any ? some_time(random) : 0;
    facts->last = facts->any ? some_time(random) : 0;
    facts->filter = maybe(random) ? NULL : g_strdup("tcp.port == 1 || \"\xc3\xa4\"");
    facts->loose = upto(random, 2);
    facts->loose_frame = facts->loose == 0 ? 0 : 1 + upto(random, FRAMES - 1);
    facts->limits = upto(random, (1u << CLUSTER_LIMITS) - 1);
    facts->given[33000 / 8] = 1 << 33000 % 8;
    facts->given[8191] = (uint8_t)(upto(random, 1) << 7);
    for (uint32_t frame = 1 + upto(random, 3); frame < FRAMES; frame += 1 + upto(random, 900)) {
        g_ptr_array_add(facts->conversations, some_conversation(facts, random, frame));
        g_ptr_array_add(facts->askings, some_asking(random, frame));
        g_ptr_array_add(facts->lookups, some_lookup(facts, random, frame));
    }
    return facts;
}

/* Whether facts are equal, member by member. */

static void same_address(const cluster_address *one, const cluster_address *other)
{
    g_assert_cmpmem(one, sizeof *one, other, sizeof *other);
}

static void same_moment(const cluster_moment *one, const cluster_moment *other)
{
    g_assert_cmpuint(one->frame, ==, other->frame);
    g_assert_true(one->time == other->time);
}

static void same_text(const cluster_facts *one, uint32_t text, const cluster_facts *other,
                      uint32_t its)
{
    cluster_text left = cluster_facts_text_at(one, text);
    cluster_text right = cluster_facts_text_at(other, its);
    g_assert_cmpint(text == CLUSTER_NONE, ==, its == CLUSTER_NONE);
    g_assert_true(cluster_text_equal(left, right));
}

static void same_list(const cluster_facts *one, uint32_t list, const cluster_facts *other,
                      uint32_t its)
{
    const GArray *left = cluster_facts_list_at(one, list);
    const GArray *right = cluster_facts_list_at(other, its);
    g_assert_cmpint(left == NULL, ==, right == NULL);
    g_assert_cmpuint(left == NULL ? 0 : left->len, ==, right == NULL ? 0 : right->len);
    for (guint i = 0; left != NULL && i < left->len; i++) {
        same_text(one, g_array_index(left, uint32_t, i), other, g_array_index(right, uint32_t, i));
    }
}

static void same_stream(const cluster_stream *one, const cluster_stream *other)
{
    g_assert_cmpint(one == NULL, ==, other == NULL);
    g_assert_cmpuint(one == NULL ? 0 : one->pieces->len, ==,
                     other == NULL ? 0 : other->pieces->len);
    for (guint i = 0; one != NULL && i < one->pieces->len; i++) {
        const cluster_piece *left = &g_array_index(one->pieces, cluster_piece, i);
        const cluster_piece *right = &g_array_index(other->pieces, cluster_piece, i);
        g_assert_cmpuint(left->sequence, ==, right->sequence);
        g_assert_cmpuint(left->frame, ==, right->frame);
        g_assert_true(left->time == right->time);
        g_assert_cmpmem(left->bytes, left->length, right->bytes, right->length);
    }
}

static void same_party(const cluster_party *one, const cluster_party *other)
{
    same_address(&one->end.address, &other->end.address);
    g_assert_cmpuint(one->end.port, ==, other->end.port);
    g_assert_cmpuint(one->speech, ==, other->speech);
    g_assert_cmpint(one->based, ==, other->based);
    g_assert_cmpint(one->whole, ==, other->whole);
    g_assert_cmpint(one->over, ==, other->over);
    g_assert_cmpuint(one->base, ==, other->base);
    g_assert_cmpuint(one->next, ==, other->next);
    g_assert_cmpuint(one->sent, ==, other->sent);
    g_assert_cmpuint(one->fin, ==, other->fin);
    g_assert_cmpuint(one->reset, ==, other->reset);
    g_assert_cmpuint(one->cut, ==, other->cut);
    g_assert_cmpuint(one->again, ==, other->again);
    g_assert_cmpuint(one->again_frame, ==, other->again_frame);
    g_assert_true(one->again_time == other->again_time);
    g_assert_true(one->last == other->last);
    same_stream(one->stream, other->stream);
}

static void same_said(const cluster_facts *one, const cluster_said *left,
                      const cluster_facts *other, const cluster_said *right)
{
    g_assert_cmpuint(left->kind, ==, right->kind);
    g_assert_cmpuint(left->side, ==, right->side);
    g_assert_cmpuint(left->type, ==, right->type);
    g_assert_cmpuint(left->payload, ==, right->payload);
    g_assert_cmpuint(left->reading, ==, right->reading);
    g_assert_cmpint(left->split, ==, right->split);
    g_assert_cmpuint(left->number, ==, right->number);
    g_assert_cmpuint(left->at, ==, right->at);
    g_assert_cmpuint(left->frame, ==, right->frame);
    g_assert_cmpuint(left->length, ==, right->length);
    g_assert_true(left->time == right->time);
    same_text(one, left->text, other, right->text);
    same_text(one, left->word, other, right->word);
    same_list(one, left->list, other, right->list);
}

static void same_conversation(const cluster_facts *one, const cluster_conversation *left,
                              const cluster_facts *other, const cluster_conversation *right)
{
    same_party(&left->party[CLUSTER_CLIENT], &right->party[CLUSTER_CLIENT]);
    same_party(&left->party[CLUSTER_SERVER], &right->party[CLUSTER_SERVER]);
    same_moment(&left->first, &right->first);
    same_moment(&left->last, &right->last);
    g_assert_cmpuint(left->syn, ==, right->syn);
    g_assert_cmpuint(left->syn_ack, ==, right->syn_ack);
    g_assert_cmpuint(left->unreachable, ==, right->unreachable);
    g_assert_true(left->ended == right->ended);
    g_assert_cmpint(left->turned, ==, right->turned);
    g_assert_cmpint(left->locator, ==, right->locator);
    g_assert_cmpint(left->crowded, ==, right->crowded);
    g_assert_cmpint(left->edge, ==, right->edge);
    g_assert_cmpint(left->prohibited, ==, right->prohibited);
    g_assert_cmpuint(left->said_count, ==, right->said_count);
    for (uint16_t i = 0; i < left->said_count; i++) {
        same_said(one, &left->said[i], other, &right->said[i]);
    }
    g_assert_cmpint(left->repeats == NULL, ==, right->repeats == NULL);
    if (left->repeats != NULL) {
        g_assert_cmpmem(left->repeats->data, left->repeats->len * sizeof(uint32_t),
                        right->repeats->data, right->repeats->len * sizeof(uint32_t));
    }
}

static void same_asking(const cluster_asking *one, const cluster_asking *other)
{
    same_address(&one->pair.from, &other->pair.from);
    same_address(&one->pair.to, &other->pair.to);
    same_moment(&one->first, &other->first);
    same_moment(&one->resolved, &other->resolved);
    g_assert_true(one->last == other->last);
    g_assert_cmpuint(one->requests, ==, other->requests);
    g_assert_cmpmem(one->frames, one->frame_count * sizeof(uint32_t), other->frames,
                    other->frame_count * sizeof(uint32_t));
}

static void same_lookup(const cluster_facts *one, const cluster_lookup *left,
                        const cluster_facts *other, const cluster_lookup *right)
{
    same_address(&left->client, &right->client);
    same_text(one, left->name, other, right->name);
    same_moment(&left->when, &right->when);
    g_assert_cmpuint(left->kind, ==, right->kind);
    g_assert_cmpuint(left->rcode, ==, right->rcode);
    g_assert_cmpmem(left->addresses, left->address_count * sizeof(cluster_address),
                    right->addresses, right->address_count * sizeof(cluster_address));
}

static void same_few(const cluster_facts *one, const cluster_facts *other)
{
    g_assert_cmpint(one->any, ==, other->any);
    g_assert_true(one->first == other->first && one->last == other->last);
    g_assert_cmpstr(one->filter, ==, other->filter);
    g_assert_cmpuint(one->loose, ==, other->loose);
    g_assert_cmpuint(one->loose_frame, ==, other->loose_frame);
    g_assert_cmpuint(one->limits, ==, other->limits);
    g_assert_cmpmem(one->given, sizeof one->given, other->given, sizeof other->given);
    g_assert_cmpuint(one->captures->len, ==, other->captures->len);
    for (guint i = 0; i < one->captures->len; i++) {
        const cluster_capture *left = &g_array_index(one->captures, cluster_capture, i);
        const cluster_capture *right = &g_array_index(other->captures, cluster_capture, i);
        g_assert_true(left->first == right->first && left->last == right->last);
        g_assert_cmpuint(left->frames, ==, right->frames);
        g_assert_cmpuint(left->before, ==, right->before);
        g_assert_cmpuint(strlen(right->digest), ==, CLUSTER_DIGEST_LENGTH);
    }
}

static void same_facts(const cluster_facts *one, const cluster_facts *other)
{
    same_few(one, other);
    g_assert_cmpuint(one->conversations->len, ==, other->conversations->len);
    for (guint i = 0; i < one->conversations->len; i++) {
        same_conversation(one, one->conversations->pdata[i], other, other->conversations->pdata[i]);
    }
    g_assert_cmpuint(one->askings->len, ==, other->askings->len);
    for (guint i = 0; i < one->askings->len; i++) {
        same_asking(one->askings->pdata[i], other->askings->pdata[i]);
    }
    g_assert_cmpuint(one->lookups->len, ==, other->lookups->len);
    for (guint i = 0; i < one->lookups->len; i++) {
        same_lookup(one, one->lookups->pdata[i], other, other->lookups->pdata[i]);
    }
}

static void test_round_trip(void)
{
    GRand *random = g_rand_new_with_seed(20261126);
    for (int round = 0; round < ROUNDS; round++) {
        cluster_facts *facts = some_facts(random);
        GString *document = document_of(facts);
        char *error;
        cluster_facts *read = read_bytes(document->str, document->len, &error);
        g_assert_cmpstr(error, ==, NULL);
        same_facts(facts, read);
        GString *again = document_of(read);
        g_assert_cmpstr(document->str, ==, again->str);
        g_string_free(again, TRUE);
        g_string_free(document, TRUE);
        cluster_facts_free(read);
        cluster_facts_free(facts);
    }
    g_rand_free(random);
}

/* Texts and lists that no record uses are not written. */
static void test_unused(void)
{
    cluster_facts *facts = cluster_facts_new();
    GArray *list = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    cluster_facts_text(facts, (cluster_text){"nobody", 6});
    cluster_facts_list(facts, list);
    GString *document = document_of(facts);
    char *error;
    g_assert_null(strstr(document->str, "nobody"));
    cluster_facts *read = read_bytes(document->str, document->len, &error);
    g_assert_cmpstr(error, ==, NULL);
    g_assert_cmpuint(read->texts->len, ==, 0);
    g_assert_cmpuint(read->lists->len, ==, 0);
    g_assert_cmpuint(read->captures->len, ==, 0);
    cluster_facts_free(read);
    cluster_facts_free(facts);
    g_string_free(document, TRUE);
}

/* A name that was cut is read back as it is. */
static void test_cut_name(void)
{
    char name[CLUSTER_NAME_BYTES_MAX + 8];
    for (size_t shift = 0; shift < 4; shift++) {
        cluster_facts *facts = cluster_facts_new();
        memset(name, 'a', sizeof name);
        for (size_t i = shift; i + 3 < sizeof name; i += 3) {
            memcpy(name + i, "\xe2\x82\xac", 3);
        }
        uint32_t text = cluster_facts_text(facts, (cluster_text){name, sizeof name});
        cluster_text cut = cluster_facts_text_at(facts, text);
        g_assert_cmpuint(cluster_facts_text(facts, cut), ==, text);
        g_assert_true(g_utf8_validate(cut.data, (gssize)cut.length, NULL));
        g_assert_true(cluster_facts_reached(facts, CLUSTER_LIMIT_NAME));
        cluster_facts_free(facts);
    }
}

/* Bytes that were not read yet, more than facts hold that are written: the rest is left out. */
static void test_too_many_bytes(void)
{
    static const cluster_endpoint none;
    const uint32_t length = CLUSTER_STREAM_BYTES_MAX;
    uint8_t *bytes = g_malloc0(length);
    cluster_facts *facts = cluster_facts_new();
    cluster_capture capture = {.frames = 9};
    g_array_append_val(facts->captures, capture);
    for (uint32_t i = 1; i <= CLUSTER_WRITTEN_BYTES_MAX / length + 1; i++) {
        cluster_conversation *conversation = cluster_conversation_new(&none, &none);
        cluster_party *party = &conversation->party[CLUSTER_CLIENT];
        conversation->first = (cluster_moment){i, i};
        party->based = true;
        party->stream = cluster_stream_new();
        cluster_stream_add(party->stream, 0, bytes, length, conversation->first);
        g_ptr_array_add(facts->conversations, conversation);
    }
    GString *document = document_of(facts);
    char *error;
    cluster_facts *read = read_bytes(document->str, document->len, &error);
    g_assert_cmpstr(error, ==, NULL);
    g_assert_true(cluster_facts_reached(read, CLUSTER_LIMIT_STREAM));
    const cluster_conversation *first = read->conversations->pdata[0];
    const cluster_conversation *last = read->conversations->pdata[read->conversations->len - 1];
    g_assert_cmpuint(first->party[CLUSTER_CLIENT].stream->held, ==, length);
    g_assert_null(last->party[CLUSTER_CLIENT].stream);
    cluster_facts_free(read);
    cluster_facts_free(facts);
    g_string_free(document, TRUE);
    g_free(bytes);
}

/* What is no facts. */

/* Reads what may be facts; what is read can be merged, written and read again. True if it was read.
 */
static bool try_facts(const char *bytes, size_t length)
{
    char *error;
    cluster_facts *facts = read_bytes(bytes, length, &error);
    if (facts == NULL) {
        g_assert_true(g_utf8_validate(error, -1, NULL));
        g_free(error);
        return false;
    }
    GPtrArray *parts = g_ptr_array_new_with_free_func(cluster_facts_free);
    g_ptr_array_add(parts, facts);
    cluster_facts *whole = cluster_facts_merge(parts, &error);
    g_assert_nonnull(whole);
    GString *document = document_of(whole);
    facts = read_bytes(document->str, document->len, &error);
    g_assert_cmpstr(error, ==, NULL);
    cluster_facts_free(facts);
    g_string_free(document, TRUE);
    cluster_facts_free(whole);
    g_ptr_array_unref(parts);
    return true;
}

static GString *sample(void)
{
    GRand *random = g_rand_new_with_seed(7);
    cluster_facts *facts = some_facts(random);
    GString *document = document_of(facts);
    cluster_facts_free(facts);
    g_rand_free(random);
    return document;
}

static void test_truncated(void)
{
    GString *document = sample();
    for (size_t cut = 0; cut + 1 < document->len; cut++) {
        g_assert_false(try_facts(document->str, cut));
    }
    g_assert_true(try_facts(document->str, document->len - 1)); /* without the line feed */
    g_assert_true(try_facts(document->str, document->len));
    g_string_free(document, TRUE);
}

static void test_mutants(void)
{
    static const char bytes[] = "0123456789-,.:[]{}\"\\enul aZ=";
    GRand *random = g_rand_new_with_seed(20260105);
    GString *document = sample();
    unsigned accepted = 0;
    for (int turn = 0; turn < MUTANTS; turn++) {
        char *mutant = g_strndup(document->str, document->len);
        for (uint32_t i = upto(random, 3) + 1; i > 0; i--) {
            size_t at = upto(random, (uint32_t)document->len - 1);
            mutant[at] = maybe(random) ? bytes[upto(random, sizeof bytes - 2)]
                                       : (char)(mutant[at] ^ 1 << upto(random, 7));
        }
        accepted += try_facts(mutant, document->len);
        g_free(mutant);
    }
    g_assert_cmpuint(accepted, >, MUTANTS / 100);
    g_assert_cmpuint(accepted, <, MUTANTS * 3 / 4);
    g_string_free(document, TRUE);
    g_rand_free(random);
}

/* Two records, so small that a test can show what is wrong with them. */
#define SMALL                                                                                      \
    "{\"version\":2,\"facts\":{\"form\":2,\n"                                                      \
    "\"captures\":[{\"first\":1000,\"last\":1001,\"frames\":9,"                                    \
    "\"digest\":\"0123456789abcdef0123456789abcdef\",\"filter\":\"ip\",\"loose\":[2,3]}],\n"       \
    "\"ports\":[33000],\"limits\":0,\"shown\":[1000,1001],\n"                                      \
    "\"conversations\":[\n"                                                                        \
    "[1,null,9,5,3,1,2,[9,1,40000,5,0,10,6,8,0,0,0,0,null,[[0,1,2,\"AAAA\"],[3,1,2,\"AA==\"]]],"   \
    "[1,2,33000],[[0,0,0,4,3,50,1,1,1],[1,1,0,5,4,50,2,3,8,1]]]],\n"                               \
    "\"askings\":[[1,0,7,1,2,1,0,null,1]],\n"                                                      \
    "\"lookups\":[[1,0,1,1,1,0,2]],\n"                                                             \
    "\"lists\":[[1,2]],\n\"texts\":[\"a@h\",[\"/w==\"]],\n"                                        \
    "\"addresses\":[\"10.0.0.1\",\"::1\"]}}"

/* The small facts with something in place of something else, and why they are refused. */
static void check_refused(const char *what, const char *with, const char *why)
{
    const char *at = strstr(SMALL, what);
    g_assert_nonnull(at);
    char *changed = g_strdup_printf("%.*s%s%s", (int)(at - SMALL), SMALL, with, at + strlen(what));
    char *error;
    cluster_facts *facts = read_bytes(changed, strlen(changed), &error);
    g_assert_cmpstr(error, ==, why);
    cluster_facts_free(facts);
    g_free(error);
    g_free(changed);
}

#define OTHER_VERSION "it was made by another version of the plugin: make it anew from its capture"

static void test_refused(void)
{
    check_refused("\n", "", NULL);
    check_refused("\"form\":2", "\"form\":1", OTHER_VERSION);
    check_refused("\"form\":2", "\"form\":3", OTHER_VERSION);
    check_refused("\"form\":2", "\"form\":\"2\"", OTHER_VERSION);
    check_refused("\"facts\"", "\"fakts\"", OTHER_VERSION);
    check_refused("\"version\":2,\"facts\"", "\"v\"", "no cluster report: it holds no facts");
    check_refused("{\"first\"", "7,{\"first\"", "facts: captures: 1: no object where one must be");
    check_refused("{\"first\"", "{\"fist\"", "facts: captures: 1: a value is missing");
    check_refused("\"last\":1001,", "\"last\":1e13,", "facts: captures: 1: a time is out of range");
    check_refused("\"last\":1001,", "\"last\":999,",
                  "facts: captures: 1: a capture without frames");
    check_refused("\"frames\":9,", "\"frames\":0,",
                  "facts: captures: 1: a frame is of none of the captures");
    check_refused("\"frames\":9,", "\"frames\":1e99,",
                  "facts: captures: 1: a number is out of range");
    check_refused("\"frames\":9,", "\"frames\":1.5,",
                  "facts: captures: 1: a number is out of range");
    check_refused("cdef\",\"filter", "cdeF\",\"filter",
                  "facts: captures: 1: no digest where one must be");
    check_refused("cdef\",\"filter", "cdef0\",\"filter",
                  "facts: captures: 1: no digest where one must be");
    check_refused("[33000]", "[65536]", "facts: ports: 1: a number is out of range");
    char *limits = g_strdup_printf("\"limits\":%u", 1u << CLUSTER_LIMITS);
    check_refused("\"limits\":0", limits, "facts: limits: a number is out of range");
    g_free(limits);
    check_refused("\"limits\":0,", "", "facts: limits: a value is missing");
    check_refused("\"shown\":[1000,", "\"shown\":[1e999,", "facts: shown: a time is out of range");
    check_refused("\"shown\":[1000,", "\"shown\":[", "facts: shown: it must be two times or none");
    check_refused("[1,null,9", "[0,null,9", "facts: conversations: 1: a record without a frame");
    check_refused("[1,null,9", "[10,null,9",
                  "facts: conversations: 1: a frame is of none of the captures");
    check_refused("[1,null,9", "[-1,null,9", "facts: conversations: 1: a number is out of range");
    check_refused("[1,null,9", "[1,\"\",9", "facts: conversations: 1: no time where one must be");
    check_refused("[1,null,9", "[1,\"1 \",9", "facts: conversations: 1: no time where one must be");
    check_refused("[1,null,9", "[1,\"nan\",9", "facts: conversations: 1: a time is out of range");
    check_refused("[1,null,9", "[1,true,9", "facts: conversations: 1: no number where one must be");
    check_refused(",3,1,2,[9", ",32,1,2,[9", "facts: conversations: 1: a number is out of range");
    check_refused(",3,1,2,[9", ",3,10,2,[9",
                  "facts: conversations: 1: a frame is of none of the captures");
    check_refused("[9,1,40000", "[15,1,40000", "facts: conversations: 1: a number is out of range");
    check_refused("[9,1,40000", "[64,1,40000", "facts: conversations: 1: a number is out of range");
    check_refused("[9,1,40000", "[1,1,40000",
                  "facts: conversations: 1: bytes that cannot be there");
    check_refused("[9,1,40000", "[9,3,40000",
                  "facts: conversations: 1: a number is the place of nothing");
    check_refused("[0,1,2,\"AAAA\"]", "[0,1,2,\"AAAA\",1]",
                  "facts: conversations: 1: a row is too long");
    check_refused("[0,1,2,\"AAAA\"]", "[0,1,2,\"AAA\"]",
                  "facts: conversations: 1: no base64 where it must be");
    check_refused("[0,1,2,\"AAAA\"]", "[0,1,2,\"A===\"]",
                  "facts: conversations: 1: no base64 where it must be");
    check_refused("[0,1,2,\"AAAA\"]", "[0,1,2,\"\"]",
                  "facts: conversations: 1: bytes that cannot be there");
    check_refused("[3,1,2,\"AA==\"]", "[2,1,2,\"AA==\"]",
                  "facts: conversations: 1: bytes that cannot be there");
    check_refused("[3,1,2,\"AA==\"]", "[2147483648,1,2,\"AA==\"]",
                  "facts: conversations: 1: a number is out of range");
    check_refused("[3,1,2,\"AA==\"]", "[2147483647,1,2,\"AA==\"]",
                  "facts: conversations: 1: bytes that cannot be there");
    check_refused("[0,0,0,4,3", "[13,0,0,4,3", "facts: conversations: 1: a number is out of range");
    check_refused("[0,0,0,4,3", "[0,2,0,4,3", "facts: conversations: 1: a number is out of range");
    check_refused("[0,0,0,4,3", "[0,0,0,0,3", "facts: conversations: 1: a message without a frame");
    check_refused("50,2,3,8,1]", "50,3,3,8,1]",
                  "facts: conversations: 1: a number is the place of nothing");
    check_refused("50,2,3,8,1]", "50,2,4,8,1]",
                  "facts: conversations: 1: a number is out of range");
    check_refused("50,2,3,8,1]", "50,2,3,9,1]",
                  "facts: conversations: 1: a number is out of range");
    check_refused("50,2,3,8,1]", "50,2,3,8,2]",
                  "facts: conversations: 1: a number is the place of nothing");
    check_refused("50,2,3,8,1]", "50,2,3,8,1,0,5]",
                  "facts: conversations: 1: a number is out of range");
    check_refused("50,2,3,8,1]", "50,2,3,8,1,0,0,2]",
                  "facts: conversations: 1: a number is out of range");
    check_refused("50,2,3,8,1]", "50,2,3,8,1,0,0,0,3]",
                  "facts: conversations: 1: a number is the place of nothing");
    check_refused("50,2,3,8,1]", "50,2,3,8,1,0,0,0,0,0]",
                  "facts: conversations: 1: a row is too long");
    check_refused("8,1]]]]", "8,1]],null,0,[1,10]]]",
                  "facts: conversations: 1: a frame is of none of the captures");
    check_refused("8,1]]]]", "8,1]],null,0,[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]]]",
                  "facts: conversations: 1: a row is too long");
    check_refused("0,null,1]],", "0,null,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]],",
                  "facts: askings: 1: a row is too long");
    check_refused("[[1,0,1,1,1,0,2]]", "[[1,0,1,1,3,0,2]]",
                  "facts: lookups: 1: a number is out of range");
    check_refused("[[1,0,1,1,1,0,2]]", "[[1,0,1,1,1,256,2]]",
                  "facts: lookups: 1: a number is out of range");
    check_refused("[[1,0,1,1,1,0,2]]", "[[1,0,1,1,1,0,1,1,1,1,1,1,1,1,1]]",
                  "facts: lookups: 1: a row is too long");
    check_refused("\"lists\":[[1,2]]", "\"lists\":[[1,3]]",
                  "facts: lists: 1: a number is the place of nothing");
    check_refused("\"lists\":[[1,2]]", "\"lists\":[[1,0]]", "facts: lists: 1: a name that is none");
    check_refused("\"lists\":[[1,2]]", "\"lists\":[[1],[1]]",
                  "facts: lists: 2: a list stands there twice, or there are too many names");
    check_refused("\"a@h\",", "\"a@h\",\"a@h\",",
                  "facts: texts: 2: a text is too long, or stands there twice");
    check_refused("[\"/w==\"]", "[]", "facts: texts: 2: no base64 where it must be");
    check_refused("[\"/w==\"]", "7", "facts: texts: 2: no string where one must be");
    check_refused("\"10.0.0.1\"", "\"10.0.0.256\"",
                  "facts: addresses: 1: no address where one must be");
    check_refused("\"lookups\":", "\"look\":", "facts: lookups: no array where one must be");
}

/* As many zeros as there may be of something, and one more. */
static void check_most(const char *part, const char *value, uint32_t most)
{
    GString *document =
        g_string_new("{\"facts\":{\"form\":2,\"captures\":[],\"ports\":[],\"limits\":0,");
    static const char *const parts[] = {"shown",         "addresses", "texts",  "lists",
                                        "conversations", "askings",   "lookups"};
    char *error;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        bool full = strcmp(parts[i], part) == 0;
        g_string_append_printf(document, "%s\"%s\":[", i == 0 ? "" : ",", parts[i]);
        for (uint32_t k = 0; full && k <= most; k++) {
            g_string_append(document, k == 0 ? "" : ",");
            g_string_append(document, value);
        }
        g_string_append_c(document, ']');
    }
    g_string_append(document, "}}");
    g_assert_null(read_bytes(document->str, document->len, &error));
    char *why = g_strdup_printf("facts: %s: there are too many", part);
    g_assert_cmpstr(error, ==, why);
    g_free(why);
    g_free(error);
    g_string_free(document, TRUE);
}

/* As many messages on a connection as there may be, and one more. */
static void test_too_much_said(void)
{
    static const char one[] = "[0,0,0,4,3,50,1,1,1]";
    GString *many = g_string_new(one);
    for (int i = 1; i < CLUSTER_SAID_MAX - 1; i++) {
        g_string_append_printf(many, ",%s", one);
    }
    check_refused(one, many->str, NULL); /* and one behind them */
    g_string_append_printf(many, ",%s", one);
    check_refused(one, many->str,
                  "facts: conversations: 1: more messages on a connection than are kept");
    g_string_free(many, TRUE);
}

static void test_too_many(void)
{
    check_most("texts", "\"\"", CLUSTER_TEXTS_MAX);
    check_most("conversations", "[]", CLUSTER_CONVERSATIONS_MAX);
    check_most("askings", "[]", CLUSTER_ASKED_MAX);
    check_most("lookups", "[]", CLUSTER_LOOKUPS_MAX);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/read/json", test_json);
    g_test_add_func("/read/values", test_values);
    g_test_add_func("/read/round-trip", test_round_trip);
    g_test_add_func("/read/unused", test_unused);
    g_test_add_func("/read/cut-name", test_cut_name);
    g_test_add_func("/read/too-many-bytes", test_too_many_bytes);
    g_test_add_func("/read/truncated", test_truncated);
    g_test_add_func("/read/mutants", test_mutants);
    g_test_add_func("/read/refused", test_refused);
    g_test_add_func("/read/too-much-said", test_too_much_said);
    g_test_add_func("/read/too-many", test_too_many);
    return g_test_run();
}
