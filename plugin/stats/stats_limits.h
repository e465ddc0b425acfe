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

/* Messages without an end that the cluster report holds back; further ones count at once. */
#define SEEKCHAT_STATS_UNFINISHED_MAX 65536

/* Locator ports of the preference that the cluster report looks at. */
#define SEEKCHAT_STATS_PORTS_MAX 1024

#endif
