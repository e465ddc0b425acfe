/* same.c
 * Which records are of one and the same connection: pieces of it in several captures, and copies
 * of it that were seen at several points, before and after address translation.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A copy has the same raw sequence numbers on both sides, which are 64 bits that nobody chooses,
 * and says the same. One that was open when the capture began has them nearly: its first segment
 * need not have been seen at both points. A piece has the same ends, no SYN of its own, and goes on
 * near the numbers where the other stopped. Both are found by a look at the newest record with the
 * same key.
 */

#include "rest.h"
#include "steps.h"

#include <math.h>
#include <string.h>

/* How far from each other the numbers of two pieces may lie: what a capture may have missed. */
#define NEAR 0x4000000
/* How far apart, in bits, the numbers of two copies may begin: what is on its way at one time. */
#define COPY_BITS 20
/* Seconds in which the same ends and the same number mean the same connection. */
#define SAME_ENDS_TIME 60.0
/* Seconds without a packet after which a connection that ended is not taken up. */
#define AFTER_END_TIME 60.0

/* Where the numbers of both sides begin: themselves, or in blocks of 2^COPY_BITS. */
typedef struct {
    uint32_t base[2];
    uint32_t bits; /* that were shifted out */
} base_key;

typedef struct {
    cluster_report *report;
    GPtrArray *pieced; /* talks whose pieces are together; copies stand for themselves */
    GPtrArray *talks;
    GHashTable *by_ends; /* cluster_ends -> newest talk */
    GHashTable *by_base; /* base_key -> newest talk */
} search;

static int compare_endpoints(const cluster_endpoint *one, const cluster_endpoint *other)
{
    int order = cluster_address_compare(&one->address, &other->address);
    return order != 0 ? order : (int)one->port - (int)other->port;
}

static cluster_ends ends_of(const cluster_conversation *conversation)
{
    const cluster_endpoint *client = &conversation->party[CLUSTER_CLIENT].end;
    const cluster_endpoint *server = &conversation->party[CLUSTER_SERVER].end;
    return compare_endpoints(client, server) <= 0 ? (cluster_ends){{*client, *server}}
                                                  : (cluster_ends){{*server, *client}};
}

static guint base_hash(gconstpointer key)
{
    const base_key *bases = key;
    return (bases->base[0] ^ bases->base[1] << 16 ^ bases->base[1] >> 16) * 2654435761u;
}

static gboolean base_equal(gconstpointer one, gconstpointer other)
{
    return memcmp(one, other, sizeof(base_key)) == 0;
}

static bool is_near(uint32_t one, uint32_t other)
{
    return (uint32_t)(one - other + NEAR) <= 2u * NEAR;
}

static bool is_over(const cluster_conversation *conversation)
{
    const cluster_party *client = &conversation->party[CLUSTER_CLIENT];
    const cluster_party *server = &conversation->party[CLUSTER_SERVER];
    return client->reset != 0 || server->reset != 0 || (client->fin != 0 && server->fin != 0);
}

/* Whether a record with the ends of a talk has them the other way round: it may have guessed. */
static bool is_turned(const cluster_talk *talk, const cluster_conversation *other)
{
    for (uint32_t copy = 0; copy < cluster_talk_copies(talk); copy++) {
        if (compare_endpoints(cluster_talk_end(talk, copy, CLUSTER_CLIENT),
                              &other->party[CLUSTER_CLIENT].end) == 0 &&
            compare_endpoints(cluster_talk_end(talk, copy, CLUSTER_SERVER),
                              &other->party[CLUSTER_SERVER].end) == 0) {
            return false;
        }
    }
    return true;
}

/* Whether the numbers of each side lie near each other, where both records have them. */
static bool goes_on(const cluster_talk *talk, const cluster_conversation *other)
{
    bool turned = is_turned(talk, other);
    for (int side = 0; side < 2; side++) {
        const cluster_party *left = &talk->conversation->party[side];
        const cluster_party *right = &other->party[turned ? !side : side];
        if (left->based && right->based && !is_near(left->sent, right->base)) {
            return false;
        }
    }
    return true;
}

