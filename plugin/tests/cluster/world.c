/* world.c
 * A made-up network for the tests of the cluster model.
 * May include: the headers of plugin/cluster and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "world.h"

#include <stdlib.h>
#include <string.h>

test_world *world_new(void)
{
    test_world *made = g_new0(test_world, 1);
    made->model = cluster_model_new();
    cluster_model_add_port(made->model, 33000);
    made->time = WORLD_START - WORLD_TICK;
    return made;
}

static void check_printable(const GString *text)
{
    g_assert_true(g_utf8_validate(text->str, (gssize)text->len, NULL));
    for (const char *at = text->str; *at != '\0'; at = g_utf8_next_char(at)) {
        g_assert_true(*at == '\n' || g_unichar_isprint(g_utf8_get_char(at)));
    }
}

/* Writes the report to the folder that CLUSTER_REPORTS names, for the test of the schema. */
static void keep_json(const test_world *world)
{
    static unsigned count;
    GString *json = cluster_model_json(world->model);
    g_assert_true(g_utf8_validate(json->str, (gssize)json->len, NULL));
    const char *folder = g_getenv("CLUSTER_REPORTS");
    if (folder != NULL) {
        char *test = g_path_get_basename(g_get_prgname());
        char *path = g_strdup_printf("%s/%s-%u.json", folder, test, ++count);
        g_assert_true(g_file_set_contents(path, json->str, (gssize)json->len, NULL));
        g_free(path);
        g_free(test);
    }
    g_string_free(json, TRUE);
}

void world_free(test_world *world)
{
    GString *text = cluster_model_text(world->model);
    check_printable(text);
    g_string_free(text, TRUE);
    keep_json(world);
    cluster_model_free(world->model);
    g_free(world);
}

void pass_time(test_world *world, double seconds)
{
    world->time += seconds;
}

uint32_t next_stream(test_world *world)
{
    return ++world->stream;
}

