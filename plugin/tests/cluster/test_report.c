/* test_report.c
 * Tests the two forms of the report: whole texts, hostile names, and a report on nothing.
 * May include: the headers of plugin/cluster and of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <math.h>
#include <string.h>

#include "escape.h"
#include "world.h"

#define NODE1 "node1@10.0.0.1"
#define NODE2 "node2@10.0.0.2"
#define NODE4 "node4@10.0.0.4"
#define CLIENT4 "10.0.0.4:40000"

static void check_text(const test_world *world, const char *expected)
{
    GString *text = cluster_model_text(world->model);
    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, TRUE);
}

static void check_json(const test_world *world, const char *expected)
{
    GString *json = cluster_model_json(world->model);
    g_assert_cmpstr(json->str, ==, expected);
    g_string_free(json, TRUE);
}

static void test_nothing(void)
{
    test_world *world = world_new();
    check_text(world, "SeekChat cluster report\n"
                      "Capture: no packets.\n"
                      "Nothing of SeekChat was seen: no message, and no scan of a locator port.\n");
    check_json(world, "{\"version\":1,\n"
                      "\"capture\":{\"first\":null,\"last\":null},\n"
                      "\"nodes\":[],\n"
                      "\"joins\":[],\n"
                      "\"watches\":[],\n"
                      "\"scans\":[],\n"
                      "\"clusters\":[],\n"
                      "\"split_brain\":false,\n"
                      "\"problems\":[],\n"
                      "\"facts\":{\"form\":1,\n"
                      "\"captures\":[],\n"
                      "\"nodes\":[],\n"
                      "\"joins\":[],\n"
                      "\"watches\":[],\n"
                      "\"findings\":[],\n"
                      "\"tries\":[],\n"
                      "\"asked\":[],\n"
                      "\"answerers\":[],\n"
                      "\"addresses\":[],\n"
                      "\"texts\":[],\n"
                      "\"lists\":[],\n"
                      "\"limits\":0,\n"
                      "\"ports\":[],\n"
                      "\"shown\":[]}}\n");
    world_free(world);
}

static void test_no_seekchat(void)
{
    test_world *world = world_new();
    cluster_frame_seen(world->model, (cluster_moment){1, WORLD_START});
    cluster_frame_seen(world->model, (cluster_moment){2, WORLD_START + 1.5});
    check_text(world, "SeekChat cluster report\n"
                      "Capture: 2026-01-02 03:04:05.000 to 2026-01-02 03:04:06.500 UTC, 1.500 s.\n"
                      "Nothing of SeekChat was seen: no message, and no scan of a locator port.\n");
    world_free(world);
}

/* A standalone Beacon that node2 joins, that refuses node4's cookie twice, and that is watched. */
static void live(test_world *world)
{
    uint32_t refused = next_stream(world);
    tcp(world, refused, "10.0.0.1:40000", "10.0.0.3:33000", "S");
    tcp(world, refused, "10.0.0.3:33000", "10.0.0.1:40000", "RA");
    tcp(world, next_stream(world), "10.0.0.1:40000", "10.0.0.4:33000", "S");
    pass_time(world, 10);
    seek(world, SEEKER, BEACON, NODE2);
    pass_time(world, 0.02);
    reply(world, world->stream, SEEKER, BEACON, NODE1, CLUSTER_PAYLOAD_JOINED);
    for (int i = 0; i < 2; i++) {
        seek(world, CLIENT4, BEACON, NODE4);
        uint32_t asked = world->stream;
        uint32_t stream = next_stream(world);
        tcp(world, stream, "10.0.0.1:50000", "10.0.0.4:4369", "S");
        tcp(world, stream, "10.0.0.4:4369", "10.0.0.1:50000", "RA");
        reply(world, asked, CLIENT4, BEACON, NODE1, CLUSTER_PAYLOAD_JOIN_FAILED);
    }
    watch(world, SEEKER, BEACON, "ops@tower");
    reply_nodes(world, world->stream, SEEKER, BEACON, NODE1, (const char *const[]){NODE2, NULL});
}

