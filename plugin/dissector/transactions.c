/* transactions.c
 * Which reply of a connection answers which request.
 * May include: GLib and wmem, no packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "transactions.h"

#include <epan/wmem_scopes.h>

#include "dissector_limits.h"

static seekchat_transaction *append(seekchat_transactions *transactions)
{
    if (transactions->count == transactions->capacity) {
        /* One is all that Beethoven does on a connection, so one is all that is taken at first. */
        uint32_t capacity = transactions->capacity == 0 ? 1 : 2 * transactions->capacity;

        transactions->list = wmem_realloc(wmem_file_scope(), transactions->list,
                                          capacity * sizeof(*transactions->list));
        transactions->capacity = capacity;
    }
    return &transactions->list[transactions->count++];
}

void seekchat_transactions_skip(seekchat_transactions *transactions)
{
    transactions->skipped++;
}

seekchat_transaction *seekchat_transactions_request(seekchat_transactions *transactions,
                                                    seekchat_place place, const nstime_t *when)
{
    if (transactions->skipped > 0 ||
        transactions->count - transactions->answered >= SEEKCHAT_OUTSTANDING_MAX) {
        seekchat_transactions_skip(transactions);
        return NULL;
    }
    seekchat_transaction *transaction = append(transactions);

    *transaction = (seekchat_transaction){
        .request_frame = place.frame,
        .request_seq = place.seq,
        .request_time = *when,
    };
    return transaction;
}

seekchat_transaction *seekchat_transactions_late(seekchat_transactions *transactions,
                                                 seekchat_place place, const nstime_t *when)
{
    if (transactions->unasked > 0) {
        transactions->unasked--;
        return NULL;
    }
    return seekchat_transactions_request(transactions, place, when);
}

seekchat_transaction *seekchat_transactions_reply(seekchat_transactions *transactions,
                                                  seekchat_place place)
{
    if (transactions->answered == transactions->count) {
        if (transactions->skipped > 0) {
            transactions->skipped--;
        } else {
            transactions->unasked++;
        }
        return NULL;
    }
    seekchat_transaction *transaction = &transactions->list[transactions->answered++];

    transaction->reply_frame = place.frame;
    transaction->reply_seq = place.seq;
    return transaction;
}

const seekchat_transaction *seekchat_transactions_open(const seekchat_transactions *transactions)
{
    return transactions->answered < transactions->count
               ? &transactions->list[transactions->answered]
               : NULL;
}

static seekchat_place request_place(const seekchat_transaction *transaction)
{
    return (seekchat_place){transaction->request_frame, transaction->request_seq};
}

static seekchat_place reply_place(const seekchat_transaction *transaction)
{
    return (seekchat_place){transaction->reply_frame, transaction->reply_seq};
}

/* What a direction brings in one frame comes with rising sequence numbers. */
static bool is_before(seekchat_place one, seekchat_place other)
{
    return one.frame < other.frame ||
           (one.frame == other.frame && (int32_t)(one.seq - other.seq) < 0);
}

/* The one of the first count transactions that is at the place; NULL if there is none. */
static const seekchat_transaction *find(const seekchat_transactions *transactions, uint32_t count,
                                        seekchat_place (*place_of)(const seekchat_transaction *),
                                        seekchat_place place)
{
    uint32_t low = 0;
    uint32_t high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (is_before(place_of(&transactions->list[middle]), place)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == count) {
        return NULL;
    }
    seekchat_place found = place_of(&transactions->list[low]);

    return found.frame == place.frame && found.seq == place.seq ? &transactions->list[low] : NULL;
}

const seekchat_transaction *
seekchat_transactions_find_request(const seekchat_transactions *transactions, seekchat_place place)
{
    return find(transactions, transactions->count, request_place, place);
}

const seekchat_transaction *
seekchat_transactions_find_reply(const seekchat_transactions *transactions, seekchat_place place)
{
    return find(transactions, transactions->answered, reply_place, place);
}
