/* test_merge.c
 * Tests that reports join: the parts of a split capture, several points, any order and grouping.
 * May include: the headers of plugin/cluster and of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "merge.h"
#include "world.h"

#define SCRIPTS 60
#define STEPS 150
#define NODES 5

static char *json_of(const cluster_facts *facts)
{
    cluster_report *report = cluster_report_new(facts);
    GString *json = cluster_report_json(report);
    cluster_report_free(report);
    return g_string_free(json, FALSE);
}

static char *json_of_world(const test_world *world)
{
    return g_string_free(cluster_model_json(world->model), FALSE);
}

/* The report that the reports from first on make, count of them. */
static char *merge_some(const GPtrArray *reports, guint first, guint count)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(cluster_facts_free);
    char *error = NULL;
    for (guint i = first; i < first + count; i++) {
        const char *text = g_ptr_array_index(reports, i);
        g_ptr_array_add(parts, cluster_report_read(text, strlen(text), &error));
        g_assert_cmpstr(error, ==, NULL);
    }
    cluster_facts *facts = cluster_facts_merge(parts, &error);
    g_assert_cmpstr(error, ==, NULL);
    g_ptr_array_unref(parts);
    char *merged = json_of(facts);
    cluster_facts_free(facts);
    return merged;
}

static char *merge_all(const GPtrArray *reports)
{
    return merge_some(reports, 0, reports->len);
}

static void shuffle(GPtrArray *reports, GRand *random)
{
    for (guint i = reports->len; i > 1; i--) {
        guint other = (guint)g_rand_int_range(random, 0, (gint32)i);
        gpointer kept = reports->pdata[i - 1];
        reports->pdata[i - 1] = reports->pdata[other];
        reports->pdata[other] = kept;
    }
}

/* Merges in random order and groups, again and again, until one report is left. */
static char *merge_grouped(const GPtrArray *reports, GRand *random)
{
    GPtrArray *left = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < reports->len; i++) {
        g_ptr_array_add(left, g_strdup(g_ptr_array_index(reports, i)));
    }
    do {
        shuffle(left, random);
        guint count = (guint)g_rand_int_range(random, 1, (gint32)MIN(left->len, 4) + 1);
        char *merged = merge_some(left, 0, count);
        g_ptr_array_remove_range(left, 0, count);
        g_ptr_array_add(left, merged);
    } while (left->len > 1);
    char *last = g_strdup(g_ptr_array_index(left, 0));
    g_ptr_array_unref(left);
    return last;
}

/* Ends a report before its facts. */
static char *without_facts(char *report)
{
    char *facts = strstr(report, ",\n\"facts\":{");
    g_assert_nonnull(facts);
    *facts = '\0';
    return report;
}

/* A network in which one step after the other happens; at each end of one a capture may be cut. */
typedef struct {
    test_world *world;
    GRand *random;
} script;

static uint32_t upto(script *of, uint32_t most)
{
    return (uint32_t)g_rand_int_range(of->random, 0, (gint32)most + 1);
}

static char *client_of(script *of, uint32_t node)
{
    return g_strdup_printf("10.0.%u.%u:%u", upto(of, 5) / 4, node,
                           40000 + of->world->stream % 20000);
}

static void join_step(script *of, uint32_t node, uint32_t beacon)
{
    char *client = client_of(of, node);
    char *server = g_strdup_printf("10.0.0.%u:%u", beacon, upto(of, 3) == 0 ? 3000 : 33000);
    char *epmd = g_strdup_printf("10.0.0.%u:4369", node);
    char *name = g_strdup_printf("n%u@10.0.0.%u", node, node);
    char *sender = g_strdup_printf("n%u@10.0.0.%u", beacon, beacon);
    char *asker = g_strdup_printf("10.0.0.%u:50000", beacon);
    seek(of->world, client, server, name);
    uint32_t stream = of->world->stream;
    char *host = g_strdup_printf("10.0.0.%u", node);
    char *pinger = g_strdup_printf("10.0.0.%u", beacon);
    switch (upto(of, 6)) {
    case 0:
        tcp(of->world, next_stream(of->world), asker, epmd, "S");
        tcp(of->world, of->world->stream, epmd, asker, "RA");
        reply(of->world, stream, client, server, sender, CLUSTER_PAYLOAD_JOIN_FAILED);
        break;
    case 1:
        break; /* no answer, and no end of the connection */
    case 2:
        tcp(of->world, stream, server, client, "RA");
        break;
    case 3:
        reply(of->world, stream, client, server, sender, CLUSTER_PAYLOAD_SELF);
        break;
    case 4:
        arp_request(of->world, pinger, host);
        reply(of->world, stream, client, server, sender, CLUSTER_PAYLOAD_JOIN_FAILED);
        break;
    case 5:
        arp_request(of->world, pinger, host);
        arp_reply(of->world, host, pinger);
        break; /* no answer here, too */
    default:
        reply(of->world, stream, client, server, sender, CLUSTER_PAYLOAD_JOINED);
    }
    g_free(pinger);
    g_free(host);
    g_free(asker);
    g_free(sender);
    g_free(name);
    g_free(epmd);
    g_free(server);
    g_free(client);
}

