/* visit.c
 * One dissection of one frame: what it brought so far. A frame may hold many segments.
 * May include: Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "visit.h"

#include <epan/proto_data.h>

/* Data of this protocol that is kept with a dissection. */
#define VISIT_KEY 0

/* What tells a segment from others of the same frame. */
typedef struct {
    const void *flow;
    uint32_t seq;
    uint32_t count; /* of such segments so far */
} segment_key;

seekchat_visit *seekchat_visit_get(packet_info *pinfo, int proto)
{
    static uint64_t number;
    seekchat_visit *visit = p_get_proto_data(pinfo->pool, pinfo, proto, VISIT_KEY);

    if (visit == NULL) {
        visit = wmem_new0(pinfo->pool, seekchat_visit);
        visit->number = ++number;
        p_add_proto_data(pinfo->pool, pinfo, proto, VISIT_KEY, visit);
    }
    return visit;
}

static unsigned key_hash(const void *data)
{
    const segment_key *key = data;

    return g_direct_hash(key->flow) ^ key->seq * 0x9e3779b1u;
}

static gboolean key_equal(const void *one, const void *other)
{
    const segment_key *a = one;
    const segment_key *b = other;

    return a->flow == b->flow && a->seq == b->seq;
}

static segment_key *add_key(seekchat_visit *visit, wmem_allocator_t *pool, segment_key key)
{
    segment_key *copy = wmem_memdup(pool, &key, sizeof(key));

    wmem_map_insert(visit->repeats, copy, copy);
    return copy;
}

uint32_t seekchat_visit_repeat(seekchat_visit *visit, wmem_allocator_t *pool, const void *flow,
                               uint32_t seq)
{
    segment_key wanted = {flow, seq, 0};

    if (visit->flow == NULL) {
        visit->flow = flow;
        visit->seq = seq;
        return 0;
    }
    if (visit->repeats == NULL) {
        visit->repeats = wmem_map_new(pool, key_hash, key_equal);
        add_key(visit, pool, (segment_key){visit->flow, visit->seq, 1});
    }
    segment_key *key = wmem_map_lookup(visit->repeats, &wanted);

    if (key == NULL) {
        key = add_key(visit, pool, wanted);
    }
    return key->count++;
}
