/* test_limits.c
 * Tests that the model stops at each of its limits that is cheap to reach, and says so; and that
 * traffic of no interest adds nothing.
 * May include: the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ping.h"

#include <string.h>

#include "facts.h"
#include "report.h"
#include "steps.h"
#include "window.h"

enum { ALONE = WORLD_NO_PIECES | WORLD_NO_DOUBLE | WORLD_NO_REPORT };

static test_world *large_world(void)
{
    test_world *world = world_new();
    world->flags = ALONE; /* it would take its time */
    return world;
}

/* That a limit was reached, and is told. */
static void check_limit(test_world *world, cluster_limit limit)
{
    g_assert_cmpuint(problems_of(world, "limit_reached"), >, 0);
    check_says(world, cluster_limit_text(limit));
}

/* That nothing was left out so far. */
static void check_within(test_world *world)
{
    g_assert_cmpuint(problems_of(world, "limit_reached"), ==, 0);
}

/* The sentences, with the numbers that hold. */
static void test_sentences(void)
{
    static const char *const sentences[CLUSTER_LIMITS] = {
        [CLUSTER_LIMIT_CONVERSATIONS] = "more connections than 1048576: ",
        [CLUSTER_LIMIT_STRANGERS] =
            "more unanswered attempts to connect to other ports than 65536: ",
        [CLUSTER_LIMIT_OPEN] = "more open connections than 65536: ",
        [CLUSTER_LIMIT_EDGE] = "more connections at the capture's beginning or end than 4096: ",
        [CLUSTER_LIMIT_PING] = "more connections, or ARP requests, during a ping than 1024: ",
        [CLUSTER_LIMIT_STREAM] = "more bytes of a message than are kept, or in more pieces: ",
        [CLUSTER_LIMIT_SAID] = "more messages on one connection than 4096: ",
        [CLUSTER_LIMIT_TEXTS] = "more names than 262144: ",
        [CLUSTER_LIMIT_NAME] = "a name longer than 1020 bytes was cut",
        [CLUSTER_LIMIT_LISTED] = "more names in node lists than 4194304: ",
        [CLUSTER_LIMIT_ASKED] = "more hosts that asked for others by ARP than 65536: ",
        [CLUSTER_LIMIT_LOOKUPS] =
            "more look-ups of names than 65536, or more pings in vain during one than 1024: ",
        [CLUSTER_LIMIT_TARGETS] = "more scan targets than 65536 in a scan or 1048576 in all: ",
        [CLUSTER_LIMIT_JSON_NAMES] = "more names in the lists of all watches than 4194304: ",
        [CLUSTER_LIMIT_SCANS] = "more scans than 16384: ",
        [CLUSTER_LIMIT_WALKS] =
            "more hosts at one time that connect to others or ask for them than 65536: ",
        [CLUSTER_LIMIT_WAITING] = "more bytes than 268435456 waited for others that came late, or ",
    };
    for (int i = 0; i < CLUSTER_LIMITS; i++) {
        g_assert_true(g_str_has_prefix(cluster_limit_text((cluster_limit)i), sentences[i]));
    }
}

static void test_name(void)
{
    test_world *world = world_new();
    GString *name = g_string_new(NULL);
    while (name->len < 1500) {
        g_string_append(name, "\xc3\xa4");
    }
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    answer_list(asked, NODE1, (const char *const[]){NODE2, NULL});
    test_connection *tried = connected(world, "10.0.0.1:50000", "10.0.0.2:45000");
    GString *status = bytes_of("s");
    g_string_append(status, name->str);
    g_string_prepend_c(status, (char)(status->len & 0xff));
    g_string_prepend_c(status, (char)((status->len - 1) >> 8));
    say(tried, CLIENT, send_name('N', NODE1));
    say(tried, SERVER, status);
    say(tried, SERVER, send_challenge('N', NODE2));
    say(tried, CLIENT, challenge_reply());
    say(tried, SERVER, challenge_ack());
    check_limit(world, CLUSTER_LIMIT_NAME);
    g_string_free(name, TRUE);
    world_free(world);
}

