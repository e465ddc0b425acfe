/* walks.c
 * Attempts to connect and ARP requests, as Locators and others make them.
 * May include: walks.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "walks.h"

#include <string.h>

void attempt(test_world *world, const char *source, const char *target, unsigned port, reaction how)
{
    char *from = g_strdup_printf("%s:%u", source, 40000 + world->stream);
    char *to = g_strdup_printf("%s:%u", target, port);
    test_connection *tried = connection(world, from, to);
    syn(tried);
    switch (how) {
    case SILENT:
        pass_time(world, 0.25);
        break;
    case REFUSES:
        refuse(tried);
        break;
    case ACCEPTS:
        syn_ack(tried);
        ack(tried, CLIENT);
        break;
    case PROHIBITS:
        unreachable(world, target, from, to);
        break;
    case ROUTED:
        unreachable(world, "10.0.0.254", from, to);
        break;
    }
    g_free(to);
    g_free(from);
}

void try(test_world *world, const char *source, const char *target, reaction how)
{
    attempt(world, source, target, 33000, how);
}

void ask_thrice(test_world *world, const char *source, const char *target)
{
    for (int i = 0; i < 3; i++) {
        arp_request(world, source, target);
        pass_time(world, 1);
    }
}

void walk_by_arp(test_world *world, const char *source, const char *net, int first, double step,
                 int rounds)
{
    for (int turn = 0; turn < rounds; turn++) {
        for (int host = first; host < first + 4; host++) {
            char *target = g_strdup_printf("%s.%d", net, host);
            arp_request(world, source, target);
            pass_time(world, step - WORLD_TICK);
            g_free(target);
        }
    }
}

void check_count(test_world *world, uint32_t count)
{
    if (count_of(world, "scans") != count) {
        check(world, "scans", "");
    }
    g_assert_cmpuint(count_of(world, "scans"), ==, count);
}

void check_key(test_world *world, uint32_t index, const char *key, const char *expected)
{
    char *path = g_strdup_printf("scans[%u].%s", index, key);
    check(world, path, expected);
    g_free(path);
}

void check_scan(test_world *world, uint32_t index, const char *rounds, const char *answered,
                const char *refused, const char *silent)
{
    check_key(world, index, "rounds", rounds);
    check_key(world, index, "answered", answered);
    check_key(world, index, "refused", refused);
    check_key(world, index, "silent", silent);
    bool over = strcmp(rounds, "3") == 0 || strcmp(rounds, "null") == 0;
    check_key(world, index, "result", *answered != '\0' ? "found" : over ? "none" : "open");
}
