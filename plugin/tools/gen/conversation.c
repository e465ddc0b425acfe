/* conversation.c
 * TCP connections as a capture shows them: handshake, segments, acknowledgements, end.
 * May include: pcapng.h, packet.h, the codec, GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "conversation.h"

/* 2026-01-01 00:00:00 UTC, in microseconds. */
#define START_OF_TIME G_GUINT64_CONSTANT(1767225600000000)
#define PACKET_MICROSECONDS 100
/* What a Beacon takes to answer. */
#define ANSWER_MS 5
#define FIRST_PORT 40000

void capture_begin(capture *c, pcapng *file, unsigned long size)
{
    c->size = size;
    c->tunnel = TUNNEL_NONE;
    c->file = file;
    c->clock = START_OF_TIME;
    c->next_port = FIRST_PORT;
    c->next_ip_id = 1;
    c->texts = g_string_chunk_new(4096);
    c->scratch = g_string_new(NULL);
}

void capture_end(capture *c)
{
    g_string_free(c->scratch, TRUE);
    g_string_chunk_free(c->texts);
}

void wait_ms(capture *c, unsigned milliseconds)
{
    c->clock += (uint64_t)milliseconds * 1000;
}

/* A port that the next connection may use: once around, then the ports come again. */
static uint16_t take_port(capture *c)
{
    uint16_t port = c->next_port;
    c->next_port = port == UINT16_MAX ? FIRST_PORT : port + 1;
    return port;
}

conn conn_silent(capture *c, conn_spec spec)
{
    uint16_t client_port = spec.client_port != 0 ? spec.client_port : take_port(c);
    uint16_t server_port = spec.server_port != 0 ? spec.server_port : SEEKCHAT_PORT;
    conn x = {.capture = c};
    x.end[CLIENT] = endpoint_of(spec.client != NULL ? spec.client : "10.99.0.2", client_port);
    x.end[SERVER] = endpoint_of(spec.server != NULL ? spec.server : "10.99.0.1", server_port);
    x.next[CLIENT] = spec.client_isn != 0 ? spec.client_isn : client_port * 50000u;
    x.next[SERVER] = spec.server_isn != 0 ? spec.server_isn : client_port * 60000u;
    x.seen[CLIENT] = x.next[SERVER];
    x.seen[SERVER] = x.next[CLIENT];
    x.mss = spec.mss != 0 ? spec.mss : x.end[CLIENT].ipv6 ? 1440 : 1460;
    return x;
}

/* Puts one packet of a side into the capture; the packet's place in the stream is seq. */
static void emit(conn *x, side who, uint8_t flags, uint32_t seq, seekchat_text payload)
{
    capture *c = x->capture;
    c->clock += PACKET_MICROSECONDS;
    if (x->hidden[who])
        return;
    const tcp_segment segment = {
        .from = &x->end[who],
        .to = &x->end[!who],
        .seq = seq,
        .ack = flags & TCP_ACK ? x->seen[who] : 0,
        .flags = flags,
        .mss = flags & TCP_SYN ? x->mss : 0,
        .payload = (const uint8_t *)payload.data,
        .length = payload.length,
    };
    size_t length;
    packet_build(&c->packet, &segment, c->tunnel, c->next_ip_id++);
    const uint8_t *bytes = packet_bytes(&c->packet, &length);
    pcapng_write(c->file, c->clock, bytes, length);
}

/* A packet without data at the side's place in the stream. */
static void emit_empty(conn *x, side who, uint8_t flags)
{
    emit(x, who, flags, x->next[who], (seekchat_text){.length = 0});
}

void acknowledges(conn *x, side who)
{
    x->seen[who] = x->next[!who];
    emit_empty(x, who, TCP_ACK);
}

void handshake(conn *x)
{
    emit_empty(x, CLIENT, TCP_SYN);
    x->next[CLIENT]++;
    x->seen[SERVER] = x->next[CLIENT];
    emit_empty(x, SERVER, TCP_SYN | TCP_ACK);
    x->next[SERVER]++;
    acknowledges(x, CLIENT);
}

conn conn_open(capture *c, conn_spec spec)
{
    conn x = conn_silent(c, spec);
    handshake(&x);
    return x;
}

void hide(conn *x, side who, bool hidden)
{
    x->hidden[who] = hidden;
}

void says(conn *x, side who, seekchat_text text)
{
    for (size_t sent = 0, segments = 1; sent < text.length; segments++) {
        seekchat_text part = {text.data + sent, MIN(x->mss, text.length - sent)};
        sent += part.length;
        bool last = sent == text.length;
        emit(x, who, TCP_ACK | (last ? TCP_PSH : 0), x->next[who], part);
        x->next[who] += (uint32_t)part.length;
        if (segments % 2 == 0 || last)
            acknowledges(x, !who);
    }
}

void says_pieces(conn *x, side who, seekchat_text text, const piece *pieces, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t to = MIN(pieces[i].to, text.length);
        size_t from = MIN(pieces[i].from, to);
        seekchat_text part = {text.data + from, to - from};
        emit(x, who, TCP_PSH | TCP_ACK, x->next[who] + (uint32_t)from, part);
    }
    x->next[who] += (uint32_t)text.length;
    acknowledges(x, !who);
}

void says_unacknowledged(conn *x, side who, seekchat_text text)
{
    emit(x, who, TCP_PSH | TCP_ACK, x->next[who], text);
    x->next[who] += (uint32_t)text.length;
}

void repeats(conn *x, side who, seekchat_text text, size_t back)
{
    emit(x, who, TCP_PSH | TCP_ACK, x->next[who] - (uint32_t)back, text);
    if (text.length > back)
        x->next[who] += (uint32_t)(text.length - back);
}

void fin(conn *x, side who)
{
    emit_empty(x, who, TCP_FIN | TCP_ACK);
    x->next[who]++;
    acknowledges(x, !who);
}

void rst(conn *x, side who)
{
    emit_empty(x, who, TCP_RST | TCP_ACK);
}

void conn_close(conn *x)
{
    emit_empty(x, SERVER, TCP_FIN | TCP_ACK);
    x->next[SERVER]++;
    x->seen[CLIENT] = x->next[SERVER];
    fin(x, CLIENT);
}

void exchange(capture *c, conn_spec spec, seekchat_text request, seekchat_text reply)
{
    conn x = conn_open(c, spec);
    says(&x, CLIENT, request);
    wait_ms(c, ANSWER_MS);
    says(&x, SERVER, reply);
    conn_close(&x);
    wait_ms(c, ANSWER_MS);
}

void unanswered(capture *c, seekchat_text request)
{
    conn x = conn_open(c, (conn_spec){.mss = 0});
    says(&x, CLIENT, request);
    wait_ms(c, ANSWER_MS);
    conn_close(&x);
    wait_ms(c, ANSWER_MS);
}
