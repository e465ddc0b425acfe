/* take.c
 * Takes the values of written facts one by one.
 * May include: the headers of merge/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "take.h"

#include <math.h>

#include "rows.h"

void cluster_reader_fail(cluster_reader *from, const char *wrong)
{
    if (from->wrong == NULL) {
        from->wrong = wrong;
    }
}

bool cluster_reader_good(const cluster_reader *from)
{
    return from->wrong == NULL;
}

const cluster_json_value *cluster_reader_at(const cluster_reader *from, uint32_t at)
{
    return cluster_json_at(from->json, at);
}

cluster_row cluster_row_of(cluster_reader *from, uint32_t at, double base)
{
    const cluster_json_value *value = cluster_reader_at(from, at);
    if (at == 0 || value->kind != CLUSTER_JSON_ARRAY) {
        cluster_reader_fail(from, "no array where one must be");
        return (cluster_row){from, at, 0, base};
    }
    return (cluster_row){from, at + 1, value->count, base};
}

uint32_t cluster_take(cluster_row *values, cluster_json_kind kind, const char *wrong)
{
    const uint32_t at = values->at;
    if (values->left == 0) {
        return 0;
    }
    const cluster_json_value *value = cluster_reader_at(values->from, at);
    values->left--;
    values->at = value->next;
    if (value->kind != kind) {
        cluster_reader_fail(values->from, wrong);
        return 0;
    }
    return at;
}

cluster_row cluster_take_row(cluster_row *values)
{
    uint32_t at = cluster_take(values, CLUSTER_JSON_ARRAY, "no array where one must be");
    return at == 0 ? (cluster_row){values->from, 0, 0, values->base}
                   : cluster_row_of(values->from, at, values->base);
}

void cluster_row_end(const cluster_row *values)
{
    if (values->left > 0) {
        cluster_reader_fail(values->from, "a row is too long");
    }
}

/* A whole number, which most are, without strtod. */
static double number_at(const cluster_reader *from, uint32_t at)
{
    enum { DIGITS_MAX = 15 };
    const cluster_json_value *value = cluster_reader_at(from, at);
    const char *text = from->json->text + value->start;
    uint64_t number = 0;
    if (value->length > DIGITS_MAX) {
        return cluster_json_number(from->json, at);
    }
    for (uint32_t i = 0; i < value->length; i++) {
        if (!g_ascii_isdigit(text[i])) {
            return cluster_json_number(from->json, at);
        }
        number = number * 10 + (uint64_t)(text[i] - '0');
    }
    return (double)number;
}

double cluster_take_number(cluster_row *values)
{
    uint32_t at = cluster_take(values, CLUSTER_JSON_NUMBER, "no number where one must be");
    return at == 0 ? 0 : number_at(values->from, at);
}

uint32_t cluster_take_count(cluster_row *values, uint32_t most)
{
    double number = cluster_take_number(values);
    if (!(number >= 0 && number <= most && floor(number) == number)) {
        cluster_reader_fail(values->from, "a number is out of range");
        return 0;
    }
    return (uint32_t)number;
}

bool cluster_take_flag(cluster_row *values)
{
    return cluster_take_count(values, 1) == 1;
}

uint32_t cluster_take_place(cluster_row *values, uint32_t count)
{
    uint32_t place = cluster_take_count(values, UINT32_MAX);
    if (place > count) {
        cluster_reader_fail(values->from, "a number is the place of nothing");
        return UINT32_MAX;
    }
    return place - 1;
}

uint32_t cluster_take_text(cluster_row *values)
{
    return cluster_take_place(values, values->from->facts->texts->len);
}

double cluster_reader_seconds(cluster_reader *from, double time)
{
    if (!(fabs(time) <= CLUSTER_ROW_SECONDS_MAX)) {
        cluster_reader_fail(from, "a time is out of range");
        return 0;
    }
    return time;
}

GString *cluster_take_string(cluster_row *values)
{
    uint32_t at = cluster_take(values, CLUSTER_JSON_STRING, "no string where one must be");
    return at == 0 ? NULL : cluster_json_string(values->from->json, at);
}

/* A time that is given in seconds. */
static double take_exact(cluster_row *values)
{
    char *end = NULL;
    GString *text = cluster_take_string(values);
    double time = text == NULL ? 0 : g_ascii_strtod(text->str, &end);
    if (text == NULL || text->len == 0 || end != text->str + text->len) {
        cluster_reader_fail(values->from, "no time where one must be");
    }
    if (text != NULL) {
        g_string_free(text, TRUE);
    }
    return cluster_reader_seconds(values->from, time);
}

double cluster_take_time(cluster_row *values)
{
    uint8_t kind =
        values->left == 0 ? CLUSTER_JSON_NULL : cluster_reader_at(values->from, values->at)->kind;
    if (kind == CLUSTER_JSON_NULL) {
        cluster_take(values, CLUSTER_JSON_NULL, NULL);
        return 0;
    }
    if (kind == CLUSTER_JSON_STRING) {
        return take_exact(values);
    }
    return cluster_reader_seconds(values->from,
                                  values->base + cluster_take_number(values) / CLUSTER_ROW_TICKS);
}

uint32_t cluster_take_frame(cluster_row *values)
{
    uint32_t frame = cluster_take_count(values, UINT32_MAX);
    if (frame > values->from->frames) {
        cluster_reader_fail(values->from, "a frame is of none of the captures");
    }
    return frame;
}

cluster_moment cluster_take_moment(cluster_row *values)
{
    cluster_moment when = {.frame = cluster_take_frame(values)};
    when.time = cluster_take_time(values);
    return when;
}

cluster_moment cluster_take_first(cluster_row *values)
{
    cluster_moment when = cluster_take_moment(values);
    if (when.frame == 0) {
        cluster_reader_fail(values->from, "a record without a frame");
    }
    values->base = when.time;
    return when;
}

cluster_address cluster_take_address(cluster_row *values)
{
    static const cluster_address none;
    const GArray *addresses = values->from->addresses;
    uint32_t place = cluster_take_place(values, addresses->len);
    return place == UINT32_MAX ? none : g_array_index(addresses, cluster_address, place);
}

/* Whether a text is base64 with nothing else in it. */
static bool is_base64(const GString *text)
{
    gsize length = text->len;
    while (length > 0 && text->len - length < 2 && text->str[length - 1] == '=') {
        length--;
    }
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isalnum(text->str[i]) && text->str[i] != '+' && text->str[i] != '/') {
            return false;
        }
    }
    return text->len % 4 == 0;
}

GString *cluster_take_bytes(cluster_row *values)
{
    GString *text = cluster_take_string(values);
    if (text == NULL || !is_base64(text)) {
        cluster_reader_fail(values->from, "no base64 where it must be");
        if (text != NULL) {
            g_string_free(text, TRUE);
        }
        return NULL;
    }
    gsize length = text->len;
    if (length > 0) {
        g_base64_decode_inplace(text->str, &length);
    }
    return g_string_truncate(text, length);
}
