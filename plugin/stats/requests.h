/* requests.h
 * What a statistic has to know of a request when its reply comes.
 * May include: the tap's record, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_STATS_REQUESTS_H
#define SEEKCHAT_STATS_REQUESTS_H

#include <stdbool.h>
#include <stdint.h>

#include <epan/packet.h>

#include "../dissector/seekchat-tap.h"

/* A request that was seen. */
typedef struct {
    uint32_t frame;
    uint32_t length; /* in bytes */
    seekchat_type type;
    seekchat_payload payload;
} seekchat_request;

/* Frees with the capture file what is kept. To be called once, when the plugin is registered. */
void seekchat_requests_register(void);

/*
 * To be called by a tap listener with every message it gets; listener tells the listeners apart.
 * Notes a request. For a reply whose request the listener got: fills *request and returns true.
 */
bool seekchat_requests_match(const void *listener, const packet_info *pinfo,
                             const seekchat_tap_record *record, seekchat_request *request);

#endif
