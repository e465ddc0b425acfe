/* address.h
 * Addresses and endpoints as keys and as text; copies of both.
 * May include: cluster.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef CLUSTER_ADDRESS_H
#define CLUSTER_ADDRESS_H

#include "cluster.h"

/* Two addresses, as a key of what goes on between them. */
typedef struct {
    cluster_address from;
    cluster_address to;
} cluster_pair;

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

/* For GHashTable; the keys are cluster_address, cluster_endpoint, cluster_pair. */
guint cluster_address_hash(gconstpointer address);
gboolean cluster_address_key_equal(gconstpointer one, gconstpointer other);
guint cluster_endpoint_hash(gconstpointer endpoint);
gboolean cluster_endpoint_key_equal(gconstpointer one, gconstpointer other);
guint cluster_pair_hash(gconstpointer pair);
gboolean cluster_pair_key_equal(gconstpointer one, gconstpointer other);

#endif
