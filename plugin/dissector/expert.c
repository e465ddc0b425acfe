/* expert.c
 * The expert items of SeekChat: what is noteworthy, and what Beethoven makes of it.
 * May include: the codec, the connection's state, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "expert.h"

#include <inttypes.h>

#include <epan/expert.h>
#include <epan/tap.h>

#include "checks.h"
#include "dissector_limits.h"
#include "tcp.h"

static expert_field ei_seekchat_malformed = EI_INIT;
static expert_field ei_seekchat_not_seekchat = EI_INIT;
static expert_field ei_seekchat_incomplete = EI_INIT;
static expert_field ei_seekchat_too_large = EI_INIT;
static expert_field ei_seekchat_unknown_type = EI_INIT;
static expert_field ei_seekchat_unknown_payload = EI_INIT;
static expert_field ei_seekchat_unexpected_payload = EI_INIT;
static expert_field ei_seekchat_reply_from_client = EI_INIT;
static expert_field ei_seekchat_duplicate_key = EI_INIT;
static expert_field ei_seekchat_extra_key = EI_INIT;
static expert_field ei_seekchat_atom_too_long = EI_INIT;
static expert_field ei_seekchat_trailing_data = EI_INIT;
static expert_field ei_seekchat_exceeds_recv = EI_INIT;
static expert_field ei_seekchat_join_failed = EI_INIT;
static expert_field ei_seekchat_self = EI_INIT;
static expert_field ei_seekchat_error_reply = EI_INIT;
static expert_field ei_seekchat_no_reply = EI_INIT;
static expert_field ei_seekchat_not_matched = EI_INIT;
static expert_field ei_seekchat_sender_address = EI_INIT;
static expert_field ei_seekchat_not_a_node_name = EI_INIT;
static expert_field ei_seekchat_not_shown = EI_INIT;

static int expert_tap = -1;

/* The fields that Wireshark gives to every expert item. */
static int any_expert[4];

/* A message that is shown, and its items. */
typedef struct {
    packet_info *pinfo;
    const seekchat_shown *shown;
    const seekchat_message *message;
    const seekchat_items *items;
} message_view;

/* True if anybody takes expert items that are in no tree: a listener, or a column. */
static bool is_wanted_without_tree(const packet_info *pinfo)
{
    return have_tap_listener(expert_tap) || col_get_writable(pinfo->cinfo, COL_EXPERT);
}

bool seekchat_expert_wanted(const packet_info *pinfo, const proto_tree *tree)
{
    return tree != NULL || is_wanted_without_tree(pinfo);
}

bool seekchat_expert_wants_nodes(const packet_info *pinfo, proto_tree *tree)
{
    if (is_wanted_without_tree(pinfo) ||
        proto_field_is_referenced(tree, ei_seekchat_not_a_node_name.hf)) {
        return true;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(any_expert); i++) {
        if (any_expert[i] > 0 && proto_field_is_referenced(tree, any_expert[i])) {
            return true;
        }
    }
    return false;
}

/* The item, or that of the whole message if there is none. */
static proto_item *else_message(const message_view *view, proto_item *item)
{
    return item == NULL ? view->items->message : item;
}

/* What comes of a message that Beethoven fails to decode. */
static const char *consequence(const message_view *view)
{
    return view->shown->request ? "the Beacon's worker crashes on it and closes with no reply"
                                : "the Locator that reads it fails to decode it";
}

static void add_faults(const message_view *view)
{
    for (unsigned bit = 0; bit < SEEKCHAT_FAULT_BITS; bit++) {
        uint32_t fault = view->message->faults & (1u << bit);

        if (fault & SEEKCHAT_FAULTS_TOO_LONG) {
            expert_add_info_format(view->pinfo, view->items->message, &ei_seekchat_atom_too_long,
                                   "%s (an atom holds %u characters): %s",
                                   seekchat_fault_text(fault), SEEKCHAT_ATOM_MAX,
                                   consequence(view));
        } else if (fault != 0) {
            expert_add_info_format(view->pinfo, view->items->message, &ei_seekchat_not_seekchat,
                                   "JSON, but no SeekChat message: %s: %s",
                                   seekchat_fault_text(fault), consequence(view));
        }
    }
}

static void add_exceeds_recv(const message_view *view)
{
    uint32_t length = view->shown->size;

    if (length > SEEKCHAT_RECV_BYTES) {
        expert_add_info_format(view->pinfo, view->items->message, &ei_seekchat_exceeds_recv,
                               "%" PRIu32 " bytes: the receiver's single recv returns at most %u, "
                               "so it decodes a part and fails with unexpected_end",
                               length, SEEKCHAT_RECV_BYTES);
    } else {
        expert_add_info_format(view->pinfo, view->items->message, &ei_seekchat_exceeds_recv,
                               "The message came in several segments: if the receiver's single "
                               "recv returned only the first, it fails with unexpected_end");
    }
}

