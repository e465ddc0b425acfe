/* world.h
 * A made-up network for the tests of the cluster model: each call is a frame that the model sees.
 * May include: cluster.h, payloads.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * The frames are what a capture would hold: TCP segments with raw sequence numbers and real bytes.
 * Each is recorded, too. When a world ends, world_free plays them again, cut into two captures at
 * every frame, with each frame twice, in a longer capture, and with a report behind every frame,
 * and checks that the report stays the same.
 *
 *     test_world *world = world_new();
 *     test_connection *asked = seek(world, SEEKER, BEACON, "node2@10.0.0.2");
 *     answer(asked, "node1@10.0.0.1", SEEKCHAT_PAYLOAD_JOINED);
 *     check(world, "joins[0].outcome", "joined");
 *     world_free(world);
 */

#ifndef TEST_WORLD_H
#define TEST_WORLD_H

#include "cluster.h"
#include "payloads.h"

/* Time of the first frame: 2026-01-02 03:04:05 UTC. */
#define WORLD_START 1767323045.0
/* Seconds between two frames, unless pass_time says otherwise. */
#define WORLD_TICK 0.001
#define WORLD_SNAP_ALL UINT32_MAX

/* Where things are and who they are, unless a test says otherwise. */
#define BEACON "10.0.0.1:33000"
#define SEEKER "10.0.0.2:40000"
#define NODE1 "node1@10.0.0.1" /* the Beacon's */
#define NODE2 "node2@10.0.0.2" /* the seeker's */
#define OPS "ops@10.0.0.9"     /* who watches */

/* What is not checked when a world ends; a test says why. */
typedef enum {
    WORLD_NO_PIECES = 1,  /* the capture cut in two, and a report behind every frame */
    WORLD_NO_DOUBLE = 2,  /* each frame twice */
    WORLD_NO_AMID = 8,    /* a longer capture: something waits for an answer when this one ends */
    WORLD_NO_FRAMES = 16, /* the same is read behind other frames where the capture is cut in two */
    WORLD_NO_REPORT = 4,  /* and it makes no report for the schema's test: it is too large */
} world_flag;

typedef struct {
    cluster_model *model;
    uint32_t frame; /* the last one */
    double time;
    uint32_t stream; /* the last one */
    uint32_t snap;   /* bytes of each payload that are captured; 0: all; WORLD_SNAP_ALL: none */
    unsigned flags;  /* world_flag */
    char *filter;    /* display filter; NULL */
    GArray *pairs;   /* cluster_pair, of addresses that are translated */
    GArray *ports;   /* uint16_t, that the model was given */
    GPtrArray *frames;
    GPtrArray *connections;
    GString *json; /* the newest report, of as many frames: */
    uint32_t json_frame;
} test_world;

typedef enum {
    CLIENT, /* who opens a connection */
    SERVER,
} test_side;

/* A TCP connection. The numbers of some lie just before 2^32. */
typedef struct {
    test_world *world;
    uint32_t stream;
    cluster_endpoint ends[2]; /* by test_side */
    uint32_t next[2];         /* raw sequence number of the side's next byte */
} test_connection;

/* A world with a model that knows port 33000. */
test_world *world_new(void);
/* Checks the report in all forms, plays the frames again as told above, and frees the world. */
void world_free(test_world *world);

void pass_time(test_world *world, double seconds);
void add_port(test_world *world, uint16_t port);
/* From now on a display filter hides frames: hidden tells the model of such a one. */
void set_filter(test_world *world, const char *filter);
uint32_t hidden(test_world *world);
uint32_t unread(test_world *world, cluster_unread kind);

cluster_text text_of(const char *string);
cluster_address address_of(const char *string);
cluster_endpoint endpoint_of(const char *string); /* "10.0.0.1:33000" */

/* A model that was fed with the frames from first to last (from 1 on), each as often as told, the
 * second and further ones a little later; by a clock that is so many seconds fast. To be freed with
 * cluster_model_free. */
cluster_model *replay(const test_world *world, uint32_t first, uint32_t last, unsigned times,
                      double fast);
/* The report in JSON of the same, once each. To be freed with g_free. */
char *report_of(const test_world *world, uint32_t first, uint32_t last, double fast);

/* From now on each TCP segment from or to an address is seen twice: behind it comes a copy on which
 * that address is another one, as on the other side of an address translation. */
void translate(test_world *world, const char *address, const char *other);

/* Connections belong to the world. Those below that make frames return the number of the last. */

/* Without a frame. */
test_connection *connection(test_world *world, const char *client, const char *server);
/* SYN, SYN/ACK, ACK. */
test_connection *connected(test_world *world, const char *client, const char *server);

uint32_t syn(test_connection *of);
uint32_t syn_ack(test_connection *of);
uint32_t refuse(test_connection *of); /* RST instead */
uint32_t ack(test_connection *of, test_side by);
uint32_t fin(test_connection *of, test_side by);
uint32_t reset(test_connection *of, test_side by);
/* A side's FIN, the other's, and the ACK; the number of the first. */
uint32_t closed(test_connection *of, test_side by);

/* One segment with bytes, which are freed. */
uint32_t say(test_connection *of, test_side by, GString *bytes);
/* The bytes in two segments, the second from an offset on. */
uint32_t say_split(test_connection *of, test_side by, GString *bytes, size_t at);
/* A segment with the bytes from..to, which are not freed, of a text that begins at the side's next
 * byte; and the step behind the text. So pieces may come in any order, late, twice, or not. */
uint32_t say_piece(test_connection *of, test_side by, const GString *bytes, size_t from, size_t to);
void said_all(test_connection *of, test_side by, GString *bytes);
/* Sent, and not in the capture. */
void lose(test_connection *of, test_side by, GString *bytes);

/* NODE2's request to join; the Beacon's reply that it did. */
GString *join_request(void);
GString *joined(void);

/* The connection, and a SeekChat request on it. */
test_connection *seek(test_world *world, const char *client, const char *server,
                      const char *sender);
test_connection *watch(test_world *world, const char *client, const char *server,
                       const char *sender);
/* A reply and the end of the connection; the number of the reply's frame. */
uint32_t answer(test_connection *of, const char *sender, seekchat_payload payload);
/* nodes ends with NULL. */
uint32_t answer_list(test_connection *of, const char *sender, const char *const *nodes);

/* One addressed by another: ARP for IPv4, neighbour solicitations and advertisements for IPv6. */
uint32_t arp_request(test_world *world, const char *source, const char *target);
uint32_t arp_reply(test_world *world, const char *source, const char *target);
/* ICMP "destination unreachable" by somebody that quotes a segment from source to target. */
uint32_t unreachable(test_world *world, const char *by, const char *source, const char *target);

uint32_t dns_query(test_world *world, const char *client, const char *name);
/* address NULL: none. */
uint32_t dns_response(test_world *world, const char *client, const char *name, uint8_t rcode,
                      const char *address);
uint32_t dns_unreachable(test_world *world, const char *client, const char *name);

/* A segment of any kind: for random ones. Its bytes are copied. */
uint32_t segment(test_world *world, const cluster_segment *segment);

#endif
