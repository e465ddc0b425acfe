/* cluster_report.h
 * The cluster report: where it is asked for, and where it is shown.
 * May include: nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_STATS_CLUSTER_REPORT_H
#define SEEKCHAT_STATS_CLUSTER_REPORT_H

/* Registers -z seekchat,cluster[,json][,FILTER] and Statistics > SeekChat Cluster. */
void seekchat_cluster_report_register(void);

#endif
