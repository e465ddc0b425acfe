/* world.c
 * A made-up network for the tests of the cluster model: each call is a frame that the model sees.
 * May include: the headers of the tests and of plugin/cluster, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "result.h"

/* How much later a second copy of a frame is captured. */
#define COPY_DELAY 0.00001
/* Cuts of a capture that is too long to be cut everywhere. */
#define CUTS_MAX 120

/* A frame as it was recorded. */
typedef struct {
    enum { TCP, ARP, ICMP, DNS, UNREAD, HIDDEN } kind;
    cluster_unread unread;
    double time;
    cluster_segment segment; /* with bytes of its own */
    bool is_reply;
    cluster_address by;      /* who sent ICMP */
    cluster_endpoint source; /* of ARP the addresses alone */
    cluster_endpoint target;
    cluster_dns dns; /* with a name of its own; its answer is target's address */
} world_frame;

static void free_frame(gpointer data)
{
    world_frame *frame = data;
    g_free((gpointer)frame->segment.bytes);
    g_free((gpointer)frame->dns.name.data);
    g_free(frame);
}

test_world *world_new(void)
{
    test_world *made = g_new0(test_world, 1);
    made->model = cluster_model_new();
    made->pairs = g_array_new(FALSE, FALSE, sizeof(cluster_pair));
    made->ports = g_array_new(FALSE, FALSE, sizeof(uint16_t));
    made->frames = g_ptr_array_new_with_free_func(free_frame);
    made->connections = g_ptr_array_new_with_free_func(g_free);
    made->time = WORLD_START - WORLD_TICK;
    add_port(made, 33000);
    return made;
}

void pass_time(test_world *world, double seconds)
{
    world->time += seconds;
}

void add_port(test_world *world, uint16_t port)
{
    g_array_append_val(world->ports, port);
    cluster_model_add_port(world->model, port);
}

void set_filter(test_world *world, const char *filter)
{
    world->filter = g_strdup(filter);
    cluster_model_set_filter(world->model, filter);
}

cluster_text text_of(const char *string)
{
    return (cluster_text){string, strlen(string)};
}

cluster_address address_of(const char *string)
{
    cluster_address address;
    g_assert_true(cluster_address_parse(text_of(string), &address));
    return address;
}

cluster_endpoint endpoint_of(const char *string)
{
    const char *colon = strrchr(string, ':');
    g_assert_nonnull(colon);
    char *address = g_strndup(string, (gsize)(colon - string));
    cluster_endpoint endpoint = {address_of(address), (uint16_t)atoi(colon + 1)};
    g_free(address);
    return endpoint;
}

/* Frames. */

static void feed(cluster_model *model, cluster_moment when, const world_frame *frame)
{
    if (frame->kind == HIDDEN) {
        cluster_frame_passed(model, when);
        return;
    }
    cluster_frame_seen(model, when);
    switch (frame->kind) {
    case TCP:
        cluster_tcp_seen(model, when, &frame->segment);
        break;
    case ARP:
        cluster_arp_seen(model, when, frame->is_reply, &frame->source.address,
                         &frame->target.address);
        break;
    case ICMP:
        cluster_unreachable_seen(model, when, &frame->by, &frame->source, &frame->target);
        break;
    case DNS:
        cluster_dns_seen(model, when, &frame->dns);
        break;
    case UNREAD:
        cluster_unread_seen(model, when, frame->unread);
        break;
    case HIDDEN:
        break;
    }
}

/* Records a frame and shows it to the model. */
static uint32_t see(test_world *world, const world_frame *made)
{
    world_frame *frame = cluster_copy(made, sizeof *made);
    frame->time = world->time += WORLD_TICK;
    frame->segment.bytes = cluster_copy(made->segment.bytes, made->segment.captured);
    frame->dns.name.data = cluster_copy(made->dns.name.data, made->dns.name.length);
    frame->dns.addresses = frame->dns.address_count == 0 ? NULL : &frame->target.address;
    g_ptr_array_add(world->frames, frame);
    feed(world->model, (cluster_moment){++world->frame, frame->time}, frame);
    return world->frame;
}

static cluster_model *new_model(const test_world *world)
{
    cluster_model *model = cluster_model_new();
    for (guint i = 0; i < world->ports->len; i++) {
        cluster_model_add_port(model, g_array_index(world->ports, uint16_t, i));
    }
    if (world->filter != NULL) {
        cluster_model_set_filter(model, world->filter);
    }
    return model;
}

cluster_model *replay(const test_world *world, uint32_t first, uint32_t last, unsigned times,
                      double fast)
{
    cluster_model *model = new_model(world);
    cluster_moment when = {0, 0};
    for (uint32_t i = first; i <= last; i++) {
        const world_frame *frame = g_ptr_array_index(world->frames, i - 1);
        for (unsigned copy = 0; copy < times; copy++) {
            when.frame++;
            when.time = frame->time + copy * COPY_DELAY + fast;
            feed(model, when, frame);
        }
    }
    return model;
}

