/* scans.c
 * The walks of Locators over a network, among attempts to connect and ARP requests.
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

#include "steps.h"

/* Targets that are looked through one by one; more get an index. */
#define UNINDEXED_TARGETS 8
/* ARP requests for a target that show that nobody answered them. */
#define SILENT_REQUESTS 2
/* Scans that one is held against. */
#define PARALLEL_LOOKS 64
/* Steps at a Locator's pace that make ARP requests alone a walk. */
#define WALK_STEPS 2

typedef enum {
    TARGET_ARP,      /* only ARP requests for it were seen, */
    TARGET_RESOLVED, /* and an answer to them, but no attempt to connect */
    TARGET_SILENT,   /* attempts without an answer, */
    TARGET_REFUSED,  /* or with RST, or ICMP of the target itself */
    TARGET_ANSWERED, /* one was accepted */
} target_state;

typedef struct {
    cluster_address address;
    uint8_t state; /* target_state */
    uint16_t attempts;
    uint32_t requests; /* of ARP */
    double last;       /* time of the newest attempt or ARP request */
    double first;      /* and of the first */
} target;

/* A walk while it is put together. */
typedef struct {
    cluster_address source;
    uint16_t port;     /* 0: only ARP requests were seen */
    uint32_t seeker;   /* who asked to join in the end, of the facts' texts; CLUSTER_NONE */
    bool sought;       /* a seeking request was sent */
    bool again;        /* a target was tried twice: the first round is over */
    bool foreign;      /* it asked for where others then connected: a router */
    bool mute;         /* it was accepted, and asked nothing */
    bool passed;       /* it is not told: a seeker's once more, or a watcher's */
    uint8_t rests;     /* attempts that came a Locator's rest after the last one on that target */
    uint32_t steps;    /* ARP targets that came a Locator's step after the one before, */
    uint32_t strides;  /* and those that came after another time */
    uint32_t tries;    /* attempts, */
    uint32_t asked;    /* and targets that only ARP requests told first; */
    uint32_t hasty;    /* those of both that did not wait for what came of the one before, */
    uint32_t fresh;    /* attempts at a new target, */
    uint32_t backward; /* and those of them whose address is before the last one's */
    double busy;       /* until when the last attempt keeps a Locator */
    uint32_t answered; /* targets in state ANSWERED */
    uint32_t first_frame;
    uint32_t last_frame;
    double first;
    double last_new; /* time of the last new target */
    double last;     /* of the last attempt or ARP request */
    cluster_address last_target;
    cluster_address last_fresh; /* the newest target that an attempt was made at */
    GArray *targets;            /* target, in the order they were first seen */
    GHashTable *index; /* cluster_address -> index + 1 in targets; NULL while they are few */
} walk;

typedef struct {
    cluster_report *report;
    GPtrArray *found;   /* walk, owned */
    GHashTable *active; /* cluster_endpoint: source and locator port -> walk */
    GHashTable *newest; /* cluster_address: source -> its newest walk */
    GHashTable *named;  /* text of a seeker -> its newest walk */
    GHashTable *asked;  /* cluster_address of a target -> walk of ARP that asked for it last */
    uint32_t targets;   /* of all walks */
} search;

/* Walks and targets. */

static void free_walk(gpointer data)
{
    walk *going = data;
    g_array_unref(going->targets);
    g_clear_pointer(&going->index, g_hash_table_destroy);
    g_free(going);
}

static walk *new_walk(search *work, const cluster_address *source, uint16_t port)
{
    walk *going = g_new0(walk, 1);
    going->source = *source;
    going->port = port;
    going->seeker = CLUSTER_NONE;
    going->targets = g_array_new(FALSE, TRUE, sizeof(target));
    g_ptr_array_add(work->found, going);
    return going;
}

static target *target_at(const walk *going, uint32_t place)
{
    return &g_array_index(going->targets, target, place);
}

/* The place of a target; UINT32_MAX if the walk has none of that address. */
static uint32_t find_target(const walk *going, const cluster_address *address)
{
    if (going->index != NULL) {
        return GPOINTER_TO_UINT(g_hash_table_lookup(going->index, address)) - 1;
    }
    for (uint32_t i = 0; i < going->targets->len; i++) {
        if (cluster_address_equal(&target_at(going, i)->address, address)) {
            return i;
        }
    }
    return UINT32_MAX;
}

