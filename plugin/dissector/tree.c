/* tree.c
 * The fields of SeekChat, and what the tree shows.
 * May include: the codec, the connection's state, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tree.h"

#include <inttypes.h>

#include <epan/prefs.h>

#include "checks.h"
#include "dissector_limits.h"
#include "expert.h"
#include "text.h"
#include "ws_compat.h"

static int proto_seekchat = -1;

static int hf_seekchat_type = -1;
static int hf_seekchat_sender = -1;
static int hf_seekchat_sender_name = -1;
static int hf_seekchat_sender_host = -1;
static int hf_seekchat_payload = -1;
static int hf_seekchat_nodes = -1;
static int hf_seekchat_node = -1;
static int hf_seekchat_node_count = -1;
static int hf_seekchat_length = -1;
static int hf_seekchat_request = -1;
static int hf_seekchat_reply = -1;
static int hf_seekchat_response_in = -1;
static int hf_seekchat_response_to = -1;
static int hf_seekchat_response_time = -1;
static int hf_seekchat_peer = -1;
static int hf_seekchat_endpoint = -1;
static int hf_seekchat_member_key = -1;
static int hf_seekchat_member_value = -1;
static int hf_seekchat_data = -1;
static int hf_seekchat_segment = -1;
static int hf_seekchat_segment_count = -1;
static int hf_seekchat_reassembled_in = -1;

static int ett_seekchat = -1;
static int ett_seekchat_sender = -1;
static int ett_seekchat_nodes = -1;
static int ett_seekchat_member = -1;
static int ett_seekchat_segments = -1;

/* The message that is shown, where, and its items. */
typedef struct {
    const seekchat_shown *shown;
    const seekchat_message *message;
    packet_info *pinfo;
    proto_tree *tree;
    seekchat_items items;
} message_view;

/* Items that the tree, if there is one, may still take if reserve of them are to be left. */
static unsigned tree_items_left(proto_tree *tree, unsigned reserve)
{
    unsigned used = tree == NULL ? reserve : PTREE_DATA(tree)->count + reserve;

    return prefs.gui_max_tree_items > used ? prefs.gui_max_tree_items - used : 0;
}

bool seekchat_tree_has_room(proto_tree *tree)
{
    return tree == NULL || tree_items_left(tree, SEEKCHAT_TREE_RESERVE) > 0;
}

/* True if an item of the field would be seen: by a person, a filter or an output field. */
static bool is_wanted(const message_view *view, int field)
{
    return proto_field_is_referenced(view->tree, field);
}

/*
 * The item of a string, whose line, if there is to be one, must not disturb a terminal: Wireshark
 * sees to that, but for characters that are not seen and change what is seen.
 */
static proto_item *readable(const message_view *view, proto_item *item, int field, const char *text)
{
    if (PTREE_DATA(view->tree)->visible && seekchat_disturbs(text)) {
        proto_item_set_text(item, "%s: %s", proto_registrar_get_nth((unsigned)field)->name,
                            seekchat_escaped(view->pinfo->pool, text, strlen(text)));
    }
    return item;
}

/* Adds a string that follows from others. */
static void add_generated(const message_view *view, proto_tree *tree, int field, const char *text)
{
    proto_item *item = proto_tree_add_string(tree, field, NULL, 0, 0, text);

    proto_item_set_generated(readable(view, item, field, text));
}

static proto_item *add_span(const message_view *view, proto_tree *tree, int field,
                            seekchat_span span, const char *text)
{
    proto_item *item =
        proto_tree_add_string(tree, field, view->shown->tvb, (int)(view->shown->base + span.offset),
                              (int)span.length, text);

    return readable(view, item, field, text);
}

/* Adds a string of the message with its decoded text, or nothing if nobody looks. */
static proto_item *add_string(const message_view *view, proto_tree *tree, int field,
                              seekchat_span span)
{
    if (!is_wanted(view, field)) {
        return NULL;
    }
    return add_span(view, tree, field, span,
                    seekchat_string(view->pinfo->pool, view->shown->bytes, span));
}

/* Adds name and host, the two halves of a sender that has an @. */
static void add_sender_halves(const message_view *view, proto_tree *tree, seekchat_span span)
{
    if (!is_wanted(view, hf_seekchat_sender_name) && !is_wanted(view, hf_seekchat_sender_host)) {
        return;
    }
    char *text = seekchat_string(view->pinfo->pool, view->shown->bytes, span);
    char *at = strchr(text, '@');

    if (at == NULL) {
        return;
    }
    *at = '\0';
    add_generated(view, tree, hf_seekchat_sender_name, text);
    add_generated(view, tree, hf_seekchat_sender_host, at + 1);
}

