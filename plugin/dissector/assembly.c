/* assembly.c
 * A message that is put together from segments: its bytes, which Wireshark may go on showing.
 * May include: the codec, wmem.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "assembly.h"

#include <string.h>

#include <epan/wmem_scopes.h>

static GQueue pending_assemblies = G_QUEUE_INIT;

seekchat_assembly *seekchat_assembly_new(uint32_t seq)
{
    seekchat_assembly *assembly = wmem_new0(wmem_file_scope(), seekchat_assembly);

    assembly->seq = seq;
    assembly->frames = wmem_array_new(wmem_file_scope(), sizeof(uint32_t));
    seekchat_decoder_init(&assembly->decoder);
    assembly->link.data = assembly;
    g_queue_push_tail_link(&pending_assemblies, &assembly->link);
    return assembly;
}

/* Gives the bytes another capacity. Where Wireshark may hold the old ones they are left behind. */
static void resize(seekchat_assembly *assembly, uint32_t capacity)
{
    if (assembly->shared) {
        uint8_t *bytes = wmem_alloc(wmem_file_scope(), capacity);

        memcpy(bytes, assembly->bytes, assembly->length);
        assembly->bytes = bytes;
        assembly->shared = false;
    } else {
        assembly->bytes = wmem_realloc(wmem_file_scope(), assembly->bytes, capacity);
    }
    assembly->capacity = capacity;
}

size_t seekchat_assembly_append(seekchat_assembly *assembly, const uint8_t *bytes, uint32_t length,
                                uint32_t frame)
{
    uint32_t needed = assembly->length + length;
    size_t left_behind = 0;

    if (needed > assembly->capacity) {
        left_behind = assembly->shared ? assembly->capacity : 0;
        resize(assembly, MAX(needed, 2 * assembly->capacity));
    }
    memcpy(assembly->bytes + assembly->length, bytes, length);
    assembly->length = needed;
    wmem_array_append_one(assembly->frames, frame);
    return left_behind + length + sizeof(frame);
}

/* Frees the bytes of a message that is given up. */
static size_t give_up(seekchat_assembly *assembly)
{
    size_t freed = assembly->shared ? 0 : assembly->length;

    if (!assembly->shared) {
        wmem_free(wmem_file_scope(), assembly->bytes);
    }
    assembly->bytes = NULL;
    assembly->length = 0;
    assembly->capacity = 0;
    return freed;
}

size_t seekchat_assembly_finish(seekchat_assembly *assembly, seekchat_assembly_state state,
                                uint32_t frame)
{
    assembly->state = state;
    assembly->shown_in = frame;
    seekchat_decoder_clear(&assembly->decoder);
    g_queue_unlink(&pending_assemblies, &assembly->link);
    if (state == SEEKCHAT_ASSEMBLY_TOO_LARGE) {
        return give_up(assembly);
    }
    if (!assembly->shared) {
        resize(assembly, assembly->length);
    }
    return 0;
}

const uint8_t *seekchat_assembly_share(seekchat_assembly *assembly)
{
    assembly->shared = true;
    return assembly->bytes;
}

void seekchat_assembly_cleanup(void)
{
    GList *link;

    while ((link = g_queue_pop_head_link(&pending_assemblies)) != NULL) {
        seekchat_decoder_clear(&((seekchat_assembly *)link->data)->decoder);
    }
}
