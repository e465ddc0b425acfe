/* test_joins.c
 * Tests requests, their replies and outcomes: joins, watches and others.
 * May include: the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ping.h"

static void test_outcomes(void)
{
    static const struct {
        seekchat_payload payload;
        const char *outcome;
        const char *code;
    } rows[] = {
        {SEEKCHAT_PAYLOAD_JOINED, "joined", "-"},
        {SEEKCHAT_PAYLOAD_JOIN_FAILED, "join_failed", "unknown"},
        {SEEKCHAT_PAYLOAD_SELF, "self", "-"},
        {SEEKCHAT_PAYLOAD_ERROR, "error", "-"},
        {SEEKCHAT_PAYLOAD_STANDALONE, "error", "unexpected_reply"},
        {SEEKCHAT_PAYLOAD_CHECK, "error", "unexpected_reply"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_world *world = world_new();
        test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
        uint32_t request = world->frame;
        pass_time(world, 0.499);
        uint32_t reply = answer(asked, NODE1, rows[i].payload);
        check(world, "joins[0].outcome", rows[i].outcome);
        check(world, "joins[0].cause.code", rows[i].code);
        check(world, "joins[0].seeker", NODE2);
        check(world, "joins[0].beacon", NODE1);
        check_frames(world, "joins[0].request_frame", FRAMES(request));
        check_frames(world, "joins[0].reply_frame", FRAMES(reply));
        char *seconds = value_of(world, "joins[0].seconds");
        g_assert_cmpfloat_with_epsilon(g_ascii_strtod(seconds, NULL), 0.5, 1e-6);
        g_free(seconds);
        g_assert_cmpuint(count_of(world, "joins"), ==, 1);
        world_free(world);
    }
}

/* Messages in two segments, wherever they are cut: read all the same. One recv may get a part. */
static void test_split(void)
{
    GString *request = join_request();
    for (size_t cut = 1; cut < request->len; cut += 7) {
        test_world *world = world_new();
        test_connection *asked = connected(world, SEEKER, BEACON);
        uint32_t whole = say_split(asked, CLIENT, join_request(), cut);
        uint32_t reply = say_split(asked, SERVER, joined(), cut);
        closed(asked, CLIENT);
        check(world, "joins[0].outcome", "joined");
        check_frames(world, "joins[0].request_frame", FRAMES(whole));
        check_frames(world, "joins[0].reply_frame", FRAMES(reply));
        check_problems(world, "note reply_exceeds_recv");
        check_says(world, "may fail to decode");
        world_free(world);
    }
    g_string_free(request, TRUE);
}

/* The second half is recorded before the first, or before the first is sent again. */
static void test_out_of_order(void)
{
    for (int again = 0; again < 2; again++) {
        test_world *world = world_new();
        test_connection *asked = connected(world, SEEKER, BEACON);
        GString *request = join_request();
        say_piece(asked, CLIENT, request, 20, request->len);
        if (again) {
            say_piece(asked, CLIENT, request, 20, request->len);
        }
        uint32_t whole = say_piece(asked, CLIENT, request, 0, 30);
        said_all(asked, CLIENT, request);
        answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOINED);
        check(world, "joins[0].outcome", "joined");
        check_frames(world, "joins[0].request_frame", FRAMES(whole));
        g_assert_cmpuint(count_of(world, "joins"), ==, 1);
        world_free(world);
    }
}

/* A request or a reply that is sent twice is one. */
static void test_sent_again(void)
{
    test_world *world = world_new();
    test_connection *asked = connected(world, SEEKER, BEACON);
    GString *request = join_request();
    uint32_t first = say_piece(asked, CLIENT, request, 0, request->len);
    pass_time(world, 0.3);
    say_piece(asked, CLIENT, request, 0, request->len);
    said_all(asked, CLIENT, request);
    GString *reply = joined();
    uint32_t told = say_piece(asked, SERVER, reply, 0, reply->len);
    pass_time(world, 0.3);
    say_piece(asked, SERVER, reply, 0, reply->len);
    said_all(asked, SERVER, reply);
    closed(asked, CLIENT);
    check(world, "joins[0].outcome", "joined");
    check_frames(world, "joins[0].request_frame", FRAMES(first));
    check_frames(world, "joins[0].reply_frame", FRAMES(told));
    g_assert_cmpuint(count_of(world, "joins"), ==, 1);
    check_problems(world, "");
    world_free(world);
}

