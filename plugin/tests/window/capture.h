/* capture.h
 * A capture file as the window holds it: its frames, and the session in which they are dissected.
 * May include: Wireshark's interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef WINDOW_CAPTURE_H
#define WINDOW_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include <epan/column-info.h>
#include <epan/epan.h>
#include <epan/epan_dissect.h>
#include <wiretap/wtap.h>

#include "program_compat.h"

/* Frames of a capture that are read. */
#define CAPTURE_FRAMES_MAX 4000

/* A frame: what the file says of it, and what Wireshark keeps of it. Lives as long as its capture.
 */
typedef struct {
    program_record record;
    frame_data data;
} capture_frame;

/* Made by capture_open or capture_new, filled, and freed by capture_close. */
typedef struct capture {
    wtap *file; /* NULL: its frames do not come from one */
    int type;   /* of the file, for Wireshark */
    epan_t *session;
    GPtrArray *frames; /* capture_frame *, in order: number 1 at index 0 */
    column_info columns;

    /* What the time columns of the next frame count from. */
    struct packet_provider_data *provider;
    nstime_t elapsed;
    const frame_data *reference;
    const frame_data *displayed;
    uint32_t cumulated;
} capture;

/* All frames of a file, up to CAPTURE_FRAMES_MAX, none of them dissected. NULL, with a word on
 * standard error, if it cannot be read. */
capture *capture_open(const char *path);

/* A capture without frames, which do not come from a file. */
capture *capture_new(void);

/*
 * Adds a frame of a kind (WTAP_ENCAP_RAW_IP or another), a millisecond behind the last one: so many
 * bytes of it were reported, and these captured. They are copied.
 */
void capture_add(capture *capture, int kind, const GByteArray *bytes, uint32_t reported);

/* Frees it. No dissection of its frames may be left. */
void capture_close(capture *capture);

/*
 * Forgets what dissection found, as Wireshark does when a preference changed: a new session, in
 * which no frame was visited. No dissection of its frames may be left.
 */
void capture_restart(capture *capture);

/* The number of its frames. */
uint32_t capture_count(const capture *capture);

/*
 * Dissects the frame of that number, from 1 on, handing it to the taps. The first time, frames must
 * come in order. tree: with all of its tree, as the window does for the selected frame; else as the
 * list of packets does. The result is for the caller to free with epan_dissect_free.
 */
epan_dissect_t *capture_dissect(capture *capture, uint32_t number, bool tree);

#endif
