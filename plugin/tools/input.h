/* input.h
 * A file or standard input as a stream of which only the unused part is held in memory.
 * May include: the C library and GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* Filled by input_open, used up by input_use, freed by input_close. */
typedef struct {
    const char *name; /* for messages: the path, or "standard input" */
    int descriptor;
    size_t limit; /* bytes held at most */
    GByteArray *buffer;
    size_t used;     /* bytes at the start of buffer that are done with */
    uint64_t offset; /* of the first unused byte, from the start of the stream */
} input;

typedef enum {
    INPUT_MORE,   /* more bytes are there now */
    INPUT_END,    /* the stream has ended */
    INPUT_FAILED, /* reading failed, or limit bytes are held: the reason has been printed */
} input_result;

/*
 * Opens path, or standard input for NULL and "-". Borrows path. Returns false, with the reason
 * printed, if the file cannot be opened; *in is then not to be closed.
 */
bool input_open(input *in, const char *path, size_t limit);

void input_close(input *in);

/* The unused bytes that are held; valid until the next input_fill. Sets *length. */
const uint8_t *input_bytes(const input *in, size_t *length);

/* Marks the first count of the unused bytes as used. */
void input_use(input *in, size_t count);

/* Waits for more bytes, and takes those that are there. */
input_result input_fill(input *in);

#endif