static void index_target(walk *going, uint32_t place)
{
    const cluster_address *address = &target_at(going, place)->address;
    g_hash_table_insert(going->index, cluster_copy(address, sizeof *address),
                        GUINT_TO_POINTER(place + 1));
}

/* Adds a target; its place, or UINT32_MAX if there is no room. */
static uint32_t add_target(search *work, walk *going, double when, const cluster_address *address)
{
    if (going->targets->len >= CLUSTER_SCAN_TARGETS_MAX ||
        work->targets >= CLUSTER_ALL_TARGETS_MAX) {
        work->report->limits |= 1u << CLUSTER_LIMIT_TARGETS;
        return UINT32_MAX;
    }
    const target new = {.address = *address, .last = when, .first = when};
    g_array_append_val(going->targets, new);
    work->targets++;
    if (going->index != NULL) {
        index_target(going, going->targets->len - 1);
    } else if (going->targets->len > UNINDEXED_TARGETS) {
        going->index =
            g_hash_table_new_full(cluster_address_hash, cluster_address_key_equal, g_free, NULL);
        for (uint32_t i = 0; i < going->targets->len; i++) {
            index_target(going, i);
        }
    }
    going->last_target = *address;
    going->last_new = when;
    return going->targets->len - 1;
}

static void touch(walk *going, cluster_moment when, double until)
{
    if (going->first_frame == 0) {
        going->first_frame = when.frame;
        going->first = when.time;
    }
    going->last_frame = MAX(going->last_frame, when.frame);
    going->last = MAX(going->last, until);
}

/* Attempts. */

static target_state state_of(const cluster_conversation *conversation)
{
    const cluster_party *server = &conversation->party[CLUSTER_SERVER];
    bool heard = server->based && server->reset == 0; /* the client acknowledges what it got */
    if (conversation->syn_ack != 0 || conversation->said_count > 0 || heard) {
        return TARGET_ANSWERED;
    }
    bool refused = conversation->party[CLUSTER_SERVER].reset != 0 || conversation->prohibited;
    return refused ? TARGET_REFUSED : TARGET_SILENT;
}

/* Whether an attempt belongs to a walk that is going on: a Locator does not rest for longer. */
static bool continues(const walk *going, double when, const cluster_address *address)
{
    uint32_t place = find_target(going, address);
    const target *known = place == UINT32_MAX ? NULL : target_at(going, place);
    if (when - going->last > CLUSTER_WALK_PAUSE) {
        return false;
    }
    if (going->answered > 0) {
        return known != NULL && known->state == TARGET_ANSWERED;
    }
    return known == NULL || known->attempts < CLUSTER_ROUNDS_MAX;
}

/* The ARP requests with which the walk of a talk's client began, before it came to its first SYN.
 * They may have another of the client's addresses than the one that stands behind a translation. */
static walk *take_walk(search *work, double when, const cluster_talk *talk)
{
    for (uint32_t copy = 0; copy < cluster_talk_copies(talk); copy++) {
        walk *going = g_hash_table_lookup(work->newest,
                                          &cluster_talk_end(talk, copy, CLUSTER_CLIENT)->address);
        if (going != NULL && going->port == 0 && when - going->last <= CLUSTER_WALK_PAUSE) {
            return going;
        }
    }
    return NULL;
}

static void set_newest(search *work, const cluster_address *source, walk *going)
{
    g_hash_table_replace(work->newest, cluster_copy(source, sizeof *source), going);
}

/* The name of the seeker that a connection was opened for; CLUSTER_NONE. */
static uint32_t seeker_of(const cluster_talk *talk)
{
    const cluster_said *request =
        cluster_conversation_find(talk->conversation, CLUSTER_SAID_REQUEST, NULL);
    return request != NULL && request->type == SEEKCHAT_TYPE_SEEKING ? request->text : CLUSTER_NONE;
}

/* Several nodes of a host may seek at once: each one's scan is its own. */
static bool is_anothers(const walk *going, uint32_t seeker)
{
    return seeker != CLUSTER_NONE && going->seeker != CLUSTER_NONE && going->seeker != seeker;
}

