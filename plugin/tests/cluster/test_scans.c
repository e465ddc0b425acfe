/* test_scans.c
 * Tests which connection attempts are taken for a Locator's walk.
 * May include: the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "walks.h"

static void test_none(void)
{
    test_world *world = world_new();
    for (int round = 0; round < 3; round++) {
        try(world, "10.0.0.1", "10.0.0.2", REFUSES);
        try(world, "10.0.0.1", "10.0.0.3", SILENT);
        try(world, "10.0.0.1", "10.0.0.4", REFUSES);
        pass_time(world, 0.2);
    }
    check_count(world, 1);
    check_scan(world, 0, "3", "", "10.0.0.2 10.0.0.4", "10.0.0.3");
    check_problems(world, "note scan_found_nobody");
    check_says(world, "starts a node standalone");
    world_free(world);
}

static void test_found(void)
{
    test_world *world = world_new();
    try(world, "10.0.0.2", "10.0.0.3", SILENT);
    try(world, "10.0.0.2", "10.0.0.4", REFUSES);
    answer(seek(world, SEEKER, "10.0.0.5:33000", NODE2), "node5@10.0.0.5", SEEKCHAT_PAYLOAD_JOINED);
    check_scan(world, 0, "1", "10.0.0.5", "10.0.0.4", "10.0.0.3");
    check_problems(world, "");
    world_free(world);
}

/* A Locator that finds the Beacon at its first address: one target. */
static void test_found_at_once(void)
{
    test_world *world = world_new();
    answer(seek(world, SEEKER, BEACON, NODE2), NODE1, SEEKCHAT_PAYLOAD_JOINED);
    check_count(world, 1);
    check_scan(world, 0, "1", "10.0.0.1", "", "");
    world_free(world);
}

/* A host that answers with ICMP is not silent; one that a router answers for is. */
static void test_icmp(void)
{
    test_world *world = world_new();
    for (int round = 0; round < 3; round++) {
        try(world, "10.0.0.1", "10.0.0.2", PROHIBITS);
        try(world, "10.0.0.1", "10.0.0.3", ROUTED);
        pass_time(world, 0.2);
    }
    check_scan(world, 0, "3", "", "10.0.0.2", "10.0.0.3");
    world_free(world);
}

/* Two nodes of one host seek at once, and ask again by turns: two scans. */
static void test_two_seekers_of_a_host(void)
{
    test_world *world = world_new();
    for (int i = 0; i < 4; i++) {
        char *client = g_strdup_printf("10.0.0.2:%d", 40000 + i);
        answer(seek(world, client, BEACON, i % 2 == 0 ? NODE2 : "other@10.0.0.2"), NODE1,
               i < 2 ? SEEKCHAT_PAYLOAD_JOIN_FAILED : SEEKCHAT_PAYLOAD_JOINED);
        g_free(client);
    }
    check_count(world, 2);
    check_scan(world, 0, "1", "10.0.0.1", "", "");
    check_scan(world, 1, "1", "10.0.0.1", "", "");
    world_free(world);
}

