/* times.c
 * Response times, by kind of request, and by what came of it.
 * May include: the tap's record, Wireshark's statistics interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "times.h"

#include <epan/packet.h>
#include <epan/srt_table.h>

#include "names.h"
#include "requests.h"

/* The tables. */
enum { BY_REQUEST, BY_OUTCOME, TABLES };

/* Kinds of requests: the rows of the first table. */
enum { SEEKING_JOIN, WATCHING_CHECK, OTHER, REQUESTS };

static const char *const request_names[REQUESTS] = {"seeking join", "watching check", "other"};

/* The second table has a row for each kind of request with each payload of a reply. */
enum { OUTCOMES = SEEKCHAT_PAYLOAD_NODES + 1 };

static void init_requests(GArray *tables)
{
    srt_stat_table *table =
        init_srt_table("SeekChat", "SeekChat", tables, REQUESTS, "Request", NULL, NULL);

    for (int row = 0; row < REQUESTS; row++) {
        init_srt_table_row(table, row, request_names[row]);
    }
}

static void init_outcomes(GArray *tables)
{
    srt_stat_table *table = init_srt_table("SeekChat by outcome", "Outcome", tables,
                                           REQUESTS * OUTCOMES, "Outcome", NULL, NULL);

    for (int row = 0; row < REQUESTS * OUTCOMES; row++) {
        char *name = g_strdup_printf("%s: %s", request_names[row / OUTCOMES],
                                     seekchat_stats_payload(row % OUTCOMES));

        init_srt_table_row(table, row, name);
        g_free(name);
    }
}

static void init_tables(struct register_srt *srt _U_, GArray *tables)
{
    init_requests(tables);
    init_outcomes(tables);
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

static void add(const srt_data_t *times, int table, int row, const nstime_t *sent,
                packet_info *pinfo)
{
    add_srt_table_data(g_array_index(times->srt_array, srt_stat_table *, table), row, sent, pinfo);
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
    int row = row_of(&request);

    add(times, BY_REQUEST, row, &sent, pinfo);
    add(times, BY_OUTCOME, row * OUTCOMES + (int)record->payload, &sent, pinfo);
    return TAP_PACKET_REDRAW;
}

void seekchat_times_register(void)
{
    register_srt_table(proto_get_id_by_filter_name("seekchat"), SEEKCHAT_TAP, TABLES, count_reply,
                       init_tables, NULL);
}
