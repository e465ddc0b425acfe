/* cluster_fields.c
 * What the model of the cluster report learns from the fields of a frame.
 * May include: the model, Wireshark's packet interface, ws_compat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A field says where its bytes are; they are read from there. That is the same in all versions of
 * Wireshark. tcp.payload has the bytes of every segment, also of those that TCP keeps back from
 * dissectors: out of order, sent again, recorded behind their acknowledgement.
 */

#include "cluster_fields.h"

#include <string.h>

#include "cluster_address.h"
#include "../dissector/ws_compat.h"

/* The fields that are read. */
enum {
    TCP_PAYLOAD,
    ARP_OPCODE,
    ARP_SOURCE,
    ARP_TARGET,
    ICMP_TYPE,
    ICMPV6_TYPE,
    DNS_RESPONSE,
    DNS_NAME,
    DNS_A,
    DNS_AAAA,
    FIELDS,
};

static const char *const field_names[FIELDS] = {
    [TCP_PAYLOAD] = "tcp.payload",
    [ARP_OPCODE] = "arp.opcode",
    [ARP_SOURCE] = "arp.src.proto_ipv4",
    [ARP_TARGET] = "arp.dst.proto_ipv4",
    [ICMP_TYPE] = "icmp.type",
    [ICMPV6_TYPE] = "icmpv6.type",
    [DNS_RESPONSE] = "dns.flags.response",
    [DNS_NAME] = "dns.qry.name",
    [DNS_A] = "dns.a",
    [DNS_AAAA] = "dns.aaaa",
};

/* A frame while its fields are read. */
typedef struct {
    cluster_model *model;
    const seekchat_frame *frame;
    const packet_info *pinfo;
    proto_tree *tree;
} field_reader;

/* Ids of the fields; -1 for one that this Wireshark lacks. */
static int field_ids[FIELDS];

/* The filter shows each frame, and names all fields. It says so by "!field || field": if a filter
 * names the protocol "frame", Wireshark describes each frame at length, which costs more than all
 * that the model does with it. */
char *seekchat_fields_filter(const char *filter)
{
    GString *text = g_string_new(NULL);

    for (int i = 0; i < FIELDS; i++) {
        const header_field_info *field = proto_registrar_get_byname(field_names[i]);

        field_ids[i] = field == NULL ? -1 : field->id;
        if (field != NULL) {
            if (text->len == 0) {
                g_string_append_printf(text, "(!%s", field_names[i]);
            }
            g_string_append_printf(text, " || %s", field_names[i]);
        }
    }
    g_string_append(text, text->len == 0 ? "(frame)" : ")");
    if (filter != NULL) {
        g_string_append_printf(text, " && (%s)", filter);
    }
    return g_string_free(text, FALSE);
}

/* Fields and their bytes. */

static const GPtrArray *fields(const field_reader *reader, int which)
{
    return field_ids[which] < 0 ? NULL : proto_get_finfo_ptr_array(reader->tree, field_ids[which]);
}

static const field_info *first(const field_reader *reader, int which)
{
    const GPtrArray *all = fields(reader, which);

    return all == NULL || all->len == 0 ? NULL : g_ptr_array_index(all, 0);
}

/* Copies bytes from offset behind the field's start; false if the capture does not hold them. */
static bool copy_bytes(const field_info *field, unsigned offset, void *bytes, unsigned length)
{
    int start;

    if (field == NULL || field->ds_tvb == NULL) {
        return false;
    }
    start = field->start + (int)offset;
    if (!tvb_bytes_exist(field->ds_tvb, start, (int)length)) {
        return false;
    }
    tvb_memcpy(field->ds_tvb, bytes, start, length);
    return true;
}

/* The number at offset, or 0. */
static uint8_t byte_at(const field_info *field, unsigned offset)
{
    uint8_t byte = 0;

    copy_bytes(field, offset, &byte, 1);
    return byte;
}