/* A seeker that asks again after join_failed makes no new scan, and no new round. */
static void test_retries_are_no_rounds(void)
{
    test_world *world = world_new();
    for (int i = 0; i < 4; i++) {
        char *client = g_strdup_printf("10.0.0.2:%d", 40000 + i);
        answer(seek(world, client, BEACON, NODE2), NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
        g_free(client);
    }
    check_count(world, 1);
    check_scan(world, 0, "1", "10.0.0.1", "", "");
    world_free(world);
}

/* A seeker that asks again walks again, past the same hosts in vain: no further scan, and none that
 * found nobody. */
static void test_retries_pass_the_same_hosts(void)
{
    test_world *world = world_new();
    for (int i = 0; i < 4; i++) {
        char *client = g_strdup_printf("10.0.0.2:%d", 41000 + i);
        try(world, "10.0.0.2", "10.0.0.3", SILENT);
        try(world, "10.0.0.2", "10.0.0.4", REFUSES);
        answer(seek(world, client, "10.0.0.5:33000", NODE2), "node5@10.0.0.5",
               SEEKCHAT_PAYLOAD_JOIN_FAILED);
        g_free(client);
    }
    check_count(world, 1);
    check_scan(world, 0, "1", "10.0.0.5", "10.0.0.4", "10.0.0.3");
    world_free(world);
}

/* A watcher walks past silent hosts to the Beacon that it asks: it was looking for no cluster, and
 * it found what it looked for. */
static void test_watcher_walks(void)
{
    test_world *world = world_new();
    try(world, "10.0.0.9", "10.0.0.3", SILENT);
    try(world, "10.0.0.9", "10.0.0.4", REFUSES);
    answer_list(watch(world, "10.0.0.9:41000", "10.0.0.5:33000", OPS), "node5@10.0.0.5",
                (const char *const[]){NULL});
    check_count(world, 0);
    check_problems(world, "");
    world_free(world);
}

/* A seeker that walks again comes to another Beacon when it walks again: a scan of its own. */
static void test_retry_finds_another(void)
{
    test_world *world = world_new();
    try(world, "10.0.0.2", "10.0.0.3", REFUSES);
    answer(seek(world, SEEKER, "10.0.0.5:33000", NODE2), "node5@10.0.0.5",
           SEEKCHAT_PAYLOAD_JOIN_FAILED);
    try(world, "10.0.0.2", "10.0.0.3", REFUSES);
    try(world, "10.0.0.2", "10.0.0.5", REFUSES);
    answer(seek(world, "10.0.0.2:40009", "10.0.0.6:33000", NODE2), "node6@10.0.0.6",
           SEEKCHAT_PAYLOAD_JOINED);
    check_count(world, 2);
    check_scan(world, 1, "1", "10.0.0.6", "10.0.0.3 10.0.0.5", "");
    world_free(world);
}

/* A scanner goes on past a host that accepts. What it does behind that is no scan of a Locator that
 * goes on when the capture ends. */
static void test_scanner_goes_on(void)
{
    test_world *world = world_new();
    test_connection *accepted = connected(world, "10.0.0.9:40000", "10.0.0.2:33000");
    closed(accepted, CLIENT);
    try(world, "10.0.0.9", "10.0.0.3", REFUSES);
    try(world, "10.0.0.9", "10.0.0.4", REFUSES);
    check_count(world, 0);
    check_problems(world, "");
    world_free(world);
}

/* What is on the scanner's address a minute later is a Locator all the same. */
static void test_locator_behind_scanner(void)
{
    test_world *world = world_new();
    test_connection *accepted = connected(world, "10.0.0.9:40000", "10.0.0.2:33000");
    closed(accepted, CLIENT);
    pass_time(world, 60);
    for (int round = 0; round < 3; round++) {
        try(world, "10.0.0.9", "10.0.0.3", REFUSES);
        try(world, "10.0.0.9", "10.0.0.4", REFUSES);
        pass_time(world, 0.2);
    }
    check_count(world, 1);
    check_scan(world, 0, "3", "", "10.0.0.3 10.0.0.4", "");
    world_free(world);
}

/* One that gives each absent host 40 ms, on a net where two refuse. */
static void test_scanner_in_haste(void)
{
    test_world *world = world_new();
    try(world, "10.0.0.9", "10.0.0.2", REFUSES);
    try(world, "10.0.0.9", "10.0.0.3", REFUSES);
    walk_by_arp(world, "10.0.0.9", "10.0.0", 4, 0.04, 1);
    walk_by_arp(world, "10.0.0.9", "10.0.0", 8, 0.04, 1);
    check_count(world, 0);
    check_problems(world, "");
    world_free(world);
}

static void test_repeated_syn_counts_once(void)
{
    test_world *world = world_new();
    for (int round = 0; round < 2; round++) {
        for (int host = 2; host <= 3; host++) {
            char *source = g_strdup_printf("10.0.0.1:%d", 40000 + 10 * round + host);
            char *target = g_strdup_printf("10.0.0.%d:33000", host);
            test_connection *tried = connection(world, source, target);
            syn(tried);
            pass_time(world, 1);
            syn(tried);
            pass_time(world, 1.5);
            g_free(target);
            g_free(source);
        }
    }
    check_scan(world, 0, "2", "", "", "10.0.0.2 10.0.0.3");
    world_free(world);
}

/* Fourteen runs of a Locator, with three rounds each, are fourteen scans. */
static void test_fourteen_runs(void)
{
    test_world *world = world_new();
    for (int run = 0; run < 14; run++) {
        for (int round = 0; round < 3; round++) {
            try(world, "10.0.0.1", "10.0.0.2", REFUSES);
            try(world, "10.0.0.1", "10.0.0.3", REFUSES);
            pass_time(world, 0.2);
        }
        pass_time(world, 2);
    }
    check_count(world, 14);
    check_scan(world, 0, "3", "", "10.0.0.2 10.0.0.3", "");
    check_scan(world, 13, "3", "", "10.0.0.2 10.0.0.3", "");
    world_free(world);
}

static void test_pause_begins_another_scan(void)
{
    test_world *world = world_new();
    for (int run = 0; run < 2; run++) {
        for (int round = 0; round < 3; round++) {
            try(world, "10.0.0.1", "10.0.0.2", REFUSES);
            try(world, "10.0.0.1", "10.0.0.3", REFUSES);
            pass_time(world, 0.2);
        }
        pass_time(world, 100);
    }
    check_count(world, 2);
    world_free(world);
}

static void test_single_connect_is_no_scan(void)
{
    static const reaction reactions[] = {SILENT, REFUSES, ACCEPTS};
    for (size_t i = 0; i < G_N_ELEMENTS(reactions); i++) {
        test_world *world = world_new();
        try(world, "10.0.0.9", "10.0.0.1", reactions[i]);
        check_count(world, 0);
        check_never_says(world, "standalone");
        world_free(world);
    }
}

/* A net of one address: three connects with a Locator's rest between. */
static void test_single_target_in_rounds(void)
{
    test_world *world = world_new();
    for (int round = 0; round < 3; round++) {
        try(world, "10.0.0.1", "10.0.0.2", REFUSES);
        pass_time(world, 0.2);
    }
    check_scan(world, 0, "3", "", "10.0.0.2", "");
    world_free(world);
}

/* Watchers ask the Beacons they know, again and again: no Locator does that. */
static void test_watching_is_no_scan(void)
{
    test_world *world = world_new();
    for (int i = 0; i < 20; i++) {
        char *client = g_strdup_printf("10.0.0.9:%d", 40000 + i);
        const char *server = i % 2 == 0 ? BEACON : "10.0.0.5:33000";
        answer_list(watch(world, client, server, "ops@10.0.0.9"),
                    i % 2 == 0 ? NODE1 : "node5@10.0.0.5", (const char *const[]){NULL});
        pass_time(world, 30);
        g_free(client);
    }
    check_count(world, 0);
    world_free(world);
}

/* Several that accept, and no request to any of them: somebody else's scanner. */
static void test_port_scanner(void)
{
    test_world *world = world_new();
    try(world, "10.0.0.9", "10.0.0.1", ACCEPTS);
    try(world, "10.0.0.9", "10.0.0.2", ACCEPTS);
    try(world, "10.0.0.9", "10.0.0.3", REFUSES);
    check_count(world, 0);
    check_never_says(world, "standalone.");
    world_free(world);
}

/* Scanners of other kinds than a Locator, of whom no node is said to start. */

/* The capture goes on for long before and behind what a scanner does. */
static test_world *scanned_world(void)
{
    test_world *world = world_new();
    arp_request(world, "10.0.0.7", "10.0.0.8");
    pass_time(world, 10);
    return world;
}

static void check_no_scan(test_world *world)
{
    pass_time(world, 10);
    arp_request(world, "10.0.0.7", "10.0.0.8");
    check_count(world, 0);
    check_never_says(world, "scan_found_nobody");
    world_free(world);
}

/* One address accepts, and is asked nothing; the scanner goes on. */
static void test_scanner_asks_nothing(void)
{
    test_world *world = scanned_world();
    try(world, "10.0.0.9", "10.0.0.1", REFUSES);
    test_connection *open = connected(world, "10.0.0.9:50000", "10.0.0.2:33000");
    reset(open, CLIENT);
    try(world, "10.0.0.9", "10.0.0.3", REFUSES);
    try(world, "10.0.0.9", "10.0.0.4", REFUSES);
    check_no_scan(world);
}

/* In a Locator's order and pace, and not more than once. */
static void test_scanner_of_one_round(void)
{
    test_world *world = scanned_world();
    try(world, "10.0.0.9", "10.0.0.1", SILENT);
    try(world, "10.0.0.9", "10.0.0.2", REFUSES);
    try(world, "10.0.0.9", "10.0.0.3", SILENT);
    check_no_scan(world);
}

/* All at once, with retries. */
static void test_scanner_of_all_at_once(void)
{
    test_world *world = scanned_world();
    for (int turn = 0; turn < 3; turn++) {
        for (int host = 1; host < 8; host++) {
            char *source = g_strdup_printf("10.0.0.9:%d", 50000 + 10 * turn + host);
            char *target = g_strdup_printf("10.0.0.%d:33000", host);
            syn(connection(world, source, target));
            g_free(target);
            g_free(source);
        }
        pass_time(world, 0.3);
    }
    check_no_scan(world);
}

/* In an order of its own. */
static void test_scanner_to_and_fro(void)
{
    static const int hosts[] = {5, 2, 7, 1, 6, 3};
    test_world *world = scanned_world();
    for (int turn = 0; turn < 3; turn++) {
        for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++) {
            char *target = g_strdup_printf("10.0.0.%d", hosts[i]);
            try(world, "10.0.0.9", target, REFUSES);
            g_free(target);
        }
        pass_time(world, 0.2);
    }
    check_no_scan(world);
}