uint32_t unread(test_world *world, cluster_unread kind)
{
    return see(world, &(world_frame){.kind = UNREAD, .unread = kind});
}

uint32_t hidden(test_world *world)
{
    return see(world, &(world_frame){.kind = HIDDEN});
}

/* Connections. */

test_connection *connection(test_world *world, const char *client, const char *server)
{
    test_connection *made = g_new0(test_connection, 1);
    made->world = world;
    made->stream = ++world->stream;
    made->ends[CLIENT] = endpoint_of(client);
    made->ends[SERVER] = endpoint_of(server);
    for (int side = 0; side < 2; side++) {
        uint32_t number = (made->stream * 2 + (uint32_t)side + 1) * 2654435761u;
        made->next[side] =
            made->stream % 3 == 0 ? UINT32_MAX - made->stream * 2 - (uint32_t)side : number;
    }
    g_ptr_array_add(world->connections, made);
    return made;
}

void translate(test_world *world, const char *address, const char *other)
{
    const cluster_pair pair = {address_of(address), address_of(other)};
    g_array_append_val(world->pairs, pair);
}

/* Changes an address to what it is translated to. False if it is not. */
static bool change(const test_world *world, cluster_address *address)
{
    for (guint i = 0; i < world->pairs->len; i++) {
        const cluster_pair *pair = &g_array_index(world->pairs, cluster_pair, i);
        if (cluster_address_equal(&pair->from, address)) {
            *address = pair->to;
            return true;
        }
    }
    return false;
}

uint32_t segment(test_world *world, const cluster_segment *made)
{
    enum { OTHER_STREAMS = 1000000 };
    world_frame frame = {.kind = TCP, .segment = *made};
    uint32_t first = see(world, &frame);
    bool source = change(world, &frame.segment.source.address);
    bool target = change(world, &frame.segment.target.address);
    if (source || target) {
        frame.segment.stream += OTHER_STREAMS;
        see(world, &frame);
    }
    return first;
}

static cluster_segment empty(const test_connection *of, test_side by, uint8_t flags)
{
    return (cluster_segment){.stream = of->stream,
                             .source = of->ends[by],
                             .target = of->ends[!by],
                             .flags = flags,
                             .sequence = of->next[by],
                             .acknowledge = (flags & CLUSTER_TCP_ACK) != 0 ? of->next[!by] : 0};
}

static uint32_t flags_alone(test_connection *of, test_side by, uint8_t flags)
{
    const cluster_segment made = empty(of, by, flags);
    return segment(of->world, &made);
}

/* A SYN takes a number, which counts when the first answer comes: it may be sent again before. */
uint32_t syn(test_connection *of)
{
    return flags_alone(of, CLIENT, CLUSTER_TCP_SYN);
}

uint32_t syn_ack(test_connection *of)
{
    of->next[CLIENT]++;
    uint32_t frame = flags_alone(of, SERVER, CLUSTER_TCP_SYN | CLUSTER_TCP_ACK);
    of->next[SERVER]++;
    return frame;
}

uint32_t refuse(test_connection *of)
{
    cluster_segment made = empty(of, SERVER, CLUSTER_TCP_RST | CLUSTER_TCP_ACK);
    made.sequence = 0;
    made.acknowledge++;
    return segment(of->world, &made);
}

uint32_t ack(test_connection *of, test_side by)
{
    return flags_alone(of, by, CLUSTER_TCP_ACK);
}

uint32_t fin(test_connection *of, test_side by)
{
    uint32_t frame = flags_alone(of, by, CLUSTER_TCP_FIN | CLUSTER_TCP_ACK);
    of->next[by]++;
    return frame;
}

uint32_t reset(test_connection *of, test_side by)
{
    return flags_alone(of, by, CLUSTER_TCP_RST | CLUSTER_TCP_ACK);
}

uint32_t closed(test_connection *of, test_side by)
{
    uint32_t first = fin(of, by);
    fin(of, !by);
    ack(of, by);
    return first;
}

test_connection *connected(test_world *world, const char *client, const char *server)
{
    test_connection *made = connection(world, client, server);
    syn(made);
    syn_ack(made);
    ack(made, CLIENT);
    return made;
}

/* Bytes. */

uint32_t say_piece(test_connection *of, test_side by, const GString *bytes, size_t from, size_t to)
{
    cluster_segment made = empty(of, by, CLUSTER_TCP_ACK);
    g_assert_cmpuint(from, <, to);
    g_assert_cmpuint(to, <=, bytes->len);
    made.sequence += (uint32_t)from;
    made.bytes = (const uint8_t *)bytes->str + from;
    made.length = (uint32_t)(to - from);
    made.captured = of->world->snap == 0                ? made.length
                    : of->world->snap == WORLD_SNAP_ALL ? 0
                                                        : MIN(made.length, of->world->snap);
    return segment(of->world, &made);
}

