/* command_decode.h
 * The two ways in which seekchat decode reads its input.
 * May include: command.h, input.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef COMMAND_DECODE_H
#define COMMAND_DECODE_H

#include "command.h"
#include "input.h"

/*
 * Reads one hex-encoded input a line and writes, for each, a line of hex, verdict of JSON, verdict
 * of SeekChat, sender, type and payload, separated by TABs.
 */
command_status command_decode_hex(input *in);

#endif