/* Who connects to a locator port and speaks something else there. */
static void test_scanner_with_other_words(void)
{
    test_world *world = scanned_world();
    try(world, "10.0.0.9", "10.0.0.1", REFUSES);
    test_connection *open = connected(world, "10.0.0.9:50000", "10.0.0.2:33000");
    say(open, CLIENT, tls_client_hello());
    closed(open, CLIENT);
    check_no_scan(world);
}

/* A node that was started again after it had found the Beacon walks anew. */
static void test_walk_after_found(void)
{
    test_world *world = world_new();
    for (int turn = 0; turn < 2; turn++) {
        try(world, "10.0.0.2", "10.0.0.1", REFUSES);
        char *client = g_strdup_printf("10.0.0.2:%d", 45000 + turn);
        answer(seek(world, client, "10.0.0.3:33000", NODE2), NODE1, SEEKCHAT_PAYLOAD_JOINED);
        pass_time(world, 5);
        g_free(client);
    }
    check_count(world, 2);
    check_scan(world, 0, "1", "10.0.0.3", "10.0.0.1", "");
    check_scan(world, 1, "1", "10.0.0.3", "10.0.0.1", "");
    world_free(world);
}

static void test_other_port(void)
{
    test_world *world = world_new();
    world->flags = WORLD_NO_AMID;
    attempt(world, "10.0.0.9", "10.0.0.1", 80, SILENT);
    attempt(world, "10.0.0.9", "10.0.0.2", 80, SILENT);
    check_count(world, 0);
    world_free(world);
    world = world_new();
    world->flags = WORLD_NO_AMID;
    add_port(world, 80);
    attempt(world, "10.0.0.9", "10.0.0.1", 80, SILENT);
    attempt(world, "10.0.0.9", "10.0.0.2", 80, SILENT);
    check_count(world, 1);
    world_free(world);
}

