/* stats.h
 * Registers the statistics with Wireshark.
 * May include: nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_STATS_H
#define SEEKCHAT_STATS_H

/* The response times and the conversation tables, which belong to the protocol. To be called as a
 * plugin's register_handoff. */
void seekchat_stats_handoff(void);

/* The counts and the cluster report. To be called as a tap plugin's register_tap_listener. */
void seekchat_stats_register(void);

#endif
