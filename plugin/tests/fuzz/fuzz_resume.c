/* fuzz_resume.c
 * Fuzz target: a message that arrives in pieces gives the result of the message in one piece.
 * May include: check.h, the codec, the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "check.h"

#include <stdlib.h>
#include <string.h>

/* The first bytes of the input say how long the pieces are; 0 stands for one long piece. */
#define LENGTHS 6
#define LONG_PIECE 512

/* Decodes what there is in memory that ends with it, and which the next call no longer finds. */
static seekchat_status decode_copy(seekchat_decoder *decoder, const uint8_t *text, size_t length,
                                   bool first)
{
    uint8_t *copy = malloc(length);
    seekchat_status status;

    memcpy(copy, text, length);
    status = first ? seekchat_decode(decoder, copy, length)
                   : seekchat_decode_resume(decoder, copy, length);
    check_result(decoder, status, copy, length);
    free(copy);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < LENGTHS) {
        return 0;
    }
    const uint8_t *text = data + LENGTHS;
    size_t length = size - LENGTHS;
    size_t there = 0;
    seekchat_decoder pieces;
    seekchat_decoder whole;
    seekchat_status status = SEEKCHAT_INCOMPLETE;

    seekchat_decoder_init(&pieces);
    seekchat_decoder_init(&whole);
    for (unsigned i = 0; there < length && status == SEEKCHAT_INCOMPLETE; i++) {
        size_t piece = data[i % LENGTHS] == 0 ? LONG_PIECE : data[i % LENGTHS];

        there += MIN(piece, length - there);
        status = decode_copy(&pieces, text, there, i == 0);
        check_same(&pieces, status, &whole, seekchat_decode(&whole, text, there));
    }
    seekchat_decoder_clear(&pieces);
    seekchat_decoder_clear(&whole);
    return 0;
}
