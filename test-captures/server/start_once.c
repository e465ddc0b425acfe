/* start_once.c
 * Preloaded into tshark, lets it start once for many calls: where it would look at its arguments
 * for the second time, it waits for others, and goes on with them in a child of its own for each.
 * Registering Wireshark's dissectors, which is done by then, takes a tenth of a second, reading a
 * small capture a few milliseconds. What tshark heeds the first time, such as the profile, is the
 * same for all calls; so is the name of the capture, in whose place the right one is opened. The
 * words of a request (see serve.h) are the arguments, argv[0] included, with the capture as the
 * last one. May include: glibc.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>

#include "serve.h"

struct ws_option;
typedef int get_option(int, char *const *, const char *, const struct ws_option *, int *);

struct wtap;
typedef struct wtap *open_offline(const char *, unsigned, int *, char **, bool);

/* Wireshark's functions, which those here stand before. */
get_option ws_getopt_long;
open_offline wtap_open_offline;

static int count; /* of the words of the request */
static char **words = NULL;

static void *next_one(const char *name)
{
    void *address = dlsym(RTLD_NEXT, name);

    if (address == NULL) {
        serve_fail(name);
    }
    return address;
}

int ws_getopt_long(int argc, char *const *argv, const char *known,
                   const struct ws_option *known_long, int *place)
{
    static bool looked = false; /* for the first time */
    union {
        void *address;
        get_option *function;
    } next = {.address = next_one("ws_getopt_long")};

    if (!looked) {
        int option = next.function(argc, argv, known, known_long, place);
        looked = option == -1;
        return option;
    }
    if (words == NULL) {
        words = serve(&count);
    }
    return next.function(count, words, known, known_long, place);
}

struct wtap *wtap_open_offline(const char *name, unsigned type, int *error, char **message,
                               bool at_random)
{
    static bool opened = false;
    union {
        void *address;
        open_offline *function;
    } next = {.address = next_one("wtap_open_offline")};

    if (!opened) {
        name = words[count - 1];
        opened = true;
    }
    return next.function(name, type, error, message, at_random);
}

/* Freeing what the server made would copy all of it; the child's end does as well. */
void epan_cleanup(void);

void epan_cleanup(void)
{
}