/* Many requests on one connection. */
static void test_said(void)
{
    test_world *world = large_world();
    test_connection *asked = connected(world, SEEKER, BEACON);
    for (int i = 0; i <= CLUSTER_SAID_MAX / 16; i++) {
        if (i == CLUSTER_SAID_MAX / 16) {
            check_within(world);
        }
        GString *many = g_string_new(NULL);
        for (int k = 0; k < 16; k++) {
            GString *one = message(NODE2, SEEKCHAT_TYPE_WATCHING, SEEKCHAT_PAYLOAD_CHECK);
            g_string_append_len(many, one->str, (gssize)one->len);
            g_string_free(one, TRUE);
        }
        say(asked, CLIENT, many);
    }
    g_assert_cmpuint(count_of(world, "watches"), ==, CLUSTER_SAID_MAX);
    check_limit(world, CLUSTER_LIMIT_SAID);
    world_free(world);
}

/* A message that does not end, and one whose bytes come in more pieces than are kept. */
static void test_stream_bytes(void)
{
    test_world *world = large_world();
    test_connection *asked = connected(world, SEEKER, BEACON);
    say(asked, CLIENT, bytes_of("{\"type\":\"seeking\",\"sender\":\"a@h\",\"payload\":[\""));
    for (int i = 0; i < CLUSTER_STREAM_BYTES_MAX / 65000 + 2; i++) {
        GString *more = g_string_new(NULL);
        g_string_set_size(more, 65000);
        memset(more->str, 'x', 65000);
        say(asked, CLIENT, more);
    }
    check_limit(world, CLUSTER_LIMIT_STREAM);
    world_free(world);
}

static void test_stream_pieces(void)
{
    test_world *world = large_world();
    test_connection *asked = connected(world, SEEKER, BEACON);
    GString *bytes = g_string_new(NULL);
    while (bytes->len < 2 * CLUSTER_STREAM_PIECES_MAX + 10) {
        g_string_append_c(bytes, ' ');
    }
    for (size_t i = 1; i < bytes->len - 1; i += 2) {
        say_piece(asked, CLIENT, bytes, i, i + 1);
    }
    said_all(asked, CLIENT, bytes);
    check_limit(world, CLUSTER_LIMIT_STREAM);
    world_free(world);
}

/* A connection to a port, with so many bytes that wait for the first one. */
static void wait_behind_hole(cluster_model *model, uint32_t number, uint16_t port, uint32_t length)
{
    static const uint8_t bytes[CLUSTER_UNTOLD_BYTES_MAX] = {0};
    const cluster_moment when = {number + 1, WORLD_START + number * 1e-4};
    cluster_segment segment = {
        .stream = number,
        .source = {address_of("10.0.0.1"), (uint16_t)(1024 + number)},
        .target = {address_of("10.0.0.2"), port},
        .flags = CLUSTER_TCP_SYN,
    };
    cluster_frame_seen(model, when);
    cluster_tcp_seen(model, when, &segment);
    segment.flags = CLUSTER_TCP_ACK;
    segment.sequence = 2;
    segment.bytes = bytes;
    segment.length = segment.captured = length;
    cluster_tcp_seen(model, when, &segment);
}

static bool has_limit(cluster_model *model)
{
    GString *text = cluster_model_text(model);
    bool has = strstr(text->str, cluster_limit_text(CLUSTER_LIMIT_WAITING)) != NULL;
    g_string_free(text, TRUE);
    return has;
}

/* What waits on all connections: of those that may be anything, half of what is kept; then of those
 * to a locator port the other half. */
