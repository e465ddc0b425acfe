/* scan.h
 * All that knows the processor: where in 64 bytes a string may end, and loads of 8 bytes.
 * May include: the C library, seekchat.h and, unless SEEKCHAT_PORTABLE is defined, the intrinsics
 * of SSE2 (x86-64) or NEON (64-bit ARM).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_SCAN_H
#define SEEKCHAT_SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "seekchat.h"

#if defined(SEEKCHAT_PORTABLE) || !defined(__GNUC__)
/* Neither. */
#elif defined(__SSE2__)
#define SCAN_SSE2
#include <emmintrin.h>
#elif defined(__aarch64__) && defined(__ARM_NEON) && !defined(__ARM_BIG_ENDIAN)
#define SCAN_NEON
#include <arm_neon.h>
#endif

/* Functions in the way of every byte: to call them would cost more than what they do. */
#ifdef __GNUC__
#define SCAN_INLINE static inline __attribute__((always_inline))
#else
#define SCAN_INLINE static inline
#endif

/* Bytes that one mask of stops covers. */
#define SCAN_WINDOW 64

/* The 8 bytes at the address, the first in the lowest bits. */
SCAN_INLINE uint64_t scan_load8(const void *at)
{
    uint64_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    return GUINT64_FROM_LE(bytes);
}

/* The same of 4 bytes. */
SCAN_INLINE uint32_t scan_load4(const void *at)
{
    uint32_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    return GUINT32_FROM_LE(bytes);
}

/* Number of the lowest bit that is set; mask must not be 0. */
SCAN_INLINE unsigned scan_lowest(uint64_t mask)
{
#ifdef __GNUC__
    return (unsigned)__builtin_ctzll(mask);
#else
    unsigned bit = 0;
    while (!(mask >> bit & 1)) {
        bit++;
    }
    return bit;
#endif
}

#define SCAN_EACH(byte) (0x0101010101010101u * (uint64_t)(byte))

/* The high bit of each byte that is 0 in bytes. */
SCAN_INLINE uint64_t scan_zeros(uint64_t bytes)
{
    uint64_t low = (bytes & SCAN_EACH(0x7f)) + SCAN_EACH(0x7f);
    return ~(low | bytes) & SCAN_EACH(0x80);
}

/* Copies 8 bytes; returns how many are in front of the first backslash among them. */
SCAN_INLINE size_t scan_copy8(const uint8_t *from, char *to)
{
    uint64_t backslashes = scan_zeros(scan_load8(from) ^ SCAN_EACH('\\'));
    memcpy(to, from, 8);
    return backslashes ? scan_lowest(backslashes) / 8 : 8;
}

/*
 * A stop is a byte at which a run of plain text in a string ends: a quote, a backslash, a control
 * character, or a byte that is not ASCII. With their bit 1 turned over, quotes are just above the
 * control characters and below all other ASCII; the bytes that are not ASCII are below these as
 * signed numbers.
 *
 * scan_stops16 marks the stops among 16 bytes, each by the lowest of SCAN_STOP16_BITS bits or all
 * of them; scan_stops64 those among 64, by a bit each. The first byte is in the lowest bits.
 */
#ifdef SCAN_NEON
#define SCAN_STOP16_BITS 4

/* All bits of each byte that is a stop. */
SCAN_INLINE uint8x16_t scan_stops(const uint8_t *at)
{
    uint8x16_t bytes = vld1q_u8(at);
    uint8x16_t backslashes = vceqq_u8(bytes, vdupq_n_u8('\\'));
    int8x16_t turned = vreinterpretq_s8_u8(veorq_u8(bytes, vdupq_n_u8('"' ^ 0x20)));
    return vorrq_u8(backslashes, vcleq_s8(turned, vdupq_n_s8(0x20)));
}

/* Four bits of each byte, where SSE2 has an instruction for one bit of each. */
SCAN_INLINE uint64_t scan_stops16(const uint8_t *at)
{
    uint8x8_t nibbles = vshrn_n_u16(vreinterpretq_u16_u8(scan_stops(at)), 4);
    return vget_lane_u64(vreinterpret_u64_u8(nibbles), 0);
}

/* Keeps one bit of each byte, another one in each of eight, and adds eight to one three times. */
SCAN_INLINE uint64_t scan_stops64(const uint8_t *at)
{
    const uint8x16_t bits = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201u));
    uint8x16_t low = vpaddq_u8(vandq_u8(scan_stops(at), bits), vandq_u8(scan_stops(at + 16), bits));
    uint8x16_t high =
        vpaddq_u8(vandq_u8(scan_stops(at + 32), bits), vandq_u8(scan_stops(at + 48), bits));
    uint8x16_t all = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(all, all)), 0);
}
#else
#define SCAN_STOP16_BITS 1

#ifdef SCAN_SSE2
/* A bit of each of 16 bytes that is none. */
SCAN_INLINE uint64_t scan_plain16(const uint8_t *at)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)at);
    __m128i backslashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    __m128i turned = _mm_xor_si128(bytes, _mm_set1_epi8('"' ^ 0x20));
    __m128i above = _mm_cmpgt_epi8(turned, _mm_set1_epi8(0x20));
    return (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_andnot_si128(backslashes, above));
}
#else
SCAN_INLINE uint64_t scan_plain8(const uint8_t *at)
{
    uint64_t bytes = scan_load8(at);
    uint64_t stops = bytes | scan_zeros(bytes ^ SCAN_EACH('"')) |
                     scan_zeros(bytes ^ SCAN_EACH('\\')) | scan_zeros(bytes & SCAN_EACH(0xe0));
    /* Gathers the eight high bits in one byte. */
    return ((~stops >> 7 & SCAN_EACH(1)) * 0x0102040810204080u) >> 56;
}

SCAN_INLINE uint64_t scan_plain16(const uint8_t *at)
{
    return scan_plain8(at) | scan_plain8(at + 8) << 8;
}
#endif

SCAN_INLINE uint64_t scan_stops16(const uint8_t *at)
{
    return scan_plain16(at) ^ 0xffff;
}

SCAN_INLINE uint64_t scan_stops64(const uint8_t *at)
{
    return ~(scan_plain16(at) | scan_plain16(at + 16) << 16 | scan_plain16(at + 32) << 32 |
             scan_plain16(at + 48) << 48);
}
#endif

/* The stops among fewer than 64 bytes, of which before bytes in front may be read too. */
static inline uint64_t scan_stops_short(const uint8_t *at, size_t count, size_t before)
{
    uint8_t padded[SCAN_WINDOW] = {0};
    if (before + count >= SCAN_WINDOW) {
        return count ? scan_stops64(at + count - SCAN_WINDOW) >> (SCAN_WINDOW - count) : 0;
    }
    memcpy(padded, at, count);
    return scan_stops64(padded);
}

/*
 * A span. Where that is known to be its form it is written at once: a reader of all of it would
 * otherwise wait for its two halves to reach memory.
 */
SCAN_INLINE seekchat_span scan_span(size_t offset, size_t length, bool escaped)
{
#if defined(SCAN_SSE2) || defined(SCAN_NEON)
    uint64_t bits = offset | (uint64_t)length << 32 | (uint64_t)escaped << 63;
    seekchat_span span;
    memcpy(&span, &bits, sizeof span);
    return span;
#else
    return (seekchat_span){(uint32_t)offset, (uint32_t)length, escaped};
#endif
}

#endif
