/* test_report.c
 * Tests the report's forms, what a display filter leaves of it, and names that somebody chose.
 * May include: the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ping.h"

#include <string.h>

static void test_nothing(void)
{
    test_world *world = world_new();
    world->flags = WORLD_NO_PIECES | WORLD_NO_DOUBLE; /* there is no frame */
    check(world, "capture.first", "null");
    check(world, "split_brain", "false");
    check_says(world, "Capture: no packets.");
    world_free(world);
}

static void test_no_seekchat(void)
{
    test_world *world = world_new();
    test_connection *web = connected(world, "10.0.0.9:40000", "10.0.0.8:80");
    say(web, CLIENT, bytes_of("GET / HTTP/1.1\r\n\r\n"));
    say(web, SERVER, bytes_of("HTTP/1.1 204 No Content\r\n\r\n"));
    closed(web, SERVER);
    check_says(world, "Nothing of SeekChat was seen");
    check_problems(world, "");
    world_free(world);
}

/* The whole report of a small story, as a person reads it. */
static void test_text(void)
{
    test_world *world = world_new();
    uint32_t frames[5];
    ping_with_other_cookie(world, frames);
    answer_list(watch(world, "10.0.0.9:40000", BEACON, "ops@10.0.0.9"), NODE1,
                (const char *const[]){"node3@10.0.0.3", NULL});
    check_says(world, "SeekChat cluster report\n"
                      "Capture: 2026-01-02 03:04:05.000 to 2026-01-02 03:04:05.033 UTC, 0.033 s.\n"
                      "\n"
                      "Problems: 1\n"
                      "  error cookie_mismatch: node2@10.0.0.2 could not join node1@10.0.0.1");
    check_says(world, "\n"
                      "Clusters: 1\n"
                      "  node1@10.0.0.1, node3@10.0.0.3; Beacon node1@10.0.0.1\n"
                      "Split brain: no\n"
                      "\n"
                      "Nodes: 4\n"
                      "  node2@10.0.0.2: failed, seeker; at 10.0.0.2; frames 4 to 4\n"
                      "  node1@10.0.0.1: clustered, beacon; at 10.0.0.1; frames 23 to 31\n"
                      "  ops@10.0.0.9: outside, watcher; at 10.0.0.9; frames 30 to 30\n"
                      "  node3@10.0.0.3: clustered, listed; frames 31 to 31\n"
                      "\n"
                      "Joins, retries together: 1\n"
                      "  node2@10.0.0.2 -> node1@10.0.0.1: join_failed (cookie_mismatch) in ");
    check_says(world, "\n"
                      "Watches: 1\n"
                      "  ops@10.0.0.9 -> node1@10.0.0.1: 1 node: node3@10.0.0.3; frames 30, 31\n");
    world_free(world);
}

static void test_problems(void)
{
    test_world *world = world_new();
    uint32_t frames[5];
    ping_with_other_cookie(world, frames);
    GPtrArray *problems = cluster_model_problems(world->model);
    g_assert_cmpuint(problems->len, ==, 1);
    const cluster_problem_filter *problem = g_ptr_array_index(problems, 0);
    g_assert_nonnull(strstr(problem->title, "cookie_mismatch"));
    g_assert_true(g_str_has_prefix(problem->filter, "frame.number in {4, "));
    g_ptr_array_unref(problems);
    world_free(world);
}

/* Of connections between others, a failed ping keeps those to the port that EPMD gave: an address
 * may have been translated. */
static void test_kept(void)
{
    static const char *const servers[] = {"10.0.0.8:80", "10.0.0.8:45000"};
    uint32_t counts[2];
    for (size_t i = 0; i < G_N_ELEMENTS(servers); i++) {
        test_world *world = world_new();
        connected(world, "10.0.0.7:40000", "10.0.0.8:81");
        pass_time(world, 300);
        test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
        ask_epmd(world, FROM, EPMD, "node2", 45000);
        test_connection *other = connected(world, "10.0.0.7:40001", servers[i]);
        say(other, CLIENT, bytes_of("GET / HTTP/1.1\r\n\r\n"));
        closed(other, CLIENT);
        fail(asked);
        pass_time(world, 300);
        connected(world, "10.0.0.7:40002", "10.0.0.8:81");
        counts[i] = count_of(world, "facts.conversations");
        world_free(world);
    }
    g_assert_cmpuint(counts[1], ==, counts[0] + 1);
}

