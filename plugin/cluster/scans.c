/* scans.c
 * Finds the walks of Locators over a network among connection attempts and ARP requests.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "scans.h"

#include "same.h"
#include "tries.h"

/* Targets that are looked through one by one; more get an index. */
#define UNINDEXED_TARGETS 8
/* ARP requests for a target that show that nobody answered them. */
#define SILENT_REQUESTS 2
/* Steps at a Locator's pace that make ARP requests alone a walk. */
#define WALK_STEPS 2

/* What goes on while the facts are gone through in the order of time. */
typedef struct {
    GPtrArray *found;   /* cluster_scan, owned */
    GHashTable *active; /* cluster_endpoint *: source and locator port -> cluster_scan */
    GHashTable *newest; /* cluster_address *: source -> its newest scan, or ARP walk */
    uint32_t targets;   /* of all scans */
    uint32_t *limits;
} search;

static cluster_scan *new_scan(const cluster_address *source, uint16_t port)
{
    cluster_scan *scan = g_new0(cluster_scan, 1);
    scan->source = *source;
    scan->port = port;
    scan->targets = g_array_new(FALSE, TRUE, sizeof(cluster_target));
    return scan;
}

static void free_scan(gpointer data)
{
    cluster_scan *scan = data;
    g_array_unref(scan->targets);
    g_clear_pointer(&scan->index, g_hash_table_destroy);
    g_free(scan);
}

static void free_walk(gpointer data)
{
    cluster_scan *scan = data;
    if (!scan->recorded) {
        free_scan(scan);
    }
}

static cluster_target *target_at(const cluster_scan *scan, uint32_t target)
{
    return &g_array_index(scan->targets, cluster_target, target);
}

/* The index of a target; UINT32_MAX if the scan has none of that address. */
static uint32_t find_target(const cluster_scan *scan, const cluster_address *address)
{
    if (scan->index != NULL) {
        return GPOINTER_TO_UINT(g_hash_table_lookup(scan->index, address)) - 1;
    }
    for (uint32_t i = 0; i < scan->targets->len; i++) {
        if (cluster_address_equal(&target_at(scan, i)->address, address)) {
            return i;
        }
    }
    return UINT32_MAX;
}

static void index_target(cluster_scan *scan, uint32_t target)
{
    const cluster_address *address = &target_at(scan, target)->address;
    g_hash_table_insert(scan->index, cluster_copy(address, sizeof *address),
                        GUINT_TO_POINTER(target + 1));
}

/* Adds a target; its index, or UINT32_MAX if there is no room. */
static uint32_t add_target(search *work, cluster_scan *scan, cluster_moment when,
                           const cluster_address *address)
{
    if (scan->targets->len >= CLUSTER_SCAN_TARGETS_MAX ||
        work->targets >= CLUSTER_ALL_TARGETS_MAX) {
        *work->limits |= CLUSTER_LIMIT_TARGETS;
        return UINT32_MAX;
    }
    cluster_target target = {.address = *address, .state = CLUSTER_TARGET_ARP, .last = when.time};
    g_array_append_val(scan->targets, target);
    work->targets++;
    if (scan->index != NULL) {
        index_target(scan, scan->targets->len - 1);
    } else if (scan->targets->len > UNINDEXED_TARGETS) {
        scan->index =
            g_hash_table_new_full(cluster_address_hash, cluster_address_key_equal, g_free, NULL);
        for (uint32_t i = 0; i < scan->targets->len; i++) {
            index_target(scan, i);
        }
    }
    scan->last_target = *address;
    scan->last_new = when.time;
    return scan->targets->len - 1;
}

static void touch(cluster_scan *scan, cluster_moment when)
{
    if (scan->first_frame == 0) {
        scan->first_frame = when.frame;
    }
    scan->last_frame = when.frame;
    scan->last = when.time;
}

/* Whether an attempt belongs to a scan that is going on. */
static bool continues(const cluster_scan *scan, cluster_moment when, const cluster_address *address)
{
    if (when.time - scan->last > CLUSTER_SCAN_GAP) {
        return false;
    }
    uint32_t found = find_target(scan, address);
    const cluster_target *target = found == UINT32_MAX ? NULL : target_at(scan, found);
    if (scan->answered > 0) {
        return target != NULL && target->state == CLUSTER_TARGET_ANSWERED;
    }
    return target == NULL || target->attempts < CLUSTER_ROUNDS_MAX;
}

static bool record(search *work, cluster_scan *scan)
{
    if (!scan->recorded && work->found->len >= CLUSTER_SCANS_MAX) {
        *work->limits |= CLUSTER_LIMIT_SCANS;
        return false;
    }
    if (!scan->recorded) {
        scan->recorded = true;
        g_ptr_array_add(work->found, scan);
    }
    return true;
}

