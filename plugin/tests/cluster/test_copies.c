/* test_copies.c
 * Tests that an event counts once: seen on both sides of an address translation, at two points of
 * capture, or in the pieces of a ring buffer. That each frame may be seen twice, and a capture be
 * cut in two, is checked in all tests: world.h.
 * May include: the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ping.h"

#include <string.h>

/* Addresses that are translated: {address, what it is on the other side}. */
static const char *const translations[][2][2] = {
    {{"10.0.0.2", "172.17.0.1"}, {NULL, NULL}},               /* the seeker's, */
    {{"10.0.0.1", "172.17.0.1"}, {NULL, NULL}},               /* the Beacon's, */
    {{"10.0.0.2", "172.17.0.1"}, {"10.0.0.1", "10.96.0.10"}}, /* both */
};

static void translate_all(test_world *world, size_t row)
{
    for (size_t i = 0; i < 2 && translations[row][i][0] != NULL; i++) {
        translate(world, translations[row][i][0], translations[row][i][1]);
    }
}

static void test_translated_join(void)
{
    for (size_t row = 0; row < G_N_ELEMENTS(translations); row++) {
        test_world *world = world_new();
        translate_all(world, row);
        test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
        ask_epmd(world, FROM, EPMD, "node2", 45000);
        handshake(connected(world, PING, DIST), 'N', NODE1, NODE2, STEP_ACK);
        answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOINED);
        g_assert_cmpuint(count_of(world, "joins"), ==, 1);
        g_assert_cmpuint(count_of(world, "scans"), ==, 1);
        check(world, "joins[0].outcome", "joined");
        check_clusters(world, "nn/n", "false");
        check(world, "nodes[0].name", NODE2);
        check(world, "nodes[0].addresses", row == 1 ? "10.0.0.2" : "10.0.0.2 172.17.0.1");
        check(world, "nodes[1].name", NODE1);
        check(world, "nodes[1].addresses",
              row == 0   ? "10.0.0.1"
              : row == 1 ? "10.0.0.1 172.17.0.1"
                         : "10.0.0.1 10.96.0.10");
        check_problems(world, "");
        world_free(world);
    }
}

static void test_translated_cookie(void)
{
    for (size_t row = 0; row < G_N_ELEMENTS(translations); row++) {
        test_world *world = world_new();
        uint32_t frames[5];
        translate_all(world, row);
        ping_with_other_cookie(world, frames);
        g_assert_cmpuint(count_of(world, "joins"), ==, 1);
        check_cause(world, 0, "cookie_mismatch", frames);
        check_problems(world, "error cookie_mismatch");
        world_free(world);
    }
}

static void test_translated_refusal(void)
{
    for (size_t row = 0; row < G_N_ELEMENTS(translations); row++) {
        test_world *world = world_new();
        translate_all(world, row);
        test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
        test_connection *tried = connection(world, FROM, EPMD);
        syn(tried);
        refuse(tried);
        answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
        g_assert_cmpuint(count_of(world, "joins"), ==, 1);
        check(world, "joins[0].cause.code", "epmd_refused");
        check_problems(world, "error epmd_refused");
        world_free(world);
    }
}

static void test_translated_scan(void)
{
    test_world *world = world_new();
    translate(world, "10.0.0.5", "172.17.0.1");
    for (int round = 0; round < 3; round++) {
        for (int host = 6; host < 9; host++) {
            char *from = g_strdup_printf("10.0.0.5:%d", 40000 + 10 * round + host);
            char *to = g_strdup_printf("10.0.0.%d:33000", host);
            test_connection *tried = connection(world, from, to);
            syn(tried);
            refuse(tried);
            g_free(to);
            g_free(from);
        }
        pass_time(world, 0.2);
    }
    g_assert_cmpuint(count_of(world, "scans"), ==, 1);
    check(world, "scans[0].rounds", "3");
    check_problems(world, "note scan_found_nobody");
    world_free(world);
}

static void test_translated_loss(void)
{
    test_world *world = world_new();
    translate(world, "10.0.0.2", "172.17.0.1");
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    test_connection *dist = connected(world, PING, DIST);
    handshake(dist, 'N', NODE1, NODE2, STEP_ACK);
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOINED);
    for (int i = 0; i < 3; i++) {
        pass_time(world, 5);
        say(dist, CLIENT, dist_message());
        say(dist, SERVER, dist_message());
        ack(dist, CLIENT);
    }
    reset(dist, SERVER);
    check_problems(world, "warning connection_lost");
    world_free(world);
}