static void watch_step(script *of, uint32_t beacon)
{
    static const char *const lists[][4] = {
        {NULL}, {"n1@10.0.0.1", NULL}, {"n2@10.0.0.2", "x@y", "n3@10.0.0.3", NULL}};
    char *client = client_of(of, 9);
    char *server = g_strdup_printf("10.0.0.%u:33000", beacon);
    char *sender = g_strdup_printf("n%u@10.0.0.%u", beacon, beacon);
    watch(of->world, client, server, "ops@tower");
    reply_nodes(of->world, of->world->stream, client, server, sender, lists[upto(of, 2)]);
    g_free(sender);
    g_free(server);
    g_free(client);
}

static void finding_step(script *of, uint32_t node)
{
    char *client = client_of(of, node);
    next_stream(of->world);
    message(of->world, client, upto(of, 1) == 0 ? BEACON : "10.0.0.1:4000",
            (cluster_message){.type = upto(of, 1) == 0 ? CLUSTER_TYPE_REPLY : CLUSTER_TYPE_OTHER,
                              .type_word = text_of("hello"),
                              .sender = text_of("odd@h")});
    g_free(client);
}

/* A target of a walk: refused, silent, or known only by ARP. Cuts may come between its requests. */
static void walk_step(script *of, uint32_t node, uint32_t host)
{
    char *source = g_strdup_printf("10.0.0.%u", node);
    char *target = g_strdup_printf("10.0.0.%u", host);
    char *client = client_of(of, node);
    char *server = g_strdup_printf("10.0.0.%u:%u", host, upto(of, 2) == 0 ? 3000 : 33000);
    uint32_t kind = upto(of, 5);
    if (kind < 3) {
        arp_request(of->world, source, target);
    } else if (kind == 3) {
        arp_reply(of->world, target, source);
    } else {
        tcp(of->world, next_stream(of->world), client, server, "S");
        if (kind == 5) {
            tcp(of->world, of->world->stream, server, client, "RA");
        }
    }
    g_free(server);
    g_free(client);
    g_free(target);
    g_free(source);
}

static void step(script *of, uint32_t turn)
{
    static const double pauses[] = {0.0, 0.05, 0.1, 0.25, 0.25, 0.3, 1, 2.5, 6, 70};
    uint32_t node = 1 + upto(of, NODES - 1);
    pass_time(of->world, pauses[upto(of, G_N_ELEMENTS(pauses) - 1)]);
    switch (upto(of, 9)) {
    case 0:
        join_step(of, node, 1 + upto(of, 1));
        break;
    case 1:
        watch_step(of, 1 + upto(of, 1));
        break;
    case 2:
        finding_step(of, node);
        break;
    default:
        walk_step(of, 1 + turn / 40 % 2, 10 + turn % 12);
    }
}

/* The reports of a script: of the whole if cutter is NULL, else of parts that it cuts. */
static GPtrArray *play(uint32_t seed, GRand *cutter)
{
    GPtrArray *reports = g_ptr_array_new_with_free_func(g_free);
    script of = {world_new(), g_rand_new_with_seed(seed)};
    for (uint32_t turn = 0; turn < STEPS; turn++) {
        step(&of, turn);
        if (cutter != NULL && g_rand_int_range(cutter, 0, 12) == 0) {
            double time = of.world->time;
            uint32_t stream = of.world->stream;
            g_ptr_array_add(reports, json_of_world(of.world));
            cluster_model_free(of.world->model);
            g_free(of.world);
            of.world = world_new();
            of.world->time = time;
            of.world->stream = stream;
        }
    }
    g_ptr_array_add(reports, json_of_world(of.world));
    cluster_model_free(of.world->model);
    g_free(of.world);
    g_rand_free(of.random);
    return reports;
}