/* A connection without its beginning, of which the server's side is seen first. */
static void test_server_first(void)
{
    test_world *world = world_new();
    test_connection *asked = connection(world, SEEKER, "10.0.0.1:7777");
    ack(asked, SERVER);
    say(asked, CLIENT, join_request());
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOINED);
    check(world, "joins[0].outcome", "joined");
    check(world, "joins[0].seeker", NODE2);
    check(world, "joins[0].beacon", NODE1);
    check(world, "nodes[0].addresses", "10.0.0.2");
    world_free(world);
}

/* A SYN that was recorded late, or twice, takes nothing back of what was read. */
static void test_late_syn(void)
{
    for (int again = 0; again < 2; again++) {
        test_world *world = world_new();
        test_connection *asked = connection(world, SEEKER, BEACON);
        uint32_t start = asked->next[CLIENT];
        if (again) {
            syn(asked);
            syn_ack(asked);
            ack(asked, CLIENT);
        } else {
            asked->next[CLIENT]++;
        }
        say(asked, CLIENT, join_request());
        uint32_t next = asked->next[CLIENT];
        asked->next[CLIENT] = start;
        syn(asked);
        asked->next[CLIENT] = next;
        say(asked, CLIENT, join_request());
        say(asked, SERVER, joined());
        answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOINED);
        g_assert_cmpuint(count_of(world, "joins"), ==, 2);
        check(world, "joins[0].outcome", "joined");
        check(world, "joins[1].outcome", "joined");
        check(world, "joins[1].seeker", NODE2);
        world_free(world);
    }
}

/* The tap may see the acknowledgement or the end of a reply before the reply. */
static void test_ack_before_reply(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    GString *reply = joined();
    asked->next[SERVER] += (uint32_t)reply->len;
    ack(asked, CLIENT);
    asked->next[SERVER] -= (uint32_t)reply->len;
    uint32_t told = say(asked, SERVER, reply);
    closed(asked, CLIENT);
    check(world, "joins[0].outcome", "joined");
    check_frames(world, "joins[0].reply_frame", FRAMES(told));
    check_problems(world, "");
    world_free(world);
}

static void test_fin_before_reply(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    GString *reply = joined();
    uint32_t at = asked->next[SERVER];
    asked->next[SERVER] += (uint32_t)reply->len;
    closed(asked, SERVER);
    test_connection *other = connection(world, "10.0.0.3:40000", BEACON);
    syn(other);
    refuse(other);
    asked->next[SERVER] = at;
    uint32_t told = say(asked, SERVER, reply);
    check(world, "joins[0].outcome", "joined");
    check(world, "joins[0].cause", "null");
    check_frames(world, "joins[0].reply_frame", FRAMES(told));
    g_assert_cmpuint(count_of(world, "joins"), ==, 1);
    world_free(world);
}

/* How a connection ends without a reply, and what is said of it. */
static void test_no_reply(void)
{
    static const struct {
        const char *by; /* S(erver) or C(lient), F(IN) or R(ST) */
        const char *code;
        const char *said;
    } rows[] = {
        {"SF", "never_answered", "the Beacon's host closed"},
        {"CF", "never_answered", "gave up"},
        {"SR", "reset", "the Beacon's host reset"},
        {"CR", "reset", "the asker's host reset"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_world *world = world_new();
        test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
        uint32_t request = world->frame;
        test_side by = rows[i].by[0] == 'S' ? SERVER : CLIENT;
        uint32_t end = rows[i].by[1] == 'F' ? closed(asked, by) : reset(asked, by);
        check(world, "joins[0].outcome", "no_reply");
        check(world, "joins[0].cause.code", rows[i].code);
        check_holds(world, "joins[0].cause.text", rows[i].said);
        check_frames(world, "joins[0].cause.frames", FRAMES(end));
        check_frames(world, "joins[0].request_frame", FRAMES(request));
        check(world, "joins[0].reply_frame", "null");
        g_assert_cmpuint(problems_of(world, rows[i].code), ==, 1);
        world_free(world);
    }
}

/* A capture that just ends while a request waits: a note, and no error. */
static void test_capture_ends(void)
{
    test_world *world = world_new();
    world->flags = WORLD_NO_AMID;
    seek(world, SEEKER, BEACON, NODE2);
    check(world, "joins[0].outcome", "no_reply");
    check(world, "joins[0].cause.code", "capture_ends");
    check_problems(world, "note capture_ends");
    check_never_says(world, "never_answered");
    world_free(world);
}

static void test_never_answered(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    ack(asked, SERVER);
    pass_time(world, 40);
    arp_request(world, "10.0.0.9", "10.0.0.8");
    check(world, "joins[0].cause.code", "never_answered");
    check_holds(world, "joins[0].cause.text", "40.0 s");
    check_problems(world, "error never_answered");
    world_free(world);
}

/* A reply may take its time. */
static void test_late_reply(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    pass_time(world, 31);
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOINED);
    check(world, "joins[0].outcome", "joined");
    check_problems(world, "");
    world_free(world);
}

