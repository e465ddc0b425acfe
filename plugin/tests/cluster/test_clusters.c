/* test_clusters.c
 * Tests which nodes form a cluster, their states, split brain, and what befalls members.
 * May include: the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ping.h"

#include <string.h>

#include "walks.h"

#define A "a@10.0.0.1"
#define B "b@10.0.0.2"
#define C "c@10.0.0.3"
#define D "d@10.0.0.4"

#define AT_A "10.0.0.1:33000"
#define AT_B "10.0.0.2:33000"

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

/* The place of a node: the host part of its name, with a port that no other connection has. */
static char *place_of(const test_world *world, const char *node)
{
    return g_strdup_printf("%s:%u", strchr(node, '@') + 1, 40000 + world->stream);
}

static uint32_t join(test_world *world, const char *seeker, const char *server, const char *beacon,
                     seekchat_payload payload)
{
    char *client = place_of(world, seeker);
    uint32_t frame = answer(seek(world, client, server, seeker), beacon, payload);
    g_free(client);
    return frame;
}

static uint32_t list(test_world *world, const char *server, const char *beacon,
                     const char *const *nodes)
{
    char *client = place_of(world, OPS);
    uint32_t frame = answer_list(watch(world, client, server, OPS), beacon, nodes);
    g_free(client);
    return frame;
}

/* A distribution connection that a node opens to another, up to the end of the handshake. */
static test_connection *link_up(test_world *world, const char *from, const char *to)
{
    char *client = place_of(world, from);
    char *server = g_strdup_printf("%s:45000", strchr(to, '@') + 1);
    test_connection *made = connected(world, client, server);
    handshake(made, 'N', from, to, STEP_ACK);
    say(made, CLIENT, dist_message());
    say(made, SERVER, dist_message());
    g_free(server);
    g_free(client);
    return made;
}

/* B joins A; the distribution connection on which that was found out. */
static test_connection *member(test_world *world)
{
    char *client = place_of(world, B);
    test_connection *asked = seek(world, client, AT_A, B);
    test_connection *made = link_up(world, A, B);
    answer(asked, A, SEEKCHAT_PAYLOAD_JOINED);
    g_free(client);
    return made;
}

