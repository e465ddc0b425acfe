/* test_text.c
 * Tests what a person reads, sentence by sentence: lists and where they are cut, retries, clusters
 * apart, connections that were lost.
 * May include: the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ping.h"

#include <string.h>

#include "cluster_limits.h"
#include "steps.h"

#define AT_OPS "10.0.0.9:40000"

/* Names n01@10.0.1.1 and so on, so many; ends with NULL. To be freed with g_strfreev. */
static char **names_of(uint32_t count)
{
    char **names = g_new0(char *, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        names[i] = g_strdup_printf("n%02u@10.0.1.%u", i + 1, i + 1);
    }
    return names;
}

/* The first names of a list as a line shows them. */
static char *line_of(char **names, uint32_t count)
{
    GString *line = g_string_new(names[0]);
    for (uint32_t i = 1; i < count; i++) {
        g_string_append_printf(line, ", %s", names[i]);
    }
    return g_string_free(line, FALSE);
}

/* Frees text. */
static void check_line(test_world *world, char *text)
{
    check_says(world, text);
    g_free(text);
}

static void list(test_world *world, char **names)
{
    answer_list(watch(world, AT_OPS, BEACON, OPS), NODE1, (const char *const *)names);
}

/* Lists at the most that a line shows, and above. */
static void test_list_length(void)
{
    const uint32_t most = CLUSTER_TEXT_LIST_MAX;
    for (uint32_t count = most - 1; count <= most + 2; count++) {
        test_world *world = world_new();
        char **names = names_of(count);
        char *shown = line_of(names, MIN(count, most));
        char *members = line_of(names, most - 1); /* beside the Beacon */
        list(world, names);
        check_line(world, count <= most
                              ? g_strdup_printf(": %u nodes: %s; frames 4, 5\n", count, shown)
                              : g_strdup_printf(": %u nodes: %s and %u more; frames 4, 5\n", count,
                                                shown, count - most));
        check_line(world, count < most
                              ? g_strdup_printf("  node1@10.0.0.1, %s; Beacon node1", members)
                              : g_strdup_printf("  node1@10.0.0.1, %s and %u more; Beacon node1",
                                                members, count + 1 - most));
        g_free(members);
        g_free(shown);
        g_strfreev(names);
        world_free(world);
    }
}

/* A scan of as many targets as a line shows, and one more. */
static void test_target_list(void)
{
    for (uint32_t count = CLUSTER_TEXT_LIST_MAX; count <= CLUSTER_TEXT_LIST_MAX + 1; count++) {
        test_world *world = world_new();
        for (uint32_t i = 0; i < 3 * count; i++) {
            char *source = g_strdup_printf("10.0.0.5:%u", 41000 + i / count);
            char *target = g_strdup_printf("10.0.2.%u:33000", 1 + i % count);
            test_connection *tried = connection(world, source, target);
            syn(tried);
            refuse(tried);
            g_free(target);
            g_free(source);
        }
        pass_time(world, 2);
        arp_request(world, "10.0.0.8", "10.0.0.9");
        check_line(world, g_strdup_printf("  10.0.0.5 for port 33000, 3 rounds: none found; frames "
                                          "1 to %u\n    0 answered\n    %u refused: 10.0.2.1, ",
                                          6 * count - 1, count));
        check_says(world, count == CLUSTER_TEXT_LIST_MAX ? ", 10.0.2.24\n    0 silent\n"
                                                         : ", 10.0.2.24 and 1 more\n    0 silent");
        check_line(world,
                   g_strdup_printf("note scan_found_nobody: the scan from 10.0.0.5 found nobody "
                                   "(%u targets: %u refused, 0 silent); after a scan in vain "
                                   "Beethoven starts a node standalone.\n"
                                   "    filter: frame.number in {1, %u}\n",
                                   count, count, 6 * count - 1));
        world_free(world);
    }
}

/* Sections at the most lines that one has, and above. */
static void test_section_length(void)
{
    for (uint32_t count = CLUSTER_TEXT_LINES_MAX; count <= CLUSTER_TEXT_LINES_MAX + 1; count++) {
        test_world *world = world_new();
        char **names = names_of(count - 2); /* beside the Beacon and the watcher */
        list(world, names);
        check_line(world, g_strdup_printf("\nNodes: %u\n", count));
        if (count == CLUSTER_TEXT_LINES_MAX) {
            check_never_says(world, "which the JSON report lists");
        } else {
            check_says(world, "\n  ... and 1 more, which the JSON report lists\n");
        }
        g_strfreev(names);
        world_free(world);
    }
}

static void test_retries(void)
{
    test_world *world = world_new();
    for (int i = 0; i < 3; i++) {
        char *client = g_strdup_printf("10.0.0.2:%d", 40000 + i);
        answer(seek(world, client, BEACON, NODE2), NODE1, SEEKCHAT_PAYLOAD_ERROR);
        pass_time(world, 10 - 8 * WORLD_TICK);
        g_free(client);
    }
    check_says(world, "\nJoins, retries together: 1\n"
                      "  node2@10.0.0.2 -> node1@10.0.0.1: error, 3 times in 20.000 s; frames 4, "
                      "5, 12, 13, 20, 21\n");
    check_says(world, "node2@10.0.0.2 asked to join node1@10.0.0.1 (3 times): the answer was "
                      "error.\n    filter: frame.number in {4, 5, 12, 13, 20, 21}\n");
    world_free(world);
}

