/* messages.c
 * The messages that a dissection finds, as the dissector's tap tells them.
 * May include: a capture, the codec, the dissector's tap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "messages.h"

#include <stdio.h>

#include <epan/packet.h>
#include <epan/tap.h>

#include "../../dissector/seekchat-tap.h"

static messages *collecting;

messages *messages_new(uint32_t base)
{
    messages *new = g_new0(messages, 1);

    new->base = base;
    new->digests = g_array_new(FALSE, TRUE, sizeof(uint64_t));
    new->list = g_array_new(FALSE, FALSE, sizeof(message));
    return new;
}

void messages_free(messages *messages)
{
    g_array_unref(messages->digests);
    g_array_unref(messages->list);
    g_free(messages);
}

epan_dissect_t *messages_dissect(messages *messages, capture *capture, uint32_t frame, bool tree)
{
    collecting = messages;

    epan_dissect_t *dissection = capture_dissect(capture, frame, tree);

    collecting = NULL;
    return dissection;
}

uint64_t messages_of_frame(const messages *messages, uint32_t frame)
{
    uint32_t index = frame - messages->base;

    return index < messages->digests->len ? g_array_index(messages->digests, uint64_t, index) : 0;
}

bool messages_equal(const messages *one, const messages *other)
{
    if (one->list->len != other->list->len || one->left_out != other->left_out) {
        return false;
    }
    for (guint i = 0; i < one->list->len; i++) {
        const message *first = &g_array_index(one->list, message, i);
        const message *second = &g_array_index(other->list, message, i);

        if (first->frame != second->frame || first->answers != second->answers ||
            first->request != second->request || first->status != second->status ||
            first->content != second->content) {
            return false;
        }
    }
    return true;
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
    static const seekchat_status counted[] = {SEEKCHAT_OK, SEEKCHAT_NOT_SEEKCHAT, SEEKCHAT_INVALID};

    if (left_out->messages == left_out->states[SEEKCHAT_INCOMPLETE]) {
        return digest;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(counted); i++) {
        digest = mix(digest, left_out->states[counted[i]]);
    }
    return mix(mix(digest, left_out->requests), left_out->answers);
}

uint64_t messages_content(seekchat_status status, const char *const texts[SEEKCHAT_KEYS],
                          const char *const *nodes, uint32_t count, uint32_t length)
{
    uint64_t content = mix(0, status);

    if (status == SEEKCHAT_INVALID) {
        return content;
    }
    for (unsigned key = 0; key < SEEKCHAT_KEYS; key++) {
        content = mix_text(content, texts[key]);
    }
    for (uint32_t i = 0; i < count; i++) {
        content = mix_text(content, nodes[i]);
    }
    return mix(mix(content, count), length);
}

static void add_message(messages *messages, const packet_info *pinfo,
                        const seekchat_tap_record *record, uint64_t *digest)
{
    const char *const texts[] = {record->type_word, record->sender, record->payload_word};
    message message = {
        .frame = pinfo->num - messages->base,
        .answers = record->request_frame == 0 ? 0 : record->request_frame - messages->base,
        .stream = record->stream,
        .request = record->request,
        .status = record->status,
        .content = messages_content(record->status, texts, record->nodes, record->node_count,
                                    record->length),
    };

    g_array_append_val(messages->list, message);
    messages->whole++;
    *digest = mix(mix(*digest, message.content), record->stream);
    *digest = mix(mix(*digest, record->request), record->exceeds_recv);
    *digest = mix_text(mix(*digest, record->request_frame), record->peer);
}

static void add_left_out(messages *messages, const seekchat_left_out *left_out, uint64_t *digest)
{
    messages->left_out = true;
    messages->whole += left_out->states[SEEKCHAT_OK];
    *digest = mix_left_out(*digest, left_out);
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
    uint32_t index = pinfo->num - collecting->base;

    if (index >= collecting->digests->len) {
        g_array_set_size(collecting->digests, index + 1);
    }
    uint64_t *digest = &g_array_index(collecting->digests, uint64_t, index);

    if (record->left_out != NULL) {
        add_left_out(collecting, record->left_out, digest);
    } else {
        add_message(collecting, pinfo, record, digest);
    }
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
