/* test_limits.c
 * Tests each limit: what is kept at it, what goes over it, and that the report says so.
 * May include: the headers of plugin/cluster and of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "world.h"

#define NODE1 "node1@10.0.0.1"

static bool was_hit(const test_world *world, cluster_limit limit)
{
    return (world->model->facts.limits & limit) != 0;
}

static void test_nodes(void)
{
    cluster_facts facts;
    cluster_facts_init(&facts);
    for (uint32_t i = 0; i < CLUSTER_NODES_MAX; i++) {
        char *name = g_strdup_printf("n%u@h", i);
        g_assert_cmpuint(cluster_facts_node(&facts, text_of(name), 1), ==, i);
        g_free(name);
    }
    g_assert_cmpuint(facts.limits, ==, 0);
    g_assert_cmpuint(cluster_facts_node(&facts, text_of("more@h"), 1), ==, CLUSTER_NO_NODE);
    g_assert_cmpuint(cluster_facts_node(&facts, text_of("n7@h"), 1), ==, 7);
    g_assert_cmpuint(facts.limits, ==, CLUSTER_LIMIT_NODES);
    cluster_facts_clear(&facts);
}

static void test_records(void)
{
    cluster_facts facts;
    cluster_facts_init(&facts);
    cluster_join join = {0};
    cluster_watch watch = {0};
    for (uint32_t i = 0; i < CLUSTER_JOINS_MAX; i++) {
        cluster_facts_add_join(&facts, &join);
    }
    for (uint32_t i = 0; i < CLUSTER_WATCHES_MAX; i++) {
        cluster_facts_add_watch(&facts, &watch);
    }
    g_assert_cmpuint(facts.limits, ==, 0);
    g_assert_cmpuint(cluster_facts_add_join(&facts, &join), ==, UINT32_MAX);
    g_assert_cmpuint(facts.limits, ==, CLUSTER_LIMIT_JOINS);
    g_assert_cmpuint(cluster_facts_add_watch(&facts, &watch), ==, UINT32_MAX);
    g_assert_cmpuint(facts.limits, ==, CLUSTER_LIMIT_JOINS | CLUSTER_LIMIT_WATCHES);
    cluster_facts_clear(&facts);
}

static void test_findings(void)
{
    cluster_facts facts;
    cluster_facts_init(&facts);
    for (uint32_t i = 0; i <= CLUSTER_FINDINGS_MAX; i++) {
        g_assert_cmpuint(facts.limits, ==, 0);
        cluster_finding finding = {.cause = cluster_cause_new("reset", g_strdup("text"))};
        cluster_facts_add_finding(&facts, &finding);
    }
    g_assert_cmpuint(facts.findings->len, ==, CLUSTER_FINDINGS_MAX);
    g_assert_cmpuint(facts.limits, ==, CLUSTER_LIMIT_FINDINGS);
    cluster_facts_clear(&facts);
}

static void test_addresses(void)
{
    test_world *world = world_new();
    for (int i = 1; i <= CLUSTER_ADDRESSES_MAX + 1; i++) {
        g_assert_false(was_hit(world, CLUSTER_LIMIT_ADDRESSES));
        char *client = g_strdup_printf("10.0.1.%d:40000", i);
        seek(world, client, "10.0.0.1:33000", "n@h");
        reply(world, world->stream, client, "10.0.0.1:33000", NODE1, CLUSTER_PAYLOAD_JOINED);
        g_free(client);
    }
    g_assert_true(was_hit(world, CLUSTER_LIMIT_ADDRESSES));
    g_assert_cmpuint(node_named(world, "n@h")->addresses->len, ==, CLUSTER_ADDRESSES_MAX);
    world_free(world);
}

static void test_name(void)
{
    cluster_facts facts;
    cluster_facts_init(&facts);
    char *name = g_strnfill(1 << 20, 'x');
    cluster_text text = {name, CLUSTER_NAME_BYTES_MAX};
    cluster_facts_node(&facts, text, 1);
    g_assert_cmpuint(facts.limits, ==, 0);
    text.length++;
    memcpy(name + CLUSTER_NAME_BYTES_MAX - 1, "\xc3\xa4", 2);
    const cluster_node *node = cluster_facts_node_at(&facts, cluster_facts_node(&facts, text, 1));
    g_assert_cmpuint(facts.limits, ==, CLUSTER_LIMIT_NAME);
    g_assert_cmpuint(node->name.length, ==, CLUSTER_NAME_BYTES_MAX - 1 + 3);
    g_assert_true(g_utf8_validate(node->name.data, (gssize)node->name.length, NULL));
    text.length = 1 << 20;
    cluster_facts_node(&facts, text, 1);
    g_assert_cmpuint(facts.nodes->len, ==, 2);
    g_free(name);
    cluster_facts_clear(&facts);
}

static void test_requests(void)
{
    test_world *world = world_new();
    uint32_t stream = next_stream(world);
    for (int i = 0; i <= CLUSTER_REQUESTS_MAX; i++) {
        g_assert_false(was_hit(world, CLUSTER_LIMIT_REQUESTS));
        message(world, "10.0.0.2:40000", "10.0.0.1:33000",
                (cluster_message){.stream = stream,
                                  .type = CLUSTER_TYPE_SEEKING,
                                  .sender = text_of("n@10.0.0.2")});
    }
    g_assert_true(was_hit(world, CLUSTER_LIMIT_REQUESTS));
    reply(world, stream, "10.0.0.2:40000", "10.0.0.1:33000", NODE1, CLUSTER_PAYLOAD_JOINED);
    g_assert_cmpint(join_at(world, 0)->outcome, ==, CLUSTER_OUTCOME_PENDING);
    g_assert_cmpint(join_at(world, 1)->outcome, ==, CLUSTER_OUTCOME_JOINED);
    world_free(world);
}

static void test_pings(void)
{
    test_world *world = world_new();
    for (int i = 1; i <= CLUSTER_PINGS_MAX + 1; i++) {
        g_assert_false(was_hit(world, CLUSTER_LIMIT_PINGS));
        char *client = g_strdup_printf("10.0.0.2:%d", 40000 + i);
        seek(world, client, "10.0.0.1:33000", "n@10.0.0.2");
        g_free(client);
    }
    g_assert_true(was_hit(world, CLUSTER_LIMIT_PINGS));
    reply(world, 1, "10.0.0.2:40001", "10.0.0.1:33000", NODE1, CLUSTER_PAYLOAD_JOIN_FAILED);
    const cluster_cause *cause = join_at(world, 0)->exchange.cause;
    g_assert_cmpstr(cause->code, ==, "unknown");
    g_assert_nonnull(strstr(cause->text, "too many pings"));
    world_free(world);
}

static void test_attempts(void)
{
    test_world *world = world_new();
    seek(world, "10.0.0.2:40000", "10.0.0.1:33000", "n@10.0.0.2");
    for (int i = 0; i <= CLUSTER_ATTEMPTS_MAX; i++) {
        g_assert_false(was_hit(world, CLUSTER_LIMIT_ATTEMPTS));
        tcp(world, next_stream(world), "10.0.0.1:50000", "10.0.0.2:4369", "S");
    }
    g_assert_true(was_hit(world, CLUSTER_LIMIT_ATTEMPTS));
    g_assert_cmpuint(g_hash_table_size(world->model->evidence.streams), ==, CLUSTER_ATTEMPTS_MAX);
    world_free(world);
}

static void test_connections(void)
{
    test_world *world = world_new();
    seek(world, "10.0.0.2:40000", "10.0.0.1:33000", "n@10.0.0.2");
    for (uint32_t i = 1; i < CLUSTER_CONNECTIONS_MAX; i++) {
        tcp(world, next_stream(world), "10.0.0.3:40000", "10.0.0.1:33000", "S");
    }
    g_assert_cmpuint(g_hash_table_size(world->model->connections), ==, CLUSTER_CONNECTIONS_MAX);
    g_assert_false(was_hit(world, CLUSTER_LIMIT_CONNECTIONS));
    tcp(world, next_stream(world), "10.0.0.3:40000", "10.0.0.1:33000", "S");
    g_assert_true(was_hit(world, CLUSTER_LIMIT_CONNECTIONS));
    g_assert_cmpuint(g_hash_table_size(world->model->connections), ==, CLUSTER_CONNECTIONS_MAX);
    world_free(world);
}

/* Connections that were closed, and those that idle with nothing pending, go without a limit. */
static void test_connections_go(void)
{
    test_world *world = world_new();
    tcp(world, next_stream(world), "10.0.0.3:40000", "10.0.0.1:33000", "S");
    tcp(world, 1, "10.0.0.1:33000", "10.0.0.3:40000", "RA");
    g_assert_cmpuint(g_hash_table_size(world->model->connections), ==, 0);
    tcp(world, next_stream(world), "10.0.0.3:40000", "10.0.0.1:33000", "S");
    pass_time(world, CLUSTER_IDLE + 1);
    tcp(world, next_stream(world), "10.0.0.3:40000", "10.0.0.1:33000", "S");
    g_assert_cmpuint(g_hash_table_size(world->model->connections), ==, 1);
    g_assert_cmpuint(world->model->facts.limits, ==, 0);
    world_free(world);
}

