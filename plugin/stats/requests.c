/* requests.c
 * What a statistic has to know of a request when its reply comes.
 * May include: the tap's record, GLib, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "requests.h"

#include "stats_limits.h"

/* What one listener got in its present pass over the packets. */
typedef struct {
    uint32_t frame;     /* the last it got: a pass begins where the number falls */
    unsigned waiting;   /* requests in all queues */
    GHashTable *queues; /* TCP stream -> GQueue of seekchat_request without a reply */
} seekchat_pass_state;

/* Listener -> seekchat_pass_state. Lives as long as the capture file is open. */
static GHashTable *passes;

static void free_queue(gpointer queue)
{
    g_queue_free_full(queue, g_free);
}

static void free_pass(gpointer data)
{
    seekchat_pass_state *pass = data;

    g_hash_table_destroy(pass->queues);
    g_free(pass);
}

static void forget(void)
{
    g_clear_pointer(&passes, g_hash_table_destroy);
}

void seekchat_requests_register(void)
{
    register_cleanup_routine(forget);
}

static seekchat_pass_state *pass_of(const void *listener, uint32_t frame)
{
    if (passes == NULL) {
        passes = g_hash_table_new_full(NULL, NULL, NULL, free_pass);
    }
    seekchat_pass_state *pass = g_hash_table_lookup(passes, listener);

    if (pass == NULL || frame < pass->frame) {
        pass = g_new0(seekchat_pass_state, 1);
        pass->queues = g_hash_table_new_full(NULL, NULL, NULL, free_queue);
        g_hash_table_replace(passes, (gpointer)listener, pass);
    }
    pass->frame = frame;
    return pass;
}

static void note(seekchat_pass_state *pass, uint32_t frame, const seekchat_tap_record *record)
{
    gpointer key = GUINT_TO_POINTER(record->stream);
    GQueue *queue = g_hash_table_lookup(pass->queues, key);

    if (pass->waiting >= SEEKCHAT_STATS_REQUESTS_MAX) {
        return;
    }
    if (queue == NULL) {
        queue = g_queue_new();
        g_hash_table_insert(pass->queues, key, queue);
    }
    seekchat_request *request = g_new(seekchat_request, 1);

    *request = (seekchat_request){frame, record->length, record->type, record->payload};
    g_queue_push_tail(queue, request);
    pass->waiting++;
}

/* Takes the request of that frame out of the queue, and those before it, which stay unanswered. */
static bool take(seekchat_pass_state *pass, GQueue *queue, uint32_t frame,
                 seekchat_request *request)
{
    const seekchat_request *first;
    bool found = false;

    while (!found && (first = g_queue_peek_head(queue)) != NULL && first->frame <= frame) {
        found = first->frame == frame;
        *request = *first;
        g_free(g_queue_pop_head(queue));
        pass->waiting--;
    }
    return found;
}

bool seekchat_requests_match(const void *listener, const packet_info *pinfo,
                             const seekchat_tap_record *record, seekchat_request *request)
{
    seekchat_pass_state *pass = pass_of(listener, pinfo->num);
    gpointer key = GUINT_TO_POINTER(record->stream);

    if (record->status != SEEKCHAT_OK) {
        return false;
    }
    if (record->request) {
        note(pass, pinfo->num, record);
        return false;
    }
    GQueue *queue = g_hash_table_lookup(pass->queues, key);

    if (record->request_frame == 0 || queue == NULL) {
        return false;
    }
    bool found = take(pass, queue, record->request_frame, request);

    if (g_queue_is_empty(queue)) {
        g_hash_table_remove(pass->queues, key);
    }
    return found;
}
