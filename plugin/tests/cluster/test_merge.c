/* test_merge.c
 * Tests that facts are put together whole, in whatever order and groups they come.
 * May include: the headers of plugin/cluster.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "merge.h"
#include "stream.h"
#include "watch.h"

#define PARTS 5
#define ROUNDS 60
#define FRAMES 40
#define START 1767323045.0

/* Captures. */

static cluster_endpoint endpoint(uint8_t host, uint16_t port)
{
    return (cluster_endpoint){{CLUSTER_FAMILY_IPV4, {10, 0, 0, host}}, port};
}

static void segment(cluster_watch *watch, cluster_moment when, uint32_t stream, uint8_t host,
                    bool reply, uint8_t flags, const char *text)
{
    const cluster_endpoint seeker = endpoint(host, (uint16_t)(40000 + stream));
    const cluster_endpoint beacon = endpoint(1, 33000);
    const uint32_t length = (uint32_t)strlen(text);
    const cluster_segment one = {
        .stream = stream,
        .source = reply ? beacon : seeker,
        .target = reply ? seeker : beacon,
        .flags = flags,
        .sequence = (flags & CLUSTER_TCP_SYN) != 0 ? 99 : 100,
        .acknowledge = 100,
        .length = length,
        .bytes = (const uint8_t *)text,
        .captured = length,
    };
    cluster_watch_tcp(watch, when, &one);
}

static cluster_moment next(cluster_moment when)
{
    return (cluster_moment){when.frame + 1, when.time + 0.05};
}

/* An attempt that is repeated, requests, half of one, and a host that asks for others. */
static cluster_moment feed_seekers(cluster_watch *watch, cluster_moment when, uint32_t number)
{
    static const char *const said[] = {
        "", "{\"type\":\"seeking\",\"sen",
        "{\"type\":\"seeking\",\"payload\":\"join\",\"sender\":\"n@10.0.0.9\"}"};
    const cluster_address to = endpoint(200, 0).address;
    for (uint32_t i = 0; i < G_N_ELEMENTS(said); i++) {
        const uint8_t host = (uint8_t)(2 + (number + i) % 7);
        const cluster_address from = endpoint(host, 0).address;
        const uint32_t stream = number * 10 + i;
        segment(watch, when = next(when), stream, host, false, CLUSTER_TCP_SYN, "");
        when.time += 0.2;
        segment(watch, when = next(when), stream, host, false,
                i == 0 ? CLUSTER_TCP_SYN : CLUSTER_TCP_ACK, said[i]);
        cluster_watch_arp(watch, when = next(when), false, &from, &to);
        cluster_watch_arp(watch, when = next(when), true, &to, &from);
    }
    return when;
}

/* A Beacon's list, which several captures have, and a look-up of a name that is not UTF-8. */
static cluster_moment feed_beacon(cluster_watch *watch, cluster_moment when, uint32_t number)
{
    char list[128];
    const cluster_dns dns = {.client = endpoint(1, 0).address, .name = {"host\xff", 5}};
    g_snprintf(list, sizeof list,
               "{\"type\":\"reply\",\"payload\":[\"n%u@10.0.0.9\",\"n1@10.0.0.1\"],"
               "\"sender\":\"n1@10.0.0.1\"}",
               number % 3);
    segment(watch, when = next(when), number * 10 + 2, (uint8_t)(2 + (number + 2) % 7), true,
            CLUSTER_TCP_ACK, list);
    cluster_watch_dns(watch, when = next(when), &dns);
    return when;
}

static GString *document_of(const cluster_facts *facts)
{
    GString *document = g_string_new("{\"facts\":");
    cluster_facts_write(facts, document);
    return g_string_append_c(document, '}');
}

/* The facts of a capture that has a number of its own, as they are written. */
static GString *capture_of(uint32_t number, double start)
{
    cluster_facts *facts = cluster_facts_new();
    cluster_watch *watch = cluster_watch_new(facts);
    const cluster_capture capture = {.first = start, .last = start + 2, .frames = FRAMES};
    cluster_moment when = {0, start};
    g_array_append_val(facts->captures, capture);
    facts->given[33000 / 8] = 1 << 33000 % 8;
    facts->given[number] = 2; /* a port of its own */
    facts->any = true;
    facts->first = start;
    when = feed_seekers(watch, when, number);
    when = feed_beacon(watch, when, number);
    facts->last = when.time;
    facts->filter = number % 2 == 0 ? NULL : g_strdup_printf("ip.addr == 10.0.0.%u", number % 4);
    const cluster_tally tally = {number % 3, number % 3 == 0 ? 0 : 7};
    facts->unread[CLUSTER_UNREAD_LOOSE] = facts->unread[CLUSTER_UNREAD_HEADLESS] = tally;
    facts->limits |= 1u << number % CLUSTER_LIMITS;
    cluster_watch_pause(watch);
    GString *document = document_of(facts);
    cluster_watch_free(watch);
    cluster_facts_free(facts);
    return document;
}

