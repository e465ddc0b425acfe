/* cluster.h
 * The model behind the cluster report: the events that it is fed with, and the reports it gives.
 * May include: the C library and GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A model is fed with events in the order of the capture's frames and can be asked for a report at
 * any time; feeding may go on after that. Each event costs O(1). What is kept grows with nodes,
 * requests, attempts to connect to Beacons, and hosts that ask for each other, each up to a limit
 * named in cluster_limits.h, and not with packets.
 *
 *     cluster_model *model = cluster_model_new();
 *     cluster_model_add_port(model, 33000);
 *     ... cluster_frame_seen, cluster_message_seen, cluster_tcp_seen ...
 *     GString *text = cluster_model_text(model);
 *     fputs(text->str, stdout);
 *     g_string_free(text, TRUE);
 *     cluster_model_free(model);
 *
 * Where the capture holds the same packet twice (points joined with mergecap), the caller passes
 * on what Wireshark makes of it: one TCP stream, whose second copies are retransmissions. Message
 * events must not repeat for a retransmission; that is so because Wireshark does not hand one to a
 * dissector. TCP, ARP and DNS events may repeat: the model counts streams and targets, not packets.
 */

#ifndef CLUSTER_H
#define CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* The port of EPMD. EPMD on another port is known by its messages alone. */
#define CLUSTER_EPMD_PORT 4369

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

typedef struct cluster_model cluster_model;

/* A model that has seen nothing. To be freed with cluster_model_free, which takes NULL too. */
cluster_model *cluster_model_new(void);
void cluster_model_free(cluster_model *model);

/* Forgets everything but the ports that were added: what a tap's reset asks for. */
void cluster_model_clear(cluster_model *model);

/*
 * Adds a port on which Beacons listen: connection attempts to it may be scans, from now on. So may
 * be those to the port of a server that a message was seen from or to, before or after them, unless
 * they were accepted and carried no message.
 */
void cluster_model_add_port(cluster_model *model, uint16_t port);

/* A frame, of whatever kind: gives the report the capture's first and last time. */
void cluster_frame_seen(cluster_model *model, cluster_moment when);

/*
 * A frame of the capture that a display filter keeps from the report: it counts where reports are
 * joined, since the frames of the next capture are numbered behind it.
 */
void cluster_frame_passed(cluster_model *model, cluster_moment when);

/* Whether a message could be read. */
typedef enum {
    CLUSTER_READ_OK,         /* decoded; type and payload may still be outside the documented set */
    CLUSTER_READ_INVALID,    /* not JSON, or JSON that is no SeekChat message */
    CLUSTER_READ_INCOMPLETE, /* its end was not seen: a hole, the connection's or capture's end */
} cluster_reading;

typedef enum {
    CLUSTER_TYPE_OTHER,
    CLUSTER_TYPE_SEEKING,
    CLUSTER_TYPE_WATCHING,
    CLUSTER_TYPE_REPLY,
} cluster_type;

typedef enum {
    CLUSTER_PAYLOAD_OTHER,
    CLUSTER_PAYLOAD_JOIN,
    CLUSTER_PAYLOAD_CHECK,
    CLUSTER_PAYLOAD_SELF,
    CLUSTER_PAYLOAD_STANDALONE,
    CLUSTER_PAYLOAD_JOINED,
    CLUSTER_PAYLOAD_JOIN_FAILED,
    CLUSTER_PAYLOAD_ERROR,
    CLUSTER_PAYLOAD_NODES, /* an array of node names, the empty one included */
} cluster_payload;

/* A SeekChat message, in the frame in which its last byte came. */
typedef struct {
    uint32_t stream;           /* of TCP */
    cluster_endpoint client;   /* who opened the connection */
    cluster_endpoint server;   /* who accepted it: the Beacon's side */
    bool from_server;          /* a reply; else a request */
    bool exceeds_recv;         /* its reader's single recv returns only a part of it */
    cluster_reading reading;   /* */
    cluster_type type;         /* also when reading is not OK, as far as it could be read */
    cluster_payload payload;   /* */
    cluster_text sender;       /* length 0: not read */
    cluster_text type_word;    /* the type as it was written; used where type is OTHER */
    const cluster_text *nodes; /* payload NODES: the names, node_count of them */
    size_t node_count;
    uint32_t length;        /* of the message in bytes */
    uint32_t request_frame; /* of a reply: the frame of its request; 0: in order */
} cluster_message;