static void test_targets(void)
{
    test_world *world = world_new();
    cluster_address source = address_of("10.9.9.9");
    cluster_endpoint target = endpoint_of("10.0.0.1:33000");
    for (uint32_t i = 0; i <= CLUSTER_SCAN_TARGETS_MAX; i++) {
        g_assert_false(was_hit(world, CLUSTER_LIMIT_TARGETS));
        target.address.bytes[1] = (uint8_t)(i >> 16);
        target.address.bytes[2] = (uint8_t)(i >> 8);
        target.address.bytes[3] = (uint8_t)i;
        cluster_scans_attempt(&world->model->scans, (cluster_moment){i + 1, WORLD_START}, i + 1,
                              &source, &target);
    }
    g_assert_true(was_hit(world, CLUSTER_LIMIT_TARGETS));
    g_assert_cmpuint(world->model->facts.targets, ==, CLUSTER_SCAN_TARGETS_MAX);
    world_free(world);
}

static void test_scans(void)
{
    test_world *world = world_new();
    for (uint32_t i = 0; i <= CLUSTER_SCANS_MAX; i++) {
        g_assert_false(was_hit(world, CLUSTER_LIMIT_SCANS));
        char *source = g_strdup_printf("10.%u.%u.1:40000", i >> 8, i & 255);
        tcp(world, next_stream(world), source, "10.0.0.1:33000", "S");
        g_free(source);
    }
    g_assert_true(was_hit(world, CLUSTER_LIMIT_SCANS));
    tcp(world, world->stream, "10.0.0.1:33000", "10.64.0.1:40000", "RA");
    world_free(world);
}