static cluster_facts *read_facts(const GString *document)
{
    char *error = NULL;
    cluster_facts *facts = cluster_facts_read(document->str, document->len, &error);
    g_assert_cmpstr(error, ==, NULL);
    return facts;
}

/* Some documents together, written again. */
static GString *merge_documents(const GString *const *documents, size_t count)
{
    char *error = NULL;
    GPtrArray *parts = g_ptr_array_new_with_free_func(cluster_facts_free);
    for (size_t i = 0; i < count; i++) {
        g_ptr_array_add(parts, read_facts(documents[i]));
    }
    cluster_facts *whole = cluster_facts_merge(parts, &error);
    g_assert_cmpstr(error, ==, NULL);
    g_ptr_array_unref(parts);
    GString *document = document_of(whole);
    cluster_facts_free(whole);
    return document;
}

/* The captures of the tests: two of them at one time. */
static void make_captures(GString *captures[PARTS])
{
    static const double starts[PARTS] = {20, 0, 4, 4, 0.5};
    for (uint32_t i = 0; i < PARTS; i++) {
        captures[i] = capture_of(i, START + starts[i]);
    }
}

static void free_captures(GString *captures[PARTS])
{
    for (uint32_t i = 0; i < PARTS; i++) {
        g_string_free(captures[i], TRUE);
    }
}

static void same_documents(GString *one, const GString *other)
{
    g_assert_cmpstr(one->str, ==, other->str);
    g_string_free(one, TRUE);
}

static void test_alone(void)
{
    GString *captures[PARTS];
    make_captures(captures);
    for (uint32_t i = 0; i < PARTS; i++) {
        const GString *const twice[] = {captures[i], captures[i]};
        same_documents(merge_documents(twice, 1), captures[i]);
        same_documents(merge_documents(twice, 2), captures[i]);
    }
    GString *nothing = merge_documents(NULL, 0);
    same_documents(merge_documents(NULL, 0), nothing);
    g_string_free(nothing, TRUE);
    free_captures(captures);
}

static void shuffle(const GString **documents, size_t count, GRand *random)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)g_rand_int_range(random, 0, (gint32)i);
        const GString *one = documents[i - 1];
        documents[i - 1] = documents[other];
        documents[other] = one;
    }
}

/* Some of the captures, in any order and each several times, and all of them in groups of those. */
static void test_order(void)
{
    GString *captures[PARTS];
    GRand *random = g_rand_new_with_seed(20261126);
    make_captures(captures);
    GString *whole = merge_documents((const GString *const *)captures, PARTS);
    for (int round = 0; round < ROUNDS; round++) {
        const GString *documents[2 * PARTS];
        GString *groups[PARTS];
        for (size_t i = 0; i < PARTS; i++) {
            documents[i] = captures[i];
            documents[PARTS + i] = captures[g_rand_int_range(random, 0, PARTS)];
        }
        shuffle(documents, 2 * PARTS, random);
        same_documents(merge_documents(documents, 2 * PARTS), whole);
        for (size_t i = 0; i < PARTS; i++) {
            groups[i] = merge_documents(documents + 2 * i, 2);
            documents[2 * i] = groups[i];
        }
        shuffle(documents, 2 * PARTS, random);
        same_documents(merge_documents(documents, 2 * PARTS), whole);
        free_captures(groups);
    }
    g_rand_free(random);
    g_string_free(whole, TRUE);
    free_captures(captures);
}

