/* test_escape.c
 * Tests that text from the wire does no harm in a report, and that numbers know no locale.
 * May include: escape.h and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "escape.h"

#include <locale.h>
#include <string.h>

/* Characters that are not seen, or end a line, or turn what is seen: as they are, and escaped. */
static const char *const unseen[][2] = {
    {"\x1b", "\\u001b"},
    {"\n", "\\u000a"},
    {"\x7f", "\\u007f"},
    {"\xc2\x85", "\\u0085"},                /* next line */
    {"\xc2\xad", "\\u00ad"},                /* soft hyphen */
    {"\xe2\x80\x8b", "\\u200b"},            /* zero width space */
    {"\xe2\x80\xa8", "\\u2028"},            /* line separator */
    {"\xe2\x80\xa9", "\\u2029"},            /* paragraph separator */
    {"\xe2\x80\xae", "\\u202e"},            /* right-to-left override */
    {"\xe2\x81\xa6", "\\u2066"},            /* left-to-right isolate */
    {"\xef\xbb\xbf", "\\ufeff"},            /* byte order mark */
    {"\xf3\xa0\x80\x81", "\\udb40\\udc01"}, /* language tag */
};

static const char *const seen[] = {"a", "\"", "\xc3\xa4", "\xe4\xb8\xad", "\xf0\x9f\x98\x80"};

static char *printable(const char *text, size_t length, size_t most)
{
    GString *out = g_string_new(NULL);
    cluster_escape_append(out, (cluster_text){text, length}, most);
    return g_string_free(out, FALSE);
}

static char *json(const char *text, size_t length)
{
    GString *out = g_string_new(NULL);
    cluster_json_append(out, (cluster_text){text, length});
    return g_string_free(out, FALSE);
}

/* Frees text. */
static void check_text(char *text, const char *expected)
{
    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void test_unseen(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(unseen); i++) {
        char *quoted = g_strdup_printf("\"<%s>\"", unseen[i][1]);
        char *raw = g_strdup_printf("<%s>", unseen[i][0]);
        char *shown = printable(raw, strlen(raw), 64);
        g_assert_null(strstr(shown, unseen[i][0]));
        g_assert_true(g_str_has_prefix(shown, "<\\"));
        check_text(json(raw, strlen(raw)), quoted);
        g_free(shown);
        g_free(raw);
        g_free(quoted);
    }
    check_text(printable("\x1b\n", 2, 64), "\\x1b\\x0a");
    check_text(printable("\xe2\x80\xa8", 3, 64), "\\u2028");
    check_text(printable("\xf3\xa0\x80\x81", 4, 64), "\\ue0001");
}

static void test_seen(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(seen); i++) {
        check_text(printable(seen[i], strlen(seen[i]), 64), seen[i]);
    }
    check_text(printable("a\\b", 3, 64), "a\\\\b");
    check_text(json("a\\\"\xc3\xa4", 5), "\"a\\\\\\\"\xc3\xa4\"");
}

static void test_no_utf8(void)
{
    check_text(printable("a\xff\xc3", 3, 64), "a\\xff\\xc3");
    check_text(printable("\xc3(", 2, 64), "\\xc3(");
    check_text(json("\xff\xe2\x80", 3), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    check_text(printable("a\0b", 3, 64), "a\\x00b");
    check_text(json("a\0b", 3), "\"a\\u0000b\"");
}

static void test_length(void)
{
    check_text(printable("", 0, 64), "(none)");
    check_text(json("", 0), "\"\"");
    check_text(printable("abc", 3, 3), "abc");
    check_text(printable("abcd", 4, 3), "abc..., 4 bytes");
    check_text(printable("\xc3\xa4\xc3\xa4", 4, 1), "\xc3\xa4..., 4 bytes");
}

static char *number(uint64_t value)
{
    GString *out = g_string_new("=");
    cluster_number_append(out, value);
    return g_string_free(out, FALSE);
}

static char *seconds(double value, int digits)
{
    GString *out = g_string_new(NULL);
    cluster_seconds_append(out, value, digits);
    return g_string_free(out, FALSE);
}

static void check_numbers(void)
{
    check_text(number(0), "=0");
    check_text(number(10), "=10");
    check_text(number(UINT64_MAX), "=18446744073709551615");
    check_text(seconds(0, 3), "0.000");
    check_text(seconds(-0.0001, 3), "0.000");
    check_text(seconds(-1.5, 3), "-1.500");
    check_text(seconds(1.0005, 3), "1.001");
    check_text(seconds(59.9999, 3), "60.000");
    check_text(seconds(12.75, 0), "13");
    check_text(seconds(0.000000001, 9), "0.000000001");
    check_text(seconds(999999999.25, 2), "999999999.25");
    check_text(seconds(1e9, 3), "1000000000.000");
    check_text(seconds(-2500000000.5, 1), "-2500000000.5");
}

/* The same in locales that write a comma where the report has a point. */
static void test_numbers(void)
{
    static const char *const locales[] = {"C", "de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8"};
    for (size_t i = 0; i < G_N_ELEMENTS(locales); i++) {
        if (setlocale(LC_ALL, locales[i]) != NULL) {
            check_numbers();
        }
    }
    setlocale(LC_ALL, "C");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/escape/unseen", test_unseen);
    g_test_add_func("/escape/seen", test_seen);
    g_test_add_func("/escape/no-utf8", test_no_utf8);
    g_test_add_func("/escape/length", test_length);
    g_test_add_func("/escape/numbers", test_numbers);
    return g_test_run();
}