/* The walk of a seeker that asks once more; NULL. */
static walk *walk_of_seeker(const search *work, const cluster_talk *talk, uint32_t seeker)
{
    const cluster_endpoint *server = cluster_talk_end(talk, 0, CLUSTER_SERVER);
    walk *going = g_hash_table_lookup(work->named, GUINT_TO_POINTER(seeker));
    return going != NULL && going->port == server->port &&
                   cluster_talk_has(talk, CLUSTER_CLIENT, &going->source) &&
                   continues(going, talk->conversation->first.time, &server->address)
               ? going
               : NULL;
}

/* The walk of the talk's client that is going on; NULL. */
static walk *walk_of_client(const search *work, const cluster_talk *talk, uint32_t seeker)
{
    const cluster_endpoint *server = cluster_talk_end(talk, 0, CLUSTER_SERVER);
    for (uint32_t copy = 0; copy < cluster_talk_copies(talk); copy++) {
        const cluster_endpoint key = {cluster_talk_end(talk, copy, CLUSTER_CLIENT)->address,
                                      server->port};
        walk *going = g_hash_table_lookup(work->active, &key);
        if (going != NULL && !is_anothers(going, seeker) &&
            continues(going, talk->conversation->first.time, &server->address)) {
            return going;
        }
    }
    return NULL;
}

/* Whether a walk went only to where another one had been. */
static bool is_within(const walk *going, const walk *before)
{
    for (uint32_t i = 0; i < going->targets->len; i++) {
        if (find_target(before, &target_at(going, i)->address) == UINT32_MAX) {
            return false;
        }
    }
    return true;
}

/* A seeker whose join failed walks once more from the first address on. That such attempts are its
 * own shows when it asks: then they go with its first walk, unless they came to other addresses. */
static walk *walk_so_far(const search *work, const cluster_talk *talk, uint32_t seeker)
{
    walk *before = walk_of_seeker(work, talk, seeker);
    walk *going = walk_of_client(work, talk, seeker);
    if (before == NULL || before == going) {
        return going;
    }
    if (going == NULL || going->first < before->first || going->answered > 0) {
        return before;
    }
    going->passed = is_within(going, before);
    return going->passed ? before : going;
}

/* Whether a walk begins where another of the same client ended that was accepted, and asked
 * nothing: a scanner's, which goes on past whoever accepts. */
static bool goes_past(const search *work, const cluster_talk *talk)
{
    const cluster_endpoint *server = cluster_talk_end(talk, 0, CLUSTER_SERVER);
    for (uint32_t copy = 0; copy < cluster_talk_copies(talk); copy++) {
        const cluster_endpoint key = {cluster_talk_end(talk, copy, CLUSTER_CLIENT)->address,
                                      server->port};
        const walk *before = g_hash_table_lookup(work->active, &key);
        if (before != NULL && before->mute &&
            talk->conversation->first.time - before->last <= CLUSTER_WALK_PAUSE &&
            cluster_address_compare(&server->address, &before->last_target) > 0) {
            return true;
        }
    }
    return false;
}

/* The walk that an attempt belongs to. Behind an address translation it has several sources. */
static walk *walk_of_attempt(search *work, const cluster_talk *talk)
{
    const uint32_t seeker = seeker_of(talk);
    const double when = talk->conversation->first.time;
    const uint16_t port = cluster_talk_end(talk, 0, CLUSTER_SERVER)->port;
    walk *going = walk_so_far(work, talk, seeker);
    if (going == NULL) {
        going = take_walk(work, when, talk);
    }
    if (going == NULL) {
        going = new_walk(work, &cluster_talk_end(talk, 0, CLUSTER_CLIENT)->address, port);
        going->mute = goes_past(work, talk);
    }
    going->port = port;
    if (seeker != CLUSTER_NONE) {
        going->seeker = seeker;
        g_hash_table_replace(work->named, GUINT_TO_POINTER(seeker), going);
    }
    for (uint32_t copy = 0; copy < cluster_talk_copies(talk); copy++) {
        const cluster_endpoint key = {cluster_talk_end(talk, copy, CLUSTER_CLIENT)->address, port};
        g_hash_table_replace(work->active, cluster_copy(&key, sizeof key), going);
        set_newest(work, &key.address, going);
    }
    return going;
}

