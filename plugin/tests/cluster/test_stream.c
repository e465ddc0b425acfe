/* test_stream.c
 * Tests the bytes of a side that wait to be read, against a model that notes each of them.
 * May include: stream.h, and the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "facts.h"
#include "packets.h"
#include "stream.h"

#include <string.h>

#define ROUNDS 3000
#define STEPS 24

enum { ROOM = 200 };            /* numbers that are used, */
#define START (UINT32_MAX - 90) /* from here on, beyond 2^32 */

/* Of each number: the frame that brought its byte; 0: it is not there. */
typedef struct {
    uint32_t frame[ROOM];
} noted;

/* What is at a place at a time; each frame has bytes of its own. */
static uint8_t byte_of(uint32_t frame, uint32_t place)
{
    return (uint8_t)(frame * 31 + place);
}

static void add(cluster_stream *stream, noted *all, GRand *random, uint32_t frame)
{
    uint8_t bytes[40];
    uint32_t place = (uint32_t)g_rand_int_range(random, 0, ROOM - 40);
    uint32_t length = (uint32_t)g_rand_int_range(random, 0, 40);
    for (uint32_t i = 0; i < length; i++) {
        bytes[i] = byte_of(frame, place + i);
        if (all->frame[place + i] == 0) {
            all->frame[place + i] = frame;
        }
    }
    const cluster_moment when = {frame, frame / 8.0};
    g_assert_true(cluster_stream_add(stream, START + place, bytes, length, when));
}

static void drop(cluster_stream *stream, noted *all, GRand *random)
{
    uint32_t before = (uint32_t)g_rand_int_range(random, 0, ROOM / 4);
    memset(all->frame, 0, before * sizeof *all->frame);
    cluster_stream_drop(stream, START + before);
}

/* The first place from one on whose byte is there, or is not; ROOM if there is none. */
static uint32_t next(const noted *all, uint32_t from, bool there)
{
    while (from < ROOM && (all->frame[from] != 0) != there) {
        from++;
    }
    return from;
}

static void check_row(cluster_stream *stream, const noted *all)
{
    uint32_t sequence;
    uint32_t length;
    uint32_t first = next(all, 0, true);
    const uint8_t *row = cluster_stream_row(stream, &sequence, &length);
    g_assert_true((row == NULL) == (first == ROOM));
    if (row == NULL) {
        return;
    }
    g_assert_cmpuint(sequence, ==, START + first);
    g_assert_cmpuint(length, ==, next(all, first, false) - first);
    for (uint32_t i = 0; i < length; i++) {
        g_assert_cmpuint(row[i], ==, byte_of(all->frame[first + i], first + i));
    }
}

/* The moment of bytes that are all there is that of the last frame among them. */
static void check_moment(const cluster_stream *stream, const noted *all, GRand *random)
{
    uint32_t first = next(all, (uint32_t)g_rand_int_range(random, 0, ROOM), true);
    uint32_t end = next(all, first, false);
    if (first == ROOM) {
        return;
    }
    end = (uint32_t)g_rand_int_range(random, (gint32)first + 1, (gint32)end + 1);
    uint32_t last = 0;
    for (uint32_t place = first; place < end; place++) {
        last = MAX(last, all->frame[place]);
    }
    bool split;
    const cluster_moment when = cluster_stream_moment(stream, START + first, end - first, &split);
    g_assert_cmpuint(when.frame, ==, last);
    g_assert_cmpfloat(when.time, ==, last / 8.0);
    for (uint32_t place = first; place < end; place++) {
        g_assert_true(split || all->frame[place] == all->frame[first]);
    }
}

static void check(cluster_stream *stream, const noted *all, GRand *random)
{
    uint32_t held = 0;
    for (uint32_t place = 0; place < ROOM; place++) {
        bool there = all->frame[place] != 0;
        held += there;
        g_assert_true(cluster_stream_holds(stream, START + place) == there);
    }
    g_assert_cmpuint(stream->held, ==, held);
    check_row(stream, all);
    check_moment(stream, all, random);
    g_assert_cmpuint(cluster_stream_cost(stream), ==,
                     held + stream->row->len + stream->pieces->len * sizeof(cluster_piece));
}

