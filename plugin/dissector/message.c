/* message.c
 * A message while its segment is dissected: who sent it, what it answers, and showing it.
 * May include: the codec, the connection's state, the tree, Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "message.h"

#include <epan/prefs.h>
#include <epan/prefs-int.h>
#include <epan/dissectors/packet-tcp.h>

#include "dissector_limits.h"
#include "expert.h"
#include "tap.h"
#include "tcp.h"
#include "text.h"
#include "tree.h"

static pref_t *pref_ports;

/* Senders that transactions refer to, each once, since few nodes open many connections: char * ->
 * the same. Lives as long as the capture file is open. */
static wmem_map_t *senders;

void seekchat_message_handoff(void)
{
    senders =
        wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), wmem_str_hash, g_str_equal);
    pref_ports = prefs_find_preference(prefs_find_module("seekchat"), "tcp.port");
}

/* Who is the client. */

static bool is_locator_port(uint32_t port)
{
    range_t *ports = prefs_get_range_value_real(pref_ports, pref_current);

    return ports != NULL && value_is_in_range(ports, port);
}

/*
 * True if the packet comes from the client: from the side that opened the connection if the capture
 * shows that, else from the side that is not at a locator port, else as the message's type says.
 */
static bool comes_from_client(const seekchat_stream *stream, packet_info *pinfo, seekchat_type type)
{
    const struct tcp_analysis *tcp = get_tcp_conversation_data(stream->conversation, pinfo);

    if (pinfo->srcport != pinfo->destport) {
        if (tcp != NULL && tcp->server_port != 0) {
            return pinfo->destport == tcp->server_port;
        }
        bool to_locator = is_locator_port(pinfo->destport);

        if (to_locator != is_locator_port(pinfo->srcport)) {
            return to_locator;
        }
    }
    return type != SEEKCHAT_TYPE_REPLY;
}

/* True if the packet comes from the client, as far as that can be told now. */
static bool is_request(const seekchat_stream *stream, packet_info *pinfo, seekchat_type type)
{
    return stream->client == 0 ? comes_from_client(stream, pinfo, type)
                               : stream->client == 1 + seekchat_stream_direction(pinfo);
}

/*
 * The first message of a connection settles who is the client, for all others and later passes.
 * Where both ends look alike, as in messages that text2pcap or an export wrapped with no TCP, each
 * message's type goes on saying it.
 */
static void settle_client(seekchat_stream *stream, packet_info *pinfo, seekchat_type type)
{
    if (stream->client == 0 && seekchat_stream_has_directions(pinfo)) {
        unsigned direction = seekchat_stream_direction(pinfo);

        stream->client =
            (uint8_t)(1 + (comes_from_client(stream, pinfo, type) ? direction : 1 - direction));
    }
}

/* First pass: the sender of a message, in file scope, since the other message of its transaction
 * shows it too; NULL if it has none. */
static const char *kept_sender(seekchat_pass *pass, const seekchat_source *source,
                               const seekchat_message *message)
{
    if (message->kind[SEEKCHAT_KEY_SENDER] != SEEKCHAT_VALUE_STRING) {
        return NULL;
    }
    const char *sender =
        seekchat_string(pass->pinfo->pool, source->bytes, message->value[SEEKCHAT_KEY_SENDER]);
    char *kept = wmem_map_lookup(senders, sender);

    if (kept == NULL) {
        kept = wmem_strdup(wmem_file_scope(), sender);
        wmem_map_insert(senders, kept, kept);
        seekchat_stream_keep(pass->stream, pass->pinfo, strlen(kept) + 1);
    }
    return kept;
}

/* True for a request that is shown after later ones, since only they told that it is cut. */
static bool is_late(const seekchat_source *source)
{
    return source->assembly != NULL && source->assembly->state != SEEKCHAT_ASSEMBLY_COMPLETE;
}

/* First pass: notes a request; NULL if it is not shown, or a limit forbids that. */
static const seekchat_transaction *note_request(seekchat_pass *pass, const seekchat_source *source,
                                                const seekchat_message *message, bool shown)
{
    seekchat_transactions *transactions = &pass->stream->transactions;
    seekchat_place place = {pass->pinfo->num, source->seq};

    if (!shown || seekchat_stream_is_full(pass->stream, pass->pinfo)) {
        if (!is_late(source)) {
            seekchat_transactions_skip(transactions);
        }
        return NULL;
    }
    seekchat_transaction *noted =
        is_late(source) ? seekchat_transactions_late(transactions, place, &pass->pinfo->abs_ts)
                        : seekchat_transactions_request(transactions, place, &pass->pinfo->abs_ts);

    if (noted != NULL) {
        noted->sender = kept_sender(pass, source, message);
        seekchat_stream_keep(pass->stream, pass->pinfo, sizeof(*noted));
    }
    return noted;
}

