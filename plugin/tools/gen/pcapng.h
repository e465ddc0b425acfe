/* pcapng.h
 * Writes Ethernet packets to a pcapng file.
 * May include: the C library and GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef PCAPNG_H
#define PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pcapng pcapng;

/*
 * Creates the file with its section header, which carries comment, and one Ethernet interface. Of
 * each packet at most snaplen bytes are kept; 0 keeps all. Returns NULL, with errno set, if the
 * file cannot be created.
 */
pcapng *pcapng_create(const char *path, const char *comment, uint32_t snaplen);

/* Appends a packet that was seen at a time in microseconds since 1970. */
void pcapng_write(pcapng *file, uint64_t microseconds, const uint8_t *bytes, size_t length);

/* Closes the file and frees it. Returns false, with errno set, if any of it was not written. */
bool pcapng_close(pcapng *file);

#endif
