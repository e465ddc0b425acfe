/* test_message.c
 * What decode finds in a message: spans, texts, nodes, members; and the words for all of it.
 * May include: GLib and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "seekchat.h"

static seekchat_decoder decoder;

static seekchat_status decode(const char *input)
{
    return seekchat_decode(&decoder, (const uint8_t *)input, strlen(input));
}

static void assert_span(const char *input, seekchat_span span, const char *expected)
{
    g_assert_cmpmem(input + span.offset, span.length, expected, strlen(expected));
}

static void assert_text(const char *input, seekchat_span span, const char *text, size_t length)
{
    char *out = g_malloc(MAX(span.length - 2, 1));
    size_t written = seekchat_span_text((const uint8_t *)input, span, out);
    g_assert_cmpmem(out, written, text, length);
    const char *peek = seekchat_span_peek(&decoder, (const uint8_t *)input, span, &written);
    g_assert_cmpmem(peek, written, text, length);
    g_assert_true(span.escaped == (peek != input + span.offset + 1));
    g_free(out);
}

static void test_spans(void)
{
    const char *input = " {\"type\":\"seeking\", \"s\\u0065nder\" : \"a@b\",\"payload\":\"join\"} ";
    const seekchat_message *message = &decoder.message;
    g_assert_cmpint(decode(input), ==, SEEKCHAT_OK);
    g_assert_cmpuint(message->offset, ==, 1);
    g_assert_cmpuint(message->end, ==, strlen(input) - 1);
    assert_span(input, message->key[SEEKCHAT_KEY_TYPE], "\"type\"");
    assert_span(input, message->value[SEEKCHAT_KEY_TYPE], "\"seeking\"");
    assert_span(input, message->key[SEEKCHAT_KEY_SENDER], "\"s\\u0065nder\"");
    g_assert_true(message->key[SEEKCHAT_KEY_SENDER].escaped);
    assert_span(input, message->value[SEEKCHAT_KEY_SENDER], "\"a@b\"");
    g_assert_false(message->value[SEEKCHAT_KEY_SENDER].escaped);
    assert_span(input, message->key[SEEKCHAT_KEY_PAYLOAD], "\"payload\"");
    assert_span(input, message->value[SEEKCHAT_KEY_PAYLOAD], "\"join\"");
    g_assert_cmpint(message->type, ==, SEEKCHAT_TYPE_SEEKING);
    g_assert_cmpint(message->payload, ==, SEEKCHAT_PAYLOAD_JOIN);
    g_assert_cmpuint(message->node_count, ==, 0);
    g_assert_cmpuint(message->member_count, ==, 0);
}

static void test_nodes(void)
{
    const char *input =
        "{\"payload\":[\"a@1\" ,\"\\u0062\",\"\"],\"type\":\"reply\",\"sender\":\"\"}";
    const seekchat_message *message = &decoder.message;
    g_assert_cmpint(decode(input), ==, SEEKCHAT_OK);
    g_assert_cmpint(message->kind[SEEKCHAT_KEY_PAYLOAD], ==, SEEKCHAT_VALUE_LIST);
    g_assert_cmpint(message->payload, ==, SEEKCHAT_PAYLOAD_NODES);
    assert_span(input, message->value[SEEKCHAT_KEY_PAYLOAD], "[\"a@1\" ,\"\\u0062\",\"\"]");
    g_assert_cmpuint(message->node_count, ==, 3);
    assert_span(input, message->nodes[0], "\"a@1\"");
    assert_span(input, message->nodes[1], "\"\\u0062\"");
    assert_text(input, message->nodes[1], "b", 1);
    assert_text(input, message->nodes[2], "", 0);
}

static void test_mixed_list(void)
{
    const char *input = "{\"payload\":[\"a\",1,\"b\",[\"c\"]],\"type\":\"reply\",\"sender\":\"\"}";
    g_assert_cmpint(decode(input), ==, SEEKCHAT_NOT_SEEKCHAT);
    g_assert_cmpint(decoder.message.kind[SEEKCHAT_KEY_PAYLOAD], ==, SEEKCHAT_VALUE_OTHER);
    g_assert_cmpint(decoder.message.payload, ==, SEEKCHAT_PAYLOAD_UNKNOWN);
    g_assert_cmpuint(decoder.message.node_count, ==, 2);
    assert_span(input, decoder.message.nodes[1], "\"b\"");
    assert_span(input, decoder.message.value[SEEKCHAT_KEY_PAYLOAD], "[\"a\",1,\"b\",[\"c\"]]");
}

/* Of keys that come twice the first counts, escaped or not. */
static void test_duplicates(void)
{
    const char *input = "{\"type\":\"reply\",\"t\\u0079pe\":[\"type\"],\"sender\":\"a\",\"sender\":"
                        "null,\"payload\":\"self\",\"payload\":[\"n\"],\"x\":\"y\"}";
    const seekchat_message *message = &decoder.message;
    g_assert_cmpint(decode(input), ==, SEEKCHAT_OK);
    g_assert_cmpint(message->type, ==, SEEKCHAT_TYPE_REPLY);
    g_assert_cmpint(message->payload, ==, SEEKCHAT_PAYLOAD_SELF);
    g_assert_cmpuint(message->node_count, ==, 0);
    g_assert_cmpuint(message->member_count, ==, 4);
    assert_span(input, message->members[0].key, "\"t\\u0079pe\"");
    assert_span(input, message->members[0].value, "[\"type\"]");
    g_assert_true(message->members[0].duplicate && !message->members[0].string);
    assert_span(input, message->members[1].value, "null");
    assert_span(input, message->members[2].value, "[\"n\"]");
    assert_span(input, message->members[3].key, "\"x\"");
    g_assert_true(!message->members[3].duplicate && message->members[3].string);
}

