/* peer_jansson.c
 * jansson.
 * May include: jansson.h and bench.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "bench.h"

#include <jansson.h>

static void take_value(bench_found *found, json_t *value)
{
    size_t index;
    json_t *node;
    if (json_is_string(value)) {
        bench_take(found, json_string_length(value));
        return;
    }
    json_array_foreach(value, index, node)
    {
        bench_take(found, json_string_length(node));
    }
}

bench_found bench_jansson(uint8_t *input, size_t length, bool is_one)
{
    bench_found found = {0};
    (void)is_one;
    while (length > 0) {
        json_error_t error;
        json_t *root = json_loadb((const char *)input, length,
                                  JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, &error);
        if (!root) {
            break;
        }
        const char *key;
        json_t *value;
        json_object_foreach(root, key, value)
        {
            found.keys++;
            take_value(&found, value);
        }
        json_decref(root);
        size_t end = (size_t)error.position;
        found.messages++;
        found.ends += end;
        input += end;
        length -= end;
    }
    return found;
}
