/* test_graph.c
 * Tests the cluster as a graph, as a whole: who is drawn how, which arrows there are, and what one
 * box stands for where there are too many nodes.
 * May include: the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ping.h"

#include <string.h>

#include "cluster_limits.h"
#include "steps.h"

#define OTHER_BEACON "10.0.0.5:33000"
#define NODE5 "node5@10.0.0.5"

#define HEAD                                                                                       \
    "digraph seekchat {\n  rankdir=LR; fontname=\"sans-serif\";\n"                                 \
    "  node [fontname=\"sans-serif\"]; edge [fontname=\"sans-serif\"];\n"
#define HOUSE ", shape=house, style=filled, fillcolor=\"#cfe3f7\"];\n"
#define RED ", color=\"#b00020\", fontcolor=\"#b00020\""

/* The graph behind its first lines, which are always the same. */
static void check_graph(test_world *world, const char *expected)
{
    GString *dot = cluster_model_dot(world->model);
    g_assert_true(g_str_has_prefix(dot->str, HEAD));
    g_assert_cmpstr(dot->str + strlen(HEAD), ==, expected);
    g_string_free(dot, TRUE);
}

/* A request of a node to a Beacon, and what it replies; each from a port of its own. */
static void ask(test_world *world, const char *node, const char *beacon, seekchat_payload payload)
{
    bool first = strcmp(beacon, NODE1) == 0;
    char *client = g_strdup_printf("%s:%u", strchr(node, '@') + 1, 40000 + world->stream);
    answer(seek(world, client, first ? BEACON : OTHER_BEACON, node), beacon, payload);
    g_free(client);
}

static void list(test_world *world, const char *beacon, const char *const *nodes)
{
    bool first = strcmp(beacon, NODE1) == 0;
    char *client = g_strdup_printf("10.0.0.9:%u", 40000 + world->stream);
    answer_list(watch(world, client, first ? BEACON : OTHER_BEACON, OPS), beacon, nodes);
    g_free(client);
}

/* A Beacon's distribution connection to a node, and its end. */
static void lose_link(test_world *world, const char *node)
{
    char *server = g_strdup_printf("%s:45000", strchr(node, '@') + 1);
    char *client = g_strdup_printf("10.0.0.1:%u", 50000 + world->stream);
    test_connection *dist = connected(world, client, server);
    handshake(dist, 'N', NODE1, node, STEP_ACK);
    reset(dist, SERVER);
    g_free(client);
    g_free(server);
}

/* Names n01@10.0.1.1 and so on. To be freed with g_free. */
static char *name_of(uint32_t number)
{
    return g_strdup_printf("n%02u@10.0.1.%u", number, number);
}

/* So many ask, from a number on. */
static void ask_all(test_world *world, uint32_t first, uint32_t count, const char *beacon,
                    seekchat_payload payload)
{
    for (uint32_t i = first; i < first + count; i++) {
        char *name = name_of(i);
        ask(world, name, beacon, payload);
        g_free(name);
    }
}

