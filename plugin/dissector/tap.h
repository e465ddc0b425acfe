/* tap.h
 * Hands messages to statistics.
 * May include: the codec, the connection's state, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_DISSECTOR_TAP_H
#define SEEKCHAT_DISSECTOR_TAP_H

#include <epan/packet.h>

#include "shown.h"
#include "visit.h"

/* Registers the tap. */
void seekchat_tap_register(void);

/* True if anybody listens. */
bool seekchat_tap_wanted(void);

/* Counts a message that is left out of the frame, in one record a visit, if anybody listens. */
void seekchat_tap_leave_out(packet_info *pinfo, seekchat_visit *visit, const seekchat_shown *shown);

/* Queues a record of the message if anybody listens. goes_on: more of it may come. */
void seekchat_tap_queue(packet_info *pinfo, const seekchat_shown *shown, bool goes_on);

#endif
