/* model.h
 * The state of a model while it is fed. Private to plugin/cluster.
 * May include: the other headers of plugin/cluster.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_MODEL_H
#define CLUSTER_MODEL_H

#include "evidence.h"
#include "facts.h"
#include "tries.h"

typedef enum {
    CLUSTER_ASKED_JOIN,
    CLUSTER_ASKED_WATCH,
    CLUSTER_ASKED_OTHER, /* a request that is neither, or cannot be read: a finding */
} cluster_asked;

/* A request whose reply has not come. */
typedef struct {
    cluster_asked asked;
    uint32_t record; /* index of the join, watch or finding; UINT32_MAX: there was no room */
    uint32_t frame;
    bool new_address;   /* it gave its sender an address that was not known */
    cluster_ping *ping; /* of a join; else NULL */
} cluster_request;

/*
 * A connection to a Beacon, or to a port that may be a Beacon's: made by its SYN or first message,
 * dropped when it was closed and nothing is pending, when it was closed CLUSTER_LINGER or idle
 * CLUSTER_IDLE ago, or when it is the oldest of too many.
 */
typedef struct {
    uint32_t stream;
    cluster_endpoint client;
    cluster_endpoint server;
    cluster_try *attempt;     /* NULL: it is part of no scan */
    bool known;               /* to be a Beacon's, by its port or by a message */
    bool asked;               /* a request was seen */
    bool opened;              /* its SYN was seen, */
    bool accepted;            /* and its SYN/ACK */
    bool closed[2];           /* by the client, by the server, */
    uint32_t closed_frame[2]; /* and in which frame */
    double last;              /* time of its last event */
    GArray *requests;         /* cluster_request, the oldest first; NULL before the first */
    GList link;               /* in the model's order */
} cluster_connection;

struct cluster_model {
    cluster_facts facts;
    cluster_evidence evidence;
    cluster_tries tries;
    GHashTable *connections;  /* TCP stream -> cluster_connection that is known to be a Beacon's */
    GQueue order;             /* of the connections: the one idle for longest first */
    GHashTable *strangers;    /* the others, */
    GQueue strange_order;     /* and their order */
    GHashTable *gone;         /* TCP stream -> its attempt, or NULL; of connections that ended */
    uint8_t given[65536 / 8]; /* a bit for each locator port that the caller added */
};

/* The connection of a stream, moved to the end of the order; NULL if there is none. */
cluster_connection *cluster_connection_find(cluster_model *model, cluster_moment when,
                                            uint32_t stream);
/* A new one; known if it carries a message. Oldest ones go where it is time for them. */
cluster_connection *cluster_connection_add(cluster_model *model, cluster_moment when,
                                           uint32_t stream, const cluster_endpoint *client,
                                           const cluster_endpoint *server, bool known);
/* Ends a connection and what is pending on it. */
void cluster_connection_drop(cluster_model *model, cluster_connection *connection);

/* A message on its connection. */
void cluster_request_seen(cluster_model *model, cluster_moment when, cluster_connection *connection,
                          const cluster_message *message);
void cluster_reply_seen(cluster_model *model, cluster_moment when, cluster_connection *connection,
                        const cluster_message *message);

/* How a connection with pending requests ended. */
typedef enum {
    CLUSTER_END_CLOSED,   /* the Beacon's side closed it */
    CLUSTER_END_GIVEN_UP, /* the client's side closed it, before the Beacon's did */
    CLUSTER_END_REFUSED,  /* RST of the Beacon's side, which had not accepted it */
    CLUSTER_END_RESET_BY_SERVER,
    CLUSTER_END_RESET_BY_CLIENT,
} cluster_end;

/* Notes on the records of the requests that are pending why there is no reply. */
void cluster_requests_unanswered(cluster_model *model, const cluster_connection *connection,
                                 cluster_end end, uint32_t frame);

#endif
