/* script.c
 * A capture that is told by any bytes: connections, what is said on them, in which segments and
 * frames it travels, and which frames are looked at meanwhile.
 * May include: GLib, packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "script.h"

#include <string.h>

#include <wiretap/wtap.h>

#include "packets.h"

/* Frames, looks, and bytes that one end says, at most. */
#define FRAMES_MAX 24
#define LOOKS_MAX 24
#define SAID_MAX 8192 /* memory for them is taken at once: segments point into it */

/* Segments that stand in one frame, headers of IP around a segment, at most. */
#define TOGETHER_MAX 16
#define TUNNELS_MAX 20

#define SERVER (10u << 24 | 128u << 16 | 1)
#define LOCATOR_PORT 33000
#define OTHER_PORT 41234
#define FIRST_CLIENT_PORT 50001

/* What a step does: the low half of its first byte; the high half is its argument. */
typedef enum {
    STEP_CHOOSE, /* another connection, or its other end */
    STEP_SAY,    /* a text of the table */
    STEP_SAY_RAW,
    STEP_SAY_OFTEN,
    STEP_SAY_LIST,
    STEP_OPEN,
    STEP_SEND,
    STEP_SEND_ALL,
    STEP_CLOSE,
    STEP_SEND_AGAIN,
    STEP_SKIP,
    STEP_SWAP,
    STEP_WRAP, /* headers and options around the next segments */
    STEP_TOGETHER,
    STEP_CUT,
    STEP_LOOK,
    STEPS,
} step;

static const char *const TEXTS[] = {
    "{\"type\":\"seeking\",\"sender\":\"two@10.0.0.2\",\"payload\":\"join\"}",
    "{\"type\":\"watching\",\"sender\":\"two@10.0.0.2\",\"payload\":\"check\"}",
    "{\"type\":\"reply\",\"sender\":\"one@10.128.0.1\",\"payload\":\"joined\"}",
    "{\"type\":\"reply\",\"payload\":[\"one@10.128.0.1\",\"t\\u0077o\"],\"sender\":\"one@a\"}",
    "{\"payload\":\"join_failed\",\"type\":\"reply\",\"sender\":\"o\\u0000e@h\",\"x\":[1,{}]}",
    "{\"type\":\"reply\",\"sender\":\"one\",\"payload\":[],\"type\":\"seeking\",\"sender\":1}",
    "{}",
    "[1,2,[\"{\"]]",
    "null ",
    " \r\n\t",
    "0 ",
    "{\"type\":\"seeking\",\"sender\":",
    "x",
    "}",
    "\"}{\\\"\"",
    "{\"type\":\"error\",\"sender\":\"a@b\",\"payload\":{}}",
};

/* Reading a script. */
typedef struct {
    const uint8_t *data;
    size_t left;
    script *script;
    uint32_t client; /* address */
    unsigned connection;
    unsigned end;
    uint8_t options; /* of the next segments */
    uint8_t tunnels;
    uint8_t cut;                        /* bytes that the next frame loses */
    packet_segment parts[TOGETHER_MAX]; /* of the next frame, */
    unsigned gathered;                  /* so many so far, */
    unsigned together;                  /* of so many; 0: each has a frame of its own */
    packet_segment held;                /* to be sent behind the next one, */
    bool holds;                         /* if there is one, */
    bool hold_next;                     /* or the next is to be held */
    bool spoilt;                        /* a frame was cut or held */
} reading;

static uint8_t take(reading *reading)
{
    if (reading->left == 0) {
        return 0;
    }
    reading->left--;
    return *reading->data++;
}

static script_side *this_side(reading *reading)
{
    return &reading->script->sides[reading->connection][reading->end];
}

static script_side *other_side(reading *reading)
{
    return &reading->script->sides[reading->connection][1 - reading->end];
}

static void say(reading *reading, const void *text, size_t length)
{
    GByteArray *said = this_side(reading)->said;

    if (said->len + length <= SAID_MAX) {
        g_byte_array_append(said, text, (guint)length);
    }
}

/* Frames. */

static void add_frame(reading *reading, GByteArray *bytes, int kind)
{
    script_frame frame = {bytes, kind, bytes->len};

    g_byte_array_set_size(bytes, bytes->len - MIN(bytes->len, reading->cut));
    reading->cut = 0;
    g_array_append_val(reading->script->frames, frame);
}

static void end_together(reading *reading)
{
    if (reading->gathered > 0) {
        add_frame(reading, packet_wireless(reading->parts, reading->gathered),
                  WTAP_ENCAP_IEEE_802_11);
    }
    reading->gathered = 0;
    reading->together = 0;
}