static cluster_moment next_frame(test_world *world)
{
    world->time += WORLD_TICK;
    return (cluster_moment){++world->frame, world->time};
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

uint32_t tcp(test_world *world, uint32_t stream, const char *source, const char *target,
             const char *flags)
{
    cluster_tcp segment = {stream, endpoint_of(source), endpoint_of(target), 0};
    segment.flags |= strchr(flags, 'S') != NULL ? CLUSTER_TCP_SYN : 0;
    segment.flags |= strchr(flags, 'A') != NULL ? CLUSTER_TCP_ACK : 0;
    segment.flags |= strchr(flags, 'R') != NULL ? CLUSTER_TCP_RST : 0;
    segment.flags |= strchr(flags, 'F') != NULL ? CLUSTER_TCP_FIN : 0;
    cluster_tcp_seen(world->model, next_frame(world), &segment);
    return world->frame;
}

uint32_t epmd_request(test_world *world, uint32_t stream, const char *source, const char *target,
                      const char *name)
{
    cluster_epmd epmd = {.stream = stream,
                         .source = endpoint_of(source),
                         .target = endpoint_of(target),
                         .kind = CLUSTER_EPMD_PORT2_REQ,
                         .name = text_of(name)};
    cluster_epmd_seen(world->model, next_frame(world), &epmd);
    return world->frame;
}

uint32_t epmd_response(test_world *world, uint32_t stream, const char *source, const char *target,
                       uint8_t result, uint16_t port)
{
    cluster_epmd epmd = {.stream = stream,
                         .source = endpoint_of(source),
                         .target = endpoint_of(target),
                         .kind = CLUSTER_EPMD_PORT2_RESP,
                         .result = result,
                         .port = port};
    cluster_epmd_seen(world->model, next_frame(world), &epmd);
    return world->frame;
}

uint32_t erldp(test_world *world, uint32_t stream, const char *source, const char *target,
               cluster_erldp_kind kind, const char *text)
{
    cluster_erldp message = {stream, endpoint_of(source), endpoint_of(target), kind, text_of(text)};
    cluster_erldp_seen(world->model, next_frame(world), &message);
    return world->frame;
}

static uint32_t arp(test_world *world, bool is_reply, const char *source, const char *target)
{
    cluster_address from = address_of(source);
    cluster_address to = address_of(target);
    cluster_arp_seen(world->model, next_frame(world), is_reply, &from, &to);
    return world->frame;
}

uint32_t arp_request(test_world *world, const char *source, const char *target)
{
    return arp(world, false, source, target);
}

uint32_t arp_reply(test_world *world, const char *source, const char *target)
{
    return arp(world, true, source, target);
}

uint32_t unreachable(test_world *world, const char *source, const char *target)
{
    cluster_endpoint from = endpoint_of(source);
    cluster_endpoint to = endpoint_of(target);
    cluster_unreachable_seen(world->model, next_frame(world), &from, &to);
    return world->frame;
}

static uint32_t dns(test_world *world, const char *client, const char *name, bool is_response,
                    uint8_t rcode, const char *address)
{
    cluster_address answer;
    if (address != NULL) {
        answer = address_of(address);
    }
    cluster_dns event = {address_of(client), is_response, text_of(name), rcode, &answer,
                         address != NULL};
    cluster_dns_seen(world->model, next_frame(world), &event);
    return world->frame;
}

uint32_t dns_query(test_world *world, const char *client, const char *name)
{
    return dns(world, client, name, false, 0, NULL);
}

uint32_t dns_response(test_world *world, const char *client, const char *name, uint8_t rcode,
                      const char *address)
{
    return dns(world, client, name, true, rcode, address);
}

uint32_t message(test_world *world, const char *client, const char *server, cluster_message message)
{
    message.client = endpoint_of(client);
    message.server = endpoint_of(server);
    if (message.stream == 0) {
        message.stream = world->stream;
    }
    if (message.length == 0) {
        message.length = 62;
    }
    cluster_message_seen(world->model, next_frame(world), &message);
    return world->frame;
}

static void open_connection(test_world *world, const char *client, const char *server)
{
    uint32_t stream = next_stream(world);
    tcp(world, stream, client, server, "S");
    tcp(world, stream, server, client, "SA");
}

uint32_t seek(test_world *world, const char *client, const char *server, const char *sender)
{
    open_connection(world, client, server);
    return message(world, client, server,
                   (cluster_message){.type = CLUSTER_TYPE_SEEKING,
                                     .payload = CLUSTER_PAYLOAD_JOIN,
                                     .sender = text_of(sender)});
}

uint32_t watch(test_world *world, const char *client, const char *server, const char *sender)
{
    open_connection(world, client, server);
    return message(world, client, server,
                   (cluster_message){.type = CLUSTER_TYPE_WATCHING,
                                     .payload = CLUSTER_PAYLOAD_CHECK,
                                     .sender = text_of(sender)});
}

static void close_connection(test_world *world, uint32_t stream, const char *client,
                             const char *server)
{
    tcp(world, stream, server, client, "FA");
    tcp(world, stream, client, server, "FA");
}

uint32_t reply(test_world *world, uint32_t stream, const char *client, const char *server,
               const char *sender, cluster_payload payload)
{
    uint32_t frame = message(world, client, server,
                             (cluster_message){.stream = stream,
                                               .from_server = true,
                                               .type = CLUSTER_TYPE_REPLY,
                                               .payload = payload,
                                               .sender = text_of(sender)});
    close_connection(world, stream, client, server);
    return frame;
}

uint32_t reply_nodes(test_world *world, uint32_t stream, const char *client, const char *server,
                     const char *sender, const char *const *nodes)
{
    cluster_text names[16];
    size_t count = 0;
    while (nodes[count] != NULL) {
        g_assert_cmpuint(count, <, G_N_ELEMENTS(names));
        names[count] = text_of(nodes[count]);
        count++;
    }
    uint32_t frame = message(world, client, server,
                             (cluster_message){.stream = stream,
                                               .from_server = true,
                                               .type = CLUSTER_TYPE_REPLY,
                                               .payload = CLUSTER_PAYLOAD_NODES,
                                               .nodes = names,
                                               .node_count = count,
                                               .sender = text_of(sender)});
    close_connection(world, stream, client, server);
    return frame;
}

const cluster_join *join_at(const test_world *world, uint32_t index)
{
    g_assert_cmpuint(index, <, world->model->facts.joins->len);
    return cluster_facts_join_at(&world->model->facts, index);
}

const cluster_watch *watch_at(const test_world *world, uint32_t index)
{
    g_assert_cmpuint(index, <, world->model->facts.watches->len);
    return cluster_facts_watch_at(&world->model->facts, index);
}

static uint32_t index_of(const test_world *world, const char *name)
{
    const GArray *nodes = world->model->facts.nodes;
    for (uint32_t i = 0; i < nodes->len; i++) {
        const cluster_text *known = &g_array_index(nodes, cluster_node, i).name;
        if (known->length == strlen(name) && memcmp(known->data, name, known->length) == 0) {
            return i;
        }
    }
    g_error("no node %s", name);
    return CLUSTER_NO_NODE;
}

const cluster_node *node_named(const test_world *world, const char *name)
{
    return cluster_facts_node_at(&world->model->facts, index_of(world, name));
}

cluster_state state_of(const test_world *world, const char *name)
{
    cluster_report *report = cluster_report_new(&world->model->facts);
    cluster_state state = report->states[index_of(world, name)];
    cluster_report_free(report);
    return state;
}

void check_cause(const cluster_cause *cause, const char *code, const uint32_t *frames)
{
    g_assert_nonnull(cause);
    g_assert_cmpstr(cause->code, ==, code);
    g_assert_cmpuint(strlen(cause->text), >, 0);
    uint32_t count = 0;
    while (frames[count] != 0) {
        count++;
    }
    g_assert_cmpmem(cause->frames, cause->frame_count * sizeof(uint32_t), frames,
                    count * sizeof(uint32_t));
}

unsigned problems_of(const test_world *world, const char *code)
{
    cluster_report *report = cluster_report_new(&world->model->facts);
    unsigned count = 0;
    for (guint i = 0; i < report->problems->len; i++) {
        const cluster_problem *problem = g_ptr_array_index(report->problems, i);
        count += strcmp(problem->code, code) == 0;
    }
    cluster_report_free(report);
    return count;
}