static void test_split_brain(void)
{
    test_world *world = world_new();
    answer(seek(world, "10.0.0.3:40000", BEACON, "c@10.0.0.3"), "a@10.0.0.1",
           SEEKCHAT_PAYLOAD_JOINED);
    answer(seek(world, "10.0.0.4:40000", "10.0.0.2:33000", "d@10.0.0.4"), "b@10.0.0.2",
           SEEKCHAT_PAYLOAD_JOINED);
    answer_list(watch(world, AT_OPS, BEACON, OPS), "a@10.0.0.1",
                (const char *const[]){"c@10.0.0.3", NULL});
    check_says(world, "  error split_brain: there are 2 clusters that do not know each other: "
                      "{c@10.0.0.3, a@10.0.0.1}, {d@10.0.0.4, b@10.0.0.2}.\n");
    check_says(world, "\nSplit brain: yes\n");
    world_free(world);
}

/* Clusters of as many nodes as a sentence names, and one more. */
static void test_split_length(void)
{
    for (uint32_t count = CLUSTER_TEXT_LIST_MAX; count <= CLUSTER_TEXT_LIST_MAX + 1; count++) {
        test_world *world = world_new();
        char **names = names_of(count - 1);
        char *shown = line_of(names, CLUSTER_TEXT_LIST_MAX - 1);
        list(world, names);
        answer_list(watch(world, "10.0.0.9:40001", "10.0.0.5:33000", OPS), "b@10.0.0.5",
                    (const char *const[]){NULL});
        check_line(world, g_strdup_printf("{node1@10.0.0.1, %s%s}, {b@10.0.0.5}.\n", shown,
                                          count > CLUSTER_TEXT_LIST_MAX ? " and 1 more" : ""));
        g_free(shown);
        g_strfreev(names);
        world_free(world);
    }
}

/* Two clusters, and a connection of members that was lost. */
static void test_split_unknown(void)
{
    test_world *world = world_new();
    answer(seek(world, SEEKER, BEACON, NODE2), NODE1, SEEKCHAT_PAYLOAD_JOINED);
    answer(seek(world, "10.0.0.4:40000", "10.0.0.3:33000", "d@10.0.0.4"), "c@10.0.0.3",
           SEEKCHAT_PAYLOAD_JOINED);
    check_says(world, "\nSplit brain: not known: nothing in the capture shows whether the clusters "
                      "are connected\n");
    test_connection *dist = connected(world, PING, DIST);
    handshake(dist, 'N', NODE1, NODE2, STEP_ACK);
    uint32_t lost = reset(dist, SERVER);
    check_says(world, "\nSplit brain: not known: nothing in the capture shows whether the clusters "
                      "are connected; connections of members were lost, and the capture does not "
                      "show that they came back\n");
    check_line(world, g_strdup_printf(
                          "  warning connection_lost: the distribution connection of "
                          "node1@10.0.0.1 and node2@10.0.0.2 was reset, 0.024 s after the capture "
                          "began, and no other is seen to be up at the end.\n"
                          "    filter: frame.number == %u\n",
                          lost));
    world_free(world);
}

/* Attempts that ended and took up again, of a member that was stopped: by either side's FIN. */
static void test_closed(void)
{
    for (int by = 0; by < 2; by++) {
        test_world *world = world_new();
        answer(seek(world, SEEKER, BEACON, NODE2), NODE1, SEEKCHAT_PAYLOAD_JOINED);
        test_connection *dist = connected(world, PING, DIST);
        handshake(dist, 'N', NODE1, NODE2, STEP_ACK);
        uint32_t last = fin(dist, by == 0 ? CLIENT : SERVER);
        check_problems(world, "note connection_lost");
        check_frames(world, "problems[0].frames", FRAMES(last));
        check_says(world, " was closed, 0.016 s after the capture began");
        check(world, "split_brain", "false");
        world_free(world);
    }
}

/* A capture whose times are not those of this world. */
static void test_no_time(void)
{
    test_world *world = world_new();
    world->time = 1e14;
    fin(connection(world, SEEKER, BEACON), CLIENT);
    check_says(world, "Capture: an unknown time to an unknown time UTC, 0.000 s.\n");
    world_free(world);
}

/* Alerts by their names; of those that no document names, nothing is said. */
static void test_alerts(void)
{
    g_assert_cmpstr(cluster_tls_alert_name(0), ==, "close_notify");
    g_assert_cmpstr(cluster_tls_alert_name(48), ==, "unknown_ca");
    g_assert_cmpstr(cluster_tls_alert_name(120), ==, "no_application_protocol");
    for (uint16_t unknown = 121; unknown <= 255; unknown++) {
        g_assert_cmpstr(cluster_tls_alert_name(unknown), ==, NULL);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/list-length", test_list_length);
    g_test_add_func("/text/target-list", test_target_list);
    g_test_add_func("/text/section-length", test_section_length);
    g_test_add_func("/text/retries", test_retries);
    g_test_add_func("/text/split-brain", test_split_brain);
    g_test_add_func("/text/split-length", test_split_length);
    g_test_add_func("/text/split-unknown", test_split_unknown);
    g_test_add_func("/text/closed", test_closed);
    g_test_add_func("/text/no-time", test_no_time);
    g_test_add_func("/text/alerts", test_alerts);
    return g_test_run();
}
