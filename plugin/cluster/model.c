/* model.c
 * The model: facts that are watched, and the reports that are made of them.
 * May include: cluster.h and the headers of all rooms.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cluster.h"

#include "facts.h"
#include "merge.h"
#include "report.h"
#include "watch.h"

struct cluster_model {
    cluster_facts *facts;
    cluster_watch *watch;
};

cluster_model *cluster_model_new(void)
{
    cluster_model *model = g_new0(cluster_model, 1);
    model->facts = cluster_facts_new();
    g_array_set_size(model->facts->captures, 1);
    model->watch = cluster_watch_new(model->facts);
    return model;
}

void cluster_model_free(cluster_model *model)
{
    if (model != NULL) {
        cluster_watch_free(model->watch);
        cluster_facts_free(model->facts);
        g_free(model);
    }
}

void cluster_model_add_port(cluster_model *model, uint16_t port)
{
    model->facts->given[port / 8] |= (uint8_t)(1u << port % 8);
}

void cluster_model_set_filter(cluster_model *model, const char *filter)
{
    g_free(model->facts->filter);
    model->facts->filter = g_strdup(filter);
}

void cluster_frame_passed(cluster_model *model, cluster_moment when)
{
    cluster_capture *capture = &g_array_index(model->facts->captures, cluster_capture, 0);
    bool any = capture->frames > 0;
    capture->first = any ? MIN(capture->first, when.time) : when.time;
    capture->last = any ? MAX(capture->last, when.time) : when.time;
    capture->frames = MAX(capture->frames, when.frame);
}

void cluster_frame_seen(cluster_model *model, cluster_moment when)
{
    cluster_facts *facts = model->facts;
    cluster_frame_passed(model, when);
    facts->first = facts->any ? MIN(facts->first, when.time) : when.time;
    facts->last = facts->any ? MAX(facts->last, when.time) : when.time;
    facts->any = true;
}

void cluster_tcp_seen(cluster_model *model, cluster_moment when, const cluster_segment *segment)
{
    cluster_watch_tcp(model->watch, when, segment);
}

void cluster_arp_seen(cluster_model *model, cluster_moment when, bool is_reply,
                      const cluster_address *source, const cluster_address *target)
{
    cluster_watch_arp(model->watch, when, is_reply, source, target);
}

void cluster_unreachable_seen(cluster_model *model, cluster_moment when, const cluster_address *by,
                              const cluster_endpoint *source, const cluster_endpoint *target)
{
    cluster_watch_unreachable(model->watch, when, by, source, target);
}

void cluster_dns_seen(cluster_model *model, cluster_moment when, const cluster_dns *dns)
{
    cluster_watch_dns(model->watch, when, dns);
}

void cluster_unread_seen(cluster_model *model, cluster_moment when, cluster_unread kind)
{
    cluster_tally *tally = &model->facts->unread[kind];
    if (tally->count++ == 0) {
        tally->frame = when.frame;
    }
}

/* A report on what was seen so far; watching goes on with the next packet. */
static cluster_report *report_on(cluster_model *model)
{
    cluster_watch_pause(model->watch);
    return cluster_report_new(model->facts);
}

GString *cluster_model_text(cluster_model *model)
{
    cluster_report *report = report_on(model);
    GString *text = cluster_report_text(report);
    cluster_report_free(report);
    return text;
}

GString *cluster_model_json(cluster_model *model)
{
    cluster_report *report = report_on(model);
    GString *facts = g_string_new(NULL);
    cluster_facts_write(model->facts, facts);
    GString *json = cluster_report_json(report, facts);
    g_string_free(facts, TRUE);
    cluster_report_free(report);
    return json;
}

GString *cluster_model_dot(cluster_model *model)
{
    cluster_report *report = report_on(model);
    GString *dot = cluster_report_dot(report);
    cluster_report_free(report);
    return dot;
}

static void free_filter(gpointer data)
{
    cluster_problem_filter *problem = data;
    g_free(problem->title);
    g_free(problem->filter);
    g_free(problem);
}

GPtrArray *cluster_model_problems(cluster_model *model)
{
    cluster_report *report = report_on(model);
    GPtrArray *all = g_ptr_array_new_with_free_func(free_filter);
    for (guint i = 0; i < report->problems->len; i++) {
        const cluster_problem *problem = g_ptr_array_index(report->problems, i);
        cluster_problem_filter *filter = g_new0(cluster_problem_filter, 1);
        filter->title = g_strdup_printf("%s: %s", problem->code, problem->text);
        filter->filter = g_strdup(problem->filter);
        g_ptr_array_add(all, filter);
    }
    cluster_report_free(report);
    return all;
}
