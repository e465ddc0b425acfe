/* automaton.h
 * Reads JSON token by token; can stop at any byte and go on later.
 * May include: the C library and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_AUTOMATON_H
#define SEEKCHAT_AUTOMATON_H

#include "seekchat.h"

/* scan.state: what is expected next, white space in front of it allowed in all but the last. */
enum {
    STATE_VALUE,
    STATE_VALUE_OR_CLOSE, /* behind [ */
    STATE_KEY,
    STATE_KEY_OR_CLOSE, /* behind { */
    STATE_COLON,
    STATE_COMMA_OBJECT, /* or } */
    STATE_COMMA_ARRAY,  /* or ] */
    STATE_IN_KEY,
    STATE_IN_STRING,
    STATE_IN_NUMBER,
};

/*
 * Reads the message from offset at on, where decoder->scan says what is expected, to its end or the
 * input's. Sets all of the decoder.
 */
seekchat_status automaton_run(seekchat_decoder *decoder, const uint8_t *bytes, size_t at,
                              size_t length);

/* Makes the message point to its nodes and members. */
static inline void automaton_publish(seekchat_decoder *decoder)
{
    seekchat_scan *scan = &decoder->scan;
    decoder->message.nodes = scan->nodes;
    decoder->message.members = scan->others;
}

#endif