/* Notes what came of an attempt. Those that a walk made after it found a Beacon are no rounds. */
static void settle(walk *going, target *tried, const cluster_conversation *conversation)
{
    uint8_t state = (uint8_t)state_of(conversation);
    double rest = conversation->first.time - tried->last;
    if (going->answered == 0) {
        going->again = going->again || tried->attempts > 0;
        if (tried->attempts > 0 && rest >= CLUSTER_REST_MIN && rest <= CLUSTER_REST_MAX &&
            going->rests < UINT8_MAX) {
            going->rests++;
        }
        tried->attempts++;
    }
    going->answered += state == TARGET_ANSWERED && tried->state != state;
    tried->state = MAX(tried->state, state);
    tried->last = conversation->first.time;
}

/* Whether a Locator may have opened the connection: not one who asked for something else, or who
 * speaks another language. */
static bool is_locators(const cluster_conversation *conversation, bool *sought)
{
    const cluster_said *request =
        cluster_conversation_find(conversation, CLUSTER_SAID_REQUEST, NULL);
    const uint8_t speech = conversation->party[CLUSTER_CLIENT].speech;
    *sought = request != NULL && request->type == SEEKCHAT_TYPE_SEEKING;
    return request == NULL ? speech == CLUSTER_SPEAKS_NOTHING || speech == CLUSTER_SPEAKS_SEEKCHAT
                           : *sought;
}

/* Whether a connection was accepted, and ended by who had opened it and sent not one byte. */
static bool is_mute(const cluster_report *report, const cluster_conversation *conversation)
{
    const cluster_party *client = &conversation->party[CLUSTER_CLIENT];
    bool ended = client->fin != 0 || client->reset != 0;
    return report->facts->filter == NULL && conversation->syn_ack != 0 && ended && client->whole &&
           client->sent - client->base <= 1 && client->stream == NULL;
}

/* Notes how an attempt follows on the one before. */
static void note_pace(walk *going, const cluster_conversation *conversation)
{
    const double when = conversation->first.time;
    going->tries++;
    going->hasty += when < going->busy;
    switch (state_of(conversation)) {
    case TARGET_SILENT:
        going->busy = when + CLUSTER_WALK_STEP_MIN;
        break;
    case TARGET_REFUSED:
        going->busy = conversation->ended;
        break;
    default:
        break;
    }
}

/* Who asked by ARP for where another host connects now is that host's router. */
static void find_router(const search *work, const cluster_talk *talk)
{
    walk *router =
        g_hash_table_lookup(work->asked, &cluster_talk_end(talk, 0, CLUSTER_SERVER)->address);
    if (router != NULL && talk->conversation->first.time - router->last <= CLUSTER_SILENCE &&
        !cluster_talk_has(talk, CLUSTER_CLIENT, &router->source)) {
        router->foreign = true;
    }
}

/* A watcher walks as a Locator does: what it tried in vain before it asked was no search for a
 * cluster to join. */
static void watch_seen(const search *work, const cluster_talk *talk)
{
    const cluster_said *request =
        cluster_conversation_find(talk->conversation, CLUSTER_SAID_REQUEST, NULL);
    walk *going = request == NULL || request->type != SEEKCHAT_TYPE_WATCHING
                      ? NULL
                      : walk_of_client(work, talk, CLUSTER_NONE);
    if (going != NULL && going->answered == 0) {
        going->passed = true;
    }
}

static void attempt_seen(search *work, const cluster_talk *talk)
{
    const cluster_conversation *conversation = talk->conversation;
    const cluster_endpoint *server = cluster_talk_end(talk, 0, CLUSTER_SERVER);
    bool sought;
    if (!is_locators(conversation, &sought)) {
        watch_seen(work, talk);
        return;
    }
    walk *going = walk_of_attempt(work, talk);
    uint32_t place = find_target(going, &server->address);
    if (place == UINT32_MAX) {
        going->backward +=
            going->fresh > 0 && cluster_address_compare(&server->address, &going->last_fresh) < 0;
        going->fresh++;
        going->last_fresh = server->address;
        place = add_target(work, going, conversation->first.time, &server->address);
    }
    note_pace(going, conversation);
    going->mute = going->mute || is_mute(work->report, conversation);
    if (place != UINT32_MAX) {
        touch(going, conversation->first, conversation->last.time);
        settle(going, target_at(going, place), conversation);
        going->sought = going->sought || sought;
    }
}

