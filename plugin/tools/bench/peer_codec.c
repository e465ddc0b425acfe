/* peer_codec.c
 * The codec as the benchmark runs it.
 * May include: seekchat.h and bench.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "bench.h"
#include "seekchat.h"

/* Counts a string; its text is made if it is not in the input as it is. */
static inline void take(bench_found *found, const uint8_t *bytes, seekchat_span span, char *scratch)
{
    if (span.escaped) {
        bench_take(found, seekchat_span_text(bytes, span, scratch));
    } else {
        bench_take(found, span.length - 2);
    }
}

static inline void take_payload(bench_found *found, const uint8_t *bytes,
                                const seekchat_message *message, char *scratch)
{
    if (message->kind[SEEKCHAT_KEY_PAYLOAD] == SEEKCHAT_VALUE_STRING) {
        take(found, bytes, message->value[SEEKCHAT_KEY_PAYLOAD], scratch);
    }
    for (uint32_t i = 0; i < message->node_count; i++) {
        take(found, bytes, message->nodes[i], scratch);
    }
}

bench_found bench_codec(uint8_t *input, size_t length)
{
    bench_found found = {0};
    seekchat_decoder decoder;
    char scratch[1024];
    seekchat_decoder_init(&decoder);
    while (seekchat_decode(&decoder, input, length) == SEEKCHAT_OK) {
        const seekchat_message *message = &decoder.message;
        found.messages++;
        found.keys += SEEKCHAT_KEYS;
        take(&found, input, message->value[SEEKCHAT_KEY_TYPE], scratch);
        take(&found, input, message->value[SEEKCHAT_KEY_SENDER], scratch);
        take_payload(&found, input, message, scratch);
        found.ends += message->end;
        input += message->end;
        length -= message->end;
    }
    seekchat_decoder_clear(&decoder);
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
