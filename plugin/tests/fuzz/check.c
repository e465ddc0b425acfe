/* check.c
 * What the fuzz targets share: failing, and the rules that any result of decode keeps.
 * May include: check.h, the codec, the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void check_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, condition);
    abort();
}

bool check_utf8(const char *text, size_t length)
{
    const char *end = text + length;

    while (text < end) {
        const char *stop;

        if (!g_utf8_validate(text, end - text, &stop) && (stop == end || *stop != '\0')) {
            return false;
        }
        text = stop + 1;
    }
    return true;
}

static void check_span(seekchat_span span, size_t from, size_t to)
{
    CHECK(span.length >= 1);
    CHECK(span.offset >= from);
    CHECK((size_t)span.offset + span.length <= to);
}

static void check_string(seekchat_span span, const uint8_t *bytes, size_t from, size_t to)
{
    check_span(span, from, to);
    CHECK(span.length >= 2);
    CHECK(bytes[span.offset] == '"' && bytes[span.offset + span.length - 1] == '"');
    CHECK(span.escaped == (memchr(bytes + span.offset, '\\', span.length) != NULL));

    /* Exactly the room that is asked for, so that the sanitizer sees a byte too many. */
    char *text = malloc(span.length - 2u);
    size_t length = seekchat_span_text(bytes, span, text);

    CHECK(length <= span.length - 2u);
    CHECK(span.escaped || length == span.length - 2u);
    CHECK(check_utf8(text, length));
    free(text);
}

/* A string whose text the decoder keeps. */
static void check_kept(const seekchat_decoder *decoder, seekchat_span span, const uint8_t *bytes,
                       size_t from, size_t to)
{
    size_t kept_length;

    check_string(span, bytes, from, to);
    const char *kept = seekchat_span_peek(decoder, bytes, span, &kept_length);
    char *text = malloc(span.length - 2u);

    CHECK(seekchat_span_text(bytes, span, text) == kept_length);
    CHECK(kept_length == 0 || memcmp(text, kept, kept_length) == 0);
    free(text);
}

static void check_key(const seekchat_decoder *decoder, unsigned key, const uint8_t *bytes,
                      size_t to)
{
    const seekchat_message *message = &decoder->message;
    seekchat_span span = message->value[key];

    switch (message->kind[key]) {
    case SEEKCHAT_VALUE_ABSENT:
        return;
    case SEEKCHAT_VALUE_STRING:
        check_kept(decoder, span, bytes, message->offset, to);
        break;
    case SEEKCHAT_VALUE_LIST:
        CHECK(key == SEEKCHAT_KEY_PAYLOAD);
        CHECK(bytes[span.offset] == '[' && bytes[span.offset + span.length - 1] == ']');
        break;
    default:
        CHECK(message->kind[key] == SEEKCHAT_VALUE_OTHER);
    }
    check_span(span, message->offset, to);
    check_string(message->key[key], bytes, message->offset, span.offset);
}

static void check_nodes(const seekchat_decoder *decoder, const uint8_t *bytes)
{
    const seekchat_message *message = &decoder->message;
    seekchat_span list = message->value[SEEKCHAT_KEY_PAYLOAD];
    size_t from = list.offset + 1u;

    if (message->kind[SEEKCHAT_KEY_PAYLOAD] != SEEKCHAT_VALUE_LIST) {
        return;
    }
    for (uint32_t i = 0; i < message->node_count; i++) {
        check_kept(decoder, message->nodes[i], bytes, from, list.offset + list.length - 1u);
        from = message->nodes[i].offset + message->nodes[i].length + 1u;
    }
}

static void check_members(const seekchat_message *message, const uint8_t *bytes, size_t to)
{
    size_t from = message->offset + 1u;

    for (uint32_t i = 0; i < message->member_count; i++) {
        const seekchat_member *member = &message->members[i];

        check_string(member->key, bytes, from, to);
        check_span(member->value, member->key.offset + member->key.length + 1u, to);
        CHECK(member->string == (bytes[member->value.offset] == '"'));
        from = member->value.offset + member->value.length;
    }
}

