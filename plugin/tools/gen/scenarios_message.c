/* scenarios_message.c
 * Scenarios about what stands in a message: types, payloads, key order, escapes, lists, names.
 * May include: scenario.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "scenario.h"

#define SEEKER "node2@10.99.0.2"
#define BEACON "node1@10.99.0.1"

/* The connection as it usually is. */
static const conn_spec usual;

/* A request, answered with joined. */
static void asks(capture *c, seekchat_text request)
{
    exchange(c, usual, request, joined_reply(c));
}

/* A reply, to a seeking request. */
static void answers(capture *c, seekchat_text reply)
{
    exchange(c, usual, join_request(c), reply);
}

static void types_payloads(capture *c)
{
    const seekchat_text nodes[] = {RAW("node3@10.99.0.3"), RAW("node4@10.99.0.4")};
    for (int type = SEEKCHAT_TYPE_SEEKING; type <= SEEKCHAT_TYPE_REPLY; type++) {
        for (int word = SEEKCHAT_PAYLOAD_JOIN; word <= SEEKCHAT_PAYLOAD_ERROR; word++) {
            if (type == SEEKCHAT_TYPE_REPLY)
                answers(c, message(c, BEACON, type, word));
            else
                asks(c, message(c, SEEKER, type, word));
        }
    }
    for (int type = SEEKCHAT_TYPE_SEEKING; type <= SEEKCHAT_TYPE_WATCHING; type++) {
        asks(c, message_nodes(c, SEEKER, type, nodes, G_N_ELEMENTS(nodes)));
    }
    exchange(c, usual, check_request(c),
             message_nodes(c, BEACON, SEEKCHAT_TYPE_REPLY, nodes, G_N_ELEMENTS(nodes)));
}

static void key_orders(capture *c)
{
    static const char *const members[] = {
        "\"type\":\"seeking\"",
        "\"sender\":\"" SEEKER "\"",
        "\"payload\":\"join\"",
    };
    for (int first = 0; first < 3; first++) {
        for (int second = 0; second < 3; second++) {
            if (second == first)
                continue;
            asks(c, text_of(c, "{%s,%s,%s}", members[first], members[second],
                            members[3 - first - second]));
        }
    }
}

static void escapes_utf8(capture *c)
{
    asks(c, RAW("{\"\\u0074ype\":\"s\\u0065eking\",\"sen\\u0064er\":\"node2\\u004010.99.0.2\","
                "\"p\\u0061yload\":\"j\\u006Fin\"}"));
    asks(c, RAW("{\"type\":\"seeking\",\"sender\":\"\\ud83d\\uDE00@10.99.0.2\","
                "\"payload\":\"join\"}"));
    asks(c, RAW("{\"type\":\"seeking\",\"sender\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t@10.99.0.2\","
                "\"payload\":\"join\"}"));
    asks(c, RAW("{\"type\":\"seeking\",\"sender\":\"no\\u0000de@10.99.0.2\","
                "\"payload\":\"join\"}"));
    asks(c, RAW("{\"type\":\"seeking\",\"sender\":\"\\u001b[31mred\\u001b[0m\\u0007@10.99.0.2\","
                "\"payload\":\"join\"}"));
    asks(c, RAW("{\"type\":\"seeking\",\"sender\":\"\\u009b31m\\u007f@10.99.0.2\","
                "\"payload\":\"join\"}"));
    asks(c, message(c,
                    "\xc2\x9b"
                    "31m\x7f@10.99.0.2",
                    SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN));
    asks(c, message(c, "größe@10.99.0.2", SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN));
    asks(c, message(c, "节点€😀@10.99.0.2", SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN));
    /* Right-to-left override: the name reads backwards where it is obeyed. */
    asks(c, message(c, "\u202eedon@10.99.0.2", SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN));
    const seekchat_text nodes[] = {RAW("größe@10.99.0.3"), RAW("a\tb\n@10.99.0.4"),
                                   RAW("\x1b]0;title\x07@10.99.0.5"), RAW("\"\\@10.99.0.6"),
                                   RAW("no\0de@10.99.0.7")};
    exchange(c, usual, check_request(c),
             message_nodes(c, BEACON, SEEKCHAT_TYPE_REPLY, nodes, G_N_ELEMENTS(nodes)));
    exchange(c, usual, check_request(c),
             RAW("{\"type\":\"r\\u0065ply\",\"sender\":\"" BEACON "\",\"payload\":"
                 "[\"node3\\u004010.99.0.3\",\"\\ud83d\\ude00@10.99.0.4\"]}"));
}