static void test_graph(void)
{
    test_world *world = world_new();
    const char *nodes[60];
    char *names[60];
    for (size_t i = 0; i < 59; i++) {
        nodes[i] = names[i] = g_strdup_printf("n%zu@10.0.1.%zu", i, i);
    }
    nodes[59] = NULL;
    answer_list(watch(world, "10.0.0.9:40000", BEACON, "ops@10.0.0.9"), NODE1, nodes);
    GString *dot = cluster_model_dot(world->model);
    g_assert_true(g_str_has_prefix(dot->str, "digraph seekchat {\n"));
    g_assert_true(g_str_has_suffix(dot->str, ";\n}\n"));
    g_assert_nonnull(strstr(dot->str, "node1@10.0.0.1"));
    g_assert_nonnull(strstr(dot->str, "59 more nodes"));
    g_assert_null(strstr(dot->str, "n58@10.0.1.58"));
    g_string_free(dot, TRUE);
    for (size_t i = 0; i < 59; i++) {
        g_free(names[i]);
    }
    world_free(world);
}

/* Names with control characters, bidirectional marks, quotes, and more than a line holds. */
static void test_hostile_names(void)
{
    static const char *const names[] = {
        "a\x1b[31m@h",
        ("\xe2\x80\xae"
         "evil@h"), /* or the escape would take the e */
        "quote\"back\\slash@h",
        "line\nfeed@h",
        "<b>&amp;@h",
        "\xf0\x9f\x98\x80@h",
        "@",
        "long-long-long-long-long-long-long-long-long-long-long-long-long-long-long-long@h",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        test_world *world = world_new();
        answer(seek(world, SEEKER, BEACON, names[i]), names[i], SEEKCHAT_PAYLOAD_JOIN_FAILED);
        answer_list(watch(world, "10.0.0.9:40000", BEACON, names[i]), NODE1,
                    (const char *const[]){names[i], NULL});
        const char *at = strchr(names[i], '@');
        check(world, "joins[0].seeker", names[i]);
        check(world, "nodes[0].host", at + 1);
        check(world, "watches[0].nodes", names[i]);
        world_free(world);
    }
}

/* What has no @ has no host; what ends with it has an empty one. */
static void test_host(void)
{
    static const char *const rows[][2] = {{"node", "null"}, {"node@", ""}, {"@", ""}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_world *world = world_new();
        seek(world, SEEKER, BEACON, rows[i][0]);
        world->flags = WORLD_NO_AMID;
        check(world, "nodes[0].host", rows[i][1]);
        world_free(world);
    }
}

/* A display filter. */

/* What is left of a failed join with the filter seekchat: no sentence says that the rest is not. */
static void test_filtered(void)
{
    test_world *world = world_new();
    set_filter(world, "seekchat");
    for (int i = 0; i < 3; i++) {
        hidden(world);
    }
    test_connection *asked = connection(world, SEEKER, BEACON);
    say(asked, CLIENT, message(NODE2, SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN));
    for (int i = 0; i < 20; i++) {
        hidden(world);
    }
    say(asked, SERVER, message(NODE1, SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_JOIN_FAILED));
    hidden(world);
    check_says(world,
               "SeekChat cluster report\nLimited to what the display filter shows: seekchat\n");
    check_cause(world, 0, "unknown", NO_FRAMES);
    check_holds(world, "joins[0].cause.text", "display filter");
    check_never_says(world, "no packet of the ping");
    check(world, "split_brain", "null");
    check_says(world, "Split brain: not known: ");
    world_free(world);
}

