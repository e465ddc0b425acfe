/* names.h
 * Node names as the statistics' tables show them.
 * May include: wmem.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_STATS_NAMES_H
#define SEEKCHAT_STATS_NAMES_H

#include <wsutil/wmem/wmem.h>

/*
 * A name with everything escaped that could disturb a terminal, or end a string of a display
 * filter. Between quotes in a display filter, the result stands for the name itself. In pool.
 */
char *seekchat_stats_name(wmem_allocator_t *pool, const char *name);

#endif