/* Whether a record with the same ends is of the same connection as a talk. */
static bool is_piece(const cluster_talk *talk, const cluster_conversation *other)
{
    const cluster_conversation *known = talk->conversation;
    const cluster_party *left = &known->party[CLUSTER_CLIENT];
    const cluster_party *right = &other->party[CLUSTER_CLIENT];
    double gap = other->first.time - known->last.time;
    if (known->syn != 0 && other->syn != 0) {
        return !is_turned(talk, other) && left->base == right->base &&
               fabs(other->first.time - known->first.time) <= SAME_ENDS_TIME;
    }
    if (is_over(known) && gap > AFTER_END_TIME) {
        return false;
    }
    return goes_on(talk, other);
}

/* Whether two things that the same side said at the same place may be one. */
static bool is_same_said(const cluster_said *one, const cluster_said *other)
{
    if (one->kind != other->kind) {
        return one->kind == CLUSTER_SAID_RUNNING || other->kind == CLUSTER_SAID_RUNNING;
    }
    return one->text == other->text && one->payload == other->payload &&
           one->number == other->number;
}

/* The next thing that a side said, from a place on; said_count if there is none. */
static uint16_t next_said(const cluster_conversation *conversation, int side, uint16_t from)
{
    while (from < conversation->said_count && conversation->said[from].side != side) {
        from++;
    }
    return from;
}

/* Whether both say the same wherever both hold what a side said at a place. */
static bool says_same(const cluster_conversation *one, const cluster_conversation *other)
{
    for (int side = 0; side < 2; side++) {
        uint16_t i = next_said(one, side, 0);
        uint16_t k = next_said(other, side, 0);
        while (i < one->said_count && k < other->said_count) {
            int32_t ahead = (int32_t)(other->said[k].at - one->said[i].at);
            if (ahead == 0 && !is_same_said(&one->said[i], &other->said[k])) {
                return false;
            }
            i = ahead >= 0 ? next_said(one, side, i + 1) : i;
            k = ahead <= 0 ? next_said(other, side, k + 1) : k;
        }
    }
    return true;
}

/* Whether the numbers of a side begin at the same place; or overlap, where the first may not have
 * been seen. */
static bool begins_same(const cluster_party *one, const cluster_party *other)
{
    bool open = one->based && other->based && !(one->whole && other->whole);
    return one->base == other->base || (open && (int32_t)(other->sent - one->base) >= 0 &&
                                        (int32_t)(one->sent - other->base) >= 0);
}

/* Whether a record with the same numbers and other ends is of the same connection as a talk. */
static bool is_copy(const cluster_conversation *known, const cluster_conversation *other)
{
    const cluster_party *left = known->party;
    const cluster_party *right = other->party;
    bool same_client = cluster_address_equal(&left[CLUSTER_CLIENT].end.address,
                                             &right[CLUSTER_CLIENT].end.address);
    bool same_server = cluster_address_equal(&left[CLUSTER_SERVER].end.address,
                                             &right[CLUSTER_SERVER].end.address);
    bool tied = known->said_count > 0 || same_client || same_server;
    return tied && !(same_client && same_server) &&
           fabs(other->first.time - known->first.time) <= CLUSTER_SAME_TIME &&
           begins_same(&left[CLUSTER_CLIENT], &right[CLUSTER_CLIENT]) &&
           begins_same(&left[CLUSTER_SERVER], &right[CLUSTER_SERVER]) && says_same(known, other);
}

/* Whether copies may be found by the numbers: those of both sides, or of an attempt without an
 * answer the client's alone. */
static bool has_bases(const cluster_conversation *conversation)
{
    const cluster_party *party = conversation->party;
    return party[CLUSTER_CLIENT].based &&
           (party[CLUSTER_CLIENT].whole || party[CLUSTER_SERVER].based);
}

