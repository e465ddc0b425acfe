/* replay.c
 * Runs a fuzz target on files, without libFuzzer: for processors and compilers that it has not got.
 * May include: check.h, the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the longest file; those of the corpus are shorter. */
#define LONGEST 65536

/* Gives the target the file's bytes in memory of just their length; false if it cannot be read. */
static bool replay(const char *name)
{
    static uint8_t bytes[LONGEST];
    FILE *file = fopen(name, "rb");
    if (!file) {
        return false;
    }
    size_t size = fread(bytes, 1, sizeof bytes, file);
    bool is_whole = feof(file) && !ferror(file);
    fclose(file);
    uint8_t *data = is_whole ? malloc(size ? size : 1) : NULL;
    if (!data) {
        return false;
    }
    memcpy(data, bytes, size);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return true;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (!replay(argv[i])) {
            fprintf(stderr, "replay: cannot read %s\n", argv[i]);
            return 1;
        }
    }
    printf("%d inputs\n", argc - 1);
    return 0;
}
