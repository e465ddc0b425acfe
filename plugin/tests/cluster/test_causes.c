/* test_causes.c
 * Tests each cause of a join_failed up to EPMD, and that none is named that the packets do not
 * show. May include: the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ping.h"

#define SHORT2 "node2@two"
#define LONG2 "node2@two.example"

static void test_icmp(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    uint32_t tried = syn(connection(world, FROM, EPMD));
    uint32_t icmp = unreachable(world, "10.0.0.254", FROM, EPMD);
    fail(asked);
    check_cause(world, 0, "host_unreachable", FRAMES(tried, icmp));
    check_holds(world, "joins[0].cause.text", "ICMP");
    world_free(world);
}

static void test_icmp_alone(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    uint32_t icmp = unreachable(world, "10.0.0.254", FROM, EPMD);
    fail(asked);
    check_cause(world, 0, "host_unreachable", FRAMES(icmp));
    world_free(world);
}

static void test_epmd_silent(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    test_connection *tried = connection(world, FROM, EPMD);
    uint32_t first = syn(tried);
    pass_time(world, 1);
    uint32_t again = syn(tried);
    pass_time(world, 6);
    fail(asked);
    check_cause(world, 0, "host_unreachable", FRAMES(first, again));
    check_holds(world, "joins[0].cause.text", "did not answer for 7.0 s");
    world_free(world);
}

static void test_epmd_silent_too_short(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    uint32_t tried = syn(connection(world, FROM, EPMD));
    fail(asked);
    check_cause(world, 0, "unknown", FRAMES(tried));
    world_free(world);
}

static void test_epmd_refused(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    uint32_t request = world->frame;
    test_connection *tried = connection(world, FROM, EPMD);
    uint32_t first = syn(tried);
    uint32_t refused = refuse(tried);
    uint32_t reply = answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_cause(world, 0, "epmd_refused", FRAMES(first, refused));
    check_problems(world, "error epmd_refused");
    check_frames(world, "problems[0].frames", FRAMES(request, first, refused, reply));
    world_free(world);
}

/* EPMD says no, on a port, in segments that are cut as told (0: in one). */
static void check_not_registered(const char *epmd, size_t ask_cut, size_t answer_cut)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    test_connection *tried = connected(world, FROM, epmd);
    uint32_t question = ask_cut == 0 ? say(tried, CLIENT, port_request("node2"))
                                     : say_split(tried, CLIENT, port_request("node2"), ask_cut);
    uint32_t no = answer_cut == 0 ? say(tried, SERVER, no_such_name())
                                  : say_split(tried, SERVER, no_such_name(), answer_cut);
    closed(tried, SERVER);
    fail(asked);
    check_cause(world, 0, "name_not_registered", FRAMES(question, no));
    check_holds(world, "joins[0].cause.text", "node2");
    world_free(world);
}

static void test_name_not_registered(void)
{
    check_not_registered(EPMD, 0, 0);
    check_not_registered("10.0.0.2:5369", 0, 0);
    check_not_registered(EPMD, 0, 1);
    for (size_t cut = 1; cut < 8; cut++) {
        check_not_registered("10.0.0.2:5369", cut, 1);
    }
}

static void test_epmd_mute(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    test_connection *tried = connection(world, FROM, EPMD);
    uint32_t first = syn(tried);
    syn_ack(tried);
    uint32_t question = say(tried, CLIENT, port_request("node2"));
    pass_time(world, 7);
    fail(asked);
    check_cause(world, 0, "unknown", FRAMES(first, question));
    check_holds(world, "joins[0].cause.text", "did not answer PORT2_REQ");
    world_free(world);
}

/* EPMD answered, and the capture does not hold it: nobody is blamed. */
static void test_epmd_answer_missing(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    test_connection *tried = connected(world, FROM, EPMD);
    say(tried, CLIENT, port_request("node2"));
    lose(tried, SERVER, port_answer("node2", 45000));
    closed(tried, SERVER);
    fail(asked);
    check(world, "joins[0].cause.code", "unknown");
    check_holds(world, "joins[0].cause.text", "not in the capture");
    check_never_says(world, "did not answer");
    world_free(world);
}

