/* fences.h
 * Memory between two pages that cannot be read: a read or write outside it ends the test.
 * May include: the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FENCES_H
#define FENCES_H

#include <stddef.h>
#include <stdint.h>

/* At least least bytes, in whole pages: *room says how many. Freed by fences_free. */
uint8_t *fences_new(size_t least, size_t *room);

void fences_free(uint8_t *bytes, size_t room);

#endif
