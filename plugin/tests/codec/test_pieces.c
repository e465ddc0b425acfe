/* test_pieces.c
 * Input that arrives in pieces: every prefix, every split, and the work that all pieces take.
 * May include: GLib, seekchat.h and samples.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "samples.h"
#include "seekchat.h"

/* Bytes of a TCP segment's payload, as large inputs arrive in. */
#define SEGMENT 1448

/* All that a decoder says, as a text to compare. */
static char *describe(const seekchat_decoder *decoder, seekchat_status status)
{
    const seekchat_message *message = &decoder->message;
    GString *text = g_string_new(NULL);
    g_string_printf(text, "status %d error %d at %u; ", status, decoder->error,
                    decoder->error_offset);
    if (status != SEEKCHAT_OK && status != SEEKCHAT_NOT_SEEKCHAT) {
        return g_string_free(text, FALSE);
    }
    g_string_append_printf(text, "%u-%u faults %x type %d payload %d ", message->offset,
                           message->end, message->faults, message->type, message->payload);
    for (unsigned key = 0; key < SEEKCHAT_KEYS; key++) {
        if (message->kind[key] != SEEKCHAT_VALUE_ABSENT) {
            g_string_append_printf(text, "[%u %u+%u.%d %u+%u.%d]", message->kind[key],
                                   message->key[key].offset, message->key[key].length,
                                   message->key[key].escaped, message->value[key].offset,
                                   message->value[key].length, message->value[key].escaped);
        }
    }
    for (uint32_t i = 0; i < message->node_count; i++) {
        g_string_append_printf(text, " %u+%u.%d", message->nodes[i].offset,
                               message->nodes[i].length, message->nodes[i].escaped);
    }
    for (uint32_t i = 0; i < message->member_count; i++) {
        const seekchat_member *member = &message->members[i];
        g_string_append_printf(text, " {%u+%u %u+%u %d%d}", member->key.offset, member->key.length,
                               member->value.offset, member->value.length, member->duplicate,
                               member->string);
    }
    return g_string_free(text, FALSE);
}

static char *decode_whole(const char *bytes, size_t length)
{
    seekchat_decoder decoder;
    seekchat_decoder_init(&decoder);
    seekchat_status status = seekchat_decode(&decoder, (const uint8_t *)bytes, length);
    char *found = describe(&decoder, status);
    seekchat_decoder_clear(&decoder);
    return found;
}

/* The first length bytes in a place of their own, where a read behind them shows. */
static uint8_t *moved(const char *bytes, size_t length)
{
    uint8_t *copy = g_malloc(MAX(length, 1));
    memcpy(copy, bytes, length);
    return copy;
}

/* Decodes up to each of the lengths, the last that of the whole; each time from another place. */
static char *decode_pieces(const char *bytes, const size_t *lengths, size_t count)
{
    seekchat_decoder decoder;
    seekchat_decoder_init(&decoder);
    seekchat_status status = SEEKCHAT_INCOMPLETE;
    for (size_t i = 0; i < count && status == SEEKCHAT_INCOMPLETE; i++) {
        uint8_t *piece = moved(bytes, lengths[i]);
        status = i == 0 ? seekchat_decode(&decoder, piece, lengths[i])
                        : seekchat_decode_resume(&decoder, piece, lengths[i]);
        g_free(piece);
    }
    char *found = describe(&decoder, status);
    seekchat_decoder_clear(&decoder);
    return found;
}

static seekchat_status status_of(const char *bytes, size_t length)
{
    seekchat_decoder decoder;
    seekchat_decoder_init(&decoder);
    seekchat_status status = seekchat_decode(&decoder, (const uint8_t *)bytes, length);
    seekchat_decoder_clear(&decoder);
    return status;
}

/* A message has no prefix that is a message, or that is wrong. */
static void test_prefixes(void)
{
    for (unsigned i = 0; sample_messages[i]; i++) {
        size_t length = (size_t)(strrchr(sample_messages[i], '}') + 1 - sample_messages[i]);
        g_assert_cmpint(status_of(sample_messages[i], length), ==, SEEKCHAT_OK);
        for (size_t end = 0; end < length; end++) {
            g_assert_cmpint(status_of(sample_messages[i], end), ==, SEEKCHAT_INCOMPLETE);
        }
    }
}

static void test_splits(void)
{
    for (unsigned i = 0; sample_messages[i]; i++) {
        size_t length = strlen(sample_messages[i]);
        char *expected = decode_whole(sample_messages[i], length);
        for (size_t end = 0; end < length; end++) {
            size_t lengths[] = {end, length};
            char *found = decode_pieces(sample_messages[i], lengths, 2);
            g_assert_cmpstr(found, ==, expected);
            g_free(found);
        }
        g_free(expected);
    }
}

