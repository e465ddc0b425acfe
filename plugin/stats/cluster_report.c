/* cluster_report.c
 * The cluster report: where it is asked for, and where it is shown.
 * May include: the model and what feeds it, Wireshark's statistics interface, ws_compat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * tshark prints the report when all packets are read. Wireshark shows it in a window and makes it
 * anew in each pass over the packets: for another display filter, for a preference, when more
 * packets come. As in Wireshark's own windows, the report is of all packets unless the user limits
 * it to what a display filter shows.
 */

#include "cluster_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <epan/funnel.h>
#include <epan/stat_tap_ui.h>
#include <wsutil/report_message.h>

#include "cluster_feed.h"
#include "../dissector/ws_compat.h"

#define OPTION "seekchat,cluster"
#define TITLE "SeekChat Cluster"

/* A report that was asked for. Lives as long as it has a feed: until its window is closed, or
 * Wireshark ends. */
typedef struct {
    bool json;
    char *filter; /* NULL: all packets */
    seekchat_feed *feed;
    unsigned feeds;               /* one, or two while one takes the place of the other */
    funnel_text_window_t *window; /* NULL in tshark */
} cluster_report;

/* Wireshark's windows; NULL in tshark, which has none that the user could close or refresh. */
static const funnel_ops_t *windows(void)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();

    return ops != NULL && ops->retap_packets != NULL ? ops : NULL;
}

static void show_in_window(const cluster_report *report, const GString *text)
{
    const funnel_ops_t *ops = windows();
    char *limited;

    if (ops == NULL) {
        return; /* Wireshark ends */
    }
    if (report->filter == NULL) {
        ops->set_text(report->window, text->str);
        return;
    }
    limited = g_strdup_printf("Limited to: %s\n\n%s", report->filter, text->str);
    ops->set_text(report->window, limited);
    g_free(limited);
}

static void report_draw(void *data)
{
    const cluster_report *report = data;
    const cluster_model *model = seekchat_feed_model(report->feed, report->window == NULL);
    GString *text = report->json ? cluster_model_json(model) : cluster_model_text(model);

    if (report->window == NULL) {
        fwrite(text->str, 1, text->len, stdout);
    } else {
        show_in_window(report, text);
    }
    g_string_free(text, TRUE);
}

static void feed_finished(void *data)
{
    cluster_report *report = data;

    if (--report->feeds == 0) {
        g_free(report->filter);
        g_free(report);
    }
}

/* Feeds the report with what the filter, which may be NULL, shows. False, and as before, if it is
 * no display filter. */
static bool feed_with(cluster_report *report, const char *filter)
{
    static const seekchat_feed_owner owner = {report_draw, feed_finished};
    char *error = NULL;
    seekchat_feed *feed = seekchat_feed_start(filter, &owner, report, &error);

    if (feed == NULL) {
        report_failure("The cluster report cannot start: %s", error);
        g_free(error);
        return false;
    }
    report->feeds++;
    if (report->feed != NULL) {
        seekchat_feed_stop(report->feed);
    }
    report->feed = feed;
    g_free(report->filter);
    report->filter = g_strdup(filter);
    return true;
}

static void window_closed(void *data)
{
    const cluster_report *report = data;

    seekchat_feed_stop(report->feed);
}

/* The button: limits the report to what Wireshark's present display filter shows. */
static ws_boolean limit_to_filter(funnel_text_window_t *window _U_, void *data)
{
    const funnel_ops_t *ops = windows();
    const char *filter = ops->get_filter(ops->ops_id);

    if (feed_with(data, filter == NULL || filter[0] == '\0' ? NULL : filter)) {
        ops->retap_packets(ops->ops_id);
    }
    return TRUE;
}

static void open_window(cluster_report *report, const funnel_ops_t *ops)
{
    funnel_bt_t *button = g_new0(funnel_bt_t, 1);

    report->window = ops->new_text_window(ops->ops_id, TITLE);
    *button = (funnel_bt_t){
        .tw = report->window, .func = limit_to_filter, .data = report, .free_fcn = g_free};
    ops->add_button(report->window, button, "Limit to display filter");
    ops->set_close_cb(report->window, window_closed, report);
    ops->retap_packets(ops->ops_id);
}

/* filter may be NULL. False if it is no display filter. */
static bool start(bool json, const char *filter)
{
    cluster_report *report = g_new0(cluster_report, 1);

    report->json = json;
    if (!feed_with(report, filter)) {
        g_free(report);
        return false;
    }
    if (windows() != NULL) {
        open_window(report, windows());
    }
    return true;
}

/* argument is the whole of the option: seekchat,cluster[,json][,FILTER]. */
static bool start_by_option(const char *argument)
{
    static const char json_word[] = ",json";
    const char *rest = argument + strlen(OPTION);
    bool json = strncmp(rest, json_word, strlen(json_word)) == 0 &&
                (rest[strlen(json_word)] == '\0' || rest[strlen(json_word)] == ',');

    if (json) {
        rest += strlen(json_word);
    }
    if (rest[0] != '\0' && rest[0] != ',') {
        report_failure("\"-z %s\" is not known; it is \"-z " OPTION "[,json][,FILTER]\"", argument);
        return false;
    }
    return start(json, rest[0] == '\0' || rest[1] == '\0' ? NULL : rest + 1);
}

SEEKCHAT_STAT_TAP_INIT(report_by_option, start_by_option, exit(EXIT_FAILURE))

static void report_by_menu(gpointer data _U_)
{
    start(false, NULL);
}

void seekchat_cluster_report_register(void)
{
    static tap_param parameters[] = {{PARAM_FILTER, "filter", "Filter", NULL, TRUE}};
    static stat_tap_ui report_ui = {
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
        .cli_string = OPTION,
        .tap_init_cb = report_by_option,
        .nparams = G_N_ELEMENTS(parameters),
        .params = parameters,
    };

    register_stat_tap_ui(&report_ui, NULL);
    funnel_register_menu(TITLE, REGISTER_PACKET_STAT_GROUP_UNSORTED, report_by_menu, NULL, NULL,
                         FALSE);
}
