/* ping.c
 * What the capture holds of a Beacon's ping of a seeker: the evidence that a cause is found in.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ping.h"

#include "steps.h"

enum { EPMD_PORT = 4369 };

/* The index. */

static gint talks_by_time(gconstpointer one, gconstpointer other)
{
    const cluster_conversation *left = (*(const cluster_talk *const *)one)->conversation;
    const cluster_conversation *right = (*(const cluster_talk *const *)other)->conversation;
    return (left->first.time > right->first.time) - (left->first.time < right->first.time);
}

static gint askings_by_time(gconstpointer one, gconstpointer other)
{
    const cluster_asking *left = *(const cluster_asking *const *)one;
    const cluster_asking *right = *(const cluster_asking *const *)other;
    return (left->first.time > right->first.time) - (left->first.time < right->first.time);
}

static gint lookups_by_time(gconstpointer one, gconstpointer other)
{
    const cluster_lookup *left = *(const cluster_lookup *const *)one;
    const cluster_lookup *right = *(const cluster_lookup *const *)other;
    return (left->when.time > right->when.time) - (left->when.time < right->when.time);
}

static GPtrArray *sorted(const GPtrArray *records, GCompareFunc compare)
{
    GPtrArray *copy = g_ptr_array_sized_new(records->len);
    for (guint i = 0; i < records->len; i++) {
        g_ptr_array_add(copy, g_ptr_array_index(records, i));
    }
    g_ptr_array_sort(copy, compare);
    return copy;
}

static bool is_epmd_port(const cluster_ping_index *index, uint16_t port)
{
    return port == EPMD_PORT || (index->epmd[port / 8] >> port % 8 & 1) != 0;
}

static cluster_pair pair_of(const cluster_address *one, const cluster_address *other)
{
    return cluster_address_compare(one, other) <= 0 ? (cluster_pair){*one, *other}
                                                    : (cluster_pair){*other, *one};
}

/* Appends to the list that a table has under a key. */
static void append(GHashTable *lists, gconstpointer key, size_t size, gpointer record)
{
    GPtrArray *list = g_hash_table_lookup(lists, key);
    if (list == NULL) {
        list = g_ptr_array_new();
        g_hash_table_insert(lists, cluster_copy(key, size), list);
    }
    g_ptr_array_add(list, record);
}

static void index_older(cluster_ping_index *index, cluster_talk *talk)
{
    for (uint32_t copy = 0; copy < cluster_talk_copies(talk); copy++) {
        const cluster_pair key = pair_of(&cluster_talk_end(talk, copy, CLUSTER_CLIENT)->address,
                                         &cluster_talk_end(talk, copy, CLUSTER_SERVER)->address);
        append(index->older, &key, sizeof key, talk);
    }
}

static void index_askings(cluster_ping_index *index)
{
    for (guint i = 0; i < index->askings->len; i++) {
        cluster_asking *asking = g_ptr_array_index(index->askings, i);
        append(index->asked, &asking->pair.to, sizeof asking->pair.to, asking);
    }
}

/* Where who asked to join was seen: address -> node + 2, or 1 where its name is not known. */
static void index_askers(cluster_ping_index *index)
{
    for (guint i = 0; i < index->report->joins->len; i++) {
        const cluster_exchange *join = g_ptr_array_index(index->report->joins, i);
        const cluster_node *asker = cluster_report_node(index->report, join->asker);
        gpointer value = GUINT_TO_POINTER(asker == NULL ? 1 : join->asker + 2);
        for (guint k = 0; asker != NULL && k < asker->places->len; k++) {
            const cluster_address *place = &g_array_index(asker->places, cluster_address, k);
            g_hash_table_replace(index->askers, cluster_copy(place, sizeof *place), value);
        }
        for (uint32_t copy = 0; asker == NULL && copy < cluster_talk_copies(join->talk); copy++) {
            const cluster_address *at =
                &cluster_talk_end(join->talk, copy, CLUSTER_CLIENT)->address;
            if (!g_hash_table_contains(index->askers, at)) {
                g_hash_table_insert(index->askers, cluster_copy(at, sizeof *at), value);
            }
        }
    }
}

