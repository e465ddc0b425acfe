/* result.c
 * What the model's reports say: look-ups by path, and checks of them.
 * May include: the headers of the tests and of plugin/cluster, and the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "result.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "merge.h"
#include "report.h"

/* Look-ups. */

static cluster_json *read_json(const char *text)
{
    char *error = NULL;
    cluster_json *json = cluster_json_read(text, strlen(text), &error);
    g_assert_cmpstr(error, ==, NULL);
    return json;
}

/* The index of an array's member. False if it has none. */
static bool find_member(const cluster_json *json, uint32_t *at, unsigned long number)
{
    const cluster_json_value *array = cluster_json_at(json, *at);
    if (array->kind != CLUSTER_JSON_ARRAY || number >= array->count) {
        return false;
    }
    uint32_t member = *at + 1;
    while (number-- > 0) {
        member = cluster_json_at(json, member)->next;
    }
    *at = member;
    return true;
}

static bool find_key(const cluster_json *json, uint32_t *at, const char *path, size_t length)
{
    char *key = g_strndup(path, length);
    *at = cluster_json_member(json, *at, key);
    g_free(key);
    return *at != 0;
}

/* The index of the value at a path. False if there is none. */
static bool find_path(const cluster_json *json, const char *path, uint32_t *at)
{
    *at = 0;
    while (*path != '\0') {
        if (*path == '[') {
            char *end;
            if (!find_member(json, at, strtoul(path + 1, &end, 10))) {
                return false;
            }
            path = end + 1;
        } else {
            path += *path == '.';
            size_t length = strcspn(path, ".[");
            if (!find_key(json, at, path, length)) {
                return false;
            }
            path += length;
        }
    }
    return true;
}

static void append_value(GString *out, const cluster_json *json, uint32_t at)
{
    const cluster_json_value *value = cluster_json_at(json, at);
    static const char *const words[] = {"null", "false", "true"};
    GString *string;
    uint32_t member = at + 1;
    switch ((cluster_json_kind)value->kind) {
    case CLUSTER_JSON_NULL:
    case CLUSTER_JSON_FALSE:
    case CLUSTER_JSON_TRUE:
        g_string_append(out, words[value->kind]);
        break;
    case CLUSTER_JSON_NUMBER:
        g_string_append_len(out, json->text + value->start, value->length);
        break;
    case CLUSTER_JSON_STRING:
        string = cluster_json_string(json, at);
        g_string_append_len(out, string->str, (gssize)string->len);
        g_string_free(string, TRUE);
        break;
    case CLUSTER_JSON_ARRAY:
        for (uint32_t i = 0; i < value->count; i++) {
            g_string_append(out, i == 0 ? "" : " ");
            append_value(out, json, member);
            member = cluster_json_at(json, member)->next;
        }
        break;
    case CLUSTER_JSON_OBJECT:
        g_string_append(out, "{}");
        break;
    }
}

static void append_path(GString *out, const cluster_json *json, const char *path)
{
    uint32_t at;
    if (find_path(json, path, &at)) {
        append_value(out, json, at);
    } else {
        g_string_append_c(out, '-');
    }
}

char *value_in(const char *text, const char *path)
{
    GString *out = g_string_new(NULL);
    cluster_json *json = read_json(text);
    append_path(out, json, path);
    cluster_json_free(json);
    return g_string_free(out, FALSE);
}

static uint32_t count_at(const cluster_json *json, const char *path)
{
    uint32_t at;
    g_assert_true(find_path(json, path, &at));
    g_assert_cmpint(cluster_json_at(json, at)->kind, ==, CLUSTER_JSON_ARRAY);
    return cluster_json_at(json, at)->count;
}

static const char *json_of_world(test_world *world)
{
    if (world->json != NULL && world->json_frame == world->frame) {
        return world->json->str;
    }
    if (world->json != NULL) {
        g_string_free(world->json, TRUE);
    }
    world->json = cluster_model_json(world->model);
    world->json_frame = world->frame;
    return world->json->str;
}

char *value_of(test_world *world, const char *path)
{
    return value_in(json_of_world(world), path);
}

uint32_t count_of(test_world *world, const char *path)
{
    cluster_json *json = read_json(json_of_world(world));
    uint32_t count = count_at(json, path);
    cluster_json_free(json);
    return count;
}

/* Checks. A failed one shows the report. */

static void show(test_world *world)
{
    GString *text = cluster_model_text(world->model);
    g_test_message("%s", text->str);
    g_string_free(text, TRUE);
}