static void test_waiting(void)
{
    const uint32_t length = CLUSTER_UNTOLD_BYTES_MAX;
    const uint32_t fit = CLUSTER_WAITING_BYTES_MAX / 2 / (2 * length + 64); /* the row, too */
    cluster_model *model = cluster_model_new();
    uint32_t number = 0;
    cluster_model_add_port(model, 33000);
    for (; number < fit; number++) {
        wait_behind_hole(model, number, 80, length);
    }
    g_assert_false(has_limit(model));
    for (; number < 2 * fit - 100; number++) {
        wait_behind_hole(model, number, 33000, length);
    }
    g_assert_false(has_limit(model));
    wait_behind_hole(model, number++, 80, 1);
    g_assert_true(has_limit(model));
    cluster_model_free(model);
}

static void test_waiting_told(void)
{
    const uint32_t length = CLUSTER_UNTOLD_BYTES_MAX;
    const uint32_t most = CLUSTER_WAITING_BYTES_MAX / (2 * length);
    cluster_model *model = cluster_model_new();
    cluster_model_add_port(model, 33000);
    for (uint32_t number = 0; number < most; number++) {
        wait_behind_hole(model, number, 33000, length);
    }
    g_assert_true(has_limit(model));
    cluster_model_free(model);
}

/* Connections that go on, more than are followed. */
static void test_open(void)
{
    test_world *world = large_world();
    for (uint32_t i = 0; i <= CLUSTER_OPEN_MAX; i++) {
        char *client = g_strdup_printf("10.1.%u.%u:%u", i / 256 % 256, i % 256, 40000 + i / 65536);
        test_connection *web = connection(world, client, "10.0.0.8:80");
        syn(web);
        syn_ack(web);
        world->time -= 0.0019;
        g_free(client);
    }
    check_limit(world, CLUSTER_LIMIT_OPEN);
    world_free(world);
}

/* Connections during a ping, more than are looked at. */
static void test_ping(void)
{
    test_world *world = large_world();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    for (uint32_t i = 0; i < CLUSTER_PING_LOOKS_MAX + 10; i++) {
        char *client = g_strdup_printf("10.1.%u.%u:40000", i / 256 % 256, i % 256);
        syn(connection(world, client, "10.0.0.8:80"));
        g_free(client);
    }
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_limit(world, CLUSTER_LIMIT_PING);
    check(world, "joins[0].cause.code", "unknown");
    world_free(world);
}

/* A name for which EPMD gave many ports: a ping that comes to an end all the same. */
static void test_given_ports(void)
{
    test_world *world = large_world();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    for (int i = 0; i < 100; i++) {
        char *from = g_strdup_printf("10.0.0.1:%d", 50001 + i);
        ask_epmd(world, from, EPMD, "node2", (uint16_t)(45000 + i));
        g_free(from);
    }
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check(world, "joins[0].outcome", "join_failed");
    world_free(world);
}

/* A walk over a /16 and one more. */
static void test_targets(void)
{
    test_world *world = large_world();
    for (uint32_t i = 0; i <= CLUSTER_SCAN_TARGETS_MAX; i++) {
        char *target = g_strdup_printf("10.%u.%u.%u:33000", i / 65536, i / 256 % 256, i % 256);
        test_connection *tried = connection(world, "10.200.0.1:40000", target);
        syn(tried);
        refuse(tried);
        g_free(target);
    }
    g_assert_cmpuint(count_of(world, "scans[0].targets"), ==, CLUSTER_SCAN_TARGETS_MAX);
    check_limit(world, CLUSTER_LIMIT_TARGETS);
    world_free(world);
}

static void test_scans(void)
{
    test_world *world = large_world();
    for (uint32_t i = 0; i <= CLUSTER_SCANS_MAX; i++) {
        for (uint32_t attempt = 0; attempt < 4; attempt++) {
            char *source = g_strdup_printf("10.1.%u.%u:%u", i / 256, i % 256, 40000 + attempt);
            char *target = g_strdup_printf("10.0.0.%u:33000", 1 + attempt % 2);
            test_connection *tried = connection(world, source, target);
            syn(tried);
            refuse(tried);
            g_free(target);
            g_free(source);
        }
    }
    g_assert_cmpuint(count_of(world, "scans"), ==, CLUSTER_SCANS_MAX);
    check_limit(world, CLUSTER_LIMIT_SCANS);
    world_free(world);
}

