/* ping.h
 * A Beacon's ping of a seeker, step by step, for the tests of causes, of copies and of pieces.
 * May include: result.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TEST_PING_H
#define TEST_PING_H

#include "result.h"

#define FROM "10.0.0.1:50001" /* the Beacon's host asks EPMD from here, */
#define PING "10.0.0.1:50002" /* and opens the distribution from here */
#define EPMD "10.0.0.2:4369"
#define DIST "10.0.0.2:45000"

/* NODE1 replies join_failed. */
void fail(test_connection *asked);

/* EPMD is asked for a name and gives a port: the frame of its answer. */
uint32_t ask_epmd(test_world *world, const char *from, const char *epmd, const char *alive,
                  uint16_t port);

/* A handshake, as far as it goes: each step stands for those before it. */
typedef enum {
    STEP_NAME,
    STEP_STATUS,
    STEP_CHALLENGE,
    STEP_REPLY,
    STEP_ACK,
} handshake_step;

typedef struct {
    uint32_t frames[STEP_ACK + 1]; /* by step; 0 for those that were not made */
} handshake_frames;

/* form: payloads.h. */
handshake_frames handshake(test_connection *of, char form, const char *opener, const char *accepter,
                           handshake_step until);

/* The same, ended by whoever accepted it after SEND_CHALLENGE_REPLY, as different cookies do. Sets
 * frames to those that show it: SEND_CHALLENGE, the reply, the FIN, and 0. */
void reject_cookie(test_connection *of, char form, const char *opener, const char *accepter,
                   uint32_t frames[4]);

/* The whole: a seeker that is rejected for its cookie; frames are those of the cause, and 0. */
void ping_with_other_cookie(test_world *world, uint32_t frames[5]);

#endif