static void test_filtered_reply(void)
{
    test_world *world = world_new();
    set_filter(world, "ip.src == 10.0.0.2");
    test_connection *asked = connection(world, SEEKER, BEACON);
    say(asked, CLIENT, message(NODE2, SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN));
    hidden(world);
    asked->next[SERVER] += 60;
    fin(asked, CLIENT);
    hidden(world);
    pass_time(world, 60);
    arp_request(world, "10.0.0.2", "10.0.0.7");
    check(world, "joins[0].cause.code", "filtered");
    check(world, "problems[0].severity", "note");
    check_never_says(world, "in the capture");
    check_never_says(world, "the capture lacks");
    check_never_says(world, "gave up");
    check_never_says(world, "never_answered");
    world_free(world);
}

/* What a filter shows of a ping and of a scan, where it hides the answers. */
static void test_filtered_answers(void)
{
    test_world *world = world_new();
    world->flags = WORLD_NO_AMID;
    set_filter(world, "ip.src == 10.0.0.1 || seekchat");
    test_connection *asked = connection(world, SEEKER, BEACON);
    say(asked, CLIENT, message(NODE2, SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN));
    arp_request(world, "10.0.0.1", "10.0.0.2");
    hidden(world);
    test_connection *tried = connection(world, FROM, EPMD);
    syn(tried);
    hidden(world);
    pass_time(world, 5);
    say(asked, SERVER, message(NODE1, SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_JOIN_FAILED));
    for (int host = 5; host < 9; host++) {
        char *to = g_strdup_printf("10.0.0.%d:33000", host);
        syn(connection(world, "10.0.0.1:51000", to));
        hidden(world);
        g_free(to);
    }
    check(world, "joins[0].cause.code", "unknown");
    check_holds(world, "joins[0].cause.text", "display filter");
    check_never_says(world, "did not answer");
    check_never_says(world, "nobody answered");
    check_never_says(world, "found nobody");
    world_free(world);
}

/* A capture of one direction alone: what the other side acknowledges was sent. */
static void test_one_direction(void)
{
    test_world *world = world_new();
    test_connection *asked = connection(world, SEEKER, BEACON);
    say(asked, CLIENT, message(NODE2, SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN));
    test_connection *tried = connection(world, FROM, EPMD);
    syn(tried);
    tried->next[CLIENT]++;
    ack(tried, CLIENT);
    say(tried, CLIENT, port_request("node2"));
    lose(tried, SERVER, port_answer("node2", 45000));
    fin(tried, CLIENT);
    pass_time(world, 5);
    say(asked, SERVER, message(NODE1, SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_JOIN_FAILED));
    check(world, "joins[0].cause.code", "unknown");
    check_never_says(world, "did not answer");
    world_free(world);
}

static void test_filtered_all(void)
{
    test_world *world = world_new();
    set_filter(world, "udp");
    hidden(world);
    hidden(world);
    check_says(world, "The display filter shows nothing of SeekChat");
    check_never_says(world, "Nothing of SeekChat was seen");
    world_free(world);
}

/* SeekChat that came without TCP. */
static void test_without_tcp(void)
{
    test_world *world = world_new();
    unread(world, CLUSTER_UNREAD_LOOSE);
    unread(world, CLUSTER_UNREAD_LOOSE);
    check_problems(world, "note without_tcp");
    check_frames(world, "problems[0].frames", FRAMES(1));
    check_says(world, "2 SeekChat messages came without TCP");
    world->flags = WORLD_NO_DOUBLE; /* each of the copies counts */
    world_free(world);
}

