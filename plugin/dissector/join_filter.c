/* join_filter.c
 * A display filter for a join with all that belongs to it, in Wireshark's menu Conversation Filter.
 * May include: the connection's state, Wireshark's packet interface, ws_compat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "join_filter.h"

#include <inttypes.h>

#include <epan/to_str.h>
#include <epan/dissectors/packet-tcp.h>

#include "stream.h"
#include "ws_compat.h"

static int proto_seekchat = -1;

static const char *address_field(const address *host)
{
    switch (host->type) {
    case AT_IPv4:
        return "ip.addr";
    case AT_IPv6:
        return "ipv6.addr";
    default:
        return NULL;
    }
}

/* True for a packet of a connection that SeekChat was found in. */
static bool is_valid(packet_info *pinfo)
{
    return address_field(&pinfo->net_src) != NULL &&
           proto_is_frame_protocol(pinfo->layers, "seekchat") &&
           seekchat_stream_find(pinfo, proto_seekchat) != NULL &&
           get_tcp_conversation_data(NULL, pinfo) != NULL;
}

/* The frames from the connection's first request to its last reply, as a filter. */
static char *frames(wmem_allocator_t *pool, const seekchat_transactions *transactions)
{
    const seekchat_transaction *last = &transactions->list[transactions->count - 1];
    uint32_t from = transactions->list[0].request_frame;

    return last->reply_frame == 0
               ? wmem_strdup_printf(pool, "frame.number >= %" PRIu32, from)
               : wmem_strdup_printf(pool, "frame.number >= %" PRIu32 " && frame.number <= %" PRIu32,
                                    from, last->reply_frame);
}

/*
 * Between request and reply the Beacon asks EPMD at the sender's host, which most often is the
 * client, and begins a handshake with it: what the two say to each other then is the join's, ICMP
 * and refused connections too, and so is what the Beacon says to any EPMD and node.
 */
static char *build(packet_info *pinfo)
{
    const seekchat_stream *stream = seekchat_stream_find(pinfo, proto_seekchat);
    const struct tcp_analysis *tcp = get_tcp_conversation_data(NULL, pinfo);
    bool from_client = stream->client == 1 + seekchat_stream_direction(pinfo);
    const address *client = from_client ? &pinfo->net_src : &pinfo->net_dst;
    const address *beacon = from_client ? &pinfo->net_dst : &pinfo->net_src;
    const char *field = address_field(client);

    if (stream->transactions.count == 0) {
        return g_strdup_printf("tcp.stream == %u", tcp->stream);
    }
    return g_strdup_printf("tcp.stream == %u || (%s && %s == %s && (%s == %s || epmd || erldp))",
                           tcp->stream, frames(pinfo->pool, &stream->transactions), field,
                           address_to_str(pinfo->pool, beacon), field,
                           address_to_str(pinfo->pool, client));
}

SEEKCHAT_CONVERSATION_FILTER(register_filter, is_valid, build)

void seekchat_join_filter_register(int proto)
{
    proto_seekchat = proto;
    register_filter("seekchat", "SeekChat with EPMD and distribution");
}
