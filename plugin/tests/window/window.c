/* window.c
 * window CAPTURE... | --growing
 * Does with captures what Wireshark's window does, with the plugins that it would load. --growing:
 * with a capture that is made here.
 * May include: a capture, its messages, the passes over it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <epan/prefs.h>

#include "capture.h"
#include "growing.h"
#include "messages.h"
#include "passes.h"
#include "start.h"

/* A preference of TCP that changes every sequence number, and so no message. */
#define PREFERENCE "tcp.relative_sequence_numbers"

/* What was done. */
typedef struct {
    unsigned captures;
    unsigned frames;
    unsigned messages;
    unsigned wrong;
} counts;

static void set_preference(const char *text)
{
    char *problem = NULL;
    char *setting = g_strdup(text);

    if (prefs_set_pref(setting, &problem) != PREFS_SET_OK) {
        fprintf(stderr, "%s: %s\n", text, problem == NULL ? "not set" : problem);
        exit(EXIT_FAILURE);
    }
    prefs_apply_all();
    g_free(setting);
}

/* What the user does with a capture. Returns its messages, for the caller to free. */
static messages *use_capture(counts *counts, capture *capture, const char *name)
{
    messages *found = messages_new(0);

    counts->wrong += passes_run(capture, name, found);
    counts->captures++;
    counts->frames += capture_count(capture);
    counts->messages += found->whole;

    set_preference(PREFERENCE ":FALSE");
    capture_restart(capture);
    counts->wrong += passes_repeat(capture, name, found, "with other sequence numbers");
    set_preference(PREFERENCE ":TRUE");
    capture_restart(capture);
    counts->wrong += passes_repeat(capture, name, found, "with the preferences of before");
    capture_close(capture);
    return found;
}

/* Opens each file and closes it, then each again, from the last on: behind another one than the
 * first time. */
static void use_files(counts *counts, char **paths, int count)
{
    messages **found = g_new0(messages *, count);

    for (int i = 0; i < count; i++) {
        capture *capture = capture_open(paths[i]);

        if (capture == NULL) {
            exit(EXIT_FAILURE);
        }
        found[i] = use_capture(counts, capture, paths[i]);
    }
    for (int i = count - 1; i >= 0; i--) {
        capture *capture = capture_open(paths[i]);

        counts->wrong += passes_repeat(capture, paths[i], found[i], "opened again");
        capture_close(capture);
        messages_free(found[i]);
    }
    g_free(found);
}

int main(int count, char **arguments)
{
    counts counts = {0};

    if (count < 2) {
        fprintf(stderr, "usage: window CAPTURE... | --growing\n");
        return EXIT_FAILURE;
    }
    if (!start_wireshark(arguments[0]) || !messages_listen()) {
        return EXIT_FAILURE;
    }
    if (strcmp(arguments[1], "--growing") == 0) {
        messages_free(use_capture(&counts, growing_new(), "a growing message"));
    } else {
        use_files(&counts, arguments + 1, count - 1);
    }
    printf("%u captures, %u frames, %u messages, %u wrong\n", counts.captures, counts.frames,
           counts.messages, counts.wrong);
    return counts.wrong == 0 && counts.messages > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
