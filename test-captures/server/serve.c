/* serve.c
 * See serve.h. May include: glibc.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE /* getdelim, dprintf */
#include "serve.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIGNALLED = 128 };

void serve_fail(const char *what)
{
    perror(what);
    _exit(EXIT_FAILURE);
}

/* The next part of a request, to be freed; without one the program ends. */
static char *next(void)
{
    char *part = NULL;
    size_t size = 0;

    if (getdelim(&part, &size, '\0', stdin) == -1) {
        _exit(EXIT_SUCCESS);
    }
    return part;
}

/* Opens the file that a descriptor is to be. */
static int open_next(int flags)
{
    char *name = next();
    int file = open(name, flags | O_CLOEXEC, 0666);

    if (file == -1) {
        serve_fail(name);
    }
    free(name);
    return file;
}

static char **next_words(int *count)
{
    char *number = next();
    char **words;

    *count = atoi(number);
    free(number);
    words = calloc((size_t)*count + 1, sizeof *words);
    if (words == NULL) {
        serve_fail("calloc");
    }
    for (int i = 0; i < *count; i++) {
        words[i] = next();
    }
    return words;
}

static void tell(int status)
{
    dprintf(STDOUT_FILENO, "%d\n",
            WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status));
}

char **serve(int *count)
{
    for (;;) {
        int files[] = {open_next(O_RDONLY), open_next(O_WRONLY | O_CREAT | O_TRUNC),
                       open_next(O_WRONLY | O_CREAT | O_TRUNC)};
        char **words = next_words(count);
        int status;
        pid_t child = fork();

        if (child == -1) {
            serve_fail("fork");
        }
        for (int i = 0; i < 3; i++) {
            if (child == 0 && dup2(files[i], i) == -1) {
                serve_fail("dup2");
            }
            close(files[i]);
        }
        if (child == 0) {
            return words;
        }
        for (int i = 0; i < *count; i++) {
            free(words[i]);
        }
        free(words);
        if (waitpid(child, &status, 0) == -1) {
            serve_fail("waitpid");
        }
        tell(status);
    }
}
