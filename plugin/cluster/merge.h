/* merge.h
 * Reads reports back and joins their facts: what `seekchat report merge` does.
 * May include: the other headers of plugin/cluster.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A report in its JSON form holds the facts that it was derived from (`facts`), by capture.
 * Joined facts are those of all captures, each counted once; what is derived from them is derived
 * anew. So it does not matter in which order or groups reports are joined.
 *
 * The captures are put in the order of their first frames, and the frames are numbered through, as
 * `mergecap -a` would do it.
 *
 *     GPtrArray *parts = g_ptr_array_new_with_free_func(cluster_facts_free);
 *     g_ptr_array_add(parts, cluster_report_read(text, length, &error));
 *     ... NULL: error tells why
 *     cluster_facts *facts = cluster_facts_merge(parts, &error);
 *     cluster_report *report = cluster_report_new(facts);
 */

#ifndef CLUSTER_MERGE_H
#define CLUSTER_MERGE_H

#include "facts.h"

/*
 * The facts of a report in its JSON form: text of length bytes, with a 0 behind them. NULL, and
 * *error a sentence to be freed, if it is none. To be freed with cluster_facts_free.
 */
cluster_facts *cluster_report_read(const char *text, size_t length, char **error);

/*
 * The facts of all parts (cluster_facts *) together. Uses the parts up: they must be freed, and be
 * used for nothing else. NULL, and *error a sentence to be freed, if they are too many.
 */
cluster_facts *cluster_facts_merge(GPtrArray *parts, char **error);

/* Facts without anything, and their end. */
cluster_facts *cluster_facts_new(void);
void cluster_facts_free(gpointer facts);

#endif
