/* write.c
 * Writes facts as one JSON object: rows of numbers, with tables for what they share.
 * May include: the headers of merge/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "merge.h"

#include <math.h>
#include <string.h>

#include "escape.h"
#include "rows.h"
#include "stream.h"

/* What of the facts' texts or lists is used by rows, in the order of its first use. */
typedef struct {
    uint32_t *places; /* of each: its place among those that are used; 0: it is not */
    GArray *used;     /* uint32_t */
} table;

typedef struct {
    const cluster_facts *facts;
    GString *out;
    gsize solid;  /* where a row that ended here would end: behind it are zeros alone */
    double since; /* the base of the rows' first times */
    table texts;
    table lists;
    GHashTable *address_places; /* cluster_address -> place */
    GPtrArray *addresses;       /* cluster_address, borrowed */
    uint32_t bytes;             /* of streams, so far */
    uint32_t limits;
} writer;

static table table_new(guint count)
{
    return (table){g_new0(uint32_t, count), g_array_new(FALSE, FALSE, sizeof(uint32_t))};
}

static void table_clear(table *of)
{
    g_free(of->places);
    g_array_unref(of->used);
}

static uint32_t place_of(table *of, uint32_t value, guint count)
{
    if (value >= count) {
        return 0;
    }
    if (of->places[value] == 0) {
        g_array_append_val(of->used, value);
        of->places[value] = of->used->len;
    }
    return of->places[value];
}

static uint32_t place_of_text(writer *to, uint32_t text)
{
    return place_of(&to->texts, text, to->facts->texts->len);
}

static uint32_t place_of_list(writer *to, uint32_t list)
{
    return place_of(&to->lists, list, to->facts->lists->len);
}

static uint32_t place_of_address(writer *to, const cluster_address *address)
{
    if (address->family == CLUSTER_FAMILY_NONE) {
        return 0;
    }
    uint32_t place = GPOINTER_TO_UINT(g_hash_table_lookup(to->address_places, address));
    if (place == 0) {
        g_ptr_array_add(to->addresses, (gpointer)address);
        place = to->addresses->len;
        g_hash_table_insert(to->address_places, (gpointer)address, GUINT_TO_POINTER(place));
    }
    return place;
}

static void append_exact(GString *out, double number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append(out, isfinite(number) ? g_ascii_dtostr(text, sizeof text, number) : "0");
}

/* The values of a row. */

static void separate(writer *to)
{
    const char last = to->out->str[to->out->len - 1];
    if (last != '[' && last != '\n' && last != ':') {
        g_string_append_c(to->out, ',');
    }
}

static void add_number(writer *to, uint32_t number)
{
    separate(to);
    cluster_number_append(to->out, number);
    if (number != 0) {
        to->solid = to->out->len;
    }
}

static void add_time(writer *to, double time, double base)
{
    const double ticks = (time - base) * CLUSTER_ROW_TICKS;
    separate(to);
    if (time == 0 || !(fabs(time) <= CLUSTER_ROW_SECONDS_MAX)) {
        g_string_append(to->out, "null");
        return;
    }
    const int64_t whole = fabs(ticks) < CLUSTER_ROW_TICKS_MAX ? llround(ticks) : 0;
    const double again = base + (double)whole / CLUSTER_ROW_TICKS;
    if (again == time) {
        g_string_append(to->out, whole < 0 ? "-" : "");
        cluster_number_append(to->out, (uint64_t)(whole < 0 ? -whole : whole));
    } else {
        g_string_append_c(to->out, '"');
        append_exact(to->out, time);
        g_string_append_c(to->out, '"');
    }
    to->solid = to->out->len;
}

static void add_moment(writer *to, cluster_moment when, double base)
{
    add_number(to, when.frame);
    add_time(to, when.time, base);
}

static void add_address(writer *to, const cluster_address *address)
{
    add_number(to, place_of_address(to, address));
}

static void add_bytes(writer *to, const uint8_t *bytes, uint32_t length)
{
    char *text = g_base64_encode(bytes, length);
    separate(to);
    g_string_append_c(to->out, '"');
    g_string_append(to->out, text);
    g_string_append_c(to->out, '"');
    g_free(text);
    to->solid = to->out->len;
}

static void begin_row(writer *to)
{
    separate(to);
    g_string_append_c(to->out, '[');
    to->solid = to->out->len;
}

static void end_row(writer *to)
{
    g_string_truncate(to->out, to->solid);
    g_string_append_c(to->out, ']');
    to->solid = to->out->len;
}

