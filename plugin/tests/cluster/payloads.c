/* payloads.c
 * What the programs of the made-up network say: bytes of SeekChat, EPMD, the distribution, TLS.
 * May include: the codec, GLib and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "payloads.h"

static void put16(GString *out, uint32_t number)
{
    g_string_append_c(out, (char)(number >> 8 & 0xff));
    g_string_append_c(out, (char)(number & 0xff));
}

static void put32(GString *out, uint32_t number)
{
    put16(out, number >> 16);
    put16(out, number & 0xffff);
}

GString *bytes_of(const char *text)
{
    return g_string_new(text);
}

GString *zeros(size_t count)
{
    GString *out = g_string_new(NULL);
    while (out->len < count) {
        g_string_append_c(out, '\0');
    }
    return out;
}

GString *message(const char *sender, seekchat_type type, seekchat_payload payload)
{
    GString *out = g_string_new(NULL);
    seekchat_msg msg = seekchat_new_msg(sender, type, payload);
    g_assert_true(seekchat_encode(&msg, out));
    return out;
}

GString *message_list(const char *sender, const char *const *nodes)
{
    GString *out = g_string_new(NULL);
    GArray *texts = g_array_new(FALSE, FALSE, sizeof(seekchat_text));
    for (size_t i = 0; nodes[i] != NULL; i++) {
        const seekchat_text text = seekchat_text_of(nodes[i]);
        g_array_append_val(texts, text);
    }
    seekchat_msg msg = seekchat_new_msg_nodes(
        sender, SEEKCHAT_TYPE_REPLY, (const seekchat_text *)(void *)texts->data, texts->len);
    g_assert_true(seekchat_encode(&msg, out));
    g_array_unref(texts);
    return out;
}

/* EPMD. */

GString *port_request(const char *alive)
{
    GString *out = g_string_new(NULL);
    put16(out, (uint32_t)strlen(alive) + 1);
    g_string_append_c(out, 122);
    g_string_append(out, alive);
    return out;
}

GString *port_answer(const char *alive, uint16_t port)
{
    GString *out = g_string_new(NULL);
    g_string_append_c(out, 119);
    g_string_append_c(out, 0);
    put16(out, port);
    g_string_append_c(out, 77); /* a visible node, */
    g_string_append_c(out, 0);  /* over TCP, */
    put16(out, 6);              /* of the highest */
    put16(out, 5);              /* and the lowest version */
    put16(out, (uint32_t)strlen(alive));
    g_string_append(out, alive);
    put16(out, 0);
    return out;
}

GString *no_such_name(void)
{
    return g_string_new_len("\x77\x01", 2);
}

/* The handshake. */

/* Puts the length before what follows on it. */
static GString *framed(GString *body)
{
    GString *out = g_string_new(NULL);
    put16(out, (uint32_t)body->len);
    g_string_append_len(out, body->str, (gssize)body->len);
    g_string_free(body, TRUE);
    return out;
}

static GString *named(char form, const char *name, bool challenge)
{
    GString *body = g_string_new(NULL);
    g_string_append_c(body, form);
    if (form == 'n') {
        put16(body, 5);
        put32(body, 0x07df7fbd);
    } else {
        put32(body, 0x0000000d);
        put32(body, 0x07df7fbd);
    }
    if (challenge) {
        put32(body, 0xc0ffee11);
    }
    if (form == 'N') {
        put32(body, 0x69573b2a); /* creation */
        put16(body, (uint32_t)strlen(name));
    }
    g_string_append(body, name);
    return framed(body);
}

GString *send_name(char form, const char *name)
{
    return named(form, name, false);
}

GString *send_challenge(char form, const char *name)
{
    return named(form, name, true);
}

GString *send_status(const char *word)
{
    GString *body = g_string_new("s");
    g_string_append(body, word);
    return framed(body);
}

/* The random bytes of these look as a message between processes does, behind its length. */

GString *challenge_reply(void)
{
    GString *body = g_string_new("r");
    put32(body, 0x1170f00d);
    g_string_append(body, "\x91\x12\xa3\x34\xb5\x56\xc7\x78\xd9\x9a\xeb\xbc\xfd\xde\x1f\x21");
    return framed(body);
}

GString *challenge_ack(void)
{
    GString *body = g_string_new("a");
    g_string_append(body, "\x19\x70\x3a\x43\x5b\x65\x7c\x87\x9d\xa9\xbe\xcb\xdf\xed\xf1\x12");
    return framed(body);
}

GString *dist_message(void)
{
    GString *out = g_string_new(NULL);
    put32(out, 10);
    g_string_append_len(out, "\x83\x44\x01\x02\x03\x04\x05\x06\x07\x08", 10);
    return out;
}

GString *dist_tick(void)
{
    return zeros(4);
}

/* TLS. */

static GString *record(uint8_t type, const GString *content)
{
    GString *out = g_string_new(NULL);
    g_string_append_c(out, (char)type);
    put16(out, 0x0303);
    put16(out, (uint32_t)content->len);
    g_string_append_len(out, content->str, (gssize)content->len);
    return out;
}

static GString *hello(char type)
{
    GString *content = g_string_new(NULL);
    g_string_append_c(content, type);
    g_string_append_c(content, 0);
    put16(content, 34);
    put16(content, 0x0303);
    for (int i = 0; i < 32; i++) {
        g_string_append_c(content, (char)(0x80 + i * 3));
    }
    GString *out = record(22, content);
    g_string_free(content, TRUE);
    return out;
}

GString *tls_client_hello(void)
{
    return hello(1);
}

GString *tls_server_hello(void)
{
    return hello(2);
}

GString *tls_sealed(void)
{
    GString *content = g_string_new("\xa1\x5e\x13\xf7\x88\x42\x9c\xd0\x31\x77\xe2\x0b\x64\xcb\x91");
    GString *out = record(23, content);
    g_string_free(content, TRUE);
    return out;
}

GString *tls_alert(uint8_t description)
{
    GString *content = g_string_new_len("\x02", 1);
    g_string_append_c(content, (char)description);
    GString *out = record(21, content);
    g_string_free(content, TRUE);
    return out;
}
