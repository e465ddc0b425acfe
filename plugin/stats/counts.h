/* counts.h
 * Counts of messages, as a tree.
 * May include: nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_STATS_COUNTS_H
#define SEEKCHAT_STATS_COUNTS_H

/* Registers the tree: -z seekchat,tree and Statistics > SeekChat. */
void seekchat_counts_register(void);

#endif
