/* json.c
 * A strict reader of JSON (RFC 8259), for reports that come from anywhere.
 * May include: the headers of merge/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "json.h"

#include <string.h>

#include "cluster_limits.h"

typedef struct {
    const char *text;
    size_t length;
    size_t at;
    const char *wrong; /* what is wrong at that place; NULL: nothing */
    GArray *values;
    uint32_t depth;
} parser;

/* The byte at the parser's place; 0 at the end, and 0 is no byte of JSON outside of strings. */
static char peek(const parser *from)
{
    if (from->at >= from->length) {
        return '\0';
    }
    return from->text[from->at];
}

static bool fail(parser *from, const char *wrong)
{
    if (from->wrong == NULL) {
        from->wrong = from->at < from->length ? wrong : "it ends here";
    }
    return false;
}

static void skip_space(parser *from)
{
    while (peek(from) == ' ' || peek(from) == '\n' || peek(from) == '\t' || peek(from) == '\r') {
        from->at++;
    }
}

static bool take(parser *from, char byte)
{
    if (peek(from) != byte || from->at >= from->length) {
        return false;
    }
    from->at++;
    return true;
}

static uint32_t add_value(parser *from, cluster_json_kind kind, size_t start)
{
    const cluster_json_value value = {
        .kind = (uint8_t)kind, .start = (uint32_t)start, .next = from->values->len + 1};
    g_array_append_val(from->values, value);
    return from->values->len - 1;
}

static cluster_json_value *value_at(const parser *from, uint32_t index)
{
    return &g_array_index(from->values, cluster_json_value, index);
}

/* The code unit of \uXXXX; false if these are no four hex digits. */
static bool read_unit(const char *text, size_t length, uint32_t *unit)
{
    *unit = 0;
    for (size_t i = 0; i < 4; i++) {
        int digit = i < length ? g_ascii_xdigit_value(text[i]) : -1;
        if (digit < 0) {
            return false;
        }
        *unit = *unit * 16 + (uint32_t)digit;
    }
    return true;
}

static bool is_high(uint32_t unit)
{
    return unit >= 0xd800 && unit < 0xdc00;
}

static bool is_low(uint32_t unit)
{
    return unit >= 0xdc00 && unit < 0xe000;
}

/* What stands behind \u, the second half of a pair included. */
static bool skip_unit(parser *from)
{
    uint32_t unit;
    uint32_t low;
    if (!read_unit(from->text + from->at, from->length - from->at, &unit) || is_low(unit)) {
        return fail(from, "no character stands behind \\u");
    }
    from->at += 4;
    if (!is_high(unit)) {
        return true;
    }
    if (!take(from, '\\') || !take(from, 'u') ||
        !read_unit(from->text + from->at, from->length - from->at, &low) || !is_low(low)) {
        return fail(from, "half a pair stands behind \\u");
    }
    from->at += 4;
    return true;
}

static bool skip_escape(parser *from)
{
    if (take(from, 'u')) {
        return skip_unit(from);
    }
    if (peek(from) == '\0' || strchr("\"\\/bfnrt", peek(from)) == NULL) {
        return fail(from, "unknown escape");
    }
    from->at++;
    return true;
}

static bool read_string(parser *from)
{
    if (!take(from, '"')) {
        return fail(from, "no string");
    }
    size_t start = from->at;
    while (from->at < from->length && peek(from) != '"') {
        if ((unsigned char)peek(from) < 0x20) {
            return fail(from, "control character in a string");
        }
        if (take(from, '\\')) {
            if (!skip_escape(from)) {
                return false;
            }
        } else {
            from->at++;
        }
    }
    uint32_t string = add_value(from, CLUSTER_JSON_STRING, start);
    value_at(from, string)->length = (uint32_t)(from->at - start);
    return take(from, '"') || fail(from, "no string");
}

static bool skip_digits(parser *from)
{
    if (!g_ascii_isdigit(peek(from))) {
        return fail(from, "no digit");
    }
    while (g_ascii_isdigit(peek(from))) {
        from->at++;
    }
    return true;
}

static bool read_number(parser *from)
{
    size_t start = from->at;
    take(from, '-');
    if (!take(from, '0') && !skip_digits(from)) {
        return false;
    }
    if (take(from, '.') && !skip_digits(from)) {
        return false;
    }
    if (take(from, 'e') || take(from, 'E')) {
        if (!take(from, '+')) {
            take(from, '-');
        }
        if (!skip_digits(from)) {
            return false;
        }
    }
    uint32_t number = add_value(from, CLUSTER_JSON_NUMBER, start);
    value_at(from, number)->length = (uint32_t)(from->at - start);
    return true;
}

static bool read_word(parser *from, const char *word, cluster_json_kind kind)
{
    size_t length = strlen(word);
    if (from->length - from->at < length || memcmp(from->text + from->at, word, length) != 0) {
        return fail(from, "no value");
    }
    add_value(from, kind, from->at);
    from->at += length;
    return true;
}

static bool read_value(parser *from);

static bool read_member(parser *from, cluster_json_kind kind)
{
    skip_space(from);
    if (kind == CLUSTER_JSON_OBJECT) {
        if (!read_string(from)) {
            return false;
        }
        skip_space(from);
        if (!take(from, ':')) {
            return fail(from, "no colon");
        }
        skip_space(from);
    }
    return read_value(from);
}

