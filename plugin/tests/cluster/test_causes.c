/* test_causes.c
 * Tests each cause of a join_failed, and that none is named that the packets do not show.
 * May include: the headers of plugin/cluster and of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "world.h"

#define FRAMES(...)                                                                                \
    (const uint32_t[])                                                                             \
    {                                                                                              \
        __VA_ARGS__, 0                                                                             \
    }
#define NO_FRAMES                                                                                  \
    (const uint32_t[])                                                                             \
    {                                                                                              \
        0                                                                                          \
    }

#define NODE1 "node1@10.0.0.1"
#define NODE2 "node2@10.0.0.2"
#define FROM "10.0.0.1:50001"
#define EPMD "10.0.0.2:4369"
#define DIST "10.0.0.2:45000"

/* The stream of the request in every test. */
#define ASKED 1

/* Ends the ping with join_failed and returns its cause. */
static const cluster_cause *fail(test_world *world)
{
    reply(world, ASKED, SEEKER, BEACON, NODE1, CLUSTER_PAYLOAD_JOIN_FAILED);
    const cluster_join *join = join_at(world, 0);
    g_assert_cmpint(join->outcome, ==, CLUSTER_OUTCOME_JOIN_FAILED);
    return join->exchange.cause;
}

/* The Beacon asks EPMD for node2 and gets port 45000; the frame of the answer. */
static uint32_t ask_epmd(test_world *world)
{
    uint32_t stream = next_stream(world);
    tcp(world, stream, FROM, EPMD, "S");
    tcp(world, stream, EPMD, FROM, "SA");
    epmd_request(world, stream, FROM, EPMD, "node2");
    uint32_t answer = epmd_response(world, stream, EPMD, FROM, 0, 45000);
    tcp(world, stream, EPMD, FROM, "FA");
    tcp(world, stream, FROM, EPMD, "FA");
    return answer;
}

/* The Beacon connects to the port that EPMD gave; the stream. */
static uint32_t connect_dist(test_world *world)
{
    uint32_t stream = next_stream(world);
    tcp(world, stream, FROM, DIST, "S");
    tcp(world, stream, DIST, FROM, "SA");
    return stream;
}

static void test_arp(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, "node2@10.0.0.77");
    uint32_t first = arp_request(world, "10.0.0.1", "10.0.0.77");
    arp_request(world, "10.0.0.9", "10.0.0.77");
    arp_request(world, "10.0.0.1", "10.0.0.78");
    pass_time(world, 1);
    uint32_t second = arp_request(world, "10.0.0.1", "10.0.0.77");
    pass_time(world, 2);
    check_cause(fail(world), "host_unreachable", FRAMES(first, second));
    world_free(world);
}

static void test_arp_answered(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    arp_request(world, "10.0.0.1", "10.0.0.2");
    arp_reply(world, "10.0.0.2", "10.0.0.1");
    check_cause(fail(world), "unknown", NO_FRAMES);
    world_free(world);
}

static void test_icmp(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    uint32_t syn = tcp(world, next_stream(world), FROM, EPMD, "S");
    uint32_t icmp = unreachable(world, FROM, EPMD);
    check_cause(fail(world), "host_unreachable", FRAMES(syn, icmp));
    world_free(world);
}

static void test_icmp_alone(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    uint32_t icmp = unreachable(world, FROM, EPMD);
    check_cause(fail(world), "host_unreachable", FRAMES(icmp));
    world_free(world);
}

static void test_epmd_silent(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    uint32_t stream = next_stream(world);
    uint32_t syn = tcp(world, stream, FROM, EPMD, "S");
    pass_time(world, 1);
    uint32_t again = tcp(world, stream, FROM, EPMD, "S");
    pass_time(world, 6);
    check_cause(fail(world), "host_unreachable", FRAMES(syn, again));
    world_free(world);
}

static void test_epmd_silent_too_short(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    uint32_t syn = tcp(world, next_stream(world), FROM, EPMD, "S");
    check_cause(fail(world), "unknown", FRAMES(syn));
    world_free(world);
}

