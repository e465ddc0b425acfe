/* test_vectors.c
 * The verdicts of the real implementation on 5,000 inputs, in every place in memory.
 * May include: GLib, fences.h and vectors.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "fences.h"
#include "vectors.h"

/* Calls check with each line of the vectors and the bytes of its input. */
static void for_each_vector(void (*check)(const char *line, const GByteArray *input))
{
    char *content;
    GError *error = NULL;
    g_file_get_contents(DATA_DIR "/seekchat-decode.tsv", &content, NULL, &error);
    g_assert_no_error(error);
    char **lines = g_strsplit(content, "\n", -1);
    unsigned count = 0;
    for (; lines[count] && *lines[count]; count++) {
        GByteArray *input = vectors_from_hex(lines[count], strcspn(lines[count], "\t"));
        g_assert_nonnull(input);
        check(lines[count], input);
        g_byte_array_unref(input);
    }
    g_assert_cmpuint(count, ==, 5000);
    g_strfreev(lines);
    g_free(content);
}

static void check_line(const char *line, const uint8_t *bytes, size_t length)
{
    GString *found = g_string_new(NULL);
    seekchat_decoder decoder;
    seekchat_decoder_init(&decoder);
    vectors_append_line(found, &decoder, bytes, length);
    g_assert_cmpstr(found->str, ==, line);
    seekchat_decoder_clear(&decoder);
    g_string_free(found, TRUE);
}

static void check_vector(const char *line, const GByteArray *input)
{
    check_line(line, input->data, input->len);
}

static void test_vectors(void)
{
    for_each_vector(check_vector);
}

/* Between two pages that may not be touched, one that may; the inputs fit in it. */
static uint8_t *fenced_page;
static size_t page_size;

static void check_fenced(const char *line, const GByteArray *input)
{
    g_assert_cmpuint(input->len, <=, page_size);
    if (input->len > 0) {
        memcpy(fenced_page + page_size - input->len, input->data, input->len);
    }
    check_line(line, fenced_page + page_size - input->len, input->len);
    if (input->len > 0) {
        memcpy(fenced_page, input->data, input->len);
    }
    check_line(line, fenced_page, input->len);
}

/* No byte in front of an input and none behind it is read. */
static void test_fences(void)
{
    fenced_page = fences_new(1, &page_size);
    for_each_vector(check_fenced);
    fences_free(fenced_page, page_size);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/codec/vectors/verdicts", test_vectors);
    g_test_add_func("/codec/vectors/fences", test_fences);
    return g_test_run();
}
