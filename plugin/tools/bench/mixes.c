/* mixes.c
 * The inputs of the codec benchmark.
 * May include: GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "mixes.h"

/* Appends one of four shapes of message, some 80 bytes long. */
static void append_small(GString *out, unsigned i)
{
    unsigned node = i / 4 % 1000;
    unsigned host = i / 4 % 250;
    switch (i % 4) {
    case 0:
        g_string_append_printf(
            out,
            "{\"type\":\"seeking\",\"sender\":\"beethoven%u@10.99.0.%u\",\"payload\":\"join\"}",
            node, host);
        break;
    case 1:
        g_string_append_printf(out,
                               "{\"type\":\"watching\",\"payload\":\"check\",\"sender\":\"worker%u@"
                               "app-%u.example.org\"}",
                               node, host);
        break;
    case 2:
        g_string_append_printf(
            out, "{\"type\":\"reply\",\"sender\":\"node%u@10.99.0.%u\",\"payload\":\"joined\"}",
            node, host);
        break;
    default:
        g_string_append_printf(
            out,
            "{\"type\":\"reply\",\"payload\":[\"node%u@10.99.0.%u\",\"node2@10.99."
            "0.2\"],\"sender\":\"node1@10.99.0.1\"}",
            node, host);
    }
}

static GString *make_small(unsigned count)
{
    GString *out = g_string_new(NULL);
    for (unsigned i = 0; i < count; i++) {
        append_small(out, i);
    }
    return out;
}

/* The same messages as the small mix, in an order that cannot be foretold. */
static GString *make_shuffled(unsigned count)
{
    GString *out = g_string_new(NULL);
    GRand *random = g_rand_new_with_seed(33000);
    for (unsigned i = 0; i < count; i++) {
        append_small(out, (i & ~3u) + (unsigned)g_rand_int_range(random, 0, 4));
    }
    g_rand_free(random);
    return out;
}

static GString *make_list(unsigned count)
{
    GString *out = g_string_new("{\"type\":\"reply\",\"sender\":\"node1@10.99.0.1\",\"payload\":[");
    for (unsigned i = 0; i < count; i++) {
        g_string_append_printf(out, "%s\"node%u@10.99.%u.%u\"", i ? "," : "", i, i / 250 % 250,
                               i % 250);
    }
    g_string_append(out, "]}");
    return out;
}

static void append_escaped(GString *out, unsigned i)
{
    unsigned node = i / 4 % 1000;
    switch (i % 4) {
    case 0:
        g_string_append_printf(
            out,
            "{\"type\":\"seek\\u0069ng\",\"sender\":\"node%u\\u0040host\",\"payload\":\"join\"}",
            node);
        break;
    case 1:
        g_string_append_printf(out,
                               "{\"type\":\"watching\",\"payload\":\"check\",\"sender\":"
                               "\"a\\\"b\\\\%u@gr\\u00f6\\u00dfe\"}",
                               node);
        break;
    case 2:
        g_string_append_printf(out,
                               "{\"type\":\"reply\",\"sender\":\"n\\/"
                               "%u@h\\ud83d\\ude00\",\"payload\":\"jo\\u0069ned\"}",
                               node);
        break;
    default:
        g_string_append_printf(out,
                               "{\"type\":\"reply\",\"payload\":[\"node%u\\u0040h\",\"tab\\there@"
                               "host\"],\"sender\":\"node1@10.99.0.1\"}",
                               node);
    }
}

static GString *make_escaped(unsigned count)
{
    GString *out = g_string_new(NULL);
    for (unsigned i = 0; i < count; i++) {
        append_escaped(out, i);
    }
    return out;
}

const bench_mix bench_mixes[] = {
    {"small mix", "message", make_small, 1000000, false},
    {"small mix, shuffled", "message", make_shuffled, 1000000, false},
    {"node list", "node", make_list, 100000, true},
    {"escaped mix", "message", make_escaped, 1000000, false},
    {0},
};
