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

typedef enum {
    FORM_TEXT,
    FORM_JSON,
    FORM_DOT,
} report_form;

/* A report that was asked for. Lives as long as it has a feed: until its window is closed, or
 * Wireshark ends. */
typedef struct {
    report_form form;
    char *filter; /* NULL: all packets */
    seekchat_feed *feed;
    unsigned feeds;               /* one, or two while one takes the place of the other */
    funnel_text_window_t *window; /* NULL in tshark */
    guint problem;                /* of the window: the one whose filter was applied, from 1 */
} cluster_report;

/* Wireshark's windows; NULL in tshark, which has none that the user could close or refresh. */
static const funnel_ops_t *windows(void)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();

    return ops != NULL && ops->retap_packets != NULL ? ops : NULL;
}

static GString *written(cluster_model *model, report_form form)
{
    switch (form) {
    case FORM_JSON:
        return cluster_model_json(model);
    case FORM_DOT:
        return cluster_model_dot(model);
    case FORM_TEXT:
        break;
    }
    return cluster_model_text(model);
}

static void report_draw(void *data)
{
    cluster_report *report = data;
    const funnel_ops_t *ops = windows();
    GString *text = written(seekchat_feed_model(report->feed), report->form);

    if (report->window == NULL) {
        fwrite(text->str, 1, text->len, stdout);
    } else if (ops != NULL) { /* else Wireshark ends */
        ops->set_text(report->window, text->str);
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

/* Shows the packets of the problem that is so many steps behind the one that was shown last. */
static void step(cluster_report *report, int by)
{
    const funnel_ops_t *ops = windows();
    GPtrArray *problems = cluster_model_problems(seekchat_feed_model(report->feed));
    guint count = problems->len;

    for (guint tries = 0; tries < count; tries++) {
        const cluster_problem_filter *problem;

        report->problem = by > 0 ? report->problem % count + 1
                                 : (report->problem > 1 ? report->problem - 1 : count);
        problem = g_ptr_array_index(problems, MIN(report->problem, count) - 1);
        if (problem->filter != NULL) {
            ops->set_filter(ops->ops_id, problem->filter);
            ops->apply_filter(ops->ops_id);
            break;
        }
    }
    g_ptr_array_unref(problems);
}

static ws_boolean next_problem(funnel_text_window_t *window _U_, void *data)
{
    step(data, 1);
    return TRUE;
}

static ws_boolean previous_problem(funnel_text_window_t *window _U_, void *data)
{
    step(data, -1);
    return TRUE;
}

static ws_boolean copy_as_json(funnel_text_window_t *window _U_, void *data)
{
    const cluster_report *report = data;
    GString *json = cluster_model_json(seekchat_feed_model(report->feed));

    windows()->copy_to_clipboard(json);
    g_string_free(json, TRUE);
    return TRUE;
}

static void open_window(cluster_report *report, const funnel_ops_t *ops)
{
    static const struct {
        const char *label;
        ws_boolean (*func)(funnel_text_window_t *window, void *data);
    } buttons[] = {
        {"Next problem", next_problem},
        {"Previous problem", previous_problem},
        {"Copy as JSON", copy_as_json},
        {"Limit to display filter", limit_to_filter},
    };

    report->window = ops->new_text_window(ops->ops_id, TITLE);
    for (size_t i = 0; i < G_N_ELEMENTS(buttons); i++) {
        funnel_bt_t *button = g_new0(funnel_bt_t, 1);

        *button = (funnel_bt_t){
            .tw = report->window, .func = buttons[i].func, .data = report, .free_fcn = g_free};
        ops->add_button(report->window, button, buttons[i].label);
    }
    ops->set_close_cb(report->window, window_closed, report);
    ops->retap_packets(ops->ops_id);
}

/* filter may be NULL. False if it is no display filter. */
static bool start(report_form form, const char *filter)
{
    cluster_report *report = g_new0(cluster_report, 1);

    report->form = form;
    if (!feed_with(report, filter)) {
        g_free(report);
        return false;
    }
    if (windows() != NULL) {
        open_window(report, windows());
    }
    return true;
}

/* Whether a word is a form of output that others have: no display filter was meant. */
static bool is_other_form(const char *word)
{
    static const char *const words[] = {"xml",  "csv", "text", "txt",  "html", "yaml",
                                        "pdml", "ek",  "svg",  "tabs", "png",  "graph"};

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strcmp(word, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* argument is the whole of the option: seekchat,cluster[,json|,dot][,FILTER]. */
static bool start_by_option(const char *argument)
{
    static const struct {
        const char *word;
        report_form form;
    } forms[] = {{",json", FORM_JSON}, {",dot", FORM_DOT}};
    const char *rest = argument + strlen(OPTION);
    report_form form = FORM_TEXT;

    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        size_t length = strlen(forms[i].word);

        if (strncmp(rest, forms[i].word, length) == 0 &&
            (rest[length] == '\0' || rest[length] == ',')) {
            form = forms[i].form;
            rest += length;
            break;
        }
    }
    if ((rest[0] != '\0' && rest[0] != ',') || (rest[0] == ',' && is_other_form(rest + 1))) {
        report_failure("\"-z %s\" is not known; it is \"-z " OPTION "[,json|,dot][,FILTER]\"",
                       argument);
        return false;
    }
    return start(form, rest[0] == '\0' || rest[1] == '\0' ? NULL : rest + 1);
}

SEEKCHAT_STAT_TAP_INIT(report_by_option, start_by_option, exit(EXIT_FAILURE))

static void report_by_menu(gpointer data _U_)
{
    start(FORM_TEXT, NULL);
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
