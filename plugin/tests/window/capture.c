/* capture.c
 * A capture file as the window holds it: its frames, and the session in which they are dissected.
 * May include: Wireshark's interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "capture.h"

#include <stdio.h>

#include <epan/column.h>
#include <epan/prefs.h>
#include <epan/tap.h>

/* What Wireshark asks about the other frames. */
struct packet_provider_data {
    const capture *capture;
};

static capture_frame *frame_at(const capture *capture, uint32_t number)
{
    return g_ptr_array_index(capture->frames, number - 1);
}

uint32_t capture_count(const capture *capture)
{
    return capture->frames->len;
}

static const nstime_t *time_of_frame(struct packet_provider_data *provider, uint32_t number)
{
    return number == 0 || number > capture_count(provider->capture)
               ? NULL
               : &frame_at(provider->capture, number)->data.abs_ts;
}

/* The session. */

static void begin_session(capture *capture)
{
    static const struct packet_provider_funcs functions = {.get_frame_ts = time_of_frame};

    capture->session = epan_new(capture->provider, &functions);
    build_column_format_array(&capture->columns, prefs.num_cols, TRUE);
    nstime_set_zero(&capture->elapsed);
    capture->reference = NULL;
    capture->displayed = NULL;
    capture->cumulated = 0;
}

static void end_session(capture *capture)
{
    epan_free(capture->session);
    col_cleanup(&capture->columns);
}

void capture_restart(capture *capture)
{
    end_session(capture);
    for (uint32_t number = 1; number <= capture_count(capture); number++) {
        frame_data_reset(&frame_at(capture, number)->data);
    }
    begin_session(capture);
}

/* The file. */

static void free_frame(void *data)
{
    capture_frame *frame = data;

    frame_data_destroy(&frame->data);
    program_record_clear(&frame->record);
    g_free(frame);
}

/* Reads the next frame; false at the end. */
static bool read_frame(capture *capture, const char *path)
{
    capture_frame *frame = g_new0(capture_frame, 1);
    int error = 0;
    char *problem = NULL;
    int64_t offset;

    program_record_init(&frame->record, 0);
    if (!program_record_read(&frame->record, capture->file, &error, &problem, &offset)) {
        if (error != 0) {
            fprintf(stderr, "%s: %s\n", path, wtap_strerror(error));
            g_free(problem);
        }
        free_frame(frame);
        return false;
    }
    frame_data_init(&frame->data, capture_count(capture) + 1, &frame->record.record, offset, 0);
    g_ptr_array_add(capture->frames, frame);
    return true;
}

capture *capture_open(const char *path)
{
    int error;
    char *problem = NULL;
    wtap *file = wtap_open_offline(path, WTAP_TYPE_AUTO, &error, &problem, FALSE);

    if (file == NULL) {
        fprintf(stderr, "%s: %s\n", path, wtap_strerror(error));
        g_free(problem);
        return NULL;
    }
    capture *capture = capture_new();

    capture->file = file;
    capture->type = wtap_file_type_subtype(file);
    while (capture_count(capture) < CAPTURE_FRAMES_MAX && read_frame(capture, path)) {
    }
    return capture;
}

capture *capture_new(void)
{
    capture *capture = g_new0(struct capture, 1);

    capture->type = WTAP_FILE_TYPE_SUBTYPE_UNKNOWN;
    capture->frames = g_ptr_array_new_with_free_func(free_frame);
    capture->provider = g_new(struct packet_provider_data, 1);
    capture->provider->capture = capture;
    begin_session(capture);
    return capture;
}

void capture_add(capture *capture, int kind, const GByteArray *bytes, uint32_t reported)
{
    capture_frame *frame = g_new0(capture_frame, 1);
    uint32_t before = capture_count(capture);

    program_record_init(&frame->record, bytes->len);
    program_record_set_packet(&frame->record, kind);

    wtap_rec *record = &frame->record.record;

    record->block = wtap_block_create(WTAP_BLOCK_PACKET);
    record->presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN;
    record->tsprec = WTAP_TSPREC_NSEC;
    record->ts = (nstime_t){1 + before / 1000, (int)(before % 1000) * 1000000};
    record->rec_header.packet_header.caplen = bytes->len;
    record->rec_header.packet_header.len = reported;
    ws_buffer_append(program_record_bytes(&frame->record), bytes->data, bytes->len);
    frame_data_init(&frame->data, before + 1, record, 0, 0);
    g_ptr_array_add(capture->frames, frame);
}

void capture_close(capture *capture)
{
    end_session(capture);
    g_ptr_array_unref(capture->frames);
    g_free(capture->provider);
    if (capture->file != NULL) {
        wtap_close(capture->file);
    }
    g_free(capture);
}

epan_dissect_t *capture_dissect(capture *capture, uint32_t number, bool tree)
{
    capture_frame *frame = frame_at(capture, number);
    bool first = !frame->data.visited;
    epan_dissect_t *dissection = epan_dissect_new(capture->session, tree, tree);

    if (first) {
        frame_data_set_before_dissect(&frame->data, &capture->elapsed, &capture->reference,
                                      capture->displayed);
    }
    program_dissect(dissection, capture->type, &frame->record, &frame->data, &capture->columns);
    if (first) {
        frame_data_set_after_dissect(&frame->data, &capture->cumulated);
        capture->displayed = &frame->data;
    }
    return dissection;
}
