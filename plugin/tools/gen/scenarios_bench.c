/* scenarios_bench.c
 * Scenarios for measurements: captures of any size.
 * May include: scenario.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "scenario.h"

/* Connections that one client address makes before the next address takes over. */
#define CONNECTIONS_PER_ADDRESS 20000

/* An IPv4 address in dotted notation, with its end. */
#define ADDRESS_BYTES 16

/* A request with its reply. */
typedef struct {
    seekchat_text request;
    seekchat_text reply;
} pair;

/* Four messages of some 80 bytes; senders by host name, so that any source address fits them. */
static void small_mix(capture *c, pair mix[2])
{
    const seekchat_text nodes[] = {RAW("node3@host3.example.org")};
    const char *seeker = "node2@host2.example.org", *beacon = "node1@host1.example.org";
    mix[0].request = message(c, seeker, SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN);
    mix[0].reply = message(c, beacon, SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_JOINED);
    mix[1].request = message(c, seeker, SEEKCHAT_TYPE_WATCHING, SEEKCHAT_PAYLOAD_CHECK);
    mix[1].reply = message_nodes(c, beacon, SEEKCHAT_TYPE_REPLY, nodes, G_N_ELEMENTS(nodes));
}

/* The client's address for the connection with this number, in 10.100.0.0/14. */
static const char *client_address(char *buffer, size_t size, unsigned long number)
{
    unsigned long host = number / CONNECTIONS_PER_ADDRESS + 1;
    g_snprintf(buffer, (gulong)size, "10.%lu.%lu.%lu", 100 + (host >> 16 & 3), host >> 8 & 255,
               host & 255);
    return buffer;
}

static conn_spec numbered(char *buffer, size_t size, unsigned long number)
{
    return (conn_spec){
        .client = client_address(buffer, size, number),
        .client_port = (uint16_t)(40000 + number % CONNECTIONS_PER_ADDRESS),
    };
}

static void bench_messages(capture *c)
{
    char address[ADDRESS_BYTES];
    pair mix[2];
    small_mix(c, mix);
    conn x;
    for (unsigned long i = 0; i < c->size; i++) {
        const pair *next = &mix[i / 2 % 2];
        if (i % 2 == 0)
            x = conn_silent(c, numbered(address, sizeof address, i / 2));
        says_unacknowledged(&x, i % 2 == 0 ? CLIENT : SERVER,
                            i % 2 == 0 ? next->request : next->reply);
    }
}

static void bench_connections(capture *c)
{
    char address[ADDRESS_BYTES];
    pair mix[2];
    small_mix(c, mix);
    for (unsigned long i = 0; i < c->size; i++)
        exchange(c, numbered(address, sizeof address, i), mix[i % 2].request, mix[i % 2].reply);
}

static void bench_big(capture *c)
{
    exchange(c, (conn_spec){.mss = 0}, check_request(c), reply_of_length(c, c->size));
}

static void bench_nodes(capture *c)
{
    exchange(c, (conn_spec){.mss = 0}, check_request(c), reply_nodes(c, (unsigned)c->size));
}

const sized_scenario bench_scenarios[] = {
    {{"bench-messages",
      "Only messages, one a packet: request and reply in turn, two to a connection.",
      bench_messages, 0},
     "PACKETS",
     1,
     100000000},
    {{"bench-connections", "Connections of 10 packets, each with a request and its reply.",
      bench_connections, 0},
     "N",
     1,
     10000000},
    {{"bench-big", "One reply of so many bytes, a list of nodes, in segments of 1,460 bytes.",
      bench_big, 0},
     "BYTES",
     100,
     1000000000},
    {{"bench-nodes", "One reply with so many nodes.", bench_nodes, 0}, "N", 0, 10000000},
    {.parameter = NULL},
};
