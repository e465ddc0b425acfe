/* fuzz_parsers.c
 * Fuzz target: decode against two other JSON parsers, on what is JSON and what may become it.
 * May include: check.h, the codec, the C library, Jansson, YAJL.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * Jansson says what is valid: it is the strictest of the parsers at hand, with UTF-8 and surrogates
 * checked as RFC 8259 has them. What it refuses beyond JSON is told by its error code and left out:
 *
 *   - depth: it stops at 2,048 open arrays and objects;
 *   - NUL in a key: its keys are C strings;
 *   - integers beyond 64 bits: read as floats instead (JSON_DECODE_INT_AS_REAL), but one beyond a
 *     double is an overflow, while json:decode/1 has integers of any size.
 *
 * The other way round it takes a NUL byte behind the value for the end of the input, and overlooks
 * one behind a number.
 *
 * YAJL says what is incomplete: it is a stream parser, which tells an error that is there from an
 * end that is missing. It is looser than JSON, so it is asked only about what decode calls
 * incomplete: there it must miss the end and find no error, but for what json:decode/1 does not
 * look at, since it takes some tokens only when all their bytes are there:
 *
 *   - a wrong literal so close to the end that no byte could follow the right one;
 *   - a \u escape that lacks hex digits, or one of a high surrogate behind which there is no room
 *     for its other half: YAJL finds an error, or takes it for good.
 */

#include "check.h"

#include <string.h>

#include <jansson.h>
#include <yajl/yajl_parse.h>

/* Bytes of a \uXXXX escape. */
#define ESCAPE 6

static bool has_code(const json_error_t *error, enum json_error_code code)
{
    return json_error_code(error) == code;
}

/* True if Jansson failed on JSON that it does not support. */
static bool is_limit(const json_error_t *error, const uint8_t *bytes, size_t length)
{
    if (has_code(error, json_error_stack_overflow) ||
        has_code(error, json_error_null_byte_in_key)) {
        return true;
    }
    if (!has_code(error, json_error_numeric_overflow)) {
        return false;
    }
    /* The number that it just read ends at error->position. */
    size_t start = (size_t)error->position;

    CHECK(start <= length);
    while (start > 0 && memchr("0123456789-+.eE", bytes[start - 1], 15) != NULL) {
        start--;
    }
    size_t digits = (size_t)error->position - start;

    return memchr(bytes + start, '.', digits) == NULL &&
           memchr(bytes + start, 'e', digits) == NULL && memchr(bytes + start, 'E', digits) == NULL;
}

/* True if decode failed at a byte that Jansson takes for the end, or does not see. */
static bool overlooks(const seekchat_decoder *decoder, const uint8_t *bytes)
{
    return decoder->error != SEEKCHAT_ERROR_END && decoder->error != SEEKCHAT_ERROR_CONTROL &&
           bytes[decoder->error_offset] == '\0';
}

static void compare_validity(const seekchat_decoder *decoder, seekchat_status status,
                             const uint8_t *bytes, size_t length)
{
    json_error_t error;
    json_t *value = json_loadb((const char *)bytes, length,
                               JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
    bool valid = status == SEEKCHAT_OK || status == SEEKCHAT_NOT_SEEKCHAT;

    if (value != NULL) {
        CHECK(valid || overlooks(decoder, bytes));
        json_decref(value);
    } else {
        CHECK(!valid || is_limit(&error, bytes, length));
    }
}

static int accept_number(void *context, const char *number, size_t length)
{
    (void)context;
    (void)number;
    (void)length;
    return 1;
}

/* True if the input ends in a wrong literal behind which nothing could stand. */
static bool ends_in_literal(const uint8_t *bytes, size_t length)
{
    for (size_t tail = 1; tail <= MIN(length, 5); tail++) {
        const char *at = (const char *)bytes + length - tail;
        const char *literal = *at == 't' ? "true" : *at == 'f' ? "false" : *at == 'n' ? "null" : "";

        if (tail <= strlen(literal) && memcmp(at, literal, tail) != 0) {
            return true;
        }
    }
    return false;
}

/* True if the input ends in a \u escape, or a pair of them, that is not all there. */
static bool ends_in_escape(const uint8_t *bytes, size_t length)
{
    for (size_t tail = 2; tail <= MIN(length, 2 * ESCAPE - 1); tail++) {
        const char *at = (const char *)bytes + length - tail;

        if (memcmp(at, "\\u", 2) == 0 &&
            (tail < ESCAPE || ((at[2] | 0x20) == 'd' && strchr("89abAB", at[3]) != NULL))) {
            return true;
        }
    }
    return false;
}

static void compare_progress(const uint8_t *bytes, size_t length)
{
    const yajl_callbacks callbacks = {.yajl_number = accept_number};
    yajl_handle parser = yajl_alloc(&callbacks, NULL, NULL);
    bool good = yajl_parse(parser, bytes, length) == yajl_status_ok;
    bool whole = good && yajl_complete_parse(parser) == yajl_status_ok;

    CHECK(good || ends_in_literal(bytes, length) || ends_in_escape(bytes, length));
    CHECK(!whole || ends_in_escape(bytes, length));
    yajl_free(parser);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seekchat_decoder decoder;

    seekchat_decoder_init(&decoder);
    seekchat_status status = seekchat_decode_document(&decoder, data, size);

    compare_validity(&decoder, status, data, size);
    if (status == SEEKCHAT_INCOMPLETE) {
        compare_progress(data, size);
    }
    seekchat_decoder_clear(&decoder);
    return 0;
}
