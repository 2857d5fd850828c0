/* SPDX-License-Identifier: MIT */
/*
 * The ground every abi/ header stands on: integer types, the two layout
 * asserts, domain ids and page geometry.
 *
 * Rules of this directory:
 *  1. Layouts and numbers of the public Xen 4.17 64-bit PV interface, in our
 *     own form, and only those that Xylem speaks.
 *  2. Everything is called xy_ or XY_, so these files may be included beside
 *     the distribution's own headers (tests/abi/ and the Linux modules do).
 *  3. A pointer inside a structure (a guest handle) is a uint64_t: a virtual
 *     address in the caller's space. It is never followed, only copied with.
 *  4. Fields carry IN, OUT or INOUT as seen by the caller, and a unit where
 *     one is needed. Fields without a mark are IN.
 *  5. Reserved and padding fields are sent as 0.
 *
 * There is no lock and no state here, and nothing here allocates.
 */
#ifndef XY_ABI_BASE_H
#define XY_ABI_BASE_H

#define XY_PAGE_SHIFT			12
#define XY_PAGE_SIZE			4096

/* Domain ids: 15 bits, the top of the range names something special. */
#define XY_DOMID_FIRST_RESERVED		0x7FF0U
#define XY_DOMID_SELF			0x7FF0U	/* the calling domain */
#define XY_DOMID_IO			0x7FF1U	/* owner of device frames */
#define XY_DOMID_XEN			0x7FF2U	/* owner of the M2P, ... */
#define XY_DOMID_COW			0x7FF3U	/* never used by us */
#define XY_DOMID_INVALID		0x7FF4U	/* "no domain" */
#define XY_DOMID_IDLE			0x7FFFU
#define XY_DOMID_MASK			0x7FFFU

#ifndef __ASSEMBLER__

#ifdef __KERNEL__			/* a Linux module: no libc headers */
#include <linux/types.h>
#include <linux/stddef.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

/* The two layout asserts that stand below every structure. */
#define XY_SIZE(type, bytes)						\
	_Static_assert(sizeof(type) == (bytes), "size of " #type)
#define XY_AT(type, field, byte)					\
	_Static_assert(offsetof(type, field) == (byte),			\
		       "offset of " #field " in " #type)

#endif /* __ASSEMBLER__ */

#endif /* XY_ABI_BASE_H */
