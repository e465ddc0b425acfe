/* tap.c
 * Hands messages to statistics.
 * May include: the codec, the connection's state, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tap.h"

#include <epan/tap.h>
#include <epan/dissectors/packet-tcp.h>

#include "seekchat-tap.h"
#include "text.h"

static int seekchat_tap = -1;

void seekchat_tap_register(void)
{
    seekchat_tap = register_tap(SEEKCHAT_TAP);
}

bool seekchat_tap_wanted(void)
{
    return have_tap_listener(seekchat_tap);
}

static const char *string_of(wmem_allocator_t *pool, const seekchat_shown *shown, seekchat_key key)
{
    const seekchat_message *message = &shown->decoder->message;

    return message->kind[key] == SEEKCHAT_VALUE_STRING
               ? seekchat_string(pool, shown->bytes, message->value[key])
               : NULL;
}

static void add_nodes(seekchat_tap_record *record, wmem_allocator_t *pool,
                      const seekchat_shown *shown)
{
    const seekchat_message *message = &shown->decoder->message;

    if (message->kind[SEEKCHAT_KEY_PAYLOAD] != SEEKCHAT_VALUE_LIST || message->node_count == 0) {
        return;
    }
    const char **nodes = wmem_alloc_array(pool, const char *, message->node_count);

    for (uint32_t i = 0; i < message->node_count; i++) {
        nodes[i] = seekchat_string(pool, shown->bytes, message->nodes[i]);
    }
    record->nodes = nodes;
    record->node_count = message->node_count;
}

static void add_request(seekchat_tap_record *record, const packet_info *pinfo,
                        const seekchat_shown *shown)
{
    const seekchat_transaction *transaction = shown->transaction;

    if (shown->request || transaction == NULL) {
        return;
    }
    record->request_frame = transaction->request_frame;
    record->peer = transaction->sender;
    nstime_delta(&record->response_time, &pinfo->abs_ts, &transaction->request_time);
}

static uint32_t stream_number(packet_info *pinfo)
{
    const struct tcp_analysis *tcp = get_tcp_conversation_data(NULL, pinfo);

    return tcp == NULL ? 0 : tcp->stream;
}

void seekchat_tap_queue(packet_info *pinfo, const seekchat_shown *shown, bool goes_on)
{
    if (!seekchat_tap_wanted()) {
        return;
    }
    const seekchat_message *message = &shown->decoder->message;
    seekchat_tap_record *record = wmem_new0(pinfo->pool, seekchat_tap_record);

    record->stream = stream_number(pinfo);
    record->status = shown->status;
    record->goes_on = goes_on;
    record->request = shown->request;
    record->exceeds_recv = seekchat_exceeds_recv(shown);
    record->type = message->type;
    record->payload = message->payload;
    record->type_word = string_of(pinfo->pool, shown, SEEKCHAT_KEY_TYPE);
    record->payload_word = string_of(pinfo->pool, shown, SEEKCHAT_KEY_PAYLOAD);
    record->sender = string_of(pinfo->pool, shown, SEEKCHAT_KEY_SENDER);
    record->length = shown->size;
    add_nodes(record, pinfo->pool, shown);
    add_request(record, pinfo, shown);
    tap_queue_packet(seekchat_tap, pinfo, record);
}

/* What is left out of the frame. A record that is queued is read when the frame has been dissected.
 */
static seekchat_left_out *left_out_of(packet_info *pinfo, seekchat_visit *visit)
{
    if (visit->left_out == NULL) {
        seekchat_tap_record *record = wmem_new0(pinfo->pool, seekchat_tap_record);

        visit->left_out = wmem_new0(pinfo->pool, seekchat_left_out);
        record->status = SEEKCHAT_INCOMPLETE;
        record->left_out = visit->left_out;
        tap_queue_packet(seekchat_tap, pinfo, record);
    }
    return visit->left_out;
}

void seekchat_tap_leave_out(packet_info *pinfo, seekchat_visit *visit, const seekchat_shown *shown)
{
    if (!seekchat_tap_wanted()) {
        return;
    }
    seekchat_left_out *left_out = left_out_of(pinfo, visit);

    left_out->messages++;
    left_out->states[shown->status]++;
    if (shown->status == SEEKCHAT_OK) {
        left_out->requests += shown->request;
        left_out->answers += !shown->request && shown->transaction != NULL;
    }
}
