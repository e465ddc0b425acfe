/* tcp.c
 * What Wireshark's TCP knows of a connection and the dissector is not told.
 * May include: the connection's state, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tcp.h"

#include <inttypes.h>
#include <string.h>

#include <epan/prefs.h>
#include <epan/prefs-int.h>
#include <epan/dissectors/packet-tcp.h>

/* Bits of tcp_analysis.conversation_completeness, as the filter field tcp.completeness has them. */
#define COMPLETENESS_SYN 0x01
#define COMPLETENESS_SYN_ACK 0x02
#define COMPLETENESS_FIN 0x10
#define COMPLETENESS_RST 0x20

/* Bits of tcp_flow_t.static_flags: base_seq is the number of its SYN, or of its SYN and ACK. */
#define BASE_OF_SYN 0x02
#define BASE_OF_SYN_ACK 0x04

static int proto_seekchat = -1;

/* Preferences of TCP. */
static pref_t *tcp_analyzes;
static pref_t *tcp_is_relative;
static pref_t *tcp_reorders;

static bool is_on(pref_t *preference)
{
    return preference != NULL && prefs_get_bool_value(preference, pref_current);
}

/* A sequence number of TCP's own list, as the dissector is given those of the same flow. */
static uint32_t as_given(const tcp_flow_t *flow, uint32_t seq)
{
    return is_on(tcp_is_relative) ? seq - flow->base_seq : seq;
}

/*
 * A bit for each pair of ports, by their exclusive or, that a connection of SeekChat has: most
 * frames of other connections are told from SeekChat's without looking for a conversation.
 */
static uint8_t watched[(UINT16_MAX + 1) / 8];

static unsigned pair_of_ports(const packet_info *pinfo)
{
    return (pinfo->srcport ^ pinfo->destport) & UINT16_MAX;
}

void seekchat_tcp_watch(const packet_info *pinfo)
{
    unsigned pair = pair_of_ports(pinfo);

    watched[pair / 8] |= (uint8_t)(1u << pair % 8);
}

void seekchat_tcp_cleanup(void)
{
    memset(watched, 0, sizeof(watched));
}

static bool is_watched(const packet_info *pinfo)
{
    unsigned pair = pair_of_ports(pinfo);

    return watched[pair / 8] >> pair % 8 & 1;
}

/* Notes a segment, from first to end, that TCP kept back. */
static void note_kept_back(seekchat_flow *flow, const packet_info *pinfo, uint32_t first,
                           uint32_t end)
{
    seekchat_segment *behind = flow->behind_gap;

    if (behind != NULL && behind->missing_in == 0 && (int32_t)(first - behind->seq) < 0 &&
        (int32_t)(end - (behind->seq - behind->gap)) > 0) {
        behind->missing_in = pinfo->num;
    } else if (!seekchat_flow_keeps_back(flow)) {
        flow->kept_back_in = pinfo->num;
        flow->kept_back_first = first;
        flow->kept_back_end = end;
    }
}

/* Behind each frame: the frame may have had a segment of SeekChat that the dissector was not given.
 */
static int after_frame(tvbuff_t *tvb _U_, packet_info *pinfo, proto_tree *tree _U_, void *data _U_)
{
    if (PINFO_FD_VISITED(pinfo) || pinfo->ptype != PT_TCP || !is_watched(pinfo)) {
        return 0;
    }
    seekchat_stream *stream = seekchat_stream_find(pinfo, proto_seekchat);

    if (stream == NULL) {
        return 0;
    }
    seekchat_flow *flow = &stream->flows[seekchat_stream_direction(pinfo)];
    const struct tcp_analysis *tcp = get_tcp_conversation_data(stream->conversation, pinfo);
    const tcp_analyze_seq_flow_info_t *sent = tcp->fwd->tcp_analyze_seq_info;

    /* TCP puts each segment at the head of its list. SYN and FIN count as a byte. */
    if (flow->given_in != pinfo->num && sent != NULL && sent->segments != NULL &&
        sent->segments->frame == pinfo->num && sent->segments->nextseq - sent->segments->seq > 1) {
        note_kept_back(flow, pinfo, as_given(tcp->fwd, sent->segments->seq),
                       as_given(tcp->fwd, sent->segments->nextseq));
    }
    return 0;
}

