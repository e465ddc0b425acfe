/* names.c
 * Names of nodes and payloads as the statistics' tables show them.
 * May include: the codec, GLib and wmem.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "names.h"

#include <stdbool.h>

#include <glib.h>

/* GLib has separators of lines and paragraphs among what prints. */
static bool prints_in_line(gunichar character)
{
    GUnicodeType type = g_unichar_type(character);

    return g_unichar_isprint(character) && type != G_UNICODE_LINE_SEPARATOR &&
           type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

/* Bytes of the character at the start of text, and whether it prints. */
static size_t next_character(const char *text, bool *prints)
{
    gunichar character = g_utf8_get_char_validated(text, -1);
    bool valid = character < (gunichar)-2;

    *prints = valid && prints_in_line(character);
    return valid ? (size_t)(g_utf8_next_char(text) - text) : 1;
}

char *seekchat_stats_name(wmem_allocator_t *pool, const char *name)
{
    wmem_strbuf_t *shown = wmem_strbuf_new(pool, NULL);

    while (*name != '\0') {
        bool prints;
        size_t length = next_character(name, &prints);

        if (*name == '"' || *name == '\\') {
            wmem_strbuf_append_c(shown, '\\');
        }
        for (; length > 0; length--, name++) {
            if (prints) {
                wmem_strbuf_append_c(shown, *name);
            } else {
                wmem_strbuf_append_printf(shown, "\\x%02x", (unsigned char)*name);
            }
        }
    }
    return wmem_strbuf_finalize(shown);
}

const char *seekchat_stats_payload(seekchat_payload payload)
{
    const char *name = seekchat_payload_name(payload);

    if (payload == SEEKCHAT_PAYLOAD_NODES) {
        return "list of nodes";
    }
    return name == NULL ? "other" : name;
}
