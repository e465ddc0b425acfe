/* stream.c
 * The state of one TCP connection: which bytes of a segment belong to which message.
 * May include: the codec, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "stream.h"

#include <string.h>

#include <epan/conversation.h>

#include "dissector_limits.h"
#include "tcp.h"

void seekchat_stream_cleanup(void)
{
    seekchat_assembly_cleanup();
    seekchat_tcp_cleanup();
    seekchat_decoder_clear(seekchat_stream_decoder());
}

seekchat_decoder *seekchat_stream_decoder(void)
{
    static seekchat_decoder decoder;
    static bool ready;

    if (!ready) {
        seekchat_decoder_init(&decoder);
        ready = true;
    }
    return &decoder;
}

seekchat_stream *seekchat_stream_find(packet_info *pinfo, int proto)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);

    return conversation == NULL ? NULL : conversation_get_proto_data(conversation, proto);
}

seekchat_stream *seekchat_stream_get(packet_info *pinfo, int proto)
{
    conversation_t *conversation = find_or_create_conversation(pinfo);
    seekchat_stream *stream = conversation_get_proto_data(conversation, proto);

    if (stream == NULL) {
        stream = wmem_new0(wmem_file_scope(), seekchat_stream);
        stream->conversation = conversation;
        conversation_add_proto_data(conversation, proto, stream);
        seekchat_tcp_watch(pinfo);
    }
    return stream;
}

/* Below 0 if the packet comes from the lower address and port, above 0 if from the higher. */
static int order_of_ends(const packet_info *pinfo)
{
    int order = cmp_address(&pinfo->src, &pinfo->dst);

    return order == 0 ? (int)pinfo->srcport - (int)pinfo->destport : order;
}

unsigned seekchat_stream_direction(const packet_info *pinfo)
{
    return order_of_ends(pinfo) > 0 ? 1 : 0;
}

bool seekchat_stream_has_directions(const packet_info *pinfo)
{
    return order_of_ends(pinfo) != 0;
}

/* What is kept of a connection. */

static void keep(seekchat_flow *flow, size_t bytes)
{
    flow->kept = (uint32_t)MIN(UINT32_MAX, (uint64_t)flow->kept + bytes);
}

void seekchat_stream_keep(seekchat_stream *stream, const packet_info *pinfo, size_t bytes)
{
    keep(&stream->flows[seekchat_stream_direction(pinfo)], bytes);
}

bool seekchat_stream_is_full(const seekchat_stream *stream, const packet_info *pinfo)
{
    return stream->full_from != 0 && pinfo->num >= stream->full_from;
}

void seekchat_stream_check_full(seekchat_stream *stream, const packet_info *pinfo, uint32_t max)
{
    if (stream->full_from == 0 && (uint64_t)stream->flows[0].kept + stream->flows[1].kept > max) {
        stream->full_from = pinfo->num + 1;
    }
}

static void finish(seekchat_flow *flow, seekchat_assembly *assembly, seekchat_assembly_state state,
                   uint32_t frame)
{
    size_t freed = seekchat_assembly_finish(assembly, state, frame);

    flow->kept -= (uint32_t)MIN(flow->kept, freed);
}

/* Segments that are not just whole messages. */

static seekchat_segment *kept_segment(const seekchat_flow *flow, unsigned place)
{
    return *(seekchat_segment **)wmem_array_index(flow->segments, place);
}