/* More members than fit the decoder itself, and after them a message with fewer. */
static void test_many_members(void)
{
    GString *input = g_string_new("{\"type\":\"reply\",\"sender\":\"\",\"payload\":\"\"");
    const unsigned count = 100;
    for (unsigned i = 0; i < count; i++) {
        g_string_append_printf(input, ",\"k%u\":%u.5e1", i, i);
    }
    g_string_append_c(input, '}');
    for (unsigned round = 0; round < 2; round++) {
        g_assert_cmpint(decode(input->str), ==, SEEKCHAT_OK);
        g_assert_cmpuint(decoder.message.member_count, ==, count);
        assert_span(input->str, decoder.message.members[0].value, "0.5e1");
        assert_span(input->str, decoder.message.members[count - 1].key, "\"k99\"");
        assert_span(input->str, decoder.message.members[count - 1].value, "99.5e1");
    }
    g_assert_cmpint(decode("{\"a\":{\"b\":[]}}"), ==, SEEKCHAT_NOT_SEEKCHAT);
    g_assert_cmpuint(decoder.message.member_count, ==, 1);
    assert_span("{\"a\":{\"b\":[]}}", decoder.message.members[0].value, "{\"b\":[]}");
    g_string_free(input, TRUE);
}

/* Keys in an object inside the message are not the message's. */
static void test_inner_keys(void)
{
    g_assert_cmpint(decode("{\"x\":{\"type\":\"reply\"},\"sender\":\"\",\"payload\":[]}"), ==,
                    SEEKCHAT_NOT_SEEKCHAT);
    g_assert_cmpuint(decoder.message.faults, ==, SEEKCHAT_FAULT_NO_TYPE);
    g_assert_cmpint(decode("[{\"type\":\"a\",\"sender\":\"\",\"payload\":[\"n\"]}]"), ==,
                    SEEKCHAT_NOT_SEEKCHAT);
    g_assert_cmpuint(decoder.message.faults, ==, SEEKCHAT_FAULT_NOT_OBJECT);
    g_assert_cmpuint(decoder.message.node_count, ==, 0);
}

static void test_incomplete(void)
{
    const char *input = "{\"type\":\"reply\",\"payload\":[\"a\",\"b\",\"";
    g_assert_cmpint(decode(input), ==, SEEKCHAT_INCOMPLETE);
    g_assert_cmpint(decoder.message.kind[SEEKCHAT_KEY_TYPE], ==, SEEKCHAT_VALUE_STRING);
    g_assert_cmpint(decoder.message.type, ==, SEEKCHAT_TYPE_REPLY);
    g_assert_cmpint(decoder.message.kind[SEEKCHAT_KEY_PAYLOAD], ==, SEEKCHAT_VALUE_ABSENT);
    g_assert_cmpint(decoder.message.kind[SEEKCHAT_KEY_SENDER], ==, SEEKCHAT_VALUE_ABSENT);
}

