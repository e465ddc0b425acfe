/* list.h
 * Long lists of short strings: all ends of strings in a window at once.
 * May include: the C library and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_LIST_H
#define SEEKCHAT_LIST_H

#include "seekchat.h"

/* Longest string that is surely no longer than an atom, with its quotes. */
#define LIST_STRING_MAX (SEEKCHAT_ATOM_MAX + 2)

/* Where list_read stopped. */
typedef struct {
    size_t open;  /* offset of the opening quote of the string that it did not take */
    size_t again; /* offset from which it may be able to go on */
} list_place;

/*
 * Takes strings of the payload's array, the first of which opens at offset open, as nodes, while
 * they are short, ASCII without escapes, and followed by a comma and the next string at once.
 */
list_place list_read(seekchat_decoder *decoder, const uint8_t *text, size_t open, size_t end);

#endif