/* What a message says of itself, if it is a whole JSON value. */
static void check_whole(const seekchat_message *message, seekchat_status status, size_t length)
{
    const uint8_t *kind = message->kind;

    CHECK(message->offset < message->end && message->end <= length);
    CHECK((message->faults == 0) == (status == SEEKCHAT_OK));
    CHECK(message->faults < 1u << SEEKCHAT_FAULT_BITS);
    if (status != SEEKCHAT_OK) {
        return;
    }
    CHECK(kind[SEEKCHAT_KEY_TYPE] == SEEKCHAT_VALUE_STRING);
    CHECK(kind[SEEKCHAT_KEY_SENDER] == SEEKCHAT_VALUE_STRING);
    CHECK(kind[SEEKCHAT_KEY_PAYLOAD] == SEEKCHAT_VALUE_STRING ||
          kind[SEEKCHAT_KEY_PAYLOAD] == SEEKCHAT_VALUE_LIST);
    CHECK((message->payload == SEEKCHAT_PAYLOAD_NODES) ==
          (kind[SEEKCHAT_KEY_PAYLOAD] == SEEKCHAT_VALUE_LIST));
}

void check_result(const seekchat_decoder *decoder, seekchat_status status, const uint8_t *bytes,
                  size_t length)
{
    const seekchat_message *message = &decoder->message;
    bool whole = status == SEEKCHAT_OK || status == SEEKCHAT_NOT_SEEKCHAT;

    CHECK(whole == (decoder->error == SEEKCHAT_ERROR_NONE));
    CHECK((status == SEEKCHAT_INCOMPLETE) == (decoder->error == SEEKCHAT_ERROR_END));
    CHECK(seekchat_error_text(decoder->error) != NULL);
    if (whole) {
        check_whole(message, status, length);
    } else {
        CHECK(decoder->error_offset <= length);
    }
    for (unsigned key = 0; key < SEEKCHAT_KEYS; key++) {
        check_key(decoder, key, bytes, whole ? message->end : length);
    }
    check_nodes(decoder, bytes);
    check_members(message, bytes, whole ? message->end : length);
}

static bool same_span(seekchat_span a, seekchat_span b)
{
    return a.offset == b.offset && a.length == b.length && a.escaped == b.escaped;
}

static void check_same_message(const seekchat_message *a, const seekchat_message *b)
{
    CHECK(a->offset == b->offset && a->faults == b->faults);
    CHECK(a->type == b->type && a->payload == b->payload);
    CHECK(a->node_count == b->node_count && a->member_count == b->member_count);
    for (unsigned key = 0; key < SEEKCHAT_KEYS; key++) {
        CHECK(a->kind[key] == b->kind[key]);
        if (a->kind[key] != SEEKCHAT_VALUE_ABSENT) {
            CHECK(same_span(a->key[key], b->key[key]));
            CHECK(same_span(a->value[key], b->value[key]));
        }
    }
    for (uint32_t i = 0; i < a->node_count; i++) {
        CHECK(same_span(a->nodes[i], b->nodes[i]));
    }
    for (uint32_t i = 0; i < a->member_count; i++) {
        CHECK(same_span(a->members[i].key, b->members[i].key));
        CHECK(same_span(a->members[i].value, b->members[i].value));
        CHECK(a->members[i].duplicate == b->members[i].duplicate);
        CHECK(a->members[i].string == b->members[i].string);
    }
}

void check_same(const seekchat_decoder *a, seekchat_status a_status, const seekchat_decoder *b,
                seekchat_status b_status)
{
    CHECK(a_status == b_status);
    CHECK(a->error == b->error);
    if (a_status == SEEKCHAT_OK || a_status == SEEKCHAT_NOT_SEEKCHAT) {
        CHECK(a->message.end == b->message.end);
    } else {
        CHECK(a->error_offset == b->error_offset);
    }
    check_same_message(&a->message, &b->message);
}