static void add_sender(message_view *view, seekchat_span span)
{
    proto_item *item = add_string(view, view->tree, hf_seekchat_sender, span);

    view->items.keys[SEEKCHAT_KEY_SENDER] = item;
    add_sender_halves(
        view, item == NULL ? view->tree : proto_item_add_subtree(item, ett_seekchat_sender), span);
}

/* Counts names that are no node names, and says so on the first of them. */
typedef struct {
    uint32_t count;
    proto_item *first;
} bad_names;

static void check_node(const message_view *view, bad_names *bad, seekchat_span span,
                       proto_item *item)
{
    bool valid;

    if (span.escaped) {
        const char *text = seekchat_string(view->pinfo->pool, view->shown->bytes, span);

        seekchat_node_name(text, strlen(text), &valid);
    } else {
        seekchat_node_name((const char *)view->shown->bytes + span.offset + 1, span.length - 2u,
                           &valid);
    }
    if (!valid && bad->count++ == 0) {
        bad->first = item;
    }
}

static void add_nodes(const message_view *view, proto_tree *tree, proto_item *list)
{
    const seekchat_message *message = view->message;
    bool shown = is_wanted(view, hf_seekchat_node);
    uint32_t limit = MIN(message->node_count, tree_items_left(view->tree, SEEKCHAT_TREE_RESERVE));
    bad_names bad = {0, NULL};

    for (uint32_t i = 0; i < message->node_count; i++) {
        proto_item *item = NULL;

        if (shown && i < limit) {
            item = add_string(view, tree, hf_seekchat_node, message->nodes[i]);
        }
        check_node(view, &bad, message->nodes[i], item);
    }
    if (bad.count > 0) {
        seekchat_expert_bad_nodes(view->pinfo, bad.first == NULL ? list : bad.first, bad.count,
                                  message->node_count);
    }
    if (shown && limit < message->node_count) {
        seekchat_expert_not_shown(view->pinfo, list, limit, message->node_count,
                                  "nodes are shown: more would exceed Wireshark's limit on tree "
                                  "items (preference gui.max_tree_items)");
    }
}

/* The list is an item of a field, since outputs such as JSON name what is in it by that. */
static void add_list(message_view *view, seekchat_span span)
{
    uint32_t count = view->message->node_count;
    const char *text = seekchat_node_count_text(view->pinfo->pool, count);
    proto_item *list = proto_tree_add_string_format(view->tree, hf_seekchat_nodes, view->shown->tvb,
                                                    (int)(view->shown->base + span.offset),
                                                    (int)span.length, text, "Payload: %s", text);
    proto_tree *tree = proto_item_add_subtree(list, ett_seekchat_nodes);

    view->items.keys[SEEKCHAT_KEY_PAYLOAD] = list;
    proto_item_set_generated(proto_tree_add_uint(tree, hf_seekchat_node_count, NULL, 0, 0, count));
    if (is_wanted(view, hf_seekchat_node) || seekchat_expert_wants_nodes(view->pinfo, view->tree)) {
        add_nodes(view, tree, list);
    }
}

/* A member as it is: its key, and its value as JSON. */
static proto_item *add_member(const message_view *view, seekchat_span key, seekchat_span value)
{
    if (!is_wanted(view, hf_seekchat_member_key) && !is_wanted(view, hf_seekchat_member_value)) {
        return NULL;
    }
    const uint8_t *bytes = view->shown->bytes;
    const char *name = seekchat_string(view->pinfo->pool, bytes, key);
    proto_item *item = add_span(view, view->tree, hf_seekchat_member_key, key, name);

    add_span(view, proto_item_add_subtree(item, ett_seekchat_member), hf_seekchat_member_value,
             value, seekchat_raw(view->pinfo->pool, bytes, value));
    return item;
}

static void add_key(message_view *view, seekchat_key key)
{
    seekchat_span value = view->message->value[key];

    switch (view->message->kind[key]) {
    case SEEKCHAT_VALUE_ABSENT:
        break;
    case SEEKCHAT_VALUE_LIST:
        add_list(view, value);
        break;
    case SEEKCHAT_VALUE_STRING:
        if (key == SEEKCHAT_KEY_SENDER) {
            add_sender(view, value);
        } else {
            view->items.keys[key] = add_string(
                view, view->tree, key == SEEKCHAT_KEY_TYPE ? hf_seekchat_type : hf_seekchat_payload,
                value);
        }
        break;
    default:
        view->items.keys[key] = add_member(view, view->message->key[key], value);
        break;
    }
}

