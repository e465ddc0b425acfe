/* script.h
 * A capture that is told by any bytes: connections, what is said on them, in which segments and
 * frames it travels, and which frames are looked at meanwhile.
 * May include: GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef WINDOW_SCRIPT_H
#define WINDOW_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* Connections of a script. The last is at another port than SeekChat's. */
#define SCRIPT_CONNECTIONS 4

/* What one end of a connection says, and how much of it was sent. */
typedef struct {
    GByteArray *said;
    uint32_t sent;  /* bytes of it */
    uint32_t first; /* sequence number of the first */
    uint16_t port;
    bool opened; /* its SYN was sent */
    bool closed; /* and its FIN */
    bool plain;  /* each segment came whole, once and in order, behind a SYN: a reader gets all */
} script_side;

/* A frame that was made. */
typedef struct {
    GByteArray *bytes;
    int kind;          /* WTAP_ENCAP_... */
    uint32_t reported; /* its bytes before it was cut */
} script_frame;

/* A frame that is looked at when so many came; both counted from 1. */
typedef struct {
    uint32_t when;
    uint32_t frame;
} script_look;

/* Made by script_read, freed by script_free. */
typedef struct script {
    script_side sides[SCRIPT_CONNECTIONS][2]; /* client, server */
    GArray *frames;                           /* script_frame */
    GArray *looks;                            /* script_look, by when */
} script;

/* The capture that size bytes of data tell; its clients have this address. */
script *script_read(const uint8_t *data, size_t size, uint32_t client);

void script_free(script *script);

#endif
