/* verdicts.c
 * Says of each input, one a line in hexadecimal digits, what the codec makes of it.
 * May include: the C library, GLib and vectors.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include <string.h>

#include "vectors.h"

static void append_hex(GString *line, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        g_string_append_printf(line, "%02x", (uint8_t)bytes[i]);
    }
}

/* Appends the input and the string that encode makes of it, or error. */
static void append_encoded(GString *line, const GByteArray *input)
{
    static const char before[] = "{\"type\":";
    static const char behind[] = ",\"sender\":\"\",\"payload\":\"\"}";
    const seekchat_msg msg = {
        .type = {(const char *)input->data, input->len}, .sender = {"", 0}, .word = {"", 0}};
    GString *out = g_string_new(NULL);
    append_hex(line, (const char *)input->data, input->len);
    g_string_append_c(line, '\t');
    if (seekchat_encode(&msg, out)) {
        append_hex(line, out->str + strlen(before), out->len - strlen(before) - strlen(behind));
    } else {
        g_string_append(line, "error");
    }
    g_string_free(out, TRUE);
}

/* The next line of standard input, without its end; false if there is none. */
static bool read_line(GString *line)
{
    int c;
    g_string_truncate(line, 0);
    while ((c = getchar()) != EOF && c != '\n') {
        g_string_append_c(line, (char)c);
    }
    return c != EOF || line->len > 0;
}

/* verdicts decode|encode: the answers that oracle.escript gives. */
int main(int argc, char **argv)
{
    bool is_encode = argc > 1 && strcmp(argv[1], "encode") == 0;
    seekchat_decoder decoder;
    GString *line = g_string_new(NULL);
    GString *input = g_string_new(NULL);
    seekchat_decoder_init(&decoder);
    while (read_line(input)) {
        GByteArray *bytes = vectors_from_hex(input->str, strcspn(input->str, "\t"));
        if (!bytes) {
            fprintf(stderr, "not hexadecimal digits: %s\n", input->str);
            return 1;
        }
        g_string_truncate(line, 0);
        if (is_encode) {
            append_encoded(line, bytes);
        } else {
            vectors_append_line(line, &decoder, bytes->data, bytes->len);
        }
        puts(line->str);
        g_byte_array_unref(bytes);
    }
    seekchat_decoder_clear(&decoder);
    g_string_free(line, TRUE);
    g_string_free(input, TRUE);
    return 0;
}
