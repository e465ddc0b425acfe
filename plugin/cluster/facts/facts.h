/* facts.h
 * All that was seen: the records that a report is derived from.
 * May include: the other headers of facts/.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A report is a function of the facts alone. So facts that are read back, or put together from
 * several captures, give a report just as those that were watched. A cluster_facts owns its
 * records. This room judges nothing: it does not know what a join, a scan or a cluster is.
 */

#ifndef CLUSTER_FACTS_H
#define CLUSTER_FACTS_H

#include "address.h"
#include "cluster_limits.h"
#include "conversation.h"

/* One host asked for another by ARP or by neighbour solicitations, no two further apart than
 * CLUSTER_WALK_PAUSE. */
typedef struct {
    cluster_pair pair;       /* from the host that asks to the one that it asks for */
    cluster_moment first;    /* request */
    double last;             /* */
    uint32_t requests;       /* without copies closer together than CLUSTER_ARP_REPEAT */
    cluster_moment resolved; /* the first answer; frame 0: none */
    uint32_t frame_count;
    uint32_t frames[CLUSTER_ASKING_FRAMES_MAX]; /* of the requests */
} cluster_asking;

/* What came of a look-up of a name in the DNS. */
typedef struct {
    cluster_address client; /* who asked */
    uint32_t name;          /* of the texts */
    cluster_moment when;
    uint8_t kind;  /* cluster_dns_kind */
    uint8_t rcode; /* of a response */
    uint8_t address_count;
    cluster_address addresses[CLUSTER_LOOKUP_ADDRESSES_MAX];
} cluster_lookup;

typedef enum {
    CLUSTER_LIMIT_CONVERSATIONS,
    CLUSTER_LIMIT_STRANGERS,
    CLUSTER_LIMIT_OPEN,
    CLUSTER_LIMIT_EDGE,
    CLUSTER_LIMIT_PING,
    CLUSTER_LIMIT_STREAM,
    CLUSTER_LIMIT_SAID,
    CLUSTER_LIMIT_TEXTS,
    CLUSTER_LIMIT_NAME,
    CLUSTER_LIMIT_LISTED,
    CLUSTER_LIMIT_ASKED,
    CLUSTER_LIMIT_LOOKUPS,
    CLUSTER_LIMIT_TARGETS,
    CLUSTER_LIMIT_SCANS,
    CLUSTER_LIMIT_JSON_NAMES,
    CLUSTER_LIMIT_WALKS,
    CLUSTER_LIMIT_WAITING,
    CLUSTER_LIMITS, /* how many there are */
} cluster_limit;

/* The sentence for a limit that was reached: what is missing then. */
const char *cluster_limit_text(cluster_limit limit);

/* Bytes of the text that tells a capture from another. */
#define CLUSTER_DIGEST_LENGTH 32

/* How many there are of something, and the first one's frame. */
typedef struct {
    uint32_t count;
    uint32_t frame; /* 0: there is none */
} cluster_tally;

/* A capture that facts come from. All of its frames count, whatever a display filter shows. */
typedef struct {
    double first; /* the earliest and the latest time of a frame */
    double last;
    uint32_t frames;
    uint32_t before;                        /* frames of the captures before it */
    char digest[CLUSTER_DIGEST_LENGTH + 1]; /* of its facts, in hex; empty while it is read: */
    const char *filter;                     /* then these are the facts' own; interned, or NULL */
    cluster_tally unread[CLUSTER_UNREADS];
} cluster_capture;

struct cluster_facts {
    bool any; /* a frame was seen: first and last are set */
    double first;
    double last;
    char *filter; /* a display filter hides packets; NULL: none */
    cluster_tally unread[CLUSTER_UNREADS];
    uint32_t limits;          /* a bit for each cluster_limit that was reached */
    uint32_t listed;          /* names in all lists */
    uint8_t given[65536 / 8]; /* a bit for each port that the model was given */
    GPtrArray *conversations; /* cluster_conversation */
    GPtrArray *askings;       /* cluster_asking */
    GPtrArray *lookups;       /* cluster_lookup */
    GArray *captures;         /* cluster_capture, in their order; the one that is read is alone */
    GPtrArray *texts;         /* GBytes */
    GPtrArray *lists;         /* GArray of uint32_t: texts */
    GHashTable *text_places;  /* GBytes -> its place + 1 */
    GHashTable *list_places;  /* GArray -> its place + 1 */
    seekchat_decoder decoder; /* for whoever reads messages into these facts */
};

/* Facts without anything; and their end, which takes NULL. */
cluster_facts *cluster_facts_new(void);
void cluster_facts_free(gpointer facts);

/*
 * The place of a text among the texts, which it joins if it is new. Longer than
 * CLUSTER_NAME_BYTES_MAX it is cut, and ends with a mark. CLUSTER_NONE if there is no room.
 */
uint32_t cluster_facts_text(cluster_facts *facts, cluster_text text);

/* The text at a place, good as long as the facts; empty for CLUSTER_NONE. */
cluster_text cluster_facts_text_at(const cluster_facts *facts, uint32_t place);

/*
 * The place of a list of texts (GArray of uint32_t, which is taken over) among the lists, which it
 * joins if none is equal. CLUSTER_NONE if there is no room.
 */
uint32_t cluster_facts_list(cluster_facts *facts, GArray *list);
const GArray *cluster_facts_list_at(const cluster_facts *facts, uint32_t place);

/* Whether a port is one that the model was given. */
bool cluster_facts_is_given(const cluster_facts *facts, uint16_t port);

void cluster_facts_reach(cluster_facts *facts, cluster_limit limit);
bool cluster_facts_reached(const cluster_facts *facts, cluster_limit limit);

/* The place of the capture that a frame is of; UINT32_MAX if there is none. */
uint32_t cluster_facts_capture_of(const cluster_facts *facts, uint32_t frame);

/*
 * The two parts of a node's name, split at its first @: the part that EPMD knows, and the host.
 * Both point into name; without an @ the host is empty.
 */
void cluster_name_split(cluster_text name, cluster_text *alive, cluster_text *host);

/* Whether a look-up was for a host: that name, or with a search domain behind it. */
bool cluster_names_host(cluster_text name, cluster_text host);

bool cluster_text_equal(cluster_text one, cluster_text other);

#endif
