/* tables.c
 * Conversations and endpoints by node name.
 * May include: the tap's record, Wireshark's statistics interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * A request does not say whom it is for; the reply does. A request is therefore counted when its
 * reply comes, under both names, and one without a reply has no conversation.
 */

#include "tables.h"

#include <string.h>

#include <epan/packet.h>
#include <epan/conversation_table.h>

#include "names.h"
#include "requests.h"

/* Fields that hold the names. */
static const char *field_of_name(conv_filter_type_e type)
{
    switch (type) {
    case CONV_FT_SRC_ADDRESS:
        return "seekchat.sender";
    case CONV_FT_DST_ADDRESS:
        return "seekchat.peer";
    case CONV_FT_ANY_ADDRESS:
        return "seekchat.endpoint";
    default:
        return CONV_FILTER_INVALID; /* there are no ports */
    }
}

static const char *conversation_field(conv_item_t *item _U_, conv_filter_type_e type)
{
    return field_of_name(type);
}

static const char *endpoint_field(endpoint_item_t *item _U_, conv_filter_type_e type)
{
    return field_of_name(type);
}

static ct_dissector_info_t conversation_info = {conversation_field};
static et_dissector_info_t endpoint_info = {endpoint_field};

static address name_address(packet_info *pinfo, const char *name)
{
    const char *shown = seekchat_stats_name(pinfo->pool, name);
    address result;

    set_address(&result, AT_STRINGZ, (int)strlen(shown) + 1, shown);
    return result;
}

static tap_packet_status count_conversation(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                            const void *tapped, tap_flags_t flags)
{
    conv_hash_t *table = data;
    const seekchat_tap_record *record = tapped;
    seekchat_request request;
    bool matched = seekchat_requests_match(table, pinfo, record, &request);

    table->flags = flags;
    if (record->status != SEEKCHAT_OK || record->request || record->peer == NULL) {
        return TAP_PACKET_DONT_REDRAW;
    }
    address client = name_address(pinfo, record->peer);
    address server = name_address(pinfo, record->sender);

    if (matched) {
        nstime_t relative, absolute;

        nstime_delta(&relative, &pinfo->rel_ts, &record->response_time);
        nstime_delta(&absolute, &pinfo->abs_ts, &record->response_time);
        add_conversation_table_data(table, &client, &server, 0, 0, 1, (int)request.length,
                                    &relative, &absolute, &conversation_info, CONVERSATION_NONE);
    }
    add_conversation_table_data(table, &server, &client, 0, 0, 1, (int)record->length,
                                &pinfo->rel_ts, &pinfo->abs_ts, &conversation_info,
                                CONVERSATION_NONE);
    return TAP_PACKET_REDRAW;
}

static void add_endpoint(conv_hash_t *table, const address *name, bool sends, uint32_t length)
{
    add_endpoint_table_data(table, name, 0, sends, 1, (int)length, &endpoint_info, ENDPOINT_NONE);
}

static tap_packet_status count_endpoints(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                         const void *tapped, tap_flags_t flags)
{
    conv_hash_t *table = data;
    const seekchat_tap_record *record = tapped;
    seekchat_request request;
    bool matched = seekchat_requests_match(table, pinfo, record, &request);

    table->flags = flags;
    if (record->status != SEEKCHAT_OK) {
        return TAP_PACKET_DONT_REDRAW;
    }
    address sender = name_address(pinfo, record->sender);

    add_endpoint(table, &sender, true, record->length);
    if (matched) {
        add_endpoint(table, &sender, false, request.length);
    }
    if (!record->request && record->peer != NULL) {
        address peer = name_address(pinfo, record->peer);

        add_endpoint(table, &peer, false, record->length);
    }
    return TAP_PACKET_REDRAW;
}

void seekchat_tables_register(void)
{
    register_conversation_table(proto_get_id_by_filter_name("seekchat"), TRUE, count_conversation,
                                count_endpoints);
}
