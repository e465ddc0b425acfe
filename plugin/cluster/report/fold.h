/* fold.h
 * Which nodes the graph does not show one by one. Private to report/.
 * May include: report.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_FOLD_H
#define CLUSTER_FOLD_H

#include "report.h"

/* For each node of a report: */
typedef struct {
    uint32_t *place; /* the node that stands for it, which may be itself; */
    uint32_t *count; /* for how many it stands, itself included; 0: another stands for it; */
    bool *quiet;     /* whether it joined or was listed, no more, and only counts in its cluster */
} cluster_folds;

/*
 * Of a cluster with more than CLUSTER_DOT_NODES_MAX nodes, one stands for those that joined or were
 * listed, and no more. Where more than that are left in a cluster, or outside of all, one stands
 * for those with the same state and the same joins: to the same Beacons, with the same words.
 * Beacons stand for themselves. To be freed with cluster_folds_free.
 */
cluster_folds *cluster_folds_new(const cluster_report *report);
void cluster_folds_free(cluster_folds *folds);

#endif