cluster_ping_index *cluster_ping_index_new(cluster_report *report)
{
    cluster_ping_index *index = g_new0(cluster_ping_index, 1);
    index->report = report;
    index->talks = sorted(report->talks, talks_by_time);
    index->askings = sorted(report->askings, askings_by_time);
    index->lookups = sorted(report->facts->lookups, lookups_by_time);
    index->older = g_hash_table_new_full(cluster_pair_hash, cluster_pair_key_equal, g_free,
                                         (GDestroyNotify)g_ptr_array_unref);
    index->asked = g_hash_table_new_full(cluster_address_hash, cluster_address_key_equal, g_free,
                                         (GDestroyNotify)g_ptr_array_unref);
    index->askers =
        g_hash_table_new_full(cluster_address_hash, cluster_address_key_equal, g_free, NULL);
    index->places = cluster_report_places(report, true);
    index_askers(index);
    index_askings(index);
    for (guint i = 0; i < index->talks->len; i++) {
        cluster_talk *talk = g_ptr_array_index(index->talks, i);
        cluster_speech speech = cluster_conversation_speech(talk->conversation);
        uint16_t port = talk->conversation->party[CLUSTER_SERVER].end.port;
        if (speech == CLUSTER_SPEAKS_DIST) {
            index_older(index, talk);
        } else if (speech == CLUSTER_SPEAKS_EPMD) {
            index->epmd[port / 8] |= (uint8_t)(1u << port % 8);
        }
    }
    return index;
}

void cluster_ping_index_free(cluster_ping_index *index)
{
    g_hash_table_destroy(index->places);
    g_hash_table_destroy(index->askers);
    g_hash_table_destroy(index->older);
    g_hash_table_destroy(index->asked);
    g_ptr_array_unref(index->lookups);
    g_ptr_array_unref(index->askings);
    g_ptr_array_unref(index->talks);
    g_free(index);
}

/* Times. */

static bool is_after_start(const cluster_ping *ping, cluster_moment when)
{
    return !cluster_report_is_before(ping->index->report, &when, &ping->start, -CLUSTER_SAME_TIME);
}

static bool is_before_end(const cluster_ping *ping, cluster_moment when)
{
    return cluster_report_is_before(ping->index->report, &when, &ping->end, CLUSTER_SAME_TIME);
}

/* What clocks of several captures may differ by. */
static double slack_of(const cluster_ping *ping)
{
    return ping->index->report->facts->captures->len > 1 ? CLUSTER_SAME_TIME : 0;
}

static double talk_time(gconstpointer talk)
{
    return ((const cluster_talk *)talk)->conversation->first.time;
}

static double asking_time(gconstpointer asking)
{
    return ((const cluster_asking *)asking)->first.time;
}

static double lookup_time(gconstpointer lookup)
{
    return ((const cluster_lookup *)lookup)->when.time;
}

