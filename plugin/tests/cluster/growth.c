/* growth.c
 * One measurement of how the cluster report's cost grows with what an enemy can send: growth.py
 * makes a table of them.
 * May include: cluster.h, report/, merge/, payloads.h, the C library and Linux.
 *
 *     cluster-growth              the kinds: number, first size, and what it is
 *     cluster-growth KIND SIZE    prints seconds of the processor, and MB of memory at most
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cluster.h"
#include "merge.h"
#include "payloads.h"
#include "report.h"

/* Seconds between two frames. */
#define TICK 0.0001
/* Blocks of two characters by which names collide: 2^18 of them. */
enum { COLLIDING_BLOCKS = 18 };

/* A capture that is told to a model. */
typedef struct {
    cluster_model *model;
    GPtrArray *reports; /* in JSON, of the pieces so far; NULL: it is not cut */
    uint32_t piece;     /* frames of a piece, */
    uint32_t left;      /* and those that this one has left */
    uint32_t stream;
    cluster_moment when;
} feed;

/* A connection: ends and next raw sequence numbers of the client and the server. */
typedef struct {
    feed *to;
    uint32_t stream;
    cluster_endpoint ends[2];
    uint32_t next[2];
} talk;

typedef enum {
    CLIENT,
    SERVER,
} side;

static cluster_model *new_model(void)
{
    cluster_model *model = cluster_model_new();
    cluster_model_add_port(model, 33000);
    return model;
}

static void end_piece(feed *to)
{
    g_ptr_array_add(to->reports, g_string_free(cluster_model_json(to->model), FALSE));
    cluster_model_free(to->model);
    to->model = new_model();
    to->when.frame = 0;
    to->left = to->piece;
}

static void next_frame(feed *to)
{
    if (to->reports != NULL && to->left-- == 0) {
        end_piece(to);
    }
    to->when.frame++;
    to->when.time += TICK;
    cluster_frame_seen(to->model, to->when);
}

static cluster_endpoint at(uint32_t address, uint32_t port)
{
    cluster_endpoint end = {.address = {.family = CLUSTER_FAMILY_IPV4}, .port = (uint16_t)port};
    for (int i = 0; i < 4; i++) {
        end.address.bytes[i] = (uint8_t)(address >> (24 - 8 * i));
    }
    return end;
}

static void send_segment(talk *of, side by, uint8_t flags, GString *bytes)
{
    next_frame(of->to);
    const uint32_t length = bytes == NULL ? 0 : (uint32_t)bytes->len;
    const cluster_segment segment = {
        .stream = of->stream,
        .source = of->ends[by],
        .target = of->ends[!by],
        .flags = flags,
        .sequence = of->next[by],
        .acknowledge = of->next[!by],
        .length = length,
        .captured = length,
        .bytes = bytes == NULL ? NULL : (const uint8_t *)bytes->str,
    };
    cluster_tcp_seen(of->to->model, of->to->when, &segment);
    of->next[by] += length + ((flags & (CLUSTER_TCP_SYN | CLUSTER_TCP_FIN)) != 0);
    if (bytes != NULL) {
        g_string_free(bytes, TRUE);
    }
}

static void say(talk *of, side by, GString *bytes)
{
    send_segment(of, by, CLUSTER_TCP_ACK, bytes);
}

static talk attempt(feed *to, cluster_endpoint client, cluster_endpoint server)
{
    const uint32_t number = ++to->stream;
    talk of = {.to = to, .stream = number, .ends = {client, server}};
    of.next[CLIENT] = number * 2654435761u;
    of.next[SERVER] = number * 2246822519u;
    send_segment(&of, CLIENT, CLUSTER_TCP_SYN, NULL);
    return of;
}

static talk open_talk(feed *to, cluster_endpoint client, cluster_endpoint server)
{
    talk of = attempt(to, client, server);
    send_segment(&of, SERVER, CLUSTER_TCP_SYN | CLUSTER_TCP_ACK, NULL);
    send_segment(&of, CLIENT, CLUSTER_TCP_ACK, NULL);
    return of;
}

