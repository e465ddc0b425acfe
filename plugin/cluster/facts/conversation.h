/* conversation.h
 * A TCP connection: who, when, how far it came, and what was said on it.
 * May include: packets.h, cluster_limits.h, the codec's words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * One record holds all that a report needs to know of a connection. watch/ fills it segment by
 * segment; merge/ writes it and reads it back; report/ joins the pieces that several captures hold
 * of one connection and goes on reading where the first one stopped.
 *
 * Bytes are read as they come (speech.h). Only those that say nothing yet, because more must come
 * first, are kept (stream.h).
 */

#ifndef CLUSTER_CONVERSATION_H
#define CLUSTER_CONVERSATION_H

#include "cluster_limits.h"
#include "packets.h"
#include "seekchat.h"

/* In place of a text or a list: none. */
#define CLUSTER_NONE UINT32_MAX

/* The side that opened the connection, and the one that accepted it. */
typedef enum {
    CLUSTER_CLIENT,
    CLUSTER_SERVER,
} cluster_side;

/* What a side speaks, by its first bytes. */
typedef enum {
    CLUSTER_SPEAKS_NOTHING,  /* no byte came, or too few to tell */
    CLUSTER_SPEAKS_SEEKCHAT, /* */
    CLUSTER_SPEAKS_EPMD,     /* */
    CLUSTER_SPEAKS_DIST,     /* the distribution's handshake, or what follows it */
    CLUSTER_SPEAKS_TLS,      /* */
    CLUSTER_SPEAKS_OTHER,    /* something that the model does not read */
} cluster_speech;

typedef enum {
    CLUSTER_SAID_REQUEST,         /* SeekChat: type, payload, text the sender */
    CLUSTER_SAID_REPLY,           /* the same, and list */
    CLUSTER_SAID_PORT_REQUEST,    /* PORT2_REQ: text the name */
    CLUSTER_SAID_PORT_ANSWER,     /* PORT2_RESP: number the port, or 0; type the result */
    CLUSTER_SAID_NAME,            /* SEND_NAME: text the name of the node that connects */
    CLUSTER_SAID_STATUS,          /* SEND_STATUS: text the word */
    CLUSTER_SAID_CHALLENGE,       /* SEND_CHALLENGE: text the name of the node that answers */
    CLUSTER_SAID_CHALLENGE_REPLY, /* */
    CLUSTER_SAID_CHALLENGE_ACK,   /* */
    CLUSTER_SAID_RUNNING,         /* traffic of a distribution connection that was there before */
    CLUSTER_SAID_TLS_HELLO,       /* the first handshake record */
    CLUSTER_SAID_TLS_ALERT,       /* in clear: number its description */
    CLUSTER_SAID_TLS_SEALED,      /* the first record that is encrypted */
    CLUSTER_SAID_KINDS,
} cluster_said_kind;

/* How a SeekChat message could be read. */
typedef enum {
    CLUSTER_READ_WHOLE,   /* a message */
    CLUSTER_READ_INVALID, /* not JSON, or JSON that is no SeekChat message */
    CLUSTER_READ_CUT,     /* the snap length cut a frame of it */
    CLUSTER_READ_HOLE,    /* the capture lacks bytes of it */
    CLUSTER_READ_BEGUN,   /* its end was not sent, as far as the capture goes */
} cluster_reading;

/* Something that one side said. */
typedef struct {
    uint8_t kind;    /* cluster_said_kind */
    uint8_t side;    /* cluster_side */
    uint8_t type;    /* seekchat_type; or EPMD's result */
    uint8_t payload; /* seekchat_payload */
    uint8_t reading; /* cluster_reading */
    bool split;      /* it came in several segments */
    uint16_t number;
    uint32_t at;     /* raw sequence number of its first byte */
    uint32_t frame;  /* that completed it */
    uint32_t text;   /* of the facts' texts; or CLUSTER_NONE */
    uint32_t word;   /* of a message whose type is none of the documented: the type's text */
    uint32_t list;   /* of the facts' lists; or CLUSTER_NONE */
    uint32_t length; /* bytes */
    double time;
} cluster_said;

/* Bytes of one side that say nothing yet, because more must come: stream.h. */
typedef struct cluster_stream cluster_stream;

