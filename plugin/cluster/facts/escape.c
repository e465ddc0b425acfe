/* escape.c
 * Makes text from the wire safe: printable for a terminal, valid for JSON.
 * May include: its header and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "escape.h"

#include <math.h>
#include <string.h>

/* The character at the start of the text, and its bytes; false, one byte, if it is not UTF-8. */
static bool next_character(cluster_text text, gunichar *character, size_t *bytes)
{
    *bytes = 1;
    *character = (guchar)text.data[0];
    if (*character < 0x80) {
        return true;
    }
    *character = g_utf8_get_char_validated(text.data, (gssize)MIN(text.length, 6));
    if (*character >= (gunichar)-2) {
        *character = (guchar)text.data[0];
        return false;
    }
    *bytes = (size_t)g_unichar_to_utf8(*character, NULL);
    return true;
}

/* GLib takes for printable what ends a line or a paragraph, too. */
static bool is_shown(gunichar character)
{
    GUnicodeType type = g_unichar_type(character);
    return g_unichar_isprint(character) && type != G_UNICODE_LINE_SEPARATOR &&
           type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

static void append_printable(GString *out, cluster_text text, bool valid, gunichar character)
{
    if (character == '\\') {
        g_string_append(out, "\\\\");
    } else if (valid && is_shown(character)) {
        g_string_append_len(out, text.data, g_unichar_to_utf8(character, NULL));
    } else if (!valid || character < 0x80) {
        g_string_append_printf(out, "\\x%02x", character);
    } else {
        g_string_append_printf(out, "\\u%04x", character);
    }
}

void cluster_escape_append(GString *out, cluster_text text, size_t most)
{
    if (text.length == 0) {
        g_string_append(out, "(none)");
    }
    cluster_text rest = text;
    for (size_t shown = 0; rest.length > 0; shown++) {
        if (shown == most) {
            g_string_append_printf(out, "..., %" G_GSIZE_FORMAT " bytes", text.length);
            return;
        }
        gunichar character;
        size_t bytes;
        bool valid = next_character(rest, &character, &bytes);
        append_printable(out, rest, valid, character);
        rest = (cluster_text){rest.data + bytes, rest.length - bytes};
    }
}

/* As JSON escapes it: by the code, or by two surrogates. */
static void append_escape(GString *out, gunichar character)
{
    if (character < 0x10000) {
        g_string_append_printf(out, "\\u%04x", character);
    } else {
        character -= 0x10000;
        g_string_append_printf(out, "\\u%04x\\u%04x", 0xd800 + (character >> 10),
                               0xdc00 + (character & 0x3ff));
    }
}

void cluster_json_append(GString *out, cluster_text text)
{
    g_string_append_c(out, '"');
    while (text.length > 0) {
        gunichar character;
        size_t bytes;
        bool valid = next_character(text, &character, &bytes);
        if (!valid) {
            g_string_append(out, "\xef\xbf\xbd");
        } else if (character == '"' || character == '\\') {
            g_string_append_printf(out, "\\%c", (char)character);
        } else if (!is_shown(character)) {
            append_escape(out, character);
        } else {
            g_string_append_len(out, text.data, (gssize)bytes);
        }
        text = (cluster_text){text.data + bytes, text.length - bytes};
    }
    g_string_append_c(out, '"');
}

void cluster_number_append(GString *out, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    g_string_append_len(out, digits + at, (gssize)(sizeof digits - at));
}

void cluster_seconds_append(GString *out, double seconds, int digits)
{
    uint64_t unit = 1;
    for (int i = 0; i < digits; i++) {
        unit *= 10;
    }
    if (!(fabs(seconds) < 1e9)) {
        char number[G_ASCII_DTOSTR_BUF_SIZE + 320];
        char format[] = "%.0f";
        format[2] = (char)('0' + digits);
        g_string_append(out, g_ascii_formatd(number, sizeof number, format, seconds));
        return;
    }
    /* In variables of their own: i386 reckons with more digits until a value is stored. */
    double scaled = fabs(seconds) * (double)unit;
    double raised = scaled + 0.5;
    uint64_t ticks = (uint64_t)raised;
    if (seconds < 0 && ticks > 0) {
        g_string_append_c(out, '-');
    }
    cluster_number_append(out, ticks / unit);
    if (digits > 0) {
        g_string_append_c(out, '.');
        for (uint64_t place = unit / 10; place > 0; place /= 10) {
            g_string_append_c(out, (char)('0' + ticks / place % 10));
        }
    }
}