/*
 * The keys in the order in which they stand in the message: Wireshark 4.6 gives a packet up whose
 * items do not move forward for too long.
 */
static void add_keys(message_view *view)
{
    seekchat_key order[SEEKCHAT_KEYS] = {SEEKCHAT_KEY_TYPE, SEEKCHAT_KEY_SENDER,
                                         SEEKCHAT_KEY_PAYLOAD};
    const seekchat_span *spans = view->message->value;

    for (unsigned i = 1; i < SEEKCHAT_KEYS; i++) {
        for (unsigned j = i; j > 0 && spans[order[j]].offset < spans[order[j - 1]].offset; j--) {
            seekchat_key later = order[j - 1];

            order[j - 1] = order[j];
            order[j] = later;
        }
    }
    for (unsigned i = 0; i < SEEKCHAT_KEYS; i++) {
        add_key(view, order[i]);
    }
}

/* repeated is the index of the first member whose key stood before. */
static void add_members(message_view *view, uint32_t repeated)
{
    const seekchat_message *message = view->message;
    uint32_t count = seekchat_members_shown(message);

    for (uint32_t i = 0; i < count; i++) {
        const seekchat_member *member = &message->members[i];
        proto_item *item = add_member(view, member->key, member->value);
        proto_item **first = member->duplicate ? &view->items.duplicate : &view->items.extra;

        if (*first == NULL) {
            *first = item;
        }
        if (i == repeated) {
            view->items.repeated = item;
        }
    }
    if (count < message->member_count) {
        seekchat_expert_not_shown(view->pinfo, view->items.message, count, message->member_count,
                                  "ignored members are shown");
    }
}

/* The reply's fields that its request gives. */
static void add_request_of_reply(const message_view *view, const seekchat_transaction *transaction)
{
    nstime_t elapsed;

    proto_item_set_generated(proto_tree_add_uint(view->tree, hf_seekchat_response_to, NULL, 0, 0,
                                                 transaction->request_frame));
    nstime_delta(&elapsed, &view->pinfo->abs_ts, &transaction->request_time);
    proto_item_set_generated(
        proto_tree_add_time(view->tree, hf_seekchat_response_time, NULL, 0, 0, &elapsed));
}

/* Either name, as tcp.port is either port, for filters on both ends of a conversation. */
static void add_endpoint(const message_view *view, const char *name)
{
    proto_item *item = proto_tree_add_string(view->tree, hf_seekchat_endpoint, NULL, 0, 0, name);

    proto_item_set_generated(item);
    proto_item_set_hidden(item);
}

static void add_endpoints(const message_view *view)
{
    const char *peer = seekchat_peer(view->shown);

    if (peer != NULL) {
        add_generated(view, view->tree, hf_seekchat_peer, peer);
    }
    if (!is_wanted(view, hf_seekchat_endpoint)) {
        return;
    }
    if (view->message->kind[SEEKCHAT_KEY_SENDER] == SEEKCHAT_VALUE_STRING) {
        add_endpoint(view, seekchat_string(view->pinfo->pool, view->shown->bytes,
                                           view->message->value[SEEKCHAT_KEY_SENDER]));
    }
    if (peer != NULL) {
        add_endpoint(view, peer);
    }
}

static void add_transaction(const message_view *view)
{
    const seekchat_shown *shown = view->shown;
    const seekchat_transaction *transaction = shown->transaction;

    proto_item_set_generated(proto_tree_add_boolean(
        view->tree, shown->request ? hf_seekchat_request : hf_seekchat_reply, NULL, 0, 0, true));
    if (transaction == NULL) {
        return;
    }
    if (!shown->request) {
        add_request_of_reply(view, transaction);
    } else if (transaction->reply_frame != 0) {
        proto_item_set_generated(proto_tree_add_uint(view->tree, hf_seekchat_response_in, NULL, 0,
                                                     0, transaction->reply_frame));
    }
}

/* The frames that brought a message, as Wireshark lists those of its own reassembly. */
static void add_segments(const message_view *view)
{
    const seekchat_assembly *assembly = view->shown->assembly;

    unsigned count = assembly == NULL ? 1 : wmem_array_get_count(assembly->frames);

    if (count == 1 || view->tree == NULL) {
        return;
    }
    proto_tree *tree =
        proto_tree_add_subtree_format(view->tree, view->shown->tvb, 0, 0, ett_seekchat_segments,
                                      NULL, "[%u reassembled segments]", count);

    proto_item_set_generated(
        proto_tree_add_uint(tree, hf_seekchat_segment_count, NULL, 0, 0, count));
    for (unsigned i = 0; i < MIN(count, SEEKCHAT_SEGMENTS_SHOWN); i++) {
        uint32_t frame = *(const uint32_t *)wmem_array_index(assembly->frames, i);

        proto_item_set_generated(proto_tree_add_uint(tree, hf_seekchat_segment, NULL, 0, 0, frame));
    }
}

