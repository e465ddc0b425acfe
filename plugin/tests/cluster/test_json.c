/* test_json.c
 * Tests that JSON is read as RFC 8259 has it, that nothing else is, and what is wrong with it then.
 * May include: the headers of plugin/cluster.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "json.h"

static void check_json(const char *text, const char *wrong)
{
    char *error = NULL;
    cluster_json *json = cluster_json_read(text, strlen(text), &error);
    if (wrong == NULL) {
        g_assert_cmpstr(error, ==, NULL);
        cluster_json_free(json);
    } else {
        g_assert_null(json);
        g_assert_cmpstr(error, ==, wrong);
    }
    g_free(error);
}

static void test_json(void)
{
    static const char *const right[] = {
        "0",
        "-0.5e+7",
        " [ ] ",
        "{}",
        "\"\\u00e4\\ud83d\\ude00\\n\"",
        "[1,[2,{\"a\":null}]]",
        "{\"\":1}",
        "true",
        "1E2",
        "1e-5",
        "\t0 ",
        "\"\x7f\xc3\xa4\"",
    };
    static const char *const wrong[][2] = {
        {"", "not JSON: offset 0: it ends here"},
        {"[1,]", "not JSON: offset 3: no value"},
        {"[1 2]", "not JSON: offset 3: no comma, and no end of the list"},
        {"{1:2}", "not JSON: offset 1: no string"},
        {"{\"a\" 2}", "not JSON: offset 5: no colon"},
        {"{\"a\":1,}", "not JSON: offset 7: no string"},
        {"01", "not JSON: offset 1: something stands behind the document"},
        {"1.", "not JSON: offset 2: it ends here"},
        {".5", "not JSON: offset 0: no value"},
        {"+1", "not JSON: offset 0: no value"},
        {"-x", "not JSON: offset 1: no digit"},
        {"1e", "not JSON: offset 2: it ends here"},
        {"1e+-5", "not JSON: offset 3: no digit"},
        {"nul", "not JSON: offset 0: no value"},
        {"NaN", "not JSON: offset 0: no value"},
        {"'a'", "not JSON: offset 0: no value"},
        {"[1] x", "not JSON: offset 4: something stands behind the document"},
        {"\"a\nb\"", "not JSON: offset 2: control character in a string"},
        {"\"\\x\"", "not JSON: offset 2: unknown escape"},
        {"\"\\u12g4\"", "not JSON: offset 3: no character stands behind \\u"},
        {"\"\\udc00\"", "not JSON: offset 3: no character stands behind \\u"},
        {"\"\\ud800x\"", "not JSON: offset 7: half a pair stands behind \\u"},
        {"\"\xff\"", "not JSON: offset 1: not UTF-8"},
        {"[[[[[[[[[[[[[[[[[", "not JSON: offset 17: it ends here"},
        {"[[[[[[[[[[[[[[[[[0", "not JSON: offset 17: nested too deep"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(right); i++) {
        check_json(right[i], NULL);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        check_json(wrong[i][0], wrong[i][1]);
    }
}

static void test_values(void)
{
    static const char text[] = "{\"a\":[1,2.5],\"b\":\"\\u00e4\\ud83d\\ude00\\n\\/\",\"a\":3}";
    char *error = NULL;
    cluster_json *json = cluster_json_read(text, strlen(text), &error);
    uint32_t list = cluster_json_member(json, 0, "a");
    g_assert_cmpuint(cluster_json_at(json, list)->count, ==, 2);
    g_assert_cmpfloat(cluster_json_number(json, list + 2), ==, 2.5);
    g_assert_cmpuint(cluster_json_member(json, 0, "c"), ==, 0);
    g_assert_cmpuint(cluster_json_member(json, list, "a"), ==, 0);
    GString *string = cluster_json_string(json, cluster_json_member(json, 0, "b"));
    g_assert_cmpstr(string->str, ==, "\xc3\xa4\xf0\x9f\x98\x80\n/");
    g_string_free(string, TRUE);
    cluster_json_free(json);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/json/text", test_json);
    g_test_add_func("/json/values", test_values);
    return g_test_run();
}
