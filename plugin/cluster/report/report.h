/* report.h
 * The report: answers that are derived from facts, and the forms in which they are written.
 * May include: facts/.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * cluster_report_new goes through its steps in the order in which they stand in report.c; each file
 * of this room is one of them, and uses only what the steps before it found:
 *
 *     same.c        which records are of one and the same connection
 *     exchanges.c   requests with their replies: joins, watches, others; who the nodes are
 *     causes.c      why a join failed: a table, on the evidence that ping.c gathers
 *     scans.c       the walks of Locators
 *     links.c       distribution connections of nodes, and how they ended
 *     clusters.c    which nodes form a cluster
 *     split.c       whether there are two where one was meant
 *     problems.c    what somebody should act on
 *     text.c, json.c, dot.c   the report as it is shown; what dot.c does not show is up to fold.c
 *
 * It never looks at packets, and never changes what the facts say.
 */

#ifndef CLUSTER_REPORT_H
#define CLUSTER_REPORT_H

#include "facts.h"

/* Of the JSON form: raised when a key changes its meaning or goes. */
#define CLUSTER_REPORT_VERSION 2

/* In place of the index of a node: none, or not known. */
#define CLUSTER_NO_NODE UINT32_MAX

/* One connection, with all that the captures hold of it. */
typedef struct cluster_talk {
    cluster_conversation *conversation; /* one of the facts, or joined of several */
    bool joined;                        /* then it is the report's own */
    GArray *ends; /* cluster_endpoint, client and server by turns, of each copy; NULL: one */
} cluster_talk;

/* Why something went wrong: a code, the frames that show it, and a sentence of printable text. */
typedef struct {
    const char *code; /* a constant */
    char *text;
    uint32_t frames[CLUSTER_CAUSE_FRAMES_MAX];
    uint32_t frame_count;
} cluster_cause;

typedef enum {
    CLUSTER_NOTE,
    CLUSTER_WARNING,
    CLUSTER_ERROR,
} cluster_severity;

typedef enum {
    CLUSTER_EXCHANGE_JOIN,  /* seeking, */
    CLUSTER_EXCHANGE_WATCH, /* watching, */
    CLUSTER_EXCHANGE_OTHER, /* or a request that is neither */
} cluster_exchange_kind;

typedef enum {
    CLUSTER_OUTCOME_NO_REPLY,
    CLUSTER_OUTCOME_JOINED,
    CLUSTER_OUTCOME_JOIN_FAILED,
    CLUSTER_OUTCOME_SELF,
    CLUSTER_OUTCOME_ERROR,   /* replied `error`, or something that is no answer to seeking */
    CLUSTER_OUTCOME_REFUSED, /* the Beacon's host reset the connection and had not accepted it */
    CLUSTER_OUTCOME_UNREAD,  /* a reply came, and the capture does not hold enough of it */
} cluster_outcome;

/* A request and what became of it. */
typedef struct {
    cluster_exchange_kind kind;
    const cluster_talk *talk;
    bool asked;    /* the request is in the capture, */
    bool answered; /* and so is a reply, or a part of it */
    cluster_said request;
    cluster_said reply;
    uint32_t asker;  /* node */
    uint32_t beacon; /* node, by the reply; else by who else answered there */
    cluster_outcome outcome;
    cluster_cause *cause;      /* owned; NULL if nothing went wrong */
    cluster_severity severity; /* of the cause */
} cluster_exchange;

typedef enum {
    CLUSTER_ROLE_BEACON = 1 << 0,  /* answered a request */
    CLUSTER_ROLE_SEEKER = 1 << 1,  /* asked to join */
    CLUSTER_ROLE_WATCHER = 1 << 2, /* asked whether anything listens */
    CLUSTER_ROLE_LISTED = 1 << 3,  /* named by a Beacon's list */
} cluster_role;

typedef enum {
    CLUSTER_STATE_NONE,       /* not known */
    CLUSTER_STATE_CLUSTERED,  /* in a cluster with others */
    CLUSTER_STATE_STANDALONE, /* a Beacon that is alone */
    CLUSTER_STATE_FAILED,     /* its newest attempt to join failed */
    CLUSTER_STATE_LEFT,       /* it was in a cluster */
    CLUSTER_STATE_OUTSIDE,    /* it only watches */
} cluster_state;