static void test_split(void)
{
    GRand *cutter = g_rand_new_with_seed(20260103);
    for (uint32_t seed = 1; seed <= SCRIPTS; seed++) {
        GPtrArray *whole = play(seed, NULL);
        GPtrArray *parts = play(seed, cutter);
        char *merged = merge_all(parts);
        char *grouped = merge_grouped(parts, cutter);
        g_assert_cmpstr(merged, ==, grouped);
        g_assert_cmpstr(without_facts(merged), ==, without_facts(whole->pdata[0]));
        g_free(grouped);
        g_free(merged);
        g_ptr_array_unref(parts);
        g_ptr_array_unref(whole);
    }
    g_rand_free(cutter);
}

/* Captures that have nothing to do with each other, at one time, some of them twice. */
static void test_any_order(void)
{
    GRand *random = g_rand_new_with_seed(20260104);
    GPtrArray *reports = g_ptr_array_new_with_free_func(g_free);
    for (uint32_t seed = 1; seed <= 12; seed++) {
        GPtrArray *whole = play(seed % 9 + 1, NULL);
        g_ptr_array_add(reports, g_strdup(whole->pdata[0]));
        g_ptr_array_unref(whole);
    }
    char *merged = merge_all(reports);
    for (int turn = 0; turn < 20; turn++) {
        char *grouped = merge_grouped(reports, random);
        g_assert_cmpstr(merged, ==, grouped);
        g_free(grouped);
    }
    g_free(merged);
    g_ptr_array_unref(reports);
    g_rand_free(random);
}

static void test_alone(void)
{
    GPtrArray *reports = play(1, NULL);
    char *once = merge_all(reports);
    g_assert_cmpstr(once, ==, reports->pdata[0]);
    g_ptr_array_add(reports, g_strdup(once));
    char *twice = merge_all(reports);
    g_assert_cmpstr(once, ==, twice);
    g_free(twice);
    g_free(once);
    g_ptr_array_unref(reports);
}

static void test_nothing(void)
{
    GPtrArray *reports = g_ptr_array_new_with_free_func(g_free);
    test_world *world = world_new();
    g_ptr_array_add(reports, json_of_world(world));
    world_free(world);
    GPtrArray *other = play(2, NULL);
    char *empty = merge_all(reports);
    g_assert_cmpstr(empty, ==, reports->pdata[0]);
    g_ptr_array_add(reports, g_strdup(other->pdata[0]));
    char *merged = merge_all(reports);
    g_assert_cmpstr(merged, ==, other->pdata[0]);
    g_free(merged);
    g_free(empty);
    g_ptr_array_unref(other);
    g_ptr_array_unref(reports);
}

/* A point of capture, which sees from start to end what it sees so many seconds late. */
static test_world *point(double late)
{
    test_world *world = world_new();
    world->time += late;
    cluster_frame_seen(world->model, (cluster_moment){++world->frame, world->time});
    pass_time(world, 10);
    return world;
}

static void add_point(GPtrArray *reports, test_world *world)
{
    pass_time(world, 10);
    cluster_frame_seen(world->model, (cluster_moment){++world->frame, world->time});
    g_ptr_array_add(reports, json_of_world(world));
    world_free(world);
}

static unsigned count_of(const char *report, const char *what)
{
    unsigned count = 0;
    for (const char *at = strstr(report, what); at != NULL; at = strstr(at + 1, what)) {
        count++;
    }
    return count;
}

/* What two points saw counts once, with the cause that one of them knows. */
static void test_two_points(void)
{
    GRand *random = g_rand_new_with_seed(1);
    for (int first = 0; first < 2; first++) {
        GPtrArray *reports = g_ptr_array_new_with_free_func(g_free);
        for (int i = 0; i < 2; i++) {
            test_world *world = point(i == 0 ? 0 : 0.5);
            seek(world, SEEKER, BEACON, "n2@10.0.0.2");
            uint32_t stream = world->stream;
            if (i == first) {
                tcp(world, next_stream(world), "10.0.0.1:50000", "10.0.0.2:4369", "S");
                tcp(world, world->stream, "10.0.0.2:4369", "10.0.0.1:50000", "RA");
            }
            reply(world, stream, SEEKER, BEACON, "n1@10.0.0.1", CLUSTER_PAYLOAD_JOIN_FAILED);
            add_point(reports, world);
        }
        char *merged = merge_all(reports);
        g_assert_cmpuint(count_of(merged, "{\"seeker\""), ==, 1);
        g_assert_cmpuint(count_of(merged, "{\"code\":\"epmd_refused\""), ==, 1);
        g_assert_cmpuint(count_of(merged, "{\"source\""), ==, 1);
        g_assert_nonnull(strstr(merged, "\"rounds\":1"));
        shuffle(reports, random);
        char *again = merge_all(reports);
        g_assert_cmpstr(merged, ==, again);
        g_free(again);
        g_free(merged);
        g_ptr_array_unref(reports);
    }
    g_rand_free(random);
}

