/* test_address.c
 * Tests that addresses are read, written and compared right.
 * May include: the headers of plugin/cluster and of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "world.h"

static void test_read_and_written(void)
{
    static const struct {
        const char *text;
        const char *written; /* NULL: as it was read */
    } rows[] = {
        {"0.0.0.0", NULL},
        {"10.99.0.1", NULL},
        {"255.255.255.255", NULL},
        {"::", NULL},
        {"::1", NULL},
        {"1::", NULL},
        {"fe80::83:f1ff:fe92:9ef5", NULL},
        {"2001:db8:0:1:1:1:1:1", NULL},
        {"2001:DB8::0:1", "2001:db8::1"},
        {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
        {"1:0:0:2:3:0:0:4", "1::2:3:0:0:4"},
        {"0:0:0:0:0:0:0:1", "::1"},
        {"1:2:3:4:5:6:7:8", NULL},
        {"::ffff:10.0.0.1", "::ffff:a00:1"},
        {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        cluster_address address = address_of(rows[i].text);
        GString *out = g_string_new(NULL);
        cluster_address_append(out, &address);
        g_assert_cmpstr(out->str, ==, rows[i].written == NULL ? rows[i].text : rows[i].written);
        g_string_free(out, TRUE);
    }
}

static void test_not_an_address(void)
{
    static const char *const rows[] = {"",
                                       "1.2.3",
                                       "1.2.3.4.",
                                       "1.2.3.4.5",
                                       "256.1.1.1",
                                       "01.2.3.4",
                                       "1.2.3.4 ",
                                       "1..2.3",
                                       ".1.2.3",
                                       "host",
                                       "10",
                                       ":",
                                       ":::",
                                       "1:",
                                       ":1",
                                       "1:2:3:4:5:6:7",
                                       "1::2::3",
                                       "12345::",
                                       "g::",
                                       "1:2:3:4:5:6:7:8:9",
                                       "1:2:3:4:5:6:7::8",
                                       "::1.2.3",
                                       "1:2:3:4:5:6:7:1.2.3.4",
                                       "fe80::1%eth0",
                                       "1:::2",
                                       "1.2.3.4::"};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        cluster_address address;
        if (cluster_address_parse(text_of(rows[i]), &address)) {
            g_error("%s was taken for an address", rows[i]);
        }
    }
}

static void test_distance(void)
{
    static const struct {
        const char *from;
        const char *to;
        uint32_t distance;
    } rows[] = {{"10.0.0.1", "10.0.0.1", 0},        {"10.0.0.1", "10.0.0.4", 3},
                {"10.0.0.4", "10.0.0.1", 0},        {"10.0.0.255", "10.0.1.1", 2},
                {"fd00::1", "fd00::11", 16},        {"fd00::1", "fd01::2", UINT32_MAX},
                {"10.0.0.1", "fd00::1", UINT32_MAX}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        cluster_address from = address_of(rows[i].from);
        cluster_address to = address_of(rows[i].to);
        g_assert_cmpuint(cluster_address_distance(&from, &to), ==, rows[i].distance);
    }
}

static void test_endpoint(void)
{
    GString *out = g_string_new(NULL);
    cluster_endpoint endpoint = endpoint_of("10.0.0.1:33000");
    cluster_endpoint_append(out, &endpoint);
    endpoint = endpoint_of("fd00::1:33000");
    cluster_endpoint_append(out, &endpoint);
    endpoint = (cluster_endpoint){0};
    cluster_endpoint_append(out, &endpoint);
    g_assert_cmpstr(out->str, ==, "10.0.0.1:33000[fd00::1]:33000?:0");
    g_string_free(out, TRUE);
}

/* By frames where both have one, else by times. */
static void test_moments(void)
{
    static const struct {
        cluster_moment one;
        cluster_moment other;
        int order;
    } rows[] = {
        {{1, 9}, {2, 8}, -1}, {{2, 8}, {1, 9}, 1},  {{2, 8}, {2, 9}, 0}, {{0, 9}, {2, 8}, 1},
        {{2, 8}, {0, 9}, -1}, {{0, 8}, {0, 9}, -1}, {{0, 8}, {0, 8}, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpint(cluster_moment_compare(&rows[i].one, &rows[i].other), ==, rows[i].order);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address/read-and-written", test_read_and_written);
    g_test_add_func("/address/not-an-address", test_not_an_address);
    g_test_add_func("/address/distance", test_distance);
    g_test_add_func("/address/endpoint", test_endpoint);
    g_test_add_func("/address/moments", test_moments);
    return g_test_run();
}
