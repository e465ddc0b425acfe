/* fuzz_encode.c
 * Fuzz target: what encode writes decodes to what was encoded; texts that are not UTF-8 are
 * refused. May include: check.h, the codec.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "check.h"

#include <string.h>

/* The input's texts stand between bytes that no UTF-8 holds; its first byte chooses the form. */
#define SEPARATOR 0xff
#define NODES_MAX 64

typedef struct {
    const char *next;
    size_t left;
} texts;

static seekchat_text next_text(texts *from)
{
    const char *separator = from->left == 0 ? NULL : memchr(from->next, SEPARATOR, from->left);
    size_t length = separator == NULL ? from->left : (size_t)(separator - from->next);
    seekchat_text text = {from->next, length};

    from->next += length + (separator != NULL);
    from->left -= length + (separator != NULL);
    return text;
}

static bool is_utf8(seekchat_text text)
{
    return check_utf8(text.data, text.length);
}

static bool all_utf8(const seekchat_msg *msg)
{
    for (size_t i = 0; msg->is_list && i < msg->node_count; i++) {
        if (!is_utf8(msg->nodes[i])) {
            return false;
        }
    }
    return is_utf8(msg->type) && is_utf8(msg->sender) && (msg->is_list || is_utf8(msg->word));
}

static void check_text(const seekchat_decoder *decoder, const uint8_t *bytes, seekchat_span span,
                       seekchat_text text)
{
    size_t length;
    const char *decoded = seekchat_span_peek(decoder, bytes, span, &length);

    CHECK(length == text.length);
    CHECK(length == 0 || memcmp(decoded, text.data, length) == 0);
}

static void check_decoded(const seekchat_msg *msg, const GString *encoded)
{
    const uint8_t *bytes = (const uint8_t *)encoded->str;
    seekchat_decoder decoder;
    const seekchat_message *message = &decoder.message;

    seekchat_decoder_init(&decoder);
    seekchat_status status = seekchat_decode_document(&decoder, bytes, encoded->len);

    CHECK(status == SEEKCHAT_OK ||
          (status == SEEKCHAT_NOT_SEEKCHAT && (message->faults & ~SEEKCHAT_FAULTS_TOO_LONG) == 0));
    check_result(&decoder, status, bytes, encoded->len);
    CHECK(message->offset == 0 && message->end == encoded->len && message->member_count == 0);
    check_text(&decoder, bytes, message->value[SEEKCHAT_KEY_TYPE], msg->type);
    check_text(&decoder, bytes, message->value[SEEKCHAT_KEY_SENDER], msg->sender);
    if (msg->is_list) {
        CHECK(message->node_count == msg->node_count);
        for (size_t i = 0; i < msg->node_count; i++) {
            check_text(&decoder, bytes, message->nodes[i], msg->nodes[i]);
        }
    } else {
        check_text(&decoder, bytes, message->value[SEEKCHAT_KEY_PAYLOAD], msg->word);
    }
    seekchat_decoder_clear(&decoder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    texts from = {(const char *)data + 1, size - 1};
    seekchat_text nodes[NODES_MAX];
    seekchat_msg msg = {.is_list = data[0] % 2, .nodes = nodes};
    GString *out = g_string_new("x");

    msg.type = next_text(&from);
    msg.sender = next_text(&from);
    msg.word = msg.is_list ? (seekchat_text){NULL, 0} : next_text(&from);
    while (msg.is_list && from.left > 0 && msg.node_count < NODES_MAX) {
        nodes[msg.node_count++] = next_text(&from);
    }
    if (seekchat_encode(&msg, out)) {
        CHECK(all_utf8(&msg));
        CHECK(out->str[0] == 'x');
        g_string_erase(out, 0, 1);
        check_decoded(&msg, out);
    } else {
        CHECK(!all_utf8(&msg));
        CHECK(strcmp(out->str, "x") == 0);
    }
    g_string_free(out, TRUE);
    return 0;
}
