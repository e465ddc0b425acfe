/* utf8.h
 * One character of UTF-8, checked as RFC 3629 wants it.
 * May include: the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_UTF8_H
#define SEEKCHAT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Most bytes of a character. */
#define UTF8_MAX 4

/* What stands at the start of a text: a character, the beginning of one, or neither. */
typedef struct {
    uint8_t length;  /* bytes of the character if it is whole, else bytes that fit one */
    bool is_whole;   /* */
    bool is_invalid; /* the byte behind those that fit is wrong */
} utf8_character;

/* Bytes of a character that begins with lead; 0 if none does. */
static inline unsigned utf8_length(uint8_t lead)
{
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xc2 || lead > 0xf4) {
        return 0;
    }
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* Whether second may follow lead: no overlong form, no surrogate, nothing above U+10FFFF. */
static inline bool utf8_second_fits(uint8_t lead, uint8_t second)
{
    uint8_t first = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    uint8_t last = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    return second >= first && second <= last;
}

/* Reads the character at the start of count bytes; count must not be 0. */
static inline utf8_character utf8_read(const uint8_t *at, size_t count)
{
    unsigned length = utf8_length(at[0]);
    if (length == 0) {
        return (utf8_character){.is_invalid = true};
    }
    for (unsigned i = 1; i < length; i++) {
        if (i == count) {
            return (utf8_character){.length = (uint8_t)i};
        }
        if (i == 1 ? !utf8_second_fits(at[0], at[1]) : (at[i] & 0xc0) != 0x80) {
            return (utf8_character){.length = (uint8_t)i, .is_invalid = true};
        }
    }
    return (utf8_character){.length = (uint8_t)length, .is_whole = true};
}

/* Writes a code point (no surrogate, at most U+10FFFF) to out; returns the bytes written. */
static inline unsigned utf8_write(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xe0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3f));
        out[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3f));
    out[2] = (char)(0x80 | (code >> 6 & 0x3f));
    out[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

#endif
