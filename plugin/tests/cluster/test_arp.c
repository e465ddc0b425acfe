/* test_arp.c
 * Tests which ARP requests are taken for a Locator's walk, or for part of one.
 * May include: the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "walks.h"

/* A net with hosts that refuse and addresses that nobody has. */
static void test_arp_targets(void)
{
    test_world *world = world_new();
    world->flags = WORLD_NO_AMID;
    try(world, "10.0.0.1", "10.0.0.2", REFUSES);
    arp_request(world, "10.0.0.1", "10.0.0.3");
    arp_reply(world, "10.0.0.3", "10.0.0.1");
    try(world, "10.0.0.1", "10.0.0.3", REFUSES);
    ask_thrice(world, "10.0.0.1", "10.0.0.4");
    ask_thrice(world, "10.0.0.1", "10.0.0.5");
    arp_request(world, "10.0.0.9", "10.0.0.6");
    try(world, "10.0.0.1", "10.0.0.2", REFUSES);
    check_scan(world, 0, "2", "", "10.0.0.2 10.0.0.3", "10.0.0.4 10.0.0.5");
    world_free(world);
}

/* The walk begins with addresses that nobody has. */
static void test_arp_first(void)
{
    test_world *world = world_new();
    world->flags = WORLD_NO_AMID; /* its round goes on when the capture ends */
    ask_thrice(world, "10.0.0.1", "10.0.0.2");
    ask_thrice(world, "10.0.0.1", "10.0.0.3");
    try(world, "10.0.0.1", "10.0.0.4", REFUSES);
    check_count(world, 1);
    check_scan(world, 0, "1", "", "10.0.0.4", "10.0.0.2 10.0.0.3");
    world_free(world);
}

/* One request is no proof of silence: its answer may not have come by the point of capture. */
static void test_arp_once(void)
{
    test_world *world = world_new();
    world->flags = WORLD_NO_AMID; /* its round goes on when the capture ends */
    try(world, "10.0.0.1", "10.0.0.2", REFUSES);
    arp_request(world, "10.0.0.1", "10.0.0.3");
    try(world, "10.0.0.1", "10.0.0.4", REFUSES);
    check_scan(world, 0, "1", "", "10.0.0.2 10.0.0.4", "");
    world_free(world);
}

/* Nobody is there: ARP requests at a Locator's pace are all that shows. */
static void test_arp_alone(void)
{
    test_world *world = world_new();
    walk_by_arp(world, "10.0.0.1", "10.0.0", 2, 0.25, 3);
    check_count(world, 1);
    check_scan(world, 0, "null", "", "", "10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5");
    check(world, "scans[0].port", "null");
    check_never_says(world, "standalone");
    world_free(world);
}

/* Where TCP's headers are cut off, a router that asks for its hosts does the same. */
static void test_arp_alone_headless(void)
{
    test_world *world = world_new();
    unread(world, CLUSTER_UNREAD_HEADLESS);
    walk_by_arp(world, "10.0.0.1", "10.0.0", 2, 0.25, 3);
    check_count(world, 0);
    world_free(world);
}

/* The same host's Beacon tells the port later. */
static void test_arp_alone_port(void)
{
    test_world *world = world_new();
    walk_by_arp(world, "10.0.0.1", "10.0.0", 2, 0.25, 3);
    answer_list(watch(world, "10.0.0.9:40000", BEACON, "ops@10.0.0.9"), NODE1,
                (const char *const[]){NULL});
    check(world, "scans[0].port", "33000");
    check(world, "scans[0].rounds", "null");
    world_free(world);
}

/* Others who ask for many: a sweep, a poller, a slow one. */
static void test_arp_at_another_pace(void)
{
    static const double steps[] = {0.02, 0.3, 0.6};
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        test_world *world = world_new();
        walk_by_arp(world, "10.0.0.9", "10.0.0", 2, steps[i], 3);
        check_count(world, 0);
        check_never_says(world, "standalone");
        world_free(world);
    }
}

/* A router asks for the hosts that a Locator behind it connects to. */
static void test_router(void)
{
    test_world *world = world_new();
    for (int round = 0; round < 3; round++) {
        for (int host = 2; host < 6; host++) {
            char *target = g_strdup_printf("10.0.0.%d", host);
            arp_request(world, "10.0.0.254", target);
            try(world, "10.1.0.5", target, SILENT);
            g_free(target);
        }
    }
    check_count(world, 1);
    check(world, "scans[0].source", "10.1.0.5");
    check_problems(world, "note scan_found_nobody");
    world_free(world);
}

