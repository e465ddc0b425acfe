/* fuzz_window.c
 * A fuzz target: captures that are told by any bytes show the same messages whatever is looked at
 * meanwhile, in every pass, and those that the decoder finds.
 * May include: a script, a capture, its messages, views of it, Wireshark's interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <epan/packet.h>
#include <epan/disabled_protos.h>

#include "capture.h"
#include "messages.h"
#include "oracle.h"
#include "script.h"
#include "start.h"
#include "view.h"

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Frames of a session, at most: each begins and ends in some milliseconds. Connections of one input
 * have an address of their own. */
#define SESSION_FRAMES 4000
#define FIRST_CLIENT (10u << 24 | 1)
#define REPEATED (100u << 16) /* is added for those whose frames nobody looks at */

/* Wireshark's JXTA, without the plugin too, asks for more of a message that it then does not take,
 * which is an assertion of Wireshark's TCP. */
#define FAULTY_PROTOCOL "jxta"

/* Of the frames that are looked at when all came, so many-th with its tree. */
#define TREE_EACH 4

static capture *opened;
static views *kept;
static uint32_t client = FIRST_CLIENT;

static void require(bool right, const char *what, uint32_t frame)
{
    if (!right) {
        fprintf(stderr, "frame %" PRIu32 " of the input: %s\n", frame, what);
        abort();
    }
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    (void)count;
    if (!start_wireshark((*arguments)[0]) || !messages_listen()) {
        exit(EXIT_FAILURE);
    }
    proto_disable_proto_by_name(FAULTY_PROTOCOL);
    opened = capture_new();
    kept = views_new();
    return 0;
}

/* Looks at a frame that was dissected before: it has the same messages. */
static epan_dissect_t *look(const messages *first, uint32_t frame, bool tree)
{
    messages *found = messages_new(first->base);
    epan_dissect_t *dissection = messages_dissect(found, opened, first->base + frame, tree);

    require(messages_of_frame(found, first->base + frame) ==
                messages_of_frame(first, first->base + frame),
            "shows other messages than at first", frame);
    messages_free(found);
    return dissection;
}

static void add_frame(const script *script, guint index, messages *found)
{
    const script_frame *frame = &g_array_index(script->frames, script_frame, index);

    capture_add(opened, frame->kind, frame->bytes, frame->reported);
    epan_dissect_free(messages_dissect(found, opened, capture_count(opened), false));
}

/* The frames come, and are looked at meanwhile. */
static void read_and_look(const script *script, messages *found)
{
    guint looks = 0;

    for (guint i = 0; i < script->frames->len; i++) {
        add_frame(script, i, found);
        while (looks < script->looks->len) {
            const script_look *next = &g_array_index(script->looks, script_look, looks);

            if (next->when > i + 1) {
                break;
            }
            views_keep(kept, look(found, next->frame, true));
            looks++;
        }
    }
    require(views_check(kept, "the input") == 0, "what was kept changed", 0);
    for (guint i = 1; i <= script->frames->len; i++) {
        epan_dissect_free(look(found, i, i % TREE_EACH == 0));
    }
}

/* The same frames with another client, which nobody looks at meanwhile. */
static void read_only(const uint8_t *data, size_t size, const messages *looked)
{
    script *script = script_read(data, size, client + REPEATED);
    messages *found = messages_new(capture_count(opened));

    for (guint i = 0; i < script->frames->len; i++) {
        add_frame(script, i, found);
    }
    require(messages_equal(found, looked), "other messages where nobody looks", 0);
    messages_free(found);
    script_free(script);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    script *script = script_read(data, size, client);
    messages *found = messages_new(capture_count(opened));

    read_and_look(script, found);
    read_only(data, size, found);
    require(found->left_out || oracle_agrees(script, found), "not what the decoder finds", 0);
    messages_free(found);
    script_free(script);
    client++;
    if (capture_count(opened) > SESSION_FRAMES) {
        capture_close(opened);
        opened = capture_new();
        client = FIRST_CLIENT;
    }
    return 0;
}