/* Two requests on one connection are two at each point, and two in both. */
static void test_two_points_pipelined(void)
{
    GPtrArray *reports = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < 2; i++) {
        test_world *world = point(i == 0 ? 0 : 0.0005);
        seek(world, SEEKER, BEACON, "n2@10.0.0.2");
        message(world, SEEKER, BEACON,
                (cluster_message){.type = CLUSTER_TYPE_SEEKING, .sender = text_of("n2@10.0.0.2")});
        reply(world, world->stream, SEEKER, BEACON, "n1@10.0.0.1", CLUSTER_PAYLOAD_JOINED);
        add_point(reports, world);
    }
    char *merged = merge_all(reports);
    g_assert_cmpuint(count_of(merged, "{\"seeker\""), ==, 2);
    g_assert_cmpuint(count_of(merged, "\"outcome\":\"joined\""), ==, 1);
    g_free(merged);
    g_ptr_array_unref(reports);
}

/* The same ends at other times, or in captures of other times, are two connections. */
static void test_not_the_same(void)
{
    static const struct {
        double late;
        bool goes_on;
    } others[] = {{CLUSTER_SAME_TIME + 0.1, true}, {0.5, false}};
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        GPtrArray *reports = g_ptr_array_new_with_free_func(g_free);
        for (int k = 0; k < 2; k++) {
            test_world *world = others[i].goes_on ? point(0) : world_new();
            pass_time(world, k * others[i].late);
            seek(world, SEEKER, BEACON, "n2@10.0.0.2");
            reply(world, world->stream, SEEKER, BEACON, "n1@10.0.0.1", CLUSTER_PAYLOAD_JOINED);
            if (others[i].goes_on) {
                add_point(reports, world);
            } else {
                g_ptr_array_add(reports, json_of_world(world));
                world_free(world);
            }
        }
        char *merged = merge_all(reports);
        g_assert_cmpuint(count_of(merged, "{\"seeker\""), ==, 2);
        g_free(merged);
        g_ptr_array_unref(reports);
    }
}

/* A newer list counts, whichever capture comes first. */
static void test_newest_by_time(void)
{
    GPtrArray *reports = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < 2; i++) {
        test_world *world = point(i * 0.1);
        pass_time(world, i == 0 ? 5 : 0);
        watch(world, SEEKER, BEACON, "ops@h");
        reply_nodes(world, world->stream, SEEKER, BEACON, "n1@h",
                    i == 0 ? (const char *const[]){"new@h", NULL}
                           : (const char *const[]){"old@h", NULL});
        add_point(reports, world);
    }
    char *merged = merge_all(reports);
    g_assert_nonnull(strstr(merged, "{\"nodes\":[\"n1@h\",\"new@h\"],\"beacons\":[\"n1@h\"]}"));
    g_free(merged);
    g_ptr_array_unref(reports);
}

/* Frames that a display filter hides push those of the next capture back. */
static void test_hidden_frames(void)
{
    GPtrArray *reports = g_ptr_array_new_with_free_func(g_free);
    test_world *world = world_new();
    cluster_frame_passed(world->model, (cluster_moment){100, world->time});
    g_ptr_array_add(reports, json_of_world(world));
    pass_time(world, 1);
    cluster_model_clear(world->model);
    seek(world, SEEKER, BEACON, "n2@h");
    g_ptr_array_add(reports, json_of_world(world));
    world_free(world);
    char *merged = merge_all(reports);
    g_assert_nonnull(strstr(merged, "\"request_frame\":103,"));
    g_free(merged);
    g_ptr_array_unref(reports);
}

static cluster_facts *facts_of_frames(uint32_t frames, double first)
{
    cluster_facts *facts = cluster_facts_new();
    const cluster_capture capture = {.first = first, .last = first, .frames = frames};
    g_array_append_val(facts->captures, capture);
    return facts;
}

