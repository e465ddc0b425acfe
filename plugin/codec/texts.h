/* texts.h
 * The texts of strings with escapes, which a decoder resolves as it passes them.
 * May include: the C library, GLib, window.h and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_TEXTS_H
#define SEEKCHAT_TEXTS_H

#include "seekchat.h"
#include "window.h"

/*
 * A text stands in scan.texts at the offset that its string has in the input: its length, 4 bytes,
 * and then its bytes. It takes no more than one byte more than the string, whose quotes and whose
 * escape are 3 bytes longer than the text, and at least one byte parts a string from the next.
 */
#define TEXTS_HEAD sizeof(uint32_t)

/* Bytes behind a text that may be written in vain. */
#define TEXTS_SLACK 48

/* Makes room for more texts, so that there are size bytes. */
void texts_grow(seekchat_scan *scan, size_t size);

/* Where the text of a string at offset goes, with room for the text of length bytes in quotes. */
SCAN_INLINE char *texts_place(seekchat_scan *scan, size_t offset, size_t length)
{
    size_t size = offset + TEXTS_HEAD + length + TEXTS_SLACK;
    if (size > scan->text_room) {
        texts_grow(scan, size);
    }
    return scan->texts + offset + TEXTS_HEAD;
}

/* The text that was written there has so many bytes. */
SCAN_INLINE void texts_put(char *place, size_t length)
{
    uint32_t kept_length = (uint32_t)length;
    memcpy(place - TEXTS_HEAD, &kept_length, sizeof kept_length);
}

/* Keeps the text of a string that is known to be right, if the string holds an escape. */
void texts_take(seekchat_scan *scan, const uint8_t *bytes, seekchat_span span);

/* A string that was passed. */
typedef struct {
    size_t close; /* offset of its closing quote, 0 if it is not right and whole */
    bool escaped; /* it holds an escape, and its text is kept */
} texts_string;

/*
 * Passes the string that opens at offset open of a text that ends at end. first is its first stop,
 * which is no quote, or end; window holds the stops behind it.
 */
texts_string texts_pass(seekchat_scan *scan, const uint8_t *text, text_window window, size_t open,
                        size_t first, size_t end);

#endif
