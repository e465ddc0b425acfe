/* test_joins.c
 * Tests outcomes of requests, requests without a reply, watches and what else becomes a problem.
 * May include: the headers of plugin/cluster and of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "world.h"

#define FRAMES(...)                                                                                \
    (const uint32_t[])                                                                             \
    {                                                                                              \
        __VA_ARGS__, 0                                                                             \
    }

#define NODE1 "node1@10.0.0.1"
#define NODE2 "node2@10.0.0.2"

static void test_outcomes(void)
{
    static const struct {
        cluster_payload payload;
        cluster_outcome outcome;
        const char *code; /* of the cause, or NULL */
    } rows[] = {
        {CLUSTER_PAYLOAD_JOINED, CLUSTER_OUTCOME_JOINED, NULL},
        {CLUSTER_PAYLOAD_JOIN_FAILED, CLUSTER_OUTCOME_JOIN_FAILED, "unknown"},
        {CLUSTER_PAYLOAD_SELF, CLUSTER_OUTCOME_SELF, NULL},
        {CLUSTER_PAYLOAD_ERROR, CLUSTER_OUTCOME_ERROR, NULL},
        {CLUSTER_PAYLOAD_STANDALONE, CLUSTER_OUTCOME_ERROR, "unexpected_reply"},
        {CLUSTER_PAYLOAD_OTHER, CLUSTER_OUTCOME_ERROR, "unexpected_reply"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_world *world = world_new();
        uint32_t asked = seek(world, SEEKER, BEACON, NODE2);
        pass_time(world, 0.5);
        uint32_t answer = reply(world, 1, SEEKER, BEACON, NODE1, rows[i].payload);
        const cluster_join *join = join_at(world, 0);
        g_assert_cmpint(join->outcome, ==, rows[i].outcome);
        g_assert_cmpuint(join->exchange.request_frame, ==, asked);
        g_assert_cmpuint(join->exchange.reply_frame, ==, answer);
        g_assert_cmpfloat_with_epsilon(join->exchange.reply_time - join->exchange.request_time,
                                       0.501, 1e-6);
        const cluster_cause *cause = join->exchange.cause;
        g_assert_cmpstr(cause == NULL ? NULL : cause->code, ==, rows[i].code);
        g_assert_cmpuint(world->model->facts.joins->len, ==, 1);
        world_free(world);
    }
}

static void test_self_takes_no_address(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE1);
    reply(world, 1, SEEKER, BEACON, NODE1, CLUSTER_PAYLOAD_SELF);
    const cluster_node *node = node_named(world, NODE1);
    cluster_address own = address_of("10.0.0.1");
    g_assert_cmpuint(node->addresses->len, ==, 1);
    g_assert_true(cluster_address_equal(&g_array_index(node->addresses, cluster_address, 0), &own));
    g_assert_cmpuint(problems_of(world, "self"), ==, 1);
    world_free(world);
}

static void test_nodes(void)
{
    test_world *world = world_new();
    uint32_t first = seek(world, SEEKER, BEACON, NODE2);
    uint32_t answer = reply(world, 1, SEEKER, BEACON, NODE1, CLUSTER_PAYLOAD_JOINED);
    uint32_t last = watch(world, "10.0.0.3:40000", BEACON, NODE2);
    reply_nodes(world, 2, "10.0.0.3:40000", BEACON, NODE1, (const char *const[]){"a@b@c", NULL});
    const cluster_node *seeker = node_named(world, NODE2);
    g_assert_cmpuint(seeker->first_frame, ==, first);
    g_assert_cmpuint(seeker->last_frame, ==, last);
    g_assert_cmpuint(seeker->roles, ==, CLUSTER_ROLE_SEEKER | CLUSTER_ROLE_WATCHER);
    g_assert_cmpuint(seeker->addresses->len, ==, 2);
    g_assert_cmpmem(seeker->host.data, seeker->host.length, "10.0.0.2", 8);
    g_assert_cmpuint(node_named(world, NODE1)->first_frame, ==, answer);
    g_assert_cmpuint(node_named(world, NODE1)->roles, ==, CLUSTER_ROLE_BEACON);
    g_assert_cmpuint(node_named(world, "a@b@c")->roles, ==, CLUSTER_ROLE_LISTED);
    g_assert_cmpmem(node_named(world, "a@b@c")->host.data, 3, "b@c", 3);
    world_free(world);
}

