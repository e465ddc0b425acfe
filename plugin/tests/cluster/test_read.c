/* test_read.c
 * Tests that facts are read back as they were written, that only facts are read, and that nothing
 * else does any harm.
 * May include: the headers of plugin/cluster and of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdlib.h>
#include <string.h>

#include "merge.h"
#include "some_facts.h"
#include "stream.h"

#define MUTANTS 20000
#define ROUNDS 200

/* Reads bytes that end where memory that may be read does, but for the 0 behind them. */
static cluster_facts *read_bytes(const char *bytes, size_t length, char **error)
{
    char *copy = malloc(length + 1); /* not GLib's: a reader that goes too far is seen */
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    *error = NULL;
    cluster_facts *facts = cluster_facts_read(copy, length, error);
    g_assert_true((facts == NULL) == (*error != NULL));
    free(copy);
    return facts;
}

/* Facts in a document, as a report has them. */
static GString *document_of(const cluster_facts *facts)
{
    GString *document = g_string_new("{\"version\":2,\n\"facts\":");
    cluster_facts_write(facts, document);
    return g_string_append(document, "}\n");
}

static void test_round_trip(void)
{
    GRand *random = g_rand_new_with_seed(20261126);
    for (int round = 0; round < ROUNDS; round++) {
        cluster_facts *facts = some_facts(random);
        GString *document = document_of(facts);
        char *error;
        cluster_facts *read = read_bytes(document->str, document->len, &error);
        g_assert_cmpstr(error, ==, NULL);
        same_facts(facts, read);
        GString *again = document_of(read);
        g_assert_cmpstr(document->str, ==, again->str);
        g_string_free(again, TRUE);
        g_string_free(document, TRUE);
        cluster_facts_free(read);
        cluster_facts_free(facts);
    }
    g_rand_free(random);
}

/* Texts and lists that no record uses are not written. */
static void test_unused(void)
{
    cluster_facts *facts = cluster_facts_new();
    GArray *list = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    cluster_facts_text(facts, (cluster_text){"nobody", 6});
    cluster_facts_list(facts, list);
    GString *document = document_of(facts);
    char *error;
    g_assert_null(strstr(document->str, "nobody"));
    cluster_facts *read = read_bytes(document->str, document->len, &error);
    g_assert_cmpstr(error, ==, NULL);
    g_assert_cmpuint(read->texts->len, ==, 0);
    g_assert_cmpuint(read->lists->len, ==, 0);
    g_assert_cmpuint(read->captures->len, ==, 0);
    cluster_facts_free(read);
    cluster_facts_free(facts);
    g_string_free(document, TRUE);
}

/* A name that was cut is read back as it is. */
static void test_cut_name(void)
{
    char name[CLUSTER_NAME_BYTES_MAX + 8];
    for (size_t shift = 0; shift < 4; shift++) {
        cluster_facts *facts = cluster_facts_new();
        memset(name, 'a', sizeof name);
        for (size_t i = shift; i + 3 < sizeof name; i += 3) {
            memcpy(name + i, "\xe2\x82\xac", 3);
        }
        uint32_t text = cluster_facts_text(facts, (cluster_text){name, sizeof name});
        cluster_text cut = cluster_facts_text_at(facts, text);
        g_assert_cmpuint(cluster_facts_text(facts, cut), ==, text);
        g_assert_true(g_utf8_validate(cut.data, (gssize)cut.length, NULL));
        g_assert_true(cluster_facts_reached(facts, CLUSTER_LIMIT_NAME));
        cluster_facts_free(facts);
    }
}

