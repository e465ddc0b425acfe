/* some_facts.c
 * Facts made by chance, with values of every kind in every place; and whether facts are equal.
 * May include: the headers of plugin/cluster.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "some_facts.h"

#include <string.h>

#include "stream.h"

/* Of the capture that the facts here come from. */
#define FRAMES 5000

uint32_t upto(GRand *random, uint32_t most)
{
    return most == 0 ? 0 : (uint32_t)(g_rand_int(random) % ((uint64_t)most + 1));
}

bool maybe(GRand *random)
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

cluster_facts *some_facts(GRand *random)
{
    cluster_facts *facts = cluster_facts_new();
    cluster_capture capture = {.first = some_time(random), .frames = FRAMES};
    capture.last = capture.first + upto(random, 1000);
    g_array_append_val(facts->captures, capture);
    facts->any = maybe(random);
    facts->first = facts->any ? some_time(random) : 0;
    facts->last = facts->any ? some_time(random) : 0;
    facts->filter = maybe(random) ? NULL : g_strdup("tcp.port == 1 || \"\xc3\xa4\"");
    for (int kind = 0; kind < CLUSTER_UNREADS; kind++) {
        cluster_tally *tally = &facts->unread[kind];
        tally->count = upto(random, 2);
        tally->frame = tally->count == 0 ? 0 : 1 + upto(random, FRAMES - 1);
    }
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
    g_assert_cmpmem(one->unread, sizeof one->unread, other->unread, sizeof other->unread);
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

void same_facts(const cluster_facts *one, const cluster_facts *other)
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
