/* command_decode_hex.c
 * seekchat decode --hex: one hex-encoded input a line, one line of verdicts for each.
 * May include: the codec, GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "command_decode.h"

#include <string.h>

#include "seekchat.h"

/* What one run of decode --hex holds. */
typedef struct {
    seekchat_decoder decoder;
    GByteArray *bytes; /* the input that the line stands for */
    GString *line;     /* the line to print */
    uint64_t lines;    /* printed so far */
    size_t searched;   /* bytes of the unfinished line in which there is no newline */
} hex_run;

static bool bytes_of_hex(GByteArray *bytes, const char *hex, size_t length)
{
    if (length % 2 != 0)
        return false;
    g_byte_array_set_size(bytes, (guint)(length / 2));
    for (size_t i = 0; i < length; i += 2) {
        int high = g_ascii_xdigit_value(hex[i]);
        int low = g_ascii_xdigit_value(hex[i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes->data[i / 2] = (guint8)(high << 4 | low);
    }
    return true;
}

static void append_hex(hex_run *run, seekchat_span span)
{
    static const char digits[] = "0123456789abcdef";
    size_t length;
    const char *text = seekchat_span_peek(&run->decoder, run->bytes->data, span, &length);
    for (size_t i = 0; i < length; i++) {
        g_string_append_c(run->line, digits[(uint8_t)text[i] >> 4]);
        g_string_append_c(run->line, digits[(uint8_t)text[i] & 15]);
    }
}

static void append_message(hex_run *run)
{
    const seekchat_message *message = &run->decoder.message;
    append_hex(run, message->value[SEEKCHAT_KEY_SENDER]);
    g_string_append_c(run->line, '\t');
    append_hex(run, message->value[SEEKCHAT_KEY_TYPE]);
    g_string_append_c(run->line, '\t');
    if (message->payload != SEEKCHAT_PAYLOAD_NODES) {
        append_hex(run, message->value[SEEKCHAT_KEY_PAYLOAD]);
        return;
    }
    g_string_append_c(run->line, '[');
    for (uint32_t i = 0; i < message->node_count; i++) {
        if (i > 0)
            g_string_append_c(run->line, ',');
        append_hex(run, message->nodes[i]);
    }
    g_string_append_c(run->line, ']');
}

static void append_verdict(hex_run *run)
{
    switch (seekchat_decode_document(&run->decoder, run->bytes->data, run->bytes->len)) {
    case SEEKCHAT_OK:
        g_string_append(run->line, "\tok\tok\t");
        append_message(run);
        break;
    case SEEKCHAT_NOT_SEEKCHAT:
        g_string_append(run->line, "\tok\terror\t-\t-\t-");
        break;
    case SEEKCHAT_INCOMPLETE:
        g_string_append(run->line, "\tincomplete\terror\t-\t-\t-");
        break;
    case SEEKCHAT_INVALID:
        g_string_append(run->line, "\tinvalid\terror\t-\t-\t-");
        break;
    }
}

static bool print_line(hex_run *run, const char *hex, size_t length)
{
    if (!bytes_of_hex(run->bytes, hex, length))
        return false;
    g_string_truncate(run->line, 0);
    g_string_append_len(run->line, hex, (gssize)length);
    append_verdict(run);
    g_string_append_c(run->line, '\n');
    command_write(run->line);
    return true;
}

/* Prints the lines that are held whole, and at the end of the input also one with no newline. */
static bool print_held(hex_run *run, input *in, bool ended)
{
    size_t length;
    const char *text = (const char *)input_bytes(in, &length);
    while (length > 0) {
        const char *newline = memchr(text + run->searched, '\n', length - run->searched);
        run->searched = newline == NULL ? length : 0;
        if (newline == NULL && !ended)
            break;
        size_t line_length = newline != NULL ? (size_t)(newline - text) : length;
        size_t step = line_length + (newline != NULL);
        if (!print_line(run, text, line_length)) {
            command_error("%s: line %" G_GUINT64_FORMAT ": not an even number of hex digits",
                          in->name, run->lines + 1);
            return false;
        }
        run->lines++;
        input_use(in, step);
        text += step;
        length -= step;
    }
    return true;
}

static command_status decode_lines(hex_run *run, input *in)
{
    input_result more;
    do {
        more = input_fill(in);
        if (more == INPUT_FAILED)
            return STATUS_BAD_INPUT;
        bool well = print_held(run, in, more == INPUT_END);
        if (!command_flush() || !well)
            return STATUS_BAD_INPUT;
    } while (more == INPUT_MORE);
    return STATUS_OK;
}

command_status command_decode_hex(input *in)
{
    hex_run run = {
        .bytes = g_byte_array_sized_new(1), /* so that an empty input is no NULL */
        .line = g_string_new(NULL),
    };
    seekchat_decoder_init(&run.decoder);
    command_status status = decode_lines(&run, in);
    seekchat_decoder_clear(&run.decoder);
    g_string_free(run.line, TRUE);
    g_byte_array_unref(run.bytes);
    return status;
}