/* Bytes that were not read yet, more than facts hold that are written: the rest is left out. */
static void test_too_many_bytes(void)
{
    static const cluster_endpoint none;
    const uint32_t length = CLUSTER_STREAM_BYTES_MAX;
    uint8_t *bytes = g_malloc0(length);
    cluster_facts *facts = cluster_facts_new();
    cluster_capture capture = {.frames = 9};
    g_array_append_val(facts->captures, capture);
    for (uint32_t i = 1; i <= CLUSTER_WRITTEN_BYTES_MAX / length + 1; i++) {
        cluster_conversation *conversation = cluster_conversation_new(&none, &none);
        cluster_party *party = &conversation->party[CLUSTER_CLIENT];
        conversation->first = (cluster_moment){i, i};
        party->based = true;
        party->stream = cluster_stream_new();
        cluster_stream_add(party->stream, 0, bytes, length, conversation->first);
        g_ptr_array_add(facts->conversations, conversation);
    }
    GString *document = document_of(facts);
    char *error;
    cluster_facts *read = read_bytes(document->str, document->len, &error);
    g_assert_cmpstr(error, ==, NULL);
    g_assert_true(cluster_facts_reached(read, CLUSTER_LIMIT_STREAM));
    const cluster_conversation *first = read->conversations->pdata[0];
    const cluster_conversation *last = read->conversations->pdata[read->conversations->len - 1];
    g_assert_cmpuint(first->party[CLUSTER_CLIENT].stream->held, ==, length);
    g_assert_null(last->party[CLUSTER_CLIENT].stream);
    cluster_facts_free(read);
    cluster_facts_free(facts);
    g_string_free(document, TRUE);
    g_free(bytes);
}

/* What is no facts. */

/* Reads what may be facts; what is read can be merged, written and read again. True if it was read.
 */
static bool try_facts(const char *bytes, size_t length)
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
    GString *document = document_of(whole);
    facts = read_bytes(document->str, document->len, &error);
    g_assert_cmpstr(error, ==, NULL);
    cluster_facts_free(facts);
    g_string_free(document, TRUE);
    cluster_facts_free(whole);
    g_ptr_array_unref(parts);
    return true;
}

static GString *sample(void)
{
    GRand *random = g_rand_new_with_seed(7);
    cluster_facts *facts = some_facts(random);
    GString *document = document_of(facts);
    cluster_facts_free(facts);
    g_rand_free(random);
    return document;
}

static void test_truncated(void)
{
    GString *document = sample();
    for (size_t cut = 0; cut + 1 < document->len; cut++) {
        g_assert_false(try_facts(document->str, cut));
    }
    g_assert_true(try_facts(document->str, document->len - 1)); /* without the line feed */
    g_assert_true(try_facts(document->str, document->len));
    g_string_free(document, TRUE);
}

static void test_mutants(void)
{
    static const char bytes[] = "0123456789-,.:[]{}\"\\enul aZ=";
    GRand *random = g_rand_new_with_seed(20260105);
    GString *document = sample();
    unsigned accepted = 0;
    for (int turn = 0; turn < MUTANTS; turn++) {
        char *mutant = g_strndup(document->str, document->len);
        for (uint32_t i = upto(random, 3) + 1; i > 0; i--) {
            size_t at = upto(random, (uint32_t)document->len - 1);
            mutant[at] = maybe(random) ? bytes[upto(random, sizeof bytes - 2)]
                                       : (char)(mutant[at] ^ 1 << upto(random, 7));
        }
        accepted += try_facts(mutant, document->len);
        g_free(mutant);
    }
    g_assert_cmpuint(accepted, >, MUTANTS / 100);
    g_assert_cmpuint(accepted, <, MUTANTS * 3 / 4);
    g_string_free(document, TRUE);
    g_rand_free(random);
}

/* Two records, so small that a test can show what is wrong with them. */
#define SMALL                                                                                      \
    "{\"version\":2,\"facts\":{\"form\":2,\n"                                                      \
    "\"captures\":[{\"first\":1000,\"last\":1001,\"frames\":9,"                                    \
    "\"digest\":\"0123456789abcdef0123456789abcdef\",\"filter\":\"ip\",\"loose\":[2,3]}],\n"       \
    "\"ports\":[33000],\"limits\":0,\"shown\":[1000,1001],\n"                                      \
    "\"conversations\":[\n"                                                                        \
    "[1,null,9,5,3,1,2,[9,1,40000,5,0,10,6,8,0,0,0,0,null,[[0,1,2,\"AAAA\"],[3,1,2,\"AA==\"]]],"   \
    "[1,2,33000],[[0,0,0,4,3,50,1,1,1],[1,1,0,5,4,50,2,3,8,1]]]],\n"                               \
    "\"askings\":[[1,0,7,1,2,1,0,null,1]],\n"                                                      \
    "\"lookups\":[[1,0,1,1,1,0,2]],\n"                                                             \
    "\"lists\":[[1,2]],\n\"texts\":[\"a@h\",[\"/w==\"]],\n"                                        \
    "\"addresses\":[\"10.0.0.1\",\"::1\"]}}"