/* A list within a row counts as zero where it is empty. */
static void end_list(writer *to, gsize before, bool empty)
{
    end_row(to);
    if (empty) {
        to->solid = before;
    }
}

/* Conversations. */

static void add_said(writer *to, const cluster_conversation *conversation, const cluster_said *said)
{
    begin_row(to);
    add_number(to, said->kind);
    add_number(to, said->side);
    add_number(to, said->at - conversation->party[said->side].base);
    add_moment(to, (cluster_moment){said->frame, said->time}, conversation->first.time);
    add_number(to, said->length);
    add_number(to, place_of_text(to, said->text));
    add_number(to, said->type);
    add_number(to, said->payload);
    add_number(to, place_of_list(to, said->list));
    add_number(to, said->number);
    add_number(to, said->reading);
    add_number(to, said->split);
    add_number(to, place_of_text(to, said->word));
    end_row(to);
}

static void add_pieces(writer *to, const cluster_party *party, double base)
{
    const gsize before = to->solid;
    const guint count = party->stream == NULL ? 0 : party->stream->pieces->len;
    bool empty = true;
    begin_row(to);
    for (guint i = 0; i < count; i++) {
        const cluster_piece *piece = &g_array_index(party->stream->pieces, cluster_piece, i);
        if (piece->length > CLUSTER_WRITTEN_BYTES_MAX - to->bytes) {
            to->limits |= 1u << CLUSTER_LIMIT_STREAM;
            break;
        }
        to->bytes += piece->length;
        begin_row(to);
        add_number(to, piece->sequence - party->next);
        add_moment(to, (cluster_moment){piece->frame, piece->time}, base);
        add_bytes(to, piece->bytes, piece->length);
        end_row(to);
        empty = false;
    }
    end_list(to, before, empty);
}

static void add_party(writer *to, const cluster_party *party, double base)
{
    begin_row(to);
    add_number(to, party->speech | (party->based ? CLUSTER_ROW_BASED : 0u) |
                       (party->whole ? CLUSTER_ROW_WHOLE : 0u) |
                       (party->over ? CLUSTER_ROW_OVER : 0u));
    add_address(to, &party->end.address);
    add_number(to, party->end.port);
    add_number(to, party->base);
    add_number(to, party->next - party->base);
    add_number(to, party->sent - party->next);
    add_time(to, party->last, base);
    add_number(to, party->fin);
    add_number(to, party->reset);
    add_number(to, party->cut);
    add_number(to, party->again);
    add_moment(to, (cluster_moment){party->again_frame, party->again_time}, base);
    add_pieces(to, party, base);
    end_row(to);
}

static void add_repeats(writer *to, const GArray *repeats)
{
    const gsize before = to->solid;
    const guint count = repeats == NULL ? 0 : repeats->len;
    begin_row(to);
    for (guint i = 0; i < count; i++) {
        add_number(to, g_array_index(repeats, uint32_t, i));
    }
    end_list(to, before, count == 0);
}

static void write_conversation(writer *to, gconstpointer record)
{
    const cluster_conversation *conversation = record;
    const double base = conversation->first.time;
    add_moment(to, conversation->first, to->since);
    add_moment(to, conversation->last, base);
    add_number(to, (conversation->turned ? CLUSTER_ROW_TURNED : 0u) |
                       (conversation->locator ? CLUSTER_ROW_LOCATOR : 0u) |
                       (conversation->crowded ? CLUSTER_ROW_CROWDED : 0u) |
                       (conversation->edge ? CLUSTER_ROW_EDGE : 0u) |
                       (conversation->prohibited ? CLUSTER_ROW_PROHIBITED : 0u));
    add_number(to, conversation->syn);
    add_number(to, conversation->syn_ack);
    add_party(to, &conversation->party[CLUSTER_CLIENT], base);
    add_party(to, &conversation->party[CLUSTER_SERVER], base);
    const gsize before = to->solid;
    begin_row(to);
    for (uint16_t i = 0; i < conversation->said_count; i++) {
        add_said(to, conversation, &conversation->said[i]);
    }
    end_list(to, before, conversation->said_count == 0);
    add_time(to, conversation->ended, base);
    add_number(to, conversation->unreachable);
    add_repeats(to, conversation->repeats);
}

/* The other records. */