/* A message. A request must be passed before its reply. */
void cluster_message_seen(cluster_model *model, cluster_moment when,
                          const cluster_message *message);

/* The flags of TCP that the model looks at, with the values they have in the header. */
typedef enum {
    CLUSTER_TCP_FIN = 0x01,
    CLUSTER_TCP_SYN = 0x02,
    CLUSTER_TCP_RST = 0x04,
    CLUSTER_TCP_ACK = 0x10,
} cluster_tcp_flag;

typedef struct {
    uint32_t stream;
    cluster_endpoint source;
    cluster_endpoint target;
    uint8_t flags; /* cluster_tcp_flag bits; others are ignored */
} cluster_tcp;

/*
 * A TCP segment of any connection. Only segments with SYN, RST or FIN say anything to the model;
 * others may be passed or left out. A SYN that is sent again belongs to the stream of the first.
 */
void cluster_tcp_seen(cluster_model *model, cluster_moment when, const cluster_tcp *segment);

typedef enum {
    CLUSTER_EPMD_PORT2_REQ,  /* name: whose port is asked for (without the host) */
    CLUSTER_EPMD_PORT2_RESP, /* result, and port if result is 0 */
} cluster_epmd_kind;

typedef struct {
    uint32_t stream;
    cluster_endpoint source;
    cluster_endpoint target;
    cluster_epmd_kind kind;
    cluster_text name;
    uint8_t result;
    uint16_t port;
} cluster_epmd;

/*
 * Wireshark does not dissect EPMD's answer that it knows no such name: two bytes from EPMD, 0x77
 * and the result. The caller passes it on as PORT2_RESP, too.
 */
void cluster_epmd_seen(cluster_model *model, cluster_moment when, const cluster_epmd *epmd);

/* The messages of Erlang's distribution handshake. */
typedef enum {
    CLUSTER_ERLDP_SEND_NAME,       /* text: the name of the node that connects */
    CLUSTER_ERLDP_SEND_STATUS,     /* text: the status */
    CLUSTER_ERLDP_SEND_CHALLENGE,  /* text: the name of the node that was connected to */
    CLUSTER_ERLDP_CHALLENGE_REPLY, /* */
    CLUSTER_ERLDP_CHALLENGE_ACK,   /* */
} cluster_erldp_kind;

typedef struct {
    uint32_t stream;
    cluster_endpoint source;
    cluster_endpoint target;
    cluster_erldp_kind kind;
    cluster_text text;
} cluster_erldp;

void cluster_erldp_seen(cluster_model *model, cluster_moment when, const cluster_erldp *erldp);

/* An ARP packet with its sender's and its target's protocol address, as they stand in it. */
void cluster_arp_seen(cluster_model *model, cluster_moment when, bool is_reply,
                      const cluster_address *source, const cluster_address *target);

/*
 * ICMP or ICMPv6 "destination unreachable": source and target are those of the packet that could
 * not be delivered, quoted in the ICMP message. IPv6's neighbour discovery is not looked at.
 */
void cluster_unreachable_seen(cluster_model *model, cluster_moment when,
                              const cluster_endpoint *source, const cluster_endpoint *target);

typedef struct {
    cluster_address client; /* who asks */
    bool is_response;
    cluster_text name;                /* of the question */
    uint8_t rcode;                    /* of a response; 3 is NXDOMAIN */
    const cluster_address *addresses; /* of a response: its A and AAAA records */
    size_t address_count;
} cluster_dns;

void cluster_dns_seen(cluster_model *model, cluster_moment when, const cluster_dns *dns);

/*
 * The report on what has been seen so far, as text for a person: printable UTF-8 and line feeds,
 * names from the wire escaped. To be freed with g_string_free. Requests without a reply count as
 * not answered.
 */
GString *cluster_model_text(const cluster_model *model);

/* The same as one JSON document that report.schema.json describes, with a line feed at its end. */
GString *cluster_model_json(const cluster_model *model);

#endif