/* Wireshark's TCP knows a segment by its frame and sequence number: it takes two for one another.
 */
static bool is_confusing(const reading *reading, const packet_segment *segment)
{
    for (unsigned i = 0; i < reading->gathered; i++) {
        const packet_segment *part = &reading->parts[i];

        if (part->from == segment->from && part->from_port == segment->from_port &&
            part->to_port == segment->to_port && part->seq == segment->seq) {
            return true;
        }
    }
    return false;
}

static void put(reading *reading, packet_segment segment)
{
    /* Of a SYN that is cut, Wireshark's TCP knows more when its answer is looked at again. */
    reading->cut = (uint8_t)MIN(reading->cut, segment.length);
    if (is_confusing(reading, &segment)) {
        end_together(reading);
    }
    if (reading->together > 0) {
        reading->parts[reading->gathered++] = segment;
        if (reading->gathered == reading->together) {
            end_together(reading);
        }
    } else {
        add_frame(reading, packet_ip(&segment), WTAP_ENCAP_RAW_IP);
    }
}

static bool is_full(const reading *reading)
{
    return reading->script->frames->len >= FRAMES_MAX;
}

static void put_or_hold(reading *reading, packet_segment segment)
{
    if (reading->hold_next && !reading->holds) {
        reading->held = segment;
        reading->holds = true;
        reading->hold_next = false;
        return;
    }
    put(reading, segment);
    if (reading->holds) {
        reading->holds = false;
        put(reading, reading->held);
    }
}

/* A segment of this side with bytes that it said, from offset on. */
static void send(reading *reading, uint32_t offset, uint32_t length, uint8_t flags)
{
    script_side *from = this_side(reading);
    script_side *to = other_side(reading);
    uint32_t ends[] = {reading->client, SERVER};

    if (is_full(reading)) {
        return;
    }
    put_or_hold(reading, (packet_segment){
                             .from = ends[reading->end],
                             .to = ends[1 - reading->end],
                             .from_port = from->port,
                             .to_port = to->port,
                             .seq = from->first + offset,
                             .ack = to->first + to->sent,
                             .flags = flags | (to->opened || to->sent > 0 ? PACKET_ACK : 0),
                             .options = reading->options,
                             .tunnels = reading->tunnels,
                             .bytes = from->said->data + offset,
                             .length = length,
                         });
}

/* Steps. */

static void send_next(reading *reading, uint32_t length, uint8_t flags)
{
    script_side *side = this_side(reading);
    uint32_t offset = side->sent;

    length = MIN(length, side->said->len - offset);
    if (side->closed || is_full(reading) || (length == 0 && flags == 0)) {
        return;
    }
    side->sent += length;
    side->closed = (flags & PACKET_FIN) != 0;
    send(reading, offset, length, flags);
}

static void send_again(reading *reading, uint32_t back, uint32_t length)
{
    script_side *side = this_side(reading);
    uint32_t offset = side->sent - MIN(back, side->sent);

    if (side->sent == 0) {
        return;
    }
    side->plain = false;
    send(reading, offset, MIN(length, side->said->len - offset), 0);
}

static void open_connection(reading *reading)
{
    unsigned end = reading->end;

    if (this_side(reading)->sent > 0 || other_side(reading)->sent > 0 ||
        this_side(reading)->opened || reading->holds || reading->hold_next) {
        return;
    }
    for (reading->end = 0; reading->end < 2; reading->end++) {
        script_side *side = this_side(reading);

        side->first--;
        send(reading, 0, 0, PACKET_SYN);
        side->first++;
        side->opened = true;
        side->plain = reading->connection + 1 < SCRIPT_CONNECTIONS && !reading->spoilt;
    }
    reading->end = end;
}

static void say_list(reading *reading, unsigned nodes)
{
    GString *text = g_string_new("{\"type\":\"reply\",\"sender\":\"one@h\",\"payload\":[\"n@h\"");

    while (nodes-- > 0) {
        g_string_append(text, ",\"node@10.0.0.2\"");
    }
    g_string_append(text, "]}");
    say(reading, text->str, text->len);
    g_string_free(text, TRUE);
}

/* What comes is not, or not in order, what a reader needs. */
static void spoil(reading *reading)
{
    for (unsigned i = 0; i < SCRIPT_CONNECTIONS; i++) {
        reading->script->sides[i][0].plain = false;
        reading->script->sides[i][1].plain = false;
    }
    reading->spoilt = true;
}