static void test_joined(void)
{
    test_world *world = world_new();
    join(world, B, AT_A, A, SEEKCHAT_PAYLOAD_JOINED);
    join(world, C, AT_A, A, SEEKCHAT_PAYLOAD_JOINED);
    join(world, D, AT_A, A, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_clusters(world, "bac/a", "false");
    check_state(world, A, "clustered");
    check_state(world, C, "clustered");
    check_state(world, D, "failed");
    check_says(world, "Split brain: no\n");
    world_free(world);
}

static void test_standalone(void)
{
    test_world *world = world_new();
    list(world, AT_A, A, NO_NODES);
    check_clusters(world, "a/a", "false");
    check_state(world, A, "standalone");
    check_state(world, OPS, "outside");
    world_free(world);
}

static void test_listed(void)
{
    test_world *world = world_new();
    list(world, AT_A, A, NODES(B, C));
    check_clusters(world, "abc/a", "false");
    check_state(world, B, "clustered");
    world_free(world);
}

static void test_newest_list_counts(void)
{
    test_world *world = world_new();
    list(world, AT_A, A, NODES(B, C));
    list(world, AT_A, A, NODES(B));
    check_clusters(world, "ab/a", "false");
    check_state(world, C, "left");
    world_free(world);
}

static void test_left_after_join(void)
{
    test_world *world = world_new();
    join(world, B, AT_A, A, SEEKCHAT_PAYLOAD_JOINED);
    list(world, AT_A, A, NO_NODES);
    join(world, C, AT_A, A, SEEKCHAT_PAYLOAD_JOINED);
    check_clusters(world, "ac/a", "false");
    check_state(world, B, "left");
    world_free(world);
}

/* A failure that came after the list: the node that is listed was started anew. */
static void test_failed_after_list(void)
{
    test_world *world = world_new();
    list(world, AT_A, A, NODES(B, C));
    join(world, B, AT_A, A, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_clusters(world, "ac/a", "false");
    check_state(world, B, "failed");
    list(world, AT_A, A, NODES(B, C));
    check_clusters(world, "abc/a", "false");
    world_free(world);
}

/* A hidden node is in no list: its distribution connection, which lives, shows that it is there. */
static void test_hidden_node(void)
{
    test_world *world = world_new();
    test_connection *dist = member(world);
    list(world, AT_A, A, NO_NODES);
    say(dist, CLIENT, dist_message());
    check_clusters(world, "ba/a", "false");
    check_state(world, B, "clustered");
    world_free(world);
}

static void test_left_with_its_connection(void)
{
    test_world *world = world_new();
    closed(member(world), SERVER);
    list(world, AT_A, A, NO_NODES);
    check_clusters(world, "a/a", "false");
    check_state(world, B, "left");
    world_free(world);
}

/* A connection that dies without a packet is not seen to end. Lists show that neither node is
 * hidden, so the newest ones count. */
static void test_died_in_silence(void)
{
    test_world *world = world_new();
    member(world);
    list(world, AT_A, A, NODES(B, C));
    list(world, AT_A, A, NODES(C));
    check_clusters(world, "ac/a", "false");
    check_state(world, B, "left");
    list(world, AT_B, B, NO_NODES);
    check_clusters(world, "b/b ac/a", "true");
    world_free(world);
}

/* Split brain. */

static void test_split_brain(void)
{
    test_world *world = world_new();
    join(world, C, AT_A, A, SEEKCHAT_PAYLOAD_JOINED);
    uint32_t shows_b = join(world, D, AT_B, B, SEEKCHAT_PAYLOAD_JOINED);
    uint32_t shows_a = list(world, AT_A, A, NODES(C));
    check_clusters(world, "ca/a db/b", "true");
    check(world, "problems[0].code", "split_brain");
    check(world, "problems[0].severity", "error");
    check_frames(world, "problems[0].frames", FRAMES(shows_b, shows_a));
    char *filter = g_strdup_printf("frame.number in {%u, %u}", shows_b, shows_a);
    check(world, "problems[0].filter", filter);
    g_free(filter);
    check_says(world, "Split brain: yes\n");
    world_free(world);
}

/* What a Beacon answers shows that it is there, whatever that is. */
static void test_proved_by_refusal(void)
{
    test_world *world = world_new();
    uint32_t shows_a = join(world, D, AT_A, A, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    uint32_t shows_b = list(world, AT_B, B, NO_NODES);
    check_clusters(world, "a/a b/b", "true");
    check_frames(world, "problems[0].frames", FRAMES(shows_a, shows_b));
    world_free(world);
}

/* A list lacks a Beacon that joined before. It may be hidden, unless its connection ended. */
static void test_split_or_hidden(void)
{
    for (int ended = 0; ended < 2; ended++) {
        test_world *world = world_new();
        if (ended) {
            reset(member(world), SERVER);
        } else {
            join(world, B, AT_A, A, SEEKCHAT_PAYLOAD_JOINED);
        }
        list(world, AT_A, A, NO_NODES);
        list(world, AT_B, B, NO_NODES);
        check_clusters(world, "b/b a/a", ended ? "true" : "null");
        check_says(world, ended ? "Split brain: yes" : "it may be hidden\n");
        g_assert_cmpuint(problems_of(world, "split_brain"), ==, (guint)ended);
        world_free(world);
    }
}

/* Two clusters, and nothing that shows whether they are one. */
static void test_split_not_known(void)
{
    test_world *world = world_new();
    join(world, C, AT_A, A, SEEKCHAT_PAYLOAD_JOINED);
    join(world, D, AT_B, B, SEEKCHAT_PAYLOAD_JOINED);
    check_clusters(world, "ca/a db/b", "null");
    check_says(world, "Split brain: not known: ");
    g_assert_cmpuint(problems_of(world, "split_brain"), ==, 0);
    world_free(world);
}

/* A list is no proof against a cluster of which nothing was seen before it was given. */
static void test_older_list(void)
{
    test_world *world = world_new();
    join(world, C, AT_A, A, SEEKCHAT_PAYLOAD_JOINED);
    list(world, AT_A, A, NODES(C));
    join(world, D, AT_B, B, SEEKCHAT_PAYLOAD_JOINED);
    check_clusters(world, "ca/a db/b", "null");
    check_says(world, "Split brain: not known: ");
    list(world, AT_A, A, NODES(C));
    check_clusters(world, "ca/a db/b", "true");
    world_free(world);
}

/* A distribution connection between the two clusters shows that they are one. */
static void test_united_by_connection(void)
{
    test_world *world = world_new();
    join(world, C, AT_A, A, SEEKCHAT_PAYLOAD_JOINED);
    join(world, D, AT_B, B, SEEKCHAT_PAYLOAD_JOINED);
    link_up(world, A, B);
    check_clusters(world, "cadb/ab", "false");
    world_free(world);
}

/* Two applications on two locator ports are meant to be apart. */
static void test_two_ports(void)
{
    test_world *world = world_new();
    list(world, AT_A, A, NODES(C));
    list(world, "10.0.0.2:3000", B, NODES(D));
    check_clusters(world, "ac/a bd/b", "false");
    check_problems(world, "");
    world_free(world);
}

static void test_beacon_joins_beacon(void)
{
    test_world *world = world_new();
    join(world, C, AT_A, A, SEEKCHAT_PAYLOAD_JOINED);
    join(world, D, AT_B, B, SEEKCHAT_PAYLOAD_JOINED);
    join(world, B, AT_A, A, SEEKCHAT_PAYLOAD_JOINED);
    check_clusters(world, "cadb/ab", "false");
    world_free(world);
}

static void test_list_unites_beacons(void)
{
    test_world *world = world_new();
    list(world, AT_A, A, NO_NODES);
    list(world, AT_B, B, NODES(A));
    check_clusters(world, "ab/ab", "false");
    world_free(world);
}

/* A node that joins elsewhere later is no bridge between the two clusters. */
static void test_newest_join_counts(void)
{
    test_world *world = world_new();
    join(world, C, AT_A, A, SEEKCHAT_PAYLOAD_JOINED);
    join(world, D, AT_B, B, SEEKCHAT_PAYLOAD_JOINED);
    join(world, C, AT_B, B, SEEKCHAT_PAYLOAD_JOINED);
    check_clusters(world, "a/a cdb/b", "null");
    check_state(world, A, "standalone");
    world_free(world);
}

/* A watcher is in no cluster, whomever it asks. */
static void test_watcher(void)
{
    test_world *world = world_new();
    list(world, AT_A, A, NODES(C));
    list(world, AT_B, B, NODES(A));
    check_clusters(world, "acb/ab", "false");
    check_state(world, OPS, "outside");
    world_free(world);
}

static void test_undecided(void)
{
    test_world *world = world_new();
    world->flags = WORLD_NO_AMID;
    seek(world, "10.0.0.2:40000", AT_A, B);
    check_clusters(world, "", "false");
    check_state(world, B, "null");
    world_free(world);
}

/* The worst comes first, and a failure that was followed by joined is less bad. */
static void test_problem_order(void)
{
    test_world *world = world_new();
    join(world, C, AT_A, A, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    join(world, C, AT_A, A, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    join(world, D, AT_A, A, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    join(world, C, AT_A, A, SEEKCHAT_PAYLOAD_JOINED);
    list(world, AT_B, B, NO_NODES);
    check_problems(world, "error split_brain, error unknown, warning unknown");
    check_holds(world, "problems[1].text", D);
    check_holds(world, "problems[2].text", "2 times)");
    check_holds(world, "problems[2].text", "joined later");
    world_free(world);
}

/* Members that are lost. */

static void test_lost_by_reset(void)
{
    for (int by = 0; by < 2; by++) {
        test_world *world = world_new();
        test_connection *dist = member(world);
        pass_time(world, 10);
        say(dist, CLIENT, dist_message());
        uint32_t frame = reset(dist, by == 0 ? CLIENT : SERVER);
        check_problems(world, "warning connection_lost");
        check_frames(world, "problems[0].frames", FRAMES(frame));
        check_holds(world, "problems[0].text", A);
        check_holds(world, "problems[0].text", B);
        check(world, "split_brain", "null");
        check_says(world, "Split brain: not known: ");
        world_free(world);
    }
}

static void test_lost_by_silence(void)
{
    test_world *world = world_new();
    test_connection *dist = member(world);
    pass_time(world, 10);
    GString *lost = dist_message();
    double wait = 0.3;
    uint32_t first = say_piece(dist, CLIENT, lost, 0, lost->len);
    for (int i = 0; i < 7; i++) {
        pass_time(world, wait);
        say_piece(dist, CLIENT, lost, 0, lost->len);
        wait *= 2;
    }
    said_all(dist, CLIENT, lost);
    check_problems(world, "warning connection_lost");
    check_frames(world, "problems[0].frames", FRAMES(first + 1, world->frame));
    check(world, "split_brain", "null");
    world_free(world);
}

/* Sent again for a while, and then acknowledged: nothing was lost. */
static void test_not_lost(void)
{
    test_world *world = world_new();
    test_connection *dist = member(world);
    GString *late = dist_message();
    for (int i = 0; i < 6; i++) {
        pass_time(world, 2);
        say_piece(dist, CLIENT, late, 0, late->len);
    }
    said_all(dist, CLIENT, late);
    ack(dist, SERVER);
    say(dist, SERVER, dist_message());
    check_problems(world, "");
    check_clusters(world, "ba/a", "false");
    world_free(world);
}

/* Sent again four times in a short while: that is loss, and no silence yet. */
static void test_not_silent_yet(void)
{
    test_world *world = world_new();
    test_connection *dist = member(world);
    GString *late = dist_message();
    for (int i = 0; i < 6; i++) {
        pass_time(world, 0.5);
        say_piece(dist, CLIENT, late, 0, late->len);
    }
    said_all(dist, CLIENT, late);
    check_problems(world, "");
    world_free(world);
}

/* A node that is stopped closes its connections: a note, and no sign of a split. */
static void test_stopped(void)
{
    test_world *world = world_new();
    test_connection *dist = member(world);
    uint32_t last = closed(dist, SERVER);
    check_problems(world, "note connection_lost");
    check_frames(world, "problems[0].frames", FRAMES(last, last + 1));
    check(world, "split_brain", "false");
    world_free(world);
}

static void test_back_again(void)
{
    test_world *world = world_new();
    test_connection *dist = member(world);
    pass_time(world, 10);
    reset(dist, SERVER);
    pass_time(world, 20);
    link_up(world, B, A);
    check_problems(world, "");
    check_clusters(world, "ba/a", "false");
    world_free(world);
}

/* What follows on SEND_CHALLENGE_REPLY shows that the connection is up, and nothing else does where
 * the capture lacks what the other side answered. */
static void test_back_without_acknowledgement(void)
{
    for (int speaks = 0; speaks < 2; speaks++) {
        test_world *world = world_new();
        test_connection *dist = member(world);
        pass_time(world, 10);
        reset(dist, SERVER);
        dist = connected(world, "10.0.0.1:50001", "10.0.0.2:45000");
        handshake(dist, 'N', A, B, STEP_REPLY);
        lose(dist, SERVER, challenge_ack());
        if (speaks) {
            say(dist, CLIENT, dist_message());
        }
        g_assert_cmpuint(problems_of(world, "connection_lost"), ==, (guint)!speaks);
        world_free(world);
    }
}

/* Behind a power cut the older connection never ends; the newer one is lost all the same. */
static void test_older_is_not_back(void)
{
    test_world *world = world_new();
    member(world);
    pass_time(world, 10);
    test_connection *newer = link_up(world, B, A);
    pass_time(world, 10);
    uint32_t frame = reset(newer, SERVER);
    check_problems(world, "warning connection_lost");
    check_frames(world, "problems[0].frames", FRAMES(frame));
    world_free(world);
}

/* A connection that was there before the capture. */
static void test_lost_running(void)
{
    test_world *world = world_new();
    test_connection *dist = connection(world, "10.0.0.1:50001", "10.0.0.2:45000");
    say(dist, CLIENT, dist_message());
    say(dist, SERVER, dist_message());
    list(world, AT_A, A, NODES(B));
    join(world, B, AT_A, A, SEEKCHAT_PAYLOAD_JOINED);
    reset(dist, SERVER);
    g_assert_cmpuint(problems_of(world, "connection_lost"), ==, 1);
    check(world, "split_brain", "null");
    world_free(world);
}

/* Beacons that scanned in vain were alone then: if both were, their clusters are apart, though
 * nobody asked either for a list. */
static void test_began_alone(void)
{
    static const char *const hosts[] = {"10.0.0.1", "10.0.0.2"};
    for (int alone = 0; alone <= 2; alone++) {
        test_world *world = world_new();
        for (int i = 0; i < alone; i++) {
            for (int round = 0; round < 3; round++) {
                try(world, hosts[i], "10.0.0.21", REFUSES);
                try(world, hosts[i], "10.0.0.22", REFUSES);
                try(world, hosts[i], "10.0.0.23", REFUSES);
                pass_time(world, 0.2);
            }
            pass_time(world, 300);
        }
        join(world, C, AT_A, A, SEEKCHAT_PAYLOAD_JOINED);
        join(world, D, AT_B, B, SEEKCHAT_PAYLOAD_JOINED);
        check_clusters(world, "ca/a db/b", alone == 2 ? "true" : "null");
        world_free(world);
    }
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
    g_test_add_func("/clusters/hidden-node", test_hidden_node);
    g_test_add_func("/clusters/died-in-silence", test_died_in_silence);
    g_test_add_func("/clusters/left-with-its-connection", test_left_with_its_connection);
    g_test_add_func("/clusters/split-brain", test_split_brain);
    g_test_add_func("/clusters/proved-by-refusal", test_proved_by_refusal);
    g_test_add_func("/clusters/split-or-hidden", test_split_or_hidden);
    g_test_add_func("/clusters/split-not-known", test_split_not_known);
    g_test_add_func("/clusters/older-list", test_older_list);
    g_test_add_func("/clusters/united-by-connection", test_united_by_connection);
    g_test_add_func("/clusters/two-ports", test_two_ports);
    g_test_add_func("/clusters/beacon-joins-beacon", test_beacon_joins_beacon);
    g_test_add_func("/clusters/list-unites-beacons", test_list_unites_beacons);
    g_test_add_func("/clusters/newest-join-counts", test_newest_join_counts);
    g_test_add_func("/clusters/watcher", test_watcher);
    g_test_add_func("/clusters/undecided", test_undecided);
    g_test_add_func("/clusters/problem-order", test_problem_order);
    g_test_add_func("/clusters/lost-by-reset", test_lost_by_reset);
    g_test_add_func("/clusters/lost-by-silence", test_lost_by_silence);
    g_test_add_func("/clusters/not-lost", test_not_lost);
    g_test_add_func("/clusters/not-silent-yet", test_not_silent_yet);
    g_test_add_func("/clusters/stopped", test_stopped);
    g_test_add_func("/clusters/back-again", test_back_again);
    g_test_add_func("/clusters/back-without-acknowledgement", test_back_without_acknowledgement);
    g_test_add_func("/clusters/older-is-not-back", test_older_is_not_back);
    g_test_add_func("/clusters/lost-running", test_lost_running);
    g_test_add_func("/clusters/began-alone", test_began_alone);
    return g_test_run();
}
