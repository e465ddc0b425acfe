/* cluster_feed.c
 * The tap listeners that feed the model of the cluster report.
 * May include: the model, the tap's record, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * Three listeners feed the model. For one frame Wireshark calls them in this order:
 *
 *     tcp        once for a segment, before what the segment carries is looked at
 *     seekchat   once for each message
 *     frame      last; here the fields of other protocols are read: see cluster_fields.h
 *
 * A fourth one, which no display filter limits, counts the frames of the capture.
 *
 * What TCP says is held back until the frame's end, since a FIN counts after the data that it came
 * with.
 */

#include "cluster_feed.h"

#include <string.h>

#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/tap.h>
#include <epan/dissectors/packet-tcp.h>

#include "cluster_address.h"
#include "cluster_fields.h"
#include "../dissector/seekchat-tap.h"
#include "stats_limits.h"
#include "unfinished.h"
#include "../dissector/ws_compat.h"

/* A listener of the feed: its address tells Wireshark the listeners apart. */
typedef struct {
    seekchat_feed *feed;
} feed_listener;

struct seekchat_feed {
    cluster_model *model;
    seekchat_unfinished *unfinished;
    seekchat_frame frame; /* the one whose packets come now */
    feed_listener messages;
    feed_listener segments;
    feed_listener frames;
    feed_listener all_frames;
    const seekchat_feed_owner *owner;
    void *data;
};

static cluster_endpoint endpoint_of(const address *from, uint32_t port)
{
    return (cluster_endpoint){seekchat_cluster_address(from), (uint16_t)port};
}

static cluster_text text_of(const char *string)
{
    return (cluster_text){string, string == NULL ? 0 : strlen(string)};
}

static cluster_model *new_model(void)
{
    cluster_model *model = cluster_model_new();
    const range_t *ports = prefs_get_range_value("seekchat", "tcp.port");
    unsigned left = SEEKCHAT_STATS_PORTS_MAX;

    for (unsigned i = 0; ports != NULL && i < ports->nranges; i++) {
        for (uint32_t port = ports->ranges[i].low; port <= ports->ranges[i].high && left > 0;
             port++) {
            cluster_model_add_port(model, (uint16_t)port);
            left--;
        }
    }
    return model;
}

/* Messages. */

static cluster_reading reading_of(seekchat_status status)
{
    switch (status) {
    case SEEKCHAT_OK:
        return CLUSTER_READ_OK;
    case SEEKCHAT_INCOMPLETE:
        return CLUSTER_READ_INCOMPLETE;
    default:
        return CLUSTER_READ_INVALID;
    }
}

static cluster_type type_of(seekchat_type type)
{
    static const cluster_type types[] = {
        [SEEKCHAT_TYPE_UNKNOWN] = CLUSTER_TYPE_OTHER,
        [SEEKCHAT_TYPE_SEEKING] = CLUSTER_TYPE_SEEKING,
        [SEEKCHAT_TYPE_WATCHING] = CLUSTER_TYPE_WATCHING,
        [SEEKCHAT_TYPE_REPLY] = CLUSTER_TYPE_REPLY,
    };

    return types[type];
}

static cluster_payload payload_of(seekchat_payload payload)
{
    static const cluster_payload payloads[] = {
        [SEEKCHAT_PAYLOAD_UNKNOWN] = CLUSTER_PAYLOAD_OTHER,
        [SEEKCHAT_PAYLOAD_JOIN] = CLUSTER_PAYLOAD_JOIN,
        [SEEKCHAT_PAYLOAD_CHECK] = CLUSTER_PAYLOAD_CHECK,
        [SEEKCHAT_PAYLOAD_SELF] = CLUSTER_PAYLOAD_SELF,
        [SEEKCHAT_PAYLOAD_STANDALONE] = CLUSTER_PAYLOAD_STANDALONE,
        [SEEKCHAT_PAYLOAD_JOINED] = CLUSTER_PAYLOAD_JOINED,
        [SEEKCHAT_PAYLOAD_JOIN_FAILED] = CLUSTER_PAYLOAD_JOIN_FAILED,
        [SEEKCHAT_PAYLOAD_ERROR] = CLUSTER_PAYLOAD_ERROR,
        [SEEKCHAT_PAYLOAD_NODES] = CLUSTER_PAYLOAD_NODES,
    };

    return payloads[payload];
}

