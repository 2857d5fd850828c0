/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kinds of address and frame number, as one-member structures, so that
 * the compiler refuses to mix them.
 *
 * A machine frame (mfn_t) is 4096 bytes of the real machine.  A pseudo-
 * physical frame (pfn_t) is a guest's own numbering of its frames; only the
 * guest and the M2P table know it.  A machine address (maddr_t) is in bytes.
 * A guest virtual address (guest_va_t) cannot be dereferenced by accident: it
 * goes through core/guest.h.
 */
#ifndef LIB_TYPES_H
#define LIB_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_SHIFT	12
#define PAGE_SIZE	4096UL
#define PAGE_MASK	(~(PAGE_SIZE - 1))

typedef struct { uint64_t n; } mfn_t;
typedef struct { uint64_t n; } pfn_t;
typedef struct { uint64_t a; } maddr_t;
typedef struct { uint64_t a; } guest_va_t;

/* No frame: also what the M2P holds for a frame without a pfn. */
#define NO_FRAME	(~0UL)

static inline mfn_t to_mfn(uint64_t n) { return (mfn_t){ n }; }
static inline pfn_t to_pfn(uint64_t n) { return (pfn_t){ n }; }
static inline maddr_t to_maddr(uint64_t a) { return (maddr_t){ a }; }
static inline guest_va_t to_guest(uint64_t a) { return (guest_va_t){ a }; }

static inline maddr_t mfn_to_maddr(mfn_t m)
{
	return to_maddr(m.n << PAGE_SHIFT);
}

static inline mfn_t maddr_to_mfn(maddr_t a)
{
	return to_mfn(a.a >> PAGE_SHIFT);
}

static inline bool mfn_same(mfn_t a, mfn_t b) { return a.n == b.n; }
static inline bool mfn_none(mfn_t m) { return m.n == NO_FRAME; }

static inline guest_va_t guest_va_add(guest_va_t va, uint64_t bytes)
{
	return to_guest(va.a + bytes);
}

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define container_of(p, type, member) \
	((type *)((char *)(p) - offsetof(type, member)))
/* Called from assembly, or by the compiler itself: not to be optimised away. */
#define for_assembly	__attribute__((used, externally_visible))
#define must_check	__attribute__((warn_unused_result))
#define printf_like(f, a)	__attribute__((format(printf, f, a)))

static inline uint64_t min_u64(uint64_t a, uint64_t b) { return a < b ? a : b; }
static inline uint64_t max_u64(uint64_t a, uint64_t b) { return a > b ? a : b; }

#endif