static void test_epmd_answer_cut(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    test_connection *tried = connected(world, FROM, EPMD);
    say(tried, CLIENT, port_request("node2"));
    world->snap = 1;
    say(tried, SERVER, port_answer("node2", 45000));
    world->snap = 0;
    closed(tried, SERVER);
    fail(asked);
    check(world, "joins[0].cause.code", "unknown");
    check_holds(world, "joins[0].cause.text", "snap length");
    check_never_says(world, "did not answer");
    world_free(world);
}

static void test_port_without_connection(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    uint32_t given = ask_epmd(world, FROM, EPMD, "node2", 45000);
    fail(asked);
    check_cause(world, 0, "unknown", FRAMES(given - 1, given));
    check_holds(world, "joins[0].cause.text", "45000");
    world_free(world);
}

/* DNS. */

static void test_dns_failed(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, LONG2);
    dns_query(world, "10.0.0.1", "other.example");
    dns_response(world, "10.0.0.1", "other.example", 3, NULL);
    uint32_t question = dns_query(world, "10.0.0.1", "TWO.example");
    uint32_t no = dns_response(world, "10.0.0.1", "TWO.example", 3, NULL);
    answer(asked, "node1@one.example", SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_cause(world, 0, "dns_failed", FRAMES(question, no));
    check_holds(world, "joins[0].cause.text", "NXDOMAIN");
    world_free(world);
}

static void test_dns_server_failure(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, SHORT2);
    uint32_t question = dns_query(world, "10.0.0.1", "two.example");
    uint32_t no = dns_response(world, "10.0.0.1", "two.example", 2, NULL);
    answer(asked, "node1@one", SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_cause(world, 0, "dns_failed", FRAMES(question, no));
    check_holds(world, "joins[0].cause.text", "rcode 2");
    world_free(world);
}

static void test_dns_unreachable(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, LONG2);
    uint32_t question = dns_query(world, "10.0.0.1", "two.example");
    uint32_t icmp = dns_unreachable(world, "10.0.0.1", "two.example");
    answer(asked, "node1@one.example", SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_cause(world, 0, "dns_failed", FRAMES(question, icmp));
    check_holds(world, "joins[0].cause.text", "ICMP");
    world_free(world);
}

/* Of several answers, the one that says what is wrong counts, in whatever order they came. */
static void test_dns_worst(void)
{
    for (int first = 0; first < 2; first++) {
        test_world *world = world_new();
        test_connection *asked = seek(world, SEEKER, BEACON, LONG2);
        const uint32_t answers[] = {
            dns_response(world, "10.0.0.1", "two.example", first == 0 ? 3 : 0, NULL),
            dns_response(world, "10.0.0.1", "two.example", first == 0 ? 0 : 3, NULL)};
        answer(asked, "node1@one.example", SEEKCHAT_PAYLOAD_JOIN_FAILED);
        check(world, "joins[0].cause.code", "dns_failed");
        check_holds(world, "joins[0].cause.text", "with NXDOMAIN (rcode 3)");
        check_frames(world, "joins[0].cause.frames", FRAMES(answers[0], answers[1]));
        world_free(world);
    }
}

static void test_dns_without_address(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, LONG2);
    uint32_t no = dns_response(world, "10.0.0.1", "two.example", 0, NULL);
    answer(asked, "node1@one.example", SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_cause(world, 0, "dns_failed", FRAMES(no));
    world_free(world);
}

static void test_dns_silent(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, LONG2);
    uint32_t question = dns_query(world, "10.0.0.1", "two.example");
    pass_time(world, 8);
    answer(asked, "node1@one.example", SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_cause(world, 0, "unknown", FRAMES(question));
    world_free(world);
}

