/* captures.h
 * The captures of facts: their order, and what holds of them all together. Private to merge/.
 * May include: facts/.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_CAPTURES_H
#define CLUSTER_CAPTURES_H

#include "facts.h"

/* Less than, equal to or greater than 0, as one capture comes before, is, or comes after the other.
 */
int cluster_captures_compare(const cluster_capture *one, const cluster_capture *other);

/* Sets what the facts say of filters and of messages without TCP, by their captures. */
void cluster_captures_sum(cluster_facts *facts);

#endif
