/* window.c
 * The connections of the last while: those that go on, and those that ended not long ago.
 * May include: the headers of watch/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "window.h"

/* Ports that EPMD gave during one ping. */
#define GIVEN_PORTS_MAX 16

void cluster_window_init(cluster_window *window, cluster_facts *facts)
{
    *window = (cluster_window){.facts = facts};
    window->streams = g_hash_table_new(NULL, NULL);
    window->newest = g_hash_table_new_full(cluster_ends_hash, cluster_ends_key_equal, g_free, NULL);
}

/* Ends */

static cluster_ends key_of(const cluster_conversation *conversation)
{
    return (cluster_ends){
        {conversation->party[CLUSTER_CLIENT].end, conversation->party[CLUSTER_SERVER].end}};
}

static GQueue *queue_of(cluster_window *window, const cluster_open *open)
{
    return open->ended ? &window->over : &window->going;
}

void cluster_window_keep(cluster_window *window, cluster_open *open)
{
    if (open->kept) {
        return;
    }
    if (window->facts->conversations->len >= CLUSTER_CONVERSATIONS_MAX) {
        cluster_facts_reach(window->facts, CLUSTER_LIMIT_CONVERSATIONS);
        return;
    }
    open->kept = true;
    g_ptr_array_add(window->facts->conversations, open->conversation);
}

/* Whether it is an attempt to connect that came to nothing. */
static bool is_vain(const cluster_conversation *conversation)
{
    return conversation->said_count == 0 && conversation->syn_ack == 0 &&
           (conversation->syn != 0 || conversation->unreachable != 0);
}

static bool counts(cluster_window *window, uint32_t *count, uint32_t most, cluster_limit limit)
{
    if (*count >= most) {
        cluster_facts_reach(window->facts, limit);
        return false;
    }
    (*count)++;
    return true;
}

/* What is worth keeping for itself when it goes out of the window. */
static bool is_worth(cluster_window *window, const cluster_conversation *conversation)
{
    if (cluster_conversation_speech(conversation) == CLUSTER_SPEAKS_OTHER) {
        return false;
    }
    if (is_vain(conversation)) {
        return counts(window, &window->strangers, CLUSTER_STRANGERS_MAX, CLUSTER_LIMIT_STRANGERS);
    }
    return conversation->edge &&
           counts(window, &window->edges, CLUSTER_EDGE_MAX, CLUSTER_LIMIT_EDGE);
}

static void forget(cluster_window *window, cluster_open *open)
{
    cluster_conversation *conversation = open->conversation;
    const cluster_ends key = key_of(conversation);
    if (!open->kept && is_worth(window, conversation)) {
        cluster_window_keep(window, open);
    }
    if (g_hash_table_lookup(window->newest, &key) == open) {
        g_hash_table_remove(window->newest, &key);
    }
    if (open->stream != UINT32_MAX) {
        g_hash_table_remove(window->streams, GUINT_TO_POINTER(open->stream));
    }
    g_queue_unlink(queue_of(window, open), &open->link);
    if (!open->kept) {
        window->waiting -= open->waiting;
        cluster_conversation_free(conversation);
    }
    g_free(open);
}

void cluster_window_clear(cluster_window *window)
{
    cluster_window_resume(window);
    GQueue *queues[] = {&window->going, &window->over};
    for (size_t i = 0; i < G_N_ELEMENTS(queues); i++) {
        while (queues[i]->head != NULL) {
            cluster_open *open = queues[i]->head->data;
            g_queue_unlink(queues[i], &open->link);
            if (!open->kept) {
                cluster_conversation_free(open->conversation);
            }
            g_free(open);
        }
    }
    g_hash_table_destroy(window->newest);
    g_hash_table_destroy(window->streams);
}

/* Lets go of what ended or was idle for long enough. */
static void age(cluster_window *window, double now)
{
    const struct {
        GQueue *queue;
        double most;
    } queues[] = {{&window->going, CLUSTER_IDLE}, {&window->over, CLUSTER_PING_SECONDS}};
    for (size_t i = 0; i < G_N_ELEMENTS(queues); i++) {
        while (queues[i].queue->head != NULL) {
            cluster_open *oldest = queues[i].queue->head->data;
            if (now - oldest->conversation->last.time <= queues[i].most) {
                break;
            }
            forget(window, oldest);
        }
    }
    if (window->going.length + window->over.length >= CLUSTER_OPEN_MAX) {
        GQueue *full = window->over.length > 0 ? &window->over : &window->going;
        cluster_open *oldest = full->head->data;
        if (!oldest->kept) {
            cluster_facts_reach(window->facts, CLUSTER_LIMIT_OPEN);
        }
        forget(window, oldest);
    }
}

/* Connections. */

