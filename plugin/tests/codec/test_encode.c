/* test_encode.c
 * new_msg and encode: what they write, and that decode reads it back.
 * May include: GLib, seekchat.h and samples.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "samples.h"
#include "seekchat.h"

static void assert_encodes(const seekchat_msg *msg, const char *expected)
{
    GString *out = g_string_new("before");
    char *whole = g_strconcat("before", expected, NULL);
    g_assert_true(seekchat_encode(msg, out));
    g_assert_cmpstr(out->str, ==, whole);
    g_free(whole);
    g_string_free(out, TRUE);
}

static void test_new_msg(void)
{
    const seekchat_text nodes[] = {seekchat_text_of("a@1"), seekchat_text_of("b@2")};
    seekchat_msg msg = seekchat_new_msg("n@h", SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN);
    assert_encodes(&msg, "{\"type\":\"seeking\",\"sender\":\"n@h\",\"payload\":\"join\"}");
    msg = seekchat_new_msg_nodes("n@h", SEEKCHAT_TYPE_REPLY, nodes, 2);
    assert_encodes(&msg, "{\"type\":\"reply\",\"sender\":\"n@h\",\"payload\":[\"a@1\",\"b@2\"]}");
    msg = seekchat_new_msg_nodes("n@h", SEEKCHAT_TYPE_REPLY, NULL, 0);
    assert_encodes(&msg, "{\"type\":\"reply\",\"sender\":\"n@h\",\"payload\":[]}");
    msg = seekchat_new_msg("", SEEKCHAT_TYPE_WATCHING, SEEKCHAT_PAYLOAD_NODES);
    assert_encodes(&msg, "{\"type\":\"watching\",\"sender\":\"\",\"payload\":[]}");
}

/* The escapes are those of json:encode/1, its hexadecimal digits in upper case. */
static void test_escapes(void)
{
    seekchat_msg msg = seekchat_new_msg("", SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_SELF);
    msg.type = (seekchat_text){"\0\x01\b\t\n\v\f\r\x0e\x1f\"\\/ \x7f", 15};
    msg.sender = seekchat_text_of("gr\u00f6\u00dfe\u20ac\U0001f600");
    msg.word = seekchat_text_of("null");
    assert_encodes(&msg, "{\"type\":\"\\u0000\\u0001\\b\\t\\n\\u000B\\f\\r\\u000E\\u001F\\\"\\\\/ "
                         "\x7f\",\"sender\":\"gr\u00f6\u00dfe\u20ac\U0001f600\",\"payload\":"
                         "\"null\"}");
}

static void assert_refused(const seekchat_msg *msg)
{
    GString *out = g_string_new("before");
    g_assert_false(seekchat_encode(msg, out));
    g_assert_cmpstr(out->str, ==, "before");
    g_string_free(out, TRUE);
}

static void test_not_utf8(void)
{
    static const char *const wrong[] = {"\x80",
                                        "a\xff",
                                        "\xc3",
                                        "\xed\xa0\x80",
                                        "\xc0\x80",
                                        "\xe2\x82",
                                        "\xf4\x90\x80\x80",
                                        "plain\xe2\x28\xa1"};
    for (unsigned i = 0; i < G_N_ELEMENTS(wrong); i++) {
        const seekchat_text nodes[] = {seekchat_text_of("a"), seekchat_text_of(wrong[i])};
        seekchat_msg msg = seekchat_new_msg(wrong[i], SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_SELF);
        assert_refused(&msg);
        msg = seekchat_new_msg_nodes("a", SEEKCHAT_TYPE_REPLY, nodes, 2);
        assert_refused(&msg);
        msg = seekchat_new_msg("a", SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_SELF);
        msg.type = nodes[1];
        assert_refused(&msg);
        msg.type = nodes[0];
        msg.word = nodes[1];
        assert_refused(&msg);
    }
}

static void assert_text(const GString *input, seekchat_span span, const GString *expected)
{
    char *text = g_malloc(MAX(span.length, 1));
    size_t length = seekchat_span_text((const uint8_t *)input->str, span, text);
    g_assert_cmpmem(text, length, expected->str, expected->len);
    g_free(text);
}

static seekchat_text text_of(const GString *string)
{
    return (seekchat_text){string->str, string->len};
}

#define NODES_MAX 5

/* A message of four random texts or more: decode finds in what encode writes just these. */
static void check_round_trip(GRand *random, seekchat_decoder *decoder)
{
    GString *strings[2 + NODES_MAX];
    seekchat_text nodes[NODES_MAX];
    for (unsigned i = 0; i < G_N_ELEMENTS(strings); i++) {
        strings[i] = sample_text(random, 40);
    }
    for (unsigned i = 0; i < NODES_MAX; i++) {
        nodes[i] = text_of(strings[2 + i]);
    }
    seekchat_msg msg = {.type = text_of(strings[0]), .sender = text_of(strings[1])};
    msg.is_list = g_rand_boolean(random);
    msg.word = nodes[0];
    msg.nodes = nodes;
    msg.node_count = (size_t)g_rand_int_range(random, 0, NODES_MAX + 1);

    GString *out = g_string_new(NULL);
    const seekchat_message *message = &decoder->message;
    g_assert_true(seekchat_encode(&msg, out));
    g_assert_cmpint(seekchat_decode_document(decoder, (const uint8_t *)out->str, out->len), ==,
                    SEEKCHAT_OK);
    assert_text(out, message->value[SEEKCHAT_KEY_TYPE], strings[0]);
    assert_text(out, message->value[SEEKCHAT_KEY_SENDER], strings[1]);
    g_assert_cmpuint(message->node_count, ==, msg.is_list ? msg.node_count : 0);
    if (!msg.is_list) {
        assert_text(out, message->value[SEEKCHAT_KEY_PAYLOAD], strings[2]);
    }
    for (uint32_t i = 0; i < message->node_count; i++) {
        assert_text(out, message->nodes[i], strings[2 + i]);
    }
    g_string_free(out, TRUE);
    for (unsigned i = 0; i < G_N_ELEMENTS(strings); i++) {
        g_string_free(strings[i], TRUE);
    }
}

static void test_round_trips(void)
{
    GRand *random = g_rand_new_with_seed(310);
    seekchat_decoder decoder;
    seekchat_decoder_init(&decoder);
    for (unsigned round = 0; round < 5000; round++) {
        check_round_trip(random, &decoder);
    }
    seekchat_decoder_clear(&decoder);
    g_rand_free(random);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/codec/encode/new_msg", test_new_msg);
    g_test_add_func("/codec/encode/escapes", test_escapes);
    g_test_add_func("/codec/encode/not UTF-8", test_not_utf8);
    g_test_add_func("/codec/encode/round trips", test_round_trips);
    return g_test_run();
}
