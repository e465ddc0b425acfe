/* samples.c
 * Inputs that several of the codec's tests use.
 * May include: GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "samples.h"

const char *const sample_messages[] = {
    "{\"type\":\"seeking\",\"sender\":\"node2@10.99.0.2\",\"payload\":\"join\"}",
    "{\"type\":\"reply\",\"payload\":\"join_failed\",\"sender\":\"node1@10.99.0.1\"}",
    "{\"sender\":\"n@h\",\"payload\":\"standalone\",\"type\":\"watching\"}",
    "{\"type\":\"reply\",\"payload\":[],\"sender\":\"a\"}",
    "{\"type\":\"reply\",\"sender\":\"a\",\"payload\":[\"x@1\",\"\",\"\\u0041\\n@2\","
    "\"gr\u00f6\u00dfe\"]}",
    " { \"type\" : \"reply\" ,\n\"sender\":\t\"a\" , \"payload\" : [ \"x\" , \"y\" ] } ",
    "{\"typ\\u0065\":\"seek\\u0069ng\",\"s\\u0065nder\":\"\\ud83d\\ude00@\\\\\\/\",\"payload\":"
    "\"jo\\u0069n\"}",
    "{\"sender\":\"\u20ac\U0001f600@h\",\"type\":\"other\",\"payload\":\"what\",\"extra\":[1,{"
    "\"a\":[]}"
    ",-0.5e+7,true,false,null,\"s\"]}",
    "{\"type\":\"reply\",\"type\":1,\"sender\":\"a\",\"payload\":[\"n\"],\"payload\":{\"type\":"
    "\"x\"},"
    "\"\":\"\"}",
    "{\"x\":[[[[\"deep\"]]]],\"type\":\"reply\",\"sender\":\"a long one that goes on for more than "
    "sixty-four bytes until it ends@here\",\"payload\":\"self\"}",
    NULL,
};

/* Byte sequences that matter to a JSON decoder. */
static const char *const pieces[] = {
    "\"",       "\\",
    "{",        "}",
    "[",        "]",
    ",",        ":",
    " ",        "0",
    "-",        ".",
    "e",        "1",
    "true",     "nul",
    "\\u",      "\\ud83d",
    "\n",       "\\u00e9",
    "\\udc00",  "\x7f",
    "\x1f",     "\xc3\xa9",
    "\xe2\x82", "\xed\xa0\x80",
    "\xff",
};

static void change(GRand *random, GString *text)
{
    gssize at = g_rand_int_range(random, 0, (gint)text->len + 1);
    gssize rest = (gssize)text->len - at;
    gssize some = g_rand_int_range(random, 1, 8);
    gssize count = MIN(rest, some);
    switch (g_rand_int_range(random, 0, 4)) {
    case 0:
        g_string_erase(text, at, count);
        break;
    case 1: {
        char *copy = g_strndup(text->str + at, (gsize)count);
        g_string_insert_len(text, at, copy, count);
        g_free(copy);
        break;
    }
    case 2:
        g_string_insert(text, at, pieces[g_rand_int_range(random, 0, (gint)G_N_ELEMENTS(pieces))]);
        break;
    default:
        if (rest > 0) {
            text->str[at] = (char)g_rand_int_range(random, 0, 256);
        }
    }
}

GString *sample_broken(GRand *random)
{
    gint count = (gint)G_N_ELEMENTS(sample_messages) - 1;
    GString *text = g_string_new(sample_messages[g_rand_int_range(random, 0, count)]);
    for (gint changes = g_rand_int_range(random, 1, 4); changes > 0; changes--) {
        change(random, text);
    }
    return text;
}

GString *sample_text(GRand *random, gint most)
{
    static const gunichar above[] = {0x80, 0x80, 0x100, 0x800, 0x10000, 0x110000};
    GString *text = g_string_new(NULL);
    for (gint count = g_rand_int_range(random, 0, most + 1); count > 0; count--) {
        gunichar limit = above[g_rand_int_range(random, 0, (gint)G_N_ELEMENTS(above))];
        gunichar code = (gunichar)g_rand_int_range(random, 0, (gint)limit);
        if (code < 0xd800 || code > 0xdfff) {
            g_string_append_unichar(text, code);
        }
    }
    return text;
}
