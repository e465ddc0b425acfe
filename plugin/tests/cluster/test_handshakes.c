/* test_handshakes.c
 * Tests the causes of a join_failed that lie behind EPMD: at the distribution's port.
 * May include: the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ping.h"

#include "cluster_limits.h"

/* A seeker has asked, and EPMD gave its port: the frame in which it did. */
static test_world *given(test_connection **asked, uint32_t *frame)
{
    test_world *world = world_new();
    *asked = seek(world, SEEKER, BEACON, NODE2);
    *frame = ask_epmd(world, FROM, EPMD, "node2", 45000);
    return world;
}

/* The port. */

static void test_dist_refused(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    test_connection *tried = connection(world, PING, DIST);
    uint32_t opened = syn(tried);
    uint32_t refused = refuse(tried);
    fail(asked);
    check_cause(world, 0, "dist_refused", FRAMES(port, opened, refused));
    world_free(world);
}

/* EPMD's answer in two segments, wherever it is cut. */
static void test_port_in_pieces(void)
{
    for (size_t cut = 1; cut < 12; cut++) {
        test_world *world = world_new();
        world->flags =
            WORLD_NO_FRAMES; /* without the request, an answer is known when it is whole */
        test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
        test_connection *epmd = connected(world, FROM, EPMD);
        say(epmd, CLIENT, port_request("node2"));
        uint32_t first = world->frame + 1;
        uint32_t second = say_split(epmd, SERVER, port_answer("node2", 45000), cut);
        closed(epmd, SERVER);
        test_connection *tried = connection(world, PING, DIST);
        uint32_t opened = syn(tried);
        uint32_t refused = refuse(tried);
        fail(asked);
        check_cause(world, 0, "dist_refused", FRAMES(cut < 4 ? second : first, opened, refused));
        world_free(world);
    }
}

static void test_dist_unreachable(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    uint32_t opened = syn(connection(world, PING, DIST));
    pass_time(world, 7);
    fail(asked);
    check_cause(world, 0, "dist_unreachable", FRAMES(port, opened));
    world_free(world);
}

static void test_dist_icmp(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    uint32_t opened = syn(connection(world, PING, DIST));
    uint32_t icmp = unreachable(world, "10.0.0.254", PING, DIST);
    fail(asked);
    check_cause(world, 0, "dist_unreachable", FRAMES(port, opened, icmp));
    check_holds(world, "joins[0].cause.text", "ICMP");
    world_free(world);
}

/* Without EPMD, or with it on another port: a port of the seeker's host, whichever it is. */
static void test_port_refused(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    test_connection *tried = connection(world, PING, "10.0.0.2:9100");
    uint32_t opened = syn(tried);
    uint32_t refused = refuse(tried);
    fail(asked);
    check_cause(world, 0, "port_refused", FRAMES(opened, refused));
    check_holds(world, "joins[0].cause.text", "9100");
    world_free(world);
}

static void test_port_unreachable(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    test_connection *tried = connection(world, PING, "10.0.0.2:5369");
    uint32_t opened = syn(tried);
    pass_time(world, 1);
    uint32_t again = syn(tried);
    pass_time(world, 6);
    fail(asked);
    check_cause(world, 0, "port_unreachable", FRAMES(opened, again));
    check_holds(world, "joins[0].cause.text", "5369");
    world_free(world);
}

static void test_port_icmp(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    uint32_t opened = syn(connection(world, PING, "10.0.0.2:9100"));
    uint32_t icmp = unreachable(world, "10.0.0.254", PING, "10.0.0.2:9100");
    fail(asked);
    check_cause(world, 0, "port_unreachable", FRAMES(opened, icmp));
    world_free(world);
}

/* Cookies. */

