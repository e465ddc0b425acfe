/* checks.c
 * What is noteworthy about a decoded message: the rules behind the expert items.
 * May include: the codec, Wireshark's addresses and memory pools.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "checks.h"

#include <string.h>

#include <wsutil/inet_addr.h>

#include "dissector_limits.h"

/* The type with which Beethoven sends a payload. */
static seekchat_type type_for(seekchat_payload payload)
{
    switch (payload) {
    case SEEKCHAT_PAYLOAD_JOIN:
        return SEEKCHAT_TYPE_SEEKING;
    case SEEKCHAT_PAYLOAD_CHECK:
        return SEEKCHAT_TYPE_WATCHING;
    default:
        return SEEKCHAT_TYPE_REPLY;
    }
}

static uint32_t check_words(const seekchat_message *message, bool request)
{
    uint32_t found = 0;

    if (message->kind[SEEKCHAT_KEY_TYPE] == SEEKCHAT_VALUE_STRING) {
        if (message->type == SEEKCHAT_TYPE_UNKNOWN) {
            found |= SEEKCHAT_FOUND_UNKNOWN_TYPE;
        } else if (message->type == SEEKCHAT_TYPE_REPLY && request) {
            found |= SEEKCHAT_FOUND_REPLY_FROM_CLIENT;
        }
    }
    if (message->payload != SEEKCHAT_PAYLOAD_UNKNOWN) {
        seekchat_type expected = type_for(message->payload);

        if ((message->type != SEEKCHAT_TYPE_UNKNOWN && message->type != expected) ||
            request != (expected != SEEKCHAT_TYPE_REPLY)) {
            found |= SEEKCHAT_FOUND_UNEXPECTED_PAYLOAD;
        }
    } else if (message->kind[SEEKCHAT_KEY_PAYLOAD] == SEEKCHAT_VALUE_STRING) {
        found |= SEEKCHAT_FOUND_UNKNOWN_PAYLOAD;
    }
    return found;
}

/* What a reply says of the request. */
static uint32_t check_outcome(const seekchat_message *message)
{
    switch (message->payload) {
    case SEEKCHAT_PAYLOAD_JOIN_FAILED:
        return SEEKCHAT_FOUND_JOIN_FAILED;
    case SEEKCHAT_PAYLOAD_SELF:
        return SEEKCHAT_FOUND_SELF;
    case SEEKCHAT_PAYLOAD_ERROR:
        return SEEKCHAT_FOUND_ERROR_REPLY;
    default:
        return 0;
    }
}

static uint32_t check_members(const seekchat_message *message)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < message->member_count; i++) {
        found |=
            message->members[i].duplicate ? SEEKCHAT_FOUND_DUPLICATE_KEY : SEEKCHAT_FOUND_EXTRA_KEY;
    }
    return found;
}

static unsigned key_hash(const void *key)
{
    const seekchat_text *text = key;

    return wmem_strong_hash((const uint8_t *)text->data, text->length);
}

static gboolean key_equal(const void *one, const void *other)
{
    const seekchat_text *a = one;
    const seekchat_text *b = other;

    return a->length == b->length && memcmp(a->data, b->data, a->length) == 0;
}

/* The text of a key, in pool or pointing into bytes. */
static seekchat_text *key_text(wmem_allocator_t *pool, const uint8_t *bytes, seekchat_span key)
{
    seekchat_text *text = wmem_new(pool, seekchat_text);

    if (key.escaped) {
        char *resolved = wmem_alloc(pool, key.length);

        *text = (seekchat_text){resolved, seekchat_span_text(bytes, key, resolved)};
    } else {
        *text = (seekchat_text){(const char *)bytes + key.offset + 1, key.length - 2u};
    }
    return text;
}

uint32_t seekchat_members_shown(const seekchat_message *message)
{
    return message->member_count < SEEKCHAT_MEMBERS_SHOWN ? message->member_count
                                                          : SEEKCHAT_MEMBERS_SHOWN;
}