/* The same where the snap length cut the SYNs, which are not dissected then: what follows them
 * shows for whom the router asked. */
static void test_router_with_cut_frames(void)
{
    test_world *world = world_new();
    walk_by_arp(world, "10.0.0.254", "10.0.0", 2, 0.25, 1);
    arp_request(world, "10.0.0.254", "10.0.0.6");
    ack(connection(world, "10.1.0.5:40000", "10.0.0.6:33000"), SERVER);
    walk_by_arp(world, "10.0.0.254", "10.0.0", 2, 0.25, 1);
    check_count(world, 0);
    check_problems(world, "");
    world_free(world);
}

/* A router asks for one host, over and over: a pod that is gone. */
static void test_router_asks_for_one(void)
{
    test_world *world = world_new();
    for (int i = 0; i < 30; i++) {
        arp_request(world, "10.0.0.254", "10.0.0.7");
        pass_time(world, 0.25);
    }
    check_count(world, 0);
    check_problems(world, "");
    world_free(world);
}

/* Beethoven asks Azure's 169.254.169.254 at its start; and a host without DHCP its like. */
static void test_link_local(void)
{
    test_world *world = world_new();
    ask_thrice(world, "10.0.0.1", "169.254.169.254");
    walk_by_arp(world, "169.254.3.1", "169.254.3", 2, 0.25, 3);
    check_count(world, 0);
    check_problems(world, "");
    world_free(world);
}

/* Addresses that only look like those. */
static void test_not_link_local(void)
{
    static const char *const nets[] = {"169.253.3", "10.254.3", "192.254.169"};
    for (size_t i = 0; i < G_N_ELEMENTS(nets); i++) {
        test_world *world = world_new();
        char *source = g_strdup_printf("%s.1", nets[i]);
        walk_by_arp(world, source, nets[i], 2, 0.25, 3);
        check_count(world, 1);
        check_key(world, 0, "source", source);
        g_free(source);
        world_free(world);
    }
}

/* One request of each of two captures: the address is silent. */
static void test_arp_twice(void)
{
    test_world *world = world_new();
    world->flags = WORLD_NO_AMID; /* its round goes on when the capture ends */
    try(world, "10.0.0.1", "10.0.0.2", REFUSES);
    try(world, "10.0.0.1", "10.0.0.3", REFUSES);
    for (int i = 0; i < 2; i++) {
        arp_request(world, "10.0.0.1", "10.0.0.4");
        pass_time(world, 1);
    }
    try(world, "10.0.0.1", "10.0.0.5", REFUSES);
    check_scan(world, 0, "1", "", "10.0.0.2 10.0.0.3 10.0.0.5", "10.0.0.4");
    world_free(world);
}

/* Behind an address translation, ARP requests come from the other one of a source's addresses. */
static void test_translated(void)
{
    test_world *world = world_new();
    translate(world, "172.17.0.2", "10.0.0.1");
    for (int round = 0; round < 3; round++) {
        try(world, "172.17.0.2", "10.0.0.3", REFUSES);
        arp_request(world, "10.0.0.1", "10.0.0.4");
        pass_time(world, 0.25);
        arp_request(world, "10.0.0.1", "10.0.0.5");
        pass_time(world, 0.45);
    }
    check_count(world, 1);
    check_scan(world, 0, "3", "", "10.0.0.3", "10.0.0.4 10.0.0.5");
    world_free(world);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/arp/arp-targets", test_arp_targets);
    g_test_add_func("/arp/arp-first", test_arp_first);
    g_test_add_func("/arp/arp-once", test_arp_once);
    g_test_add_func("/arp/arp-alone", test_arp_alone);
    g_test_add_func("/arp/alone-headless", test_arp_alone_headless);
    g_test_add_func("/arp/arp-alone-port", test_arp_alone_port);
    g_test_add_func("/arp/arp-at-another-pace", test_arp_at_another_pace);
    g_test_add_func("/arp/router", test_router);
    g_test_add_func("/arp/router-with-cut-frames", test_router_with_cut_frames);
    g_test_add_func("/arp/router-asks-for-one", test_router_asks_for_one);
    g_test_add_func("/arp/link-local", test_link_local);
    g_test_add_func("/arp/not-link-local", test_not_link_local);
    g_test_add_func("/arp/arp-twice", test_arp_twice);
    g_test_add_func("/arp/translated", test_translated);
    return g_test_run();
}
