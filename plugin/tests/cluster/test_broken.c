/* test_broken.c
 * Tests requests and replies that cannot be read, or are not whole: too long, cut, or missing.
 * May include: the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "result.h"

#include <string.h>

/* Requests that a Beacon cannot decode. */
static void test_undecodable(void)
{
    static const struct {
        const char *bytes;
        const char *code;
    } rows[] = {
        {"{\"type\":\"seeking\",\"sender\":\"node2@10.0.0.2\",\"payload\":join}",
         "request_invalid"},
        {"{\"type\":\"seeking\",\"sender\":\"node2@10.0.0.2\",\"payl", "request_incomplete"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_world *world = world_new();
        test_connection *asked = connected(world, SEEKER, BEACON);
        say(asked, CLIENT, bytes_of(rows[i].bytes));
        closed(asked, SERVER);
        check(world, "joins[0].outcome", "no_reply");
        check(world, "joins[0].cause.code", rows[i].code);
        check(world, "joins[0].seeker", NODE2);
        g_assert_cmpuint(problems_of(world, rows[i].code), ==, 1);
        world_free(world);
    }
}

/* Not a whole message, and the connection goes on: nobody is blamed. */
static void test_begun(void)
{
    test_world *world = world_new();
    test_connection *asked = connected(world, SEEKER, BEACON);
    say(asked, CLIENT, bytes_of("{\"type\":\"seeking\",\"sender\":\"node2@10.0.0.2\""));
    check(world, "joins[0].cause.code", "capture_ends");
    check_problems(world, "note capture_ends");
    world_free(world);
}

/* A request of many segments, all of which is read. */
static void check_long_request(size_t length, unsigned flags)
{
    test_world *world = world_new();
    world->flags = flags;
    test_connection *asked = connected(world, SEEKER, BEACON);
    GString *request = bytes_of("{\"note\":\"");
    while (request->len < length) {
        g_string_append(request, "of no use ");
    }
    g_string_append(request,
                    "\",\"type\":\"seeking\",\"sender\":\"" NODE2 "\",\"payload\":\"join\"}");
    size_t at = 0;
    for (; request->len - at > 1460; at += 1460) {
        say_piece(asked, CLIENT, request, at, at + 1460);
    }
    say_piece(asked, CLIENT, request, at, request->len);
    said_all(asked, CLIENT, request);
    closed(asked, SERVER);
    check(world, "joins[0].seeker", NODE2);
    check(world, "joins[0].cause.code", "request_incomplete");
    world_free(world);
}

static void test_long_request(void)
{
    check_long_request(12000, 0);
    check_long_request(100000, WORLD_NO_PIECES); /* so much of a message's middle is not kept */
}

/* The Beacon's recv returns no more than 1460 bytes. */
static void test_request_exceeds_recv(void)
{
    test_world *world = world_new();
    test_connection *asked = connected(world, SEEKER, BEACON);
    GString *request = join_request();
    while (request->len < 1500) {
        g_string_insert(request, 1, "                    ");
    }
    say(asked, CLIENT, request);
    closed(asked, SERVER);
    check(world, "joins[0].outcome", "no_reply");
    check(world, "joins[0].cause.code", "request_incomplete");
    world_free(world);
}

static void test_unknown_type(void)
{
    test_world *world = world_new();
    answer(seek(world, "10.0.0.3:40000", BEACON, OPS), NODE1, SEEKCHAT_PAYLOAD_ERROR);
    test_connection *asked = connected(world, SEEKER, BEACON);
    uint32_t request =
        say(asked, CLIENT,
            bytes_of("{\"type\":\"joi\\u001bning\",\"sender\":\"a@h\",\"payload\":\"join\"}"));
    uint32_t end = closed(asked, SERVER);
    const char *at = problem_at(world, "request_unknown_type");
    char *path = g_strconcat(at, ".text", NULL);
    check_holds(world, path, "joi\\x1bning");
    g_free(path);
    path = g_strconcat(at, ".frames", NULL);
    check_frames(world, path, FRAMES(request, end));
    g_free(path);
    g_assert_cmpuint(count_of(world, "joins"), ==, 1);
    char *parts[] = {report_of(world, 1, request - 1, 0), report_of(world, request, end, 0)};
    char *whole = merged((const char *const[]){parts[0], parts[1]}, 2);
    g_assert_nonnull(strstr(whole, "the request's type is joi\\\\x1bning, none"));
    g_free(whole);
    g_free(parts[1]);
    g_free(parts[0]);
    world_free(world);
}

/* One that was answered all the same is no problem. */
static void test_unknown_type_answered(void)
{
    test_world *world = world_new();
    test_connection *asked = connected(world, SEEKER, BEACON);
    say(asked, CLIENT, bytes_of("{\"type\":\"joining\",\"sender\":\"a@h\",\"payload\":\"join\"}"));
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_ERROR);
    g_assert_cmpuint(problems_of(world, "request_unknown_type"), ==, 0);
    world_free(world);
}

