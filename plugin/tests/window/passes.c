/* passes.c
 * What the window does with a capture: it reads it, is scrolled meanwhile, and is scrolled after.
 * May include: a capture, its messages, views of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "passes.h"

#include <inttypes.h>
#include <stdio.h>

#include "view.h"

/* Of the views that are kept: so many of frames that end messages, of frames that show one which
 * has not ended, and of any frame; and the last frames, as far as there is room. */
#define KEPT_WHOLE 16
#define KEPT_PART 16
#define KEPT_ANY 16
#define KEPT_LAST 8

/* Each frame with SeekChat is looked at, and so many-th of the others. Whenever so many came, an
 * earlier one is looked at, too; which one it is, jumps by a prime. */
#define OTHERS_EACH 8
#define EARLIER_EACH 4
#define EARLIER_JUMP 7919

/* The passes over one capture. */
typedef struct {
    capture *capture;
    const char *name;
    messages *first;    /* what the first dissection of each frame found */
    uint64_t *digests;  /* what the tree of each frame showed when all were read; 0: not yet */
    bool *has_seekchat; /* the frame has SeekChat */
    views *views;
    unsigned kept_whole;
    unsigned kept_part;
    unsigned wrong;
} passes;

static void complain(passes *passes, uint32_t frame, const char *what)
{
    fprintf(stderr, "%s: frame %" PRIu32 " %s\n", passes->name, frame, what);
    passes->wrong++;
}

/* Looks at a frame that was dissected before; *part: it shows some of a message. */
static epan_dissect_t *look(passes *passes, uint32_t frame, bool *part)
{
    messages *found = messages_new(0);
    epan_dissect_t *dissection = messages_dissect(found, passes->capture, frame, true);

    if (messages_of_frame(found, frame) != messages_of_frame(passes->first, frame)) {
        complain(passes, frame, "shows other messages than at first");
    }
    *part = found->parts > 0;
    messages_free(found);
    return dissection;
}

static bool is_kept(passes *passes, uint32_t frame, bool part)
{
    uint32_t count = capture_count(passes->capture);

    if (!views_have_room(passes->views)) {
        return false;
    }
    if (part && passes->kept_part < KEPT_PART) {
        passes->kept_part++;
        return true;
    }
    if (messages_of_frame(passes->first, frame) != 0 && passes->kept_whole < KEPT_WHOLE) {
        passes->kept_whole++;
        return true;
    }
    return frame + KEPT_LAST > count || frame % (count / KEPT_ANY + 1) == 0;
}

static void look_and_keep(passes *passes, uint32_t frame)
{
    bool part;
    epan_dissect_t *dissection = look(passes, frame, &part);

    if (is_kept(passes, frame, part)) {
        views_keep(passes->views, dissection);
    } else {
        epan_dissect_free(dissection);
    }
}

static bool is_of_interest(const passes *passes, uint32_t frame)
{
    return passes->has_seekchat[frame - 1] || frame % OTHERS_EACH == 0 ||
           frame == capture_count(passes->capture);
}

static void read_frame(passes *passes, uint32_t frame)
{
    epan_dissect_t *dissection = messages_dissect(passes->first, passes->capture, frame, false);

    passes->has_seekchat[frame - 1] = proto_is_frame_protocol(dissection->pi.layers, "seekchat");
    epan_dissect_free(dissection);
}

/* The frames come, and are looked at meanwhile. */
static void read_frames(passes *passes)
{
    for (uint32_t frame = 1; frame <= capture_count(passes->capture); frame++) {
        read_frame(passes, frame);
        if (is_of_interest(passes, frame)) {
            look_and_keep(passes, frame);
        }
        if (frame % EARLIER_EACH == 0) {
            look_and_keep(passes, 1 + (uint32_t)((uint64_t)frame * EARLIER_JUMP % frame));
        }
    }
    passes->wrong += views_check(passes->views, passes->name);
}

/* All were read: what a frame shows does not depend any more on what was looked at before. */
static void look_again(passes *passes, uint32_t frame)
{
    bool part;
    epan_dissect_t *dissection = look(passes, frame, &part);
    uint64_t digest = view_digest(dissection);

    if (passes->digests[frame - 1] != 0 && passes->digests[frame - 1] != digest) {
        complain(passes, frame, "shows something else than a moment ago");
    }
    passes->digests[frame - 1] = digest;
    epan_dissect_free(dissection);
}

static void scroll(passes *passes)
{
    uint32_t count = capture_count(passes->capture);

    for (uint32_t frame = 1; frame <= count; frame++) {
        if (is_of_interest(passes, frame)) {
            look_again(passes, frame);
        }
    }
    for (uint32_t frame = count; frame > 0; frame--) {
        if (passes->has_seekchat[frame - 1]) {
            look_again(passes, frame);
        }
    }
}

unsigned passes_run(capture *capture, const char *name, messages *found)
{
    passes passes = {
        .capture = capture,
        .name = name,
        .first = found,
        .digests = g_new0(uint64_t, capture_count(capture)),
        .has_seekchat = g_new0(bool, capture_count(capture)),
        .views = views_new(),
    };

    read_frames(&passes);
    scroll(&passes);
    views_free(passes.views);
    g_free(passes.has_seekchat);
    g_free(passes.digests);
    return passes.wrong;
}

unsigned passes_repeat(capture *capture, const char *name, const messages *found, const char *when)
{
    messages *again = messages_new(0);
    unsigned wrong = 0;

    for (uint32_t frame = 1; frame <= capture_count(capture); frame++) {
        epan_dissect_free(messages_dissect(again, capture, frame, false));
        if (messages_of_frame(again, frame) != messages_of_frame(found, frame)) {
            fprintf(stderr, "%s: frame %" PRIu32 " has other messages %s\n", name, frame, when);
            wrong++;
        }
    }
    messages_free(again);
    return wrong;
}
