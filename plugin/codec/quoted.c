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

/* Of each hexadecimal digit, its value and a flag that it is one; 0 for the other bytes. */
#define DIGIT 0x10
static const uint8_t hex_digits[256] = {
    ['0'] = DIGIT + 0,  ['1'] = DIGIT + 1,  ['2'] = DIGIT + 2,  ['3'] = DIGIT + 3,
    ['4'] = DIGIT + 4,  ['5'] = DIGIT + 5,  ['6'] = DIGIT + 6,  ['7'] = DIGIT + 7,
    ['8'] = DIGIT + 8,  ['9'] = DIGIT + 9,  ['a'] = DIGIT + 10, ['b'] = DIGIT + 11,
    ['c'] = DIGIT + 12, ['d'] = DIGIT + 13, ['e'] = DIGIT + 14, ['f'] = DIGIT + 15,
    ['A'] = DIGIT + 10, ['B'] = DIGIT + 11, ['C'] = DIGIT + 12, ['D'] = DIGIT + 13,
    ['E'] = DIGIT + 14, ['F'] = DIGIT + 15,
};

/* Above the value of any four hexadecimal digits. */
#define NO_UNIT 0x10000u

/* The character that a backslash before each byte stands for; 0 if none. */
static const char short_escapes[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
};

/* The value of four hexadecimal digits; NO_UNIT if not all are such digits. */
static inline uint32_t hex_unit(const uint8_t *at)
{
    uint32_t first = hex_digits[at[0]];
    uint32_t second = hex_digits[at[1]];
    uint32_t third = hex_digits[at[2]];
    uint32_t fourth = hex_digits[at[3]];
    if (!(first & second & third & fourth & DIGIT)) {
        return NO_UNIT;
    }
    return (first & 15) << 12 | (second & 15) << 8 | (third & 15) << 4 | (fourth & 15);
}

/* Bytes of the escape \u at at, both of them for a surrogate pair; 0 if it is not right and whole.
 */
static size_t unicode_length(const uint8_t *at, size_t count)
{
    uint32_t unit = count < UNICODE_ESCAPE ? NO_UNIT : hex_unit(at + 2);
    if (unit == NO_UNIT || is_low_surrogate(unit)) {
        return 0;
    }
    if (!is_high_surrogate(unit)) {
        return UNICODE_ESCAPE;
    }
    const uint8_t *low = at + UNICODE_ESCAPE;
    bool is_pair = count >= 2 * UNICODE_ESCAPE && low[0] == '\\' && low[1] == 'u' &&
                   is_low_surrogate(hex_unit(low + 2));
    return is_pair ? 2 * UNICODE_ESCAPE : 0;
}

size_t quoted_skip(const uint8_t *at, size_t count)
{
    if (*at >= 0x80) {
        utf8_character character = utf8_read(at, count);
        return character.is_whole ? character.length : 0;
    }
    if (*at != '\\' || count < 2) {
        return 0;
    }
    if (at[1] == 'u') {
        return unicode_length(at, count);
    }
    return short_escapes[at[1]] ? 2 : 0;
}

/* The same for the escape at at, quick unless it is near the end or may be a surrogate. */
SCAN_INLINE size_t skip_escape(const uint8_t *at, size_t count)
{
    if (count < UNICODE_ESCAPE) {
        return quoted_skip(at, count);
    }
    if (at[1] != 'u') {
        return short_escapes[at[1]] ? 2 : 0;
    }
    if ((at[2] | 0x20) == 'd') {
        return unicode_length(at, count);
    }
    uint8_t digits = hex_digits[at[2]] & hex_digits[at[3]] & hex_digits[at[4]] & hex_digits[at[5]];
    return digits & DIGIT ? UNICODE_ESCAPE : 0;
}

quoted_place quoted_scan(const uint8_t *text, size_t at, size_t end)
{
    bool escaped = false;
    while (at < end && text[at] != '"') {
        size_t length;
        if (text[at] == '\\') {
            length = skip_escape(text + at, end - at);
            escaped |= length != 0;
        } else {
            length = quoted_skip(text + at, end - at);
        }
        if (length == 0) {
            break;
        }
        at = window_next(text, at + length, end);
    }
    return (quoted_place){at, escaped};
}

