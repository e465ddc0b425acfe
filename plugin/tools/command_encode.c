/* command_encode.c
 * seekchat encode: writes one message, made from the options, without a newline.
 * May include: the codec, GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "command.h"

#include <string.h>

#include "seekchat.h"

static const command_help help = {
    .name = "seekchat encode",
    .parameters = "",
    .summary = "Writes one SeekChat message to standard output, without a newline.",
    .details = "One of --payload, --node and --empty-list must be given.\n"
               "\n"
               "Asking the Beacon at HOST whether anything listens:\n"
               "  seekchat encode --type watching --payload check --sender me@10.0.0.9 |\n"
               "      nc -q1 HOST 33000 | seekchat decode",
};

/* The options as given; freed by options_clear. */
typedef struct {
    char *type;
    char *sender;
    char *payload;
    char **nodes;
    gboolean empty_list;
    gboolean any;
} encode_options;

static void options_clear(encode_options *options)
{
    g_free(options->type);
    g_free(options->sender);
    g_free(options->payload);
    g_strfreev(options->nodes);
}

/* G_OPTION_ARG_FILENAME leaves the bytes of an argument as they are, whatever the locale. */
static bool parse(encode_options *options, int *argc, char **argv, command_status *status)
{
    const GOptionEntry entries[] = {
        {"type", 0, 0, G_OPTION_ARG_FILENAME, &options->type, "seeking, watching or reply", "TYPE"},
        {"sender", 0, 0, G_OPTION_ARG_FILENAME, &options->sender, "The node that sends", "NODE"},
        {"payload", 0, 0, G_OPTION_ARG_FILENAME, &options->payload,
         "join, check, self, standalone, joined, join_failed or error", "WORD"},
        {"node", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->nodes,
         "The payload is a list with NODE; may be repeated", "NODE"},
        {"empty-list", 0, 0, G_OPTION_ARG_NONE, &options->empty_list,
         "The payload is a list without a node", NULL},
        {"any", 0, 0, G_OPTION_ARG_NONE, &options->any,
         "Allow a TYPE or WORD that is not in the documented sets", NULL},
        {0},
    };
    return command_options(&help, entries, argc, argv, status);
}

/* Checks what GLib's option parser does not. Returns STATUS_OK or, with a message, STATUS_USAGE. */
static command_status check(const encode_options *options, int argc, char **argv)
{
    if (argc > 1)
        return command_usage(help.name, "unexpected argument '%s'", argv[1]);
    if (options->type == NULL)
        return command_usage(help.name, "--type is missing");
    if (options->sender == NULL)
        return command_usage(help.name, "--sender is missing");
    int payloads = (options->payload != NULL) + (options->nodes != NULL) + options->empty_list;
    if (payloads != 1)
        return command_usage(help.name, "give one of --payload, --node and --empty-list");
    if (options->any)
        return STATUS_OK;
    if (seekchat_type_from_name(options->type, strlen(options->type)) == SEEKCHAT_TYPE_UNKNOWN)
        return command_usage(help.name, "'%s' is no documented type (--any allows it)",
                             options->type);
    if (options->payload != NULL &&
        seekchat_payload_from_name(options->payload, strlen(options->payload)) ==
            SEEKCHAT_PAYLOAD_UNKNOWN)
        return command_usage(help.name, "'%s' is no documented payload (--any allows it)",
                             options->payload);
    return STATUS_OK;
}

static command_status report_not_utf8(const encode_options *options)
{
    const char *option = "--node";
    if (!g_utf8_validate(options->type, -1, NULL))
        option = "--type";
    else if (!g_utf8_validate(options->sender, -1, NULL))
        option = "--sender";
    else if (options->payload != NULL)
        option = "--payload";
    return command_error("the value of %s is not UTF-8", option);
}

static command_status write_message(const encode_options *options)
{
    guint node_count = options->nodes != NULL ? g_strv_length(options->nodes) : 0;
    g_autofree seekchat_text *nodes = g_new(seekchat_text, node_count);
    for (guint i = 0; i < node_count; i++)
        nodes[i] = seekchat_text_of(options->nodes[i]);
    seekchat_msg msg = {
        .type = seekchat_text_of(options->type),
        .sender = seekchat_text_of(options->sender),
        .is_list = options->payload == NULL,
        .nodes = nodes,
        .node_count = node_count,
    };
    if (options->payload != NULL)
        msg.word = seekchat_text_of(options->payload);

    g_autoptr(GString) bytes = g_string_new(NULL);
    if (!seekchat_encode(&msg, bytes))
        return report_not_utf8(options);
    command_write(bytes);
    return command_flush() ? STATUS_OK : STATUS_BAD_INPUT;
}

command_status command_encode(int argc, char **argv)
{
    encode_options options = {.type = NULL};
    command_status status;
    if (parse(&options, &argc, argv, &status))
        status = check(&options, argc, argv) == STATUS_OK ? write_message(&options) : STATUS_USAGE;
    options_clear(&options);
    return status;
}
