/* fuzz_decode.c
 * Fuzz target: decode walks any bytes as messages one behind another, and each as a document.
 * May include: check.h, the codec.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "check.h"

/* The first message alone, cut behind its end, is the same message; as a document, too. */
static void check_alone(const seekchat_decoder *whole, seekchat_status status, const uint8_t *bytes)
{
    seekchat_decoder alone;
    seekchat_decoder_init(&alone);

    check_same(whole, status, &alone, seekchat_decode(&alone, bytes, whole->message.end));
    check_same(whole, status, &alone, seekchat_decode_document(&alone, bytes, whole->message.end));
    seekchat_decoder_clear(&alone);
}

/* As a document the input is good if nothing but white space follows its first value. */
static void check_document(const seekchat_decoder *walked, seekchat_status status,
                           const uint8_t *bytes, size_t length)
{
    seekchat_decoder document;
    seekchat_decoder_init(&document);

    seekchat_status as_document = seekchat_decode_document(&document, bytes, length);
    size_t end = walked->message.end;

    check_result(&document, as_document, bytes, length);
    if (status == SEEKCHAT_OK || status == SEEKCHAT_NOT_SEEKCHAT) {
        size_t space = seekchat_space(bytes + end, length - end);

        if (end + space < length) {
            CHECK(as_document == SEEKCHAT_INVALID);
            CHECK(document.error == SEEKCHAT_ERROR_TRAILING);
            CHECK(document.error_offset == end + space);
        } else {
            check_same(walked, status, &document, as_document);
        }
    } else {
        check_same(walked, status, &document, as_document);
    }
    seekchat_decoder_clear(&document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seekchat_decoder decoder;
    seekchat_status status;

    seekchat_decoder_init(&decoder);
    do {
        status = seekchat_decode(&decoder, data, size);
        check_result(&decoder, status, data, size);
        check_document(&decoder, status, data, size);
        if (status == SEEKCHAT_OK || status == SEEKCHAT_NOT_SEEKCHAT) {
            check_alone(&decoder, status, data);
            data += decoder.message.end;
            size -= decoder.message.end;
        }
    } while (status == SEEKCHAT_OK || status == SEEKCHAT_NOT_SEEKCHAT);
    seekchat_decoder_clear(&decoder);
    return 0;
}
