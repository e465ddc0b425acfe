/* scenarios_segment.c
 * Scenarios about how TCP carries a message: splits, loss, order, repetition, cut captures.
 * May include: scenario.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "scenario.h"

static const conn_spec usual;

/* Longer than what a Linux peer waits for before it sends again. */
#define RETRANSMISSION_MS 300

/* The Beacon's answer and the end. */
static void joined_and_close(conn *x)
{
    wait_ms(x->capture, 5);
    says(x, SERVER, joined_reply(x->capture));
    conn_close(x);
    wait_ms(x->capture, 5);
}

static void split_every(capture *c)
{
    seekchat_text request = join_request(c);
    for (size_t at = 1; at < request.length; at++) {
        conn x = conn_open(c, usual);
        says_pieces(&x, CLIENT, request, PIECES({0, at}, {at, TO_END}));
        joined_and_close(&x);
    }
    g_autofree piece *bytes = g_new(piece, request.length);
    for (size_t i = 0; i < request.length; i++)
        bytes[i] = (piece){i, i + 1};
    conn x = conn_open(c, usual);
    says_pieces(&x, CLIENT, request, bytes, request.length);
    joined_and_close(&x);
}

static void two_in_segment(capture *c)
{
    seekchat_text one = join_request(c);
    seekchat_text two = text_join(c, one, check_request(c));
    seekchat_text three = text_join(c, two, one);

    exchange(c, usual, two, text_join(c, joined_reply(c), reply_nodes(c, 2)));
    exchange(c, usual, text_join(c, text_join(c, one, RAW("\r\n")), one),
             text_join(c, joined_reply(c), joined_reply(c)));
    exchange(c, usual, three, joined_reply(c));

    /* One message and a half, then the rest. */
    conn x = conn_open(c, usual);
    says_pieces(&x, CLIENT, two, PIECES({0, one.length + 20}, {one.length + 20, TO_END}));
    joined_and_close(&x);
    /* Half a message, then its rest and two more. */
    x = conn_open(c, usual);
    says_pieces(&x, CLIENT, three, PIECES({0, 20}, {20, TO_END}));
    joined_and_close(&x);
    /* Each segment but the first and the last ends a message and begins the next. */
    x = conn_open(c, usual);
    says_pieces(&x, CLIENT, three, PIECES({0, 40}, {40, 80}, {80, 140}, {140, TO_END}));
    joined_and_close(&x);
}

static void pipelined(capture *c)
{
    conn x = conn_open(c, usual);
    says(&x, CLIENT, join_request(c));
    says(&x, CLIENT, check_request(c));
    wait_ms(c, 5);
    says(&x, SERVER, joined_reply(c));
    wait_ms(c, 2);
    says(&x, SERVER, reply_nodes(c, 2));
    conn_close(&x);
}

static void retransmitted(capture *c)
{
    seekchat_text request = join_request(c), reply = joined_reply(c);

    /* The request was lost behind the point of capture and is sent again. */
    conn x = conn_open(c, usual);
    says_unacknowledged(&x, CLIENT, request);
    wait_ms(c, RETRANSMISSION_MS);
    repeats(&x, CLIENT, request, request.length);
    acknowledges(&x, SERVER);
    says(&x, SERVER, reply);
    wait_ms(c, RETRANSMISSION_MS);
    repeats(&x, SERVER, reply, reply.length);
    conn_close(&x);

    /* A half of the request twice, before the other half. */
    x = conn_open(c, usual);
    says_unacknowledged(&x, CLIENT, (seekchat_text){request.data, 30});
    wait_ms(c, RETRANSMISSION_MS);
    repeats(&x, CLIENT, (seekchat_text){request.data, 30}, 30);
    says(&x, CLIENT, (seekchat_text){request.data + 30, request.length - 30});
    joined_and_close(&x);
}

static void reordered(capture *c)
{
    static const piece parts[] = {{0, 20}, {20, 40}, {40, TO_END}};
    seekchat_text request = join_request(c);
    conn x = conn_open(c, usual);
    says_pieces(&x, CLIENT, request, PIECES({30, TO_END}, {0, 30}));
    joined_and_close(&x);
    for (int first = 0; first < 3; first++) {
        for (int second = 0; second < 3; second++) {
            if (second == first)
                continue;
            x = conn_open(c, usual);
            says_pieces(&x, CLIENT, request,
                        PIECES(parts[first], parts[second], parts[3 - first - second]));
            joined_and_close(&x);
        }
    }
    /* Whole messages, one a segment: the second one first. */
    seekchat_text two = text_join(c, request, check_request(c));
    x = conn_open(c, usual);
    says_pieces(&x, CLIENT, two, PIECES({request.length, TO_END}, {0, request.length}));
    joined_and_close(&x);
}

