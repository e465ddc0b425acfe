/* checks.h
 * What is noteworthy about a decoded message: the rules behind the expert items.
 * May include: the codec, Wireshark's addresses and memory pools.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_CHECKS_H
#define SEEKCHAT_CHECKS_H

#include <stdbool.h>
#include <stdint.h>

#include <epan/address.h>
#include <wsutil/wmem/wmem.h>

#include "seekchat.h"

/* One bit for each finding. The expert item of the same name says what Beethoven
 * does with such a message. */
typedef enum {
    SEEKCHAT_FOUND_NOT_SEEKCHAT = 1u << 0,
    SEEKCHAT_FOUND_UNKNOWN_TYPE = 1u << 1,
    SEEKCHAT_FOUND_UNKNOWN_PAYLOAD = 1u << 2,
    SEEKCHAT_FOUND_UNEXPECTED_PAYLOAD = 1u << 3,
    SEEKCHAT_FOUND_REPLY_FROM_CLIENT = 1u << 4,
    SEEKCHAT_FOUND_DUPLICATE_KEY = 1u << 5,
    SEEKCHAT_FOUND_EXTRA_KEY = 1u << 6,
    SEEKCHAT_FOUND_ATOM_TOO_LONG = 1u << 7,
    SEEKCHAT_FOUND_JOIN_FAILED = 1u << 8,
    SEEKCHAT_FOUND_SELF = 1u << 9,
    SEEKCHAT_FOUND_ERROR_REPLY = 1u << 10,
    SEEKCHAT_FOUND_SENDER_ADDRESS = 1u << 11,
    SEEKCHAT_FOUND_NOT_A_NODE_NAME = 1u << 12, /* the sender; nodes are checked one by one */
} seekchat_finding;

/*
 * seekchat_finding bits for a message that comes from the client (request) or not, in a packet from
 * source. bytes is what its spans point into.
 */
uint32_t seekchat_check(const seekchat_message *message, const uint8_t *bytes, bool request,
                        const address *source);

/* How many of the members that Beethoven does not use are shown: SEEKCHAT_MEMBERS_SHOWN at most. */
uint32_t seekchat_members_shown(const seekchat_message *message);

/*
 * Index of the first member whose key, none of type, sender and payload, stood before in the
 * message, escapes resolved; member_count if there is none. Only members that are shown are looked
 * at, so that its time is bounded. What it needs for that is allocated in pool.
 */
uint32_t seekchat_check_repeated(wmem_allocator_t *pool, const seekchat_message *message,
                                 const uint8_t *bytes);

/*
 * Offset of the @ in the text of a node name; length if there is none. *valid says whether it is a
 * name as Erlang's distribution wants it: exactly one @, neither half empty.
 */
size_t seekchat_node_name(const char *text, size_t length, bool *valid);

/* True if the sender of a message, which must have a string as its sender, is such a name. */
bool seekchat_sender_is_node(const seekchat_message *message, const uint8_t *bytes);

#endif