/* ARP requests during a ping, more than are looked at; those before it do not count. */
static void ask_for(test_world *world, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        char *host = g_strdup_printf("10.1.%u.%u", i / 256 % 256, i % 256);
        arp_request(world, host, "10.0.0.8");
        g_free(host);
    }
}

static void test_ping_askings(void)
{
    test_world *world = large_world();
    ask_for(world, 10);
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    ask_for(world, CLUSTER_PING_LOOKS_MAX);
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    g_assert_cmpuint(problems_of(world, "limit_reached"), ==, 0);
    asked = seek(world, "10.0.0.3:40001", BEACON, "c@10.0.0.3");
    ask_for(world, CLUSTER_PING_LOOKS_MAX + 1);
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_limit(world, CLUSTER_LIMIT_PING);
    world_free(world);
}

/* ARP requests of hosts that ask for several each. */
static void test_asked(void)
{
    test_world *world = large_world();
    for (uint32_t i = 0; i <= CLUSTER_ASKED_MAX; i++) {
        char *target = g_strdup_printf("10.%u.%u.%u", 1 + i / 65536, i / 256 % 256, i % 256);
        arp_request(world, "10.0.0.9", target);
        world->time -= 0.0005;
        g_free(target);
    }
    pass_time(world, 100);
    arp_request(world, "10.0.0.9", "10.0.0.8");
    pass_time(world, 100);
    for (uint32_t i = 0; i <= CLUSTER_ASKED_MAX; i++) {
        char *target = g_strdup_printf("10.%u.%u.%u", 1 + i / 65536, i / 256 % 256, i % 256);
        arp_request(world, "10.0.0.9", target);
        world->time -= 0.0005;
        g_free(target);
    }
    answer(seek(world, SEEKER, BEACON, NODE2), NODE1, SEEKCHAT_PAYLOAD_JOINED);
    check_limit(world, CLUSTER_LIMIT_ASKED);
    world_free(world);
}

/* Requests of so many hosts at one time, from a number on. */
static void act(test_world *world, uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        char *host = g_strdup_printf("10.%u.%u.%u", 1 + i / 65536, i / 256 % 256, i % 256);
        arp_request(world, host, "10.0.0.8");
        world->time -= WORLD_TICK * 0.99;
        g_free(host);
    }
}

/* The window forgets what was. */
static void settle(test_world *world)
{
    pass_time(world, 200);
    connected(world, "10.0.0.7:40000", "10.0.0.8:80");
}

static void test_walks(void)
{
    for (uint32_t over = 0; over < 2; over++) {
        test_world *world = large_world();
        act(world, 0, CLUSTER_WALKS_MAX + over);
        settle(world);
        if (over > 0) {
            check_limit(world, CLUSTER_LIMIT_WALKS);
        } else {
            check_within(world);
        }
        world_free(world);
    }
}

/* More hosts, and never so many at one time: those of long ago do not count. */
static void test_walks_in_turn(void)
{
    test_world *world = large_world();
    for (uint32_t turn = 0; turn < 4; turn++) {
        act(world, turn * (CLUSTER_WALKS_MAX / 3), CLUSTER_WALKS_MAX / 3);
        settle(world);
    }
    check_within(world);
    world_free(world);
}

/* ARP requests of one while, of which those at the beginning and the end become facts. */
static void test_asked_at_once(void)
{
    test_world *world = large_world();
    for (uint32_t i = 0; i <= CLUSTER_ASKED_MAX; i++) {
        char *target = g_strdup_printf("10.%u.%u.%u", 1 + i / 65536, i / 256 % 256, i % 256);
        if (i == CLUSTER_ASKED_MAX) {
            check_within(world);
        }
        arp_request(world, "10.0.0.9", target);
        world->time -= WORLD_TICK * 0.99;
        g_free(target);
    }
    check_limit(world, CLUSTER_LIMIT_ASKED);
    world_free(world);
}

