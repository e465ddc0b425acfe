/* messages.c
 * The messages that a dissection finds, as the dissector's tap tells them.
 * May include: Wireshark's interface, the dissector's tap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "messages.h"

#include <stdio.h>

#include <epan/packet.h>
#include <epan/tap.h>

#include "../../dissector/seekchat-tap.h"

static messages *collecting;

messages *messages_new(void)
{
    messages *new = g_new0(messages, 1);

    new->digests = g_array_new(FALSE, TRUE, sizeof(uint64_t));
    return new;
}

void messages_free(messages *messages)
{
    g_array_unref(messages->digests);
    g_free(messages);
}

void messages_collect(messages *messages)
{
    collecting = messages;
}

uint64_t messages_of_frame(const messages *messages, uint32_t frame)
{
    return frame < messages->digests->len ? g_array_index(messages->digests, uint64_t, frame) : 0;
}

static uint64_t mix(uint64_t digest, uint64_t word)
{
    digest = (digest ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return digest ^ digest >> 29;
}

static uint64_t mix_text(uint64_t digest, const char *text)
{
    return mix(digest, text == NULL ? UINT64_MAX : g_str_hash(text));
}

static uint64_t mix_left_out(uint64_t digest, const seekchat_left_out *left_out)
{
    digest = mix(digest, left_out->states[SEEKCHAT_OK]);
    digest = mix(digest, left_out->states[SEEKCHAT_NOT_SEEKCHAT]);
    digest = mix(digest, left_out->states[SEEKCHAT_INVALID]);
    return mix(mix(digest, left_out->requests), left_out->answers);
}

static uint64_t mix_message(uint64_t digest, const seekchat_tap_record *record)
{
    digest = mix(mix(digest, record->stream), record->status);
    digest = mix(mix(digest, record->request), record->exceeds_recv);
    digest = mix_text(mix_text(digest, record->type_word), record->payload_word);
    digest = mix(mix_text(digest, record->sender), record->node_count);
    for (uint32_t i = 0; i < record->node_count; i++) {
        digest = mix_text(digest, record->nodes[i]);
    }
    digest = mix(mix(digest, record->length), record->request_frame);
    return mix_text(digest, record->peer);
}

static tap_packet_status listen(void *data, packet_info *pinfo, epan_dissect_t *dissection,
                                const void *record_data, tap_flags_t flags)
{
    const seekchat_tap_record *record = record_data;

    (void)data;
    (void)dissection;
    (void)flags;
    if (collecting == NULL) {
        return TAP_PACKET_DONT_REDRAW;
    }
    if (record->left_out == NULL && record->status == SEEKCHAT_INCOMPLETE) {
        collecting->parts++;
        return TAP_PACKET_DONT_REDRAW;
    }
    if (pinfo->num >= collecting->digests->len) {
        g_array_set_size(collecting->digests, pinfo->num + 1);
    }
    uint64_t *digest = &g_array_index(collecting->digests, uint64_t, pinfo->num);

    *digest = record->left_out == NULL ? mix_message(*digest, record)
                                       : mix_left_out(*digest, record->left_out);
    collecting->whole += record->left_out == NULL ? 1 : record->left_out->states[SEEKCHAT_OK];
    return TAP_PACKET_DONT_REDRAW;
}

bool messages_listen(void)
{
    GString *problem =
        register_tap_listener(SEEKCHAT_TAP, &collecting, NULL, 0, NULL, listen, NULL, NULL);

    if (problem == NULL) {
        return true;
    }
    fprintf(stderr, "the tap of SeekChat: %s\n", problem->str);
    g_string_free(problem, TRUE);
    return false;
}