static void close_talk(talk *of, side by)
{
    send_segment(of, by, CLUSTER_TCP_FIN | CLUSTER_TCP_ACK, NULL);
    send_segment(of, !by, CLUSTER_TCP_FIN | CLUSTER_TCP_ACK, NULL);
}

enum { BEACON = 0x0a000001, SEEKER = 0x0a000002 };

static talk ask(feed *to, uint32_t number, const char *sender, seekchat_type type)
{
    talk of = open_talk(to, at(SEEKER, 1024 + number % 60000), at(BEACON, 33000));
    bool joins = type == SEEKCHAT_TYPE_SEEKING;
    say(&of, CLIENT, message(sender, type, joins ? SEEKCHAT_PAYLOAD_JOIN : SEEKCHAT_PAYLOAD_CHECK));
    return of;
}

static void reply(talk *of, GString *bytes)
{
    say(of, SERVER, bytes);
    close_talk(of, SERVER);
}

static GString *told(seekchat_payload payload)
{
    return message("node1@10.0.0.1", SEEKCHAT_TYPE_REPLY, payload);
}

/* Kinds. */

static void same_hosts(feed *to, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        talk of = ask(to, i, "node2@10.0.0.2", SEEKCHAT_TYPE_SEEKING);
        reply(&of, told(SEEKCHAT_PAYLOAD_JOINED));
    }
}

/* EPMD's answer, and a handshake that ends for the cookie. */
static void ping(feed *to, uint32_t number)
{
    talk epmd = open_talk(to, at(BEACON, 1024 + number % 60000), at(SEEKER, 4369));
    say(&epmd, CLIENT, port_request("node2"));
    say(&epmd, SERVER, port_answer("node2", 45000));
    close_talk(&epmd, SERVER);
    talk dist = open_talk(to, at(BEACON, 1024 + number % 60000), at(SEEKER, 45000));
    say(&dist, CLIENT, send_name('N', "node1@10.0.0.1"));
    say(&dist, SERVER, send_status("ok"));
    say(&dist, SERVER, send_challenge('N', "node2@10.0.0.2"));
    say(&dist, CLIENT, challenge_reply());
    close_talk(&dist, SERVER);
}

static void pings(feed *to, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        talk of = ask(to, i, "node2@10.0.0.2", SEEKCHAT_TYPE_SEEKING);
        ping(to, i);
        reply(&of, told(SEEKCHAT_PAYLOAD_JOIN_FAILED));
    }
}

/* All ask before the first is answered, so that every ping may be everyone's. */
static void pings_at_once(feed *to, uint32_t count)
{
    talk *asked = g_new(talk, count);
    for (uint32_t i = 0; i < count; i++) {
        asked[i] = ask(to, i, "node2@10.0.0.2", SEEKCHAT_TYPE_SEEKING);
        ping(to, i);
    }
    for (uint32_t i = 0; i < count; i++) {
        reply(&asked[i], told(SEEKCHAT_PAYLOAD_JOIN_FAILED));
    }
    g_free(asked);
}

/* A node's name whose hash by g_str_hash is that of all others: "aB" and "b!" hash alike. */
static char *colliding(uint32_t number)
{
    GString *name = g_string_new(NULL);
    for (int i = 0; i < COLLIDING_BLOCKS; i++) {
        g_string_append(name, (number >> i & 1) != 0 ? "aB" : "b!");
    }
    g_string_append(name, "@10.0.0.2");
    return g_string_free(name, FALSE);
}

static void collisions(feed *to, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        char *name = colliding(i);
        talk of = ask(to, i, name, SEEKCHAT_TYPE_WATCHING);
        reply(&of, message_list("node1@10.0.0.1", (const char *const[]){name, NULL}));
        g_free(name);
    }
}

/* Each list names one node more than the one before; count names in all. */
static void growing_lists(feed *to, uint32_t count)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(names, NULL);
    for (uint32_t listed = 0; listed < count; listed += names->len - 1) {
        names->pdata[names->len - 1] = g_strdup_printf("node%u@10.0.0.3", names->len);
        g_ptr_array_add(names, NULL);
        talk of = ask(to, names->len, "ops@10.0.0.2", SEEKCHAT_TYPE_WATCHING);
        reply(&of, message_list("node1@10.0.0.1", (const char *const *)names->pdata));
    }
    g_ptr_array_unref(names);
}