static void test_epmd_refused(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    uint32_t stream = next_stream(world);
    uint32_t syn = tcp(world, stream, FROM, EPMD, "S");
    uint32_t reset = tcp(world, stream, EPMD, FROM, "RA");
    check_cause(fail(world), "epmd_refused", FRAMES(syn, reset));
    world_free(world);
}

static void test_name_not_registered(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    uint32_t stream = next_stream(world);
    tcp(world, stream, FROM, EPMD, "S");
    tcp(world, stream, EPMD, FROM, "SA");
    uint32_t asked = epmd_request(world, stream, FROM, EPMD, "node2");
    uint32_t answer = epmd_response(world, stream, EPMD, FROM, 1, 0);
    check_cause(fail(world), "name_not_registered", FRAMES(asked, answer));
    world_free(world);
}

static void test_epmd_mute(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    uint32_t stream = next_stream(world);
    tcp(world, stream, FROM, EPMD, "S");
    tcp(world, stream, EPMD, FROM, "SA");
    uint32_t asked = epmd_request(world, stream, FROM, EPMD, "node2");
    pass_time(world, 7);
    check_cause(fail(world), "unknown", FRAMES(asked));
    world_free(world);
}

static void test_dist_refused(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    uint32_t answer = ask_epmd(world);
    uint32_t stream = next_stream(world);
    uint32_t syn = tcp(world, stream, FROM, DIST, "S");
    uint32_t reset = tcp(world, stream, DIST, FROM, "RA");
    check_cause(fail(world), "dist_refused", FRAMES(answer, syn, reset));
    world_free(world);
}

static void test_dist_unreachable(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    uint32_t answer = ask_epmd(world);
    uint32_t syn = tcp(world, next_stream(world), FROM, DIST, "S");
    pass_time(world, 7);
    check_cause(fail(world), "dist_unreachable", FRAMES(answer, syn));
    world_free(world);
}

static void test_dist_icmp(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    uint32_t answer = ask_epmd(world);
    uint32_t syn = tcp(world, next_stream(world), FROM, DIST, "S");
    uint32_t icmp = unreachable(world, FROM, DIST);
    check_cause(fail(world), "dist_unreachable", FRAMES(answer, syn, icmp));
    world_free(world);
}

static void test_cookie_mismatch(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    uint32_t answer = ask_epmd(world);
    uint32_t stream = connect_dist(world);
    erldp(world, stream, FROM, DIST, CLUSTER_ERLDP_SEND_NAME, NODE1);
    erldp(world, stream, DIST, FROM, CLUSTER_ERLDP_SEND_STATUS, "ok");
    uint32_t challenge = erldp(world, stream, DIST, FROM, CLUSTER_ERLDP_SEND_CHALLENGE, NODE2);
    uint32_t replied = erldp(world, stream, FROM, DIST, CLUSTER_ERLDP_CHALLENGE_REPLY, "");
    uint32_t closed = tcp(world, stream, DIST, FROM, "FA");
    tcp(world, stream, FROM, DIST, "FA");
    check_cause(fail(world), "cookie_mismatch", FRAMES(answer, challenge, replied, closed));
    world_free(world);
}

/* The Beacon gave up waiting for the acknowledgement: that tells nothing about cookies. */
static void test_challenge_mute(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    ask_epmd(world);
    uint32_t stream = connect_dist(world);
    erldp(world, stream, FROM, DIST, CLUSTER_ERLDP_SEND_NAME, NODE1);
    erldp(world, stream, DIST, FROM, CLUSTER_ERLDP_SEND_STATUS, "ok");
    erldp(world, stream, DIST, FROM, CLUSTER_ERLDP_SEND_CHALLENGE, NODE2);
    erldp(world, stream, FROM, DIST, CLUSTER_ERLDP_CHALLENGE_REPLY, "");
    pass_time(world, 7);
    tcp(world, stream, FROM, DIST, "FA");
    tcp(world, stream, DIST, FROM, "FA");
    g_assert_cmpstr(fail(world)->code, ==, "unknown");
    world_free(world);
}

