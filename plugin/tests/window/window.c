/* window.c
 * window CAPTURE...
 * Does with captures what Wireshark's window does, with the plugins that it would load.
 * May include: a capture, its messages, the passes over it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "capture.h"
#include "messages.h"
#include "passes.h"
#include "start.h"

/* What was done. */
typedef struct {
    unsigned captures;
    unsigned frames;
    unsigned messages;
    unsigned wrong;
} counts;

static void read_capture(counts *counts, const char *path)
{
    capture *capture = capture_open(path);

    if (capture == NULL) {
        counts->wrong++;
        return;
    }
    messages *found = messages_new();

    counts->wrong += passes_run(capture, path, found);
    counts->captures++;
    counts->frames += capture_count(capture);
    counts->messages += found->whole;
    messages_free(found);
    capture_close(capture);
}

int main(int count, char **arguments)
{
    counts counts = {0};

    if (count < 2) {
        fprintf(stderr, "usage: window CAPTURE...\n");
        return EXIT_FAILURE;
    }
    if (!start_wireshark(arguments[0]) || !messages_listen()) {
        return EXIT_FAILURE;
    }
    for (int i = 1; i < count; i++) {
        read_capture(&counts, arguments[i]);
    }
    printf("%u captures, %u frames, %u messages, %u wrong\n", counts.captures, counts.frames,
           counts.messages, counts.wrong);
    return counts.wrong == 0 && counts.messages > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