static proto_item *add_protocol(proto_tree *tree, tvbuff_t *tvb, uint32_t offset, uint32_t length,
                                const char *what)
{
    return proto_tree_add_protocol_format(tree, proto_seekchat, tvb, (int)offset, (int)length,
                                          "Beethoven SeekChat, %s", what);
}

void seekchat_tree_message(packet_info *pinfo, proto_tree *tree, const seekchat_shown *shown)
{
    message_view view = {.shown = shown, .message = &shown->decoder->message, .pinfo = pinfo};
    proto_item *item;

    if (!seekchat_expert_wanted(pinfo, tree)) {
        return;
    }
    uint32_t repeated = seekchat_check_repeated(pinfo->pool, view.message, shown->bytes);

    /* Without a tree this adds no item, but the expert items that belong to one. */
    item = add_protocol(tree, shown->tvb, shown->base, shown->length, shown->summary);
    view.items.message = item;
    view.tree = proto_item_add_subtree(item, ett_seekchat);
    add_keys(&view);
    add_members(&view, repeated);
    if (tree != NULL) {
        proto_item_set_generated(
            proto_tree_add_uint(view.tree, hf_seekchat_length, NULL, 0, 0, shown->size));
        add_transaction(&view);
        add_endpoints(&view);
        add_segments(&view);
    }
    seekchat_expert_message(pinfo, shown, &view.items, repeated);
}

void seekchat_tree_full(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb)
{
    if (tree_items_left(tree, SEEKCHAT_TREE_NOTE) > 0) {
        seekchat_expert_no_room(pinfo, add_protocol(tree, tvb, 0, 0, "not shown"));
    }
}

void seekchat_tree_left_out(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, uint32_t offset,
                            const char *what)
{
    uint32_t length = tvb_captured_length(tvb) - offset;

    seekchat_expert_left_out(pinfo, add_protocol(tree, tvb, offset, length, "not shown"), what);
}

void seekchat_tree_part(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, uint32_t offset,
                        uint32_t length, const seekchat_assembly *assembly)
{
    proto_item *item = add_protocol(tree, tvb, offset, length, "part of a message");
    proto_tree *part = proto_item_add_subtree(item, ett_seekchat);

    proto_tree_add_item(part, hf_seekchat_data, tvb, (int)offset, (int)length, ENC_NA);
    if (assembly->shown_in != 0 && assembly->shown_in != pinfo->num) {
        proto_item_set_generated(
            proto_tree_add_uint(part, hf_seekchat_reassembled_in, NULL, 0, 0, assembly->shown_in));
    }
    if (assembly->state == SEEKCHAT_ASSEMBLY_TOO_LARGE && assembly->shown_in == pinfo->num) {
        seekchat_expert_too_large(pinfo, item);
    }
}

void seekchat_tree_lost(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb,
                        const seekchat_segment *segment)
{
    uint32_t offset = segment->old_length;
    proto_item *item = add_protocol(tree, tvb, offset, segment->head_length, "rest of a message");

    proto_tree_add_item(proto_item_add_subtree(item, ett_seekchat), hf_seekchat_data, tvb,
                        (int)offset, (int)segment->head_length, ENC_NA);
    seekchat_expert_lost(pinfo, item, segment);
}

void seekchat_tree_gap(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb,
                       const seekchat_segment *segment)
{
    proto_item *item = proto_tree_add_protocol_format(tree, proto_seekchat, tvb, 0, 0,
                                                      "Beethoven SeekChat, missing bytes");

    seekchat_expert_gap(pinfo, item, segment);
}

void seekchat_tree_old(proto_tree *tree, tvbuff_t *tvb, uint32_t offset, uint32_t length)
{
    proto_item *item = add_protocol(tree, tvb, offset, length, "bytes that were sent before");

    proto_tree_add_item(proto_item_add_subtree(item, ett_seekchat), hf_seekchat_data, tvb,
                        (int)offset, (int)length, ENC_NA);
}

/* Registration. */

