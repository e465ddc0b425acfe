/* facts.h
 * The recorded facts that a report is derived from: nodes, joins, watches, scans and findings.
 * May include: the other headers of plugin/cluster.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A cluster_facts owns its records. The model fills one while it is fed; a report is a function of
 * it alone, so one that is filled from elsewhere gives a report just as well.
 */

#ifndef CLUSTER_FACTS_H
#define CLUSTER_FACTS_H

#include "address.h"
#include "cluster.h"
#include "cluster_limits.h"

/* In place of the index of a node: none, or not known. */
#define CLUSTER_NO_NODE UINT32_MAX

typedef enum {
    CLUSTER_ROLE_BEACON = 1 << 0,  /* answered a request */
    CLUSTER_ROLE_SEEKER = 1 << 1,  /* asked to join */
    CLUSTER_ROLE_WATCHER = 1 << 2, /* asked whether anything listens */
    CLUSTER_ROLE_LISTED = 1 << 3,  /* named by a Beacon's list */
} cluster_role;

typedef struct {
    cluster_text name;      /* owned; at most CLUSTER_NAME_BYTES_MAX bytes and the mark of a cut */
    cluster_text host;      /* behind the first @ of name; length 0 without one */
    GArray *addresses;      /* cluster_address, in the order they were seen */
    GArray *address_frames; /* uint32_t: the frame in which each of them was first seen */
    uint32_t first_frame;   /* that names it; 0: none known */
    uint32_t last_frame;    /* */
    uint8_t roles;          /* cluster_role bits */
    GArray *last_list;      /* its newest list (see cluster_watch.nodes), or NULL */
} cluster_node;

/* Why something went wrong: a code, the frames that show it, and a sentence of printable text. */
typedef struct {
    const char *code; /* a constant */
    char *text;
    uint32_t frames[CLUSTER_CAUSE_FRAMES_MAX];
    uint32_t frame_count;
} cluster_cause;

typedef enum {
    CLUSTER_OUTCOME_PENDING, /* no reply yet: reported as no_reply, never_answered */
    CLUSTER_OUTCOME_JOINED,
    CLUSTER_OUTCOME_JOIN_FAILED,
    CLUSTER_OUTCOME_SELF,
    CLUSTER_OUTCOME_ERROR,    /* replied `error`, or something that is no answer to seeking */
    CLUSTER_OUTCOME_NO_REPLY, /* */
    CLUSTER_OUTCOME_REFUSED,  /* the Beacon's host reset the connection and had not accepted it */
} cluster_outcome;

/* A request and what became of it. Frames are 0 and nodes CLUSTER_NO_NODE where not known. */
typedef struct {
    uint32_t asker;
    uint32_t beacon; /* by its reply; else see cluster_facts_beacon */
    uint32_t request_frame;
    uint32_t reply_frame;
    double request_time;
    double reply_time;
    bool answered; /* a reply came */
    cluster_endpoint client;
    cluster_endpoint server;
    cluster_cause *cause; /* owned; NULL if nothing went wrong, or it is not known yet */
} cluster_exchange;

typedef struct {
    cluster_exchange exchange;
    cluster_outcome outcome;
} cluster_join;

typedef struct {
    cluster_exchange exchange;
    GArray *nodes; /* uint32_t indices, a reference; NULL: no list. standalone is an empty list */
} cluster_watch;

typedef enum {
    CLUSTER_TRY_SILENT,   /* a SYN without an answer */
    CLUSTER_TRY_REFUSED,  /* RST */
    CLUSTER_TRY_ANSWERED, /* SYN/ACK, or a message */
} cluster_try_state;

/*
 * An attempt to connect that may be part of a Locator's walk. One to a port that no Beacon is known
 * to have is a stranger: it counts as soon as a message shows, here or elsewhere, that the port is
 * a Beacon's.
 */
typedef struct {
    cluster_moment when; /* of its SYN, or of what was seen of it first */
    cluster_endpoint client;
    cluster_endpoint server;
    uint8_t state; /* cluster_try_state */
    bool given;    /* the port is one of those that the model was given */
    bool heard;    /* it carried a message, */
    bool sought;   /* a seeking request */
    bool listed;   /* it is among the facts */
    GList link;
} cluster_try;

