/* text.h
 * The text of a message as Wireshark shows it: whole strings, and one line that sums it up.
 * May include: the codec, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_TEXT_H
#define SEEKCHAT_TEXT_H

#include <wsutil/wmem/wmem.h>

#include "dissector_limits.h"
#include "seekchat.h"

/*
 * The text of a string's span, escapes resolved, as a string of Wireshark in pool. A NUL in the
 * text, which would end it there, becomes U+2400 (the symbol for NUL).
 */
char *seekchat_string(wmem_allocator_t *pool, const uint8_t *bytes, seekchat_span span);

/* The same for the bytes of any value, as they are in the message. */
char *seekchat_raw(wmem_allocator_t *pool, const uint8_t *bytes, seekchat_span span);

/* What stands for a list of so many nodes, such as "2 nodes"; in pool. */
char *seekchat_node_count_text(wmem_allocator_t *pool, uint32_t count);

/*
 * Whether text, which is UTF-8, holds a character that is not seen and changes what is seen: one of
 * Unicode's categories Cf, such as those that turn the direction of writing, Zl and Zp. Wireshark
 * leaves some of them as they are, depending on its version.
 */
bool seekchat_disturbs(const char *text);

/* length bytes of text, which is UTF-8, with all these and control characters escaped; in pool. */
char *seekchat_escaped(wmem_allocator_t *pool, const char *text, size_t length);

/* Room for the line of one message: words, two names whose every byte is escaped, and marks. */
#define SEEKCHAT_SUMMARY_SIZE (2 * 4 * SEEKCHAT_INFO_NAME + 2 * 4 * SEEKCHAT_INFO_NAME + 128)

/* A line under construction; always NUL-terminated. */
typedef struct {
    size_t length;
    char text[SEEKCHAT_SUMMARY_SIZE];
} seekchat_summary;

/* Empties the line. */
void seekchat_summary_init(seekchat_summary *summary);

/* Appends text; what has no room is left out. */
void seekchat_summary_add(seekchat_summary *summary, const char *text);

/* Appends type and payload, such as "seeking join", with nothing that could disturb a terminal. */
void seekchat_summary_add_words(seekchat_summary *summary, wmem_allocator_t *pool,
                                const seekchat_message *message, const uint8_t *bytes);

/* Likewise the sender, and peer, if it is not NULL: the sender of the request that is answered. */
void seekchat_summary_add_names(seekchat_summary *summary, wmem_allocator_t *pool,
                                const seekchat_message *message, const uint8_t *bytes,
                                const char *peer);

#endif
