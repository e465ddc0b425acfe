/* times.c
 * Response times, by kind of request.
 * May include: the tap's record, Wireshark's statistics interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "times.h"

#include <epan/packet.h>
#include <epan/srt_table.h>

#include "requests.h"

/* The rows. */
enum { SEEKING_JOIN, WATCHING_CHECK, OTHER, ROWS };

static const char *const row_names[ROWS] = {"seeking join", "watching check", "other"};

static void init_table(struct register_srt *srt _U_, GArray *tables)
{
    srt_stat_table *table =
        init_srt_table("SeekChat", "SeekChat", tables, ROWS, "Request", NULL, NULL);

    for (int row = 0; row < ROWS; row++) {
        init_srt_table_row(table, row, row_names[row]);
    }
}

static int row_of(const seekchat_request *request)
{
    if (request->type == SEEKCHAT_TYPE_SEEKING && request->payload == SEEKCHAT_PAYLOAD_JOIN) {
        return SEEKING_JOIN;
    }
    if (request->type == SEEKCHAT_TYPE_WATCHING && request->payload == SEEKCHAT_PAYLOAD_CHECK) {
        return WATCHING_CHECK;
    }
    return OTHER;
}

static tap_packet_status count_reply(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                     const void *tapped, tap_flags_t flags _U_)
{
    const srt_data_t *times = data;
    const seekchat_tap_record *record = tapped;
    seekchat_request request;
    nstime_t sent;

    if (!seekchat_requests_match(times, pinfo, record, &request)) {
        return TAP_PACKET_DONT_REDRAW;
    }
    nstime_delta(&sent, &pinfo->abs_ts, &record->response_time);
    add_srt_table_data(g_array_index(times->srt_array, srt_stat_table *, 0), row_of(&request),
                       &sent, pinfo);
    return TAP_PACKET_REDRAW;
}

void seekchat_times_register(void)
{
    register_srt_table(proto_get_id_by_filter_name("seekchat"), SEEKCHAT_TAP, 1, count_reply,
                       init_table, NULL);
}