/* How many of the records, which are in the order of time, are no later than a time. */
static guint count_until(const GPtrArray *records, double (*time_of)(gconstpointer), double time)
{
    guint low = 0;
    guint high = records->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (time_of(g_ptr_array_index(records, middle)) <= time) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Calls what for the records between the ping's start and end, the newest first. */
static void look_through(cluster_ping *ping, const GPtrArray *records,
                         double (*time_of)(gconstpointer), void (*what)(cluster_ping *, gpointer))
{
    guint next = count_until(records, time_of, ping->end.time + slack_of(ping));
    for (uint32_t looks = 0; next > 0; looks++) {
        gpointer record = g_ptr_array_index(records, --next);
        if (time_of(record) < ping->start.time - slack_of(ping)) {
            return;
        }
        if (looks == CLUSTER_PING_LOOKS_MAX) {
            ping->index->report->limits |= 1u << CLUSTER_LIMIT_PING;
            return;
        }
        what(ping, record);
    }
}

/* Whose is a talk. */

static bool is_name(const cluster_ping *ping, const cluster_said *said, uint32_t node)
{
    const cluster_node *known = cluster_report_node(ping->index->report, node);
    return said != NULL && known != NULL && said->text == known->text;
}

static bool is_beacons(const cluster_ping *ping, const cluster_talk *talk, cluster_side side)
{
    for (guint i = 0; i < ping->beacons->len; i++) {
        if (cluster_talk_has(talk, side, &g_array_index(ping->beacons, cluster_address, i))) {
            return true;
        }
    }
    return false;
}

static bool is_seekers(const cluster_ping *ping, const cluster_talk *talk, cluster_side side)
{
    for (guint i = 0; i < ping->seekers->len; i++) {
        if (cluster_talk_has(talk, side, &g_array_index(ping->seekers, cluster_address, i))) {
            return true;
        }
    }
    return false;
}

/* Where the request is not in the capture: whether a talk goes to another one who asked to join, at
 * an address that this one was not seen to use. */
static bool is_anothers(const cluster_ping *ping, const cluster_talk *talk)
{
    for (uint32_t copy = 0; copy < cluster_talk_copies(talk); copy++) {
        const cluster_address *end = &cluster_talk_end(talk, copy, CLUSTER_SERVER)->address;
        guint asker = GPOINTER_TO_UINT(g_hash_table_lookup(ping->index->askers, end));
        if (asker == 0 || is_seekers(ping, talk, CLUSTER_SERVER)) {
            continue;
        }
        const cluster_node *other = cluster_report_node(ping->index->report, asker - 2);
        bool same = false;
        for (guint i = 0; other != NULL && i < ping->seekers->len && !same; i++) {
            same = cluster_has_address(other->places,
                                       &g_array_index(ping->seekers, cluster_address, i));
        }
        if (!same) {
            return true;
        }
    }
    return false;
}

/* The answer of EPMD, among talks with it, that gave the port of a talk; NULL if none did. */
static const cluster_said *find_given(const GPtrArray *talks, const cluster_talk *talk)
{
    const cluster_endpoint *end = cluster_talk_end(talk, 0, CLUSTER_SERVER);
    for (guint i = 0; i < talks->len; i++) {
        const cluster_talk *epmd = g_ptr_array_index(talks, i);
        const cluster_said *answer = cluster_talk_find(epmd, CLUSTER_SAID_PORT_ANSWER);
        if (answer != NULL && answer->number == end->port && answer->number != 0) {
            for (uint32_t copy = 0; copy < cluster_talk_copies(talk); copy++) {
                end = cluster_talk_end(talk, copy, CLUSTER_SERVER);
                if (cluster_talk_has(epmd, CLUSTER_SERVER, &end->address)) {
                    return answer;
                }
            }
        }
    }
    return NULL;
}

const cluster_said *cluster_ping_given(const cluster_ping *ping, const cluster_talk *talk)
{
    return find_given(ping->epmd, talk);
}

/* Whether a talk goes to the seeker's host, and not to a port that EPMD gave for another node. */
static bool is_to_seeker(const cluster_ping *ping, const cluster_talk *talk)
{
    return cluster_ping_given(ping, talk) != NULL ||
           (is_seekers(ping, talk, CLUSTER_SERVER) && find_given(ping->others, talk) == NULL);
}

bool cluster_ping_is_forward(const cluster_ping *ping, const cluster_talk *talk)
{
    const cluster_exchange *exchange = ping->exchange;
    const cluster_said *opener = cluster_talk_find(talk, CLUSTER_SAID_NAME);
    const cluster_said *accepter = cluster_talk_find(talk, CLUSTER_SAID_CHALLENGE);
    if (opener != NULL && exchange->beacon != exchange->asker) {
        return !is_name(ping, opener, exchange->asker) || is_name(ping, opener, exchange->beacon);
    }
    if (accepter != NULL) {
        return !is_name(ping, accepter, exchange->beacon);
    }
    return is_beacons(ping, talk, CLUSTER_CLIENT) || !is_seekers(ping, talk, CLUSTER_CLIENT);
}

/* A handshake that names one of the two, and the other or nobody else. */
static bool is_handshake_of(const cluster_ping *ping, const cluster_talk *talk)
{
    const cluster_exchange *exchange = ping->exchange;
    const cluster_said *opener = cluster_talk_find(talk, CLUSTER_SAID_NAME);
    const cluster_said *accepter = cluster_talk_find(talk, CLUSTER_SAID_CHALLENGE);
    bool given = cluster_ping_given(ping, talk) != NULL;
    if (exchange->asker == CLUSTER_NO_NODE) {
        return is_name(ping, opener, exchange->beacon) && (given || accepter != NULL) &&
               !is_anothers(ping, talk);
    }
    if (is_name(ping, opener, exchange->beacon)) {
        return is_name(ping, accepter, exchange->asker) ||
               (accepter == NULL && is_to_seeker(ping, talk)) || (accepter != NULL && given);
    }
    if (is_name(ping, opener, exchange->asker)) {
        return accepter == NULL || is_name(ping, accepter, exchange->beacon);
    }
    if (opener == NULL) {
        return is_name(ping, accepter, exchange->asker) &&
               (given || is_beacons(ping, talk, CLUSTER_CLIENT));
    }
    return false;
}

/* An attempt, or a talk that does not say whose it is. */
static bool is_bare_of(const cluster_ping *ping, const cluster_talk *talk)
{
    return cluster_ping_given(ping, talk) != NULL ||
           (is_to_seeker(ping, talk) && is_beacons(ping, talk, CLUSTER_CLIENT));
}

static void add_once(GPtrArray *records, gpointer record)
{
    if (!g_ptr_array_find(records, record, NULL)) {
        g_ptr_array_add(records, record);
    }
}

static bool is_timely(const cluster_ping *ping, const cluster_talk *talk)
{
    return is_before_end(ping, talk->conversation->first) &&
           is_after_start(ping, talk->conversation->last);
}

/* Requests to EPMD for the seeker's name. They are gathered first: they tell the port. */
static void take_epmd(cluster_ping *ping, gpointer record)
{
    const cluster_talk *talk = record;
    const cluster_said *asked = cluster_talk_find(talk, CLUSTER_SAID_PORT_REQUEST);
    if (asked == NULL || !is_timely(ping, talk)) {
        return;
    }
    cluster_text name = cluster_facts_text_at(ping->index->report->facts, asked->text);
    bool by_beacon = is_beacons(ping, talk, CLUSTER_CLIENT) && !is_anothers(ping, talk);
    if (ping->exchange->asker == CLUSTER_NO_NODE ? by_beacon
                                                 : cluster_text_equal(name, ping->alive)) {
        add_once(ping->epmd, record);
    } else {
        add_once(ping->others, record);
    }
}

/* Nodes of several hosts may have the same name before the @: where EPMD of an address that the
 * seeker is known at was asked, what another EPMD said is of another node. */
static void drop_namesakes(cluster_ping *ping)
{
    guint near = 0;
    for (guint i = 0; i < ping->epmd->len; i++) {
        near += is_seekers(ping, g_ptr_array_index(ping->epmd, i), CLUSTER_SERVER);
    }
    for (guint i = ping->epmd->len; near > 0 && i > 0; i--) {
        cluster_talk *talk = g_ptr_array_index(ping->epmd, i - 1);
        if (!is_seekers(ping, talk, CLUSTER_SERVER)) {
            g_ptr_array_remove_index(ping->epmd, i - 1);
            g_ptr_array_add(ping->others, talk);
        }
    }
}

static bool is_vain(const cluster_conversation *conversation)
{
    return conversation->said_count == 0 && conversation->syn_ack == 0 &&
           (conversation->syn != 0 || conversation->unreachable != 0);
}

/* Where EPMD answered, an attempt at a port that it did not give is somebody else's. */
static bool fits_answer(const cluster_ping *ping, const cluster_talk *talk)
{
    bool answered = false;
    for (guint i = 0; i < ping->epmd->len; i++) {
        const cluster_said *answer =
            cluster_talk_find(g_ptr_array_index(ping->epmd, i), CLUSTER_SAID_PORT_ANSWER);
        for (uint32_t copy = 0; answer != NULL && copy < cluster_talk_copies(talk); copy++) {
            if (answer->number == cluster_talk_end(talk, copy, CLUSTER_SERVER)->port) {
                return true;
            }
        }
        answered = answered || answer != NULL;
    }
    return !answered;
}

static void take_talk(cluster_ping *ping, gpointer record)
{
    const cluster_talk *talk = record;
    const cluster_conversation *conversation = talk->conversation;
    uint16_t port = conversation->party[CLUSTER_SERVER].end.port;
    cluster_speech speech = cluster_conversation_speech(conversation);
    if (!is_timely(ping, talk) || speech == CLUSTER_SPEAKS_SEEKCHAT ||
        speech == CLUSTER_SPEAKS_EPMD || conversation->locator) {
        return;
    }
    if (speech == CLUSTER_SPEAKS_DIST) {
        if (is_handshake_of(ping, talk)) {
            add_once(ping->dist, record);
        }
    } else if (is_bare_of(ping, talk) && fits_answer(ping, talk)) {
        bool epmd = is_epmd_port(ping->index, port) && cluster_ping_given(ping, talk) == NULL;
        add_once(epmd ? ping->epmd : ping->dist, record);
    }
}

/* Where no address of the seeker's host is known: attempts to come to EPMD meanwhile. */
static void take_by_time(cluster_ping *ping, gpointer record)
{
    const cluster_talk *talk = record;
    const cluster_conversation *conversation = talk->conversation;
    if (is_vain(conversation) && is_timely(ping, talk) &&
        is_epmd_port(ping->index, conversation->party[CLUSTER_SERVER].end.port)) {
        add_once(ping->epmd, record);
    }
}

/* Whether attempts that were found by time alone have the same ends. */
static bool is_one_way(const GPtrArray *talks)
{
    for (guint i = 1; i < talks->len; i++) {
        const cluster_talk *first = g_ptr_array_index(talks, 0);
        const cluster_talk *talk = g_ptr_array_index(talks, i);
        for (int side = 0; side < 2; side++) {
            if (!cluster_talk_has(first, (cluster_side)side,
                                  &cluster_talk_end(talk, 0, (cluster_side)side)->address)) {
                return false;
            }
        }
    }
    return true;
}

static void take_lookup(cluster_ping *ping, gpointer record)
{
    const cluster_lookup *lookup = record;
    cluster_text name = cluster_facts_text_at(ping->index->report->facts, lookup->name);
    if (!cluster_names_host(name, ping->host) || !is_after_start(ping, lookup->when) ||
        !is_before_end(ping, lookup->when)) {
        return;
    }
    g_ptr_array_add(ping->lookups, record);
    for (uint8_t i = 0; i < lookup->address_count; i++) {
        cluster_add_address(ping->seekers, &lookup->addresses[i]);
        ping->placed = true;
    }
}

/* Whether requests that nobody answered until the ping's end went on in its time. Of many, not
 * every frame is known. */
static bool is_asked_meanwhile(const cluster_ping *ping, const cluster_asking *asking)
{
    bool answered = asking->resolved.frame != 0 && is_before_end(ping, asking->resolved);
    if (answered || asking->frame_count < 2 || !is_before_end(ping, asking->first)) {
        return false;
    }
    const cluster_moment last = {asking->frames[asking->frame_count - 1], asking->last};
    return asking->frame_count < CLUSTER_ASKING_FRAMES_MAX
               ? is_after_start(ping, last)
               : asking->last >= ping->start.time - slack_of(ping);
}

/* Requests by the Beacon's host for an address of the seeker's, however long ago they began: they
 * go on while a seeker tries again. */
static void take_askings(cluster_ping *ping)
{
    for (guint i = 0; i < ping->seekers->len; i++) {
        const GPtrArray *askings = g_hash_table_lookup(
            ping->index->asked, &g_array_index(ping->seekers, cluster_address, i));
        guint next = askings == NULL
                         ? 0
                         : count_until(askings, asking_time, ping->end.time + slack_of(ping));
        for (uint32_t looks = 0; next > 0; looks++) {
            cluster_asking *asking = g_ptr_array_index(askings, --next);
            if (looks == CLUSTER_PING_LOOKS_MAX) {
                ping->index->report->limits |= 1u << CLUSTER_LIMIT_PING;
                break;
            }
            if (is_asked_meanwhile(ping, asking) &&
                cluster_has_address(ping->beacons, &asking->pair.from)) {
                g_ptr_array_add(ping->askings, asking);
            }
        }
    }
}

static void take_asking_by_time(cluster_ping *ping, gpointer record)
{
    const cluster_asking *asking = record;
    if (is_asked_meanwhile(ping, asking) && is_after_start(ping, asking->first)) {
        g_ptr_array_add(ping->askings, record);
    }
}

/* Whether a handshake names a node that is neither of the two. */
static bool is_named_otherwise(const cluster_ping *ping, const cluster_talk *talk)
{
    static const cluster_said_kind kinds[] = {CLUSTER_SAID_NAME, CLUSTER_SAID_CHALLENGE};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const cluster_said *said = cluster_talk_find(talk, kinds[i]);
        if (said != NULL && !is_name(ping, said, ping->exchange->beacon) &&
            !is_name(ping, said, ping->exchange->asker)) {
            return true;
        }
    }
    return find_given(ping->others, talk) != NULL;
}

