/* bench.c
 * Times the codec beside other JSON decoders on the same bytes.
 * May include: GLib, bench.h and mixes.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"
#include "mixes.h"

/* A mix is timed at least as often and as long as this. */
#define ROUNDS_MIN 7
#define SECONDS_MIN 2.0

static const bench_decoder decoders[] = {
    {"seekchat", false, bench_codec},
#ifdef HAVE_YYJSON
    {"yyjson", true, bench_yyjson},
#endif
#ifdef HAVE_SIMDJSON
    {"simdjson", false, bench_simdjson},
#endif
#ifdef HAVE_YAJL
    {"yajl", false, bench_yajl},
#endif
#ifdef HAVE_CJSON
    {"cJSON", false, bench_cjson},
#endif
#ifdef HAVE_JANSSON
    {"jansson", false, bench_jansson},
#endif
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Seconds that one run over a fresh copy of the input takes; what it found in *found. */
static double run_timed(const bench_decoder *decoder, const GString *input, uint8_t *copy,
                        bench_found *found)
{
    memcpy(copy, input->str, input->len);
    double start = now();
    *found = decoder->decode(copy, input->len);
    return now() - start;
}

/*
 * Times every decoder on an input. They take turns, so that all of them meet the same disturbances,
 * and the fastest run of each counts.
 */
static void measure(const GString *input, double *best, bench_found *found)
{
    uint8_t *copy = calloc(input->len + BENCH_PADDING, 1);
    double begin = now();
    for (unsigned round = 0; round < ROUNDS_MIN || now() - begin < SECONDS_MIN; round++) {
        for (size_t i = 0; i < G_N_ELEMENTS(decoders); i++) {
            double seconds = run_timed(&decoders[i], input, copy, &found[i]);
            best[i] = round == 0 || seconds < best[i] ? seconds : best[i];
        }
    }
    free(copy);
}

static void run_mix(const bench_mix *mix, unsigned count)
{
    GString *input = mix->make(count);
    double best[G_N_ELEMENTS(decoders)];
    bench_found found[G_N_ELEMENTS(decoders)];
    measure(input, best, found);
    printf("%s (%u, %.1f bytes each), ns a %s\n", mix->name, count, (double)input->len / count,
           mix->unit);
    for (size_t i = 0; i < G_N_ELEMENTS(decoders); i++) {
        bool is_same = memcmp(&found[0], &found[i], sizeof found[0]) == 0;
        printf("  %-10s %8.2f%s\n", decoders[i].name, best[i] / count * 1e9,
               is_same ? "" : "  FOUND SOMETHING ELSE");
    }
    g_string_free(input, TRUE);
}

static const bench_mix *find_mix(const char *name)
{
    const bench_mix *mix = bench_mixes;
    while (mix->name && strcmp(mix->name, name) != 0) {
        mix++;
    }
    return mix->name ? mix : NULL;
}

static const bench_decoder *find_decoder(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(decoders); i++) {
        if (strcmp(decoders[i].name, name) == 0) {
            return &decoders[i];
        }
    }
    return NULL;
}

/* Decodes count of a mix once, for a tool that counts instructions. */
static int run_once(const char *decoder_name, const char *mix_name, const char *count)
{
    const bench_decoder *decoder = find_decoder(decoder_name);
    const bench_mix *mix = find_mix(mix_name);
    if (!decoder || !mix) {
        fprintf(stderr, "no such decoder or mix: %s, %s\n", decoder_name, mix_name);
        return 2;
    }
    GString *input = mix->make((unsigned)strtoul(count, NULL, 10));
    uint8_t *copy = calloc(input->len + BENCH_PADDING, 1);
    memcpy(copy, input->str, input->len);
    bench_found found = decoder->decode(copy, input->len);
    free(copy);
    g_string_free(input, TRUE);
    return found.messages > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc == 4) {
        return run_once(argv[1], argv[2], argv[3]);
    }
    unsigned divisor = argc == 2 ? (unsigned)strtoul(argv[1], NULL, 10) : 1;
    for (const bench_mix *mix = bench_mixes; mix->name; mix++) {
        run_mix(mix, mix->count / MAX(divisor, 1));
    }
    return 0;
}