static void add_ends(cluster_talk *talk, const cluster_endpoint *client,
                     const cluster_endpoint *server)
{
    for (uint32_t copy = 0; talk->ends != NULL && copy < talk->ends->len / 2; copy++) {
        if (compare_endpoints(cluster_talk_end(talk, copy, CLUSTER_CLIENT), client) == 0 &&
            compare_endpoints(cluster_talk_end(talk, copy, CLUSTER_SERVER), server) == 0) {
            return;
        }
    }
    if (talk->ends == NULL) {
        talk->ends = g_array_new(FALSE, FALSE, sizeof(cluster_endpoint));
    }
    if (talk->ends->len < 2 * CLUSTER_ADDRESSES_MAX) {
        g_array_append_vals(talk->ends, client, 1);
        g_array_append_vals(talk->ends, server, 1);
    }
}

/*
 * The same segment in two captures tells how far their clocks are apart: of connections that both
 * saw from the beginning.
 */
static void note_offset(const search *work, const cluster_conversation *known,
                        const cluster_conversation *other)
{
    const cluster_report *report = work->report;
    uint32_t one = cluster_facts_capture_of(report->facts, known->first.frame);
    uint32_t two = cluster_facts_capture_of(report->facts, other->first.frame);
    if (one != two && one != UINT32_MAX && two != UINT32_MAX && known->syn != 0 &&
        other->syn != 0 && !report->clocks[two].known) {
        report->clocks[two].known = true;
        report->clocks[two].ahead =
            report->clocks[one].ahead + other->first.time - known->first.time;
    }
}

/* Exchanges the sides of a talk. */
static void turn(cluster_talk *talk)
{
    cluster_conversation_turn(talk->conversation);
    for (guint i = 0; i + 1 < talk->ends->len; i += 2) {
        cluster_endpoint *ends = &g_array_index(talk->ends, cluster_endpoint, i);
        const cluster_endpoint client = ends[0];
        ends[0] = ends[1];
        ends[1] = client;
    }
}

/* Makes a talk of several records: with a conversation of its own. */
static void make_joined(cluster_talk *talk)
{
    if (!talk->joined) {
        talk->joined = true;
        talk->conversation = cluster_conversation_copy(talk->conversation);
        add_ends(talk, &talk->conversation->party[CLUSTER_CLIENT].end,
                 &talk->conversation->party[CLUSTER_SERVER].end);
    }
}

static void take_piece(search *work, cluster_talk *talk, const cluster_conversation *other)
{
    make_joined(talk);
    cluster_conversation *copy = cluster_conversation_copy(other);
    if (is_turned(talk, copy)) {
        if (talk->conversation->turned) {
            cluster_conversation_turn(copy);
        } else {
            turn(talk);
        }
    }
    note_offset(work, talk->conversation, copy);
    bool is_copy = cluster_report_overlap(work->report, &talk->conversation->first, &copy->first);
    cluster_conversation_join(work->report->facts, talk->conversation, copy, is_copy);
    cluster_conversation_free(copy);
}

static void take_copy(search *work, cluster_talk *talk, const cluster_talk *other)
{
    make_joined(talk);
    note_offset(work, talk->conversation, other->conversation);
    for (uint32_t copy = 0; copy < cluster_talk_copies(other); copy++) {
        add_ends(talk, cluster_talk_end(other, copy, CLUSTER_CLIENT),
                 cluster_talk_end(other, copy, CLUSTER_SERVER));
    }
    cluster_conversation_join(work->report->facts, talk->conversation, other->conversation, true);
}

static void add_record(search *work, cluster_conversation *conversation)
{
    const cluster_ends ends = ends_of(conversation);
    cluster_talk *talk = g_hash_table_lookup(work->by_ends, &ends);
    if (talk != NULL && is_piece(talk, conversation)) {
        take_piece(work, talk, conversation);
        return;
    }
    talk = g_new0(cluster_talk, 1);
    talk->conversation = conversation;
    g_ptr_array_add(work->pieced, talk);
    g_hash_table_replace(work->by_ends, cluster_copy(&ends, sizeof ends), talk);
}

