/* merge.c
 * Puts the facts of several reports side by side.
 * May include: the headers of merge/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A capture that is in several parts is taken from one of them. All records are put in the order of
 * their frames first, and take their texts and lists along in that order: so the whole is the same
 * in whatever order and groups the parts came.
 */

#include "merge.h"

#include <string.h>

#include "captures.h"
#include "stream.h"

/* A capture that a part holds. */
typedef struct {
    const cluster_capture *capture; /* of the part */
    uint32_t part;                  /* index */
    uint32_t place;                 /* among the part's captures */
} holding;

/* A part, and what becomes of its numbers. */
typedef struct {
    cluster_facts *facts;
    uint32_t *before; /* for each of its captures: frames before it, of all together; */
    bool *owner;      /* and whether the records are taken from here */
    uint32_t *texts;  /* for each of its texts: its place in the whole + 1; 0: not known yet */
    uint32_t *lists;  /* the same */
} part;

/* A record that is taken. */
typedef struct {
    part *from;
    gpointer *slot; /* that holds it in the part */
    uint32_t frame; /* its first, in the whole */
} item;

typedef struct {
    cluster_facts *whole;
    part *parts;
    guint count;
} merge;

/* Captures. */

static gint compare_holdings(gconstpointer one, gconstpointer other)
{
    return cluster_captures_compare(((const holding *)one)->capture,
                                    ((const holding *)other)->capture);
}

static GArray *holdings_of(const merge *work)
{
    GArray *holdings = g_array_new(FALSE, FALSE, sizeof(holding));
    for (guint i = 0; i < work->count; i++) {
        const GArray *captures = work->parts[i].facts->captures;
        for (guint k = 0; k < captures->len; k++) {
            const holding one = {&g_array_index(captures, cluster_capture, k), i, k};
            g_array_append_val(holdings, one);
        }
    }
    g_array_sort(holdings, compare_holdings);
    return holdings;
}

static void move_tallies(cluster_capture *capture, uint32_t frames)
{
    for (int kind = 0; kind < CLUSTER_UNREADS; kind++) {
        cluster_tally *tally = &capture->unread[kind];
        tally->frame += tally->frame == 0 ? 0 : frames;
    }
}

/* Numbers the frames of all captures through. Returns an error, or NULL. */
static char *place_captures(merge *work)
{
    GArray *holdings = holdings_of(work);
    GArray *captures = work->whole->captures;
    char *error = NULL;
    uint64_t frames = 0;
    for (guint i = 0; i < holdings->len && error == NULL; i++) {
        const holding *one = &g_array_index(holdings, holding, i);
        part *from = &work->parts[one->part];
        bool new = i == 0 || compare_holdings(one, one - 1) != 0;
        if (new) {
            cluster_capture capture = *one->capture;
            capture.before = (uint32_t)frames;
            move_tallies(&capture, capture.before - one->capture->before);
            frames += capture.frames;
            g_array_append_val(captures, capture);
        }
        from->owner[one->place] = new;
        from->before[one->place] =
            g_array_index(captures, cluster_capture, captures->len - 1).before;
        if (frames >= UINT32_MAX) {
            error = g_strdup("the captures have more frames together than there are numbers");
        } else if (captures->len > CLUSTER_CAPTURES_MAX) {
            error = g_strdup("more than " G_STRINGIFY(CLUSTER_CAPTURES_MAX) " captures");
        }
    }
    g_array_unref(holdings);
    return error;
}

/* Numbers. */

static uint32_t new_frame(const part *from, uint32_t frame)
{
    uint32_t at = cluster_facts_capture_of(from->facts, frame);
    return at == UINT32_MAX
               ? 0
               : frame - g_array_index(from->facts->captures, cluster_capture, at).before +
                     from->before[at];
}

static void map_frame(const part *from, uint32_t *frame)
{
    if (*frame != 0) {
        *frame = new_frame(from, *frame);
    }
}

