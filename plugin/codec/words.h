/* words.h
 * The documented words of type and payload, found without a search.
 * May include: the C library, scan.h and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_WORDS_H
#define SEEKCHAT_WORDS_H

#include "scan.h"
#include "seekchat.h"

/* Bytes of the longest word. */
#define WORDS_MAX 11
/* Slots of the table; each word stands in the one that words_slot names, the first is empty. */
#define WORDS_SLOTS 16

typedef struct {
    char name[WORDS_MAX + 1]; /* zeros behind */
    uint8_t length;
    uint8_t type;    /* seekchat_type that it is */
    uint8_t payload; /* seekchat_payload that it is */
} words_entry;

extern const words_entry words_table[WORDS_SLOTS];

/* The slot of a word by its last eight bytes, a shorter one with zeros behind. */
SCAN_INLINE unsigned words_slot(uint64_t tail)
{
    return (unsigned)(tail * 0xa5ac06d864c2f2e3u >> 60);
}

/*
 * The table's entry of the text that ends before end; an empty one if it is no word. The 8 bytes
 * before end must be readable, whatever they are.
 */
SCAN_INLINE const words_entry *words_find(const uint8_t *end, size_t length)
{
    if (length - 1 >= WORDS_MAX) {
        return words_table;
    }
    size_t front = 0;
    uint64_t tail = scan_load8(end - 8);
    if (length <= 8) {
        tail >>= 64 - 8 * length;
    } else {
        front = length - 8;
    }
    const words_entry *entry = &words_table[words_slot(tail)];
    bool is_same = entry->length == length && scan_load8(entry->name + front) == tail &&
                   (front == 0 || memcmp(entry->name, end - length, front) == 0);
    return is_same ? entry : words_table;
}

#endif