/* Cut frames alone: what they held is not known, and nothing is called absent. */
static void test_all_cut(void)
{
    test_world *world = world_new();
    world->flags = WORLD_NO_DOUBLE; /* each of the copies counts */
    hidden(world);
    unread(world, CLUSTER_UNREAD_CUT);
    unread(world, CLUSTER_UNREAD_CUT);
    check_problems(world, "note capture_lacks");
    check_frames(world, "problems[0].frames", FRAMES(2));
    check_says(world,
               "2 frames were cut by the snap length, and nothing of SeekChat is in what is");
    check_says(world, "Split brain: not known: frames were cut by the snap length");
    check_never_says(world, "Nothing of SeekChat was seen");
    world_free(world);
}

/* That some frames are cut does not matter where all of SeekChat is there. */
static void test_others_cut(void)
{
    test_world *world = world_new();
    unread(world, CLUSTER_UNREAD_CUT);
    answer(seek(world, SEEKER, BEACON, NODE2), NODE1, SEEKCHAT_PAYLOAD_JOINED);
    check_problems(world, "");
    check_says(world, "Split brain: no\n");
    world_free(world);
}

static void test_headless(void)
{
    test_world *world = world_new();
    world->flags = WORLD_NO_DOUBLE;
    answer(seek(world, SEEKER, BEACON, NODE2), NODE1, SEEKCHAT_PAYLOAD_JOINED);
    unread(world, CLUSTER_UNREAD_HEADLESS);
    check_problems(world, "note capture_lacks");
    check_says(world, "1 frame was cut by the snap length before the end of TCP's header");
    check_says(world, "Split brain: not known: frames were cut by the snap length");
    world_free(world);
}

/* A join that failed, and came about later: a warning, which names the frame. */
static void test_joined_later(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    test_connection *epmd = connection(world, FROM, EPMD);
    syn(epmd);
    refuse(epmd);
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_problems(world, "error epmd_refused");
    check_never_says(world, "it joined later");
    uint32_t frame =
        answer(seek(world, "10.0.0.2:40001", BEACON, NODE2), NODE1, SEEKCHAT_PAYLOAD_JOINED);
    check_problems(world, "warning epmd_refused");
    char *later = g_strdup_printf("; it joined later, in frame %u", frame);
    check_says(world, later);
    g_free(later);
    world_free(world);
}

/* One frame that the snap length cut, of all. */
static void test_one_cut(void)
{
    test_world *world = world_new();
    test_connection *asked = connected(world, SEEKER, BEACON);
    world->snap = 40;
    uint32_t cut =
        say(asked, CLIENT, message(NODE2, SEEKCHAT_TYPE_WATCHING, SEEKCHAT_PAYLOAD_CHECK));
    world->snap = 0;
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_STANDALONE);
    world->flags = WORLD_NO_DOUBLE; /* the copy is cut, too */
    g_assert_cmpuint(problems_of(world, "capture_lacks"), ==, 1);
    char *path = g_strdup_printf("%s.frames", problem_at(world, "capture_lacks"));
    check_frames(world, path, FRAMES(cut));
    g_free(path);
    world_free(world);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/nothing", test_nothing);
    g_test_add_func("/report/no-seekchat", test_no_seekchat);
    g_test_add_func("/report/text", test_text);
    g_test_add_func("/report/problems", test_problems);
    g_test_add_func("/report/kept", test_kept);
    g_test_add_func("/report/graph", test_graph);
    g_test_add_func("/report/hostile-names", test_hostile_names);
    g_test_add_func("/report/host", test_host);
    g_test_add_func("/report/filtered", test_filtered);
    g_test_add_func("/report/filtered-reply", test_filtered_reply);
    g_test_add_func("/report/filtered-answers", test_filtered_answers);
    g_test_add_func("/report/one-direction", test_one_direction);
    g_test_add_func("/report/filtered-all", test_filtered_all);
    g_test_add_func("/report/without-tcp", test_without_tcp);
    g_test_add_func("/report/all-cut", test_all_cut);
    g_test_add_func("/report/others-cut", test_others_cut);
    g_test_add_func("/report/headless", test_headless);
    g_test_add_func("/report/joined-later", test_joined_later);
    g_test_add_func("/report/one-cut", test_one_cut);
    return g_test_run();
}