static void map_text(merge *work, part *from, uint32_t *text)
{
    if (*text >= from->facts->texts->len) {
        *text = CLUSTER_NONE;
        return;
    }
    uint32_t *known = &from->texts[*text];
    if (*known == 0) {
        *known = cluster_facts_text(work->whole, cluster_facts_text_at(from->facts, *text)) + 1;
    }
    *text = *known - 1;
}

static void map_list(merge *work, part *from, uint32_t *list)
{
    const GArray *names = cluster_facts_list_at(from->facts, *list);
    if (names == NULL) {
        *list = CLUSTER_NONE;
        return;
    }
    uint32_t *known = &from->lists[*list];
    if (*known == 0) {
        GArray *mapped = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), names->len);
        for (guint i = 0; i < names->len; i++) {
            uint32_t name = g_array_index(names, uint32_t, i);
            map_text(work, from, &name);
            if (name != CLUSTER_NONE) {
                g_array_append_val(mapped, name);
            }
        }
        *known = cluster_facts_list(work->whole, mapped) + 1;
    }
    *list = *known - 1;
}

/* Records. */

static void map_party(const part *from, cluster_party *party)
{
    map_frame(from, &party->fin);
    map_frame(from, &party->reset);
    map_frame(from, &party->cut);
    map_frame(from, &party->again_frame);
    const guint count = party->stream == NULL ? 0 : party->stream->pieces->len;
    for (guint i = 0; i < count; i++) {
        map_frame(from, &g_array_index(party->stream->pieces, cluster_piece, i).frame);
    }
}

static void map_conversation(merge *work, part *from, gpointer record)
{
    cluster_conversation *conversation = record;
    map_frame(from, &conversation->first.frame);
    map_frame(from, &conversation->last.frame);
    map_frame(from, &conversation->syn);
    map_frame(from, &conversation->syn_ack);
    map_frame(from, &conversation->unreachable);
    map_party(from, &conversation->party[CLUSTER_CLIENT]);
    map_party(from, &conversation->party[CLUSTER_SERVER]);
    for (uint16_t i = 0; i < conversation->said_count; i++) {
        cluster_said *said = &conversation->said[i];
        map_frame(from, &said->frame);
        map_text(work, from, &said->text);
        map_text(work, from, &said->word);
        map_list(work, from, &said->list);
    }
    const guint repeats = conversation->repeats == NULL ? 0 : conversation->repeats->len;
    for (guint i = 0; i < repeats; i++) {
        map_frame(from, &g_array_index(conversation->repeats, uint32_t, i));
    }
}

static void map_asking(merge *work G_GNUC_UNUSED, part *from, gpointer record)
{
    cluster_asking *asking = record;
    map_frame(from, &asking->first.frame);
    map_frame(from, &asking->resolved.frame);
    for (uint32_t i = 0; i < asking->frame_count; i++) {
        map_frame(from, &asking->frames[i]);
    }
}

static void map_lookup(merge *work, part *from, gpointer record)
{
    cluster_lookup *lookup = record;
    map_frame(from, &lookup->when.frame);
    map_text(work, from, &lookup->name);
}

/* A kind of record: where facts keep it, its first frame, and how its numbers are changed. */
typedef struct {
    GPtrArray *(*of)(cluster_facts *facts);
    uint32_t (*frame)(gconstpointer record);
    void (*map)(merge *work, part *from, gpointer record);
    guint most;
    cluster_limit limit;
} kind;

static GPtrArray *conversations_of(cluster_facts *facts)
{
    return facts->conversations;
}

static GPtrArray *askings_of(cluster_facts *facts)
{
    return facts->askings;
}

static GPtrArray *lookups_of(cluster_facts *facts)
{
    return facts->lookups;
}

static uint32_t conversation_frame(gconstpointer record)
{
    return ((const cluster_conversation *)record)->first.frame;
}

static uint32_t asking_frame(gconstpointer record)
{
    return ((const cluster_asking *)record)->first.frame;
}