/* What was tried in vain on the port of a Beacon counts, whenever a message shows the port; what
 * was accepted there and carried no message does not. */
static void test_learned_port(void)
{
    for (int turn = 0; turn < 2; turn++) {
        test_world *world = world_new();
        if (turn == 0) {
            answer(seek(world, SEEKER, "10.0.0.1:3000", NODE2), NODE1, SEEKCHAT_PAYLOAD_JOINED);
        }
        for (int round = 0; round < 3; round++) {
            attempt(world, "10.0.0.9", "10.0.0.2", 3000, REFUSES);
            attempt(world, "10.0.0.9", "10.0.0.3", 3000, REFUSES);
            pass_time(world, 0.2);
        }
        attempt(world, "10.0.0.9", "10.0.0.4", 3000, ACCEPTS);
        attempt(world, "10.0.0.9", "10.0.0.2", 3001, REFUSES);
        if (turn == 1) {
            check_count(world, 0);
            answer(seek(world, SEEKER, "10.0.0.1:3000", NODE2), NODE1, SEEKCHAT_PAYLOAD_JOINED);
        }
        check_count(world, 2);
        check_scan(world, turn == 0, "3", "", "10.0.0.2 10.0.0.3", "");
        world_free(world);
    }
}

/* Two that look for each other. */

