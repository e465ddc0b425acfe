/* main.c
 * The seekchat command: finds the subcommand and runs it.
 * May include: the C library and GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "command.h"

#include <string.h>

#include "platform.h"

typedef struct {
    const char *name;
    command_status (*run)(int argc, char **argv);
    const char *summary;
} subcommand;

static const subcommand subcommands[] = {
    {"decode", command_decode, "Read messages and print them as JSON lines"},
    {"encode", command_encode, "Write a message"},
    {"report", command_report, "Merge cluster reports"},
};

static command_status print(GString *text)
{
    command_write(text);
    return command_flush() ? STATUS_OK : STATUS_BAD_INPUT;
}

static command_status print_help(void)
{
    g_autoptr(GString) text =
        g_string_new("Usage:\n"
                     "  seekchat COMMAND [OPTION...]\n"
                     "  seekchat --help | --version\n"
                     "\n"
                     "Reads and writes Beethoven's SeekChat messages, and merges the\n"
                     "cluster reports of the Wireshark plugin.\n"
                     "\n"
                     "Commands:\n");
    for (size_t i = 0; i < G_N_ELEMENTS(subcommands); i++)
        g_string_append_printf(text, "  %-10s %s\n", subcommands[i].name, subcommands[i].summary);
    g_string_append(text, "\n"
                          "'seekchat COMMAND --help' tells more.\n"
                          "Exit status: 0, 1 for bad input, 2 for bad usage.\n");
    return print(text);
}

static command_status print_version(void)
{
    g_autoptr(GString) text = g_string_new("seekchat " SEEKCHAT_VERSION "\n");
    return print(text);
}

static command_status run(int argc, char **argv)
{
    if (argc < 2)
        return command_usage("seekchat", "no command given");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return print_help();
    if (strcmp(argv[1], "--version") == 0)
        return print_version();
    for (size_t i = 0; i < G_N_ELEMENTS(subcommands); i++) {
        if (strcmp(argv[1], subcommands[i].name) == 0)
            return subcommands[i].run(argc - 1, argv + 1);
    }
    return command_usage("seekchat", "unknown command '%s'", argv[1]);
}

int main(int argc G_GNUC_UNUSED, char **argv)
{
    platform_prepare();
    g_auto(GStrv) arguments = platform_arguments(argv);
    return run((int)g_strv_length(arguments), arguments);
}
