/* quoted.h
 * Strings in quotes: where one ends, whether it is right, and its text.
 * May include: the C library, window.h and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_QUOTED_H
#define SEEKCHAT_QUOTED_H

#include "seekchat.h"
#include "window.h"

/*
 * Bytes of what is at a stop that is no quote: an escape (both of them for a surrogate pair) or a
 * character that is not ASCII. 0 if it is neither, or if the count bytes that are there cut it.
 * count must not be 0.
 */
size_t quoted_skip(const uint8_t *at, size_t count);

/* What is wrong at a place where quoted_skip returned 0. */
typedef struct {
    seekchat_error error; /* SEEKCHAT_ERROR_END if more bytes may make it right */
    size_t at;            /* offset of the byte at fault */
} quoted_fault;

/*
 * Says what is wrong at offset at of a text that ends at end. As json:decode/1, takes for cut what
 * the end is near to, although it is wrong already.
 */
quoted_fault quoted_explain(const uint8_t *text, size_t at, size_t end);

/*
 * Goes through a string to its closing quote, with a window of the text, which ends at end; at is
 * behind the opening quote, or where an earlier call stopped. Returns the offset of the closing
 * quote, or where it stopped without one: at the end, or where quoted_explain tells more. Sets
 * *escaped if it passes an escape.
 */
SCAN_INLINE size_t quoted_scan(text_window *window, const uint8_t *text, size_t at, size_t end,
                               bool *escaped)
{
    for (;;) {
        at = window_stop(window, text, at, end);
        if (at == end || text[at] == '"') {
            return at;
        }
        size_t length = quoted_skip(text + at, end - at);
        if (length == 0) {
            return at;
        }
        *escaped |= text[at] == '\\';
        at += length;
    }
}

/* Whether a string that quoted_scan passed (with its quotes) has more than limit code points. */
bool quoted_exceeds(const uint8_t *quoted, size_t length, size_t limit);

/* Writes the text of such a string, escapes resolved, to out. Returns the bytes written. */
size_t quoted_text(const uint8_t *quoted, size_t length, char *out);

#endif