static const cluster_text *nodes_of(wmem_allocator_t *pool, const seekchat_tap_record *record)
{
    if (record->node_count == 0) {
        return NULL;
    }
    cluster_text *nodes = wmem_alloc_array(pool, cluster_text, record->node_count);

    for (uint32_t i = 0; i < record->node_count; i++) {
        nodes[i] = text_of(record->nodes[i]);
    }
    return nodes;
}

static cluster_message message_of(packet_info *pinfo, const seekchat_tap_record *record)
{
    cluster_endpoint source = endpoint_of(&pinfo->src, pinfo->srcport);
    cluster_endpoint target = endpoint_of(&pinfo->dst, pinfo->destport);

    return (cluster_message){
        .stream = record->stream,
        .client = record->request ? source : target,
        .server = record->request ? target : source,
        .from_server = !record->request,
        .exceeds_recv = record->exceeds_recv,
        .reading = reading_of(record->status),
        .type = type_of(record->type),
        .payload = payload_of(record->payload),
        .sender = text_of(record->sender),
        .type_word = text_of(record->type_word),
        .nodes = nodes_of(pinfo->pool, record),
        .node_count = record->node_count,
        .length = record->length,
        .request_frame = record->request_frame,
    };
}

static cluster_moment moment_of(const packet_info *pinfo)
{
    return (cluster_moment){pinfo->num, nstime_to_sec(&pinfo->abs_ts)};
}

static tap_packet_status message_tapped(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                        const void *tapped, tap_flags_t flags _U_)
{
    const feed_listener *listener = data;
    seekchat_feed *feed = listener->feed;
    const seekchat_tap_record *record = tapped;

    if (record->left_out != NULL) {
        return TAP_PACKET_DONT_REDRAW;
    }
    cluster_message message = message_of(pinfo, record);
    cluster_moment when = moment_of(pinfo);

    if (record->goes_on && seekchat_unfinished_add(feed->unfinished, when, &message)) {
        return TAP_PACKET_DONT_REDRAW;
    }
    seekchat_unfinished_remove(feed->unfinished, message.stream, message.from_server);
    cluster_message_seen(feed->model, when, &message);
    return TAP_PACKET_DONT_REDRAW;
}

/* TCP. */

/* Passes on what TCP said in the present frame. */
static void end_segment(seekchat_feed *feed)
{
    const cluster_tcp *segment = &feed->frame.segment;

    if (feed->frame.has_segment) {
        seekchat_unfinished_close(feed->unfinished, segment, feed->model);
        cluster_tcp_seen(feed->model, feed->frame.when, segment);
        feed->frame.has_segment = false;
    }
}

static tap_packet_status segment_tapped(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                        const void *tapped, tap_flags_t flags _U_)
{
    const feed_listener *listener = data;
    seekchat_feed *feed = listener->feed;
    const tcp_info_t *tcp = tapped;

    end_segment(feed);
    feed->frame = (seekchat_frame){
        .when = moment_of(pinfo),
        .has_segment = true,
        .segment = {.stream = tcp->th_stream,
                    .source = endpoint_of(&tcp->ip_src, tcp->th_sport),
                    .target = endpoint_of(&tcp->ip_dst, tcp->th_dport),
                    .flags = (uint8_t)tcp->th_flags},
    };
    if ((tcp->th_flags & CLUSTER_TCP_SYN) != 0) {
        end_segment(feed); /* it may bring data, and counts before them */
    }
    return TAP_PACKET_DONT_REDRAW;
}

/* Frames. */

static tap_packet_status frame_tapped(void *data, packet_info *pinfo, epan_dissect_t *edt,
                                      const void *tapped _U_, tap_flags_t flags _U_)
{
    const feed_listener *listener = data;
    seekchat_feed *feed = listener->feed;

    if (feed->frame.when.frame != pinfo->num) {
        end_segment(feed);
        feed->frame.when = moment_of(pinfo);
    }
    cluster_frame_seen(feed->model, feed->frame.when);
    seekchat_fields_feed(feed->model, &feed->frame, pinfo, edt);
    end_segment(feed);
    return TAP_PACKET_REDRAW;
}

