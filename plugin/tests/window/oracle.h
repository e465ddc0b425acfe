/* oracle.h
 * What the decoder finds in what an end of a connection said, against what the dissector showed.
 * May include: the messages, a script, the codec.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef WINDOW_ORACLE_H
#define WINDOW_ORACLE_H

#include "messages.h"
#include "script.h"

/*
 * True if the dissector showed of each end that is plain what the decoder finds. Else says on
 * standard error of which it did not.
 */
bool oracle_agrees(const script *script, const messages *shown);

#endif