typedef struct {
    uint32_t finding;
    expert_field *expert;
    proto_item *item;
} finding_item;

static void add_findings(const message_view *view)
{
    uint32_t found =
        seekchat_check(view->message, view->shown->bytes, view->shown->request, &view->pinfo->src);
    proto_item *type = else_message(view, view->items->keys[SEEKCHAT_KEY_TYPE]);
    proto_item *sender = else_message(view, view->items->keys[SEEKCHAT_KEY_SENDER]);
    proto_item *payload = else_message(view, view->items->keys[SEEKCHAT_KEY_PAYLOAD]);
    const finding_item items[] = {
        {SEEKCHAT_FOUND_UNKNOWN_PAYLOAD, &ei_seekchat_unknown_payload, payload},
        {SEEKCHAT_FOUND_UNEXPECTED_PAYLOAD, &ei_seekchat_unexpected_payload, payload},
        {SEEKCHAT_FOUND_REPLY_FROM_CLIENT, &ei_seekchat_reply_from_client, type},
        {SEEKCHAT_FOUND_DUPLICATE_KEY, &ei_seekchat_duplicate_key,
         else_message(view, view->items->duplicate)},
        {SEEKCHAT_FOUND_EXTRA_KEY, &ei_seekchat_extra_key, else_message(view, view->items->extra)},
        {SEEKCHAT_FOUND_JOIN_FAILED, &ei_seekchat_join_failed, payload},
        {SEEKCHAT_FOUND_SELF, &ei_seekchat_self, payload},
        {SEEKCHAT_FOUND_ERROR_REPLY, &ei_seekchat_error_reply, payload},
        {SEEKCHAT_FOUND_SENDER_ADDRESS, &ei_seekchat_sender_address, sender},
        {SEEKCHAT_FOUND_NOT_A_NODE_NAME, &ei_seekchat_not_a_node_name, sender},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(items); i++) {
        if (found & items[i].finding) {
            expert_add_info(view->pinfo, items[i].item, items[i].expert);
        }
    }
    if (found & SEEKCHAT_FOUND_UNKNOWN_TYPE) {
        expert_add_info_format(view->pinfo, type, &ei_seekchat_unknown_type,
                               "The type is none of seeking, watching and reply%s%s",
                               view->shown->request ? ": " : "",
                               view->shown->request ? consequence(view) : "");
    }
    if (found & (SEEKCHAT_FOUND_NOT_SEEKCHAT | SEEKCHAT_FOUND_ATOM_TOO_LONG)) {
        add_faults(view);
    }
    if (seekchat_exceeds_recv(view->shown)) {
        add_exceeds_recv(view);
    }
}

static void add_status(const message_view *view)
{
    const seekchat_shown *shown = view->shown;

    if (shown->status == SEEKCHAT_INVALID) {
        expert_add_info_format(view->pinfo, view->items->message, &ei_seekchat_malformed,
                               "Not JSON: %s at offset %" PRIu32 ": %s",
                               seekchat_error_text(shown->decoder->error),
                               shown->decoder->error_offset, consequence(view));
    } else if (shown->status == SEEKCHAT_INCOMPLETE && shown->missing == NULL) {
        expert_add_info(view->pinfo, view->items->message, &ei_seekchat_too_large);
    } else if (shown->status == SEEKCHAT_INCOMPLETE) {
        expert_add_info_format(view->pinfo, view->items->message, &ei_seekchat_incomplete,
                               "The message is not whole: %s", shown->missing);
    }
    if (shown->trailing) {
        expert_add_info(view->pinfo, view->items->message, &ei_seekchat_trailing_data);
    }
    if (shown->unanswered != NULL) {
        expert_add_info_format(view->pinfo, view->items->message, &ei_seekchat_no_reply,
                               "No reply to this request was read: %s", shown->unanswered);
    }
    if (shown->unmatched != NULL) {
        expert_add_info_format(view->pinfo, view->items->message, &ei_seekchat_not_matched,
                               "The reply to this request is not looked for: %s", shown->unmatched);
    }
}

void seekchat_expert_message(packet_info *pinfo, const seekchat_shown *shown,
                             const seekchat_items *items, uint32_t repeated)
{
    const message_view view = {pinfo, shown, &shown->decoder->message, items};

    add_status(&view);
    if (shown->status != SEEKCHAT_INVALID) {
        add_findings(&view);
        if (repeated < view.message->member_count) {
            expert_add_info_format(pinfo, else_message(&view, items->repeated),
                                   &ei_seekchat_duplicate_key,
                                   "A key that Beethoven ignores stands more than once: it ignores "
                                   "each of its values");
        }
    }
}