/* Locators that try everything on a locator port in vain: count attempts of 1,000 hosts. */
static void scans(feed *to, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        attempt(to, at(0x0a010000 + i % 1000, 1024 + i / 1000), at(0x0a020000 + i / 1000, 33000));
    }
}

static void asked_by_arp(feed *to, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const cluster_endpoint from = at(0x0a010000 + i % 100, 0);
        const cluster_endpoint target = at(0x0a020000 + i / 100, 0);
        next_frame(to);
        cluster_arp_seen(to->model, to->when, false, &from.address, &target.address);
    }
}

/* Attempts between the same two at a port that nobody knows, and none is answered. */
static void strangers(feed *to, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        attempt(to, at(BEACON, 1024 + i % 60000), at(SEEKER, 5000 + i / 60000));
        to->when.time += 0.1;
    }
}

static void look_up(feed *to, const char *name)
{
    const cluster_dns dns = {
        .client = at(BEACON, 0).address,
        .kind = CLUSTER_DNS_RESPONSE,
        .name = {name, strlen(name)},
        .rcode = 3,
    };
    next_frame(to);
    cluster_dns_seen(to->model, to->when, &dns);
}

/* Pings of one name, each with a look-up in vain. */
static void lookups(feed *to, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        talk of = ask(to, i, "node2@host.example", SEEKCHAT_TYPE_SEEKING);
        look_up(to, "host.example");
        reply(&of, told(SEEKCHAT_PAYLOAD_JOIN_FAILED));
    }
}

/* Pings all at once, with as many look-ups of another name. */
static void other_lookups(feed *to, uint32_t count)
{
    talk *asked = g_new(talk, count);
    for (uint32_t i = 0; i < count; i++) {
        asked[i] = ask(to, i, "node2@10.0.0.2", SEEKCHAT_TYPE_SEEKING);
        look_up(to, "host.example");
    }
    for (uint32_t i = 0; i < count; i++) {
        reply(&asked[i], told(SEEKCHAT_PAYLOAD_JOIN_FAILED));
    }
    g_free(asked);
}

/* One connection with count messages in pieces of a byte would stop at a limit; these are on many.
 */
static void bytewise(feed *to, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        talk of = open_talk(to, at(SEEKER, 1024 + i % 60000), at(BEACON, 33000));
        GString *request = message("node2@10.0.0.2", SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN);
        for (gsize k = 0; k < request->len; k++) {
            say(&of, CLIENT, g_string_new_len(request->str + k, 1));
        }
        g_string_free(request, TRUE);
        reply(&of, told(SEEKCHAT_PAYLOAD_JOINED));
    }
}