/* The seeker's own connection to the Beacon is what the handshake ran on. */
static void test_cookie_mismatch_reversed(void)
{
    static const char from[] = "10.0.0.2:51000";
    static const char to[] = "10.0.0.1:46000";
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    uint32_t stream = next_stream(world);
    erldp(world, stream, from, to, CLUSTER_ERLDP_SEND_NAME, NODE2);
    erldp(world, stream, to, from, CLUSTER_ERLDP_SEND_STATUS, "ok");
    uint32_t challenge = erldp(world, stream, to, from, CLUSTER_ERLDP_SEND_CHALLENGE, NODE1);
    uint32_t replied = erldp(world, stream, from, to, CLUSTER_ERLDP_CHALLENGE_REPLY, "");
    uint32_t closed = tcp(world, stream, to, from, "FA");
    check_cause(fail(world), "cookie_mismatch", FRAMES(challenge, replied, closed));
    world_free(world);
}

static void test_handshake_rejected(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    uint32_t answer = ask_epmd(world);
    uint32_t stream = connect_dist(world);
    uint32_t named = erldp(world, stream, FROM, DIST, CLUSTER_ERLDP_SEND_NAME, NODE1);
    uint32_t status = erldp(world, stream, DIST, FROM, CLUSTER_ERLDP_SEND_STATUS, "not_allowed");
    tcp(world, stream, DIST, FROM, "FA");
    check_cause(fail(world), "handshake_rejected", FRAMES(answer, named, status));
    world_free(world);
}

/* A status other than ok that let the handshake go on is no rejection. */
static void test_alive_is_no_rejection(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    ask_epmd(world);
    uint32_t stream = connect_dist(world);
    erldp(world, stream, FROM, DIST, CLUSTER_ERLDP_SEND_NAME, NODE1);
    erldp(world, stream, DIST, FROM, CLUSTER_ERLDP_SEND_STATUS, "alive");
    erldp(world, stream, FROM, DIST, CLUSTER_ERLDP_SEND_STATUS, "true");
    erldp(world, stream, DIST, FROM, CLUSTER_ERLDP_SEND_CHALLENGE, NODE2);
    g_assert_cmpstr(fail(world)->code, ==, "unknown");
    world_free(world);
}

/* The handshake was completed: whatever failed then, it is none of the causes. */
static void test_handshake_completed(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    ask_epmd(world);
    uint32_t stream = connect_dist(world);
    erldp(world, stream, FROM, DIST, CLUSTER_ERLDP_SEND_NAME, NODE1);
    erldp(world, stream, DIST, FROM, CLUSTER_ERLDP_SEND_STATUS, "ok_simultaneous");
    erldp(world, stream, DIST, FROM, CLUSTER_ERLDP_SEND_CHALLENGE, NODE2);
    erldp(world, stream, FROM, DIST, CLUSTER_ERLDP_CHALLENGE_REPLY, "");
    erldp(world, stream, DIST, FROM, CLUSTER_ERLDP_CHALLENGE_ACK, "");
    tcp(world, stream, DIST, FROM, "FA");
    const cluster_cause *cause = fail(world);
    g_assert_cmpstr(cause->code, ==, "unknown");
    g_assert_nonnull(strstr(cause->text, "completed"));
    world_free(world);
}

/* Handshakes in both directions: the one that shows a cause goes before the one that does not. */
static void test_two_handshakes(void)
{
    static const char from[] = "10.0.0.2:51000";
    static const char to[] = "10.0.0.1:46000";
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    erldp(world, 90, from, to, CLUSTER_ERLDP_SEND_NAME, NODE2);
    erldp(world, 90, to, from, CLUSTER_ERLDP_SEND_CHALLENGE, NODE1);
    erldp(world, 90, from, to, CLUSTER_ERLDP_CHALLENGE_REPLY, "");
    tcp(world, 90, to, from, "FA");
    ask_epmd(world);
    tcp(world, next_stream(world), FROM, DIST, "S");
    g_assert_cmpstr(fail(world)->code, ==, "cookie_mismatch");
    world_free(world);
}

