/* input.c
 * A file or standard input as a stream of which only the unused part is held in memory.
 * May include: the C library, POSIX and GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "input.h"

#include "command.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "platform.h"

/* Bytes asked for in one read. */
#define READ_BYTES ((size_t)64 * 1024)

bool input_open(input *in, const char *path, size_t limit)
{
    bool standard = path == NULL || strcmp(path, "-") == 0;
    *in = (input){.name = standard ? "standard input" : path, .limit = limit};
    in->descriptor = standard ? STDIN_FILENO : platform_open(path);
    if (in->descriptor < 0) {
        command_error("%s: %s", in->name, g_strerror(errno));
        return false;
    }
    in->buffer = g_byte_array_new();
    return true;
}

void input_close(input *in)
{
    if (in->descriptor != STDIN_FILENO)
        close(in->descriptor);
    g_byte_array_unref(in->buffer);
}

const uint8_t *input_bytes(const input *in, size_t *length)
{
    *length = in->buffer->len - in->used;
    return in->buffer->data + in->used;
}

void input_use(input *in, size_t count)
{
    in->used += count;
    in->offset += count;
}

/*
 * Drops the used bytes. Readers use up all that is whole before they ask for more, so what moves
 * here came with the last read, and the whole stream's cost stays linear.
 */
static void drop_used(input *in)
{
    if (in->used > 0) {
        g_byte_array_remove_range(in->buffer, 0, (guint)in->used);
        in->used = 0;
    }
}

static ssize_t read_again(int descriptor, uint8_t *bytes, size_t length)
{
    ssize_t count;
    do {
        count = read(descriptor, bytes, length);
    } while (count < 0 && errno == EINTR);
    return count;
}

input_result input_fill(input *in)
{
    drop_used(in);
    guint held = in->buffer->len;
    size_t room = in->limit - held;
    if (room == 0) {
        command_error("%s: offset %" G_GUINT64_FORMAT ": no end within the limit of %zu bytes",
                      in->name, in->offset, in->limit);
        return INPUT_FAILED;
    }
    size_t wanted = MIN(room, READ_BYTES);
    g_byte_array_set_size(in->buffer, held + (guint)wanted);
    ssize_t count = read_again(in->descriptor, in->buffer->data + held, wanted);
    int reason = errno;
    g_byte_array_set_size(in->buffer, held + (guint)MAX(count, 0));
    if (count < 0) {
        command_error("%s: %s", in->name, g_strerror(reason));
        return INPUT_FAILED;
    }
    return count == 0 ? INPUT_END : INPUT_MORE;
}
