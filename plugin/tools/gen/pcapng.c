/* pcapng.c
 * Writes Ethernet packets to a pcapng file (draft-ietf-opsawg-pcapng).
 * May include: the C library and GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "pcapng.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>

#define BLOCK_SECTION 0x0a0d0d0au
#define BLOCK_INTERFACE 1u
#define BLOCK_ENHANCED_PACKET 6u
#define BYTE_ORDER_MAGIC 0x1a2b3c4du
#define VERSION_MAJOR 1
#define LINKTYPE_ETHERNET 1
#define OPTION_END 0
#define OPTION_COMMENT 1
#define WRITE_BUFFER ((size_t)1024 * 1024)

struct pcapng {
    FILE *stream;
    GByteArray *block; /* the block that is being made */
    uint32_t snaplen;
    int error; /* errno of the first failure, else 0 */
};

/* All numbers are little-endian, whatever the machine, so that the same bytes come out. */
static void add_u16(GByteArray *block, uint16_t value)
{
    value = GUINT16_TO_LE(value);
    g_byte_array_append(block, (const guint8 *)&value, sizeof value);
}

static void add_u32(GByteArray *block, uint32_t value)
{
    value = GUINT32_TO_LE(value);
    g_byte_array_append(block, (const guint8 *)&value, sizeof value);
}

static void add_padded(GByteArray *block, const void *bytes, size_t length)
{
    static const uint8_t zeros[3];
    g_byte_array_append(block, bytes, (guint)length);
    g_byte_array_append(block, zeros, (guint)(-length & 3));
}

static void block_begin(pcapng *file, uint32_t type)
{
    g_byte_array_set_size(file->block, 0);
    add_u32(file->block, type);
    add_u32(file->block, 0); /* the block's length, set by block_end */
}

static void block_end(pcapng *file)
{
    uint32_t length = file->block->len + 4;
    uint32_t little_endian = GUINT32_TO_LE(length);
    add_u32(file->block, length);
    memcpy(file->block->data + 4, &little_endian, sizeof little_endian);
    if (file->error == 0 && fwrite(file->block->data, length, 1, file->stream) != 1)
        file->error = errno;
}

static void write_section(pcapng *file, const char *comment)
{
    block_begin(file, BLOCK_SECTION);
    add_u32(file->block, BYTE_ORDER_MAGIC);
    add_u16(file->block, VERSION_MAJOR);
    add_u16(file->block, 0);
    add_u32(file->block, UINT32_MAX); /* the section's length, 64 bits: not given */
    add_u32(file->block, UINT32_MAX);
    add_u16(file->block, OPTION_COMMENT);
    add_u16(file->block, (uint16_t)strlen(comment));
    add_padded(file->block, comment, strlen(comment));
    add_u32(file->block, OPTION_END);
    block_end(file);
}

static void write_interface(pcapng *file)
{
    block_begin(file, BLOCK_INTERFACE);
    add_u16(file->block, LINKTYPE_ETHERNET);
    add_u16(file->block, 0);
    add_u32(file->block, file->snaplen);
    block_end(file);
}

pcapng *pcapng_create(const char *path, const char *comment, uint32_t snaplen)
{
    FILE *stream = fopen(path, "wb");
    if (stream == NULL)
        return NULL;
    setvbuf(stream, NULL, _IOFBF, WRITE_BUFFER);
    pcapng *file = g_new0(pcapng, 1);
    file->stream = stream;
    file->block = g_byte_array_new();
    file->snaplen = snaplen;
    write_section(file, comment);
    write_interface(file);
    return file;
}

void pcapng_write(pcapng *file, uint64_t microseconds, const uint8_t *bytes, size_t length)
{
    size_t kept = file->snaplen > 0 && length > file->snaplen ? file->snaplen : length;
    block_begin(file, BLOCK_ENHANCED_PACKET);
    add_u32(file->block, 0); /* the interface */
    add_u32(file->block, (uint32_t)(microseconds >> 32));
    add_u32(file->block, (uint32_t)microseconds);
    add_u32(file->block, (uint32_t)kept);
    add_u32(file->block, (uint32_t)length);
    add_padded(file->block, bytes, kept);
    block_end(file);
}

bool pcapng_close(pcapng *file)
{
    int error = file->error;
    if (fclose(file->stream) != 0 && error == 0)
        error = errno;
    g_byte_array_unref(file->block);
    g_free(file);
    errno = error;
    return error == 0;
}
