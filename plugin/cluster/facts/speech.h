/* speech.h
 * Reads what the sides of a connection say: SeekChat, EPMD, the distribution's handshake, TLS.
 * May include: conversation.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * Which protocol a side speaks is told by its bytes, on any port. Sources: Beethoven.SeekChat;
 * "Distribution Protocol" in the user's guide of Erlang's run-time system; RFC 8446, section 5.
 */

#ifndef CLUSTER_SPEECH_H
#define CLUSTER_SPEECH_H

#include "conversation.h"

/*
 * Reads on from bytes of a side that follow on what was read of it: appends what they say and moves
 * the side's next behind what it took. They came at one moment; or, if its frame is 0, they are the
 * row of the side's stream, which knows. What is said may show that it was the other side that
 * opened the connection: then the two are exchanged, and *side with them.
 */
void cluster_speech_read(cluster_facts *facts, cluster_conversation *conversation,
                         cluster_side *side, const uint8_t *bytes, uint32_t length,
                         cluster_moment when);

/*
 * Notes what a decoder has read of a message in bytes: kind, type, sender and payload, by the side
 * and the reading that said has.
 */
void cluster_speech_message(cluster_facts *facts, const seekchat_decoder *decoder,
                            const uint8_t *bytes, cluster_said *said);

/* Whether bytes that are no message may be the end of one that began before the capture. */
bool cluster_speech_is_middle(const cluster_party *party, const uint8_t *bytes, uint32_t length);

#endif
