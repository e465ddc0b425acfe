/* test_asked.c
 * Tests the causes that ARP requests and neighbour solicitations show.
 * May include: the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ping.h"

/* The host does not answer ARP, or neighbour solicitations. */
static void check_not_resolved(const char *name, const char *beacon, const char *host,
                               const char *other, const char *said)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, name);
    uint32_t first = arp_request(world, beacon, host);
    arp_request(world, "10.0.0.9", "10.0.0.77");
    arp_request(world, beacon, other);
    pass_time(world, 1);
    uint32_t second = arp_request(world, beacon, host);
    pass_time(world, 2);
    fail(asked);
    check_cause(world, 0, "host_unreachable", FRAMES(first, second));
    check_holds(world, "joins[0].cause.text", said);
    world_free(world);
}

static void test_arp(void)
{
    check_not_resolved("node2@10.0.0.77", "10.0.0.1", "10.0.0.77", "10.0.0.78", "ARP");
}

static void test_arp_answered(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    arp_request(world, "10.0.0.1", "10.0.0.2");
    arp_reply(world, "10.0.0.2", "10.0.0.1");
    fail(asked);
    check_cause(world, 0, "unknown", NO_FRAMES);
    world_free(world);
}

/* A seeker whose host is absent tries again: the requests of all its pings are one row. */
static void test_arp_of_retries(void)
{
    test_world *world = world_new();
    for (int i = 0; i < 8; i++) {
        char *client = g_strdup_printf("10.0.0.2:%d", 40000 + i);
        test_connection *asked = seek(world, client, BEACON, "node2@10.0.0.77");
        uint32_t frames[3];
        for (int k = 0; k < 3; k++) {
            frames[k] = arp_request(world, "10.0.0.1", "10.0.0.77");
            pass_time(world, 1);
        }
        fail(asked);
        if (i < 5) { /* of more, the frames are not kept */
            check_cause(world, (uint32_t)i, "host_unreachable",
                        FRAMES(frames[0], frames[1], frames[2]));
        }
        g_free(client);
    }
    check(world, "joins[5].cause.code", "host_unreachable");
    check(world, "joins[7].cause.code", "host_unreachable");
    world_free(world);
}

/* The host comes up while its seeker tries again. */
static void test_arp_answered_later(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, "node2@10.0.0.77");
    uint32_t first = arp_request(world, "10.0.0.1", "10.0.0.77");
    pass_time(world, 1);
    uint32_t second = arp_request(world, "10.0.0.1", "10.0.0.77");
    pass_time(world, 2);
    fail(asked);
    asked = seek(world, "10.0.0.2:40001", BEACON, "node2@10.0.0.77");
    arp_request(world, "10.0.0.1", "10.0.0.77");
    arp_reply(world, "10.0.0.77", "10.0.0.1");
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOINED);
    check_cause(world, 0, "host_unreachable", FRAMES(first, second));
    world_free(world);
}

/* The answer to a single request may be what the capture lacks. */
static void test_arp_once(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, "node2@10.0.0.77");
    arp_request(world, "10.0.0.1", "10.0.0.77");
    fail(asked);
    check_cause(world, 0, "unknown", NO_FRAMES);
    world_free(world);
}

/* A host asks anew for a neighbour that it talks with: that is no trace of the ping, which is
 * looked for elsewhere. */
static void test_arp_anew(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, "node2@two.example");
    test_connection *tried = connection(world, "fd00::1:50001", "fd00::2:4369");
    uint32_t first = syn(tried);
    pass_time(world, 5);
    arp_request(world, "10.0.0.1", "10.0.0.2");
    arp_reply(world, "10.0.0.2", "10.0.0.1");
    uint32_t again = syn(tried);
    pass_time(world, 2);
    answer(asked, "node1@one.example", SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_cause(world, 0, "host_unreachable", FRAMES(first, again));
    world_free(world);
}

static void test_neighbour(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, "fd00::2:40000", "fd00::1:33000", "node2@fd00::77");
    uint32_t first = arp_request(world, "fd00::1", "fd00::77");
    pass_time(world, 1);
    uint32_t second = arp_request(world, "fd00::1", "fd00::77");
    pass_time(world, 2);
    answer(asked, "node1@fd00::1", SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_cause(world, 0, "host_unreachable", FRAMES(first, second));
    check_holds(world, "joins[0].cause.text", "neighbour solicitations");
    world_free(world);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/asked/arp", test_arp);
    g_test_add_func("/asked/arp-answered", test_arp_answered);
    g_test_add_func("/asked/arp-of-retries", test_arp_of_retries);
    g_test_add_func("/asked/arp-answered-later", test_arp_answered_later);
    g_test_add_func("/asked/arp-once", test_arp_once);
    g_test_add_func("/asked/arp-anew", test_arp_anew);
    g_test_add_func("/asked/neighbour", test_neighbour);
    return g_test_run();
}
