/* words.c
 * Words and printable text of the report, and the small things that its steps share.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdarg.h>

#include "escape.h"
#include "steps.h"

/* Talks. */

uint32_t cluster_talk_copies(const cluster_talk *talk)
{
    return talk->ends == NULL ? 1 : talk->ends->len / 2;
}

const cluster_endpoint *cluster_talk_end(const cluster_talk *talk, uint32_t copy, cluster_side side)
{
    return talk->ends == NULL
               ? &talk->conversation->party[side].end
               : &g_array_index(talk->ends, cluster_endpoint, 2 * copy + (uint32_t)side);
}

const cluster_said *cluster_talk_find(const cluster_talk *talk, cluster_said_kind kind)
{
    return cluster_conversation_find(talk->conversation, kind, NULL);
}

bool cluster_talk_has(const cluster_talk *talk, cluster_side side, const cluster_address *address)
{
    for (uint32_t copy = 0; copy < cluster_talk_copies(talk); copy++) {
        if (cluster_address_equal(&cluster_talk_end(talk, copy, side)->address, address)) {
            return true;
        }
    }
    return false;
}

/* Moments. */

cluster_moment cluster_said_moment(const cluster_said *said)
{
    return (cluster_moment){said->frame, said->time};
}

cluster_moment cluster_exchange_start(const cluster_exchange *exchange)
{
    return cluster_said_moment(exchange->asked ? &exchange->request : &exchange->reply);
}

cluster_moment cluster_exchange_end(const cluster_exchange *exchange)
{
    return cluster_said_moment(exchange->answered ? &exchange->reply : &exchange->request);
}

/* Nodes. */

bool cluster_link_is_lost(const cluster_link *link)
{
    return link->lost && !link->back;
}

cluster_node *cluster_report_node(const cluster_report *report, uint32_t node)
{
    return node < report->nodes->len ? &g_array_index(report->nodes, cluster_node, node) : NULL;
}

uint32_t cluster_report_node_named(const cluster_report *report, uint32_t text)
{
    return text == CLUSTER_NONE
               ? CLUSTER_NO_NODE
               : GPOINTER_TO_UINT(g_hash_table_lookup(report->by_text, GUINT_TO_POINTER(text))) - 1;
}

gint64 cluster_nodes_key(uint32_t one, uint32_t other)
{
    return (gint64)((guint64)MAX(one, other) << 32 | MIN(one, other));
}

guint cluster_nodes_hash(gconstpointer key)
{
    return (guint)(*(const guint64 *)key * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) >> 32);
}

bool cluster_has_address(const GArray *addresses, const cluster_address *address)
{
    for (guint i = 0; i < addresses->len; i++) {
        if (cluster_address_equal(&g_array_index(addresses, cluster_address, i), address)) {
            return true;
        }
    }
    return false;
}

bool cluster_add_address(GArray *addresses, const cluster_address *address)
{
    if (address->family == CLUSTER_FAMILY_NONE || cluster_has_address(addresses, address) ||
        addresses->len >= CLUSTER_ADDRESSES_MAX) {
        return false;
    }
    g_array_append_vals(addresses, address, 1);
    return true;
}

GHashTable *cluster_report_places(const cluster_report *report, bool members)
{
    GHashTable *places =
        g_hash_table_new_full(cluster_address_hash, cluster_address_key_equal, g_free, NULL);
    for (uint32_t i = 0; i < report->nodes->len; i++) {
        const cluster_node *node = cluster_report_node(report, i);
        for (guint k = 0; k < node->places->len; k++) {
            const cluster_address *address = &g_array_index(node->places, cluster_address, k);
            bool known = g_hash_table_contains(places, address);
            if (!members || node->roles != CLUSTER_ROLE_WATCHER) {
                g_hash_table_replace(places, cluster_copy(address, sizeof *address),
                                     GUINT_TO_POINTER(known ? UINT32_MAX : i + 1));
            }
        }
    }
    return places;
}

/* Causes and frames. */

cluster_cause *cluster_cause_new(const char *code, const char *format, ...)
{
    cluster_cause *cause = g_new0(cluster_cause, 1);
    va_list arguments;
    cause->code = code;
    va_start(arguments, format);
    cause->text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return cause;
}

void cluster_cause_free(gpointer data)
{
    cluster_cause *cause = data;
    if (cause != NULL) {
        g_free(cause->text);
        g_free(cause);
    }
}

void cluster_cause_add_frame(cluster_cause *cause, uint32_t frame)
{
    uint32_t at = cause->frame_count;
    while (at > 0 && cause->frames[at - 1] > frame) {
        at--;
    }
    bool there = at > 0 && cause->frames[at - 1] == frame;
    if (frame == 0 || there || cause->frame_count == CLUSTER_CAUSE_FRAMES_MAX) {
        return;
    }
    for (uint32_t i = cause->frame_count; i > at; i--) {
        cause->frames[i] = cause->frames[i - 1];
    }
    cause->frames[at] = frame;
    cause->frame_count++;
}

void cluster_cause_add_text(cluster_cause *cause, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *more = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    char *text = g_strconcat(cause->text, more, NULL);
    g_free(more);
    g_free(cause->text);
    cause->text = text;
}

