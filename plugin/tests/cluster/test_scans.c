/* test_scans.c
 * Tests which connection attempts and ARP requests are taken for a Locator's walk.
 * May include: the headers of plugin/cluster and of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "world.h"

#define NODE1 "node1@10.0.0.1"
#define NODE2 "node2@10.0.0.2"

/* A SYN from a host to port 33000 of another, and perhaps what comes back. */
static void try(test_world *world, const char *source, const char *target, const char *answer)
{
    char *from = g_strdup_printf("%s:%u", source, 40000 + next_stream(world));
    char *to = g_strdup_printf("%s:33000", target);
    tcp(world, world->stream, from, to, "S");
    if (answer != NULL) {
        tcp(world, world->stream, to, from, answer);
    } else {
        pass_time(world, 0.25);
    }
    g_free(from);
    g_free(to);
}

/* ARP requests as a kernel sends them for a silent host: three, a second apart. */
static void ask_thrice(test_world *world, const char *source, const char *target)
{
    for (int i = 0; i < 3; i++) {
        arp_request(world, source, target);
        pass_time(world, 1);
    }
}

static char *list_text(const GArray *addresses)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < addresses->len; i++) {
        g_string_append(out, i == 0 ? "" : " ");
        cluster_address_append(out, &g_array_index(addresses, cluster_address, i));
    }
    return g_string_free(out, FALSE);
}

static unsigned count_scans(const test_world *world)
{
    cluster_report *report = cluster_report_new(&world->model->facts);
    unsigned count = report->scans->len;
    cluster_report_free(report);
    return count;
}

static void check_list(const GArray *addresses, const char *expected)
{
    char *text = list_text(addresses);
    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void check_scan(const test_world *world, guint index, uint32_t rounds, const char *answered,
                       const char *refused, const char *silent)
{
    cluster_report *report = cluster_report_new(&world->model->facts);
    g_assert_cmpuint(index, <, report->scans->len);
    const cluster_scan_view *view = &g_array_index(report->scans, cluster_scan_view, index);
    g_assert_cmpuint(view->rounds, ==, rounds);
    check_list(view->answered, answered);
    check_list(view->refused, refused);
    check_list(view->silent, silent);
    g_assert_cmpuint(view->targets->len, ==,
                     view->answered->len + view->refused->len + view->silent->len);
    cluster_report_free(report);
}

static void test_none(void)
{
    test_world *world = world_new();
    for (int round = 0; round < 3; round++) {
        try(world, "10.0.0.1", "10.0.0.2", "RA");
        try(world, "10.0.0.1", "10.0.0.3", NULL);
        try(world, "10.0.0.1", "10.0.0.4", "RA");
        pass_time(world, 0.2);
    }
    g_assert_cmpuint(count_scans(world), ==, 1);
    check_scan(world, 0, 3, "", "10.0.0.2 10.0.0.4", "10.0.0.3");
    g_assert_cmpuint(problems_of(world, "scan_found_nobody"), ==, 1);
    world_free(world);
}

static void test_found(void)
{
    test_world *world = world_new();
    try(world, "10.0.0.2", "10.0.0.3", NULL);
    try(world, "10.0.0.2", "10.0.0.4", "RA");
    seek(world, SEEKER, "10.0.0.5:33000", NODE2);
    reply(world, world->stream, SEEKER, "10.0.0.5:33000", "node5@10.0.0.5", CLUSTER_PAYLOAD_JOINED);
    check_scan(world, 0, 1, "10.0.0.5", "10.0.0.4", "10.0.0.3");
    g_assert_cmpuint(problems_of(world, "scan_found_nobody"), ==, 0);
    world_free(world);
}

/* A Locator that finds the Beacon at its first address: one target. */
static void test_found_at_once(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    reply(world, 1, SEEKER, BEACON, NODE1, CLUSTER_PAYLOAD_JOINED);
    g_assert_cmpuint(count_scans(world), ==, 1);
    check_scan(world, 0, 1, "10.0.0.1", "", "");
    world_free(world);
}

/* A seeker that asks again after join_failed makes no new scan, and no new round. */
static void test_retries_are_no_rounds(void)
{
    test_world *world = world_new();
    for (uint32_t i = 1; i <= 4; i++) {
        seek(world, SEEKER, BEACON, NODE2);
        reply(world, i, SEEKER, BEACON, NODE1, CLUSTER_PAYLOAD_JOIN_FAILED);
    }
    g_assert_cmpuint(count_scans(world), ==, 1);
    check_scan(world, 0, 1, "10.0.0.1", "", "");
    world_free(world);
}

static void test_repeated_syn_counts_once(void)
{
    test_world *world = world_new();
    for (int round = 0; round < 2; round++) {
        for (int host = 2; host <= 3; host++) {
            char *target = g_strdup_printf("10.0.0.%d:33000", host);
            uint32_t stream = next_stream(world);
            tcp(world, stream, "10.0.0.1:40000", target, "S");
            pass_time(world, 1);
            tcp(world, stream, "10.0.0.1:40000", target, "S");
            pass_time(world, 1.5);
            g_free(target);
        }
    }
    check_scan(world, 0, 2, "", "", "10.0.0.2 10.0.0.3");
    world_free(world);
}

/* A fourth walk is the first of another scan: the node was started again. */
static void test_fourth_round_is_another_scan(void)
{
    test_world *world = world_new();
    for (int round = 0; round < 4; round++) {
        try(world, "10.0.0.1", "10.0.0.2", "RA");
        try(world, "10.0.0.1", "10.0.0.3", "RA");
        pass_time(world, 0.2);
    }
    g_assert_cmpuint(count_scans(world), ==, 2);
    check_scan(world, 0, 3, "", "10.0.0.2 10.0.0.3", "");
    check_scan(world, 1, 1, "", "10.0.0.2 10.0.0.3", "");
    world_free(world);
}

static void test_pause_begins_another_scan(void)
{
    test_world *world = world_new();
    try(world, "10.0.0.1", "10.0.0.2", "RA");
    try(world, "10.0.0.1", "10.0.0.3", "RA");
    pass_time(world, 100);
    try(world, "10.0.0.1", "10.0.0.2", "RA");
    try(world, "10.0.0.1", "10.0.0.3", "RA");
    g_assert_cmpuint(count_scans(world), ==, 2);
    world_free(world);
}

static void test_single_connect_is_no_scan(void)
{
    static const char *const answers[] = {NULL, "RA", "SA"};
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        test_world *world = world_new();
        try(world, "10.0.0.9", "10.0.0.1", answers[i]);
        g_assert_cmpuint(count_scans(world), ==, 0);
        world_free(world);
    }
}