static void lost(capture *c)
{
    static const piece parts[] = {{0, 20}, {20, 40}, {40, TO_END}};
    for (int missing = 0; missing < 3; missing++) {
        conn x = conn_open(c, usual);
        says_pieces(&x, CLIENT, join_request(c),
                    PIECES(parts[missing == 0 ? 1 : 0], parts[missing == 2 ? 1 : 2]));
        says(&x, SERVER, joined_reply(c));
        says(&x, CLIENT, check_request(c));
        says(&x, SERVER, reply_nodes(c, 2));
        conn_close(&x);
        wait_ms(c, 5);
    }
    /* A whole message is missing, then one in the middle of a long list. */
    conn x = conn_open(c, usual);
    hide(&x, CLIENT, true);
    says(&x, CLIENT, join_request(c));
    hide(&x, CLIENT, false);
    says(&x, SERVER, joined_reply(c));
    says(&x, CLIENT, check_request(c));
    says_pieces(&x, SERVER, reply_of_length(c, 4000), PIECES({0, 1460}, {2920, TO_END}));
    conn_close(&x);
    /* One byte is enough. What is no JSON behind the next message has nothing to do with it. */
    x = conn_open(c, usual);
    says_pieces(&x, CLIENT, join_request(c), PIECES({0, 20}, {21, TO_END}));
    says(&x, CLIENT, check_request(c));
    says(&x, CLIENT, RAW("no JSON"));
    joined_and_close(&x);
}

static void overlap(capture *c)
{
    seekchat_text request = join_request(c);
    seekchat_text head = {request.data, 30};
    seekchat_text rest = {request.data + 30, request.length - 30};

    /* The first part was lost behind the point of capture; it comes again with the rest. */
    conn x = conn_open(c, usual);
    says_unacknowledged(&x, CLIENT, head);
    wait_ms(c, RETRANSMISSION_MS);
    repeats(&x, CLIENT, request, head.length);
    acknowledges(&x, SERVER);
    joined_and_close(&x);

    /* Both parts were lost and come again as one, together with the next message. */
    x = conn_open(c, usual);
    says_unacknowledged(&x, CLIENT, head);
    says_unacknowledged(&x, CLIENT, rest);
    wait_ms(c, RETRANSMISSION_MS);
    repeats(&x, CLIENT, text_join(c, request, check_request(c)), request.length);
    acknowledges(&x, SERVER);
    joined_and_close(&x);

    /* Parts that overlap, sent at once, in order and with a gap that the last one closes. */
    x = conn_open(c, usual);
    says_pieces(&x, CLIENT, request, PIECES({0, 40}, {20, TO_END}));
    joined_and_close(&x);
    x = conn_open(c, usual);
    says_pieces(&x, CLIENT, request, PIECES({0, 20}, {40, TO_END}, {10, 50}));
    joined_and_close(&x);
}

static void mid_message_start(capture *c)
{
    conn x = conn_silent(c, usual);
    says_pieces(&x, CLIENT, join_request(c), PIECES({25, TO_END}));
    says(&x, SERVER, joined_reply(c));
    says(&x, CLIENT, check_request(c));
    says(&x, SERVER, reply_nodes(c, 2));
    conn_close(&x);

    x = conn_silent(c, usual);
    says_pieces(&x, SERVER, reply_of_length(c, 4000), PIECES({1460, 2920}, {2920, TO_END}));
    says(&x, CLIENT, check_request(c));
    says(&x, SERVER, reply_nodes(c, 2));
    conn_close(&x);
}

static void snaplen(capture *c)
{
    exchange(c, usual, join_request(c), joined_reply(c));
    exchange(c, usual, check_request(c), reply_nodes(c, 2));
    exchange(c, usual, check_request(c), reply_nodes(c, 100));
    /* Short enough to be whole. */
    exchange(c, usual, message_words(c, "a@b", "x", "y"), message_words(c, "c@d", "x", "y"));
    /* A first segment that is whole, and one that is cut. */
    conn x = conn_open(c, usual);
    says_pieces(&x, CLIENT, join_request(c), PIECES({0, 15}, {15, TO_END}));
    joined_and_close(&x);
}

/* A reply that does not come to its end, after the request. */
static conn half_a_reply(capture *c)
{
    conn x = conn_open(c, usual);
    says(&x, CLIENT, join_request(c));
    wait_ms(c, 5);
    seekchat_text reply = joined_reply(c);
    says(&x, SERVER, (seekchat_text){reply.data, 30});
    return x;
}