/* First pass: notes a reply; NULL if its request is not known. */
static const seekchat_transaction *note_reply(seekchat_pass *pass, const seekchat_source *source,
                                              const seekchat_message *message, bool shown)
{
    seekchat_place place = {pass->pinfo->num, source->seq};
    seekchat_transaction *answered =
        seekchat_transactions_reply(&pass->stream->transactions, place);

    if (answered != NULL && shown && !seekchat_stream_is_full(pass->stream, pass->pinfo)) {
        answered->replier = kept_sender(pass, source, message);
    }
    return answered;
}

/* The transaction of a message: noted on the first pass, looked up later. */
static const seekchat_transaction *match(seekchat_pass *pass, const seekchat_source *source,
                                         const seekchat_message *message, bool request, bool shown)
{
    seekchat_transactions *transactions = &pass->stream->transactions;
    seekchat_place place = {pass->pinfo->num, source->seq};

    if (PINFO_FD_VISITED(pass->pinfo)) {
        if (request) {
            return seekchat_transactions_find_request(transactions, place);
        }
        return seekchat_assembly_is_pending(source->assembly)
                   ? seekchat_transactions_open(transactions)
                   : seekchat_transactions_find_reply(transactions, place);
    }
    return request ? note_request(pass, source, message, shown)
                   : note_reply(pass, source, message, shown);
}

/* Why the reply to a message is not looked for; NULL if it is, or if it is no request. */
static const char *unmatched(const seekchat_pass *pass, const seekchat_source *source,
                             const seekchat_shown *shown)
{
    if (!shown->request || shown->transaction != NULL || is_late(source)) {
        return NULL;
    }
    return seekchat_stream_is_full(pass->stream, pass->pinfo)
               ? SEEKCHAT_STATE_FULL
               : "of this connection " G_STRINGIFY(
                     SEEKCHAT_OUTSTANDING_MAX) " requests wait "
                                               "already, or earlier ones that are not shown";
}

/*
 * Why no reply to a request was read, not even the beginning of one; NULL if one was, or if what
 * follows the request has not been read.
 */
static const char *unanswered(const seekchat_pass *pass, const seekchat_transaction *transaction)
{
    const seekchat_stream *stream = pass->stream;
    unsigned back = 1 - seekchat_stream_direction(pass->pinfo);

    if (!PINFO_FD_VISITED(pass->pinfo) || transaction == NULL || transaction->reply_frame != 0 ||
        (stream->flows[back].pending != NULL &&
         transaction == seekchat_transactions_open(&stream->transactions))) {
        return NULL;
    }
    const char *unread = seekchat_tcp_unread(stream, pass->pinfo, false);

    return unread == NULL ? "see how the connection ends, and the log of the Beacon" : unread;
}

/* Showing a message. */

/* The column must not be filled to its end: Wireshark would cut a character in the middle. */
void seekchat_message_info(seekchat_pass *pass, const char *text)
{
    column_info *cinfo = pass->pinfo->cinfo;
    const char *before = col_get_text(cinfo, COL_INFO);
    size_t length = before == NULL ? 0 : strlen(before);

    if (pass->quiet || pass->messages > SEEKCHAT_INFO_MESSAGES) {
        return;
    }
    if (length + strlen("; ") + strlen(text) + strlen("; ...") >= COL_MAX_INFO_LEN) {
        pass->messages = SEEKCHAT_INFO_MESSAGES;
    }
    if (length > 0 && before[length - 1] != ' ') {
        col_append_str(cinfo, COL_INFO, "; ");
    }
    col_append_str(cinfo, COL_INFO, pass->messages == SEEKCHAT_INFO_MESSAGES ? "..." : text);
    pass->messages++;
}

/* Words for a message that could not be decoded, to stand in its line; NULL for the others. */
static const char *status_mark(seekchat_status status)
{
    switch (status) {
    case SEEKCHAT_INVALID:
        return "[malformed]";
    case SEEKCHAT_INCOMPLETE:
        return "[incomplete]";
    case SEEKCHAT_NOT_SEEKCHAT:
        return "[not SeekChat]";
    default:
        return NULL;
    }
}

static bool has_keys(const seekchat_message *message)
{
    for (unsigned key = 0; key < SEEKCHAT_KEYS; key++) {
        if (message->kind[key] != SEEKCHAT_VALUE_ABSENT) {
            return true;
        }
    }
    return false;
}