void seekchat_expert_bad_nodes(packet_info *pinfo, proto_item *item, uint32_t bad, uint32_t nodes)
{
    expert_add_info_format(pinfo, item, &ei_seekchat_not_a_node_name,
                           "%" PRIu32 " of %" PRIu32 " nodes are no node names (NAME@HOST): "
                           "nothing can connect to them",
                           bad, nodes);
}

void seekchat_expert_not_shown(packet_info *pinfo, proto_item *item, uint32_t shown, uint32_t count,
                               const char *what)
{
    expert_add_info_format(pinfo, item, &ei_seekchat_not_shown, "%" PRIu32 " of %" PRIu32 " %s",
                           shown, count, what);
}

void seekchat_expert_no_room(packet_info *pinfo, proto_item *item)
{
    expert_add_info_format(pinfo, item, &ei_seekchat_not_shown,
                           "Messages are not shown: they might exceed Wireshark's limit on tree "
                           "items (preference gui.max_tree_items)");
}

void seekchat_expert_left_out(packet_info *pinfo, proto_item *item, const char *what)
{
    expert_add_info_format(
        pinfo, item, &ei_seekchat_not_shown,
        "%s counted and not shown: of a frame %u segments are, with the first message of each, and "
        "behind these %u messages of SeekChat and %u others",
        what, SEEKCHAT_FRAME_SEGMENTS, SEEKCHAT_FRAME_MESSAGES, SEEKCHAT_FRAME_MESSAGES);
}

void seekchat_expert_too_large(packet_info *pinfo, proto_item *item)
{
    expert_add_info(pinfo, item, &ei_seekchat_too_large);
}

/* What explains that the beginning of a message is missing. */
static const char *lost_text(seekchat_lost lost)
{
    switch (lost) {
    case SEEKCHAT_LOST_START:
        return "where the first message begins is not known, and these bytes begin none";
    case SEEKCHAT_LOST_HOLE:
        return "bytes before it are missing; reading starts again at the next message";
    case SEEKCHAT_LOST_CUT:
        return "a packet before it was captured only in part (snapshot length)";
    case SEEKCHAT_LOST_TOO_LARGE:
        return "the message is too large to be put together "
               "(preference seekchat.max_message_size)";
    case SEEKCHAT_LOST_OFF:
        return SEEKCHAT_NOT_TOGETHER;
    case SEEKCHAT_LOST_FULL:
        return SEEKCHAT_STATE_FULL;
    default:
        return "its beginning is missing";
    }
}

void seekchat_expert_lost(packet_info *pinfo, proto_item *item, const seekchat_segment *segment)
{
    if (segment->lost == SEEKCHAT_LOST_MALFORMED) {
        expert_add_info_format(pinfo, item, &ei_seekchat_malformed,
                               "Not JSON: more of the data that was malformed before");
    } else if (segment->gap > 0) {
        expert_add_info_format(pinfo, item, &ei_seekchat_incomplete,
                               "The message is not whole: %" PRIu32 " bytes are missing before "
                               "these: %s",
                               segment->gap, seekchat_tcp_missing(pinfo, segment));
    } else {
        expert_add_info_format(pinfo, item, &ei_seekchat_incomplete, "The message is not whole: %s",
                               lost_text(segment->lost));
    }
}

void seekchat_expert_gap(packet_info *pinfo, proto_item *item, const seekchat_segment *segment)
{
    expert_add_info_format(pinfo, item, &ei_seekchat_incomplete,
                           "%" PRIu32 " bytes are missing before this segment: %s", segment->gap,
                           seekchat_tcp_missing(pinfo, segment));
}

/*
 * Wireshark registers the tap, and the fields that all expert items have, behind the hand-off of
 * dissectors; so they are looked up when a file is opened.
 */
static void look_up(void)
{
    static const char *const names[] = {"_ws.expert", "_ws.expert.message", "_ws.expert.group",
                                        "_ws.expert.severity"};

    expert_tap = find_tap_id("expert");
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        any_expert[i] = proto_registrar_get_id_byname(names[i]);
    }
}

