/* vectors.c
 * The line that data/seekchat-decode.tsv has for an input, made by the codec.
 * May include: GLib and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "vectors.h"

GByteArray *vectors_from_hex(const char *hex, size_t count)
{
    GByteArray *bytes = g_byte_array_new();
    for (size_t i = 0; i + 1 < count; i += 2) {
        int high = g_ascii_xdigit_value(hex[i]);
        int low = g_ascii_xdigit_value(hex[i + 1]);
        if (high < 0 || low < 0) {
            g_byte_array_unref(bytes);
            return NULL;
        }
        uint8_t byte = (uint8_t)(high << 4 | low);
        g_byte_array_append(bytes, &byte, 1);
    }
    return bytes;
}

static void append_hex(GString *line, const uint8_t *bytes, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        g_string_append_c(line, digits[bytes[i] >> 4]);
        g_string_append_c(line, digits[bytes[i] & 15]);
    }
}

static void append_text(GString *line, const seekchat_decoder *decoder, const uint8_t *bytes,
                        seekchat_span span)
{
    size_t length;
    const char *text = seekchat_span_peek(decoder, bytes, span, &length);
    append_hex(line, (const uint8_t *)text, length);
}

static void append_payload(GString *line, const seekchat_decoder *decoder, const uint8_t *bytes)
{
    const seekchat_message *message = &decoder->message;
    if (message->kind[SEEKCHAT_KEY_PAYLOAD] == SEEKCHAT_VALUE_STRING) {
        append_text(line, decoder, bytes, message->value[SEEKCHAT_KEY_PAYLOAD]);
        return;
    }
    g_string_append_c(line, '[');
    for (uint32_t i = 0; i < message->node_count; i++) {
        g_string_append(line, i > 0 ? "," : "");
        append_text(line, decoder, bytes, message->nodes[i]);
    }
    g_string_append_c(line, ']');
}

void vectors_append_line(GString *line, seekchat_decoder *decoder, const uint8_t *bytes,
                         size_t length)
{
    static const char *const verdicts[] = {"ok\tok", "ok\terror", "incomplete\terror",
                                           "invalid\terror"};
    seekchat_status status = seekchat_decode_document(decoder, bytes, length);
    append_hex(line, bytes, length);
    g_string_append_printf(line, "\t%s\t", verdicts[status]);
    if (status != SEEKCHAT_OK) {
        g_string_append(line, "-\t-\t-");
        return;
    }
    append_text(line, decoder, bytes, decoder->message.value[SEEKCHAT_KEY_SENDER]);
    g_string_append_c(line, '\t');
    append_text(line, decoder, bytes, decoder->message.value[SEEKCHAT_KEY_TYPE]);
    g_string_append_c(line, '\t');
    append_payload(line, decoder, bytes);
}
