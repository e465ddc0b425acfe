/* main_once.c
 * Preloaded into a program, lets it start once for many calls: in the place of its main function it
 * waits for command lines, and calls that function in a child of its own for each. What the loader
 * does takes some milliseconds, a short command a tenth of one.
 * The words of a request (see serve.h) are the arguments, argv[0] included. May include: glibc.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <stddef.h>

#include "serve.h"

typedef int main_function(int, char **, char **);
typedef int start_function(main_function *, int, char **, void (*)(void), void (*)(void),
                           void (*)(void), void *);

/* The function of glibc that calls main, which this one stands before. */
start_function __libc_start_main;

static main_function *program;

static int serve_calls(int argc, char **argv, char **environment)
{
    argv = serve(&argc);
    return program(argc, argv, environment);
}

int __libc_start_main(main_function *main, int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*loader_fini)(void), void *stack_end)
{
    union {
        void *address;
        start_function *function;
    } next_one = {.address = dlsym(RTLD_NEXT, "__libc_start_main")};

    if (next_one.address == NULL) {
        serve_fail("__libc_start_main");
    }
    program = main;
    return next_one.function(serve_calls, argc, argv, init, fini, loader_fini, stack_end);
}