/* Index of the first segment that is kept of the frame or a later one. */
static unsigned first_of_frame(const seekchat_flow *flow, uint32_t frame)
{
    unsigned low = 0;
    unsigned high = flow->segments == NULL ? 0 : wmem_array_get_count(flow->segments);

    while (low < high) {
        unsigned middle = low + (high - low) / 2;

        if (kept_segment(flow, middle)->frame < frame) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_same(const seekchat_segment *one, const seekchat_segment *other)
{
    return one->seq == other->seq && one->captured == other->captured &&
           one->reported == other->reported && one->repeat == other->repeat;
}

/* What the first pass kept of the segment; NULL if nothing. */
static seekchat_segment *find_segment(const seekchat_flow *flow, const seekchat_segment *segment)
{
    unsigned count = flow->segments == NULL ? 0 : wmem_array_get_count(flow->segments);

    for (unsigned i = first_of_frame(flow, segment->frame); i < count; i++) {
        seekchat_segment *found = kept_segment(flow, i);

        if (found->frame != segment->frame) {
            return NULL;
        }
        if (is_same(found, segment)) {
            return found;
        }
    }
    return NULL;
}

/* Copies the segment into file scope, unless it is there already. */
static seekchat_segment *keep_segment(seekchat_flow *flow, seekchat_segment *segment)
{
    if (segment->kept) {
        return segment;
    }
    seekchat_segment *copy = wmem_memdup(wmem_file_scope(), segment, sizeof(*segment));

    if (flow->segments == NULL) {
        flow->segments = wmem_array_new(wmem_file_scope(), sizeof(copy));
    }
    copy->kept = true;
    wmem_array_append_one(flow->segments, copy);
    keep(flow, sizeof(*copy) + sizeof(copy));
    return copy;
}

/* Finding the next message after bytes are missing. */

/*
 * Offset of the first place at which a message begins: one that is whole, or one that the segment's
 * end cuts if more can come. Returns the length if there is none.
 */
static uint32_t find_message(const uint8_t *bytes, uint32_t length, bool more_can_come)
{
    seekchat_decoder *decoder = seekchat_stream_decoder();
    const uint8_t *end = bytes + length;
    const uint8_t *at = bytes;

    for (unsigned tries = 0; tries < SEEKCHAT_RESYNC_TRIES; tries++) {
        at = memchr(at, '{', (size_t)(end - at));
        if (at == NULL) {
            break;
        }
        seekchat_status status = seekchat_decode(decoder, at, (size_t)(end - at));

        if (status == SEEKCHAT_OK || (status == SEEKCHAT_INCOMPLETE && more_can_come)) {
            return (uint32_t)(at - bytes);
        }
        at++;
    }
    return length;
}

/*
 * Where the capture begins inside a connection its first byte may well begin a message, even one
 * that is JSON and no SeekChat.
 */
static bool begins_value(const uint8_t *bytes, uint32_t length)
{
    size_t space = seekchat_space(bytes, length);

    return space == length ||
           seekchat_decode_document(seekchat_stream_decoder(), bytes, length) <=
               SEEKCHAT_NOT_SEEKCHAT ||
           (bytes[space] == '{' && seekchat_stream_decoder()->error_offset > space + 1);
}

/* Cutting a segment, on the first pass. */

static void start_flow(const seekchat_stream *stream, seekchat_flow *flow, packet_info *pinfo,
                       const seekchat_data *data)
{
    flow->started = true;
    if (!seekchat_tcp_first_seq(stream, pinfo, &flow->next_seq)) {
        flow->next_seq = data->seq;
        flow->lost = SEEKCHAT_LOST_START;
    }
}

/* Notes where the first thing begins that the direction brings. */
static void note_first(seekchat_flow *flow, const packet_info *pinfo, const seekchat_data *data)
{
    size_t space = flow->spoken ? data->captured : seekchat_space(data->bytes, data->captured);

    if (space < data->captured) {
        flow->spoken = true;
        flow->first_seq = data->seq + (uint32_t)space;
        flow->first_frame = pinfo->num;
    }
}

/* Bytes of the segment that may be added to a message of length bytes. */
static uint32_t room(uint32_t length, uint32_t max)
{
    return max > length ? max - length : 0;
}

/* The pending message takes what it can of the segment, from offset on. */
static void continue_message(seekchat_flow *flow, seekchat_segment *segment, uint32_t offset,
                             const packet_info *pinfo, const seekchat_data *data,
                             const seekchat_reassembly *reassembly)
{
    seekchat_assembly *assembly = flow->pending;
    uint32_t before = assembly->length;
    uint32_t rest = data->captured - offset;
    uint32_t taken = MIN(rest, room(before, reassembly->max));

    keep(flow, seekchat_assembly_append(assembly, data->bytes + offset, taken, pinfo->num));
    segment->assembly = assembly;
    segment->head = SEEKCHAT_HEAD_ENDS;
    segment->head_length = rest;
    flow->pending = NULL;

    switch (seekchat_decode_resume(&assembly->decoder, assembly->bytes, assembly->length)) {
    case SEEKCHAT_OK:
    case SEEKCHAT_NOT_SEEKCHAT:
        assembly->length = assembly->decoder.message.end;
        segment->head_length = assembly->length - before;
        finish(flow, assembly, SEEKCHAT_ASSEMBLY_COMPLETE, pinfo->num);
        break;
    case SEEKCHAT_INVALID:
        flow->lost = SEEKCHAT_LOST_MALFORMED;
        finish(flow, assembly, SEEKCHAT_ASSEMBLY_MALFORMED, pinfo->num);
        break;
    case SEEKCHAT_INCOMPLETE:
        if (taken < rest) {
            flow->lost = SEEKCHAT_LOST_TOO_LARGE;
            finish(flow, assembly, SEEKCHAT_ASSEMBLY_TOO_LARGE, pinfo->num);
        } else if (data->captured < data->reported) {
            finish(flow, assembly, SEEKCHAT_ASSEMBLY_CUT, pinfo->num);
        } else if (data->flags & (TH_FIN | TH_RST)) {
            finish(flow, assembly, SEEKCHAT_ASSEMBLY_CLOSED, pinfo->num);
        } else {
            segment->head = SEEKCHAT_HEAD_CONTINUES;
            flow->pending = assembly;
        }
        break;
    }
}

/* Bytes are missing before, or the beginning is: the head is what comes before the next message. */
static void resynchronize(seekchat_flow *flow, seekchat_segment *segment, uint32_t offset,
                          const seekchat_data *data, const seekchat_reassembly *reassembly)
{
    const uint8_t *bytes = data->bytes + offset;
    uint32_t rest = data->captured - offset;

    if (flow->lost == SEEKCHAT_LOST_START && begins_value(bytes, rest)) {
        flow->lost = SEEKCHAT_LOST_NOT;
        return;
    }
    segment->lost = flow->lost;
    segment->head_length =
        find_message(bytes, rest, reassembly->enabled && data->captured == data->reported);
    if (segment->head_length > 0) {
        segment->head =
            flow->lost == SEEKCHAT_LOST_MALFORMED ? SEEKCHAT_HEAD_MALFORMED : SEEKCHAT_HEAD_LOST;
    }
    if (segment->head_length < rest) {
        flow->lost = SEEKCHAT_LOST_NOT;
    }
}

/* Compares the segment's sequence number with the one that was expected. */
static void check_sequence(seekchat_flow *flow, seekchat_segment *segment, const packet_info *pinfo,
                           const seekchat_data *data)
{
    int32_t ahead = (int32_t)(data->seq - flow->next_seq);

    if (ahead < 0) {
        segment->old_length = MIN(flow->next_seq - data->seq, data->captured);
    } else if (ahead > 0) {
        segment->gap = (uint32_t)ahead;
        if (seekchat_flow_keeps_back(flow) && (int32_t)(flow->kept_back_first - data->seq) < 0) {
            segment->missing_in = flow->kept_back_in;
        }
        flow->lost = SEEKCHAT_LOST_HOLE;
        if (flow->pending != NULL) {
            segment->broken = flow->pending;
            finish(flow, flow->pending, SEEKCHAT_ASSEMBLY_HOLE, pinfo->num);
            flow->pending = NULL;
        }
    }
}

static void cut_segment(seekchat_flow *flow, seekchat_segment *segment, packet_info *pinfo,
                        const seekchat_data *data, const seekchat_reassembly *reassembly)
{
    check_sequence(flow, segment, pinfo, data);
    if ((int32_t)(data->seq + data->reported - flow->next_seq) <= 0) {
        return;
    }
    if (flow->pending != NULL) {
        continue_message(flow, segment, segment->old_length, pinfo, data, reassembly);
    } else if (flow->lost != SEEKCHAT_LOST_NOT) {
        resynchronize(flow, segment, segment->old_length, data, reassembly);
    }
    flow->next_seq = data->seq + data->reported;
    if (data->captured < data->reported) {
        flow->lost = SEEKCHAT_LOST_CUT;
    }
}

/* Nothing is kept any more: what is before the first message of the segment is the head. */
static void cut_alone(seekchat_segment *segment, const seekchat_data *data)
{
    segment->lost = SEEKCHAT_LOST_FULL;
    if (!begins_value(data->bytes, data->captured)) {
        segment->head = SEEKCHAT_HEAD_LOST;
        segment->head_length = find_message(data->bytes, data->captured, false);
    }
}

seekchat_segment *seekchat_stream_place(seekchat_stream *stream, packet_info *pinfo,
                                        const seekchat_data *data,
                                        const seekchat_reassembly *reassembly,
                                        seekchat_segment *local)
{
    seekchat_flow *flow = &stream->flows[seekchat_stream_direction(pinfo)];
    seekchat_segment *segment = local;

    *local = (seekchat_segment){
        .frame = pinfo->num,
        .seq = data->seq,
        .captured = data->captured,
        .reported = data->reported,
        .repeat = data->repeat,
    };
    if (seekchat_stream_is_full(stream, pinfo)) {
        flow->cut_off = true;
        cut_alone(local, data);
        return local;
    }
    if (PINFO_FD_VISITED(pinfo)) {
        seekchat_segment *found = find_segment(flow, local);

        return found == NULL ? local : found;
    }
    flow->given_in = pinfo->num;
    if (!flow->started) {
        start_flow(stream, flow, pinfo, data);
    }
    note_first(flow, pinfo, data);
    cut_segment(flow, segment, pinfo, data, reassembly);
    if (segment->head != SEEKCHAT_HEAD_NONE || segment->gap > 0 || segment->old_length > 0) {
        segment = keep_segment(flow, segment);
    }
    if (segment->gap > 0) {
        flow->behind_gap = segment;
    }
    if (segment->assembly != NULL) {
        segment->assembly->last = segment;
    }
    return segment;
}

seekchat_segment *seekchat_stream_begin(seekchat_stream *stream, packet_info *pinfo,
                                        const seekchat_data *data, uint32_t offset,
                                        const seekchat_reassembly *reassembly,
                                        seekchat_segment *segment)
{
    seekchat_flow *flow = &stream->flows[seekchat_stream_direction(pinfo)];
    uint32_t length = data->captured - offset;

    if (data->captured < data->reported || (data->flags & (TH_FIN | TH_RST))) {
        return segment;
    }
    if (!reassembly->enabled || length > reassembly->max) {
        flow->lost = reassembly->enabled ? SEEKCHAT_LOST_TOO_LARGE : SEEKCHAT_LOST_OFF;
        segment = keep_segment(flow, segment);
        segment->lost = flow->lost;
        return segment;
    }
    segment = keep_segment(flow, segment);
    segment->tail_offset = offset;
    segment->tail = seekchat_assembly_new(data->seq + offset);
    keep(flow,
         sizeof(*segment->tail) +
             seekchat_assembly_append(segment->tail, data->bytes + offset, length, pinfo->num));
    seekchat_decode(&segment->tail->decoder, segment->tail->bytes, segment->tail->length);
    segment->tail->last = segment;
    flow->pending = segment->tail;
    return segment;
}

void seekchat_stream_malformed(seekchat_stream *stream, const packet_info *pinfo)
{
    stream->flows[seekchat_stream_direction(pinfo)].lost = SEEKCHAT_LOST_MALFORMED;
}

bool seekchat_stream_is_first(const seekchat_stream *stream, const packet_info *pinfo,
                              uint32_t frame, uint32_t seq)
{
    const seekchat_flow *flow = &stream->flows[seekchat_stream_direction(pinfo)];

    return !flow->spoken || (flow->first_frame == frame && flow->first_seq == seq);
}