static cluster_open *add(cluster_window *window, cluster_moment when, uint32_t stream,
                         const cluster_endpoint *client, const cluster_endpoint *server)
{
    const cluster_facts *facts = window->facts;
    age(window, when.time);
    cluster_open *open = g_new0(cluster_open, 1);
    open->conversation = cluster_conversation_new(client, server);
    open->conversation->locator = cluster_facts_is_given(facts, server->port);
    open->conversation->first = open->conversation->last = when;
    open->edge = when.time - facts->first <= CLUSTER_PING_SECONDS;
    open->conversation->edge = open->edge;
    open->stream = stream;
    open->link.data = open;
    g_queue_push_tail_link(&window->going, &open->link);
    if (stream != UINT32_MAX) {
        g_hash_table_insert(window->streams, GUINT_TO_POINTER(stream), open);
    }
    if (open->conversation->locator) {
        cluster_window_keep(window, open);
    }
    return open;
}

/* Whether the source of a connection's first segment is the side that accepted it, as far as its
 * flags and ports tell. */
static bool is_by_server(const cluster_facts *facts, const cluster_segment *segment)
{
    enum { BOTH = CLUSTER_TCP_SYN | CLUSTER_TCP_ACK };
    if ((segment->flags & CLUSTER_TCP_SYN) != 0) {
        return (segment->flags & BOTH) == BOTH;
    }
    bool from_given = cluster_facts_is_given(facts, segment->source.port);
    bool to_given = cluster_facts_is_given(facts, segment->target.port);
    return from_given != to_given ? from_given : segment->source.port < segment->target.port;
}

cluster_open *cluster_window_find(cluster_window *window, cluster_moment when,
                                  const cluster_segment *segment)
{
    cluster_open *open = g_hash_table_lookup(window->streams, GUINT_TO_POINTER(segment->stream));
    if (open != NULL) {
        return open;
    }
    bool by_server = is_by_server(window->facts, segment);
    const cluster_endpoint *client = by_server ? &segment->target : &segment->source;
    const cluster_endpoint *server = by_server ? &segment->source : &segment->target;
    open = add(window, when, segment->stream, client, server);
    if ((segment->flags & CLUSTER_TCP_SYN) == 0 && open->edge &&
        !counts(window, &window->begun, CLUSTER_EDGE_MAX, CLUSTER_LIMIT_EDGE)) {
        open->edge = open->conversation->edge = false;
    }
    if ((segment->flags & CLUSTER_TCP_SYN) != 0) {
        const cluster_ends key = {{*client, *server}};
        g_hash_table_replace(window->newest, cluster_copy(&key, sizeof key), open);
    }
    return open;
}

cluster_open *cluster_window_attempt(const cluster_window *window, const cluster_endpoint *source,
                                     const cluster_endpoint *target)
{
    const cluster_ends key = {{*source, *target}};
    return g_hash_table_lookup(window->newest, &key);
}

cluster_open *cluster_window_add(cluster_window *window, cluster_moment when,
                                 const cluster_endpoint *source, const cluster_endpoint *target)
{
    const cluster_ends key = {{*source, *target}};
    cluster_open *open = add(window, when, UINT32_MAX, source, target);
    g_hash_table_replace(window->newest, cluster_copy(&key, sizeof key), open);
    return open;
}

/* What is worth keeping as soon as it is seen. */
static bool is_of_interest(const cluster_conversation *conversation)
{
    switch (cluster_conversation_speech(conversation)) {
    case CLUSTER_SPEAKS_SEEKCHAT:
        return conversation->said_count > 0;
    case CLUSTER_SPEAKS_DIST:
        return cluster_conversation_up(conversation) != NULL;
    default:
        return false;
    }
}

void cluster_window_touch(cluster_window *window, cluster_open *open)
{
    const cluster_conversation *conversation = open->conversation;
    if (!open->kept && is_of_interest(conversation)) {
        cluster_window_keep(window, open);
    }
    g_queue_unlink(queue_of(window, open), &open->link);
    open->ended = open->ended || cluster_conversation_ended(conversation);
    g_queue_push_tail_link(queue_of(window, open), &open->link);
}

static void weigh(cluster_window *window, cluster_open *open)
{
    window->waiting -= open->waiting;
    open->waiting = cluster_conversation_waiting(open->conversation);
    window->waiting += open->waiting;
}

void cluster_window_weigh(cluster_window *window, cluster_open *open)
{
    cluster_conversation *conversation = open->conversation;
    const uint64_t before = open->waiting;
    weigh(window, open);
    if (open->waiting <= before) {
        return;
    }
    bool told = conversation->locator ||
                cluster_conversation_speech(conversation) == CLUSTER_SPEAKS_SEEKCHAT;
    if (window->waiting > CLUSTER_WAITING_BYTES_MAX / (told ? 1 : 2)) {
        cluster_facts_reach(window->facts, CLUSTER_LIMIT_WAITING);
        cluster_conversation_give_up(conversation);
        weigh(window, open);
    }
}

/* Claims. */

