/* growing.h
 * A capture of a message that grows, segment by segment, beyond what Wireshark's allocator keeps in
 * a block of its own.
 * May include: a capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef WINDOW_GROWING_H
#define WINDOW_GROWING_H

#include "capture.h"

/* The capture; for the caller to close. It holds one message, in many frames. */
capture *growing_new(void);

#endif
