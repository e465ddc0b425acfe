/* vectors.h
 * The line that data/seekchat-decode.tsv has for an input, made by the codec.
 * May include: GLib and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef VECTORS_H
#define VECTORS_H

#include "seekchat.h"

/* The bytes that count hexadecimal digits stand for; NULL if they are not such digits. */
GByteArray *vectors_from_hex(const char *hex, size_t count);

/* Appends the line for an input, its hexadecimal digits in front, without a line end. */
void vectors_append_line(GString *line, seekchat_decoder *decoder, const uint8_t *bytes,
                         size_t length);

#endif
