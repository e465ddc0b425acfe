/* texts.c
 * The texts of strings with escapes, which a decoder resolves as it passes them.
 * May include: the C library, GLib and the codec's headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "texts.h"

#include "escapes.h"
#include "quoted.h"
#include "utf8.h"

void texts_grow(seekchat_scan *scan, size_t size)
{
    scan->text_room = MAX(2 * scan->text_room, size);
    scan->texts = g_realloc(scan->texts, scan->text_room);
}

void texts_take(seekchat_scan *scan, const uint8_t *bytes, seekchat_span span)
{
    if (span.escaped) {
        char *place = texts_place(scan, span.offset, span.length);
        texts_put(place, quoted_text(bytes + span.offset, span.length, place));
    }
}

/* Passes any string whose first stop is no quote. */
static texts_string pass_any(seekchat_scan *scan, const uint8_t *text, size_t open, size_t stop,
                             size_t end)
{
    quoted_place place = quoted_scan(text, stop, end);
    if (place.at == end || text[place.at] != '"') {
        return (texts_string){0, false};
    }
    texts_take(scan, text, scan_span(open, place.at + 1 - open, place.escaped));
    return (texts_string){place.at, place.escaped};
}

/* Bytes of the longest string that is resolved while its end is sought. */
#define SHORT_BYTES SEEKCHAT_ATOM_MAX

/* Bytes from a stop on that are read: the longest escape, or what is copied at once. */
#define AHEAD_BYTES 16

/* What is read, and where its text goes. */
typedef struct {
    text_window window;
    const uint8_t *text;
    size_t at;
    char *out;
} resolver;

/* Resolves the escape \u at a stop; returns whether it is right. */
SCAN_INLINE bool resolve_unicode(resolver *r)
{
    const uint8_t *escape = r->text + r->at;
    uint32_t code = escape_unit(escape + 2);
    if (escape_is_surrogate(code)) {
        code = escape_pair(escape, code);
        r->at += ESCAPE_UNICODE;
    }
    r->at += ESCAPE_UNICODE;
    r->out += utf8_write(code, r->out);
    return code != ESCAPE_WRONG;
}

/* Resolves what is at a stop that is no quote; returns whether it is right. */
SCAN_INLINE bool resolve_stop(resolver *r)
{
    const uint8_t *stop = r->text + r->at;
    if (*stop != '\\') {
        utf8_character character = utf8_read(stop, UTF8_MAX);
        memcpy(r->out, stop, UTF8_MAX);
        r->at += character.length;
        r->out += character.length;
        return character.is_whole && *stop >= 0x80;
    }
    if (stop[1] == 'u') {
        return resolve_unicode(r);
    }
    *r->out = escape_short[stop[1]];
    r->at += 2;
    return *r->out++ != 0;
}

/* Copies plain text up to a stop, and up to AHEAD_BYTES more. */
SCAN_INLINE void copy_plain(resolver *r, size_t stop)
{
    size_t count = stop - r->at;
    for (size_t copied = 0; copied < count; copied += AHEAD_BYTES) {
        memcpy(r->out + copied, r->text + r->at + copied, AHEAD_BYTES);
    }
    r->at = stop;
    r->out += count;
}

/*
 * A string with an escape is mostly short, right and not near the end of the text. Its stops come
 * from the window, as loads that wait for what is at the stop before would take longer.
 */
texts_string texts_pass(seekchat_scan *scan, const uint8_t *text, text_window window, size_t open,
                        size_t first, size_t end)
{
    size_t stop = first;
    if (stop + AHEAD_BYTES > end || text[stop] != '\\') {
        return pass_any(scan, text, open, stop, end);
    }
    size_t last = MIN(end - AHEAD_BYTES, open + SHORT_BYTES);
    char *place = texts_place(scan, open, SHORT_BYTES);
    resolver r = {window, text, open + 1, place};
    while (stop <= last) {
        copy_plain(&r, stop);
        if (text[stop] == '"') {
            texts_put(place, (size_t)(r.out - place));
            return (texts_string){stop, true};
        }
        if (!resolve_stop(&r)) {
            break;
        }
        stop = window_stop(&r.window, text, r.at, end);
    }
    return pass_any(scan, text, open, first, end);
}
