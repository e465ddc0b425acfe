/* walks.c
 * How attempts to connect and ARP requests make walks of a host over addresses.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "walks.h"

/* Targets that are looked through one by one; more get an index. */
#define UNINDEXED_TARGETS 8

/* Walks and targets. */

static void free_walk(gpointer data)
{
    cluster_walk *going = data;
    g_array_unref(going->targets);
    g_clear_pointer(&going->index, g_hash_table_destroy);
    g_free(going);
}

static cluster_walk *new_walk(cluster_walks *work, const cluster_address *source, uint16_t port)
{
    cluster_walk *going = g_new0(cluster_walk, 1);
    going->source = *source;
    going->port = port;
    going->seeker = CLUSTER_NONE;
    going->targets = g_array_new(FALSE, TRUE, sizeof(cluster_target));
    g_ptr_array_add(work->found, going);
    return going;
}

/* The place of a target; UINT32_MAX if the walk has none of that address. */
static uint32_t find_target(const cluster_walk *going, const cluster_address *address)
{
    if (going->index != NULL) {
        return GPOINTER_TO_UINT(g_hash_table_lookup(going->index, address)) - 1;
    }
    for (uint32_t i = 0; i < going->targets->len; i++) {
        if (cluster_address_equal(&cluster_walk_target(going, i)->address, address)) {
            return i;
        }
    }
    return UINT32_MAX;
}

static void index_target(cluster_walk *going, uint32_t place)
{
    const cluster_address *address = &cluster_walk_target(going, place)->address;
    g_hash_table_insert(going->index, cluster_copy(address, sizeof *address),
                        GUINT_TO_POINTER(place + 1));
}

