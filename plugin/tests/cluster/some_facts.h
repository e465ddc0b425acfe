/* some_facts.h
 * Facts made by chance, and whether facts are equal: for the tests of how facts are written and
 * read.
 * May include: the headers of plugin/cluster.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TEST_SOME_FACTS_H
#define TEST_SOME_FACTS_H

#include "facts.h"

/* A number from 0 to most; true in half of all calls. */
uint32_t upto(GRand *random, uint32_t most);
bool maybe(GRand *random);

/* One capture with records of all kinds. To be freed with cluster_facts_free. */
cluster_facts *some_facts(GRand *random);

/* Checks that facts are equal, member by member. */
void same_facts(const cluster_facts *one, const cluster_facts *other);

#endif