static tap_packet_status any_frame_tapped(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                          const void *tapped _U_, tap_flags_t flags _U_)
{
    const feed_listener *listener = data;

    cluster_frame_passed(listener->feed->model, moment_of(pinfo));
    return TAP_PACKET_DONT_REDRAW;
}

/* A new pass over the packets begins. */
static void feed_reset(void *data)
{
    const feed_listener *listener = data;
    seekchat_feed *feed = listener->feed;

    cluster_model_free(feed->model);
    seekchat_unfinished_free(feed->unfinished);
    feed->model = new_model();
    feed->unfinished = seekchat_unfinished_new();
    feed->frame = (seekchat_frame){.has_segment = false};
}

static void feed_draw(void *data)
{
    const feed_listener *listener = data;

    listener->feed->owner->draw(listener->feed->data);
}

/* Start and end. */

static void feed_free(seekchat_feed *feed)
{
    cluster_model_free(feed->model);
    seekchat_unfinished_free(feed->unfinished);
    g_free(feed);
}

/* Wireshark lets go of the last listener. */
static void feed_finish(void *data)
{
    const feed_listener *listener = data;
    seekchat_feed *feed = listener->feed;

    feed->owner->finish(feed->data);
    feed_free(feed);
}

/* Adds one listener; after an error, which is in *error, none any more. */
static bool listen(const char *tap, feed_listener *listener, const char *filter,
                   tap_packet_cb packet, char **error)
{
    bool is_last = listener == &listener->feed->frames;
    GString *failure = register_tap_listener(
        tap, listener, filter, TL_REQUIRES_NOTHING, is_last ? feed_reset : NULL, packet,
        is_last ? feed_draw : NULL, is_last ? feed_finish : NULL);

    if (failure != NULL) {
        *error = g_string_free(failure, FALSE);
        return false;
    }
    return true;
}

/* Adds all listeners; after an error, which is in *error, none is left. */
static bool listen_all(seekchat_feed *feed, const char *filter, char **error)
{
    char *with_fields = seekchat_fields_filter(filter);
    const struct {
        const char *tap;
        feed_listener *listener;
        const char *filter;
        tap_packet_cb packet;
    } taps[] = {
        {"frame", &feed->all_frames, NULL, any_frame_tapped},
        {SEEKCHAT_TAP, &feed->messages, filter, message_tapped},
        {"tcp", &feed->segments, filter, segment_tapped},
        {"frame", &feed->frames, with_fields, frame_tapped},
    };
    size_t started = 0;

    while (started < G_N_ELEMENTS(taps) &&
           listen(taps[started].tap, taps[started].listener, taps[started].filter,
                  taps[started].packet, error)) {
        started++;
    }
    for (size_t i = 0; started < G_N_ELEMENTS(taps) && i < started; i++) {
        remove_tap_listener(taps[i].listener);
    }
    g_free(with_fields);
    return started == G_N_ELEMENTS(taps);
}

seekchat_feed *seekchat_feed_start(const char *filter, const seekchat_feed_owner *owner, void *data,
                                   char **error)
{
    seekchat_feed *feed = g_new0(seekchat_feed, 1);

    feed->owner = owner;
    feed->data = data;
    feed->messages.feed = feed;
    feed->segments.feed = feed;
    feed->frames.feed = feed;
    feed->all_frames.feed = feed;
    feed->model = new_model();
    feed->unfinished = seekchat_unfinished_new();
    if (!listen_all(feed, filter, error)) {
        feed_free(feed);
        return NULL;
    }
    return feed;
}

void seekchat_feed_stop(seekchat_feed *feed)
{
    remove_tap_listener(&feed->all_frames);
    remove_tap_listener(&feed->messages);
    remove_tap_listener(&feed->segments);
    remove_tap_listener(&feed->frames); /* frees the feed */
}

const cluster_model *seekchat_feed_model(seekchat_feed *feed, bool at_end)
{
    if (at_end) {
        end_segment(feed);
        seekchat_unfinished_close_all(feed->unfinished, feed->model);
    }
    return feed->model;
}