bool cluster_ping_may_be_others(const cluster_ping *ping, const cluster_talk *talk)
{
    bool crowded = false;
    for (int side = 0; side < 2; side++) {
        const cluster_address *address = &cluster_talk_end(talk, 0, (cluster_side)side)->address;
        gpointer who = g_hash_table_lookup(ping->index->places, address);
        crowded = crowded || GPOINTER_TO_UINT(who) == UINT32_MAX;
    }
    return crowded && cluster_talk_find(talk, CLUSTER_SAID_NAME) == NULL &&
           cluster_talk_find(talk, CLUSTER_SAID_CHALLENGE) == NULL;
}

/* The distribution talks of the two that were there before the request. */
static void take_older(cluster_ping *ping)
{
    for (guint i = 0; i < ping->beacons->len; i++) {
        for (guint k = 0; k < ping->seekers->len; k++) {
            const cluster_pair key = pair_of(&g_array_index(ping->beacons, cluster_address, i),
                                             &g_array_index(ping->seekers, cluster_address, k));
            const GPtrArray *talks = g_hash_table_lookup(ping->index->older, &key);
            guint next = talks == NULL ? 0 : talks->len;
            for (uint32_t looks = 0; next > 0 && looks < CLUSTER_PING_LOOKS_MAX; looks++) {
                cluster_talk *talk = g_ptr_array_index(talks, --next);
                if (is_named_otherwise(ping, talk)) {
                    continue;
                }
                if (is_after_start(ping, talk->conversation->last) &&
                    !is_after_start(ping, talk->conversation->first)) {
                    add_once(ping->older, talk);
                } else if (talk->conversation->last.time + CLUSTER_IDLE < ping->start.time) {
                    break;
                } else if (talk->conversation->first.frame != 0 &&
                           cluster_talk_find(talk, CLUSTER_SAID_RUNNING) != NULL &&
                           is_timely(ping, talk)) {
                    add_once(ping->older, talk); /* it was there before the capture */
                }
            }
        }
    }
}

