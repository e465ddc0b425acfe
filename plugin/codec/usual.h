/* usual.h
 * Shortcuts through decode's automaton for what messages usually look like: no white space, and
 * the three keys without escapes.
 * May include: the C library and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_USUAL_H
#define SEEKCHAT_USUAL_H

#include "seekchat.h"

/*
 * Decodes the message that begins with the { at offset 0, with the automaton's help where it must.
 * The decoder must be ready for a message.
 */
seekchat_status usual_message(seekchat_decoder *decoder, const uint8_t *text, size_t end);

/*
 * These read a text that ends at offset end, from offset at on as far as they know the way. They
 * leave the scan in a state that the automaton would have reached on the same bytes, and return the
 * offset from which it goes on; it finds what is wrong or missing.
 */

/*
 * Reads members of the message's object; the next is expected at at, in STATE_KEY or
 * STATE_KEY_OR_CLOSE.
 */
size_t usual_members(seekchat_decoder *decoder, const uint8_t *text, size_t at, size_t end);

/*
 * Reads strings of the payload's array; the next is expected at at, in STATE_VALUE or
 * STATE_VALUE_OR_CLOSE.
 */
size_t usual_nodes(seekchat_decoder *decoder, const uint8_t *text, size_t at, size_t end);

#endif
