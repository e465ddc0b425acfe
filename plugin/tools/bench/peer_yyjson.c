/* peer_yyjson.c
 * yyjson, in place, with memory that is used again for each message.
 * May include: yyjson.h and bench.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "bench.h"

#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

/*
 * yyjson asks for memory in proportion to the whole input, not to the message: the allocator hands
 * out one reserve, kept from run to run, of which only what the message needs is ever touched.
 */
static void *reserve_for(size_t length)
{
    static void *reserve;
    static size_t room;
    if (room < 16 * length + 4096) {
        room = 16 * length + 4096;
        reserve = realloc(reserve, room);
    }
    return reserve;
}

static void *lend(void *reserve, size_t size)
{
    (void)size;
    return reserve;
}

static void *keep(void *reserve, void *old, size_t old_size, size_t size)
{
    (void)reserve;
    (void)old_size;
    (void)size;
    return old;
}

static void take_back(void *reserve, void *memory)
{
    (void)reserve;
    (void)memory;
}

static void take_value(bench_found *found, yyjson_val *value)
{
    if (yyjson_is_str(value)) {
        bench_take(found, yyjson_get_len(value));
        return;
    }
    size_t index, count;
    yyjson_val *node;
    yyjson_arr_foreach(value, index, count, node)
    {
        bench_take(found, yyjson_get_len(node));
    }
}

bench_found bench_yyjson(uint8_t *input, size_t length, bool is_one)
{
    const yyjson_read_flag flags = YYJSON_READ_INSITU | YYJSON_READ_STOP_WHEN_DONE;
    bench_found found = {0};
    (void)is_one;
    yyjson_alc alc = {lend, keep, take_back, reserve_for(length)};
    while (length > 0) {
        yyjson_doc *doc = yyjson_read_opts((char *)input, length, flags, &alc, NULL);
        if (!doc) {
            break;
        }
        yyjson_val *root = yyjson_doc_get_root(doc);
        size_t index, count;
        yyjson_val *key, *value;
        found.messages++;
        yyjson_obj_foreach(root, index, count, key, value)
        {
            found.keys++;
            take_value(&found, value);
        }
        size_t end = yyjson_doc_get_read_size(doc);
        found.ends += end;
        input += end;
        length -= end;
    }
    return found;
}