static void test_cookie_mismatch(void)
{
    for (int form = 0; form < 2; form++) {
        test_connection *asked;
        uint32_t frames[5];
        test_world *world = given(&asked, frames);
        reject_cookie(connected(world, PING, DIST), form == 0 ? 'N' : 'n', NODE1, NODE2,
                      frames + 1);
        fail(asked);
        check_cause(world, 0, "cookie_mismatch", frames);
        check_holds(world, "joins[0].cause.text", "the seeker closed");
        check_problems(world, "error cookie_mismatch");
        world_free(world);
    }
}

/* The seeker's own connection to the Beacon is what the handshake ran on. */
static void test_cookie_reversed(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    uint32_t frames[4];
    reject_cookie(connected(world, "10.0.0.2:51000", "10.0.0.1:46000"), 'N', NODE2, NODE1, frames);
    fail(asked);
    check_cause(world, 0, "cookie_mismatch", frames);
    check_holds(world, "joins[0].cause.text", "the Beacon closed");
    world_free(world);
}

/* A Beacon and a seeker that use other addresses for the distribution than for SeekChat: names tie
 * them together. NULL: EPMD is not asked. */
static void check_elsewhere(const char *client, const char *beacon, const char *from,
                            const char *epmd, const char *ping, const char *dist)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, client, beacon, "node2@two");
    uint32_t frames[5] = {0};
    if (epmd != NULL) {
        frames[0] = ask_epmd(world, from, epmd, "node2", endpoint_of(dist).port);
    }
    reject_cookie(connected(world, ping, dist), 'N', "node1@one", "node2@two", frames + 1);
    answer(asked, "node1@one", SEEKCHAT_PAYLOAD_JOIN_FAILED);
    check_cause(world, 0, "cookie_mismatch", epmd != NULL ? frames : frames + 1);
    world_free(world);
}

static void test_cookie_elsewhere(void)
{
    /* IPv6 for the distribution, a second network, */
    check_elsewhere(SEEKER, BEACON, "fd00::1:50001", "fd00::2:4369", "fd00::1:50002",
                    "fd00::2:45000");
    check_elsewhere(SEEKER, BEACON, "192.168.5.1:50001", "192.168.5.2:4369", "192.168.5.1:50002",
                    "192.168.5.2:45000");
    /* EPMD on another port, none, */
    check_elsewhere(SEEKER, BEACON, FROM, "10.0.0.2:5369", PING, DIST);
    check_elsewhere(SEEKER, BEACON, NULL, NULL, PING, "10.0.0.2:9100");
    check_elsewhere(SEEKER, BEACON, NULL, NULL, "fd00::1:50002", "fd00::2:9100");
    /* a service address that the seeker used (DNAT), a seeker behind a masquerade, both. */
    check_elsewhere(SEEKER, "10.96.0.10:33000", FROM, EPMD, PING, DIST);
    check_elsewhere("10.0.0.254:61000", BEACON, "10.0.0.1:50001", "172.17.0.2:4369",
                    "10.0.0.1:50002", "172.17.0.2:45000");
    check_elsewhere("10.0.0.254:61000", "10.96.0.10:33000", "172.17.0.9:50001", "172.17.0.2:4369",
                    "172.17.0.9:50002", "172.17.0.2:45000");
}

/* Every message in two segments, wherever they are cut, */
static void test_cookie_in_pieces(void)
{
    for (size_t cut = 1; cut < 20; cut++) {
        test_connection *asked;
        uint32_t port;
        test_world *world = given(&asked, &port);
        test_connection *dist = connected(world, PING, DIST);
        say_split(dist, CLIENT, send_name('N', NODE1), cut);
        say_split(dist, SERVER, send_status("ok"), 1 + cut % 4);
        uint32_t challenge = say_split(dist, SERVER, send_challenge('N', NODE2), cut);
        uint32_t replied = say_split(dist, CLIENT, challenge_reply(), cut);
        uint32_t end = closed(dist, SERVER);
        fail(asked);
        check_cause(world, 0, "cookie_mismatch", FRAMES(port, challenge, replied, end));
        world_free(world);
    }
}

