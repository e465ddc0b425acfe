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

#define TOO_MANY "more than " G_STRINGIFY(CLUSTER_REPORTS_MAX) " reports"

/* Bytes of a name in a list: more than any system takes. */
#define NAME_BYTES_MAX ((size_t)64 * 1024)

static const command_help report_help = {
    .name = "seekchat report",
    .parameters = "merge FILE...",
    .summary = "Joins cluster reports into one: 'seekchat report merge --help' tells more.",
    .details = NULL,
};

static const command_help merge_help = {
    .name = "seekchat report merge",
    .parameters = "FILE... | --files0-from=LIST",
    .summary =
        "Joins cluster reports of different points or times into one, and prints it as JSON.\n"
        "Each FILE (- is standard input) is what 'tshark -q -r CAPTURE -z\n"
        "seekchat,cluster,json' printed, or a report that was merged before.",
    .details = "LIST, too, may be - for standard input: find reports -name '*.json' -print0 |\n"
               "seekchat report merge --files0-from=-\n\n"
               "The order of the files does not matter, and a capture that is in several of them\n"
               "counts once. Frames are numbered through all captures, in the order of the times\n"
               "at which these begin.",
};

/* The forms in which a report is printed. */
typedef enum {
    FORM_JSON,
    FORM_TEXT,
    FORM_DOT,
} report_form;

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
        facts = cluster_facts_read((const char *)in.buffer->data, length, &error);
        if (facts == NULL) {
            command_error("%s: %s", in.name, error);
        }
    }
    input_close(&in);
    return facts;
}

static GString *json_of(const cluster_report *report, const cluster_facts *facts)
{
    GString *written = g_string_new(NULL);
    cluster_facts_write(facts, written);
    GString *json = cluster_report_json(report, written);
    g_string_free(written, TRUE);
    return json;
}

static command_status print_report(cluster_facts *facts, report_form form)
{
    cluster_report *report = cluster_report_new(facts);
    GString *out = form == FORM_TEXT  ? cluster_report_text(report)
                   : form == FORM_DOT ? cluster_report_dot(report)
                                      : json_of(report, facts);
    command_write(out);
    g_string_free(out, TRUE);
    cluster_report_free(report);
    return command_flush() ? STATUS_OK : STATUS_BAD_INPUT;
}

static command_status merge_parts(GPtrArray *parts, report_form form)
{
    g_autofree char *error = NULL;
    cluster_facts *whole = cluster_facts_merge(parts, &error);
    if (whole == NULL) {
        return command_error("%s", error);
    }
    g_ptr_array_set_size(parts, 0);
    command_status status = print_report(whole, form);
    cluster_facts_free(whole);
    return status;
}

/* Every file that is no report is named, so that nobody has to mend them one by one. */
static command_status merge_files(const GPtrArray *paths, report_form form)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(cluster_facts_free);
    bool failed = false;
    for (guint i = 0; i < paths->len; i++) {
        cluster_facts *facts = read_file(paths->pdata[i]);
        failed = failed || facts == NULL;
        if (failed) {
            g_clear_pointer(&facts, cluster_facts_free);
            g_ptr_array_set_size(parts, 0);
        } else {
            g_ptr_array_add(parts, facts);
        }
    }
    return failed ? STATUS_BAD_INPUT : merge_parts(parts, form);
}

/* Where the names of the reports come from, and what they are. */
typedef struct {
    const char *list; /* the path of --files0-from, NULL without it */
    GPtrArray *paths; /* char *, owned */
} operands;

/* Adds a name of the list; returns false, with the reason printed, if it cannot be one. */
static bool add_name(operands *o, const input *in, const char *bytes, size_t length)
{
    if (length == 0) {
        command_error("%s: name %u is empty", in->name, o->paths->len + 1);
        return false;
    }
    if (length == 1 && *bytes == '-' && strcmp(o->list, "-") == 0) {
        command_error("standard input cannot be both the list and a report");
        return false;
    }
    if (o->paths->len == CLUSTER_REPORTS_MAX) {
        command_error("%s: " TOO_MANY, in->name);
        return false;
    }
    g_ptr_array_add(o->paths, g_strndup(bytes, length));
    return true;
}

/* Takes the names that are there whole; at the end of the list, also one without a 0 behind it. */
static bool take_names(operands *o, input *in, bool end)
{
    size_t length;
    const char *bytes = (const char *)input_bytes(in, &length);
    for (const char *zero; (zero = memchr(bytes, 0, length)) != NULL;) {
        size_t name = (size_t)(zero - bytes);
        if (!add_name(o, in, bytes, name)) {
            return false;
        }
        input_use(in, name + 1);
        bytes = (const char *)input_bytes(in, &length);
    }
    return !end || length == 0 || add_name(o, in, bytes, length);
}

static bool read_list(operands *o)
{
    input in;
    if (!input_open(&in, o->list, NAME_BYTES_MAX)) {
        return false;
    }
    input_result result;
    bool good;
    do {
        result = input_fill(&in);
        good = result != INPUT_FAILED && take_names(o, &in, result == INPUT_END);
    } while (good && result == INPUT_MORE);
    if (good && o->paths->len == 0) {
        command_error("%s: names no report", in.name);
        good = false;
    }
    input_close(&in);
    return good;
}

/* Fills o->paths, or returns the status to end with. */
static command_status find_operands(operands *o, int count, char **arguments)
{
    if (o->list != NULL && count > 0) {
        return command_usage(merge_help.name, "reports are named by --files0-from or one by one, "
                                              "not both");
    }
    if (o->list != NULL && !read_list(o)) {
        return STATUS_BAD_INPUT;
    }
    if (count > CLUSTER_REPORTS_MAX) {
        return command_usage(merge_help.name, TOO_MANY);
    }
    for (int i = 0; i < count; i++) {
        g_ptr_array_add(o->paths, g_strdup(arguments[i]));
    }
    return o->paths->len == 0 ? command_usage(merge_help.name, "no report given") : STATUS_OK;
}

static command_status run_merge(int argc, char **argv)
{
    gboolean text = FALSE;
    gboolean dot = FALSE;
    g_autofree char *list = NULL;
    const GOptionEntry entries[] = {
        {"text", 0, 0, G_OPTION_ARG_NONE, &text, "Print the report for a person", NULL},
        {"dot", 0, 0, G_OPTION_ARG_NONE, &dot, "Print its clusters as a graph, for Graphviz", NULL},
        {"files0-from", 0, 0, G_OPTION_ARG_FILENAME, &list,
         "Merge the files that LIST names, a 0 byte behind each name", "LIST"},
        {0},
    };
    command_status status;
    if (!command_options(&merge_help, entries, &argc, argv, &status)) {
        return status;
    }
    if (text && dot) {
        return command_usage(merge_help.name,
                             "a report is printed as --text or as --dot, not both");
    }
    const report_form form = text ? FORM_TEXT : dot ? FORM_DOT : FORM_JSON;
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    operands o = {.list = list, .paths = paths};
    status = find_operands(&o, argc - 1, argv + 1);
    return status == STATUS_OK ? merge_files(paths, form) : status;
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
