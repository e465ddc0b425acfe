/* platform.h
 * What differs between POSIX and Windows, for the seekchat command: arguments and file names are
 * UTF-8 there too, input and output are bytes.
 * May include: nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PLATFORM_H
#define PLATFORM_H

/* Makes the standard streams binary, and a closed pipe a write error like any other. */
void platform_prepare(void);

/* The arguments of main: their bytes on POSIX, UTF-8 on Windows. Freed by g_strfreev. */
char **platform_arguments(char **argv);

/* A descriptor that reads the file of this name; -1, with errno set, if it cannot be opened. */
int platform_open(const char *path);

#endif
