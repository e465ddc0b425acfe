/* members.h
 * Makes the message: what its object's keys, values and nodes are, and what is at fault.
 * May include: the C library, scan.h, words.h and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_MEMBERS_H
#define SEEKCHAT_MEMBERS_H

#include "scan.h"
#include "seekchat.h"
#include "words.h"

/* scan.key of a member that is not used. */
enum {
    MEMBER_EXTRA = SEEKCHAT_KEYS,
    MEMBER_DUPLICATE,
};

/* A key of the message's object: says in scan.key which. */
void members_take_key(seekchat_decoder *decoder, const uint8_t *bytes, seekchat_span key);

/* The value of that key begins, with the byte first. */
void members_begin_value(seekchat_decoder *decoder, uint8_t first, uint32_t offset);

/* The value of that key, whole; first is its first byte. */
void members_take_value(seekchat_decoder *decoder, const uint8_t *bytes, seekchat_span value);

/* The value is a string and that key one of the three, for the first time. */
void members_take_string(seekchat_decoder *decoder, const uint8_t *bytes, seekchat_key key,
                         seekchat_span value);

/* The value of type or payload is a string, and its text kept: says which word it is. */
SCAN_INLINE void members_take_word(seekchat_decoder *decoder, const uint8_t *bytes,
                                   seekchat_key key)
{
    size_t length;
    const char *text = seekchat_span_peek(decoder, bytes, decoder->message.value[key], &length);
    /* In front of a value at least its key, a colon and a bracket are readable, as words_find wants
     * it, and so is what stands in front of a text that is kept. */
    const words_entry *word = words_find((const uint8_t *)text + length, length);
    if (key == SEEKCHAT_KEY_TYPE) {
        decoder->message.type = word->type;
    } else {
        decoder->message.payload = word->payload;
    }
}

/* A value in the payload's array begins, with the byte first. */
void members_begin_node(seekchat_decoder *decoder, uint8_t first, uint32_t offset);

/* A string in the payload's array. */
void members_take_node(seekchat_decoder *decoder, const uint8_t *bytes, seekchat_span node);

/* Makes room for more nodes; there was none left. */
void members_grow_nodes(seekchat_scan *scan);

/* The value that is the whole message begins, with the byte first. */
void members_begin_message(seekchat_decoder *decoder, uint8_t first, uint32_t offset);

/* The message ends at offset end. */
void members_finish_message(seekchat_decoder *decoder, uint32_t end);

#endif
