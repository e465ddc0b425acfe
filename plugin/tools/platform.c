/* platform.c
 * What differs between POSIX and Windows, for the seekchat command.
 * May include: the C library, POSIX, Windows and GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "platform.h"

#include <fcntl.h>

#include <glib.h>
#include <glib/gstdio.h>

#ifdef G_OS_WIN32

#include <io.h>

void platform_prepare(void)
{
    for (int descriptor = 0; descriptor <= 2; descriptor++)
        _setmode(descriptor, _O_BINARY);
}

/* argv is in the machine's code page, which cannot hold every name. */
char **platform_arguments(char **argv G_GNUC_UNUSED)
{
    return g_win32_get_command_line();
}

int platform_open(const char *path)
{
    return g_open(path, _O_RDONLY | _O_BINARY | _O_NOINHERIT, 0);
}

#else

#include <signal.h>

void platform_prepare(void)
{
    signal(SIGPIPE, SIG_IGN);
}

char **platform_arguments(char **argv)
{
    return g_strdupv(argv);
}

int platform_open(const char *path)
{
    return g_open(path, O_RDONLY | O_CLOEXEC, 0);
}

#endif