static void test_walk(void)
{
    const char *input = "{\"type\":\"reply\",\"sender\":\"\",\"payload\":\"self\"}\n"
                        "{\"type\":\"seeking\",\"sender\":\"\",\"payload\":\"join\"}{";
    uint32_t end;
    g_assert_cmpint(decode(input), ==, SEEKCHAT_OK);
    end = decoder.message.end;
    g_assert_cmpint(decode(input + end), ==, SEEKCHAT_OK);
    g_assert_cmpuint(decoder.message.offset, ==, 1);
    g_assert_cmpint(decoder.message.type, ==, SEEKCHAT_TYPE_SEEKING);
    end += decoder.message.end;
    g_assert_cmpint(decode(input + end), ==, SEEKCHAT_INCOMPLETE);
    g_assert_cmpuint(seekchat_space((const uint8_t *)" \t\r\n\f ", 6), ==, 4);
    g_assert_cmpuint(seekchat_space((const uint8_t *)"  ", 2), ==, 2);
}

static void test_texts(void)
{
    static const struct {
        const char *value;
        const char *text;
        size_t length;
    } rows[] = {
        {"\"plain\"", "plain", 5},
        {"\"\"", "", 0},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8},
        {"\"\\u0000\\u007F\\u0080\\u07ff\\u0800\\uFFFF\"",
         "\0\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf", 12},
        {"\"\\ud800\\uDC00\\udbff\\udfff\"", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 8},
        {"\"more than eight bytes, then \\n, then more than eight\"",
         "more than eight bytes, then \n, then more than eight", 51},
        {"\"1234567\\n\"", "1234567\n", 8},
        {"\"0123456789ab\\n\"", "0123456789ab\n", 13},
        {"\"\\/890123456789\"", "/890123456789", 13},
        {"\"\\/8901234567890123\"", "/8901234567890123", 17},
        {"\"0123456789abcdef\\t0123456\"", "0123456789abcdef\t0123456", 24},
        {"\"gr\u00f6\\u00dfe\"", "gr\u00f6\u00dfe", 7},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *input =
            g_strdup_printf("{\"type\":\"\",\"sender\":%s,\"payload\":[]}", rows[i].value);
        g_assert_cmpint(decode(input), ==, SEEKCHAT_OK);
        seekchat_span span = decoder.message.value[SEEKCHAT_KEY_SENDER];
        assert_span(input, span, rows[i].value);
        g_assert_cmpint(span.escaped, ==, strchr(rows[i].value, '\\') != NULL);
        assert_text(input, span, rows[i].text, rows[i].length);
        g_free(input);
    }
}

/* A text with its first count bytes escaped. */
static GString *escape(const char *text, size_t count)
{
    GString *escaped = g_string_new(NULL);
    for (size_t i = 0; i < count; i++) {
        g_string_append_printf(escaped, "\\u%04x", text[i]);
    }
    return g_string_append(escaped, text + count);
}

/* Each word is itself, plain and with one or all of its bytes escaped; what differs is none. */
static void check_word(const char *word, int type, int payload)
{
    const size_t counts[] = {0, 1, strlen(word)};
    for (unsigned i = 0; i < G_N_ELEMENTS(counts); i++) {
        GString *text = escape(word, counts[i]);
        char *input = g_strdup_printf("{\"type\":\"%s\",\"sender\":\"\",\"payload\":\"%s\"}",
                                      text->str, text->str);
        g_assert_cmpint(decode(input), ==, SEEKCHAT_OK);
        g_assert_cmpint(decoder.message.type, ==, type);
        g_assert_cmpint(decoder.message.payload, ==, payload);
        g_free(input);
        g_string_free(text, TRUE);
    }
}

