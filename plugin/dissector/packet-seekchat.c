/* packet-seekchat.c
 * The SeekChat dissector: from a TCP segment to messages, and its registration.
 * May include: the codec, the connection's state, the tree, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * SeekChat is what the nodes of Beethoven, an Elixir library, say to each other to form a cluster:
 * one JSON object a message over TCP, one request and one reply a connection.
 * https://hexdocs.pm/beethoven
 *
 * The way of a message: dissect_segment gets a TCP segment; stream.c says which of its bytes belong
 * to which message; the codec decodes each; tree.c shows it. State changes on the first pass only.
 */

#include "packet-seekchat.h"

#include <inttypes.h>

#include <epan/conversation.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/dissectors/packet-tcp.h>

#include "checks.h"
#include "dissector_limits.h"
#include "expert.h"
#include "join_filter.h"
#include "message.h"
#include "seekchat.h"
#include "stream.h"
#include "tap.h"
#include "tcp.h"
#include "tree.h"
#include "ws_compat.h"

/* Why a message is not whole. */
#define NO_MORE "no more of it was read"
#define ENDS_INSIDE "the connection ends inside it"

static int proto_seekchat = -1;
static dissector_handle_t seekchat_handle;

static ws_boolean pref_desegment = true;
static unsigned pref_max_message_size = SEEKCHAT_MESSAGE_MAX;
static unsigned pref_max_state = SEEKCHAT_STATE_MAX;
static ws_boolean pref_names_in_info = true;

/* The bytes of a segment. It may have none, for which Wireshark gives no pointer. */
static const uint8_t *bytes_of(tvbuff_t *tvb)
{
    uint32_t captured = tvb_captured_length(tvb);

    return captured == 0 ? (const uint8_t *)"" : tvb_get_ptr(tvb, 0, (int)captured);
}

/* The segment's bytes from offset on. */
static seekchat_source rest_of_segment(const seekchat_pass *pass, uint32_t offset)
{
    return (seekchat_source){
        .tvb = pass->tvb,
        .base = offset,
        .length = pass->data.captured - offset,
        .bytes = pass->data.bytes + offset,
        .seq = pass->data.seq + offset,
    };
}

/* The rest of the segment is a message that ends nowhere, or no JSON. */
static void show_rest(seekchat_pass *pass, uint32_t offset, seekchat_status status)
{
    const seekchat_source source = rest_of_segment(pass, offset);
    const char *missing = NO_MORE;

    if (pass->data.captured < pass->data.reported) {
        missing = "the packet was captured only in part (snapshot length)";
    } else if (pass->segment->lost == SEEKCHAT_LOST_TOO_LARGE) {
        missing = NULL;
    } else if (pass->segment->lost == SEEKCHAT_LOST_OFF) {
        missing = SEEKCHAT_NOT_TOGETHER;
    } else if (pass->segment->lost == SEEKCHAT_LOST_FULL) {
        missing = SEEKCHAT_STATE_FULL;
    } else if (!pass->tracked) {
        missing = "without TCP's sequence numbers it cannot be put together";
    } else if (pass->data.flags & (TH_FIN | TH_RST)) {
        missing = ENDS_INSIDE;
    }
    seekchat_message_show(pass, &source, status, missing);
}

/* Why there is no more, so far, of a message that waits for it. */
static const char *pending_missing(const seekchat_pass *pass)
{
    if (pass->stream->flows[seekchat_stream_direction(pass->pinfo)].cut_off) {
        return SEEKCHAT_STATE_FULL;
    }
    const char *unread = seekchat_tcp_unread(pass->stream, pass->pinfo, true);

    if (unread != NULL) {
        return unread;
    }
    return seekchat_tcp_has_end(pass->stream, pass->pinfo) ? NO_MORE ", and the connection ends"
                                                           : NO_MORE;
}

/* Why a message that came in several segments is not whole. */
static const char *assembly_missing(const seekchat_pass *pass, const seekchat_assembly *assembly)
{
    switch (assembly->state) {
    case SEEKCHAT_ASSEMBLY_HOLE:
        return wmem_strdup_printf(
            pass->pinfo->pool, "%" PRIu32 " bytes are missing behind these: %s", pass->segment->gap,
            seekchat_tcp_missing(pass->pinfo, pass->segment));
    case SEEKCHAT_ASSEMBLY_CUT:
        return "a packet was captured only in part (snapshot length)";
    case SEEKCHAT_ASSEMBLY_CLOSED:
        return ENDS_INSIDE;
    default:
        return pending_missing(pass);
    }
}

