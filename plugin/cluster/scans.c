/* scans.c
 * Finds the walks of Locators over a network among connection attempts and ARP requests.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "scans.h"

#include <string.h>

/* Targets that are looked through one by one; more get an index. */
#define UNINDEXED_TARGETS 8
/* ARP requests for a target that show that nobody answered them. */
#define SILENT_REQUESTS 2
/* Steps at a Locator's pace that make ARP requests alone a walk. */
#define WALK_STEPS 2

static void free_walk(gpointer data)
{
    cluster_scan *scan = data;
    if (!scan->recorded) {
        cluster_scan_free(scan);
    }
}

void cluster_scans_init(cluster_scans *scans, cluster_facts *facts)
{
    scans->facts = facts;
    scans->active =
        g_hash_table_new_full(cluster_endpoint_hash, cluster_endpoint_key_equal, g_free, NULL);
    scans->newest =
        g_hash_table_new_full(cluster_address_hash, cluster_address_key_equal, g_free, free_walk);
}

void cluster_scans_clear(cluster_scans *scans)
{
    g_hash_table_destroy(scans->active);
    g_hash_table_destroy(scans->newest);
}

/* Whether an address is none, or all zero as in an ARP probe. */
static bool is_none(const cluster_address *address)
{
    static const uint8_t zero[sizeof address->bytes];
    return memcmp(address->bytes, zero, sizeof zero) == 0;
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
static uint32_t add_target(cluster_facts *facts, cluster_scan *scan, cluster_moment when,
                           const cluster_address *address)
{
    if (scan->targets->len >= CLUSTER_SCAN_TARGETS_MAX ||
        facts->targets >= CLUSTER_ALL_TARGETS_MAX) {
        facts->limits |= CLUSTER_LIMIT_TARGETS;
        return UINT32_MAX;
    }
    cluster_target target = {.address = *address, .state = CLUSTER_TARGET_ARP, .last = when.time};
    g_array_append_val(scan->targets, target);
    facts->targets++;
    scan->live++;
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
static bool continues(const cluster_scan *scan, cluster_moment when, uint32_t stream,
                      const cluster_address *address)
{
    if (when.time - scan->last > CLUSTER_SCAN_GAP) {
        return false;
    }
    uint32_t found = find_target(scan, address);
    const cluster_target *target = found == UINT32_MAX ? NULL : target_at(scan, found);
    if (target != NULL && target->stream == stream && target->attempts > 0) {
        return true;
    }
    if (scan->answered > 0) {
        return target != NULL && target->state == CLUSTER_TARGET_ANSWERED;
    }
    return target == NULL || target->attempts < CLUSTER_ROUNDS_MAX;
}

static void set_newest(cluster_scans *scans, cluster_scan *scan)
{
    if (g_hash_table_size(scans->newest) >= CLUSTER_WALKS_MAX) {
        g_hash_table_remove_all(scans->newest);
        scans->facts->limits |= CLUSTER_LIMIT_WALKS;
    }
    g_hash_table_replace(scans->newest, cluster_copy(&scan->source, sizeof scan->source), scan);
}

/* The ARP requests with which the walk of a source began, before it came to its first SYN. */
static cluster_scan *take_walk(cluster_scans *scans, cluster_moment when,
                               const cluster_address *source)
{
    cluster_scan *walk = g_hash_table_lookup(scans->newest, source);
    if (walk == NULL || walk->port != 0 || when.time - walk->last_new > CLUSTER_WALK_PAUSE) {
        return NULL;
    }
    return walk->recorded || cluster_facts_add_scan(scans->facts, walk) ? walk : NULL;
}

/* NULL if there is no room for another. */
static cluster_scan *begin_scan(cluster_scans *scans, cluster_moment when,
                                const cluster_address *source, uint16_t port)
{
    cluster_scan *scan = take_walk(scans, when, source);
    if (scan == NULL) {
        scan = cluster_scan_new(source, port);
        if (!cluster_facts_add_scan(scans->facts, scan)) {
            cluster_scan_free(scan);
            return NULL;
        }
        set_newest(scans, scan);
    }
    scan->port = port;
    cluster_endpoint key = {*source, port};
    g_hash_table_replace(scans->active, cluster_copy(&key, sizeof key), scan);
    return scan;
}

/* A scan all of whose attempts were withdrawn is used again. */
static void empty_scan(cluster_facts *facts, cluster_scan *scan)
{
    facts->targets -= scan->targets->len;
    g_array_set_size(scan->targets, 0);
    g_clear_pointer(&scan->index, g_hash_table_destroy);
    scan->first_frame = 0;
    scan->again = false;
    scan->rests = 0;
}

static cluster_scan *scan_for(cluster_scans *scans, cluster_moment when, uint32_t stream,
                              const cluster_endpoint *key, const cluster_address *target)
{
    cluster_scan *scan = g_hash_table_lookup(scans->active, key);
    if (scan != NULL && scan->live == 0) {
        empty_scan(scans->facts, scan);
        return scan;
    }
    if (scan != NULL && continues(scan, when, stream, target)) {
        return scan;
    }
    return begin_scan(scans, when, &key->address, key->port);
}

static void count_attempt(cluster_scan *scan, cluster_target *target, cluster_moment when)
{
    double rest = when.time - target->last;
    if (target->attempts > 0) {
        scan->again = true;
        if (rest >= CLUSTER_REST_MIN && rest <= CLUSTER_REST_MAX && scan->rests < UINT8_MAX) {
            scan->rests++;
        }
    }
    target->attempts++;
}

cluster_try cluster_scans_attempt(cluster_scans *scans, cluster_moment when, uint32_t stream,
                                  const cluster_address *source, const cluster_endpoint *server)
{
    cluster_try attempt = {0};
    cluster_endpoint key = {*source, server->port};
    if (is_none(source) || is_none(&server->address)) {
        return attempt;
    }
    cluster_scan *scan = scan_for(scans, when, stream, &key, &server->address);
    if (scan == NULL) {
        return attempt;
    }
    uint32_t index = find_target(scan, &server->address);
    if (index == UINT32_MAX) {
        index = add_target(scans->facts, scan, when, &server->address);
    }
    if (index == UINT32_MAX) {
        return attempt;
    }
    cluster_target *target = target_at(scan, index);
    attempt = (cluster_try){scan, index, false, target->state};
    if (target->attempts > 0 && target->stream == stream) {
        return attempt;
    }
    touch(scan, when);
    if (scan->answered == 0) {
        count_attempt(scan, target, when);
        attempt.counted = true;
        if (target->state == CLUSTER_TARGET_WITHDRAWN) {
            scan->live++;
            target->state = CLUSTER_TARGET_SILENT;
        }
        target->state = MAX(target->state, CLUSTER_TARGET_SILENT);
    }
    target->stream = stream;
    target->last = when.time;
    return attempt;
}

void cluster_try_settle(const cluster_try *attempt, cluster_target_state state)
{
    if (attempt->scan == NULL || attempt->target >= attempt->scan->targets->len) {
        return;
    }
    cluster_target *target = target_at(attempt->scan, attempt->target);
    if (target->state >= state) {
        return;
    }
    target->state = state;
    attempt->scan->answered += state == CLUSTER_TARGET_ANSWERED;
}

void cluster_try_sought(const cluster_try *attempt)
{
    if (attempt->scan != NULL) {
        cluster_try_settle(attempt, CLUSTER_TARGET_ANSWERED);
        attempt->scan->sought = true;
    }
}

void cluster_try_withdraw(cluster_try *attempt)
{
    cluster_scan *scan = attempt->scan;
    attempt->scan = NULL;
    if (scan == NULL || !attempt->counted || attempt->target >= scan->targets->len) {
        return;
    }
    cluster_target *target = target_at(scan, attempt->target);
    scan->answered -= target->state == CLUSTER_TARGET_ANSWERED;
    target->state = attempt->before;
    target->attempts--;
    if (target->attempts == 0) {
        target->state = CLUSTER_TARGET_WITHDRAWN;
        scan->live--;
    }
}

/* Whether a walk that is going on comes to an address next. */
static bool extends(const cluster_scan *scan, cluster_moment when, const cluster_address *address)
{
    uint32_t jump = cluster_address_distance(&scan->last_target, address);
    return jump > 0 && jump <= CLUSTER_WALK_JUMP_MAX && !scan->again && scan->answered == 0 &&
           when.time - scan->last_new <= CLUSTER_WALK_PAUSE;
}

static void ask_again(cluster_scan *scan, cluster_target *target, cluster_moment when)
{
    scan->last = when.time;
    if (target->state != CLUSTER_TARGET_ARP || when.time - target->last < CLUSTER_ARP_REPEAT) {
        return;
    }
    target->requests = (uint8_t)MIN(target->requests + 1, UINT8_MAX);
    target->last = when.time;
}

static void ask_next(cluster_scans *scans, cluster_scan *scan, cluster_moment when,
                     const cluster_address *address)
{
    double step = when.time - scan->last_new;
    uint32_t index = add_target(scans->facts, scan, when, address);
    if (index == UINT32_MAX) {
        return;
    }
    target_at(scan, index)->requests = 1;
    touch(scan, when);
    scan->steps += index > 0 && step >= CLUSTER_WALK_STEP_MIN && step <= CLUSTER_WALK_STEP_MAX;
    if (scan->steps >= WALK_STEPS && !scan->recorded) {
        cluster_facts_add_scan(scans->facts, scan);
    }
}

static void arp_request(cluster_scans *scans, cluster_moment when, const cluster_pair *pair)
{
    cluster_scan *scan = g_hash_table_lookup(scans->newest, &pair->from);
    uint32_t known = scan == NULL ? UINT32_MAX : find_target(scan, &pair->to);
    if (known != UINT32_MAX) {
        ask_again(scan, target_at(scan, known), when);
        return;
    }
    if (scan != NULL && !extends(scan, when, &pair->to)) {
        bool walking = when.time - MAX(scan->last, scan->last_new) <= CLUSTER_WALK_PAUSE;
        if (walking && scan->recorded && scan->live > 0) {
            return;
        }
        scan = NULL;
    }
    if (scan == NULL) {
        scan = cluster_scan_new(&pair->from, 0);
        set_newest(scans, scan);
    }
    ask_next(scans, scan, when, &pair->to);
}

void cluster_scans_arp(cluster_scans *scans, cluster_moment when, bool is_reply,
                       const cluster_pair *pair)
{
    if (is_none(&pair->from) || is_none(&pair->to) ||
        cluster_address_equal(&pair->from, &pair->to)) {
        return;
    }
    if (!is_reply) {
        arp_request(scans, when, pair);
        return;
    }
    cluster_scan *scan = g_hash_table_lookup(scans->newest, &pair->to);
    uint32_t known = scan == NULL ? UINT32_MAX : find_target(scan, &pair->from);
    if (known != UINT32_MAX && target_at(scan, known)->state == CLUSTER_TARGET_ARP) {
        target_at(scan, known)->state = CLUSTER_TARGET_RESOLVED;
    }
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
    case CLUSTER_TARGET_WITHDRAWN:
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