static void test_reply_from_client(void)
{
    test_world *world = world_new();
    test_connection *asked = connected(world, SEEKER, BEACON);
    say(asked, CLIENT, message(OPS, SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_JOINED));
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_ERROR);
    g_assert_cmpuint(problems_of(world, "reply_from_client"), ==, 1);
    g_assert_cmpuint(count_of(world, "joins"), ==, 0);
    world_free(world);
}

static void test_reply_exceeds_recv(void)
{
    test_world *world = world_new();
    test_connection *asked = watch(world, SEEKER, BEACON, OPS);
    const char *nodes[90];
    for (size_t i = 0; i < 89; i++) {
        nodes[i] = "some-node@some.host.example";
    }
    nodes[89] = NULL;
    uint32_t told = answer_list(asked, NODE1, nodes);
    const char *at = problem_at(world, "reply_exceeds_recv");
    char *path = g_strconcat(at, ".text", NULL);
    check_holds(world, path, OPS);
    check_holds(world, path, " bytes");
    g_free(path);
    path = g_strconcat(at, ".frames", NULL);
    check_frames(world, path, FRAMES(told));
    g_free(path);
    g_assert_cmpuint(count_of(world, "watches[0].nodes"), ==, 89);
    world_free(world);
}

/* Replies that could not be read. */

static void test_reply_invalid(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    say(asked, SERVER, bytes_of("{\"type\":\"reply\",}"));
    closed(asked, CLIENT);
    check(world, "joins[0].outcome", "error");
    check(world, "joins[0].cause.code", "reply_invalid");
    world_free(world);
}

static void test_reply_incomplete(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    say(asked, SERVER, bytes_of("{\"type\":\"reply\",\"sender\":"));
    closed(asked, SERVER);
    check(world, "joins[0].outcome", "error");
    check(world, "joins[0].cause.code", "reply_incomplete");
    world_free(world);
}

/* What the capture lacks is a note, and no fault of a node or the network. */

static void test_reply_cut(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    world->snap = 20;
    uint32_t told = answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOINED);
    check(world, "joins[0].outcome", "unread");
    check(world, "joins[0].cause.code", "reply_cut");
    check_frames(world, "joins[0].cause.frames", FRAMES(told));
    check_holds(world, "joins[0].cause.text", "snap length");
    check_never_says(world, "error");
    world_free(world);
}

/* Not one byte of any message is there: that a Beacon was asked is all that shows. */
static void test_all_cut(void)
{
    test_world *world = world_new();
    world->snap = WORLD_SNAP_ALL;
    test_connection *asked = connected(world, SEEKER, BEACON);
    uint32_t request = say(asked, CLIENT, join_request());
    check_problems(world, "note capture_lacks");
    check_frames(world, "problems[0].frames", FRAMES(request));
    check_holds(world, "problems[0].text", "snap length");
    check(world, "split_brain", "null");
    world_free(world);
}

static void test_request_cut(void)
{
    test_world *world = world_new();
    test_connection *asked = connected(world, SEEKER, BEACON);
    world->snap = 20;
    say(asked, CLIENT, join_request());
    world->snap = 0;
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOINED);
    check(world, "joins[0].outcome", "joined");
    check_never_says(world, "error");
    world_free(world);
}

static void test_request_cut_unanswered(void)
{
    test_world *world = world_new();
    test_connection *asked = connected(world, SEEKER, BEACON);
    world->snap = 40;
    say(asked, CLIENT, join_request());
    closed(asked, SERVER);
    char *report = problems_text(world);
    g_assert_null(strstr(report, "error "));
    g_assert_null(strstr(report, "warning "));
    g_free(report);
    check_never_says(world, "never came to its end");
    world_free(world);
}

static void test_reply_missing(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    lose(asked, SERVER, joined());
    closed(asked, CLIENT);
    check(world, "joins[0].outcome", "unread");
    check(world, "joins[0].cause.code", "reply_missing");
    check_says(world, "note capture_lacks: the capture lacks packets of 1 connection: TCP's "
                      "numbers show that they were sent.\n    filter: frame.number == 1\n");
    check_never_says(world, "error");
    check_never_says(world, "without a reply");
    world_free(world);
}