static void free_talk(gpointer data)
{
    cluster_talk *talk = data;
    if (talk->joined) {
        cluster_conversation_free(talk->conversation);
    }
    g_clear_pointer(&talk->ends, g_array_unref);
    g_free(talk);
}

/* Whether the capture holds how it was opened. */
static bool is_whole(const cluster_conversation *conversation)
{
    return conversation->party[CLUSTER_CLIENT].whole;
}

static base_key bases_of(const cluster_conversation *conversation, uint32_t bits)
{
    const cluster_party *party = conversation->party;
    uint32_t server = party[CLUSTER_SERVER].based ? party[CLUSTER_SERVER].base : 0;
    return (base_key){{party[CLUSTER_CLIENT].base >> bits, server >> bits}, bits};
}

static cluster_talk *find_copy(const search *work, const base_key *bases,
                               const cluster_conversation *other)
{
    cluster_talk *known = g_hash_table_lookup(work->by_base, bases);
    return known != NULL && is_copy(known->conversation, other) ? known : NULL;
}

/* The talk that another is a copy of; NULL if it is none. */
static cluster_talk *find_original(const search *work, const cluster_conversation *other)
{
    const base_key bases = bases_of(other, 0);
    const base_key middle = bases_of(other, COPY_BITS);
    cluster_talk *known = find_copy(work, &bases, other);
    for (uint32_t i = 0; i < 9 && known == NULL && !is_whole(other);
         i++) { /* the block, and those around */
        const uint32_t blocks = UINT32_MAX >> COPY_BITS;
        const base_key near = {
            {(middle.base[0] + i % 3 - 1) & blocks, (middle.base[1] + i / 3 - 1) & blocks},
            COPY_BITS};
        known = find_copy(work, &near, other);
    }
    return known;
}

/* Only one that was open before may be found near its numbers. */
static void keep_bases(search *work, cluster_talk *talk)
{
    const base_key bases = bases_of(talk->conversation, 0);
    const base_key blocks = bases_of(talk->conversation, COPY_BITS);
    g_hash_table_replace(work->by_base, cluster_copy(&bases, sizeof bases), talk);
    if (!is_whole(talk->conversation)) {
        g_hash_table_replace(work->by_base, cluster_copy(&blocks, sizeof blocks), talk);
    }
}

/* A talk whose pieces are together: one of its own, or a copy. */
static void add_talk(search *work, cluster_talk *talk)
{
    bool based = has_bases(talk->conversation);
    cluster_talk *known = based ? find_original(work, talk->conversation) : NULL;
    if (known != NULL) {
        take_copy(work, known, talk);
        free_talk(talk);
        return;
    }
    g_ptr_array_add(work->talks, talk);
    if (based) {
        keep_bases(work, talk);
    }
}

/* Reads on behind what the captures together lack. */
static void read_rest(search *work, cluster_talk *talk)
{
    if (cluster_rest_is_any(talk->conversation)) {
        make_joined(talk);
        cluster_rest_read(work->report->facts, talk->conversation);
    }
}

static gint by_first(gconstpointer one, gconstpointer other)
{
    const cluster_conversation *left = *(const cluster_conversation *const *)one;
    const cluster_conversation *right = *(const cluster_conversation *const *)other;
    int order = cluster_moment_compare(&left->first, &right->first);
    return order != 0 ? order
                      : compare_endpoints(&left->party[CLUSTER_CLIENT].end,
                                          &right->party[CLUSTER_CLIENT].end);
}

static gint talks_by_first(gconstpointer one, gconstpointer other, gpointer report)
{
    const cluster_talk *left = *(const cluster_talk *const *)one;
    const cluster_talk *right = *(const cluster_talk *const *)other;
    int order =
        cluster_report_compare(report, &left->conversation->first, &right->conversation->first);
    return order != 0 ? order : by_first(&left->conversation, &right->conversation);
}