/* Addresses. */

static void find_addresses(cluster_ping *ping)
{
    const cluster_exchange *exchange = ping->exchange;
    const cluster_report *report = ping->index->report;
    const cluster_node *beacon = cluster_report_node(report, exchange->beacon);
    const cluster_node *asker = cluster_report_node(report, exchange->asker);
    cluster_address literal;
    if (asker != NULL && cluster_address_parse(ping->host, &literal)) {
        cluster_add_address(ping->seekers, &literal);
        ping->placed = true;
    }
    for (guint i = 0; asker != NULL && i < asker->places->len; i++) {
        cluster_add_address(ping->seekers, &g_array_index(asker->places, cluster_address, i));
    }
    if (beacon != NULL && cluster_address_parse(beacon->host, &literal)) {
        cluster_add_address(ping->beacons, &literal);
    }
    for (uint32_t i = 0; i < cluster_talk_copies(exchange->talk); i++) {
        cluster_add_address(ping->seekers,
                            &cluster_talk_end(exchange->talk, i, CLUSTER_CLIENT)->address);
        cluster_add_address(ping->beacons,
                            &cluster_talk_end(exchange->talk, i, CLUSTER_SERVER)->address);
    }
    for (guint i = 0; beacon != NULL && i < beacon->places->len; i++) {
        cluster_add_address(ping->beacons, &g_array_index(beacon->places, cluster_address, i));
    }
}

