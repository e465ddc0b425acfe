/* world.h
 * A made-up network for the tests of the cluster model: each call is a frame that the model sees.
 * May include: the headers of plugin/cluster.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TEST_WORLD_H
#define TEST_WORLD_H

#include "model.h"
#include "report.h"
#include "scans.h"

/* Time of the first frame: 2026-01-02 03:04:05 UTC. */
#define WORLD_START 1767323045.0
/* Seconds between two frames, unless pass_time says otherwise. */
#define WORLD_TICK 0.001

/* Where things are, unless a test says otherwise. */
#define BEACON "10.0.0.1:33000"
#define SEEKER "10.0.0.2:40000"

typedef struct {
    cluster_model *model;
    uint32_t frame; /* the last one */
    double time;
    uint32_t stream; /* the last one that next_stream gave */
} test_world;

/* A world with a model that knows port 33000. */
test_world *world_new(void);
/* Checks that the text is printable, writes the JSON for the schema's test, and frees the world. */
void world_free(test_world *world);

void pass_time(test_world *world, double seconds);
uint32_t next_stream(test_world *world);

cluster_text text_of(const char *string);
cluster_address address_of(const char *string);
cluster_endpoint endpoint_of(const char *string); /* "10.0.0.1:33000" */

/* Each returns the number of its frame. S, A, R and F in flags stand for SYN, ACK, RST and FIN. */
uint32_t tcp(test_world *world, uint32_t stream, const char *source, const char *target,
             const char *flags);
uint32_t epmd_request(test_world *world, uint32_t stream, const char *source, const char *target,
                      const char *name);
uint32_t epmd_response(test_world *world, uint32_t stream, const char *source, const char *target,
                       uint8_t result, uint16_t port);
uint32_t erldp(test_world *world, uint32_t stream, const char *source, const char *target,
               cluster_erldp_kind kind, const char *text);
uint32_t arp_request(test_world *world, const char *source, const char *target);
uint32_t arp_reply(test_world *world, const char *source, const char *target);
uint32_t unreachable(test_world *world, const char *source, const char *target);
uint32_t dns_query(test_world *world, const char *client, const char *name);
/* address NULL: none. */
uint32_t dns_response(test_world *world, const char *client, const char *name, uint8_t rcode,
                      const char *address);

/* A message as the fields of *message have it; stream 0 takes the last one. */
uint32_t message(test_world *world, const char *client, const char *server,
                 cluster_message message);
/* SYN, SYN/ACK and the request; its stream is the world's last. */
uint32_t seek(test_world *world, const char *client, const char *server, const char *sender);
uint32_t watch(test_world *world, const char *client, const char *server, const char *sender);
/* The reply on a stream, and FINs of both sides. nodes ends with NULL. */
uint32_t reply(test_world *world, uint32_t stream, const char *client, const char *server,
               const char *sender, cluster_payload payload);
uint32_t reply_nodes(test_world *world, uint32_t stream, const char *client, const char *server,
                     const char *sender, const char *const *nodes);

/* A record, which must be there. */
const cluster_join *join_at(const test_world *world, uint32_t index);
const cluster_watch *watch_at(const test_world *world, uint32_t index);
/* The node of that name, and its state in a report. */
const cluster_node *node_named(const test_world *world, const char *name);
cluster_state state_of(const test_world *world, const char *name);
/* Checks code and frames of a cause; frames end with 0. */
void check_cause(const cluster_cause *cause, const char *code, const uint32_t *frames);

/* How many problems of that code the report has. */
unsigned problems_of(const test_world *world, const char *code);

#endif