static void lists(capture *c)
{
    static const unsigned counts[] = {0, 1, 2, 60, 100};
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
        exchange(c, usual, check_request(c), reply_nodes(c, counts[i]));
}

static void white_space(capture *c)
{
    asks(c, RAW("{ \"type\" : \"seeking\" , \"sender\" : \"" SEEKER "\" , \"payload\" : "
                "\"join\" }"));
    asks(c, RAW(" \t\r\n{\"type\":\"seeking\",\"sender\":\"" SEEKER "\",\"payload\":\"join\"}"));
    asks(c, text_join(c, join_request(c), RAW("\n")));
    asks(c, text_join(c, join_request(c), RAW(" \t\r\n")));
    exchange(c, usual, check_request(c),
             RAW("{\r\n\t\"type\": \"reply\",\r\n\t\"sender\": \"" BEACON "\",\r\n"
                 "\t\"payload\": [\r\n\t\t\"node3@10.99.0.3\",\r\n\t\t\"node4@10.99.0.4\"\r\n"
                 "\t]\r\n}\r\n"));
    exchange(c, usual, check_request(c),
             RAW("{\"type\":\"reply\",\"sender\":\"" BEACON "\",\"payload\":[ \n ]}"));
}

static void self(capture *c)
{
    conn_spec own = {.client = "10.99.0.1"};
    exchange(c, own, message(c, BEACON, SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN),
             message(c, BEACON, SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_SELF));
}

static void join_failed(capture *c)
{
    for (int round = 0; round < 3; round++) {
        answers(c, message(c, BEACON, SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_JOIN_FAILED));
        wait_ms(c, 200);
    }
}

static void client_reply(capture *c)
{
    exchange(c, usual, message(c, SEEKER, SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_JOINED),
             message(c, BEACON, SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_ERROR));
}

static void unknown_words(capture *c)
{
    unanswered(c, message_words(c, SEEKER, "greeting", "join"));
    unanswered(c, message_words(c, SEEKER, "", "join"));
    unanswered(c, message_words(c, SEEKER, "Seeking", "join"));
    asks(c, message_words(c, SEEKER, "seeking", "leave"));
    asks(c, message_words(c, SEEKER, "seeking", ""));
    answers(c, message_words(c, BEACON, "welcome", "joined"));
    answers(c, message_words(c, BEACON, "reply", "perhaps"));
    exchange(c, usual, message_words(c, SEEKER, "seeking", "leave"),
             message_words(c, BEACON, "welcome", "perhaps"));
}

static void unexpected_payload(capture *c)
{
    asks(c, message(c, SEEKER, SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOINED));
    asks(c, message(c, SEEKER, SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_CHECK));
    asks(c, message(c, SEEKER, SEEKCHAT_TYPE_WATCHING, SEEKCHAT_PAYLOAD_JOIN));
    asks(c, RAW("{\"type\":\"seeking\",\"sender\":\"" SEEKER "\",\"payload\":[\"" SEEKER "\"]}"));
    answers(c, message(c, BEACON, SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_JOIN));
    answers(c, message(c, BEACON, SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_CHECK));
    /* Documented words, but not for this request. */
    answers(c, message(c, BEACON, SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_STANDALONE));
    answers(c, reply_nodes(c, 2));
    exchange(c, usual, check_request(c), joined_reply(c));
}