static void test_too_many(void)
{
    char *error = NULL;
    GPtrArray *parts = g_ptr_array_new_with_free_func(cluster_facts_free);
    g_ptr_array_add(parts, facts_of_frames(UINT32_MAX, 1));
    g_ptr_array_add(parts, facts_of_frames(UINT32_MAX, 1));
    cluster_facts *facts = cluster_facts_merge(parts, &error);
    g_assert_nonnull(facts);
    cluster_facts_free(facts);
    g_ptr_array_add(parts, facts_of_frames(1, 2));
    g_assert_null(cluster_facts_merge(parts, &error));
    g_assert_nonnull(strstr(error, "frames"));
    g_clear_pointer(&error, g_free);
    g_ptr_array_set_size(parts, 0);
    for (int i = 0; i <= CLUSTER_CAPTURES_MAX; i++) {
        g_ptr_array_add(parts, facts_of_frames(1, i));
    }
    g_assert_null(cluster_facts_merge(parts, &error));
    g_assert_nonnull(strstr(error, "captures"));
    g_free(error);
    g_ptr_array_unref(parts);
}

/* Many requests on one connection at two points: each counts once, and it takes no long time. */
static void test_many_copies(void)
{
    const uint32_t requests = 100000;
    char *error = NULL;
    GPtrArray *parts = g_ptr_array_new_with_free_func(cluster_facts_free);
    for (uint32_t i = 0; i < 2; i++) {
        cluster_facts *part = facts_of_frames(requests, i);
        cluster_capture *capture = (cluster_capture *)(void *)part->captures->data;
        capture->last = 10;
        for (uint32_t k = 0; k < requests; k++) {
            const cluster_join join = {.exchange = {.asker = CLUSTER_NO_NODE,
                                                    .beacon = CLUSTER_NO_NODE,
                                                    .request_frame = k + 1,
                                                    .request_time = 5 + k * 1e-6}};
            cluster_facts_add_join(part, &join);
        }
        g_ptr_array_add(parts, part);
    }
    cluster_facts *facts = cluster_facts_merge(parts, &error);
    cluster_report *report = cluster_report_new(facts);
    g_assert_cmpuint(report->all_joins->len, ==, 2ul * requests);
    g_assert_cmpuint(report->joins->len, ==, requests);
    cluster_report_free(report);
    cluster_facts_free(facts);
    g_ptr_array_unref(parts);
}

/* The limits of a report are those of a merged one, which says so. */
static void test_limits(void)
{
    char *error = NULL;
    GPtrArray *parts = g_ptr_array_new_with_free_func(cluster_facts_free);
    for (uint32_t i = 0; i < 2; i++) {
        cluster_facts *part = facts_of_frames(CLUSTER_NODES_MAX, i);
        ((cluster_capture *)(void *)part->captures->data)->digest[0] = (char)('a' + i);
        for (uint32_t node = 0; node < CLUSTER_NODES_MAX - 1; node++) {
            char *name = g_strdup_printf("n%u-%u@h", i, node);
            cluster_facts_node(part, text_of(name), node + 1);
            g_free(name);
        }
        const cluster_join join = {.exchange = {.asker = 1,
                                                .beacon = CLUSTER_NODES_MAX - 2,
                                                .request_frame = 1,
                                                .reply_frame = 2,
                                                .answered = true}};
        cluster_facts_add_join(part, &join);
        g_ptr_array_add(parts, part);
    }
    cluster_facts *facts = cluster_facts_merge(parts, &error);
    g_assert_cmpuint(facts->limits, ==, CLUSTER_LIMIT_NODES);
    g_assert_cmpuint(facts->nodes->len, ==, CLUSTER_NODES_MAX);
    g_assert_cmpuint(cluster_facts_join_at(facts, 1)->exchange.beacon, ==, CLUSTER_NO_NODE);
    cluster_facts_free(facts);
    g_ptr_array_unref(parts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/merge/split", test_split);
    g_test_add_func("/merge/any-order", test_any_order);
    g_test_add_func("/merge/alone", test_alone);
    g_test_add_func("/merge/nothing", test_nothing);
    g_test_add_func("/merge/two-points", test_two_points);
    g_test_add_func("/merge/two-points-pipelined", test_two_points_pipelined);
    g_test_add_func("/merge/not-the-same", test_not_the_same);
    g_test_add_func("/merge/newest-by-time", test_newest_by_time);
    g_test_add_func("/merge/hidden-frames", test_hidden_frames);
    g_test_add_func("/merge/too-many", test_too_many);
    g_test_add_func("/merge/many-copies", test_many_copies);
    g_test_add_func("/merge/limits", test_limits);
    return g_test_run();
}