void check(test_world *world, const char *path, const char *expected)
{
    char *value = value_of(world, path);
    if (strcmp(value, expected) != 0) {
        show(world);
        g_test_message("%s is %s, not %s", path, value, expected);
    }
    g_assert_cmpstr(value, ==, expected);
    g_free(value);
}

void check_holds(test_world *world, const char *path, const char *text)
{
    char *value = value_of(world, path);
    if (strstr(value, text) == NULL) {
        show(world);
        g_test_message("%s is %s, without %s", path, value, text);
        g_test_fail();
        g_assert_not_reached();
    }
    g_free(value);
}

void check_frames(test_world *world, const char *path, const uint32_t *frames)
{
    GString *expected = g_string_new(NULL);
    for (size_t i = 0; frames[i] != 0; i++) {
        g_string_append_printf(expected, "%s%u", i == 0 ? "" : " ", frames[i]);
    }
    check(world, path, expected->str);
    g_string_free(expected, TRUE);
}

void check_cause(test_world *world, uint32_t join, const char *code, const uint32_t *frames)
{
    char *path = g_strdup_printf("joins[%u].outcome", join);
    check(world, path, "join_failed");
    g_free(path);
    path = g_strdup_printf("joins[%u].cause.code", join);
    check(world, path, code);
    g_free(path);
    path = g_strdup_printf("joins[%u].cause.text", join);
    char *text = value_of(world, path);
    g_assert_cmpuint(strlen(text), >, 1);
    g_free(text);
    g_free(path);
    path = g_strdup_printf("joins[%u].cause.frames", join);
    check_frames(world, path, frames);
    g_free(path);
}

static bool is_code(const cluster_json *json, uint32_t index, const char *code)
{
    char *path = g_strdup_printf("problems[%u].code", index);
    GString *value = g_string_new(NULL);
    append_path(value, json, path);
    bool is = strcmp(value->str, code) == 0;
    g_string_free(value, TRUE);
    g_free(path);
    return is;
}

uint32_t problems_of(test_world *world, const char *code)
{
    cluster_json *json = read_json(json_of_world(world));
    uint32_t found = 0;
    for (uint32_t i = 0; i < count_at(json, "problems"); i++) {
        found += is_code(json, i, code);
    }
    cluster_json_free(json);
    return found;
}

const char *problem_at(test_world *world, const char *code)
{
    static char path[40];
    cluster_json *json = read_json(json_of_world(world));
    uint32_t index = 0;
    while (index < count_at(json, "problems") && !is_code(json, index, code)) {
        index++;
    }
    if (index == count_at(json, "problems")) {
        show(world);
        g_test_message("no problem %s", code);
        g_assert_not_reached();
    }
    cluster_json_free(json);
    g_snprintf(path, sizeof path, "problems[%u]", index);
    return path;
}

static void append_problems(GString *out, const cluster_json *json)
{
    for (uint32_t i = 0; i < count_at(json, "problems"); i++) {
        char *severity = g_strdup_printf("problems[%u].severity", i);
        char *code = g_strdup_printf("problems[%u].code", i);
        g_string_append(out, i == 0 ? "" : ", ");
        append_path(out, json, severity);
        g_string_append_c(out, ' ');
        append_path(out, json, code);
        g_free(code);
        g_free(severity);
    }
}

char *problems_text(test_world *world)
{
    GString *out = g_string_new(NULL);
    cluster_json *json = read_json(json_of_world(world));
    append_problems(out, json);
    cluster_json_free(json);
    return g_string_free(out, FALSE);
}

