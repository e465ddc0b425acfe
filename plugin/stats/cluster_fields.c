/* cluster_fields.c
 * What the model of the cluster report learns from fields of other protocols.
 * May include: the model, Wireshark's packet interface, ws_compat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A field says where its bytes are; they are read from there. That is the same in all versions of
 * Wireshark, and gives names as they are on the wire.
 */

#include "cluster_fields.h"

#include <string.h>

#include "cluster_address.h"
#include "../dissector/ws_compat.h"

/* The fields that are read. */
enum {
    EPMD_TYPE,
    EPMD_RESULT,
    EPMD_PORT,
    EPMD_NAME,
    ERLDP_TAG,
    ERLDP_STATUS,
    ERLDP_CHALLENGE,
    ERLDP_NAME,
    ARP_OPCODE,
    ARP_SOURCE,
    ARP_TARGET,
    ICMP_TYPE,
    ICMPV6_TYPE,
    DNS_RESPONSE,
    DNS_NAME,
    DNS_A,
    DNS_AAAA,
    DATA,
    FIELDS,
};

static const char *const field_names[FIELDS] = {
    [EPMD_TYPE] = "epmd.type",
    [EPMD_RESULT] = "epmd.result",
    [EPMD_PORT] = "epmd.port_no",
    [EPMD_NAME] = "epmd.name",
    [ERLDP_TAG] = "erldp.tag",
    [ERLDP_STATUS] = "erldp.status",
    [ERLDP_CHALLENGE] = "erldp.challenge",
    [ERLDP_NAME] = "erldp.name",
    [ARP_OPCODE] = "arp.opcode",
    [ARP_SOURCE] = "arp.src.proto_ipv4",
    [ARP_TARGET] = "arp.dst.proto_ipv4",
    [ICMP_TYPE] = "icmp.type",
    [ICMPV6_TYPE] = "icmpv6.type",
    [DNS_RESPONSE] = "dns.flags.response",
    [DNS_NAME] = "dns.qry.name",
    [DNS_A] = "dns.a",
    [DNS_AAAA] = "dns.aaaa",
    [DATA] = "data.data",
};

/* Message types of EPMD, tags of the distribution handshake. */
enum { PORT2_REQ = 122, PORT2_RESP = 119 };

/* A frame while its fields are read. */
typedef struct {
    cluster_model *model;
    const seekchat_frame *frame;
    const packet_info *pinfo;
    proto_tree *tree;
} field_reader;

/* Ids of the fields; -1 for one that this Wireshark lacks. */
static int field_ids[FIELDS];

