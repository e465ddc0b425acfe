/* scans.c
 * Which walks over a network are scans of Locators, and what came of them.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A Locator goes through a list of addresses in their order, one by one, 0.25 s for each, at most
 * three times, and stops at the first that accepts, which it asks at once. Of an address nobody is
 * at, only ARP requests are seen. So a walk is found in both together; one of ARP requests alone
 * only where these keep a Locator's pace. Whoever tries several at once, goes to and fro, asks
 * nothing of one that accepts, or leaves after a single round, is a scanner of another kind.
 */

#include "walks.h"

/* ARP requests for a target that show that nobody answered them. */
#define SILENT_REQUESTS 2
/* Scans that one is held against. */
#define PARALLEL_LOOKS 64
/* Steps at a Locator's pace that make ARP requests alone a walk. */
#define WALK_STEPS 2

/* The list that a target belongs to; NULL if it is no target of the walk. Of one for which the
 * capture ended before the Locator's time was over, only that it was a target is known. */
static GArray *list_of(const cluster_scan *scan, const cluster_target *tried, double end)
{
    switch ((cluster_target_state)tried->state) {
    case CLUSTER_TARGET_ARP:
        return tried->requests >= SILENT_REQUESTS ? scan->silent : NULL;
    case CLUSTER_TARGET_SILENT:
        return tried->attempts > 1 || end - tried->last >= CLUSTER_WALK_STEP_MIN ? scan->silent
                                                                                 : scan->targets;
    case CLUSTER_TARGET_REFUSED:
        return scan->refused;
    case CLUSTER_TARGET_ANSWERED:
        return scan->answered;
    case CLUSTER_TARGET_RESOLVED:
        break;
    }
    return NULL;
}

/* Whether a walk that found nobody may have been longer than what the capture holds of it. */
static bool is_cut(const cluster_report *report, const cluster_walk *going,
                   const cluster_scan *scan)
{
    double start = cluster_report_capture_start(report, going->first_frame);
    return scan->open || going->first - start < CLUSTER_SILENCE;
}

/* Whether what was seen fits a Locator. */
static bool fits(const cluster_report *report, const cluster_walk *going, const cluster_scan *scan)
{
    if (scan->rounds == 0) {
        return !going->foreign && scan->silent->len > WALK_STEPS && going->steps >= WALK_STEPS &&
               going->steps > going->strides;
    }
    if (going->sought) {
        return true;
    }
    if (going->mute || going->hasty * 2 > going->tries + going->asked ||
        going->backward * 3 > going->fresh) {
        return false;
    }
    if (scan->targets->len <= 1) {
        return scan->targets->len == 1 && going->rests > 0;
    }
    bool once = scan->answered->len == 0 && scan->rounds == 1;
    return scan->answered->len <= 1 && !(once && !is_cut(report, going, scan));
}

static void clear_scan(gpointer data)
{
    cluster_scan *scan = data;
    g_array_unref(scan->targets);
    g_array_unref(scan->answered);
    g_array_unref(scan->refused);
    g_array_unref(scan->silent);
}

/* The port of a walk by ARP alone: that of the one Beacon of its source; 0 if there is none. */
static uint16_t port_of(const cluster_report *report, const cluster_address *source)
{
    GHashTableIter iterator;
    gpointer key;
    uint16_t port = 0;
    uint32_t found = 0;
    g_hash_table_iter_init(&iterator, report->beacons);
    while (g_hash_table_iter_next(&iterator, &key, NULL)) {
        const cluster_endpoint *endpoint = key;
        if (cluster_address_equal(&endpoint->address, source)) {
            port = endpoint->port;
            found++;
        }
    }
    return found == 1 ? port : 0;
}