typedef struct {
    cluster_window *window;
    const cluster_conversation *asked;
    const cluster_address *host;
    uint16_t ports[GIVEN_PORTS_MAX]; /* that EPMD gave meanwhile */
    size_t port_count;
} claim;

static bool is_theirs(const claim *by, const cluster_address *address)
{
    return cluster_address_equal(address, &by->asked->party[CLUSTER_CLIENT].end.address) ||
           cluster_address_equal(address, &by->asked->party[CLUSTER_SERVER].end.address) ||
           cluster_address_equal(address, by->host);
}

/* Connections that do not say what they are for: by their addresses and ports. */
static bool may_belong(const claim *by, const cluster_conversation *conversation)
{
    const cluster_endpoint *server = &conversation->party[CLUSTER_SERVER].end;
    for (size_t i = 0; i < by->port_count; i++) {
        if (by->ports[i] == server->port) {
            return true;
        }
    }
    return is_theirs(by, &conversation->party[CLUSTER_CLIENT].end.address) ||
           is_theirs(by, &server->address);
}

static void look(claim *by, cluster_open *open)
{
    const cluster_conversation *conversation = open->conversation;
    const cluster_said *given;
    switch (cluster_conversation_speech(conversation)) {
    case CLUSTER_SPEAKS_EPMD:
        given = cluster_conversation_find(conversation, CLUSTER_SAID_PORT_ANSWER, NULL);
        if (given != NULL && given->number != 0 && by->port_count < GIVEN_PORTS_MAX) {
            by->ports[by->port_count++] = given->number;
        }
        cluster_window_keep(by->window, open);
        break;
    case CLUSTER_SPEAKS_DIST:
        cluster_window_keep(by->window, open);
        break;
    case CLUSTER_SPEAKS_NOTHING:
    case CLUSTER_SPEAKS_TLS:
    case CLUSTER_SPEAKS_OTHER:
        if (is_vain(conversation) || may_belong(by, conversation)) {
            cluster_window_keep(by->window, open);
        }
        break;
    case CLUSTER_SPEAKS_SEEKCHAT:
        break;
    }
}

void cluster_window_claim(cluster_window *window, const cluster_conversation *asked, double since,
                          const cluster_address *host)
{
    claim by = {.window = window, .asked = asked, .host = host};
    GQueue *queues[] = {&window->over, &window->going};
    /* Twice: what EPMD gave is known only when all of it was looked at. */
    for (size_t i = 0; i < 2 * G_N_ELEMENTS(queues); i++) {
        uint32_t looks = 0;
        for (GList *link = queues[i % 2]->tail; link != NULL; link = link->prev) {
            cluster_open *open = link->data;
            if (open->conversation->last.time < since) {
                break;
            }
            if (++looks > CLUSTER_PING_LOOKS_MAX) {
                cluster_facts_reach(window->facts, CLUSTER_LIMIT_PING);
                break;
            }
            look(&by, open);
        }
    }
}

/* Pauses. */

void cluster_window_pause(cluster_window *window)
{
    const GQueue *queues[] = {&window->going, &window->over};
    uint32_t edges = 0;
    cluster_window_resume(window);
    window->paused = true;
    window->kept = window->facts->conversations->len;
    window->limits = window->facts->limits;
    for (size_t i = 0; i < G_N_ELEMENTS(queues); i++) {
        for (const GList *link = queues[i]->tail; link != NULL; link = link->prev) {
            cluster_open *open = link->data;
            cluster_conversation *conversation = open->conversation;
            bool end = window->facts->last - conversation->last.time <= CLUSTER_PING_SECONDS;
            if (open->kept) {
                conversation->edge = conversation->edge || end;
                continue;
            }
            if (cluster_conversation_speech(conversation) == CLUSTER_SPEAKS_OTHER ||
                !(end || conversation->edge || is_vain(conversation))) {
                continue;
            }
            if (edges >= CLUSTER_EDGE_MAX) {
                cluster_facts_reach(window->facts, CLUSTER_LIMIT_EDGE);
                continue;
            }
            if (window->facts->conversations->len >= CLUSTER_CONVERSATIONS_MAX) {
                cluster_facts_reach(window->facts, CLUSTER_LIMIT_CONVERSATIONS);
                continue;
            }
            edges++;
            g_ptr_array_add(window->facts->conversations, conversation);
        }
    }
}

void cluster_window_resume(cluster_window *window)
{
    const GQueue *queues[] = {&window->going, &window->over};
    GPtrArray *all = window->facts->conversations;
    if (!window->paused) {
        return;
    }
    window->paused = false;
    window->facts->limits = window->limits;
    while (all->len > window->kept) {
        g_ptr_array_steal_index_fast(all, all->len - 1);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(queues); i++) {
        for (const GList *link = queues[i]->head; link != NULL; link = link->next) {
            const cluster_open *open = link->data;
            open->conversation->edge = open->edge; /* the capture did not end there after all */
        }
    }
}
