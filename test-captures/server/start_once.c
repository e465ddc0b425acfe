/* start_once.c
 * Preloaded into tshark, lets it start once for many captures: where it would open its capture, it
 * waits for the names of captures, and goes on in a child of its own for each. Registering
 * Wireshark's dissectors takes a tenth of a second, reading a small capture a few milliseconds.
 *
 * On standard input come three names for each capture, a 0 byte behind each: the capture, and the
 * files for standard output and standard error. On standard output goes a line with the child's
 * exit status, 128 and the signal's number if a signal ended it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CAPTURE, OUTPUT, ERRORS, NAMES };

enum { SIGNALLED = 128 };

struct wtap;
typedef struct wtap *open_offline(const char *, unsigned, int *, char **, bool);

/* Wiretap's function, which this one stands before. */
open_offline wtap_open_offline;

static void fail(const char *what)
{
    perror(what);
    _exit(EXIT_FAILURE);
}

/* Reads the names of the next capture; without one the server ends. */
static void next(char *names[NAMES])
{
    static size_t sizes[NAMES];

    for (int i = 0; i < NAMES; i++) {
        if (getdelim(&names[i], &sizes[i], '\0', stdin) == -1) {
            _exit(EXIT_SUCCESS);
        }
    }
}

static void redirect(const char *name, int flags, int descriptor)
{
    int file = open(name, flags, 0666);

    if (file == -1 || dup2(file, descriptor) == -1) {
        fail(name);
    }
    close(file);
}

static void tell(int status)
{
    dprintf(STDOUT_FILENO, "%d\n",
            WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status));
}

/* Comes back in a child for each capture, with that capture's name. */
static const char *serve(void)
{
    static char *names[NAMES];

    for (;;) {
        int status;
        pid_t child;

        next(names);
        child = fork();
        if (child == -1) {
            fail("fork");
        }
        if (child == 0) {
            redirect("/dev/null", O_RDONLY, STDIN_FILENO);
            redirect(names[OUTPUT], O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
            redirect(names[ERRORS], O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
            return names[CAPTURE];
        }
        if (waitpid(child, &status, 0) == -1) {
            fail("waitpid");
        }
        tell(status);
    }
}

struct wtap *wtap_open_offline(const char *name, unsigned type, int *error, char **message,
                               bool at_random)
{
    static const char *capture = NULL;
    union {
        void *address;
        open_offline *function;
    } next_one = {.address = dlsym(RTLD_NEXT, "wtap_open_offline")};

    if (next_one.address == NULL) {
        fail("wtap_open_offline");
    }
    if (capture == NULL) {
        name = capture = serve();
    }
    return next_one.function(name, type, error, message, at_random);
}

/* Freeing what the server made would copy all of it; the child's end does as well. */
void epan_cleanup(void);

void epan_cleanup(void)
{
}