static void test_random(void)
{
    GRand *random = g_rand_new_with_seed(20261201);
    for (int round = 0; round < ROUNDS; round++) {
        cluster_stream *stream = cluster_stream_new();
        noted all = {{0}};
        for (uint32_t step = 1; step <= STEPS; step++) {
            if (g_rand_int_range(random, 0, 4) == 0) {
                drop(stream, &all, random);
            } else {
                add(stream, &all, random, step);
            }
            check(stream, &all, random);
        }
        cluster_stream *copy = cluster_stream_copy(stream);
        check(copy, &all, random);
        cluster_stream_free(copy);
        cluster_stream_free(stream);
    }
    g_rand_free(random);
}

/* What was held and dropped leaves room for as much again. */
static void test_room(void)
{
    static uint8_t bytes[CLUSTER_STREAM_BYTES_MAX];
    const cluster_moment when = {1, 1};
    cluster_stream *stream = cluster_stream_new();
    g_assert_true(cluster_stream_add(stream, 0, bytes, sizeof bytes, when));
    g_assert_false(cluster_stream_add(stream, sizeof bytes, bytes, 1, when));
    cluster_stream_drop(stream, 10);
    g_assert_true(cluster_stream_add(stream, sizeof bytes, bytes, 10, when));
    g_assert_false(cluster_stream_add(stream, sizeof bytes + 10, bytes, 1, when));
    cluster_stream_free(stream);
}

static void test_pieces(void)
{
    const cluster_moment when = {1, 1};
    cluster_stream *stream = cluster_stream_new();
    for (uint32_t i = 0; i < CLUSTER_STREAM_PIECES_MAX; i++) {
        g_assert_true(cluster_stream_add(stream, 2 * i, (const uint8_t *)"a", 1, when));
    }
    g_assert_false(cluster_stream_add(stream, 1, (const uint8_t *)"a", 1, when));
    g_assert_true(cluster_stream_add(stream, 0, (const uint8_t *)"a", 1, when));
    cluster_stream_drop(stream, 1);
    g_assert_true(cluster_stream_add(stream, 1, (const uint8_t *)"a", 1, when));
    cluster_stream_free(stream);
}

/* A segment of the client's: a byte behind a hole of as many as told. */
static void hear(cluster_facts *facts, cluster_conversation *conversation, uint32_t hole)
{
    const cluster_segment segment = {.source = conversation->party[CLUSTER_CLIENT].end,
                                     .target = conversation->party[CLUSTER_SERVER].end,
                                     .flags = CLUSTER_TCP_ACK,
                                     .sequence = 1000 + hole,
                                     .length = 1,
                                     .bytes = (const uint8_t *)"{",
                                     .captured = 1};
    cluster_conversation_segment(facts, conversation, (cluster_moment){1, 1}, &segment);
}

/* Who gave up keeps nothing, and counts nothing as missing. */
static void test_given_up(void)
{
    static const cluster_endpoint ends[] = {{{.family = CLUSTER_FAMILY_IPV4, .bytes = {1}}, 40000},
                                            {{.family = CLUSTER_FAMILY_IPV4, .bytes = {2}}, 80}};
    cluster_facts *facts = cluster_facts_new();
    cluster_conversation *conversation = cluster_conversation_new(&ends[0], &ends[1]);
    hear(facts, conversation, 0);
    hear(facts, conversation, 10);
    g_assert_cmpuint(cluster_conversation_waiting(conversation), >, 0);
    g_assert_cmpuint(cluster_conversation_missing(conversation, CLUSTER_CLIENT), ==, 9);
    cluster_conversation_give_up(conversation);
    g_assert_cmpuint(cluster_conversation_waiting(conversation), ==, 0);
    hear(facts, conversation, 20);
    g_assert_cmpuint(cluster_conversation_waiting(conversation), ==, 0);
    g_assert_cmpuint(cluster_conversation_missing(conversation, CLUSTER_CLIENT), ==, 0);
    cluster_conversation_free(conversation);
    cluster_facts_free(facts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_false(cluster_stream_holds(NULL, 0));
    cluster_stream_free(NULL);
    g_test_add_func("/stream/random", test_random);
    g_test_add_func("/stream/room", test_room);
    g_test_add_func("/stream/pieces", test_pieces);
    g_test_add_func("/stream/given-up", test_given_up);
    return g_test_run();
}
