/* passes.h
 * What the window does with a capture: it reads it, is scrolled meanwhile, and is scrolled after.
 * May include: a capture, its messages, views of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef WINDOW_PASSES_H
#define WINDOW_PASSES_H

#include "capture.h"
#include "messages.h"

/*
 * Dissects all frames of a capture for the first time. Between them frames that were dissected are
 * looked at: those with SeekChat as soon as they came, and an earlier one now and then. Some of
 * these views are kept until the last frame came, and read again. Then the frames are looked at in
 * order, and those with SeekChat once more from the last to the first. Returns how often that
 * showed other messages than the first time, or other things than before, having said so on
 * standard error; the messages are added to *found.
 */
unsigned passes_run(capture *capture, const char *name, messages *found);

/*
 * Dissects all frames of a capture in order, none of which was dissected in its session. Returns
 * how many have other messages than those found before, having said so; when says what happened
 * since.
 */
unsigned passes_repeat(capture *capture, const char *name, const messages *found, const char *when);

#endif
