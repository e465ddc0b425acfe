/* start_once.c
 * Preloaded into tshark, lets it start once for many captures: where it would open its capture, it
 * waits for the names of captures, and goes on in a child of its own for each. Registering
 * Wireshark's dissectors takes a tenth of a second, reading a small capture a few milliseconds.
 * A request (see serve.h) has one word, the capture. May include: glibc.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>

#include "serve.h"

struct wtap;
typedef struct wtap *open_offline(const char *, unsigned, int *, char **, bool);

/* Wiretap's function, which this one stands before. */
open_offline wtap_open_offline;

struct wtap *wtap_open_offline(const char *name, unsigned type, int *error, char **message,
                               bool at_random)
{
    static const char *capture = NULL;
    union {
        void *address;
        open_offline *function;
    } next_one = {.address = dlsym(RTLD_NEXT, "wtap_open_offline")};

    if (next_one.address == NULL) {
        serve_fail("wtap_open_offline");
    }
    if (capture == NULL) {
        int count;
        name = capture = serve(&count)[0];
    }
    return next_one.function(name, type, error, message, at_random);
}

/* Freeing what the server made would copy all of it; the child's end does as well. */
void epan_cleanup(void);

void epan_cleanup(void)
{
}
