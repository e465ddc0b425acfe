/* serve.h
 * Lets a program that has started do its work many times, each time in a child of its own.
 *
 * On standard input comes for each time: the file for the child's standard input, those for its
 * standard output and standard error, the number of words, and the words, a 0 byte behind each. On
 * standard output goes a line with the child's exit status, 128 and the signal's number if a signal
 * ended it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SERVE_H
#define SERVE_H

/* Comes back in a child for each request, with its words, which the child owns, and NULL behind
 * them; *count is their number. At the end of standard input the program ends. */
char **serve(int *count);

/* Says what failed, and why, as errno has it; ends the program. */
void serve_fail(const char *what);

#endif