/* The small facts with something in place of something else, and why they are refused. */
static void check_refused(const char *what, const char *with, const char *why)
{
    const char *at = strstr(SMALL, what);
    g_assert_nonnull(at);
    char *changed = g_strdup_printf("%.*s%s%s", (int)(at - SMALL), SMALL, with, at + strlen(what));
    char *error;
    cluster_facts *facts = read_bytes(changed, strlen(changed), &error);
    g_assert_cmpstr(error, ==, why);
    cluster_facts_free(facts);
    g_free(error);
    g_free(changed);
}

#define SECOND                                                                                     \
    "{\"first\":1002,\"last\":1003,\"frames\":9,\"digest\":\"0123456789abcdef0123456789abcdee\""
#define OTHER_VERSION "it was made by another version of the plugin: make it anew from its capture"

static void test_refused(void)
{
    check_refused("\n", "", NULL);
    check_refused("\"form\":2", "\"form\":1", OTHER_VERSION);
    check_refused("\"form\":2", "\"form\":3", OTHER_VERSION);
    check_refused("\"form\":2", "\"form\":\"2\"", OTHER_VERSION);
    check_refused("\"facts\"", "\"fakts\"", OTHER_VERSION);
    check_refused("\"version\":2,\"facts\"", "\"v\"", "no cluster report: it holds no facts");
    check_refused("{\"first\"", "7,{\"first\"", "facts: captures: 1: no object where one must be");
    check_refused("{\"first\"", "{\"fist\"", "facts: captures: 1: a value is missing");
    check_refused("\"last\":1001,", "\"last\":1e13,", "facts: captures: 1: a time is out of range");
    check_refused("\"last\":1001,", "\"last\":999,",
                  "facts: captures: 1: a capture without frames");
    check_refused("\"frames\":9,", "\"frames\":0,",
                  "facts: captures: 1: a frame is of none of the captures");
    check_refused("\"frames\":9,", "\"frames\":1e99,",
                  "facts: captures: 1: a number is out of range");
    check_refused("\"frames\":9,", "\"frames\":1.5,",
                  "facts: captures: 1: a number is out of range");
    check_refused("[2,3]}]", "[2,3]}," SECOND ",\"loose\":[1,10]}]", NULL);
    check_refused("[2,3]}]", "[2,3]}," SECOND ",\"loose\":[1,9]}]",
                  "facts: captures: 2: a frame is of another capture");
    check_refused("\"loose\":[2,3]", "\"loose\":[2,10]",
                  "facts: captures: 1: a frame is of none of the captures");
    check_refused("cdef\",\"filter", "cdeF\",\"filter",
                  "facts: captures: 1: no digest where one must be");
    check_refused("cdef\",\"filter", "cdef0\",\"filter",
                  "facts: captures: 1: no digest where one must be");
    check_refused("[33000]", "[65536]", "facts: ports: 1: a number is out of range");
    char *limits = g_strdup_printf("\"limits\":%u", 1u << CLUSTER_LIMITS);
    check_refused("\"limits\":0", limits, "facts: limits: a number is out of range");
    g_free(limits);
    check_refused("\"limits\":0,", "", "facts: limits: a value is missing");
    check_refused("\"shown\":[1000,", "\"shown\":[1e999,", "facts: shown: a time is out of range");
    check_refused("\"shown\":[1000,", "\"shown\":[", "facts: shown: it must be two times or none");
    check_refused("[1,null,9", "[0,null,9", "facts: conversations: 1: a record without a frame");
    check_refused("[1,null,9", "[10,null,9",
                  "facts: conversations: 1: a frame is of none of the captures");
    check_refused("[1,null,9", "[-1,null,9", "facts: conversations: 1: a number is out of range");
    check_refused("[1,null,9", "[1,\"\",9", "facts: conversations: 1: no time where one must be");
    check_refused("[1,null,9", "[1,\"1 \",9", "facts: conversations: 1: no time where one must be");
    check_refused("[1,null,9", "[1,\"nan\",9", "facts: conversations: 1: a time is out of range");
    check_refused("[1,null,9", "[1,true,9", "facts: conversations: 1: no number where one must be");
    check_refused(",3,1,2,[9", ",32,1,2,[9", "facts: conversations: 1: a number is out of range");
    check_refused(",3,1,2,[9", ",3,10,2,[9",
                  "facts: conversations: 1: a frame is of none of the captures");
    check_refused("[9,1,40000", "[15,1,40000", "facts: conversations: 1: a number is out of range");
    check_refused("[9,1,40000", "[64,1,40000", "facts: conversations: 1: a number is out of range");
    check_refused("[9,1,40000", "[1,1,40000",
                  "facts: conversations: 1: bytes that cannot be there");
    check_refused("[9,1,40000", "[9,3,40000",
                  "facts: conversations: 1: a number is the place of nothing");
    check_refused("[0,1,2,\"AAAA\"]", "[0,1,2,\"AAAA\",1]",
                  "facts: conversations: 1: a row is too long");
    check_refused("[0,1,2,\"AAAA\"]", "[0,1,2,\"AAA\"]",
                  "facts: conversations: 1: no base64 where it must be");
    check_refused("[0,1,2,\"AAAA\"]", "[0,1,2,\"A===\"]",
                  "facts: conversations: 1: no base64 where it must be");
    check_refused("[0,1,2,\"AAAA\"]", "[0,1,2,\"\"]",
                  "facts: conversations: 1: bytes that cannot be there");
    check_refused("[3,1,2,\"AA==\"]", "[2,1,2,\"AA==\"]",
                  "facts: conversations: 1: bytes that cannot be there");
    check_refused("[3,1,2,\"AA==\"]", "[2147483648,1,2,\"AA==\"]",
                  "facts: conversations: 1: a number is out of range");
    check_refused("[3,1,2,\"AA==\"]", "[2147483647,1,2,\"AA==\"]",
                  "facts: conversations: 1: bytes that cannot be there");
    check_refused("[0,0,0,4,3", "[13,0,0,4,3", "facts: conversations: 1: a number is out of range");
    check_refused("[0,0,0,4,3", "[0,2,0,4,3", "facts: conversations: 1: a number is out of range");
    check_refused("[0,0,0,4,3", "[0,0,0,0,3", "facts: conversations: 1: a message without a frame");
    check_refused("50,2,3,8,1]", "50,3,3,8,1]",
                  "facts: conversations: 1: a number is the place of nothing");
    check_refused("50,2,3,8,1]", "50,2,4,8,1]",
                  "facts: conversations: 1: a number is out of range");
    check_refused("50,2,3,8,1]", "50,2,3,9,1]",
                  "facts: conversations: 1: a number is out of range");
    check_refused("50,2,3,8,1]", "50,2,3,8,2]",
                  "facts: conversations: 1: a number is the place of nothing");
    check_refused("50,2,3,8,1]", "50,2,3,8,1,0,5]",
                  "facts: conversations: 1: a number is out of range");
    check_refused("50,2,3,8,1]", "50,2,3,8,1,0,0,2]",
                  "facts: conversations: 1: a number is out of range");
    check_refused("50,2,3,8,1]", "50,2,3,8,1,0,0,0,3]",
                  "facts: conversations: 1: a number is the place of nothing");
    check_refused("50,2,3,8,1]", "50,2,3,8,1,0,0,0,0,0]",
                  "facts: conversations: 1: a row is too long");
    check_refused("8,1]]]]", "8,1]],null,0,[1,10]]]",
                  "facts: conversations: 1: a frame is of none of the captures");
    check_refused("8,1]]]]", "8,1]],null,0,[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]]]",
                  "facts: conversations: 1: a row is too long");
    check_refused("0,null,1]],", "0,null,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]],",
                  "facts: askings: 1: a row is too long");
    check_refused("[[1,0,1,1,1,0,2]]", "[[1,0,1,1,3,0,2]]",
                  "facts: lookups: 1: a number is out of range");
    check_refused("[[1,0,1,1,1,0,2]]", "[[1,0,1,1,1,256,2]]",
                  "facts: lookups: 1: a number is out of range");
    check_refused("[[1,0,1,1,1,0,2]]", "[[1,0,1,1,1,0,1,1,1,1,1,1,1,1,1]]",
                  "facts: lookups: 1: a row is too long");
    check_refused("\"lists\":[[1,2]]", "\"lists\":[[1,3]]",
                  "facts: lists: 1: a number is the place of nothing");
    check_refused("\"lists\":[[1,2]]", "\"lists\":[[1,0]]", "facts: lists: 1: a name that is none");
    check_refused("\"lists\":[[1,2]]", "\"lists\":[[1],[1]]",
                  "facts: lists: 2: a list stands there twice, or there are too many names");
    check_refused("\"a@h\",", "\"a@h\",\"a@h\",",
                  "facts: texts: 2: a text is too long, or stands there twice");
    check_refused("[\"/w==\"]", "[]", "facts: texts: 2: no base64 where it must be");
    check_refused("[\"/w==\"]", "7", "facts: texts: 2: no string where one must be");
    check_refused("\"10.0.0.1\"", "\"10.0.0.256\"",
                  "facts: addresses: 1: no address where one must be");
    check_refused("\"lookups\":", "\"look\":", "facts: lookups: no array where one must be");
}