/* A net of one address: three connects with a Locator's rest between. */
static void test_single_target_in_rounds(void)
{
    test_world *world = world_new();
    for (int round = 0; round < 3; round++) {
        try(world, "10.0.0.1", "10.0.0.2", "RA");
        pass_time(world, 0.2);
    }
    check_scan(world, 0, 3, "", "10.0.0.2", "");
    world_free(world);
}

/* Watchers ask the Beacons they know, again and again: no Locator does that. */
static void test_watching_is_no_scan(void)
{
    test_world *world = world_new();
    for (uint32_t i = 1; i <= 40; i++) {
        const char *server = i % 2 == 0 ? BEACON : "10.0.0.5:33000";
        watch(world, "10.0.0.9:40000", server, "ops@10.0.0.9");
        reply(world, i, "10.0.0.9:40000", server, i % 2 == 0 ? NODE1 : "node5@h",
              CLUSTER_PAYLOAD_STANDALONE);
        pass_time(world, 30);
    }
    g_assert_cmpuint(count_scans(world), ==, 0);
    g_assert_cmpuint(world->model->facts.tries.length, ==, 0);
    world_free(world);
}

/* Several that accept, and no request to any of them: somebody else's scanner. */
static void test_port_scanner(void)
{
    test_world *world = world_new();
    try(world, "10.0.0.9", "10.0.0.1", "SA");
    try(world, "10.0.0.9", "10.0.0.2", "SA");
    try(world, "10.0.0.9", "10.0.0.3", "RA");
    g_assert_cmpuint(count_scans(world), ==, 0);
    world_free(world);
}

/* One that does not wait for answers. */
static void test_parallel_port_scanner(void)
{
    test_world *world = world_new();
    for (int turn = 0; turn < 2; turn++) {
        for (uint32_t host = 1; host <= 3; host++) {
            char *target = g_strdup_printf("10.0.0.%u:33000", host);
            tcp(world, host, turn == 0 ? "10.0.0.9:40000" : target,
                turn == 0 ? target : "10.0.0.9:40000", turn == 0 ? "S" : "SA");
            g_free(target);
        }
    }
    g_assert_cmpuint(count_scans(world), ==, 0);
    world_free(world);
}

/* Two points of capture, the second copy so late that the first connection is over. */
static void test_late_copies(void)
{
    test_world *world = world_new();
    for (int turn = 0; turn < 3; turn++) {
        for (uint32_t host = 2; host <= 3; host++) {
            char *target = g_strdup_printf("10.0.0.%u:33000", host);
            tcp(world, host, "10.0.0.1:40000", target, "S");
            tcp(world, host, target, "10.0.0.1:40000", "RA");
            tcp(world, host, "10.0.0.1:40000", target, "S");
            tcp(world, host, target, "10.0.0.1:40000", "RA");
            g_free(target);
        }
    }
    check_scan(world, 0, 1, "", "10.0.0.2 10.0.0.3", "");
    world_free(world);
}

