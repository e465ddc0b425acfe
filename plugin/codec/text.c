/* text.c
 * The texts that a message's spans stand for.
 * May include: the C library and the codec's headers.
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