/* A Beacon, a member whose connection was lost, one that failed, a watcher. */
static void test_all_kinds(void)
{
    test_world *world = world_new();
    ask(world, NODE2, NODE1, SEEKCHAT_PAYLOAD_JOINED);
    lose_link(world, NODE2);
    ask(world, "c@10.0.0.3", NODE1, SEEKCHAT_PAYLOAD_ERROR);
    ask(world, "c@10.0.0.3", NODE1, SEEKCHAT_PAYLOAD_ERROR);
    ask(world, "d@10.0.0.4", NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    list(world, NODE1, (const char *const[]){NODE2, NULL});
    check_graph(world, "  labelloc=t; label=\"Split brain: not known: connections of members were "
                       "lost, and the capture does not show that they came back\";\n"
                       "  subgraph cluster_0 {\n"
                       "    label=\"2 nodes\";\n"
                       "    n0 [label=\"node2@10.0.0.2\"];\n"
                       "    n1 [label=\"node1@10.0.0.1\"" HOUSE "  }\n"
                       "    n2 [label=\"c@10.0.0.3\"];\n"
                       "    n3 [label=\"d@10.0.0.4\"" RED "];\n"
                       "    n4 [label=\"ops@10.0.0.9\", style=dashed];\n"
                       "  n0 -> n1 [label=\"\"];\n"
                       "  n2 -> n1 [label=\"error, 2 times\"" RED "];\n"
                       "  n3 -> n1 [label=\"unknown\"" RED "];\n"
                       "  n1 -> n0 [label=\"connection lost\", dir=none, style=dashed" RED "];\n"
                       "}\n");
    world_free(world);
}

/* Two clusters that do not know each other; one is a Beacon alone. */
static void test_split(void)
{
    test_world *world = world_new();
    list(world, NODE1, (const char *const[]){NODE2, NULL});
    list(world, NODE5, (const char *const[]){NULL});
    check_graph(world,
                "  labelloc=t; label=\"Split brain: clusters that do not know each other\";\n"
                "  subgraph cluster_0 {\n"
                "    label=\"2 nodes\";\n"
                "    color=\"#b00020\"; penwidth=3;\n"
                "    n1 [label=\"node1@10.0.0.1\"" HOUSE "    n2 [label=\"node2@10.0.0.2\"];\n"
                "  }\n"
                "  subgraph cluster_1 {\n"
                "    label=\"1 node\";\n"
                "    color=\"#b00020\"; penwidth=3;\n"
                "    n3 [label=\"node5@10.0.0.5\"" HOUSE "  }\n"
                "    n0 [label=\"ops@10.0.0.9\", style=dashed];\n"
                "}\n");
    world_free(world);
}

/* Names that would end their label, or that Graphviz would read as something else. */
static void test_quotes(void)
{
    test_world *world = world_new();
    answer(seek(world, SEEKER, BEACON, "a\"];n9 [label=\"\\@h"), NODE1, SEEKCHAT_PAYLOAD_JOINED);
    answer(seek(world, "10.0.0.3:40000", BEACON, "&lt;b@h"), NODE1, SEEKCHAT_PAYLOAD_JOINED);
    check_graph(world, "  labelloc=t; label=\"\";\n"
                       "  subgraph cluster_0 {\n"
                       "    label=\"3 nodes\";\n"
                       "    n0 [label=\"a\\\"];n9 [label=\\\"\\\\\\\\@h\"];\n"
                       "    n1 [label=\"node1@10.0.0.1\"" HOUSE "    n2 [label=\"&amp;lt;b@h\"];\n"
                       "  }\n"
                       "  n0 -> n1 [label=\"\"];\n"
                       "  n2 -> n1 [label=\"\"];\n"
                       "}\n");
    world_free(world);
}

/* Clusters with as many nodes as are shown one by one, and one more: of these, a box stands for
 * those of which there is nothing to tell. */
static void test_quiet(void)
{
    for (uint32_t more = 0; more < 2; more++) {
        test_world *world = world_new();
        ask_all(world, 1, CLUSTER_DOT_NODES_MAX - 1 + more, NODE1, SEEKCHAT_PAYLOAD_JOINED);
        GString *dot = cluster_model_dot(world->model);
        g_assert_true((strstr(dot->str, "[label=\"n01@10.0.1.1\"]") == NULL) == (more > 0));
        g_assert_true((strstr(dot->str, " -> ") == NULL) == (more > 0));
        g_string_free(dot, TRUE);
        if (more > 0) {
            check_graph(world, "  labelloc=t; label=\"\";\n"
                               "  subgraph cluster_0 {\n"
                               "    label=\"41 nodes\";\n"
                               "    n0 [label=\"40 more nodes\", shape=box3d];\n"
                               "    n1 [label=\"node1@10.0.0.1\"" HOUSE "  }\n"
                               "}\n");
        }
        world_free(world);
    }
}

/* In such a cluster, those that have something to tell are shown: one that failed at first, one
 * whose connection was lost, another Beacon. */
static void test_loud_members(void)
{
    test_world *world = world_new();
    ask(world, "n01@10.0.1.1", NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    ask_all(world, 1, CLUSTER_DOT_NODES_MAX, NODE1, SEEKCHAT_PAYLOAD_JOINED);
    ask(world, NODE5, NODE1, SEEKCHAT_PAYLOAD_JOINED);
    ask(world, "n02@10.0.1.2", NODE5, SEEKCHAT_PAYLOAD_JOINED);
    lose_link(world, "n03@10.0.1.3");
    check_graph(world, "  labelloc=t; label=\"Split brain: not known: connections of members were "
                       "lost, and the capture does not show that they came back\";\n"
                       "  subgraph cluster_0 {\n"
                       "    label=\"42 nodes\";\n"
                       "    n0 [label=\"n01@10.0.1.1\"];\n"
                       "    n1 [label=\"node1@10.0.0.1\"" HOUSE
                       "    n2 [label=\"38 more nodes\", shape=box3d];\n"
                       "    n3 [label=\"n03@10.0.1.3\"];\n"
                       "    n41 [label=\"node5@10.0.0.5\"" HOUSE "  }\n"
                       "  n0 -> n1 [label=\"unknown\"" RED "];\n"
                       "  n0 -> n1 [label=\"\"];\n"
                       "  n3 -> n1 [label=\"\"];\n"
                       "  n41 -> n1 [label=\"\"];\n"
                       "  n1 -> n3 [label=\"connection lost\", dir=none, style=dashed" RED "];\n"
                       "}\n");
    world_free(world);
}

/* As many nodes outside of all clusters as are shown one by one; with one more, a box stands for
 * those to which the same befell. */
static void test_crowd(void)
{
    for (uint32_t more = 0; more < 2; more++) {
        test_world *world = world_new();
        ask_all(world, 25, 1, NODE5, SEEKCHAT_PAYLOAD_ERROR);
        ask_all(world, 1, 20, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
        ask_all(world, 21, CLUSTER_DOT_NODES_MAX - 20 + more, NODE1, SEEKCHAT_PAYLOAD_ERROR);
        for (uint32_t i = 1; i <= 4; i++) { /* asked another one, too; n25 did at first */
            ask_all(world, i + 20 * (i % 2), 1, NODE5, SEEKCHAT_PAYLOAD_ERROR);
        }
        ask_all(world, 23, 1, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
        GString *dot = cluster_model_dot(world->model);
        g_assert_true((strstr(dot->str, "[label=\"n09@10.0.1.9\"") == NULL) == (more > 0));
        g_string_free(dot, TRUE);
        if (more > 0) {
            check_graph(world, "  labelloc=t; label=\"Split brain: not known: nothing in the "
                               "capture shows whether the clusters are connected\";\n"
                               "  subgraph cluster_0 {\n"
                               "    label=\"1 node\";\n"
                               "    n1 [label=\"node5@10.0.0.5\"" HOUSE "  }\n"
                               "  subgraph cluster_1 {\n"
                               "    label=\"1 node\";\n"
                               "    n3 [label=\"node1@10.0.0.1\"" HOUSE "  }\n"
                               "    n0 [label=\"2 nodes\", shape=box3d];\n"
                               "    n2 [label=\"18 nodes\"" RED ", shape=box3d];\n"
                               "    n4 [label=\"2 nodes\"" RED ", shape=box3d];\n"
                               "    n24 [label=\"18 nodes\", shape=box3d];\n"
                               "    n25 [label=\"n23@10.0.1.23\"" RED "];\n"
                               "  n0 -> n1 [label=\"error, 2 times\"" RED "];\n"
                               "  n2 -> n3 [label=\"unknown, 18 times\"" RED "];\n"
                               "  n4 -> n3 [label=\"unknown, 2 times\"" RED "];\n"
                               "  n0 -> n3 [label=\"error, 2 times\"" RED "];\n"
                               "  n24 -> n3 [label=\"error, 18 times\"" RED "];\n"
                               "  n25 -> n3 [label=\"error\"" RED "];\n"
                               "  n4 -> n1 [label=\"error, 2 times\"" RED "];\n"
                               "  n25 -> n1 [label=\"error\"" RED "];\n"
                               "  n25 -> n3 [label=\"unknown\"" RED "];\n"
                               "}\n");
        }
        world_free(world);
    }
}

/* More members with something to tell than are shown one by one: a box stands for those of which
 * the same is to be told, and another for those whose connection was lost, too. */
static void test_loud_crowd(void)
{
    test_world *world = world_new();
    ask_all(world, 1, CLUSTER_DOT_NODES_MAX + 1, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    ask_all(world, 1, CLUSTER_DOT_NODES_MAX + 1, NODE1, SEEKCHAT_PAYLOAD_JOINED);
    lose_link(world, "n03@10.0.1.3");
    lose_link(world, "n04@10.0.1.4");
    lose_link(world, "n04@10.0.1.4"); /* which makes no other one of it */
    check_graph(
        world, "  labelloc=t; label=\"Split brain: not known: connections of members were "
               "lost, and the capture does not show that they came back\";\n"
               "  subgraph cluster_0 {\n"
               "    label=\"42 nodes\";\n"
               "    n0 [label=\"39 nodes\", shape=box3d];\n"
               "    n1 [label=\"node1@10.0.0.1\"" HOUSE "    n3 [label=\"2 nodes\", shape=box3d];\n"
               "  }\n"
               "  n0 -> n1 [label=\"unknown, 39 times\"" RED "];\n"
               "  n3 -> n1 [label=\"unknown, 2 times\"" RED "];\n"
               "  n0 -> n1 [label=\"joined, 39 times\"];\n"
               "  n3 -> n1 [label=\"joined, 2 times\"];\n"
               "  n1 -> n3 [label=\"connection lost, 3 times\", dir=none, style=dashed" RED "];\n"
               "}\n");
    world_free(world);
}

/* What the report had no room for. */
static void test_limits(void)
{
    test_world *world = world_new();
    world->flags = WORLD_NO_PIECES | WORLD_NO_DOUBLE | WORLD_NO_REPORT;
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    for (uint32_t i = 0; i < CLUSTER_PING_LOOKS_MAX + 10; i++) {
        char *client = g_strdup_printf("10.1.%u.%u:40000", i / 256 % 256, i % 256);
        syn(connection(world, client, "10.0.0.8:80"));
        g_free(client);
    }
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    char *expected = g_strconcat(
        "  labelloc=t; label=\"A limit was reached: ", cluster_limit_text(CLUSTER_LIMIT_PING),
        "\";\n"
        "  subgraph cluster_0 {\n"
        "    label=\"1 node\";\n"
        "    n1 [label=\"node1@10.0.0.1\"" HOUSE "  }\n"
        "    n0 [label=\"node2@10.0.0.2\"" RED "];\n"
        "  n0 -> n1 [label=\"unknown\"" RED "];\n"
        "}\n",
        NULL);
    check_graph(world, expected);
    g_free(expected);
    world_free(world);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/graph/all-kinds", test_all_kinds);
    g_test_add_func("/graph/split", test_split);
    g_test_add_func("/graph/quotes", test_quotes);
    g_test_add_func("/graph/quiet", test_quiet);
    g_test_add_func("/graph/loud-members", test_loud_members);
    g_test_add_func("/graph/crowd", test_crowd);
    g_test_add_func("/graph/loud-crowd", test_loud_crowd);
    g_test_add_func("/graph/limits", test_limits);
    return g_test_run();
}