/* Frames are numbered through, and everything moves with them. */
static void test_frames(void)
{
    GString *captures[2] = {capture_of(4, START + 10), capture_of(1, START)};
    GString *both = merge_documents((const GString *const *)captures, 2);
    cluster_facts *first = read_facts(captures[1]);
    cluster_facts *second = read_facts(captures[0]);
    cluster_facts *whole = read_facts(both);
    const guint before = first->conversations->len;
    g_assert_cmpuint(whole->conversations->len, ==, before + second->conversations->len);
    for (guint i = 0; i < second->conversations->len; i++) {
        const cluster_conversation *was = second->conversations->pdata[i];
        const cluster_conversation *is = whole->conversations->pdata[before + i];
        g_assert_cmpuint(is->first.frame, ==, was->first.frame + FRAMES);
        g_assert_cmpuint(is->last.frame, ==, was->last.frame + FRAMES);
        g_assert_true(is->first.time == was->first.time && is->last.time == was->last.time);
        g_assert_cmpuint(is->syn, ==, was->syn + FRAMES);
        g_assert_cmpuint(is->said_count, ==, was->said_count);
        g_assert_cmpint(is->repeats == NULL, ==, was->repeats == NULL);
        if (was->repeats != NULL) {
            g_assert_cmpuint(g_array_index(is->repeats, uint32_t, 0), ==,
                             g_array_index(was->repeats, uint32_t, 0) + FRAMES);
        }
        const cluster_stream *stream = is->party[CLUSTER_CLIENT].stream;
        if (stream != NULL) {
            g_assert_cmpuint(g_array_index(stream->pieces, cluster_piece, 0).frame, ==,
                             was->first.frame + FRAMES + 1);
        }
    }
    const cluster_asking *was = second->askings->pdata[0];
    const cluster_asking *is = whole->askings->pdata[first->askings->len];
    g_assert_cmpuint(is->frames[0], ==, was->frames[0] + FRAMES);
    g_assert_cmpuint(is->resolved.frame, ==, was->resolved.frame + FRAMES);
    const cluster_lookup *lookup = whole->lookups->pdata[first->lookups->len];
    cluster_text name = cluster_facts_text_at(whole, lookup->name);
    g_assert_cmpmem(name.data, name.length, "host\xff", 5);
    g_assert_cmpuint(whole->texts->len, <, first->texts->len + second->texts->len);
    cluster_facts_free(whole);
    cluster_facts_free(second);
    cluster_facts_free(first);
    g_string_free(both, TRUE);
    g_string_free(captures[0], TRUE);
    g_string_free(captures[1], TRUE);
}

/* What holds of all captures together. */
static void test_sums(void)
{
    GString *captures[PARTS];
    make_captures(captures);
    GString *document = merge_documents((const GString *const *)captures, PARTS);
    cluster_facts *whole = read_facts(document);
    g_assert_cmpuint(whole->captures->len, ==, PARTS);
    g_assert_cmpstr(whole->filter, ==, "ip.addr == 10.0.0.1; ip.addr == 10.0.0.3");
    for (int kind = 0; kind < CLUSTER_UNREADS; kind++) {
        const bool any = kind != CLUSTER_UNREAD_CUT;
        g_assert_cmpuint(whole->unread[kind].count, ==, any ? 0 + 1 + 2 + 0 + 1 : 0);
        /* Of the capture that begins first. */
        g_assert_cmpuint(whole->unread[kind].frame, ==, any ? 7 : 0);
    }
    g_assert_cmpuint(whole->limits & 31, ==, 31);
    g_assert_true(whole->first == START);
    for (uint32_t i = 0; i < PARTS; i++) {
        g_assert_true(cluster_facts_is_given(whole, (uint16_t)(8 * i + 1)));
    }
    g_assert_true(cluster_facts_is_given(whole, 33000));
    cluster_facts_free(whole);
    g_string_free(document, TRUE);
    free_captures(captures);
}

/* A display filter makes another capture of one; what it shows is the same in the digest's eyes
 * only with the same filter. */
static void test_filtered(void)
{
    cluster_facts *facts = cluster_facts_new();
    const cluster_capture capture = {.first = START, .last = START, .frames = 1};
    g_array_append_val(facts->captures, capture);
    GString *documents[2] = {document_of(facts), NULL};
    facts->filter = g_strdup("udp");
    documents[1] = document_of(facts);
    GString *both = merge_documents((const GString *const *)documents, 2);
    cluster_facts *whole = read_facts(both);
    g_assert_cmpuint(whole->captures->len, ==, 2);
    g_assert_cmpstr(whole->filter, ==, "udp");
    cluster_facts_free(whole);
    cluster_facts_free(facts);
    g_string_free(both, TRUE);
    g_string_free(documents[0], TRUE);
    g_string_free(documents[1], TRUE);
}

/* Limits. */

static cluster_facts *empty_part(uint32_t number, uint32_t frames)
{
    cluster_facts *facts = cluster_facts_new();
    cluster_capture capture = {.first = number, .last = number, .frames = frames};
    memset(capture.digest, 'a', CLUSTER_DIGEST_LENGTH);
    g_array_append_val(facts->captures, capture);
    return facts;
}

static cluster_facts *merge_parts(GPtrArray *parts, const char *wrong)
{
    char *error = NULL;
    cluster_facts *whole = cluster_facts_merge(parts, &error);
    g_assert_cmpstr(error, ==, wrong);
    g_assert_true((whole == NULL) == (wrong != NULL));
    g_free(error);
    g_ptr_array_unref(parts);
    return whole;
}

