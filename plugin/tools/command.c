/* command.c
 * What the subcommands of seekchat share: options, messages and output.
 * May include: the C library and GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void print_message(const char *message)
{
    g_autofree char *valid = g_utf8_make_valid(message, -1);
    g_autoptr(GString) line = g_string_new("seekchat: ");
    command_escape(line, valid, strlen(valid), false);
    g_string_append_c(line, '\n');
    fputs(line->str, stderr);
}

command_status command_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    print_message(message);
    return STATUS_BAD_INPUT;
}

command_status command_usage(const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    print_message(message);
    fprintf(stderr, "Try '%s --help'.\n", name);
    return STATUS_USAGE;
}

static command_status print_help(const command_help *help, GOptionContext *context)
{
    g_set_prgname(help->name);
    g_option_context_set_summary(context, help->summary);
    g_option_context_set_description(context, help->details);
    g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);
    g_autoptr(GString) bytes = g_string_new(text);
    command_write(bytes);
    return command_flush() ? STATUS_OK : STATUS_BAD_INPUT;
}

bool command_options(const command_help *help, const GOptionEntry *entries, int *argc, char **argv,
                     command_status *status)
{
    gboolean wants_help = FALSE;
    const GOptionEntry help_entry[] = {
        {"help", 'h', 0, G_OPTION_ARG_NONE, &wants_help, "Show this help", NULL},
        {0},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(help->parameters);
    g_autoptr(GError) error = NULL;

    /* GLib's own --help would end the process without a look at write errors. */
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, help_entry, NULL);
    g_option_context_add_main_entries(context, entries, NULL);
    bool well = g_option_context_parse_strv(context, &argv, &error);
    *argc = (int)g_strv_length(argv);
    if (!well) {
        *status = command_usage(help->name, "%s", error->message);
        return false;
    }
    if (wants_help) {
        *status = print_help(help, context);
        return false;
    }
    return true;
}

/* Characters that a terminal obeys instead of showing: controls, and what turns its lines round. */
static bool is_obeyed(gunichar code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

void command_escape(GString *out, const char *text, size_t length, bool json)
{
    const char *end = text + length;

    for (const char *next; text < end; text = next) {
        gunichar code = (uint8_t)*text < 0x80 ? (gunichar)*text : g_utf8_get_char(text);

        next = (uint8_t)*text < 0x80 ? text + 1 : g_utf8_next_char(text);
        if (is_obeyed(code)) {
            g_string_append_printf(out, "\\u%04x", code);
            continue;
        }
        if (json && (code == '"' || code == '\\')) {
            g_string_append_c(out, '\\');
        }
        g_string_append_len(out, text, next - text);
    }
}

/* The first failure of standard output; 0 while there is none. */
static int output_errno;

void command_write(const GString *bytes)
{
    if (output_errno == 0 && fwrite(bytes->str, 1, bytes->len, stdout) != bytes->len)
        output_errno = errno;
}

bool command_flush(void)
{
    if (output_errno == 0 && fflush(stdout) != 0)
        output_errno = errno;
    if (output_errno != 0)
        command_error("standard output: %s", g_strerror(output_errno));
    return output_errno == 0;
}