/* ARP requests. */

static bool is_link_local(const cluster_address *address)
{
    return address->family == CLUSTER_FAMILY_IPV4
               ? address->bytes[0] == 169 && address->bytes[1] == 254
               : address->bytes[0] == 0xfe && (address->bytes[1] & 0xc0) == 0x80;
}

/* Whether a walk that is going on comes to an address next. */
static bool extends(const walk *going, double when, const cluster_address *address)
{
    uint32_t jump = cluster_address_distance(&going->last_target, address);
    return jump > 0 && jump <= CLUSTER_WALK_JUMP_MAX && !going->again && going->answered == 0 &&
           when - going->last_new <= CLUSTER_WALK_PAUSE;
}

/* Whether a walk of which the capture missed the beginning begins its next round: it rests, and
 * goes back to an address before the first that was seen. */
static bool begins_again(const walk *going, double when, const cluster_address *address)
{
    const double rest = when - going->last_new;
    return going->steps > 0 && going->port == 0 && !going->again && going->targets->len > 0 &&
           cluster_address_compare(address, &target_at(going, 0)->address) < 0 &&
           rest >= CLUSTER_REST_MIN && rest <= CLUSTER_REST_MAX + CLUSTER_WALK_STEP_MAX;
}

static void ask_again(walk *going, target *known, const cluster_asking *asking)
{
    going->last = MAX(going->last, asking->last);
    if (known->state == TARGET_ARP) {
        known->requests += asking->requests;
        known->state = asking->resolved.frame != 0 ? TARGET_RESOLVED : known->state;
        known->last = asking->first.time;
    }
}

static void ask_next(search *work, walk *going, const cluster_asking *asking)
{
    double step = asking->first.time - going->last_new;
    const uint32_t known = going->targets->len;
    bool waits = known > 0 && target_at(going, known - 1)->state == TARGET_ARP;
    uint32_t place = add_target(work, going, asking->first.time, &asking->pair.to);
    if (place == UINT32_MAX) {
        return;
    }
    target *asked = target_at(going, place);
    asked->requests = asking->requests;
    asked->state = asking->resolved.frame != 0 ? TARGET_RESOLVED : TARGET_ARP;
    touch(going, asking->first, asking->last);
    bool paced = step >= CLUSTER_WALK_STEP_MIN && step <= CLUSTER_WALK_STEP_MAX;
    going->asked++;
    going->hasty += waits && step < CLUSTER_WALK_STEP_MIN;
    going->steps += place > 0 && paced;
    going->strides += place > 0 && !paced;
}

static void asking_seen(search *work, const cluster_asking *asking)
{
    const double when = asking->first.time;
    walk *going = g_hash_table_lookup(work->newest, &asking->pair.from);
    if (is_link_local(&asking->pair.to)) {
        return;
    }
    if (going != NULL && when - MAX(going->last, going->last_new) > CLUSTER_WALK_PAUSE) {
        going = NULL;
    }
    uint32_t known = going == NULL ? UINT32_MAX : find_target(going, &asking->pair.to);
    if (known != UINT32_MAX) {
        ask_again(going, target_at(going, known), asking);
    } else {
        if (going != NULL && !extends(going, when, &asking->pair.to) &&
            !begins_again(going, when, &asking->pair.to)) {
            if (going->port != 0) {
                return;
            }
            going = NULL;
        }
        if (going == NULL) {
            going = new_walk(work, &asking->pair.from, 0);
            set_newest(work, &going->source, going);
        }
        ask_next(work, going, asking);
    }
    g_hash_table_replace(work->asked, cluster_copy(&asking->pair.to, sizeof asking->pair.to),
                         going);
}

/* What walks come to. */

/* The list that a target belongs to; NULL if it is no target of the walk. Of one for which the
 * capture ended before the Locator's time was over, only that it was a target is known. */