static void test_too_many_frames(void)
{
    for (uint32_t more = 0; more < 2; more++) {
        GPtrArray *parts = g_ptr_array_new_with_free_func(cluster_facts_free);
        g_ptr_array_add(parts, empty_part(0, UINT32_MAX - 8));
        g_ptr_array_add(parts, empty_part(1, 7 + more));
        cluster_facts_free(merge_parts(
            parts,
            more == 0 ? NULL : "the captures have more frames together than there are numbers"));
    }
}

static void test_too_many_captures(void)
{
    for (uint32_t more = 0; more < 2; more++) {
        GPtrArray *parts = g_ptr_array_new_with_free_func(cluster_facts_free);
        cluster_facts *facts = empty_part(0, 1);
        for (uint32_t i = 1; i < CLUSTER_CAPTURES_MAX + more; i++) {
            cluster_capture capture = {.first = i, .last = i, .frames = 1, .before = i};
            memset(capture.digest, 'b', CLUSTER_DIGEST_LENGTH);
            g_array_append_val(facts->captures, capture);
        }
        g_ptr_array_add(parts, facts);
        cluster_facts_free(merge_parts(parts, more == 0 ? NULL : "more than 65536 captures"));
    }
}

/* Two parts with as many look-ups as facts hold: the latest are left out, with a limit reached. */
static void test_too_many_records(void)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(cluster_facts_free);
    for (uint32_t part = 0; part < 2; part++) {
        cluster_facts *facts = empty_part(1 - part, CLUSTER_LOOKUPS_MAX);
        for (uint32_t i = 0; i < CLUSTER_LOOKUPS_MAX - part; i++) {
            cluster_lookup *lookup = g_new0(cluster_lookup, 1);
            lookup->when.frame = i + 1;
            lookup->name = CLUSTER_NONE;
            lookup->rcode = (uint8_t)part;
            g_ptr_array_add(facts->lookups, lookup);
        }
        g_ptr_array_add(parts, facts);
    }
    cluster_facts *whole = merge_parts(parts, NULL);
    g_assert_cmpuint(whole->lookups->len, ==, CLUSTER_LOOKUPS_MAX);
    g_assert_true(cluster_facts_reached(whole, CLUSTER_LIMIT_LOOKUPS));
    const cluster_lookup *last = whole->lookups->pdata[CLUSTER_LOOKUPS_MAX - 2];
    g_assert_cmpuint(last->rcode, ==, 1);
    last = whole->lookups->pdata[CLUSTER_LOOKUPS_MAX - 1];
    g_assert_cmpuint(last->rcode, ==, 0);
    g_assert_cmpuint(last->when.frame, ==, CLUSTER_LOOKUPS_MAX + 1);
    cluster_facts_free(whole);
}

/* More names together than facts hold: those that have no room are none. */
static void test_too_many_texts(void)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(cluster_facts_free);
    char name[16];
    for (uint32_t part = 0; part < 2; part++) {
        cluster_facts *facts = empty_part(part, 2);
        GArray *list = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        static const cluster_endpoint none;
        cluster_conversation *conversation = cluster_conversation_new(&none, &none);
        cluster_said said = {.frame = 1, .word = CLUSTER_NONE, .text = CLUSTER_NONE};
        for (uint32_t i = 0; i < CLUSTER_TEXTS_MAX - 1; i++) {
            int length = g_snprintf(name, sizeof name, "%u/%u", part, i);
            uint32_t text = cluster_facts_text(facts, (cluster_text){name, (size_t)length});
            g_array_append_val(list, text);
        }
        said.list = cluster_facts_list(facts, list);
        conversation->first.frame = 1;
        cluster_conversation_say(conversation, &said);
        g_ptr_array_add(facts->conversations, conversation);
        g_ptr_array_add(parts, facts);
    }
    cluster_facts *whole = merge_parts(parts, NULL);
    g_assert_true(cluster_facts_reached(whole, CLUSTER_LIMIT_TEXTS));
    g_assert_cmpuint(whole->texts->len, ==, CLUSTER_TEXTS_MAX);
    g_assert_cmpuint(cluster_facts_list_at(whole, 0)->len, ==, CLUSTER_TEXTS_MAX - 1);
    g_assert_cmpuint(cluster_facts_list_at(whole, 1)->len, ==, 1);
    cluster_facts_free(whole);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/merge/alone", test_alone);
    g_test_add_func("/merge/order", test_order);
    g_test_add_func("/merge/frames", test_frames);
    g_test_add_func("/merge/sums", test_sums);
    g_test_add_func("/merge/filtered", test_filtered);
    g_test_add_func("/merge/too-many-frames", test_too_many_frames);
    g_test_add_func("/merge/too-many-captures", test_too_many_captures);
    g_test_add_func("/merge/too-many-records", test_too_many_records);
    g_test_add_func("/merge/too-many-texts", test_too_many_texts);
    return g_test_run();
}