static void check_no_words(const char *word)
{
    size_t length = strlen(word);
    for (size_t i = 0; i <= length; i++) {
        GString *other = g_string_new(word);
        g_string_insert_c(other, (gssize)i, 'x');
        check_word(other->str, SEEKCHAT_TYPE_UNKNOWN, SEEKCHAT_PAYLOAD_UNKNOWN);
        g_string_erase(other, (gssize)i, 1);
        if (i < length) {
            other->str[i]++;
            check_word(other->str, SEEKCHAT_TYPE_UNKNOWN, SEEKCHAT_PAYLOAD_UNKNOWN);
        }
        g_string_free(other, TRUE);
    }
    g_assert_cmpint(seekchat_type_from_name(word, length - 1), ==, SEEKCHAT_TYPE_UNKNOWN);
}

static void test_words(void)
{
    for (int type = SEEKCHAT_TYPE_SEEKING; type <= SEEKCHAT_TYPE_REPLY; type++) {
        const char *name = seekchat_type_name((seekchat_type)type);
        check_word(name, type, SEEKCHAT_PAYLOAD_UNKNOWN);
        check_no_words(name);
        g_assert_cmpint(seekchat_type_from_name(name, strlen(name)), ==, type);
    }
    for (int payload = SEEKCHAT_PAYLOAD_JOIN; payload < SEEKCHAT_PAYLOAD_NODES; payload++) {
        const char *name = seekchat_payload_name((seekchat_payload)payload);
        check_word(name, SEEKCHAT_TYPE_UNKNOWN, payload);
        if (payload != SEEKCHAT_PAYLOAD_JOIN) {
            check_no_words(name);
        }
        g_assert_cmpint(seekchat_payload_from_name(name, strlen(name)), ==, payload);
    }
    g_assert_null(seekchat_type_name(SEEKCHAT_TYPE_UNKNOWN));
    g_assert_null(seekchat_payload_name(SEEKCHAT_PAYLOAD_UNKNOWN));
    g_assert_null(seekchat_payload_name(SEEKCHAT_PAYLOAD_NODES));
    g_assert_cmpint(seekchat_type_from_name("", 0), ==, SEEKCHAT_TYPE_UNKNOWN);
    g_assert_cmpint(seekchat_type_from_name("join", 4), ==, SEEKCHAT_TYPE_UNKNOWN);
    g_assert_cmpint(seekchat_payload_from_name("join\0", 5), ==, SEEKCHAT_PAYLOAD_UNKNOWN);
    g_assert_cmpint(seekchat_payload_from_name("a very long one", 15), ==,
                    SEEKCHAT_PAYLOAD_UNKNOWN);
}

/* Every error and fault has a text of its own. */
static void test_error_texts(void)
{
    GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (int error = SEEKCHAT_ERROR_NONE; error <= SEEKCHAT_ERROR_TOO_LARGE; error++) {
        g_assert_true(g_hash_table_add(seen, (char *)seekchat_error_text((seekchat_error)error)));
    }
    for (unsigned fault = SEEKCHAT_FAULT_NOT_OBJECT; fault <= SEEKCHAT_FAULT_NODE_TOO_LONG;
         fault <<= 1) {
        g_assert_true(g_hash_table_add(seen, (char *)seekchat_fault_text((seekchat_fault)fault)));
    }
    g_assert_nonnull(seekchat_error_text((seekchat_error)99));
    g_assert_nonnull(seekchat_fault_text((seekchat_fault)3));
    g_hash_table_unref(seen);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    seekchat_decoder_init(&decoder);
    g_test_add_func("/codec/message/spans", test_spans);
    g_test_add_func("/codec/message/nodes", test_nodes);
    g_test_add_func("/codec/message/mixed list", test_mixed_list);
    g_test_add_func("/codec/message/duplicates", test_duplicates);
    g_test_add_func("/codec/message/many members", test_many_members);
    g_test_add_func("/codec/message/inner keys", test_inner_keys);
    g_test_add_func("/codec/message/incomplete", test_incomplete);
    g_test_add_func("/codec/message/walk", test_walk);
    g_test_add_func("/codec/message/texts", test_texts);
    g_test_add_func("/codec/message/words", test_words);
    g_test_add_func("/codec/message/error texts", test_error_texts);
    int result = g_test_run();
    seekchat_decoder_clear(&decoder);
    return result;
}
