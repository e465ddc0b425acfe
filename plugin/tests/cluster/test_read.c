/* test_read.c
 * Tests that only reports are read as reports, and that nothing else does any harm.
 * May include: the headers of plugin/cluster and of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "merge.h"
#include "world.h"

#define MUTANTS 40000

/* Reads bytes that end where memory that may be read does, but for the 0 behind them. */
static cluster_facts *read_bytes(const char *bytes, size_t length, char **error)
{
    char *copy = malloc(length + 1); /* not GLib's: a reader that goes too far is seen */
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    *error = NULL;
    cluster_facts *facts = cluster_report_read(copy, length, error);
    g_assert_true((facts == NULL) == (*error != NULL));
    free(copy);
    return facts;
}

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

/* A report with a record of each kind. */
static char *sample(void)
{
    test_world *world = world_new();
    arp_request(world, "10.0.0.2", "10.0.0.3");
    seek(world, SEEKER, BEACON, "n2@10.0.0.2");
    uint32_t stream = world->stream;
    tcp(world, next_stream(world), "10.0.0.1:50000", "10.0.0.2:4369", "S");
    tcp(world, world->stream, "10.0.0.2:4369", "10.0.0.1:50000", "RA");
    reply(world, stream, SEEKER, BEACON, "n1@10.0.0.1", CLUSTER_PAYLOAD_JOIN_FAILED);
    watch(world, SEEKER, BEACON, "ops");
    reply_nodes(world, world->stream, SEEKER, BEACON, "n1@10.0.0.1",
                (const char *const[]){"n2@10.0.0.2", "\xc3\xa4\"@h", NULL});
    next_stream(world);
    message(world, SEEKER, BEACON,
            (cluster_message){.type = CLUSTER_TYPE_OTHER, .type_word = text_of("hello")});
    char *json = g_string_free(cluster_model_json(world->model), FALSE);
    world_free(world);
    return json;
}

/* Reads what may be a report; what is read gives a report in all forms. True if it was read. */
static bool try_report(const char *bytes, size_t length)
{
    char *error;
    cluster_facts *facts = read_bytes(bytes, length, &error);
    if (facts == NULL) {
        g_assert_true(g_utf8_validate(error, -1, NULL));
        g_free(error);
        return false;
    }
    GPtrArray *parts = g_ptr_array_new_with_free_func(cluster_facts_free);
    g_ptr_array_add(parts, facts);
    cluster_facts *whole = cluster_facts_merge(parts, &error);
    g_assert_nonnull(whole);
    cluster_report *report = cluster_report_new(whole);
    GString *json = cluster_report_json(report);
    GString *text = cluster_report_text(report);
    for (const char *at = text->str; *at != '\0'; at = g_utf8_next_char(at)) {
        g_assert_true(*at == '\n' || g_unichar_isprint(g_utf8_get_char(at)));
    }
    facts = read_bytes(json->str, json->len, &error);
    g_assert_cmpstr(error, ==, NULL);
    cluster_facts_free(facts);
    g_string_free(text, TRUE);
    g_string_free(json, TRUE);
    cluster_report_free(report);
    cluster_facts_free(whole);
    g_ptr_array_unref(parts);
    return true;
}

static void test_truncated(void)
{
    char *report = sample();
    size_t length = strlen(report);
    for (size_t cut = 0; cut + 1 < length; cut++) {
        g_assert_false(try_report(report, cut));
    }
    g_assert_true(try_report(report, length - 1)); /* without the line feed */
    g_assert_true(try_report(report, length));
    g_free(report);
}

static void test_mutants(void)
{
    static const char bytes[] = "0123456789-,.:[]{}\"\\enul aZ";
    GRand *random = g_rand_new_with_seed(20260105);
    char *report = sample();
    size_t length = strlen(report);
    size_t facts = (size_t)(strstr(report, "\"facts\"") - report);
    unsigned accepted = 0;
    for (int turn = 0; turn < MUTANTS; turn++) {
        char *mutant = g_strdup(report);
        for (int i = g_rand_int_range(random, 1, 4); i > 0; i--) {
            size_t at = (size_t)g_rand_int_range(random, (gint32)facts, (gint32)length);
            mutant[at] = bytes[g_rand_int_range(random, 0, sizeof bytes - 1)];
        }
        accepted += try_report(mutant, length);
        g_free(mutant);
    }
    g_assert_cmpuint(accepted, >, MUTANTS / 100);
    g_assert_cmpuint(accepted, <, MUTANTS / 2);
    g_free(report);
    g_rand_free(random);
}

/* The sample with something in place of something else, and why it is refused. */
static void check_refused(const char *what, const char *with, const char *why)
{
    char *report = sample();
    const char *at = strstr(report, what);
    g_assert_nonnull(at);
    char *changed =
        g_strdup_printf("%.*s%s%s", (int)(at - report), report, with, at + strlen(what));
    char *error;
    g_assert_null(read_bytes(changed, strlen(changed), &error));
    g_assert_cmpstr(error, ==, why);
    g_free(error);
    g_free(changed);
    g_free(report);
}

static void test_refused(void)
{
    check_refused("\"version\":1", "\"version\":2", "a report whose version is 2; 1 is known");
    check_refused("\"version\":1", "\"version\":\"1\"", "a report whose version is 1; 1 is known");
    check_refused("\"version\":1", "\"v\":1", "no cluster report: it has no version");
    check_refused("\"form\":1", "\"form\":7", "a report whose form is 7; 1 is known");
    check_refused("\"facts\"", "\"fakts\"",
                  "the report holds no facts: make it anew from its capture");
    check_refused("\"captures\":[", "\"captures\":[7,", "captures: a value is missing");
    check_refused("\"frames\":16,", "\"frames\":1e99,", "captures: a number is out of range");
    check_refused("\"frames\":16,", "\"frames\":3,", "nodes: a frame is of none of the captures");
    check_refused("\"frames\":16,", "\"frames\":0,", "captures: a capture without frames");
    check_refused("\"name\":\"ops\"", "\"name\":\"n2@10.0.0.2\"",
                  "nodes: a name is empty, or stands there twice, or there are too many");
    check_refused("\"name\":\"ops\"", "\"name\":7", "nodes: a node without a name");
    check_refused("\"addresses\":[\"10.0.0.2\",\"10.0.0.1\"",
                  "\"addresses\":[\"10.0.0.2\",\"10.0.0.256\"",
                  "addresses: no address where one must be");
    check_refused("\"epmd_refused\",0,", "\"epmd_refused\",9,",
                  "joins: a number is the place of nothing");
    check_refused("[\"epmd_refused\",0,", "[\"gremlins\",0,", "joins: an unknown cause");
    check_refused("\"limits\":0", "\"limits\":65536", "limits: a number is out of range");
    check_refused("\"shown\":[", "\"shown\":[1e999,", "shown: a time is out of range");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/read/json", test_json);
    g_test_add_func("/read/values", test_values);
    g_test_add_func("/read/truncated", test_truncated);
    g_test_add_func("/read/mutants", test_mutants);
    g_test_add_func("/read/refused", test_refused);
    return g_test_run();
}
