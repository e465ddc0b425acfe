/* packet-seekchat.h
 * The registration functions of the SeekChat dissector.
 * May include: nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_PACKET_SEEKCHAT_H
#define SEEKCHAT_PACKET_SEEKCHAT_H

/* Registers protocol, fields, expert items, preferences, tap. Called once by Wireshark. */
void proto_register_seekchat(void);

/* Attaches the dissector to its port and to TCP's heuristics. Called once by Wireshark. */
void proto_reg_handoff_seekchat(void);

#endif
