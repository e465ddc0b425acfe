/* window.h
 * The connections of the last while: those that go on, and those that ended not long ago.
 * May include: facts/.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_WINDOW_H
#define CLUSTER_WINDOW_H

#include "facts.h"

/* A connection in the window. Its record is the window's until it is kept, then the facts'. */
typedef struct {
    cluster_conversation *conversation;
    uint32_t stream;  /* Wireshark's number of it; UINT32_MAX: it has none */
    uint64_t waiting; /* what waits on it, as it was counted last */
    bool kept;
    bool ended;
    bool
        edge; /* it began when the capture did; in a pause the conversation's may tell of the end */
    GList link;
} cluster_open;

typedef struct {
    cluster_facts *facts; /* borrowed */
    GHashTable *streams;  /* stream -> cluster_open */
    GHashTable *newest;   /* ends of the newest SYN between them -> cluster_open */
    GQueue going;         /* cluster_open; the one that is idle for longest first */
    GQueue over;          /* likewise, of those that ended */
    uint32_t strangers;   /* attempts that are kept for themselves, */
    uint32_t edges;       /* and connections that are kept for when they began */
    uint32_t begun;       /* that were open when the capture began, and may wait for a merge */
    uint64_t waiting;     /* of all that were not freed */
    guint kept;           /* facts before a pause; 0: there is none */
    uint32_t limits;      /* of the facts before a pause: what was reached */
    bool paused;
} cluster_window;

void cluster_window_init(cluster_window *window, cluster_facts *facts);
void cluster_window_clear(cluster_window *window);

/* The connection of a segment, which is new if the window has none. */
cluster_open *cluster_window_find(cluster_window *window, cluster_moment when,
                                  const cluster_segment *segment);

/* The newest attempt to connect from an endpoint to another; NULL if there is none. */
cluster_open *cluster_window_attempt(const cluster_window *window, const cluster_endpoint *source,
                                     const cluster_endpoint *target);
/* Adds one of which only an answer was seen. */
cluster_open *cluster_window_add(cluster_window *window, cluster_moment when,
                                 const cluster_endpoint *source, const cluster_endpoint *target);

/* After a segment: puts the connection where it belongs, and keeps it if it is worth it. */
void cluster_window_touch(cluster_window *window, cluster_open *open);

/* After a segment: counts what waits on the connection now, and gives it up if that is too much. */
void cluster_window_weigh(cluster_window *window, cluster_open *open);

/* Makes a connection a fact. */
void cluster_window_keep(cluster_window *window, cluster_open *open);

/*
 * Keeps what went on since a time and may belong to the ping that a request on a connection made:
 * host is the seeker's, of its name, if that is an address.
 */
void cluster_window_claim(cluster_window *window, const cluster_conversation *asked, double since,
                          const cluster_address *host);

void cluster_window_pause(cluster_window *window);
void cluster_window_resume(cluster_window *window);

#endif