static void write_asking(writer *to, gconstpointer record)
{
    const cluster_asking *asking = record;
    const double base = asking->first.time;
    add_moment(to, asking->first, to->since);
    add_time(to, asking->last, base);
    add_address(to, &asking->pair.from);
    add_address(to, &asking->pair.to);
    add_number(to, asking->requests);
    add_moment(to, asking->resolved, base);
    for (uint32_t i = 0; i < asking->frame_count; i++) {
        add_number(to, asking->frames[i]);
    }
}

static void write_lookup(writer *to, gconstpointer record)
{
    const cluster_lookup *lookup = record;
    add_moment(to, lookup->when, to->since);
    add_address(to, &lookup->client);
    add_number(to, place_of_text(to, lookup->name));
    add_number(to, lookup->kind);
    add_number(to, lookup->rcode);
    for (uint8_t i = 0; i < lookup->address_count; i++) {
        add_address(to, &lookup->addresses[i]);
    }
}

typedef void write_row(writer *to, gconstpointer record);

/* Records of facts that were merged from the same captures are in the same order everywhere. */
static void write_rows(writer *to, const char *name, const GPtrArray *records, write_row *write)
{
    g_string_append_printf(to->out, "\"%s\":[", name);
    for (guint i = 0; i < records->len; i++) {
        g_string_append(to->out, i == 0 ? "\n[" : ",\n[");
        to->solid = to->out->len;
        write(to, g_ptr_array_index(records, i));
        end_row(to);
    }
    g_string_append(to->out, "],\n");
}

static gint by_frame(uint32_t one, uint32_t other)
{
    return (one > other) - (one < other);
}

static gint compare_conversations(gconstpointer one, gconstpointer other)
{
    return by_frame((*(const cluster_conversation *const *)one)->first.frame,
                    (*(const cluster_conversation *const *)other)->first.frame);
}

static gint compare_askings(gconstpointer one, gconstpointer other)
{
    return by_frame((*(const cluster_asking *const *)one)->first.frame,
                    (*(const cluster_asking *const *)other)->first.frame);
}

static gint compare_lookups(gconstpointer one, gconstpointer other)
{
    return by_frame((*(const cluster_lookup *const *)one)->when.frame,
                    (*(const cluster_lookup *const *)other)->when.frame);
}

/* Writes records in the order of their frames, as a merge puts them. */
static void write_sorted(writer *to, const char *name, const GPtrArray *records,
                         GCompareFunc compare, write_row *write)
{
    GPtrArray *sorted = g_ptr_array_sized_new(records->len);
    for (guint i = 0; i < records->len; i++) {
        g_ptr_array_add(sorted, g_ptr_array_index(records, i));
    }
    g_ptr_array_sort(sorted, compare);
    write_rows(to, name, sorted, write);
    g_ptr_array_unref(sorted);
}

/* Tables. */

static void write_addresses(writer *to)
{
    g_string_append(to->out, "\"addresses\":[");
    for (guint i = 0; i < to->addresses->len; i++) {
        g_string_append(to->out, i == 0 ? "\"" : ",\"");
        cluster_address_append(to->out, g_ptr_array_index(to->addresses, i));
        g_string_append_c(to->out, '"');
    }
    g_string_append(to->out, "],\n");
}

static void write_list(writer *to, gconstpointer record)
{
    const GArray *list = record;
    for (guint i = 0; i < list->len; i++) {
        add_number(to, place_of_text(to, g_array_index(list, uint32_t, i)));
    }
}

static void write_lists(writer *to)
{
    GPtrArray *lists = g_ptr_array_new();
    for (guint i = 0; i < to->lists.used->len; i++) {
        g_ptr_array_add(lists, (gpointer)cluster_facts_list_at(
                                   to->facts, g_array_index(to->lists.used, uint32_t, i)));
    }
    write_rows(to, "lists", lists, write_list);
    g_ptr_array_unref(lists);
}

/* A text that JSON cannot hold as it is stands in an array, as base64. */
static void write_texts(writer *to)
{
    g_string_append(to->out, "\"texts\":[");
    for (guint i = 0; i < to->texts.used->len; i++) {
        cluster_text text =
            cluster_facts_text_at(to->facts, g_array_index(to->texts.used, uint32_t, i));
        g_string_append(to->out, i == 0 ? "\n" : ",\n");
        if (g_utf8_validate(text.data, (gssize)text.length, NULL)) {
            cluster_json_append(to->out, text);
        } else {
            begin_row(to);
            add_bytes(to, (const uint8_t *)text.data, (uint32_t)text.length);
            end_row(to);
        }
    }
    g_string_append(to->out, "],\n");
}

