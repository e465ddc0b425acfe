/* shown.h
 * A message on its way to the tree.
 * May include: the codec, the connection's state, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_SHOWN_H
#define SEEKCHAT_SHOWN_H

#include <epan/packet.h>

#include "seekchat.h"
#include "stream.h"

/* A message, or what there is of one, that is to be shown. Lives while its frame is dissected. */
typedef struct {
    tvbuff_t *tvb;        /* that holds its bytes */
    uint32_t base;        /* offset in tvb of the byte from which its spans count */
    uint32_t length;      /* bytes from there that the item covers */
    uint32_t size;        /* bytes of the message, white space before it left out */
    const uint8_t *bytes; /* the byte from which its spans count */
    seekchat_status status;
    const seekchat_decoder *decoder; /* that decoded it: message and error */
    const char *missing;             /* SEEKCHAT_INCOMPLETE: why its end is not there; NULL: it is
                                      * too large */
    bool request;                    /* it comes from the client */
    bool trailing;                   /* it is not the first of its direction */
    const char *unanswered;          /* a request to which no reply was read: why; else NULL */
    const char *unmatched;           /* a request whose reply is not looked for: why; else NULL */
    const seekchat_transaction *transaction; /* NULL if there is none */
    const seekchat_assembly *assembly;       /* NULL if it came in one segment */
    const char *summary;                     /* its line; NULL if nobody looks */
} seekchat_shown;

/*
 * Whom the message is for: the sender of the message that it answers, or that answers it; NULL if
 * that is not known, or not yet.
 */
static inline const char *seekchat_peer(const seekchat_shown *shown)
{
    if (shown->transaction == NULL) {
        return NULL;
    }
    return shown->request ? shown->transaction->replier : shown->transaction->sender;
}

/* True if the reader's single recv gets, or may get, only a part of the message. */
static inline bool seekchat_exceeds_recv(const seekchat_shown *shown)
{
    return shown->size > SEEKCHAT_RECV_BYTES ||
           (shown->assembly != NULL && wmem_array_get_count(shown->assembly->frames) > 1);
}

#endif
