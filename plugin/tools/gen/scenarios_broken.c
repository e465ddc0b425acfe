/* scenarios_broken.c
 * Scenarios about what is no SeekChat message: not JSON, other JSON, hostile input.
 * May include: scenario.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "scenario.h"

/* The two other members of a message, around the one that a scenario is about. */
#define BEFORE "{\"type\":\"seeking\",\"sender\":\"node2@10.99.0.2\",\"payload\":"
#define HEAD "{\"type\":\"seeking\",\"payload\":\"join\",\"sender\":"

static void unanswered_all(capture *c, const seekchat_text *requests, size_t count)
{
    for (size_t i = 0; i < count; i++)
        unanswered(c, requests[i]);
}

static void errors_malformed(capture *c)
{
    const seekchat_text requests[] = {
        RAW("GET / HTTP/1.1\r\nHost: 10.99.0.1:33000\r\n\r\n"),
        RAW("\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03"
            "0123456789abcdef0123456789abcdef"
            "\x00\x00\x04\x13\x01\x00\xff\x01\x00"),
        RAW("hello\n"),
        RAW("\xef\xbb\xbf" BEFORE "\"join\"}"), /* a byte order mark */
        RAW(BEFORE "}"),                        /* a value was expected */
        RAW(BEFORE "[,"),                       /* a value or ] */
        RAW(BEFORE "\"join\",}"),               /* a key */
        RAW("{type:\"seeking\"}"),              /* a key or } */
        RAW("{\"type\" \"seeking\"}"),          /* a colon */
        RAW(BEFORE "\"join\" \"x\":1}"),        /* a comma or } */
        RAW(BEFORE "[\"a@b\" \"c@d\"]}"),       /* a comma or ] */
        RAW(BEFORE "nul,\"x\":1}"),             /* null */
        RAW(BEFORE "-}"),                       /* a digit */
        RAW(BEFORE "01}"),                      /* no digit behind a leading zero */
        RAW(BEFORE "1e999}"),                   /* a float that is too large */
        RAW(BEFORE "\"jo\nin\"}"),              /* a control character */
        RAW(BEFORE "\"jo\\xin\"}"),             /* no such escape */
        RAW(BEFORE "\"\\ude00\\ud83d\"}"),      /* surrogates in reversed order */
        RAW(BEFORE "\"jo\xffin\"}"),            /* not UTF-8 */
        RAW("{'type':'seeking'}"),              /* another kind of quote */
        RAW("/* seek */" BEFORE "\"join\"}"),   /* a comment */
    };
    unanswered_all(c, requests, G_N_ELEMENTS(requests));
    exchange(c, (conn_spec){.mss = 0}, join_request(c), RAW("500 Internal Server Error\r\n"));
}

static void not_seekchat(capture *c)
{
    const char *long_atom = text_repeat(c, "x", SEEKCHAT_ATOM_MAX + 1).data;
    const char *longest_atom = text_repeat(c, "\u00fc", SEEKCHAT_ATOM_MAX).data;
    const seekchat_text requests[] = {
        RAW("[\"type\",\"seeking\"]"),
        RAW("33000 "),
        RAW("\"seeking\""),
        RAW("null "),
        RAW("{}"),
        RAW("{\"type\":\"seeking\",\"payload\":\"join\"}"),
        RAW("{\"type\":\"seeking\",\"sender\":\"node2@10.99.0.2\"}"),
        RAW("{\"sender\":\"node2@10.99.0.2\",\"payload\":\"join\"}"),
        RAW("{\"type\":1,\"sender\":null,\"payload\":{}}"),
        RAW(BEFORE "true}"),
        RAW(BEFORE "[\"node3@10.99.0.3\",4,null,[\"node5@10.99.0.5\"]]}"),
        RAW(HEAD "[\"node2@10.99.0.2\"]}"),
        message_words(c, long_atom, "seeking", "join"),
        message_words(c, "node2@10.99.0.2", long_atom, "join"),
        message_words(c, "node2@10.99.0.2", "seeking", long_atom),
        text_of(c, BEFORE "[\"a@b\",\"%s\"]}", long_atom),
        message_words(c, longest_atom, "seeking", "join"), /* still allowed: 510 bytes */
    };
    unanswered_all(c, requests, G_N_ELEMENTS(requests));
}

/* Bytes that look random and are the same in every run. */
static seekchat_text noise(capture *c, size_t length)
{
    uint32_t state = 33000;
    g_string_truncate(c->scratch, 0);
    for (size_t i = 0; i < length; i++) {
        state = state * 1664525u + 1013904223u;
        g_string_append_c(c->scratch, (char)(state >> 24));
    }
    return text_keep(c);
}

/* A message whose sender is a string of 100,000 bytes, and one with 5,000 members too many. */
static seekchat_text long_sender(capture *c)
{
    return text_of(c, HEAD "\"%s@10.99.0.2\"}", text_repeat(c, "n", 100000).data);
}

static seekchat_text many_members(capture *c)
{
    g_autoptr(GString) members = g_string_new(NULL);
    for (int i = 0; i < 5000; i++)
        g_string_append_printf(members, ",\"key%d\":%d", i, i);
    return text_of(c, BEFORE "\"join\"%s}", members->str);
}

static seekchat_text deep_value(capture *c)
{
    const char *open = text_repeat(c, "[", 100000).data;
    const char *close = text_repeat(c, "]", 100000).data;
    return text_of(c, BEFORE "\"join\",\"deep\":%s%s}", open, close);
}

static void hostile(capture *c)
{
    const seekchat_text requests[] = {
        deep_value(c),
        text_repeat(c, "[", 100000),
        text_repeat(c, "{\"a\":", 20000),
        long_sender(c),
        many_members(c),
        RAW("\0\0\0\0"),
        RAW(BEFORE "\"jo\0in\"}"),
        RAW(BEFORE "\"\\ud800 alone\"}"),
        RAW(BEFORE "\"\\udc00\"}"),
        RAW(BEFORE "\"\\ud800\\u0041\"}"),
        RAW(BEFORE "\"\xc0\xaf\"}"),         /* overlong */
        RAW(BEFORE "\"\xed\xa0\x80\"}"),     /* a surrogate as UTF-8 */
        RAW(BEFORE "\"\xf4\x90\x80\x80\"}"), /* beyond U+10FFFF */
        RAW(BEFORE "\"\xe2\x82\"}"),         /* cut */
        RAW(BEFORE "\"join\",\"n\":-0.000000000000000000000000000000000000000000000001e-400}"),
        RAW("\x1b[2J\x1b]0;owned\x07"),
        noise(c, 3000),
    };
    unanswered_all(c, requests, G_N_ELEMENTS(requests));
}

const scenario broken_scenarios[] = {
    {"errors-malformed", "What is not JSON on the locator port: every kind of error.",
     errors_malformed, 0},
    {"not-seekchat", "JSON that is no SeekChat message: every kind of fault.", not_seekchat, 0},
    {"hostile", "Deep nesting, long strings, many keys, NUL, bad UTF-8, lone surrogates, noise.",
     hostile, 0},
    {.name = NULL},
};
