/* automaton.c
 * Reads JSON token by token; can stop at any byte and go on later.
 * May include: the C library, GLib and the codec's headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "automaton.h"

#include <string.h>

#include "members.h"
#include "number.h"
#include "quoted.h"
#include "usual.h"

/* A decoder at work on a text. */
typedef struct {
    seekchat_decoder *decoder;
    const uint8_t *start;
    const uint8_t *at; /* the first byte that is not read yet */
    const uint8_t *end;
} reader;

static uint32_t reader_offset(const reader *r, const uint8_t *at)
{
    return (uint32_t)(at - r->start);
}

/* What a step of the automaton answers when the message goes on. */
#define GO_ON ((seekchat_status)-1)

/* Open containers that scan.nest has bits for. */
#define NEST_BITS 64

/* What was expected in a state in which no token has begun. */
static const seekchat_error expected[] = {
    [STATE_VALUE] = SEEKCHAT_ERROR_VALUE,
    [STATE_VALUE_OR_CLOSE] = SEEKCHAT_ERROR_VALUE_OR_CLOSE,
    [STATE_KEY] = SEEKCHAT_ERROR_KEY,
    [STATE_KEY_OR_CLOSE] = SEEKCHAT_ERROR_KEY_OR_CLOSE,
    [STATE_COLON] = SEEKCHAT_ERROR_COLON,
    [STATE_COMMA_OBJECT] = SEEKCHAT_ERROR_COMMA_OBJECT,
    [STATE_COMMA_ARRAY] = SEEKCHAT_ERROR_COMMA_ARRAY,
};

static seekchat_status incomplete(reader *r)
{
    r->decoder->error = SEEKCHAT_ERROR_END;
    r->decoder->error_offset = reader_offset(r, r->end);
    return SEEKCHAT_INCOMPLETE;
}

static seekchat_status invalid(reader *r, seekchat_error error, const uint8_t *at)
{
    r->decoder->error = error;
    r->decoder->error_offset = reader_offset(r, at);
    return SEEKCHAT_INVALID;
}

static seekchat_status unexpected(reader *r)
{
    return invalid(r, expected[r->decoder->scan.state], r->at);
}

/* The innermost open container is an object. */
static bool is_in_object(const seekchat_scan *scan)
{
    return scan->nest & 1;
}

/* Puts away the bits of the 64 containers that are open, to make room for more. */
static void save_nest(seekchat_scan *scan)
{
    uint32_t word = scan->depth / NEST_BITS - 1;
    if (word == scan->outer_room) {
        scan->outer_room = scan->outer_room ? 2 * scan->outer_room : 1;
        scan->outer = g_renew(uint64_t, scan->outer, scan->outer_room);
    }
    scan->outer[word] = scan->nest;
}

static void open_container(seekchat_scan *scan, bool is_object)
{
    if (scan->depth > 0 && scan->depth % NEST_BITS == 0) {
        save_nest(scan);
    }
    scan->depth++;
    scan->nest = scan->nest << 1 | is_object;
}

static void close_container(seekchat_scan *scan)
{
    scan->depth--;
    scan->nest >>= 1;
    if (scan->depth > 0 && scan->depth % NEST_BITS == 0) {
        scan->nest = scan->outer[scan->depth / NEST_BITS - 1];
    }
}

/* A value begins at r->at. */
static void begin_value(reader *r)
{
    seekchat_scan *scan = &r->decoder->scan;
    scan->token = reader_offset(r, r->at);
    if (scan->depth == 0) {
        members_begin_message(r->decoder, *r->at, scan->token);
    } else if (scan->depth == 1 && scan->is_object) {
        members_begin_value(r->decoder, *r->at, scan->token);
    } else if (scan->depth == 2 && scan->in_list) {
        members_begin_node(r->decoder, *r->at, scan->token);
    }
}

static seekchat_status finish_message(reader *r)
{
    members_finish_message(r->decoder, reader_offset(r, r->at));
    return r->decoder->message.faults ? SEEKCHAT_NOT_SEEKCHAT : SEEKCHAT_OK;
}