/* No AAAA, but an A record: the look-up was no failure. */
static void test_dns_one_family(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, LONG2);
    dns_response(world, "10.0.0.1", "two.example", 0, "10.0.0.2");
    dns_response(world, "10.0.0.1", "two.example", 0, NULL);
    test_connection *tried = connection(world, FROM, EPMD);
    uint32_t first = syn(tried);
    uint32_t refused = refuse(tried);
    answer(asked, "node1@one.example", SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_cause(world, 0, "epmd_refused", FRAMES(first, refused));
    world_free(world);
}

/* The Beacon asks itself: nothing leaves its host. */
static void test_dns_loopback(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, LONG2);
    uint32_t question = dns_query(world, "10.0.0.1", "two.example");
    uint32_t told = dns_response(world, "10.0.0.1", "two.example", 0, "127.0.0.1");
    answer(asked, "node1@one.example", SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_cause(world, 0, "unknown", FRAMES(question, told));
    check_holds(world, "joins[0].cause.text", "gave the Beacon the address 127.0.0.1 for two");
    check_holds(world, "joins[0].cause.text", "own host");
    world_free(world);
}

/* The address that DNS gave is the one that counts. */
static void test_dns_address_refuses(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, LONG2);
    dns_query(world, "10.0.0.1", "two.example");
    dns_response(world, "10.0.0.1", "two.example", 0, "10.0.0.3");
    test_connection *tried = connection(world, FROM, "10.0.0.3:4369");
    uint32_t first = syn(tried);
    uint32_t refused = refuse(tried);
    answer(asked, "node1@one.example", SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_cause(world, 0, "epmd_refused", FRAMES(first, refused));
    check_holds(world, "joins[0].cause.text", "10.0.0.3");
    world_free(world);
}

/* Where the seeker is, without a look-up. */

static void test_address_of_request(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, SHORT2);
    test_connection *tried = connection(world, FROM, EPMD);
    uint32_t first = syn(tried);
    uint32_t refused = refuse(tried);
    answer(asked, "node1@one", SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_cause(world, 0, "epmd_refused", FRAMES(first, refused));
    world_free(world);
}

/* Behind a masquerade the request comes from one address, and the ping goes to another. */
static void test_address_elsewhere(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, "10.0.0.254:61000", BEACON, SHORT2);
    test_connection *tried = connected(world, FROM, "192.168.7.2:4369");
    uint32_t question = say(tried, CLIENT, port_request("node2"));
    uint32_t no = say(tried, SERVER, no_such_name());
    answer(asked, "node1@one", SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_cause(world, 0, "name_not_registered", FRAMES(question, no));
    world_free(world);
}

/* Two hosts refuse EPMD meanwhile, and nothing tells which of them is the seeker's. */
static void test_address_not_known(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, "10.0.0.254:61000", BEACON, SHORT2);
    for (int host = 7; host < 9; host++) {
        char *epmd = g_strdup_printf("192.168.7.%d:4369", host);
        test_connection *tried = connection(world, FROM, epmd);
        syn(tried);
        refuse(tried);
        g_free(epmd);
    }
    answer(asked, "node1@one", SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check(world, "joins[0].cause.code", "unknown");
    world_free(world);
}

/* Of one host alone, attempts at EPMD meanwhile are most likely those of the ping. */
static void test_address_not_known_but_one(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, "10.0.0.254:61000", BEACON, SHORT2);
    for (int port = 50001; port < 50003; port++) {
        char *from = g_strdup_printf("10.0.0.1:%d", port);
        test_connection *tried = connection(world, from, "192.168.7.7:4369");
        syn(tried);
        refuse(tried);
        g_free(from);
    }
    answer(asked, "node1@one", SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check(world, "joins[0].cause.code", "epmd_refused");
    check_holds(world, "joins[0].cause.text", "nothing but the time ties that to this ping");
    world_free(world);
}

/* Nothing that could be of the ping. */

static void test_nothing_seen(void)
{
    test_world *world = world_new();
    test_connection *before = connection(world, FROM, EPMD);
    syn(before);
    refuse(before);
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    test_connection *other = connection(world, "10.0.0.1:50003", "10.0.0.9:4369");
    syn(other);
    refuse(other);
    fail(asked);
    check_cause(world, 0, "unknown", NO_FRAMES);
    world_free(world);
}