static void test_walks(void)
{
    test_world *world = world_new();
    for (uint32_t i = 0; i <= CLUSTER_WALKS_MAX; i++) {
        g_assert_false(was_hit(world, CLUSTER_LIMIT_WALKS));
        char *source = g_strdup_printf("10.%u.%u.1", i >> 8, i & 255);
        arp_request(world, source, "10.255.0.1");
        g_free(source);
    }
    g_assert_true(was_hit(world, CLUSTER_LIMIT_WALKS));
    world_free(world);
}

static void test_listed(void)
{
    test_world *world = world_new();
    world->model->facts.listed = CLUSTER_LISTED_MAX - 2;
    watch(world, "10.0.0.2:40000", "10.0.0.1:33000", "ops@h");
    reply_nodes(world, 1, "10.0.0.2:40000", "10.0.0.1:33000", NODE1,
                (const char *const[]){"a@h", "b@h", NULL});
    g_assert_false(was_hit(world, CLUSTER_LIMIT_LISTED));
    watch(world, "10.0.0.2:40000", "10.0.0.1:33000", "ops@h");
    reply_nodes(world, 2, "10.0.0.2:40000", "10.0.0.1:33000", NODE1,
                (const char *const[]){"c@h", NULL});
    g_assert_true(was_hit(world, CLUSTER_LIMIT_LISTED));
    g_assert_cmpuint(watch_at(world, 1)->nodes->len, ==, 0);
    world_free(world);
}

/* Each limit that was hit has its own sentence in the report. */
static void test_sentences(void)
{
    test_world *world = world_new();
    world->model->facts.limits = (CLUSTER_LIMIT_WALKS << 1) - 1;
    g_assert_cmpuint(problems_of(world, "limit_reached"), ==, 14);
    world_free(world);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/limits/nodes", test_nodes);
    g_test_add_func("/limits/records", test_records);
    g_test_add_func("/limits/findings", test_findings);
    g_test_add_func("/limits/addresses", test_addresses);
    g_test_add_func("/limits/name", test_name);
    g_test_add_func("/limits/requests", test_requests);
    g_test_add_func("/limits/pings", test_pings);
    g_test_add_func("/limits/attempts", test_attempts);
    g_test_add_func("/limits/connections", test_connections);
    g_test_add_func("/limits/connections-go", test_connections_go);
    g_test_add_func("/limits/targets", test_targets);
    g_test_add_func("/limits/scans", test_scans);
    g_test_add_func("/limits/walks", test_walks);
    g_test_add_func("/limits/listed", test_listed);
    g_test_add_func("/limits/sentences", test_sentences);
    return g_test_run();
}