static void set_newest(search *work, cluster_scan *scan)
{
    g_hash_table_replace(work->newest, cluster_copy(&scan->source, sizeof scan->source), scan);
}

/* What a source did last, if its walk may be going on; else NULL. */
static cluster_scan *walk_of(search *work, cluster_moment when, const cluster_address *source)
{
    cluster_scan *scan = g_hash_table_lookup(work->newest, source);
    return scan == NULL || when.time - MAX(scan->last, scan->last_new) > CLUSTER_WALK_PAUSE ? NULL
                                                                                            : scan;
}

/* The ARP requests with which the walk of a source began, before it came to its first SYN. */
static cluster_scan *take_walk(search *work, cluster_moment when, const cluster_address *source)
{
    cluster_scan *walk = g_hash_table_lookup(work->newest, source);
    if (walk == NULL || walk->port != 0 || when.time - walk->last_new > CLUSTER_WALK_PAUSE) {
        return NULL;
    }
    return record(work, walk) ? walk : NULL;
}

/* NULL if there is no room for another. */
static cluster_scan *begin_scan(search *work, cluster_moment when, const cluster_endpoint *key)
{
    cluster_scan *scan = take_walk(work, when, &key->address);
    if (scan == NULL) {
        scan = new_scan(&key->address, key->port);
        if (!record(work, scan)) {
            free_scan(scan);
            return NULL;
        }
    }
    scan->port = key->port;
    g_hash_table_replace(work->active, cluster_copy(key, sizeof *key), scan);
    return scan;
}

static void count_attempt(cluster_scan *scan, cluster_target *target, const cluster_try *attempt)
{
    double rest = attempt->when.time - target->last;
    if (target->attempts > 0) {
        scan->again = true;
        if (rest >= CLUSTER_REST_MIN && rest <= CLUSTER_REST_MAX && scan->rests < UINT8_MAX) {
            scan->rests++;
        }
    }
    target->attempts++;
}

/* Notes what came of an attempt. Those that a scan made after it found a Beacon are no rounds. */
static void settle(cluster_scan *scan, cluster_target *target, const cluster_try *attempt)
{
    static const uint8_t states[] = {
        [CLUSTER_TRY_SILENT] = CLUSTER_TARGET_SILENT,
        [CLUSTER_TRY_REFUSED] = CLUSTER_TARGET_REFUSED,
        [CLUSTER_TRY_ANSWERED] = CLUSTER_TARGET_ANSWERED,
    };
    uint8_t state = states[attempt->state];
    if (scan->answered == 0) {
        count_attempt(scan, target, attempt);
    }
    scan->answered += state == CLUSTER_TARGET_ANSWERED && target->state != state;
    target->state = MAX(target->state, state);
    target->last = attempt->when.time;
    scan->sought = scan->sought || attempt->sought;
}

static void try_seen(search *work, const cluster_try *attempt)
{
    const cluster_endpoint key = {attempt->client.address, attempt->server.port};
    const cluster_address *address = &attempt->server.address;
    cluster_scan *scan = g_hash_table_lookup(work->active, &key);
    if (scan == NULL || !continues(scan, attempt->when, address)) {
        scan = begin_scan(work, attempt->when, &key);
    }
    if (scan == NULL) {
        return;
    }
    set_newest(work, scan);
    uint32_t index = find_target(scan, address);
    if (index == UINT32_MAX) {
        index = add_target(work, scan, attempt->when, address);
    }
    if (index != UINT32_MAX) {
        touch(scan, attempt->when);
        settle(scan, target_at(scan, index), attempt);
    }
}

/* Whether a walk that is going on comes to an address next. */
static bool extends(const cluster_scan *scan, cluster_moment when, const cluster_address *address)
{
    uint32_t jump = cluster_address_distance(&scan->last_target, address);
    return jump > 0 && jump <= CLUSTER_WALK_JUMP_MAX && !scan->again && scan->answered == 0 &&
           when.time - scan->last_new <= CLUSTER_WALK_PAUSE;
}

static void ask_again(cluster_scan *scan, cluster_target *target, const cluster_asking *asking)
{
    scan->last = asking->first.time;
    if (target->state == CLUSTER_TARGET_ARP) {
        target->requests += asking->requests;
        target->state = asking->resolved ? CLUSTER_TARGET_RESOLVED : target->state;
        target->last = asking->first.time;
    }
}

