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

/* Registers the tap. */
void seekchat_tap_register(void);

/* True if anybody listens. */
bool seekchat_tap_wanted(void);

/* Queues a record of the message if anybody listens. goes_on: more of it may come. */
void seekchat_tap_queue(packet_info *pinfo, const seekchat_shown *shown, bool goes_on);

#endif
