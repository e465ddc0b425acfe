/* bench.h
 * What the codec benchmark asks of each decoder that it measures.
 * May include: the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes behind every input that a decoder may read; some need them. */
#define BENCH_PADDING 128

/*
 * What a decoder found in an input. All of them must find the same: so none leaves work out. A
 * string counts with the length of its text, escapes resolved.
 */
typedef struct {
    uint64_t messages;
    uint64_t keys;       /* their number */
    uint64_t strings;    /* number of values and nodes that are strings */
    uint64_t text_bytes; /* of those strings */
    uint64_t ends;       /* sum of the lengths of the messages */
} bench_found;

typedef struct {
    const char *name;
    /*
     * Decodes all messages of the input, which stand one behind the other; may overwrite it. Memory
     * may be kept for the next run. is_one says that there is one message only.
     */
    bench_found (*decode)(uint8_t *input, size_t length, bool is_one);
} bench_decoder;

/* Counts a string. */
static inline void bench_take(bench_found *found, size_t length)
{
    found->strings++;
    found->text_bytes += length;
}

bench_found bench_codec(uint8_t *input, size_t length, bool is_one);

/* Decodes the same message count times, with one decoder; returns whether it is one. */
bool bench_codec_again(const uint8_t *input, size_t length, unsigned count);

bench_found bench_yyjson(uint8_t *input, size_t length, bool is_one);
bench_found bench_simdjson(uint8_t *input, size_t length, bool is_one);
bench_found bench_yajl(uint8_t *input, size_t length, bool is_one);
bench_found bench_cjson(uint8_t *input, size_t length, bool is_one);
bench_found bench_jansson(uint8_t *input, size_t length, bool is_one);

#ifdef __cplusplus
}
#endif

#endif