/* A value that began at offset begin ends before r->at. */
static seekchat_status finish_value(reader *r, uint32_t begin)
{
    seekchat_scan *scan = &r->decoder->scan;
    seekchat_span span = {begin, reader_offset(r, r->at) - begin, scan->escaped};
    if (scan->depth == 0) {
        return finish_message(r);
    }
    if (scan->depth == 1 && scan->is_object) {
        members_take_value(r->decoder, r->start, span);
    } else if (scan->depth == 2 && scan->in_list && r->start[begin] == '"') {
        members_take_node(r->decoder, r->start, span);
    }
    scan->state = is_in_object(scan) ? STATE_COMMA_OBJECT : STATE_COMMA_ARRAY;
    return GO_ON;
}

static seekchat_status open_value(reader *r, bool is_object)
{
    seekchat_scan *scan = &r->decoder->scan;
    r->at++;
    open_container(scan, is_object);
    scan->state = is_object ? STATE_KEY_OR_CLOSE : STATE_VALUE_OR_CLOSE;
    return GO_ON;
}

static seekchat_status close_value(reader *r)
{
    seekchat_scan *scan = &r->decoder->scan;
    r->at++;
    close_container(scan);
    scan->escaped = false;
    return finish_value(r, scan->depth == 0 ? r->decoder->message.offset : scan->value);
}

static seekchat_status begin_string(reader *r, uint8_t state)
{
    r->decoder->scan.token = reader_offset(r, r->at);
    r->decoder->scan.escaped = false;
    r->decoder->scan.state = state;
    r->at++;
    return GO_ON;
}

/* The string's bytes end, or go wrong, at r->at. */
static seekchat_status stop_string(reader *r)
{
    if (r->at == r->end) {
        return incomplete(r);
    }
    quoted_fault fault =
        quoted_explain(r->start, (size_t)(r->at - r->start), (size_t)(r->end - r->start));
    return fault.error == SEEKCHAT_ERROR_END ? incomplete(r)
                                             : invalid(r, fault.error, r->start + fault.at);
}

static seekchat_status read_string(reader *r)
{
    seekchat_scan *scan = &r->decoder->scan;
    size_t at = (size_t)(r->at - r->start);
    size_t end = (size_t)(r->end - r->start);
    quoted_place place = quoted_scan(r->start, window_next(r->start, at, end), end);
    scan->escaped |= place.escaped;
    r->at = r->start + place.at;
    if (r->at == r->end || *r->at != '"') {
        return stop_string(r);
    }
    r->at++;
    if (scan->state == STATE_IN_STRING) {
        return finish_value(r, scan->token);
    }
    scan->state = STATE_COLON;
    if (scan->depth == 1 && scan->is_object) {
        seekchat_span key = {scan->token, reader_offset(r, r->at) - scan->token, scan->escaped};
        members_take_key(r->decoder, r->start, key);
    }
    return GO_ON;
}

static seekchat_status begin_number(reader *r)
{
    number_begin(&r->decoder->scan.number, *r->at++);
    r->decoder->scan.escaped = false;
    r->decoder->scan.state = STATE_IN_NUMBER;
    return GO_ON;
}

static seekchat_status read_number(reader *r)
{
    seekchat_scan *scan = &r->decoder->scan;
    r->at = number_read(&scan->number, r->at, r->end);
    bool is_cut = r->at == r->end;
    if (!number_is_whole(&scan->number)) {
        return is_cut ? incomplete(r) : invalid(r, SEEKCHAT_ERROR_NUMBER, r->at);
    }
    if (!number_fits(&scan->number)) {
        return invalid(r, SEEKCHAT_ERROR_NUMBER_RANGE, r->start + scan->token);
    }
    return is_cut && scan->depth > 0 ? incomplete(r) : finish_value(r, scan->token);
}

/* Reads a literal; as json:decode/1, calls it cut where the input is too short for it. */
static seekchat_status read_literal(reader *r, const char *literal)
{
    size_t length = strlen(literal);
    size_t fits = 0;
    size_t rest = (size_t)(r->end - r->at);
    while (fits < length && fits < rest && r->at[fits] == (uint8_t)literal[fits]) {
        fits++;
    }
    if (fits == length) {
        r->at += length;
        r->decoder->scan.escaped = false;
        return finish_value(r, reader_offset(r, r->at - length));
    }
    if (rest <= length) {
        return incomplete(r);
    }
    return invalid(r, SEEKCHAT_ERROR_LITERAL, r->at + fits);
}

