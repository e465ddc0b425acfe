/* view.h
 * A dissection that the window keeps, and what it shows.
 * May include: Wireshark's interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef WINDOW_VIEW_H
#define WINDOW_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include <epan/epan_dissect.h>

/* A number for all that a dissection shows: the labels of its tree and the bytes of its sources. */
uint64_t view_digest(const epan_dissect_t *dissection);

/* Dissections that are kept. Made by views_new, freed by views_free. */
typedef struct views views;

views *views_new(void);
void views_free(views *views);

/* True if another one may be kept. */
bool views_have_room(const views *views);

/* Keeps a dissection, whose owner views becomes, with all its tree, and what it shows now. */
void views_keep(views *views, epan_dissect_t *dissection);

/*
 * Looks at each again, and frees all. Returns how many show something else than when they were
 * kept, having said on standard error which.
 */
unsigned views_check(views *views, const char *name);

#endif