/* A report whose records are as many as may be is read back. */
static void check_reads(test_world *world)
{
    char *report = report_of(world, 1, world->frame, 0);
    char *again = merged((const char *const[]){report}, 1);
    g_free(again);
    g_free(report);
}

static void test_lookups(void)
{
    test_world *world = large_world();
    for (uint32_t i = 0; i < CLUSTER_LOOKUPS_MAX; i++) {
        dns_response(world, "10.0.0.1", "node2", 0, "10.0.0.2");
        world->time -= WORLD_TICK * 0.99;
    }
    check_within(world);
    dns_response(world, "10.0.0.1", "node2", 0, "10.0.0.2");
    check_limit(world, CLUSTER_LIMIT_LOOKUPS);
    /* The window is full of them once more. */
    pass_time(world, 50);
    for (uint32_t i = 0; i < 100; i++) {
        dns_response(world, "10.0.0.1", "node2", 0, "10.0.0.2");
    }
    check_limit(world, CLUSTER_LIMIT_LOOKUPS);
    check_reads(world);
    world_free(world);
}

/* Pings in vain, each of which looks at the same look-up, that is not theirs: before so many came
 * it can still be claimed. The capture's beginning keeps it in any case, so that is over. */
static void test_lookup_looks(void)
{
    for (uint32_t over = 0; over < 2; over++) {
        test_world *world = large_world();
        settle(world);
        settle(world);
        test_connection *named = seek(world, "10.0.0.3:40000", BEACON, "node3@host.example");
        dns_response(world, "10.0.0.1", "host.example", 3, NULL);
        test_connection *asked = connected(world, SEEKER, BEACON);
        for (uint32_t i = 0; i < CLUSTER_LOOKUP_LOOKS_MAX - 1 + over; i++) {
            say(asked, SERVER, message(NODE1, SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_JOIN_FAILED));
        }
        answer(named, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
        pass_time(world, 200);
        connected(world, "10.0.0.7:40001", "10.0.0.8:80");
        check(world, "joins[0].cause.code", over > 0 ? "unknown" : "dns_failed");
        if (over > 0) {
            check_limit(world, CLUSTER_LIMIT_LOOKUPS);
        } else {
            check_within(world);
        }
        world_free(world);
    }
}

/* Connections that are there when the capture ends. When it goes on, nothing was left out. */
static void test_edge(void)
{
    test_world *world = large_world();
    settle(world);
    pass_time(world, 200);
    for (uint32_t i = 0; i <= CLUSTER_EDGE_MAX; i++) {
        if (i == CLUSTER_EDGE_MAX) {
            check_within(world);
        }
        char *client = g_strdup_printf("10.1.%u.%u:40000", i / 256, i % 256);
        connected(world, client, "10.0.0.8:80");
        g_free(client);
    }
    check_limit(world, CLUSTER_LIMIT_EDGE);
    settle(world);
    check_within(world);
    world_free(world);
}

/* Connections that were open when the capture began: bytes that nothing tells of are kept of so
 * many, for a merge. One that is opened does not count. */
static void test_begun(void)
{
    cluster_facts *facts = cluster_facts_new();
    cluster_window window;
    cluster_window_init(&window, facts);
    for (uint32_t i = 0; i <= CLUSTER_EDGE_MAX + 1; i++) {
        bool opened = i > CLUSTER_EDGE_MAX;
        const cluster_segment segment = {
            .stream = i,
            .source = endpoint_of("10.0.0.2:40000"),
            .target = endpoint_of("10.0.0.8:80"),
            .flags = opened ? CLUSTER_TCP_SYN : CLUSTER_TCP_ACK,
        };
        const cluster_open *open =
            cluster_window_find(&window, (cluster_moment){i + 1, 0}, &segment);
        g_assert_true(open->edge == (i < CLUSTER_EDGE_MAX || opened));
        g_assert_true(open->conversation->edge == open->edge);
        g_assert_true(cluster_facts_reached(facts, CLUSTER_LIMIT_EDGE) == (i >= CLUSTER_EDGE_MAX));
    }
    cluster_window_clear(&window);
    cluster_facts_free(facts);
}

/* Attempts at other ports, so many, from a number on; the window forgets them. */
static void try_strangers(test_world *world, uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        char *client = g_strdup_printf("10.1.%u.%u:%u", i / 256 % 256, i % 256, 40000 + i / 65536);
        syn(connection(world, client, "10.0.0.8:80"));
        world->time -= WORLD_TICK * 0.99;
        g_free(client);
    }
    settle(world);
}