/* As many zeros as there may be of something, and one more. */
static void check_most(const char *part, const char *value, uint32_t most)
{
    GString *document =
        g_string_new("{\"facts\":{\"form\":2,\"captures\":[],\"ports\":[],\"limits\":0,");
    static const char *const parts[] = {"shown",         "addresses", "texts",  "lists",
                                        "conversations", "askings",   "lookups"};
    char *error;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        bool full = strcmp(parts[i], part) == 0;
        g_string_append_printf(document, "%s\"%s\":[", i == 0 ? "" : ",", parts[i]);
        for (uint32_t k = 0; full && k <= most; k++) {
            g_string_append(document, k == 0 ? "" : ",");
            g_string_append(document, value);
        }
        g_string_append_c(document, ']');
    }
    g_string_append(document, "}}");
    g_assert_null(read_bytes(document->str, document->len, &error));
    char *why = g_strdup_printf("facts: %s: there are too many", part);
    g_assert_cmpstr(error, ==, why);
    g_free(why);
    g_free(error);
    g_string_free(document, TRUE);
}

/* As many messages on a connection as there may be, and one more. */
static void test_too_much_said(void)
{
    static const char one[] = "[0,0,0,4,3,50,1,1,1]";
    GString *many = g_string_new(one);
    for (int i = 1; i < CLUSTER_SAID_MAX - 1; i++) {
        g_string_append_printf(many, ",%s", one);
    }
    check_refused(one, many->str, NULL); /* and one behind them */
    g_string_append_printf(many, ",%s", one);
    check_refused(one, many->str,
                  "facts: conversations: 1: more messages on a connection than are kept");
    g_string_free(many, TRUE);
}

static void test_too_many(void)
{
    check_most("texts", "\"\"", CLUSTER_TEXTS_MAX);
    check_most("conversations", "[]", CLUSTER_CONVERSATIONS_MAX);
    check_most("askings", "[]", CLUSTER_ASKED_MAX);
    check_most("lookups", "[]", CLUSTER_LOOKUPS_MAX);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/read/round-trip", test_round_trip);
    g_test_add_func("/read/unused", test_unused);
    g_test_add_func("/read/cut-name", test_cut_name);
    g_test_add_func("/read/too-many-bytes", test_too_many_bytes);
    g_test_add_func("/read/truncated", test_truncated);
    g_test_add_func("/read/mutants", test_mutants);
    g_test_add_func("/read/refused", test_refused);
    g_test_add_func("/read/too-much-said", test_too_much_said);
    g_test_add_func("/read/too-many", test_too_many);
    return g_test_run();
}
