/* test_lists.c
 * Long lists of nodes, which are read a window at a time: beside what must be found, and beside
 * what is found in pieces too short for that.
 * May include: GLib, fences.h and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "fences.h"
#include "seekchat.h"

/* Nodes of a list: it is longer than what is read node by node, and than several windows. */
#define NODES 100

/* Bytes of a piece in which no list is read a window at a time. */
#define PIECE 90

/* Offsets that a list begins at, one behind the other: more than a window. */
#define SHIFTS 66

static seekchat_decoder whole;
static seekchat_decoder pieces;

/* The first length bytes in a place of their own, where a read behind them shows. */
static uint8_t *moved(const void *bytes, size_t length)
{
    uint8_t *copy = g_malloc(MAX(length, 1));
    memcpy(copy, bytes, length);
    return copy;
}

static seekchat_status decode_pieces(const uint8_t *bytes, size_t length)
{
    size_t end = MIN(length, PIECE);
    seekchat_status status = seekchat_decode(&pieces, bytes, end);
    while (status == SEEKCHAT_INCOMPLETE && end < length) {
        end = MIN(length, end + PIECE);
        status = seekchat_decode_resume(&pieces, bytes, end);
    }
    return status;
}

/* Both decoders found the same. */
static void assert_same(void)
{
    const seekchat_message *message = &whole.message;
    g_assert_cmpint(whole.error, ==, pieces.error);
    g_assert_cmpuint(whole.error_offset, ==, pieces.error_offset);
    g_assert_cmpuint(message->end, ==, pieces.message.end);
    g_assert_cmpuint(message->faults, ==, pieces.message.faults);
    g_assert_cmpuint(message->payload, ==, pieces.message.payload);
    g_assert_cmpmem(message->kind, sizeof message->kind, pieces.message.kind,
                    sizeof pieces.message.kind);
    g_assert_cmpmem(message->nodes, message->node_count * sizeof(seekchat_span),
                    pieces.message.nodes, pieces.message.node_count * sizeof(seekchat_span));
}

static void check(const uint8_t *bytes, size_t length)
{
    seekchat_status status = seekchat_decode(&whole, bytes, length);
    g_assert_cmpint(status, ==, decode_pieces(bytes, length));
    assert_same();
}

/* A list that begins shift bytes later than it might; its nodes follow, then the end. */
static GString *begin_list(unsigned shift)
{
    GString *text = g_string_new("{\"type\":\"reply\",\"sender\":\"");
    for (unsigned i = 0; i < shift; i++) {
        g_string_append_c(text, 's');
    }
    return g_string_append(text, "\",\"payload\":[");
}

static GString *usual_list(unsigned shift)
{
    GString *text = begin_list(shift);
    for (unsigned i = 0; i < NODES; i++) {
        g_string_append_printf(text, "%s\"node%u@10.99.0.%u\"", i > 0 ? "," : "", i * i, i);
    }
    return g_string_append(text, "]}");
}

/* Appends a node of length bytes; the span that it must get. */
static seekchat_span append_node(GString *text, size_t length)
{
    if (text->str[text->len - 1] != '[') {
        g_string_append_c(text, ',');
    }
    seekchat_span span = {(uint32_t)text->len, (uint32_t)length + 2, false};
    g_string_append_c(text, '"');
    for (size_t i = 0; i < length; i++) {
        g_string_append_c(text, "n@,.]5[}"[(length + i) % 8]);
    }
    g_string_append_c(text, '"');
    return span;
}

/* Decodes a list of nodes that have these lengths; each must be found where it is. */
static void check_lengths(unsigned shift, const size_t *lengths)
{
    seekchat_span expected[NODES];
    bool is_long = false;
    GString *text = begin_list(shift);
    for (unsigned i = 0; i < NODES; i++) {
        expected[i] = append_node(text, lengths[i]);
        is_long |= lengths[i] > SEEKCHAT_ATOM_MAX;
    }
    g_string_append(text, "]}");
    uint8_t *bytes = moved(text->str, text->len);
    g_assert_cmpint(seekchat_decode(&whole, bytes, text->len), ==,
                    is_long ? SEEKCHAT_NOT_SEEKCHAT : SEEKCHAT_OK);
    g_assert_cmpuint(whole.message.faults, ==, is_long ? SEEKCHAT_FAULT_NODE_TOO_LONG : 0);
    g_assert_cmpmem(whole.message.nodes, whole.message.node_count * sizeof(seekchat_span), expected,
                    sizeof expected);
    g_free(bytes);
    g_string_free(text, TRUE);
}

/* Nodes of one length, so that what is between them falls on every place in a window. */
static void test_equal_lengths(void)
{
    size_t lengths[NODES];
    for (size_t length = 0; length <= 70; length++) {
        for (unsigned i = 0; i < NODES; i++) {
            lengths[i] = length;
        }
        for (unsigned shift = 0; shift < SHIFTS; shift++) {
            check_lengths(shift, lengths);
        }
    }
}

/* One node among shorter ones, up to longer than an atom. */
static void test_one_length(void)
{
    size_t lengths[NODES];
    for (size_t length = 0; length <= SEEKCHAT_ATOM_MAX + 70; length++) {
        for (unsigned i = 0; i < NODES; i++) {
            lengths[i] = 4 + i % 23;
        }
        lengths[NODES / 2] = length;
        for (unsigned shift = 0; shift < SHIFTS; shift += 7) {
            check_lengths(shift, lengths);
        }
    }
}

