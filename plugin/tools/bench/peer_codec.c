/* peer_codec.c
 * The codec as the benchmark runs it.
 * May include: seekchat.h and bench.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "bench.h"
#include "seekchat.h"

/* The length of a string's text, escapes resolved. */
static inline size_t text_length(const seekchat_decoder *decoder, const uint8_t *bytes,
                                 seekchat_span span)
{
    size_t length;
    seekchat_span_peek(decoder, bytes, span, &length);
    return length;
}

static inline void take_nodes(bench_found *found, const seekchat_decoder *decoder,
                              const uint8_t *bytes)
{
    const seekchat_message *message = &decoder->message;
    size_t sum = 0;
    for (uint32_t i = 0; i < message->node_count; i++) {
        sum += text_length(decoder, bytes, message->nodes[i]);
    }
    found->strings += message->node_count;
    found->text_bytes += sum;
}

static inline void take_message(bench_found *found, const seekchat_decoder *decoder,
                                const uint8_t *bytes)
{
    const seekchat_message *message = &decoder->message;
    found->messages++;
    found->keys += SEEKCHAT_KEYS;
    found->ends += message->end;
    bench_take(found, text_length(decoder, bytes, message->value[SEEKCHAT_KEY_TYPE]));
    bench_take(found, text_length(decoder, bytes, message->value[SEEKCHAT_KEY_SENDER]));
    if (message->kind[SEEKCHAT_KEY_PAYLOAD] == SEEKCHAT_VALUE_STRING) {
        bench_take(found, text_length(decoder, bytes, message->value[SEEKCHAT_KEY_PAYLOAD]));
    }
    take_nodes(found, decoder, bytes);
}

bench_found bench_codec(uint8_t *input, size_t length, bool is_one)
{
    static seekchat_decoder decoder;
    static bool is_ready;
    bench_found found = {0};
    (void)is_one;
    if (!is_ready) {
        seekchat_decoder_init(&decoder);
        is_ready = true;
    }
    while (seekchat_decode(&decoder, input, length) == SEEKCHAT_OK) {
        take_message(&found, &decoder, input);
        input += decoder.message.end;
        length -= decoder.message.end;
    }
    return found;
}

bool bench_codec_again(const uint8_t *input, size_t length, unsigned count)
{
    seekchat_decoder decoder;
    bool is_right = true;
    seekchat_decoder_init(&decoder);
    for (unsigned i = 0; i < count; i++) {
        is_right &= seekchat_decode(&decoder, input, length) == SEEKCHAT_OK;
    }
    seekchat_decoder_clear(&decoder);
    return is_right;
}
