/* test_random.c
 * Feeds the model with random packets: nothing may break, whatever comes; and reports on them
 * merge. May include: the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "result.h"
#include "some_facts.h"

#define WORLDS 60
#define FRAMES_OF_A_WORLD 600

static const char *random_name(GRand *random)
{
    static const char *const names[] = {"",           "a@10.0.0.1", "b@10.0.0.2", "c@10.0.0.3",
                                        "c@three",    "a",          "\x1b@h",     "@",
                                        "b@10.0.0.5", "three",      "d@fd00::1",  "ok"};
    return names[upto(random, G_N_ELEMENTS(names) - 1)];
}

static char *random_place(GRand *random)
{
    static const char *const addresses[] = {"10.0.0.1", "10.0.0.2", "10.0.0.3",
                                            "fd00::1",  "fd00::2",  "169.254.1.1"};
    static const unsigned ports[] = {0, 4369, 5369, 33000, 40000, 45000};
    return g_strdup_printf("%s:%u", addresses[upto(random, G_N_ELEMENTS(addresses) - 1)],
                           ports[upto(random, G_N_ELEMENTS(ports) - 1)]);
}

static GString *random_bytes(GRand *random)
{
    const char *const list[] = {random_name(random), random_name(random), NULL};
    const char form = upto(random, 1) == 0 ? 'n' : 'N';
    GString *noise;
    switch (upto(random, 15)) {
    case 0:
        return port_request(random_name(random));
    case 1:
        return port_answer(random_name(random), 45000);
    case 2:
        return no_such_name();
    case 3:
        return send_name(form, random_name(random));
    case 4:
        return send_status(random_name(random));
    case 5:
        return send_challenge(form, random_name(random));
    case 6:
        return challenge_reply();
    case 7:
        return challenge_ack();
    case 8:
        return upto(random, 1) == 0 ? tls_client_hello() : tls_server_hello();
    case 9:
        return upto(random, 1) == 0 ? tls_sealed() : tls_alert((uint8_t)upto(random, 255));
    case 10:
        return upto(random, 1) == 0 ? dist_message() : dist_tick();
    case 11:
        return message_list(random_name(random), list);
    case 12:
        noise = g_string_new(NULL);
        for (uint32_t i = upto(random, 30) + 1; i > 0; i--) {
            g_string_append_c(noise, (char)upto(random, 255));
        }
        return noise;
    default:
        return message(random_name(random), upto(random, 3), upto(random, 7));
    }
}

/* Changes a byte now and then. */
static void spoil(GString *bytes, GRand *random)
{
    if (upto(random, 9) == 0) {
        bytes->str[upto(random, (uint32_t)bytes->len - 1)] = (char)upto(random, 255);
    }
}

/* Bytes whole or in part, in their place or near it. */
static void random_payload(test_connection *of, GRand *random)
{
    test_side by = upto(random, 1) == 0 ? CLIENT : SERVER;
    GString *bytes = random_bytes(random);
    spoil(bytes, random);
    uint32_t from = upto(random, 3) == 0 ? upto(random, (uint32_t)bytes->len - 1) : 0;
    uint32_t to = upto(random, 3) == 0 ? from + 1 + upto(random, (uint32_t)bytes->len - from - 1)
                                       : (uint32_t)bytes->len;
    of->world->snap = upto(random, 20) == 0 ? 1 + upto(random, 20) : 0;
    of->next[by] += upto(random, 9) == 0 ? upto(random, 40) - 20 : 0;
    say_piece(of, by, bytes, from, to);
    if (upto(random, 4) != 0) {
        said_all(of, by, bytes);
    } else {
        g_string_free(bytes, TRUE);
    }
}

static void random_segment(test_connection *of, GRand *random)
{
    test_side by = upto(random, 1) == 0 ? CLIENT : SERVER;
    switch (upto(random, 11)) {
    case 0:
        syn(of);
        break;
    case 1:
        syn_ack(of);
        break;
    case 2:
        fin(of, by);
        break;
    case 3:
        reset(of, by);
        break;
    case 4:
        ack(of, by);
        break;
    case 5:
        refuse(of);
        break;
    default:
        random_payload(of, random);
    }
}

static void random_other(test_world *world, GRand *random)
{
    static const char *const addresses[] = {"10.0.0.1", "10.0.0.2", "10.0.0.3", "fd00::1"};
    const char *source = addresses[upto(random, 3)];
    const char *target = addresses[upto(random, 3)];
    char *from = random_place(random);
    char *to = random_place(random);
    switch (upto(random, 5)) {
    case 0:
        arp_request(world, source, target);
        break;
    case 1:
        arp_reply(world, source, target);
        break;
    case 2:
        unreachable(world, source, from, to);
        break;
    case 3:
        dns_query(world, source, random_name(random));
        break;
    case 4:
        dns_response(world, source, random_name(random), (uint8_t)upto(random, 3),
                     upto(random, 1) == 0 ? target : NULL);
        break;
    default:
        dns_unreachable(world, source, random_name(random));
    }
    g_free(to);
    g_free(from);
}

static test_connection *random_connection(test_world *world, GRand *random)
{
    if (world->connections->len > 0 && upto(random, 9) != 0) {
        uint32_t newest = world->connections->len - 1;
        return g_ptr_array_index(world->connections, newest - upto(random, MIN(newest, 12)));
    }
    char *client = random_place(random);
    char *server = random_place(random);
    test_connection *made = connection(world, client, server);
    g_free(server);
    g_free(client);
    return made;
}

/* Merges three pieces, in two ways: it may not break, and order may not matter. */
static void check_merge(const test_world *world)
{
    uint32_t third = world->frame / 3;
    char *parts[] = {report_of(world, 1, third, 0), report_of(world, third + 1, 2 * third, 0),
                     report_of(world, 2 * third + 1, world->frame, 0)};
    char *one = merged((const char *const[]){parts[0], parts[1], parts[2]}, 3);
    char *other = merged((const char *const[]){parts[2], parts[0], parts[1]}, 3);
    g_assert_cmpstr(one, ==, other);
    g_free(other);
    g_free(one);
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_free(parts[i]);
    }
}

static void test_random(void)
{
    GRand *random = g_rand_new_with_seed(20260102);
    for (int turn = 0; turn < WORLDS; turn++) {
        test_world *world = world_new();
        world->flags = WORLD_NO_PIECES | WORLD_NO_DOUBLE; /* what means nothing may mean another */
        while (world->frame < FRAMES_OF_A_WORLD) {
            pass_time(world, upto(random, 200) == 0 ? 100 : g_rand_double(random) / 4);
            if (upto(random, 9) == 0) {
                random_other(world, random);
            } else {
                random_segment(random_connection(world, random), random);
            }
            if (upto(random, 300) == 0) {
                g_free(value_of(world, "joins")); /* a report in between changes nothing */
            }
        }
        check_merge(world);
        world_free(world);
    }
    g_rand_free(random);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/random/packets", test_random);
    return g_test_run();
}
