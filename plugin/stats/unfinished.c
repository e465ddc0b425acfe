/* unfinished.c
 * Messages that began and whose end has not come.
 * May include: cluster.h and GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "unfinished.h"

#include <string.h>

#include "stats_limits.h"

/* Keys are those of key_of, values of kept_message. */
struct seekchat_unfinished {
    GHashTable *kept;
};

/* A copy of a message, with the texts that it borrows. */
typedef struct {
    cluster_moment when;
    cluster_message message;
    char *sender;
    char *type_word;
} kept_message;

static void free_kept(gpointer data)
{
    kept_message *kept = data;

    g_free(kept->sender);
    g_free(kept->type_word);
    g_free(kept);
}

static gint64 key_of(uint32_t stream, bool from_server)
{
    return (gint64)stream << 1 | (from_server ? 1 : 0);
}

static char *copy_text(cluster_text *text)
{
    char *copy = g_strndup(text->data, text->length);

    text->data = copy;
    return copy;
}

seekchat_unfinished *seekchat_unfinished_new(void)
{
    seekchat_unfinished *unfinished = g_new(seekchat_unfinished, 1);

    unfinished->kept = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_kept);
    return unfinished;
}

void seekchat_unfinished_free(seekchat_unfinished *unfinished)
{
    g_hash_table_destroy(unfinished->kept);
    g_free(unfinished);
}

bool seekchat_unfinished_add(seekchat_unfinished *unfinished, cluster_moment when,
                             const cluster_message *message)
{
    if (g_hash_table_size(unfinished->kept) >= SEEKCHAT_STATS_UNFINISHED_MAX) {
        return false;
    }
    kept_message *kept = g_new(kept_message, 1);
    gint64 *key = g_new(gint64, 1);

    *kept = (kept_message){.when = when, .message = *message};
    kept->sender = copy_text(&kept->message.sender);
    kept->type_word = copy_text(&kept->message.type_word);
    kept->message.nodes = NULL;
    kept->message.node_count = 0;
    *key = key_of(message->stream, message->from_server);
    g_hash_table_replace(unfinished->kept, key, kept);
    return true;
}

void seekchat_unfinished_remove(seekchat_unfinished *unfinished, uint32_t stream, bool from_server)
{
    gint64 key = key_of(stream, from_server);

    g_hash_table_remove(unfinished->kept, &key);
}

static bool same_endpoint(const cluster_endpoint *left, const cluster_endpoint *right)
{
    return left->port == right->port &&
           memcmp(&left->address, &right->address, sizeof left->address) == 0;
}

static bool is_closed_by(const cluster_message *message, const cluster_tcp *segment)
{
    const cluster_endpoint *sender = message->from_server ? &message->server : &message->client;

    return (segment->flags & CLUSTER_TCP_RST) != 0 ||
           ((segment->flags & CLUSTER_TCP_FIN) != 0 && same_endpoint(sender, &segment->source));
}

void seekchat_unfinished_close(seekchat_unfinished *unfinished, const cluster_tcp *segment,
                               cluster_model *model)
{
    for (int from_server = 0; from_server < 2; from_server++) {
        gint64 key = key_of(segment->stream, from_server != 0);
        const kept_message *kept = g_hash_table_lookup(unfinished->kept, &key);

        if (kept != NULL && is_closed_by(&kept->message, segment)) {
            cluster_message_seen(model, kept->when, &kept->message);
            g_hash_table_remove(unfinished->kept, &key);
        }
    }
}

static gint by_frame(gconstpointer left, gconstpointer right)
{
    const kept_message *a = left, *b = right;

    return (a->when.frame > b->when.frame) - (a->when.frame < b->when.frame);
}

void seekchat_unfinished_close_all(seekchat_unfinished *unfinished, cluster_model *model)
{
    GList *all = g_list_sort(g_hash_table_get_values(unfinished->kept), by_frame);

    for (const GList *item = all; item != NULL; item = item->next) {
        const kept_message *kept = item->data;

        cluster_message_seen(model, kept->when, &kept->message);
    }
    g_list_free(all);
    g_hash_table_remove_all(unfinished->kept);
}
