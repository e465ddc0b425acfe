/* bench.c
 * Times the codec beside other JSON decoders on the same bytes.
 * May include: GLib, bench.h and mixes.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"
#include "mixes.h"

/* Each decoder is timed on a mix at least as often and as long as this. */
#define ROUNDS_MIN 3
#define SECONDS_MIN 2.0
/* How often the lone message is decoded, and how often that is timed. */
#define LONE_CALLS 1000
#define LONE_ROUNDS 1000

static const bench_decoder decoders[] = {
    {"seekchat", bench_codec},
#ifdef HAVE_YYJSON
    {"yyjson", bench_yyjson},
#endif
#ifdef HAVE_SIMDJSON
    {"simdjson", bench_simdjson},
#endif
#ifdef HAVE_YAJL
    {"yajl", bench_yajl},
#endif
#ifdef HAVE_CJSON
    {"cJSON", bench_cjson},
#endif
#ifdef HAVE_JANSSON
    {"jansson", bench_jansson},
#endif
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Seconds that one run over a fresh copy of the input takes; what it found in *found. */
static double run_timed(const bench_decoder *decoder, const bench_mix *mix, const GString *input,
                        uint8_t *copy, bench_found *found)
{
    memcpy(copy, input->str, input->len);
    double start = now();
    *found = decoder->decode(copy, input->len, mix->is_one);
    return now() - start;
}

/*
 * Times every decoder on an input. They take turns, so that all of them meet the same disturbances,
 * until each has had its time; the fastest run of each counts.
 */
static void measure(const bench_mix *mix, const GString *input, double *best, bench_found *found)
{
    uint8_t *copy = calloc(input->len + BENCH_PADDING, 1);
    double spent[G_N_ELEMENTS(decoders)] = {0};
    bool is_busy = true;
    for (unsigned round = 0; is_busy; round++) {
        is_busy = false;
        for (size_t i = 0; i < G_N_ELEMENTS(decoders); i++) {
            if (round < ROUNDS_MIN || spent[i] < SECONDS_MIN) {
                double seconds = run_timed(&decoders[i], mix, input, copy, &found[i]);
                best[i] = round == 0 ? seconds : MIN(best[i], seconds);
                spent[i] += seconds;
                is_busy = true;
            }
        }
    }
    free(copy);
}

static void run_mix(const bench_mix *mix, unsigned count)
{
    GString *input = mix->make(count);
    double best[G_N_ELEMENTS(decoders)];
    bench_found found[G_N_ELEMENTS(decoders)];
    measure(mix, input, best, found);
    printf("%s (%u, %.1f bytes each), ns a %s\n", mix->name, count, (double)input->len / count,
           mix->unit);
    for (size_t i = 0; i < G_N_ELEMENTS(decoders); i++) {
        bool is_same = memcmp(&found[0], &found[i], sizeof found[0]) == 0;
        printf("  %-10s %8.2f%s\n", decoders[i].name, best[i] / count * 1e9,
               is_same ? "" : "  FOUND SOMETHING ELSE");
    }
    g_string_free(input, TRUE);
}

/* A message alone in its own memory, as a segment brings it. */
static void run_lone(void)
{
    static const char message[] = "{\"type\":\"watching\",\"payload\":\"check\",\"sender\":"
                                  "\"worker123@app-12.example.org\"}";
    size_t length = sizeof message - 1;
    uint8_t *input = g_malloc(length);
    memcpy(input, message, length);
    double best = 1e9;
    bool is_right = true;
    for (unsigned round = 0; round < LONE_ROUNDS; round++) {
        double start = now();
        is_right &= bench_codec_again(input, length, LONE_CALLS);
        double seconds = now() - start;
        best = MIN(best, seconds);
    }
    printf("lone message of %zu bytes, ns\n  %-10s %8.2f%s\n", length, decoders[0].name,
           best / LONE_CALLS * 1e9, is_right ? "" : "  NOT DECODED");
    g_free(input);
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
    bench_found found = decoder->decode(copy, input->len, mix->is_one);
    free(copy);
    g_string_free(input, TRUE);
    return found.messages > 0 ? 0 : 1;
}

static void list_all(void)
{
    for (const bench_mix *mix = bench_mixes; mix->name; mix++) {
        for (size_t i = 0; i < G_N_ELEMENTS(decoders); i++) {
            printf("%s|%s\n", decoders[i].name, mix->name);
        }
    }
}

/*
 * Without arguments: the table of times. With a number: the same for so small a part of each mix.
 * list: the names of what there is. A decoder, a mix and a count: see run_once.
 */
int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "list") == 0) {
        list_all();
        return 0;
    }
    if (argc == 4) {
        return run_once(argv[1], argv[2], argv[3]);
    }
    unsigned divisor = argc == 2 ? (unsigned)strtoul(argv[1], NULL, 10) : 1;
    for (const bench_mix *mix = bench_mixes; mix->name; mix++) {
        run_mix(mix, mix->count / MAX(divisor, 1));
    }
    run_lone();
    return 0;
}