/* How a connection ends without a reply, and what is said of it. */
static void test_no_reply(void)
{
    static const struct {
        const char *by; /* who sends, S(erver) or C(lient), and the flags; in order */
        cluster_outcome outcome;
        const char *code;
        const char *said;
    } rows[] = {
        {"", CLUSTER_OUTCOME_PENDING, "never_answered", "no reply is in the capture"},
        {"SF", CLUSTER_OUTCOME_NO_REPLY, "never_answered", "the Beacon's host closed"},
        {"CF SF", CLUSTER_OUTCOME_NO_REPLY, "never_answered", "gave up"},
        {"SR", CLUSTER_OUTCOME_NO_REPLY, "reset", "the Beacon's host reset"},
        {"CR", CLUSTER_OUTCOME_NO_REPLY, "reset", "the asker's host reset"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_world *world = world_new();
        uint32_t asked = seek(world, SEEKER, BEACON, NODE2);
        char **ends = g_strsplit(rows[i].by, " ", -1);
        for (char **end = ends; *end != NULL; end++) {
            bool server = **end == 'S';
            tcp(world, 1, server ? BEACON : SEEKER, server ? SEEKER : BEACON, *end + 1);
        }
        g_strfreev(ends);
        const cluster_join *join = join_at(world, 0);
        cluster_cause scratch;
        const cluster_cause *cause = cluster_join_cause(join, &scratch);
        g_assert_cmpint(join->outcome, ==, rows[i].outcome);
        g_assert_cmpstr(cause->code, ==, rows[i].code);
        g_assert_nonnull(strstr(cause->text, rows[i].said));
        g_assert_cmpuint(join->exchange.request_frame, ==, asked);
        g_assert_cmpuint(join->exchange.reply_frame, ==, 0);
        g_assert_cmpuint(problems_of(world, rows[i].code), ==, 1);
        world_free(world);
    }
}

/* The one who closed first shows why; the other's FIN follows from that. */
static void test_given_up(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    uint32_t closed = tcp(world, 1, SEEKER, BEACON, "FA");
    tcp(world, 1, BEACON, SEEKER, "FA");
    check_cause(join_at(world, 0)->exchange.cause, "never_answered", FRAMES(closed));
    world_free(world);
}

static void test_refused(void)
{
    test_world *world = world_new();
    tcp(world, next_stream(world), SEEKER, BEACON, "S");
    message(world, SEEKER, BEACON,
            (cluster_message){.type = CLUSTER_TYPE_SEEKING, .sender = text_of(NODE2)});
    uint32_t reset = tcp(world, 1, BEACON, SEEKER, "RA");
    g_assert_cmpint(join_at(world, 0)->outcome, ==, CLUSTER_OUTCOME_REFUSED);
    check_cause(join_at(world, 0)->exchange.cause, "reset", FRAMES(reset));
    world_free(world);
}

/* Requests that a Beacon cannot decode; the close that follows is among the frames. */
static void test_undecodable(void)
{
    static const struct {
        cluster_message message;
        const char *code;
    } rows[] = {
        {{.reading = CLUSTER_READ_INVALID}, "request_invalid"},
        {{.reading = CLUSTER_READ_INCOMPLETE}, "request_incomplete"},
        {{.exceeds_recv = true}, "request_incomplete"},
    };
    static const cluster_type types[] = {CLUSTER_TYPE_OTHER, CLUSTER_TYPE_SEEKING,
                                         CLUSTER_TYPE_WATCHING};
    for (size_t i = 0; i < G_N_ELEMENTS(rows) * G_N_ELEMENTS(types); i++) {
        test_world *world = world_new();
        cluster_message request = rows[i / G_N_ELEMENTS(types)].message;
        const char *code = rows[i / G_N_ELEMENTS(types)].code;
        request.type = types[i % G_N_ELEMENTS(types)];
        request.stream = next_stream(world);
        uint32_t asked = message(world, SEEKER, BEACON, request);
        uint32_t closed = tcp(world, 1, BEACON, SEEKER, "FA");
        const cluster_cause *cause;
        if (request.type == CLUSTER_TYPE_OTHER) {
            cause = cluster_facts_finding_at(&world->model->facts, 0)->cause;
        } else if (request.type == CLUSTER_TYPE_SEEKING) {
            cause = join_at(world, 0)->exchange.cause;
            g_assert_cmpint(join_at(world, 0)->outcome, ==, CLUSTER_OUTCOME_NO_REPLY);
        } else {
            cause = watch_at(world, 0)->exchange.cause;
        }
        check_cause(cause, code, FRAMES(asked, closed));
        g_assert_cmpuint(problems_of(world, code), ==, 1);
        world_free(world);
    }
}

static void test_unknown_type(void)
{
    test_world *world = world_new();
    uint32_t stream = next_stream(world);
    cluster_message request = {
        .stream = stream, .sender = text_of(NODE2), .type_word = text_of("joi\x1bning")};
    uint32_t asked = message(world, SEEKER, BEACON, request);
    uint32_t closed = tcp(world, stream, BEACON, SEEKER, "FA");
    const cluster_cause *cause = cluster_facts_finding_at(&world->model->facts, 0)->cause;
    check_cause(cause, "request_unknown_type", FRAMES(asked, closed));
    g_assert_nonnull(strstr(cause->text, "joi\\x1bning"));
    world_free(world);
}

/* One that was answered all the same is no problem. */
static void test_unknown_type_answered(void)
{
    test_world *world = world_new();
    message(world, SEEKER, BEACON,
            (cluster_message){.stream = next_stream(world), .type_word = text_of("joining")});
    reply(world, 1, SEEKER, BEACON, NODE1, CLUSTER_PAYLOAD_ERROR);
    g_assert_cmpuint(problems_of(world, "request_unknown_type"), ==, 0);
    world_free(world);
}

static void test_reply_from_client(void)
{
    test_world *world = world_new();
    cluster_message request = {.stream = next_stream(world), .type = CLUSTER_TYPE_REPLY};
    uint32_t asked = message(world, SEEKER, BEACON, request);
    uint32_t answer = reply(world, 1, SEEKER, BEACON, NODE1, CLUSTER_PAYLOAD_ERROR);
    check_cause(cluster_facts_finding_at(&world->model->facts, 0)->cause, "reply_from_client",
                FRAMES(asked, answer));
    g_assert_cmpuint(world->model->facts.joins->len, ==, 0);
    world_free(world);
}

static void test_reply_exceeds_recv(void)
{
    test_world *world = world_new();
    watch(world, SEEKER, BEACON, "ops@10.0.0.2");
    cluster_text node = text_of(NODE2);
    cluster_message answer = {.stream = 1,
                              .from_server = true,
                              .type = CLUSTER_TYPE_REPLY,
                              .payload = CLUSTER_PAYLOAD_NODES,
                              .nodes = &node,
                              .node_count = 1,
                              .sender = text_of(NODE1),
                              .length = 2202,
                              .exceeds_recv = true};
    uint32_t frame = message(world, SEEKER, BEACON, answer);
    const cluster_cause *cause = cluster_facts_finding_at(&world->model->facts, 0)->cause;
    check_cause(cause, "reply_exceeds_recv", FRAMES(frame));
    g_assert_nonnull(strstr(cause->text, "2202 bytes"));
    g_assert_nonnull(strstr(cause->text, "ops@10.0.0.2"));
    g_assert_cmpuint(watch_at(world, 0)->nodes->len, ==, 1);
    world_free(world);
}

/* A reply that could not be read: it is no JSON, or its end is not in the capture. */
static void check_unreadable(cluster_reading reading, const char *code)
{
    test_world *world = world_new();
    cluster_message answer = {.stream = 1, .from_server = true, .reading = reading};
    seek(world, SEEKER, BEACON, NODE2);
    uint32_t frame = message(world, SEEKER, BEACON, answer);
    g_assert_cmpint(join_at(world, 0)->outcome, ==, CLUSTER_OUTCOME_ERROR);
    check_cause(join_at(world, 0)->exchange.cause, code, FRAMES(frame));
    watch(world, SEEKER, BEACON, NODE2);
    answer.stream = world->stream;
    frame = message(world, SEEKER, BEACON, answer);
    check_cause(watch_at(world, 0)->exchange.cause, code, FRAMES(frame));
    world_free(world);
}

static void test_reply_unreadable(void)
{
    check_unreadable(CLUSTER_READ_INVALID, "reply_invalid");
    check_unreadable(CLUSTER_READ_INCOMPLETE, "reply_incomplete");
}

static void test_watches(void)
{
    test_world *world = world_new();
    watch(world, SEEKER, BEACON, "ops@10.0.0.2");
    reply_nodes(world, 1, SEEKER, BEACON, NODE1, (const char *const[]){NODE2, "node3@h", NULL});
    watch(world, SEEKER, BEACON, "ops@10.0.0.2");
    reply_nodes(world, 2, SEEKER, BEACON, NODE1, (const char *const[]){NODE2, "node3@h", NULL});
    watch(world, SEEKER, BEACON, "ops@10.0.0.2");
    reply(world, 3, SEEKER, BEACON, NODE1, CLUSTER_PAYLOAD_STANDALONE);
    watch(world, SEEKER, BEACON, "ops@10.0.0.2");
    tcp(world, 4, BEACON, SEEKER, "FA");
    g_assert_cmpuint(watch_at(world, 0)->nodes->len, ==, 2);
    g_assert_true(watch_at(world, 0)->nodes == watch_at(world, 1)->nodes);
    g_assert_cmpuint(watch_at(world, 2)->nodes->len, ==, 0);
    g_assert_null(watch_at(world, 3)->nodes);
    g_assert_cmpstr(watch_at(world, 3)->exchange.cause->code, ==, "never_answered");
    g_assert_cmpuint(problems_of(world, "never_answered"), ==, 1);
    g_assert_cmpuint(world->model->facts.joins->len, ==, 0);
    world_free(world);
}

/* Several requests on one connection, answered in order, or as the dissector says. */
static void test_pipeline(void)
{
    test_world *world = world_new();
    uint32_t first = seek(world, SEEKER, BEACON, "a@10.0.0.2");
    cluster_message request = {.type = CLUSTER_TYPE_SEEKING, .sender = text_of("b@10.0.0.2")};
    uint32_t second = message(world, SEEKER, BEACON, request);
    cluster_message answer = {.from_server = true,
                              .type = CLUSTER_TYPE_REPLY,
                              .payload = CLUSTER_PAYLOAD_JOINED,
                              .sender = text_of(NODE1),
                              .request_frame = second};
    message(world, SEEKER, BEACON, answer);
    answer.request_frame = 0;
    answer.payload = CLUSTER_PAYLOAD_JOIN_FAILED;
    message(world, SEEKER, BEACON, answer);
    g_assert_cmpuint(join_at(world, 0)->exchange.request_frame, ==, first);
    g_assert_cmpint(join_at(world, 0)->outcome, ==, CLUSTER_OUTCOME_JOIN_FAILED);
    g_assert_cmpint(join_at(world, 1)->outcome, ==, CLUSTER_OUTCOME_JOINED);
    world_free(world);
}

/* The tap may tell of a FIN before it tells of the reply in the same frame, or a later one. */
static void test_fin_before_reply(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    tcp(world, 1, BEACON, SEEKER, "FA");
    tcp(world, 1, SEEKER, BEACON, "FA");
    tcp(world, next_stream(world), "10.0.0.3:40000", BEACON, "S");
    tcp(world, world->stream, BEACON, "10.0.0.3:40000", "RA");
    reply(world, 1, SEEKER, BEACON, NODE1, CLUSTER_PAYLOAD_JOINED);
    g_assert_cmpuint(world->model->facts.joins->len, ==, 1);
    g_assert_cmpint(join_at(world, 0)->outcome, ==, CLUSTER_OUTCOME_JOINED);
    g_assert_null(join_at(world, 0)->exchange.cause);
    g_assert_cmpuint(g_hash_table_size(world->model->connections), ==, 0);
    world_free(world);
}

/* A request in two segments: the Beacon decodes the first alone, and closes before the second. */
static void test_closed_before_request(void)
{
    test_world *world = world_new();
    uint32_t stream = next_stream(world);
    tcp(world, stream, SEEKER, BEACON, "S");
    tcp(world, stream, BEACON, SEEKER, "SA");
    uint32_t closed = tcp(world, stream, BEACON, SEEKER, "FA");
    cluster_message request = {
        .type = CLUSTER_TYPE_SEEKING, .sender = text_of(NODE2), .exceeds_recv = true};
    uint32_t asked = message(world, SEEKER, BEACON, request);
    g_assert_cmpint(join_at(world, 0)->outcome, ==, CLUSTER_OUTCOME_NO_REPLY);
    check_cause(join_at(world, 0)->exchange.cause, "request_incomplete", FRAMES(closed, asked));
    world_free(world);
}

/* A capture that begins in the middle: replies without their requests. */
static void test_reply_alone(void)
{
    test_world *world = world_new();
    next_stream(world);
    uint32_t joined = reply(world, 1, SEEKER, BEACON, NODE1, CLUSTER_PAYLOAD_JOINED);
    next_stream(world);
    reply(world, 2, SEEKER, BEACON, NODE1, CLUSTER_PAYLOAD_JOIN_FAILED);
    next_stream(world);
    reply_nodes(world, 3, SEEKER, BEACON, NODE1, (const char *const[]){NODE2, NULL});
    g_assert_cmpuint(join_at(world, 0)->exchange.asker, ==, CLUSTER_NO_NODE);
    g_assert_cmpuint(join_at(world, 0)->exchange.request_frame, ==, 0);
    g_assert_cmpuint(join_at(world, 0)->exchange.reply_frame, ==, joined);
    g_assert_cmpstr(join_at(world, 1)->exchange.cause->code, ==, "unknown");
    g_assert_cmpuint(watch_at(world, 0)->nodes->len, ==, 1);
    world_free(world);
}

/* Two points of capture: each segment twice, each message once. */
static void test_two_points(void)
{
    test_world *world = world_new();
    tcp(world, next_stream(world), SEEKER, BEACON, "S");
    tcp(world, 1, SEEKER, BEACON, "S");
    tcp(world, 1, BEACON, SEEKER, "SA");
    tcp(world, 1, BEACON, SEEKER, "SA");
    message(world, SEEKER, BEACON,
            (cluster_message){.type = CLUSTER_TYPE_SEEKING, .sender = text_of(NODE2)});
    reply(world, 1, SEEKER, BEACON, NODE1, CLUSTER_PAYLOAD_JOINED);
    tcp(world, 1, BEACON, SEEKER, "FA");
    tcp(world, 1, SEEKER, BEACON, "FA");
    cluster_report *report = cluster_report_new(&world->model->facts);
    g_assert_cmpuint(world->model->facts.joins->len, ==, 1);
    g_assert_cmpuint(report->scans->len, ==, 1);
    g_assert_cmpuint(g_array_index(report->scans, cluster_scan_view, 0).rounds, ==, 1);
    g_assert_cmpuint(report->problems->len, ==, 0);
    cluster_report_free(report);
    world_free(world);
}

/* The Beacon of an unanswered request is known by its other replies. */
static void test_beacon_by_endpoint(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    tcp(world, 1, BEACON, SEEKER, "FA");
    g_assert_cmpuint(cluster_facts_beacon(&world->model->facts, &join_at(world, 0)->exchange), ==,
                     CLUSTER_NO_NODE);
    watch(world, SEEKER, BEACON, "ops@10.0.0.2");
    reply(world, 2, SEEKER, BEACON, NODE1, CLUSTER_PAYLOAD_STANDALONE);
    uint32_t beacon = cluster_facts_beacon(&world->model->facts, &join_at(world, 0)->exchange);
    g_assert_true(cluster_facts_node_at(&world->model->facts, beacon) == node_named(world, NODE1));
    world_free(world);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/joins/outcomes", test_outcomes);
    g_test_add_func("/joins/self-takes-no-address", test_self_takes_no_address);
    g_test_add_func("/joins/nodes", test_nodes);
    g_test_add_func("/joins/no-reply", test_no_reply);
    g_test_add_func("/joins/given_up", test_given_up);
    g_test_add_func("/joins/refused", test_refused);
    g_test_add_func("/joins/undecodable", test_undecodable);
    g_test_add_func("/joins/unknown-type", test_unknown_type);
    g_test_add_func("/joins/unknown-type-answered", test_unknown_type_answered);
    g_test_add_func("/joins/reply-from-client", test_reply_from_client);
    g_test_add_func("/joins/reply-exceeds-recv", test_reply_exceeds_recv);
    g_test_add_func("/joins/reply-unreadable", test_reply_unreadable);
    g_test_add_func("/joins/watches", test_watches);
    g_test_add_func("/joins/pipeline", test_pipeline);
    g_test_add_func("/joins/fin-before-reply", test_fin_before_reply);
    g_test_add_func("/joins/closed-before-request", test_closed_before_request);
    g_test_add_func("/joins/reply-alone", test_reply_alone);
    g_test_add_func("/joins/two-points", test_two_points);
    g_test_add_func("/joins/beacon-by-endpoint", test_beacon_by_endpoint);
    return g_test_run();
}
