/* merge.h
 * Facts written into a report, read back, and put together: what `seekchat report merge` does.
 * May include: facts/.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A report in its JSON form holds the facts that it was derived from (`facts`), by capture.
 * Facts of several captures are put side by side, each capture once; which of their records are of
 * one and the same event is found when a report is derived. So it does not matter in which order or
 * groups reports are joined.
 *
 * The captures are put in the order of their first frames, and the frames are numbered through, as
 * `mergecap -a` would do it.
 *
 *     GPtrArray *parts = g_ptr_array_new_with_free_func(cluster_facts_free);
 *     g_ptr_array_add(parts, cluster_facts_read(text, length, &error));
 *     ... NULL: error tells why
 *     cluster_facts *facts = cluster_facts_merge(parts, &error);
 */

#ifndef CLUSTER_MERGE_H
#define CLUSTER_MERGE_H

#include "facts.h"

/* The form of the facts that is written and read: raised with every change. */
#define CLUSTER_FACTS_FORM 2

/* Appends facts as one JSON object. A capture that is still read gets its digest there. */
void cluster_facts_write(const cluster_facts *facts, GString *out);

/*
 * The facts of a report in its JSON form: text of length bytes, with a 0 behind them. NULL, and
 * *error a sentence to be freed, if it is none. To be freed with cluster_facts_free.
 */
cluster_facts *cluster_facts_read(const char *text, size_t length, char **error);

/*
 * The facts of all parts (cluster_facts *, as they were read) together. Uses the parts up: they
 * must be freed, and be used for nothing else. NULL, and *error a sentence to be freed, if they are
 * too many. To be freed with cluster_facts_free.
 */
cluster_facts *cluster_facts_merge(GPtrArray *parts, char **error);

#endif
