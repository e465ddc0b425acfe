/* address.h
 * Addresses and endpoints as keys and as text; copies of both.
 * May include: the C library and GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_ADDRESS_H
#define CLUSTER_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* Bytes of text: any byte may occur, it is not terminated. Borrowed for the call it is passed to.
 */
typedef struct {
    const char *data;
    size_t length;
} cluster_text;

typedef enum {
    CLUSTER_FAMILY_NONE = 0, /* no address, or one of a kind that the model does not know */
    CLUSTER_FAMILY_IPV4 = 4,
    CLUSTER_FAMILY_IPV6 = 6,
} cluster_family;

/* An address in network byte order; bytes beyond the family's 4 or 16 must be zero. */
typedef struct {
    uint8_t family; /* cluster_family */
    uint8_t bytes[16];
} cluster_address;

typedef struct {
    cluster_address address;
    uint16_t port;
} cluster_endpoint;

/* When something was captured. */
typedef struct {
    uint32_t frame; /* number of the frame; 0 means that it is not known */
    double time;    /* seconds since 1970-01-01 00:00 UTC */
} cluster_moment;

/* Less than, equal to or greater than 0, as one moment is before, at or after the other: by the
 * number of the frame where both have one, for a clock may be set back. */
int cluster_moment_compare(const cluster_moment *one, const cluster_moment *other);

/* Two addresses, as a key of what goes on between them. */
typedef struct {
    cluster_address from;
    cluster_address to;
} cluster_pair;

/* The two ends of a connection, as a key. */
typedef struct {
    cluster_endpoint ends[2];
} cluster_ends;

/* A copy of length bytes, to be freed with g_free; NULL for none. */
void *cluster_copy(const void *bytes, size_t length);

bool cluster_address_equal(const cluster_address *one, const cluster_address *other);

/* Less than, equal to or greater than 0, as in memcmp; IPv4 comes before IPv6. */
int cluster_address_compare(const cluster_address *one, const cluster_address *other);

/* How far other lies behind one: 0 if not behind it, UINT32_MAX if further than 32 bits tell. */
uint32_t cluster_address_distance(const cluster_address *one, const cluster_address *other);

/* Reads the text of an IPv4 or IPv6 address, whole. Returns false, *address unset, for others. */
bool cluster_address_parse(cluster_text text, cluster_address *address);

/* Appends the address as text: dotted decimal, or as RFC 5952 asks. No address: "?". */
void cluster_address_append(GString *out, const cluster_address *address);
/* The same with the port: 10.0.0.1:33000, [::1]:33000. */
void cluster_endpoint_append(GString *out, const cluster_endpoint *endpoint);

/* For GHashTable; the keys are cluster_address, cluster_endpoint, cluster_pair, cluster_ends. */
guint cluster_address_hash(gconstpointer address);
gboolean cluster_address_key_equal(gconstpointer one, gconstpointer other);
guint cluster_endpoint_hash(gconstpointer endpoint);
gboolean cluster_endpoint_key_equal(gconstpointer one, gconstpointer other);
guint cluster_pair_hash(gconstpointer pair);
gboolean cluster_pair_key_equal(gconstpointer one, gconstpointer other);
guint cluster_ends_hash(gconstpointer ends);
gboolean cluster_ends_key_equal(gconstpointer one, gconstpointer other);

#endif