static quoted_fault make_fault(seekchat_error error, size_t at)
{
    return (quoted_fault){error, at};
}

/* What is wrong with the four digits at at; they are not all digits, or no surrogate that fits. */
static quoted_fault explain_unit(const uint8_t *text, size_t at, size_t escape)
{
    unsigned count = 0;
    while (count < 4 && hex_digits[text[at + count]]) {
        count++;
    }
    return count < 4 ? make_fault(SEEKCHAT_ERROR_ESCAPE, at + count)
                     : make_fault(SEEKCHAT_ERROR_SURROGATE, escape);
}

/* What is wrong with the escape \u at at. */
static quoted_fault explain_unicode(const uint8_t *text, size_t at, size_t end)
{
    if (end - at < UNICODE_ESCAPE) {
        return make_fault(SEEKCHAT_ERROR_END, at);
    }
    if (!is_high_surrogate(hex_unit(text + at + 2))) {
        return explain_unit(text, at + 2, at);
    }
    size_t low = at + UNICODE_ESCAPE;
    if (end - low < UNICODE_ESCAPE) {
        return make_fault(SEEKCHAT_ERROR_END, at);
    }
    if (text[low] != '\\' || text[low + 1] != 'u') {
        return make_fault(SEEKCHAT_ERROR_SURROGATE, at);
    }
    return explain_unit(text, low + 2, at);
}

quoted_fault quoted_explain(const uint8_t *text, size_t at, size_t end)
{
    if (text[at] >= 0x80) {
        utf8_character character = utf8_read(text + at, end - at);
        return character.is_invalid ? make_fault(SEEKCHAT_ERROR_UTF8, at + character.length)
                                    : make_fault(SEEKCHAT_ERROR_END, at);
    }
    if (text[at] != '\\') {
        return make_fault(SEEKCHAT_ERROR_CONTROL, at);
    }
    if (end - at < 2) {
        return make_fault(SEEKCHAT_ERROR_END, at);
    }
    return text[at + 1] == 'u' ? explain_unicode(text, at, end)
                               : make_fault(SEEKCHAT_ERROR_ESCAPE, at + 1);
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

/* The value of four bytes that are hexadecimal digits. */
SCAN_INLINE uint32_t digits_unit(const uint8_t *at)
{
    uint32_t digits = scan_load4(at);
    uint32_t values = (digits & 0x0f0f0f0f) + 9 * (digits >> 6 & 0x01010101);
    uint32_t pairs = (values << 4 | values >> 8) & 0x00ff00ff;
    return (pairs & 0xff) << 8 | pairs >> 16;
}

/* Writes the character of the escape at *at to out and moves *at behind; returns bytes written. */
SCAN_INLINE size_t resolve_escape(const uint8_t **at, char *out)
{
    const uint8_t *escape = *at;
    if (escape[1] != 'u') {
        *at += 2;
        *out = short_escapes[escape[1]];
        return 1;
    }
    uint32_t code = digits_unit(escape + 2);
    *at += UNICODE_ESCAPE;
    if (is_high_surrogate(code)) {
        code = join_surrogates(code, digits_unit(escape + UNICODE_ESCAPE + 2));
        *at += UNICODE_ESCAPE;
    }
    return utf8_write(code, out);
}

size_t quoted_text(const uint8_t *quoted, size_t length, char *out)
{
    const uint8_t *at = quoted + 1;
    const uint8_t *end = quoted + length - 1;
    char *begin = out;
    for (;;) {
        /* The text is never longer than what it is made of: there is room for what is copied. */
        while (end - at >= 16) {
            size_t plain = scan_copy16(at, out);
            at += plain;
            out += plain;
            if (plain < 16) {
                out += resolve_escape(&at, out);
            }
        }
        if (end - at >= 8) {
            size_t plain = scan_copy8(at, out);
            at += plain;
            out += plain;
        }
        while (at < end && *at != '\\') {
            *out++ = (char)*at++;
        }
        if (at == end) {
            return (size_t)(out - begin);
        }
        out += resolve_escape(&at, out);
    }
}