/*
 * ARP requests of one host for another, none CLUSTER_WALK_PAUSE or more after the one before. One
 * without requests is an answer to some that came before the capture began.
 */
typedef struct {
    cluster_pair pair;    /* from the host that asks to the one that it asks for */
    cluster_moment first; /* of the requests */
    double last;          /* */
    uint32_t requests;    /* without those closer together than CLUSTER_ARP_REPEAT */
    bool resolved;        /* an answer came */
    bool nearby;          /* to another that began, or to an attempt, of the same host */
    GList link;
} cluster_asking;

typedef enum {
    CLUSTER_NOTE,
    CLUSTER_WARNING,
    CLUSTER_ERROR,
} cluster_severity;

/* A problem that follows from one message alone. */
typedef struct {
    cluster_severity severity;
    bool if_unanswered; /* no problem once a reply came */
    bool answered;
    cluster_cause *cause; /* owned */
} cluster_finding;

typedef enum {
    CLUSTER_LIMIT_NODES = 1 << 0,
    CLUSTER_LIMIT_JOINS = 1 << 1,
    CLUSTER_LIMIT_WATCHES = 1 << 2,
    CLUSTER_LIMIT_SCANS = 1 << 3,
    CLUSTER_LIMIT_TARGETS = 1 << 4,
    CLUSTER_LIMIT_FINDINGS = 1 << 5,
    CLUSTER_LIMIT_LISTED = 1 << 6,
    CLUSTER_LIMIT_ADDRESSES = 1 << 7,
    CLUSTER_LIMIT_NAME = 1 << 8,
    CLUSTER_LIMIT_CONNECTIONS = 1 << 9,
    CLUSTER_LIMIT_REQUESTS = 1 << 10,
    CLUSTER_LIMIT_PINGS = 1 << 11,
    CLUSTER_LIMIT_ATTEMPTS = 1 << 12,
    CLUSTER_LIMIT_WALKS = 1 << 13,
    CLUSTER_LIMIT_TRIES = 1 << 14,
    CLUSTER_LIMIT_STRANGERS = 1 << 15,
} cluster_limit;

/* All limits. */
#define CLUSTER_LIMITS ((1u << 16) - 1)

/* Bytes of the text that tells a capture from another. */
#define CLUSTER_DIGEST_LENGTH 32

/* A capture that facts come from. All of its frames count, whatever a display filter shows. */
typedef struct {
    double first; /* the earliest and the latest time of a frame */
    double last;
    uint32_t frames;
    uint32_t before; /* frames of the captures before it: its own are numbered from there on */
    char digest[CLUSTER_DIGEST_LENGTH + 1]; /* of its facts, in hex */
} cluster_capture;

/* Who answers at an endpoint, and when it last did. */
typedef struct {
    uint32_t node;
    cluster_moment when;
} cluster_answerer;

typedef struct {
    bool any; /* a frame was seen: first and last are set */
    double first;
    double last;
    GArray *nodes;            /* cluster_node */
    GArray *joins;            /* cluster_join, in the order of the requests */
    GArray *watches;          /* cluster_watch */
    GArray *findings;         /* cluster_finding */
    GQueue tries;             /* cluster_try */
    GQueue asked;             /* cluster_asking */
    uint32_t strangers;       /* of the tries */
    uint32_t listed;          /* names in all lists */
    uint32_t limits;          /* cluster_limit bits of those that were hit */
    GHashTable *by_name;      /* cluster_text * of a node -> index + 1 */
    GHashTable *by_endpoint;  /* cluster_endpoint * -> cluster_answerer */
    uint8_t ports[65536 / 8]; /* a bit for each port of a server that a message showed */
    cluster_capture own;      /* what is known of the capture that is being read, */
    GArray *captures;         /* or, of facts that were joined, cluster_capture in their order */
} cluster_facts;

void cluster_facts_init(cluster_facts *facts);
void cluster_facts_clear(cluster_facts *facts);

/*
 * The index of the node with that name, which is added if it is new; CLUSTER_NO_NODE for an empty
 * name and when CLUSTER_NODES_MAX are known. frame (0: none) widens its first and last frame.
 */
uint32_t cluster_facts_node(cluster_facts *facts, cluster_text name, uint32_t frame);