uint32_t seekchat_check_repeated(wmem_allocator_t *pool, const seekchat_message *message,
                                 const uint8_t *bytes)
{
    uint32_t count = seekchat_members_shown(message);

    if (count < 2) {
        return message->member_count;
    }
    wmem_map_t *keys = wmem_map_new(pool, key_hash, key_equal);

    for (uint32_t i = 0; i < count; i++) {
        if (message->members[i].duplicate) {
            continue;
        }
        seekchat_text *text = key_text(pool, bytes, message->members[i].key);

        if (wmem_map_contains(keys, text)) {
            return i;
        }
        wmem_map_insert(keys, text, text);
    }
    return message->member_count;
}

size_t seekchat_node_name(const char *text, size_t length, bool *valid)
{
    const char *at = memchr(text, '@', length);
    size_t offset = at == NULL ? length : (size_t)(at - text);

    *valid = at != NULL && offset > 0 && offset + 1 < length &&
             memchr(at + 1, '@', length - offset - 1) == NULL;
    return offset;
}

/* True if host is an IP address in text other than source. */
static bool other_address(const char *host, const address *source)
{
    ws_in4_addr v4;
    ws_in6_addr v6;

    if (source->type == AT_IPv4) {
        return ws_inet_pton6(host, &v6) ||
               (ws_inet_pton4(host, &v4) && memcmp(&v4, source->data, sizeof(v4)) != 0);
    }
    if (source->type == AT_IPv6) {
        return ws_inet_pton4(host, &v4) ||
               (ws_inet_pton6(host, &v6) && memcmp(&v6, source->data, sizeof(v6)) != 0);
    }
    return false;
}

static uint32_t check_sender(const char *text, size_t length, const address *source)
{
    char host[WS_INET6_ADDRSTRLEN];
    bool valid;
    size_t at = seekchat_node_name(text, length, &valid);
    uint32_t found = valid ? 0 : SEEKCHAT_FOUND_NOT_A_NODE_NAME;
    size_t host_length = at < length ? length - at - 1 : 0;

    if (host_length > 0 && host_length < sizeof(host)) {
        memcpy(host, text + at + 1, host_length);
        host[host_length] = '\0';
        if (other_address(host, source)) {
            found |= SEEKCHAT_FOUND_SENDER_ADDRESS;
        }
    }
    return found;
}

/* Room for an atom, every character of which is written as two escapes, and its quotes. */
#define ATOM_WRITTEN_MAX (12 * SEEKCHAT_ATOM_MAX + 2)

/*
 * The text of a string and its length, in room if it holds escapes; NULL for an escaped one that is
 * longer than any atom can be written.
 */
static const char *text_of(const uint8_t *bytes, seekchat_span span, char room[ATOM_WRITTEN_MAX],
                           size_t *length)
{
    if (!span.escaped) {
        *length = span.length - 2u;
        return (const char *)bytes + span.offset + 1;
    }
    if (span.length > ATOM_WRITTEN_MAX) {
        return NULL;
    }
    *length = seekchat_span_text(bytes, span, room);
    return room;
}

static uint32_t check_sender_span(const uint8_t *bytes, seekchat_span span, const address *source)
{
    char room[ATOM_WRITTEN_MAX];
    size_t length;
    const char *text = text_of(bytes, span, room, &length);

    return text == NULL ? 0 : check_sender(text, length, source);
}

bool seekchat_sender_is_node(const seekchat_message *message, const uint8_t *bytes)
{
    char room[ATOM_WRITTEN_MAX];
    size_t length;
    bool valid = false;
    const char *text = text_of(bytes, message->value[SEEKCHAT_KEY_SENDER], room, &length);

    if (text != NULL) {
        seekchat_node_name(text, length, &valid);
    }
    return valid;
}

uint32_t seekchat_check(const seekchat_message *message, const uint8_t *bytes, bool request,
                        const address *source)
{
    uint32_t found = check_words(message, request) | check_members(message);

    if (!request) {
        found |= check_outcome(message);
    }
    if (message->faults & SEEKCHAT_FAULTS_TOO_LONG) {
        found |= SEEKCHAT_FOUND_ATOM_TOO_LONG;
    }
    if (message->faults & ~SEEKCHAT_FAULTS_TOO_LONG) {
        found |= SEEKCHAT_FOUND_NOT_SEEKCHAT;
    }
    if (message->kind[SEEKCHAT_KEY_SENDER] == SEEKCHAT_VALUE_STRING) {
        found |= check_sender_span(bytes, message->value[SEEKCHAT_KEY_SENDER], source);
    }
    return found;
}
