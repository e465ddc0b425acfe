/* test_rules.c
 * A row for each rule of decode: the verdict, the kind of error or fault, and its offset.
 * May include: GLib and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "seekchat.h"

/* A text that may hold NUL bytes, and its length. */
#define TEXT(string) (string), sizeof(string) - 1

#define REST ",\"sender\":\"s\",\"payload\":\"self\"}"

typedef struct {
    const char *label;
    const char *input;
    size_t length;
    seekchat_status status;
    unsigned what; /* the error, or the faults */
    uint32_t offset;
} rule;

/* What decode says of a document. */
static const rule rules[] = {
    {"empty", TEXT(""), SEEKCHAT_INCOMPLETE, SEEKCHAT_ERROR_END, 0},
    {"only white space", TEXT(" \t\r\n"), SEEKCHAT_INCOMPLETE, SEEKCHAT_ERROR_END, 4},
    {"no value", TEXT(" x"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_VALUE, 1},
    {"byte order mark", TEXT("\xef\xbb\xbf{}"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_VALUE, 0},
    {"form feed is no white space", TEXT("\f1"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_VALUE, 0},
    {"NUL", TEXT("\0"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_VALUE, 0},
    {"comment", TEXT("/**/1"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_VALUE, 0},
    {"no member value", TEXT("{\"a\":}"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_VALUE, 5},
    {"comma before ]", TEXT("[1,]"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_VALUE, 3},
    {"comma behind [", TEXT("[,"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_VALUE_OR_CLOSE, 1},
    {"} behind [", TEXT("[}"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_VALUE_OR_CLOSE, 1},
    {"comma before }", TEXT("{\"a\":1,}"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_KEY, 7},
    {"key without quotes", TEXT("{a"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_KEY_OR_CLOSE, 1},
    {"number as key", TEXT("{ 1:2}"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_KEY_OR_CLOSE, 2},
    {"no colon", TEXT("{\"a\" 1"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_COLON, 5},
    {"no comma in an object", TEXT("{\"a\":1 2"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_COMMA_OBJECT, 7},
    {"] for }", TEXT("{\"a\":1]"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_COMMA_OBJECT, 6},
    {"no comma in an array", TEXT("[1 2"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_COMMA_ARRAY, 3},
    {"} for ]", TEXT("[\"a\"}"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_COMMA_ARRAY, 4},
    {"wrong literal", TEXT("trUe "), SEEKCHAT_INVALID, SEEKCHAT_ERROR_LITERAL, 2},
    {"wrong literal in a list", TEXT("[nul,1]"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_LITERAL, 4},
    {"wrong literal, too short", TEXT("tx"), SEEKCHAT_INCOMPLETE, SEEKCHAT_ERROR_END, 2},
    {"wrong literal, as long", TEXT("falsx"), SEEKCHAT_INCOMPLETE, SEEKCHAT_ERROR_END, 5},
    {"wrong literal, longer", TEXT("falsxy"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_LITERAL, 4},
    {"minus alone", TEXT("-"), SEEKCHAT_INCOMPLETE, SEEKCHAT_ERROR_END, 1},
    {"no digit behind minus", TEXT("-x"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_NUMBER, 1},
    {"no digit behind point", TEXT("[1.]"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_NUMBER, 3},
    {"no digit behind e", TEXT("1ex"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_NUMBER, 2},
    {"no digit behind sign", TEXT("1.5E+x"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_NUMBER, 5},
    {"leading zero", TEXT("01"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_TRAILING, 1},
    {"leading zero in a list", TEXT("[-01]"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_COMMA_ARRAY, 3},
    {"plus sign", TEXT("+1"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_VALUE, 0},
    {"number cut in a list", TEXT("[12"), SEEKCHAT_INCOMPLETE, SEEKCHAT_ERROR_END, 3},
    {"float too large", TEXT("1e999"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_NUMBER_RANGE, 0},
    {"float too large, cut", TEXT("[1e999"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_NUMBER_RANGE, 1},
    {"control character", TEXT("\"a\nb\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_CONTROL, 2},
    {"NUL in a string", TEXT("\"\0\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_CONTROL, 1},
    {"no escape", TEXT("\"a\\x\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_ESCAPE, 3},
    {"upper-case U", TEXT("\"\\U0041\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_ESCAPE, 2},
    {"no digit in an escape", TEXT("\"\\u12G4\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_ESCAPE, 5},
    {"no digit, cut", TEXT("\"\\u12G"), SEEKCHAT_INCOMPLETE, SEEKCHAT_ERROR_END, 6},
    {"low surrogate", TEXT("\"\\udc00\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_SURROGATE, 1},
    {"low surrogate, large", TEXT("\"\\uDFFFabcdef\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_SURROGATE,
     1},
    {"high surrogate, large", TEXT("\"\\uD800abcdef\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_SURROGATE,
     1},
    {"high surrogate", TEXT("\"\\ud83dabcdef\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_SURROGATE, 1},
    {"high surrogate, cut", TEXT("\"\\ud83dabcd\""), SEEKCHAT_INCOMPLETE, SEEKCHAT_ERROR_END, 12},
    {"two high", TEXT("\"\\ud83d\\ud83d\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_SURROGATE, 1},
    {"no digit in the low", TEXT("\"\\ud83d\\u00g0\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_ESCAPE,
     11},
    {"no lead byte", TEXT("\"a\x80\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_UTF8, 2},
    {"byte FF", TEXT("\"\xff\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_UTF8, 1},
    {"overlong, two bytes", TEXT("\"\xc1\x81\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_UTF8, 1},
    {"overlong, three bytes", TEXT("\"\xe0\x9f\x81\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_UTF8, 2},
    {"overlong, four bytes", TEXT("\"\xf0\x8f\x81\x81\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_UTF8,
     2},
    {"surrogate in UTF-8", TEXT("\"\xed\xa0\x80\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_UTF8, 2},
    {"above U+10FFFF", TEXT("\"\xf4\x90\x80\x80\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_UTF8, 2},
    {"character not finished", TEXT("\"\xe2\x82\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_UTF8, 3},
    {"character cut", TEXT("\"\xf0\x9f\x98"), SEEKCHAT_INCOMPLETE, SEEKCHAT_ERROR_END, 4},
    {"not UTF-8 in a key", TEXT("{\"\xff\""), SEEKCHAT_INVALID, SEEKCHAT_ERROR_UTF8, 2},
    {"trailing byte", TEXT("{} \n}"), SEEKCHAT_INVALID, SEEKCHAT_ERROR_TRAILING, 4},
    {"two messages", TEXT("{\"type\":\"reply\"" REST "{"), SEEKCHAT_INVALID,
     SEEKCHAT_ERROR_TRAILING, 46},

    {"message", TEXT("{\"type\":\"reply\"" REST), SEEKCHAT_OK, 0, 0},
    {"unknown type", TEXT("{\"type\":\"\"" REST), SEEKCHAT_OK, 0, 0},
    {"white space behind", TEXT("{\"type\":\"reply\"" REST " \r\n\t"), SEEKCHAT_OK, 0, 0},
    {"DEL needs no escape", TEXT("{\"type\":\"\x7f\"" REST), SEEKCHAT_OK, 0, 0},

    {"number", TEXT(" -12.5e3"), SEEKCHAT_NOT_SEEKCHAT, SEEKCHAT_FAULT_NOT_OBJECT, 1},
    {"array", TEXT("[{}]"), SEEKCHAT_NOT_SEEKCHAT, SEEKCHAT_FAULT_NOT_OBJECT, 0},
    {"literal", TEXT("true"), SEEKCHAT_NOT_SEEKCHAT, SEEKCHAT_FAULT_NOT_OBJECT, 0},
    {"string", TEXT("\"type\""), SEEKCHAT_NOT_SEEKCHAT, SEEKCHAT_FAULT_NOT_OBJECT, 0},
    {"least float", TEXT("1e-999"), SEEKCHAT_NOT_SEEKCHAT, SEEKCHAT_FAULT_NOT_OBJECT, 0},
    {"no key", TEXT("{ }"), SEEKCHAT_NOT_SEEKCHAT,
     SEEKCHAT_FAULT_NO_TYPE | SEEKCHAT_FAULT_NO_SENDER | SEEKCHAT_FAULT_NO_PAYLOAD, 2},
    {"no type", TEXT("{\"x\":1" REST), SEEKCHAT_NOT_SEEKCHAT, SEEKCHAT_FAULT_NO_TYPE, 36},
    {"other key", TEXT("{\"typ\":\"reply\"" REST), SEEKCHAT_NOT_SEEKCHAT, SEEKCHAT_FAULT_NO_TYPE,
     44},
    {"no sender", TEXT("{\"type\":\"\",\"payload\":[]}"), SEEKCHAT_NOT_SEEKCHAT,
     SEEKCHAT_FAULT_NO_SENDER, 23},
    {"no payload", TEXT("{\"type\":\"\",\"sender\":\"\"}"), SEEKCHAT_NOT_SEEKCHAT,
     SEEKCHAT_FAULT_NO_PAYLOAD, 22},
    {"type is null", TEXT("{\"type\": null" REST), SEEKCHAT_NOT_SEEKCHAT, SEEKCHAT_FAULT_TYPE_KIND,
     9},
    {"type is a list", TEXT("{\"type\":[]" REST), SEEKCHAT_NOT_SEEKCHAT, SEEKCHAT_FAULT_TYPE_KIND,
     8},
    {"sender is a number", TEXT("{\"type\":\"\",\"sender\":1,\"payload\":\"\"}"),
     SEEKCHAT_NOT_SEEKCHAT, SEEKCHAT_FAULT_SENDER_KIND, 20},
    {"payload is an object", TEXT("{\"type\":\"\",\"sender\":\"\",\"payload\":{}}"),
     SEEKCHAT_NOT_SEEKCHAT, SEEKCHAT_FAULT_PAYLOAD_KIND, 33},
    {"node is a number", TEXT("{\"type\":\"\",\"sender\":\"\",\"payload\":[\"a\",1]}"),
     SEEKCHAT_NOT_SEEKCHAT, SEEKCHAT_FAULT_NODE_KIND, 38},
    {"node is a list", TEXT("{\"type\":\"\",\"sender\":\"\",\"payload\":[[\"a\"]]}"),
     SEEKCHAT_NOT_SEEKCHAT, SEEKCHAT_FAULT_NODE_KIND, 34},
    {"two faults", TEXT("{\"type\":1,\"sender\":2,\"payload\":\"\"}"), SEEKCHAT_NOT_SEEKCHAT,
     SEEKCHAT_FAULT_TYPE_KIND | SEEKCHAT_FAULT_SENDER_KIND, 8},
};

static void test_rule(gconstpointer data)
{
    const rule *row = data;
    seekchat_decoder decoder;
    seekchat_decoder_init(&decoder);
    /* A copy as long as the input lets sanitizers see a read behind it. */
    uint8_t *bytes = g_malloc(row->length + 1);
    memcpy(bytes, row->input, row->length);
    bytes = g_realloc(bytes, MAX(row->length, 1));
    seekchat_status status = seekchat_decode_document(&decoder, bytes, row->length);
    bool is_json = row->status == SEEKCHAT_OK || row->status == SEEKCHAT_NOT_SEEKCHAT;
    g_assert_cmpint(status, ==, row->status);
    g_assert_cmpuint(decoder.error, ==, is_json ? SEEKCHAT_ERROR_NONE : row->what);
    g_assert_cmpuint(decoder.error_offset, ==, row->offset);
    if (is_json) {
        g_assert_cmpuint(decoder.message.faults, ==, row->what);
    }
    g_free(bytes);
    seekchat_decoder_clear(&decoder);
}

/* A message whose sender, payload word or node is count times unit. */
static GString *message_with(const char *where, const char *unit, unsigned count)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < count; i++) {
        g_string_append(text, unit);
    }
    GString *message = g_string_new(NULL);
    g_string_printf(message, where, text->str);
    g_string_free(text, TRUE);
    return message;
}

static void check_length(const char *where, const char *unit, uint32_t fault)
{
    seekchat_decoder decoder;
    seekchat_decoder_init(&decoder);
    for (unsigned count = SEEKCHAT_ATOM_MAX - 1; count <= SEEKCHAT_ATOM_MAX + 1; count++) {
        GString *message = message_with(where, unit, count);
        seekchat_decode(&decoder, (const uint8_t *)message->str, message->len);
        bool is_long = count > SEEKCHAT_ATOM_MAX;
        g_assert_cmpuint(decoder.message.faults, ==, is_long ? fault : 0);
        g_assert_cmpuint(decoder.error_offset, ==, is_long ? strcspn(where, "%") - 1 : 0);
        g_string_free(message, TRUE);
    }
    seekchat_decoder_clear(&decoder);
}

/* An atom has 255 code points, however many bytes they take. */
static void test_atom_length(void)
{
    static const char *const units[] = {"x",   "\u00e9",  "\U0001f600",
                                        "\\n", "\\u0041", "\\ud83d\\ude00"};
    for (unsigned i = 0; i < G_N_ELEMENTS(units); i++) {
        check_length("{\"type\":\"%s\"" REST, units[i], SEEKCHAT_FAULT_TYPE_TOO_LONG);
        check_length("{\"type\":\"\",\"sender\":\"%s\",\"payload\":\"\"}", units[i],
                     SEEKCHAT_FAULT_SENDER_TOO_LONG);
        check_length("{\"type\":\"\",\"sender\":\"\",\"payload\":\"%s\"}", units[i],
                     SEEKCHAT_FAULT_PAYLOAD_TOO_LONG);
        check_length("{\"type\":\"\",\"sender\":\"\",\"payload\":[\"a\",\"%s\",\"b\"]}", units[i],
                     SEEKCHAT_FAULT_NODE_TOO_LONG);
    }
}

static seekchat_error error_of(const GString *text)
{
    seekchat_decoder decoder;
    seekchat_decoder_init(&decoder);
    seekchat_decode(&decoder, (const uint8_t *)text->str, text->len);
    seekchat_error error = decoder.error;
    seekchat_decoder_clear(&decoder);
    return error;
}

static void check_number(const char *number, bool fits)
{
    GString *text = g_string_new(number);
    g_assert_cmpint(error_of(text), ==, fits ? SEEKCHAT_ERROR_NONE : SEEKCHAT_ERROR_NUMBER_RANGE);
    g_string_free(text, TRUE);
}

/* Digits of 2^1024 - 2^970, from which on a number rounds to no finite double. */
#define FLOAT_LIMIT                                                                                \
    "17976931348623158079372897140530341507993413271003782693617377898044496829276475094664901797" \
    "75872070963302864166928879109465555478519404026306574886715058206819089020007083836762738548" \
    "45817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711" \
    "5596995080930428801779041744977"

static void test_number_range(void)
{
    check_number("1.7976931348623158e308", true);
    check_number("-1.7976931348623159e308", false);
    check_number("17976931348623158E292", true);
    check_number("17976931348623159E292", false);
    check_number(FLOAT_LIMIT "92.0", false);
    check_number(FLOAT_LIMIT "91.9999", true);
    check_number(FLOAT_LIMIT "9.1e1", true);
    check_number(FLOAT_LIMIT "9.2e1", false);
    check_number(FLOAT_LIMIT "92", true);
    check_number("0.0000001e315", true);
    check_number("0.0000001e316", false);
    check_number("0e99999999999999999999", true);
    check_number("0.000E+99999999999999999999", true);
    check_number("1e99999999999999999999", false);
    check_number("1e-99999999999999999999", true);
}

/* OTP's integers end at 2^4194240, which has 1,262,593 digits. */
static void test_integer_range(void)
{
    GString *text = g_string_new(NULL);
    g_string_set_size(text, 1262592);
    memset(text->str, '9', text->len);
    g_assert_cmpint(error_of(text), ==, SEEKCHAT_ERROR_NONE);
    g_string_prepend(text, "1111");
    g_string_truncate(text, 1262593);
    g_assert_cmpint(error_of(text), ==, SEEKCHAT_ERROR_NONE);
    text->str[1] = '2';
    g_assert_cmpint(error_of(text), ==, SEEKCHAT_ERROR_NUMBER_RANGE);
    g_string_append(text, ".0e-1262400");
    g_assert_cmpint(error_of(text), ==, SEEKCHAT_ERROR_NONE);
    g_string_free(text, TRUE);
}

static void test_too_large(void)
{
    seekchat_decoder decoder;
    const uint8_t byte = '1';
    seekchat_decoder_init(&decoder);
    g_assert_cmpint(seekchat_decode(&decoder, &byte, (size_t)SEEKCHAT_INPUT_MAX + 1), ==,
                    SEEKCHAT_INVALID);
    g_assert_cmpint(decoder.error, ==, SEEKCHAT_ERROR_TOO_LARGE);
    g_assert_cmpint(seekchat_decode_resume(&decoder, &byte, SIZE_MAX), ==, SEEKCHAT_INVALID);
    g_assert_cmpint(decoder.error, ==, SEEKCHAT_ERROR_TOO_LARGE);
    g_assert_cmpint(seekchat_decode_document(&decoder, &byte, SIZE_MAX), ==, SEEKCHAT_INVALID);
    g_assert_cmpint(seekchat_decode(&decoder, &byte, 1), ==, SEEKCHAT_NOT_SEEKCHAT);
    seekchat_decoder_clear(&decoder);
}

/* Arrays and objects in each other, depth of them; no call and no limit grows with it. */
static void test_depth(void)
{
    const unsigned depth = 3000000;
    GString *text = g_string_new(NULL);
    seekchat_decoder decoder;
    seekchat_decoder_init(&decoder);
    for (unsigned i = 0; i < depth; i++) {
        g_string_append(text, i % 3 == 0 ? "{\"\":" : "[");
    }
    g_assert_cmpint(error_of(text), ==, SEEKCHAT_ERROR_END);
    g_string_append_c(text, '0');
    for (unsigned i = depth; i-- > 0;) {
        g_string_append_c(text, i % 3 == 0 ? '}' : ']');
    }
    const uint8_t *bytes = (const uint8_t *)text->str;
    g_assert_cmpint(seekchat_decode(&decoder, bytes, text->len), ==, SEEKCHAT_NOT_SEEKCHAT);
    g_assert_cmpuint(decoder.message.end, ==, text->len);
    text->str[text->len - depth / 2] ^= '}' ^ ']';
    g_assert_cmpint(seekchat_decode(&decoder, bytes, text->len), ==, SEEKCHAT_INVALID);
    g_assert_cmpuint(decoder.error_offset, ==, text->len - depth / 2);
    seekchat_decoder_clear(&decoder);
    g_string_free(text, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(rules); i++) {
        char *path = g_strdup_printf("/codec/rules/%s", rules[i].label);
        g_test_add_data_func(path, &rules[i], test_rule);
        g_free(path);
    }
    g_test_add_func("/codec/rules/atom length", test_atom_length);
    g_test_add_func("/codec/rules/number range", test_number_range);
    g_test_add_func("/codec/rules/integer range", test_integer_range);
    g_test_add_func("/codec/rules/too large", test_too_large);
    g_test_add_func("/codec/rules/depth", test_depth);
    return g_test_run();
}