/* A connection that was open when the capture began: seen first at one point, then at both. */
static void test_translated_open(void)
{
    test_world *world = world_new();
    answer(seek(world, SEEKER, BEACON, NODE2), NODE1, SEEKCHAT_PAYLOAD_JOINED);
    test_connection *dist = connection(world, PING, DIST);
    say(dist, CLIENT, dist_message());
    translate(world, "10.0.0.2", "172.17.0.1");
    say(dist, SERVER, dist_message());
    say(dist, CLIENT, dist_message());
    pass_time(world, 5);
    reset(dist, SERVER);
    check_problems(world, "warning connection_lost");
    world_free(world);
}

/* Files. */

/* What happens in a network; addresses are those of one side of a translation. */
static test_world *story(const char *seeker, const char *epmd, const char *dist)
{
    test_world *world = world_new();
    test_connection *first = seek(world, seeker, BEACON, NODE2);
    ask_epmd(world, FROM, epmd, "node2", 45000);
    uint32_t frames[4];
    reject_cookie(connected(world, PING, dist), 'N', NODE1, NODE2, frames);
    answer(first, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    pass_time(world, 3);
    answer_list(watch(world, "10.0.0.9:40000", BEACON, "ops@10.0.0.9"), NODE1,
                (const char *const[]){"node3@10.0.0.3", NULL});
    return world;
}

static void check_value(const char *report, const char *path, const char *expected)
{
    char *value = value_in(report, path);
    g_assert_cmpstr(value, ==, expected);
    g_free(value);
}

static void check_merged(const char *const *reports, size_t count, const char *expected)
{
    char *report = merged(reports, count);
    char *one = summary_of(report, false);
    char *other = summary_of(expected, false);
    g_assert_cmpstr(one, ==, other);
    g_free(other);
    g_free(one);
    g_free(report);
}

/* Two points that see the same, by clocks that differ; the second may begin late or end early. */
static void test_two_points(void)
{
    static const double fast[] = {0.000002, 0.4, -0.4, 2.5, -2.5};
    test_world *world = story(SEEKER, EPMD, DIST);
    char *whole = report_of(world, 1, world->frame, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(fast); i++) {
        char *again = report_of(world, 1, world->frame, fast[i]);
        check_merged((const char *const[]){whole, again}, 2, whole);
        check_merged((const char *const[]){again, whole}, 2, whole);
        g_free(again);
        again = report_of(world, 3, world->frame - 2, fast[i]);
        check_merged((const char *const[]){whole, again}, 2, whole);
        g_free(again);
    }
    g_free(whole);
    world_free(world);
}

/* Two points that see different things at one time: their times tell what came later. */
static void test_two_points_in_order(void)
{
    test_world *one = world_new();
    for (int i = 0; i < 2; i++) {
        test_connection *asked = seek(one, i == 0 ? SEEKER : "10.0.0.2:40001", BEACON, NODE2);
        ask_epmd(one, i == 0 ? FROM : "10.0.0.1:50011", EPMD, "node2", 0);
        answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
        pass_time(one, 20);
    }
    test_world *other = world_new();
    pass_time(other, 10);
    answer(seek(other, "10.0.0.2:40002", "10.0.0.3:33000", NODE2), "node3@10.0.0.3",
           SEEKCHAT_PAYLOAD_JOINED);
    char *reports[2] = {report_of(one, 1, one->frame, 0), report_of(other, 1, other->frame, 0)};
    char *both = merged((const char *const *)reports, 2);
    check_value(both, "joins[0].outcome", "join_failed");
    check_value(both, "joins[1].outcome", "joined");
    check_value(both, "joins[2].outcome", "join_failed");
    check_value(both, "problems[0].severity", "error");
    g_free(both);
    g_free(reports[0]);
    g_free(reports[1]);
    world_free(other);
    world_free(one);
}

/* Two points with an address translation between them. */
static void test_two_sides(void)
{
    test_world *inside = story(SEEKER, EPMD, DIST);
    test_world *outside = story("172.17.0.1:40000", "172.17.0.1:4369", "172.17.0.1:45000");
    char *reports[2] = {report_of(inside, 1, inside->frame, 0),
                        report_of(outside, 1, outside->frame, 0.0003)};
    char *both = merged((const char *const *)reports, 2);
    check_value(both, "joins[1]", "-");
    check_value(both, "joins[0].cause.code", "cookie_mismatch");
    g_free(both);
    g_free(reports[0]);
    g_free(reports[1]);
    world_free(outside);
    world_free(inside);
}

/* The same file given twice is one. */
static void test_same_file(void)
{
    test_world *world = story(SEEKER, EPMD, DIST);
    char *whole = report_of(world, 1, world->frame, 0);
    check_merged((const char *const[]){whole, whole}, 2, whole);
    g_free(whole);
    world_free(world);
}

/* A ring buffer of many files, given in any order. */
static void test_ring(void)
{
    test_world *world = story(SEEKER, EPMD, DIST);
    char *whole = report_of(world, 1, world->frame, 0);
    GRand *random = g_rand_new_with_seed(20261126);
    for (int turn = 0; turn < 20; turn++) {
        uint32_t size = (uint32_t)g_rand_int_range(random, 1, 7);
        GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
        for (uint32_t first = 1; first <= world->frame; first += size) {
            uint32_t last = MIN(first + size - 1, world->frame);
            g_ptr_array_insert(parts, g_rand_int_range(random, 0, (gint32)parts->len + 1),
                               report_of(world, first, last, 0));
        }
        check_merged((const char *const *)(void *)parts->pdata, parts->len, whole);
        g_ptr_array_unref(parts);
    }
    g_rand_free(random);
    g_free(whole);
    world_free(world);
}

/* Merged reports are merged again: grouping does not matter. */
static void test_grouping(void)
{
    test_world *world = story(SEEKER, EPMD, DIST);
    char *whole = report_of(world, 1, world->frame, 0);
    for (uint32_t cut = 2; cut < world->frame; cut += 3) {
        char *parts[] = {report_of(world, 1, cut / 2, 0), report_of(world, cut / 2 + 1, cut, 0),
                         report_of(world, cut + 1, world->frame, 0)};
        char *late = merged((const char *const[]){parts[1], parts[2]}, 2);
        char *early = merged((const char *const[]){parts[0], parts[1]}, 2);
        check_merged((const char *const[]){late, parts[0]}, 2, whole);
        check_merged((const char *const[]){early, parts[2]}, 2, whole);
        check_merged((const char *const[]){early, late}, 2, whole);
        g_free(early);
        g_free(late);
        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
            g_free(parts[i]);
        }
    }
    g_free(whole);
    world_free(world);
}