/* A request that came with the SYN (TCP Fast Open), or on a connection whose opening the capture
 * lacks: what acknowledges the Beacon's SYN shows that this was accepted. */
static void test_refused(void)
{
    for (int fast = 0; fast < 2; fast++) {
        test_world *world = world_new();
        test_connection *asked = connection(world, SEEKER, BEACON);
        syn(asked);
        asked->next[CLIENT]++;
        GString *request = join_request();
        const cluster_segment opening = {.stream = asked->stream,
                                         .source = asked->ends[CLIENT],
                                         .target = asked->ends[SERVER],
                                         .flags = fast ? 0 : CLUSTER_TCP_ACK,
                                         .sequence = asked->next[CLIENT],
                                         .acknowledge = asked->next[SERVER] + 1,
                                         .bytes = (const uint8_t *)request->str,
                                         .length = (uint32_t)request->len,
                                         .captured = (uint32_t)request->len};
        segment(world, &opening);
        said_all(asked, CLIENT, request);
        uint32_t ended = reset(asked, SERVER);
        check(world, "joins[0].outcome", fast ? "refused" : "no_reply");
        check(world, "joins[0].cause.code", "reset");
        check_frames(world, "joins[0].cause.frames", FRAMES(ended));
        world_free(world);
    }
}

/* Other things. */

static void test_watches(void)
{
    static const char *const two[] = {NODE2, "node3@h", NULL};
    test_world *world = world_new();
    answer_list(watch(world, SEEKER, BEACON, OPS), NODE1, two);
    answer_list(watch(world, "10.0.0.2:40001", BEACON, OPS), NODE1, two);
    answer(watch(world, "10.0.0.2:40002", BEACON, OPS), NODE1, SEEKCHAT_PAYLOAD_STANDALONE);
    closed(watch(world, "10.0.0.2:40003", BEACON, OPS), SERVER);
    check(world, "watches[0].nodes", NODE2 " node3@h");
    check(world, "watches[1].nodes", NODE2 " node3@h");
    check(world, "watches[2].nodes", "");
    check(world, "watches[3].nodes", "");
    check(world, "watches[3].reply_frame", "null");
    check(world, "watches[3].watcher", OPS);
    g_assert_cmpuint(count_of(world, "watches"), ==, 4);
    g_assert_cmpuint(count_of(world, "joins"), ==, 0);
    g_assert_cmpuint(problems_of(world, "never_answered"), ==, 1);
    check_says(world, "  warning never_answered: ops@10.0.0.9 asked node1@10.0.0.1: the "
                      "Beacon's host closed the connection without a reply.\n");
    world_free(world);
}

/* Several requests on one connection, answered in order; two in one segment. */
static void test_pipeline(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, "a@10.0.0.2");
    GString *both = message("b@10.0.0.2", SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN);
    GString *more = message("c@10.0.0.2", SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN);
    g_string_append_len(both, more->str, (gssize)more->len);
    g_string_free(more, TRUE);
    say(asked, CLIENT, both);
    say(asked, SERVER, joined());
    say(asked, SERVER, message(NODE1, SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_SELF));
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_ERROR);
    g_assert_cmpuint(count_of(world, "joins"), ==, 3);
    check(world, "joins[0].outcome", "joined");
    check(world, "joins[0].seeker", "a@10.0.0.2");
    check(world, "joins[1].outcome", "self");
    check(world, "joins[1].seeker", "b@10.0.0.2");
    check(world, "joins[2].outcome", "error");
    check(world, "joins[2].seeker", "c@10.0.0.2");
    world_free(world);
}

