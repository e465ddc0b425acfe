/* escapes.h
 * Escapes in strings: what each stands for (RFC 8259, section 7).
 * May include: the C library and scan.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_ESCAPES_H
#define SEEKCHAT_ESCAPES_H

#include "scan.h"

/* Bytes of \u and its four digits, and of two of them, the longest escape. */
#define ESCAPE_UNICODE 6u
#define ESCAPE_PAIR 12u

/* What stands for no character and no surrogate. */
#define ESCAPE_WRONG UINT32_MAX

/* Of each hexadecimal digit, its value and the flag that it is one; 0 for the other bytes. */
#define ESCAPE_DIGIT 0x10u
extern const uint8_t escape_digits[256];

/* The character that a backslash in front of each byte stands for; 0 if none. */
extern const char escape_short[256];

SCAN_INLINE bool escape_is_surrogate(uint32_t unit)
{
    return (unit & 0xf800) == 0xd800;
}

SCAN_INLINE bool escape_is_low(uint32_t unit)
{
    return (unit & 0xfc00) == 0xdc00;
}

SCAN_INLINE bool escape_is_high(uint32_t unit)
{
    return (unit & 0xfc00) == 0xd800;
}

/* The value of four hexadecimal digits; ESCAPE_WRONG if not all are such digits. */
SCAN_INLINE uint32_t escape_unit(const uint8_t *at)
{
    uint32_t first = escape_digits[at[0]];
    uint32_t second = escape_digits[at[1]];
    uint32_t third = escape_digits[at[2]];
    uint32_t fourth = escape_digits[at[3]];
    if (!(first & second & third & fourth & ESCAPE_DIGIT)) {
        return ESCAPE_WRONG;
    }
    /* The flags add up to the same in each of them. */
    return (first << 12) + (second << 8) + (third << 4) + fourth - ESCAPE_DIGIT * 0x1111;
}

/*
 * The character that the two escapes at at, the first of which is a surrogate, stand for together;
 * ESCAPE_WRONG if they are no pair. ESCAPE_PAIR bytes are there.
 */
SCAN_INLINE uint32_t escape_pair(const uint8_t *at, uint32_t first)
{
    const uint8_t *second = at + ESCAPE_UNICODE;
    if (!escape_is_high(first) || second[0] != '\\' || second[1] != 'u') {
        return ESCAPE_WRONG;
    }
    uint32_t low = escape_unit(second + 2);
    return escape_is_low(low) ? 0x10000 + ((first & 0x3ff) << 10) + (low & 0x3ff) : ESCAPE_WRONG;
}

#endif
