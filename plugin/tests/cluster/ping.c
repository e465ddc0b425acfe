/* ping.c
 * A Beacon's ping of a seeker, step by step, for the tests of causes, of copies and of pieces.
 * May include: the headers of the tests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ping.h"

void fail(test_connection *asked)
{
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
}

uint32_t ask_epmd(test_world *world, const char *from, const char *epmd, const char *alive,
                  uint16_t port)
{
    test_connection *asked = connected(world, from, epmd);
    say(asked, CLIENT, port_request(alive));
    uint32_t given = say(asked, SERVER, port_answer(alive, port));
    closed(asked, SERVER);
    return given;
}

handshake_frames handshake(test_connection *of, char form, const char *opener, const char *accepter,
                           handshake_step until)
{
    handshake_frames made = {{0}};
    made.frames[STEP_NAME] = say(of, CLIENT, send_name(form, opener));
    if (until >= STEP_STATUS) {
        made.frames[STEP_STATUS] = say(of, SERVER, send_status("ok"));
    }
    if (until >= STEP_CHALLENGE) {
        made.frames[STEP_CHALLENGE] = say(of, SERVER, send_challenge(form, accepter));
    }
    if (until >= STEP_REPLY) {
        made.frames[STEP_REPLY] = say(of, CLIENT, challenge_reply());
    }
    if (until >= STEP_ACK) {
        made.frames[STEP_ACK] = say(of, SERVER, challenge_ack());
    }
    return made;
}

void reject_cookie(test_connection *of, char form, const char *opener, const char *accepter,
                   uint32_t frames[4])
{
    handshake_frames made = handshake(of, form, opener, accepter, STEP_REPLY);
    frames[0] = made.frames[STEP_CHALLENGE];
    frames[1] = made.frames[STEP_REPLY];
    frames[2] = closed(of, SERVER);
    frames[3] = 0;
}

void ping_with_other_cookie(test_world *world, uint32_t frames[5])
{
    test_connection *asked = seek(world, SEEKER, BEACON, NODE2);
    frames[0] = ask_epmd(world, FROM, EPMD, "node2", 45000);
    reject_cookie(connected(world, PING, DIST), 'N', NODE1, NODE2, frames + 1);
    answer(asked, NODE1, SEEKCHAT_PAYLOAD_JOIN_FAILED);
}
