/* quoted.c
 * Strings in quotes: where one ends, whether it is right, and its text.
 * May include: the C library, scan.h, utf8.h, window.h and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "quoted.h"
#include "utf8.h"

/* Bytes of \u and its four digits. */
#define UNICODE_ESCAPE 6

static bool is_high_surrogate(uint32_t unit)
{
    return (unit & 0xfc00) == 0xd800;
}

static bool is_low_surrogate(uint32_t unit)
{
    return (unit & 0xfc00) == 0xdc00;
}

static uint32_t join_surrogates(uint32_t high, uint32_t low)
{
    return 0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff);
}

/* The value of each hexadecimal digit, plus 1; 0 for the bytes that are none. */
static const uint8_t hex_values[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

/* The character that a backslash before each byte stands for; 0 if none. */
static const char short_escapes[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
};

/* The value of four hexadecimal digits. */
static uint32_t hex_unit(const uint8_t *digits)
{
    return (hex_values[digits[0]] - 1u) << 12 | (hex_values[digits[1]] - 1u) << 8 |
           (hex_values[digits[2]] - 1u) << 4 | (hex_values[digits[3]] - 1u);
}

/* How many of four bytes are hexadecimal digits, up to the first that is none. */
static unsigned hex_digits(const uint8_t *digits)
{
    unsigned count = 0;
    while (count < 4 && hex_values[digits[count]]) {
        count++;
    }
    return count;
}

static quoted_end fault(seekchat_error error, size_t at)
{
    return (quoted_end){at, error, false};
}

static quoted_end passed(size_t at)
{
    return (quoted_end){at, SEEKCHAT_ERROR_NONE, true};
}

/* Passes the second escape of a surrogate pair, whose first one is at at. */
static quoted_end pass_low_surrogate(const uint8_t *text, size_t at, size_t end)
{
    size_t low = at + UNICODE_ESCAPE;
    if (end - low < UNICODE_ESCAPE) {
        return fault(SEEKCHAT_ERROR_END, at);
    }
    if (text[low] != '\\' || text[low + 1] != 'u') {
        return fault(SEEKCHAT_ERROR_SURROGATE, at);
    }
    unsigned digits = hex_digits(text + low + 2);
    if (digits < 4) {
        return fault(SEEKCHAT_ERROR_ESCAPE, low + 2 + digits);
    }
    if (!is_low_surrogate(hex_unit(text + low + 2))) {
        return fault(SEEKCHAT_ERROR_SURROGATE, at);
    }
    return passed(low + UNICODE_ESCAPE);
}

/* Passes \u and its digits, both of them for a surrogate pair. */
static quoted_end pass_unicode(const uint8_t *text, size_t at, size_t end)
{
    if (end - at < UNICODE_ESCAPE) {
        return fault(SEEKCHAT_ERROR_END, at);
    }
    unsigned digits = hex_digits(text + at + 2);
    if (digits < 4) {
        return fault(SEEKCHAT_ERROR_ESCAPE, at + 2 + digits);
    }
    uint32_t unit = hex_unit(text + at + 2);
    if (is_high_surrogate(unit)) {
        return pass_low_surrogate(text, at, end);
    }
    return is_low_surrogate(unit) ? fault(SEEKCHAT_ERROR_SURROGATE, at)
                                  : passed(at + UNICODE_ESCAPE);
}

static quoted_end pass_escape(const uint8_t *text, size_t at, size_t end)
{
    if (end - at < 2) {
        return fault(SEEKCHAT_ERROR_END, at);
    }
    if (text[at + 1] == 'u') {
        return pass_unicode(text, at, end);
    }
    return short_escapes[text[at + 1]] ? passed(at + 2) : fault(SEEKCHAT_ERROR_ESCAPE, at + 1);
}

/* Passes the characters at at as long as they are not ASCII. */
static quoted_end pass_characters(const uint8_t *text, size_t at, size_t end)
{
    while (at < end && text[at] >= 0x80) {
        utf8_character character = utf8_read(text + at, end - at);
        if (character.is_invalid) {
            return fault(SEEKCHAT_ERROR_UTF8, at + character.length);
        }
        if (!character.is_whole) {
            return fault(SEEKCHAT_ERROR_END, at);
        }
        at += character.length;
    }
    return (quoted_end){at, SEEKCHAT_ERROR_NONE, false};
}

quoted_end quoted_pass(const uint8_t *text, size_t at, size_t end)
{
    if (text[at] == '\\') {
        return pass_escape(text, at, end);
    }
    return text[at] < 0x20 ? fault(SEEKCHAT_ERROR_CONTROL, at) : pass_characters(text, at, end);
}

/* Bytes of the escape at at, which is known to be right. */
static size_t escape_length(const uint8_t *at)
{
    if (at[1] != 'u') {
        return 2;
    }
    return is_high_surrogate(hex_unit(at + 2)) ? 2 * UNICODE_ESCAPE : UNICODE_ESCAPE;
}

bool quoted_exceeds(const uint8_t *quoted, size_t length, size_t limit)
{
    const uint8_t *at = quoted + 1;
    const uint8_t *end = quoted + length - 1;
    for (size_t count = 0; at < end; count++) {
        if (count == limit) {
            return true;
        }
        at += *at == '\\' ? escape_length(at) : utf8_length(*at);
    }
    return false;
}

/* Writes the character of the escape at *at to out and moves *at behind; returns bytes written. */
static size_t resolve_escape(const uint8_t **at, char *out)
{
    const uint8_t *escape = *at;
    if (escape[1] != 'u') {
        *at += 2;
        *out = short_escapes[escape[1]];
        return 1;
    }
    uint32_t code = hex_unit(escape + 2);
    *at += UNICODE_ESCAPE;
    if (is_high_surrogate(code)) {
        code = join_surrogates(code, hex_unit(escape + UNICODE_ESCAPE + 2));
        *at += UNICODE_ESCAPE;
    }
    return utf8_write(code, out);
}

size_t quoted_text(const uint8_t *quoted, size_t length, char *out)
{
    const uint8_t *at = quoted + 1;
    const uint8_t *end = quoted + length - 1;
    char *begin = out;
    while (at < end) {
        /* The text is never longer than what it is made of, so there is room for 8 bytes, too. */
        size_t plain = end - at >= 8 ? scan_copy8(at, out) : *at != '\\';
        if (plain == 0) {
            out += resolve_escape(&at, out);
            continue;
        }
        *out = (char)*at;
        at += plain;
        out += plain;
    }
    return (size_t)(out - begin);
}