void lose(test_connection *of, test_side by, GString *bytes)
{
    of->next[by] += (uint32_t)bytes->len;
    g_string_free(bytes, TRUE);
}

void said_all(test_connection *of, test_side by, GString *bytes)
{
    lose(of, by, bytes);
}

uint32_t say(test_connection *of, test_side by, GString *bytes)
{
    uint32_t frame = say_piece(of, by, bytes, 0, bytes->len);
    said_all(of, by, bytes);
    return frame;
}

uint32_t say_split(test_connection *of, test_side by, GString *bytes, size_t at)
{
    say_piece(of, by, bytes, 0, at);
    uint32_t frame = say_piece(of, by, bytes, at, bytes->len);
    said_all(of, by, bytes);
    return frame;
}

GString *join_request(void)
{
    return message(NODE2, SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN);
}

GString *joined(void)
{
    return message(NODE1, SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_JOINED);
}

test_connection *seek(test_world *world, const char *client, const char *server, const char *sender)
{
    test_connection *made = connected(world, client, server);
    say(made, CLIENT, message(sender, SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN));
    return made;
}

test_connection *watch(test_world *world, const char *client, const char *server,
                       const char *sender)
{
    test_connection *made = connected(world, client, server);
    say(made, CLIENT, message(sender, SEEKCHAT_TYPE_WATCHING, SEEKCHAT_PAYLOAD_CHECK));
    return made;
}

uint32_t answer(test_connection *of, const char *sender, seekchat_payload payload)
{
    uint32_t frame = say(of, SERVER, message(sender, SEEKCHAT_TYPE_REPLY, payload));
    closed(of, CLIENT);
    return frame;
}

uint32_t answer_list(test_connection *of, const char *sender, const char *const *nodes)
{
    uint32_t frame = say(of, SERVER, message_list(sender, nodes));
    closed(of, CLIENT);
    return frame;
}

/* Other packets. */

static uint32_t arp(test_world *world, bool is_reply, const char *source, const char *target)
{
    return see(world, &(world_frame){.kind = ARP,
                                     .is_reply = is_reply,
                                     .source.address = address_of(source),
                                     .target.address = address_of(target)});
}

uint32_t arp_request(test_world *world, const char *source, const char *target)
{
    return arp(world, false, source, target);
}

uint32_t arp_reply(test_world *world, const char *source, const char *target)
{
    return arp(world, true, source, target);
}

uint32_t unreachable(test_world *world, const char *by, const char *source, const char *target)
{
    return see(world, &(world_frame){.kind = ICMP,
                                     .by = address_of(by),
                                     .source = endpoint_of(source),
                                     .target = endpoint_of(target)});
}

static uint32_t dns(test_world *world, const char *client, const char *name, cluster_dns_kind kind,
                    uint8_t rcode, const char *address)
{
    world_frame made = {.kind = DNS,
                        .dns = {.client = address_of(client),
                                .kind = kind,
                                .name = text_of(name),
                                .rcode = rcode,
                                .address_count = address != NULL}};
    if (address != NULL) {
        made.target.address = address_of(address);
    }
    return see(world, &made);
}

uint32_t dns_query(test_world *world, const char *client, const char *name)
{
    return dns(world, client, name, CLUSTER_DNS_QUERY, 0, NULL);
}

uint32_t dns_response(test_world *world, const char *client, const char *name, uint8_t rcode,
                      const char *address)
{
    return dns(world, client, name, CLUSTER_DNS_RESPONSE, rcode, address);
}

uint32_t dns_unreachable(test_world *world, const char *client, const char *name)
{
    return dns(world, client, name, CLUSTER_DNS_UNREACHABLE, 0, NULL);
}

/* The end of a world. */

static char *json_of(cluster_model *model)
{
    return g_string_free(cluster_model_json(model), FALSE);
}

char *report_of(const test_world *world, uint32_t first, uint32_t last, double fast)
{
    cluster_model *model = replay(world, first, last, 1, fast);
    char *json = json_of(model);
    cluster_model_free(model);
    return json;
}

static void check_same(const char *json, const char *expected, bool frames, const char *how,
                       uint32_t at)
{
    char *one = summary_of(json, frames);
    char *other = summary_of(expected, frames);
    if (strcmp(one, other) != 0) {
        g_test_message("%s %u:\n%s\ninstead of\n%s", how, at, one, other);
    }
    g_assert_cmpstr(one, ==, other);
    g_free(other);
    g_free(one);
}