/* Both walk over the same hosts, the second so much later. */
static void scan_both(test_world *world, const char *second, const char *net, unsigned port,
                      double later)
{
    for (int round = 0; round < 3; round++) {
        for (int host = 5; host < 8; host++) {
            char *target = g_strdup_printf("10.0.0.%d", host);
            char *other = g_strdup_printf("%s.%d", net, host);
            try(world, "10.0.0.1", target, REFUSES);
            if (later == 0) {
                attempt(world, second, other, port, REFUSES);
            }
            g_free(other);
            g_free(target);
        }
        pass_time(world, 0.2);
    }
    pass_time(world, later);
    for (int round = 0; later > 0 && round < 3; round++) {
        for (int host = 5; host < 8; host++) {
            char *other = g_strdup_printf("%s.%d", net, host);
            attempt(world, second, other, port, REFUSES);
            g_free(other);
        }
        pass_time(world, 0.2);
    }
}

static void test_parallel_start(void)
{
    test_world *world = world_new();
    scan_both(world, "10.0.0.2", "10.0.0", 33000, 0);
    check_count(world, 2);
    g_assert_cmpuint(problems_of(world, "parallel_start"), ==, 1);
    check(world, "problems[0].code", "parallel_start");
    check(world, "problems[0].severity", "warning");
    check_frames(world, "problems[0].frames", FRAMES(1, 3, 33, 35));
    check(world, "split_brain", "null");
    world_free(world);
}

/* A scan that ended long before hides it as little as one that comes long behind it. */
static void test_parallel_start_amid(void)
{
    test_world *world = world_new();
    for (int round = 0; round < 6; round++) {
        pass_time(world, round == 3 ? 60 : 0.2);
        if (round == 3) {
            scan_both(world, "10.0.0.2", "10.0.0", 33000, 0);
            pass_time(world, 60);
        }
        try(world, "10.0.0.3", "10.0.0.5", REFUSES);
        try(world, "10.0.0.3", "10.0.0.6", REFUSES);
    }
    check_count(world, 4);
    g_assert_cmpuint(problems_of(world, "parallel_start"), ==, 1);
    world_free(world);
}

static void test_not_parallel(void)
{
    static const struct {
        const char *second;
        const char *net;
        unsigned port;
        double later;
    } rows[] = {
        {"10.0.0.2", "10.0.0", 33000, 10}, /* later, */
        {"10.0.0.2", "10.0.9", 33000, 0},  /* other targets, */
        {"10.0.0.2", "10.0.0", 3000, 0},   /* another port */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_world *world = world_new();
        add_port(world, 3000);
        scan_both(world, rows[i].second, rows[i].net, rows[i].port, rows[i].later);
        check_count(world, 2);
        g_assert_cmpuint(problems_of(world, "parallel_start"), ==, 0);
        check(world, "split_brain", "false");
        world_free(world);
    }
}

/* Behind firewalls, one after the other: the second has no answer from the first one's host, or is
 * refused, for nothing listens there. */