static conn half_a_request(capture *c)
{
    conn x = conn_open(c, usual);
    seekchat_text request = join_request(c);
    says(&x, CLIENT, (seekchat_text){request.data, 30});
    wait_ms(c, 5);
    return x;
}

static void fin_in_message(capture *c)
{
    conn x = half_a_reply(c);
    conn_close(&x);
    x = half_a_request(c);
    fin(&x, CLIENT);
    fin(&x, SERVER);
}

static void rst_in_message(capture *c)
{
    conn x = half_a_reply(c);
    rst(&x, SERVER);
    x = half_a_request(c);
    rst(&x, CLIENT);
    x = half_a_request(c);
    rst(&x, SERVER);
}

static void capture_ends_in_message(capture *c)
{
    exchange(c, usual, join_request(c), joined_reply(c));
    half_a_reply(c);
}

static void exceeds_recv(capture *c)
{
    const conn_spec jumbo = {.mss = 8960};
    exchange(c, usual, check_request(c), reply_of_length(c, SEEKCHAT_RECV_BYTES));
    exchange(c, usual, check_request(c), reply_of_length(c, SEEKCHAT_RECV_BYTES + 1));
    exchange(c, usual, check_request(c), reply_of_length(c, 4135));
    exchange(c, jumbo, check_request(c), reply_of_length(c, SEEKCHAT_RECV_BYTES));
    exchange(c, jumbo, check_request(c), reply_of_length(c, SEEKCHAT_RECV_BYTES + 1));
    exchange(c, jumbo, check_request(c), reply_of_length(c, 4135));
    /* Short, but in two segments. */
    conn x = conn_open(c, usual);
    says_pieces(&x, CLIENT, join_request(c), PIECES({0, 30}, {30, TO_END}));
    joined_and_close(&x);
}

static void trailing_data(capture *c)
{
    static const char *const rests[] = {"x", "}", "\n\nGET / HTTP/1.1\r\n\r\n", "{\"type\":"};
    for (size_t i = 0; i < G_N_ELEMENTS(rests); i++)
        unanswered(c, text_join(c, join_request(c), seekchat_text_of(rests[i])));
    exchange(c, usual, join_request(c), text_join(c, joined_reply(c), RAW(" null")));
    unanswered(c, text_join(c, join_request(c), join_request(c)));
    /* The rest comes in a segment of its own. */
    conn x = conn_open(c, usual);
    says(&x, CLIENT, join_request(c));
    says(&x, CLIENT, RAW("and more"));
    joined_and_close(&x);
}

static void seq_wrap(capture *c)
{
    const conn_spec spec = {.client_isn = UINT32_MAX - 20, .server_isn = UINT32_MAX - 2000};
    const conn_spec at_the_edge = {.client_isn = UINT32_MAX - 1, .server_isn = UINT32_MAX - 1};
    exchange(c, spec, check_request(c), reply_of_length(c, 4135));
    exchange(c, at_the_edge, join_request(c), joined_reply(c));
    conn x = conn_open(c, spec);
    says_pieces(&x, CLIENT, join_request(c), PIECES({30, TO_END}, {0, 30}));
    joined_and_close(&x);
}

const scenario segment_scenarios[] = {
    {"split-every", "A request in two segments, split at every position; then byte by byte.",
     split_every, 0},
    {"two-in-segment", "Two and three messages in a segment; one and a half, then the rest.",
     two_in_segment, 0},
    {"pipelined", "Two requests, then their two replies, on one connection.", pipelined, 0},
    {"retransmitted", "Segments that are sent again, before and after they were acknowledged.",
     retransmitted, 0},
    {"reordered", "Two and three segments of a message in every order; two messages swapped.",
     reordered, 0},
    {"lost", "The first, middle or last segment is missing; whole messages follow.", lost, 0},
    {"overlap", "Segments that overlap, with the same content.", overlap, 0},
    {"mid-message-start", "The capture starts inside a message; whole messages follow.",
     mid_message_start, 0},
    {"snaplen", "Packets of which only 96 bytes were kept.", snaplen, 96},
    {"fin-in-message", "The connection is closed inside a message.", fin_in_message, 0},
    {"rst-in-message", "The connection is reset inside a message.", rst_in_message, 0},
    {"capture-ends-in-message", "The capture stops inside a message.", capture_ends_in_message, 0},
    {"exceeds-recv", "Messages that the reader's one recv cannot take, and ones it just can.",
     exceeds_recv, 0},
    {"trailing-data", "More bytes behind a message.", trailing_data, 0},
    {"seq-wrap", "Sequence numbers that wrap inside a message.", seq_wrap, 0},
    {.name = NULL},
};