static void look(cluster_report *report, const cluster_walk *going)
{
    cluster_scan scan = {.source = going->source,
                         .port = going->port,
                         .first = going->first,
                         .last = going->last,
                         .first_frame = going->first_frame,
                         .last_frame = going->last_frame};
    GArray **lists[] = {&scan.targets, &scan.answered, &scan.refused, &scan.silent};
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        *lists[i] = g_array_new(FALSE, FALSE, sizeof(cluster_address));
    }
    const double end = cluster_report_capture_end(report, going->last_frame);
    for (guint i = 0; i < going->targets->len; i++) {
        const cluster_target *tried = cluster_walk_target(going, i);
        GArray *list = list_of(&scan, tried, end);
        if (list != NULL) {
            g_array_append_val(scan.targets, tried->address);
            if (list != scan.targets) {
                g_array_append_val(list, tried->address);
            }
            scan.rounds = MAX(scan.rounds, tried->attempts);
        }
    }
    scan.open = scan.answered->len == 0 && scan.rounds > 0 && scan.rounds < CLUSTER_ROUNDS_MAX &&
                end - going->last < CLUSTER_SILENCE;
    /* Who asks by ARP, and which connections it opens, tells a Locator from a router. */
    bool dim = scan.rounds == 0 && report->facts->unread[CLUSTER_UNREAD_HEADLESS].count > 0;
    bool fit = !going->passed && !dim && fits(report, going, &scan);
    if (!fit || report->scans->len >= CLUSTER_SCANS_MAX) {
        report->limits |= fit ? 1u << CLUSTER_LIMIT_SCANS : 0;
        clear_scan(&scan);
        return;
    }
    scan.port = scan.port != 0 ? scan.port : port_of(report, &scan.source);
    g_array_append_val(report->scans, scan);
}

static gint by_frame(gconstpointer one, gconstpointer other)
{
    const cluster_scan *left = one;
    const cluster_scan *right = other;
    return (left->first_frame > right->first_frame) - (left->first_frame < right->first_frame);
}

/* Two vain scans of the same port that overlap in time, each of which had the other's source among
 * its targets, or a target in common with it. */
static bool is_parallel(const cluster_scan *one, const cluster_scan *other)
{
    if (one->port != other->port || cluster_address_equal(&one->source, &other->source)) {
        return false;
    }
    for (guint i = 0; i < one->targets->len; i++) {
        const cluster_address *address = &g_array_index(one->targets, cluster_address, i);
        if (cluster_address_equal(address, &other->source) ||
            cluster_has_address(other->targets, address)) {
            return true;
        }
    }
    return false;
}

/* Whether a scan came to its end and found nobody, as far as a display filter lets it be known. */
static bool is_vain(const cluster_report *report, const cluster_scan *scan)
{
    bool hidden = report->facts->filter != NULL && scan->silent->len > 0;
    return scan->rounds > 0 && scan->answered->len == 0 && !scan->open && !hidden;
}

/* Each vain scan is held against those that began before it ended, as far as PARALLEL_LOOKS. */
static void find_parallel(const cluster_report *report)
{
    GArray *scans = report->scans;
    for (guint i = 0; i < scans->len; i++) {
        cluster_scan *scan = &g_array_index(scans, cluster_scan, i);
        for (guint k = i + 1; k < scans->len && k <= i + PARALLEL_LOOKS; k++) {
            cluster_scan *later = &g_array_index(scans, cluster_scan, k);
            if (is_vain(report, scan) && is_vain(report, later) && later->first <= scan->last &&
                is_parallel(scan, later)) {
                scan->parallel = later->parallel = true;
            }
        }
    }
}

void cluster_report_find_scans(cluster_report *report)
{
    cluster_walks *walks = cluster_walks_find(report);
    report->scans = g_array_new(FALSE, FALSE, sizeof(cluster_scan));
    g_array_set_clear_func(report->scans, clear_scan);
    for (guint i = 0; i < walks->found->len; i++) {
        look(report, g_ptr_array_index(walks->found, i));
    }
    cluster_walks_free(walks);
    g_array_sort(report->scans, by_frame);
    find_parallel(report);
}