static uint32_t lookup_frame(gconstpointer record)
{
    return ((const cluster_lookup *)record)->when.frame;
}

static const kind kinds[] = {
    {conversations_of, conversation_frame, map_conversation, CLUSTER_CONVERSATIONS_MAX,
     CLUSTER_LIMIT_CONVERSATIONS},
    {askings_of, asking_frame, map_asking, CLUSTER_ASKED_MAX, CLUSTER_LIMIT_ASKED},
    {lookups_of, lookup_frame, map_lookup, CLUSTER_LOOKUPS_MAX, CLUSTER_LIMIT_LOOKUPS},
};

/* By their frames; records with the same one are of one part, whose order stays. */
static gint compare_items(gconstpointer one, gconstpointer other)
{
    uint32_t left = ((const item *)one)->frame;
    uint32_t right = ((const item *)other)->frame;
    return (left > right) - (left < right);
}

/* The records of a kind that are taken from a part. */
static void add_items(GArray *items, part *from, const kind *of)
{
    GPtrArray *records = of->of(from->facts);
    for (guint i = 0; i < records->len; i++) {
        uint32_t frame = of->frame(records->pdata[i]);
        uint32_t capture = cluster_facts_capture_of(from->facts, frame);
        if (capture != UINT32_MAX && from->owner[capture]) {
            const item one = {from, &records->pdata[i], new_frame(from, frame)};
            g_array_append_val(items, one);
        }
    }
}

static void take_records(merge *work, const kind *of)
{
    GPtrArray *all = of->of(work->whole);
    GArray *items = g_array_new(FALSE, FALSE, sizeof(item));
    for (guint i = 0; i < work->count; i++) {
        add_items(items, &work->parts[i], of);
    }
    g_array_sort(items, compare_items);
    if (items->len > of->most) {
        cluster_facts_reach(work->whole, of->limit);
    }
    for (guint i = 0; i < MIN(items->len, of->most); i++) {
        const item *one = &g_array_index(items, item, i);
        of->map(work, one->from, *one->slot);
        g_ptr_array_add(all, *one->slot);
        *one->slot = NULL; /* it is the whole's now */
    }
    g_array_unref(items);
}

static void take_few(cluster_facts *whole, const cluster_facts *from)
{
    for (size_t i = 0; i < sizeof whole->given; i++) {
        whole->given[i] |= from->given[i];
    }
    if (from->any) {
        whole->first = whole->any ? MIN(whole->first, from->first) : from->first;
        whole->last = whole->any ? MAX(whole->last, from->last) : from->last;
        whole->any = true;
    }
    whole->limits |= from->limits;
}

/* The whole. */

static part *new_parts(const GPtrArray *facts)
{
    part *parts = g_new0(part, facts->len);
    for (guint i = 0; i < facts->len; i++) {
        cluster_facts *from = g_ptr_array_index(facts, i);
        parts[i] =
            (part){from, g_new0(uint32_t, from->captures->len), g_new0(bool, from->captures->len),
                   g_new0(uint32_t, from->texts->len), g_new0(uint32_t, from->lists->len)};
    }
    return parts;
}

static void free_parts(merge *work)
{
    for (guint i = 0; i < work->count; i++) {
        g_free(work->parts[i].before);
        g_free(work->parts[i].owner);
        g_free(work->parts[i].texts);
        g_free(work->parts[i].lists);
    }
    g_free(work->parts);
}

cluster_facts *cluster_facts_merge(GPtrArray *parts, char **error)
{
    merge work = {
        .whole = cluster_facts_new(),
        .parts = new_parts(parts),
        .count = parts->len,
    };
    *error = place_captures(&work);
    if (*error == NULL) {
        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
            take_records(&work, &kinds[i]);
        }
        for (guint i = 0; i < work.count; i++) {
            take_few(work.whole, work.parts[i].facts);
        }
        cluster_captures_sum(work.whole);
    } else {
        g_clear_pointer(&work.whole, cluster_facts_free);
    }
    free_parts(&work);
    return work.whole;
}
