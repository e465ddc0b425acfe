/* result.h
 * What the model's reports say: look-ups by path, and checks of them.
 * May include: world.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TEST_RESULT_H
#define TEST_RESULT_H

#include "world.h"

/* Frames as check_frames and check_cause take them. */
#define FRAMES(...)                                                                                \
    (const uint32_t[])                                                                             \
    {                                                                                              \
        __VA_ARGS__, 0                                                                             \
    }
#define NO_FRAMES                                                                                  \
    (const uint32_t[])                                                                             \
    {                                                                                              \
        0                                                                                          \
    }

/*
 * The value at a path of the world's report in JSON, such as "joins[0].cause.code": a string as it
 * is, null, true, false and numbers as they are written, an array's values with spaces between, an
 * object as {}. "-" if there is no such value. To be freed with g_free.
 */
char *value_of(test_world *world, const char *path);
/* The same in the text of any report. */
char *value_in(const char *json, const char *path);

/* Members of an array. */
uint32_t count_of(test_world *world, const char *path);

void check(test_world *world, const char *path, const char *expected);
/* That a string holds a text. */
void check_holds(test_world *world, const char *path, const char *text);
void check_frames(test_world *world, const char *path, const uint32_t *frames);
/* Of a join: that it failed, with a code, these frames and a sentence. */
void check_cause(test_world *world, uint32_t join, const char *code, const uint32_t *frames);

/* How many problems have a code; and the path of the first of them, good until the next call. */
uint32_t problems_of(test_world *world, const char *code);
const char *problem_at(test_world *world, const char *code);
/* Severity and code of all problems: "error epmd_refused, note capture_ends". To be freed. */
char *problems_text(test_world *world);
void check_problems(test_world *world, const char *expected);

/* That a node has a state ("null": none). */
void check_state(test_world *world, const char *node, const char *state);
/* The clusters, as "ab/a c/c": the nodes' first letters, and those of the Beacons; and split_brain,
 * "true", "false" or "null". */
void check_clusters(test_world *world, const char *expected, const char *split_brain);

/* That the report for a person holds a text, or does not. */
void check_says(test_world *world, const char *text);
void check_never_says(test_world *world, const char *text);

/* What a report in JSON says of joins, watches, scans, clusters, states and problems; with or
 * without the numbers of frames. To be freed with g_free. */
char *summary_of(const char *json, bool frames);

/* The report in JSON that several such reports make. To be freed with g_free. */
char *merged(const char *const *reports, size_t count);

/* Checks that the text is printable. */
void check_printable(const GString *text);

#endif
