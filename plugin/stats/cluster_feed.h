/* cluster_feed.h
 * The tap listeners that feed the model of the cluster report.
 * May include: cluster.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_STATS_CLUSTER_FEED_H
#define SEEKCHAT_STATS_CLUSTER_FEED_H

#include "cluster.h"

typedef struct seekchat_feed seekchat_feed;

/* What a feed calls, with the data it was given: its report is to be drawn; it is gone. */
typedef struct {
    void (*draw)(void *data);
    void (*finish)(void *data);
} seekchat_feed_owner;

/*
 * A model and the listeners that feed it with the packets that a display filter lets through; with
 * all if filter is NULL. From now on Wireshark owns the feed: at its end, or at that of
 * seekchat_feed_stop, it calls owner->finish and is gone. On failure the result is NULL and *error
 * says why; to be freed with g_free.
 */
seekchat_feed *seekchat_feed_start(const char *filter, const seekchat_feed_owner *owner, void *data,
                                   char **error);
void seekchat_feed_stop(seekchat_feed *feed);

/* What it fed so far. Valid until the next packet of a new pass. */
cluster_model *seekchat_feed_model(const seekchat_feed *feed);

#endif
