/* cluster_feed.c
 * The tap listeners that feed the model of the cluster report.
 * May include: the model, the tap's record, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * Two listeners feed the model. For one frame Wireshark calls them in this order:
 *
 *     tcp    for each TCP header in the frame
 *     frame  last; here the bytes of the segments and the fields of other protocols are read: see
 *            cluster_fields.h
 *
 * A third one, which no display filter limits, counts the frames of the capture. What the SeekChat
 * dissector makes of the packets is not asked for: the model reads the streams itself.
 */

#include "cluster_feed.h"

#include <epan/packet.h>
#include <epan/tap.h>
#include <epan/dissectors/packet-tcp.h>

#include "cluster_address.h"
#include "cluster_fields.h"
#include "stats_limits.h"
#include "../dissector/ws_compat.h"

/* A listener of the feed: its address tells Wireshark the listeners apart. */
typedef struct {
    seekchat_feed *feed;
} feed_listener;

struct seekchat_feed {
    cluster_model *model;
    bool has_ports;       /* the model was told which ports are SeekChat's */
    char *filter;         /* NULL: none */
    seekchat_frame frame; /* the one whose packets come now */
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

static cluster_moment moment_of(const packet_info *pinfo)
{
    return (cluster_moment){pinfo->num, nstime_to_sec(&pinfo->abs_ts)};
}

static void new_model(seekchat_feed *feed)
{
    feed->model = cluster_model_new();
    feed->has_ports = false;
    cluster_model_set_filter(feed->model, feed->filter);
}

static void add_port(const gchar *table _U_, ftenum_t type _U_, gpointer port, gpointer entry,
                     gpointer model)
{
    static const char name[] = "seekchat";
    dissector_handle_t handle = dtbl_entry_get_handle(entry);

    if (handle != NULL && handle == find_dissector(name)) {
        cluster_model_add_port(model, (uint16_t)GPOINTER_TO_UINT(port));
    }
}

/* Ports are those of the preference and of Decode As, which may change until packets come. */
static cluster_model *model_of(seekchat_feed *feed)
{
    if (!feed->has_ports) {
        feed->has_ports = true;
        dissector_table_foreach("tcp.port", add_port, feed->model);
    }
    return feed->model;
}

/* TCP. */

static tap_packet_status segment_tapped(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                        const void *tapped, tap_flags_t flags _U_)
{
    const feed_listener *listener = data;
    seekchat_frame *frame = &listener->feed->frame;
    const tcp_info_t *tcp = tapped;
    const cluster_segment segment = {
        .stream = tcp->th_stream,
        .source = endpoint_of(&tcp->ip_src, tcp->th_sport),
        .target = endpoint_of(&tcp->ip_dst, tcp->th_dport),
        .flags = (uint8_t)tcp->th_flags,
        .sequence = tcp->th_rawseq,
        .acknowledge = tcp->th_rawack,
        .length = tcp->th_have_seglen ? tcp->th_seglen : 0,
    };

    if (frame->when.frame != pinfo->num) {
        frame->when = moment_of(pinfo);
        g_array_set_size(frame->segments, 0);
    }
    if (frame->segments->len < SEEKCHAT_STATS_SEGMENTS_MAX) {
        g_array_append_val(frame->segments, segment);
    }
    return TAP_PACKET_DONT_REDRAW;
}

/* Frames. */

static bool has_layer(const packet_info *pinfo, const char *one, const char *other)
{
    return proto_is_frame_protocol(pinfo->layers, one) ||
           proto_is_frame_protocol(pinfo->layers, other);
}

/* Whether the snap length took the end of TCP's header: its tap is then not told of the segment. Of
 * IP's header, too: then nothing tells that it is TCP, nor that it is not. What ICMP quotes is no
 * segment. */
static bool is_headless(const seekchat_feed *feed, const packet_info *pinfo)
{
    if (feed->frame.segments->len > 0 || has_layer(pinfo, "icmp", "icmpv6")) {
        return false;
    }
    return proto_is_frame_protocol(pinfo->layers, "tcp") ||
           (pinfo->net_src.type == AT_NONE && has_layer(pinfo, "ip", "ipv6"));
}

static void cut_frame_seen(seekchat_feed *feed, cluster_model *model, const packet_info *pinfo)
{
    cluster_unread_seen(model, feed->frame.when, CLUSTER_UNREAD_CUT);
    if (is_headless(feed, pinfo)) {
        cluster_unread_seen(model, feed->frame.when, CLUSTER_UNREAD_HEADLESS);
    }
}

static tap_packet_status frame_tapped(void *data, packet_info *pinfo, epan_dissect_t *edt,
                                      const void *tapped _U_, tap_flags_t flags _U_)
{
    const feed_listener *listener = data;
    seekchat_feed *feed = listener->feed;
    cluster_model *model = model_of(feed);

    if (feed->frame.when.frame != pinfo->num) {
        feed->frame.when = moment_of(pinfo);
        g_array_set_size(feed->frame.segments, 0);
    }
    cluster_frame_seen(model, feed->frame.when);
    seekchat_fields_feed(model, &feed->frame, pinfo, edt);
    if (feed->frame.segments->len == 0 && proto_is_frame_protocol(pinfo->layers, "seekchat")) {
        cluster_unread_seen(model, feed->frame.when, CLUSTER_UNREAD_LOOSE);
    }
    if (pinfo->fd->cap_len < pinfo->fd->pkt_len) {
        cut_frame_seen(feed, model, pinfo);
    }
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
    new_model(feed);
    feed->frame.when.frame = 0;
    g_array_set_size(feed->frame.segments, 0);
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
    g_array_unref(feed->frame.segments);
    g_free(feed->filter);
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
    feed->segments.feed = feed;
    feed->frames.feed = feed;
    feed->all_frames.feed = feed;
    feed->filter = g_strdup(filter);
    feed->frame.segments = g_array_new(FALSE, FALSE, sizeof(cluster_segment));
    new_model(feed);
    if (!listen_all(feed, filter, error)) {
        feed_free(feed);
        return NULL;
    }
    return feed;
}

void seekchat_feed_stop(seekchat_feed *feed)
{
    remove_tap_listener(&feed->all_frames);
    remove_tap_listener(&feed->segments);
    remove_tap_listener(&feed->frames); /* frees the feed */
}

cluster_model *seekchat_feed_model(const seekchat_feed *feed)
{
    return feed->model;
}
