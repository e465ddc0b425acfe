/* start.h
 * Starts Wireshark's libraries, with the plugins that Wireshark would load.
 * May include: nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef WINDOW_START_H
#define WINDOW_START_H

#include <stdbool.h>

/*
 * Starts them as Wireshark does; program is the name that this one was called by. Once, before
 * anything else. False, with a word on standard error, if that fails or no SeekChat is there. There
 * is no end to it but the program's: with the allocator "simple" epan_cleanup takes half a minute.
 */
bool start_wireshark(const char *program);

#endif