static void test_strangers(void)
{
    test_world *world = large_world();
    try_strangers(world, 0, CLUSTER_STRANGERS_MAX / 2);
    try_strangers(world, CLUSTER_STRANGERS_MAX / 2, CLUSTER_STRANGERS_MAX / 2);
    check_within(world);
    try_strangers(world, CLUSTER_STRANGERS_MAX, 1);
    check_limit(world, CLUSTER_LIMIT_STRANGERS);
    world_free(world);
}

/* A request whose first byte comes last, on a port that nobody named: it is read if all of it is no
 * more than is kept while nothing tells what it is. No sentence tells: whatever goes over other
 * connections out of order gets as far. */
static void test_untold(void)
{
    for (uint32_t length = CLUSTER_UNTOLD_BYTES_MAX - 1; length <= CLUSTER_UNTOLD_BYTES_MAX + 1;
         length++) {
        test_world *world = large_world();
        test_connection *asked = connected(world, SEEKER, "10.0.0.1:7777");
        GString *bytes = message(NODE2, SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN);
        while (bytes->len < length) {
            g_string_insert_c(bytes, 1, ' ');
        }
        say_piece(asked, CLIENT, bytes, 1, bytes->len);
        say_piece(asked, CLIENT, bytes, 0, 1);
        said_all(asked, CLIENT, bytes);
        answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOINED);
        check(world, "joins[0].seeker", length <= CLUSTER_UNTOLD_BYTES_MAX ? NODE2 : "null");
        world_free(world);
    }
}

/* Different names, and lists of them. */
static void test_texts(void)
{
    cluster_facts *facts = cluster_facts_new();
    for (uint32_t i = 0; i < CLUSTER_TEXTS_MAX + 2; i++) {
        char *name = g_strdup_printf("node%u@h", i);
        uint32_t text = cluster_facts_text(facts, text_of(name));
        bool over = i >= CLUSTER_TEXTS_MAX;
        g_assert_true((text == CLUSTER_NONE) == over);
        g_assert_true(cluster_facts_reached(facts, CLUSTER_LIMIT_TEXTS) == over);
        g_free(name);
    }
    cluster_facts_free(facts);
}

static void test_listed(void)
{
    enum { NAMES = 4096, LISTS = CLUSTER_LISTED_MAX / NAMES };
    cluster_facts *facts = cluster_facts_new();
    for (uint32_t i = 0; i <= LISTS; i++) {
        GArray *list = g_array_new(FALSE, TRUE, sizeof(uint32_t));
        g_array_set_size(list, i < LISTS ? NAMES : 1);
        g_array_index(list, uint32_t, 0) = i;
        bool over = i == LISTS;
        g_assert_true((cluster_facts_list(facts, list) == CLUSTER_NONE) == over);
        g_assert_true(cluster_facts_reached(facts, CLUSTER_LIMIT_LISTED) == over);
    }
    cluster_facts_free(facts);
}

/* Frames of a cause and of a problem, and addresses: the first ones are kept. */
static void test_frames(void)
{
    cluster_cause *cause = cluster_cause_new("unknown", "text");
    GArray *frames = cluster_frames_new();
    for (uint32_t frame = 1; frame <= CLUSTER_PROBLEM_FRAMES_MAX + 2; frame++) {
        cluster_cause_add_frame(cause, frame);
        cluster_frames_add(frames, frame);
        cluster_frames_add(frames, frame);
        g_assert_cmpuint(cause->frame_count, ==, MIN(frame, CLUSTER_CAUSE_FRAMES_MAX));
        g_assert_cmpuint(frames->len, ==, MIN(frame, CLUSTER_PROBLEM_FRAMES_MAX));
    }
    for (guint i = 0; i < frames->len; i++) {
        g_assert_cmpuint(g_array_index(frames, uint32_t, i), ==, i + 1);
    }
    g_array_unref(frames);
    cluster_cause_free(cause);
}