/* An array or an object, whose first byte was taken. */
static bool read_members(parser *from, cluster_json_kind kind)
{
    const char end = kind == CLUSTER_JSON_ARRAY ? ']' : '}';
    uint32_t whole = add_value(from, kind, from->at - 1);
    uint32_t count = 0;
    if (++from->depth > CLUSTER_REPORT_DEPTH_MAX) {
        return fail(from, "nested too deep");
    }
    skip_space(from);
    if (!take(from, end)) {
        do {
            if (!read_member(from, kind)) {
                return false;
            }
            count++;
            skip_space(from);
        } while (take(from, ','));
        if (!take(from, end)) {
            return fail(from, "no comma, and no end of the list");
        }
    }
    from->depth--;
    cluster_json_value *value = value_at(from, whole);
    value->count = count;
    value->length = (uint32_t)from->at - value->start;
    value->next = from->values->len;
    return true;
}

static bool read_value(parser *from)
{
    switch (peek(from)) {
    case '{':
        from->at++;
        return read_members(from, CLUSTER_JSON_OBJECT);
    case '[':
        from->at++;
        return read_members(from, CLUSTER_JSON_ARRAY);
    case '"':
        return read_string(from);
    case 'n':
        return read_word(from, "null", CLUSTER_JSON_NULL);
    case 't':
        return read_word(from, "true", CLUSTER_JSON_TRUE);
    case 'f':
        return read_word(from, "false", CLUSTER_JSON_FALSE);
    case '-':
        return read_number(from);
    default:
        return g_ascii_isdigit(peek(from)) ? read_number(from) : fail(from, "no value");
    }
}

static bool read_all(parser *from)
{
    skip_space(from);
    if (!read_value(from)) {
        return false;
    }
    skip_space(from);
    return from->at == from->length || fail(from, "something stands behind the document");
}

cluster_json *cluster_json_read(const char *text, size_t length, char **error)
{
    parser from = {.text = text, .length = length};
    const char *end;
    if (length > CLUSTER_REPORT_BYTES_MAX) {
        *error = g_strdup("more than " G_STRINGIFY(CLUSTER_REPORT_BYTES_MAX) " bytes");
        return NULL;
    }
    if (!g_utf8_validate(text, (gssize)length, &end)) {
        *error = g_strdup_printf("not JSON: offset %zu: not UTF-8", (size_t)(end - text));
        return NULL;
    }
    from.values = g_array_new(FALSE, FALSE, sizeof(cluster_json_value));
    if (!read_all(&from)) {
        *error = g_strdup_printf("not JSON: offset %zu: %s", from.at, from.wrong);
        g_array_unref(from.values);
        return NULL;
    }
    cluster_json *json = g_new(cluster_json, 1);
    *json = (cluster_json){text, from.values};
    return json;
}

void cluster_json_free(cluster_json *json)
{
    g_array_unref(json->values);
    g_free(json);
}

const cluster_json_value *cluster_json_at(const cluster_json *json, uint32_t index)
{
    return &g_array_index(json->values, cluster_json_value, index);
}

uint32_t cluster_json_member(const cluster_json *json, uint32_t object, const char *key)
{
    const cluster_json_value *whole = cluster_json_at(json, object);
    size_t length = strlen(key);
    if (whole->kind != CLUSTER_JSON_OBJECT) {
        return 0;
    }
    for (uint32_t at = object + 1; at < whole->next; at = cluster_json_at(json, at + 1)->next) {
        const cluster_json_value *name = cluster_json_at(json, at);
        if (name->length == length && memcmp(json->text + name->start, key, length) == 0) {
            return at + 1;
        }
    }
    return 0;
}

/* Appends what an escape stands for; the place behind it. */
static const char *append_escape(GString *out, const char *at)
{
    static const char names[] = "bfnrt";
    static const char bytes[] = "\b\f\n\r\t";
    uint32_t unit;
    uint32_t low;
    if (*at != 'u') {
        const char *name = strchr(names, *at);
        g_string_append_c(out, name == NULL ? *at : bytes[name - names]);
        return at + 1;
    }
    read_unit(at + 1, 4, &unit);
    if (!is_high(unit)) {
        g_string_append_unichar(out, unit);
        return at + 5;
    }
    read_unit(at + 7, 4, &low);
    g_string_append_unichar(out, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
    return at + 11;
}

GString *cluster_json_string(const cluster_json *json, uint32_t string)
{
    const cluster_json_value *value = cluster_json_at(json, string);
    const char *at = json->text + value->start;
    const char *end = at + value->length;
    GString *out = g_string_new(NULL);
    while (at < end) {
        const char *escape = memchr(at, '\\', (size_t)(end - at));
        g_string_append_len(out, at, (escape == NULL ? end : escape) - at);
        at = escape == NULL ? end : append_escape(out, escape + 1);
    }
    return out;
}

double cluster_json_number(const cluster_json *json, uint32_t number)
{
    /* What follows a number in JSON ends it for strtod, too; the document ends with no number. */
    return g_ascii_strtod(json->text + cluster_json_at(json, number)->start, NULL);
}
