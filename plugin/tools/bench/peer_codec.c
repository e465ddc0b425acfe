/* peer_codec.c
 * The codec as the benchmark runs it.
 * May include: seekchat.h and bench.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "bench.h"
#include "seekchat.h"

/* The length of a string's text, which is made if it is not in the input as it is. */
static inline size_t text_length(const uint8_t *bytes, seekchat_span span, char *scratch)
{
    return span.escaped ? seekchat_span_text(bytes, span, scratch) : (size_t)span.length - 2;
}

static inline void take_nodes(bench_found *found, const uint8_t *bytes,
                              const seekchat_message *message, char *scratch)
{
    size_t sum = 0;
    for (uint32_t i = 0; i < message->node_count; i++) {
        sum += text_length(bytes, message->nodes[i], scratch);
    }
    found->strings += message->node_count;
    found->text_bytes += sum;
}

static inline void take_message(bench_found *found, const uint8_t *bytes,
                                const seekchat_message *message, char *scratch)
{
    found->messages++;
    found->keys += SEEKCHAT_KEYS;
    found->ends += message->end;
    bench_take(found, text_length(bytes, message->value[SEEKCHAT_KEY_TYPE], scratch));
    bench_take(found, text_length(bytes, message->value[SEEKCHAT_KEY_SENDER], scratch));
    if (message->kind[SEEKCHAT_KEY_PAYLOAD] == SEEKCHAT_VALUE_STRING) {
        bench_take(found, text_length(bytes, message->value[SEEKCHAT_KEY_PAYLOAD], scratch));
    }
    take_nodes(found, bytes, message, scratch);
}

bench_found bench_codec(uint8_t *input, size_t length, bool is_one)
{
    static seekchat_decoder decoder;
    static bool is_ready;
    bench_found found = {0};
    (void)is_one;
    char scratch[1024];
    if (!is_ready) {
        seekchat_decoder_init(&decoder);
        is_ready = true;
    }
    while (seekchat_decode(&decoder, input, length) == SEEKCHAT_OK) {
        take_message(&found, input, &decoder.message, scratch);
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