/* Whoever asked EPMD for the seeker's name is the Beacon's host, and who answered is the seeker's.
 */
static void learn_from_epmd(cluster_ping *ping)
{
    for (guint i = 0; i < ping->epmd->len; i++) {
        const cluster_talk *talk = g_ptr_array_index(ping->epmd, i);
        for (uint32_t copy = 0; copy < cluster_talk_copies(talk); copy++) {
            cluster_add_address(ping->beacons,
                                &cluster_talk_end(talk, copy, CLUSTER_CLIENT)->address);
            cluster_add_address(ping->seekers,
                                &cluster_talk_end(talk, copy, CLUSTER_SERVER)->address);
        }
    }
}

cluster_ping *cluster_ping_new(const cluster_ping_index *index, const cluster_exchange *exchange)
{
    cluster_ping *ping = g_new0(cluster_ping, 1);
    const cluster_node *asker = cluster_report_node(index->report, exchange->asker);
    ping->index = index;
    ping->exchange = exchange;
    ping->end = cluster_said_moment(&exchange->reply);
    ping->start = exchange->asked
                      ? cluster_said_moment(&exchange->request)
                      : (cluster_moment){0, exchange->reply.time - CLUSTER_PING_SECONDS};
    ping->seekers = g_array_new(FALSE, FALSE, sizeof(cluster_address));
    ping->beacons = g_array_new(FALSE, FALSE, sizeof(cluster_address));
    ping->epmd = g_ptr_array_new();
    ping->others = g_ptr_array_new();
    ping->dist = g_ptr_array_new();
    ping->older = g_ptr_array_new();
    ping->lookups = g_ptr_array_new();
    ping->askings = g_ptr_array_new();
    if (asker != NULL) {
        cluster_name_split(asker->name, &ping->alive, &ping->host);
    }
    find_addresses(ping);
    look_through(ping, index->lookups, lookup_time, take_lookup);
    look_through(ping, index->talks, talk_time, take_epmd);
    drop_namesakes(ping);
    learn_from_epmd(ping);
    look_through(ping, index->talks, talk_time, take_talk);
    take_askings(ping);
    take_older(ping);
    if (!ping->placed && ping->epmd->len + ping->dist->len + ping->askings->len == 0 &&
        ping->lookups->len == 0) {
        look_through(ping, index->talks, talk_time, take_by_time);
        if (!is_one_way(ping->epmd)) {
            g_ptr_array_set_size(ping->epmd, 0);
        }
        ping->by_time = ping->epmd->len > 0;
        look_through(ping, index->askings, asking_time, take_asking_by_time);
    }
    return ping;
}

void cluster_ping_free(cluster_ping *ping)
{
    g_ptr_array_unref(ping->askings);
    g_ptr_array_unref(ping->lookups);
    g_ptr_array_unref(ping->older);
    g_ptr_array_unref(ping->dist);
    g_ptr_array_unref(ping->others);
    g_ptr_array_unref(ping->epmd);
    g_array_unref(ping->beacons);
    g_array_unref(ping->seekers);
    g_free(ping);
}