/* Each byte a piece of its own. */
static void test_bytes(void)
{
    for (unsigned i = 0; sample_messages[i]; i++) {
        size_t length = strlen(sample_messages[i]);
        size_t *lengths = g_new(size_t, length);
        for (size_t end = 0; end < length; end++) {
            lengths[end] = end + 1;
        }
        char *expected = decode_whole(sample_messages[i], length);
        char *found = decode_pieces(sample_messages[i], lengths, length);
        g_assert_cmpstr(found, ==, expected);
        g_free(found);
        g_free(expected);
        g_free(lengths);
    }
}

/*
 * Broken messages in up to four pieces. A prefix may be wrong where the whole is not (a float that
 * an exponent brings back in range); then there is nothing to resume.
 */
static void test_random(void)
{
    GRand *random = g_rand_new_with_seed(27);
    for (unsigned round = 0; round < 30000; round++) {
        GString *text = sample_broken(random);
        size_t lengths[4];
        for (unsigned i = 0; i < 3; i++) {
            lengths[i] = (size_t)g_rand_int_range(random, 0, (gint)text->len + 1);
        }
        for (unsigned i = 0; i < 2; i++) {
            lengths[1] = MAX(lengths[0], lengths[1]);
            lengths[2] = MAX(lengths[1], lengths[2]);
        }
        lengths[3] = text->len;
        char *found = decode_pieces(text->str, lengths, 4);
        char *expected = decode_whole(text->str, text->len);
        bool is_early = false;
        for (unsigned i = 0; i < 3; i++) {
            is_early |= status_of(text->str, lengths[i]) != SEEKCHAT_INCOMPLETE;
        }
        if (!is_early) {
            g_assert_cmpstr(found, ==, expected);
        }
        g_free(expected);
        g_free(found);
        g_string_free(text, TRUE);
    }
    g_rand_free(random);
}

/* A message of some size with one value of many parts. */
static GString *large_message(const char *open, const char *part, const char *close, gsize size)
{
    GString *text = g_string_new("{\"type\":\"reply\",\"sender\":\"a\",\"payload\":");
    g_string_append(text, open);
    while (text->len < size) {
        g_string_append(text, part);
    }
    g_string_append(text, close);
    return text;
}

/* Seconds that a decoder takes for a text that arrives in segments. */
static double seconds_in_segments(const GString *text, seekchat_status expected)
{
    seekchat_decoder decoder;
    const uint8_t *bytes = (const uint8_t *)text->str;
    size_t length = MIN(text->len, SEGMENT);
    seekchat_decoder_init(&decoder);
    g_test_timer_start();
    seekchat_status status = seekchat_decode(&decoder, bytes, length);
    while (length < text->len) {
        g_assert_cmpint(status, ==, SEEKCHAT_INCOMPLETE);
        length = MIN(text->len, length + SEGMENT);
        status = seekchat_decode_resume(&decoder, bytes, length);
    }
    double seconds = g_test_timer_elapsed();
    g_assert_cmpint(status, ==, expected);
    seekchat_decoder_clear(&decoder);
    return seconds;
}

/* Scanning each piece from the message's start would take some 4,000 times as long as once. */
#define LINEAR_FACTOR 100

static void check_linear(const char *open, const char *part, const char *close,
                         seekchat_status expected)
{
    GString *text = large_message(open, part, close, 11000000);
    seekchat_decoder decoder;
    seekchat_decoder_init(&decoder);
    g_test_timer_start();
    seekchat_status status = seekchat_decode(&decoder, (const uint8_t *)text->str, text->len);
    double whole = g_test_timer_elapsed();
    g_assert_cmpint(status, ==, expected);
    g_assert_cmpfloat(seconds_in_segments(text, expected), <, LINEAR_FACTOR * (whole + 0.001));
    seekchat_decoder_clear(&decoder);
    g_string_free(text, TRUE);
}

static void test_linear(void)
{
    check_linear("[\"a\"", ",\"node1@10.99.0.1\"", "]}", SEEKCHAT_OK);
    check_linear("\"", "text", "\"}", SEEKCHAT_NOT_SEEKCHAT);
    check_linear("\"", "\\u00e9\U0001f600", "\"}", SEEKCHAT_NOT_SEEKCHAT);
    check_linear("[", "  \n", "]}", SEEKCHAT_OK);
    check_linear("0.1", "0123456789", "}", SEEKCHAT_NOT_SEEKCHAT);
    check_linear("[[1]", ",[[]]", "]}", SEEKCHAT_NOT_SEEKCHAT);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/codec/pieces/prefixes", test_prefixes);
    g_test_add_func("/codec/pieces/splits", test_splits);
    g_test_add_func("/codec/pieces/bytes", test_bytes);
    g_test_add_func("/codec/pieces/random", test_random);
    g_test_add_func("/codec/pieces/linear", test_linear);
    return g_test_run();
}
