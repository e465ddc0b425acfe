/* stats_limits.h
 * The limits of the statistics. Those of the cluster report's model are in cluster_limits.h.
 * May include: nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_STATS_LIMITS_H
#define SEEKCHAT_STATS_LIMITS_H

/* Requests without a reply that a statistic remembers; of later ones, kind and size are unknown. */
#define SEEKCHAT_STATS_REQUESTS_MAX 1000000

/* Senders that have a row of their own in the tree of counts. */
#define SEEKCHAT_STATS_SENDERS_MAX 10000

/* TCP headers of one frame that the cluster report looks at. */
#define SEEKCHAT_STATS_SEGMENTS_MAX 1024

#endif