static void ask_next(search *work, cluster_scan *scan, const cluster_asking *asking)
{
    double step = asking->first.time - scan->last_new;
    uint32_t index = add_target(work, scan, asking->first, &asking->pair.to);
    if (index == UINT32_MAX) {
        return;
    }
    cluster_target *target = target_at(scan, index);
    target->requests = asking->requests;
    target->state = asking->resolved ? CLUSTER_TARGET_RESOLVED : CLUSTER_TARGET_ARP;
    touch(scan, asking->first);
    scan->steps += index > 0 && step >= CLUSTER_WALK_STEP_MIN && step <= CLUSTER_WALK_STEP_MAX;
    if (scan->steps >= WALK_STEPS) {
        record(work, scan);
    }
}

static void asking_seen(search *work, const cluster_asking *asking)
{
    cluster_scan *scan = walk_of(work, asking->first, &asking->pair.from);
    uint32_t known = scan == NULL ? UINT32_MAX : find_target(scan, &asking->pair.to);
    if (known != UINT32_MAX) {
        ask_again(scan, target_at(scan, known), asking);
        return;
    }
    if (scan != NULL && !extends(scan, asking->first, &asking->pair.to)) {
        if (scan->recorded) {
            return;
        }
        scan = NULL;
    }
    if (scan == NULL) {
        scan = new_scan(&asking->pair.from, 0);
        set_newest(work, scan);
    }
    ask_next(work, scan, asking);
}

/* Goes through attempts and requests, each in the order of time, together. */
static void go_through(search *work, const GArray *tries, const GArray *asked)
{
    guint next = 0;
    for (guint i = 0; i < asked->len; i++) {
        const cluster_asking *asking = &g_array_index(asked, cluster_asking, i);
        while (next < tries->len) {
            const cluster_try *attempt = &g_array_index(tries, cluster_try, next);
            if (cluster_moment_compare(&attempt->when, &asking->first) > 0) {
                break;
            }
            try_seen(work, attempt);
            next++;
        }
        asking_seen(work, asking);
    }
    for (; next < tries->len; next++) {
        try_seen(work, &g_array_index(tries, cluster_try, next));
    }
}

GPtrArray *cluster_scans_find(const cluster_facts *facts, uint32_t *limits)
{
    search work = {
        .found = g_ptr_array_new_with_free_func(free_scan),
        .active =
            g_hash_table_new_full(cluster_endpoint_hash, cluster_endpoint_key_equal, g_free, NULL),
        .newest = g_hash_table_new_full(cluster_address_hash, cluster_address_key_equal, g_free,
                                        free_walk),
        .limits = limits,
    };
    GArray *tries = cluster_same_tries(facts);
    GArray *asked = cluster_same_asked(facts);
    go_through(&work, tries, asked);
    g_array_unref(asked);
    g_array_unref(tries);
    g_hash_table_destroy(work.active);
    g_hash_table_destroy(work.newest);
    return work.found;
}

/* The list of a view that a target belongs to; NULL if it is no target of the walk. */
static GArray *list_of(const cluster_scan_view *view, const cluster_target *target)
{
    switch ((cluster_target_state)target->state) {
    case CLUSTER_TARGET_ARP:
        return target->requests >= SILENT_REQUESTS ? view->silent : NULL;
    case CLUSTER_TARGET_SILENT:
        return view->silent;
    case CLUSTER_TARGET_REFUSED:
        return view->refused;
    case CLUSTER_TARGET_ANSWERED:
        return view->answered;
    case CLUSTER_TARGET_RESOLVED:
        break;
    }
    return NULL;
}

static bool fits(const cluster_scan *scan, const cluster_scan_view *view)
{
    if (view->rounds == 0) {
        return view->silent->len > WALK_STEPS && scan->steps >= WALK_STEPS;
    }
    if (scan->sought) {
        return true;
    }
    return view->targets->len > 1 ? view->answered->len <= 1
                                  : view->targets->len == 1 && scan->rests > 0;
}

bool cluster_scan_look(const cluster_scan *scan, cluster_scan_view *view)
{
    GArray **lists[] = {&view->targets, &view->answered, &view->refused, &view->silent};
    view->scan = scan;
    view->rounds = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        *lists[i] = g_array_new(FALSE, FALSE, sizeof(cluster_address));
    }
    for (guint i = 0; i < scan->targets->len; i++) {
        const cluster_target *target = target_at(scan, i);
        GArray *list = list_of(view, target);
        if (list != NULL) {
            g_array_append_val(view->targets, target->address);
            g_array_append_val(list, target->address);
            view->rounds = MAX(view->rounds, target->attempts);
        }
    }
    if (!fits(scan, view)) {
        cluster_scan_view_clear(view);
        return false;
    }
    return true;
}

void cluster_scan_view_clear(cluster_scan_view *view)
{
    g_array_unref(view->targets);
    g_array_unref(view->answered);
    g_array_unref(view->refused);
    g_array_unref(view->silent);
}
