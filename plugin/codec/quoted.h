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

/* Where quoted_scan stopped. */
typedef struct {
    size_t at;    /* offset of the closing quote; else of the text's end, or see quoted_explain */
    bool escaped; /* it passed an escape */
} quoted_place;

/*
 * Goes through a string to its closing quote; the text ends at end. at is the string's first stop
 * that is not passed yet, or end.
 */
quoted_place quoted_scan(const uint8_t *text, size_t at, size_t end);

/* Whether a string that quoted_scan passed (with its quotes) has more than limit code points. */
bool quoted_exceeds(const uint8_t *quoted, size_t length, size_t limit);

/* Writes the text of such a string, escapes resolved, to out. Returns the bytes written. */
size_t quoted_text(const uint8_t *quoted, size_t length, char *out);

#endif
