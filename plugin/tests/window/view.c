/* view.c
 * A dissection that the window keeps, and what it shows.
 * May include: Wireshark's interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <epan/packet.h>
#include <epan/proto.h>
#include <epan/tvbuff.h>

#include "program_compat.h"

/* Dissections of one capture that are kept at once. */
#define VIEWS_MAX 64

typedef struct {
    epan_dissect_t *dissection;
    uint64_t digest;
} view;

struct views {
    view list[VIEWS_MAX];
    unsigned count;
};

static uint64_t mix(uint64_t digest, uint64_t word)
{
    digest = (digest ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return digest ^ digest >> 29;
}

/* Reads every byte, eight at a time: a sanitizer is to see each read. */
static uint64_t mix_bytes(uint64_t digest, const void *data, size_t length)
{
    const char *bytes = data;
    uint64_t word = 0;

    for (; length >= sizeof(word); bytes += sizeof(word), length -= sizeof(word)) {
        memcpy(&word, bytes, sizeof(word));
        digest = mix(digest, word);
    }
    word = length;
    memcpy(&word, bytes, length);
    return mix(digest, word ^ (uint64_t)length << 56);
}

static void mix_item(proto_node *node, void *data)
{
    uint64_t *digest = data;
    const field_info *field = PNODE_FINFO(node);
    char label[ITEM_LABEL_LENGTH];

    if (field != NULL) {
        const char *text = label;

        if (field->rep != NULL) {
            text = field->rep->representation;
        } else {
            program_fill_label(field, label);
        }
        *digest = mix_bytes(*digest, text, strlen(text));
        *digest = mix(*digest, (uint64_t)field->start << 32 ^ (uint32_t)field->length);
    }
    proto_tree_children_foreach(node, mix_item, digest);
}

uint64_t view_digest(const epan_dissect_t *dissection)
{
    uint64_t digest = 0;

    for (const GSList *link = dissection->pi.data_src; link != NULL; link = link->next) {
        tvbuff_t *tvb = get_data_source_tvb(link->data);
        unsigned length = tvb_captured_length(tvb);

        if (length > 0) {
            digest = mix_bytes(digest, tvb_get_ptr(tvb, 0, (int)length), length);
        }
    }
    if (dissection->tree != NULL) {
        proto_tree_children_foreach(dissection->tree, mix_item, &digest);
    }
    return digest;
}

views *views_new(void)
{
    return g_new0(views, 1);
}

void views_free(views *views)
{
    g_free(views);
}

bool views_have_room(const views *views)
{
    return views->count < VIEWS_MAX;
}

void views_keep(views *views, epan_dissect_t *dissection)
{
    views->list[views->count++] = (view){dissection, view_digest(dissection)};
}

unsigned views_check(views *views, const char *name)
{
    unsigned changed = 0;

    for (unsigned i = 0; i < views->count; i++) {
        const view *view = &views->list[i];

        if (view_digest(view->dissection) != view->digest) {
            fprintf(stderr, "%s: frame %" PRIu32 ", kept, shows something else than before\n", name,
                    view->dissection->pi.num);
            changed++;
        }
        epan_dissect_free(view->dissection);
    }
    views->count = 0;
    return changed;
}
