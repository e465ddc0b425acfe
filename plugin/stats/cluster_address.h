/* cluster_address.h
 * Addresses of Wireshark as the cluster model takes them.
 * May include: cluster.h, Wireshark's addresses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_STATS_CLUSTER_ADDRESS_H
#define SEEKCHAT_STATS_CLUSTER_ADDRESS_H

#include <string.h>

#include <epan/address.h>

#include "cluster.h"

/* The address if it is one of IPv4 or IPv6, else none. */
static inline cluster_address seekchat_cluster_address(const address *from)
{
    cluster_address result = {.family = CLUSTER_FAMILY_NONE};

    if (from->type == AT_IPv4 && from->len == 4) {
        result.family = CLUSTER_FAMILY_IPV4;
        memcpy(result.bytes, from->data, 4);
    } else if (from->type == AT_IPv6 && from->len == 16) {
        result.family = CLUSTER_FAMILY_IPV6;
        memcpy(result.bytes, from->data, 16);
    }
    return result;
}

#endif