/* A node that was started again after it had found the Beacon walks anew. */
static void test_walk_after_found(void)
{
    test_world *world = world_new();
    for (int turn = 0; turn < 2; turn++) {
        try(world, "10.0.0.2", "10.0.0.1", "RA");
        seek(world, SEEKER, "10.0.0.3:33000", NODE2);
        reply(world, world->stream, SEEKER, "10.0.0.3:33000", NODE1, CLUSTER_PAYLOAD_JOINED);
        pass_time(world, 5);
    }
    g_assert_cmpuint(count_scans(world), ==, 2);
    check_scan(world, 0, 1, "10.0.0.3", "10.0.0.1", "");
    check_scan(world, 1, 1, "10.0.0.3", "10.0.0.1", "");
    world_free(world);
}

static void test_other_port(void)
{
    test_world *world = world_new();
    tcp(world, next_stream(world), "10.0.0.9:40000", "10.0.0.1:80", "S");
    tcp(world, next_stream(world), "10.0.0.9:40000", "10.0.0.2:80", "S");
    g_assert_cmpuint(count_scans(world), ==, 0);
    cluster_model_add_port(world->model, 80);
    tcp(world, next_stream(world), "10.0.0.9:40001", "10.0.0.1:80", "S");
    tcp(world, next_stream(world), "10.0.0.9:40001", "10.0.0.2:80", "S");
    g_assert_cmpuint(count_scans(world), ==, 1);
    world_free(world);
}

/*
 * What was tried in vain on the port of a Beacon counts, whenever a message shows the port; what
 * was accepted there and carried no message does not.
 */
static void test_learned_port(void)
{
    for (int turn = 0; turn < 2; turn++) {
        test_world *world = world_new();
        if (turn == 0) {
            seek(world, SEEKER, "10.0.0.1:3000", NODE2);
        }
        for (int host = 2; host < 5; host++) {
            char *target = g_strdup_printf("10.0.0.%d:3000", host);
            tcp(world, next_stream(world), "10.0.0.9:40000", target, "S");
            tcp(world, world->stream, target, "10.0.0.9:40000", host == 4 ? "SA" : "RA");
            g_free(target);
        }
        tcp(world, next_stream(world), "10.0.0.9:40000", "10.0.0.2:3001", "S");
        tcp(world, world->stream, "10.0.0.2:3001", "10.0.0.9:40000", "RA");
        if (turn == 1) {
            g_assert_cmpuint(count_scans(world), ==, 0);
            seek(world, SEEKER, "10.0.0.1:3000", NODE2);
        }
        g_assert_cmpuint(count_scans(world), ==, 2);
        check_scan(world, turn == 0, 1, "", "10.0.0.2 10.0.0.3", "");
        cluster_model_clear(world->model);
        g_assert_cmpuint(count_scans(world), ==, 0);
        world_free(world);
    }
}

/* A net with hosts that refuse and addresses that nobody has, as real-join.pcap begins. */
static void test_arp_targets(void)
{
    test_world *world = world_new();
    try(world, "10.0.0.1", "10.0.0.2", "RA");
    arp_request(world, "10.0.0.1", "10.0.0.3");
    arp_reply(world, "10.0.0.3", "10.0.0.1");
    try(world, "10.0.0.1", "10.0.0.3", "RA");
    ask_thrice(world, "10.0.0.1", "10.0.0.4");
    ask_thrice(world, "10.0.0.1", "10.0.0.5");
    arp_request(world, "10.0.0.9", "10.0.0.6");
    try(world, "10.0.0.1", "10.0.0.2", "RA");
    ask_thrice(world, "10.0.0.1", "10.0.0.7");
    check_scan(world, 0, 2, "", "10.0.0.2 10.0.0.3", "10.0.0.4 10.0.0.5");
    world_free(world);
}

/* The walk begins with addresses that nobody has. */
static void test_arp_first(void)
{
    test_world *world = world_new();
    ask_thrice(world, "10.0.0.1", "10.0.0.2");
    ask_thrice(world, "10.0.0.1", "10.0.0.3");
    try(world, "10.0.0.1", "10.0.0.4", "RA");
    g_assert_cmpuint(count_scans(world), ==, 1);
    check_scan(world, 0, 1, "", "10.0.0.4", "10.0.0.2 10.0.0.3");
    world_free(world);
}

