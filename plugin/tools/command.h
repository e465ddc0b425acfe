/* command.h
 * What the subcommands of seekchat share: exit statuses, options, messages and output.
 * May include: the C library and GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

/* Exit statuses of seekchat and of each subcommand. */
typedef enum {
    STATUS_OK = 0,
    STATUS_BAD_INPUT = 1, /* also: a file cannot be read, the output cannot be written */
    STATUS_USAGE = 2,
} command_status;

/* The subcommands. argv[0] is the subcommand's own name; argv ends with NULL. */
command_status command_decode(int argc, char **argv);
command_status command_encode(int argc, char **argv);
command_status command_report(int argc, char **argv);

/* What a subcommand says about itself in --help. */
typedef struct {
    const char *name;       /* "seekchat decode" */
    const char *parameters; /* "[FILE]" */
    const char *summary;    /* one line or more, below the usage line */
    const char *details;    /* below the options; may be NULL */
} command_help;

/*
 * Takes the options out of argv, so that only argv[0] and the other arguments stay. Returns true if
 * the subcommand should go on; else *status is what it should return, and help or an error has been
 * printed. Strings that entries store are the caller's to free.
 */
bool command_options(const command_help *help, const GOptionEntry *entries, int *argc, char **argv,
                     command_status *status);

/* Prints "seekchat: ..." and a hint to NAME --help on standard error. Returns STATUS_USAGE. */
command_status command_usage(const char *name, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Prints "seekchat: ..." on standard error. Returns STATUS_BAD_INPUT. */
command_status command_error(const char *format, ...) G_GNUC_PRINTF(1, 2);

/*
 * Appends the text to out so that a terminal shows it and does not obey it: the control characters,
 * line separators and changes of direction become \uXXXX; with json also a " and \ are escaped, so
 * that the result fits between the quotes of a JSON string. The text must be UTF-8.
 */
void command_escape(GString *out, const char *text, size_t length, bool json);

/* Writes bytes to standard output, buffered. A failure is kept for command_flush. */
void command_write(const GString *bytes);

/* Writes what is buffered. Returns false if any output so far failed, and says so once. */
bool command_flush(void);

#endif