static GArray *list_of(const cluster_scan *scan, const target *tried, double end)
{
    switch ((target_state)tried->state) {
    case TARGET_ARP:
        return tried->requests >= SILENT_REQUESTS ? scan->silent : NULL;
    case TARGET_SILENT:
        return tried->attempts > 1 || end - tried->last >= CLUSTER_WALK_STEP_MIN ? scan->silent
                                                                                 : scan->targets;
    case TARGET_REFUSED:
        return scan->refused;
    case TARGET_ANSWERED:
        return scan->answered;
    case TARGET_RESOLVED:
        break;
    }
    return NULL;
}

/* Whether a walk that found nobody may have been longer than what the capture holds of it. */
static bool is_cut(const cluster_report *report, const walk *going, const cluster_scan *scan)
{
    double start = cluster_report_capture_start(report, going->first_frame);
    return scan->open || going->first - start < CLUSTER_SILENCE;
}

/* Whether what was seen fits a Locator. */
static bool fits(const cluster_report *report, const walk *going, const cluster_scan *scan)
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

static void look(cluster_report *report, const walk *going)
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
        const target *tried = target_at(going, i);
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

/* Ports that are a locator's, by what was said there. */
static void find_ports(const cluster_report *report, uint8_t *ports)
{
    for (guint i = 0; i < report->exchanges->len; i++) {
        const cluster_exchange *exchange = g_ptr_array_index(report->exchanges, i);
        uint16_t port = cluster_talk_end(exchange->talk, 0, CLUSTER_SERVER)->port;
        ports[port / 8] |= (uint8_t)(1u << port % 8);
    }
}

/* Whether a connection is an attempt to find a Beacon. One that was accepted and carried no message
 * on a port that only messages tell is most likely another protocol's. */
static bool is_attempt(const cluster_talk *talk, const uint8_t *ports)
{
    const cluster_conversation *conversation = talk->conversation;
    uint16_t port = conversation->party[CLUSTER_SERVER].end.port;
    bool told = (ports[port / 8] >> port % 8 & 1) != 0;
    bool asked = cluster_conversation_find(conversation, CLUSTER_SAID_REQUEST, NULL) != NULL;
    if (conversation->syn == 0 && conversation->unreachable == 0 && !asked) {
        return false;
    }
    return conversation->locator || (told && (asked || conversation->syn_ack == 0));
}

void cluster_report_find_scans(cluster_report *report)
{
    uint8_t *ports = g_new0(uint8_t, 65536 / 8);
    search work = {
        .report = report,
        .found = g_ptr_array_new_with_free_func(free_walk),
        .active =
            g_hash_table_new_full(cluster_endpoint_hash, cluster_endpoint_key_equal, g_free, NULL),
        .newest =
            g_hash_table_new_full(cluster_address_hash, cluster_address_key_equal, g_free, NULL),
        .named = g_hash_table_new(NULL, NULL),
        .asked =
            g_hash_table_new_full(cluster_address_hash, cluster_address_key_equal, g_free, NULL),
    };
    report->scans = g_array_new(FALSE, FALSE, sizeof(cluster_scan));
    g_array_set_clear_func(report->scans, clear_scan);
    find_ports(report, ports);
    guint next = 0;
    for (guint i = 0; i < report->talks->len; i++) {
        const cluster_talk *talk = g_ptr_array_index(report->talks, i);
        const bool attempt = is_attempt(talk, ports);
        /* With its SYN cut by the snap length, a connection does not show that it is an attempt. */
        if (!attempt && !talk->conversation->locator) {
            continue;
        }
        for (; next < report->askings->len; next++) {
            const cluster_asking *asking = g_ptr_array_index(report->askings, next);
            if (cluster_report_compare(report, &asking->first, &talk->conversation->first) > 0) {
                break;
            }
            asking_seen(&work, asking);
        }
        find_router(&work, talk);
        if (attempt) {
            attempt_seen(&work, talk);
        }
    }
    for (; next < report->askings->len; next++) {
        asking_seen(&work, g_ptr_array_index(report->askings, next));
    }
    for (guint i = 0; i < work.found->len; i++) {
        look(report, g_ptr_array_index(work.found, i));
    }
    g_array_sort(report->scans, by_frame);
    find_parallel(report);
    g_hash_table_destroy(work.asked);
    g_hash_table_destroy(work.named);
    g_hash_table_destroy(work.newest);
    g_hash_table_destroy(work.active);
    g_ptr_array_unref(work.found);
    g_free(ports);
}