static void test_text(void)
{
    test_world *world = world_new();
    live(world);
    check_text(world,
               "SeekChat cluster report\n"
               "Capture: 2026-01-02 03:04:05.000 to 2026-01-02 03:04:15.050 UTC, 10.050 s.\n"
               "\n"
               "Problems: 2\n"
               "  error epmd_refused: node4@10.0.0.4 could not join node1@10.0.0.1 (2 times): "
               "10.0.0.4 refused the connection to EPMD (port 4369).\n"
               "    filter: frame.number in {12, 13, 14, 15, 20, 21, 22, 23}\n"
               "  note scan_found_nobody: the scan from 10.0.0.1 found nobody (2 targets: 1 "
               "refused, 1 silent): the node then starts standalone.\n"
               "    filter: frame.number in {1, 3}\n"
               "\n"
               "Clusters: 1\n"
               "  node2@10.0.0.2, node1@10.0.0.1; Beacon node1@10.0.0.1\n"
               "Split brain: no\n"
               "\n"
               "Nodes: 4\n"
               "  node2@10.0.0.2: clustered, seeker; at 10.0.0.2; frames 6 to 29\n"
               "  node1@10.0.0.1: clustered, beacon; at 10.0.0.1; frames 7 to 29\n"
               "  node4@10.0.0.4: failed, seeker; at 10.0.0.4; frames 12 to 20\n"
               "  ops@tower: outside, watcher; at 10.0.0.2; frames 28 to 28\n"
               "\n"
               "Joins, retries together: 2\n"
               "  node2@10.0.0.2 -> node1@10.0.0.1: joined in 0.021 s; frames 6, 7\n"
               "  node4@10.0.0.4 -> node1@10.0.0.1: join_failed (epmd_refused), 2 times in 0.008 "
               "s; frames 12, 13, 14, 15, 20, 21, 22, 23\n"
               "\n"
               "Watches: 1\n"
               "  ops@tower -> node1@10.0.0.1: 1 node: node2@10.0.0.2; frames 28, 29\n"
               "\n"
               "Scans: 3\n"
               "  10.0.0.1 for port 33000, 1 round: none found; frames 1 to 3\n"
               "    0 answered\n"
               "    1 refused: 10.0.0.3\n"
               "    1 silent: 10.0.0.4\n"
               "  10.0.0.2 for port 33000, 1 round: found; frames 4 to 4\n"
               "    1 answered: 10.0.0.1\n"
               "    0 refused\n"
               "    0 silent\n"
               "  10.0.0.4 for port 33000, 1 round: found; frames 10 to 18\n"
               "    1 answered: 10.0.0.1\n"
               "    0 refused\n"
               "    0 silent\n");
    world_free(world);
}