/* A capture that begins in the middle: replies without their requests. */
static void test_reply_alone(void)
{
    test_world *world = world_new();
    uint32_t told = answer(connection(world, SEEKER, BEACON), NODE1, SEEKCHAT_PAYLOAD_JOINED);
    answer_list(connection(world, "10.0.0.2:40001", BEACON), NODE1,
                (const char *const[]){NODE2, NULL});
    check(world, "joins[0].outcome", "joined");
    check(world, "joins[0].seeker", "null");
    check(world, "joins[0].request_frame", "null");
    check_frames(world, "joins[0].reply_frame", FRAMES(told));
    check(world, "watches[0].nodes", NODE2);
    check(world, "watches[0].watcher", "null");
    world_free(world);
}

/* SeekChat on a port that nobody named, known by what it says; and what only looks like it. */
static void test_other_port(void)
{
    test_world *world = world_new();
    answer(seek(world, SEEKER, "10.0.0.1:3000", NODE2), NODE1, SEEKCHAT_PAYLOAD_JOINED);
    test_connection *web = connected(world, "10.0.0.2:40001", "10.0.0.1:8080");
    say(web, CLIENT, bytes_of("{\"type\":\"seeking\",\"to\":\"buy a boat\"}"));
    say(web, SERVER, bytes_of("{\"error\":404}"));
    closed(web, SERVER);
    check(world, "joins[0].outcome", "joined");
    g_assert_cmpuint(count_of(world, "joins"), ==, 1);
    g_assert_cmpuint(count_of(world, "nodes"), ==, 2);
    check_problems(world, "");
    world_free(world);
}

/* HTTP and TLS on the locator's port. */
static void test_foreign_bytes(void)
{
    test_world *world = world_new();
    test_connection *web = connected(world, "10.0.0.9:40001", BEACON);
    uint32_t get = say(web, CLIENT, bytes_of("GET / HTTP/1.1\r\nHost: node1\r\n\r\n"));
    check_problems(world, "error request_invalid"); /* as soon as it is seen */
    check_frames(world, "problems[0].frames", FRAMES(get));
    closed(web, SERVER);
    test_connection *tls = connected(world, "10.0.0.9:40002", BEACON);
    say(tls, CLIENT, tls_client_hello());
    closed(tls, SERVER);
    g_assert_cmpuint(count_of(world, "joins"), ==, 0);
    g_assert_cmpuint(count_of(world, "nodes"), ==, 0);
    world_free(world);
}

/* Connections that say nothing and are no attempts are not kept: those on which only ACKs keep what
 * was before the capture alive, and those that are opened and closed on other ports. */
static void test_not_kept(void)
{
    test_world *world = world_new();
    arp_request(world, "192.0.2.1", "192.0.2.2");
    pass_time(world, 1000);
    test_connection *idle = connection(world, "10.0.0.9:40001", "10.0.0.8:80");
    ack(idle, CLIENT);
    ack(idle, SERVER);
    closed(connected(world, "10.0.0.9:40002", "10.0.0.8:80"), CLIENT);
    syn(connection(world, "10.0.0.9:40003", "10.0.0.8:80"));
    pass_time(world, 1000);
    ack(connection(world, "10.0.0.9:40004", "10.0.0.8:80"), CLIENT);
    pass_time(world, 1000);
    arp_request(world, "192.0.2.1", "192.0.2.2");
    g_assert_cmpuint(count_of(world, "facts.conversations"), ==, 1);
    world_free(world);
}

/* Health checks: connect, and FIN or RST. */
static void test_health_checks(void)
{
    test_world *world = world_new();
    closed(connected(world, "10.0.0.9:40001", BEACON), CLIENT);
    reset(connected(world, "10.0.0.9:40002", BEACON), CLIENT);
    g_assert_cmpuint(count_of(world, "joins"), ==, 0);
    check_problems(world, "");
    world_free(world);
}

static void test_nodes(void)
{
    test_world *world = world_new();
    answer(seek(world, SEEKER, BEACON, NODE2), NODE1, SEEKCHAT_PAYLOAD_JOINED);
    answer_list(watch(world, "10.0.0.3:40000", BEACON, NODE2), NODE1,
                (const char *const[]){"a@b@c", NULL});
    check(world, "nodes[0].name", NODE2);
    check(world, "nodes[0].roles", "seeker watcher");
    check(world, "nodes[0].host", "10.0.0.2");
    check(world, "nodes[0].addresses", "10.0.0.2 10.0.0.3");
    check(world, "nodes[1].name", NODE1);
    check(world, "nodes[1].roles", "beacon");
    check(world, "nodes[2].name", "a@b@c");
    check(world, "nodes[2].roles", "listed");
    check(world, "nodes[2].host", "b@c");
    world_free(world);
}

