/* test_older.c
 * Tests what connections tell of a ping that are older than it, or those of others.
 * May include: the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ping.h"

/* The two were connected; one was cut off from power, and knows nothing of it any more. */
static void test_stale_connection(void)
{
    for (int whole = 0; whole < 2; whole++) {
        test_world *world = world_new();
        test_connection *old;
        if (whole) {
            old = connected(world, PING, DIST);
            handshake(old, 'N', NODE1, NODE2, STEP_ACK);
        } else {
            old = connection(world, PING, DIST);
        }
        say(old, CLIENT, dist_message());
        pass_time(world, 10);
        test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
        say(old, CLIENT, dist_message());
        uint32_t reset_by = reset(old, SERVER);
        fail(asked);
        check_cause(world, 0, "stale_connection", FRAMES(reset_by));
        world_free(world);
    }
}

/* The seeker's host resets an older connection on which nothing went to it meanwhile: it ends, as
 * that of a node that starts anew, and answers no ping. */
static void test_reset_unasked(void)
{
    test_world *world = world_new();
    test_connection *old = connected(world, PING, DIST);
    handshake(old, 'N', NODE1, NODE2, STEP_ACK);
    say(old, CLIENT, dist_message());
    pass_time(world, 10);
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    reset(old, SERVER);
    fail(asked);
    check(world, "joins[0].cause.code", "unknown");
    world_free(world);
}

/* What EPMD says comes before an older connection: a ping that goes over that asks no EPMD. */
static void test_stale_but_asked(void)
{
    test_world *world = world_new();
    test_connection *old = connection(world, PING, DIST);
    say(old, CLIENT, dist_message());
    pass_time(world, 10);
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    say(old, CLIENT, dist_message());
    reset(old, SERVER);
    test_connection *epmd = connected(world, FROM, EPMD);
    say(epmd, CLIENT, port_request("node2"));
    say(epmd, SERVER, no_such_name());
    closed(epmd, SERVER);
    fail(asked);
    check(world, "joins[0].cause.code", "name_not_registered");
    world_free(world);
}

/* Two nodes on the seeker's host: the older connection is, or may be, the other one's. */
static void test_stale_of_another(void)
{
    for (int named = 0; named < 2; named++) {
        test_world *world = world_new();
        answer(seek(world, "10.0.0.2:41000", BEACON, "other@10.0.0.2"), NODE1,
               SEEKCHAT_PAYLOAD_JOINED);
        test_connection *old = named ? connected(world, PING, DIST) : connection(world, PING, DIST);
        if (named) {
            handshake(old, 'N', NODE1, "other@10.0.0.2", STEP_ACK);
        }
        say(old, CLIENT, dist_message());
        pass_time(world, 10);
        test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
        say(old, CLIENT, dist_message());
        uint32_t reset_by = reset(old, SERVER);
        fail(asked);
        if (named) {
            check_cause(world, 1, "unknown", NO_FRAMES);
        } else {
            check_cause(world, 1, "unknown", FRAMES(reset_by));
            check_holds(world, "joins[1].cause.text", "it may have been theirs");
        }
        world_free(world);
    }
}

/* Who resets it must be the seeker's host, and have been sent something. */
static void test_reset_not_answered(void)
{
    for (int by_beacon = 0; by_beacon < 2; by_beacon++) {
        test_world *world = world_new();
        test_connection *old = connection(world, PING, DIST);
        say(old, CLIENT, dist_message());
        pass_time(world, 10);
        test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
        if (by_beacon) {
            say(old, SERVER, dist_message());
        }
        reset(old, by_beacon ? CLIENT : SERVER);
        fail(asked);
        check(world, "joins[0].cause.code", "unknown");
        check_never_says(world, "stale_connection");
        world_free(world);
    }
}

