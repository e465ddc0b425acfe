/* counts.c
 * Counts of messages, as a tree.
 * May include: the tap's record, Wireshark's statistics interface, ws_compat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "counts.h"

#include <epan/packet.h>
#include <epan/stats_tree.h>

#include "names.h"
#include "stats_limits.h"
#include "../dissector/seekchat-tap.h"
#include "../dissector/ws_compat.h"

#define MESSAGES "Messages"
#define STATE "State"
#define TYPE "Type"
#define PAYLOAD "Payload"
#define SENDER "Sender"
#define OUTCOME "Outcome of requests"
#define NO_REPLY "no reply"
#define LENGTH "Length in bytes"
#define NODES "Nodes in a list"
#define LEFT_OUT "left out of a frame with too many"
#define OTHER_SENDERS "senders beyond the first " G_STRINGIFY(SEEKCHAT_STATS_SENDERS_MAX)

/* Numbers of the branches, set by every init in the same way: there is one form of this tree. */
static int messages, state, type, payload, sender, outcome, length, nodes;

/* What a tree is to know beside its own numbers. */
typedef struct {
    /* Requests that have no reply so far. Their node's number is set, not counted: what a node
     * counts also makes its burst rate, which does not fall with the number. */
    int waiting;
    GHashTable *senders; /* names that have a row */
} tree_state;

static GHashTable *states; /* stats_tree * -> tree_state */

static void free_state(void *data)
{
    tree_state *known = data;

    g_hash_table_destroy(known->senders);
    g_free(known);
}

static tree_state *state_of(stats_tree *tree)
{
    return g_hash_table_lookup(states, tree);
}

static int add_branch(stats_tree *tree, const char *name)
{
    return stats_tree_create_node(tree, name, messages, STAT_DT_INT, TRUE);
}

static void init_tree(stats_tree *tree)
{
    messages = stats_tree_create_node(tree, MESSAGES, 0, STAT_DT_INT, TRUE);
    state = add_branch(tree, STATE);
    type = add_branch(tree, TYPE);
    payload = add_branch(tree, PAYLOAD);
    sender = add_branch(tree, SENDER);
    outcome = add_branch(tree, OUTCOME);
    length = stats_tree_create_range_node(tree, LENGTH, messages, "0-99", "100-199", "200-499",
                                          "500-1460", "1461-9999", "10000-", NULL);
    tree_state *known = g_new0(tree_state, 1);
    known->senders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_insert(states, tree, known);
    nodes = stats_tree_create_range_node(tree, NODES, messages, "0", "1-4", "5-9", "10-49", "50-99",
                                         "100-999", "1000-", NULL);
}

static void count(stats_tree *tree, const char *branch, int id, const char *leaf)
{
    tick_stat_node(tree, branch, messages, TRUE);
    tick_stat_node(tree, leaf, id, FALSE);
}

static void count_in_range(stats_tree *tree, const char *branch, uint32_t value)
{
    tick_stat_node(tree, branch, messages, TRUE);
    stats_tree_tick_range(tree, branch, messages, (int)MIN(value, G_MAXINT));
}

static const char *state_name(seekchat_status status)
{
    static const char *const names[] = {
        [SEEKCHAT_OK] = "whole",
        [SEEKCHAT_NOT_SEEKCHAT] = "JSON but not SeekChat",
        [SEEKCHAT_INCOMPLETE] = "incomplete",
        [SEEKCHAT_INVALID] = "malformed",
    };

    return names[status];
}

static const char *type_name(const seekchat_tap_record *record)
{
    const char *name = seekchat_type_name(record->type);

    return name == NULL ? "other" : name;
}

static void forget_tree(stats_tree *tree)
{
    g_hash_table_remove(states, tree);
}

