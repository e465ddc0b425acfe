/* cluster_fields.h
 * What the model of the cluster report learns from the fields of a frame.
 * May include: cluster.h, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_STATS_CLUSTER_FIELDS_H
#define SEEKCHAT_STATS_CLUSTER_FIELDS_H

#include <epan/packet.h>
#include <epan/epan_dissect.h>

#include "cluster.h"

/* A frame whose packets are tapped. */
typedef struct {
    cluster_moment when;
    GArray *segments; /* cluster_segment, without their bytes: one for each TCP header in it */
} seekchat_frame;

/*
 * A display filter that is true for every frame that filter, which may be NULL, is true for, and
 * that names the fields: Wireshark makes only those that a filter names. To be freed with g_free.
 */
char *seekchat_fields_filter(const char *filter);

/* Feeds the model with what a frame holds: TCP segments with their bytes, ARP, ICMP, DNS. */
void seekchat_fields_feed(cluster_model *model, const seekchat_frame *frame,
                          const packet_info *pinfo, const epan_dissect_t *edt);

#endif
