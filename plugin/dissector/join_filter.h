/* join_filter.h
 * A display filter for a join with all that belongs to it, in Wireshark's menu Conversation Filter.
 * May include: nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_JOIN_FILTER_H
#define SEEKCHAT_JOIN_FILTER_H

/* Registers the entry; proto is the protocol's id. To be called once. */
void seekchat_join_filter_register(int proto);

#endif
