/* test_random.c
 * Feeds the model with random events: nothing may break, and what a ping needs must go with it.
 * May include: the headers of plugin/cluster and of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "world.h"

#define WORLDS 40
#define EVENTS 4000

static uint32_t upto(GRand *random, uint32_t most)
{
    return (uint32_t)g_rand_int_range(random, 0, (gint32)most + 1);
}

static cluster_endpoint random_endpoint(GRand *random)
{
    static const uint16_t ports[] = {0, 4369, 33000, 40000, 45000, 45001};
    cluster_endpoint endpoint = {.port = ports[upto(random, G_N_ELEMENTS(ports) - 1)]};
    static const uint8_t families[] = {4, 4, 4, 6, 0};
    endpoint.address.family = families[upto(random, 4)];
    endpoint.address.bytes[0] = endpoint.address.family == 0 ? 0 : 10;
    endpoint.address.bytes[3] = endpoint.address.family == 0 ? 0 : (uint8_t)upto(random, 5);
    return endpoint;
}

static cluster_text random_name(GRand *random)
{
    static const char *const names[] = {"",           "a@10.0.0.1", "b@10.0.0.2", "c@10.0.0.3",
                                        "c@three",    "a",          "\x1b@\xff",  "@",
                                        "b@10.0.0.5", "three",      "ok",         "nok"};
    return text_of(names[upto(random, G_N_ELEMENTS(names) - 1)]);
}

static void random_message(cluster_model *model, cluster_moment when, GRand *random)
{
    cluster_text nodes[4];
    for (size_t i = 0; i < G_N_ELEMENTS(nodes); i++) {
        nodes[i] = random_name(random);
    }
    cluster_message message = {
        .stream = upto(random, 30),
        .client = random_endpoint(random),
        .server = random_endpoint(random),
        .from_server = upto(random, 1) != 0,
        .exceeds_recv = upto(random, 9) == 0,
        .reading = upto(random, 9) == 0 ? upto(random, 2) : CLUSTER_READ_OK,
        .type = upto(random, 3),
        .payload = upto(random, 8),
        .sender = random_name(random),
        .type_word = random_name(random),
        .nodes = nodes,
        .node_count = upto(random, 4),
        .length = upto(random, 5000),
    };
    cluster_message_seen(model, when, &message);
}

static void random_segment(cluster_model *model, cluster_moment when, GRand *random)
{
    cluster_endpoint source = random_endpoint(random);
    cluster_endpoint target = random_endpoint(random);
    uint32_t stream = upto(random, 30);
    cluster_tcp tcp = {stream, source, target, (uint8_t)upto(random, 31)};
    cluster_epmd epmd = {stream,
                         source,
                         target,
                         upto(random, 1),
                         random_name(random),
                         (uint8_t)upto(random, 1),
                         (uint16_t)(45000 + upto(random, 1))};
    cluster_erldp erldp = {stream, source, target, upto(random, 4), random_name(random)};
    switch (upto(random, 3)) {
    case 0:
        cluster_epmd_seen(model, when, &epmd);
        break;
    case 1:
        cluster_erldp_seen(model, when, &erldp);
        break;
    default:
        cluster_tcp_seen(model, when, &tcp);
    }
}

static void random_other(cluster_model *model, cluster_moment when, GRand *random)
{
    cluster_endpoint source = random_endpoint(random);
    cluster_endpoint target = random_endpoint(random);
    cluster_dns dns = {source.address,           upto(random, 1) != 0, random_name(random),
                       (uint8_t)upto(random, 3), &target.address,      upto(random, 1)};
    switch (upto(random, 2)) {
    case 0:
        cluster_arp_seen(model, when, upto(random, 1) != 0, &source.address, &target.address);
        break;
    case 1:
        cluster_unreachable_seen(model, when, &source, &target);
        break;
    default:
        cluster_dns_seen(model, when, &dns);
    }
}

static void test_random(void)
{
    GRand *random = g_rand_new_with_seed(20260102);
    for (int turn = 0; turn < WORLDS; turn++) {
        test_world *world = world_new();
        for (uint32_t i = 1; i <= EVENTS; i++) {
            world->time += upto(random, 100) == 0 ? 100 : g_rand_double(random);
            cluster_moment when = {upto(random, 20) == 0 ? 0 : i, world->time};
            uint32_t kind = upto(random, 9);
            if (kind < 4) {
                random_message(world->model, when, random);
            } else if (kind < 8) {
                random_segment(world->model, when, random);
            } else {
                random_other(world->model, when, random);
            }
        }
        g_assert_cmpuint(g_hash_table_size(world->model->connections), <=, 31);
        cluster_moment later = {EVENTS + 1, world->time + 1000};
        while (world->model->order.head != NULL) {
            cluster_connection_drop(world->model, world->model->order.head->data);
        }
        cluster_frame_seen(world->model, later);
        g_assert_cmpuint(g_hash_table_size(world->model->evidence.paths), ==, 0);
        g_assert_cmpuint(g_hash_table_size(world->model->evidence.streams), ==, 0);
        g_assert_cmpuint(g_hash_table_size(world->model->evidence.beacons), ==, 0);
        world_free(world);
    }
    g_rand_free(random);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/random/events", test_random);
    return g_test_run();
}