static void test_dist_mute(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    ask_epmd(world);
    uint32_t stream = connect_dist(world);
    uint32_t named = erldp(world, stream, FROM, DIST, CLUSTER_ERLDP_SEND_NAME, NODE1);
    pass_time(world, 7);
    tcp(world, stream, FROM, DIST, "FA");
    tcp(world, stream, DIST, FROM, "FA");
    const cluster_cause *cause = fail(world);
    g_assert_cmpstr(cause->code, ==, "unknown");
    g_assert_cmpstr(cause->text, ==, "SEND_NAME was not answered");
    g_assert_cmpuint(cause->frames[3], ==, named);
    world_free(world);
}

static void test_dns_failed(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, "node2@two.example");
    dns_query(world, "10.0.0.9", "two.example");
    dns_response(world, "10.0.0.9", "two.example", 3, NULL);
    dns_query(world, "10.0.0.1", "other.example");
    dns_response(world, "10.0.0.1", "other.example", 3, NULL);
    uint32_t asked = dns_query(world, "10.0.0.1", "TWO.example");
    uint32_t answer = dns_response(world, "10.0.0.1", "TWO.example", 3, NULL);
    check_cause(fail(world), "dns_failed", FRAMES(asked, answer));
    world_free(world);
}

static void test_dns_without_address(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, "node2@two.example");
    uint32_t answer = dns_response(world, "10.0.0.1", "two.example", 0, NULL);
    check_cause(fail(world), "dns_failed", FRAMES(answer));
    world_free(world);
}

static void test_dns_search_domain(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, "node2@two");
    uint32_t asked = dns_query(world, "10.0.0.1", "two.example");
    uint32_t answer = dns_response(world, "10.0.0.1", "two.example", 2, NULL);
    check_cause(fail(world), "dns_failed", FRAMES(asked, answer));
    world_free(world);
}

static void test_dns_silent(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, "node2@two.example");
    uint32_t asked = dns_query(world, "10.0.0.1", "two.example");
    pass_time(world, 8);
    check_cause(fail(world), "unknown", FRAMES(asked));
    world_free(world);
}

/* The address that DNS gave counts, and not the one that the request came from. */
static void test_dns_address(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, "node2@two.example");
    dns_query(world, "10.0.0.1", "two.example");
    dns_response(world, "10.0.0.1", "two.example", 0, "10.0.0.3");
    uint32_t wrong = next_stream(world);
    epmd_request(world, wrong, FROM, EPMD, "node2");
    epmd_response(world, wrong, EPMD, FROM, 1, 0);
    check_cause(fail(world), "unknown", NO_FRAMES);
    world_free(world);
}

static void test_dns_address_refuses(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, "node2@two.example");
    dns_query(world, "10.0.0.1", "two.example");
    dns_response(world, "10.0.0.1", "two.example", 0, "10.0.0.3");
    uint32_t stream = next_stream(world);
    uint32_t syn = tcp(world, stream, FROM, "10.0.0.3:4369", "S");
    uint32_t reset = tcp(world, stream, "10.0.0.3:4369", FROM, "RA");
    const cluster_cause *cause = fail(world);
    check_cause(cause, "epmd_refused", FRAMES(syn, reset));
    g_assert_null(strstr(cause->text, "the request came from"));
    world_free(world);
}

/* Without a look-up the request's address stands in, and the sentence says so. */
static void test_fallback(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, "node2@two");
    uint32_t stream = next_stream(world);
    uint32_t syn = tcp(world, stream, FROM, EPMD, "S");
    uint32_t reset = tcp(world, stream, EPMD, FROM, "RA");
    const cluster_cause *cause = fail(world);
    check_cause(cause, "epmd_refused", FRAMES(syn, reset));
    g_assert_nonnull(strstr(cause->text, "the address that the request came from"));
    world_free(world);
}

/* The Beacon asked another EPMD meanwhile: that may be the seeker's host, or may not. */
static void test_fallback_contradicted(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, "node2@two");
    uint32_t stream = next_stream(world);
    uint32_t syn = tcp(world, stream, FROM, "10.0.0.9:4369", "S");
    uint32_t reset = tcp(world, stream, "10.0.0.9:4369", FROM, "RA");
    check_cause(fail(world), "unknown", FRAMES(syn, reset));
    world_free(world);
}

