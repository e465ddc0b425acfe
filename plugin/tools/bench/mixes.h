/* mixes.h
 * The inputs of the codec benchmark.
 * May include: GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef BENCH_MIXES_H
#define BENCH_MIXES_H

#include <stdbool.h>

#include <glib.h>

typedef struct {
    const char *name;
    const char *unit; /* of which there are count at most */
    GString *(*make)(unsigned count);
    unsigned count; /* for a run that is timed */
    bool is_one;    /* one message has all of them */
} bench_mix;

/* The mixes, ended by one without a name. The caller frees what make returns. */
extern const bench_mix bench_mixes[];

#endif
