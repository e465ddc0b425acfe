/* peer_yajl.c
 * yajl, which calls back for each token, with one parser for all messages.
 * May include: yajl and bench.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "bench.h"

#include <yajl/yajl_parse.h>

static int take_string(void *context, const unsigned char *text, size_t length)
{
    (void)text;
    bench_take(context, length);
    return 1;
}

static int take_key(void *context, const unsigned char *text, size_t length)
{
    bench_found *found = context;
    (void)text;
    (void)length;
    found->keys++;
    return 1;
}

/* An object is a message: the mixes have no other. */
static int take_message(void *context)
{
    bench_found *found = context;
    found->messages++;
    return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_string = take_string,
    .yajl_map_key = take_key,
    .yajl_end_map = take_message,
};

bench_found bench_yajl(uint8_t *input, size_t length, bool is_one)
{
    bench_found found = {0};
    (void)is_one;
    yajl_handle parser = yajl_alloc(&callbacks, NULL, &found);
    yajl_config(parser, yajl_allow_multiple_values, 1);
    if (yajl_parse(parser, input, length) == yajl_status_ok) {
        found.ends = yajl_get_bytes_consumed(parser);
    }
    yajl_free(parser);
    return found;
}