static void test_random_lengths(void)
{
    GRand *random = g_rand_new_with_seed(62);
    size_t lengths[NODES];
    for (unsigned round = 0; round < 4000; round++) {
        gint most = g_rand_int_range(random, 1, 90);
        for (unsigned i = 0; i < NODES; i++) {
            lengths[i] = (size_t)g_rand_int_range(random, 0, most);
        }
        check_lengths((unsigned)g_rand_int_range(random, 0, SHIFTS), lengths);
    }
    g_rand_free(random);
}

/* Lists of every length, with the nodes that lie closest, and with no memory from a longer one. */
static void test_counts(void)
{
    GString *text = begin_list(0);
    GArray *expected = g_array_new(FALSE, FALSE, sizeof(seekchat_span));
    for (unsigned count = 1; count <= 3 * NODES; count++) {
        seekchat_span node = append_node(text, 0);
        g_array_append_val(expected, node);
        gsize length = text->len;
        g_string_append(text, "]}");
        seekchat_decoder_clear(&whole);
        g_assert_cmpint(seekchat_decode(&whole, (const uint8_t *)text->str, text->len), ==,
                        SEEKCHAT_OK);
        g_assert_cmpmem(whole.message.nodes, whole.message.node_count * sizeof node, expected->data,
                        expected->len * sizeof node);
        g_string_truncate(text, length);
    }
    g_array_free(expected, TRUE);
    g_string_free(text, TRUE);
}

/* What may stand in a list besides nodes and commas, or be wrong there. */
static const char *const odd[] = {
    "\"",         ",",    "\",\"", "\"\"", "\"]", "\"]}",    " ",   "\" ,\"", "\", \"",  "\\",
    "\\\\",       "\\\"", "\\n",   "\\u0", "]",   "\\u00e9", "\n",  "\x1f",   "\x7f",    "\u00e9",
    "\U0001f600", "\xc3", "\xff",  "1",    "[",   "\",1,\"", "\",", ",\"",    "{\"a\":",
};

/* Each of these at each place of a list, put in and instead of what is there. */
static void test_odd(void)
{
    GString *usual = usual_list(0);
    const size_t begin = strcspn(usual->str, "[");
    for (unsigned i = 0; i < G_N_ELEMENTS(odd); i++) {
        size_t length = strlen(odd[i]);
        for (size_t at = begin; at <= usual->len; at++) {
            GString *text = g_string_new_len(usual->str, (gssize)usual->len);
            g_string_insert(text, (gssize)at, odd[i]);
            check((const uint8_t *)text->str, text->len);
            g_string_erase(text, (gssize)(at + length), (gssize)MIN(length, usual->len - at));
            check((const uint8_t *)text->str, text->len);
            g_string_free(text, TRUE);
        }
    }
    g_string_free(usual, TRUE);
}

/* Several of them in a list, so that reading by windows ends and begins again. */
static void test_random_odd(void)
{
    GRand *random = g_rand_new_with_seed(64);
    for (unsigned round = 0; round < 20000; round++) {
        GString *text = usual_list((unsigned)g_rand_int_range(random, 0, SHIFTS));
        for (gint count = g_rand_int_range(random, 1, 8); count > 0; count--) {
            const char *piece = odd[g_rand_int_range(random, 0, (gint)G_N_ELEMENTS(odd))];
            g_string_insert(text, g_rand_int_range(random, 60, (gint)text->len), piece);
        }
        check((const uint8_t *)text->str, text->len);
        g_string_free(text, TRUE);
    }
    g_rand_free(random);
}

/* Every prefix between two pages that cannot be read: no byte outside it is looked at. */
static void test_pages(void)
{
    GString *text = usual_list(0);
    size_t room;
    uint8_t *bytes = fences_new(text->len, &room);
    for (size_t length = 0; length <= text->len; length++) {
        uint8_t *last = bytes + room - length;
        memcpy(last, text->str, length);
        check(last, length);
        memcpy(bytes, text->str, length);
        check(bytes, length);
    }
    fences_free(bytes, room);
    g_string_free(text, TRUE);
}

/* A list that comes in two parts, at each place. */
static void test_splits(void)
{
    GString *text = usual_list(0);
    const uint8_t *bytes = (const uint8_t *)text->str;
    decode_pieces(bytes, text->len);
    for (size_t split = 0; split < text->len; split++) {
        uint8_t *part = moved(bytes, split);
        g_assert_cmpint(seekchat_decode(&whole, part, split), ==, SEEKCHAT_INCOMPLETE);
        g_free(part);
        g_assert_cmpint(seekchat_decode_resume(&whole, bytes, text->len), ==, SEEKCHAT_OK);
        assert_same();
    }
    g_string_free(text, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    seekchat_decoder_init(&whole);
    seekchat_decoder_init(&pieces);
    g_test_add_func("/codec/lists/equal lengths", test_equal_lengths);
    g_test_add_func("/codec/lists/one length", test_one_length);
    g_test_add_func("/codec/lists/random lengths", test_random_lengths);
    g_test_add_func("/codec/lists/counts", test_counts);
    g_test_add_func("/codec/lists/odd", test_odd);
    g_test_add_func("/codec/lists/random odd", test_random_odd);
    g_test_add_func("/codec/lists/pages", test_pages);
    g_test_add_func("/codec/lists/splits", test_splits);
    int result = g_test_run();
    seekchat_decoder_clear(&whole);
    seekchat_decoder_clear(&pieces);
    return result;
}