static void test_one_after_the_other(void)
{
    for (int refused = 0; refused < 2; refused++) {
        test_world *world = world_new();
        for (int scan = 0; scan < 2; scan++) {
            for (int round = 0; round < 3; round++) {
                try(world, scan == 0 ? "10.0.0.1" : "10.0.0.2", scan == 0 ? "10.0.0.2" : "10.0.0.1",
                    refused ? REFUSES : SILENT);
                try(world, scan == 0 ? "10.0.0.1" : "10.0.0.2", "10.0.0.3", REFUSES);
                pass_time(world, 0.2);
            }
            pass_time(world, 2);
        }
        check_count(world, 2);
        check(world, "split_brain", refused ? "false" : "null");
        world_free(world);
    }
}

/* Both became Beacons, and each began alone. */
static void test_parallel_start_proved(void)
{
    test_world *world = world_new();
    scan_both(world, "10.0.0.2", "10.0.0", 33000, 0);
    for (int host = 1; host < 3; host++) {
        char *server = g_strdup_printf("10.0.0.%d:33000", host);
        char *client = g_strdup_printf("10.0.0.9:%d", 42000 + host);
        char *name = g_strdup_printf("node%d@10.0.0.%d", host, host);
        answer_list(watch(world, client, server, "ops@10.0.0.9"), name,
                    (const char *const[]){NULL});
        g_free(name);
        g_free(client);
        g_free(server);
    }
    check(world, "split_brain", "true");
    check(world, "problems[0].code", "split_brain");
    world_free(world);
}

static void test_large_walk(void)
{
    test_world *world = world_new();
    for (int round = 0; round < 3; round++) {
        for (int host = 2; host < 100; host++) {
            char *target = g_strdup_printf("10.0.0.%d", host);
            try(world, "10.0.0.1", target, REFUSES);
            g_free(target);
        }
    }
    check_count(world, 1);
    g_assert_cmpuint(count_of(world, "scans[0].refused"), ==, 98);
    check(world, "scans[0].rounds", "3");
    world_free(world);
}

/* The capture ends inside a walk: nothing is known of its end, nor of the last target. */
static void test_capture_ends_inside(void)
{
    test_world *world = world_new();
    world->flags = WORLD_NO_AMID;
    try(world, "10.0.0.1", "10.0.0.2", SILENT);
    try(world, "10.0.0.1", "10.0.0.3", REFUSES);
    syn(connection(world, "10.0.0.1:45000", "10.0.0.4:33000"));
    check_scan(world, 0, "1", "", "10.0.0.3", "10.0.0.2");
    check_problems(world, "note scan_found_nobody");
    check_says(world, "none found until the capture ended");
    check_never_says(world, "standalone");
    pass_time(world, 2);
    arp_request(world, "10.0.0.8", "10.0.0.9");
    check_key(world, 0, "result", "none");
    check_key(world, 0, "silent", "10.0.0.2 10.0.0.4");
    check_never_says(world, "standalone"); /* a Locator goes three rounds */
    world_free(world);
}

/* Two walks that the capture's end cuts off are not in vain yet. */
static void test_parallel_start_open(void)
{
    test_world *world = world_new();
    world->flags = WORLD_NO_AMID;
    for (int host = 5; host < 8; host++) {
        char *target = g_strdup_printf("10.0.0.%d", host);
        try(world, "10.0.0.1", target, REFUSES);
        try(world, "10.0.0.2", target, REFUSES);
        g_free(target);
    }
    check_count(world, 2);
    g_assert_cmpuint(problems_of(world, "parallel_start"), ==, 0);
    check(world, "split_brain", "false");
    world_free(world);
}

