/* oracle.c
 * What the decoder finds in what an end of a connection said, against what the dissector showed.
 * May include: the messages, a script, the codec.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "oracle.h"

#include <stdio.h>

/* A string of Wireshark cannot hold a NUL: the dissector shows the symbol for it. */
#define NUL_SHOWN "\u2400"

/* A string's text as the dissector shows it; for the caller to free. */
static char *text_of(const uint8_t *bytes, seekchat_span span)
{
    char *text = g_malloc(span.length);
    size_t length = seekchat_span_text(bytes, span, text);
    GString *shown = g_string_new(NULL);

    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\0') {
            g_string_append(shown, NUL_SHOWN);
        } else {
            g_string_append_c(shown, text[i]);
        }
    }
    g_free(text);
    return g_string_free(shown, FALSE);
}

/* What a decoded message says. */
static uint64_t content_of(const seekchat_message *message, seekchat_status status,
                           const uint8_t *bytes)
{
    GPtrArray *nodes = g_ptr_array_new_with_free_func(g_free);
    char *texts[SEEKCHAT_KEYS] = {NULL};

    for (unsigned key = 0; key < SEEKCHAT_KEYS; key++) {
        if (message->kind[key] == SEEKCHAT_VALUE_STRING) {
            texts[key] = text_of(bytes, message->value[key]);
        }
    }
    if (message->kind[SEEKCHAT_KEY_PAYLOAD] == SEEKCHAT_VALUE_LIST) {
        for (uint32_t i = 0; i < message->node_count; i++) {
            g_ptr_array_add(nodes, text_of(bytes, message->nodes[i]));
        }
    }
    uint64_t content =
        messages_content(status, (const char *const *)texts, (const char *const *)nodes->pdata,
                         nodes->len, message->end - message->offset);

    for (unsigned key = 0; key < SEEKCHAT_KEYS; key++) {
        g_free(texts[key]);
    }
    g_ptr_array_unref(nodes);
    return content;
}

/* Index, from first on, of the next message of an end (0: the client) of a connection. */
static guint next_shown(const messages *shown, guint first, uint32_t stream, unsigned end)
{
    while (first < shown->list->len) {
        const message *message = &g_array_index(shown->list, struct message, first);

        if (message->stream == stream && message->request == (end == 0)) {
            break;
        }
        first++;
    }
    return first;
}

/* A number that stands by itself may go on, and be none then: where a segment ends inside it, it is
 * two things. */
static bool is_number(const uint8_t *bytes, size_t length)
{
    size_t space = seekchat_space(bytes, length);

    return space < length && (bytes[space] == '-' || g_ascii_isdigit(bytes[space]));
}

/* True if what was shown of an end of the connection stream is what the decoder finds. */
static bool agrees(const script_side *side, unsigned end, const messages *shown, uint32_t stream)
{
    seekchat_decoder decoder;
    uint32_t offset = 0;
    bool right = true;
    bool more = side->plain;

    seekchat_decoder_init(&decoder);
    for (guint index = 0; more; index++) {
        const uint8_t *bytes = side->said->data + offset;

        if (is_number(bytes, side->sent - offset)) {
            break;
        }
        seekchat_status status = seekchat_decode(&decoder, bytes, side->sent - offset);

        index = next_shown(shown, index, stream, end);
        more = status == SEEKCHAT_OK || status == SEEKCHAT_NOT_SEEKCHAT;
        if (status == SEEKCHAT_INCOMPLETE) {
            right = index == shown->list->len;
        } else {
            right =
                index < shown->list->len && g_array_index(shown->list, message, index).content ==
                                                content_of(&decoder.message, status, bytes);
        }
        more = more && right; /* what is shown behind what is no JSON is a guess */
        offset += decoder.message.end;
    }
    seekchat_decoder_clear(&decoder);
    return right;
}

/* A frame of several connections does not tell which is which: one of them must agree. */
static bool any_agrees(const script_side *sides, const messages *shown)
{
    static const uint32_t no_stream = UINT32_MAX;

    for (guint i = 0; i <= shown->list->len; i++) {
        uint32_t stream =
            i < shown->list->len ? g_array_index(shown->list, message, i).stream : no_stream;

        if (agrees(&sides[0], 0, shown, stream) && agrees(&sides[1], 1, shown, stream)) {
            return true;
        }
    }
    return false;
}

bool oracle_agrees(const script *script, const messages *shown)
{
    for (unsigned i = 0; i < SCRIPT_CONNECTIONS; i++) {
        if (!any_agrees(script->sides[i], shown)) {
            fprintf(stderr, "connection %u: not what the decoder finds\n", i);
            return false;
        }
    }
    return true;
}
