/* names.h
 * Names of nodes and payloads as the statistics' tables show them.
 * May include: the codec, wmem.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_STATS_NAMES_H
#define SEEKCHAT_STATS_NAMES_H

#include <wsutil/wmem/wmem.h>

#include "seekchat.h"

/*
 * A name with everything escaped that could disturb a terminal, or end a string of a display
 * filter. Between quotes in a display filter, the result stands for the name itself. In pool.
 */
char *seekchat_stats_name(wmem_allocator_t *pool, const char *name);

/* A payload in a word or two. */
const char *seekchat_stats_payload(seekchat_payload payload);

#endif
