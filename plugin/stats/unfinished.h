/* unfinished.h
 * Messages that began and whose end has not come.
 * May include: cluster.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_STATS_UNFINISHED_H
#define SEEKCHAT_STATS_UNFINISHED_H

#include "cluster.h"

/* One message for each direction of a connection. */
typedef struct seekchat_unfinished seekchat_unfinished;

/* An empty collection; to be freed with seekchat_unfinished_free. */
seekchat_unfinished *seekchat_unfinished_new(void);
void seekchat_unfinished_free(seekchat_unfinished *unfinished);

/*
 * Keeps a copy of what is known of a message that began at this moment: all but its nodes. Returns
 * false if there is no more room.
 */
bool seekchat_unfinished_add(seekchat_unfinished *unfinished, cluster_moment when,
                             const cluster_message *message);

/* Forgets the message of this direction of a connection, if there is one: its end came. */
void seekchat_unfinished_remove(seekchat_unfinished *unfinished, uint32_t stream, bool from_server);

/*
 * Feeds the model with the messages whose end cannot come any more, now that a connection is closed
 * by this segment, and forgets them. A FIN closes its sender's direction, an RST both.
 */
void seekchat_unfinished_close(seekchat_unfinished *unfinished, const cluster_tcp *segment,
                               cluster_model *model);

/* Feeds the model with all messages in the order of their frames, and forgets them. */
void seekchat_unfinished_close_all(seekchat_unfinished *unfinished, cluster_model *model);

#endif