/* Shows a message that came in several segments. */
static void show_assembly(seekchat_pass *pass, seekchat_assembly *assembly)
{
    const uint8_t *bytes = seekchat_assembly_share(assembly);
    tvbuff_t *tvb =
        tvb_new_child_real_data(pass->tvb, bytes, assembly->length, (int)assembly->length);
    const seekchat_source source = {
        .tvb = tvb,
        .length = assembly->length,
        .bytes = bytes,
        .seq = assembly->seq,
        .assembly = assembly,
    };
    seekchat_status status = seekchat_decode(seekchat_stream_decoder(), bytes, assembly->length);

    add_new_data_source(pass->pinfo, tvb, "Reassembled SeekChat");
    seekchat_message_show(pass, &source, status, assembly_missing(pass, assembly));
}

/*
 * True if the segment is the last that was read of a message that is pending. That more comes later
 * cannot be told: the capture may go on.
 */
static bool ends_here(const seekchat_pass *pass, const seekchat_assembly *assembly)
{
    return PINFO_FD_VISITED(pass->pinfo) && seekchat_assembly_is_pending(assembly) &&
           assembly->last == pass->segment;
}

/* Shows bytes of the segment that are part of a message which goes on, or was given up. */
static void show_part(seekchat_pass *pass, uint32_t offset, uint32_t length,
                      seekchat_assembly *assembly)
{
    if (ends_here(pass, assembly)) {
        show_assembly(pass, assembly);
        return;
    }
    if (pass->quiet) {
        return;
    }
    seekchat_message_info(pass, "[part of a message]");
    seekchat_tree_part(pass->pinfo, pass->tree, pass->tvb, offset, length, assembly);
}

/* The parts of a segment. */

/* Bytes that are missing before the segment, and bytes of it that were there before. */
static void show_gap_and_old(seekchat_pass *pass)
{
    const seekchat_segment *segment = pass->segment;

    if (segment->broken != NULL) {
        show_assembly(pass, segment->broken);
    } else if (segment->gap > 0 && segment->head != SEEKCHAT_HEAD_LOST && !pass->quiet) {
        seekchat_tree_gap(pass->pinfo, pass->tree, pass->tvb, segment);
    }
    if (segment->old_length > 0 && !pass->quiet) {
        seekchat_message_info(pass, "[sent before]");
        seekchat_tree_old(pass->tree, pass->tvb, 0, segment->old_length);
    }
}

/* Bytes whose message cannot be read. */
static void show_lost(seekchat_pass *pass)
{
    bool malformed = pass->segment->head == SEEKCHAT_HEAD_MALFORMED;

    if (!pass->quiet) {
        seekchat_message_info(pass, malformed ? "[malformed]" : "[rest of a message]");
        seekchat_tree_lost(pass->pinfo, pass->tree, pass->tvb, pass->segment);
    }
}

/* What belongs to messages that began before the segment. Returns the offset behind it. */
static uint32_t show_head(seekchat_pass *pass)
{
    const seekchat_segment *segment = pass->segment;
    uint32_t offset = segment->old_length;

    show_gap_and_old(pass);
    switch (segment->head) {
    case SEEKCHAT_HEAD_NONE:
        break;
    case SEEKCHAT_HEAD_CONTINUES:
    case SEEKCHAT_HEAD_ENDS:
        if (segment->head == SEEKCHAT_HEAD_ENDS && segment->assembly->bytes != NULL) {
            show_assembly(pass, segment->assembly);
        } else {
            show_part(pass, offset, segment->head_length, segment->assembly);
        }
        break;
    case SEEKCHAT_HEAD_LOST:
    case SEEKCHAT_HEAD_MALFORMED:
        show_lost(pass);
        break;
    }
    return offset + segment->head_length;
}

/* A message begins at offset and does not end in the segment. */
static void show_tail(seekchat_pass *pass, uint32_t offset)
{
    if (!PINFO_FD_VISITED(pass->pinfo) && pass->tracked &&
        !seekchat_stream_is_full(pass->stream, pass->pinfo)) {
        pass->segment = seekchat_stream_begin(pass->stream, pass->pinfo, &pass->data, offset,
                                              &pass->reassembly, pass->segment);
    }
    if (pass->segment->tail == NULL) {
        show_rest(pass, offset, SEEKCHAT_INCOMPLETE);
        return;
    }
    if (seekchat_tap_wanted() && !pass->quiet) {
        const seekchat_source source = rest_of_segment(pass, offset);
        const seekchat_shown shown =
            seekchat_message_describe(pass, &source, SEEKCHAT_INCOMPLETE, NULL);

        seekchat_tap_queue(pass->pinfo, &shown, true);
    }
    show_part(pass, offset, pass->data.captured - offset, pass->segment->tail);
}