/* It asked there for the seeker's very name: that is the seeker's host. */
static void test_fallback_found_elsewhere(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, "node2@two");
    uint32_t stream = next_stream(world);
    tcp(world, stream, FROM, "10.0.0.9:4369", "S");
    tcp(world, stream, "10.0.0.9:4369", FROM, "SA");
    uint32_t asked = epmd_request(world, stream, FROM, "10.0.0.9:4369", "node2");
    uint32_t answer = epmd_response(world, stream, "10.0.0.9:4369", FROM, 1, 0);
    check_cause(fail(world), "name_not_registered", FRAMES(asked, answer));
    world_free(world);
}

static void test_nothing_seen(void)
{
    test_world *world = world_new();
    tcp(world, next_stream(world), FROM, EPMD, "S");
    tcp(world, world->stream, EPMD, FROM, "RA");
    world->stream = 0;
    seek(world, SEEKER, BEACON, NODE2);
    tcp(world, next_stream(world), "10.0.0.1:50002", "10.0.0.9:4369", "S");
    tcp(world, world->stream, "10.0.0.9:4369", "10.0.0.1:50002", "RA");
    check_cause(fail(world), "unknown", NO_FRAMES);
    world_free(world);
}

static void test_own_host(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, "other@10.0.0.1");
    const cluster_cause *cause = fail(world);
    check_cause(cause, "unknown", NO_FRAMES);
    g_assert_nonnull(strstr(cause->text, "own host"));
    world_free(world);
}

static void test_no_host(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, "nobody");
    check_cause(fail(world), "unknown", NO_FRAMES);
    world_free(world);
}

/* Two nodes of one host at once: EPMD's names and ports tell their handshakes apart. */
static void test_two_on_one_host(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, "alpha@10.0.0.2");
    seek(world, "10.0.0.2:40001", BEACON, "beta@10.0.0.2");
    uint32_t first = next_stream(world);
    uint32_t second = next_stream(world);
    tcp(world, first, FROM, EPMD, "S");
    tcp(world, second, "10.0.0.1:50002", EPMD, "S");
    tcp(world, second, EPMD, "10.0.0.1:50002", "SA");
    tcp(world, first, EPMD, FROM, "SA");
    uint32_t beta = epmd_request(world, second, "10.0.0.1:50002", EPMD, "beta");
    epmd_request(world, first, FROM, EPMD, "alpha");
    uint32_t alpha_port = epmd_response(world, first, EPMD, FROM, 0, 45000);
    uint32_t beta_missing = epmd_response(world, second, EPMD, "10.0.0.1:50002", 1, 0);
    uint32_t stream = next_stream(world);
    uint32_t syn = tcp(world, stream, FROM, DIST, "S");
    uint32_t reset = tcp(world, stream, DIST, FROM, "RA");
    reply(world, 2, "10.0.0.2:40001", BEACON, NODE1, CLUSTER_PAYLOAD_JOIN_FAILED);
    check_cause(fail(world), "dist_refused", FRAMES(alpha_port, syn, reset));
    check_cause(join_at(world, 1)->exchange.cause, "name_not_registered",
                FRAMES(beta, beta_missing));
    world_free(world);
}

/* What EPMD says of another name is no answer for this one. */
static void test_other_name_not_registered(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, "alpha@10.0.0.2");
    uint32_t alpha = next_stream(world);
    uint32_t beta = next_stream(world);
    uint32_t asked = epmd_request(world, alpha, FROM, EPMD, "alpha");
    uint32_t answer = epmd_response(world, alpha, EPMD, FROM, 0, 45000);
    epmd_request(world, beta, "10.0.0.1:50002", EPMD, "beta");
    epmd_response(world, beta, EPMD, "10.0.0.1:50002", 1, 0);
    check_cause(fail(world), "unknown", FRAMES(asked, answer));
    world_free(world);
}