static uint16_t short_at(const field_info *field, unsigned offset)
{
    uint8_t bytes[2] = {0, 0};

    copy_bytes(field, offset, bytes, sizeof bytes);
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static cluster_address address_at(const field_info *field, unsigned offset, cluster_family family)
{
    cluster_address result = {.family = CLUSTER_FAMILY_NONE};

    if (copy_bytes(field, offset, result.bytes, family == CLUSTER_FAMILY_IPV4 ? 4 : 16)) {
        result.family = (uint8_t)family;
    }
    return result;
}

/* TCP. */

/* Gives a segment the bytes of its payload that were captured. */
static void take_bytes(cluster_segment *segment, const field_info *payload)
{
    int captured;

    if (payload == NULL || payload->ds_tvb == NULL || payload->length <= 0) {
        return;
    }
    captured = tvb_captured_length_remaining(payload->ds_tvb, payload->start);
    captured = MIN(captured, MIN(payload->length, (int)segment->length));
    if (captured > 0) {
        segment->bytes = tvb_get_ptr(payload->ds_tvb, payload->start, captured);
        segment->captured = (uint32_t)captured;
    }
}

static void feed_segments(const field_reader *reader)
{
    const GPtrArray *payloads = fields(reader, TCP_PAYLOAD);
    guint next = 0;

    for (guint i = 0; i < reader->frame->segments->len; i++) {
        cluster_segment segment = g_array_index(reader->frame->segments, cluster_segment, i);

        if (segment.length > 0 && payloads != NULL && next < payloads->len) {
            take_bytes(&segment, g_ptr_array_index(payloads, next));
            next++;
        }
        cluster_tcp_seen(reader->model, reader->frame->when, &segment);
    }
}

/* ARP, ICMP, DNS. */

static void feed_arp(const field_reader *reader)
{
    enum { REQUEST = 1, REPLY = 2 };
    uint16_t opcode = short_at(first(reader, ARP_OPCODE), 0);
    cluster_address source = address_at(first(reader, ARP_SOURCE), 0, CLUSTER_FAMILY_IPV4);
    cluster_address target = address_at(first(reader, ARP_TARGET), 0, CLUSTER_FAMILY_IPV4);

    if (opcode == REQUEST || opcode == REPLY) {
        cluster_arp_seen(reader->model, reader->frame->when, opcode == REPLY, &source, &target);
    }
}

enum { ICMP_HEADER = 8, TCP_PROTOCOL = 6 };

static void feed_dns(const field_reader *reader, const field_info *response, bool unreachable);

static void feed_quoted(const field_reader *reader, const field_info *icmp, unsigned ports,
                        cluster_endpoint source, cluster_endpoint target)
{
    const cluster_address by = seekchat_cluster_address(&reader->pinfo->src);

    source.port = short_at(icmp, ports);
    target.port = short_at(icmp, ports + 2);
    cluster_unreachable_seen(reader->model, reader->frame->when, &by, &source, &target);
}

/* A packet that could not be delivered is quoted; a look-up is dissected in the quotation. */
static void feed_unreachable(const field_reader *reader, const field_info *icmp, uint8_t protocol,
                             unsigned ports, cluster_endpoint source, cluster_endpoint target)
{
    const field_info *lookup = first(reader, DNS_RESPONSE);

    if (protocol == TCP_PROTOCOL) {
        feed_quoted(reader, icmp, ports, source, target);
    } else if (lookup != NULL) {
        feed_dns(reader, lookup, true);
    }
}

/* Quotes an IPv4 packet that could not be delivered, code 4 one that was too large. */
static void feed_icmp(const field_reader *reader, const field_info *type)
{
    enum { UNREACHABLE = 3, TOO_LARGE = 4, PROTOCOL = 9, SOURCE = 12, TARGET = 16 };

    if (byte_at(type, 0) == UNREACHABLE && byte_at(type, 1) != TOO_LARGE) {
        feed_unreachable(
            reader, type, byte_at(type, ICMP_HEADER + PROTOCOL),
            ICMP_HEADER + (byte_at(type, ICMP_HEADER) & 0xfu) * 4,
            (cluster_endpoint){address_at(type, ICMP_HEADER + SOURCE, CLUSTER_FAMILY_IPV4), 0},
            (cluster_endpoint){address_at(type, ICMP_HEADER + TARGET, CLUSTER_FAMILY_IPV4), 0});
    }
}

/* Neighbour solicitations and advertisements ask and answer what ARP does. */
static void feed_neighbour(const field_reader *reader, const field_info *type, bool is_reply)
{
    enum { TARGET = 8 };
    const cluster_address target = address_at(type, TARGET, CLUSTER_FAMILY_IPV6);
    const cluster_address source = seekchat_cluster_address(&reader->pinfo->src);
    const cluster_address asker = seekchat_cluster_address(&reader->pinfo->dst);

    if (is_reply) {
        cluster_arp_seen(reader->model, reader->frame->when, true, &target, &asker);
    } else {
        cluster_arp_seen(reader->model, reader->frame->when, false, &source, &target);
    }
}

static void feed_icmpv6(const field_reader *reader, const field_info *type)
{
    enum { UNREACHABLE = 1, NEXT_HEADER = 6, SOURCE = 8, TARGET = 24, HEADER = 40 };
    enum { SOLICITATION = 135, ADVERTISEMENT = 136 };
    uint8_t kind = byte_at(type, 0);

    if (kind == UNREACHABLE) {
        feed_unreachable(
            reader, type, byte_at(type, ICMP_HEADER + NEXT_HEADER), ICMP_HEADER + HEADER,
            (cluster_endpoint){address_at(type, ICMP_HEADER + SOURCE, CLUSTER_FAMILY_IPV6), 0},
            (cluster_endpoint){address_at(type, ICMP_HEADER + TARGET, CLUSTER_FAMILY_IPV6), 0});
    } else if (kind == SOLICITATION || kind == ADVERTISEMENT) {
        feed_neighbour(reader, type, kind == ADVERTISEMENT);
    }
}

static size_t add_addresses(const field_reader *reader, int which, cluster_family family,
                            cluster_address *addresses)
{
    const GPtrArray *all = fields(reader, which);
    size_t count = all == NULL ? 0 : all->len;

    for (size_t i = 0; addresses != NULL && i < count; i++) {
        addresses[i] = address_at(g_ptr_array_index(all, i), 0, family);
    }
    return count;
}

static void feed_dns(const field_reader *reader, const field_info *response, bool unreachable)
{
    enum { RESPONSE = 0x8000, RCODE = 0xf };
    uint16_t flags = short_at(response, 0);
    bool is_response = (flags & RESPONSE) != 0;
    const field_info *name = first(reader, DNS_NAME);
    const char *question = name == NULL ? "" : seekchat_field_string(name);
    size_t count = add_addresses(reader, DNS_A, CLUSTER_FAMILY_IPV4, NULL) +
                   add_addresses(reader, DNS_AAAA, CLUSTER_FAMILY_IPV6, NULL);
    cluster_address *addresses = wmem_alloc_array(reader->pinfo->pool, cluster_address, count + 1);
    size_t ipv4 = add_addresses(reader, DNS_A, CLUSTER_FAMILY_IPV4, addresses);

    add_addresses(reader, DNS_AAAA, CLUSTER_FAMILY_IPV6, addresses + ipv4);
    cluster_dns dns = {
        .client = seekchat_cluster_address(is_response ? &reader->pinfo->dst : &reader->pinfo->src),
        .kind = unreachable   ? CLUSTER_DNS_UNREACHABLE
                : is_response ? CLUSTER_DNS_RESPONSE
                              : CLUSTER_DNS_QUERY,
        .name = {question, strlen(question)},
        .rcode = flags & RCODE,
        .addresses = addresses,
        .address_count = count,
    };

    cluster_dns_seen(reader->model, reader->frame->when, &dns);
}

void seekchat_fields_feed(cluster_model *model, const seekchat_frame *frame,
                          const packet_info *pinfo, const epan_dissect_t *edt)
{
    const field_reader reader = {model, frame, pinfo, edt->tree};
    const field_info *field;

    if (edt->tree == NULL) {
        return;
    }
    if ((field = first(&reader, ICMP_TYPE)) != NULL) {
        feed_icmp(&reader, field); /* what TCP it quotes is no segment */
    } else if ((field = first(&reader, ICMPV6_TYPE)) != NULL) {
        feed_icmpv6(&reader, field);
    } else if (frame->segments->len > 0) {
        feed_segments(&reader);
    } else if (first(&reader, ARP_OPCODE) != NULL) {
        feed_arp(&reader);
    } else if ((field = first(&reader, DNS_RESPONSE)) != NULL) {
        feed_dns(&reader, field, false);
    }
}