static void register_fields(int proto)
{
    static hf_register_info fields[] = {
        {&hf_seekchat_type,
         {"Type", "seekchat.type", FT_STRING, BASE_NONE, NULL, 0x0,
          "seeking (wants to join), watching (asks who is there) or reply", HFILL}},
        {&hf_seekchat_sender,
         {"Sender", "seekchat.sender", FT_STRING, BASE_NONE, NULL, 0x0,
          "Name of the node that sent the message", HFILL}},
        {&hf_seekchat_sender_name,
         {"Name", "seekchat.sender.name", FT_STRING, BASE_NONE, NULL, 0x0,
          "What stands before the @ of the sender", HFILL}},
        {&hf_seekchat_sender_host,
         {"Host", "seekchat.sender.host", FT_STRING, BASE_NONE, NULL, 0x0,
          "What stands behind the @ of the sender", HFILL}},
        {&hf_seekchat_payload,
         {"Payload", "seekchat.payload", FT_STRING, BASE_NONE, NULL, 0x0,
          "join, check, self, standalone, joined, join_failed or error", HFILL}},
        {&hf_seekchat_nodes,
         {"Nodes", "seekchat.nodes", FT_STRING, BASE_NONE, NULL, 0x0,
          "The list of nodes that a watcher gets, as the number of them: \"2 nodes\"", HFILL}},
        {&hf_seekchat_node,
         {"Node", "seekchat.node", FT_STRING, BASE_NONE, NULL, 0x0,
          "Name of a node in the cluster, from the list that a watcher gets", HFILL}},
        {&hf_seekchat_node_count,
         {"Node Count", "seekchat.node_count", FT_UINT32, BASE_DEC, NULL, 0x0,
          "Number of nodes in the list", HFILL}},
        {&hf_seekchat_length,
         {"Length", "seekchat.length", FT_UINT32, BASE_DEC, NULL, 0x0, "Bytes of the message",
          HFILL}},
        {&hf_seekchat_request,
         {"Request", "seekchat.request", FT_BOOLEAN, BASE_NONE, NULL, 0x0,
          "The message comes from the side that opened the connection", HFILL}},
        {&hf_seekchat_reply,
         {"Reply", "seekchat.reply", FT_BOOLEAN, BASE_NONE, NULL, 0x0,
          "The message comes from the Beacon", HFILL}},
        {&hf_seekchat_response_in,
         {"Response In", "seekchat.response_in", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0x0, "The reply to this request is in this frame",
          HFILL}},
        {&hf_seekchat_response_to,
         {"Response To", "seekchat.response_to", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0x0, "This answers the request in this frame",
          HFILL}},
        {&hf_seekchat_response_time,
         {"Response Time", "seekchat.response_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
          "From the last byte of the request to the last byte of the reply", HFILL}},
        {&hf_seekchat_peer,
         {"Peer", "seekchat.peer", FT_STRING, BASE_NONE, NULL, 0x0,
          "Sender of the request that this answers, or of the reply to this request", HFILL}},
        {&hf_seekchat_endpoint,
         {"Sender or Peer", "seekchat.endpoint", FT_STRING, BASE_NONE, NULL, 0x0,
          "Either of the two nodes that talk", HFILL}},
        {&hf_seekchat_member_key,
         {"Member Key", "seekchat.member.key", FT_STRING, BASE_NONE, NULL, 0x0,
          "Key of a member of the object that Beethoven does not use", HFILL}},
        {&hf_seekchat_member_value,
         {"Member Value", "seekchat.member.value", FT_STRING, BASE_NONE, NULL, 0x0,
          "Value of that member, as JSON", HFILL}},
        {&hf_seekchat_data,
         {"Data", "seekchat.data", FT_BYTES, BASE_NONE, NULL, 0x0,
          "Bytes that this frame alone does not explain", HFILL}},
        {&hf_seekchat_segment,
         {"Segment", "seekchat.segment", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
          "A frame that brought a part of the message", HFILL}},
        {&hf_seekchat_segment_count,
         {"Segment Count", "seekchat.segment.count", FT_UINT32, BASE_DEC, NULL, 0x0,
          "Number of segments that brought the message", HFILL}},
        {&hf_seekchat_reassembled_in,
         {"Reassembled In", "seekchat.reassembled_in", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
          "The message that this is a part of is shown in this frame", HFILL}},
    };

    proto_register_field_array(proto, fields, array_length(fields));
}

static void register_subtrees(void)
{
    static int *subtrees[] = {
        &ett_seekchat,        &ett_seekchat_sender,   &ett_seekchat_nodes,
        &ett_seekchat_member, &ett_seekchat_segments,
    };

    proto_register_subtree_array(subtrees, array_length(subtrees));
}

void seekchat_tree_register(int proto)
{
    proto_seekchat = proto;
    register_fields(proto);
    register_subtrees();
}