/* One request is no proof of silence: its answer may not have come by the point of capture. */
static void test_arp_once(void)
{
    test_world *world = world_new();
    try(world, "10.0.0.1", "10.0.0.2", "RA");
    arp_request(world, "10.0.0.1", "10.0.0.3");
    arp_request(world, "10.0.0.1", "10.0.0.3");
    try(world, "10.0.0.1", "10.0.0.4", "RA");
    check_scan(world, 0, 1, "", "10.0.0.2 10.0.0.4", "");
    world_free(world);
}

/* Nobody is there: ARP requests at a Locator's pace are all that shows. */
static void walk_by_arp(test_world *world, double step)
{
    for (int turn = 0; turn < 3; turn++) {
        for (int host = 2; host <= 5; host++) {
            char *target = g_strdup_printf("10.0.0.%d", host);
            arp_request(world, "10.0.0.1", target);
            pass_time(world, step);
            g_free(target);
        }
    }
}

static void test_arp_alone(void)
{
    test_world *world = world_new();
    walk_by_arp(world, 0.25);
    g_assert_cmpuint(count_scans(world), ==, 1);
    check_scan(world, 0, 0, "", "", "10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5");
    GString *json = cluster_model_json(world->model);
    g_assert_nonnull(strstr(json->str, "\"port\":null,\"rounds\":null"));
    g_string_free(json, TRUE);
    world_free(world);
}

/* The same host's Beacon tells the port later. */
static void test_arp_alone_port(void)
{
    test_world *world = world_new();
    walk_by_arp(world, 0.25);
    watch(world, SEEKER, BEACON, "ops@h");
    reply(world, 1, SEEKER, BEACON, NODE1, CLUSTER_PAYLOAD_STANDALONE);
    GString *json = cluster_model_json(world->model);
    g_assert_nonnull(strstr(json->str, "\"port\":33000,\"rounds\":null"));
    g_string_free(json, TRUE);
    world_free(world);
}

static void test_arp_at_another_pace(void)
{
    test_world *world = world_new();
    walk_by_arp(world, 0.02);
    walk_by_arp(world, 0.6);
    g_assert_cmpuint(count_scans(world), ==, 0);
    world_free(world);
}

static void test_large_walk(void)
{
    test_world *world = world_new();
    for (int round = 0; round < 3; round++) {
        for (int host = 2; host < 200; host++) {
            char *target = g_strdup_printf("10.0.0.%d", host);
            try(world, "10.0.0.1", target, "RA");
            g_free(target);
        }
    }
    cluster_report *report = cluster_report_new(&world->model->facts);
    g_assert_cmpuint(report->scans->len, ==, 1);
    g_assert_cmpuint(g_array_index(report->scans, cluster_scan_view, 0).refused->len, ==, 198);
    g_assert_cmpuint(g_array_index(report->scans, cluster_scan_view, 0).rounds, ==, 3);
    cluster_report_free(report);
    world_free(world);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scans/none", test_none);
    g_test_add_func("/scans/found", test_found);
    g_test_add_func("/scans/found-at-once", test_found_at_once);
    g_test_add_func("/scans/retries-are-no-rounds", test_retries_are_no_rounds);
    g_test_add_func("/scans/repeated-syn-counts-once", test_repeated_syn_counts_once);
    g_test_add_func("/scans/fourth-round-is-another-scan", test_fourth_round_is_another_scan);
    g_test_add_func("/scans/pause-begins-another-scan", test_pause_begins_another_scan);
    g_test_add_func("/scans/single-connect-is-no-scan", test_single_connect_is_no_scan);
    g_test_add_func("/scans/single-target-in-rounds", test_single_target_in_rounds);
    g_test_add_func("/scans/watching-is-no-scan", test_watching_is_no_scan);
    g_test_add_func("/scans/port-scanner", test_port_scanner);
    g_test_add_func("/scans/parallel-port-scanner", test_parallel_port_scanner);
    g_test_add_func("/scans/late-copies", test_late_copies);
    g_test_add_func("/scans/walk-after-found", test_walk_after_found);
    g_test_add_func("/scans/other-port", test_other_port);
    g_test_add_func("/scans/learned-port", test_learned_port);
    g_test_add_func("/scans/arp-targets", test_arp_targets);
    g_test_add_func("/scans/arp-first", test_arp_first);
    g_test_add_func("/scans/arp-once", test_arp_once);
    g_test_add_func("/scans/arp-alone", test_arp_alone);
    g_test_add_func("/scans/arp-alone-port", test_arp_alone_port);
    g_test_add_func("/scans/arp-at-another-pace", test_arp_at_another_pace);
    g_test_add_func("/scans/large-walk", test_large_walk);
    return g_test_run();
}
