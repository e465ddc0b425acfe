/* command_decode.c
 * seekchat decode: reads messages from a stream and prints one JSON line for each.
 * May include: the codec, GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "command_decode.h"

#include "seekchat.h"

static const command_help help = {
    .name = "seekchat decode",
    .parameters = "[FILE]",
    .summary =
        "Reads SeekChat messages from FILE or standard input. Prints one JSON line for each,\n"
        "as soon as it is complete: sender, type, payload, and its offset and length in\n"
        "bytes. Stops at the first thing that is no message, with the reason on standard\n"
        "error and exit status 1.",
    .details =
        "With --hex each line of the input is the hex of one input, and each line of the\n"
        "output holds, separated by TABs: that hex; ok, incomplete or invalid, for JSON; ok\n"
        "or error, for SeekChat; sender, type and payload as hex, where a list of nodes is\n"
        "[hex,hex,...], or - if there is none.",
};

/* What one run of decode holds. */
typedef struct {
    input *in;
    seekchat_decoder decoder;
    GString *line;
    bool any; /* a message has been printed */
} decode_run;

static void append_string(decode_run *run, const uint8_t *bytes, seekchat_span span)
{
    size_t length;
    const char *text = seekchat_span_peek(&run->decoder, bytes, span, &length);
    g_string_append_c(run->line, '"');
    command_escape(run->line, text, length, true);
    g_string_append_c(run->line, '"');
}

static void append_nodes(decode_run *run, const uint8_t *bytes)
{
    const seekchat_message *message = &run->decoder.message;
    g_string_append_c(run->line, '[');
    for (uint32_t i = 0; i < message->node_count; i++) {
        if (i > 0)
            g_string_append_c(run->line, ',');
        append_string(run, bytes, message->nodes[i]);
    }
    g_string_append_c(run->line, ']');
}

static void print_message(decode_run *run, const uint8_t *bytes)
{
    const seekchat_message *message = &run->decoder.message;
    g_string_assign(run->line, "{\"sender\":");
    append_string(run, bytes, message->value[SEEKCHAT_KEY_SENDER]);
    g_string_append(run->line, ",\"type\":");
    append_string(run, bytes, message->value[SEEKCHAT_KEY_TYPE]);
    g_string_append(run->line, ",\"payload\":");
    if (message->payload == SEEKCHAT_PAYLOAD_NODES)
        append_nodes(run, bytes);
    else
        append_string(run, bytes, message->value[SEEKCHAT_KEY_PAYLOAD]);
    g_string_append_printf(run->line, ",\"offset\":%" G_GUINT64_FORMAT ",\"length\":%u}\n",
                           run->in->offset + message->offset, message->end - message->offset);
    command_write(run->line);
    run->any = true;
}

static command_status report_error(const decode_run *run)
{
    return command_error("%s: offset %" G_GUINT64_FORMAT ": %s", run->in->name,
                         run->in->offset + run->decoder.error_offset,
                         seekchat_error_text(run->decoder.error));
}

static command_status report_faults(const decode_run *run)
{
    g_autoptr(GString) reasons = g_string_new(NULL);
    for (uint32_t faults = run->decoder.message.faults; faults != 0; faults &= faults - 1) {
        if (reasons->len > 0)
            g_string_append(reasons, "; ");
        g_string_append(reasons, seekchat_fault_text(faults & -faults));
    }
    return command_error("%s: offset %" G_GUINT64_FORMAT ": no SeekChat message: %s", run->in->name,
                         run->in->offset + run->decoder.message.offset, reasons->str);
}

/* Decodes and prints the messages that are held whole. SEEKCHAT_INCOMPLETE: all are printed. */
static seekchat_status print_held(decode_run *run, bool *resume)
{
    for (;;) {
        size_t length;
        const uint8_t *bytes = input_bytes(run->in, &length);
        if (!*resume) {
            size_t space = seekchat_space(bytes, length);
            input_use(run->in, space);
            bytes += space;
            length -= space;
        }
        if (length == 0)
            return SEEKCHAT_INCOMPLETE;
        seekchat_status status = *resume ? seekchat_decode_resume(&run->decoder, bytes, length)
                                         : seekchat_decode(&run->decoder, bytes, length);
        *resume = status == SEEKCHAT_INCOMPLETE;
        if (status != SEEKCHAT_OK)
            return status;
        print_message(run, bytes);
        input_use(run->in, run->decoder.message.end);
    }
}

static command_status decode_rest(decode_run *run)
{
    bool resume = false;
    input_result more;
    do {
        more = input_fill(run->in);
        if (more == INPUT_FAILED)
            return STATUS_BAD_INPUT;
        seekchat_status status = print_held(run, &resume);
        if (!command_flush())
            return STATUS_BAD_INPUT;
        if (status == SEEKCHAT_INVALID)
            return report_error(run);
        if (status == SEEKCHAT_NOT_SEEKCHAT)
            return report_faults(run);
    } while (more == INPUT_MORE);
    if (resume)
        return report_error(run);
    if (!run->any)
        return command_error("%s: offset %" G_GUINT64_FORMAT ": it holds no message", run->in->name,
                             run->in->offset);
    return STATUS_OK;
}

static command_status decode_stream(input *in)
{
    decode_run run = {.in = in, .line = g_string_new(NULL)};
    seekchat_decoder_init(&run.decoder);
    command_status status = decode_rest(&run);
    seekchat_decoder_clear(&run.decoder);
    g_string_free(run.line, TRUE);
    return status;
}

command_status command_decode(int argc, char **argv)
{
    gboolean hex = FALSE;
    gint64 limit = SEEKCHAT_INPUT_MAX;
    const GOptionEntry entries[] = {
        {"hex", 0, 0, G_OPTION_ARG_NONE, &hex, "Read one hex-encoded input a line", NULL},
        {"limit", 0, 0, G_OPTION_ARG_INT64, &limit, "Hold at most BYTES of one message", "BYTES"},
        {0},
    };
    command_status status;
    if (!command_options(&help, entries, &argc, argv, &status))
        return status;
    if (argc > 2)
        return command_usage(help.name, "more than one FILE");
    if (limit < 1 || limit > SEEKCHAT_INPUT_MAX)
        return command_usage(help.name, "--limit must be from 1 to %d", SEEKCHAT_INPUT_MAX);

    input in;
    if (!input_open(&in, argv[1], (size_t)limit))
        return STATUS_BAD_INPUT;
    status = hex ? command_decode_hex(&in) : decode_stream(&in);
    input_close(&in);
    return status;
}
