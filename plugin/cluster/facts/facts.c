/* facts.c
 * The tables of the facts: texts, lists, captures, limits.
 * May include: the headers of facts/ and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "facts.h"

#include <string.h>

/* What stands behind a name that was cut. */
static const char cut_mark[] = "...";

/* A hash that is known can be made to collide by whoever chooses the names. */
static uint32_t secret;

static guint list_hash(gconstpointer key)
{
    const GArray *list = key;
    guint hash = secret ^ list->len;
    for (guint i = 0; i < list->len; i++) {
        hash = (hash ^ g_array_index(list, uint32_t, i)) * 2654435761u;
        hash ^= hash >> 15;
    }
    return hash;
}

static gboolean list_equal(gconstpointer one, gconstpointer other)
{
    const GArray *left = one;
    const GArray *right = other;
    return left->len == right->len &&
           (left->len == 0 || memcmp(left->data, right->data, left->len * sizeof(uint32_t)) == 0);
}

static guint text_hash(gconstpointer key)
{
    gsize length;
    const guint8 *bytes = g_bytes_get_data((GBytes *)key, &length);
    guint64 hash = secret ^ length;
    for (gsize i = 0; i < length; i++) {
        hash = (hash ^ bytes[i]) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    return (guint)(hash ^ hash >> 32);
}

cluster_facts *cluster_facts_new(void)
{
    cluster_facts *facts = g_new0(cluster_facts, 1);
    if (secret == 0) {
        secret = g_random_int() | 1;
    }
    facts->conversations = g_ptr_array_new_with_free_func(cluster_conversation_free);
    facts->askings = g_ptr_array_new_with_free_func(g_free);
    facts->lookups = g_ptr_array_new_with_free_func(g_free);
    facts->captures = g_array_new(FALSE, TRUE, sizeof(cluster_capture));
    facts->texts = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    facts->lists = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    facts->text_places = g_hash_table_new(text_hash, g_bytes_equal);
    facts->list_places = g_hash_table_new(list_hash, list_equal);
    seekchat_decoder_init(&facts->decoder);
    return facts;
}

void cluster_facts_free(gpointer data)
{
    cluster_facts *facts = data;
    if (facts == NULL) {
        return;
    }
    seekchat_decoder_clear(&facts->decoder);
    g_hash_table_destroy(facts->list_places);
    g_hash_table_destroy(facts->text_places);
    g_ptr_array_unref(facts->lists);
    g_ptr_array_unref(facts->texts);
    g_array_unref(facts->captures);
    g_ptr_array_unref(facts->lookups);
    g_ptr_array_unref(facts->askings);
    g_ptr_array_unref(facts->conversations);
    g_free(facts->filter);
    g_free(facts);
}

/* A copy of a text; one that is too long loses its end, at the end of a character. */
static GBytes *copy_text(cluster_facts *facts, cluster_text text)
{
    if (text.length <= CLUSTER_NAME_BYTES_MAX) {
        return g_bytes_new(text.data, text.length);
    }
    const size_t most = CLUSTER_NAME_BYTES_MAX - (sizeof cut_mark - 1);
    size_t length = most;
    while (length > most - 4 && ((guint8)text.data[length] & 0xc0) == 0x80) {
        length--;
    }
    cluster_facts_reach(facts, CLUSTER_LIMIT_NAME);
    GByteArray *bytes = g_byte_array_new();
    g_byte_array_append(bytes, (const guint8 *)text.data, (guint)length);
    g_byte_array_append(bytes, (const guint8 *)cut_mark, sizeof cut_mark - 1);
    return g_byte_array_free_to_bytes(bytes);
}

uint32_t cluster_facts_text(cluster_facts *facts, cluster_text text)
{
    GBytes *copy = NULL;
    GBytes *key = text.length > CLUSTER_NAME_BYTES_MAX ? (copy = copy_text(facts, text))
                                                       : g_bytes_new_static(text.data, text.length);
    uint32_t place = GPOINTER_TO_UINT(g_hash_table_lookup(facts->text_places, key));
    if (place == 0 && facts->texts->len >= CLUSTER_TEXTS_MAX) {
        cluster_facts_reach(facts, CLUSTER_LIMIT_TEXTS);
    } else if (place == 0) {
        copy = copy == NULL ? copy_text(facts, text) : g_bytes_ref(copy);
        g_ptr_array_add(facts->texts, copy);
        place = facts->texts->len;
        g_hash_table_insert(facts->text_places, copy, GUINT_TO_POINTER(place));
    }
    g_bytes_unref(key);
    return place == 0 ? CLUSTER_NONE : place - 1;
}

cluster_text cluster_facts_text_at(const cluster_facts *facts, uint32_t place)
{
    cluster_text text = {"", 0};
    if (place < facts->texts->len) {
        text.data = g_bytes_get_data(g_ptr_array_index(facts->texts, place), &text.length);
    }
    return text;
}

uint32_t cluster_facts_list(cluster_facts *facts, GArray *list)
{
    uint32_t place = GPOINTER_TO_UINT(g_hash_table_lookup(facts->list_places, list));
    if (place == 0 && list->len > CLUSTER_LISTED_MAX - facts->listed) {
        cluster_facts_reach(facts, CLUSTER_LIMIT_LISTED);
    } else if (place == 0) {
        facts->listed += list->len;
        g_ptr_array_add(facts->lists, g_array_ref(list));
        place = facts->lists->len;
        g_hash_table_insert(facts->list_places, list, GUINT_TO_POINTER(place));
    }
    g_array_unref(list);
    return place == 0 ? CLUSTER_NONE : place - 1;
}

const GArray *cluster_facts_list_at(const cluster_facts *facts, uint32_t place)
{
    return place < facts->lists->len ? g_ptr_array_index(facts->lists, place) : NULL;
}

bool cluster_facts_is_given(const cluster_facts *facts, uint16_t port)
{
    return (facts->given[port / 8] >> port % 8 & 1) != 0;
}

void cluster_facts_reach(cluster_facts *facts, cluster_limit limit)
{
    facts->limits |= 1u << limit;
}

bool cluster_facts_reached(const cluster_facts *facts, cluster_limit limit)
{
    return (facts->limits >> limit & 1) != 0;
}

uint32_t cluster_facts_capture_of(const cluster_facts *facts, uint32_t frame)
{
    uint32_t low = 0;
    uint32_t high = facts->captures->len;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const cluster_capture *capture = &g_array_index(facts->captures, cluster_capture, middle);
        if (frame <= capture->before) {
            high = middle;
        } else if (frame - capture->before > capture->frames) {
            low = middle + 1;
        } else {
            return middle;
        }
    }
    return UINT32_MAX;
}