typedef struct {
    uint32_t text;     /* its name */
    cluster_text name; /* the same */
    cluster_text host; /* behind the first @; empty without one */
    uint8_t roles;     /* cluster_role bits */
    uint8_t state;     /* cluster_state */
    bool grouped;      /* it is in a cluster of the report */
    bool visible;      /* it is not hidden: a list names it, or its own list names somebody */
    uint32_t first_frame;
    uint32_t last_frame;
    GArray *addresses;              /* cluster_address, in the order they were seen in messages; */
    GArray *places;                 /* and all that its host was seen to use */
    uint32_t proof;                 /* the newest frame that shows its place in a cluster; 0 */
    const cluster_exchange *newest; /* its newest join that was decided; NULL */
    const cluster_exchange *list;   /* the newest list that it gave; NULL */
    bool scanned;                   /* a scan from its host found nobody */
    bool left;                      /* a later list of the Beacon that it joined lacks it, */
    bool parted;                    /* and a connection of the two was seen to end */
    uint16_t port;                  /* on which it answers as a Beacon; 0 */
} cluster_node;

typedef struct {
    cluster_address source;
    uint16_t port;   /* 0: not known */
    uint32_t rounds; /* 0: ARP requests alone */
    double first;
    double last;
    uint32_t first_frame;
    uint32_t last_frame;
    bool open;        /* it found nobody yet, and the capture ended before it did */
    bool parallel;    /* another scan of the same targets went on meanwhile */
    GArray *targets;  /* cluster_address, in the order of the walk; all of the other three */
    GArray *answered; /* */
    GArray *refused;  /* */
    GArray *silent;   /* */
} cluster_scan;

/* A distribution connection between two nodes that went up, or was up. */
typedef struct {
    const cluster_talk *talk;
    uint32_t ends[2];         /* nodes, by cluster_side; CLUSTER_NO_NODE: not known */
    cluster_moment up;        /* when it was first seen to run */
    bool lost;                /* it ended, or fell silent; */
    bool stopped;             /* by FIN: one of the two went in order */
    cluster_moment lost_when; /* */
    const char *how;          /* a constant */
    uint32_t frames[2];       /* that show it; 0: none */
    bool back;                /* another one between the same nodes was heard later */
} cluster_link;

/* A cluster: indices of nodes, in the report's order. */
typedef struct {
    GArray *nodes;
    GArray *beacons;
    uint16_t port; /* of its Beacons; 0: not known, or different ones */
} cluster_group;

typedef enum {
    CLUSTER_SPLIT_NO,
    CLUSTER_SPLIT_YES,
    CLUSTER_SPLIT_UNKNOWN,
} cluster_split;

/* Joins of one seeker to one Beacon with the same outcome and cause. */
typedef struct {
    const cluster_exchange *first; /* the first of them */
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

/* The clock of a capture: seconds that it is ahead of the first one that overlaps with it. */
typedef struct {
    bool known;
    double ahead;
} cluster_clock;

/* Borrows the facts it was made from, which must not change while it lives but by its own steps. */
typedef struct {
    cluster_facts *facts;
    uint32_t limits;       /* those of the facts, and of the steps */
    cluster_clock *clocks; /* of the captures; */
    bool overlapping;      /* some of which went on at one time */
    GPtrArray *talks;      /* cluster_talk, in the order in which they began */
    GPtrArray *askings;    /* cluster_asking, the same */
    GArray *nodes;         /* cluster_node */
    GHashTable *by_text;   /* place of a name among the texts -> index of the node + 1 */
    GHashTable *beacons;   /* cluster_endpoint -> index of the node that answered there last + 1 */
    uint32_t *order;       /* the nodes, in order of their first frames */
    GPtrArray *exchanges;  /* cluster_exchange, in order of their frames; */
    GPtrArray *joins;      /* of them the joins, */
    GPtrArray *watches;    /* the watches, */
    GPtrArray *others;     /* and the others */
    uint32_t listed_watches; /* watches whose lists the JSON form writes: CLUSTER_JSON_NAMES_MAX */
    GArray *scans;           /* cluster_scan */
    GArray *links;           /* cluster_link */
    GPtrArray *groups;       /* cluster_group */
    cluster_split split;     /* whether there are clusters that do not know each other */
    GString *split_why;      /* where that is not known: why */
    GPtrArray *retries;      /* cluster_retries, in the order of their first join */
    GPtrArray *problems;     /* cluster_problem, the worst first */
} cluster_report;

/* A report on the facts; to be freed with cluster_report_free before them. */
cluster_report *cluster_report_new(cluster_facts *facts);
void cluster_report_free(cluster_report *report);

/* The report for a person, as a JSON document, as a graph: cluster.h. facts, the text of a JSON
 * object, becomes a member of the document. Each to be freed with g_string_free. */
GString *cluster_report_text(const cluster_report *report);
GString *cluster_report_json(const cluster_report *report, const GString *facts);
GString *cluster_report_dot(const cluster_report *report);

#endif