/* Adds a target; its place, or UINT32_MAX if there is no room. */
static uint32_t add_target(cluster_walks *work, cluster_walk *going, double when,
                           const cluster_address *address)
{
    if (going->targets->len >= CLUSTER_SCAN_TARGETS_MAX ||
        work->targets >= CLUSTER_ALL_TARGETS_MAX) {
        work->report->limits |= 1u << CLUSTER_LIMIT_TARGETS;
        return UINT32_MAX;
    }
    const cluster_target new = {.address = *address, .last = when, .first = when};
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

static void touch(cluster_walk *going, cluster_moment when, double until)
{
    if (going->first_frame == 0) {
        going->first_frame = when.frame;
        going->first = when.time;
    }
    going->last_frame = MAX(going->last_frame, when.frame);
    going->last = MAX(going->last, until);
}

/* Attempts. */

static cluster_target_state state_of(const cluster_conversation *conversation)
{
    const cluster_party *server = &conversation->party[CLUSTER_SERVER];
    bool heard = server->based && server->reset == 0; /* the client acknowledges what it got */
    if (conversation->syn_ack != 0 || conversation->said_count > 0 || heard) {
        return CLUSTER_TARGET_ANSWERED;
    }
    bool refused = conversation->party[CLUSTER_SERVER].reset != 0 || conversation->prohibited;
    return refused ? CLUSTER_TARGET_REFUSED : CLUSTER_TARGET_SILENT;
}

/* Whether an attempt belongs to a walk that is going on: a Locator does not rest for longer. */
static bool continues(const cluster_walk *going, double when, const cluster_address *address)
{
    uint32_t place = find_target(going, address);
    const cluster_target *known = place == UINT32_MAX ? NULL : cluster_walk_target(going, place);
    if (when - going->last > CLUSTER_WALK_PAUSE) {
        return false;
    }
    if (going->answered > 0) {
        return known != NULL && known->state == CLUSTER_TARGET_ANSWERED;
    }
    return known == NULL || known->attempts < CLUSTER_ROUNDS_MAX;
}

/* The ARP requests with which the walk of a talk's client began, before it came to its first SYN.
 * They may have another of the client's addresses than the one that stands behind a translation. */
static cluster_walk *take_walk(cluster_walks *work, double when, const cluster_talk *talk)
{
    for (uint32_t copy = 0; copy < cluster_talk_copies(talk); copy++) {
        cluster_walk *going = g_hash_table_lookup(
            work->newest, &cluster_talk_end(talk, copy, CLUSTER_CLIENT)->address);
        if (going != NULL && going->port == 0 && when - going->last <= CLUSTER_WALK_PAUSE) {
            return going;
        }
    }
    return NULL;
}

static void set_newest(cluster_walks *work, const cluster_address *source, cluster_walk *going)
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
static bool is_anothers(const cluster_walk *going, uint32_t seeker)
{
    return seeker != CLUSTER_NONE && going->seeker != CLUSTER_NONE && going->seeker != seeker;
}

/* The walk of a seeker that asks once more; NULL. */
static cluster_walk *walk_of_seeker(const cluster_walks *work, const cluster_talk *talk,
                                    uint32_t seeker)
{
    const cluster_endpoint *server = cluster_talk_end(talk, 0, CLUSTER_SERVER);
    cluster_walk *going = g_hash_table_lookup(work->named, GUINT_TO_POINTER(seeker));
    return going != NULL && going->port == server->port &&
                   cluster_talk_has(talk, CLUSTER_CLIENT, &going->source) &&
                   continues(going, talk->conversation->first.time, &server->address)
               ? going
               : NULL;
}

/* The walk of the talk's client that is going on; NULL. */
static cluster_walk *walk_of_client(const cluster_walks *work, const cluster_talk *talk,
                                    uint32_t seeker)
{
    const cluster_endpoint *server = cluster_talk_end(talk, 0, CLUSTER_SERVER);
    for (uint32_t copy = 0; copy < cluster_talk_copies(talk); copy++) {
        const cluster_endpoint key = {cluster_talk_end(talk, copy, CLUSTER_CLIENT)->address,
                                      server->port};
        cluster_walk *going = g_hash_table_lookup(work->active, &key);
        if (going != NULL && !is_anothers(going, seeker) &&
            continues(going, talk->conversation->first.time, &server->address)) {
            return going;
        }
    }
    return NULL;
}

/* Whether a walk went only to where another one had been. */
static bool is_within(const cluster_walk *going, const cluster_walk *before)
{
    for (uint32_t i = 0; i < going->targets->len; i++) {
        if (find_target(before, &cluster_walk_target(going, i)->address) == UINT32_MAX) {
            return false;
        }
    }
    return true;
}

/* A seeker whose join failed walks once more from the first address on. That such attempts are its
 * own shows when it asks: then they go with its first walk, unless they came to other addresses. */
static cluster_walk *walk_so_far(const cluster_walks *work, const cluster_talk *talk,
                                 uint32_t seeker)
{
    cluster_walk *before = walk_of_seeker(work, talk, seeker);
    cluster_walk *going = walk_of_client(work, talk, seeker);
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
static bool goes_past(const cluster_walks *work, const cluster_talk *talk)
{
    const cluster_endpoint *server = cluster_talk_end(talk, 0, CLUSTER_SERVER);
    for (uint32_t copy = 0; copy < cluster_talk_copies(talk); copy++) {
        const cluster_endpoint key = {cluster_talk_end(talk, copy, CLUSTER_CLIENT)->address,
                                      server->port};
        const cluster_walk *before = g_hash_table_lookup(work->active, &key);
        if (before != NULL && before->mute &&
            talk->conversation->first.time - before->last <= CLUSTER_WALK_PAUSE &&
            cluster_address_compare(&server->address, &before->last_target) > 0) {
            return true;
        }
    }
    return false;
}

/* The walk that an attempt belongs to. Behind an address translation it has several sources. */
static cluster_walk *walk_of_attempt(cluster_walks *work, const cluster_talk *talk)
{
    const uint32_t seeker = seeker_of(talk);
    const double when = talk->conversation->first.time;
    const uint16_t port = cluster_talk_end(talk, 0, CLUSTER_SERVER)->port;
    cluster_walk *going = walk_so_far(work, talk, seeker);
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
static void settle(cluster_walk *going, cluster_target *tried,
                   const cluster_conversation *conversation)
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
    going->answered += state == CLUSTER_TARGET_ANSWERED && tried->state != state;
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
static void note_pace(cluster_walk *going, const cluster_conversation *conversation)
{
    const double when = conversation->first.time;
    going->tries++;
    going->hasty += when < going->busy;
    switch (state_of(conversation)) {
    case CLUSTER_TARGET_SILENT:
        going->busy = when + CLUSTER_WALK_STEP_MIN;
        break;
    case CLUSTER_TARGET_REFUSED:
        going->busy = conversation->ended;
        break;
    default:
        break;
    }
}

/* Who asked by ARP for where another host connects now is that host's router. */
static void find_router(const cluster_walks *work, const cluster_talk *talk)
{
    cluster_walk *router =
        g_hash_table_lookup(work->asked, &cluster_talk_end(talk, 0, CLUSTER_SERVER)->address);
    if (router != NULL && talk->conversation->first.time - router->last <= CLUSTER_SILENCE &&
        !cluster_talk_has(talk, CLUSTER_CLIENT, &router->source)) {
        router->foreign = true;
    }
}

/* A watcher walks as a Locator does: what it tried in vain before it asked was no search for a
 * cluster to join. */
static void watch_seen(const cluster_walks *work, const cluster_talk *talk)
{
    const cluster_said *request =
        cluster_conversation_find(talk->conversation, CLUSTER_SAID_REQUEST, NULL);
    cluster_walk *going = request == NULL || request->type != SEEKCHAT_TYPE_WATCHING
                              ? NULL
                              : walk_of_client(work, talk, CLUSTER_NONE);
    if (going != NULL && going->answered == 0) {
        going->passed = true;
    }
}

static void attempt_seen(cluster_walks *work, const cluster_talk *talk)
{
    const cluster_conversation *conversation = talk->conversation;
    const cluster_endpoint *server = cluster_talk_end(talk, 0, CLUSTER_SERVER);
    bool sought;
    if (!is_locators(conversation, &sought)) {
        watch_seen(work, talk);
        return;
    }
    cluster_walk *going = walk_of_attempt(work, talk);
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
        settle(going, cluster_walk_target(going, place), conversation);
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
static bool extends(const cluster_walk *going, double when, const cluster_address *address)
{
    uint32_t jump = cluster_address_distance(&going->last_target, address);
    return jump > 0 && jump <= CLUSTER_WALK_JUMP_MAX && !going->again && going->answered == 0 &&
           when - going->last_new <= CLUSTER_WALK_PAUSE;
}

/* Whether a walk of which the capture missed the beginning begins its next round: it rests, and
 * goes back to an address before the first that was seen. */
static bool begins_again(const cluster_walk *going, double when, const cluster_address *address)
{
    const double rest = when - going->last_new;
    return going->steps > 0 && going->port == 0 && !going->again && going->targets->len > 0 &&
           cluster_address_compare(address, &cluster_walk_target(going, 0)->address) < 0 &&
           rest >= CLUSTER_REST_MIN && rest <= CLUSTER_REST_MAX + CLUSTER_WALK_STEP_MAX;
}

static void ask_again(cluster_walk *going, cluster_target *known, const cluster_asking *asking)
{
    going->last = MAX(going->last, asking->last);
    if (known->state == CLUSTER_TARGET_ARP) {
        known->requests += asking->requests;
        known->state = asking->resolved.frame != 0 ? CLUSTER_TARGET_RESOLVED : known->state;
        known->last = asking->first.time;
    }
}

static void ask_next(cluster_walks *work, cluster_walk *going, const cluster_asking *asking)
{
    double step = asking->first.time - going->last_new;
    const uint32_t known = going->targets->len;
    bool waits = known > 0 && cluster_walk_target(going, known - 1)->state == CLUSTER_TARGET_ARP;
    uint32_t place = add_target(work, going, asking->first.time, &asking->pair.to);
    if (place == UINT32_MAX) {
        return;
    }
    cluster_target *asked = cluster_walk_target(going, place);
    asked->requests = asking->requests;
    asked->state = asking->resolved.frame != 0 ? CLUSTER_TARGET_RESOLVED : CLUSTER_TARGET_ARP;
    touch(going, asking->first, asking->last);
    bool paced = step >= CLUSTER_WALK_STEP_MIN && step <= CLUSTER_WALK_STEP_MAX;
    going->asked++;
    going->hasty += waits && step < CLUSTER_WALK_STEP_MIN;
    going->steps += place > 0 && paced;
    going->strides += place > 0 && !paced;
}

static void asking_seen(cluster_walks *work, const cluster_asking *asking)
{
    const double when = asking->first.time;
    cluster_walk *going = g_hash_table_lookup(work->newest, &asking->pair.from);
    if (is_link_local(&asking->pair.to)) {
        return;
    }
    if (going != NULL && when - MAX(going->last, going->last_new) > CLUSTER_WALK_PAUSE) {
        going = NULL;
    }
    uint32_t known = going == NULL ? UINT32_MAX : find_target(going, &asking->pair.to);
    if (known != UINT32_MAX) {
        ask_again(going, cluster_walk_target(going, known), asking);
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

/* All of them. */

static cluster_walks *walks_new(cluster_report *report)
{
    cluster_walks *work = g_new0(cluster_walks, 1);
    work->report = report;
    work->found = g_ptr_array_new_with_free_func(free_walk);
    work->active =
        g_hash_table_new_full(cluster_endpoint_hash, cluster_endpoint_key_equal, g_free, NULL);
    work->newest =
        g_hash_table_new_full(cluster_address_hash, cluster_address_key_equal, g_free, NULL);
    work->named = g_hash_table_new(NULL, NULL);
    work->asked =
        g_hash_table_new_full(cluster_address_hash, cluster_address_key_equal, g_free, NULL);
    return work;
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

cluster_walks *cluster_walks_find(cluster_report *report)
{
    uint8_t *ports = g_new0(uint8_t, 65536 / 8);
    cluster_walks *work = walks_new(report);
    guint next = 0;
    find_ports(report, ports);
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
            asking_seen(work, asking);
        }
        find_router(work, talk);
        if (attempt) {
            attempt_seen(work, talk);
        }
    }
    for (; next < report->askings->len; next++) {
        asking_seen(work, g_ptr_array_index(report->askings, next));
    }
    g_free(ports);
    return work;
}

void cluster_walks_free(cluster_walks *work)
{
    g_hash_table_destroy(work->asked);
    g_hash_table_destroy(work->named);
    g_hash_table_destroy(work->newest);
    g_hash_table_destroy(work->active);
    g_ptr_array_unref(work->found);
    g_free(work);
}