static void check_pieces(const test_world *world, const char *whole)
{
    uint32_t step = 1 + world->frame / CUTS_MAX;
    for (uint32_t cut = 1; cut < world->frame; cut += step) {
        char *parts[2] = {report_of(world, 1, cut, 0), report_of(world, cut + 1, world->frame, 0)};
        char *both = merged((const char *const *)parts, 2);
        check_same(both, whole, (world->flags & WORLD_NO_FRAMES) == 0, "cut behind frame", cut);
        g_free(both);
        g_free(parts[0]);
        g_free(parts[1]);
    }
}

static void check_double(const test_world *world, const char *whole)
{
    cluster_model *model = replay(world, 1, world->frame, 2, 0);
    char *json = json_of(model);
    check_same(json, whole, false, "each frame twice of", world->frame);
    g_free(json);
    cluster_model_free(model);
}

/* Frames of others that have nothing to do with SeekChat, of all kinds, so long before or behind
 * the rest. */
static void feed_others(cluster_model *model, uint32_t frame, double time)
{
    const cluster_moment when = {frame, time};
    const cluster_segment opens = {.stream = UINT32_MAX - 1,
                                   .source = endpoint_of("192.0.2.1:40000"),
                                   .target = endpoint_of("192.0.2.2:80"),
                                   .flags = CLUSTER_TCP_ACK};
    const cluster_dns lookup = {.client = opens.source.address,
                                .kind = CLUSTER_DNS_QUERY,
                                .name = text_of("www.example.org")};
    cluster_frame_seen(model, when);
    cluster_tcp_seen(model, when, &opens);
    cluster_arp_seen(model, when, false, &opens.source.address, &opens.target.address);
    cluster_dns_seen(model, when, &lookup);
}

/* In a capture that began long before and goes on long after, the same is known: nothing of it was
 * kept only because a capture began or ended near it. */
static void check_amid(const test_world *world, const char *whole)
{
    static const double quiet = 1000;
    cluster_model *model = new_model(world);
    feed_others(model, 1, WORLD_START - quiet);
    for (uint32_t i = 1; i <= world->frame; i++) {
        const world_frame *frame = g_ptr_array_index(world->frames, i - 1);
        feed(model, (cluster_moment){i + 1, frame->time}, frame);
    }
    feed_others(model, world->frame + 2, world->time + quiet);
    char *json = json_of(model);
    check_same(json, whole, false, "amid others", world->frame);
    g_free(json);
    cluster_model_free(model);
}

/* Asked for a report behind each frame, as a window of a live capture does it, the model says in
 * the end what it says without that; and the same again. */
static void check_watched(const test_world *world, const char *whole)
{
    cluster_model *model = new_model(world);
    for (uint32_t i = 1; i <= world->frame; i++) {
        const world_frame *frame = g_ptr_array_index(world->frames, i - 1);
        feed(model, (cluster_moment){i, frame->time}, frame);
        g_ptr_array_unref(cluster_model_problems(model));
    }
    for (int turn = 0; turn < 2; turn++) {
        char *json = json_of(model);
        g_assert_cmpstr(json, ==, whole);
        g_free(json);
    }
    cluster_model_free(model);
}

static void check_graph(cluster_model *model)
{
    GString *dot = cluster_model_dot(model);
    check_printable(dot);
    g_string_free(dot, TRUE);
    g_ptr_array_unref(cluster_model_problems(model));
}

/* Writes the report to the folder that CLUSTER_REPORTS names, for the test of the schema. */
static void keep_json(const char *json)
{
    static unsigned count;
    const char *folder = g_getenv("CLUSTER_REPORTS");
    if (folder != NULL) {
        char *test = g_path_get_basename(g_get_prgname());
        char *path = g_strdup_printf("%s/%s-%u.json", folder, test, ++count);
        g_assert_true(g_file_set_contents(path, json, -1, NULL));
        g_free(path);
        g_free(test);
    }
}

void world_free(test_world *world)
{
    GString *text = cluster_model_text(world->model);
    char *json = json_of(world->model);
    check_printable(text);
    check_graph(world->model);
    if ((world->flags & WORLD_NO_REPORT) == 0) {
        keep_json(json);
    }
    if ((world->flags & WORLD_NO_PIECES) == 0) {
        check_pieces(world, json);
        check_watched(world, json);
    }
    if ((world->flags & (WORLD_NO_PIECES | WORLD_NO_AMID)) == 0) {
        check_amid(world, json);
    }
    if ((world->flags & WORLD_NO_DOUBLE) == 0) {
        check_double(world, json);
    }
    g_free(json);
    g_string_free(text, TRUE);
    cluster_model_free(world->model);
    if (world->json != NULL) {
        g_string_free(world->json, TRUE);
    }
    g_ptr_array_unref(world->connections);
    g_ptr_array_unref(world->frames);
    g_array_unref(world->ports);
    g_array_unref(world->pairs);
    g_free(world->filter);
    g_free(world);
}
