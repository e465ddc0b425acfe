/* report.h
 * A report: what follows from the recorded facts, and its two forms.
 * May include: the other headers of plugin/cluster.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_REPORT_H
#define CLUSTER_REPORT_H

#include "facts.h"
#include "scans.h"

/* The version of the JSON form: raised when a key changes its meaning or goes. */
#define CLUSTER_REPORT_VERSION 1
/* And that of the facts in it alone: raised when a merge would read it wrongly. */
#define CLUSTER_FACTS_FORM 1

typedef enum {
    CLUSTER_STATE_NONE,       /* the capture does not tell */
    CLUSTER_STATE_CLUSTERED,  /* in a cluster with others */
    CLUSTER_STATE_STANDALONE, /* a Beacon without others */
    CLUSTER_STATE_FAILED,     /* its newest attempt to join failed */
    CLUSTER_STATE_LEFT,       /* joined or listed once, and not in the Beacon's newest list */
    CLUSTER_STATE_OUTSIDE,    /* only watched */
} cluster_state;

/* Nodes that belong together; both lists hold indices of nodes, in the report's order. */
typedef struct {
    GArray *nodes;
    GArray *beacons;
} cluster_group;

/* Requests of one seeker to one Beacon with the same outcome and cause. */
typedef struct {
    const cluster_join *first; /* the first of them */
    uint32_t beacon;           /* as cluster_facts_beacon has it */
    uint32_t count;
    double first_time;   /* of the earliest request, or reply where the request is missing, */
    double last_time;    /* and of the latest */
    cluster_moment last; /* the latest message */
    GArray *frames;      /* uint32_t in rising order, at most CLUSTER_PROBLEM_FRAMES_MAX */
} cluster_retries;

typedef struct {
    cluster_severity severity;
    const char *code;
    GArray *frames; /* uint32_t in rising order */
    char *text;     /* a sentence of printable text */
    char *filter;   /* a display filter; NULL without frames */
} cluster_problem;

/* Borrows the facts it was made from, which must not change while it lives. */
typedef struct {
    const cluster_facts *facts;
    GPtrArray *all_joins;   /* const cluster_join *, in order of their frames */
    GPtrArray *all_watches; /* const cluster_watch *, the same */
    GPtrArray *joins;       /* const cluster_join *, one for each event, in order of their frames */
    GPtrArray *watches;     /* const cluster_watch *, the same */
    GPtrArray *findings;    /* const cluster_finding *, in order of their frames */
    uint32_t *order;        /* the nodes, in order of their first frames */
    GPtrArray *walks;       /* cluster_scan, all that the facts hold */
    uint32_t limits;        /* those of the facts, and of the scans */
    uint8_t *states;        /* cluster_state of each node */
    uint32_t *proofs;       /* for each node, the frame that shows its place in a cluster; or 0 */
    const cluster_join **newest; /* for each node, its newest decided join, or NULL */
    GPtrArray *groups;           /* cluster_group */
    bool split_brain;
    GArray *scans;       /* cluster_scan_view of those that fit a Locator */
    GPtrArray *retries;  /* cluster_retries, in the order of their first join */
    GPtrArray *problems; /* cluster_problem, the worst first */
} cluster_report;

cluster_report *cluster_report_new(const cluster_facts *facts);
void cluster_report_free(cluster_report *report);

/* To be freed with g_string_free. */
GString *cluster_report_text(const cluster_report *report);
GString *cluster_report_json(const cluster_report *report);

/* Appends the member of the JSON form that holds what a merge needs: see report_facts.c. */
void cluster_report_append_facts(const cluster_report *report, GString *out);

/* Steps of cluster_report_new. Each fills the members of *report that it is named for. */
void cluster_report_find_groups(cluster_report *report);
void cluster_report_find_retries(cluster_report *report);
void cluster_report_find_problems(cluster_report *report);

/*
 * Why a request went wrong, also where it is only that no reply came yet: then *scratch, whose
 * text is a constant. NULL if nothing went wrong.
 */
const cluster_cause *cluster_join_cause(const cluster_join *join, cluster_cause *scratch);
const cluster_cause *cluster_watch_cause(const cluster_watch *watch, cluster_cause *scratch);

/* The words of the report. */
const char *cluster_outcome_name(cluster_outcome outcome);
const char *cluster_severity_name(cluster_severity severity);
const char *cluster_state_name(cluster_state state); /* NULL for NONE */
/* The roles of a node: NULL-terminated in names, which has room for 5. listed only if alone. */
void cluster_role_names(uint8_t roles, const char *names[5]);

/* The port of a scan; where only ARP was seen, that of the one Beacon of its source; else 0. */
uint16_t cluster_report_port(const cluster_report *report, const cluster_scan *scan);

/* Appends a node's name for a person; other for CLUSTER_NO_NODE. */
void cluster_report_name(const cluster_report *report, GString *out, uint32_t node,
                         const char *other);
/* Appends a Beacon's name, or its endpoint where the name is not known. */
void cluster_report_beacon(const cluster_report *report, GString *out, uint32_t beacon,
                           const cluster_endpoint *server);

#endif
