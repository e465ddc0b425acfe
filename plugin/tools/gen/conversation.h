/* conversation.h
 * The words in which a scenario is told: a capture, TCP connections in it, what each side sends.
 * May include: pcapng.h, packet.h, the codec, GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CONVERSATION_H
#define CONVERSATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "packet.h"
#include "pcapng.h"
#include "seekchat.h"

/* A capture that is being written. Scenarios set tunnel and read size; they use scratch and
 * text_keep to make a text of their own. The rest is private to the functions below. */
typedef struct {
    tunnel tunnel;      /* of the packets from now on */
    unsigned long size; /* given on the command line, for scenarios that take one */
    pcapng *file;
    uint64_t clock; /* microseconds since 1970 */
    uint16_t next_port;
    uint16_t next_ip_id;
    GStringChunk *texts; /* owns every text that the scenario makes */
    GString *scratch;
    packet packet;
} capture;

/* Starts a capture that is written to file, which it borrows. */
void capture_begin(capture *c, pcapng *file, unsigned long size);
void capture_end(capture *c);

/* Time that passes without a packet. */
void wait_ms(capture *c, unsigned milliseconds);

/* Texts. All live until capture_end. */

/* The bytes of a string literal, which may hold NUL bytes. */
#define RAW(literal) ((seekchat_text){.data = (literal), .length = sizeof(literal) - 1})

/* A message as encode writes it. */
seekchat_text message(capture *c, const char *sender, seekchat_type type, seekchat_payload payload);
seekchat_text message_nodes(capture *c, const char *sender, seekchat_type type,
                            const seekchat_text *nodes, size_t count);
/* A message with any words in it. */
seekchat_text message_words(capture *c, const char *sender, const char *type, const char *payload);
/* A reply with the nodes node10@node10.example.org and following. */
seekchat_text reply_nodes(capture *c, unsigned count);
/* A reply with nodes that is exactly so many bytes long, 100 at least. */
seekchat_text reply_of_length(capture *c, size_t length);
/* Text made as by printf, one text behind another, and a text repeated. */
seekchat_text text_of(capture *c, const char *format, ...) G_GNUC_PRINTF(2, 3);
seekchat_text text_join(capture *c, seekchat_text first, seekchat_text second);
seekchat_text text_keep(capture *c); /* what stands in scratch */
seekchat_text text_repeat(capture *c, const char *part, size_t times);

/* The usual messages between node2@10.99.0.2 and the Beacon node1@10.99.0.1. */
seekchat_text join_request(capture *c);
seekchat_text joined_reply(capture *c);
seekchat_text check_request(capture *c);

/* Connections. */

typedef enum { CLIENT, SERVER } side;

/* How a connection differs from the usual one; zero means the usual. */
typedef struct {
    const char *client;   /* address; 10.99.0.2 */
    const char *server;   /* 10.99.0.1 */
    uint16_t client_port; /* one that was not used yet */
    uint16_t server_port; /* SEEKCHAT_PORT */
    uint32_t client_isn;  /* initial sequence number; one that follows from the port */
    uint32_t server_isn;
    uint16_t mss; /* 1,460, with IPv6 1,440 */
} conn_spec;

typedef struct {
    capture *capture;
    endpoint end[2];
    uint32_t next[2]; /* sequence number of the next byte of each side */
    uint32_t seen[2]; /* what each side acknowledges: the other's bytes that it has */
    uint16_t mss;
    bool hidden[2]; /* the capture does not hold the packets of this side */
} conn;

/* A connection of which nothing has been captured so far, and one with its three-way handshake. */
conn conn_silent(capture *c, conn_spec spec);
conn conn_open(capture *c, conn_spec spec);

/* The three-way handshake. */
void handshake(conn *x);

/* Whether the capture lacks what a side sends from now on. */
void hide(conn *x, side who, bool hidden);

/* A side sends a text, in segments of the MSS; the other acknowledges. */
void says(conn *x, side who, seekchat_text text);

/* The bytes [from, to) of a text; to may be past its end. */
typedef struct {
    size_t from;
    size_t to;
} piece;
#define TO_END SIZE_MAX
/* The two last arguments of says_pieces. */
#define PIECES(...)                                                                                \
    (const piece[]){__VA_ARGS__}, sizeof((const piece[]){__VA_ARGS__}) / sizeof(piece)

/*
 * A side sends a text as the segments that are named, in that order: pieces may be swapped, be sent
 * twice, overlap or be left out of the capture. The other acknowledges the whole at the end.
 */
void says_pieces(conn *x, side who, seekchat_text text, const piece *pieces, size_t count);

/* A side sends a text in one segment, and nothing comes back; then the other acknowledges. */
void says_unacknowledged(conn *x, side who, seekchat_text text);
void acknowledges(conn *x, side who);

/*
 * A side sends one segment whose start is back bytes before what it would send next: bytes that it
 * has sent already, which may be followed by new ones.
 */
void repeats(conn *x, side who, seekchat_text text, size_t back);

/* A side ends its half of the connection; the other acknowledges. A side resets it. */
void fin(conn *x, side who);
void rst(conn *x, side who);

/* Both sides end it, the server first, as a Beacon does. */
void conn_close(conn *x);

/* A whole connection of the usual kind: one request, one reply; and one that is never answered. */
void exchange(capture *c, conn_spec spec, seekchat_text request, seekchat_text reply);
void unanswered(capture *c, seekchat_text request);

#endif
