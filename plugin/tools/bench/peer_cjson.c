/* peer_cjson.c
 * cJSON.
 * May include: cJSON.h and bench.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "bench.h"

#include <cjson/cJSON.h>
#include <string.h>

static void take_value(bench_found *found, const cJSON *value)
{
    const cJSON *node;
    if (cJSON_IsString(value)) {
        bench_take(found, strlen(value->valuestring));
        return;
    }
    cJSON_ArrayForEach(node, value)
    {
        bench_take(found, strlen(node->valuestring));
    }
}

bench_found bench_cjson(uint8_t *input, size_t length, bool is_one)
{
    bench_found found = {0};
    (void)is_one;
    while (length > 0) {
        const char *behind = NULL;
        cJSON *root = cJSON_ParseWithLengthOpts((const char *)input, length, &behind, 0);
        if (!root) {
            break;
        }
        const cJSON *value;
        cJSON_ArrayForEach(value, root)
        {
            found.keys++;
            take_value(&found, value);
        }
        cJSON_Delete(root);
        size_t end = (size_t)(behind - (const char *)input);
        found.messages++;
        found.ends += end;
        input += end;
        length -= end;
    }
    return found;
}
