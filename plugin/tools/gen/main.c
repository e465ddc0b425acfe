/* main.c
 * seekchat-gen: writes captures of synthetic SeekChat conversations, the same bytes in every run.
 * May include: scenario.h, the C library and GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "scenario.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATUS_USAGE 2

static const scenario *const tables[] = {message_scenarios, segment_scenarios, network_scenarios,
                                         broken_scenarios};

static const scenario *find(const char *name)
{
    for (size_t t = 0; t < G_N_ELEMENTS(tables); t++) {
        for (const scenario *s = tables[t]; s->name != NULL; s++) {
            if (strcmp(s->name, name) == 0)
                return s;
        }
    }
    return NULL;
}

static const sized_scenario *find_sized(const char *name)
{
    for (const sized_scenario *s = bench_scenarios; s->parameter != NULL; s++) {
        if (strcmp(s->scenario.name, name) == 0)
            return s;
    }
    return NULL;
}

static int list(void)
{
    for (size_t t = 0; t < G_N_ELEMENTS(tables); t++) {
        for (const scenario *s = tables[t]; s->name != NULL; s++)
            printf("%-24s %s\n", s->name, s->summary);
    }
    for (const sized_scenario *s = bench_scenarios; s->parameter != NULL; s++)
        printf("%s %-*s %s\n", s->scenario.name, (int)(23 - strlen(s->scenario.name)), s->parameter,
               s->scenario.summary);
    return EXIT_SUCCESS;
}

static int report(const char *path)
{
    fprintf(stderr, "seekchat-gen: %s: %s\n", path, g_strerror(errno));
    return EXIT_FAILURE;
}

static int write_scenario(const scenario *s, unsigned long size, const char *path)
{
    pcapng *file = pcapng_create(path, s->summary, s->snaplen);
    if (file == NULL)
        return report(path);
    capture *c = g_new(capture, 1);
    capture_begin(c, file, size);
    s->make(c);
    capture_end(c);
    g_free(c);
    return pcapng_close(file) ? EXIT_SUCCESS : report(path);
}

static int write_all(const char *directory)
{
    for (size_t t = 0; t < G_N_ELEMENTS(tables); t++) {
        for (const scenario *s = tables[t]; s->name != NULL; s++) {
            g_autofree char *path = g_strdup_printf("%s/%s.pcapng", directory, s->name);
            if (write_scenario(s, 0, path) != EXIT_SUCCESS)
                return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}

static int usage(FILE *stream)
{
    fputs("Usage:\n"
          "  seekchat-gen NAME FILE        write the capture of one scenario\n"
          "  seekchat-gen NAME SIZE FILE   the same for a scenario with a size\n"
          "  seekchat-gen --all DIRECTORY  write all that have no size, as NAME.pcapng\n"
          "  seekchat-gen --list           print the scenarios and what each shows\n",
          stream);
    return stream == stdout ? EXIT_SUCCESS : STATUS_USAGE;
}

static int run_sized(const char *name, const char *size_text, const char *path)
{
    const sized_scenario *s = find_sized(name);
    guint64 size;
    if (s == NULL)
        return usage(stderr);
    if (!g_ascii_string_to_unsigned(size_text, 10, s->least, s->most, &size, NULL)) {
        fprintf(stderr, "seekchat-gen: %s takes a size from %lu to %lu\n", name, s->least, s->most);
        return STATUS_USAGE;
    }
    return write_scenario(&s->scenario, (unsigned long)size, path);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--list") == 0)
        return list();
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return usage(stdout);
    if (argc == 3 && strcmp(argv[1], "--all") == 0)
        return write_all(argv[2]);
    if (argc == 3 && find(argv[1]) != NULL)
        return write_scenario(find(argv[1]), 0, argv[2]);
    if (argc == 4)
        return run_sized(argv[1], argv[2], argv[3]);
    return usage(stderr);
}
