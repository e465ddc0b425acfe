/* text.c
 * The texts that a message's spans stand for.
 * May include: the C library, GLib and the codec's headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "seekchat.h"

#include <string.h>

#include "quoted.h"

size_t seekchat_span_text(const uint8_t *bytes, seekchat_span span, char *out)
{
    const uint8_t *quoted = bytes + span.offset;
    if (span.escaped) {
        return quoted_text(quoted, span.length, out);
    }
    memcpy(out, quoted + 1, span.length - 2);
    return span.length - 2;
}

const char *seekchat_span_peek(const uint8_t *bytes, seekchat_span span, GString *scratch,
                               size_t *length)
{
    if (!span.escaped) {
        *length = span.length - 2;
        return (const char *)bytes + span.offset + 1;
    }
    g_string_set_size(scratch, span.length - 2);
    *length = quoted_text(bytes + span.offset, span.length, scratch->str);
    g_string_truncate(scratch, *length);
    return scratch->str;
}
