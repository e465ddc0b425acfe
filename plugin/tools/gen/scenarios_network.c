/* scenarios_network.c
 * Scenarios about where messages are seen: ports, addresses, tunnels, directions.
 * May include: scenario.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "scenario.h"

static const conn_spec usual;

/* The two kinds of request, each with its reply. */
static void both_exchanges(capture *c, conn_spec spec)
{
    exchange(c, spec, join_request(c), joined_reply(c));
    exchange(c, spec, check_request(c), reply_nodes(c, 2));
}

static void ipv6(capture *c)
{
    const conn_spec spec = {.client = "2001:db8::2", .server = "2001:db8::1"};
    const seekchat_text nodes[] = {RAW("node3@2001:db8::3"), RAW("node4@2001:db8::4")};
    exchange(c, spec, message(c, "node2@2001:db8::2", SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN),
             message(c, "node1@2001:db8::1", SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_JOINED));
    exchange(
        c, spec, message(c, "node2@2001:db8::2", SEEKCHAT_TYPE_WATCHING, SEEKCHAT_PAYLOAD_CHECK),
        message_nodes(c, "node1@2001:db8::1", SEEKCHAT_TYPE_REPLY, nodes, G_N_ELEMENTS(nodes)));
}

static void other_port(capture *c)
{
    const conn_spec other = {.server_port = 4444};
    both_exchanges(c, other);
    /* Once the request was known, what follows need not be documented. */
    exchange(c, other, join_request(c), message_words(c, "node1@10.99.0.1", "welcome", "joined"));
    /* The request is no SeekChat that the heuristic could know: only the reply is found. */
    exchange(c, other, message_words(c, "node2@10.99.0.2", "greeting", "join"), joined_reply(c));

    /* To be left alone. */
    exchange(c, (conn_spec){.server_port = 5555}, RAW("{\"id\":7,\"method\":\"ping\"}"),
             RAW("{\"id\":7,\"result\":\"pong\"}"));
    exchange(c, (conn_spec){.server_port = 5556},
             message_words(c, "node2@10.99.0.2", "login", "secret"),
             message_words(c, "node1@10.99.0.1", "granted", "welcome"));
    exchange(c, (conn_spec){.server_port = 5557}, RAW("[1,2,3]"), RAW("{\"type\":\"reply\"}"));
    exchange(c, (conn_spec){.server_port = 8080},
             RAW("GET /nodes HTTP/1.1\r\nHost: 10.99.0.1\r\n\r\n"),
             RAW("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n"
                 "{\"type\":\"reply\"}"));
}

static void decode_as_port(capture *c)
{
    both_exchanges(c, (conn_spec){.server_port = 3000});
}

static void no_reply(capture *c)
{
    unanswered(c, join_request(c));
    conn x = conn_open(c, usual);
    says(&x, CLIENT, check_request(c));
    rst(&x, SERVER);
    x = conn_open(c, usual);
    says(&x, CLIENT, join_request(c));
}

static void one_direction(capture *c, side hidden)
{
    for (int i = 0; i < 2; i++) {
        conn x = conn_silent(c, usual);
        hide(&x, hidden, true);
        handshake(&x);
        says(&x, CLIENT, i == 0 ? join_request(c) : check_request(c));
        wait_ms(c, 5);
        says(&x, SERVER, i == 0 ? joined_reply(c) : reply_nodes(c, 2));
        conn_close(&x);
    }
}

static void reply_only(capture *c)
{
    one_direction(c, CLIENT);
}

static void request_only(capture *c)
{
    one_direction(c, SERVER);
}

static void reply_before_request(capture *c)
{
    conn x = conn_open(c, usual);
    says(&x, SERVER, joined_reply(c));
    wait_ms(c, 5);
    says(&x, CLIENT, join_request(c));
    conn_close(&x);
}

static void port_reuse(capture *c)
{
    const conn_spec first = {.client_port = 40001, .client_isn = 1000, .server_isn = 2000};
    const conn_spec second = {.client_port = 40001, .client_isn = 900000, .server_isn = 800000};
    exchange(c, first, join_request(c), joined_reply(c));
    wait_ms(c, 60000);
    exchange(c, second, check_request(c), reply_nodes(c, 2));
    /* The first connection ends inside a request; what follows must not be its rest. */
    conn x = conn_open(c, (conn_spec){.client_port = 40002, .client_isn = 1000});
    seekchat_text request = join_request(c);
    says(&x, CLIENT, (seekchat_text){request.data, 30});
    rst(&x, CLIENT);
    wait_ms(c, 60000);
    exchange(c, (conn_spec){.client_port = 40002, .client_isn = 900000}, join_request(c),
             joined_reply(c));
}

static void vlan(capture *c)
{
    c->tunnel = TUNNEL_VLAN;
    both_exchanges(c, usual);
    c->tunnel = TUNNEL_VLAN_STACKED;
    both_exchanges(c, usual);
}

static void gre(capture *c)
{
    c->tunnel = TUNNEL_GRE;
    both_exchanges(c, usual);
    ipv6(c);
}

static void vxlan(capture *c)
{
    c->tunnel = TUNNEL_VXLAN;
    both_exchanges(c, usual);
    ipv6(c);
}

const scenario network_scenarios[] = {
    {"ipv6", "A Beacon with an IPv6 address.", ipv6, 0},
    {"other-port", "SeekChat on port 4444; other JSON and HTTP elsewhere, to be left alone.",
     other_port, 0},
    {"decode-as-port", "SeekChat on port 3000, as in the library's own example.", decode_as_port,
     0},
    {"no-reply", "Requests that nobody answers: closed, reset, and at the capture's end.", no_reply,
     0},
    {"reply-only", "Only what the server sends was captured.", reply_only, 0},
    {"request-only", "Only what the client sends was captured.", request_only, 0},
    {"reply-before-request", "The reply was captured before its request.", reply_before_request, 0},
    {"port-reuse", "The same addresses and ports serve two connections.", port_reuse, 0},
    {"vlan", "Inside one and two VLAN tags.", vlan, 0},
    {"gre", "Inside a GRE tunnel.", gre, 0},
    {"vxlan", "Inside a VXLAN tunnel.", vxlan, 0},
    {.name = NULL},
};