static void test_addresses(void)
{
    GArray *addresses = g_array_new(FALSE, FALSE, sizeof(cluster_address));
    cluster_address address = address_of("10.0.0.1");
    for (uint32_t i = 1; i <= CLUSTER_ADDRESSES_MAX + 2; i++) {
        address.bytes[3] = (uint8_t)i;
        g_assert_true(cluster_add_address(addresses, &address) == (i <= CLUSTER_ADDRESSES_MAX));
        g_assert_false(cluster_add_address(addresses, &address));
        g_assert_cmpuint(addresses->len, ==, MIN(i, CLUSTER_ADDRESSES_MAX));
    }
    g_array_unref(addresses);
}

/* Traffic of no interest, however much, adds nothing to what is kept. */
static void test_unrelated(void)
{
    size_t length[2];
    for (int turn = 0; turn < 2; turn++) {
        test_world *world = large_world();
        answer(seek(world, SEEKER, BEACON, NODE2), NODE1, SEEKCHAT_PAYLOAD_JOINED);
        pass_time(world, 300);
        for (uint32_t i = 0; turn > 0 && i < 20000; i++) {
            char *client = g_strdup_printf("10.1.%u.%u:%u", i / 256 % 256, i % 256, 40000 + i % 9);
            test_connection *web = connected(world, client, "10.0.0.8:80");
            say(web, CLIENT, bytes_of("GET / HTTP/1.1\r\n\r\n"));
            say(web, SERVER, bytes_of("HTTP/1.1 204 No Content\r\n\r\n"));
            closed(web, SERVER);
            g_free(client);
        }
        pass_time(world, 300);
        arp_request(world, "10.0.0.9", "10.0.0.8");
        GString *json = cluster_model_json(world->model);
        length[turn] = json->len;
        g_string_free(json, TRUE);
        world_free(world);
    }
    g_assert_cmpuint(length[1], <, length[0] + 100); /* numbers of frames are longer */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/limits/sentences", test_sentences);
    g_test_add_func("/limits/name", test_name);
    g_test_add_func("/limits/said", test_said);
    g_test_add_func("/limits/stream-bytes", test_stream_bytes);
    g_test_add_func("/limits/stream-pieces", test_stream_pieces);
    g_test_add_func("/limits/open", test_open);
    g_test_add_func("/limits/waiting", test_waiting);
    g_test_add_func("/limits/waiting-told", test_waiting_told);
    g_test_add_func("/limits/ping", test_ping);
    g_test_add_func("/limits/ping-askings", test_ping_askings);
    g_test_add_func("/limits/given-ports", test_given_ports);
    g_test_add_func("/limits/targets", test_targets);
    g_test_add_func("/limits/scans", test_scans);
    g_test_add_func("/limits/asked", test_asked);
    g_test_add_func("/limits/walks", test_walks);
    g_test_add_func("/limits/walks-in-turn", test_walks_in_turn);
    g_test_add_func("/limits/asked-at-once", test_asked_at_once);
    g_test_add_func("/limits/lookups", test_lookups);
    g_test_add_func("/limits/lookup-looks", test_lookup_looks);
    g_test_add_func("/limits/edge", test_edge);
    g_test_add_func("/limits/begun", test_begun);
    g_test_add_func("/limits/strangers", test_strangers);
    g_test_add_func("/limits/untold", test_untold);
    g_test_add_func("/limits/texts", test_texts);
    g_test_add_func("/limits/listed", test_listed);
    g_test_add_func("/limits/frames", test_frames);
    g_test_add_func("/limits/addresses", test_addresses);
    g_test_add_func("/limits/unrelated", test_unrelated);
    return g_test_run();
}
