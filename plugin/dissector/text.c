/* text.c
 * The text of a message as Wireshark shows it: whole strings, and one line that sums it up.
 * May include: the codec, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "text.h"

#include <inttypes.h>
#include <string.h>

#include "ws_compat.h"

/* U+2400, SYMBOL FOR NULL, in UTF-8. */
#define NUL_SYMBOL "\xe2\x90\x80"

/* text with each of its NUL bytes replaced. */
static char *without_nul(wmem_allocator_t *pool, const char *text, size_t length)
{
    wmem_strbuf_t *result = wmem_strbuf_new(pool, NULL);
    const char *end = text + length;

    for (const char *nul; (nul = memchr(text, '\0', (size_t)(end - text))) != NULL;
         text = nul + 1) {
        wmem_strbuf_append_len(result, text, (size_t)(nul - text));
        wmem_strbuf_append(result, NUL_SYMBOL);
    }
    wmem_strbuf_append_len(result, text, (size_t)(end - text));
    return wmem_strbuf_finalize(result);
}

char *seekchat_string(wmem_allocator_t *pool, const uint8_t *bytes, seekchat_span span)
{
    size_t length = span.length - 2u;

    if (!span.escaped) {
        return wmem_strndup(pool, (const char *)bytes + span.offset + 1, length);
    }
    char *text = wmem_alloc(pool, length + 1);

    length = seekchat_span_text(bytes, span, text);
    text[length] = '\0';
    return memchr(text, '\0', length) == NULL ? text : without_nul(pool, text, length);
}

char *seekchat_raw(wmem_allocator_t *pool, const uint8_t *bytes, seekchat_span span)
{
    return wmem_strndup(pool, (const char *)bytes + span.offset, span.length);
}

/* True for what GLib, and so Wireshark, takes for printable although it ends a line. */
static bool is_separator(gunichar character)
{
    GUnicodeType type = g_unichar_type(character);

    return type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

bool seekchat_disturbs(const char *text)
{
    for (; *text != '\0'; text++) {
        /* A character is looked at by its first byte. */
        if ((uint8_t)*text >= 0xc0) {
            gunichar character = g_utf8_get_char(text);

            if (is_separator(character) || g_unichar_type(character) == G_UNICODE_FORMAT) {
                return true;
            }
        }
    }
    return false;
}

char *seekchat_escaped(wmem_allocator_t *pool, const char *text, size_t length)
{
    wmem_strbuf_t *result = wmem_strbuf_new(pool, NULL);
    const char *end = text + length;

    for (const char *at = text; at < end; at = g_utf8_next_char(at)) {
        if ((uint8_t)*at >= 0xc0 && is_separator(g_utf8_get_char(at))) {
            wmem_strbuf_append(result, seekchat_printable(pool, text, (size_t)(at - text)));
            wmem_strbuf_append_printf(result, "\\u%04x", g_utf8_get_char(at));
            text = g_utf8_next_char(at);
        }
    }
    wmem_strbuf_append(result, seekchat_printable(pool, text, (size_t)(end - text)));
    return wmem_strbuf_finalize(result);
}

void seekchat_summary_init(seekchat_summary *summary)
{
    summary->length = 0;
    summary->text[0] = '\0';
}

static void add_bytes(seekchat_summary *summary, const char *text, size_t length)
{
    size_t taken = MIN(length, sizeof(summary->text) - 1 - summary->length);

    memcpy(summary->text + summary->length, text, taken);
    summary->length += taken;
    summary->text[summary->length] = '\0';
}

void seekchat_summary_add(seekchat_summary *summary, const char *text)
{
    add_bytes(summary, text, strlen(text));
}

static bool is_plain(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] < ' ' || text[i] > '~') {
            return false;
        }
    }
    return true;
}

/* Length of text cut to SEEKCHAT_INFO_NAME bytes, between two characters. */
static size_t shortened(const char *text, size_t length)
{
    if (length <= SEEKCHAT_INFO_NAME) {
        return length;
    }
    length = SEEKCHAT_INFO_NAME;
    while (length > 0 && ((uint8_t)text[length] & 0xc0) == 0x80) {
        length--;
    }
    return length;
}

static void add_name(seekchat_summary *summary, wmem_allocator_t *pool, const char *text,
                     size_t length)
{
    size_t taken = shortened(text, length);

    if (is_plain(text, taken)) {
        add_bytes(summary, text, taken);
    } else {
        seekchat_summary_add(summary, seekchat_escaped(pool, text, taken));
    }
    if (taken < length) {
        seekchat_summary_add(summary, "...");
    }
}

static void add_span(seekchat_summary *summary, wmem_allocator_t *pool, const uint8_t *bytes,
                     seekchat_span span)
{
    if (span.escaped) {
        const char *text = seekchat_string(pool, bytes, span);

        add_name(summary, pool, text, strlen(text));
    } else {
        add_name(summary, pool, (const char *)bytes + span.offset + 1, span.length - 2u);
    }
}

/* Appends the documented word, else the string that is there, else a question mark. */
static void add_word(seekchat_summary *summary, wmem_allocator_t *pool,
                     const seekchat_message *message, const uint8_t *bytes, seekchat_key key,
                     const char *word)
{
    if (word != NULL) {
        seekchat_summary_add(summary, word);
    } else if (message->kind[key] == SEEKCHAT_VALUE_STRING) {
        add_span(summary, pool, bytes, message->value[key]);
    } else {
        seekchat_summary_add(summary, "?");
    }
}

char *seekchat_node_count_text(wmem_allocator_t *pool, uint32_t count)
{
    return wmem_strdup_printf(pool, "%" PRIu32 " node%s", count, count == 1 ? "" : "s");
}

static void add_payload(seekchat_summary *summary, wmem_allocator_t *pool,
                        const seekchat_message *message, const uint8_t *bytes)
{
    if (message->kind[SEEKCHAT_KEY_PAYLOAD] == SEEKCHAT_VALUE_LIST) {
        seekchat_summary_add(summary, seekchat_node_count_text(pool, message->node_count));
    } else {
        add_word(summary, pool, message, bytes, SEEKCHAT_KEY_PAYLOAD,
                 seekchat_payload_name(message->payload));
    }
}

void seekchat_summary_add_words(seekchat_summary *summary, wmem_allocator_t *pool,
                                const seekchat_message *message, const uint8_t *bytes)
{
    add_word(summary, pool, message, bytes, SEEKCHAT_KEY_TYPE, seekchat_type_name(message->type));
    seekchat_summary_add(summary, " ");
    add_payload(summary, pool, message, bytes);
}

void seekchat_summary_add_names(seekchat_summary *summary, wmem_allocator_t *pool,
                                const seekchat_message *message, const uint8_t *bytes,
                                const char *peer)
{
    if (message->kind[SEEKCHAT_KEY_SENDER] == SEEKCHAT_VALUE_STRING) {
        seekchat_summary_add(summary, "  ");
        add_span(summary, pool, bytes, message->value[SEEKCHAT_KEY_SENDER]);
    }
    if (peer != NULL) {
        seekchat_summary_add(summary, " -> ");
        add_name(summary, pool, peer, strlen(peer));
    }
}