static void test_json(void)
{
    test_world *world = world_new();
    cluster_message request = {
        .stream = next_stream(world), .type = CLUSTER_TYPE_SEEKING, .sender = text_of("one")};
    message(world, SEEKER, BEACON, request);
    check_json(
        world,
        "{\"version\":1,\n"
        "\"capture\":{\"first\":1767323045.000000,\"last\":1767323045.000000},\n"
        "\"nodes\":[\n"
        "{\"name\":\"one\",\"host\":null,\"addresses\":[\"10.0.0.2\"],\"roles\":[\"seeker\"],"
        "\"state\":null,"
        "\"first_frame\":1,\"last_frame\":1}],\n"
        "\"joins\":[\n"
        "{\"seeker\":\"one\",\"beacon\":null,\"request_frame\":1,\"reply_frame\":null,"
        "\"seconds\":null,\"outcome\":\"no_reply\",\"cause\":{\"code\":\"never_answered\","
        "\"frames\":[1],\"text\":\"no reply is in the capture\"}}],\n"
        "\"watches\":[],\n"
        "\"scans\":[\n"
        "{\"source\":\"10.0.0.2\",\"port\":33000,\"rounds\":1,\"targets\":[\"10.0.0.1\"],"
        "\"answered\":[\"10.0.0.1\"],\"refused\":[],\"silent\":[],\"result\":\"found\"}],\n"
        "\"clusters\":[],\n"
        "\"split_brain\":false,\n"
        "\"problems\":[\n"
        "{\"severity\":\"error\",\"code\":\"never_answered\",\"frames\":[1],\"text\":\"one asked "
        "to join 10.0.0.1:33000: no reply is in the capture\","
        "\"filter\":\"frame.number == 1\"}],\n"
        "\"facts\":{\"form\":1,\n"
        "\"captures\":[{\"first\":1767323045.000000,\"last\":1767323045.000000,\"frames\":1,"
        "\"digest\":\"741909e647cdef04d4b35366c140331a\"}],\n"
        "\"nodes\":[\n"
        "[2,1,1,0,1]],\n"
        "\"joins\":[\n"
        "[0,0,null,1,1767323045.000000,null,null,0,40000,1,33000,null]],\n"
        "\"watches\":[],\n"
        "\"findings\":[],\n"
        "\"tries\":[\n"
        "[30,1,1767323045.000000,0,40000,1,33000]],\n"
        "\"asked\":[],\n"
        "\"answerers\":[],\n"
        "\"addresses\":[\"10.0.0.2\",\"10.0.0.1\"],\n"
        "\"texts\":[],\n"
        "\"lists\":[],\n"
        "\"limits\":0,\n"
        "\"ports\":[33000],\n"
        "\"shown\":[1767323045.000000,1767323045.000000]}}\n");
    world_free(world);
}

static void check_escape(const char *bytes, size_t length, size_t most, const char *text,
                         const char *json)
{
    GString *out = g_string_new(NULL);
    cluster_escape_append(out, (cluster_text){bytes, length}, most);
    g_assert_cmpstr(out->str, ==, text);
    g_string_truncate(out, 0);
    cluster_json_append(out, (cluster_text){bytes, length});
    g_assert_cmpstr(out->str, ==, json);
    g_string_free(out, TRUE);
}

static void test_escape(void)
{
    check_escape("", 0, 9, "(none)", "\"\"");
    check_escape("a@b", 3, 9, "a@b", "\"a@b\"");
    check_escape("a\0b\n", 4, 9, "a\\x00b\\x0a", "\"a\\u0000b\\u000a\"");
    check_escape("\x1b[31m\x7f", 6, 9, "\\x1b[31m\\x7f", "\"\\u001b[31m\\u007f\"");
    check_escape("\"\\", 2, 9, "\"\\\\", "\"\\\"\\\\\"");
    check_escape("\xc3\xa4\xc2\x9b", 4, 9, "\xc3\xa4\\u009b", "\"\xc3\xa4\\u009b\"");
    check_escape("\xe2\x80\xae", 3, 9, "\\u202e", "\"\\u202e\"");
    check_escape("\xf3\xa0\x80\x81", 4, 9, "\\ue0001", "\"\\udb40\\udc01\"");
    check_escape("\xff\xc3", 2, 9, "\\xff\\xc3", "\"\xef\xbf\xbd\xef\xbf\xbd\"");
    check_escape("\xed\xa0\x80", 3, 9, "\\xed\\xa0\\x80",
                 "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    check_escape("\xf0\x9f\x98\x80", 4, 9, "\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\"");
    check_escape("abcd", 4, 4, "abcd", "\"abcd\"");
    check_escape("abcde", 5, 4, "abcd..., 5 bytes", "\"abcde\"");
}

