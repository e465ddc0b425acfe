/* fences.c
 * Memory between two pages that cannot be read.
 * May include: POSIX, Windows and GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "fences.h"

#include <glib.h>

#ifdef G_OS_WIN32

#include <windows.h>

static size_t page_size(void)
{
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    return system.dwPageSize;
}

static uint8_t *reserve(size_t size)
{
    uint8_t *pages = VirtualAlloc(NULL, size, MEM_RESERVE | MEM_COMMIT, PAGE_NOACCESS);
    g_assert_nonnull(pages);
    return pages;
}

static void open_up(uint8_t *bytes, size_t size)
{
    DWORD before;
    g_assert_true(VirtualProtect(bytes, size, PAGE_READWRITE, &before));
}

static void release(uint8_t *pages, size_t size G_GNUC_UNUSED)
{
    VirtualFree(pages, 0, MEM_RELEASE);
}

#else

#include <sys/mman.h>
#include <unistd.h>

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static uint8_t *reserve(size_t size)
{
    uint8_t *pages = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    g_assert_true(pages != MAP_FAILED);
    return pages;
}

static void open_up(uint8_t *bytes, size_t size)
{
    g_assert_cmpint(mprotect(bytes, size, PROT_READ | PROT_WRITE), ==, 0);
}

static void release(uint8_t *pages, size_t size)
{
    munmap(pages, size);
}

#endif

uint8_t *fences_new(size_t least, size_t *room)
{
    size_t page = page_size();
    *room = (least + page - 1) / page * page;
    uint8_t *pages = reserve(*room + 2 * page);
    open_up(pages + page, *room);
    return pages + page;
}

void fences_free(uint8_t *bytes, size_t room)
{
    size_t page = page_size();
    release(bytes - page, room + 2 * page);
}
