/* scenario.h
 * The scenarios of the capture generator: each makes one capture about one subject.
 * May include: conversation.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SCENARIO_H
#define SCENARIO_H

#include "conversation.h"

typedef struct {
    const char *name;
    const char *summary; /* one sentence: what the capture shows */
    void (*make)(capture *c);
    uint32_t snaplen; /* bytes kept of each packet; 0 keeps all */
} scenario;

/* A scenario for measurements, whose size is given on the command line. */
typedef struct {
    scenario scenario;
    const char *parameter; /* what the size is, for --list */
    unsigned long least;   /* sizes that it takes */
    unsigned long most;
} sized_scenario;

/* One table a file; each ends with an entry without a name. */
extern const scenario message_scenarios[];
extern const scenario segment_scenarios[];
extern const scenario network_scenarios[];
extern const scenario broken_scenarios[];
extern const sized_scenario bench_scenarios[];

#endif
