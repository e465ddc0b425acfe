/* address.c
 * Moments, addresses and endpoints as keys and as text; copies of both.
 * May include: its header and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "address.h"

#include <string.h>

#include "escape.h"

void *cluster_copy(const void *bytes, size_t length)
{
    return length == 0 ? NULL : memcpy(g_malloc(length), bytes, length);
}

int cluster_moment_compare(const cluster_moment *one, const cluster_moment *other)
{
    if (one->frame != 0 && other->frame != 0) {
        return (one->frame > other->frame) - (one->frame < other->frame);
    }
    return (one->time > other->time) - (one->time < other->time);
}

bool cluster_address_equal(const cluster_address *one, const cluster_address *other)
{
    return cluster_address_compare(one, other) == 0;
}

int cluster_address_compare(const cluster_address *one, const cluster_address *other)
{
    if (one->family != other->family) {
        return one->family < other->family ? -1 : 1;
    }
    return memcmp(one->bytes, other->bytes, sizeof one->bytes);
}

static uint32_t word_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

uint32_t cluster_address_distance(const cluster_address *one, const cluster_address *other)
{
    if (cluster_address_compare(one, other) >= 0) {
        return 0;
    }
    size_t low = one->family == CLUSTER_FAMILY_IPV4 ? 0 : 12;
    if (one->family != other->family || memcmp(one->bytes, other->bytes, low) != 0) {
        return UINT32_MAX;
    }
    return word_at(other->bytes + low) - word_at(one->bytes + low);
}

/* A number of at most 3 digits without leading zeros, up to 255; moves *at behind it. */
static bool parse_octet(cluster_text text, size_t *at, uint8_t *octet)
{
    size_t start = *at;
    unsigned value = 0;
    while (*at < text.length && *at - start < 3 && g_ascii_isdigit(text.data[*at])) {
        value = value * 10 + (unsigned)(text.data[*at] - '0');
        (*at)++;
    }
    bool padded = *at - start > 1 && text.data[start] == '0';
    *octet = (uint8_t)value;
    return *at > start && !padded && value <= 255;
}

static bool parse_ipv4(cluster_text text, uint8_t *bytes)
{
    size_t at = 0;
    for (int i = 0; i < 4; i++) {
        if (i > 0 && (at >= text.length || text.data[at++] != '.')) {
            return false;
        }
        if (!parse_octet(text, &at, &bytes[i])) {
            return false;
        }
    }
    return at == text.length;
}

/* A group of 1 to 4 hexadecimal digits; moves *at behind it. */
static bool parse_group(cluster_text text, size_t *at, uint8_t *bytes)
{
    size_t start = *at;
    unsigned value = 0;
    while (*at < text.length && *at - start < 4 && g_ascii_isxdigit(text.data[*at])) {
        value = value * 16 + (unsigned)g_ascii_xdigit_value(text.data[*at]);
        (*at)++;
    }
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
    return *at > start;
}

/* Spreads the bytes that were read around the place of "::". */
static bool expand(uint8_t *bytes, size_t read, size_t gap)
{
    if (gap == SIZE_MAX) {
        return read == 16;
    }
    if (read > 14) {
        return false;
    }
    memmove(bytes + 16 - (read - gap), bytes + gap, read - gap);
    memset(bytes + gap, 0, 16 - read);
    return true;
}

static bool parse_ipv6(cluster_text text, uint8_t *bytes)
{
    size_t at = 0;
    size_t read = 0;
    size_t gap = SIZE_MAX;
    bool may_begin = true; /* a group may begin here */
    bool must_begin = false;
    while (at < text.length) {
        if (text.length - at >= 2 && text.data[at] == ':' && text.data[at + 1] == ':') {
            if (gap != SIZE_MAX || must_begin) {
                return false;
            }
            gap = read;
            at += 2;
            may_begin = true;
        } else if (text.data[at] == ':') {
            if (may_begin) {
                return false;
            }
            at++;
            may_begin = must_begin = true;
        } else {
            cluster_text rest = {text.data + at, text.length - at};
            if (may_begin && read <= 12 && parse_ipv4(rest, bytes + read)) {
                return expand(bytes, read + 4, gap);
            }
            if (!may_begin || read == 16 || !parse_group(text, &at, bytes + read)) {
                return false;
            }
            read += 2;
            may_begin = must_begin = false;
        }
    }
    return !must_begin && expand(bytes, read, gap);
}

