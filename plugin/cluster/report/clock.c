/* clock.c
 * What was before what, where several captures went on at one time.
 * May include: the headers of report/ and facts/, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * Frames are numbered through the captures, one behind the other. So they tell the order only of
 * captures that went on one after the other; of others the times do, less what their clocks are
 * ahead, as far as that is known.
 */

#include <math.h>

#include "steps.h"

/* Seconds by which the same segment may pass two points one after the other. */
#define ON_THE_WAY 0.05

static const cluster_capture *capture_of(const cluster_report *report, const cluster_moment *when,
                                         uint32_t *place)
{
    *place = cluster_facts_capture_of(report->facts, when->frame);
    return *place == UINT32_MAX ? NULL
                                : &g_array_index(report->facts->captures, cluster_capture, *place);
}

bool cluster_report_overlap(const cluster_report *report, const cluster_moment *one,
                            const cluster_moment *other)
{
    uint32_t first;
    uint32_t second;
    if (report->facts->captures->len < 2) {
        return false;
    }
    const cluster_capture *left = capture_of(report, one, &first);
    const cluster_capture *right = capture_of(report, other, &second);
    return left != NULL && right != NULL && first != second && left->first < right->last &&
           right->first < left->last;
}

bool cluster_report_is_before(const cluster_report *report, const cluster_moment *one,
                              const cluster_moment *other, double slack)
{
    if (one->frame == 0 || other->frame == 0) {
        return one->time < other->time;
    }
    if (!cluster_report_overlap(report, one, other)) {
        return one->frame < other->frame;
    }
    uint32_t first;
    uint32_t second;
    capture_of(report, one, &first);
    capture_of(report, other, &second);
    const cluster_clock *left = &report->clocks[first];
    const cluster_clock *right = &report->clocks[second];
    if (left->known && right->known) {
        slack = slack > 0 ? ON_THE_WAY : -ON_THE_WAY;
    }
    return one->time - left->ahead - slack < other->time - right->ahead;
}

double cluster_report_capture_end(const cluster_report *report, uint32_t frame)
{
    const GArray *captures = report->facts->captures;
    uint32_t place = cluster_facts_capture_of(report->facts, frame);
    if (place == UINT32_MAX) {
        return report->facts->last;
    }
    double end = g_array_index(captures, cluster_capture, place).last;
    for (uint32_t i = place + 1; i < captures->len; i++) {
        const cluster_capture *next = &g_array_index(captures, cluster_capture, i);
        if (next->first - end > CLUSTER_IDLE) {
            break;
        }
        end = MAX(end, next->last);
    }
    return end;
}

double cluster_report_capture_start(const cluster_report *report, uint32_t frame)
{
    const GArray *captures = report->facts->captures;
    uint32_t place = cluster_facts_capture_of(report->facts, frame);
    if (place == UINT32_MAX) {
        return report->facts->first;
    }
    double start = g_array_index(captures, cluster_capture, place).first;
    for (; place > 0; place--) {
        const cluster_capture *before = &g_array_index(captures, cluster_capture, place - 1);
        if (start - before->last > CLUSTER_IDLE) {
            break;
        }
        start = MIN(start, before->first);
    }
    return start;
}

/* A time by the clock of the first capture. */
static double time_of(const cluster_report *report, const cluster_moment *when)
{
    uint32_t place = cluster_facts_capture_of(report->facts, when->frame);
    return place == UINT32_MAX ? when->time : when->time - report->clocks[place].ahead;
}

int cluster_report_compare(const cluster_report *report, const cluster_moment *one,
                           const cluster_moment *other)
{
    double left = report->overlapping ? time_of(report, one) : 0;
    double right = report->overlapping ? time_of(report, other) : 0;
    return left != right ? (left > right) - (left < right) : cluster_moment_compare(one, other);
}

void cluster_report_find_clocks(cluster_report *report)
{
    const GArray *captures = report->facts->captures;
    double end = -INFINITY;
    report->clocks = g_new0(cluster_clock, MAX(1, captures->len));
    report->clocks[0].known = true;
    for (guint i = 0; i < captures->len; i++) {
        const cluster_capture *capture = &g_array_index(captures, cluster_capture, i);
        report->overlapping = report->overlapping || capture->first < end;
        end = MAX(end, capture->last);
    }
}