/* The node of an index; NULL for CLUSTER_NO_NODE. Valid until the next node is added. */
cluster_node *cluster_facts_node_at(const cluster_facts *facts, uint32_t node);

/* Notes a role of a node; nothing for CLUSTER_NO_NODE. */
void cluster_facts_take_role(cluster_facts *facts, uint32_t node, cluster_role role);

/*
 * Notes an address of a node that was seen in a frame; true if it is new. Takes one away that
 * turned out to be another's.
 */
bool cluster_facts_take_address(cluster_facts *facts, uint32_t node, const cluster_address *address,
                                uint32_t frame);
void cluster_facts_drop_address(cluster_facts *facts, uint32_t node,
                                const cluster_address *address);

/* Notes an address that other facts have of a node, with its first frame; the first ones stay. */
void cluster_facts_join_address(cluster_facts *facts, uint32_t node, const cluster_address *address,
                                uint32_t frame);

/* Notes that a node answered a request at an endpoint. The latest counts. */
void cluster_facts_answers_at(cluster_facts *facts, uint32_t node, const cluster_endpoint *server,
                              cluster_moment when);

/* The Beacon of an exchange: by the reply, else the one that last answered at that endpoint. */
uint32_t cluster_facts_beacon(const cluster_facts *facts, const cluster_exchange *exchange);

/* The index of the capture that a frame is of; UINT32_MAX if there is none. */
uint32_t cluster_facts_capture_of(const cluster_facts *facts, uint32_t frame);

/* Each adds a record and returns its index, or UINT32_MAX if there is no room for it. */
uint32_t cluster_facts_add_join(cluster_facts *facts, const cluster_join *join);
uint32_t cluster_facts_add_watch(cluster_facts *facts, const cluster_watch *watch);
/* Takes the cause over, also where there is no room. */
uint32_t cluster_facts_add_finding(cluster_facts *facts, const cluster_finding *finding);

cluster_join *cluster_facts_join_at(const cluster_facts *facts, uint32_t join);
cluster_watch *cluster_facts_watch_at(const cluster_facts *facts, uint32_t watch);
cluster_finding *cluster_facts_finding_at(const cluster_facts *facts, uint32_t finding);

/*
 * A node list (a reference to be given back with g_array_unref) of the names that a Beacon gave,
 * which become nodes. It becomes the Beacon's newest list; one equal to that shares its memory.
 */
GArray *cluster_facts_list(cluster_facts *facts, uint32_t beacon, const cluster_message *message,
                           uint32_t frame);

/* An attempt, not yet among the facts; and its end where it is not, or is to go. */
cluster_try *cluster_try_new(cluster_moment when, const cluster_endpoint *client,
                             const cluster_endpoint *server);
void cluster_try_free(cluster_facts *facts, cluster_try *attempt);
/* Puts an attempt among the facts, if there is room, or takes it out again. Then owned by them. */
void cluster_facts_list_try(cluster_facts *facts, cluster_try *attempt);
void cluster_facts_unlist_try(cluster_facts *facts, cluster_try *attempt);

/* Adds a copy; NULL if there is no room. Takes one out and frees it. */
cluster_asking *cluster_facts_add_asking(cluster_facts *facts, const cluster_asking *asking);
void cluster_facts_drop_asking(cluster_facts *facts, cluster_asking *asking);

/* Less than, equal to or greater than 0, as one moment is before, at or after the other. */
int cluster_moment_compare(const cluster_moment *one, const cluster_moment *other);

/* The constant for a cause's code that a report spells so; NULL if there is no such cause. */
const char *cluster_cause_code(const char *word);

/* A cause with code (a constant), text (taken over) and no frames. For cluster_cause_free. */
cluster_cause *cluster_cause_new(const char *code, char *text);
void cluster_cause_free(cluster_cause *cause);
/* Adds a frame in rising order; nothing for 0, one that is there, and when there is no room. */
void cluster_cause_add_frame(cluster_cause *cause, uint32_t frame);

/* For tables whose keys are lists of nodes: GArray of uint32_t. */
guint cluster_list_hash(gconstpointer key);
gboolean cluster_list_equal(gconstpointer one, gconstpointer other);

#endif
