/* rest.h
 * What a side of a SeekChat connection said behind the place where its reading stopped.
 * May include: conversation.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * Reading stops where the capture lacks bytes, which may come yet: in a later segment, or in the
 * capture that a merge joins with this one. What is known behind that place is found only when a
 * report asks, so it is the same whether one capture holds it or each piece of it read its own
 * part.
 */

#ifndef CLUSTER_REST_H
#define CLUSTER_REST_H

#include "conversation.h"

/* Whether a message was said behind the place to which its side was read. */
bool cluster_rest_is_behind(const cluster_conversation *conversation, const cluster_said *said);

/* Whether more may be known of a connection's messages than was read in a row. */
bool cluster_rest_is_any(const cluster_conversation *conversation);

/*
 * Reads on behind what the capture lacks: adds each whole message that is found there to what was
 * said, a side's behind its others in the order of their bytes. What pieces of the connection said
 * there, and one that read it in a row would not know, goes.
 */
void cluster_rest_read(cluster_facts *facts, cluster_conversation *conversation);

/*
 * The message at which the reading of a side stopped; false if there is none. Its reading says why
 * it is not whole; its frame is 0 if the capture holds no byte of it.
 */
bool cluster_rest_begun(cluster_facts *facts, const cluster_conversation *conversation,
                        cluster_side side, cluster_said *said);

#endif
