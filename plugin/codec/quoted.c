/* quoted.c
 * Strings in quotes: where one ends, whether it is right, and its text.
 * May include: the C library and the codec's headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "quoted.h"

#include "escapes.h"
#include "utf8.h"

#define DIGIT ESCAPE_DIGIT
const uint8_t escape_digits[256] = {
    ['0'] = DIGIT + 0,  ['1'] = DIGIT + 1,  ['2'] = DIGIT + 2,  ['3'] = DIGIT + 3,
    ['4'] = DIGIT + 4,  ['5'] = DIGIT + 5,  ['6'] = DIGIT + 6,  ['7'] = DIGIT + 7,
    ['8'] = DIGIT + 8,  ['9'] = DIGIT + 9,  ['a'] = DIGIT + 10, ['b'] = DIGIT + 11,
    ['c'] = DIGIT + 12, ['d'] = DIGIT + 13, ['e'] = DIGIT + 14, ['f'] = DIGIT + 15,
    ['A'] = DIGIT + 10, ['B'] = DIGIT + 11, ['C'] = DIGIT + 12, ['D'] = DIGIT + 13,
    ['E'] = DIGIT + 14, ['F'] = DIGIT + 15,
};

const char escape_short[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
};

/* Bytes of the escape \u at at, both of them for a surrogate pair; 0 if it is not right and whole.
 */
static size_t unicode_length(const uint8_t *at, size_t count)
{
    uint32_t unit = count < ESCAPE_UNICODE ? ESCAPE_WRONG : escape_unit(at + 2);
    if (!escape_is_surrogate(unit)) {
        return unit == ESCAPE_WRONG ? 0 : ESCAPE_UNICODE;
    }
    return count >= ESCAPE_PAIR && escape_pair(at, unit) != ESCAPE_WRONG ? ESCAPE_PAIR : 0;
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
    return escape_short[at[1]] ? 2 : 0;
}

quoted_place quoted_scan(const uint8_t *text, size_t at, size_t end)
{
    bool escaped = false;
    while (at < end && text[at] != '"') {
        size_t length = quoted_skip(text + at, end - at);
        if (length == 0) {
            break;
        }
        escaped |= text[at] == '\\';
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
    while (count < 4 && escape_digits[text[at + count]]) {
        count++;
    }
    return count < 4 ? make_fault(SEEKCHAT_ERROR_ESCAPE, at + count)
                     : make_fault(SEEKCHAT_ERROR_SURROGATE, escape);
}

/* What is wrong with the escape \u at at. */
static quoted_fault explain_unicode(const uint8_t *text, size_t at, size_t end)
{
    if (end - at < ESCAPE_UNICODE) {
        return make_fault(SEEKCHAT_ERROR_END, at);
    }
    if (!escape_is_high(escape_unit(text + at + 2))) {
        return explain_unit(text, at + 2, at);
    }
    size_t low = at + ESCAPE_UNICODE;
    if (end - low < ESCAPE_UNICODE) {
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
    return escape_is_high(escape_unit(at + 2)) ? ESCAPE_PAIR : ESCAPE_UNICODE;
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

/* Writes the character of the escape at *at, which is right, and passes it; bytes written. */
static size_t resolve_escape(const uint8_t **at, char *out)
{
    const uint8_t *escape = *at;
    if (escape[1] != 'u') {
        *at += 2;
        *out = escape_short[escape[1]];
        return 1;
    }
    uint32_t code = escape_unit(escape + 2);
    *at += ESCAPE_UNICODE;
    if (escape_is_surrogate(code)) {
        code = escape_pair(escape, code);
        *at += ESCAPE_UNICODE;
    }
    return utf8_write(code, out);
}

size_t quoted_text(const uint8_t *quoted, size_t length, char *out)
{
    const uint8_t *at = quoted + 1;
    const uint8_t *end = quoted + length - 1;
    char *begin = out;
    while (at < end) {
        /* The text is never longer than what it is made of: there is room for what is copied. */
        size_t plain = end - at >= 8 ? scan_copy8(at, out) : 0;
        at += plain;
        out += plain;
        if (at < end && *at == '\\') {
            out += resolve_escape(&at, out);
        } else if (plain == 0) {
            *out++ = (char)*at++;
        }
    }
    return (size_t)(out - begin);
}
