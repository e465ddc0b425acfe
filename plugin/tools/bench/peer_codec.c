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
        bench_take(found, scratch, seekchat_span_text(bytes, span, scratch));
    } else {
        bench_take(found, (const char *)bytes + span.offset + 1, span.length - 2);
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
        for (unsigned key = 0; key < SEEKCHAT_KEYS; key++) {
            found.keys++;
            if (message->kind[key] == SEEKCHAT_VALUE_STRING) {
                take(&found, input, message->value[key], scratch);
            }
        }
        for (uint32_t i = 0; i < message->node_count; i++) {
            take(&found, input, message->nodes[i], scratch);
        }
        found.ends += message->end;
        input += message->end;
        length -= message->end;
    }
    seekchat_decoder_clear(&decoder);
    return found;
}
