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

/* What was found in a string. */
typedef struct {
    size_t at;            /* the closing quote; or the byte at fault; or where to resume */
    seekchat_error error; /* SEEKCHAT_ERROR_NONE at the closing quote, _END if it is not there */
    bool escaped;         /* an escape was passed */
} quoted_end;

/*
 * Passes what is at a stop that is no quote: an escape, or characters that are not ASCII. at is
 * behind them then. What the end of the text cuts is not passed, nor what json:decode/1 takes for
 * cut although it is wrong already.
 */
quoted_end quoted_pass(const uint8_t *text, size_t at, size_t end);

/*
 * Goes through a string to its closing quote, with a window of the text, which ends at end. at is
 * behind the opening quote, or where an earlier call was to resume.
 */
SCAN_INLINE quoted_end quoted_scan(text_window *window, const uint8_t *text, size_t at, size_t end)
{
    bool escaped = false;
    for (;;) {
        at = window_stop(window, text, at, end);
        if (at == end) {
            return (quoted_end){at, SEEKCHAT_ERROR_END, escaped};
        }
        if (text[at] == '"') {
            return (quoted_end){at, SEEKCHAT_ERROR_NONE, escaped};
        }
        quoted_end next = quoted_pass(text, at, end);
        at = next.at;
        escaped |= next.escaped;
        if (next.error != SEEKCHAT_ERROR_NONE) {
            return (quoted_end){at, next.error, escaped};
        }
    }
}

/* Whether a string that quoted_scan passed (with its quotes) has more than limit code points. */
bool quoted_exceeds(const uint8_t *quoted, size_t length, size_t limit);

/* Writes the text of such a string, escapes resolved, to out. Returns the bytes written. */
size_t quoted_text(const uint8_t *quoted, size_t length, char *out);

#endif
