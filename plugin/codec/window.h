/* window.h
 * Finds the stops of a text one after the other, looking at 64 bytes at a time.
 * May include: the C library and scan.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_WINDOW_H
#define SEEKCHAT_WINDOW_H

#include "scan.h"

/* The stops of the SCAN_WINDOW bytes at offset base of a text. */
typedef struct {
    size_t base;
    uint64_t stops;
} text_window;

/* The stops from offset at of a text that ends at offset end; its end counts as a stop. */
SCAN_INLINE uint64_t window_stops(const uint8_t *text, size_t at, size_t end)
{
    size_t count = end - at;
    return count >= SCAN_WINDOW ? scan_stops64(text + at)
                                : scan_stops_short(text + at, count, at) | ~(uint64_t)0 << count;
}

/* A window at offset at. */
SCAN_INLINE text_window window_open(const uint8_t *text, size_t at, size_t end)
{
    return (text_window){at, window_stops(text, at, end)};
}

/*
 * The offset of the first stop at or behind at, or the text's end if there is none. at must not lie
 * before the window, which moves on with it.
 */
SCAN_INLINE size_t window_stop(text_window *window, const uint8_t *text, size_t at, size_t end)
{
    size_t inside = at - window->base;
    uint64_t rest = inside < SCAN_WINDOW ? window->stops >> inside : 0;
    while (rest == 0) {
        at = inside < SCAN_WINDOW ? window->base + SCAN_WINDOW : at;
        rest = window_stops(text, at, end);
        *window = (text_window){at, rest};
        inside = 0;
    }
    return at + scan_lowest(rest);
}

/* The offset of the first stop at or behind at, or end: quickest for one that is near. */
SCAN_INLINE size_t window_next(const uint8_t *text, size_t at, size_t end)
{
    while (end - at >= 16) {
        uint64_t stops = scan_stops16(text + at);
        if (stops) {
            return at + scan_lowest(stops) / SCAN_STOP16_BITS;
        }
        at += 16;
    }
    return at + scan_lowest(window_stops(text, at, end));
}

#endif