/* What was over before the request is no cause, also where an older ping kept it. */
static void test_before_request(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    uint32_t stream = next_stream(world);
    tcp(world, stream, FROM, EPMD, "S");
    tcp(world, stream, EPMD, FROM, "RA");
    seek(world, "10.0.0.2:40001", BEACON, NODE2);
    reply(world, world->stream, "10.0.0.2:40001", BEACON, NODE1, CLUSTER_PAYLOAD_JOIN_FAILED);
    g_assert_cmpstr(fail(world)->code, ==, "epmd_refused");
    check_cause(join_at(world, 1)->exchange.cause, "unknown", NO_FRAMES);
    world_free(world);
}

/* A connection of the Beacon to another port of the seeker's host is not looked at. */
static void test_other_port(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    tcp(world, next_stream(world), FROM, "10.0.0.2:80", "S");
    tcp(world, world->stream, "10.0.0.2:80", FROM, "RA");
    g_assert_cmpuint(g_hash_table_size(world->model->evidence.streams), ==, 0);
    check_cause(fail(world), "unknown", NO_FRAMES);
    world_free(world);
}

/* Two seekers on two hosts at once; one of them joins. */
static void test_two_at_once(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    seek(world, "10.0.0.3:40000", BEACON, "node3@10.0.0.3");
    uint32_t first = next_stream(world);
    uint32_t second = next_stream(world);
    uint32_t syn = tcp(world, first, FROM, EPMD, "S");
    tcp(world, second, "10.0.0.1:50002", "10.0.0.3:4369", "S");
    tcp(world, second, "10.0.0.3:4369", "10.0.0.1:50002", "SA");
    uint32_t reset = tcp(world, first, EPMD, FROM, "RA");
    reply(world, 2, "10.0.0.3:40000", BEACON, NODE1, CLUSTER_PAYLOAD_JOINED);
    check_cause(fail(world), "epmd_refused", FRAMES(syn, reset));
    g_assert_cmpint(join_at(world, 1)->outcome, ==, CLUSTER_OUTCOME_JOINED);
    g_assert_null(join_at(world, 1)->exchange.cause);
    world_free(world);
}

/* A member's handshake with the seeker is not the Beacon's. */
static void test_other_nodes_handshake(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, NODE2);
    uint32_t stream = next_stream(world);
    erldp(world, stream, "10.0.0.3:51000", DIST, CLUSTER_ERLDP_SEND_NAME, "node3@10.0.0.3");
    erldp(world, stream, DIST, "10.0.0.3:51000", CLUSTER_ERLDP_SEND_STATUS, "not_allowed");
    check_cause(fail(world), "unknown", NO_FRAMES);
    world_free(world);
}

static void test_ipv6(void)
{
    test_world *world = world_new();
    seek(world, "fd00::2:40000", "fd00::1:33000", "node2@fd00::2");
    uint32_t stream = next_stream(world);
    uint32_t syn = tcp(world, stream, "fd00::1:50001", "fd00::2:4369", "S");
    uint32_t reset = tcp(world, stream, "fd00::2:4369", "fd00::1:50001", "RA");
    reply(world, ASKED, "fd00::2:40000", "fd00::1:33000", NODE1, CLUSTER_PAYLOAD_JOIN_FAILED);
    check_cause(join_at(world, 0)->exchange.cause, "epmd_refused", FRAMES(syn, reset));
    world_free(world);
}

/* The state of a ping goes with it. */
static void test_nothing_stays(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, "node2@two");
    dns_response(world, "10.0.0.1", "two", 0, "10.0.0.3");
    ask_epmd(world);
    connect_dist(world);
    fail(world);
    const cluster_evidence *evidence = &world->model->evidence;
    g_assert_cmpuint(g_hash_table_size(evidence->paths), ==, 0);
    g_assert_cmpuint(g_hash_table_size(evidence->streams), ==, 0);
    g_assert_cmpuint(g_hash_table_size(evidence->beacons), ==, 0);
    g_assert_cmpuint(g_hash_table_size(world->model->connections), ==, 0);
    world_free(world);
}

