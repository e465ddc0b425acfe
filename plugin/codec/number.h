/* number.h
 * Reads a number byte by byte, so that it can be resumed anywhere, and tells whether it fits.
 * May include: the C library and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_NUMBER_H
#define SEEKCHAT_NUMBER_H

#include "seekchat.h"

/* Makes *number ready for a number that begins with first, a digit or a minus sign. */
void number_begin(seekchat_number *number, uint8_t first);

/*
 * Reads bytes of the number from at on, the one given to number_begin not among them. Returns where
 * it stopped: at end, or at the first byte that does not belong to the number.
 */
const uint8_t *number_read(seekchat_number *number, const uint8_t *at, const uint8_t *end);

/* Whether what has been read is a number: if not, a digit was expected. */
bool number_is_whole(const seekchat_number *number);

/*
 * Whether the number, which is whole, is in the range of OTP's binary_to_float/1 (the finite
 * doubles) or binary_to_integer/1 (65,535 words of 64 bits).
 */
bool number_fits(const seekchat_number *number);

#endif