void cluster_name_split(cluster_text name, cluster_text *alive, cluster_text *host)
{
    const char *at = name.length == 0 ? NULL : memchr(name.data, '@', name.length);
    if (at == NULL) {
        *alive = name;
        *host = (cluster_text){"", 0};
        return;
    }
    *alive = (cluster_text){name.data, (size_t)(at - name.data)};
    *host = (cluster_text){at + 1, name.length - alive->length - 1};
}

bool cluster_text_equal(cluster_text one, cluster_text other)
{
    return one.length == other.length &&
           (one.length == 0 || memcmp(one.data, other.data, one.length) == 0);
}

bool cluster_names_host(cluster_text name, cluster_text host)
{
    return host.length > 0 && name.length >= host.length &&
           g_ascii_strncasecmp(name.data, host.data, host.length) == 0 &&
           (name.length == host.length || name.data[host.length] == '.');
}

#define NUMBER(limit) G_STRINGIFY(limit)

const char *cluster_limit_text(cluster_limit limit)
{
    /* clang-format off */
    static const char *const texts[CLUSTER_LIMITS] = {
        [CLUSTER_LIMIT_CONVERSATIONS] = "more connections than " NUMBER(CLUSTER_CONVERSATIONS_MAX) ": later ones are missing",
        [CLUSTER_LIMIT_STRANGERS] = "more unanswered attempts to connect to other ports than " NUMBER(CLUSTER_STRANGERS_MAX) ": scans for a port that a Beacon is found on later may be missing",
        [CLUSTER_LIMIT_OPEN] = "more open connections than " NUMBER(CLUSTER_OPEN_MAX) ": the oldest were not followed to their end",
        [CLUSTER_LIMIT_EDGE] = "more connections at the capture's beginning or end than " NUMBER(CLUSTER_EDGE_MAX) ": a merge may not know some that were cut",
        [CLUSTER_LIMIT_PING] = "more connections, or ARP requests, during a ping than " NUMBER(CLUSTER_PING_LOOKS_MAX) ": the causes of some failures may not be known",
        [CLUSTER_LIMIT_STREAM] = "more bytes of a message than are kept, or in more pieces: what was longer is missing",
        [CLUSTER_LIMIT_SAID] = "more messages on one connection than " NUMBER(CLUSTER_SAID_MAX) ": later ones are missing",
        [CLUSTER_LIMIT_TEXTS] = "more names than " NUMBER(CLUSTER_TEXTS_MAX) ": later ones are missing",
        [CLUSTER_LIMIT_NAME] = "a name longer than " NUMBER(CLUSTER_NAME_BYTES_MAX) " bytes was cut",
        [CLUSTER_LIMIT_LISTED] = "more names in node lists than " NUMBER(CLUSTER_LISTED_MAX) ": later lists are missing",
        [CLUSTER_LIMIT_ASKED] = "more hosts that asked for others by ARP than " NUMBER(CLUSTER_ASKED_MAX) ": silent targets of scans may be missing",
        [CLUSTER_LIMIT_LOOKUPS] = "more look-ups of names than " NUMBER(CLUSTER_LOOKUPS_MAX) ", or more pings in vain during one than " NUMBER(CLUSTER_LOOKUP_LOOKS_MAX) ": some are missing",
        [CLUSTER_LIMIT_TARGETS] = "more scan targets than " NUMBER(CLUSTER_SCAN_TARGETS_MAX) " in a scan or " NUMBER(CLUSTER_ALL_TARGETS_MAX) " in all: later ones are missing",
        [CLUSTER_LIMIT_JSON_NAMES] = "more names in the lists of all watches than " NUMBER(CLUSTER_JSON_NAMES_MAX) ": the JSON report writes no later ones",
        [CLUSTER_LIMIT_SCANS] = "more scans than " NUMBER(CLUSTER_SCANS_MAX) ": later ones are missing",
        [CLUSTER_LIMIT_WALKS] = "more hosts at one time that connect to others or ask for them than " NUMBER(CLUSTER_WALKS_MAX) ": silent targets of scans may be missing",
        [CLUSTER_LIMIT_WAITING] = "more bytes than " NUMBER(CLUSTER_WAITING_BYTES_MAX) " waited for others that came late, or are missing: what some connections said is missing",
    };
    /* clang-format on */
    return texts[limit];
}
