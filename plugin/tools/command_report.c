/* command_report.c
 * seekchat report merge: joins cluster reports into one.
 * May include: plugin/cluster, GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "command.h"

#include <string.h>

#include "cluster_limits.h"
#include "input.h"
#include "merge.h"
#include "report.h"

static const command_help report_help = {
    .name = "seekchat report",
    .parameters = "merge FILE...",
    .summary = "Joins cluster reports into one: 'seekchat report merge --help' tells more.",
    .details = NULL,
};

static const command_help merge_help = {
    .name = "seekchat report merge",
    .parameters = "FILE...",
    .summary =
        "Joins cluster reports of different points or times into one, and prints it as JSON.\n"
        "Each FILE (- is standard input) is what 'tshark -q -r CAPTURE -z\n"
        "seekchat,cluster,json' printed, or a report that was merged before.",
    .details = "The order of the files does not matter, and a capture that is in several of them\n"
               "counts once. Frames are numbered through all captures, in the order of the times\n"
               "at which these begin.",
};

/* The facts of a report; NULL after an error, which was printed. */
static cluster_facts *read_file(const char *path)
{
    input in;
    if (!input_open(&in, path, CLUSTER_REPORT_BYTES_MAX)) {
        return NULL;
    }
    input_result result;
    do {
        result = input_fill(&in);
    } while (result == INPUT_MORE);
    cluster_facts *facts = NULL;
    if (result == INPUT_END) {
        g_autofree char *error = NULL;
        guint length = in.buffer->len;
        g_byte_array_append(in.buffer, (const guint8 *)"", 1);
        facts = cluster_report_read((const char *)in.buffer->data, length, &error);
        if (facts == NULL) {
            command_error("%s: %s", in.name, error);
        }
    }
    input_close(&in);
    return facts;
}

static command_status print_report(const cluster_facts *facts, bool text)
{
    cluster_report *report = cluster_report_new(facts);
    GString *out = text ? cluster_report_text(report) : cluster_report_json(report);
    command_write(out);
    g_string_free(out, TRUE);
    cluster_report_free(report);
    return command_flush() ? STATUS_OK : STATUS_BAD_INPUT;
}

static command_status merge_files(int count, char **paths, bool text)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(cluster_facts_free);
    for (int i = 0; i < count; i++) {
        cluster_facts *facts = read_file(paths[i]);
        if (facts == NULL) {
            return STATUS_BAD_INPUT;
        }
        g_ptr_array_add(parts, facts);
    }
    g_autofree char *error = NULL;
    cluster_facts *whole = cluster_facts_merge(parts, &error);
    if (whole == NULL) {
        return command_error("%s", error);
    }
    g_ptr_array_set_size(parts, 0);
    command_status status = print_report(whole, text);
    cluster_facts_free(whole);
    return status;
}

static command_status run_merge(int argc, char **argv)
{
    gboolean text = FALSE;
    const GOptionEntry entries[] = {
        {"text", 0, 0, G_OPTION_ARG_NONE, &text, "Print the report for a person", NULL},
        {0},
    };
    command_status status;
    if (!command_options(&merge_help, entries, &argc, argv, &status)) {
        return status;
    }
    if (argc < 2) {
        return command_usage(merge_help.name, "no report given");
    }
    if (argc - 1 > CLUSTER_REPORTS_MAX) {
        return command_usage(merge_help.name,
                             "more than " G_STRINGIFY(CLUSTER_REPORTS_MAX) " reports");
    }
    return merge_files(argc - 1, argv + 1, text);
}

command_status command_report(int argc, char **argv)
{
    const GOptionEntry entries[] = {{0}};
    command_status status;
    if (argc >= 2 && strcmp(argv[1], "merge") == 0) {
        return run_merge(argc - 1, argv + 1);
    }
    if (!command_options(&report_help, entries, &argc, argv, &status)) {
        return status;
    }
    return argc < 2 ? command_usage(report_help.name, "say what to do: merge")
                    : command_usage(report_help.name, "unknown command '%s'", argv[1]);
}