/* Packets of 1,000 connections at a time that say nothing of interest and do not end. */
static void talk_elsewhere(feed *to, uint32_t count, bool opened)
{
    enum { CONNECTIONS = 1000, BYTES = 40 };
    talk *talks = g_new(talk, CONNECTIONS);
    for (uint32_t i = 0; i < CONNECTIONS; i++) {
        const cluster_endpoint client = at(0x0a010000 + i, 40000);
        const cluster_endpoint server = at(BEACON, 443);
        if (opened) {
            talks[i] = open_talk(to, client, server);
        } else {
            talks[i] = (talk){.to = to, .stream = ++to->stream, .ends = {client, server}};
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        GString *bytes = g_string_sized_new(BYTES);
        g_string_set_size(bytes, BYTES);
        memset(bytes->str, '~', BYTES);
        say(&talks[i % CONNECTIONS], i / CONNECTIONS % 2 == 0 ? CLIENT : SERVER, bytes);
    }
    g_free(talks);
}

static void elsewhere(feed *to, uint32_t count)
{
    talk_elsewhere(to, count, true);
}

static void elsewhere_before(feed *to, uint32_t count)
{
    talk_elsewhere(to, count, false);
}

typedef struct {
    const char *what;
    void (*make)(feed *to, uint32_t count);
    uint32_t least; /* the first size */
    uint32_t piece; /* frames; 0: the capture is whole */
} kind;

static const kind kinds[] = {
    {"joins, one connection each, of the same two hosts", same_hosts, 10000, 0},
    {"pings in vain, one after the other", pings, 2500, 0},
    {"pings in vain, all at once", pings_at_once, 1400, 0},
    {"names that collide in g_str_hash", collisions, 5000, 0},
    {"names in lists, each a node longer than the one before", growing_lists, 50000, 0},
    {"attempts at a locator port, by 1,000 hosts", scans, 10000, 0},
    {"hosts asked for by ARP, by 100 others", asked_by_arp, 8000, 0},
    {"attempts at another port, of the same two hosts", strangers, 5000, 0},
    {"look-ups in vain, a ping each", lookups, 2500, 0},
    {"pings in vain, all at once, and look-ups of others", other_lookups, 12000, 0},
    {"messages that come byte by byte", bytewise, 1000, 0},
    {"packets of 1,000 other connections", elsewhere, 1250000, 0},
    {"packets of 1,000 other connections, open before the capture", elsewhere_before, 1250000, 0},
    {"pings in vain, in pieces of 100 frames, merged", pings, 1200, 100},
    {"joins of the same two hosts, in pieces of 10 frames, merged", same_hosts, 500, 10},
};

/* Measurement. */

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* MB of memory at most; Linux tells it of this program alone, getrusage also of what started it. */
static double peak(void)
{
    double kilobytes = 0;
    char line[128];
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        if (g_str_has_prefix(line, "VmHWM:")) {
            kilobytes = strtod(line + strlen("VmHWM:"), NULL);
        }
    }
    if (status != NULL) {
        fclose(status);
    }
    return kilobytes / 1024;
}

/* What is measured: growth.py counts instructions in the functions with such a name. */
void measured_capture(feed *to, const kind *of, uint32_t count);
void measured_merge(const GPtrArray *reports);

void measured_capture(feed *to, const kind *of, uint32_t count)
{
    of->make(to, count);
    g_string_free(cluster_model_json(to->model), TRUE);
}

void measured_merge(const GPtrArray *reports)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(cluster_facts_free);
    char *error = NULL;
    for (guint i = 0; i < reports->len; i++) {
        const char *report = g_ptr_array_index(reports, i);
        g_ptr_array_add(parts, cluster_facts_read(report, strlen(report), &error));
        g_assert_null(error);
    }
    cluster_facts *facts = cluster_facts_merge(parts, &error);
    g_assert_null(error);
    g_ptr_array_unref(parts);
    GString *written = g_string_new(NULL);
    cluster_facts_write(facts, written);
    cluster_report *report = cluster_report_new(facts);
    g_string_free(cluster_report_json(report, written), TRUE);
    cluster_report_free(report);
    g_string_free(written, TRUE);
    cluster_facts_free(facts);
}

/* All that is seen and a report on it; of pieces, their merge. */
static void measure(const kind *of, uint32_t count)
{
    feed to = {.model = new_model(), .piece = of->piece, .left = of->piece};
    double start = now();
    double memory = peak();
    to.when.time = 1767323045.0;
    if (of->piece == 0) {
        measured_capture(&to, of, count);
    } else {
        to.reports = g_ptr_array_new_with_free_func(g_free);
        of->make(&to, count);
        end_piece(&to);
        start = now();
        memory = peak();
        measured_merge(to.reports);
        g_ptr_array_unref(to.reports);
    }
    printf("%.3f %.1f\n", now() - start, peak() - memory);
    cluster_model_free(to.model);
}

int main(int argc, char **argv)
{
    if (argc == 3) {
        measure(&kinds[strtoul(argv[1], NULL, 10) % G_N_ELEMENTS(kinds)],
                (uint32_t)strtoul(argv[2], NULL, 10));
        return EXIT_SUCCESS;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        printf("%zu %u %s\n", i, kinds[i].least, kinds[i].what);
    }
    return EXIT_SUCCESS;
}