/* The messages that begin in the segment, from offset on. */
static void show_messages(seekchat_pass *pass, uint32_t offset)
{
    const seekchat_data *data = &pass->data;

    for (;;) {
        offset += (uint32_t)seekchat_space(data->bytes + offset, data->captured - offset);
        if (offset >= data->captured) {
            return;
        }
        const uint8_t *bytes = data->bytes + offset;
        seekchat_decoder *decoder = seekchat_stream_decoder();
        seekchat_status status = seekchat_decode(decoder, bytes, data->captured - offset);

        if (status == SEEKCHAT_INCOMPLETE) {
            show_tail(pass, offset);
            return;
        }
        if (status == SEEKCHAT_INVALID) {
            if (!PINFO_FD_VISITED(pass->pinfo) && pass->tracked) {
                seekchat_stream_malformed(pass->stream, pass->pinfo);
            }
            show_rest(pass, offset, status);
            return;
        }
        seekchat_source source = rest_of_segment(pass, offset);

        source.length = decoder->message.end;
        offset += decoder->message.end;
        seekchat_message_show(pass, &source, status, NULL);
    }
}

/* Says, where the frame holds so many, what of the segment is not shown. */
static void show_left_out(seekchat_pass *pass)
{
    if (pass->quiet && pass->visit->segments == SEEKCHAT_FRAME_SEGMENTS + 1) {
        seekchat_tree_left_out(pass->pinfo, pass->tree, pass->tvb, 0,
                               "This segment and further ones of the frame are");
    } else if (!pass->quiet && pass->left_out > 0) {
        seekchat_tree_left_out(
            pass->pinfo, pass->tree, pass->tvb, pass->left_from,
            wmem_strdup_printf(pass->pinfo->pool, "%" PRIu32 " messages are", pass->left_out));
    }
}

static void dissect_segment(seekchat_pass *pass)
{
    pass->segment = &pass->local;
    if (pass->tracked) {
        pass->segment = seekchat_stream_place(pass->stream, pass->pinfo, &pass->data,
                                              &pass->reassembly, &pass->local);
    }
    show_messages(pass, show_head(pass));
    show_left_out(pass);
    if (!PINFO_FD_VISITED(pass->pinfo)) {
        seekchat_stream_check_full(pass->stream, pass->pinfo, pref_max_state);
    }
}

/* What tells the segment from others of its connection and frame. */
static void identify(seekchat_pass *pass, const struct tcpinfo *tcp)
{
    seekchat_data *data = &pass->data;
    const seekchat_flow *flow = &pass->stream->flows[seekchat_stream_direction(pass->pinfo)];

    if (tcp != NULL) {
        data->seq = tcp->seq;
        data->flags = tcp->flags;
        data->repeat = seekchat_visit_repeat(pass->visit, pass->pinfo->pool, flow, data->seq);
    } else {
        data->seq = pass->visit->untracked;
        pass->visit->untracked += data->captured;
    }
    pass->tracked = tcp != NULL;
    pass->quiet = pass->visit->segments++ >= SEEKCHAT_FRAME_SEGMENTS;
}

/*
 * True for a segment that begins with a whole message of a documented type from a node: other
 * protocols have a type, a sender and a payload, too, but no name@host as the sender. The cheapest
 * test comes first: an object's brace.
 */
static bool is_seekchat(tvbuff_t *tvb)
{
    uint32_t captured = tvb_captured_length(tvb);
    const uint8_t *bytes = bytes_of(tvb);
    size_t space = seekchat_space(bytes, captured);

    return space < captured && bytes[space] == '{' &&
           seekchat_decode(seekchat_stream_decoder(), bytes, captured) == SEEKCHAT_OK &&
           seekchat_stream_decoder()->message.type != SEEKCHAT_TYPE_UNKNOWN &&
           seekchat_sender_is_node(&seekchat_stream_decoder()->message, bytes);
}

/*
 * True for a segment that stands, in the frame in which the heuristic found the connection, before
 * the segment that it knew: the first pass did not see it, so that no pass does.
 */
