/* messages.h
 * The messages that a dissection finds, as the dissector's tap tells them.
 * May include: Wireshark's interface, the dissector's tap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef WINDOW_MESSAGES_H
#define WINDOW_MESSAGES_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

/*
 * What the frames of a capture have of messages: a number for each frame, the same if they are the
 * same. Of a message that is not whole nothing counts: whether it is shown, and where, depends on
 * what was read.
 */
typedef struct {
    GArray *digests; /* uint64_t; of frame N at index N; 0: the frame has none */
    uint32_t whole;  /* messages in all */
    uint32_t parts;  /* what was told of others that are not whole */
} messages;

/* Begins to listen, once. Returns false, with a word on standard error, if that fails. */
bool messages_listen(void);

messages *messages_new(void);
void messages_free(messages *messages);

/* From now on what is found goes here; NULL: nowhere. */
void messages_collect(messages *messages);

/* The number of a frame. */
uint64_t messages_of_frame(const messages *messages, uint32_t frame);

#endif
