/* encode.c
 * new_msg and encode: messages as OTP's json:encode/1 writes them.
 * May include: the C library, GLib, utf8.h and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "seekchat.h"

#include <string.h>

#include "utf8.h"

seekchat_text seekchat_text_of(const char *string)
{
    return (seekchat_text){string, strlen(string)};
}

static seekchat_text type_text(seekchat_type type)
{
    const char *name = seekchat_type_name(type);
    return seekchat_text_of(name ? name : "");
}

seekchat_msg seekchat_new_msg(const char *sender, seekchat_type type, seekchat_payload payload)
{
    const char *word = seekchat_payload_name(payload);
    return (seekchat_msg){
        .type = type_text(type),
        .sender = seekchat_text_of(sender),
        .is_list = payload == SEEKCHAT_PAYLOAD_NODES,
        .word = seekchat_text_of(word ? word : ""),
    };
}

seekchat_msg seekchat_new_msg_nodes(const char *sender, seekchat_type type,
                                    const seekchat_text *nodes, size_t node_count)
{
    return (seekchat_msg){
        .type = type_text(type),
        .sender = seekchat_text_of(sender),
        .is_list = true,
        .nodes = nodes,
        .node_count = node_count,
    };
}

/* Appends the escape of a control character, a quote or a backslash. */
static void append_escape(GString *out, uint8_t byte)
{
    static const char letters[] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',
    };
    if (byte >= 0x20) {
        g_string_append_c(out, '\\');
        g_string_append_c(out, (char)byte);
    } else if (byte < sizeof letters && letters[byte]) {
        g_string_append_c(out, '\\');
        g_string_append_c(out, letters[byte]);
    } else {
        g_string_append_printf(out, "\\u%04X", byte);
    }
}

static bool is_plain(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/* Appends the run of characters that need no escape at at; returns its length, 0 if not UTF-8. */
static size_t append_run(GString *out, const uint8_t *at, size_t count)
{
    size_t length = 0;
    while (length < count && is_plain(at[length])) {
        length++;
    }
    if (length == 0) {
        utf8_character character = utf8_read(at, count);
        length = character.is_whole ? character.length : 0;
    }
    g_string_append_len(out, (const char *)at, (gssize)length);
    return length;
}

static bool append_string(GString *out, seekchat_text text)
{
    const uint8_t *bytes = (const uint8_t *)text.data;
    size_t done = 0;
    g_string_append_c(out, '"');
    while (done < text.length) {
        uint8_t byte = bytes[done];
        size_t length = 1;
        if (byte < 0x80 && !is_plain(byte)) {
            append_escape(out, byte);
        } else {
            length = append_run(out, bytes + done, text.length - done);
        }
        if (length == 0) {
            return false;
        }
        done += length;
    }
    g_string_append_c(out, '"');
    return true;
}

static bool append_nodes(GString *out, const seekchat_text *nodes, size_t count)
{
    g_string_append_c(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            g_string_append_c(out, ',');
        }
        if (!append_string(out, nodes[i])) {
            return false;
        }
    }
    g_string_append_c(out, ']');
    return true;
}

static bool append_message(GString *out, const seekchat_msg *msg)
{
    g_string_append(out, "{\"type\":");
    if (!append_string(out, msg->type)) {
        return false;
    }
    g_string_append(out, ",\"sender\":");
    if (!append_string(out, msg->sender)) {
        return false;
    }
    g_string_append(out, ",\"payload\":");
    if (msg->is_list ? !append_nodes(out, msg->nodes, msg->node_count)
                     : !append_string(out, msg->word)) {
        return false;
    }
    g_string_append_c(out, '}');
    return true;
}

bool seekchat_encode(const seekchat_msg *msg, GString *out)
{
    gsize length = out->len;
    if (append_message(out, msg)) {
        return true;
    }
    g_string_truncate(out, length);
    return false;
}