bool cluster_address_parse(cluster_text text, cluster_address *address)
{
    cluster_address parsed = {0};
    if (parse_ipv4(text, parsed.bytes)) {
        parsed.family = CLUSTER_FAMILY_IPV4;
    } else {
        memset(parsed.bytes, 0, sizeof parsed.bytes);
        if (!parse_ipv6(text, parsed.bytes)) {
            return false;
        }
        parsed.family = CLUSTER_FAMILY_IPV6;
    }
    *address = parsed;
    return true;
}

/* The first of the longest runs of two or more zero groups: its start, and its length or 0. */
static size_t longest_zeros(const uint8_t *bytes, size_t *length)
{
    size_t best = 0;
    *length = 0;
    for (size_t start = 0; start < 8; start++) {
        size_t end = start;
        while (end < 8 && bytes[2 * end] == 0 && bytes[2 * end + 1] == 0) {
            end++;
        }
        if (end - start > 1 && end - start > *length) {
            best = start;
            *length = end - start;
        }
    }
    return best;
}

static void append_ipv6(GString *out, const uint8_t *bytes)
{
    size_t length;
    size_t zeros = longest_zeros(bytes, &length);
    for (size_t i = 0; i < 8; i++) {
        if (length > 0 && i == zeros) {
            g_string_append(out, "::");
            i += length - 1;
            continue;
        }
        if (i > 0 && !(length > 0 && i == zeros + length)) {
            g_string_append_c(out, ':');
        }
        g_string_append_printf(out, "%x", (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1]);
    }
}

static void append_ipv4(GString *out, const uint8_t *bytes)
{
    for (int i = 0; i < 4; i++) {
        g_string_append(out, i == 0 ? "" : ".");
        cluster_number_append(out, bytes[i]);
    }
}

void cluster_address_append(GString *out, const cluster_address *address)
{
    const uint8_t *bytes = address->bytes;
    switch (address->family) {
    case CLUSTER_FAMILY_IPV4:
        append_ipv4(out, bytes);
        break;
    case CLUSTER_FAMILY_IPV6:
        append_ipv6(out, bytes);
        break;
    default:
        g_string_append_c(out, '?');
    }
}

void cluster_endpoint_append(GString *out, const cluster_endpoint *endpoint)
{
    bool brackets = endpoint->address.family == CLUSTER_FAMILY_IPV6;
    g_string_append(out, brackets ? "[" : "");
    cluster_address_append(out, &endpoint->address);
    g_string_append_printf(out, "%s:%u", brackets ? "]" : "", endpoint->port);
}

/* FNV-1a, with the last multiplications' high bits folded in. */
static guint hash_address(guint hash, const cluster_address *address)
{
    size_t length = address->family == CLUSTER_FAMILY_IPV4 ? 4 : sizeof address->bytes;
    hash = (hash ^ address->family) * 16777619u;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ address->bytes[i]) * 16777619u;
    }
    return hash ^ hash >> 15;
}

guint cluster_address_hash(gconstpointer address)
{
    return hash_address(2166136261u, address);
}

gboolean cluster_address_key_equal(gconstpointer one, gconstpointer other)
{
    return cluster_address_equal(one, other);
}

guint cluster_endpoint_hash(gconstpointer endpoint)
{
    const cluster_endpoint *key = endpoint;
    return hash_address(2166136261u ^ key->port, &key->address);
}

gboolean cluster_endpoint_key_equal(gconstpointer one, gconstpointer other)
{
    const cluster_endpoint *left = one;
    const cluster_endpoint *right = other;
    return left->port == right->port && cluster_address_equal(&left->address, &right->address);
}

guint cluster_pair_hash(gconstpointer pair)
{
    const cluster_pair *key = pair;
    return hash_address(hash_address(2166136261u, &key->from), &key->to);
}

gboolean cluster_pair_key_equal(gconstpointer one, gconstpointer other)
{
    const cluster_pair *left = one;
    const cluster_pair *right = other;
    return cluster_address_equal(&left->from, &right->from) &&
           cluster_address_equal(&left->to, &right->to);
}

guint cluster_ends_hash(gconstpointer ends)
{
    const cluster_ends *key = ends;
    return cluster_endpoint_hash(&key->ends[0]) * 31 + cluster_endpoint_hash(&key->ends[1]);
}

gboolean cluster_ends_key_equal(gconstpointer one, gconstpointer other)
{
    const cluster_ends *left = one;
    const cluster_ends *right = other;
    return cluster_endpoint_key_equal(&left->ends[0], &right->ends[0]) &&
           cluster_endpoint_key_equal(&left->ends[1], &right->ends[1]);
}