/* Names as nobody should send them, in every place of the report; world_free looks at it. */
static void test_hostile_names(void)
{
    static const cluster_text names[] = {{"\x1b]0;owned\x07@\x1b[2J", 16},
                                         {"\xff\xfe@\xc0\x80", 5},
                                         {"a\0b@\0", 5},
                                         {"\"},{\"@\\", 7},
                                         {"\xe2\x80\xae@\xe2\x80\xa8", 7}};
    test_world *world = world_new();
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        uint32_t stream = next_stream(world);
        cluster_message request = {.stream = stream,
                                   .type =
                                       i % 2 == 0 ? CLUSTER_TYPE_SEEKING : CLUSTER_TYPE_WATCHING,
                                   .sender = names[i]};
        message(world, SEEKER, BEACON, request);
        cluster_message answer = {.stream = stream,
                                  .from_server = true,
                                  .exceeds_recv = true,
                                  .type = CLUSTER_TYPE_REPLY,
                                  .payload = i % 2 == 0 ? CLUSTER_PAYLOAD_JOIN_FAILED
                                                        : CLUSTER_PAYLOAD_NODES,
                                  .sender = names[(i + 1) % G_N_ELEMENTS(names)],
                                  .nodes = names,
                                  .node_count = G_N_ELEMENTS(names)};
        message(world, SEEKER, BEACON, answer);
    }
    g_assert_cmpuint(world->model->facts.nodes->len, ==, G_N_ELEMENTS(names));
    world_free(world);
}

static void test_huge_name(void)
{
    test_world *world = world_new();
    char *name = g_strnfill(1 << 20, 'x');
    cluster_message request = {.stream = next_stream(world),
                               .type = CLUSTER_TYPE_SEEKING,
                               .reading = CLUSTER_READ_INVALID,
                               .sender = {name, 1 << 20},
                               .type_word = {name, 1 << 20}};
    message(world, SEEKER, BEACON, request);
    request.type = CLUSTER_TYPE_OTHER;
    request.reading = CLUSTER_READ_OK;
    message(world, SEEKER, BEACON, request);
    GString *text = cluster_model_text(world->model);
    GString *json = cluster_model_json(world->model);
    g_assert_cmpuint(text->len, <, 4096);
    g_assert_cmpuint(json->len, <, 8192);
    g_string_free(text, TRUE);
    g_string_free(json, TRUE);
    g_free(name);
    world_free(world);
}

/* The text stops at its limit of lines; the JSON does not. */
static void test_many_lines(void)
{
    test_world *world = world_new();
    for (int i = 0; i < CLUSTER_TEXT_LINES_MAX + 5; i++) {
        char *name = g_strdup_printf("n%d@10.0.0.2", i);
        seek(world, SEEKER, BEACON, name);
        reply(world, world->stream, SEEKER, BEACON, NODE1, CLUSTER_PAYLOAD_JOINED);
        g_free(name);
    }
    GString *text = cluster_model_text(world->model);
    GString *json = cluster_model_json(world->model);
    g_assert_nonnull(strstr(text->str, "... and 5 more, which the JSON report lists"));
    g_assert_null(strstr(text->str, "n204@10.0.0.2"));
    g_assert_nonnull(strstr(json->str, "n204@10.0.0.2"));
    g_string_free(text, TRUE);
    g_string_free(json, TRUE);
    world_free(world);
}

/* Times of a broken capture file. */
static void test_strange_times(void)
{
    static const double times[] = {0, -1.5, 1e300, -1e300, NAN, INFINITY};
    for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
        test_world *world = world_new();
        world->time = times[i];
        seek(world, SEEKER, BEACON, NODE2);
        reply(world, 1, SEEKER, BEACON, NODE1, CLUSTER_PAYLOAD_JOIN_FAILED);
        g_assert_cmpuint(world->model->facts.joins->len, ==, 1);
        world_free(world);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/nothing", test_nothing);
    g_test_add_func("/report/no-seekchat", test_no_seekchat);
    g_test_add_func("/report/text", test_text);
    g_test_add_func("/report/json", test_json);
    g_test_add_func("/report/escape", test_escape);
    g_test_add_func("/report/hostile-names", test_hostile_names);
    g_test_add_func("/report/huge-name", test_huge_name);
    g_test_add_func("/report/many-lines", test_many_lines);
    g_test_add_func("/report/strange-times", test_strange_times);
    return g_test_run();
}