/* What is written once. */

static void write_few(writer *to)
{
    const cluster_facts *facts = to->facts;
    g_string_append(to->out, "\"ports\":");
    begin_row(to);
    for (uint32_t port = 1; port < 65536; port++) {
        if (cluster_facts_is_given(facts, (uint16_t)port)) {
            add_number(to, port);
        }
    }
    end_row(to);
    g_string_append_printf(to->out, ",\n\"limits\":%u,\n\"shown\":[", facts->limits | to->limits);
    if (facts->any) {
        append_exact(to->out, facts->first);
        g_string_append_c(to->out, ',');
        append_exact(to->out, facts->last);
    }
    g_string_append_c(to->out, ']');
}

/* Tells a capture, as a display filter shows it, from others. */
static void digest_of(const GString *rows, const char *filter, char *digest)
{
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_MD5);
    g_checksum_update(checksum, (const guchar *)rows->str, (gssize)rows->len);
    g_checksum_update(checksum, (const guchar *)(filter == NULL ? "" : filter), -1);
    g_strlcpy(digest, g_checksum_get_string(checksum), CLUSTER_DIGEST_LENGTH + 1);
    g_checksum_free(checksum);
}

static void write_capture(GString *out, const cluster_capture *capture)
{
    g_string_append(out, "{\"first\":");
    append_exact(out, capture->first);
    g_string_append(out, ",\"last\":");
    append_exact(out, capture->last);
    g_string_append_printf(out, ",\"frames\":%u,\"digest\":\"%s\"", capture->frames,
                           capture->digest);
    if (capture->filter != NULL) {
        g_string_append(out, ",\"filter\":");
        cluster_json_append(out, (cluster_text){capture->filter, strlen(capture->filter)});
    }
    for (int kind = 0; kind < CLUSTER_UNREADS; kind++) {
        const cluster_tally *tally = &capture->unread[kind];
        if (tally->count > 0) {
            g_string_append_printf(out, ",\"%s\":[%u,%u]", cluster_unread_names[kind], tally->count,
                                   tally->frame);
        }
    }
    g_string_append_c(out, '}');
}

/* The capture that is read, as it stands. */
static cluster_capture finish(const cluster_facts *facts, const cluster_capture *capture,
                              const GString *rows)
{
    cluster_capture finished = *capture;
    digest_of(rows, facts->filter, finished.digest);
    finished.filter = facts->filter;
    memcpy(finished.unread, facts->unread, sizeof finished.unread);
    return finished;
}

static void write_captures(const cluster_facts *facts, GString *out, const GString *rows)
{
    g_string_append(out, "\"captures\":[");
    for (guint i = 0; i < facts->captures->len; i++) {
        const cluster_capture *capture = &g_array_index(facts->captures, cluster_capture, i);
        if (capture->frames == 0) {
            continue;
        }
        const cluster_capture written =
            capture->digest[0] != '\0' ? *capture : finish(facts, capture, rows);
        g_string_append(out, out->str[out->len - 1] == '[' ? "\n" : ",\n");
        write_capture(out, &written);
    }
    g_string_append(out, "],\n");
}

void cluster_facts_write(const cluster_facts *facts, GString *out)
{
    writer to = {
        .facts = facts,
        .out = g_string_sized_new(1024),
        .texts = table_new(facts->texts->len),
        .lists = table_new(facts->lists->len),
        .address_places = g_hash_table_new(cluster_address_hash, cluster_address_key_equal),
        .addresses = g_ptr_array_new(),
    };
    if (facts->captures->len > 0) {
        to.since = g_array_index(facts->captures, cluster_capture, 0).first;
    }
    write_sorted(&to, "conversations", facts->conversations, compare_conversations,
                 write_conversation);
    write_sorted(&to, "askings", facts->askings, compare_askings, write_asking);
    write_sorted(&to, "lookups", facts->lookups, compare_lookups, write_lookup);
    write_lists(&to);
    write_texts(&to);
    write_addresses(&to);
    GString *rows = to.out;
    g_string_append_printf(out, "{\"form\":%d,\n", CLUSTER_FACTS_FORM);
    write_captures(facts, out, rows);
    write_few(&to);
    g_string_append_len(out, rows->str, (gssize)rows->len);
    g_string_append_c(out, '}');
    g_string_free(rows, TRUE);
    g_ptr_array_unref(to.addresses);
    g_hash_table_destroy(to.address_places);
    table_clear(&to.lists);
    table_clear(&to.texts);
}
