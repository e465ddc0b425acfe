/* tables.h
 * Conversations and endpoints by node name.
 * May include: nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_STATS_TABLES_H
#define SEEKCHAT_STATS_TABLES_H

/* Registers the tables: -z conv,seekchat and -z endpoints,seekchat, and a type in both windows. */
void seekchat_tables_register(void);

#endif
