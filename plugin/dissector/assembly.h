/* assembly.h
 * A message that is put together from segments: its bytes, which Wireshark may go on showing.
 * May include: the codec, wmem.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_ASSEMBLY_H
#define SEEKCHAT_ASSEMBLY_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>
#include <wsutil/wmem/wmem.h>

#include "seekchat.h"

/* What became of a message that arrived in more than one segment. */
typedef enum {
    SEEKCHAT_ASSEMBLY_PENDING,   /* its end has not come */
    SEEKCHAT_ASSEMBLY_COMPLETE,  /* whole: a JSON value, whether or not a SeekChat message */
    SEEKCHAT_ASSEMBLY_MALFORMED, /* a byte came that is no JSON */
    SEEKCHAT_ASSEMBLY_HOLE,      /* bytes of it are missing */
    SEEKCHAT_ASSEMBLY_CUT,       /* a packet was captured only in part */
    SEEKCHAT_ASSEMBLY_CLOSED,    /* the connection ended inside it */
    SEEKCHAT_ASSEMBLY_TOO_LARGE, /* it outgrew the preference; its bytes were given up */
} seekchat_assembly_state;

/*
 * A message that is put together from segments. Made by the segment that holds its beginning, lives
 * as long as the capture file is open. Only the first pass changes it.
 */
typedef struct {
    uint8_t *bytes; /* length of them; NULL when given up */
    uint32_t length;
    uint32_t capacity;
    bool shared;  /* Wireshark may hold a pointer to bytes: they stay where they are */
    uint32_t seq; /* of its first byte */
    seekchat_assembly_state state;
    uint32_t shown_in; /* frame that shows it: of its last byte, or that told of its end; else 0 */
    wmem_array_t *frames;     /* uint32_t: the frames that brought its bytes, in order */
    seekchat_decoder decoder; /* of the scan that goes on; cleared when it is not pending */
    GList link;               /* in the list of those that are pending */
    const struct seekchat_segment *last; /* that brought its last bytes so far */
} seekchat_assembly;

/* True for an assembly whose end has not come; false for NULL. */
static inline bool seekchat_assembly_is_pending(const seekchat_assembly *assembly)
{
    return assembly != NULL && assembly->state == SEEKCHAT_ASSEMBLY_PENDING;
}

/* An empty message that begins at seq. */
seekchat_assembly *seekchat_assembly_new(uint32_t seq);

/* Appends what the frame brought of it. Returns the bytes of memory that this took for good. */
size_t seekchat_assembly_append(seekchat_assembly *assembly, const uint8_t *bytes, uint32_t length,
                                uint32_t frame);

/*
 * The message is finished, one way or the other: nothing is added to it any more. Returns the bytes
 * of memory that this freed.
 */
size_t seekchat_assembly_finish(seekchat_assembly *assembly, seekchat_assembly_state state,
                                uint32_t frame);

/*
 * Its bytes, to be shown: the window keeps a dissection while the capture goes on, so that from now
 * on these stay where and what they are until the file is closed, whatever is appended.
 */
const uint8_t *seekchat_assembly_share(seekchat_assembly *assembly);

/* Frees what the messages that are still pending hold outside of file scope. When a file closes. */
void seekchat_assembly_cleanup(void);

#endif
