/* test_clusters.c
 * Tests which nodes form a cluster, their states, and split brain.
 * May include: the headers of plugin/cluster and of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "world.h"

#define A "a@10.0.0.1"
#define B "b@10.0.0.2"
#define C "c@10.0.0.3"
#define D "d@10.0.0.4"
#define OPS "ops@10.0.0.9"

#define AT_A "10.0.0.1:33000"
#define AT_B "10.0.0.2:33000"
#define CLIENT "10.0.0.8:40000"

static uint32_t join(test_world *world, const char *seeker, const char *server, const char *beacon,
                     cluster_payload payload)
{
    seek(world, CLIENT, server, seeker);
    return reply(world, world->stream, CLIENT, server, beacon, payload);
}

#define NODES(...)                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }
#define NO_NODES                                                                                   \
    (const char *const[])                                                                          \
    {                                                                                              \
        NULL                                                                                       \
    }

static uint32_t list(test_world *world, const char *server, const char *beacon,
                     const char *const *nodes)
{
    watch(world, CLIENT, server, OPS);
    return reply_nodes(world, world->stream, CLIENT, server, beacon, nodes);
}

static void append_members(GString *out, const test_world *world, const GArray *nodes)
{
    for (guint i = 0; i < nodes->len; i++) {
        const cluster_node *node =
            cluster_facts_node_at(&world->model->facts, g_array_index(nodes, uint32_t, i));
        g_string_append_len(out, node->name.data, 1);
    }
}

/* Checks the clusters, as "ab/a c/c": the nodes' first letters, and those of the Beacons. */
static void check_clusters(const test_world *world, const char *expected)
{
    cluster_report *report = cluster_report_new(&world->model->facts);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < report->groups->len; i++) {
        const cluster_group *group = g_ptr_array_index(report->groups, i);
        g_string_append(out, i == 0 ? "" : " ");
        append_members(out, world, group->nodes);
        g_string_append_c(out, '/');
        append_members(out, world, group->beacons);
    }
    g_assert_cmpstr(out->str, ==, expected);
    g_assert_cmpint(report->split_brain, ==, report->groups->len > 1);
    g_string_free(out, TRUE);
    cluster_report_free(report);
}

static void test_joined(void)
{
    test_world *world = world_new();
    join(world, B, AT_A, A, CLUSTER_PAYLOAD_JOINED);
    join(world, C, AT_A, A, CLUSTER_PAYLOAD_JOINED);
    join(world, D, AT_A, A, CLUSTER_PAYLOAD_JOIN_FAILED);
    check_clusters(world, "bac/a");
    g_assert_cmpint(state_of(world, A), ==, CLUSTER_STATE_CLUSTERED);
    g_assert_cmpint(state_of(world, C), ==, CLUSTER_STATE_CLUSTERED);
    g_assert_cmpint(state_of(world, D), ==, CLUSTER_STATE_FAILED);
    g_assert_cmpuint(problems_of(world, "split_brain"), ==, 0);
    world_free(world);
}

static void test_standalone(void)
{
    test_world *world = world_new();
    list(world, AT_A, A, NO_NODES);
    check_clusters(world, "a/a");
    g_assert_cmpint(state_of(world, A), ==, CLUSTER_STATE_STANDALONE);
    g_assert_cmpint(state_of(world, OPS), ==, CLUSTER_STATE_OUTSIDE);
    world_free(world);
}

static void test_listed(void)
{
    test_world *world = world_new();
    list(world, AT_A, A, NODES(B, C));
    check_clusters(world, "abc/a");
    g_assert_cmpint(state_of(world, B), ==, CLUSTER_STATE_CLUSTERED);
    world_free(world);
}

static void test_newest_list_counts(void)
{
    test_world *world = world_new();
    list(world, AT_A, A, NODES(B, C));
    list(world, AT_A, A, NODES(B));
    check_clusters(world, "ab/a");
    g_assert_cmpint(state_of(world, C), ==, CLUSTER_STATE_LEFT);
    world_free(world);
}

static void test_left_after_join(void)
{
    test_world *world = world_new();
    join(world, B, AT_A, A, CLUSTER_PAYLOAD_JOINED);
    list(world, AT_A, A, NO_NODES);
    join(world, C, AT_A, A, CLUSTER_PAYLOAD_JOINED);
    check_clusters(world, "ac/a");
    g_assert_cmpint(state_of(world, B), ==, CLUSTER_STATE_LEFT);
    world_free(world);
}

/* A failure that came after the list: the node that is listed was started anew. */
static void test_failed_after_list(void)
{
    test_world *world = world_new();
    list(world, AT_A, A, NODES(B, C));
    join(world, B, AT_A, A, CLUSTER_PAYLOAD_JOIN_FAILED);
    check_clusters(world, "ac/a");
    g_assert_cmpint(state_of(world, B), ==, CLUSTER_STATE_FAILED);
    list(world, AT_A, A, NODES(B, C));
    check_clusters(world, "abc/a");
    world_free(world);
}

static void test_split_brain(void)
{
    test_world *world = world_new();
    join(world, C, AT_A, A, CLUSTER_PAYLOAD_JOINED);
    uint32_t shows_a = list(world, AT_A, A, NODES(C));
    uint32_t shows_b = join(world, D, AT_B, B, CLUSTER_PAYLOAD_JOINED);
    check_clusters(world, "ca/a db/b");
    cluster_report *report = cluster_report_new(&world->model->facts);
    const cluster_problem *problem = g_ptr_array_index(report->problems, 0);
    g_assert_cmpstr(problem->code, ==, "split_brain");
    g_assert_cmpint(problem->severity, ==, CLUSTER_ERROR);
    g_assert_cmpuint(problem->frames->len, ==, 2);
    char *filter = g_strdup_printf("frame.number in {%u, %u}", shows_a, shows_b);
    g_assert_cmpstr(problem->filter, ==, filter);
    g_free(filter);
    cluster_report_free(report);
    world_free(world);
}