void check_problems(test_world *world, const char *expected)
{
    char *text = problems_text(world);
    if (strcmp(text, expected) != 0) {
        show(world);
    }
    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

void check_state(test_world *world, const char *node, const char *state)
{
    uint32_t count = count_of(world, "nodes");
    bool found = false;
    for (uint32_t i = 0; i < count && !found; i++) {
        char *path = g_strdup_printf("nodes[%u].name", i);
        char *name = value_of(world, path);
        g_free(path);
        found = strcmp(name, node) == 0;
        g_free(name);
        if (found) {
            path = g_strdup_printf("nodes[%u].state", i);
            check(world, path, state);
            g_free(path);
        }
    }
    if (!found) {
        g_error("no node %s", node);
    }
}

static void append_letters(GString *out, test_world *world, uint32_t cluster, const char *key)
{
    char *path = g_strdup_printf("clusters[%u].%s", cluster, key);
    uint32_t count = count_of(world, path);
    for (uint32_t i = 0; i < count; i++) {
        char *member = g_strdup_printf("%s[%u]", path, i);
        char *name = value_of(world, member);
        g_string_append_len(out, name, 1);
        g_free(name);
        g_free(member);
    }
    g_free(path);
}

void check_clusters(test_world *world, const char *expected, const char *split_brain)
{
    GString *out = g_string_new(NULL);
    uint32_t count = count_of(world, "clusters");
    for (uint32_t i = 0; i < count; i++) {
        g_string_append(out, i == 0 ? "" : " ");
        append_letters(out, world, i, "nodes");
        g_string_append_c(out, '/');
        append_letters(out, world, i, "beacons");
    }
    if (strcmp(out->str, expected) != 0) {
        show(world);
    }
    g_assert_cmpstr(out->str, ==, expected);
    g_string_free(out, TRUE);
    check(world, "split_brain", split_brain);
}

static bool says(test_world *world, const char *text)
{
    GString *report = cluster_model_text(world->model);
    bool there = strstr(report->str, text) != NULL;
    g_string_free(report, TRUE);
    return there;
}

void check_says(test_world *world, const char *text)
{
    if (!says(world, text)) {
        show(world);
        g_test_message("the report lacks: %s", text);
        g_assert_not_reached();
    }
}

void check_never_says(test_world *world, const char *text)
{
    if (says(world, text)) {
        show(world);
        g_test_message("the report holds: %s", text);
        g_assert_not_reached();
    }
}

void check_printable(const GString *text)
{
    g_assert_true(g_utf8_validate(text->str, (gssize)text->len, NULL));
    for (const char *at = text->str; *at != '\0'; at = g_utf8_next_char(at)) {
        g_assert_true(*at == '\n' || g_unichar_isprint(g_utf8_get_char(at)));
    }
}

/* Summaries. */

/* The values of some keys of each member of an array, a line each. */
static void append_rows(GString *out, const cluster_json *json, const char *array,
                        const char *const *keys)
{
    for (uint32_t i = 0; i < count_at(json, array); i++) {
        g_string_append(out, array);
        for (size_t key = 0; keys[key] != NULL; key++) {
            char *path = g_strdup_printf("%s[%u].%s", array, i, keys[key]);
            g_string_append(out, " | ");
            append_path(out, json, path);
            g_free(path);
        }
        g_string_append_c(out, '\n');
    }
}

char *summary_of(const char *text, bool frames)
{
    /* Frames come last in each row. */
    static const char *const joins[] = {"seeker",        "beacon",      "outcome",
                                        "cause.code",    "cause.text",  "cause.frames",
                                        "request_frame", "reply_frame", NULL};
    static const char *const problems[] = {"severity", "code", "text", "frames", NULL};
    static const char *const joins_bare[] = {"seeker", "beacon", "outcome", "cause.code", NULL};
    static const char *const watches[] = {"watcher",       "beacon",      "nodes",
                                          "request_frame", "reply_frame", NULL};
    static const char *const watches_bare[] = {"watcher", "beacon", "nodes", NULL};
    static const char *const scans[] = {"source",   "port",    "rounds", "targets",
                                        "answered", "refused", "silent", NULL};
    static const char *const clusters[] = {"nodes", "beacons", NULL};
    static const char *const nodes[] = {"name", "state", "roles", NULL};
    GString *out = g_string_new(NULL);
    cluster_json *json = read_json(text);
    append_rows(out, json, "joins", frames ? joins : joins_bare);
    append_rows(out, json, "watches", frames ? watches : watches_bare);
    append_rows(out, json, "scans", scans);
    append_rows(out, json, "clusters", clusters);
    append_rows(out, json, "nodes", nodes);
    g_string_append(out, "split_brain ");
    append_path(out, json, "split_brain");
    g_string_append(out, "\nproblems ");
    append_problems(out, json);
    if (frames) {
        g_string_append_c(out, '\n');
        append_rows(out, json, "problems", problems);
    }
    cluster_json_free(json);
    return g_string_free(out, FALSE);
}

/* Merging. */

char *merged(const char *const *reports, size_t count)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(cluster_facts_free);
    char *error = NULL;
    for (size_t i = 0; i < count; i++) {
        cluster_facts *part = cluster_facts_read(reports[i], strlen(reports[i]), &error);
        g_assert_cmpstr(error, ==, NULL);
        g_ptr_array_add(parts, part);
    }
    cluster_facts *facts = cluster_facts_merge(parts, &error);
    g_assert_cmpstr(error, ==, NULL);
    g_ptr_array_unref(parts);
    GString *written = g_string_new(NULL);
    cluster_facts_write(facts, written);
    cluster_report *report = cluster_report_new(facts);
    GString *json = cluster_report_json(report, written);
    cluster_report_free(report);
    g_string_free(written, TRUE);
    cluster_facts_free(facts);
    return g_string_free(json, FALSE);
}