static void test_own_host(void)
{
    test_world *world = world_new();
    fail(seek(world, SEEKER, BEACON, "other@10.0.0.1"));
    check_cause(world, 0, "unknown", NO_FRAMES);
    check_holds(world, "joins[0].cause.text", "own host");
    world_free(world);
}

static void test_no_host(void)
{
    test_world *world = world_new();
    fail(seek(world, SEEKER, BEACON, "nobody"));
    check_cause(world, 0, "unknown", NO_FRAMES);
    world_free(world);
}

/* A node with a long and one with a short name never connect, and send nothing. */
static void test_long_and_short_names(void)
{
    static const struct {
        const char *beacon;
        const char *seeker;
        const char *code;
        const char *text;
    } rows[] = {
        {"node1@one.example", SHORT2, "long_and_short_names", "a long name, the seeker a short"},
        {"node1@one", LONG2, "long_and_short_names", "a short name, the seeker a long"},
        {"node1@one", NODE2, "long_and_short_names", "a short name, the seeker a long"},
        {"node1@one", "node2@fd00::2", "long_and_short_names", "a short name, the seeker a long"},
        {"node1@one", SHORT2, "unknown", ""},
        {"node1@one.example", LONG2, "unknown", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_world *world = world_new();
        test_connection *asked = seek(world, SEEKER, BEACON, rows[i].seeker);
        answer(asked, rows[i].beacon, SEEKCHAT_PAYLOAD_JOIN_FAILED);
        check_cause(world, 0, rows[i].code, NO_FRAMES);
        check_holds(world, "joins[0].cause.text", rows[i].text);
        world_free(world);
    }
}

/* Packets show something else: then the names are not the cause. */
static void test_long_and_short_but_seen(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, LONG2);
    test_connection *tried = connection(world, FROM, EPMD);
    uint32_t first = syn(tried);
    uint32_t refused = refuse(tried);
    answer(asked, "node1@one", SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_cause(world, 0, "epmd_refused", FRAMES(first, refused));
    world_free(world);
}

/* Several pings. */

/* Two nodes of one host at once: EPMD's names and ports tell their pings apart. */
static void test_two_on_one_host(void)
{
    test_world *world = world_new();
    test_connection *alpha = seek(world, SEEKER, BEACON, "alpha@10.0.0.2");
    test_connection *beta = seek(world, "10.0.0.2:40001", BEACON, "beta@10.0.0.2");
    test_connection *first = connected(world, FROM, EPMD);
    test_connection *second = connected(world, "10.0.0.1:50003", EPMD);
    uint32_t beta_asked = say(second, CLIENT, port_request("beta"));
    say(first, CLIENT, port_request("alpha"));
    uint32_t alpha_port = say(first, SERVER, port_answer("alpha", 45000));
    uint32_t beta_missing = say(second, SERVER, no_such_name());
    test_connection *tried = connection(world, PING, DIST);
    uint32_t opened = syn(tried);
    uint32_t refused = refuse(tried);
    fail(beta);
    fail(alpha);
    check_cause(world, 0, "dist_refused", FRAMES(alpha_port, opened, refused));
    check_cause(world, 1, "name_not_registered", FRAMES(beta_asked, beta_missing));
    world_free(world);
}

/* Nodes of two hosts have the same name before the @. */
static void test_namesakes(void)
{
    test_world *world = world_new();
    test_connection *two = seek(world, SEEKER, BEACON, "app@10.0.0.2");
    test_connection *three = seek(world, "10.0.0.3:40000", BEACON, "app@10.0.0.3");
    uint32_t port = ask_epmd(world, FROM, EPMD, "app", 45000);
    test_connection *asked = connected(world, "10.0.0.1:50003", "10.0.0.3:4369");
    uint32_t question = say(asked, CLIENT, port_request("app"));
    uint32_t no = say(asked, SERVER, no_such_name());
    test_connection *tried = connection(world, PING, DIST);
    uint32_t opened = syn(tried);
    uint32_t refused = refuse(tried);
    fail(three);
    fail(two);
    check_cause(world, 0, "dist_refused", FRAMES(port, opened, refused));
    check_cause(world, 1, "name_not_registered", FRAMES(question, no));
    world_free(world);
}

/* What EPMD says of another name is no answer for this one. */
static void test_other_name_not_registered(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, "alpha@10.0.0.2");
    uint32_t given = ask_epmd(world, FROM, EPMD, "alpha", 45000);
    test_connection *other = connected(world, "10.0.0.1:50003", EPMD);
    say(other, CLIENT, port_request("beta"));
    say(other, SERVER, no_such_name());
    fail(asked);
    check_cause(world, 0, "unknown", FRAMES(given - 1, given));
    world_free(world);
}