/* The row of a sender. Wireshark walks along all rows for each new one, so they have a limit. */
static const char *sender_row(stats_tree *tree, const char *name)
{
    GHashTable *senders = state_of(tree)->senders;

    if (g_hash_table_contains(senders, name)) {
        return name;
    }
    if (g_hash_table_size(senders) >= SEEKCHAT_STATS_SENDERS_MAX) {
        return OTHER_SENDERS;
    }
    g_hash_table_add(senders, g_strdup(name));
    return name;
}

static void change_waiting(stats_tree *tree, int64_t change)
{
    tree_state *known = state_of(tree);

    known->waiting += (int)change;
    set_stat_node(tree, NO_REPLY, outcome, FALSE, known->waiting);
}

/* A request has no reply until the reply comes. */
static void count_outcome(stats_tree *tree, const seekchat_tap_record *record)
{
    if (record->request) {
        tick_stat_node(tree, OUTCOME, messages, TRUE);
        change_waiting(tree, 1);
    } else if (record->request_frame != 0) {
        change_waiting(tree, -1);
        tick_stat_node(tree, seekchat_stats_payload(record->payload), outcome, FALSE);
    }
}

/* Counts messages that are not told one by one, below a branch that counts each message. */
static void count_left_out(stats_tree *tree, const char *branch, int id, const char *leaf,
                           uint32_t number)
{
    if (number > 0) {
        increase_stat_node(tree, branch, messages, TRUE, (int)number);
        increase_stat_node(tree, leaf, id, FALSE, (int)number);
    }
}

static void count_all_left_out(stats_tree *tree, const seekchat_left_out *left_out)
{
    uint32_t whole = left_out->states[SEEKCHAT_OK];

    increase_stat_node(tree, MESSAGES, 0, TRUE, (int)left_out->messages);
    for (unsigned i = 0; i <= SEEKCHAT_INVALID; i++) {
        count_left_out(tree, STATE, state, state_name(i), left_out->states[i]);
    }
    count_left_out(tree, TYPE, type, LEFT_OUT, whole);
    count_left_out(tree, PAYLOAD, payload, LEFT_OUT, whole);
    count_left_out(tree, SENDER, sender, LEFT_OUT, whole);
    if (left_out->requests > 0) {
        increase_stat_node(tree, OUTCOME, messages, TRUE, (int)left_out->requests);
        change_waiting(tree, left_out->requests);
    }
    if (left_out->answers > 0) {
        change_waiting(tree, -(int64_t)left_out->answers);
        increase_stat_node(tree, LEFT_OUT, outcome, FALSE, (int)left_out->answers);
    }
}

static tap_packet_status count_message(stats_tree *tree, packet_info *pinfo,
                                       epan_dissect_t *edt _U_, const void *tapped,
                                       tap_flags_t flags _U_)
{
    const seekchat_tap_record *record = tapped;

    if (record->goes_on) {
        return TAP_PACKET_DONT_REDRAW;
    }
    if (record->left_out != NULL) {
        count_all_left_out(tree, record->left_out);
        return TAP_PACKET_REDRAW;
    }
    tick_stat_node(tree, MESSAGES, 0, TRUE);
    count(tree, STATE, state, state_name(record->status));
    if (record->status != SEEKCHAT_OK) {
        return TAP_PACKET_REDRAW;
    }
    count(tree, TYPE, type, type_name(record));
    count(tree, PAYLOAD, payload, seekchat_stats_payload(record->payload));
    count(tree, SENDER, sender, sender_row(tree, seekchat_stats_name(pinfo->pool, record->sender)));
    count_outcome(tree, record);
    count_in_range(tree, LENGTH, record->length);
    if (record->payload == SEEKCHAT_PAYLOAD_NODES) {
        count_in_range(tree, NODES, record->node_count);
    }
    return TAP_PACKET_REDRAW;
}

void seekchat_counts_register(void)
{
    states = g_hash_table_new_full(NULL, NULL, NULL, free_state);
    stats_tree_register_plugin(SEEKCHAT_TAP, "seekchat", "SeekChat", 0, count_message, init_tree,
                               forget_tree);
}
