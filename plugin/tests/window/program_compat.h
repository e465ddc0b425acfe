/* program_compat.h
 * What Wireshark's versions differ in for its programs, which plugins do not call: beside the
 * plugin's ws_compat.h the one place that knows versions.
 * May include: ws_compat.h and what of Wireshark it bridges.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef WINDOW_PROGRAM_COMPAT_H
#define WINDOW_PROGRAM_COMPAT_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>
#include <epan/column-info.h>
#include <epan/epan.h>
#include <epan/epan_dissect.h>
#include <epan/proto.h>
#include <wiretap/wtap.h>
#include <wsutil/buffer.h>
#include <wsutil/filesystem.h>
#include <wsutil/wslog.h>

#include "../../dissector/ws_compat.h"

/*
 * Begins the log and finds the folders of Wireshark, of which program is one. Returns NULL or what
 * is wrong, for the caller to free. 4.6 asks GLib for the name, and knows which program it is part
 * of.
 */
static inline char *program_begin(const char *program)
{
#if SEEKCHAT_WIRESHARK_AT_LEAST(4, 6)
    g_set_prgname(program);
    ws_log_init(NULL);
    return configuration_init(program);
#else
    ws_log_init(program, NULL);
    return configuration_init(program, NULL);
#endif
}

/* A record of a capture file with its bytes, which 4.6 made a part of the record. */
typedef struct {
    wtap_rec record;
#if !SEEKCHAT_WIRESHARK_AT_LEAST(4, 6)
    Buffer bytes;
#endif
} program_record;

static inline Buffer *program_record_bytes(program_record *record)
{
#if SEEKCHAT_WIRESHARK_AT_LEAST(4, 6)
    return &record->record.data;
#else
    return &record->bytes;
#endif
}

/* An empty record with room for so many bytes; to be cleared by program_record_clear. */
static inline void program_record_init(program_record *record, size_t room)
{
#if SEEKCHAT_WIRESHARK_AT_LEAST(4, 6)
    wtap_rec_init(&record->record, room);
#else
    wtap_rec_init(&record->record);
    ws_buffer_init(&record->bytes, room);
#endif
}

static inline void program_record_clear(program_record *record)
{
#if !SEEKCHAT_WIRESHARK_AT_LEAST(4, 6)
    ws_buffer_free(&record->bytes);
#endif
    wtap_rec_cleanup(&record->record);
}

/* Makes an empty record one of a packet of a kind, WTAP_ENCAP_... */
static inline void program_record_set_packet(program_record *record, int kind)
{
#if SEEKCHAT_WIRESHARK_AT_LEAST(4, 6)
    wtap_setup_packet_rec(&record->record, kind);
#else
    record->record.rec_type = REC_TYPE_PACKET;
    record->record.rec_header.packet_header.pkt_encap = kind;
#endif
}

/* wtap_read into an empty record. */
static inline bool program_record_read(program_record *record, wtap *file, int *error,
                                       char **problem, int64_t *offset)
{
#if SEEKCHAT_WIRESHARK_AT_LEAST(4, 6)
    return wtap_read(file, &record->record, error, problem, offset);
#else
    return wtap_read(file, &record->record, &record->bytes, error, problem, offset);
#endif
}

/* epan_dissect_run_with_taps of the record that frame was made of, from a file of that type. */
static inline void program_dissect(epan_dissect_t *dissection, int type, program_record *record,
                                   frame_data *frame, column_info *columns)
{
#if SEEKCHAT_WIRESHARK_AT_LEAST(4, 6)
    epan_dissect_run_with_taps(dissection, type, &record->record, frame, columns);
#else
    tvbuff_t *tvb =
        tvb_new_real_data(ws_buffer_start_ptr(&record->bytes), frame->cap_len, (int)frame->pkt_len);

    epan_dissect_run_with_taps(dissection, type, &record->record, tvb, frame, columns);
#endif
}

/* The text of an item that has none of its own into label, of ITEM_LABEL_LENGTH bytes. */
static inline void program_fill_label(const field_info *field, char *label)
{
#if SEEKCHAT_WIRESHARK_AT_LEAST(4, 6)
    size_t value_offset;

    proto_item_fill_label(field, label, &value_offset);
#else
    /* 4.0 has a parameter that is not const, and changes nothing. */
    proto_item_fill_label((field_info *)field, label);
#endif
}

#endif