static seekchat_status read_value(reader *r)
{
    switch (*r->at) {
    case '"':
        begin_value(r);
        return begin_string(r, STATE_IN_STRING);
    case '{':
    case '[':
        begin_value(r);
        return open_value(r, *r->at == '{');
    case 't':
        begin_value(r);
        return read_literal(r, "true");
    case 'f':
        begin_value(r);
        return read_literal(r, "false");
    case 'n':
        begin_value(r);
        return read_literal(r, "null");
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        begin_value(r);
        return begin_number(r);
    default:
        return unexpected(r);
    }
}

/* Takes the comma and expects next, or takes the closing bracket. */
static seekchat_status read_comma(reader *r, uint8_t close, uint8_t next)
{
    if (*r->at == close) {
        return close_value(r);
    }
    if (*r->at != ',') {
        return unexpected(r);
    }
    r->at++;
    r->decoder->scan.state = next;
    return GO_ON;
}

static seekchat_status read_colon(reader *r)
{
    if (*r->at != ':') {
        return unexpected(r);
    }
    r->at++;
    r->decoder->scan.state = STATE_VALUE;
    return GO_ON;
}

static seekchat_status read_key(reader *r)
{
    return *r->at == '"' ? begin_string(r, STATE_IN_KEY) : unexpected(r);
}

/* Reads what is at r->at, which is neither white space nor the end. */
static seekchat_status read_token(reader *r)
{
    switch (r->decoder->scan.state) {
    case STATE_VALUE:
        return read_value(r);
    case STATE_VALUE_OR_CLOSE:
        return *r->at == ']' ? close_value(r) : read_value(r);
    case STATE_KEY:
        return read_key(r);
    case STATE_KEY_OR_CLOSE:
        return *r->at == '}' ? close_value(r) : read_key(r);
    case STATE_COLON:
        return read_colon(r);
    case STATE_COMMA_OBJECT:
        return read_comma(r, '}', STATE_KEY);
    default: /* STATE_COMMA_ARRAY */
        return read_comma(r, ']', STATE_VALUE);
    }
}

/* Takes a shortcut where there is one. */
static void read_usual(reader *r)
{
    const seekchat_scan *scan = &r->decoder->scan;
    size_t at = (size_t)(r->at - r->start);
    size_t end = (size_t)(r->end - r->start);
    if (scan->depth == 1 && scan->is_object &&
        (scan->state == STATE_KEY || scan->state == STATE_KEY_OR_CLOSE)) {
        r->at = r->start + usual_members(r->decoder, r->start, at, end);
    } else if (scan->depth == 2 && scan->in_list && scan->state <= STATE_VALUE_OR_CLOSE) {
        r->at = r->start + usual_nodes(r->decoder, r->start, at, end);
    }
}

static seekchat_status step(reader *r)
{
    read_usual(r);
    switch (r->decoder->scan.state) {
    case STATE_IN_KEY:
    case STATE_IN_STRING:
        return read_string(r);
    case STATE_IN_NUMBER:
        return read_number(r);
    default:
        r->at += seekchat_space(r->at, (size_t)(r->end - r->at));
        return r->at == r->end ? incomplete(r) : read_token(r);
    }
}

seekchat_status automaton_run(seekchat_decoder *decoder, const uint8_t *bytes, size_t at,
                              size_t length)
{
    static const uint8_t nothing;
    if (length == 0) {
        bytes = &nothing; /* NULL is none to reckon with */
    }
    reader r = {decoder, bytes, bytes + at, bytes + length};
    seekchat_status status;
    do {
        status = step(&r);
    } while (status == GO_ON);
    decoder->scan.position = reader_offset(&r, r.at);
    if (status == SEEKCHAT_NOT_SEEKCHAT) {
        decoder->error_offset = decoder->scan.fault_offset;
    }
    automaton_publish(decoder);
    return status;
}
