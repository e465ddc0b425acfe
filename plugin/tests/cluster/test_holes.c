/* test_holes.c
 * Tests that messages are read behind bytes that the capture lacks, and answered by the right
 * replies. That the same is told of the capture cut in two, wherever, is checked in all tests:
 * world.h.
 * May include: the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "result.h"

static const char *const nobody[] = {NULL};

static GString *watch_request(void)
{
    return message(OPS, SEEKCHAT_TYPE_WATCHING, SEEKCHAT_PAYLOAD_CHECK);
}

/* A request to join without the bytes from..to, and its reply; then a watch on the same
 * connection, answered with a list. */
static test_world *join_and_watch(size_t from, size_t to, uint32_t frames[4])
{
    test_world *world = world_new();
    test_connection *asked = connected(world, SEEKER, BEACON);
    GString *request = join_request();
    frames[0] = from == 0 ? 0 : say_piece(asked, CLIENT, request, 0, from);
    if (to < request->len) {
        uint32_t rest = say_piece(asked, CLIENT, request, to, request->len);
        frames[0] = from == 0 ? rest : frames[0];
    }
    said_all(asked, CLIENT, request);
    frames[1] = say(asked, SERVER, joined());
    frames[2] = say(asked, CLIENT, watch_request());
    frames[3] = answer_list(asked, NODE1, nobody);
    return world;
}

static void check_number(test_world *world, const char *path, uint32_t number)
{
    char *text = number == 0 ? g_strdup("null") : g_strdup_printf("%u", number);
    check(world, path, text);
    g_free(text);
}

/* Wherever the hole lies, each request gets its own reply. */
static void test_request_with_hole(void)
{
    GString *request = join_request();
    const size_t holes[][2] = {{0, 20}, {20, 40}, {30, request->len}, {0, request->len}};
    g_string_free(request, TRUE);
    for (size_t i = 0; i < G_N_ELEMENTS(holes); i++) {
        uint32_t frames[4];
        test_world *world = join_and_watch(holes[i][0], holes[i][1], frames);
        g_assert_cmpuint(count_of(world, "joins"), ==, 1);
        check(world, "joins[0].outcome", "joined");
        check_number(world, "joins[0].reply_frame", frames[1]);
        g_assert_cmpuint(count_of(world, "watches"), ==, 1);
        check(world, "watches[0].watcher", OPS);
        check_number(world, "watches[0].request_frame", frames[2]);
        check_number(world, "watches[0].reply_frame", frames[3]);
        check_problems(world, "note capture_lacks");
        world_free(world);
    }
}

/* A hole in which no message has room holds none: the reply is to what is sent behind it. */
static void test_narrow_hole(void)
{
    test_world *world = world_new();
    world->flags = WORLD_NO_PIECES; /* one that begins behind the hole has no bytes of it to show */
    test_connection *asked = connected(world, SEEKER, BEACON);
    lose(asked, CLIENT, bytes_of("      "));
    uint32_t sent = say(asked, CLIENT, join_request());
    uint32_t told = answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOINED);
    g_assert_cmpuint(count_of(world, "joins"), ==, 1);
    check(world, "joins[0].outcome", "joined");
    check_number(world, "joins[0].request_frame", sent);
    check_number(world, "joins[0].reply_frame", told);
    world_free(world);
}

/* The first of two replies is missing: the second is that to the second request. */
static void test_reply_hole(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    lose(asked, SERVER, joined());
    uint32_t sent = say(asked, CLIENT, watch_request());
    uint32_t told = answer_list(asked, NODE1, nobody);
    check(world, "joins[0].outcome", "unread");
    check(world, "joins[0].cause.code", "reply_missing");
    check_number(world, "watches[0].request_frame", sent);
    check_number(world, "watches[0].reply_frame", told);
    check_never_says(world, "error");
    world_free(world);
}

/* Several messages in one segment, and one in two of them, behind the hole. */
static void test_messages_in_row(void)
{
    test_world *world = world_new();
    test_connection *asked = connected(world, SEEKER, BEACON);
    lose(asked, CLIENT, join_request());
    GString *both = watch_request();
    GString *other = message(NODE2, SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN);
    g_string_append_len(both, other->str, (gssize)other->len);
    uint32_t sent = say_split(asked, CLIENT, both, both->len - other->len / 2);
    g_string_free(other, TRUE);
    say(asked, SERVER, joined());
    say(asked, SERVER, message_list(NODE1, nobody));
    uint32_t told = answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    g_assert_cmpuint(count_of(world, "joins"), ==, 2);
    check_number(world, "joins[0].request_frame", sent);
    check_number(world, "joins[0].reply_frame", told);
    check(world, "joins[1].request_frame", "null");
    check(world, "joins[1].outcome", "joined");
    check_number(world, "watches[0].request_frame", sent - 1);
    world_free(world);
}

/* A watch behind a hole and segments in which no message begins. */
static void check_behind(unsigned flags, const char *const *segments)
{
    test_world *world = world_new();
    world->flags = flags;
    test_connection *asked = connected(world, SEEKER, BEACON);
    lose(asked, CLIENT, join_request());
    for (size_t i = 0; segments[i] != NULL; i++) {
        say(asked, CLIENT, bytes_of(segments[i]));
    }
    uint32_t sent = say(asked, CLIENT, watch_request());
    say(asked, SERVER, joined());
    uint32_t told = answer_list(asked, NODE1, nobody);
    g_assert_cmpuint(count_of(world, "joins"), ==, 1);
    check_number(world, "watches[0].request_frame", sent);
    check_number(world, "watches[0].reply_frame", told);
    world_free(world);
}

static void test_middle_behind_hole(void)
{
    const char *const middle[] = {"node2@10.0.0.2\",", "\"payload\":\"join\"}", NULL};
    const char *const objects[] = {"{\"no\":\"message\"}", "{]", "  ", NULL};
    check_behind(0, middle);
    check_behind(WORLD_NO_PIECES,
                 objects); /* a piece that begins with one takes it for a request */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/holes/request", test_request_with_hole);
    g_test_add_func("/holes/narrow", test_narrow_hole);
    g_test_add_func("/holes/reply", test_reply_hole);
    g_test_add_func("/holes/row", test_messages_in_row);
    g_test_add_func("/holes/middle", test_middle_behind_hole);
    return g_test_run();
}