/* What an earlier ping left behind, that never got its reply, says nothing of a later one. */
static void test_after_unanswered(void)
{
    test_world *world = world_new();
    seek(world, SEEKER, BEACON, "n2@10.0.0.2");
    for (int i = 0; i < 10; i++) {
        arp_request(world, "10.0.0.1", "10.0.0.2");
    }
    arp_reply(world, "10.0.0.2", "10.0.0.1");
    seek(world, "10.0.0.2:40001", BEACON, "n2@10.0.0.2");
    uint32_t stream = world->stream;
    uint32_t first = arp_request(world, "10.0.0.1", "10.0.0.2");
    uint32_t second = arp_request(world, "10.0.0.1", "10.0.0.2");
    reply(world, stream, "10.0.0.2:40001", BEACON, "n1@10.0.0.1", CLUSTER_PAYLOAD_JOIN_FAILED);
    check_cause(join_at(world, 1)->exchange.cause, "host_unreachable",
                (const uint32_t[]){first, second, 0});
    world_free(world);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/causes/arp", test_arp);
    g_test_add_func("/causes/arp-answered", test_arp_answered);
    g_test_add_func("/causes/icmp", test_icmp);
    g_test_add_func("/causes/icmp-alone", test_icmp_alone);
    g_test_add_func("/causes/epmd-silent", test_epmd_silent);
    g_test_add_func("/causes/epmd-silent-too-short", test_epmd_silent_too_short);
    g_test_add_func("/causes/epmd-refused", test_epmd_refused);
    g_test_add_func("/causes/name-not-registered", test_name_not_registered);
    g_test_add_func("/causes/epmd-mute", test_epmd_mute);
    g_test_add_func("/causes/dist-refused", test_dist_refused);
    g_test_add_func("/causes/dist-unreachable", test_dist_unreachable);
    g_test_add_func("/causes/dist-icmp", test_dist_icmp);
    g_test_add_func("/causes/cookie-mismatch", test_cookie_mismatch);
    g_test_add_func("/causes/challenge-mute", test_challenge_mute);
    g_test_add_func("/causes/cookie-mismatch-reversed", test_cookie_mismatch_reversed);
    g_test_add_func("/causes/handshake-rejected", test_handshake_rejected);
    g_test_add_func("/causes/alive-is-no-rejection", test_alive_is_no_rejection);
    g_test_add_func("/causes/dns-without-address", test_dns_without_address);
    g_test_add_func("/causes/handshake-completed", test_handshake_completed);
    g_test_add_func("/causes/two-handshakes", test_two_handshakes);
    g_test_add_func("/causes/dist-mute", test_dist_mute);
    g_test_add_func("/causes/dns-failed", test_dns_failed);
    g_test_add_func("/causes/dns-search-domain", test_dns_search_domain);
    g_test_add_func("/causes/dns-silent", test_dns_silent);
    g_test_add_func("/causes/dns-address", test_dns_address);
    g_test_add_func("/causes/dns-address-refuses", test_dns_address_refuses);
    g_test_add_func("/causes/fallback", test_fallback);
    g_test_add_func("/causes/fallback-contradicted", test_fallback_contradicted);
    g_test_add_func("/causes/fallback-found-elsewhere", test_fallback_found_elsewhere);
    g_test_add_func("/causes/nothing-seen", test_nothing_seen);
    g_test_add_func("/causes/own-host", test_own_host);
    g_test_add_func("/causes/no-host", test_no_host);
    g_test_add_func("/causes/two-on-one-host", test_two_on_one_host);
    g_test_add_func("/causes/other-name-not-registered", test_other_name_not_registered);
    g_test_add_func("/causes/before-request", test_before_request);
    g_test_add_func("/causes/other-port", test_other_port);
    g_test_add_func("/causes/two-at-once", test_two_at_once);
    g_test_add_func("/causes/other-nodes-handshake", test_other_nodes_handshake);
    g_test_add_func("/causes/ipv6", test_ipv6);
    g_test_add_func("/causes/nothing-stays", test_nothing_stays);
    g_test_add_func("/causes/after-unanswered", test_after_unanswered);
    return g_test_run();
}
