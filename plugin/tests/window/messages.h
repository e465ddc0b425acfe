/* messages.h
 * The messages that a dissection finds, as the dissector's tap tells them.
 * May include: a capture, the codec, the dissector's tap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef WINDOW_MESSAGES_H
#define WINDOW_MESSAGES_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "capture.h"
#include "seekchat.h"

/* A message that is whole, or something that is no JSON. */
typedef struct message {
    uint32_t frame;   /* that shows it, counted from the base */
    uint32_t answers; /* the frame of the request that it answers, likewise; 0: none */
    uint32_t stream;  /* number of its connection */
    bool request;     /* it comes from the client */
    seekchat_status status;
    uint64_t content; /* a number for what it says: see messages_content */
} message;

/*
 * What frames of a capture have of messages. Of a message that is not whole nothing counts: whether
 * it is shown, and where, depends on what was read.
 */
typedef struct {
    uint32_t base;   /* the frames behind this one */
    GArray *digests; /* uint64_t; of frame base + N at index N: the same for the same messages; 0:
                      * it has none */
    GArray *list;    /* message, in the order in which they were told */
    uint32_t whole;  /* messages in all */
    uint32_t parts;  /* what was told of others that are not whole */
    bool left_out;   /* of a frame with many, some were only counted */
} messages;

/* Begins to listen, once. Returns false, with a word on standard error, if that fails. */
bool messages_listen(void);

/* Nothing, of frames behind base. For the caller to free by messages_free. */
messages *messages_new(uint32_t base);
void messages_free(messages *messages);

/* capture_dissect, adding to messages what the frame has of them. */
epan_dissect_t *messages_dissect(messages *messages, capture *capture, uint32_t frame, bool tree);

/* The number of a frame. */
uint64_t messages_of_frame(const messages *messages, uint32_t frame);

/* True if both have the same list, but for the numbers of connections. */
bool messages_equal(const messages *one, const messages *other);

/*
 * What a message says, as a number. texts: type, sender, and the payload if it is a word, NULL for
 * what is absent or something else; nodes: count of them. What is no JSON says nothing.
 */
uint64_t messages_content(seekchat_status status, const char *const texts[SEEKCHAT_KEYS],
                          const char *const *nodes, uint32_t count, uint32_t length);

#endif