/* One side of a connection. */
typedef struct {
    cluster_endpoint end;
    uint8_t speech;         /* cluster_speech */
    bool based;             /* base is known */
    bool whole;             /* base is the one that SYN gave: nothing was said before it */
    bool over;              /* nothing more is read of this side */
    uint32_t base;          /* raw sequence number of the first byte */
    uint32_t next;          /* of the first byte that was not read */
    uint32_t sent;          /* behind the last byte that is known to have been sent */
    uint32_t fin;           /* frame of the first FIN; 0: none */
    uint32_t reset;         /* frame of the first RST */
    uint32_t cut;           /* first frame whose payload the snap length cut */
    uint32_t again;         /* segments sent again since the other side was last heard; */
    uint32_t again_frame;   /* the first of them, */
    double again_time;      /* and its time */
    double last;            /* time of the last segment; 0: none was seen */
    cluster_stream *stream; /* owned; NULL: nothing is kept */
} cluster_party;

/* The record. Times are seconds, frames 0 where there is none. */
typedef struct {
    cluster_party party[2]; /* by cluster_side */
    cluster_moment first;   /* what was seen of it first, */
    cluster_moment last;    /* and last */
    uint32_t syn;           /* frame of the first SYN, */
    uint32_t syn_ack;       /* and of the answer */
    uint32_t unreachable;   /* frame of ICMP that answered the SYN */
    double ended;           /* time of the first FIN or RST; 0: none */
    bool prohibited;        /* the ICMP came from the server's own host */
    bool turned;            /* what was said showed who opened it */
    bool locator;           /* the server's port is one that the model was given */
    bool crowded;           /* more was said than CLUSTER_SAID_MAX: the rest was not read */
    bool edge;              /* it may have gone on before or behind the capture */
    uint16_t said_count;
    uint16_t said_room;
    cluster_said *said; /* owned; in the order in which it was completed */
    GArray *repeats;    /* uint32_t, frames of SYNs that were sent again; NULL: none */
} cluster_conversation;

typedef struct cluster_facts cluster_facts;

/* How far a sequence number lies behind another; negative: before it. */
static inline int32_t cluster_distance(uint32_t from, uint32_t to)
{
    return (int32_t)(to - from);
}

/* A connection of which nothing was seen. To be freed with cluster_conversation_free. */
cluster_conversation *cluster_conversation_new(const cluster_endpoint *client,
                                               const cluster_endpoint *server);
void cluster_conversation_free(gpointer conversation);

/* A copy that shares nothing. */
cluster_conversation *cluster_conversation_copy(const cluster_conversation *conversation);

/*
 * A segment of the connection: keeps its flags and numbers, and reads what it says. Texts and lists
 * go to the facts.
 */
void cluster_conversation_segment(cluster_facts *facts, cluster_conversation *conversation,
                                  cluster_moment when, const cluster_segment *segment);

/*
 * Takes up what another record holds of the same connection: a later piece of it, or (is_copy) the
 * same segments, seen elsewhere. Goes on reading where the bytes of both allow it.
 */
void cluster_conversation_join(cluster_facts *facts, cluster_conversation *conversation,
                               const cluster_conversation *other, bool is_copy);

/* The first thing said of a kind, or the next one behind one that was found; NULL if there is none.
 */
const cluster_said *cluster_conversation_find(const cluster_conversation *conversation,
                                              cluster_said_kind kind, const cluster_said *behind);

/* What shows that a distribution connection is up: the handshake's end, or what runs on one that
 * was there before; NULL if nothing does. */
const cluster_said *cluster_conversation_up(const cluster_conversation *conversation);

/* Appends to what was said; false if there is no room. */
bool cluster_conversation_say(cluster_conversation *conversation, const cluster_said *said);

/* What the connection is for, by what either side speaks. */
cluster_speech cluster_conversation_speech(const cluster_conversation *conversation);

/* Bytes of a side that were sent and are not in the capture, behind those that were read in a row.
 */
uint32_t cluster_conversation_missing(const cluster_conversation *conversation, cluster_side side);

/* Bytes of memory that what waits to be read takes; and to read no more of either side. */
uint64_t cluster_conversation_waiting(const cluster_conversation *conversation);
void cluster_conversation_give_up(cluster_conversation *conversation);

/* Whether a side, or either, ended the connection. */
bool cluster_conversation_ended(const cluster_conversation *conversation);

/* Exchanges client and server. */
void cluster_conversation_turn(cluster_conversation *conversation);

#endif