/* One that ended before the request is no cause. */
/* The seeker's host came back behind a firewall, which drops what comes on the old connection. */
static void test_stale_and_silent(void)
{
    for (int answered = 0; answered < 2; answered++) {
        test_world *world = world_new();
        test_connection *old = connected(world, PING, DIST);
        handshake(old, 'N', NODE1, NODE2, STEP_ACK);
        pass_time(world, 10);
        test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
        GString *bytes = dist_message();
        uint32_t again = 0;
        for (int i = 0; i < 5; i++) {
            uint32_t frame = say_piece(old, CLIENT, bytes, 0, bytes->len);
            again = i == 1 ? frame : again;
            pass_time(world, 1);
        }
        said_all(old, CLIENT, bytes);
        if (answered) {
            ack(old, SERVER);
        }
        fail(asked);
        check_cause(world, 0, answered ? "unknown" : "stale_connection",
                    answered ? NO_FRAMES : FRAMES(again));
        world_free(world);
    }
}

static void test_ended_before(void)
{
    test_world *world = world_new();
    test_connection *old = connected(world, PING, DIST);
    handshake(old, 'N', NODE1, NODE2, STEP_ACK);
    pass_time(world, 10);
    reset(old, SERVER);
    pass_time(world, 10);
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    fail(asked);
    check_cause(world, 0, "unknown", NO_FRAMES);
    world_free(world);
}

/* The request is not in the capture: a handshake with another seeker meanwhile tells nothing. */
static void test_cookie_of_another(void)
{
    test_world *world = world_new();
    uint32_t frames[4];
    test_connection *asked = connection(world, SEEKER, BEACON);
    test_connection *other = seek(world, "10.0.0.3:40001", BEACON, "node3@10.0.0.3");
    ask_epmd(world, FROM, "10.0.0.3:4369", "node3", 45003);
    reject_cookie(connected(world, PING, "10.0.0.3:45003"), 'N', NODE1, "node3@10.0.0.3", frames);
    answer(other, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check(world, "joins[0].cause.code", "cookie_mismatch");
    check(world, "joins[1].cause.code", "unknown");
    world_free(world);
}

/* The capture begins inside the connections of a ping: they were answered. */
static void check_begins_inside(const char *server, const char *says)
{
    test_world *world = world_new();
    test_connection *asked = connection(world, SEEKER, BEACON);
    test_connection *inside = connection(world, PING, server);
    ack(inside, SERVER);
    fin(inside, SERVER);
    fin(inside, CLIENT);
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check(world, "joins[0].cause.code", "unknown");
    check_holds(world, "joins[0].cause.text", says);
    check_never_says(world, "holds no answer");
    world_free(world);
}

static void test_dist_begins_inside(void)
{
    check_begins_inside(DIST, "the capture begins inside a connection");
}

static void test_epmd_begins_inside(void)
{
    check_begins_inside(EPMD, "the capture begins inside a connection to EPMD");
}

/* EPMD gave a port: that another one of the seeker's host refuses the Beacon's is no part of it. */
static void test_refused_elsewhere(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    ask_epmd(world, FROM, EPMD, "node2", 45000);
    handshake(connected(world, PING, DIST), 'N', NODE1, NODE2, STEP_CHALLENGE);
    test_connection *scrape = connection(world, "10.0.0.1:50003", "10.0.0.2:9568");
    syn(scrape);
    refuse(scrape);
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check(world, "joins[0].cause.code", "unknown");
    check_holds(world, "joins[0].cause.text", "SEND_CHALLENGE");
    world_free(world);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/older/cookie-of-another", test_cookie_of_another);
    g_test_add_func("/older/dist-begins-inside", test_dist_begins_inside);
    g_test_add_func("/older/epmd-begins-inside", test_epmd_begins_inside);
    g_test_add_func("/older/refused-elsewhere", test_refused_elsewhere);
    g_test_add_func("/older/stale-connection", test_stale_connection);
    g_test_add_func("/older/reset-unasked", test_reset_unasked);
    g_test_add_func("/older/stale-but-asked", test_stale_but_asked);
    g_test_add_func("/older/stale-of-another", test_stale_of_another);
    g_test_add_func("/older/reset-not-answered", test_reset_not_answered);
    g_test_add_func("/older/stale-and-silent", test_stale_and_silent);
    g_test_add_func("/older/ended-before", test_ended_before);
    return g_test_run();
}
