/* escape.h
 * Makes text from the wire safe: printable for a terminal, valid for JSON.
 * May include: address.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_ESCAPE_H
#define CLUSTER_ESCAPE_H

#include "address.h"

/*
 * Appends text as printable UTF-8 on one line. Control and format characters, line separators
 * and others that do not print, and \ itself, become \x1b or \u202e or \\, bytes that are not UTF-8
 * \xff. Behind most characters of it the rest is left out: "..., 1048576 bytes". Empty text becomes
 * (none).
 */
void cluster_escape_append(GString *out, cluster_text text, size_t most);

/*
 * Appends text as a JSON string with its quotes. Characters that do not print are escaped, since a
 * terminal may get the document too; bytes that are not UTF-8 become U+FFFD.
 */
void cluster_json_append(GString *out, cluster_text text);

/* Appends a number in decimal: many times as fast as printf does it. */
void cluster_number_append(GString *out, uint64_t number);

/* Appends seconds with so many digits (at most 9) behind a point, whatever the locale. */
void cluster_seconds_append(GString *out, double seconds, int digits);

#endif