/* Who joined before did not join later. */
static void test_reply_missing_after_join(void)
{
    test_world *world = world_new();
    answer(seek(world, "10.0.0.2:40001", BEACON, NODE2), NODE1, SEEKCHAT_PAYLOAD_JOINED);
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    lose(asked, SERVER, joined());
    closed(asked, CLIENT);
    check(world, "joins[1].cause.code", "reply_missing");
    check_never_says(world, "joined later");
    world_free(world);
}

/* What the other side acknowledges bit by bit. */
static void test_reply_missing_in_parts(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    lose(asked, SERVER, bytes_of("{\"type\": "));
    ack(asked, CLIENT);
    lose(asked, SERVER, bytes_of("\""));
    ack(asked, CLIENT);
    check_holds(world, "joins[0].cause.text", "sent some 10 bytes, which");
    world_free(world);
}

/* The first half of the reply is not in the capture. */
static void test_reply_half_missing(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    GString *reply = joined();
    say_piece(asked, SERVER, reply, 25, reply->len);
    said_all(asked, SERVER, reply);
    closed(asked, CLIENT);
    check(world, "joins[0].outcome", "unread");
    check(world, "joins[0].cause.code", "reply_missing");
    check_never_says(world, "error");
    world_free(world);
}

static void test_request_missing(void)
{
    test_world *world = world_new();
    test_connection *asked = connected(world, SEEKER, BEACON);
    lose(asked, CLIENT, join_request());
    ack(asked, SERVER);
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOINED);
    check(world, "joins[0].outcome", "joined");
    check(world, "joins[0].seeker", "null");
    check(world, "joins[0].request_frame", "null");
    g_assert_cmpuint(count_of(world, "joins"), ==, 1);
    check_never_says(world, "error");
    world_free(world);
}

/* What a display filter hides of a request, or of a reply, is not said to be missing. */
static void test_filtered(void)
{
    for (int side = 0; side < 2; side++) {
        test_world *world = world_new();
        set_filter(world, "tcp.len < 100");
        test_connection *asked =
            side == CLIENT ? connected(world, SEEKER, BEACON) : seek(world, SEEKER, BEACON, NODE2);
        GString *text = side == CLIENT ? join_request() : joined();
        uint32_t piece = say_piece(asked, (test_side)side, text, 0, 20);
        said_all(asked, (test_side)side, text);
        closed(asked, SERVER);
        check(world, "joins[0].cause.code", "filtered");
        check_frames(world, "joins[0].cause.frames", FRAMES(piece));
        check_holds(world, "joins[0].cause.text",
                    side == CLIENT ? "does not show all of the request"
                                   : "does not show all of the reply");
        check_problems(world, "note filtered");
        world_free(world);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/broken/all-cut", test_all_cut);
    g_test_add_func("/broken/undecodable", test_undecodable);
    g_test_add_func("/broken/begun", test_begun);
    g_test_add_func("/broken/long-request", test_long_request);
    g_test_add_func("/broken/request-exceeds-recv", test_request_exceeds_recv);
    g_test_add_func("/broken/unknown-type", test_unknown_type);
    g_test_add_func("/broken/unknown-type-answered", test_unknown_type_answered);
    g_test_add_func("/broken/reply-from-client", test_reply_from_client);
    g_test_add_func("/broken/reply-exceeds-recv", test_reply_exceeds_recv);
    g_test_add_func("/broken/reply-invalid", test_reply_invalid);
    g_test_add_func("/broken/reply-incomplete", test_reply_incomplete);
    g_test_add_func("/broken/reply-cut", test_reply_cut);
    g_test_add_func("/broken/request-cut", test_request_cut);
    g_test_add_func("/broken/request-cut-unanswered", test_request_cut_unanswered);
    g_test_add_func("/broken/reply-missing", test_reply_missing);
    g_test_add_func("/broken/reply-missing-after-join", test_reply_missing_after_join);
    g_test_add_func("/broken/reply-missing-in-parts", test_reply_missing_in_parts);
    g_test_add_func("/broken/reply-half-missing", test_reply_half_missing);
    g_test_add_func("/broken/request-missing", test_request_missing);
    g_test_add_func("/broken/filtered", test_filtered);
    return g_test_run();
}