/* What was over before the request is no cause, also where an older ping has it. */
static void test_before_request(void)
{
    test_world *world = world_new();
    test_connection *first = seek(world, SEEKER, BEACON, NODE2);
    test_connection *tried = connection(world, FROM, EPMD);
    uint32_t opened = syn(tried);
    uint32_t refused = refuse(tried);
    test_connection *second = seek(world, "10.0.0.2:40001", BEACON, NODE2);
    fail(second);
    fail(first);
    check_cause(world, 0, "epmd_refused", FRAMES(opened, refused));
    check_cause(world, 1, "unknown", NO_FRAMES);
    world_free(world);
}

/* Two seekers on two hosts at once; one of them joins. */
static void test_two_at_once(void)
{
    test_world *world = world_new();
    test_connection *two = seek(world, SEEKER, BEACON, NODE2);
    test_connection *three = seek(world, "10.0.0.3:40000", BEACON, "node3@10.0.0.3");
    test_connection *first = connection(world, FROM, EPMD);
    uint32_t opened = syn(first);
    connected(world, "10.0.0.1:50003", "10.0.0.3:4369");
    uint32_t refused = refuse(first);
    answer(three, NODE1, SEEKCHAT_PAYLOAD_JOINED);
    fail(two);
    check_cause(world, 0, "epmd_refused", FRAMES(opened, refused));
    check(world, "joins[1].outcome", "joined");
    check(world, "joins[1].cause", "null");
    world_free(world);
}

static void test_ipv6(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, "fd00::2:40000", "fd00::1:33000", "node2@fd00::2");
    test_connection *tried = connection(world, "fd00::1:50001", "fd00::2:4369");
    uint32_t first = syn(tried);
    uint32_t refused = refuse(tried);
    answer(asked, "node1@fd00::1", SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_cause(world, 0, "epmd_refused", FRAMES(first, refused));
    check_holds(world, "joins[0].cause.text", "fd00::2");
    world_free(world);
}

/* What an earlier ping left behind, that never got its reply, says nothing of a later one. */
static void test_after_unanswered(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    arp_request(world, "10.0.0.1", "10.0.0.2");
    arp_reply(world, "10.0.0.2", "10.0.0.1");
    pass_time(world, 20);
    test_connection *asked = seek(world, "10.0.0.2:40001", BEACON, NODE2);
    uint32_t first = arp_request(world, "10.0.0.1", "10.0.0.2");
    pass_time(world, 1);
    uint32_t second = arp_request(world, "10.0.0.1", "10.0.0.2");
    pass_time(world, 1);
    fail(asked);
    check_cause(world, 1, "host_unreachable", FRAMES(first, second));
    world_free(world);
}

/* The request is not in the capture: the ping is found by the Beacon's host and the time. */
static void test_reply_alone(void)
{
    test_world *world = world_new();
    test_connection *asked = connection(world, SEEKER, BEACON);
    test_connection *tried = connected(world, FROM, EPMD);
    uint32_t question = say(tried, CLIENT, port_request("node2"));
    uint32_t no = say(tried, SERVER, no_such_name());
    fail(asked);
    check_cause(world, 0, "name_not_registered", FRAMES(question, no));
    check(world, "joins[0].seeker", "null");
    world_free(world);
}