static void look(reading *reading)
{
    uint32_t count = reading->script->frames->len;
    script_look look = {count, 0};

    if (count > 0 && reading->script->looks->len < LOOKS_MAX) {
        look.frame = 1 + take(reading) % count;
        g_array_append_val(reading->script->looks, look);
    }
}

static void say_something(reading *reading, step step, unsigned argument)
{
    const char *text = TEXTS[argument];

    if (step == STEP_SAY) {
        say(reading, text, strlen(text));
    } else if (step == STEP_SAY_RAW) {
        size_t length = take(reading);

        length = MIN(length, reading->left);
        say(reading, reading->data, length);
        reading->data += length;
        reading->left -= length;
    } else if (step == STEP_SAY_OFTEN) {
        for (unsigned times = take(reading); times > 0; times--) {
            say(reading, text, strlen(text));
        }
    } else {
        say_list(reading, argument * 16);
    }
}

static void choose(reading *reading, unsigned argument)
{
    reading->connection = argument >> 1 & (SCRIPT_CONNECTIONS - 1);
    reading->end = argument & 1;
}

static void do_step(reading *reading, step step, unsigned argument)
{
    switch (step) {
    case STEP_CHOOSE:
        choose(reading, argument);
        break;
    case STEP_OPEN:
        open_connection(reading);
        break;
    case STEP_SEND:
        send_next(reading, 1u + take(reading), 0);
        break;
    case STEP_SEND_ALL:
        send_next(reading, SAID_MAX, 0);
        break;
    case STEP_CLOSE:
        send_next(reading, SAID_MAX, PACKET_FIN);
        break;
    case STEP_SEND_AGAIN:
        send_again(reading, take(reading), argument * 8 + 1);
        break;
    case STEP_SKIP:
        this_side(reading)->plain = false;
        this_side(reading)->sent +=
            MIN(argument + 1, this_side(reading)->said->len - this_side(reading)->sent);
        break;
    case STEP_SWAP:
        spoil(reading);
        reading->hold_next = true;
        break;
    case STEP_WRAP:
        reading->options = (uint8_t)MIN(argument, 10);
        reading->tunnels = take(reading) % TUNNELS_MAX;
        break;
    case STEP_TOGETHER:
        end_together(reading);
        reading->together = argument + 1;
        break;
    case STEP_CUT:
        spoil(reading);
        end_together(reading);
        reading->cut = (uint8_t)(argument + 1);
        break;
    case STEP_LOOK:
        look(reading);
        break;
    default:
        say_something(reading, step, argument);
        break;
    }
}

static script *script_new(void)
{
    script *script = g_new0(struct script, 1);

    script->frames = g_array_new(FALSE, FALSE, sizeof(script_frame));
    script->looks = g_array_new(FALSE, FALSE, sizeof(script_look));
    for (unsigned i = 0; i < SCRIPT_CONNECTIONS; i++) {
        for (unsigned end = 0; end < 2; end++) {
            script->sides[i][end].said = g_byte_array_sized_new(SAID_MAX);
            script->sides[i][end].first = 1000;
        }
        script->sides[i][0].port = (uint16_t)(FIRST_CLIENT_PORT + i);
        script->sides[i][1].port = i + 1 < SCRIPT_CONNECTIONS ? LOCATOR_PORT : OTHER_PORT;
    }
    /* One connection's numbers begin again at 0 soon. */
    script->sides[1][0].first = UINT32_MAX - 20;
    return script;
}

script *script_read(const uint8_t *data, size_t size, uint32_t client)
{
    reading reading = {.data = data, .left = size, .script = script_new(), .client = client};

    while (reading.left > 0 && !is_full(&reading)) {
        uint8_t byte = take(&reading);

        do_step(&reading, byte % STEPS, byte / STEPS);
    }
    end_together(&reading);
    if (reading.holds) {
        reading.together = 0;
        put(&reading, reading.held);
    }
    return reading.script;
}

void script_free(script *script)
{
    for (unsigned i = 0; i < SCRIPT_CONNECTIONS; i++) {
        g_byte_array_unref(script->sides[i][0].said);
        g_byte_array_unref(script->sides[i][1].said);
    }
    for (guint i = 0; i < script->frames->len; i++) {
        g_byte_array_unref(g_array_index(script->frames, script_frame, i).bytes);
    }
    g_array_unref(script->frames);
    g_array_unref(script->looks);
    g_free(script);
}