static bool was_not_found_yet(seekchat_stream *stream, const packet_info *pinfo,
                              const seekchat_visit *visit, tvbuff_t *tvb)
{
    if (stream->found_in != pinfo->num || stream->reached == visit->number) {
        return false;
    }
    if (!is_seekchat(tvb)) {
        return true;
    }
    stream->reached = visit->number;
    return false;
}

static int dissect_seekchat(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    /* What an ICMP error quotes is no traffic of the connection. */
    if (pinfo->flags.in_error_pkt) {
        return 0;
    }
    seekchat_pass pass = {
        .tvb = tvb,
        .pinfo = pinfo,
        .tree = tree,
        .stream = seekchat_stream_get(pinfo, proto_seekchat),
        .visit = seekchat_visit_get(pinfo, proto_seekchat),
        .names = pref_names_in_info,
        .data = {.bytes = bytes_of(tvb),
                 .captured = tvb_captured_length(tvb),
                 .reported = tvb_reported_length(tvb)},
        .reassembly = {.enabled = pref_desegment && pinfo->can_desegment > 0,
                       .max = MIN(pref_max_message_size, SEEKCHAT_INPUT_MAX)},
    };

    if (was_not_found_yet(pass.stream, pinfo, pass.visit, tvb)) {
        return 0;
    }
    identify(&pass, data);
    if (pass.data.captured > 0) {
        col_set_str(pinfo->cinfo, COL_PROTOCOL, "SeekChat");
        col_clear(pinfo->cinfo, COL_INFO);
    }
    dissect_segment(&pass);
    /* Another segment in the same frame adds to the column. */
    col_set_fence(pinfo->cinfo, COL_INFO);
    return (int)pass.data.captured;
}

/*
 * Accepts a segment on any port that begins with a message; from then on the connection is SeekChat
 * in both directions.
 */
static ws_boolean dissect_seekchat_heur(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                        void *data)
{
    if (pinfo->flags.in_error_pkt || !is_seekchat(tvb)) {
        return false;
    }
    seekchat_stream *stream = seekchat_stream_get(pinfo, proto_seekchat);

    conversation_set_dissector_from_frame_number(stream->conversation, pinfo->num, seekchat_handle);
    if (!PINFO_FD_VISITED(pinfo)) {
        stream->found_in = pinfo->num;
    }
    dissect_seekchat(tvb, pinfo, tree, data);
    return true;
}

static void register_preferences(void)
{
    module_t *module = prefs_register_protocol(proto_seekchat, NULL);

    prefs_register_bool_preference(
        module, "desegment", "Reassemble SeekChat messages spanning multiple TCP segments",
        "Whether messages that came in several TCP segments are put together. TCP's preference "
        "\"Allow subdissector to reassemble TCP streams\" must be on as well. For segments that "
        "came out of order TCP's preference \"Reassemble out-of-order segments\" is needed.",
        &pref_desegment);
    prefs_register_uint_preference(
        module, "max_message_size", "Maximum size of a reassembled message",
        "Bytes of the greatest message that is put together from several TCP segments", 10,
        &pref_max_message_size);
    prefs_register_uint_preference(
        module, "max_state", "Maximum state of a connection",
        "Bytes that are kept of one connection: messages that came in several TCP segments, and "
        "requests with their replies. When there are more, each further segment is read by itself.",
        10, &pref_max_state);
    prefs_register_bool_preference(
        module, "names_in_info", "Show names in the Info column",
        "Whether the Info column shows the sender and the peer of a message. Columns of their own "
        "can show them, too.",
        &pref_names_in_info);
}

void proto_register_seekchat(void)
{
    proto_seekchat = proto_register_protocol("Beethoven SeekChat", "SeekChat", "seekchat");
    seekchat_handle = register_dissector("seekchat", dissect_seekchat, proto_seekchat);
    seekchat_tree_register(proto_seekchat);
    seekchat_expert_register(proto_seekchat);
    seekchat_tap_register();
    seekchat_join_filter_register(proto_seekchat);
    seekchat_tcp_register(proto_seekchat);
    register_preferences();
    register_cleanup_routine(seekchat_stream_cleanup);
}

void proto_reg_handoff_seekchat(void)
{
    dissector_add_uint_range_with_preference("tcp.port", G_STRINGIFY(SEEKCHAT_PORT),
                                             seekchat_handle);
    heur_dissector_add("tcp", dissect_seekchat_heur, "Beethoven SeekChat over TCP", "seekchat_tcp",
                       proto_seekchat, HEURISTIC_ENABLE);
    seekchat_message_handoff();
    seekchat_tcp_handoff();
}