static void summarize(seekchat_summary *summary, wmem_allocator_t *pool,
                      const seekchat_shown *shown, bool names)
{
    const seekchat_message *message = &shown->decoder->message;
    const char *mark = status_mark(shown->status);
    /* Of a request the whole capture alone tells: its line is the same in every pass. */
    const char *peer = shown->request ? NULL : seekchat_peer(shown);

    seekchat_summary_init(summary);
    if (has_keys(message)) {
        seekchat_summary_add_words(summary, pool, message, shown->bytes);
        if (names) {
            seekchat_summary_add_names(summary, pool, message, shown->bytes, peer);
        }
        seekchat_summary_add(summary, mark == NULL ? "" : "  ");
    }
    seekchat_summary_add(summary, mark == NULL ? "" : mark);
}

/* Makes the line of a message, and adds it to the Info column, there with names if it shows them.
 */
static void show_line(seekchat_pass *pass, const seekchat_shown *shown, seekchat_summary *summary)
{
    summarize(summary, pass->pinfo->pool, shown, pass->names);
    seekchat_message_info(pass, summary->text);
    if (!pass->names) {
        summarize(summary, pass->pinfo->pool, shown, true);
    }
}

/* The frame that holds the first byte of a message. */
static uint32_t began_in(const seekchat_pass *pass, const seekchat_source *source)
{
    return source->assembly == NULL
               ? pass->pinfo->num
               : *(const uint32_t *)wmem_array_index(source->assembly->frames, 0);
}

seekchat_shown seekchat_message_describe(seekchat_pass *pass, const seekchat_source *source,
                                         seekchat_status status, const char *missing)
{
    const seekchat_decoder *decoder = seekchat_stream_decoder();
    const seekchat_message *message = &decoder->message;
    bool whole = status == SEEKCHAT_OK || status == SEEKCHAT_NOT_SEEKCHAT;

    return (seekchat_shown){
        .tvb = source->tvb,
        .base = source->base,
        .length = source->length,
        .size = whole ? message->end - message->offset : source->length,
        .bytes = source->bytes,
        .status = status,
        .decoder = decoder,
        .missing = missing,
        .request = is_request(pass->stream, pass->pinfo, message->type),
        .trailing = !seekchat_stream_is_first(pass->stream, pass->pinfo, began_in(pass, source),
                                              source->seq),
        .assembly = source->assembly,
    };
}

/*
 * True if the frame may show another message. One whose end has not come is shown in later passes
 * alone: it takes no room from those that every pass is to show, and a segment has one at most.
 */
static bool has_room(seekchat_pass *pass, const seekchat_source *source, seekchat_status status)
{
    if (seekchat_assembly_is_pending(source->assembly)) {
        return !pass->quiet;
    }
    unsigned *further = status == SEEKCHAT_OK ? &pass->visit->further : &pass->visit->others;

    if (pass->quiet || (pass->begun && *further >= SEEKCHAT_FRAME_MESSAGES)) {
        return false;
    }
    *further += pass->begun;
    pass->begun = true;
    return true;
}

static void leave_out(seekchat_pass *pass, const seekchat_source *source,
                      const seekchat_shown *shown)
{
    if (pass->left_out++ == 0) {
        pass->left_from = source->assembly == NULL ? source->base : 0;
    }
    seekchat_tap_leave_out(pass->pinfo, pass->visit, shown);
}

void seekchat_message_show(seekchat_pass *pass, const seekchat_source *source,
                           seekchat_status status, const char *missing)
{
    seekchat_summary summary;
    bool fits = has_room(pass, source, status);

    settle_client(pass->stream, pass->pinfo, seekchat_stream_decoder()->message.type);

    seekchat_shown shown = seekchat_message_describe(pass, source, status, missing);

    if (status == SEEKCHAT_OK ||
        (status == SEEKCHAT_INCOMPLETE && shown.decoder->message.faults == 0)) {
        shown.transaction = match(pass, source, &shown.decoder->message, shown.request, fits);
        shown.unanswered = shown.request ? unanswered(pass, shown.transaction) : NULL;
        shown.unmatched = unmatched(pass, source, &shown);
    }
    if (!fits) {
        leave_out(pass, source, &shown);
        return;
    }
    summary.text[0] = '\0';
    if (pass->tree != NULL || col_get_writable(pass->pinfo->cinfo, COL_INFO)) {
        show_line(pass, &shown, &summary);
    }
    shown.summary = summary.text;
    if (!seekchat_tree_has_room(pass->tree)) {
        seekchat_tree_full(pass->pinfo, pass->tree, pass->tvb);
        pass->tree = NULL;
    }
    seekchat_tree_message(pass->pinfo, pass->tree, &shown);
    seekchat_tap_queue(pass->pinfo, &shown, false);
}
