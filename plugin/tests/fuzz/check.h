/* check.h
 * What the fuzz targets share: failing, and the rules that any result of decode keeps.
 * May include: the codec, the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_FUZZ_CHECK_H
#define SEEKCHAT_FUZZ_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "seekchat.h"

/* Entry point that libFuzzer calls. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run, which makes libFuzzer keep the input, unless the condition holds. */
#define CHECK(condition) ((condition) ? (void)0 : check_failed(#condition, __FILE__, __LINE__))

_Noreturn void check_failed(const char *condition, const char *file, int line);

/* True if the text is UTF-8, in which NUL is a character like any other. */
bool check_utf8(const char *text, size_t length);

/* Checks a result against the contract in seekchat.h: bounds, order, counts, faults, texts. */
void check_result(const seekchat_decoder *decoder, seekchat_status status, const uint8_t *bytes,
                  size_t length);

/* Checks that two results for the same input are the same in all that a caller may look at. */
void check_same(const seekchat_decoder *a, seekchat_status a_status, const seekchat_decoder *b,
                seekchat_status b_status);

#endif
