/* test_texts.c
 * The texts of strings with escapes: those that the decoder keeps and those that are asked for.
 * May include: GLib and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "seekchat.h"

/* Strings of a message: type, sender and nodes, or a word. */
#define STRINGS 6

/* A string as it stands in quotes, and its text. */
typedef struct {
    GString *quoted;
    GString *text;
} sample;

/* What strings are made of. */
static const struct {
    const char *quoted;
    const char *text;
    gssize length;
} pieces[] = {
    {"\\\"", "\"", 1},
    {"\\\\", "\\", 1},
    {"\\/", "/", 1},
    {"\\b\\f", "\b\f", 2},
    {"\\n\\r\\t", "\n\r\t", 3},
    {"\\u0000", "\0", 1},
    {"\\u0040", "@", 1},
    {"\\u00fC", "\xc3\xbc", 2},
    {"\\u07ff", "\xdf\xbf", 2},
    {"\\u0800", "\xe0\xa0\x80", 3},
    {"\\uD7FF", "\xed\x9f\xbf", 3},
    {"\\ue000", "\xee\x80\x80", 3},
    {"\\uffff", "\xef\xbf\xbf", 3},
    {"\\ud800\\udc00", "\xf0\x90\x80\x80", 4},
    {"\\uDBFF\\uDFFF", "\xf4\x8f\xbf\xbf", 4},
    {"\xc3\xbc", "\xc3\xbc", 2},
    {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", 4},
};

static void add_plain(sample *string, GRand *random, gint most)
{
    for (gint count = g_rand_int_range(random, 0, most + 1); count > 0; count--) {
        char letter = (char)g_rand_int_range(random, 'a', 'z' + 1);
        g_string_append_c(string->quoted, letter);
        g_string_append_c(string->text, letter);
    }
}

/* A string of up to some pieces; plain text between them is now short and now long. */
static sample make_string(GRand *random)
{
    sample string = {g_string_new("\""), g_string_new(NULL)};
    gint most = g_rand_boolean(random) ? 4 : 70;
    add_plain(&string, random, most);
    for (gint count = g_rand_int_range(random, 0, 7); count > 0; count--) {
        gint piece = g_rand_int_range(random, 0, G_N_ELEMENTS(pieces));
        g_string_append(string.quoted, pieces[piece].quoted);
        g_string_append_len(string.text, pieces[piece].text, pieces[piece].length);
        add_plain(&string, random, most);
    }
    g_string_append_c(string.quoted, '"');
    return string;
}

/* A message of these strings, with or without spaces in it. */
static GString *make_message(const sample *strings, bool is_list, const char *space)
{
    GString *out = g_string_new(NULL);
    g_string_printf(out, "{\"type\":%s%s,\"payload\":%s", space, strings[0].quoted->str,
                    is_list ? "[" : "");
    for (unsigned i = 2; i < (is_list ? STRINGS : 3u); i++) {
        g_string_append_printf(out, "%s%s", i > 2 ? "," : "", strings[i].quoted->str);
    }
    g_string_append_printf(out, "%s,%s\"sender\":%s}", is_list ? "]" : "", space,
                           strings[1].quoted->str);
    return out;
}

static void assert_text(const seekchat_decoder *decoder, const uint8_t *bytes, seekchat_span span,
                        const GString *expected)
{
    size_t length;
    const char *kept = seekchat_span_peek(decoder, bytes, span, &length);
    g_assert_cmpmem(kept, length, expected->str, expected->len);
    char *out = g_malloc(MAX(span.length - 2, 1));
    length = seekchat_span_text(bytes, span, out);
    g_assert_cmpmem(out, length, expected->str, expected->len);
    g_free(out);
}

static void assert_texts(const seekchat_decoder *decoder, const uint8_t *bytes,
                         const sample *strings, bool is_list)
{
    const seekchat_message *message = &decoder->message;
    assert_text(decoder, bytes, message->value[SEEKCHAT_KEY_TYPE], strings[0].text);
    assert_text(decoder, bytes, message->value[SEEKCHAT_KEY_SENDER], strings[1].text);
    if (!is_list) {
        assert_text(decoder, bytes, message->value[SEEKCHAT_KEY_PAYLOAD], strings[2].text);
    }
    g_assert_cmpuint(message->node_count, ==, is_list ? STRINGS - 2 : 0);
    for (uint32_t i = 0; i < message->node_count; i++) {
        assert_text(decoder, bytes, message->nodes[i], strings[2 + i].text);
    }
}

/* Decodes a message as the start of a longer input, as one that ends, and in two pieces. */
static void check_message(const GString *message, const sample *strings, bool is_list, gint32 split)
{
    seekchat_decoder decoder;
    seekchat_decoder_init(&decoder);
    GString *longer = g_string_new_len(message->str, (gssize)message->len);
    g_string_append(longer, "{\"type\":\"a message behind the one that is decoded\"}");
    uint8_t *exact = g_malloc(message->len);
    memcpy(exact, message->str, message->len);

    g_assert_cmpint(seekchat_decode(&decoder, (uint8_t *)longer->str, longer->len), <=,
                    SEEKCHAT_NOT_SEEKCHAT);
    assert_texts(&decoder, (uint8_t *)longer->str, strings, is_list);
    g_assert_cmpint(seekchat_decode(&decoder, exact, message->len), <=, SEEKCHAT_NOT_SEEKCHAT);
    assert_texts(&decoder, exact, strings, is_list);
    g_assert_cmpint(seekchat_decode(&decoder, exact, (size_t)split), ==, SEEKCHAT_INCOMPLETE);
    g_assert_cmpint(seekchat_decode_resume(&decoder, exact, message->len), <=,
                    SEEKCHAT_NOT_SEEKCHAT);
    assert_texts(&decoder, exact, strings, is_list);

    g_free(exact);
    g_string_free(longer, TRUE);
    seekchat_decoder_clear(&decoder);
}

static void test_random(void)
{
    GRand *random = g_rand_new_with_seed(33000);
    for (unsigned round = 0; round < 20000; round++) {
        sample strings[STRINGS];
        for (unsigned i = 0; i < STRINGS; i++) {
            strings[i] = make_string(random);
        }
        bool is_list = g_rand_boolean(random);
        GString *message = make_message(strings, is_list, g_rand_boolean(random) ? " " : "");
        check_message(message, strings, is_list, g_rand_int_range(random, 0, (gint32)message->len));
        g_string_free(message, TRUE);
        for (unsigned i = 0; i < STRINGS; i++) {
            g_string_free(strings[i].quoted, TRUE);
            g_string_free(strings[i].text, TRUE);
        }
    }
    g_rand_free(random);
}

/* A documented word is known however it is written. */
static void test_words(void)
{
    const char *input = "{\"type\":\"seek\\u0069ng\",\"sender\":\"a@b\",\"payload\":\"jo\\u0069n\"}"
                        " and more";
    seekchat_decoder decoder;
    seekchat_decoder_init(&decoder);
    g_assert_cmpint(seekchat_decode(&decoder, (const uint8_t *)input, strlen(input)), ==,
                    SEEKCHAT_OK);
    g_assert_cmpint(decoder.message.type, ==, SEEKCHAT_TYPE_SEEKING);
    g_assert_cmpint(decoder.message.payload, ==, SEEKCHAT_PAYLOAD_JOIN);
    seekchat_decoder_clear(&decoder);
}

/* A message without escapes asks for no memory but that of its nodes. */
static void test_no_memory(void)
{
    const char *input =
        "{\"type\":\"reply\",\"sender\":\"\xc3\xbc@b\",\"payload\":\"joined\"} more";
    seekchat_decoder decoder;
    seekchat_decoder_init(&decoder);
    g_assert_cmpint(seekchat_decode(&decoder, (const uint8_t *)input, strlen(input)), ==,
                    SEEKCHAT_OK);
    g_assert_null(decoder.scan.nodes);
    g_assert_null(decoder.scan.texts);
    g_assert_null(decoder.scan.outer);
    seekchat_decoder_clear(&decoder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/codec/texts/random", test_random);
    g_test_add_func("/codec/texts/words", test_words);
    g_test_add_func("/codec/texts/no memory", test_no_memory);
    return g_test_run();
}