GArray *cluster_frames_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(uint32_t));
}

void cluster_frames_add(GArray *frames, uint32_t frame)
{
    guint at = frames->len;
    while (at > 0 && g_array_index(frames, uint32_t, at - 1) > frame) {
        at--;
    }
    bool there = at > 0 && g_array_index(frames, uint32_t, at - 1) == frame;
    if (frame != 0 && !there && frames->len < CLUSTER_PROBLEM_FRAMES_MAX) {
        g_array_insert_val(frames, at, frame);
    }
}

/* Words. */

const char *cluster_outcome_name(cluster_outcome outcome)
{
    static const char *const names[] = {
        [CLUSTER_OUTCOME_NO_REPLY] = "no_reply",
        [CLUSTER_OUTCOME_JOINED] = "joined",
        [CLUSTER_OUTCOME_JOIN_FAILED] = "join_failed",
        [CLUSTER_OUTCOME_SELF] = "self",
        [CLUSTER_OUTCOME_ERROR] = "error",
        [CLUSTER_OUTCOME_REFUSED] = "refused",
        [CLUSTER_OUTCOME_UNREAD] = "unread",
    };
    return names[outcome];
}

const char *cluster_join_word(const cluster_exchange *join)
{
    return join->cause != NULL ? join->cause->code : cluster_outcome_name(join->outcome);
}

const char *cluster_severity_name(cluster_severity severity)
{
    return severity == CLUSTER_ERROR ? "error" : severity == CLUSTER_WARNING ? "warning" : "note";
}

const char *cluster_state_name(cluster_state state)
{
    static const char *const names[] = {NULL,     "clustered", "standalone",
                                        "failed", "left",      "outside"};
    return names[state];
}

void cluster_role_names(uint8_t roles, const char *names[5])
{
    size_t count = 0;
    if ((roles & CLUSTER_ROLE_BEACON) != 0) {
        names[count++] = "beacon";
    }
    if ((roles & CLUSTER_ROLE_SEEKER) != 0) {
        names[count++] = "seeker";
    }
    if ((roles & CLUSTER_ROLE_WATCHER) != 0) {
        names[count++] = "watcher";
    }
    if (roles == CLUSTER_ROLE_LISTED) {
        names[count++] = "listed";
    }
    names[count] = NULL;
}

char *cluster_printable(cluster_text text)
{
    GString *out = g_string_new(NULL);
    cluster_escape_append(out, text, CLUSTER_TEXT_NAME_MAX);
    return g_string_free(out, FALSE);
}

char *cluster_address_text(const cluster_address *address)
{
    GString *out = g_string_new(NULL);
    cluster_address_append(out, address);
    return g_string_free(out, FALSE);
}

char *cluster_endpoint_text(const cluster_endpoint *endpoint)
{
    GString *out = g_string_new(NULL);
    cluster_endpoint_append(out, endpoint);
    return g_string_free(out, FALSE);
}

char *cluster_node_text(const cluster_report *report, uint32_t node, const char *other)
{
    const cluster_node *known = cluster_report_node(report, node);
    return known == NULL ? g_strdup(other) : cluster_printable(known->name);
}

char *cluster_beacon_text(const cluster_report *report, const cluster_exchange *exchange)
{
    return exchange->beacon == CLUSTER_NO_NODE
               ? cluster_endpoint_text(cluster_talk_end(exchange->talk, 0, CLUSTER_SERVER))
               : cluster_node_text(report, exchange->beacon, "");
}

/* RFC 8446, section 6, and the alerts of the versions before. */
static const struct {
    uint16_t description;
    const char *name;
} alerts[] = {
    {0, "close_notify"},
    {10, "unexpected_message"},
    {20, "bad_record_mac"},
    {21, "decryption_failed"},
    {22, "record_overflow"},
    {40, "handshake_failure"},
    {41, "no_certificate"},
    {42, "bad_certificate"},
    {43, "unsupported_certificate"},
    {44, "certificate_revoked"},
    {45, "certificate_expired"},
    {46, "certificate_unknown"},
    {47, "illegal_parameter"},
    {48, "unknown_ca"},
    {49, "access_denied"},
    {50, "decode_error"},
    {51, "decrypt_error"},
    {70, "protocol_version"},
    {71, "insufficient_security"},
    {80, "internal_error"},
    {86, "inappropriate_fallback"},
    {90, "user_canceled"},
    {100, "no_renegotiation"},
    {109, "missing_extension"},
    {110, "unsupported_extension"},
    {112, "unrecognized_name"},
    {113, "bad_certificate_status_response"},
    {115, "unknown_psk_identity"},
    {116, "certificate_required"},
    {120, "no_application_protocol"},
};

const char *cluster_tls_alert_name(uint16_t description)
{
    for (size_t i = 0; i < G_N_ELEMENTS(alerts); i++) {
        if (alerts[i].description == description) {
            return alerts[i].name;
        }
    }
    return NULL;
}

char *cluster_seconds_text(double seconds, int digits)
{
    GString *out = g_string_new(NULL);
    cluster_seconds_append(out, seconds, digits);
    return g_string_free(out, FALSE);
}