char *seekchat_fields_filter(const char *filter)
{
    GString *text = g_string_new("(frame");

    for (int i = 0; i < FIELDS; i++) {
        const header_field_info *field = proto_registrar_get_byname(field_names[i]);

        field_ids[i] = field == NULL ? -1 : field->id;
        if (field != NULL) {
            g_string_append_printf(text, " || %s", field_names[i]);
        }
    }
    g_string_append_c(text, ')');
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

/* The field's bytes as they are in the packet. */
static cluster_text text_of(const field_info *field)
{
    if (field == NULL || field->length <= 0 || field->ds_tvb == NULL ||
        !tvb_bytes_exist(field->ds_tvb, field->start, field->length)) {
        return (cluster_text){NULL, 0};
    }
    return (cluster_text){
        (const char *)tvb_get_ptr(field->ds_tvb, field->start, field->length),
        (size_t)field->length,
    };
}

static cluster_address address_at(const field_info *field, unsigned offset, cluster_family family)
{
    cluster_address result = {.family = CLUSTER_FAMILY_NONE};

    if (copy_bytes(field, offset, result.bytes, family == CLUSTER_FAMILY_IPV4 ? 4 : 16)) {
        result.family = (uint8_t)family;
    }
    return result;
}

/* EPMD and the distribution. */

static void feed_epmd(const field_reader *reader, const field_info *type)
{
    const cluster_tcp *segment = &reader->frame->segment;
    uint8_t kind = byte_at(type, 0);
    cluster_epmd epmd = {
        .stream = segment->stream,
        .source = segment->source,
        .target = segment->target,
        .kind = kind == PORT2_REQ ? CLUSTER_EPMD_PORT2_REQ : CLUSTER_EPMD_PORT2_RESP,
        .name = text_of(first(reader, EPMD_NAME)),
        .result = byte_at(first(reader, EPMD_RESULT), 0),
        .port = short_at(first(reader, EPMD_PORT), 0),
    };

    if (kind == PORT2_REQ || kind == PORT2_RESP) {
        cluster_epmd_seen(reader->model, reader->frame->when, &epmd);
    }
}

/*
 * EPMD's answer that it does not know a name ends after the result. Wireshark takes no EPMD message
 * for one that is so short.
 */
static void feed_unknown_name(const field_reader *reader)
{
    const cluster_tcp *segment = &reader->frame->segment;
    const field_info *data = first(reader, DATA);

    if (data != NULL && data->length == 2 && byte_at(data, 0) == PORT2_RESP &&
        byte_at(data, 1) != 0) {
        cluster_epmd epmd = {
            .stream = segment->stream,
            .source = segment->source,
            .target = segment->target,
            .kind = CLUSTER_EPMD_PORT2_RESP,
            .result = byte_at(data, 1),
        };

        cluster_epmd_seen(reader->model, reader->frame->when, &epmd);
    }
}

/* The first field of a kind that is behind tag and before next, the tag that follows or NULL. */
static const field_info *between(const field_reader *reader, int which, const field_info *tag,
                                 const field_info *next)
{
    const GPtrArray *all = fields(reader, which);

    for (guint i = 0; all != NULL && i < all->len; i++) {
        const field_info *field = g_ptr_array_index(all, i);

        if (field->ds_tvb == tag->ds_tvb && field->start > tag->start &&
            (next == NULL || next->ds_tvb != tag->ds_tvb || field->start < next->start)) {
            return field;
        }
    }
    return NULL;
}

static void feed_handshake(const field_reader *reader, const field_info *tag,
                           const field_info *next)
{
    const cluster_tcp *segment = &reader->frame->segment;
    cluster_erldp erldp = {
        .stream = segment->stream,
        .source = segment->source,
        .target = segment->target,
    };

    switch (byte_at(tag, 0)) {
    case 'n':
    case 'N':
        erldp.kind = between(reader, ERLDP_CHALLENGE, tag, next) == NULL
                         ? CLUSTER_ERLDP_SEND_NAME
                         : CLUSTER_ERLDP_SEND_CHALLENGE;
        erldp.text = text_of(between(reader, ERLDP_NAME, tag, next));
        break;
    case 's':
        erldp.kind = CLUSTER_ERLDP_SEND_STATUS;
        erldp.text = text_of(between(reader, ERLDP_STATUS, tag, next));
        break;
    case 'r':
        erldp.kind = CLUSTER_ERLDP_CHALLENGE_REPLY;
        break;
    case 'a':
        erldp.kind = CLUSTER_ERLDP_CHALLENGE_ACK;
        break;
    default:
        return;
    }
    cluster_erldp_seen(reader->model, reader->frame->when, &erldp);
}

static void feed_handshakes(const field_reader *reader)
{
    const GPtrArray *tags = fields(reader, ERLDP_TAG);

    for (guint i = 0; tags != NULL && i < tags->len; i++) {
        feed_handshake(reader, g_ptr_array_index(tags, i),
                       i + 1 < tags->len ? g_ptr_array_index(tags, i + 1) : NULL);
    }
}

static void feed_segment(const field_reader *reader)
{
    const field_info *type = first(reader, EPMD_TYPE);

    if (type != NULL) {
        feed_epmd(reader, type);
    } else if (reader->frame->segment.source.port == CLUSTER_EPMD_PORT) {
        feed_unknown_name(reader);
    }
    feed_handshakes(reader);
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

static void feed_quoted(const field_reader *reader, const field_info *icmp, unsigned ports,
                        cluster_endpoint source, cluster_endpoint target)
{
    source.port = short_at(icmp, ports);
    target.port = short_at(icmp, ports + 2);
    cluster_unreachable_seen(reader->model, reader->frame->when, &source, &target);
}

/* Quotes an IPv4 packet that could not be delivered, code 4 one that was too large. */
static void feed_icmp(const field_reader *reader, const field_info *type)
{
    enum { UNREACHABLE = 3, TOO_LARGE = 4, PROTOCOL = 9, SOURCE = 12, TARGET = 16 };

    if (byte_at(type, 0) == UNREACHABLE && byte_at(type, 1) != TOO_LARGE &&
        byte_at(type, ICMP_HEADER + PROTOCOL) == TCP_PROTOCOL) {
        unsigned ports = ICMP_HEADER + (byte_at(type, ICMP_HEADER) & 0xfu) * 4;

        feed_quoted(
            reader, type, ports,
            (cluster_endpoint){address_at(type, ICMP_HEADER + SOURCE, CLUSTER_FAMILY_IPV4), 0},
            (cluster_endpoint){address_at(type, ICMP_HEADER + TARGET, CLUSTER_FAMILY_IPV4), 0});
    }
}

static void feed_icmpv6(const field_reader *reader, const field_info *type)
{
    enum { UNREACHABLE = 1, NEXT_HEADER = 6, SOURCE = 8, TARGET = 24, HEADER = 40 };

    if (byte_at(type, 0) == UNREACHABLE &&
        byte_at(type, ICMP_HEADER + NEXT_HEADER) == TCP_PROTOCOL) {
        feed_quoted(
            reader, type, ICMP_HEADER + HEADER,
            (cluster_endpoint){address_at(type, ICMP_HEADER + SOURCE, CLUSTER_FAMILY_IPV6), 0},
            (cluster_endpoint){address_at(type, ICMP_HEADER + TARGET, CLUSTER_FAMILY_IPV6), 0});
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

static void feed_dns(const field_reader *reader, const field_info *response)
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
        .is_response = is_response,
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
    if (first(&reader, ARP_OPCODE) != NULL) {
        feed_arp(&reader);
    } else if ((field = first(&reader, ICMP_TYPE)) != NULL) {
        feed_icmp(&reader, field);
    } else if ((field = first(&reader, ICMPV6_TYPE)) != NULL) {
        feed_icmpv6(&reader, field);
    } else if ((field = first(&reader, DNS_RESPONSE)) != NULL) {
        feed_dns(&reader, field);
    } else if (frame->has_segment) {
        feed_segment(&reader);
    }
}