/* The capture begins inside the first round: what follows is the same walk. */
static void test_capture_begins_inside(void)
{
    test_world *world = world_new();
    for (int host = 4; host < 7; host++) {
        char *target = g_strdup_printf("10.0.0.%d", host);
        arp_request(world, "10.0.0.1", target);
        pass_time(world, 0.25 - WORLD_TICK);
        g_free(target);
    }
    pass_time(world, 0.2);
    for (int round = 1; round < 3; round++) {
        arp_request(world, "10.0.0.1", "10.0.0.2");
        arp_reply(world, "10.0.0.2", "10.0.0.1");
        try(world, "10.0.0.1", "10.0.0.2", REFUSES);
        for (int host = 3; host < 7; host++) {
            char *target = g_strdup_printf("10.0.0.%d", host);
            arp_request(world, "10.0.0.1", target);
            pass_time(world, 0.25 - WORLD_TICK);
            g_free(target);
        }
        pass_time(world, 0.2);
    }
    check_count(world, 1);
    check(world, "scans[0].refused", "10.0.0.2");
    check(world, "scans[0].silent", "10.0.0.4 10.0.0.5 10.0.0.6 10.0.0.3");
    world_free(world);
}

/* Connections that were open when the capture began, and are reset, are no attempts. */
static void test_open_connections(void)
{
    test_world *world = world_new();
    for (int host = 2; host < 7; host++) {
        char *server = g_strdup_printf("10.0.0.%d:33000", host);
        test_connection *open = connection(world, "10.0.0.1:40000", server);
        refuse(open);
        g_free(server);
    }
    check_count(world, 0);
    world_free(world);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scans/none", test_none);
    g_test_add_func("/scans/found", test_found);
    g_test_add_func("/scans/found-at-once", test_found_at_once);
    g_test_add_func("/scans/icmp", test_icmp);
    g_test_add_func("/scans/retries-are-no-rounds", test_retries_are_no_rounds);
    g_test_add_func("/scans/retries-pass-the-same-hosts", test_retries_pass_the_same_hosts);
    g_test_add_func("/scans/scanner-goes-on", test_scanner_goes_on);
    g_test_add_func("/scans/locator-behind-scanner", test_locator_behind_scanner);
    g_test_add_func("/scans/scanner-in-haste", test_scanner_in_haste);
    g_test_add_func("/scans/watcher-walks", test_watcher_walks);
    g_test_add_func("/scans/retry-finds-another", test_retry_finds_another);
    g_test_add_func("/scans/two-seekers-of-a-host", test_two_seekers_of_a_host);
    g_test_add_func("/scans/repeated-syn-counts-once", test_repeated_syn_counts_once);
    g_test_add_func("/scans/fourteen-runs", test_fourteen_runs);
    g_test_add_func("/scans/pause-begins-another-scan", test_pause_begins_another_scan);
    g_test_add_func("/scans/single-connect-is-no-scan", test_single_connect_is_no_scan);
    g_test_add_func("/scans/single-target-in-rounds", test_single_target_in_rounds);
    g_test_add_func("/scans/watching-is-no-scan", test_watching_is_no_scan);
    g_test_add_func("/scans/port-scanner", test_port_scanner);
    g_test_add_func("/scans/scanner-asks-nothing", test_scanner_asks_nothing);
    g_test_add_func("/scans/scanner-of-one-round", test_scanner_of_one_round);
    g_test_add_func("/scans/scanner-of-all-at-once", test_scanner_of_all_at_once);
    g_test_add_func("/scans/scanner-to-and-fro", test_scanner_to_and_fro);
    g_test_add_func("/scans/scanner-with-other-words", test_scanner_with_other_words);
    g_test_add_func("/scans/walk-after-found", test_walk_after_found);
    g_test_add_func("/scans/other-port", test_other_port);
    g_test_add_func("/scans/learned-port", test_learned_port);
    g_test_add_func("/scans/parallel-start", test_parallel_start);
    g_test_add_func("/scans/parallel-start-amid", test_parallel_start_amid);
    g_test_add_func("/scans/not-parallel", test_not_parallel);
    g_test_add_func("/scans/one-after-the-other", test_one_after_the_other);
    g_test_add_func("/scans/parallel-start-proved", test_parallel_start_proved);
    g_test_add_func("/scans/capture-ends-inside", test_capture_ends_inside);
    g_test_add_func("/scans/parallel-start-open", test_parallel_start_open);
    g_test_add_func("/scans/capture-begins-inside", test_capture_begins_inside);
    g_test_add_func("/scans/large-walk", test_large_walk);
    g_test_add_func("/scans/open-connections", test_open_connections);
    return g_test_run();
}
