/* samples.h
 * Inputs that several of the codec's tests use.
 * May include: GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SAMPLES_H
#define SAMPLES_H

#include <glib.h>

/* Whole SeekChat messages of every form; ended by NULL. */
extern const char *const sample_messages[];

/*
 * One of the messages, changed at random: bytes replaced, removed, doubled or put in. Most are no
 * message any more. The caller frees it.
 */
GString *sample_broken(GRand *random);

/* A text of up to most random code points, none of them a surrogate. The caller frees it. */
GString *sample_text(GRand *random, gint most);

#endif
