/* texts.c
 * The texts that scenarios send: messages by the codec's encode, and bytes that it never writes.
 * May include: conversation.h, the codec, GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "conversation.h"

#include <stdarg.h>

#define SEEKER "node2@10.99.0.2"
#define BEACON "node1@10.99.0.1"
/* Bytes of a node's name in reply_of_length; its last name may be up to twice as long. */
#define SIZED_NAME 30
/* A node in a list: its name, two quotes and a comma. */
#define NODE_BYTES(name) ((name) + 3)

seekchat_text text_keep(capture *c)
{
    char *data = g_string_chunk_insert_len(c->texts, c->scratch->str, (gssize)c->scratch->len);
    return (seekchat_text){data, c->scratch->len};
}

static seekchat_text encoded(capture *c, const seekchat_msg *msg)
{
    g_string_truncate(c->scratch, 0);
    bool utf8 = seekchat_encode(msg, c->scratch);
    g_assert(utf8);
    return text_keep(c);
}

seekchat_text message(capture *c, const char *sender, seekchat_type type, seekchat_payload payload)
{
    seekchat_msg msg = seekchat_new_msg(sender, type, payload);
    return encoded(c, &msg);
}

seekchat_text message_nodes(capture *c, const char *sender, seekchat_type type,
                            const seekchat_text *nodes, size_t count)
{
    seekchat_msg msg = seekchat_new_msg_nodes(sender, type, nodes, count);
    return encoded(c, &msg);
}

seekchat_text message_words(capture *c, const char *sender, const char *type, const char *payload)
{
    seekchat_msg msg = {
        .type = seekchat_text_of(type),
        .sender = seekchat_text_of(sender),
        .word = seekchat_text_of(payload),
    };
    return encoded(c, &msg);
}

seekchat_text reply_nodes(capture *c, unsigned count)
{
    g_autofree seekchat_text *nodes = g_new(seekchat_text, count);
    for (unsigned i = 0; i < count; i++)
        nodes[i] = text_of(c, "node%u@node%u.example.org", i + 10, i + 10);
    return message_nodes(c, BEACON, SEEKCHAT_TYPE_REPLY, nodes, count);
}

seekchat_text reply_of_length(capture *c, size_t length)
{
    size_t frame = message_nodes(c, BEACON, SEEKCHAT_TYPE_REPLY, NULL, 0).length -
                   1; /* n nodes have n - 1 commas */
    g_assert(length >= frame + NODE_BYTES(SIZED_NAME));
    size_t count = (length - frame) / NODE_BYTES(SIZED_NAME);
    size_t rest = (length - frame) % NODE_BYTES(SIZED_NAME);
    g_autofree seekchat_text *nodes = g_new(seekchat_text, count);
    for (size_t i = 0; i < count; i++) {
        size_t digits = SIZED_NAME - sizeof("node@host.example.org") + 1 + (i == 0 ? rest : 0);
        nodes[i] = text_of(c, "node%0*zu@host.example.org", (int)digits, i);
    }
    seekchat_text reply = message_nodes(c, BEACON, SEEKCHAT_TYPE_REPLY, nodes, count);
    g_assert(reply.length == length);
    return reply;
}

seekchat_text text_of(capture *c, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_string_vprintf(c->scratch, format, arguments);
    va_end(arguments);
    return text_keep(c);
}

seekchat_text text_join(capture *c, seekchat_text first, seekchat_text second)
{
    g_string_truncate(c->scratch, 0);
    g_string_append_len(c->scratch, first.data, (gssize)first.length);
    g_string_append_len(c->scratch, second.data, (gssize)second.length);
    return text_keep(c);
}

seekchat_text text_repeat(capture *c, const char *part, size_t times)
{
    g_string_truncate(c->scratch, 0);
    for (size_t i = 0; i < times; i++)
        g_string_append(c->scratch, part);
    return text_keep(c);
}

seekchat_text join_request(capture *c)
{
    return message(c, SEEKER, SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN);
}

seekchat_text joined_reply(capture *c)
{
    return message(c, BEACON, SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_JOINED);
}

seekchat_text check_request(capture *c)
{
    return message(c, SEEKER, SEEKCHAT_TYPE_WATCHING, SEEKCHAT_PAYLOAD_CHECK);
}
