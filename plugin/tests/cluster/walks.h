/* walks.h
 * Attempts to connect and ARP requests, as Locators and others make them, for the tests of scans.
 * May include: result.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TEST_WALKS_H
#define TEST_WALKS_H

#include "result.h"

typedef enum {
    SILENT,
    REFUSES,
    ACCEPTS,
    PROHIBITS, /* by ICMP of its own */
    ROUTED,    /* ICMP of a router */
} reaction;

/* An attempt to connect to a port of a host, and what comes back. */
void attempt(test_world *world, const char *source, const char *target, unsigned port,
             reaction how);

/* The same at the locator port. */
void try(test_world *world, const char *source, const char *target, reaction how);

/* ARP requests as a kernel sends them for a silent host: three, a second apart. */
void ask_thrice(test_world *world, const char *source, const char *target);

/* Asks for so many hosts of a net by ARP, from its host first on, in so many rounds. */
void walk_by_arp(test_world *world, const char *source, const char *net, int first, double step,
                 int rounds);

/* That the report has so many scans. */
void check_count(test_world *world, uint32_t count);

/* What it says of one under a key. */
void check_key(test_world *world, uint32_t index, const char *key, const char *expected);

/* What it says of one: addresses with blanks between. rounds "null": ARP alone. A walk of fewer
 * than three may go on behind the capture's end. */
void check_scan(test_world *world, uint32_t index, const char *rounds, const char *answered,
                const char *refused, const char *silent);

#endif