/* status and challenge in one segment, */
static void test_cookie_together(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    test_connection *dist = connected(world, PING, DIST);
    say(dist, CLIENT, send_name('N', NODE1));
    GString *both = send_status("ok");
    GString *more = send_challenge('N', NODE2);
    g_string_append_len(both, more->str, (gssize)more->len);
    g_string_free(more, TRUE);
    uint32_t challenge = say(dist, SERVER, both);
    uint32_t replied = say(dist, CLIENT, challenge_reply());
    uint32_t end = closed(dist, SERVER);
    fail(asked);
    check_cause(world, 0, "cookie_mismatch", FRAMES(port, challenge, replied, end));
    world_free(world);
}

/* and out of order: the challenge is recorded behind what answers it. */
static void test_cookie_out_of_order(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    test_connection *dist = connected(world, PING, DIST);
    say(dist, CLIENT, send_name('N', NODE1));
    GString *status = send_status("ok");
    GString *challenge = send_challenge('N', NODE2);
    size_t head = status->len;
    g_string_append_len(status, challenge->str, (gssize)challenge->len);
    g_string_free(challenge, TRUE);
    say_piece(dist, SERVER, status, head, status->len);
    say_piece(dist, SERVER, status, 0, head);
    said_all(dist, SERVER, status);
    say(dist, CLIENT, challenge_reply());
    closed(dist, SERVER);
    fail(asked);
    check(world, "joins[0].cause.code", "cookie_mismatch");
    world_free(world);
}

/* The Beacon gave up waiting for the acknowledgement: that tells nothing about cookies. */
static void test_challenge_mute(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    test_connection *dist = connected(world, PING, DIST);
    handshake(dist, 'N', NODE1, NODE2, STEP_REPLY);
    pass_time(world, 7);
    closed(dist, CLIENT);
    fail(asked);
    check(world, "joins[0].cause.code", "unknown");
    world_free(world);
}

/* TCP's numbers tell that an acknowledgement was sent which the capture does not hold. */
static void test_ack_missing(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    test_connection *dist = connected(world, PING, DIST);
    handshake(dist, 'N', NODE1, NODE2, STEP_REPLY);
    lose(dist, SERVER, challenge_ack());
    closed(dist, SERVER);
    fail(asked);
    check(world, "joins[0].cause.code", "unknown");
    check_holds(world, "joins[0].cause.text", "not in the capture");
    world_free(world);
}

static void test_ack_cut(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    test_connection *dist = connected(world, PING, DIST);
    handshake(dist, 'N', NODE1, NODE2, STEP_REPLY);
    world->snap = 2;
    say(dist, SERVER, challenge_ack());
    world->snap = 0;
    closed(dist, SERVER);
    fail(asked);
    check(world, "joins[0].cause.code", "unknown");
    check_holds(world, "joins[0].cause.text", "snap length");
    world_free(world);
}

/* The handshake. */

static void test_handshake_rejected(void)
{
    static const char *const words[] = {"nok", "not_allowed"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        test_connection *asked;
        uint32_t port;
        test_world *world = given(&asked, &port);
        test_connection *dist = connected(world, PING, DIST);
        uint32_t name = say(dist, CLIENT, send_name('N', NODE1));
        uint32_t status = say(dist, SERVER, send_status(words[i]));
        closed(dist, SERVER);
        fail(asked);
        check_cause(world, 0, "handshake_rejected", FRAMES(port, name, status));
        check_holds(world, "joins[0].cause.text", words[i]);
        world_free(world);
    }
}

/* A status other than ok that let the handshake go on is no rejection. */
static void test_alive_is_no_rejection(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    test_connection *dist = connected(world, PING, DIST);
    say(dist, CLIENT, send_name('N', NODE1));
    say(dist, SERVER, send_status("alive"));
    say(dist, CLIENT, send_status("true"));
    say(dist, SERVER, send_challenge('N', NODE2));
    fail(asked);
    check(world, "joins[0].cause.code", "unknown");
    check_holds(world, "joins[0].cause.text", "SEND_CHALLENGE");
    world_free(world);
}

