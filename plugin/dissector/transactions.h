/* transactions.h
 * Which reply of a connection answers which request.
 * May include: GLib and wmem, no packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_TRANSACTIONS_H
#define SEEKCHAT_TRANSACTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <wsutil/nstime.h>

/*
 * A request and the reply to it. Lives as long as the capture file is open; filled on the first
 * pass, first by the request, then by its reply. A message is known by the frame that shows it and
 * the sequence number of its first byte, since a frame may hold several.
 */
typedef struct {
    uint32_t request_frame;
    uint32_t request_seq;
    uint32_t reply_frame; /* 0: no reply yet */
    uint32_t reply_seq;
    nstime_t request_time; /* of the request's last byte */
    const char *sender;    /* of the request; NULL if it was not readable */
    const char *replier;   /* sender of the reply; the same */
} seekchat_transaction;

/*
 * The transactions of one connection in the order of their requests. Replies come in the order of
 * the requests, so the answered ones are the first ones.
 */
typedef struct {
    seekchat_transaction *list;
    uint32_t count;
    uint32_t capacity;
    uint32_t answered;
    uint32_t unasked; /* replies whose request had not been read when they came */
    uint32_t
        skipped; /* requests behind those of the list that wait for a reply and are not in it */
} seekchat_transactions;

/* A message: the frame that shows it and the sequence number of its first byte. */
typedef struct {
    uint32_t frame;
    uint32_t seq;
} seekchat_place;

/*
 * First pass: notes a request with the time of its last byte; its sender, which must be in file
 * scope, is for the caller to set. Returns NULL, and only counts it, when SEEKCHAT_OUTSTANDING_MAX
 * requests wait, or one that is not in the list. The result, like that of the functions below, is
 * valid until the next request of the connection is added.
 */
seekchat_transaction *seekchat_transactions_request(seekchat_transactions *transactions,
                                                    seekchat_place place, const nstime_t *when);

/*
 * First pass: the same for a request that is known to be cut only now. If a reply came meanwhile,
 * it was to this request, which then is not noted: NULL.
 */
seekchat_transaction *seekchat_transactions_late(seekchat_transactions *transactions,
                                                 seekchat_place place, const nstime_t *when);

/* First pass: a request that is not to be in the list. Its reply then is not matched. */
void seekchat_transactions_skip(seekchat_transactions *transactions);

/*
 * First pass: gives a reply to the oldest request that has none; NULL if there is none, or if that
 * request is not in the list. The reply's sender, in file scope, is for the caller to set.
 */
seekchat_transaction *seekchat_transactions_reply(seekchat_transactions *transactions,
                                                  seekchat_place place);

/* The oldest request that has no reply; NULL if there is none. */
const seekchat_transaction *seekchat_transactions_open(const seekchat_transactions *transactions);

/* Later passes: the transaction of a request, of a reply; NULL if it has none. */
const seekchat_transaction *
seekchat_transactions_find_request(const seekchat_transactions *transactions, seekchat_place place);
const seekchat_transaction *
seekchat_transactions_find_reply(const seekchat_transactions *transactions, seekchat_place place);

#endif