/* The same ends again, later: another connection. */
static void test_ports_used_again(void)
{
    test_world *world = world_new();
    answer(seek(world, SEEKER, BEACON, NODE2), NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    pass_time(world, 70);
    answer(seek(world, SEEKER, BEACON, NODE2), NODE1, SEEKCHAT_PAYLOAD_JOINED);
    g_assert_cmpuint(count_of(world, "joins"), ==, 2);
    check(world, "joins[0].outcome", "join_failed");
    check(world, "joins[1].outcome", "joined");
    world_free(world);
}

/* Two connections whose numbers are the same by chance: what the second one says at a place tells
 * that they are two. */
static void test_same_numbers(void)
{
    static const char *const clients[] = {"10.0.0.3:40000", "10.0.0.4:40000"};
    for (int differs = 0; differs < 2; differs++) {
        test_world *world = world_new();
        world->flags = WORLD_NO_AMID;
        test_connection *first = NULL;
        for (int i = 0; i < 2; i++) {
            test_connection *asked = connection(world, clients[i], BEACON);
            if (i == 0) {
                first = asked;
            }
            memcpy(asked->next, (const uint32_t[]){1000, 2000}, sizeof asked->next);
            syn(asked);
            syn_ack(asked);
            ack(asked, CLIENT);
        }
        test_connection *second =
            g_ptr_array_index(world->connections, world->connections->len - 1);
        for (int said = 0; said < 3; said++) {
            say(first, CLIENT, message(OPS, SEEKCHAT_TYPE_WATCHING, SEEKCHAT_PAYLOAD_CHECK));
            say(second, CLIENT,
                message(differs && said == 1 ? "eve@10.0.0.9" : OPS, SEEKCHAT_TYPE_WATCHING,
                        SEEKCHAT_PAYLOAD_CHECK));
        }
        g_assert_cmpuint(count_of(world, "watches"), ==, 3 * (1 + differs));
        world_free(world);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/copies/translated-join", test_translated_join);
    g_test_add_func("/copies/translated-cookie", test_translated_cookie);
    g_test_add_func("/copies/translated-refusal", test_translated_refusal);
    g_test_add_func("/copies/translated-scan", test_translated_scan);
    g_test_add_func("/copies/translated-loss", test_translated_loss);
    g_test_add_func("/copies/translated-open", test_translated_open);
    g_test_add_func("/copies/two-points", test_two_points);
    g_test_add_func("/copies/two-points-in-order", test_two_points_in_order);
    g_test_add_func("/copies/two-sides", test_two_sides);
    g_test_add_func("/copies/same-file", test_same_file);
    g_test_add_func("/copies/ring", test_ring);
    g_test_add_func("/copies/grouping", test_grouping);
    g_test_add_func("/copies/ports-used-again", test_ports_used_again);
    g_test_add_func("/copies/same-numbers", test_same_numbers);
    return g_test_run();
}