/* The handshake was completed: whatever failed then, it is none of the causes. */
static void test_handshake_completed(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    test_connection *dist = connected(world, PING, DIST);
    handshake(dist, 'N', NODE1, NODE2, STEP_ACK);
    say(dist, CLIENT, dist_message());
    say(dist, SERVER, dist_message());
    closed(dist, SERVER);
    fail(asked);
    check(world, "joins[0].cause.code", "unknown");
    check_never_says(world, "not in the capture");
    check_holds(world, "joins[0].cause.text", "completed");
    world_free(world);
}

static void test_name_not_answered(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    test_connection *dist = connected(world, PING, DIST);
    uint32_t name = say(dist, CLIENT, send_name('N', NODE1));
    pass_time(world, 7);
    closed(dist, CLIENT); /* who asked gave up: that is no sign of the other */
    fail(asked);
    /* SYN, SYN/ACK, and ACK come before the name. */
    check_cause(world, 0, "unknown", FRAMES(port, name - 3, name - 2, name));
    check(world, "joins[0].cause.text", "SEND_NAME was not answered");
    world_free(world);
}

/* Of a handshake the capture holds what the seeker said alone: it is the ping's all the same, where
 * EPMD gave its port. */
static void test_accepter_alone(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    test_connection *dist = connection(world, PING, DIST);
    uint32_t challenge = say(dist, SERVER, send_challenge('N', NODE2));
    fail(asked);
    check_cause(world, 0, "unknown", FRAMES(port, challenge));
    check(world, "joins[0].cause.text", "the distribution handshake came as far as SEND_CHALLENGE");
    world_free(world);
}

