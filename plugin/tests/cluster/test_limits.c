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

/* Without the report for the schema's test, which takes its time for large ones. */
static void free_large(test_world *world)
{
    cluster_model_free(world->model);
    g_free(world);
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
    free_large(world);
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

/* A try of every host of a /16 and one more, to the port that was given or to another. */
static cluster_facts *sweep(uint32_t count, bool given)
{
    cluster_facts *facts = g_new(cluster_facts, 1);
    cluster_facts_init(facts);
    cluster_tries tries;
    cluster_tries_init(&tries, facts);
    cluster_endpoint client = endpoint_of("10.9.9.9:40000");
    cluster_endpoint server = endpoint_of("10.0.0.1:33000");
    for (uint32_t i = 0; i < count; i++) {
        server.address.bytes[1] = (uint8_t)(i >> 16);
        server.address.bytes[2] = (uint8_t)(i >> 8);
        server.address.bytes[3] = (uint8_t)i;
        cluster_try *attempt = cluster_tries_begin(&tries, (cluster_moment){i + 1, WORLD_START},
                                                   &client, &server, given);
        if (!attempt->listed) {
            cluster_try_free(facts, attempt);
        }
    }
    cluster_tries_clear(&tries);
    return facts;
}

static void free_facts(cluster_facts *facts)
{
    cluster_facts_clear(facts);
    g_free(facts);
}

static void test_targets(void)
{
    for (uint32_t more = 0; more < 2; more++) {
        cluster_facts *facts = sweep(CLUSTER_SCAN_TARGETS_MAX + more, true);
        cluster_report *report = cluster_report_new(facts);
        g_assert_cmpuint(report->limits, ==, more == 0 ? 0 : CLUSTER_LIMIT_TARGETS);
        g_assert_cmpuint(g_array_index(report->scans, cluster_scan_view, 0).targets->len, ==,
                         CLUSTER_SCAN_TARGETS_MAX);
        cluster_report_free(report);
        free_facts(facts);
    }
}

static void test_tries(void)
{
    cluster_facts *facts = sweep(CLUSTER_TRIES_MAX + 1, true);
    g_assert_cmpuint(facts->tries.length, ==, CLUSTER_TRIES_MAX);
    g_assert_cmpuint(facts->limits, ==, CLUSTER_LIMIT_TRIES);
    free_facts(facts);
    facts = sweep(CLUSTER_STRANGERS_MAX, false);
    g_assert_cmpuint(facts->limits, ==, 0);
    free_facts(facts);
    facts = sweep(CLUSTER_STRANGERS_MAX + 1, false);
    g_assert_cmpuint(facts->tries.length, ==, CLUSTER_STRANGERS_MAX);
    g_assert_cmpuint(facts->limits, ==, CLUSTER_LIMIT_STRANGERS);
    free_facts(facts);
}

static void test_scans(void)
{
    test_world *world = world_new();
    for (uint32_t i = 0; i <= CLUSTER_SCANS_MAX; i++) {
        char *source = g_strdup_printf("10.%u.%u.1:40000", i >> 8, i & 255);
        tcp(world, next_stream(world), source, "10.0.0.1:33000", "S");
        g_free(source);
    }
    g_assert_cmpuint(problems_of(world, "limit_reached"), ==, 1);
    tcp(world, world->stream, "10.0.0.1:33000", "10.64.0.1:40000", "RA");
    free_large(world);
}

/* ARP requests that come near to each other are kept, up to a limit; those that lie alone are not.
 */
static void test_asked(void)
{
    test_world *world = world_new();
    for (uint32_t i = 0; i <= CLUSTER_ASKED_MAX; i++) {
        g_assert_false(was_hit(world, CLUSTER_LIMIT_WALKS));
        char *target = g_strdup_printf("10.%u.%u.2", i >> 8 & 255, i & 255);
        arp_request(world, i >> 16 == 0 ? "10.0.0.1" : "10.0.0.3", target);
        g_free(target);
    }
    g_assert_true(was_hit(world, CLUSTER_LIMIT_WALKS));
    free_large(world);
    world = world_new();
    pass_time(world, 10);
    for (uint32_t i = 0; i < 1000; i++) {
        char *target = g_strdup_printf("10.0.%u.2", i & 255);
        arp_request(world, "10.0.0.1", target);
        pass_time(world, 6);
        g_free(target);
    }
    g_assert_cmpuint(world->model->facts.asked.length, <=, 2);
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
    world->model->facts.limits = CLUSTER_LIMITS;
    g_assert_cmpuint(problems_of(world, "limit_reached"), ==, 16);
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
    g_test_add_func("/limits/tries", test_tries);
    g_test_add_func("/limits/asked", test_asked);
    g_test_add_func("/limits/listed", test_listed);
    g_test_add_func("/limits/sentences", test_sentences);
    return g_test_run();
}
