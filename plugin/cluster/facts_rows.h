/* facts_rows.h
 * Words in the rows of the JSON report's facts, which one file writes and another reads.
 * May include: nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_FACTS_ROWS_H
#define CLUSTER_FACTS_ROWS_H

/* The first number of a try: its cluster_try_state, and bits. */
#define CLUSTER_ROW_STATE 3u
#define CLUSTER_ROW_GIVEN 4u
#define CLUSTER_ROW_HEARD 8u
#define CLUSTER_ROW_SOUGHT 16u

/* The second number of a finding. */
#define CLUSTER_ROW_IF_UNANSWERED 1u
#define CLUSTER_ROW_ANSWERED 2u

#endif
