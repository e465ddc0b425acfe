/* rows.h
 * What the rows of written facts look like: for write.c and read.c.
 * May include: packets.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A record is an array of numbers, in the order in which write.c and read.c name them. Zeros at its
 * end are left out. A place in a table counts from 1; 0 is none. A time is a number of ticks behind
 * a base: the first capture's first frame, or in a row the row's first time. Where ticks are too
 * coarse to be read back exactly it is the seconds, as a string. No time at all is null.
 */

#ifndef CLUSTER_ROWS_H
#define CLUSTER_ROWS_H

#include "packets.h"

/* Ticks of a second. Times since 2004 are multiples of more than two of them. */
#define CLUSTER_ROW_TICKS 1e7
/* Ticks and seconds beyond which no time is written or read. */
#define CLUSTER_ROW_TICKS_MAX 9e15
#define CLUSTER_ROW_SECONDS_MAX 1e12

enum {
    CLUSTER_ROW_TURNED = 1,
    CLUSTER_ROW_LOCATOR = 2,
    CLUSTER_ROW_CROWDED = 4,
    CLUSTER_ROW_EDGE = 8,
    CLUSTER_ROW_PROHIBITED = 16,
};

/* Behind the speech of a side. */
enum {
    CLUSTER_ROW_SPEECH = 7,
    CLUSTER_ROW_BASED = 8,
    CLUSTER_ROW_WHOLE = 16,
    CLUSTER_ROW_OVER = 32,
};

/* The members of a capture that count what could not be read of it. */
static const char *const cluster_unread_names[CLUSTER_UNREADS] = {
    [CLUSTER_UNREAD_LOOSE] = "loose",
    [CLUSTER_UNREAD_CUT] = "cut",
    [CLUSTER_UNREAD_HEADLESS] = "headless",
};

#endif
