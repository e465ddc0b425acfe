/* decode.c
 * decode, and the life of a decoder.
 * May include: the C library, GLib and the codec's headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "seekchat.h"

#include <string.h>

#include "automaton.h"
#include "usual.h"

static seekchat_status too_large(seekchat_decoder *decoder)
{
    decoder->error = SEEKCHAT_ERROR_TOO_LARGE;
    decoder->error_offset = SEEKCHAT_INPUT_MAX;
    return SEEKCHAT_INVALID;
}

/* Makes the decoder ready for a message, whatever the last one was. */
static void restart(seekchat_decoder *decoder)
{
    seekchat_message *message = &decoder->message;
    seekchat_scan *scan = &decoder->scan;
    message->offset = 0;
    message->end = 0;
    message->faults = 0;
    memset(message->kind, SEEKCHAT_VALUE_ABSENT, sizeof message->kind);
    message->type = SEEKCHAT_TYPE_UNKNOWN;
    message->payload = SEEKCHAT_PAYLOAD_UNKNOWN;
    message->node_count = 0;
    message->member_count = 0;
    decoder->error = SEEKCHAT_ERROR_NONE;
    decoder->error_offset = 0;
    scan->depth = 0;
    scan->state = STATE_VALUE;
    scan->in_list = false;
}

seekchat_status seekchat_decode(seekchat_decoder *decoder, const uint8_t *bytes, size_t length)
{
    restart(decoder);
    if (length > SEEKCHAT_INPUT_MAX) {
        return too_large(decoder);
    }
    size_t at = 0;
    if (length > 0 && bytes[0] == '{' && usual_message(decoder, bytes, length, &at)) {
        return SEEKCHAT_OK;
    }
    return automaton_run(decoder, bytes, at, length);
}

seekchat_status seekchat_decode_resume(seekchat_decoder *decoder, const uint8_t *bytes,
                                       size_t length)
{
    if (length > SEEKCHAT_INPUT_MAX) {
        return too_large(decoder);
    }
    decoder->error = SEEKCHAT_ERROR_NONE;
    decoder->error_offset = 0;
    return automaton_run(decoder, bytes, decoder->scan.position, length);
}

seekchat_status seekchat_decode_document(seekchat_decoder *decoder, const uint8_t *bytes,
                                         size_t length)
{
    seekchat_status status = seekchat_decode(decoder, bytes, length);
    if (status != SEEKCHAT_OK && status != SEEKCHAT_NOT_SEEKCHAT) {
        return status;
    }
    size_t end = decoder->message.end;
    end += seekchat_space(bytes + end, length - end);
    if (end == length) {
        return status;
    }
    decoder->error = SEEKCHAT_ERROR_TRAILING;
    decoder->error_offset = (uint32_t)end;
    return SEEKCHAT_INVALID;
}

void seekchat_decoder_init(seekchat_decoder *decoder)
{
    memset(decoder, 0, sizeof *decoder);
    decoder->scan.others = decoder->scan.few;
    decoder->scan.other_room = SEEKCHAT_MEMBERS_INLINE;
}

void seekchat_decoder_clear(seekchat_decoder *decoder)
{
    g_free(decoder->scan.outer);
    g_free(decoder->scan.nodes);
    g_free(decoder->scan.texts);
    if (decoder->scan.others != decoder->scan.few) {
        g_free(decoder->scan.others);
    }
    seekchat_decoder_init(decoder);
}

size_t seekchat_space(const uint8_t *bytes, size_t length)
{
    size_t count = 0;
    while (count < length && (bytes[count] == ' ' || bytes[count] == '\t' || bytes[count] == '\n' ||
                              bytes[count] == '\r')) {
        count++;
    }
    return count;
}