/* How far a handshake came, where nothing tells why it went no further. */
static void test_steps(void)
{
    static const struct {
        bool lacks; /* 5 bytes that the server sent */
        bool ends;  /* a FIN counts as a byte more */
        const char *text;
    } rows[] = {
        {false, true, "the connection was closed after SEND_NAME with no SEND_STATUS"},
        {true, true,
         "the capture holds the distribution handshake as far as SEND_NAME (some 6 bytes of it "
         "were sent and are not in the capture)"},
        {true, false,
         "the capture holds the distribution handshake as far as SEND_NAME (some 5 bytes of it "
         "were sent and are not in the capture)"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        test_connection *asked;
        uint32_t port;
        test_world *world = given(&asked, &port);
        test_connection *dist = connected(world, PING, DIST);
        say(dist, CLIENT, send_name('N', NODE1));
        if (rows[i].lacks) {
            lose(dist, SERVER, bytes_of("12345"));
            ack(dist, CLIENT);
        }
        if (rows[i].ends) {
            closed(dist, SERVER);
        }
        fail(asked);
        check(world, "joins[0].cause.code", "unknown");
        check(world, "joins[0].cause.text", rows[i].text);
        world_free(world);
    }
}

/* Handshakes in both directions: the one that shows a cause goes before the one that does not. */
static void test_two_handshakes(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    uint32_t frames[4];
    reject_cookie(connected(world, "10.0.0.2:51000", "10.0.0.1:46000"), 'N', NODE2, NODE1, frames);
    syn(connection(world, PING, DIST));
    fail(asked);
    check_cause(world, 0, "cookie_mismatch", frames);
    world_free(world);
}

/* A member's handshake with the seeker is not the Beacon's. */
static void test_other_nodes_handshake(void)
{
    test_world *world = world_new();
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    test_connection *other = connected(world, "10.0.0.3:51000", DIST);
    say(other, CLIENT, send_name('N', "node3@10.0.0.3"));
    say(other, SERVER, send_status("not_allowed"));
    closed(other, SERVER);
    fail(asked);
    check_cause(world, 0, "unknown", NO_FRAMES);
    world_free(world);
}

/* Who answers at the port that EPMD gave is somebody else. */
static void test_other_name(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    test_connection *dist = connected(world, PING, DIST);
    handshake_frames made = handshake(dist, 'N', NODE1, "stranger@10.0.0.2", STEP_CHALLENGE);
    closed(dist, CLIENT);
    fail(asked);
    check_cause(world, 0, "other_name", FRAMES(port, made.frames[STEP_CHALLENGE]));
    check_holds(world, "joins[0].cause.text", "stranger@10.0.0.2");
    world_free(world);
}

/* TLS. */

static void test_tls_rejected(void)
{
    for (int by_beacon = 0; by_beacon < 2; by_beacon++) {
        test_connection *asked;
        uint32_t port;
        test_world *world = given(&asked, &port);
        test_connection *dist = connected(world, PING, DIST);
        uint32_t hello = say(dist, CLIENT, tls_client_hello());
        if (by_beacon) {
            say(dist, SERVER, tls_server_hello());
        }
        uint32_t alert = say(dist, by_beacon ? CLIENT : SERVER, tls_alert(by_beacon ? 48 : 40));
        closed(dist, by_beacon ? CLIENT : SERVER);
        fail(asked);
        check_cause(world, 0, "tls_rejected", FRAMES(port, hello, alert));
        check_holds(world, "joins[0].cause.text", by_beacon ? "unknown_ca" : "handshake_failure");
        check_holds(world, "joins[0].cause.text", by_beacon ? "the Beacon" : "the seeker");
        world_free(world);
    }
}

/* One side speaks TLS, and the other does not. */
static void test_tls_mismatch_plain_beacon(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    test_connection *dist = connected(world, PING, DIST);
    uint32_t name = say(dist, CLIENT, send_name('N', NODE1));
    uint32_t alert = say(dist, SERVER, tls_alert(10));
    closed(dist, SERVER);
    fail(asked);
    check_cause(world, 0, "tls_mismatch", FRAMES(port, name, alert));
    check_holds(world, "joins[0].cause.text", "unexpected_message");
    world_free(world);
}

static void test_tls_mismatch_plain_seeker(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    test_connection *dist = connected(world, PING, DIST);
    uint32_t hello = say(dist, CLIENT, tls_client_hello());
    ack(dist, SERVER);
    uint32_t end = closed(dist, SERVER);
    fail(asked);
    check_cause(world, 0, "tls_mismatch", FRAMES(port, hello, end));
    world_free(world);
}

/* An alert that no document names. */
static void test_tls_unknown_alert(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    test_connection *dist = connected(world, PING, DIST);
    say(dist, CLIENT, tls_client_hello());
    say(dist, SERVER, tls_alert(200));
    closed(dist, SERVER);
    fail(asked);
    check(world, "joins[0].cause.code", "tls_rejected");
    check_holds(world, "joins[0].cause.text", "number 200");
    world_free(world);
}

/* No answer to a hello tells something only when there was time for one. */
static void test_tls_mute(void)
{
    for (int long_enough = 0; long_enough < 2; long_enough++) {
        test_connection *asked;
        uint32_t port;
        test_world *world = given(&asked, &port);
        test_connection *dist = connected(world, PING, DIST);
        say(dist, CLIENT, tls_client_hello());
        ack(dist, SERVER);
        pass_time(world, CLUSTER_SILENCE - 0.1 + 0.2 * long_enough);
        fail(asked);
        check(world, "joins[0].cause.code", long_enough ? "tls_mismatch" : "unknown");
        world_free(world);
    }
}

/* An answer that the capture does not hold is none that was not given. */
static void test_tls_answer_missing(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    test_connection *dist = connected(world, PING, DIST);
    say(dist, CLIENT, tls_client_hello());
    lose(dist, SERVER, tls_server_hello());
    closed(dist, SERVER);
    fail(asked);
    check(world, "joins[0].cause.code", "unknown");
    world_free(world);
}

static void test_tls_sealed(void)
{
    test_connection *asked;
    uint32_t port;
    test_world *world = given(&asked, &port);
    test_connection *dist = connected(world, PING, DIST);
    say(dist, CLIENT, tls_client_hello());
    say(dist, SERVER, tls_server_hello());
    say(dist, SERVER, tls_sealed());
    say(dist, CLIENT, tls_sealed());
    say(dist, SERVER, tls_sealed());
    say(dist, CLIENT, tls_sealed());
    closed(dist, SERVER);
    fail(asked);
    check(world, "joins[0].cause.code", "unknown");
    check_holds(world, "joins[0].cause.text", "encrypted");
    check_never_says(world, "not in the capture");
    world_free(world);
}

/* The answer to the first SYN was lost, and the host has forgotten it: it accepts the second one
 * with another number. */
static void test_accepted_anew(void)
{
    test_world *world = world_new();
    uint32_t frames[5];
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    frames[0] = ask_epmd(world, FROM, EPMD, "node2", 45000);
    test_connection *ping = connection(world, PING, DIST);
    syn(ping);
    syn_ack(ping);
    pass_time(world, 1);
    ping->next[CLIENT]--;
    ping->next[SERVER] += 16000000;
    syn(ping);
    syn_ack(ping);
    ack(ping, CLIENT);
    reject_cookie(ping, 'N', NODE1, NODE2, frames + 1);
    fail(asked);
    check_cause(world, 0, "cookie_mismatch", frames);
    world_free(world);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/handshakes/dist-refused", test_dist_refused);
    g_test_add_func("/handshakes/port-in-pieces", test_port_in_pieces);
    g_test_add_func("/handshakes/dist-unreachable", test_dist_unreachable);
    g_test_add_func("/handshakes/dist-icmp", test_dist_icmp);
    g_test_add_func("/handshakes/port-refused", test_port_refused);
    g_test_add_func("/handshakes/port-unreachable", test_port_unreachable);
    g_test_add_func("/handshakes/port-icmp", test_port_icmp);
    g_test_add_func("/handshakes/cookie-mismatch", test_cookie_mismatch);
    g_test_add_func("/handshakes/cookie-reversed", test_cookie_reversed);
    g_test_add_func("/handshakes/cookie-elsewhere", test_cookie_elsewhere);
    g_test_add_func("/handshakes/cookie-in-pieces", test_cookie_in_pieces);
    g_test_add_func("/handshakes/cookie-together", test_cookie_together);
    g_test_add_func("/handshakes/cookie-out-of-order", test_cookie_out_of_order);
    g_test_add_func("/handshakes/challenge-mute", test_challenge_mute);
    g_test_add_func("/handshakes/ack-missing", test_ack_missing);
    g_test_add_func("/handshakes/ack-cut", test_ack_cut);
    g_test_add_func("/handshakes/rejected", test_handshake_rejected);
    g_test_add_func("/handshakes/alive-is-no-rejection", test_alive_is_no_rejection);
    g_test_add_func("/handshakes/completed", test_handshake_completed);
    g_test_add_func("/handshakes/name-not-answered", test_name_not_answered);
    g_test_add_func("/handshakes/two", test_two_handshakes);
    g_test_add_func("/handshakes/other-nodes", test_other_nodes_handshake);
    g_test_add_func("/handshakes/other-name", test_other_name);
    g_test_add_func("/handshakes/tls-rejected", test_tls_rejected);
    g_test_add_func("/handshakes/tls-mismatch-plain-beacon", test_tls_mismatch_plain_beacon);
    g_test_add_func("/handshakes/tls-mismatch-plain-seeker", test_tls_mismatch_plain_seeker);
    g_test_add_func("/handshakes/accepter-alone", test_accepter_alone);
    g_test_add_func("/handshakes/steps", test_steps);
    g_test_add_func("/handshakes/tls-unknown-alert", test_tls_unknown_alert);
    g_test_add_func("/handshakes/tls-mute", test_tls_mute);
    g_test_add_func("/handshakes/tls-answer-missing", test_tls_answer_missing);
    g_test_add_func("/handshakes/tls-sealed", test_tls_sealed);
    g_test_add_func("/handshakes/accepted-anew", test_accepted_anew);
    return g_test_run();
}