GPtrArray *cluster_same_talks(cluster_report *report)
{
    const cluster_facts *facts = report->facts;
    search work = {
        .report = report,
        .pieced = g_ptr_array_new(),
        .talks = g_ptr_array_new_with_free_func(free_talk),
        .by_ends = g_hash_table_new_full(cluster_ends_hash, cluster_ends_key_equal, g_free, NULL),
        .by_base = g_hash_table_new_full(base_hash, base_equal, g_free, NULL),
    };
    GPtrArray *records = g_ptr_array_sized_new(facts->conversations->len);
    for (guint i = 0; i < facts->conversations->len; i++) {
        g_ptr_array_add(records, g_ptr_array_index(facts->conversations, i));
    }
    g_ptr_array_sort(records, by_first);
    for (guint i = 0; i < records->len; i++) {
        add_record(&work, g_ptr_array_index(records, i));
    }
    for (guint i = 0; i < work.pieced->len; i++) {
        add_talk(&work, g_ptr_array_index(work.pieced, i));
    }
    for (guint i = 0; i < work.talks->len; i++) {
        read_rest(&work, g_ptr_array_index(work.talks, i));
    }
    g_ptr_array_sort_with_data(work.talks, talks_by_first, report);
    g_ptr_array_unref(work.pieced);
    g_ptr_array_unref(records);
    g_hash_table_destroy(work.by_base);
    g_hash_table_destroy(work.by_ends);
    return work.talks;
}

/* ARP requests. */

static gint by_pair(gconstpointer one, gconstpointer other)
{
    const cluster_asking *left = *(const cluster_asking *const *)one;
    const cluster_asking *right = *(const cluster_asking *const *)other;
    int order = cluster_address_compare(&left->pair.from, &right->pair.from);
    if (order == 0) {
        order = cluster_address_compare(&left->pair.to, &right->pair.to);
    }
    if (order == 0) {
        order = (left->first.time > right->first.time) - (left->first.time < right->first.time);
    }
    return order != 0 ? order : cluster_moment_compare(&left->first, &right->first);
}

static gint askings_by_first(gconstpointer one, gconstpointer other, gpointer report)
{
    const cluster_asking *left = *(const cluster_asking *const *)one;
    const cluster_asking *right = *(const cluster_asking *const *)other;
    int order = cluster_report_compare(report, &left->first, &right->first);
    return order != 0 ? order : by_pair(one, other);
}

static void join_asking(cluster_asking *known, const cluster_asking *later)
{
    double gap = later->first.time - known->last;
    if (known->resolved.frame == 0) {
        known->resolved = later->resolved;
    }
    if (later->requests == 0) {
        return; /* only an answer */
    }
    bool twice = gap < CLUSTER_ARP_REPEAT; /* the first of them was seen at two points */
    for (uint32_t i = 0; i < later->frame_count; i++) {
        if (gap >= 0 && known->frame_count < CLUSTER_ASKING_FRAMES_MAX && !(i == 0 && twice)) {
            known->frames[known->frame_count++] = later->frames[i];
        }
    }
    known->requests =
        gap < 0 ? MAX(known->requests, later->requests) : known->requests + later->requests - twice;
    known->last = MAX(known->last, later->last);
}

GPtrArray *cluster_same_askings(const cluster_report *report)
{
    const cluster_facts *facts = report->facts;
    GPtrArray *all = g_ptr_array_new();
    GPtrArray *joined = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < facts->askings->len; i++) {
        g_ptr_array_add(all, g_ptr_array_index(facts->askings, i));
    }
    g_ptr_array_sort(all, by_pair);
    for (guint i = 0; i < all->len; i++) {
        const cluster_asking *asking = g_ptr_array_index(all, i);
        cluster_asking *known =
            joined->len == 0 ? NULL : g_ptr_array_index(joined, joined->len - 1);
        if (known != NULL && cluster_pair_key_equal(&known->pair, &asking->pair) &&
            asking->first.time - known->last <= CLUSTER_WALK_PAUSE) {
            join_asking(known, asking);
        } else if (asking->requests > 0) {
            g_ptr_array_add(joined, cluster_copy(asking, sizeof *asking));
        }
    }
    g_ptr_array_sort_with_data(joined, askings_by_first, (gpointer)report);
    g_ptr_array_unref(all);
    return joined;
}
