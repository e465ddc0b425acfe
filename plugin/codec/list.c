/* list.c
 * Long lists of short strings: all ends of strings in a window at once.
 * May include: the C library and the codec's headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "list.h"

#include "members.h"
#include "scan.h"

/* Bytes of a window in which a string may end; two more are the comma and the quote behind it. */
#define WINDOW_ENDS (SCAN_WINDOW - 2)

/*
 * Nodes that are written at once, some of them perhaps in vain: how often a loop over those that a
 * window really holds (mostly two or three) runs would be foretold wrongly too often.
 */
#define BATCH 3

/* Most nodes that one window writes; the shortest string takes 3 bytes with its comma. */
#define WINDOW_NODES (WINDOW_ENDS / 3 + BATCH)

/* The bytes "," between two strings, the first in the lowest bits. */
#define SEPARATOR 0x222c22u

/* Where the reader of a list is. */
typedef struct {
    const uint8_t *text;
    seekchat_span *node; /* the next one */
    size_t open;         /* offset of its opening quote */
    size_t base;         /* of the window: at most 1 before that quote */
    uint64_t openers;    /* opening quotes in it that the window before told of */
} list_reader;

/*
 * Sets *ends to the stops in the window that another one follows with a byte between: closing
 * quotes, if all stops are such or the next string's opening quotes. Returns whether it may be so.
 */
SCAN_INLINE bool find_ends(list_reader *r, uint64_t *ends)
{
    uint64_t stops = scan_stops64(r->text + r->base);
    *ends = stops & stops >> 2;
    uint64_t openers = *ends << 2 | r->openers;
    r->openers = openers >> WINDOW_ENDS;
    /* A stop that is taken for both (a string of one byte) makes the sum carry. */
    return ((*ends + openers) ^ stops) << 2 == 0;
}

/*
 * Writes the i-th node of a batch, which the lowest of *ends closes, and takes that bit away unless
 * it is the last: then the rest of the batch writes again what nobody reads. Counts in *more the
 * ends that follow. Returns false if it is no closing quote before a comma and a quote.
 */
SCAN_INLINE bool take_node(list_reader *r, unsigned i, uint64_t *ends, size_t *more)
{
    size_t close = r->base + scan_lowest(*ends);
    uint64_t rest = *ends & (*ends - 1);
    if ((scan_load4(r->text + close) & 0xffffff) != SEPARATOR) {
        r->node += i;
        return false;
    }
    r->node[i] = scan_span(r->open, close + 1 - r->open, false);
    r->open = close + 2;
    *more += rest != 0;
    *ends = rest ? rest : *ends;
    return true;
}

/* Takes the nodes that end in the window; returns whether all of them were right. */
SCAN_INLINE bool take_nodes(list_reader *r, uint64_t ends)
{
    for (;;) {
        size_t more = 0;
        if (!take_node(r, 0, &ends, &more) || !take_node(r, 1, &ends, &more) ||
            !take_node(r, 2, &ends, &more)) {
            return false;
        }
        if (more < BATCH) {
            r->node += more + 1;
            return true;
        }
        r->node += BATCH;
    }
}

/* Reads a window; returns whether it may be possible to go on with the next. */
SCAN_INLINE bool read_window(list_reader *r, size_t end)
{
    uint64_t ends;
    if (r->base + SCAN_WINDOW >= end || !find_ends(r, &ends)) {
        return false;
    }
    if (ends == 0 && r->base + 2 * (size_t)WINDOW_ENDS - r->open > LIST_STRING_MAX) {
        return false;
    }
    if (ends != 0 && !take_nodes(r, ends)) {
        return false;
    }
    r->base += WINDOW_ENDS;
    return true;
}

/* Reads windows while there is room up to last; returns whether it stopped for want of it. */
static bool read_windows(list_reader *reader, const seekchat_span *last, size_t end)
{
    list_reader r = *reader;
    bool goes_on = true;
    while (goes_on && r.node <= last) {
        goes_on = read_window(&r, end);
    }
    *reader = r;
    return goes_on;
}

list_place list_read(seekchat_decoder *decoder, const uint8_t *text, size_t open, size_t end)
{
    seekchat_scan *scan = &decoder->scan;
    uint32_t *count = &decoder->message.node_count;
    list_reader r = {.text = text, .open = open, .base = open + 1};
    bool is_full;
    do {
        while (scan->node_room - *count < WINDOW_NODES) {
            members_grow_nodes(scan);
        }
        r.node = scan->nodes + *count;
        is_full = read_windows(&r, scan->nodes + (scan->node_room - WINDOW_NODES), end);
        *count = (uint32_t)(r.node - scan->nodes);
    } while (is_full);
    return (list_place){r.open, r.base + WINDOW_ENDS};
}