static void test_beacon_joins_beacon(void)
{
    test_world *world = world_new();
    join(world, C, AT_A, A, CLUSTER_PAYLOAD_JOINED);
    join(world, D, AT_B, B, CLUSTER_PAYLOAD_JOINED);
    join(world, B, AT_A, A, CLUSTER_PAYLOAD_JOINED);
    check_clusters(world, "cadb/ab");
    world_free(world);
}

static void test_list_unites_beacons(void)
{
    test_world *world = world_new();
    list(world, AT_A, A, NO_NODES);
    list(world, AT_B, B, NODES(A));
    check_clusters(world, "ab/ab");
    world_free(world);
}

/* A node that joins elsewhere later is no bridge between the two clusters. */
static void test_newest_join_counts(void)
{
    test_world *world = world_new();
    join(world, C, AT_A, A, CLUSTER_PAYLOAD_JOINED);
    join(world, D, AT_B, B, CLUSTER_PAYLOAD_JOINED);
    join(world, C, AT_B, B, CLUSTER_PAYLOAD_JOINED);
    check_clusters(world, "a/a cdb/b");
    g_assert_cmpint(state_of(world, A), ==, CLUSTER_STATE_STANDALONE);
    world_free(world);
}

/* A watcher is in no cluster, whomever it asks. */
static void test_watcher(void)
{
    test_world *world = world_new();
    list(world, AT_A, A, NODES(C));
    list(world, AT_B, B, NODES(A));
    check_clusters(world, "acb/ab");
    g_assert_cmpint(state_of(world, OPS), ==, CLUSTER_STATE_OUTSIDE);
    world_free(world);
}

static void test_undecided(void)
{
    test_world *world = world_new();
    seek(world, CLIENT, AT_A, B);
    check_clusters(world, "");
    g_assert_cmpint(state_of(world, B), ==, CLUSTER_STATE_NONE);
    world_free(world);
}

/* The worst comes first, and a failure that was followed by joined is less bad. */
static void test_problem_order(void)
{
    test_world *world = world_new();
    join(world, C, AT_A, A, CLUSTER_PAYLOAD_JOIN_FAILED);
    join(world, C, AT_A, A, CLUSTER_PAYLOAD_JOIN_FAILED);
    join(world, D, AT_A, A, CLUSTER_PAYLOAD_JOIN_FAILED);
    join(world, C, AT_A, A, CLUSTER_PAYLOAD_JOINED);
    list(world, AT_B, B, NO_NODES);
    cluster_report *report = cluster_report_new(&world->model->facts);
    g_assert_cmpuint(report->problems->len, ==, 3);
    const cluster_problem *first = g_ptr_array_index(report->problems, 0);
    const cluster_problem *second = g_ptr_array_index(report->problems, 1);
    const cluster_problem *third = g_ptr_array_index(report->problems, 2);
    g_assert_cmpstr(first->code, ==, "split_brain");
    g_assert_cmpint(second->severity, ==, CLUSTER_ERROR);
    g_assert_true(g_str_has_prefix(second->text, D));
    g_assert_cmpint(third->severity, ==, CLUSTER_WARNING);
    g_assert_nonnull(strstr(third->text, "(2 times)"));
    g_assert_nonnull(strstr(third->text, "joined later"));
    cluster_report_free(report);
    world_free(world);
}

/* A report may be asked for while the feeding goes on. */
static void test_report_in_between(void)
{
    test_world *world = world_new();
    seek(world, CLIENT, AT_A, B);
    check_clusters(world, "");
    g_assert_cmpuint(problems_of(world, "never_answered"), ==, 1);
    reply(world, 1, CLIENT, AT_A, A, CLUSTER_PAYLOAD_JOINED);
    check_clusters(world, "ba/a");
    g_assert_cmpuint(problems_of(world, "never_answered"), ==, 0);
    cluster_model_clear(world->model);
    check_clusters(world, "");
    join(world, C, AT_A, A, CLUSTER_PAYLOAD_JOINED);
    check_clusters(world, "ca/a");
    world_free(world);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/clusters/joined", test_joined);
    g_test_add_func("/clusters/standalone", test_standalone);
    g_test_add_func("/clusters/listed", test_listed);
    g_test_add_func("/clusters/newest-list-counts", test_newest_list_counts);
    g_test_add_func("/clusters/left-after-join", test_left_after_join);
    g_test_add_func("/clusters/failed-after-list", test_failed_after_list);
    g_test_add_func("/clusters/split-brain", test_split_brain);
    g_test_add_func("/clusters/beacon-joins-beacon", test_beacon_joins_beacon);
    g_test_add_func("/clusters/list-unites-beacons", test_list_unites_beacons);
    g_test_add_func("/clusters/newest-join-counts", test_newest_join_counts);
    g_test_add_func("/clusters/watcher", test_watcher);
    g_test_add_func("/clusters/undecided", test_undecided);
    g_test_add_func("/clusters/problem-order", test_problem_order);
    g_test_add_func("/clusters/report-in-between", test_report_in_between);
    return g_test_run();
}