/*
 * TCP keeps the number of the SYN only when it analyses sequence numbers, and hands numbers on
 * relative to it if its preference says so. The completeness of 4.0 counts no SYN behind another
 * segment, such as the other end's last FIN of before, and no SYN and ACK that is the first one.
 */
bool seekchat_tcp_first_seq(const seekchat_stream *stream, packet_info *pinfo, uint32_t *first_seq)
{
    const struct tcp_analysis *tcp = get_tcp_conversation_data(stream->conversation, pinfo);

    if (stream->found_in != 0 || tcp == NULL || tcp->fwd == NULL || tcp->server_port == 0) {
        return false;
    }
    bool from_server = pinfo->srcport == tcp->server_port;
    uint8_t syn = from_server ? COMPLETENESS_SYN_ACK : COMPLETENESS_SYN;
    uint8_t base = from_server ? BASE_OF_SYN_ACK : BASE_OF_SYN;

    if (((tcp->conversation_completeness & syn) == 0 && (tcp->fwd->static_flags & base) == 0) ||
        !is_on(tcp_analyzes)) {
        return false;
    }
    *first_seq = is_on(tcp_is_relative) ? 1 : tcp->fwd->base_seq + 1;
    return true;
}

/* True if the receiver acknowledged more of a flow than was read, its FIN aside. */
static bool is_acknowledged(const seekchat_flow *flow, const struct tcp_analysis *tcp, bool own)
{
    const tcp_flow_t *sender = own ? tcp->fwd : tcp->rev;
    const tcp_flow_t *receiver = own ? tcp->rev : tcp->fwd;
    uint8_t handshake = COMPLETENESS_SYN | COMPLETENESS_SYN_ACK;
    uint32_t next = flow->started ? flow->next_seq : as_given(sender, sender->base_seq) + 1;

    if (receiver->tcp_analyze_seq_info == NULL ||
        (!flow->started && (tcp->conversation_completeness & handshake) != handshake)) {
        return false;
    }
    return (int32_t)(as_given(sender, receiver->tcp_analyze_seq_info->lastack) - next) > 1;
}

const char *seekchat_tcp_unread(const seekchat_stream *stream, packet_info *pinfo, bool own)
{
    unsigned direction = seekchat_stream_direction(pinfo);
    const seekchat_flow *flow = &stream->flows[own ? direction : 1 - direction];
    const struct tcp_analysis *tcp = get_tcp_conversation_data(stream->conversation, pinfo);

    if (seekchat_flow_keeps_back(flow)) {
        return wmem_strdup_printf(pinfo->pool,
                                  "TCP kept frame %" PRIu32 " back, which holds bytes "
                                  "that were not read" SEEKCHAT_REMEDIES,
                                  flow->kept_back_in);
    }
    if (tcp != NULL && is_acknowledged(flow, tcp, own)) {
        return "bytes that were not read are acknowledged: they were not captured, or TCP kept "
               "them "
               "back" SEEKCHAT_REMEDIES;
    }
    return NULL;
}

const char *seekchat_tcp_missing(const packet_info *pinfo, const seekchat_segment *segment)
{
    if (segment->missing_in != 0) {
        return wmem_strdup_printf(pinfo->pool,
                                  "frame %" PRIu32 " holds bytes of them, and TCP kept "
                                  "it back" SEEKCHAT_REMEDIES,
                                  segment->missing_in);
    }
    return is_on(tcp_reorders) ? "TCP does not find them"
                               : "they were not captured, or TCP kept them back" SEEKCHAT_REMEDIES;
}

bool seekchat_tcp_has_end(const seekchat_stream *stream, packet_info *pinfo)
{
    const struct tcp_analysis *tcp = get_tcp_conversation_data(stream->conversation, pinfo);

    return tcp != NULL &&
           (tcp->conversation_completeness & (COMPLETENESS_FIN | COMPLETENESS_RST)) != 0;
}

void seekchat_tcp_register(int proto)
{
    proto_seekchat = proto;
    register_postdissector(create_dissector_handle(after_frame, proto));
}

void seekchat_tcp_handoff(void)
{
    module_t *tcp = prefs_find_module("tcp");

    tcp_analyzes = prefs_find_preference(tcp, "analyze_sequence_numbers");
    tcp_is_relative = prefs_find_preference(tcp, "relative_sequence_numbers");
    tcp_reorders = prefs_find_preference(tcp, "reassemble_out_of_order");
}
