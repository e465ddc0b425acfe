/* times.h
 * Response times, by kind of request.
 * May include: nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_STATS_TIMES_H
#define SEEKCHAT_STATS_TIMES_H

/* Registers the response times: -z seekchat,srt and Statistics > Service Response Time. */
void seekchat_times_register(void);

#endif