/* Nor are those of two hosts one seeker that tries again. */
static void test_replies_alone(void)
{
    test_world *world = world_new();
    for (int host = 2; host < 4; host++) {
        char *client = g_strdup_printf("10.0.0.%d:40000", host);
        fail(connection(world, client, BEACON));
        g_free(client);
    }
    check_says(world, "somebody on 10.0.0.2 could not join node1@10.0.0.1 (join_failed): ");
    check_says(world, "somebody on 10.0.0.3 could not join node1@10.0.0.1 (join_failed): ");
    world_free(world);
}

/* The same, found by a handshake that names the Beacon, whoever the other is. */
static void test_reply_alone_handshake(void)
{
    test_world *world = world_new();
    uint32_t frames[4];
    test_connection *asked = connection(world, SEEKER, BEACON);
    reject_cookie(connected(world, PING, DIST), 'N', NODE1, NODE2, frames);
    fail(asked);
    check(world, "joins[0].cause.code", "cookie_mismatch");
    world_free(world);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/causes/icmp", test_icmp);
    g_test_add_func("/causes/icmp-alone", test_icmp_alone);
    g_test_add_func("/causes/epmd-silent", test_epmd_silent);
    g_test_add_func("/causes/epmd-silent-too-short", test_epmd_silent_too_short);
    g_test_add_func("/causes/epmd-refused", test_epmd_refused);
    g_test_add_func("/causes/name-not-registered", test_name_not_registered);
    g_test_add_func("/causes/epmd-mute", test_epmd_mute);
    g_test_add_func("/causes/epmd-answer-missing", test_epmd_answer_missing);
    g_test_add_func("/causes/epmd-answer-cut", test_epmd_answer_cut);
    g_test_add_func("/causes/port-without-connection", test_port_without_connection);
    g_test_add_func("/causes/dns-failed", test_dns_failed);
    g_test_add_func("/causes/dns-server-failure", test_dns_server_failure);
    g_test_add_func("/causes/dns-unreachable", test_dns_unreachable);
    g_test_add_func("/causes/dns-worst", test_dns_worst);
    g_test_add_func("/causes/dns-without-address", test_dns_without_address);
    g_test_add_func("/causes/dns-silent", test_dns_silent);
    g_test_add_func("/causes/dns-one-family", test_dns_one_family);
    g_test_add_func("/causes/dns-loopback", test_dns_loopback);
    g_test_add_func("/causes/dns-address-refuses", test_dns_address_refuses);
    g_test_add_func("/causes/address-of-request", test_address_of_request);
    g_test_add_func("/causes/address-elsewhere", test_address_elsewhere);
    g_test_add_func("/causes/address-not-known", test_address_not_known);
    g_test_add_func("/causes/nothing-seen", test_nothing_seen);
    g_test_add_func("/causes/own-host", test_own_host);
    g_test_add_func("/causes/no-host", test_no_host);
    g_test_add_func("/causes/long-and-short-names", test_long_and_short_names);
    g_test_add_func("/causes/long-and-short-but-seen", test_long_and_short_but_seen);
    g_test_add_func("/causes/two-on-one-host", test_two_on_one_host);
    g_test_add_func("/causes/namesakes", test_namesakes);
    g_test_add_func("/causes/other-name-not-registered", test_other_name_not_registered);
    g_test_add_func("/causes/before-request", test_before_request);
    g_test_add_func("/causes/two-at-once", test_two_at_once);
    g_test_add_func("/causes/ipv6", test_ipv6);
    g_test_add_func("/causes/after-unanswered", test_after_unanswered);
    g_test_add_func("/causes/reply-alone", test_reply_alone);
    g_test_add_func("/causes/replies-alone", test_replies_alone);
    g_test_add_func("/causes/reply-alone-handshake", test_reply_alone_handshake);
    g_test_add_func("/causes/address-not-known-but-one", test_address_not_known_but_one);
    return g_test_run();
}
