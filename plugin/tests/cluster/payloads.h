/* payloads.h
 * What the programs of the made-up network say: bytes of SeekChat, EPMD, the distribution, TLS.
 * May include: the codec and GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * Each returns bytes that whoever sends them frees: world.h. Sources: Beethoven.SeekChat;
 * "Distribution Protocol" in the user's guide of Erlang's run-time system; RFC 8446, section 5.
 */

#ifndef TEST_PAYLOADS_H
#define TEST_PAYLOADS_H

#include "seekchat.h"

/* Any text. */
GString *bytes_of(const char *text);
GString *zeros(size_t count);

/* SeekChat. */
GString *message(const char *sender, seekchat_type type, seekchat_payload payload);
GString *message_list(const char *sender, const char *const *nodes); /* a reply; ends with NULL */

/* EPMD: PORT2_REQ; PORT2_RESP with a port; "no such name" as EPMD sends it, two bytes. */
GString *port_request(const char *alive);
GString *port_answer(const char *alive, uint16_t port);
GString *no_such_name(void);

/* The handshake: 'N' is the form since OTP 23, 'n' the one before. */
GString *send_name(char form, const char *name);
GString *send_status(const char *word);
GString *send_challenge(char form, const char *name);
GString *challenge_reply(void);
GString *challenge_ack(void);
/* What goes over a connection that is up: a message between processes; a tick. */
GString *dist_message(void);
GString *dist_tick(void);

/* TLS records: a ClientHello, a ServerHello, encrypted data, an alert in clear. */
GString *tls_client_hello(void);
GString *tls_server_hello(void);
GString *tls_sealed(void);
GString *tls_alert(uint8_t description);

#endif