static void duplicate_extra_keys(capture *c)
{
    asks(c, RAW("{\"type\":\"seeking\",\"sender\":\"" SEEKER "\",\"payload\":\"join\","
                "\"type\":\"watching\"}"));
    asks(c, RAW("{\"sender\":\"" SEEKER "\",\"sender\":\"other@10.99.0.9\",\"sender\":null,"
                "\"type\":\"seeking\",\"payload\":\"join\",\"payload\":[\"a@b\",1]}"));
    asks(c, RAW("{\"version\":3,\"type\":\"seeking\",\"tags\":[\"a\",{\"b\":[]}],"
                "\"sender\":\"" SEEKER "\",\"\":\"\",\"payload\":\"join\",\"ratio\":-1.5e3,"
                "\"flag\":true,\"none\":null}"));
    asks(c, RAW("{\"k\\u0065y\":\"v\\u0061lue\",\"key\":\"again\",\"type\":\"seeking\","
                "\"sender\":\"" SEEKER "\",\"payload\":\"join\"}"));
    /* A key of each kind twice, after keys that only look the same. */
    asks(c, RAW("{\"a\\u0000\":1,\"a\":2,\"a\u2400\":3,\"A\":4,\"\":5,\"type\":\"seeking\","
                "\"sender\":\"" SEEKER
                "\",\"type\":\"x\",\"\\u0061\":6,\"payload\":\"join\",\"a\":7}"));
}

static void sender_address(capture *c)
{
    static const char *const senders[] = {
        "node2@10.99.0.2",         /* the source address: nothing to say */
        "node2@10.99.0.77",        /* another */
        "node2@host2.example.org", /* a name: cannot be compared */
        "node2@10.99.0",           /* no address: likewise a name */
    };
    static const char *const senders_ipv6[] = {"node2@2001:db8::2", "node2@2001:0DB8:0:0::2",
                                               "node2@2001:db8::77", "node2@10.99.0.2"};
    const conn_spec ipv6 = {.client = "2001:db8::2", .server = "2001:db8::1"};

    for (size_t i = 0; i < G_N_ELEMENTS(senders); i++)
        asks(c, message(c, senders[i], SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN));
    asks(c, message(c, senders_ipv6[0], SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN));
    answers(c, message(c, "node1@10.99.0.9", SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_JOINED));
    for (size_t i = 0; i < G_N_ELEMENTS(senders_ipv6); i++) {
        exchange(c, ipv6, message(c, senders_ipv6[i], SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN),
                 message(c, "node1@2001:db8::1", SEEKCHAT_TYPE_REPLY, SEEKCHAT_PAYLOAD_JOINED));
    }
}

static void not_a_node_name(capture *c)
{
    static const char *const names[] = {"node2", "node2@a@b", "@10.99.0.2", "node2@", "@", ""};
    seekchat_text nodes[G_N_ELEMENTS(names)];
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        asks(c, message(c, names[i], SEEKCHAT_TYPE_SEEKING, SEEKCHAT_PAYLOAD_JOIN));
        nodes[i] = seekchat_text_of(names[i]);
    }
    exchange(c, usual, check_request(c),
             message_nodes(c, BEACON, SEEKCHAT_TYPE_REPLY, nodes, G_N_ELEMENTS(nodes)));
}

const scenario message_scenarios[] = {
    {"types-payloads", "Every type with every payload, lists included, one connection each.",
     types_payloads, 0},
    {"key-orders", "The three keys in all six orders.", key_orders, 0},
    {"escapes-utf8", "Escapes in keys and values, UTF-8 names, NUL, terminal control sequences.",
     escapes_utf8, 0},
    {"lists", "Replies with 0, 1, 2, 60 and 100 nodes.", lists, 0},
    {"white-space", "White space around every token, before and behind the message.", white_space,
     0},
    {"self", "A node calls its own Beacon and is told so.", self, 0},
    {"join-failed", "Three attempts to join that fail.", join_failed, 0},
    {"client-reply", "A client sends a message of type reply; the Beacon answers error.",
     client_reply, 0},
    {"unknown-words", "Types and payloads outside the documented sets.", unknown_words, 0},
    {"unexpected-payload", "Documented payloads with the wrong type or for the wrong request.",
     unexpected_payload, 0},
    {"duplicate-extra-keys", "Keys that come twice, and keys that Beethoven does not know.",
     duplicate_extra_keys, 0},
    {"sender-address", "Senders whose host is, or is not, the packet's source address.",
     sender_address, 0},
    {"not-a-node-name", "Senders and nodes without exactly one @ or with an empty half.",
     not_a_node_name, 0},
    {.name = NULL},
};