/* Who is told `self` bears the name of another: its address is not that node's. */
static void test_self_takes_no_address(void)
{
    test_world *world = world_new();
    answer(seek(world, SEEKER, BEACON, NODE1), NODE1, SEEKCHAT_PAYLOAD_SELF);
    check(world, "nodes[0].addresses", "10.0.0.1");
    g_assert_cmpuint(problems_of(world, "self"), ==, 1);
    world_free(world);
}

/* The Beacon of an unanswered request is known by its other replies. */
static void test_beacon_by_endpoint(void)
{
    test_world *world = world_new();
    closed(seek(world, SEEKER, BEACON, NODE2), SERVER);
    check(world, "joins[0].beacon", "null");
    answer_list(watch(world, "10.0.0.9:40000", BEACON, OPS), NODE1, (const char *const[]){NULL});
    check(world, "joins[0].beacon", NODE1);
    world_free(world);
}

/* A report may be asked for while the feeding goes on. */
static void test_in_between(void)
{
    test_world *world = world_new();
    test_connection *asked = connected(world, SEEKER, BEACON);
    g_assert_cmpuint(count_of(world, "joins"), ==, 0);
    GString *request = join_request();
    say_piece(asked, CLIENT, request, 0, 20);
    check(world, "joins[0].outcome", "no_reply");
    say_piece(asked, CLIENT, request, 20, request->len);
    said_all(asked, CLIENT, request);
    check(world, "joins[0].cause.code", "capture_ends");
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOINED);
    check(world, "joins[0].outcome", "joined");
    check_problems(world, "");
    world_free(world);
}

/* Who ends the handshake first tells whose cookie it was: the one who accepted it, whether or not
 * the other ends it too. The Beacon ends it only after it waited; where it seems to be first at
 * once, the packets were recorded out of order. */
static void test_hung_up(void)
{
    for (int order = 0; order < 4; order++) {
        test_world *world = world_new();
        test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
        uint32_t given = ask_epmd(world, FROM, EPMD, "node2", 45000);
        test_connection *tried = connected(world, PING, DIST);
        handshake_frames made = handshake(tried, 'N', NODE1, NODE2, STEP_REPLY);
        pass_time(world, order == 3 ? 7 : 0);
        uint32_t ended = fin(tried, order >= 2 ? CLIENT : SERVER);
        if (order > 0) {
            uint32_t second = fin(tried, order >= 2 ? SERVER : CLIENT);
            ended = order == 2 ? second : ended;
        }
        answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
        if (order < 3) {
            check_cause(world, 0, "cookie_mismatch",
                        FRAMES(given, made.frames[STEP_CHALLENGE], made.frames[STEP_REPLY], ended));
        } else {
            check(world, "joins[0].cause.code", "unknown");
        }
        world_free(world);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/joins/outcomes", test_outcomes);
    g_test_add_func("/joins/split", test_split);
    g_test_add_func("/joins/out-of-order", test_out_of_order);
    g_test_add_func("/joins/sent-again", test_sent_again);
    g_test_add_func("/joins/server-first", test_server_first);
    g_test_add_func("/joins/late-syn", test_late_syn);
    g_test_add_func("/joins/ack-before-reply", test_ack_before_reply);
    g_test_add_func("/joins/fin-before-reply", test_fin_before_reply);
    g_test_add_func("/joins/no-reply", test_no_reply);
    g_test_add_func("/joins/capture-ends", test_capture_ends);
    g_test_add_func("/joins/never-answered", test_never_answered);
    g_test_add_func("/joins/late-reply", test_late_reply);
    g_test_add_func("/joins/refused", test_refused);
    g_test_add_func("/joins/watches", test_watches);
    g_test_add_func("/joins/pipeline", test_pipeline);
    g_test_add_func("/joins/reply-alone", test_reply_alone);
    g_test_add_func("/joins/other-port", test_other_port);
    g_test_add_func("/joins/foreign-bytes", test_foreign_bytes);
    g_test_add_func("/joins/not-kept", test_not_kept);
    g_test_add_func("/joins/health-checks", test_health_checks);
    g_test_add_func("/joins/nodes", test_nodes);
    g_test_add_func("/joins/self-takes-no-address", test_self_takes_no_address);
    g_test_add_func("/joins/beacon-by-endpoint", test_beacon_by_endpoint);
    g_test_add_func("/joins/in-between", test_in_between);
    g_test_add_func("/joins/hung-up", test_hung_up);
    return g_test_run();
}