void seekchat_expert_register(int proto)
{
    static ei_register_info items[] = {
        {&ei_seekchat_malformed,
         {"seekchat.malformed", PI_MALFORMED, PI_ERROR,
          "Not JSON: Beethoven fails to decode it; look at the bytes from the offset on, or Decode "
          "As another protocol",
          EXPFILL}},
        {&ei_seekchat_not_seekchat,
         {"seekchat.not_seekchat", PI_PROTOCOL, PI_ERROR,
          "JSON, but no SeekChat message: Beethoven fails to decode it; send type, sender and "
          "payload as strings (a payload may be a list of them)",
          EXPFILL}},
        {&ei_seekchat_incomplete,
         {"seekchat.incomplete", PI_REASSEMBLE, PI_WARN,
          "The message is not whole; capture whole packets from the connection's beginning to its "
          "end",
          EXPFILL}},
        {&ei_seekchat_too_large,
         {"seekchat.too_large", PI_REASSEMBLE, PI_WARN,
          "The message is larger than the preference seekchat.max_message_size: raise that to have "
          "it put together",
          EXPFILL}},
        {&ei_seekchat_unknown_type,
         {"seekchat.unknown_type", PI_PROTOCOL, PI_WARN,
          "The type is none of seeking, watching and reply; look at what the sender runs",
          EXPFILL}},
        {&ei_seekchat_unknown_payload,
         {"seekchat.unknown_payload", PI_PROTOCOL, PI_WARN,
          "The payload is no word that Beethoven documents; look at what the sender runs",
          EXPFILL}},
        {&ei_seekchat_unexpected_payload,
         {"seekchat.unexpected_payload", PI_PROTOCOL, PI_WARN,
          "The payload does not go with this type or this direction; look at what the sender runs",
          EXPFILL}},
        {&ei_seekchat_reply_from_client,
         {"seekchat.reply_from_client", PI_PROTOCOL, PI_WARN,
          "A request of type reply: the Beacon answers it with error; send seeking or watching",
          EXPFILL}},
        {&ei_seekchat_duplicate_key,
         {"seekchat.duplicate_key", PI_PROTOCOL, PI_WARN,
          "A key stands twice: Beethoven uses its first value; send it once", EXPFILL}},
        {&ei_seekchat_extra_key,
         {"seekchat.extra_key", PI_PROTOCOL, PI_NOTE,
          "A key that Beethoven ignores; see whether it was meant to be type, sender or payload",
          EXPFILL}},
        {&ei_seekchat_atom_too_long,
         {"seekchat.atom_too_long", PI_PROTOCOL, PI_ERROR,
          "A string is longer than an atom can be: Beethoven fails to decode the message; shorten "
          "it",
          EXPFILL}},
        {&ei_seekchat_trailing_data,
         {"seekchat.trailing_data", PI_PROTOCOL, PI_WARN,
          "More bytes in the same direction: Beethoven decodes what one recv returned as one "
          "message, so these make it fail or are never read; send one message a connection",
          EXPFILL}},
        {&ei_seekchat_exceeds_recv,
         {"seekchat.exceeds_recv", PI_PROTOCOL, PI_WARN,
          "The message does not fit into the receiver's single recv; shorten the nodes' names, or "
          "do not rely on watching",
          EXPFILL}},
        {&ei_seekchat_join_failed,
         {"seekchat.join_failed", PI_RESPONSE_CODE, PI_WARN,
          "The join failed: the Beacon's ping of the sender was not answered; look at EPMD and "
          "distribution traffic between request and reply",
          EXPFILL}},
        {&ei_seekchat_self,
         {"seekchat.self", PI_RESPONSE_CODE, PI_NOTE,
          "The client called its own Beacon; nothing to do if this was its scan", EXPFILL}},
        {&ei_seekchat_error_reply,
         {"seekchat.error_reply", PI_RESPONSE_CODE, PI_WARN,
          "The Beacon answers error: the request was of type reply; send seeking or watching",
          EXPFILL}},
        {&ei_seekchat_no_reply,
         {"seekchat.no_reply", PI_SEQUENCE, PI_WARN,
          "No reply to this request was read; see how the connection ends, and the log of the "
          "Beacon",
          EXPFILL}},
        {&ei_seekchat_not_matched,
         {"seekchat.not_matched", PI_SEQUENCE, PI_NOTE,
          "The reply to this request is not looked for: a limit is reached; open a smaller part of "
          "the capture",
          EXPFILL}},
        {&ei_seekchat_sender_address,
         {"seekchat.sender_address", PI_PROTOCOL, PI_NOTE,
          "The sender's host is another address than the packet's source: the Beacon pings the "
          "sender's host; see that it can be reached",
          EXPFILL}},
        {&ei_seekchat_not_a_node_name,
         {"seekchat.not_a_node_name", PI_PROTOCOL, PI_WARN,
          "Not a node name (NAME@HOST): nothing can connect to it; give the node a name (--name or "
          "--sname)",
          EXPFILL}},
        {&ei_seekchat_not_shown,
         {"seekchat.not_shown", PI_PROTOCOL, PI_NOTE,
          "The tree does not show all that there is; `seekchat decode` of the bytes does",
          EXPFILL}},
    };

    expert_register_field_array(expert_register_protocol(proto), items, array_length(items));
    register_init_routine(look_up);
}
